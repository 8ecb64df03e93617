"""A patient's schedule: every injection day and visit with its nominal, planned and actual date.

`build` is pure and deterministic: the same protocol and patient give the same schedule in any time
zone and locale. It moves nothing off closed days; that is a separate, visible step (`rules`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum

from il2scheduler.protocol import (
    Arm,
    CourseDay,
    CycleRule,
    CycleTemplate,
    FromAnchor,
    FromCycle,
    FromEvent,
    InjectionTemplate,
    Place,
    Protocol,
    Totals,
    VisitTemplate,
    Window,
)

ONE_DAY = timedelta(days=1)
_UNDATED = date.max.toordinal()


class Kind(StrEnum):
    """What an appointment is. The order is that of one day: samples come before injections."""

    VISIT = "visit"
    INJECTIONS = "injections"


class Status(StrEnum):
    """Where an appointment or injection stands."""

    PLANNED = "planned"
    OMITTED = "omitted"
    CANCELLED = "cancelled"


class OmissionCause(StrEnum):
    """Why a cycle is omitted: a person decided it, or it would start past the protocol's cap."""

    PERSON = "person"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place of care the site chose for a cycle, day and clock time; None means every one of them."""

    place: Place
    cycle: int | None = None
    day: int | None = None
    at: time | None = None

    def covers(self, cycle: int, day: int, at: time) -> bool:
        """True when the choice speaks of this injection."""
        return self.cycle in (None, cycle) and self.day in (None, day) and self.at in (None, at)


@dataclass(frozen=True, slots=True)
class Patient:
    """What a schedule depends on besides the protocol.

    `anchor` is None while it is not known: the schedule then has offsets and no dates.
    `chosen` holds dates a person set, by cycle code (`C3`: date of day 1) or visit code (`W52`).
    `exact` names the cycles whose chosen date stands even when the minimum gap is not kept.
    `accepted` holds (finding kind, where) pairs a person accepted with a reason.
    `prescribed_iu` is the dose per injection where the protocol doses per m2 or kg.
    """

    code: str
    arm: str
    anchor: date | None
    prescribed_iu: int | None = None
    chosen: Mapping[str, date] = field(default_factory=dict[str, date])
    exact: frozenset[str] = frozenset()
    omitted: Mapping[int, OmissionCause] = field(default_factory=dict[int, OmissionCause])
    evening_starts: frozenset[int] = frozenset()
    gates_met: frozenset[str] = frozenset()
    places: tuple[PlaceChoice, ...] = ()
    events: Mapping[str, date] = field(default_factory=dict[str, date])
    accepted: frozenset[tuple[str, str]] = frozenset()

    def with_chosen(self, code: str, day: date) -> Patient:
        """The same patient with one more chosen date."""
        return replace(self, chosen={**self.chosen, code: day})


@dataclass(frozen=True, slots=True)
class Injection:
    """One injection of an injection day; `dose_iu` is None until a prescribed dose is typed."""

    time: time
    drug: str
    dose_iu: int | None
    place: Place
    status: Status = Status.PLANNED


@dataclass(frozen=True, slots=True)
class Appointment:
    """An injection day (`C3D1`) or a visit (`W52`).

    `offset` and `nominal` are those of the protocol; `planned` is where it stands now; dates are None
    while the anchor or the hook is not dated. `window` is (earliest, latest), inclusive.
    `hour` is a clock time set for a visit. `provisional` marks a date that hangs on an injection not
    yet recorded.
    """

    code: str
    kind: Kind
    template: str
    cycle: int | None
    day: int | None
    offset: int | None
    nominal: date | None
    window: tuple[date, date] | None
    site_window: bool
    planned: date | None
    actual: date | None = None
    status: Status = Status.PLANNED
    injections: tuple[Injection, ...] = ()
    hour: time | None = None
    provisional: bool = False

    @property
    def active(self) -> bool:
        """True unless omitted or cancelled."""
        return self.status not in (Status.OMITTED, Status.CANCELLED)

    @property
    def needs_clinic(self) -> bool:
        """True when the clinic must be open on the planned date."""
        return not self.injections or any(injection.place.needs_clinic for injection in self.injections)

    def on(self, day: date) -> bool:
        """True when the appointment stands on this date and is not omitted or cancelled."""
        return self.planned == day and self.active

    def in_window(self, day: date) -> bool | None:
        """Whether a date lies in the window, bounds included; None where there is no window."""
        return None if self.window is None else self.window[0] <= day <= self.window[1]


@dataclass(frozen=True, slots=True)
class CycleStart:
    """When a cycle begins: nominally, and as planned by the rule for later cycles."""

    template: CycleTemplate
    nominal: date | None
    planned: date | None
    omitted: OmissionCause | None

    @property
    def code(self) -> str:
        """`C3` for cycle 3."""
        return self.template.code


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

    def course(self, cycle: int) -> tuple[Appointment, ...]:
        """The injection days of a cycle, in order."""
        return tuple(a for a in self.appointments if a.kind is Kind.INJECTIONS and a.cycle == cycle)

    def visits(self) -> tuple[Appointment, ...]:
        """All visits, in order."""
        return tuple(a for a in self.appointments if a.kind is Kind.VISIT)

    def on(self, day: date) -> tuple[Appointment, ...]:
        """What is due on a date, in the order of the day."""
        return tuple(a for a in self.appointments if a.on(day))

    def overdue(self, today: date) -> tuple[Appointment, ...]:
        """Planned before `today` and not recorded."""
        return tuple(
            a
            for a in self.appointments
            if a.status is Status.PLANNED and a.planned is not None and a.planned < today
        )

    def totals(self) -> Totals:
        """Cycles, injections and doses given or planned; omitted and cancelled ones are left out."""
        given = [i for a in self.appointments for i in a.injections if i.status is Status.PLANNED]
        doses = [i.dose_iu for i in given if i.dose_iu is not None]
        cycles = {a.cycle for a in self.appointments if a.injections and a.active}
        return Totals(len(cycles), len(given), sum(doses) if len(doses) == len(given) else None)

    def span(self) -> tuple[date, date] | None:
        """First and last planned date, None without dates."""
        days = [a.planned for a in self.appointments if a.planned is not None]
        return (min(days), max(days)) if days else None


def build(protocol: Protocol, patient: Patient) -> Schedule:
    """The schedule of a patient; `KeyError` when the protocol has no such arm.

    `OverflowError` when the anchor is so late that a date would lie after year 9999.
    """
    arm = protocol.arm(patient.arm)
    starts = _cycle_starts(arm, patient)
    appointments: list[Appointment] = []
    for start in starts:
        appointments.extend(_course(protocol, patient, start))
    last = _last_injection_day(appointments)
    for visit in protocol.visits:
        if visit.belongs_to(patient.arm):
            appointments.extend(_visit(visit, patient, starts, last))
    appointments.sort(key=_order)
    return Schedule(protocol, patient, starts, tuple(appointments))


def _order(appointment: Appointment) -> tuple[int, int, bool]:
    if appointment.planned is not None:
        place = appointment.planned.toordinal()
    elif appointment.offset is not None:
        place = _UNDATED + appointment.offset
    else:
        place = 2 * _UNDATED
    return (place, appointment.cycle or 0, False) if appointment.injections else (place, -1, True)


def _cycle_starts(arm: Arm, patient: Patient) -> tuple[CycleStart, ...]:
    """Planned starts from scratch, never by adding a delta: +7 then -7 restores every date.

    A minimum gap counts from the last cycle that is not omitted (scheduling rules, section 6). A floating
    cycle follows the one before it even where that one is omitted: later cycles keep their dates.
    """
    starts: list[CycleStart] = []
    active: date | None = None
    for cycle in arm.cycles:
        floats = cycle.rule is CycleRule.FLOATING
        previous = starts[-1].planned if floats and starts else active
        nominal = _shift(patient.anchor, cycle.offset)
        chosen = patient.chosen.get(cycle.code)
        omitted = patient.omitted.get(cycle.number)
        planned = _planned_start(cycle, nominal, chosen, previous, exact=cycle.code in patient.exact)
        starts.append(CycleStart(cycle, nominal, planned, omitted))
        if omitted is None and planned is not None:
            active = planned
    return tuple(starts)


def _planned_start(
    cycle: CycleTemplate, nominal: date | None, chosen: date | None, previous: date | None, *, exact: bool
) -> date | None:
    """By the rule; as wanted where the protocol gives no interval or gap (after a site-dated cycle)."""
    wanted = chosen or nominal
    days = cycle.interval if cycle.rule is CycleRule.FLOATING else cycle.minimum_gap
    free = cycle.rule is CycleRule.FIXED or (exact and chosen is not None)
    if wanted is None or previous is None or days is None or free:
        return wanted
    if cycle.rule is CycleRule.FLOATING:
        return chosen or previous + timedelta(days=days)
    return max(wanted, previous + timedelta(days=days))


def _shift(day: date | None, days: int | None) -> date | None:
    return None if day is None or days is None else day + timedelta(days=days)


def _course(protocol: Protocol, patient: Patient, start: CycleStart) -> Iterator[Appointment]:
    cycle = start.template
    status = Status.PLANNED if start.omitted is None else Status.OMITTED
    for course_day in cycle.course(start.planned, evening_start=cycle.number in patient.evening_starts):
        since = course_day.day - 1
        yield Appointment(
            code=f"{cycle.code}D{course_day.day}",
            kind=Kind.INJECTIONS,
            template=cycle.series,
            cycle=cycle.number,
            day=course_day.day,
            offset=None if cycle.offset is None else cycle.offset + since,
            nominal=_shift(start.nominal, since),
            window=None,
            site_window=False,
            planned=_shift(start.planned, since),
            status=status,
            injections=_injections(protocol, patient, cycle, course_day, status),
        )


def _injections(
    protocol: Protocol, patient: Patient, cycle: CycleTemplate, course_day: CourseDay, status: Status
) -> tuple[Injection, ...]:
    met = [g for g in protocol.gates if cycle.number in g.cycles and g.code in patient.gates_met]
    injections: list[Injection] = []
    for template in course_day.injections:
        place = met[-1].place if met else template.place
        for choice in patient.places:
            if choice.covers(cycle.number, course_day.day, template.time):
                place = choice.place
        injections.append(_injection(template, patient, place, status))
    return tuple(injections)


def _injection(template: InjectionTemplate, patient: Patient, place: Place, status: Status) -> Injection:
    dose = template.dose_iu if template.dose_iu is not None else patient.prescribed_iu
    given = Status.PLANNED if status is Status.PLANNED else Status.CANCELLED
    return Injection(template.time, template.drug, dose, place, given)


def _last_injection_day(appointments: list[Appointment]) -> date | None:
    days = [a.planned for a in appointments if a.planned is not None and a.active]
    return max(days) if days else None


def _visit(
    visit: VisitTemplate, patient: Patient, starts: tuple[CycleStart, ...], last: date | None
) -> Iterator[Appointment]:
    hook = visit.hook
    if isinstance(hook, FromAnchor):
        yield _visit_on(visit, visit.code, patient, _shift(patient.anchor, hook.offset), hook.offset)
    elif isinstance(hook, FromCycle):
        for start in starts:
            if hook.cycle in (None, start.template.number):
                yield _cycle_visit(visit, hook, patient, start)
    elif isinstance(hook, FromEvent):
        day = _shift(patient.events.get(hook.event), hook.offset)
        yield _visit_on(visit, visit.code, patient, day, None)
    else:
        yield _visit_on(visit, visit.code, patient, _shift(last, hook.offset), None, provisional=True)


def _cycle_visit(visit: VisitTemplate, hook: FromCycle, patient: Patient, start: CycleStart) -> Appointment:
    """A visit of a cycle moves with it: nominal hangs on the nominal start, planned on the planned one."""
    since = hook.day - 1 if hook.day > 0 else hook.day
    cycle = start.template
    code = f"{cycle.code}-{visit.code}" if hook.cycle is None else visit.code
    offset = None if cycle.offset is None else cycle.offset + since
    appointment = _visit_on(visit, code, patient, _shift(start.planned, since), offset)
    status = Status.PLANNED if start.omitted is None else Status.OMITTED
    return replace(
        appointment,
        nominal=_shift(start.nominal, since),
        cycle=cycle.number,
        day=hook.day,
        status=status,
    )


def _visit_on(
    visit: VisitTemplate,
    code: str,
    patient: Patient,
    nominal: date | None,
    offset: int | None,
    *,
    provisional: bool = False,
) -> Appointment:
    window = None if nominal is None else _window_around(visit.window, nominal)
    return Appointment(
        code=code,
        kind=Kind.VISIT,
        template=visit.code,
        cycle=None,
        day=None,
        offset=offset,
        nominal=nominal,
        window=window,
        site_window=visit.window is not None and visit.window.by_site,
        planned=patient.chosen.get(code, nominal),
        provisional=provisional,
    )


def _window_around(window: Window | None, nominal: date) -> tuple[date, date] | None:
    return None if window is None else window.around(nominal)
