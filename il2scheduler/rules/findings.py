"""Findings: everything about a schedule that a person must see, as data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

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

    The last five are of a command, not of a schedule: a dose that is not in the protocol's list or differs by
    a factor of two or more from the one before, a day of a stop or withdrawal, and a date, that are far off,
    and a place of care that a choice for more than it leaves as it was.
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
    PLACE_KEPT = "place-kept"


_NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


class Finding(NamedTuple):
    """One finding. `where` is an appointment's code, a cycle's (`C3`) or a field of the template."""

    kind: FindingKind
    severity: Severity
    where: str
    date: date | None = None
    facts: Mapping[str, Fact] = _NO_FACTS


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
    # In the order of their dates, as the appointments of a schedule are.
    dated = [a for a in schedule.appointments if a.planned is not None and a.active]
    days, visits = [a for a in dated if a.injections], schedule.visits()
    by_cycle, at_clinic = _by_cycle(days), _at_clinic(dated)
    found = [
        *_closed_days(at_clinic, clinic),
        *_windows(schedule.protocol, visits),
        *_split(by_cycle),
        *_overlapping(days),
        *_interlocked(by_cycle),
        *_gaps_and_order(schedule.starts, schedule.patient),
        *_cap(schedule.starts, schedule.patient),
        *_same_day(dated),
        *_full(at_clinic, clinic, taken or {}),
        *_follow_up(schedule, visits),
        *_late_samples(schedule.protocol, visits, days),
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
    at_clinic = _at_clinic(schedule.appointments)
    return tuple(f for f in _closed_days(at_clinic, clinic) if not f.facts.get("bridge"))


def _closed_days(at_clinic: Sequence[Appointment], clinic: Clinic) -> Iterator[Finding]:
    for appointment in at_clinic:
        day = appointment.planned
        if day is None:
            continue
        closed = clinic.closed(day)
        if closed is not None:
            facts: dict[str, Fact] = {"by": closed.by.value, "name": closed.name}
            yield Finding(FindingKind.CLOSED_DAY, Severity.WARNS, appointment.code, day, facts)
        elif clinic.warn_bridge_days and (name := clinic.bridge(day)) is not None:
            facts = {"by": "holiday", "name": name, "bridge": True}
            yield Finding(FindingKind.CLOSED_DAY, Severity.WARNS, appointment.code, day, facts)


def _at_clinic(appointments: Sequence[Appointment]) -> list[Appointment]:
    """Those that the clinic must be open for, nothing of them recorded yet."""
    planned = Status.PLANNED
    return [a for a in appointments if a.status is planned and a.needs_clinic]


def late_until(protocol: Protocol, visit: Appointment, day: date) -> date | None:
    """The end of the late tier of a visit's window, where a date lies in that tier; else None."""
    if visit.window is None:
        return None
    end = visit.window[1] + timedelta(days=protocol.late_days(visit.template))
    return end if visit.window[1] < day <= end else None


def _windows(protocol: Protocol, visits: tuple[Appointment, ...]) -> Iterator[Finding]:
    """A visit without a window is no finding where the site entered that the approved protocol has none."""
    windowed = {visit.code for visit in protocol.visits if visit.window is not None}
    entered = protocol.site_values > 0
    for visit in visits:
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


def _by_cycle(days: list[Appointment]) -> Mapping[int, list[Appointment]]:
    courses: defaultdict[int, list[Appointment]] = defaultdict(list)
    for day in days:
        if day.cycle is not None:
            courses[day.cycle].append(day)
    return courses


def _split(by_cycle: Mapping[int, list[Appointment]]) -> Iterator[Finding]:
    """A course moves as a block."""
    for cycle, course in by_cycle.items():
        expected: int | None = None
        for appointment in course:
            day = appointment.planned
            if day is None or appointment.day is None:
                continue
            start = day.toordinal() - appointment.day
            if expected is None:
                expected = start
            elif start != expected:
                facts: dict[str, Fact] = {"cycle": cycle, "expected": date.fromordinal(expected + 1)}
                yield Finding(FindingKind.COURSE_SPLIT, Severity.REFUSES, appointment.code, day, facts)


