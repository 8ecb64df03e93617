"""The back of a dosing sheet: preparation, adverse events, end of the cycle, sites, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from il2scheduler.i18n import Words
from il2scheduler.schedule import Appointment, CycleStart, Schedule
from il2scheduler.sheets import phrases
from il2scheduler.sheets.body_map import body_map
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE
from il2scheduler.sheets.page import THIN, base_of, leading_of, wrapped
from il2scheduler.sheets.preparation import preparation
from il2scheduler.sheets.table import Cell, Column, Row, table
from il2scheduler.wording import cycle_label

LINE = 21.0
_SIGNATURES = 108.0


def back(flow: Flow, start: CycleStart, course: Sequence[Appointment]) -> None:
    """Begin a new page and fill it with what a person writes beside the rows."""
    w = flow.w
    flow.start(w("{cycle}, back", cycle=cycle_label(w, start.template.number)))
    preparation(flow, start, course)
    _end_of_cycle(flow, start, course)
    _adverse_events(flow)
    _signatures(flow)


def _end_of_cycle(flow: Flow, start: CycleStart, course: Sequence[Appointment]) -> None:
    """The end of the cycle, with the map of the sites beside it."""
    w, schedule = flow.w, flow.furniture.schedule
    wide = 170.0
    room = flow.wide - wide - 12
    texts = [line for text in _next_cycle(w, schedule, start) for line in wrapped(text, SIZE, room - 10)]
    high = max(16 + 4 * LINE + leading_of(SIZE) * len(texts) + 8, 140.0)
    flow.need(high + 8)
    page, top = flow.page, flow.y
    page.box(flow.left, top, room, high, THIN)
    body_map(flow, flow.left + room + 12, top, wide, high)
    x, end = flow.left + 5, flow.left + room - 5
    page.text(x, top + 15, w("End of the cycle"), 12, bold=True)
    count = sum(len(phrases.due(day)) for day in course)
    y = top + 18
    half = x + (end - x) / 2
    base = y + base_of(SIZE, LINE)
    after = page.text(x, base, w("Given:"), SIZE) + 4
    page.rule(after, base + 2, after + 40, base + 2)
    page.text(after + 44, base, w("of {count}", count=count), SIZE)
    flow.blank(w("Not given:"), half, end, base)
    base += LINE
    flow.blank(w("Vials used:"), x, half - 8, base)
    flow.blank(w("Vials returned:"), half, end, base)
    base += LINE
    flow.blank(w("Dose given in the cycle:"), x, end, base)
    base += LINE
    flow.blank(w("Signature:"), x, half - 8, base)
    flow.blank(w("Date:"), half, end, base)
    page.lines(x, y + 4 * LINE, texts, SIZE)
    flow.y = top + high + 8


def _next_cycle(w: Words, schedule: Schedule, start: CycleStart) -> list[str]:
    _, following = phrases.before_and_after(schedule, start)
    if following is None:
        return [w("This is the last planned cycle.")]
    name = phrases.upper(cycle_label(w, following.template.number))
    said = [w("{cycle}: planned {date}.", cycle=name, date=phrases.staff_day(w, following.planned))]
    minimum = following.template.minimum_gap
    began = start.counted or start.planned
    if minimum is not None and began is not None:
        said.append(
            w(
                "{cycle}: earliest {date} (start of this cycle + {minimum} days).",
                cycle=name,
                date=w.staff_date(began + timedelta(days=minimum)),
                minimum=minimum,
            )
        )
    elif minimum is not None:
        said.append(
            w("{cycle}: earliest {minimum} days after the start of this cycle.", cycle=name, minimum=minimum)
        )
    return said


def _adverse_events(flow: Flow) -> None:
    w = flow.w
    flow.heading(w("Adverse events"), keep=80)
    columns = [
        Column(w("Began: date, time"), 118),
        Column(w("Event"), share=1.6),
        Column(w("Grade"), 50),
        Column(w("Action"), share=1),
        Column(w("Ended: date, time"), 118),
        Column(w("Initials"), 56),
    ]
    # The signatures stay on the page where two to four rows of events leave room for them.
    room = int((flow.room - 25 - _SIGNATURES) / LINE)
    table(flow, columns, [Row(_empty(6)) for _ in range(min(4, room) if room >= 2 else 4)], least=LINE)


def _signatures(flow: Flow) -> None:
    w = flow.w
    flow.heading(w("Signature log"), keep=80)
    columns = [
        Column(w("Name"), share=1.4),
        Column(w("Role"), share=1),
        Column(w("Signature"), share=1.2),
        Column(w("Initials"), 60),
        Column(w("Date"), 90),
    ]
    rows = min(5, max(3, int((flow.room - 30) / LINE)))
    table(flow, columns, [Row(_empty(5)) for _ in range(rows)], least=LINE)


def _empty(count: int) -> tuple[Cell, ...]:
    return tuple(Cell() for _ in range(count))
