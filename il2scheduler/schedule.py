"""A patient's schedule: every injection day and visit with its nominal, planned and actual date.

`build` is pure and deterministic: the same protocol and patient give the same schedule in any time
zone and locale. It moves nothing off closed days; that is a separate, visible step (`rules`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from il2scheduler.appointment import Appointment, Injection, Kind, NotGiven, Status, derived_status
from il2scheduler.cycle_starts import CycleStart, cycle_starts, is_stopped, is_withdrawn, shift
from il2scheduler.patient import OmissionCause, Patient, PlaceChoice, Unscheduled
from il2scheduler.protocol import (
    Arm,
    CycleTemplate,
    FromAnchor,
    FromCycle,
    FromEvent,
    InjectionTemplate,
    Place,
    Protocol,
    Totals,
    VisitTemplate,
)

__all__ = [
    "Appointment",
    "CycleStart",
    "Injection",
    "Kind",
    "NotGiven",
    "OmissionCause",
    "Patient",
    "PlaceChoice",
    "Schedule",
    "Status",
    "Unscheduled",
    "build",
]

UNSCHEDULED = "U"
EARLY_TERMINATION = "ET"
_UNDATED = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Schedule:
    """A patient's appointments sorted by planned date, visits before injections of the same day."""

    protocol: Protocol
    patient: Patient
    starts: tuple[CycleStart, ...]
    appointments: tuple[Appointment, ...]

    @property
    def arm(self) -> Arm:
        """The patient's arm."""
        return self.protocol.arm(self.patient.arm)

    def appointment(self, code: str) -> Appointment:
        """The appointment with this code; `KeyError` where there is none."""
        for appointment in self.appointments:
            if appointment.code == code:
                return appointment
        raise KeyError(code)

    def start(self, cycle: int) -> CycleStart:
        """The start of the cycle with this number; `KeyError` where there is none."""
        if 1 <= cycle <= len(self.starts):
            return self.starts[cycle - 1]
        raise KeyError(cycle)

    @property
    def next_on_demand(self) -> CycleTemplate | None:
        """The next cycle that a person may add by dating it; None where the protocol has none left."""
        possible = self.arm.possible_cycles
        return possible[len(self.starts)] if len(self.starts) < len(possible) else None

    def course(self, cycle: int) -> tuple[Appointment, ...]:
        """The injection days of a cycle, in order."""
        return tuple(a for a in self.appointments if a.kind is Kind.INJECTIONS and a.cycle == cycle)

    def cycle_status(self, cycle: int) -> Status:
        """Planned, running, given, given in part, not given, omitted or cancelled: from its injections."""
        injections = tuple(i for a in self.course(cycle) for i in a.injections)
        omitted = cycle <= len(self.starts) and self.start(cycle).omitted is not None
        return derived_status(injections, omitted=omitted)

    def visits(self) -> tuple[Appointment, ...]:
        """All visits, in order."""
        visit = Kind.VISIT
        return tuple([a for a in self.appointments if a.kind is visit])

    def on(self, day: date) -> tuple[Appointment, ...]:
        """What is due on a date, in the order of the day."""
        return tuple(a for a in self.appointments if a.on(day))

    def overdue(self, today: date) -> tuple[Appointment, ...]:
        """Planned before `today` and not, or not wholly, recorded."""
        return tuple(a for a in self.appointments if a.open and a.planned is not None and a.planned < today)

    def totals(self) -> Totals:
        """Cycles, injections and doses given or planned; omitted and cancelled ones are left out.

        A given injection counts with the dose that was given.
        """
        counted = (Status.PLANNED, Status.GIVEN)
        injections = [i for a in self.appointments for i in a.injections if i.status in counted]
        doses = [i.dose_iu if i.given_iu is None else i.given_iu for i in injections]
        known = [dose for dose in doses if dose is not None]
        cycles = {a.cycle for a in self.appointments if any(i.status in counted for i in a.injections)}
        return Totals(len(cycles), len(injections), sum(known) if len(known) == len(doses) else None)

    def span(self) -> tuple[date, date] | None:
        """First and last planned date, None without dates."""
        first = self.appointments[0].planned if self.appointments else None
        last = next((a.planned for a in reversed(self.appointments) if a.planned is not None), None)
        return None if first is None or last is None else (first, last)


@dataclass(frozen=True, slots=True)
class _LastInjection:
    day: date | None
    recorded: bool


def build(protocol: Protocol, patient: Patient, starts: tuple[CycleStart, ...] | None = None) -> Schedule:
    """The schedule of a patient; `KeyError` when the protocol has no such arm.

    `starts` are those of `cycle_starts`, where they are known already.
    `OverflowError` when the anchor is so late that a date would lie after year 9999.
    """
    arm = protocol.arm(patient.arm)
    starts = cycle_starts(arm, patient) if starts is None else starts
    days = _with_records(list(_courses(protocol, patient, starts)), patient, Kind.INJECTIONS)
    last = _last_injection(days)
    visits: list[Appointment] = []
    for visit in protocol.visits:
        if visit.belongs_to(patient.arm):
            visits.extend(_visit(visit, patient, starts, last))
    visits.extend(_added_visits(protocol, patient))
    visits = _with_records(visits, patient, Kind.VISIT)
    return Schedule(protocol, patient, starts, in_order(protocol, (*days, *visits)))


