"""What a decision is made on, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from il2scheduler.appointment import DROPPED
from il2scheduler.clinic import Clinic
from il2scheduler.commands.differences import Difference, differences
from il2scheduler.commands.rows import Enrolled, changes_between, difference, revises, rows_of
from il2scheduler.commands.values import PastCap
from il2scheduler.ledger import Change
from il2scheduler.patient import Patient
from il2scheduler.protocol import Protocol, Totals
from il2scheduler.rules import Finding, FindingKind
from il2scheduler.rules.findings import Taken
from il2scheduler.schedule import Schedule


@dataclass(frozen=True, slots=True)
class PatientState:
    """A patient as enrolled, with the schedule it has; `notes` is the highest number of a note."""

    enrolled: Enrolled
    schedule: Schedule
    notes: int = 0

    @property
    def patient(self) -> Patient:
        """What people decided about the patient."""
        return self.schedule.patient

    def changes(self, before: PatientState | None) -> tuple[Change, ...]:
        """The rows that are other than before, where there is a before."""
        if before is None:
            return difference({}, rows_of(self.enrolled, self.schedule))
        return changes_between(before.enrolled, before.schedule, self.enrolled, self.schedule)


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision needs besides the patient.

    `today` is the site's date: nothing is recorded after it. `reason`, `accept` and `past_cap` are what
    the person said. `protocols` are those of the study by row id. `standing` are the findings of the
    patient's schedule as it stands, None where nobody has looked yet. `new_patient` is the row id a new
    patient gets; `last_added` the highest number an unscheduled visit of the patient ever had.
    """

    clinic: Clinic
    today: date
    protocols: Mapping[int, Protocol]
    taken: Mapping[date, Taken] = field(default_factory=dict[date, Taken])
    standing: tuple[Finding, ...] | None = None
    reason: str | None = None
    accept: frozenset[FindingKind] = frozenset()
    past_cap: PastCap | None = None
    new_patient: int = 1
    last_added: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The patient as a command would have it, before findings are judged.

    `needs_reason` is True where the command may not be done without one; `note` is a note it adds.
    """

    patient: Patient
    protocol: Protocol
    enrolled: Enrolled
    needs_reason: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """An appointment or cycle that a decision moves, adds (`before` None) or takes away (`after` None)."""

    code: str
    before: date | None
    after: date | None


@dataclass(frozen=True)
class Decision:
    """What a command would change; it may be committed when nothing in `refused` is left.

    `findings` are those of the new schedule that the old one did not have, `solved` those it no longer
    has. `besides` are changes of rows that no schedule has: notes, prints.
    """

    before: PatientState | None
    after: PatientState
    findings: tuple[Finding, ...]
    solved: tuple[Finding, ...]
    refused: tuple[Finding, ...]
    needs_reason: bool
    besides: tuple[Change, ...] = ()

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The rows it changes. Made when they are asked for: while a cycle is dragged nobody does."""
        return self.after.changes(self.before) + self.besides

    @property
    def revises(self) -> bool:
        """True when a planned date, time, dose, place or status changes."""
        return any(revises(change) for change in self.changes)

    def moves(self) -> tuple[Move, ...]:
        """Cycles and visits whose planned date changes, in the order of the new schedule."""
        old = {} if self.before is None else _dates(self.before.schedule)
        new = _dates(self.after.schedule)
        return tuple(
            [Move(code, old.get(code), new.get(code)) for code in new | old if old.get(code) != new.get(code)]
        )

    def differences(self) -> tuple[Difference, ...]:
        """What changes besides dates: doses, places, statuses, recorded facts; of a new patient nothing."""
        return () if self.before is None else differences(self.before.schedule, self.after.schedule)

    def totals(self) -> tuple[Totals | None, Totals]:
        """What is given or planned in all, before and after; before is None for a new patient."""
        before = None if self.before is None else self.before.schedule.totals()
        return before, self.after.schedule.totals()


def _dates(schedule: Schedule) -> dict[str, date | None]:
    """Dates of what stands, by cycle or visit code; omitted and cancelled ones have none."""
    active = {a.cycle for a in schedule.appointments if a.injections and a.status not in DROPPED}
    dates = {s.code: s.planned if s.template.number in active else None for s in schedule.starts}
    return dates | {v.code: v.planned if v.active else None for v in schedule.visits()}
