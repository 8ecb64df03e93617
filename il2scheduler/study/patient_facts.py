"""What is known of a patient besides the schedule: notes, revision, and what was printed of it."""

from __future__ import annotations

from dataclasses import dataclass

from il2scheduler.ledger import Entry, Key, Row, Table
from il2scheduler.study import Study


@dataclass(frozen=True, slots=True)
class Note:
    """A note with the entry that made it."""

    number: int
    text: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Printed:
    """A document that was printed, of a cycle or of all (None), at a revision; `current` if it stands."""

    kind: str
    cycle: int | None
    revision: int
    current: bool
    entry: Entry


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Notes and documents of a patient, the newest first, and the revision of the schedule."""

    revision: int
    notes: tuple[Note, ...]
    prints: tuple[Printed, ...]


def patient_facts(study: Study, code: str) -> PatientFacts:
    """Read at one moment; `Refusal` where there is no such patient.

    A document printed twice is listed once, as it was printed last.
    """
    with study.snapshot():
        patient = study.patient_id(code)
        rows = study.store.patient_rows(patient)
        entries = study.store.entries(patient=patient, with_changes=True)
        revision = study.store.head(patient).revision
    made: dict[tuple[Table, str | int], Entry] = {}
    for entry in entries:
        for change in entry.changes:
            if change.table in (Table.NOTE, Table.PRINTED) and change.after is not None:
                made[change.table, change.key[-1]] = entry
    notes: list[Note] = []
    for key, row in sorted(rows.table(Table.NOTE).items(), key=_newest, reverse=True):
        notes.append(Note(int(key[-1]), str(row["text"]), made[Table.NOTE, key[-1]]))
    prints: dict[tuple[str, int | None], Printed] = {}
    for key, row in sorted(rows.table(Table.PRINTED).items(), key=_newest, reverse=True):
        cycle = None if row["cycle"] is None else int(row["cycle"])
        kind, at_revision = str(row["kind"]), int(row["revision"] or 0)
        one = Printed(kind, cycle, at_revision, at_revision == revision, made[Table.PRINTED, key[-1]])
        prints.setdefault((kind, cycle), one)
    return PatientFacts(revision, tuple(notes), tuple(prints.values()))


def _newest(item: tuple[Key, Row]) -> int:
    return int(item[0][-1])