def in_order(protocol: Protocol, appointments: Iterable[Appointment]) -> tuple[Appointment, ...]:
    """Appointments sorted as `order` says; visits of one date as the protocol lists them, added ones last."""
    listed = {visit.code: place for place, visit in enumerate(protocol.visits)}
    last = len(listed)

    def place(appointment: Appointment) -> tuple[tuple[int, int, bool], int, int, str]:
        code = appointment.code
        return order(appointment), listed.get(appointment.template, last), len(code), code

    return tuple(sorted(appointments, key=place))


def order(appointment: Appointment) -> tuple[int, int, bool]:
    """The place of an appointment in a list: by planned date, visits before injections, undated last."""
    if appointment.planned is not None:
        place = appointment.planned.toordinal()
    elif appointment.offset is not None:
        place = _UNDATED + appointment.offset
    else:
        place = 2 * _UNDATED
    return (place, appointment.cycle or 0, False) if appointment.injections else (place, -1, True)


def _with_records(appointments: list[Appointment], patient: Patient, kind: Kind) -> list[Appointment]:
    """What is recorded stands as it was recorded; of a day recorded in part the rest stays planned.

    Recorded appointments that the protocol no longer has (it was amended) are kept.
    """
    if not patient.held and patient.withdrawn is None:
        return appointments
    known = {appointment.code for appointment in appointments}
    merged = [_merged(patient.held.get(fresh.code), fresh) for fresh in appointments]
    merged.extend(held for code, held in patient.held.items() if held.kind is kind and code not in known)
    return [_ended(appointment, patient) for appointment in merged]


def _merged(held: Appointment | None, fresh: Appointment) -> Appointment:
    if held is None:
        return fresh
    if not held.injections:
        return held
    planned = {injection.time: injection for injection in fresh.injections}
    injections = tuple(i if i.recorded else planned.get(i.time, i) for i in held.injections)
    return held._replace(injections=injections, status=derived_status(injections))


def _ended(appointment: Appointment, patient: Patient) -> Appointment:
    """Cancelled as far as unrecorded, where treatment or participation ended before it.

    On the day of a withdrawal what is left is decided by a person. What has no date never happens.
    """
    stopped = bool(appointment.injections) and is_stopped(patient, appointment.planned)
    if not appointment.open or not (stopped or is_withdrawn(patient, appointment.planned)):
        return appointment
    if not appointment.injections:
        return appointment._replace(status=Status.CANCELLED)
    injections = tuple(
        i if i.recorded else i._replace(status=Status.CANCELLED) for i in appointment.injections
    )
    return appointment._replace(injections=injections, status=derived_status(injections))


def _courses(protocol: Protocol, patient: Patient, starts: tuple[CycleStart, ...]) -> Iterator[Appointment]:
    """The injection days of all cycles.

    Most days are alike, and share their injections: nothing in an injection is a date.
    """
    known: object = None
    injections: tuple[Injection, ...] = ()
    status = Status.PLANNED
    kind, blinded = Kind.INJECTIONS, protocol.arm(patient.arm).blinded
    for start in starts:
        cycle, omitted = start.template, start.omitted is not None
        code, number = cycle.code, cycle.number
        set_iu, gate_place = patient.dose_from(number), _gate_place(protocol, patient, number)
        for course_day in cycle.course(start.planned, evening_start=number in patient.evening_starts):
            day, since = course_day.day, course_day.day - 1
            planned = shift(start.planned, since)
            dropped = omitted or (patient.stopped is not None and is_stopped(patient, planned))
            facts = (course_day.injections, omitted, dropped, set_iu, gate_place)
            if patient.places or facts != known:
                status = Status.CANCELLED if dropped else Status.PLANNED
                injections = tuple(
                    Injection(
                        template.time,
                        template.drug,
                        None if blinded else _dose(patient, set_iu, template),
                        _place(patient, number, day, template) or gate_place or template.place,
                        status,
                    )
                    for template in course_day.injections
                )
                known = facts
                status = Status.OMITTED if omitted else status
            yield Appointment(
                f"{code}D{day}",
                kind,
                cycle.series,
                number,
                day,
                None if cycle.offset is None else cycle.offset + since,
                shift(start.nominal, since),
                None,
                False,
                planned,
                None,
                status,
                injections,
            )


def _gate_place(protocol: Protocol, patient: Patient, cycle: int) -> Place | None:
    """Where the last gate that is met and names the cycle moves it."""
    met = [g.place for g in protocol.gates if g.code in patient.gates_met and cycle in g.cycles]
    return met[-1] if met else None


