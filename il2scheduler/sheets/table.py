"""Tables with a header that is repeated on each page; no row is cut, none is crowded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from il2scheduler.sheets import fonts
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE
from il2scheduler.sheets.page import GREY, HAIR, PALE, THIN, base_of, leading_of, wrapped

PAD = 3.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and its width in points or, with `share`, its part of what is left."""

    heading: str
    wide: float = 0.0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: paragraphs, one below the other; empty for writing by hand, `ruled` with a line to write on."""

    texts: tuple[str, ...] = ()
    bold: bool = False
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells; `shade` marks it in grey, always beside a word or letter that says the same."""

    cells: tuple[Cell, ...]
    shade: bool = False
    struck: bool = False


def cell(*texts: str, bold: bool = False) -> Cell:
    """A cell with these paragraphs."""
    return Cell(tuple(text for text in texts if text), bold=bold)


def table(
    flow: Flow, columns: Sequence[Column], rows: Sequence[Row], *, least: float = 0.0, size: float = SIZE
) -> None:
    """Draw a table from the flow's height on; `least` is the least height of a row."""
    widths = _widths(flow, columns)
    heading = [
        wrapped(c.heading, size, wide - 2 * PAD, bold=True) for c, wide in zip(columns, widths, strict=True)
    ]
    step = leading_of(size)
    head_high = max(len(lines) for lines in heading) * step + 2 * PAD
    laid = [_laid(row, widths, size) for row in rows]
    first = max((len(lines) for lines in laid[0]), default=1) if laid else 0
    flow.need(head_high + max(least, min(first, 12) * step + 2 * PAD))
    _line(flow, widths, heading, head_high, size, fill=GREY, bold=[True] * len(columns))
    for row, all_lines in zip(rows, laid, strict=True):
        lines: list[tuple[str, ...]] = list(all_lines)
        while True:
            high = max(least, max((len(each) for each in lines), default=0) * step + 2 * PAD)
            if high <= flow.room:
                break
            fresh = int((flow.room - 2 * PAD) / step)
            page_holds = (flow.page.high - 200 - head_high) / step
            if len(max(lines, key=len)) > page_holds and fresh >= 3:
                # A note longer than a page goes on below the repeated header.
                part = [each[:fresh] for each in lines]
                _line(flow, widths, part, flow.room, size, fill=None, bold=[c.bold for c in row.cells])
                lines = [each[fresh:] for each in lines]
            flow.start(flow.part)
            _line(flow, widths, heading, head_high, size, fill=GREY, bold=[True] * len(columns))
        top = flow.y
        _line(
            flow,
            widths,
            lines,
            high,
            size,
            fill=PALE if row.shade else None,
            bold=[c.bold for c in row.cells],
        )
        _rules(flow, widths, row, top, high)
    flow.y += 6


def _widths(flow: Flow, columns: Sequence[Column]) -> list[float]:
    """No column is narrower than the longest word of its heading; what is left is shared."""
    return fitted([(column.heading, column.wide, column.share) for column in columns], flow.wide)


def fitted(columns: Sequence[tuple[str, float, float]], room: float) -> list[float]:
    """Widths of columns (heading, width, share) that together fill `room`."""
    least = [
        max((fonts.width(word, SIZE, bold=True) for word in heading.split(" ")), default=0.0) + 2 * PAD + 0.5
        for heading, _, _ in columns
    ]
    widths = [max(low, wide) for low, (_, wide, _) in zip(least, columns, strict=True)]
    sharing = {i: share for i, (_, _, share) in enumerate(columns) if share}
    while sharing:
        left = room - sum(wide for i, wide in enumerate(widths) if i not in sharing)
        unit = left / sum(sharing.values())
        narrow = next((i for i, share in sharing.items() if share * unit < least[i]), None)
        if narrow is None:
            for i, share in sharing.items():
                widths[i] = share * unit
            break
        del sharing[narrow]
    return widths


def _laid(row: Row, widths: Sequence[float], size: float) -> list[tuple[str, ...]]:
    laid: list[tuple[str, ...]] = []
    for entry, wide in zip(row.cells, widths, strict=True):
        lines: list[str] = []
        for text in entry.texts:
            lines.extend(wrapped(text, size, wide - 2 * PAD, bold=entry.bold))
        if entry.ruled and lines:
            # The rule to write on is below the text.
            lines.append("")
        laid.append(tuple(lines))
    return laid


def _line(
    flow: Flow,
    widths: Sequence[float],
    lines: Sequence[tuple[str, ...]],
    high: float,
    size: float,
    *,
    fill: float | None,
    bold: Sequence[bool],
) -> None:
    page, x, step = flow.page, flow.left, leading_of(size)
    if fill is not None:
        page.box(x, flow.y, sum(widths), high, 0, fill)
    for wide, each, is_bold in zip(widths, lines, bold, strict=True):
        page.box(x, flow.y, wide, high, THIN if fill == GREY else HAIR)
        y = flow.y + PAD
        for line in each:
            page.text(x + PAD, y + base_of(size, step), line, size, bold=is_bold)
            y += step
        x += wide
    flow.y += high


def _rules(flow: Flow, widths: Sequence[float], row: Row, top: float, high: float) -> None:
    """Blanks to write on, and the stroke through what is omitted."""
    x = flow.left
    for wide, entry in zip(widths, row.cells, strict=True):
        if entry.ruled:
            flow.page.rule(x + PAD, top + high - 5, x + wide - PAD, top + high - 5, HAIR)
        x += wide
    if row.struck:
        middle = top + PAD + base_of(SIZE, leading_of(SIZE)) - 0.3 * SIZE
        flow.page.rule(flow.left + PAD, middle, flow.left + widths[0] + widths[1] - PAD, middle, THIN)
