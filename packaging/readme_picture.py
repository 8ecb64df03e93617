"""The picture in the README, drawn by packaging/pictures.py, with a palette: docs/pictures/timeline.png."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "pictures" / "timeline.png"
VIEW, COLOURS = "timeline", 64


def main() -> int:
    """Draw it anew."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, str(ROOT / "packaging" / "pictures.py"), scratch, VIEW]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        picture = Image.open(Path(scratch) / "light" / f"{VIEW}.png").convert("RGB")
    PICTURE.parent.mkdir(exist_ok=True)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