def _dose(patient: Patient, set_iu: int | None, template: InjectionTemplate) -> int | None:
    if set_iu is not None:
        return set_iu
    return patient.prescribed_iu if template.dose_iu is None else template.dose_iu


def _place(patient: Patient, cycle: int, day: int, template: InjectionTemplate) -> Place | None:
    """The place of the last choice that speaks of the injection."""
    chosen = [c.place for c in patient.places if c.covers(cycle, day, template.time)]
    return chosen[-1] if chosen else None


def _last_injection(days: list[Appointment]) -> _LastInjection:
    """The last day with an injection given or still planned, and whether that day is recorded."""
    counted = (Status.PLANNED, Status.GIVEN)
    last = _LastInjection(None, recorded=False)
    for day in reversed(days):
        if day.planned is None or (last.day is not None and day.planned < last.day):
            continue
        if any(i.status in counted for i in day.injections):
            last = _LastInjection(day.planned, recorded=not day.open)
    return last


def _added_visits(protocol: Protocol, patient: Patient) -> Iterator[Appointment]:
    """Visits outside the protocol's list: those a person added, and that of early termination."""
    for added in patient.unscheduled:
        planned = patient.chosen.get(added.code, added.on)
        yield _bare_visit(added.code, UNSCHEDULED, planned, added.reason, patient)
    if patient.stopped is not None and protocol.early_termination is not None:
        planned = patient.chosen.get(EARLY_TERMINATION, patient.stopped)
        yield _bare_visit(EARLY_TERMINATION, EARLY_TERMINATION, planned, None, patient)


def _bare_visit(code: str, template: str, planned: date, note: str | None, patient: Patient) -> Appointment:
    return Appointment(
        code=code,
        kind=Kind.VISIT,
        template=template,
        cycle=None,
        day=None,
        offset=None,
        nominal=None,
        window=None,
        site_window=False,
        planned=planned,
        hour=patient.hours.get(code),
        note=note,
    )


def _visit(
    visit: VisitTemplate, patient: Patient, starts: tuple[CycleStart, ...], last: _LastInjection
) -> Iterator[Appointment]:
    hook = visit.hook
    if isinstance(hook, FromAnchor):
        yield _visit_on(visit, visit.code, patient, shift(patient.anchor, hook.offset), hook.offset)
    elif isinstance(hook, FromCycle):
        for start in starts:
            if hook.cycle in (None, start.template.number):
                yield _cycle_visit(visit, hook, patient, start)
    elif isinstance(hook, FromEvent):
        day = shift(patient.events.get(hook.event), hook.offset)
        yield _visit_on(visit, visit.code, patient, day, None)
    else:
        day = shift(last.day, hook.offset)
        yield _visit_on(visit, visit.code, patient, day, None, provisional=not last.recorded)


def _cycle_visit(visit: VisitTemplate, hook: FromCycle, patient: Patient, start: CycleStart) -> Appointment:
    """A visit of a cycle moves with it: nominal hangs on the nominal start, planned on the planned one.

    A visit that every cycle has is a part of its cycle: where treatment stops before the cycle, it is
    cancelled with it. One up to the day of the stop stays, since it may have been held, and so does one of a
    cycle that has begun, and one that hangs on a single cycle: a stop leaves visits.
    """
    since = hook.day - 1 if hook.day > 0 else hook.day
    cycle = start.template
    code = f"{cycle.code}-{visit.code}" if hook.cycle is None else visit.code
    offset = None if cycle.offset is None else cycle.offset + since
    appointment = _visit_on(visit, code, patient, shift(start.planned, since), offset)
    dropped = hook.cycle is None and start.counted is None and not start.begun
    dropped = dropped and is_stopped(patient, start.planned) and _is_after_stop(patient, appointment.planned)
    status = Status.CANCELLED if dropped else Status.PLANNED
    if start.omitted is not None:
        status = Status.OMITTED
    return appointment._replace(
        nominal=shift(start.nominal, since),
        cycle=cycle.number,
        day=hook.day,
        status=status,
    )


def _is_after_stop(patient: Patient, day: date | None) -> bool:
    return patient.stopped is not None and (day is None or day > patient.stopped)


def _visit_on(
    visit: VisitTemplate,
    code: str,
    patient: Patient,
    nominal: date | None,
    offset: int | None,
    *,
    provisional: bool = False,
) -> Appointment:
    window = visit.window
    return Appointment(
        code=code,
        kind=Kind.VISIT,
        template=visit.code,
        cycle=None,
        day=None,
        offset=offset,
        nominal=nominal,
        window=None if window is None or nominal is None else window.around(nominal),
        site_window=window is not None and window.by_site,
        planned=patient.chosen.get(code, nominal),
        hour=patient.hours.get(code),
        provisional=provisional,
    )
