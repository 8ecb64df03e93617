"""Appending entries with their changes: one transaction, all or nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby

from il2scheduler.ledger import TABLES, Change, Entry, NewEntry, Row, Table
from il2scheduler.store import chain, reading
from il2scheduler.store.chain import Sealed
from il2scheduler.store.refusals import Stale
from il2scheduler.store.schema import quoted

_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_OF_STUDY = {Table.SETTING, Table.PROTOCOL}
_NEWER_SHOWN = 20


def append(
    connection: sqlite3.Connection,
    entries: Sequence[NewEntry],
    *,
    expected: Mapping[int | None, int],
    at: str,
    program: str,
) -> tuple[Entry, ...]:
    """Inside a write transaction: check the basis, apply the changes, write the entries."""
    if not _UTC.fullmatch(at):
        raise ValueError(f"{at} is not a time such as 2026-01-05T08:12:33.123456Z")
    for new in entries:
        if new.patient not in expected:
            raise ValueError(f"no expected entry for patient {new.patient}")
        if chain.erased_by(new.command):
            raise ValueError("a redaction is made by redact")
    check_basis(connection, expected)
    last = reading.last_line(connection)
    number, hash_, before = last
    done: list[Entry] = []
    for new in entries:
        number += 1
        # An entry is never dated before the one it follows: the order in time is the order in the ledger.
        time, clock = (before, at) if at < before else (at, None)
        entry = written(connection, new, Place(number, hash_, time, clock, program))
        hash_, before = entry.hash, entry.at
        done.append(entry)
    return tuple(done)


class Place:
    """Where in the chain an entry goes, and by which clock and program."""

    __slots__ = ("at", "clock", "number", "previous", "program")

    def __init__(self, number: int, previous: str, at: str, clock: str | None, program: str) -> None:
        """Keep number, previous hash, time, the clock's own time where it differs, and program version."""
        self.number = number
        self.previous = previous
        self.at = at
        self.clock = clock
        self.program = program


def check_basis(connection: sqlite3.Connection, expected: Mapping[int | None, int]) -> None:
    """`Stale` when a chain has entries the decision did not know."""
    last = reading.last_line(connection)[0]
    newer: set[int] = set()
    for patient, known in expected.items():
        if known > last:
            # The decision knew entries that this file does not have: it is an older copy.
            raise Stale
        newer.update(
            number
            for (number,) in connection.execute(
                "SELECT number FROM entry WHERE patient IS ? AND number > ? ORDER BY number DESC LIMIT ?",
                (patient, known, _NEWER_SHOWN),
            )
        )
    if newer:
        raise Stale(reading.entries_by_number(connection, sorted(newer)[-_NEWER_SHOWN:]))


def written(connection: sqlite3.Connection, new: NewEntry, place: Place) -> Entry:
    """Seal one entry, write it with its changes, and bring the tables to them."""
    changes = tuple(chain.plain(change) for change in new.changes)
    _check_belonging(new, changes)
    lines = [chain.stored(change) for change in changes]
    salt = chain.new_salt()
    head = reading.head(connection, new.patient)
    revision = 0 if new.patient is None else head.revision + (1 if new.revises else 0)
    sealed = Sealed(
        place.number,
        place.at,
        place.clock,
        new.who,
        new.patient,
        new.revises,
        new.reverts,
        new.transcribed,
        new.batch,
        place.program,
        revision,
        chain.payload_hash(salt, new.command, new.reason, lines),
    )
    entry_hash = sealed.entry_hash(place.previous)
    patient_hash = sealed.patient_hash(head.hash)
    _insert(connection, sealed, new, salt, (entry_hash, patient_hash))
    connection.executemany(
        "INSERT INTO entry_change (entry, position, in_table, row_key, before, after)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(place.number, position, *line) for position, line in enumerate(lines)],
    )
    apply(connection, changes)
    if patient_hash is not None:
        connection.execute(
            "INSERT INTO head (patient, entry, revision, hash) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT (patient) DO UPDATE SET entry = ?2, revision = ?3, hash = ?4",
            (new.patient, place.number, revision, patient_hash),
        )
    return Entry(
        number=place.number,
        at=place.at,
        who=new.who,
        command=new.command,
        patient=new.patient,
        reason=new.reason,
        revises=new.revises,
        reverts=new.reverts,
        transcribed=new.transcribed,
        batch=new.batch,
        program=place.program,
        revision=revision,
        hash=entry_hash,
        patient_hash=patient_hash,
        redacted_by=None,
        clock=place.clock,
        changes=changes,
    )


