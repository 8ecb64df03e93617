"""Pages written as a PDF file: embedded fonts, searchable text, bookmarks, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Protocol, cast

from il2scheduler.sheets import fonts
from il2scheduler.sheets.page import Box, Mark, Page, Ring, Rule, Text
from il2scheduler.sheets.printing import UnprintableText


class _Canvas(Protocol):
    """What is used of reportlab's canvas, whose own types are in part unknown or wrong."""

    def setTitle(self, title: str) -> None: ...  # noqa: N802
    def setAuthor(self, author: str) -> None: ...  # noqa: N802
    def setSubject(self, subject: str) -> None: ...  # noqa: N802
    def setCreator(self, creator: str) -> None: ...  # noqa: N802
    def setProducer(self, producer: str) -> None: ...  # noqa: N802
    def setViewerPreference(self, pref: str, value: str) -> None: ...  # noqa: N802
    def setPageSize(self, size: tuple[float, float]) -> None: ...  # noqa: N802
    def setFont(self, psfontname: str, size: float) -> None: ...  # noqa: N802
    def setLineWidth(self, width: float) -> None: ...  # noqa: N802
    def setFillGray(self, gray: float) -> None: ...  # noqa: N802
    def drawString(self, x: float, y: float, text: str) -> None: ...  # noqa: N802
    def line(self, x1: float, y1: float, x2: float, y2: float) -> None: ...
    def rect(self, x: float, y: float, width: float, height: float, stroke: int, fill: int) -> None: ...
    def circle(self, x_cen: float, y_cen: float, r: float, stroke: int, fill: int) -> None: ...
    def bookmarkPage(self, key: str) -> object: ...  # noqa: N802
    def addOutlineEntry(self, title: str, key: str, level: int, closed: bool) -> None: ...  # noqa: FBT001, N802
    def showPage(self) -> None: ...  # noqa: N802
    def save(self) -> None: ...


def written(pages: Sequence[Page], *, title: str, language: str, version: str) -> bytes:
    """The PDF of these pages; `UnprintableText`, before anything is drawn, for a character no font has."""
    _check(pages, title)
    fonts.ready()
    with fonts.shielded():
        from reportlab.pdfgen import canvas as library
    file = BytesIO()
    make = cast("Callable[..., _Canvas]", library.Canvas)
    canvas = make(
        file,
        pagesize=(pages[0].wide, pages[0].high),
        pageCompression=1,
        invariant=1,
        lang=language,
        # Without it every page names Helvetica, which is not embedded.
        initialFontName=fonts.REGULAR,
    )
    canvas.setTitle(title)
    canvas.setCreator(f"il2scheduler {version}".strip())
    canvas.setProducer("il2scheduler")
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for number, page in enumerate(pages):
        canvas.setPageSize((page.wide, page.high))
        for mark in page.marks:
            _draw(canvas, mark, page.high)
        for i, (name, level) in enumerate(page.bookmarks):
            key = f"p{number}-{i}"
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(name, key, level, level > 0)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _check(pages: Sequence[Page], title: str) -> None:
    texts = {mark.text for page in pages for mark in page.marks if isinstance(mark, Text)}
    for text in sorted(texts | {title}):
        missing = fonts.missing_glyphs(text)
        if missing:
            raise UnprintableText(min(missing), text)


def _draw(canvas: _Canvas, mark: Mark, high: float) -> None:
    if isinstance(mark, Text):
        canvas.setFont(fonts.BOLD if mark.bold else fonts.REGULAR, mark.size)
        canvas.drawString(mark.x, high - mark.y, mark.text)
    elif isinstance(mark, Rule):
        canvas.setLineWidth(mark.width)
        canvas.line(mark.x1, high - mark.y1, mark.x2, high - mark.y2)
    elif isinstance(mark, Box):
        canvas.setLineWidth(mark.width)
        if mark.fill is not None:
            canvas.setFillGray(mark.fill)
        canvas.rect(
            mark.x,
            high - mark.y - mark.high,
            mark.wide,
            mark.high,
            stroke=int(mark.width > 0),
            fill=int(mark.fill is not None),
        )
        canvas.setFillGray(0)
    else:
        _ring(canvas, mark, high)


def _ring(canvas: _Canvas, ring: Ring, high: float) -> None:
    canvas.setLineWidth(ring.width)
    canvas.circle(ring.x, high - ring.y, ring.radius, stroke=1, fill=0)
