"""The rows of the Today view: overdue on top, then each day in its order, then what needs attention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from il2scheduler.appointment import Appointment, Injection, Status
from il2scheduler.gui.study_session import LOOK_AHEAD, Filter, PatientLine, StudySession
from il2scheduler.rules import Finding
from il2scheduler.study import attention
from il2scheduler.study.lists import Due

_SEARCHES = (7, 35, 370)


class Section(StrEnum):
    """The parts of the list, from above."""

    OVERDUE = "overdue"
    DAY = "day"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a heading (`patient` empty), a visit, one injection, or the overdue days of a cycle.

    `code` is an appointment's, or a cycle's (`C3`) where several of its days stand in one row. `early` is
    True for a visit that must come before an injection of the same day.
    """

    section: Section
    day: date | None
    patient: str = ""
    code: str = ""
    protocol: int = 0
    appointments: tuple[Appointment, ...] = ()
    slot: time | None = None
    findings: tuple[Finding, ...] = ()
    count: int = 0
    early: bool = False

    @property
    def heading(self) -> bool:
        """True for the heading of a section."""
        return not self.patient

    @property
    def key(self) -> tuple[str, str, time | None]:
        """What the row is about, whichever section it stands in."""
        return self.patient, self.code, self.slot

    @property
    def due(self) -> Appointment:
        """The appointment of the row, the first where there are several."""
        return self.appointments[0]

    @property
    def single(self) -> Appointment | None:
        """The one appointment of the row, None where there are none or several."""
        return self.appointments[0] if len(self.appointments) == 1 else None

    @property
    def cycle(self) -> int | None:
        """The cycle of injections."""
        return self.due.cycle if self.appointments and self.due.injections else None

    @property
    def injection(self) -> Injection | None:
        """The one injection the row is about."""
        single = self.single
        return None if self.slot is None or single is None else single.injection(self.slot)

    @property
    def open(self) -> bool:
        """True while something of it is still to be recorded."""
        if self.injection is not None:
            return self.injection.status is Status.PLANNED
        return any(appointment.open for appointment in self.appointments)

    @property
    def recorded(self) -> bool:
        """True once it is known what happened."""
        return bool(self.appointments) and not self.open and any(a.recorded for a in self.appointments)


def read(session: StudySession, first: date, last: date, kept: Iterable[Row] = ()) -> list[Row]:
    """The rows from one date to another, of the patients that the filter leaves.

    Overdue and attention belong to today and stand in lists that hold it. `kept` are overdue rows that were
    recorded while they were looked at: they stay, faded.
    """
    return _rows(session, first, last, {line.code: line for line in session.shown_patients()}, kept)


def hidden(session: StudySession, first: date, last: date) -> bool:
    """True when there would be something to see without the filter."""
    if session.filter == Filter():
        return False
    return bool(_rows(session, first, last, {line.code: line for line in session.patients()}, ()))


def _rows(
    session: StudySession, first: date, last: date, lines: dict[str, PatientLine], kept: Iterable[Row]
) -> list[Row]:
    now = first <= session.today <= last
    with session.study.snapshot():
        rows = _overdue(session, lines, kept) if now else []
        rows += _days(session, lines, first, last)
        if now:
            rows += _attention(session, lines)
    return rows


def next_due(session: StudySession, after: date) -> Due | None:
    """The first that is due after a date, None within a year; few days are read when it is near."""
    shown = {line.code for line in session.shown_patients()}
    for days in _SEARCHES:
        for entry in session.due(after + timedelta(days=1), after + timedelta(days=days)):
            if entry.appointment.open and entry.patient in shown:
                return entry
    return None


def _headed(section: Section, rows: list[Row], day: date | None = None) -> list[Row]:
    return [Row(section, day, count=len(rows)), *rows] if rows else []


# --- Overdue ---


