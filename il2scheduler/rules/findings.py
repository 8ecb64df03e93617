"""Findings: everything about a schedule that a person must see, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from il2scheduler.clinic import Clinic
from il2scheduler.patient import Patient
from il2scheduler.protocol import Label, Protocol
from il2scheduler.schedule import Appointment, CycleStart, Kind, Schedule, Status

Fact = str | int | bool | date | Label | None


class Severity(StrEnum):
    """`REFUSES`: cannot be committed; `WARNS`: can; `NOTES`: to be known."""

    REFUSES = "refuses"
    WARNS = "warns"
    NOTES = "notes"


class FindingKind(StrEnum):
    """The kinds of finding; the values are part of the command line's contract.

    The last four are of a command, not of a schedule: a dose that is not in the protocol's list or differs by
    a factor of two or more from the one before, a day of a stop or withdrawal, and a date, that are far off.
    """

    CLOSED_DAY = "closed-day"
    OUTSIDE_WINDOW = "outside-window"
    NO_WINDOW = "no-window"
    GAP_TOO_SHORT = "gap-too-short"
    PAST_CAP = "past-cap"
    COURSE_SPLIT = "course-split"
    COURSE_OVERLAP = "course-overlap"
    CYCLE_ORDER = "cycle-order"
    SAME_DAY = "same-day"
    CLINIC_FULL = "clinic-full"
    FOLLOW_UP_EARLY = "follow-up-early"
    SAMPLE_LATE = "sample-late"
    OVERDUE = "overdue"
    ASSUMED = "assumed"
    DOSE_NOT_LISTED = "dose-not-listed"
    DOSE_JUMP = "dose-jump"
    END_DATE = "end-date"
    FAR_DATE = "far-date"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `where` is an appointment's code, a cycle's (`C3`) or a field of the template."""

    kind: FindingKind
    severity: Severity
    where: str
    date: date | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])


@dataclass(frozen=True, slots=True)
class Taken:
    """Places other patients take on a date."""

    injections: int = 0
    visits: int = 0


def findings(
    schedule: Schedule,
    clinic: Clinic,
    *,
    today: date | None = None,
    taken: Mapping[date, Taken] | None = None,
) -> tuple[Finding, ...]:
    """All findings, dated ones first and in date order.

    Without `today` nothing is overdue (a bare plan has no today). `taken` are the places that other
    patients of the clinic take.
    """
    found = [
        *_closed_days(schedule, clinic),
        *_windows(schedule),
        *_courses(schedule),
        *_interlocked(schedule),
        *_gaps_and_order(schedule.starts, schedule.patient),
        *_cap(schedule.starts, schedule.patient),
        *_same_day(schedule),
        *_full(schedule, clinic, taken or {}),
        *_follow_up(schedule),
        *_late_samples(schedule),
        *(_overdue(schedule, today) if today is not None else ()),
        *_assumed(schedule),
    ]
    return _by_date(found)


def start_findings(starts: tuple[CycleStart, ...], patient: Patient) -> tuple[Finding, ...]:
    """What stands against the starts of the cycles alone, in date order: gaps, order, cap."""
    return _by_date([*_gaps_and_order(starts, patient), *_cap(starts, patient)])


def _by_date(found: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda finding: finding.date or date.max))


def closed_days(schedule: Schedule, clinic: Clinic) -> tuple[Finding, ...]:
    """Only the appointments that need the clinic on a day it is closed: the clashes."""
    return tuple(f for f in _closed_days(schedule, clinic) if not f.facts.get("bridge"))


def _closed_days(schedule: Schedule, clinic: Clinic) -> Iterator[Finding]:
    for appointment in schedule.appointments:
        day = appointment.planned
        if day is None or appointment.status is not Status.PLANNED or not appointment.needs_clinic:
            continue
        closed = clinic.closed(day)
        if closed is not None:
            facts: dict[str, Fact] = {"by": closed.by.value, "name": closed.name}
            yield Finding(FindingKind.CLOSED_DAY, Severity.WARNS, appointment.code, day, facts)
        elif clinic.warn_bridge_days and (name := clinic.bridge(day)) is not None:
            facts = {"by": "holiday", "name": name, "bridge": True}
            yield Finding(FindingKind.CLOSED_DAY, Severity.WARNS, appointment.code, day, facts)


def late_until(protocol: Protocol, visit: Appointment, day: date) -> date | None:
    """The end of the late tier of a visit's window, where a date lies in that tier; else None."""
    if visit.window is None:
        return None
    end = visit.window[1] + timedelta(days=protocol.late_days(visit.template))
    return end if visit.window[1] < day <= end else None


