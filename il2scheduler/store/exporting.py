"""Entries as they are sealed, for an archive that is checked without this program."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from il2scheduler.store.chain import StoredChange
from il2scheduler.store.reading import stored_changes

SEALED = (
    "number",
    "at",
    "clock",
    "who",
    "patient",
    "revises",
    "reverts",
    "transcribed",
    "batch",
    "program",
    "revision",
    "command",
    "reason",
    "salt",
    "payload_hash",
    "hash",
    "patient_hash",
    "redacted_by",
)
_FLAGS = frozenset({"revises", "transcribed"})

SealedEntry = Mapping[str, str | int | list[StoredChange] | None]
"""The columns of `SEALED`, and `changes`: table, key, row before, row after; the last three as JSON."""


def sealed(connection: sqlite3.Connection, first: int, last: int) -> tuple[SealedEntry, ...]:
    """The entries from one number to another, both included, with all that their hashes cover."""
    changes = stored_changes(connection, first, last)
    found: list[SealedEntry] = []
    sql = f"SELECT {', '.join(SEALED)} FROM entry WHERE number BETWEEN ? AND ? ORDER BY number"
    for row in connection.execute(sql, (first, last)):
        told = {
            name: bool(value) if name in _FLAGS else value for name, value in zip(SEALED, row, strict=True)
        }
        found.append({**told, "changes": changes.get(int(row[0]), [])})
    return tuple(found)
