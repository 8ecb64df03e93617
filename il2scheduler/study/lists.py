"""Questions about all patients of a study: what is due, what is overdue, what deviates, what was printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from il2scheduler.appointment import Appointment, Kind, Status
from il2scheduler.commands import appointments_of
from il2scheduler.ledger import Entry, Key, Row, Rows, Table
from il2scheduler.rules import Finding, findings
from il2scheduler.schedule import order
from il2scheduler.study import Study
from il2scheduler.study.reading import state_of

Fact = str | int | date | None
Line = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Due:
    """An appointment of a patient in a list over all patients."""

    patient: str
    patient_id: int
    protocol: int
    appointment: Appointment


class DeviationKind(StrEnum):
    """What a deviation is; each kind is listed once for each thing it happened to."""

    VISIT_OUTSIDE_WINDOW = "visit-outside-window"
    VISIT_MISSED = "visit-missed"
    GAP_ACCEPTED = "gap-accepted"
    CAP_ACCEPTED = "cap-accepted"
    INJECTION_NOT_GIVEN = "injection-not-given"
    DOSE_DIFFERS = "dose-differs"
    CYCLE_OMITTED = "cycle-omitted"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One deviation: of whom, where, on which date, and the facts of its sentence.

    `reason` is what was given for it, `entry` the number of the entry that made it so.
    """

    patient: str
    kind: DeviationKind
    where: str
    date: date | None
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    reason: str | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class PrintCheck:
    """Whether a print with this revision and chain head is of this study, and still current."""

    known: bool
    current: bool
    revision: int
    superseded_by: Entry | None = None


def due(study: Study, first: date, last: date) -> tuple[Due, ...]:
    """Everything that stands from one date to another, both inclusive, in the order of each day."""
    store = study.store
    lines = store.appointments(first.isoformat(), last.isoformat())
    injections = store.injections(first.isoformat(), last.isoformat())
    return _dues(study, lines, injections)


def overdue(study: Study, today: date) -> tuple[Due, ...]:
    """Planned before today and not, or not wholly, recorded; the oldest first."""
    lines = study.store.overdue(today.isoformat())
    if not lines:
        return ()
    first = str(lines[0]["planned"])
    last = (today - timedelta(days=1)).isoformat()
    return _dues(study, lines, study.store.injections(first, last))


def _dues(
    study: Study, lines: list[dict[str, str | int | None]], injections: list[dict[str, str | int | None]]
) -> tuple[Due, ...]:
    patients = study.patients()
    by_day: dict[tuple[int, str], dict[Key, Row]] = {}
    for line in injections:
        number, code = int(line["patient"] or 0), str(line["appointment"])
        by_day.setdefault((number, code), {})[(number, code, str(line["slot"]))] = line
    found: list[Due] = []
    for line in lines:
        number, code = int(line["patient"] or 0), str(line["code"])
        rows = Rows(
            {
                Table.APPOINTMENT: {(number, code): line},
                Table.INJECTION: by_day.get((number, code), {}),
            }
        )
        row = patients[number]
        protocol = int(row["protocol"] or 0)
        found.append(Due(str(row["code"]), number, protocol, appointments_of(rows)[0]))
    found.sort(key=lambda entry: (order(entry.appointment), entry.patient))
    return tuple(found)


def patient_findings(study: Study, code: str, today: date | None = None) -> tuple[Finding, ...]:
    """The findings of one patient; overdue ones too where today is given."""
    state = study.state(code)
    span = state.schedule.span() or ()
    return findings(state.schedule, study.clinic(*span), today=today)


def deviations(study: Study, codes: tuple[str, ...] = ()) -> tuple[Deviation, ...]:
    """The list of deviations of all patients, or of some, by patient and date."""
    with study.snapshot():
        wanted = {number: str(row["code"]) for number, row in study.patients().items()}
        if codes:
            wanted = {number: code for number, code in wanted.items() if code in codes}
        candidates = _candidates(study)
        found: list[Deviation] = []
        for number, code in wanted.items():
            if number in candidates:
                found.extend(_patient_deviations(study, number, code))
    found.sort(key=lambda d: (d.patient, d.date is None, d.date or date.min, d.where))
    return tuple(found)


