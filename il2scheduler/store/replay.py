"""Replaying recorded changes: the rows of a patient or of the study as they were after any entry."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from il2scheduler.ledger import Key, Row, Rows, Table
from il2scheduler.store import chain, reading

_LATEST = 2**62

Line = tuple[int, str, str, str | None, str | None]
"""A change in the ledger's own words: entry, table, key, before, after."""


def lines(connection: sqlite3.Connection, patient: int | None, last: int = _LATEST) -> Iterator[Line]:
    """The changes of a patient, or of the study (None), in entries up to number `last`, in order."""
    return connection.execute(
        "SELECT e.number, c.in_table, c.row_key, c.before, c.after"
        " FROM entry AS e JOIN entry_change AS c ON c.entry = e.number"
        " WHERE e.patient IS ? AND e.number <= ? ORDER BY e.number, c.position",
        (patient, last),
    )


def rows_at(connection: sqlite3.Connection, patient: int | None, number: int) -> Rows:
    """The rows as they were after an entry; erased texts show as erased."""
    rows: dict[Table, dict[Key, Row]] = {}
    for _, table, key, before, after in lines(connection, patient, number):
        change = chain.change_of((table, key, before, after))
        of_table = rows.setdefault(change.table, {})
        if change.after is None:
            of_table.pop(change.key, None)
        else:
            of_table[change.key] = change.after
    return Rows.of(rows)


def rows_now(connection: sqlite3.Connection, patient: int | None) -> dict[tuple[str, str], str]:
    """The rows of a patient, or of the study (None), as the tables hold them, in the ledger's own words."""
    if patient is None:
        printed = dict(reading.table_rows(connection, Table.PRINTED, '"patient" IS NULL'))
        rows = {**reading.study_rows(connection).tables(), Table.PRINTED: printed}
    else:
        rows = dict(reading.patient_rows(connection, patient).tables())
    return {
        (table.value, chain.compact(list(key))): chain.stored_row(row)
        for table, several in rows.items()
        for key, row in several.items()
    }


def rows_hold(connection: sqlite3.Connection, patient: int | None) -> bool:
    """True when the tables hold what the changes of a patient, or of the study (None), give."""
    given: dict[tuple[str, str], str] = {}
    changes = connection.execute(
        "SELECT c.in_table, c.row_key, c.after FROM entry AS e JOIN entry_change AS c ON c.entry = e.number"
        " WHERE e.patient IS ? ORDER BY e.number, c.position",
        (patient,),
    )
    for table, key, after in changes:
        if after is None:
            given.pop((table, key), None)
        else:
            given[table, key] = after
    return given == rows_now(connection, patient)
