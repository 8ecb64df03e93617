"""What a protocol plans when nothing happens: its nominal table, its activities, its readings side by side.

All of it comes from the same engine as a patient's schedule, for a patient who starts on a Monday, so
that a table of the protocol can never disagree with a patient's dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from il2scheduler.appointment import Appointment, Kind
from il2scheduler.patient import Patient
from il2scheduler.protocol import Protocol
from il2scheduler.schedule import EARLY_TERMINATION, Schedule, build

_MONDAY = date(2001, 1, 1)
_CODE = "NOMINAL"


class Epoch(StrEnum):
    """The part of the trial a column of the schedule of activities belongs to."""

    BASELINE = "baseline"
    BEFORE_TREATMENT = "before-treatment"
    TREATMENT = "treatment"
    FOLLOW_UP = "follow-up"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Column:
    """A visit, or days of one cycle that follow each other and on which the same is done.

    `activities` are the codes of what is done; `injections` is the number of them on each day.
    """

    epoch: Epoch
    appointments: tuple[Appointment, ...]
    activities: frozenset[str]

    @property
    def first(self) -> Appointment:
        """Its first appointment."""
        return self.appointments[0]

    @property
    def injections(self) -> int:
        """Injections on each of its days, 0 for a visit."""
        return len(self.first.injections)

    def goes_on_with(self, day: Appointment, activities: frozenset[str]) -> bool:
        """True when a day of a cycle is like the days of this column and of the same cycle."""
        same = (self.first.cycle, self.injections) == (day.cycle, len(day.injections))
        same = same and self.first.active == day.active
        return same and self.injections > 0 and self.activities == activities


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the nominal table: a visit, or a cycle with its injection days.

    `offset` is days after the anchor of a visit or of day 1; None where people date it.
    """

    code: str
    offset: int | None
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A cycle or visit and its offset in each reading; None where it has none, or people date it."""

    code: str
    offsets: tuple[int | None, ...]

    @property
    def differs(self) -> bool:
        """True when the readings do not agree."""
        return len(set(self.offsets)) > 1


def schedule(protocol: Protocol, arm: str) -> Schedule:
    """The nominal schedule of an arm, of a patient whose anchor is a Monday; `KeyError` without the arm.

    It tells the doses of a blinded arm: it is about the protocol and about nobody.
    """
    open_arms = tuple(replace(known, blinded=False) for known in protocol.arms)
    return build(replace(protocol, arms=open_arms), Patient(_CODE, arm, _MONDAY))


def rows(planned: Schedule) -> tuple[Row, ...]:
    """The nominal table in the order of the dates, what is not dated last."""
    found: list[Row] = []
    done: set[int] = set()
    for appointment in planned.appointments:
        if appointment.kind is Kind.VISIT:
            found.append(Row(appointment.code, _offset(planned, appointment), (appointment,)))
        elif appointment.cycle is not None and appointment.cycle not in done:
            done.add(appointment.cycle)
            days = planned.course(appointment.cycle)
            found.append(Row(f"C{appointment.cycle}", _offset(planned, days[0]), days))
    return tuple(found)


def compared(protocols: Sequence[Protocol], arm: str) -> tuple[Compared, ...]:
    """Every cycle and visit of an arm with its offset in each reading, in the order of the first reading."""
    tables = [{row.code: row.offset for row in rows(schedule(protocol, arm))} for protocol in protocols]
    codes = list(dict.fromkeys(code for table in tables for code in table))
    return tuple(Compared(code, tuple(table.get(code) for table in tables)) for code in codes)


def columns(planned: Schedule) -> tuple[Column, ...]:
    """The columns of the schedule of activities: visits one by one, like days of a cycle together."""
    by_visit = {visit.code: frozenset(visit.activities) for visit in planned.protocol.visits}
    if planned.protocol.early_termination is not None:
        by_visit[EARLY_TERMINATION] = frozenset(planned.protocol.early_termination.activities)
    treated = [a.offset for a in planned.appointments if a.injections and a.offset is not None]
    found: list[Column] = []
    for appointment in planned.appointments:
        epoch = _epoch(appointment, treated)
        if appointment.kind is Kind.VISIT:
            found.append(Column(epoch, (appointment,), by_visit.get(appointment.template, frozenset())))
            continue
        done = frozenset(a.code for a in planned.protocol.activities if appointment.day in a.cycle_days)
        if found and found[-1].goes_on_with(appointment, done):
            found[-1] = Column(found[-1].epoch, (*found[-1].appointments, appointment), done)
        else:
            found.append(Column(epoch, (appointment,), done))
    return tuple(found)


def _offset(planned: Schedule, appointment: Appointment) -> int | None:
    anchor = planned.patient.anchor
    if anchor is None or appointment.planned is None:
        return None
    return (appointment.planned - anchor).days


def _epoch(appointment: Appointment, treated: Sequence[int]) -> Epoch:
    offset = appointment.offset
    if appointment.injections:
        return Epoch.TREATMENT
    if not treated:
        return Epoch.BASELINE if offset is not None and offset <= 0 else Epoch.FOLLOW_UP
    if offset is None:
        return Epoch.UNDATED
    if offset < min(treated) or (offset == min(treated) and offset <= 0):
        return Epoch.BEFORE_TREATMENT
    return Epoch.TREATMENT if offset <= max(treated) else Epoch.FOLLOW_UP
