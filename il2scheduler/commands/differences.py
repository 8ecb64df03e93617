"""What a decision changes besides dates: doses, places, statuses, hours and recorded facts, grouped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from il2scheduler.appointment import Appointment, Injection, NotGiven, Status
from il2scheduler.protocol import Place
from il2scheduler.schedule import Schedule

Window = tuple[int, int] | tuple[date, date]
Value = str | int | date | datetime | time | Place | Status | NotGiven | Window | None


class Aspect(StrEnum):
    """What of an injection or a visit is another one; the values are part of the command line's contract."""

    ADDED = "added"
    GONE = "gone"
    STATUS = "status"
    DRUG = "drug"
    DOSE = "dose"
    PLACE = "place"
    HOUR = "hour"
    WINDOW = "window"
    DONE_ON = "done-on"
    GIVEN_AT = "given-at"
    GIVEN_DOSE = "given-dose"
    SITE = "site"
    BATCH = "batch"
    GIVEN_BY = "given-by"
    NOT_GIVEN = "not-given"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was and becomes, of `count` injections, or of a visit (`visit` is its code).

    `cycles` are those in which it is alike. `days` are days of the cycle, `times` planned clock times; None
    where it is every one of them. Doses are in international units, a window in days before and after the
    nominal date, or its first and last date (see `window_change`). An injection that is added or gone has its
    dose for a value.
    """

    aspect: Aspect
    before: Value
    after: Value
    count: int = 0
    cycles: tuple[int, ...] = ()
    days: tuple[int, ...] | None = None
    times: tuple[time, ...] | None = None
    visit: str | None = None


_Cell = tuple[int, time]
_Day = tuple[int, bool, tuple[Injection, ...]]
_What = tuple[Aspect, Value, Value]

_PLANNED = {Aspect.DRUG: "drug", Aspect.DOSE: "dose_iu", Aspect.PLACE: "place"}
_RECORDED = {
    Aspect.GIVEN_AT: "given_at",
    Aspect.GIVEN_DOSE: "given_iu",
    Aspect.SITE: "site",
    Aspect.BATCH: "batch",
    Aspect.GIVEN_BY: "given_by",
    Aspect.NOT_GIVEN: "not_given",
    Aspect.NOTE: "note",
}


def differences(before: Schedule, after: Schedule) -> tuple[Difference, ...]:
    """Everything but planned dates that is other in the second schedule: injections by cycle, then visits.

    Like things of several cycles are one difference. A visit that is added, left out or moved to a date is
    told by its dates, not here.
    """
    return (*_of_injections(before, after), *_of_visits(before, after))


def _of_injections(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old, new = _courses(before), _courses(after)
    alike: dict[tuple[_What, frozenset[_Cell], bool, bool, int], list[int]] = {}
    for cycle in sorted(old.keys() | new.keys()):
        if old.get(cycle) == new.get(cycle):
            continue
        was, becomes = _cells(old.get(cycle, [])), _cells(new.get(cycle, []))
        every = was.keys() | becomes.keys()
        changed: dict[_What, set[_Cell]] = {}
        for cell in sorted(every):
            for what in _other(was.get(cell), becomes.get(cell)):
                changed.setdefault(what, set()).add(cell)
        for what, cells in changed.items():
            for block in _blocks(cells, every):
                days, times = _narrowed(block, every)
                key = (what, block, days, times, len(block))
                alike.setdefault(key, []).append(cycle)
    for (what, block, by_day, by_time, count), cycles in alike.items():
        yield Difference(
            *what,
            count=count * len(cycles),
            cycles=tuple(cycles),
            days=tuple(sorted({day for day, _ in block})) if by_day else None,
            times=tuple(sorted({at for _, at in block})) if by_time else None,
        )


def _courses(schedule: Schedule) -> dict[int, list[_Day]]:
    """The injection days of each cycle without their dates."""
    omitted = Status.OMITTED
    found: defaultdict[int, list[_Day]] = defaultdict(list)
    for day in schedule.appointments:
        if day.injections:
            found[day.cycle or 0].append((day.day or 0, day.status is omitted, day.injections))
    return found


def _cells(course: list[_Day]) -> dict[_Cell, tuple[Status, Injection]]:
    """The injections of a cycle by day and time; one of an omitted day is omitted."""
    return {
        (day, injection.time): (Status.OMITTED if omitted else injection.status, injection)
        for day, omitted, injections in course
        for injection in injections
    }


def _other(was: tuple[Status, Injection] | None, becomes: tuple[Status, Injection] | None) -> Iterator[_What]:
    if was is None or becomes is None:
        if becomes is not None:
            yield Aspect.ADDED, None, becomes[1].dose_iu
        elif was is not None:
            yield Aspect.GONE, was[1].dose_iu, None
        return
    (old_status, old), (new_status, new) = was, becomes
    if old_status is not new_status:
        yield Aspect.STATUS, old_status, new_status
    if not new.recorded and new_status is Status.PLANNED:
        for aspect, name in _PLANNED.items():
            if getattr(old, name) != getattr(new, name):
                yield aspect, getattr(old, name), getattr(new, name)
    if not old.recorded:
        yield from _first_record(new)
        return
    for aspect, name in _RECORDED.items():
        if getattr(old, name) != getattr(new, name):
            yield aspect, getattr(old, name), getattr(new, name)


def _first_record(new: Injection) -> Iterator[_What]:
    """Of a first record only what is unlike the plan."""
    if new.given_iu not in (None, new.dose_iu):
        yield Aspect.GIVEN_DOSE, new.dose_iu, new.given_iu
    if new.not_given is not None:
        yield Aspect.NOT_GIVEN, None, new.not_given


def _blocks(cells: set[_Cell], every: set[_Cell]) -> Iterator[frozenset[_Cell]]:
    """The cells as one block of days and times where they are one, else a block for each time."""
    days, times = {day for day, _ in cells}, {at for _, at in cells}
    if cells == {cell for cell in every if cell[0] in days and cell[1] in times}:
        yield frozenset(cells)
        return
    for at in sorted(times):
        yield frozenset(cell for cell in cells if cell[1] == at)


def _narrowed(block: frozenset[_Cell], every: set[_Cell]) -> tuple[bool, bool]:
    """Whether days and times must be named to tell the block from the whole course."""
    days, times = {day for day, _ in block}, {at for _, at in block}
    by_time = any(cell[0] in days and cell not in block for cell in every)
    by_day = any(cell[1] in times and cell not in block for cell in every)
    if by_time and not by_day:
        return False, True
    return by_day, by_time


def _of_visits(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old = {visit.code: visit for visit in before.visits()}
    for visit in after.visits():
        was = old.get(visit.code)
        if was is None or was == visit:
            continue
        for aspect, value, became in _of_visit(was, visit):
            if value != became:
                yield Difference(aspect, value, became, visit=visit.code)


def _of_visit(was: Appointment, visit: Appointment) -> Iterator[_What]:
    dated = was.planned is not None and visit.planned is not None
    if (was.active and visit.active) or not dated:
        yield Aspect.STATUS, was.status, visit.status
    yield Aspect.HOUR, was.hour, visit.hour
    yield Aspect.WINDOW, *window_change(_windowed(was), _windowed(visit))
    if was.recorded or visit.actual != visit.planned:
        yield Aspect.DONE_ON, was.actual, visit.actual
    yield Aspect.NOTE, was.note, visit.note


class Windowed(NamedTuple):
    """What a window is told by: its dates, and those of its visit."""

    window: tuple[date, date] | None
    nominal: date | None
    planned: date | None
    of_cycle: bool


def _windowed(visit: Appointment) -> Windowed:
    return Windowed(visit.window, visit.nominal, visit.planned, visit.cycle is not None)


def window_change(was: Windowed, becomes: Windowed) -> tuple[Window | None, Window | None]:
    """A window that was and that becomes, alike where there is nothing to tell.

    It is told in days before and after the nominal date. Of a visit that hangs on a cycle it goes where the
    cycle goes: then those days say nothing, and it is told by its dates, where it moved unlike its visit.
    """
    if becomes.of_cycle:
        if was.planned is None or becomes.planned is None:
            return None, None
        if was.window is not None and becomes.window is not None:
            moved = {after - before for before, after in zip(was.window, becomes.window, strict=True)}
            if moved in ({timedelta(0)}, {becomes.planned - was.planned}):
                return None, None
            if len(moved) == 1:
                return was.window, becomes.window
        if was.planned != was.nominal or becomes.planned != becomes.nominal:
            return was.window, becomes.window
    return _days_around(was), _days_around(becomes)


def _days_around(visit: Windowed) -> tuple[int, int] | None:
    """Days before and after the nominal date; None without a window or a date."""
    if visit.window is None or visit.nominal is None:
        return None
    return (visit.nominal - visit.window[0]).days, (visit.window[1] - visit.nominal).days


def json_value(value: Value) -> object:
    """A value as plain JSON."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, tuple):
        return [one.isoformat() if isinstance(one, date) else one for one in value]
    return value.value if isinstance(value, Place | Status | NotGiven) else value
