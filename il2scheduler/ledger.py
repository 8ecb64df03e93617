"""The ledger of a study: every change as an entry that is never erased, and the tables its changes give.

The derived tables hold the present state in plain rows. Replaying the changes of all entries in order gives
exactly these tables; replay applies recorded changes and never asks the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

Value = str | int | None
Row = Mapping[str, Value]
Key = tuple[str | int, ...]

Line = tuple[Any, ...]
"""A row as the store reads it: its key and its values, in the order of the table's columns."""


class Table(StrEnum):
    """The derived tables."""

    SETTING = "setting"
    PROTOCOL = "protocol"
    PATIENT = "patient"
    CHOICE = "choice"
    APPOINTMENT = "appointment"
    INJECTION = "injection"
    NOTE = "note"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class Columns:
    """The key and value columns of a derived table, with the SQL type of each."""

    key: Mapping[str, str]
    values: Mapping[str, str]


_TEXT, _INTEGER = "TEXT", "INTEGER"

TABLES: Mapping[Table, Columns] = {
    Table.SETTING: Columns({"name": _TEXT}, {"value": _TEXT}),
    Table.PROTOCOL: Columns(
        {"id": _INTEGER},
        {"code": _TEXT, "version": _TEXT, "reading": _TEXT, "status": _TEXT, "sha256": _TEXT, "text": _TEXT},
    ),
    Table.PATIENT: Columns(
        {"id": _INTEGER},
        {"code": _TEXT, "protocol": _INTEGER, "arm": _TEXT, "anchor": _TEXT, "prescribed_iu": _INTEGER},
    ),
    Table.CHOICE: Columns({"patient": _INTEGER, "kind": _TEXT, "name": _TEXT}, {"value": _TEXT}),
    Table.APPOINTMENT: Columns(
        {"patient": _INTEGER, "code": _TEXT},
        {
            "kind": _TEXT,
            "template": _TEXT,
            "cycle": _INTEGER,
            "day": _INTEGER,
            "offset_days": _INTEGER,
            "nominal": _TEXT,
            "earliest": _TEXT,
            "latest": _TEXT,
            "site_window": _INTEGER,
            "planned": _TEXT,
            "hour": _TEXT,
            "actual": _TEXT,
            "status": _TEXT,
            "provisional": _INTEGER,
            "note": _TEXT,
        },
    ),
    Table.INJECTION: Columns(
        {"patient": _INTEGER, "appointment": _TEXT, "slot": _TEXT},
        {
            "drug": _TEXT,
            "dose_iu": _INTEGER,
            "place": _TEXT,
            "status": _TEXT,
            "given_at": _TEXT,
            "given_iu": _INTEGER,
            "site": _TEXT,
            "batch": _TEXT,
            "given_by": _TEXT,
            "not_given": _TEXT,
            "note": _TEXT,
        },
    ),
    Table.NOTE: Columns({"patient": _INTEGER, "number": _INTEGER}, {"text": _TEXT}),
    Table.PRINTED: Columns(
        {"id": _INTEGER},
        {"patient": _INTEGER, "kind": _TEXT, "cycle": _INTEGER, "revision": _INTEGER, "head": _TEXT},
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after; `before` is None for a new row, `after` for one taken away."""

    table: Table
    key: Key
    before: Row | None
    after: Row | None

    def reverted(self) -> Change:
        """The change that undoes this one."""
        return Change(self.table, self.key, self.after, self.before)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is about to be appended. `command` is JSON with sorted keys; `patient` is a row id or None.

    `revises` is True when a planned date, time, dose, place or status changed: it raises the patient's
    revision. `reverts` is the number of the entry this one undoes. `transcribed` marks past facts that
    were copied in. `batch` joins the entries of one action over several patients.
    """

    who: str
    command: str
    patient: int | None = None
    reason: str | None = None
    revises: bool = False
    reverts: int | None = None
    transcribed: bool = False
    batch: str | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands in the ledger. `at` is UTC, `2026-01-05T08:12:33.123456Z`.

    `hash` and `patient_hash` are the chain heads after this entry (hex SHA-256), of the study and of the
    patient; `revision` is the patient's revision after it (0 for a study entry). `program` is the version
    that wrote it. `redacted_by` is the number of the entry that erased its typed text, if any. `clock` is
    what the writer's clock said where that lay before the entry before; `at` is then the time of that one.
    """

    number: int
    at: str
    who: str
    command: str
    patient: int | None
    reason: str | None
    revises: bool
    reverts: int | None
    transcribed: bool
    batch: str | None
    program: str
    revision: int
    hash: str
    patient_hash: str | None
    redacted_by: int | None
    changes: tuple[Change, ...] = ()
    clock: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: last entry number (0 when empty), revision, and hash in hex."""

    entry: int = 0
    revision: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the derived tables, as read from the store.

    A patient has a hundred and more, and most readers want few of them by name: they are kept as lines.
    """

    by_table: Mapping[Table, Sequence[Line]]

    @classmethod
    def of(cls, tables: Mapping[Table, Mapping[Key, Row]]) -> Self:
        """Rows that are known by table and key."""
        return cls({table: [_line(table, *row) for row in rows.items()] for table, rows in tables.items()})

    def lines(self, table: Table) -> Sequence[Line]:
        """The lines of one table, none where none was read."""
        return self.by_table.get(table, ())

    def table(self, table: Table) -> Mapping[Key, Row]:
        """The rows of one table by key, empty where none was read."""
        return dict(named(table, line) for line in self.lines(table))

    def tables(self) -> Mapping[Table, Mapping[Key, Row]]:
        """All of them by table and key."""
        return {table: self.table(table) for table in self.by_table}


def named(table: Table, line: Line) -> tuple[Key, Row]:
    """The key and the row of a line."""
    columns = TABLES[table]
    keys = len(columns.key)
    return line[:keys], dict(zip(columns.values, line[keys:], strict=True))


def _line(table: Table, key: Key, row: Row) -> Line:
    return (*key, *(row.get(name) for name in TABLES[table].values))
