"""What makes a command worth a second look: an unusual dose, an end or a date far from everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from il2scheduler.appointment import Appointment, Injection, Status
from il2scheduler.commands.planning import highest_dose
from il2scheduler.commands.state import Context, Draft, PatientState
from il2scheduler.commands.values import (
    AddVisit,
    CorrectInjection,
    CorrectVisit,
    DateCycle,
    DateEvent,
    Enrol,
    Give,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    PatientCommand,
    RecordVisit,
    SetAnchor,
    SetDose,
    SetPlace,
    Stop,
    TickGate,
    Withdraw,
)
from il2scheduler.protocol import Arm, Basis, Place, Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Finding, FindingKind, Severity
from il2scheduler.rules.findings import Fact
from il2scheduler.schedule import Schedule, build

FIRST_YEAR, LAST_YEAR = 1990, 2100
FAR_DAYS = 366
"""So far from where it stood, or from the rest of the schedule, a date is likely a slip of the keys."""
LONG_AGO_DAYS = 28
START_AHEAD_DAYS, START_AGO_DAYS = 2 * 366, 10 * 366
ADULT_FACTORS = {Basis.PER_M2: (1.2, 2.8), Basis.PER_KG: (30.0, 250.0)}
"""What a figure per m2 or per kg is multiplied by for an adult, widely: body surface, weight."""
UNUSUAL_DOSES = frozenset({FindingKind.DOSE_NOT_LISTED, FindingKind.DOSE_JUMP})
"""A command with one of these is confirmed with a reason."""


def check_dates(command: PatientCommand, state: PatientState | None) -> None:
    """Refuse a date in a year that no study is planned for."""
    for day in _dates(command, state):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
            raise Refusal("date-range", date=day, first=first, last=last)


def cautions(
    command: PatientCommand, state: PatientState | None, draft: Draft, context: Context
) -> tuple[Finding, ...]:
    """Findings of the command itself, besides those of the schedule it leads to; all of them warn."""
    if state is None:
        return (*_prescribed(command, draft), *_far_start(command, None, context))
    found: list[Finding] = []
    if isinstance(command, SetDose):
        found += _dose_level(command, state)
    elif isinstance(command, Give | GiveCourse | CorrectInjection):
        found += _doses_given(state, draft)
    elif isinstance(command, Stop | Withdraw):
        found += _end(command, state, context)
    elif isinstance(command, SetPlace | TickGate):
        found += _places_kept(command, draft)
    elif isinstance(command, SetAnchor):
        found += _far_start(command, state, context)
    else:
        found += _far_date(command, state)
    return tuple(found)


def _dates(command: PatientCommand, state: PatientState | None) -> list[date]:
    if isinstance(command, MoveCycle):
        return [day for day in [_target(command, state)] if day is not None]
    if isinstance(command, Enrol):
        return [] if command.anchor is None else [command.anchor]
    if isinstance(command, SetAnchor | MoveVisit):
        return [command.to]
    if isinstance(command, DateCycle | DateEvent | AddVisit | Stop | Withdraw):
        return [command.on]
    if isinstance(command, RecordVisit | CorrectVisit):
        return [] if command.done is None else [command.done]
    return []


def _target(command: MoveCycle, state: PatientState | None) -> date | None:
    """Where a cycle is moved to; None where that cannot be said (no such cycle, no date)."""
    if command.to is not None or state is None:
        return command.to
    try:
        planned = state.schedule.start(command.cycle).planned
    except KeyError:
        return None
    return None if planned is None else planned + timedelta(days=command.days or 0)


# --- Doses ---


def _dose_level(command: SetDose, state: PatientState) -> Iterator[Finding]:
    """Compared with the protocol's doses, and with those it replaces (else the last one that was given)."""
    replaced = [
        i.dose_iu
        for day in state.schedule.appointments
        for i in day.injections
        if (day.cycle or 0) >= command.from_cycle and i.status is Status.PLANNED and i.dose_iu
    ]
    previous = replaced or [dose for dose in [_last_given(state.schedule.appointments)] if dose]
    where = f"C{command.from_cycle}"
    yield from _unusual(state.schedule, where, command.dose_iu, previous)
    yield from _not_multiplied(state.schedule.arm, where, command.dose_iu, command.from_cycle)


def _prescribed(command: PatientCommand, draft: Draft) -> Iterator[Finding]:
    """A dose prescribed at enrolment, compared with the protocol's levels where it has any."""
    arm, dose = draft.protocol.arm(draft.patient.arm), draft.patient.prescribed_iu
    if not isinstance(command, Enrol) or dose is None:
        return
    levels, stated = _listed(arm, None)
    if levels and dose not in levels | stated:
        yield _not_listed("enrol", dose, levels, stated)
    yield from _not_multiplied(arm, "enrol", dose, 1)


