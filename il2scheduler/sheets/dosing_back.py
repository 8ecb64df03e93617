"""The back of a dosing sheet: preparation, adverse events, end of the cycle, sites, signatures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from il2scheduler.i18n import Words
from il2scheduler.schedule import Appointment, CycleStart, NotGiven, Status
from il2scheduler.sheets import fonts, phrases
from il2scheduler.sheets.body_map import body_map, map_title
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE
from il2scheduler.sheets.page import HAIR, THIN, base_of, leading_of, wrapped
from il2scheduler.sheets.preparation import preparation
from il2scheduler.sheets.table import Cell, Column, Row, table
from il2scheduler.wording import cycle_label

LINE = 21.0
_SIGNATURES = 101.0


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
    wide = max(140.0, fonts.width(map_title(w), SIZE, bold=True) + 14)
    room = flow.wide - wide - 10
    _, following = phrases.before_and_after(schedule, start)
    earliest = _earliest(w, start, following)
    texts = list(wrapped(earliest, SIZE, room - 10)) if earliest else []
    high = 16 + 6 * LINE + leading_of(SIZE) * len(texts)
    flow.need(high + 6)
    page, top = flow.page, flow.y
    page.box(flow.left, top, room, high, THIN)
    body_map(flow, flow.left + room + 10, top, wide, high)
    x, end = flow.left + 5, flow.left + room - 5
    page.text(x, top + 14, w("End of the cycle"), 12, bold=True)
    flow.y = top + 17
    _counts(flow, x, end, tally(course))
    base = flow.y + base_of(SIZE, LINE)
    half = x + (end - x) / 2
    flow.blank(w("Vials opened, clinic and home:"), x, x + (end - x) * 0.56, base)
    flow.blank(w("returned unopened:"), x + (end - x) * 0.56 + 6, end, base)
    base += LINE
    if following is None:
        page.text(x, base, w("This is the last planned cycle."), SIZE)
    else:
        label = phrases.upper(cycle_label(w, following.template.number))
        after = page.text(x, base, w("{title}:", title=label), SIZE, bold=True) + 6
        planned = w("as planned, {date}", date=phrases.staff_day(w, following.planned))
        after = page.text(page.tick_box(after, base, SIZE), base, planned, SIZE) + 8
        flow.blank(w("changed to"), page.tick_box(after, base, SIZE), end, base)
    base = page.lines(x, base + leading_of(SIZE) - base_of(SIZE, leading_of(SIZE)), texts, SIZE)
    base += base_of(SIZE, LINE)
    flow.blank(w("Signature:"), x, half - 8, base)
    flow.blank(w("Date:"), half, end, base)
    flow.y = top + high + 6


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the injections of a course; `settled` once every one is recorded."""

    due: int
    given: int
    given_iu: int | None
    not_given: Mapping[NotGiven, int]
    settled: bool


def tally(course: Sequence[Appointment]) -> Tally:
    """Count a course; `given_iu` is None where the dose of an injection that was given is not known."""
    injections = [injection for day in course for injection in phrases.due(day)]
    given = [injection for injection in injections if injection.status is Status.GIVEN]
    doses = [injection.given_iu for injection in given if injection.given_iu is not None]
    return Tally(
        len(injections),
        len(given),
        sum(doses) if len(doses) == len(given) else None,
        Counter(injection.not_given for injection in injections if injection.not_given is not None),
        settled=bool(injections) and all(injection.recorded for injection in injections),
    )


def _counts(flow: Flow, x: float, end: float, counted: Tally) -> None:
    """How many were given, how many not and why, and the dose: printed once all of it is recorded."""
    w, page = flow.w, flow.page
    known = counted.settled
    base = flow.y + base_of(SIZE, LINE)
    after = page.text(x, base, w("Given, in full or in part:"), SIZE) + 4
    after = _figure(flow, after, base, 40, str(counted.given) if known else "")
    page.text(after + 4, base, w("of {count}", count=counted.due), SIZE)
    base += LINE
    after = page.text(x, base, w("Not given, how many of each code:"), SIZE) + 5
    wide = (end - after) / len(NotGiven)
    for place, code in enumerate(NotGiven):
        at = page.text(after + place * wide, base, code.value, SIZE, bold=True) + 2
        figure = str(counted.not_given.get(code, 0)) if known else ""
        _figure(flow, at, base, after + (place + 1) * wide - 4 - at, figure)
    base += LINE
    unit = w("million international units")
    after = page.text(x, base, w("Dose in the cycle:"), SIZE) + 4
    if known and counted.given_iu is not None:
        page.text(after, base, w.dose(counted.given_iu), SIZE, bold=True)
    else:
        start = end - fonts.width(unit, SIZE)
        page.rule(after, base + 2, start - 4, base + 2, HAIR)
        page.text(start, base, unit, SIZE)
    flow.y += 3 * LINE


def _figure(flow: Flow, x: float, base: float, wide: float, figure: str) -> float:
    """A figure in bold, or a rule to write it on; returns where it ends."""
    if figure:
        return flow.page.text(x, base, figure, SIZE, bold=True)
    flow.page.rule(x, base + 2, x + wide, base + 2, HAIR)
    return x + wide


def _earliest(w: Words, start: CycleStart, following: CycleStart | None) -> str:
    """From when on the next cycle may begin; empty where nothing says so."""
    if following is None or following.template.minimum_gap is None:
        return ""
    minimum = following.template.minimum_gap
    began = start.counted or start.planned
    name = phrases.upper(cycle_label(w, following.template.number))
    if began is None:
        return w(
            "{cycle}: earliest {minimum} days after the start of this cycle.", cycle=name, minimum=minimum
        )
    return w(
        "{cycle}: earliest {date} (start of this cycle + {minimum} days).",
        cycle=name,
        date=w.staff_date(began + timedelta(days=minimum)),
        minimum=minimum,
    )


def _adverse_events(flow: Flow) -> None:
    w = flow.w
    flow.heading(w("Adverse events: began and ended with date and time"), keep=80)
    columns = [
        Column(w("Began"), 100),
        Column(w("Event"), share=1.4),
        Column(w("Grade"), 50),
        Column(w("Action, treatment"), share=1.4),
        Column(w("Ended"), 100),
        Column(w("Initials"), 56),
    ]
    # The signatures stay on the page where two to four rows of events leave room for them.
    room = int((flow.room - 44 - _SIGNATURES) / LINE)
    table(flow, columns, [Row(_empty(6)) for _ in range(min(4, room) if room >= 2 else 4)], least=LINE)


def _signatures(flow: Flow) -> None:
    w = flow.w
    flow.heading(w("Signature log: everyone who signs or initials this sheet"), keep=80)
    columns = [
        Column(w("Name"), share=1.4),
        Column(w("Role"), share=1),
        Column(w("Signature"), share=1.2),
        Column(w("Initials"), 60),
        Column(w("Date"), 80),
    ]
    rows = min(5, max(3, int((flow.room - 30) / LINE)))
    table(flow, columns, [Row(_empty(5)) for _ in range(rows)], least=LINE)


def _empty(count: int) -> tuple[Cell, ...]:
    return tuple(Cell() for _ in range(count))
