"""Draw the icon in every size from resources/icons/il2scheduler.svg: PNG files, and one .ico for Windows.

What it draws is committed, so that nothing has to be drawn to run or to build the program.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons"
NAME = "il2scheduler"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 256)


def png(drawing: QSvgRenderer, size: int) -> bytes:
    """The drawing as a PNG file of so many points on each side."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):
        raise OSError("no PNG could be made")
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """One .ico file of several PNG pictures, as Windows reads it since Vista."""
    header = struct.pack("<HHH", 0, 1, len(pictures))
    entries, at = b"", len(header) + 16 * len(pictures)
    for size, data in pictures.items():
        side = size % 256  # 256 is written as 0
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), at)
        at += len(data)
    return header + entries + b"".join(pictures.values())


def main() -> int:
    """Write all of them into the folder given, else beside the drawing."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    app = QGuiApplication(sys.argv[:1])
    drawing = QSvgRenderer(str(FOLDER / f"{NAME}.svg"))
    pictures = {size: png(drawing, size) for size in SIZES}
    for size, data in pictures.items():
        (folder / f"{NAME}-{size}.png").write_bytes(data)
    (folder / f"{NAME}.ico").write_bytes(ico({size: pictures[size] for size in ICO_SIZES}))
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
