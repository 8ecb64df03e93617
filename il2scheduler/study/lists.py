"""Questions about all patients of a study: what is due, what is overdue, what deviates, what was printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from il2scheduler.appointment import Appointment, Injection, Kind, Status
from il2scheduler.commands import appointments_of
from il2scheduler.ledger import Entry, Key, Row, Rows, Table
from il2scheduler.protocol import Protocol
from il2scheduler.rules import Finding, findings, late_until
from il2scheduler.schedule import order
from il2scheduler.study import Study
from il2scheduler.study.printed import silent_changes, superseding
from il2scheduler.study.reading import state_of
from il2scheduler.study.reasons import Reasons
from il2scheduler.study.telling import Telling

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
    """What a deviation is; each kind is listed once for each thing it happened to.

    `MOVED_NO_WINDOW` is none: such visits have a list of their own.
    """

    VISIT_OUTSIDE_WINDOW = "visit-outside-window"
    VISIT_MISSED = "visit-missed"
    GAP_ACCEPTED = "gap-accepted"
    CAP_ACCEPTED = "cap-accepted"
    INJECTION_NOT_GIVEN = "injection-not-given"
    DOSE_DIFFERS = "dose-differs"
    CYCLE_OMITTED = "cycle-omitted"
    MOVED_NO_WINDOW = "moved-no-window"


_ACCEPTED = {"gap-too-short": DeviationKind.GAP_ACCEPTED, "past-cap": DeviationKind.CAP_ACCEPTED}


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
    """Whether a print with this revision and chain head is of this study, and still current.

    With `unenrolled` it is of a patient of this code whose enrolment was undone, by `superseded_by`.
    `since` is what else on a current sheet may be another: see `printed.silent_changes`.
    """

    known: bool
    current: bool
    revision: int
    superseded_by: Entry | None = None
    unenrolled: bool = False
    since: tuple[tuple[str, Entry], ...] = ()


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
        rows = Rows.of(
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
    return _sorted(found)


def _candidates(study: Study) -> frozenset[int]:
    """Patients with anything unusual: only their rows are read."""
    store = study.store
    numbers = {int(line["patient"] or 0) for line in store.unusual_appointments()}
    numbers |= {int(line["patient"] or 0) for line in store.unusual_injections()}
    numbers |= {int(key[0]) for key, _ in store.rows(Table.CHOICE) if key[1] in ("accepted", "omitted")}
    return frozenset(numbers)


def moved_without_window(study: Study, codes: tuple[str, ...] = ()) -> tuple[Deviation, ...]:
    """Visits moved by hand where the source states no window: listed with their reason, no deviations."""
    found: list[Deviation] = []
    with study.snapshot():
        chosen_by_hand = {int(key[0]) for key, _ in study.store.rows(Table.CHOICE) if key[1] == "chosen"}
        for number, row in study.patients().items():
            if number not in chosen_by_hand or (codes and str(row["code"]) not in codes):
                continue
            state = state_of(study.store.patient_rows(number), study.protocols)
            chosen, why = state.patient.chosen, Reasons(study, number)
            for visit in state.schedule.visits():
                stated = visit.window is not None and not visit.site_window
                if visit.code not in chosen or visit.nominal is None or stated or not visit.active:
                    continue
                facts: dict[str, Fact] = {"nominal": visit.nominal}
                deviation = Deviation(
                    str(row["code"]), DeviationKind.MOVED_NO_WINDOW, visit.code, visit.planned, facts
                )
                found.append(_told(deviation, why.of(_text(visit.planned), visit.code, "planned")))
    return _sorted(found)


def _sorted(found: list[Deviation]) -> tuple[Deviation, ...]:
    return tuple(sorted(found, key=lambda d: (d.patient, d.date is None, d.date or date.min, d.where)))


def _patient_deviations(study: Study, number: int, code: str) -> Iterator[Deviation]:
    state = state_of(study.store.patient_rows(number), study.protocols)
    schedule, why = state.schedule, Reasons(study, number)
    for appointment in schedule.appointments:
        yield from _of_visit(code, appointment, schedule.protocol, why)
        for injection in appointment.injections:
            yield from _of_injection(code, appointment, injection, why)
    for start in schedule.starts:
        if start.omitted is not None:
            facts: dict[str, Fact] = {"cause": start.omitted.value}
            found = Deviation(code, DeviationKind.CYCLE_OMITTED, start.code, start.planned, facts)
            number_text = str(start.template.number)
            yield _told(found, why.of(start.omitted.value, "omitted", number_text, "value"))
    planned = {start.code: start.planned for start in schedule.starts}
    for finding, where in sorted(state.patient.accepted):
        found = Deviation(code, _ACCEPTED[finding], where, planned.get(where))
        yield _told(found, why.of("yes", "accepted", f"{finding}/{where}", "value"))


def _of_visit(code: str, visit: Appointment, protocol: Protocol, why: Reasons) -> Iterator[Deviation]:
    if visit.kind is not Kind.VISIT or not visit.active:
        return
    if visit.status is Status.MISSED:
        found = Deviation(code, DeviationKind.VISIT_MISSED, visit.code, visit.planned)
        yield _told(found, why.of(visit.status.value, visit.code, "status"))
        return
    day = visit.actual or visit.planned
    if visit.window is None or visit.site_window or day is None or visit.in_window(day):
        return
    facts: dict[str, Fact] = {"earliest": visit.window[0], "latest": visit.window[1]}
    late = late_until(protocol, visit, day)
    if late is not None:
        facts["late_until"] = late
    found = Deviation(code, DeviationKind.VISIT_OUTSIDE_WINDOW, visit.code, day, facts)
    column = "planned" if day == visit.planned else "actual"
    yield _told(found, why.of(_text(day), visit.code, column))


def _of_injection(
    code: str, appointment: Appointment, injection: Injection, why: Reasons
) -> Iterator[Deviation]:
    at = injection.time.isoformat("minutes")
    day = appointment.planned
    if injection.not_given is not None:
        facts: dict[str, Fact] = {"time": at, "code": injection.not_given.value}
        found = Deviation(code, DeviationKind.INJECTION_NOT_GIVEN, appointment.code, day, facts)
        yield _told(found, why.of(injection.not_given.value, appointment.code, at, "not_given"))
    elif injection.given_iu is not None and injection.given_iu != injection.dose_iu:
        facts = {"time": at, "given_iu": injection.given_iu, "planned_iu": injection.dose_iu}
        found = Deviation(code, DeviationKind.DOSE_DIFFERS, appointment.code, day, facts)
        yield _told(found, why.of(injection.given_iu, appointment.code, at, "given_iu"))


def _told(deviation: Deviation, entry: Entry | None) -> Deviation:
    """The deviation with the reason and number of the entry that made it so."""
    return deviation if entry is None else replace(deviation, reason=entry.reason, entry=entry.number)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def check_print(study: Study, code: str, revision: int, head: str) -> PrintCheck:
    """Compare a print's revision and first hex digits of the chain head with the patient's ledger.

    A patient whose enrolment was undone had the same code, perhaps: such a print is of this study, too.
    """
    gone = Telling(study).gone(code)
    for former in gone:
        if _printed_of(study, former, revision, head) is not None:
            undone = study.store.entries(patient=former, newest_first=True, with_changes=True)
            by = next(one for one in undone if any(c.table is Table.PATIENT for c in one.changes))
            now = study.store.head(former).revision
            return PrintCheck(known=True, current=False, revision=now, superseded_by=by, unenrolled=True)
    number = study.store.find_patient(code) if gone else study.patient_id(code)
    if number is None:
        return PrintCheck(known=False, current=False, revision=0)
    present = study.store.head(number)
    printed = _printed_of(study, number, revision, head)
    if printed is None:
        return PrintCheck(known=False, current=False, revision=present.revision)
    if revision == present.revision:
        since = silent_changes(study.store, number, printed.number)
        return PrintCheck(known=True, current=True, revision=present.revision, since=since)
    following = study.store.revision_entries(number, revision + 1)
    superseded = following[0] if following else None
    return PrintCheck(known=True, current=False, revision=present.revision, superseded_by=superseded)


def _printed_of(study: Study, patient: int, revision: int, head: str) -> Entry | None:
    """The entry whose head stands on a print; None where it is not of this patient."""
    entries = study.store.revision_entries(patient, revision)
    return next((entry for entry in entries if (entry.patient_hash or "").startswith(head.lower())), None)


def check_list_print(
    study: Study, entry: int, head: str, first: date | None = None, last: date | None = None
) -> PrintCheck:
    """Compare the study revision and chain head of a list with the ledger.

    It is current while nothing was planned otherwise since, and the site's name, places and closed days are
    the same: on the days from `first` to `last`, or on any.
    """
    present = study.store.last_entry()
    entries = study.store.revision_entries(None, entry) if 0 < entry <= present else ()
    if not any(one.hash.startswith(head.lower()) for one in entries):
        return PrintCheck(known=False, current=False, revision=present)
    superseded = superseding(study.store, entry, first, last)
    return PrintCheck(known=True, current=superseded is None, revision=present, superseded_by=superseded)