def _windows(schedule: Schedule) -> Iterator[Finding]:
    """A visit without a window is no finding where the site entered that the approved protocol has none."""
    protocol = schedule.protocol
    windowed = {visit.code for visit in protocol.visits if visit.window is not None}
    entered = protocol.site_values > 0
    for visit in schedule.visits():
        if not visit.open:
            continue
        said = visit.template in windowed
        if not said and not (entered and protocol.site_value("visits", visit.template, "window")):
            yield Finding(FindingKind.NO_WINDOW, Severity.NOTES, visit.code, visit.planned)
        if visit.window is None or visit.planned is None or visit.in_window(visit.planned):
            continue
        facts: dict[str, Fact] = {
            "earliest": visit.window[0],
            "latest": visit.window[1],
            "site": visit.site_window,
        }
        late = late_until(protocol, visit, visit.planned)
        if late is not None:
            facts["late_until"] = late
        yield Finding(FindingKind.OUTSIDE_WINDOW, Severity.WARNS, visit.code, visit.planned, facts)


def _courses(schedule: Schedule) -> Iterator[Finding]:
    """A course moves as a block, and no two injection days of a patient share a date."""
    by_date: dict[date, Appointment] = {}
    first_of: dict[int, int] = {}
    for appointment in schedule.appointments:
        day = appointment.planned
        if appointment.kind is not Kind.INJECTIONS or day is None or not appointment.active:
            continue
        if appointment.cycle is not None and appointment.day is not None:
            start = day.toordinal() - appointment.day
            expected = first_of.setdefault(appointment.cycle, start)
            if start != expected:
                facts: dict[str, Fact] = {
                    "cycle": appointment.cycle,
                    "expected": date.fromordinal(expected + 1),
                }
                yield Finding(FindingKind.COURSE_SPLIT, Severity.REFUSES, appointment.code, day, facts)
        other = by_date.setdefault(day, appointment)
        if other is not appointment:
            facts = {"other": other.code}
            yield Finding(FindingKind.COURSE_OVERLAP, Severity.REFUSES, appointment.code, day, facts)


def _interlocked(schedule: Schedule) -> Iterator[Finding]:
    """A course that begins while another runs, on days that are free in it: every other day, weekdays."""
    days: dict[int, list[Appointment]] = {}
    for appointment in schedule.appointments:
        if appointment.cycle is not None and appointment.injections and appointment.active:
            days.setdefault(appointment.cycle, []).append(appointment)
    courses = [
        (first, last, course)
        for course in days.values()
        if (first := course[0].planned) is not None and (last := course[-1].planned) is not None
    ]
    courses.sort(key=lambda entry: entry[:2])
    for (_, last, running), (first, _, course) in pairwise(courses):
        if first < last and not {a.planned for a in running} & {a.planned for a in course}:
            facts: dict[str, Fact] = {"other": running[-1].code, "other_date": last}
            yield Finding(FindingKind.COURSE_OVERLAP, Severity.REFUSES, course[0].code, first, facts)


def _active(starts: tuple[CycleStart, ...]) -> list[CycleStart]:
    return [start for start in starts if start.omitted is None and start.counted is not None]


def _gaps_and_order(starts: tuple[CycleStart, ...], patient: Patient) -> Iterator[Finding]:
    for previous, start in pairwise(_active(starts)):
        if start.planned is None or previous.counted is None or (start.begun and previous.begun):
            continue
        gap = (start.planned - previous.counted).days
        facts: dict[str, Fact] = {"gap": gap, "previous": previous.code, "previous_date": previous.counted}
        if gap <= 0:
            yield Finding(FindingKind.CYCLE_ORDER, Severity.REFUSES, start.code, start.planned, facts)
        minimum = start.template.minimum_gap
        if minimum is not None and gap < minimum:
            facts = {**facts, "minimum": minimum}
            severity = _unless_accepted(patient, FindingKind.GAP_TOO_SHORT, start.code)
            yield Finding(FindingKind.GAP_TOO_SHORT, severity, start.code, start.planned, facts)


def _unless_accepted(patient: Patient, kind: FindingKind, where: str) -> Severity:
    return Severity.WARNS if (kind.value, where) in patient.accepted else Severity.REFUSES


def _cap(starts: tuple[CycleStart, ...], patient: Patient) -> Iterator[Finding]:
    anchor = patient.anchor
    if anchor is None:
        return
    for start in _active(starts):
        last = start.template.last_start
        if start.begun or last is None or start.planned is None or (start.planned - anchor).days <= last:
            continue
        facts: dict[str, Fact] = {"last": anchor + timedelta(days=last), "offset": last}
        severity = _unless_accepted(patient, FindingKind.PAST_CAP, start.code)
        yield Finding(FindingKind.PAST_CAP, severity, start.code, start.planned, facts)