def _overdue(session: StudySession, lines: dict[str, PatientLine], kept: Iterable[Row]) -> list[Row]:
    groups: dict[tuple[str, str], list[Due]] = {}
    for entry in session.overdue():
        if entry.patient in lines:
            due = entry.appointment
            groups.setdefault((entry.patient, f"C{due.cycle}" if due.injections else due.code), []).append(
                entry
            )
    rows = [_overdue_row(group) for group in groups.values()]
    have = {row.key for row in rows}
    again = (row for row in kept if row.key not in have and row.patient in lines)
    rows.extend(_as_it_stands(session, row) for row in again)
    rows.sort(key=lambda row: (row.day or date.max, row.patient))
    # What was recorded meanwhile is in sight, and not counted.
    return [replace(row, count=len(groups)) if row.heading else row for row in _headed(Section.OVERDUE, rows)]


def _overdue_row(group: list[Due]) -> Row:
    due = group[0].appointment
    code, slot = due.code, None
    if len(group) > 1:
        code = f"C{due.cycle}"
    elif due.injections:
        waiting = [i.time for i in due.injections if i.status is Status.PLANNED]
        slot = waiting[0] if len(waiting) == 1 else None
    appointments = tuple(entry.appointment for entry in group)
    return Row(Section.OVERDUE, due.planned, group[0].patient, code, group[0].protocol, appointments, slot)


def _as_it_stands(session: StudySession, row: Row) -> Row:
    schedule = session.state(row.patient).schedule
    now = tuple(a for a in schedule.appointments if a.code in {old.code for old in row.appointments})
    return Row(row.section, row.day, row.patient, row.code, row.protocol, now, row.slot)


# --- The days ---


def _days(session: StudySession, lines: dict[str, PatientLine], first: date, last: date) -> list[Row]:
    by_day: dict[date, list[Row]] = {}
    for entry in session.due(first, last):
        day = entry.appointment.planned
        if day is None or entry.patient not in lines or not entry.appointment.active:
            continue
        by_day.setdefault(day, []).extend(_day_rows(entry, day))
    samples = _samples(session)
    rows: list[Row] = []
    for day in sorted(by_day):
        injected = {row.patient for row in by_day[day] if row.slot is not None}
        marked = [
            replace(row, early=row.patient in injected and (row.protocol, row.due.template) in samples)
            for row in by_day[day]
        ]
        rows += _headed(Section.DAY, sorted(marked, key=_place), day)
    return rows


def _day_rows(entry: Due, day: date) -> Iterator[Row]:
    due = entry.appointment
    if not due.injections:
        yield Row(Section.DAY, day, entry.patient, due.code, entry.protocol, (due,))
    for injection in due.injections:
        if injection.status is not Status.CANCELLED:
            yield Row(Section.DAY, day, entry.patient, due.code, entry.protocol, (due,), injection.time)


def _samples(session: StudySession) -> frozenset[tuple[int, str]]:
    """The visits whose samples are taken before the first injection, by protocol row id and code."""
    return frozenset(
        (number, visit.code)
        for number, known in session.study.protocols.items()
        for visit in known.protocol.visits
        if visit.before_first_injection
    )


def _place(row: Row) -> tuple[int, time, str, str]:
    """The order of a day: samples before an injection, other visits, then injections by the clock."""
    if row.slot is not None:
        return 2, row.slot, row.patient, row.code
    return 0 if row.early else 1, row.due.hour or time.min, row.patient, row.code


# --- Attention ---


def _attention(session: StudySession, lines: dict[str, PatientLine]) -> list[Row]:
    today = session.today
    rows = [
        Row(Section.ATTENTION, None, line.code, "", line.protocol)
        for line in lines.values()
        if line.anchor is None
    ]
    last = today + LOOK_AHEAD
    for found in attention.coming(session.study, today, last, session.clinic(today, last)):
        if found.patient in lines:
            due = found.dues[0]
            appointments = tuple(entry.appointment for entry in found.dues)
            day = found.findings[0].date
            row = Row(
                Section.ATTENTION,
                day,
                found.patient,
                found.where,
                due.protocol,
                appointments,
                findings=found.findings,
            )
            rows.append(row)
    return _headed(Section.ATTENTION, rows)
