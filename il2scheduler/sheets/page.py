"""A page as a list of marks: texts, rules, boxes; laid out from the top left, in points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from il2scheduler.sheets import fonts

HAIR = 0.5
THIN = 0.8
THICK = 1.6
GREY = 0.86
PALE = 0.93


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is its base line, counted from the top of the page."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = THIN


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its top left corner at (x, y); `fill` is a level of grey, `width` 0 for no border."""

    x: float
    y: float
    wide: float
    high: float
    width: float = THIN
    fill: float | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle around (x, y)."""

    x: float
    y: float
    radius: float
    width: float = THIN


Mark = Text | Rule | Box | Ring


@dataclass(slots=True)
class Page:
    """One page with its bookmarks: (title, level)."""

    wide: float
    high: float
    marks: list[Mark] = field(default_factory=list[Mark])
    bookmarks: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def text(self, x: float, y: float, text: str, size: float, *, bold: bool = False) -> float:
        """Write a text to the right of `x`; returns where it ends."""
        said = fonts.plain(text)
        if said.strip():
            self.marks.append(Text(x, y, said, size, bold))
        return x + fonts.width(said, size, bold=bold)

    def centred(self, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
        """Write a text with its middle at `x`."""
        self.text(x - fonts.width(fonts.plain(text), size, bold=bold) / 2, y, text, size, bold=bold)

    def to_right(self, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
        """Write a text that ends at `x`."""
        self.text(x - fonts.width(fonts.plain(text), size, bold=bold), y, text, size, bold=bold)

    def rule(self, x1: float, y1: float, x2: float, y2: float, width: float = THIN) -> None:
        """Draw a line."""
        self.marks.append(Rule(x1, y1, x2, y2, width))

    def box(
        self, x: float, y: float, wide: float, high: float, width: float = THIN, fill: float | None = None
    ) -> None:
        """Draw a rectangle."""
        self.marks.append(Box(x, y, wide, high, width, fill))

    def tick_box(self, x: float, base: float, size: float) -> float:
        """An empty box to tick, standing on the base line; returns where a text after it begins."""
        side = 0.8 * size
        self.box(x, base - side, side, side, THIN)
        return x + side + 0.4 * size

    def lines(
        self,
        x: float,
        y: float,
        lines: list[str],
        size: float,
        *,
        bold: bool = False,
        leading: float | None = None,
    ) -> float:
        """Write lines below `y` (the top of the first line); returns the bottom of the last."""
        step = leading or leading_of(size)
        for line in lines:
            self.text(x, y + base_of(size, step), line, size, bold=bold)
            y += step
        return y


def leading_of(size: float) -> float:
    """Distance of base lines."""
    return round(1.25 * size, 1)


def base_of(size: float, step: float) -> float:
    """The base line below the top of a line that is `step` high."""
    return (step - size) / 2 + 0.84 * size


@lru_cache(maxsize=4096)
def wrapped(text: str, size: float, wide: float, *, bold: bool = False) -> tuple[str, ...]:
    """A text in lines no wider than `wide`. Lines break at spaces (no-break ones hold), else anywhere."""
    lines: list[str] = []
    line = ""
    for word in fonts.plain(text).split(" "):
        if not word:
            continue
        longer = f"{line} {word}" if line else word
        if fonts.width(longer, size, bold=bold) <= wide:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, size, wide, bold=bold)
        lines.extend(full)
    return (*lines, line) if line else tuple(lines)


def _pieces(word: str, size: float, wide: float, *, bold: bool) -> Iterator[str]:
    """A word that is too wide for a line, cut after a mark where there is one, else between letters."""
    while fonts.width(word, size, bold=bold) > wide:
        fit = 1
        while fit < len(word) and fonts.width(word[: fit + 1], size, bold=bold) <= wide:
            fit += 1
        marks = [i + 1 for i in range(fit // 3, fit) if word[i] in "-/,;._\u00a0"]
        cut = marks[-1] if marks else fit
        yield word[:cut].rstrip("\u00a0")
        word = word[cut:]
    yield word
