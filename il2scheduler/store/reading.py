"""Reading entries, heads and rows."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Collection, Generator, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from il2scheduler.ledger import TABLES, Change, Entry, Head, Key, Line, Row, Rows, Table, named
from il2scheduler.store import chain
from il2scheduler.store.chain import Sealed, StoredChange
from il2scheduler.store.schema import quoted

ENTRY = (
    "number, at, who, command, patient, reason, revises, reverts, transcribed, batch, program, revision,"
    " hash, patient_hash, redacted_by, clock"
)
LINE = (
    "number, at, clock, who, patient, revises, reverts, transcribed, batch, program, revision, payload_hash,"
    " command, reason, salt, hash, patient_hash, redacted_by"
)
_PATIENT_TABLES = (Table.CHOICE, Table.APPOINTMENT, Table.INJECTION, Table.NOTE)


@contextlib.contextmanager
def reading_lock(connection: sqlite3.Connection) -> Generator[None]:
    """Hold the moment that is read, so that reading on, or copying it, waits for nobody."""
    connection.execute("BEGIN")
    try:
        last_line(connection)
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def last_line(connection: sqlite3.Connection) -> tuple[int, str, str]:
    """Number, hash and time of the newest entry; 0 and empty texts before the first."""
    row = connection.execute("SELECT number, hash, at FROM entry ORDER BY number DESC LIMIT 1").fetchone()
    return (0, "", "") if row is None else row


def hash_of(connection: sqlite3.Connection, number: int) -> str | None:
    """The chain head after an entry, None when there is none."""
    row = connection.execute("SELECT hash FROM entry WHERE number = ?", (number,)).fetchone()
    return None if row is None else row[0]


def head(connection: sqlite3.Connection, patient: int | None) -> Head:
    """Where one chain stands; the study's revision is its entry number."""
    if patient is None:
        number, hash_, _ = last_line(connection)
        return Head(number, number, hash_)
    row = connection.execute(
        "SELECT entry, revision, hash FROM head WHERE patient = ?", (patient,)
    ).fetchone()
    return Head() if row is None else Head(*row)


def heads(connection: sqlite3.Connection) -> dict[int | None, Head]:
    """Where every chain stands."""
    found: dict[int | None, Head] = {None: head(connection, None)}
    for patient, *rest in connection.execute("SELECT patient, entry, revision, hash FROM head"):
        found[patient] = Head(*rest)
    return found


def sealed_of(line: Sequence[Any]) -> Sealed:
    """What the hashes of an entry cover, from its columns `LINE`."""
    number, at, clock, who, patient, revises, reverts, transcribed, *rest = line[:12]
    batch, program, revision, payload = rest
    flags = (bool(revises), reverts, bool(transcribed))
    return Sealed(number, at, clock, who, patient, *flags, batch, program, revision, payload)


def stored_changes(connection: sqlite3.Connection, first: int, last: int) -> dict[int, list[StoredChange]]:
    """The changes of entries from one number to another, both included, in the ledger's own words."""
    rows = connection.execute(
        "SELECT entry, in_table, row_key, before, after FROM entry_change"
        " WHERE entry BETWEEN ? AND ? ORDER BY entry, position",
        (first, last),
    )
    return {
        number: [(row[1], row[2], row[3], row[4]) for row in several]
        for number, several in groupby(rows, lambda row: row[0])
    }


def entry_of(row: Sequence[Any], changes: tuple[Change, ...] = ()) -> Entry:
    """An entry from its columns `ENTRY`."""
    number, at, who, command, patient, reason, revises, reverts, transcribed, batch = row[:10]
    program, revision, hash_, patient_hash, redacted_by, clock = row[10:]
    return Entry(
        number=number,
        at=at,
        who=who,
        command=command,
        patient=patient,
        reason=reason,
        revises=bool(revises),
        reverts=reverts,
        transcribed=bool(transcribed),
        batch=batch,
        program=program,
        revision=revision,
        hash=hash_,
        patient_hash=patient_hash,
        redacted_by=redacted_by,
        changes=changes,
        clock=clock,
    )


def entries(
    connection: sqlite3.Connection,
    *,
    patient: int | None = None,
    study_only: bool = False,
    first: int | None = None,
    last: int | None = None,
    newest_first: bool = False,
    limit: int | None = None,
    with_changes: bool = False,
) -> tuple[Entry, ...]:
    """Entries of a patient, of the study itself, or all."""
    wheres: list[str] = []
    values: list[int] = []
    if study_only:
        wheres.append("patient IS NULL")
    for where, value in (("patient = ?", patient), ("number >= ?", first), ("number <= ?", last)):
        if value is not None:
            wheres.append(where)
            values.append(value)
    sql = f"SELECT {ENTRY} FROM entry WHERE {' AND '.join(wheres) or '1'} ORDER BY number"
    sql += (" DESC" if newest_first else "") + " LIMIT ?"
    rows = connection.execute(sql, (*values, -1 if limit is None else limit)).fetchall()
    told = changes(connection, [row[0] for row in rows]) if with_changes else {}
    return tuple(entry_of(row, told.get(row[0], ())) for row in rows)


def entries_by_number(connection: sqlite3.Connection, numbers: Collection[int]) -> tuple[Entry, ...]:
    """Some entries, oldest first, with their changes."""
    sql = f"SELECT {ENTRY} FROM entry WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number"
    rows = connection.execute(sql, (json.dumps(sorted(numbers)),)).fetchall()
    told = changes(connection, numbers)
    return tuple(entry_of(row, told.get(row[0], ())) for row in rows)


