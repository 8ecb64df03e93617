"""Content that flows over as many pages as it needs, each with its head and foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from il2scheduler.i18n import Words
from il2scheduler.sheets.furniture import MARGIN, SIZE, Furniture
from il2scheduler.sheets.page import HAIR, PALE, THIN, Page, base_of, leading_of, wrapped
from il2scheduler.sheets.pdf import Laid

_PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}


@dataclass(slots=True)
class Flow:
    """Pages being filled: `y` is the next free height, `bottom` where the foot of the page begins."""

    furniture: Furniture
    landscape: bool = False
    pages: list[Page] = field(default_factory=list[Page])
    y: float = 0.0
    bottom: float = 0.0
    part: str = ""
    neutral_pages: set[int] = field(default_factory=set[int])

    @property
    def w(self) -> Words:
        """The words of the document's language."""
        return self.furniture.w

    @property
    def page(self) -> Page:
        """The page being filled."""
        return self.pages[-1]

    @property
    def left(self) -> float:
        """Where content begins."""
        return MARGIN

    @property
    def right(self) -> float:
        """Where content ends."""
        return self.page.wide - MARGIN

    @property
    def wide(self) -> float:
        """Width of the content."""
        return self.right - self.left

    @property
    def room(self) -> float:
        """Height that is left on the page."""
        return self.bottom - self.y

    def start(
        self, part: str = "", *, bookmark: str | None = None, level: int = 0, neutral: bool = False
    ) -> None:
        """Begin a page; `part` stands after the title in its head."""
        short, long = _PAPERS[self.furniture.printing.paper]
        wide, high = (long, short) if self.landscape else (short, long)
        page = Page(wide, high)
        self.pages.append(page)
        self.part = part
        if bookmark:
            page.bookmarks.append((bookmark, level))
        number = len(self.pages)
        if neutral:
            self.neutral_pages.add(number)
        remind = number != self.furniture.banner_page and not neutral
        self.y = self.furniture.head(page, MARGIN - 3, part=part, remind=remind)
        self.bottom = page.high - MARGIN - self.furniture.foot_height(page, number, neutral=neutral) - 4

    def need(self, height: float) -> bool:
        """Go on to a new page unless `height` is left; True when a page was begun."""
        if height <= self.room:
            return False
        self.start(self.part)
        return True

    def heading(self, text: str, *, size: float = 12.0, keep: float = 0.0) -> None:
        """A heading that stays with the `keep` points that follow it."""
        step = leading_of(size)
        lines = wrapped(text, size, self.wide, bold=True)
        self.need(step * len(lines) + 4 + keep)
        self.y = self.page.lines(self.left, self.y + 2, list(lines), size, bold=True) + 2

    def paragraph(self, text: str, *, size: float = SIZE, bold: bool = False, indent: float = 0.0) -> None:
        """Text that flows; a line never stands across two pages."""
        step = leading_of(size)
        for line in wrapped(text, size, self.wide - indent, bold=bold):
            self.need(step)
            self.page.text(self.left + indent, self.y + base_of(size, step), line, size, bold=bold)
            self.y += step
        self.y += 2

    def boxed(
        self, paragraphs: Sequence[tuple[str, bool]], *, size: float = SIZE, shade: bool = True
    ) -> None:
        """Paragraphs (text, bold) in a frame, as one block where a page can hold it."""
        step, pad = leading_of(size), 3.0
        lines = [
            (line, bold)
            for text, bold in paragraphs
            for line in wrapped(text, size, self.wide - 2 * pad, bold=bold)
        ]
        if step * len(lines) + 2 * pad > self.room and len(lines) * step < 400:
            self.need(step * len(lines) + 2 * pad)
        while lines:
            fit = max(1, int((self.room - 2 * pad) / step))
            now, lines = lines[:fit], lines[fit:]
            high = step * len(now) + 2 * pad
            self.page.box(self.left, self.y, self.wide, high, THIN, PALE if shade else None)
            for i, (line, bold) in enumerate(now):
                base = self.y + pad + i * step + base_of(size, step)
                self.page.text(self.left + pad, base, line, size, bold=bold)
            self.y += high + 4
            if lines:
                self.start(self.part)

    def banner(self) -> None:
        """List the unsettled fields in full, here; the other pages point to this one."""
        heading, paragraphs = self.furniture.banner()
        self.boxed([(heading, True), *((text, i == 0) for i, text in enumerate(paragraphs))])

    def blank(self, label: str, x: float, end: float, base: float, *, size: float = SIZE) -> None:
        """A label with a rule to write on, up to `end`."""
        after = self.page.text(x, base, label, size) + 4
        self.page.rule(after, base + 2, end, base + 2, HAIR)

    def finish(self, title: str, *, fronts: bool = False) -> Laid:
        """Draw the feet, now that the pages are counted; `fronts` as in `Laid`."""
        for number, page in enumerate(self.pages, start=1):
            self.furniture.foot(page, number, len(self.pages), neutral=number in self.neutral_pages)
        printing = self.furniture.printing
        return Laid(tuple(self.pages), title, printing.language, printing.program_version, fronts)
