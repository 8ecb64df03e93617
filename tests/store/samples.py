"""Small entries to fill a study with, in the shapes that the program writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from il2scheduler import store
from il2scheduler.ledger import Change, Key, NewEntry, Row, Rows, Table
from il2scheduler.store import Store, StudyFile

PROGRAM = "0.1.0"
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
W0 = date(2026, 1, 5)


def at(seconds: float = 0) -> str:
    """A time of the sample day."""
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def command(name: str, **options: object) -> str:
    return json.dumps({"command": name, **options}, sort_keys=True)


def setting(name: str, value: str | None, before: str | None = None) -> Change:
    def row(text: str | None) -> Row | None:
        return None if text is None else {"value": text}

    return Change(Table.SETTING, (name,), row(before), row(value))


def study_entry(*changes: Change, who: str = "NA", reason: str | None = None) -> NewEntry:
    return NewEntry(who, command("set"), None, reason, changes=changes)


def first_entry() -> NewEntry:
    protocol = Change(
        Table.PROTOCOL, (1,), None, {"code": "ETOILE", "version": "1", "sha256": "00", "text": "title = 'x'"}
    )
    return replace(study_entry(setting("site", "CHU"), protocol), command=command("new"))


def patient_row(code: str) -> Row:
    return {
        "code": code,
        "protocol": 1,
        "arm": "il2",
        "anchor": W0.isoformat(),
        "prescribed_iu": None,
    }


def visit_row(planned: date, **facts: str | int | None) -> Row:
    return {
        "kind": "visit",
        "template": "W",
        "cycle": None,
        "day": None,
        "offset_days": (planned - W0).days,
        "nominal": planned.isoformat(),
        "earliest": (planned - timedelta(days=7)).isoformat(),
        "latest": (planned + timedelta(days=7)).isoformat(),
        "site_window": 0,
        "planned": planned.isoformat(),
        "hour": None,
        "actual": None,
        "status": "planned",
        "provisional": 0,
        "note": None,
        **facts,
    }


def day_row(cycle: int, day: int, planned: date, **facts: str | int | None) -> Row:
    return visit_row(
        planned,
        kind="injections",
        template="series",
        cycle=cycle,
        day=day,
        earliest=None,
        latest=None,
        **facts,
    )


def injection_row(**facts: str | int | None) -> Row:
    return {
        "drug": "aldesleukin",
        "dose_iu": 4_500_000,
        "place": "home",
        "status": "planned",
        "given_at": None,
        "given_iu": None,
        "site": None,
        "batch": None,
        "given_by": None,
        "not_given": None,
        "note": None,
        **facts,
    }


def enrolment(
    patient: int, code: str | None = None, *, cycles: int = 1, days: int = 2, visits: int = 2
) -> NewEntry:
    """A patient with some cycles of injection days, two injections each, and visits."""
    code = code or f"P{patient:03}"
    changes = [Change(Table.PATIENT, (patient,), None, patient_row(code))]
    for cycle in range(1, cycles + 1):
        for day in range(1, days + 1):
            planned = W0 + timedelta(days=42 * (cycle - 1) + day - 1)
            name = f"C{cycle}D{day}"
            changes.append(Change(Table.APPOINTMENT, (patient, name), None, day_row(cycle, day, planned)))
            changes += [
                Change(Table.INJECTION, (patient, name, slot), None, injection_row())
                for slot in ("08:00", "20:00")
            ]
    for visit in range(visits):
        planned = W0 + timedelta(weeks=12 * visit)
        changes.append(Change(Table.APPOINTMENT, (patient, f"W{12 * visit}"), None, visit_row(planned)))
    return NewEntry(
        "NA",
        command("enrol", patient=code),
        patient,
        None,
        revises=True,
        changes=tuple(changes),
    )


def changed(rows: Rows, table: Table, key: Key, **facts: str | int | None) -> Change:
    """A change of some columns of a row as it is now."""
    row = rows.table(table)[key]
    return Change(table, key, row, {**row, **facts})


def move(target: Store, patient: int, visit: str, to: str, *, reason: str | None = "asked for") -> NewEntry:
    change = changed(target.patient_rows(patient), Table.APPOINTMENT, (patient, visit), planned=to)
    return NewEntry(
        "NA", command("move", visit=visit, to=to), patient, reason, revises=True, changes=(change,)
    )


def note(patient: int, number: int, text: str, *, who: str = "NA", reason: str | None = None) -> NewEntry:
    change = Change(Table.NOTE, (patient, number), None, {"text": text})
    return NewEntry(who, command("note", text=text), patient, reason, changes=(change,))


def make(path: Path, *entries: NewEntry) -> StudyFile:
    """A new study with a site and a protocol, and these entries after it."""
    made = store.create(path, [first_entry()], at=at(), program=PROGRAM, accept_cloud=True)
    try:
        for entry in entries:
            save(made, entry)
    except BaseException:
        made.close()
        raise
    return made


def save(target: Store, *entries: NewEntry, seconds: float = 1) -> int:
    """Append on the present state; the number of the last entry."""
    last = target.last_entry()
    expected: Mapping[int | None, int] = {entry.patient: last for entry in entries}
    return target.append(entries, expected=expected, at=at(seconds))[-1].number


def reopened(path: Path, *, read_only: bool = False, busy_seconds: float = 5) -> StudyFile:
    return store.open_(
        path, program=PROGRAM, read_only=read_only, accept_cloud=True, busy_seconds=busy_seconds
    )


def content(target: Store) -> object:
    """Everything a person could ever see of a study."""
    return (
        [(table, list(target.rows(table))) for table in Table],
        target.entries(with_changes=True),
        dict(target.heads()),
    )