def changes(connection: sqlite3.Connection, numbers: Collection[int]) -> dict[int, tuple[Change, ...]]:
    """The changes of some entries, in their order."""
    found: dict[int, list[Change]] = {number: [] for number in numbers}
    rows = connection.execute(
        "SELECT entry, in_table, row_key, before, after FROM entry_change"
        " WHERE entry IN (SELECT value FROM json_each(?)) ORDER BY entry, position",
        (json.dumps(sorted(found)),),
    )
    for number, *line in rows:
        found[number].append(chain.change_of((line[0], line[1], line[2], line[3])))
    return {number: tuple(several) for number, several in found.items()}


def reverted(connection: sqlite3.Connection, numbers: Collection[int] | None) -> dict[int, int]:
    """For each entry that was undone, the newest entry that did so."""
    sql = "SELECT reverts, max(number) FROM entry WHERE reverts IS NOT NULL"
    if numbers is None:
        return dict(connection.execute(f"{sql} GROUP BY reverts"))
    sql += " AND reverts IN (SELECT value FROM json_each(?)) GROUP BY reverts"
    return dict(connection.execute(sql, (json.dumps(sorted(numbers)),)))


def later_touching(connection: sqlite3.Connection, number: int) -> tuple[int, ...]:
    """Later entries of the same patient, or of the study, that changed a row which this one changed."""
    rows = connection.execute(
        "SELECT DISTINCT later.number FROM entry AS this"
        " JOIN entry AS later ON later.patient IS this.patient AND later.number > this.number"
        " JOIN entry_change AS theirs ON theirs.entry = later.number"
        " JOIN entry_change AS ours ON ours.entry = this.number"
        "  AND ours.in_table = theirs.in_table AND ours.row_key = theirs.row_key"
        " WHERE this.number = ? ORDER BY later.number",
        (number,),
    )
    return tuple(later for (later,) in rows)


def revision_entries(connection: sqlite3.Connection, patient: int | None, revision: int) -> tuple[Entry, ...]:
    """The entries after which the revision stood at this number."""
    where = "number = ?2 AND ?1 IS NULL" if patient is None else "patient = ?1 AND revision = ?2"
    rows = connection.execute(
        f"SELECT {ENTRY} FROM entry WHERE {where} ORDER BY number",
        (patient, revision),
    )
    return tuple(entry_of(row) for row in rows)


# --- Rows ---


def table_rows(
    connection: sqlite3.Connection, table: Table, where: str = "1", values: tuple[int, ...] = ()
) -> Iterator[tuple[Key, Row]]:
    """Rows of a table by key."""
    for line in _lines(connection, table, where, values):
        yield named(table, line)


def _lines(
    connection: sqlite3.Connection, table: Table, where: str = "1", values: tuple[int, ...] = ()
) -> list[Line]:
    return connection.execute(_rows_sql(table, where), values).fetchall()


@cache
def _rows_sql(table: Table, where: str) -> str:
    columns = TABLES[table]
    return (
        f'SELECT {quoted((*columns.key, *columns.values))} FROM "{table}" WHERE {where}'
        f" ORDER BY {quoted(columns.key)}"
    )


def study_rows(connection: sqlite3.Connection) -> Rows:
    """Settings and protocols."""
    return Rows({table: _lines(connection, table) for table in (Table.SETTING, Table.PROTOCOL)})


def patient_rows(connection: sqlite3.Connection, patient: int) -> Rows:
    """All rows of one patient; empty tables when there is none."""
    found = {Table.PATIENT: _lines(connection, Table.PATIENT, '"id" = ?', (patient,))}
    for table in (*_PATIENT_TABLES, Table.PRINTED):
        found[table] = _lines(connection, table, '"patient" = ?', (patient,))
    return Rows(found)


def patients(connection: sqlite3.Connection) -> dict[int, Row]:
    """Every patient's own row by id."""
    return {int(key[0]): row for key, row in table_rows(connection, Table.PATIENT)}


def find_patient(connection: sqlite3.Connection, code: str) -> int | None:
    """The id of a patient by code."""
    row = connection.execute('SELECT "id" FROM "patient" WHERE "code" = ?', (code,)).fetchone()
    return None if row is None else row[0]


def code_of(connection: sqlite3.Connection, patient: int) -> str:
    """The code of a patient by id, as the newest entry that wrote it says; the id where none does."""
    row = connection.execute(
        "SELECT coalesce(c.after, c.before) FROM entry AS e JOIN entry_change AS c ON c.entry = e.number"
        " WHERE e.patient = ? AND c.in_table = 'patient' ORDER BY e.number DESC, c.position DESC LIMIT 1",
        (patient,),
    ).fetchone()
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return str(json.loads(row[0])["code"])
    row = connection.execute('SELECT "code" FROM "patient" WHERE "id" = ?', (patient,)).fetchone()
    return str(patient if row is None else row[0])


def next_id(connection: sqlite3.Connection, table: Table) -> int:
    """The next free id; a patient's is never used again, because its chain goes on."""
    if tuple(TABLES[table].key) != ("id",):
        raise ValueError(f"{table} has no ids")
    highest = connection.execute(f'SELECT coalesce(max("id"), 0) FROM "{table}"').fetchone()[0]
    if table is Table.PATIENT:
        highest = max(highest, connection.execute("SELECT coalesce(max(patient), 0) FROM head").fetchone()[0])
    return int(highest) + 1
