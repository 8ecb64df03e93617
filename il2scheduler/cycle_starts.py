"""When the cycles of a patient begin: recorded, chosen, or by the protocol's rule for later cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from il2scheduler.appointment import Appointment, Status
from il2scheduler.patient import OmissionCause, Patient
from il2scheduler.protocol import Arm, CycleRule, CycleTemplate

# Named here because an enum takes longer to give a member than the rest of a rule takes.
_FLOATING, _FIXED, _CAP = CycleRule.FLOATING, CycleRule.FIXED, OmissionCause.CAP


class CycleStart(NamedTuple):
    """When a cycle begins: nominally, and as planned by the rule for later cycles.

    `begun` is True once an injection of it is recorded: then nothing moves it. `counted` is the date later
    gaps count from: that of its first given injection, else its planned day 1; None where no injection of
    it is given or planned any more. While a day before the first given one is still to be recorded it is
    planned day 1 as well: day 2 may be recorded before day 1, and that delays nothing. Where the first
    injection is not on day 1 (a course of weekdays), its days after day 1 are taken off: given as planned it
    counts as planned.
    """

    template: CycleTemplate
    nominal: date | None
    planned: date | None
    omitted: OmissionCause | None
    begun: bool = False
    counted: date | None = None

    @property
    def code(self) -> str:
        """`C3` for cycle 3."""
        return self.template.code


def cycle_starts(arm: Arm, patient: Patient) -> tuple[CycleStart, ...]:
    """Planned starts from scratch, never by adding a delta: +7 then -7 restores every date.

    A minimum gap counts from the last cycle that is not omitted and has an injection given or planned. A
    floating cycle follows the one before it even where that one is omitted: later cycles keep their dates.
    """
    return tuple(_in_turn(arm, patient))


def cycle_start(arm: Arm, patient: Patient, number: int) -> CycleStart:
    """The start of one cycle: what comes after it does not move it."""
    return next(islice(_in_turn(arm, patient), number - 1, None))


def _in_turn(arm: Arm, patient: Patient) -> Iterator[CycleStart]:
    begun = _begun(patient)
    before: CycleStart | None = None
    active: date | None = None
    for cycle in (*arm.cycles, *_added(arm, patient, begun)):
        if cycle.number in begun:
            start = _begun_start(cycle, patient, begun[cycle.number])
        elif cycle.rule is _FLOATING and before is not None:
            start = _unbegun_start(cycle, patient, before.counted or before.planned)
        else:
            start = _unbegun_start(cycle, patient, active)
        yield start
        before = start
        if start.omitted is None and start.counted is not None:
            active = start.counted


def _added(arm: Arm, patient: Patient, begun: Mapping[int, list[Appointment]]) -> tuple[CycleTemplate, ...]:
    """The cycles on demand that a person has dated, and any before the last of them."""
    dated = [n for n, c in enumerate(arm.on_demand, 1) if c.code in patient.chosen or c.number in begun]
    return arm.on_demand[: max(dated, default=0)]


_span = lru_cache(maxsize=4096)(timedelta)  # A schedule adds the same few numbers of days a hundred times.


def shift(day: date | None, days: int | None) -> date | None:
    """`days` after a date; None where either is not known."""
    return None if day is None or days is None else day + _span(days)


def is_stopped(patient: Patient, day: date | None) -> bool:
    """True when treatment ends on or before this date; what has no date yet is not given any more either."""
    return patient.stopped is not None and (day is None or day >= patient.stopped)


def is_withdrawn(patient: Patient, day: date | None) -> bool:
    """True when the patient leaves before this date, or when there is no date yet; that day is left open."""
    return patient.withdrawn is not None and (day is None or day > patient.withdrawn)


def _begun(patient: Patient) -> Mapping[int, list[Appointment]]:
    begun: dict[int, list[Appointment]] = {}
    for held in patient.held.values():
        if held.cycle is not None and held.injections and held.planned is not None:
            begun.setdefault(held.cycle, []).append(held)
    return begun


def _begun_start(cycle: CycleTemplate, patient: Patient, held: list[Appointment]) -> CycleStart:
    days = [(a.planned, a) for a in held if a.planned is not None and a.day is not None]
    on, first = min(days, key=lambda entry: entry[0])
    planned = on - timedelta(days=(first.day or 1) - 1)
    given = [day for day, a in days if any(i.status is Status.GIVEN for i in a.injections)]
    whole = {day for day, a in days if not any(i.status is Status.PLANNED for i in a.injections)}
    course = cycle.course(planned, evening_start=cycle.number in patient.evening_starts)
    dates = {planned + timedelta(days=day.day - 1) for day in course} | {day for day, _ in days}
    awaited = [day for day in dates - whole if not _ended(patient, day)]
    if given and not any(day < min(given) for day in awaited):
        counted: date | None = min(given) - (min(dates) - planned)
    else:
        counted = planned if given or awaited else None
    nominal = shift(patient.anchor, cycle.offset)
    return CycleStart(cycle, nominal, planned, omitted=None, begun=True, counted=counted)


def _ended(patient: Patient, day: date | None) -> bool:
    return is_stopped(patient, day) or is_withdrawn(patient, day)


def _unbegun_start(cycle: CycleTemplate, patient: Patient, previous: date | None) -> CycleStart:
    """An omission by the cap lasts only while the cycle would start past the cap: it may come back."""
    nominal = shift(patient.anchor, cycle.offset)
    chosen = patient.chosen.get(cycle.code)
    omitted = patient.omitted.get(cycle.number)
    planned = _planned_start(cycle, patient, nominal, chosen, previous)
    if omitted is _CAP and not _past_cap(cycle, patient.anchor, planned):
        omitted = None
    ends = patient.stopped is not None or patient.withdrawn is not None
    counted = None if ends and _ended(patient, planned) else planned
    return CycleStart(cycle, nominal, planned, omitted, begun=False, counted=counted)


def _past_cap(cycle: CycleTemplate, anchor: date | None, planned: date | None) -> bool:
    if cycle.last_start is None or anchor is None or planned is None:
        return False
    return (planned - anchor).days > cycle.last_start


def _planned_start(
    cycle: CycleTemplate, patient: Patient, nominal: date | None, chosen: date | None, previous: date | None
) -> date | None:
    """By the rule; as wanted where the protocol gives no gap (after a cycle dated by the site)."""
    wanted, rule = chosen or nominal, cycle.rule
    floating = rule is _FLOATING
    days = cycle.interval if floating else cycle.minimum_gap
    if wanted is None or previous is None or days is None or rule is _FIXED:
        return wanted
    if chosen is not None and (floating or cycle.code in patient.exact):
        return chosen
    if floating:
        return previous + _span(days)
    return max(wanted, previous + _span(days))
