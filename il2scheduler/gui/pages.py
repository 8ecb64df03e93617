"""Pages of PDF files as pictures for the screen and for a printer, and as text for a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock
from typing import Protocol, cast

from PySide6.QtGui import QImage

POINTS_PER_INCH = 72.0
PDFIUM = RLock()
"""Held by whoever calls pdfium: it may be used by one thread at a time only."""


class _Bitmap(Protocol):
    """What is used of pypdfium2's bitmap."""

    width: int
    height: int
    stride: int
    buffer: object

    def close(self) -> None: ...


class _TextPage(Protocol):
    def get_text_bounded(self) -> str: ...
    def close(self) -> None: ...


class _Page(Protocol):
    """What is used of pypdfium2's page."""

    def get_size(self) -> tuple[float, float]: ...
    def render(self, *, scale: float, rev_byteorder: bool) -> _Bitmap: ...
    def get_textpage(self) -> _TextPage: ...
    def close(self) -> None: ...


class _Document(Protocol):
    """What is used of pypdfium2's document."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> _Page: ...
    def close(self) -> None: ...


class Pages:
    """All pages of some PDF files, one after the other, counted from 0. To be closed after use."""

    def __init__(self, documents: Sequence[bytes] = ()) -> None:
        """Open the documents; what takes long is done when a page is asked for."""
        self._documents: list[_Document] = []
        self._where: list[tuple[int, int]] = []
        if not documents:
            return
        import pypdfium2  # type: ignore[import-untyped]

        with PDFIUM:
            for data in documents:
                self._documents.append(cast("_Document", pypdfium2.PdfDocument(data)))
            for number, document in enumerate(self._documents):
                self._where += [(number, page) for page in range(len(document))]

    def __len__(self) -> int:
        """How many pages there are."""
        return len(self._where)

    def document(self, index: int) -> int:
        """Of which document a page is, counted from 0."""
        return self._where[index][0]

    def size(self, index: int) -> tuple[float, float]:
        """Width and height of a page in points."""
        with PDFIUM:
            page = self._page(index)
            size = page.get_size()
            page.close()
        return size

    def image(self, index: int, dots_per_inch: float) -> QImage:
        """A page as a picture on white paper."""
        with PDFIUM:
            page = self._page(index)
            bitmap = page.render(scale=dots_per_inch / POINTS_PER_INCH, rev_byteorder=True)
            data = bytes(cast("bytes", bitmap.buffer))
            kind = QImage.Format.Format_RGB888
            if bitmap.stride >= bitmap.width * 4:
                kind = QImage.Format.Format_RGBX8888
            # The copy is Qt's own; the other one ends with the bitmap.
            image = QImage(data, bitmap.width, bitmap.height, bitmap.stride, kind).copy()
            bitmap.close()
            page.close()
        return image

    def text(self, index: int) -> str:
        """What is written on a page."""
        with PDFIUM:
            page = self._page(index)
            words = page.get_textpage()
            said = words.get_text_bounded()
            words.close()
            page.close()
        return said

    def close(self) -> None:
        """Let go of the documents; a second time does nothing."""
        with PDFIUM:
            for document in self._documents:
                document.close()
        self._documents, self._where = [], []

    def _page(self, index: int) -> _Page:
        document, page = self._where[index]
        return self._documents[document][page]