def _overlapping(days: list[Appointment]) -> Iterator[Finding]:
    """No two injection days of a patient share a date."""
    first: Appointment | None = None
    for appointment in days:
        if first is None or first.planned != appointment.planned:
            first = appointment
            continue
        facts: dict[str, Fact] = {"other": first.code}
        yield Finding(
            FindingKind.COURSE_OVERLAP, Severity.REFUSES, appointment.code, appointment.planned, facts
        )


def _interlocked(by_cycle: Mapping[int, list[Appointment]]) -> Iterator[Finding]:
    """A course that begins while another runs, on days that are free in it: every other day, weekdays."""
    courses = [
        (first, last, course)
        for course in by_cycle.values()
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
        gap, minimum = (start.planned - previous.counted).days, start.template.minimum_gap
        if gap > 0 and (minimum is None or gap >= minimum):
            continue
        facts: dict[str, Fact] = {"gap": gap, "previous": previous.code, "previous_date": previous.counted}
        if gap <= 0:
            yield Finding(FindingKind.CYCLE_ORDER, Severity.REFUSES, start.code, start.planned, facts)
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


def _same_day(dated: list[Appointment]) -> Iterator[Finding]:
    """Two appointments on a date; not a visit of a cycle on the very day the protocol puts it on."""
    for earlier, appointment in pairwise(dated):
        if earlier.planned != appointment.planned or earlier.kind is not Kind.VISIT:
            continue
        if earlier.cycle is None or (earlier.cycle, earlier.day) != (appointment.cycle, appointment.day):
            facts: dict[str, Fact] = {"other": appointment.code}
            yield Finding(FindingKind.SAME_DAY, Severity.NOTES, earlier.code, earlier.planned, facts)


def _full(at_clinic: list[Appointment], clinic: Clinic, taken: Mapping[date, Taken]) -> Iterator[Finding]:
    none = Taken()
    if clinic.places_injections is None and clinic.places_visits is None:
        return
    for appointment in at_clinic:
        day = appointment.planned
        if day is None:
            continue
        others = taken.get(day, none)
        is_visit = appointment.kind is Kind.VISIT
        places = clinic.places_visits if is_visit else clinic.places_injections
        used = others.visits if is_visit else others.injections
        if places is not None and used + 1 > places:
            facts: dict[str, Fact] = {"places": places, "wanted": used + 1}
            yield Finding(FindingKind.CLINIC_FULL, Severity.WARNS, appointment.code, day, facts)


def _follow_up(schedule: Schedule, visits: tuple[Appointment, ...]) -> Iterator[Finding]:
    starts = {start.template.number: start for start in _active(schedule.starts)}
    rules = {visit.code: visit.min_days_after for visit in schedule.protocol.visits}
    for visit in visits:
        rule = rules.get(visit.template)
        if rule is None or visit.planned is None or not visit.active or rule.cycle not in starts:
            continue
        start = starts[rule.cycle].planned
        if start is not None and (visit.planned - start).days < rule.days:
            facts: dict[str, Fact] = {"cycle": rule.cycle, "start": start, "days": rule.days}
            yield Finding(FindingKind.FOLLOW_UP_EARLY, Severity.WARNS, visit.code, visit.planned, facts)


def _late_samples(
    protocol: Protocol, visits: tuple[Appointment, ...], days: list[Appointment]
) -> Iterator[Finding]:
    """A sample before the first injection that stands after the injection it nominally precedes."""
    before = {visit.code for visit in protocol.visits if visit.before_first_injection}
    for visit in visits:
        if visit.template not in before or not visit.open or visit.planned is None or visit.nominal is None:
            continue
        for day in days:
            if day.planned is None or day.planned >= visit.planned:
                break
            if day.nominal is not None and day.nominal >= visit.nominal:
                facts: dict[str, Fact] = {"other": day.code, "other_date": day.planned}
                yield Finding(FindingKind.SAMPLE_LATE, Severity.WARNS, visit.code, visit.planned, facts)
                break


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
    kind, severity = FindingKind.ASSUMED, Severity.NOTES
    for entry in schedule.protocol.open_fields():
        facts: dict[str, Fact] = {"status": str(entry.status), "note": entry.note}
        if entry.settled:
            facts["settled"] = ", ".join(entry.settled)
        yield Finding(kind, severity, entry.field, None, facts)
