"""The grid of the schedule of activities: as many columns side by side as are legible, the rest below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from il2scheduler.sheets import fonts
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE
from il2scheduler.sheets.page import GREY, HAIR, PALE, THICK, THIN, base_of, leading_of, wrapped
from il2scheduler.sheets.table import PAD

_FIRST = 160.0
_LEAST = 92.0
_STEP = leading_of(SIZE)

Lines = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a column."""

    epoch: str
    label: str
    code: str
    dates: tuple[str, ...]
    study_days: str
    window: str


def grid(
    flow: Flow, corner: str, headings: Sequence[Heading], rows: Sequence[tuple[str, tuple[str, ...]]]
) -> None:
    """Draw the table in bands of columns; a band is never split over two pages where a page can hold it."""
    dates = [date for heading in headings for date in heading.dates]
    least = max([fonts.width(date, SIZE) + 2 * PAD + 1 for date in dates] + [_LEAST])
    most = max(1, int((flow.wide - _FIRST) / least))
    bands = -(-len(headings) // most)
    each = -(-len(headings) // bands)
    for start in range(0, len(headings), each):
        chosen = slice(start, start + each)
        _band(flow, corner, headings[chosen], [(label, cells[chosen]) for label, cells in rows], each)


def _band(
    flow: Flow,
    corner: str,
    headings: Sequence[Heading],
    rows: Sequence[tuple[str, tuple[str, ...]]],
    columns: int,
) -> None:
    wide = (flow.wide - _FIRST) / columns
    above = _above(flow, corner, headings, wide)
    body = [([label], [(mark,) for mark in marks]) for label, marks in rows]
    laid = [wrapped(label, SIZE, _FIRST - 2 * PAD) for label, _ in rows]
    heights = [max(len(lines), 1) * _STEP + 2 * PAD for lines in laid]
    head_high = sum(high for _, _, high in above) + _STEP + 2 * PAD
    flow.need(head_high + min(sum(heights), 200.0))
    _draw_above(flow, headings, above, wide)
    for (_, marks), lines, high in zip(body, laid, heights, strict=True):
        if high > flow.room:
            flow.start(flow.part)
            _draw_above(flow, headings, above, wide)
        _cells(flow, lines, marks, high, wide, centred=True)
    flow.y += 10


def _above(
    flow: Flow, corner: str, headings: Sequence[Heading], wide: float
) -> list[tuple[tuple[str, ...], Lines, float]]:
    """The rows above the body: label, code, dates, study day, window."""
    w, room = flow.w, wide - 2 * PAD
    texts: list[tuple[str, list[tuple[str, ...]], bool]] = [
        (corner, [(heading.label,) for heading in headings], True),
        (w("Code in the program"), [(heading.code,) for heading in headings], False),
        (w("Planned date"), [heading.dates for heading in headings], False),
        (w("Study day"), [(heading.study_days,) for heading in headings], False),
        (w("Window"), [(heading.window,) for heading in headings], False),
    ]
    above: list[tuple[tuple[str, ...], Lines, float]] = []
    for label, cells, bold in texts:
        first = wrapped(label, SIZE, _FIRST - 2 * PAD, bold=True)
        lines = [
            tuple(line for text in paragraphs for line in wrapped(text, SIZE, room, bold=bold))
            for paragraphs in cells
        ]
        high = max(len(each) for each in [first, *lines]) * _STEP + 2 * PAD
        above.append((first, lines, high))
    return above


def _draw_above(
    flow: Flow,
    headings: Sequence[Heading],
    above: Sequence[tuple[tuple[str, ...], Lines, float]],
    wide: float,
) -> None:
    _epochs(flow, headings, wide)
    for i, (first, lines, high) in enumerate(above):
        flow.page.box(flow.left, flow.y, _FIRST + wide * len(headings), high, 0, GREY if i == 0 else PALE)
        _cells(flow, first, lines, high, wide, bold=i == 0, head=True)
    flow.page.rule(flow.left, flow.y, flow.left + _FIRST + wide * len(headings), flow.y, THICK)


def _epochs(flow: Flow, headings: Sequence[Heading], wide: float) -> None:
    """One box over all neighbouring columns of an epoch."""
    high = _STEP + 2 * PAD
    page, base = flow.page, flow.y + PAD + base_of(SIZE, _STEP)
    page.box(flow.left, flow.y, _FIRST, high, THIN)
    page.text(flow.left + PAD, base, flow.w("Epoch"), SIZE, bold=True)
    start = 0
    for i in range(1, len(headings) + 1):
        if i == len(headings) or headings[i].epoch != headings[start].epoch:
            x, across = flow.left + _FIRST + start * wide, (i - start) * wide
            page.box(x, flow.y, across, high, THIN)
            page.centred(x + across / 2, base, headings[start].epoch, SIZE, bold=True)
            start = i
    flow.y += high


def _cells(
    flow: Flow,
    first: tuple[str, ...],
    lines: Sequence[tuple[str, ...]],
    high: float,
    wide: float,
    *,
    bold: bool = False,
    head: bool = False,
    centred: bool = False,
) -> None:
    page, x = flow.page, flow.left
    page.box(x, flow.y, _FIRST, high, HAIR)
    page.lines(x + PAD, flow.y + PAD, list(first), SIZE, bold=head)
    x += _FIRST
    for each in lines:
        page.box(x, flow.y, wide, high, HAIR)
        y = flow.y + PAD
        for line in each:
            base = y + base_of(SIZE, _STEP)
            if centred:
                page.centred(x + wide / 2, base, line, SIZE, bold=True)
            else:
                page.text(x + PAD, base, line, SIZE, bold=bold)
            y += _STEP
        if not each and head and not centred and lines:
            page.rule(x + PAD, flow.y + high - 5, x + wide - PAD, flow.y + high - 5, HAIR)
        x += wide
    flow.y += high
