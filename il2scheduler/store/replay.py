"""Replaying recorded changes: the rows of a patient or of the study as they were after any entry."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field

from il2scheduler.ledger import Change, Key, Row, Rows, Table
from il2scheduler.store import chain
from il2scheduler.store.interface import Fault, Wrong

_LATEST = 2**62


def _tables() -> defaultdict[Table, dict[Key, Row]]:
    return defaultdict(dict)


@dataclass(slots=True)
class Replayed:
    """The rows that the changes give, and each change that does not fit the ones before it."""

    rows: dict[Table, dict[Key, Row]] = field(default_factory=_tables)
    faults: list[Fault] = field(default_factory=list[Fault])

    def take(self, number: int, patient: int | None, change: Change) -> None:
        """Apply one change."""
        rows = self.rows[change.table]
        if rows.get(change.key) != change.before:
            self.faults.append(Fault(Wrong.CHANGE, number, patient, change.table, change.key))
        if change.after is None:
            rows.pop(change.key, None)
        else:
            rows[change.key] = change.after


def replay(connection: sqlite3.Connection, patient: int | None, last: int = _LATEST) -> Replayed:
    """The rows of a patient, or of the study (None), after its entries up to number `last`."""
    done = Replayed()
    lines = connection.execute(
        "SELECT e.number, c.in_table, c.row_key, c.before, c.after"
        " FROM entry AS e JOIN entry_change AS c ON c.entry = e.number"
        " WHERE e.patient IS ? AND e.number <= ? ORDER BY e.number, c.position",
        (patient, last),
    )
    for number, table, key, before, after in lines:
        try:
            change = chain.change_of((table, key, before, after))
        except (ValueError, TypeError):
            done.faults.append(Fault(Wrong.CHANGE, number, patient))
            continue
        done.take(number, patient, change)
    return done


def rows_at(connection: sqlite3.Connection, patient: int | None, number: int) -> Rows:
    """The rows as they were after an entry; erased texts show as erased."""
    return Rows(replay(connection, patient, number).rows)