def _same_day(schedule: Schedule) -> Iterator[Finding]:
    """Two appointments on a date; not a visit of a cycle on the very day the protocol puts it on."""
    earlier: Appointment | None = None
    for appointment in schedule.appointments:
        if not appointment.active or appointment.planned is None:
            continue
        if (
            earlier is not None
            and earlier.planned == appointment.planned
            and earlier.kind is Kind.VISIT
            and (
                earlier.cycle is None or (earlier.cycle, earlier.day) != (appointment.cycle, appointment.day)
            )
        ):
            facts: dict[str, Fact] = {"other": appointment.code}
            yield Finding(FindingKind.SAME_DAY, Severity.NOTES, earlier.code, earlier.planned, facts)
        earlier = appointment


def _full(schedule: Schedule, clinic: Clinic, taken: Mapping[date, Taken]) -> Iterator[Finding]:
    none = Taken()
    if clinic.places_injections is None and clinic.places_visits is None:
        return
    for appointment in schedule.appointments:
        day = appointment.planned
        if day is None or appointment.status is not Status.PLANNED or not appointment.needs_clinic:
            continue
        others = taken.get(day, none)
        is_visit = appointment.kind is Kind.VISIT
        places = clinic.places_visits if is_visit else clinic.places_injections
        used = others.visits if is_visit else others.injections
        if places is not None and used + 1 > places:
            facts: dict[str, Fact] = {"places": places, "wanted": used + 1}
            yield Finding(FindingKind.CLINIC_FULL, Severity.WARNS, appointment.code, day, facts)


def _follow_up(schedule: Schedule) -> Iterator[Finding]:
    starts = {start.template.number: start for start in _active(schedule.starts)}
    templates = {visit.code: visit for visit in schedule.protocol.visits}
    for visit in schedule.visits():
        template = templates.get(visit.template)
        rule = None if template is None else template.min_days_after
        if rule is None or visit.planned is None or not visit.active or rule.cycle not in starts:
            continue
        start = starts[rule.cycle].planned
        if start is not None and (visit.planned - start).days < rule.days:
            facts: dict[str, Fact] = {"cycle": rule.cycle, "start": start, "days": rule.days}
            yield Finding(FindingKind.FOLLOW_UP_EARLY, Severity.WARNS, visit.code, visit.planned, facts)


def _late_samples(schedule: Schedule) -> Iterator[Finding]:
    """A sample before the first injection that stands after the injection it nominally precedes."""
    before = {visit.code for visit in schedule.protocol.visits if visit.before_first_injection}
    if not before:
        return
    injections = [
        (day.nominal, day.planned, day)
        for day in schedule.appointments
        if day.injections and day.active and day.nominal is not None and day.planned is not None
    ]
    for visit in schedule.visits():
        if visit.template not in before or not visit.open or visit.planned is None or visit.nominal is None:
            continue
        following = [entry for entry in injections if entry[0] >= visit.nominal]
        _, first, day = min(following, key=lambda entry: entry[1], default=(None, None, None))
        if first is not None and day is not None and visit.planned > first:
            facts: dict[str, Fact] = {"other": day.code, "other_date": first}
            yield Finding(FindingKind.SAMPLE_LATE, Severity.WARNS, visit.code, visit.planned, facts)


def _overdue(schedule: Schedule, today: date) -> Iterator[Finding]:
    """Home injections are awaiting the diary until the day after the next visit, then overdue.

    A day of which the clinic's own injection is recorded waits for the diary only.
    """
    visits = [v.planned for v in schedule.visits() if v.planned is not None and v.active]
    for appointment in schedule.overdue(today):
        day = appointment.planned
        if day is None:
            continue
        awaiting = False
        waiting = [i for i in appointment.injections if i.status is Status.PLANNED]
        if waiting and not any(injection.place.needs_clinic for injection in waiting):
            following = next((visit for visit in sorted(visits) if visit > day), None)
            awaiting = following is None or today <= following + timedelta(days=1)
        facts: dict[str, Fact] = {"days": (today - day).days, "awaiting_diary": awaiting}
        yield Finding(FindingKind.OVERDUE, Severity.NOTES, appointment.code, day, facts)


def _assumed(schedule: Schedule) -> Iterator[Finding]:
    for entry in schedule.protocol.open_fields():
        facts: dict[str, Fact] = {"status": entry.status.value, "note": entry.note}
        if entry.settled:
            facts["settled"] = ", ".join(entry.settled)
        yield Finding(FindingKind.ASSUMED, Severity.NOTES, entry.field, None, facts)