def _candidates(study: Study) -> frozenset[int]:
    """Patients with anything unusual: only their rows are read."""
    store = study.store
    numbers = {int(line["patient"] or 0) for line in store.unusual_appointments()}
    numbers |= {int(line["patient"] or 0) for line in store.unusual_injections()}
    numbers |= {int(key[0]) for key, _ in store.rows(Table.CHOICE) if key[1] in ("accepted", "omitted")}
    return frozenset(numbers)


def _patient_deviations(study: Study, number: int, code: str) -> Iterator[Deviation]:
    state = state_of(study.store.patient_rows(number), study.protocols)
    schedule, why = state.schedule, _Reasons(study, number)
    for appointment in schedule.appointments:
        for kind, where, facts in _of_appointment(appointment):
            day = appointment.actual or appointment.planned
            yield why.told(Deviation(code, kind, where, day, facts), appointment.code)
    for start in schedule.starts:
        if start.omitted is not None:
            facts = {"cause": start.omitted.value}
            yield why.told(
                Deviation(code, DeviationKind.CYCLE_OMITTED, start.code, start.planned, facts), start.code
            )
    accepted = {"gap-too-short": DeviationKind.GAP_ACCEPTED, "past-cap": DeviationKind.CAP_ACCEPTED}
    planned = {start.code: start.planned for start in schedule.starts}
    for finding, where in sorted(state.patient.accepted):
        told = Deviation(code, accepted[finding], where, planned.get(where))
        yield why.told(told, f"{finding}/{where}")


def _of_appointment(appointment: Appointment) -> Iterator[tuple[DeviationKind, str, dict[str, Fact]]]:
    code = appointment.code
    if appointment.status is Status.MISSED:
        yield DeviationKind.VISIT_MISSED, code, {}
    day = appointment.actual or appointment.planned
    window = appointment.window
    stated = window is not None and not appointment.site_window and appointment.kind is Kind.VISIT
    happens = appointment.active and appointment.status is not Status.MISSED
    if stated and happens and window is not None and day is not None and not window[0] <= day <= window[1]:
        yield DeviationKind.VISIT_OUTSIDE_WINDOW, code, {"earliest": window[0], "latest": window[1]}
    for injection in appointment.injections:
        at = injection.time.isoformat("minutes")
        if injection.not_given is not None:
            yield DeviationKind.INJECTION_NOT_GIVEN, code, {"time": at, "code": injection.not_given.value}
        elif injection.given_iu is not None and injection.given_iu != injection.dose_iu:
            facts: dict[str, Fact] = {
                "time": at,
                "given_iu": injection.given_iu,
                "planned_iu": injection.dose_iu,
            }
            yield DeviationKind.DOSE_DIFFERS, code, facts


class _Reasons:
    """The entry, and its reason, that last touched something of a patient."""

    def __init__(self, study: Study, patient: int) -> None:
        self._last: dict[str, Entry] = {}
        for entry in study.store.entries(patient=patient, with_changes=True):
            for change in entry.changes:
                if change.table in (Table.APPOINTMENT, Table.INJECTION):
                    self._last[str(change.key[1])] = entry
                elif change.table is Table.CHOICE:
                    kind, name = str(change.key[1]), str(change.key[2])
                    self._last[f"C{name}" if kind == "omitted" else name] = entry

    def told(self, deviation: Deviation, key: str) -> Deviation:
        """The deviation with its reason and entry."""
        entry = self._last.get(key)
        if entry is None:
            return deviation
        return Deviation(
            deviation.patient,
            deviation.kind,
            deviation.where,
            deviation.date,
            deviation.facts,
            entry.reason,
            entry.number,
        )


def check_print(study: Study, code: str, revision: int, head: str) -> PrintCheck:
    """Compare a print's revision and first hex digits of the chain head with the patient's ledger."""
    number = study.patient_id(code)
    present = study.store.head(number)
    entries = study.store.revision_entries(number, revision)
    known = any((entry.patient_hash or "").startswith(head.lower()) for entry in entries)
    if not known:
        return PrintCheck(known=False, current=False, revision=present.revision)
    if revision == present.revision:
        return PrintCheck(known=True, current=True, revision=present.revision)
    following = study.store.revision_entries(number, revision + 1)
    superseded = following[0] if following else None
    return PrintCheck(known=True, current=False, revision=present.revision, superseded_by=superseded)