def _insert(
    connection: sqlite3.Connection, sealed: Sealed, new: NewEntry, salt: str, hashes: tuple[str, str | None]
) -> None:
    connection.execute(
        "INSERT INTO entry (number, at, clock, who, patient, revises, reverts, transcribed, batch, program,"
        " revision, command, reason, salt, payload_hash, hash, patient_hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            sealed.number,
            sealed.at,
            sealed.clock,
            sealed.who,
            sealed.patient,
            int(sealed.revises),
            sealed.reverts,
            int(sealed.transcribed),
            sealed.batch,
            sealed.program,
            sealed.revision,
            new.command,
            new.reason,
            salt,
            sealed.payload_hash,
            *hashes,
        ),
    )


def _check_belonging(new: NewEntry, changes: Iterable[Change]) -> None:
    """An entry changes rows of its own patient only, so that the patient's chain tells all of them."""
    for change in changes:
        if change.before is None and change.after is None:
            raise ValueError(f"a change of {change.table} {change.key} without rows")
        if change.table is Table.PRINTED:
            belongs = all(
                row is None or row["patient"] == new.patient for row in (change.before, change.after)
            )
        elif new.patient is None:
            belongs = change.table in _OF_STUDY
        else:
            belongs = change.table not in _OF_STUDY and change.key[0] == new.patient
        if not belongs:
            raise ValueError(f"an entry of patient {new.patient} cannot change {change.table} {change.key}")


def apply(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Bring the tables to the rows after; `Stale` when one is not as it was before."""
    ordered = changes
    if len({(change.table, change.key) for change in changes}) == len(changes):
        # No row twice, so their order does not matter, and each table is written at one go.
        ordered = sorted(changes, key=_kind)
    for (table, before, after), run in groupby(ordered, _kind):
        several = list(run)
        if not before:
            done = _inserted(connection, Table(table), several)
        elif not after:
            done = _deleted(connection, Table(table), several)
        else:
            done = _updated(connection, Table(table), several)
        if done != len(several):
            raise Stale


def _kind(change: Change) -> tuple[str, bool, bool]:
    return (change.table.value, change.before is not None, change.after is not None)


def _inserted(connection: sqlite3.Connection, table: Table, changes: list[Change]) -> int:
    try:
        return connection.executemany(
            _insert_into(table), [(*c.key, *_values(c.after)) for c in changes]
        ).rowcount
    except sqlite3.IntegrityError as fault:
        if fault.sqlite_errorcode in (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE):
            raise Stale from fault
        raise


def _updated(connection: sqlite3.Connection, table: Table, changes: list[Change]) -> int:
    values = [(*_values(c.after), *c.key, *_values(c.before)) for c in changes]
    try:
        return connection.executemany(_update(table), values).rowcount
    except sqlite3.IntegrityError as fault:
        if fault.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
            raise Stale from fault
        raise


def _deleted(connection: sqlite3.Connection, table: Table, changes: list[Change]) -> int:
    values = [(*c.key, *_values(c.before)) for c in changes]
    return connection.executemany(f'DELETE FROM "{table}" WHERE {_as_before(table)}', values).rowcount


@cache
def _insert_into(table: Table) -> str:
    names = (*TABLES[table].key, *TABLES[table].values)
    return f'INSERT INTO "{table}" ({quoted(names)}) VALUES ({", ".join("?" * len(names))})'


@cache
def _update(table: Table) -> str:
    sets = ", ".join(f'"{name}" = ?' for name in TABLES[table].values)
    return f'UPDATE "{table}" SET {sets} WHERE {_as_before(table)}'


@cache
def _as_before(table: Table) -> str:
    keys = [f'"{name}" = ?' for name in TABLES[table].key]
    return " AND ".join(keys + [f'"{name}" IS ?' for name in TABLES[table].values])


def _values(row: Row | None) -> tuple[str | int | None, ...]:
    return () if row is None else tuple(row.values())
