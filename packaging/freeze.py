"""Freeze the program: one folder that needs no Python, with the licences of all that is in it.

Usage: packaging/freeze.py FOLDER
FOLDER/il2scheduler is then the program, FOLDER/contents.json what it was made of.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from contents import parts

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "packaging" / "il2scheduler.spec"


def freeze(folder: Path) -> Path:
    """Make the program anew in a folder; where it is."""
    work = folder / "pyinstaller"
    # Where several packages could say the same, always the same one is taken.
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    command += ["--distpath", str(folder), "--workpath", str(work), str(SPEC)]
    subprocess.run(command, check=True, cwd=folder, env=env)
    shutil.move(work / "il2scheduler" / "contents.json", folder / "contents.json")
    shutil.rmtree(work)
    return folder / "il2scheduler"


def strip(program: Path) -> None:
    """Take the debugger's tables out of Python's own libraries; Qt's have none."""
    tool = shutil.which("strip")
    if tool is None or not sys.platform.startswith("linux"):
        return
    inside = program / "_internal"
    files = [*inside.glob("libpython*"), *inside.glob("python3*/lib-dynload/*.so")]
    subprocess.run([tool, "--strip-unneeded", *map(str, files)], check=True)


def add_licences(program: Path, contents: Path) -> None:
    """Put the text of every licence into `licences/`, one folder a component; into a bundle too."""
    inside = [program / "_internal", program.with_suffix(".app") / "Contents" / "Resources"]
    for part in parts(contents):
        for text in part.texts:
            for folder in filter(Path.is_dir, inside):
                to = folder / "licences" / part.name
                to.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(text, to / text.name)


def main() -> int:
    """Freeze, strip, add the licences; says how large it is."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    program = freeze(folder)
    strip(program)
    add_licences(program, folder / "contents.json")
    size = sum(file.stat().st_size for file in program.rglob("*") if file.is_file() and not file.is_symlink())
    print(f"{program}: {size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