def _not_multiplied(arm: Arm, where: str, dose: int, from_cycle: int) -> Iterator[Finding]:
    """A dose that no adult's can be beside a figure per m2 or kg: most likely that figure itself was typed.

    Nothing is computed from a patient's measures; the factors are wide bounds of an adult's body surface in
    square metres and of a weight in kilograms. A dose that the protocol lists, or its highest, is none.
    """
    cycles = [cycle for cycle in arm.possible_cycles if cycle.number >= from_cycle]
    for series in dict.fromkeys(arm.series_of(cycle) for cycle in cycles):
        bounds = ADULT_FACTORS.get(series.basis)
        if bounds is None or not series.basis_iu or dose in (*series.levels_iu, series.maximum_iu):
            continue
        times = dose / series.basis_iu
        if not bounds[0] <= times <= bounds[1]:
            facts: dict[str, Fact] = {
                "dose_iu": dose,
                "levels": False,
                "listed": "",
                "basis_iu": series.basis_iu,
                "per": "kg" if series.basis is Basis.PER_KG else "m2",
                "hundredths": round(times * 100),
                "low_hundredths": round(bounds[0] * 100),
                "high_hundredths": round(bounds[1] * 100),
            }
            yield Finding(FindingKind.DOSE_NOT_LISTED, Severity.WARNS, where, None, facts)
            return


def _doses_given(state: PatientState, draft: Draft) -> Iterator[Finding]:
    """Doses unlike the planned ones; each dose is told once, at its first injection."""
    before = {(day.code, i.time): i.given_iu for day in state.schedule.appointments for i in day.injections}
    held = sorted(draft.patient.held.values(), key=lambda day: (day.planned or date.max, day.code))
    told: set[int] = set()
    previous: Injection | None = None
    for day in held:
        for injection in day.injections:
            dose = injection.given_iu
            if dose is None:
                continue
            is_new = dose != before.get((day.code, injection.time))
            if is_new and dose != injection.dose_iu and dose not in told:
                told.add(dose)
                last = injection.dose_iu if previous is None else previous.given_iu
                yield from _unusual(state.schedule, day.code, dose, [last] if last else [])
            previous = injection


def _last_given(appointments: tuple[Appointment, ...]) -> int | None:
    given = [i.given_iu for day in appointments for i in day.injections if i.given_iu]
    return given[-1] if given else None


def _unusual(schedule: Schedule, where: str, dose: int, previous: list[int]) -> Iterator[Finding]:
    levels, stated = _listed(schedule.arm, schedule.patient.prescribed_iu)
    if dose not in levels | stated:
        yield _not_listed(where, dose, levels, stated, highest_dose(schedule.arm))
    far = [one for one in previous if max(dose, one) >= 2 * min(dose, one)]
    if far:
        facts: dict[str, Fact] = {"dose_iu": dose, "previous_iu": far[0]}
        yield Finding(FindingKind.DOSE_JUMP, Severity.WARNS, where, None, facts)


def _not_listed(
    where: str, dose: int, levels: set[int], stated: set[int], highest: int | None = None
) -> Finding:
    """Only what was given can be above the highest dose: it is refused where it is prescribed or planned."""
    listed = " ".join(str(one) for one in sorted(levels | stated))
    facts: dict[str, Fact] = {"dose_iu": dose, "levels": bool(levels), "listed": listed}
    if highest is not None and dose > highest:
        facts["highest_iu"] = highest
    return Finding(FindingKind.DOSE_NOT_LISTED, Severity.WARNS, where, None, facts)


def _listed(arm: Arm, prescribed: int | None) -> tuple[set[int], set[int]]:
    """The dose levels of the protocol, and the doses it states (or that were prescribed)."""
    levels = {level for series in arm.series for level in series.levels_iu}
    stated = {
        i.dose_iu for cycle in arm.possible_cycles for day in cycle.days for i in day.injections if i.dose_iu
    }
    return levels, stated | ({prescribed} if prescribed else set())


# --- Places ---


def _places_kept(command: SetPlace | TickGate, draft: Draft) -> Iterator[Finding]:
    """Where a choice for a day or a time, or any choice beside a gate, goes before the one that is made.

    Told for each day, or once for a cycle of which nothing follows.
    """
    patient, schedule = draft.patient, build(draft.protocol, draft.patient)
    for start in schedule.starts:
        number, meant = start.template.number, 0
        kept: dict[str, list[Place]] = {}
        for day in schedule.course(number):
            for injection in day.injections:
                slot = number, day.day or 0, injection.time
                place = _place_meant(command, draft.protocol, slot)
                if place is None or injection.status is not Status.PLANNED:
                    continue
                meant += 1
                if injection.place is not place and any(choice.covers(*slot) for choice in patient.places):
                    kept.setdefault(day.code, []).append(injection.place)
        every = [place for places in kept.values() for place in places]
        for where, places in ({start.code: every} if every and len(every) == meant else kept).items():
            facts: dict[str, Fact] = {"count": len(places), "places": " ".join(dict.fromkeys(places))}
            yield Finding(FindingKind.PLACE_KEPT, Severity.WARNS, where, None, facts)


