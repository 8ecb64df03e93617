"""Pages written as a PDF file: embedded fonts, searchable text, bookmarks, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol, cast

from il2scheduler.sheets import fonts
from il2scheduler.sheets.page import Box, Page, Ring, Rule, Text
from il2scheduler.sheets.printing import UnprintableText


class _TextObject(Protocol):
    """What is used of reportlab's text object: all texts of a page are in one."""

    def setFont(self, psfontname: str, size: float) -> None: ...  # noqa: N802
    def setTextOrigin(self, x: float, y: float) -> None: ...  # noqa: N802
    def textOut(self, text: str) -> None: ...  # noqa: N802


class _Canvas(Protocol):
    """What is used of reportlab's canvas, whose own types are in part unknown or wrong."""

    def setLineWidth(self, width: float) -> None: ...  # noqa: N802
    def setFillGray(self, gray: float) -> None: ...  # noqa: N802
    def line(self, x1: float, y1: float, x2: float, y2: float) -> None: ...
    def rect(self, x: float, y: float, width: float, height: float, stroke: int, fill: int) -> None: ...
    def circle(self, x_cen: float, y_cen: float, r: float, stroke: int, fill: int) -> None: ...
    def beginText(self) -> _TextObject: ...  # noqa: N802
    def drawText(self, text: _TextObject) -> None: ...  # noqa: N802

    def setTitle(self, title: str) -> None: ...  # noqa: N802
    def setAuthor(self, author: str) -> None: ...  # noqa: N802
    def setSubject(self, subject: str) -> None: ...  # noqa: N802
    def setCreator(self, creator: str) -> None: ...  # noqa: N802
    def setProducer(self, producer: str) -> None: ...  # noqa: N802
    def setViewerPreference(self, pref: str, value: str) -> None: ...  # noqa: N802
    def setPageSize(self, size: tuple[float, float]) -> None: ...  # noqa: N802
    def bookmarkPage(self, key: str) -> object: ...  # noqa: N802
    def addOutlineEntry(self, title: str, key: str, level: int, closed: bool) -> None: ...  # noqa: FBT001, N802
    def showPage(self) -> None: ...  # noqa: N802
    def save(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Laid:
    """A document laid out on its pages, ready to be written; `version` is that of the program.

    One with `fronts` is meant for paper printed on both sides: its first page must be on a front.
    """

    pages: tuple[Page, ...]
    title: str
    language: str
    version: str
    fronts: bool = False


def written(laid: Laid) -> bytes:
    """The PDF of a document; `UnprintableText`, before anything is drawn, for a character no font has."""
    writer = Writer(laid.language, laid.version)
    writer.add(laid)
    return writer.finish(laid.title)


class Writer:
    """Writes documents one after another into one PDF; each font is in it once.

    With `parts` each document has a bookmark of its own, above those of its pages.
    """

    def __init__(self, language: str, version: str, *, parts: bool = False) -> None:
        """Begin a file in a language; nothing is drawn yet."""
        fonts.ready()
        with fonts.shielded():
            from reportlab.pdfgen import canvas as library
        self._file = BytesIO()
        self._parts = parts
        self._pages = 0
        make = cast("Callable[..., _Canvas]", library.Canvas)
        self._canvas = make(
            self._file,
            pageCompression=1,
            invariant=1,
            lang=language,
            # Without it every page names Helvetica, which is not embedded.
            initialFontName=fonts.REGULAR,
        )
        self._canvas.setCreator(f"il2scheduler {version}".strip())
        self._canvas.setProducer("il2scheduler")
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    def add(self, laid: Laid) -> None:
        """Draw the pages of a document; `UnprintableText`, before any of them, as `written`."""
        _check(laid.pages, laid.title)
        if laid.fronts and self._pages % 2:
            first = laid.pages[0]
            self._page(Page(first.wide, first.high), ())
        for number, page in enumerate(laid.pages):
            bookmarks = page.bookmarks
            if self._parts:
                above = [(laid.title, 0)] if number == 0 else []
                bookmarks = [*above, *((name, level + 1) for name, level in bookmarks)]
            self._page(page, bookmarks)

    def finish(self, title: str) -> bytes:
        """The file, under its title."""
        _check((), title)
        self._canvas.setTitle(title)
        self._canvas.save()
        return self._file.getvalue()

    def _page(self, page: Page, bookmarks: Sequence[tuple[str, int]]) -> None:
        canvas = self._canvas
        canvas.setPageSize((page.wide, page.high))
        _draw(canvas, page)
        for i, (name, level) in enumerate(bookmarks):
            key = f"p{self._pages}-{i}"
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(name, key, level, level > 0)
        canvas.showPage()
        self._pages += 1


def _check(pages: Sequence[Page], title: str) -> None:
    texts = {mark.text for page in pages for mark in page.marks if isinstance(mark, Text)}
    for text in sorted(texts | {title}):
        missing = fonts.missing_glyphs(text)
        if missing:
            raise UnprintableText(min(missing), text)


def _draw(canvas: _Canvas, page: Page) -> None:
    """Put the marks of a page on a canvas: lines and shades in their order, then all texts over them."""
    high, width, grey = page.high, -1.0, 0.0
    texts: list[Text] = []
    for mark in page.marks:
        if isinstance(mark, Text):
            texts.append(mark)
            continue
        if mark.width not in (width, 0):
            width = mark.width
            canvas.setLineWidth(width)
        if isinstance(mark, Box) and mark.fill is not None and mark.fill != grey:
            grey = mark.fill
            canvas.setFillGray(grey)
        _put(canvas, mark, high)
    if grey:
        canvas.setFillGray(0)
    _write(canvas, texts, high)


def _put(canvas: _Canvas, mark: Rule | Box | Ring, high: float) -> None:
    if isinstance(mark, Rule):
        canvas.line(mark.x1, high - mark.y1, mark.x2, high - mark.y2)
    elif isinstance(mark, Ring):
        canvas.circle(mark.x, high - mark.y, mark.radius, stroke=1, fill=0)
    else:
        canvas.rect(
            mark.x,
            high - mark.y - mark.high,
            mark.wide,
            mark.high,
            stroke=int(mark.width > 0),
            fill=int(mark.fill is not None),
        )


def _write(canvas: _Canvas, texts: Sequence[Text], high: float) -> None:
    writing, font = canvas.beginText(), ("", 0.0)
    for mark in texts:
        wanted = (fonts.BOLD if mark.bold else fonts.REGULAR, mark.size)
        if wanted != font:
            font = wanted
            writing.setFont(*font)
        writing.setTextOrigin(mark.x, high - mark.y)
        writing.textOut(mark.text)
    canvas.drawText(writing)
