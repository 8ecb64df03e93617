"""A patient at the desk: commands are decided one after another, without a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TypedDict, Unpack

import pytest

from il2scheduler.clinic import Clinic
from il2scheduler.commands import (
    Context,
    Decision,
    PatientState,
    appointments_of,
    committable,
    decide,
    patient_of,
    rows_of,
)
from il2scheduler.commands.differences import Aspect
from il2scheduler.commands.values import Enrol, Give, PastCap, PatientCommand
from il2scheduler.ledger import Key, Row, Rows, Table
from il2scheduler.patient import Patient
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Finding, FindingKind, Severity
from il2scheduler.schedule import Schedule, Status, build, in_order
from tests.builders import day, france, seed

MORNING, EVENING = time(8), time(20)
GAP, CAP = FindingKind.GAP_TOO_SHORT, FindingKind.PAST_CAP


class Said(TypedDict, total=False):
    """What a person adds to a command."""

    accept: frozenset[FindingKind]
    past_cap: PastCap
    today: date


def rows_from(flat: Mapping[tuple[Table, Key], Row]) -> Rows:
    tables: dict[Table, dict[Key, Row]] = {}
    for (table, key), row in flat.items():
        tables.setdefault(table, {})[key] = row
    return Rows.of(tables)


def read_back(state: PatientState, protocol: Protocol) -> None:
    """The rows of a state give the patient again, and the patient the schedule."""
    rows = rows_from(rows_of(state.enrolled, state.schedule))
    enrolled, patient = patient_of(rows)

    assert enrolled == state.enrolled
    assert patient == state.patient
    assert in_order(protocol, appointments_of(rows)) == state.schedule.appointments
    assert build(protocol, patient) == state.schedule


def all_is_told(decision: Decision) -> None:
    """Every injection that comes, goes, or changes dose, place or status is told, and counted."""
    found = decision.differences()
    cycles = {a.code: (a.cycle, a.day) for a in decision.after.schedule.appointments}
    counted: Counter[Aspect] = Counter()
    for change in decision.changes:
        if change.table is not Table.INJECTION:
            continue
        old, new = change.before, change.after
        if old is None or new is None:
            counted[Aspect.ADDED if old is None else Aspect.GONE] += 1
            continue
        planned = new["status"] == Status.PLANNED.value
        changed = {
            aspect
            for aspect, name in ((Aspect.STATUS, "status"), (Aspect.DOSE, "dose_iu"), (Aspect.PLACE, "place"))
            if old[name] != new[name] and (planned or aspect is Aspect.STATUS)
        }
        cycle, day_of = cycles[str(change.key[1])]
        slot = time.fromisoformat(str(change.key[2]))
        for aspect in changed:
            counted[aspect] += 1
            assert any(
                one.aspect is aspect
                and cycle in one.cycles
                and (one.days is None or day_of in one.days)
                and (one.times is None or slot in one.times)
                for one in found
            ), (aspect, change.key)
    for aspect in (Aspect.ADDED, Aspect.GONE, Aspect.DOSE, Aspect.PLACE):
        assert sum(one.count for one in found if one.aspect is aspect) == counted[aspect]


@dataclass
class Desk:
    """The state after the commands so far; every one of them is read back from its rows."""

    protocols: Mapping[int, Protocol]
    state: PatientState
    clinic: Clinic = field(default_factory=france)
    today: date = date(2028, 12, 31)
    revision: int = 1
    last_added: int = 0

    @property
    def schedule(self) -> Schedule:
        return self.state.schedule

    @property
    def patient(self) -> Patient:
        return self.state.patient

    def decided(self, command: PatientCommand, reason: str | None = "why", **said: Unpack[Said]) -> Decision:
        context = Context(
            self.clinic,
            said.get("today", self.today),
            self.protocols,
            reason=reason,
            accept=said.get("accept", frozenset()),
            past_cap=said.get("past_cap"),
            last_added=self.last_added,
        )
        return decide(command, self.state, context)

    def do(self, command: PatientCommand, reason: str | None = "why", **said: Unpack[Said]) -> Decision:
        """Decide and take what it leads to for the new state."""
        decision = self.decided(command, reason, **said)
        committable(decision, Context(self.clinic, self.today, self.protocols, reason=reason))
        before, after = decision.before, decision.after
        assert before is not None
        for code, held in before.patient.held.items():
            assert after.schedule.appointment(code).planned == held.planned
        read_back(after, self.protocols[after.enrolled.protocol])
        all_is_told(decision)
        self.state = after
        self.revision += decision.revises
        numbers = [int(added.code[1:]) for added in after.patient.unscheduled]
        self.last_added = max([self.last_added, *numbers])
        return decision

    def refused(self, command: PatientCommand, reason: str | None = "why", **said: Unpack[Said]) -> Refusal:
        """The refusal that a command meets."""
        before = self.state
        with pytest.raises(Refusal) as caught:
            self.do(command, reason, **said)
        assert self.state is before
        return caught.value

    # --- Short forms ---

    def starts(self) -> list[str]:
        return [str(start.planned) for start in self.schedule.starts]

    def at(self, code: str) -> str:
        return str(self.schedule.appointment(code).planned)

    def status(self, code: str) -> Status:
        return self.schedule.appointment(code).status

    def cycle(self, number: int) -> Status:
        return self.schedule.cycle_status(number)

    def give(self, cycle: int, on: int = 1, slot: time = MORNING) -> Decision:
        return self.do(Give(cycle, on, slot), None)


def enrolled(
    protocol: Protocol | None = None,
    anchor: str | None = "2026-01-05",
    *,
    arm: str = "il2",
    others: tuple[Protocol, ...] = (),
    prescribed_iu: int | None = None,
    avoid_closed_days: bool = False,
    clinic: Clinic | None = None,
) -> Desk:
    """A patient of a protocol (ETOILE) just enrolled; `others` are further versions in the study."""
    protocol = protocol or seed()
    protocols = dict(enumerate((protocol, *others), start=1))
    clinic = clinic or france()
    context = Context(clinic, day("2026-01-01"), protocols)
    command = Enrol("P001", 1, arm, None if anchor is None else day(anchor), prescribed_iu, avoid_closed_days)
    decision = decide(command, None, context)
    committable(decision, context)
    assert decision.revises == bool(decision.after.schedule.appointments)
    read_back(decision.after, protocol)
    return Desk(protocols, decision.after, clinic)


def kinds(found: tuple[Finding, ...], severity: Severity = Severity.REFUSES) -> list[tuple[str, str]]:
    """Kind and place of findings of a severity."""
    return [(f.kind.value, f.where) for f in found if f.severity is severity]


def moment(text: str) -> datetime:
    """A wall-clock moment: `2026-01-19 20:10`."""
    return datetime.fromisoformat(text)


def of_version(protocol: Protocol, version: str) -> Protocol:
    """The same protocol as another version."""
    return replace(protocol, version=version)