def _place_meant(
    command: SetPlace | TickGate, protocol: Protocol, slot: tuple[int, int, time]
) -> Place | None:
    """Where the command would have an injection (cycle, day, time) given; None where it says nothing."""
    if isinstance(command, SetPlace):
        return command.choice.place if command.choice.covers(*slot) else None
    gates = [gate for gate in protocol.gates if gate.code == command.gate and slot[0] in gate.cycles]
    return gates[0].place if command.met and gates else None


# --- Ends ---


def _end(command: Stop | Withdraw, state: PatientState, context: Context) -> Iterator[Finding]:
    """An end before what is recorded, before the start, long ago, or still to come."""
    where = "stop" if isinstance(command, Stop) else "withdraw"
    on, anchor = command.on, state.patient.anchor
    later = [day for day in state.patient.held.values() if _lies_after(day, command)]
    if later:
        last = max(later, key=lambda day: (day.planned or date.min, day.code))
        yield _ending(where, on, why="recorded", count=len(later), last=last.code, last_date=last.planned)
    if anchor is not None and on < anchor:
        yield _ending(where, on, why="before-start", start=anchor)
    elif on < context.today - timedelta(days=LONG_AGO_DAYS):
        yield _ending(where, on, why="long-ago", days=(context.today - on).days)
    elif on > context.today:
        yield _ending(where, on, why="to-come", days=(on - context.today).days)


def _lies_after(day: Appointment, command: Stop | Withdraw) -> bool:
    if day.planned is None:
        return False
    if isinstance(command, Stop):
        return bool(day.injections) and day.planned >= command.on
    return day.planned > command.on


def _ending(where: str, on: date, **facts: Fact) -> Finding:
    return Finding(FindingKind.END_DATE, Severity.WARNS, where, on, facts)


# --- Dates far off ---


def _far_start(command: PatientCommand, state: PatientState | None, context: Context) -> Iterator[Finding]:
    old = None if state is None else state.patient.anchor
    start = command.to if isinstance(command, SetAnchor) else getattr(command, "anchor", None)
    if not isinstance(start, date):
        return
    if old is not None:
        if abs((start - old).days) > FAR_DAYS:
            yield _far("anchor", start, "stood", old)
    elif not -START_AGO_DAYS <= (start - context.today).days <= START_AHEAD_DAYS:
        yield _far("anchor", start, "today", context.today)


def _far_date(command: PatientCommand, state: PatientState) -> Iterator[Finding]:
    """A date far from where it stood, before the start, or far from the rest of the schedule."""
    where, stood = _place(command, state)
    for day in _dates(command, state):
        start = _start_after(command, state, day)
        if stood is not None and abs((day - stood).days) > FAR_DAYS:
            yield _far(where, day, "stood", stood)
        elif start is not None:
            yield _far(where, day, "start", start)
        elif stood is None and (span := state.schedule.span()) is not None:
            nearest = min(max(day, span[0]), span[1])
            if abs((day - nearest).days) > FAR_DAYS:
                yield _far(where, day, "schedule", nearest)


def _start_after(command: PatientCommand, state: PatientState, day: date) -> date | None:
    """The patient's start where what belongs after it (or on it) would lie before; else None.

    A first injection that is the start itself may move, and so may a visit inside its window.
    """
    anchor = state.patient.anchor
    if anchor is None or day >= anchor:
        return None
    if isinstance(command, MoveCycle | DateCycle):
        nominal = next((s.nominal for s in state.schedule.starts if s.template.number == command.cycle), None)
        return anchor if nominal is None or nominal > anchor else None
    if isinstance(command, MoveVisit | RecordVisit | CorrectVisit):
        visit = state.schedule.appointment(command.visit)
        belongs = visit.nominal or visit.planned
        return anchor if belongs is not None and belongs >= anchor and not visit.in_window(day) else None
    return None


def _place(command: PatientCommand, state: PatientState) -> tuple[str, date | None]:
    if isinstance(command, MoveCycle | DateCycle):
        stood = next((s.planned for s in state.schedule.starts if s.template.number == command.cycle), None)
        return f"C{command.cycle}", stood
    if isinstance(command, MoveVisit | RecordVisit | CorrectVisit):
        return command.visit, state.schedule.appointment(command.visit).planned
    return command.event if isinstance(command, DateEvent) else "U", None


def _far(where: str, day: date, why: str, other: date) -> Finding:
    facts: dict[str, Fact] = {"why": why, "other": other, "days": abs((day - other).days)}
    return Finding(FindingKind.FAR_DATE, Severity.WARNS, where, day, facts)
