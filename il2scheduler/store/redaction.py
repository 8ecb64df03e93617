"""Erasing personal data typed by mistake: the text goes; the entry, the chains and the rows stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from il2scheduler.ledger import TABLES, Change, Entry, Key, NewEntry, Row, Table
from il2scheduler.store import chain, reading, writing
from il2scheduler.store.chain import REDACTED
from il2scheduler.store.refusals import StoreRefusal
from il2scheduler.store.typed_texts import Erase, command_without, row_without, typed_in


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left of an entry: its payload with the text erased, under a new salt."""

    number: int
    command: str
    reason: str | None
    changes: tuple[chain.StoredChange, ...]
    salt: str

    @property
    def hash(self) -> str:
        return chain.payload_hash(self.salt, self.command, self.reason, self.changes)


def redact(
    connection: sqlite3.Connection,
    number: int,
    new: NewEntry,
    *,
    at: str,
    program: str,
    texts: Collection[str] | None,
) -> Entry:
    """Inside a write transaction; `new` brings who and why, its command and patient are made here.

    Without `texts`, whatever was typed in the entry is erased where it stands whole, in all entries and rows
    of the same patient (or of the study); with `texts`, also where it is a part of a longer text.
    """
    found = reading.entries_by_number(connection, [number])
    if not found:
        raise StoreRefusal("store-no-entry", entry=number)
    patient = found[0].patient
    erase = _eraser(texts, found[0])
    left = _left(connection, patient, erase)
    if not left:
        raise StoreRefusal("store-nothing-typed", entry=number)
    erased = {str(one.number): one.hash for one in left}
    told = {"command": "redact", "entry": number, "erased": erased}
    last, hash_, before = reading.last_line(connection)
    time, clock = (before, at) if at < before else (at, None)
    entry = writing.written(
        connection,
        NewEntry(new.who, chain.compact(told), patient, new.reason),
        writing.Place(last + 1, hash_, time, clock, program),
    )
    for one in left:
        _erase_entry(connection, one, entry.number)
    _erase_rows(connection, patient, erase)
    return entry


def would_erase(entries: Iterable[Entry], number: int, texts: Collection[str] | None) -> tuple[int, ...]:
    """The entries that a redaction would take text from, of all entries of a patient (or of the study).

    `entries` have their changes. `StoreRefusal` where the entry is not among them, or nothing was typed.
    """
    chain_ = tuple(entries)
    named = next((entry for entry in chain_ if entry.number == number), None)
    if named is None:
        raise StoreRefusal("store-no-entry", entry=number)
    erase = _eraser(texts, named)
    held = tuple(entry.number for entry in chain_ if _entry_without(entry, erase) is not None)
    if not held:
        raise StoreRefusal("store-nothing-typed", entry=number)
    return held


def _eraser(texts: Collection[str] | None, entry: Entry) -> Erase:
    if texts is None:
        whole = typed_in(entry)
        return lambda text: REDACTED if text in whole else text
    parts = sorted({text for text in texts if text.strip()}, key=len, reverse=True)

    def erase(text: str) -> str:
        for part in parts:
            text = text.replace(part, REDACTED)
        return text

    return erase


def _left(connection: sqlite3.Connection, patient: int | None, erase: Erase) -> list[_Left]:
    """The entries of a chain that hold the text, as they are without it."""
    found: list[_Left] = []
    for entry in reading.entries(connection, patient=patient, study_only=patient is None, with_changes=True):
        left = _entry_without(entry, erase)
        if left is not None:
            command, reason, changes = left
            lines = tuple(chain.stored(change) for change in changes)
            found.append(_Left(entry.number, command, reason, lines, chain.new_salt()))
    return found


def _entry_without(entry: Entry, erase: Erase) -> tuple[str, str | None, tuple[Change, ...]] | None:
    """Command, reason and changes of an entry without the text; None where it does not hold it."""
    command = command_without(entry.command, erase)
    reason = None if entry.reason is None else erase(entry.reason)
    changes = tuple(_change_without(change, erase) for change in entry.changes)
    if (command, reason, changes) == (entry.command, entry.reason, entry.changes):
        return None
    return command, reason, changes


def _change_without(change: Change, erase: Erase) -> Change:
    before, after = (
        row_without(change.table, change.key, row, erase) for row in (change.before, change.after)
    )
    return Change(change.table, change.key, before, after)


def _erase_entry(connection: sqlite3.Connection, left: _Left, by: int) -> None:
    connection.execute(
        "UPDATE entry SET redacted_by = ?, command = ?, reason = ?, salt = ? WHERE number = ?",
        (by, left.command, left.reason, left.salt, left.number),
    )
    connection.executemany(
        "UPDATE entry_change SET before = ?, after = ? WHERE entry = ? AND position = ?",
        [(line[2], line[3], left.number, position) for position, line in enumerate(left.changes)],
    )


def _erase_rows(connection: sqlite3.Connection, patient: int | None, erase: Erase) -> None:
    rows = reading.study_rows(connection) if patient is None else reading.patient_rows(connection, patient)
    for table, several in rows.tables().items():
        for key, row in several.items():
            left = row_without(table, key, row, erase)
            if left is not None and left != row:
                _write_row(connection, table, key, left)


def _write_row(connection: sqlite3.Connection, table: Table, key: Key, row: Row) -> None:
    columns = TABLES[table]
    sets = ", ".join(f'"{name}" = ?' for name in columns.values)
    where = " AND ".join(f'"{name}" = ?' for name in columns.key)
    connection.execute(f'UPDATE "{table}" SET {sets} WHERE {where}', (*row.values(), *key))
