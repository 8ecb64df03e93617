"""The tables of a study file, as the exact text that every file of this version holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from il2scheduler.ledger import TABLES, Table

APPLICATION_ID = 0x494C3253  # "IL2S"
VERSION = 1

_LATE = "DEFERRABLE INITIALLY DEFERRED"
_PATIENT = f'REFERENCES "patient" {_LATE}'
_REFERENCES = {
    (Table.CHOICE, "patient"): _PATIENT,
    (Table.APPOINTMENT, "patient"): _PATIENT,
    (Table.INJECTION, "patient"): _PATIENT,
    (Table.NOTE, "patient"): _PATIENT,
}

_LEDGER = (
    """CREATE TABLE entry (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  clock TEXT,
  who TEXT NOT NULL,
  patient INTEGER,
  revises INTEGER NOT NULL,
  reverts INTEGER REFERENCES entry,
  transcribed INTEGER NOT NULL,
  batch TEXT,
  program TEXT NOT NULL,
  revision INTEGER NOT NULL,
  command TEXT NOT NULL,
  reason TEXT,
  salt TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  patient_hash TEXT,
  redacted_by INTEGER REFERENCES entry
) STRICT""",
    """CREATE TABLE entry_change (
  entry INTEGER NOT NULL REFERENCES entry,
  position INTEGER NOT NULL,
  in_table TEXT NOT NULL,
  row_key TEXT NOT NULL,
  before TEXT,
  after TEXT,
  PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE head (
  patient INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT""",
    """CREATE TABLE open_window (
  id TEXT PRIMARY KEY,
  who TEXT NOT NULL,
  computer TEXT NOT NULL,
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX entry_patient ON entry (patient)",
    "CREATE INDEX entry_reverts ON entry (reverts) WHERE reverts IS NOT NULL",
    "CREATE INDEX entry_redacted ON entry (redacted_by) WHERE redacted_by IS NOT NULL",
)

# BEFORE INSERT as well: on a connection without recursive_triggers, REPLACE deletes without asking DELETE's.
_APPEND_ONLY = (
    """CREATE TRIGGER entry_is_appended BEFORE INSERT ON entry
WHEN new.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM entry) OR new.redacted_by IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'entries are only appended'); END""",
    """CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never erased'); END""",
    """CREATE TRIGGER entry_is_only_redacted BEFORE UPDATE ON entry
WHEN new.number IS NOT old.number OR new.at IS NOT old.at OR new.clock IS NOT old.clock
  OR new.who IS NOT old.who OR new.patient IS NOT old.patient OR new.revises IS NOT old.revises
  OR new.reverts IS NOT old.reverts OR new.transcribed IS NOT old.transcribed OR new.batch IS NOT old.batch
  OR new.program IS NOT old.program OR new.revision IS NOT old.revision
  OR new.payload_hash IS NOT old.payload_hash OR new.hash IS NOT old.hash
  OR new.patient_hash IS NOT old.patient_hash
  OR new.redacted_by IS NOT (SELECT max(number) FROM entry) OR new.redacted_by <= old.number
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END""",
    """CREATE TRIGGER entry_change_is_appended BEFORE INSERT ON entry_change
WHEN new.entry IS NOT (SELECT max(number) FROM entry)
  OR EXISTS (SELECT 1 FROM entry_change WHERE entry = new.entry AND position = new.position)
BEGIN SELECT RAISE(ABORT, 'changes are only appended'); END""",
    """CREATE TRIGGER entry_change_is_kept BEFORE DELETE ON entry_change
BEGIN SELECT RAISE(ABORT, 'changes are never erased'); END""",
    """CREATE TRIGGER entry_change_is_only_redacted BEFORE UPDATE ON entry_change
WHEN new.entry IS NOT old.entry OR new.position IS NOT old.position OR new.in_table IS NOT old.in_table
  OR new.row_key IS NOT old.row_key
  OR (SELECT redacted_by FROM entry WHERE number = old.entry) IS NOT (SELECT max(number) FROM entry)
BEGIN SELECT RAISE(ABORT, 'changes are never changed'); END""",
)

_INDEXES = (
    'CREATE UNIQUE INDEX patient_code ON "patient" ("code")',
    'CREATE INDEX appointment_planned ON "appointment" ("planned")',
    'CREATE INDEX appointment_status ON "appointment" ("status", "planned")',
    'CREATE INDEX printed_patient ON "printed" ("patient")',
)


@dataclass(frozen=True, slots=True)
class Format:
    """A version of the file: its statements, and the steps that lead to it from the version before."""

    version: int
    statements: tuple[str, ...]
    previous: Format | None = None
    steps: tuple[str, ...] = ()

    def older(self, version: int) -> Format | None:
        """The format of an older version that can be brought to this one."""
        found = self.previous
        while found is not None and found.version != version:
            found = found.previous
        return found

    def objects(self) -> frozenset[tuple[str, str, str, str | None]]:
        """What `sqlite_schema` of a file of this version holds: (type, name, table, text)."""
        return _objects(self.statements)


@cache
def _objects(statements: tuple[str, ...]) -> frozenset[tuple[str, str, str, str | None]]:
    connection = sqlite3.connect(":memory:")
    try:
        for statement in statements:
            connection.execute(statement)
        return schema_of(connection)
    finally:
        connection.close()


def schema_of(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str, str | None]]:
    """Every object of an open database with the text that made it."""
    return frozenset(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"))


def table_statement(table: Table) -> str:
    """The CREATE TABLE of a derived table: plain columns, as declared in the ledger."""
    columns = TABLES[table]
    if dict(columns.key) == {"id": "INTEGER"}:
        lines = ['  "id" INTEGER PRIMARY KEY']
        end, options = "", "STRICT"
    else:
        lines = [f'  "{name}" {kind} NOT NULL{_reference(table, name)}' for name, kind in columns.key.items()]
        end = f",\n  PRIMARY KEY ({quoted(columns.key)})"
        options = "STRICT, WITHOUT ROWID"
    lines += [f'  "{name}" {kind}' for name, kind in columns.values.items()]
    if table is Table.INJECTION:
        end += f',\n  FOREIGN KEY ("patient", "appointment") REFERENCES "appointment" {_LATE}'
    return f'CREATE TABLE "{table}" (\n' + ",\n".join(lines) + f"{end}\n) {options}"


def quoted(names: Iterable[str]) -> str:
    """Column names for SQL, in the order of the ledger."""
    return ", ".join(f'"{name}"' for name in names)


def _reference(table: Table, name: str) -> str:
    reference = _REFERENCES.get((table, name))
    return f" {reference}" if reference else ""


CURRENT = Format(VERSION, (*_LEDGER, *(table_statement(table) for table in Table), *_INDEXES, *_APPEND_ONLY))
