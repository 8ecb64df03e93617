"""The end of the chains, checked at each opening: what was cut or altered there would be built upon next.

What lies further back is found by the whole check (`verifying`), which takes seconds; this takes little more
than looking at every page once.
"""

from __future__ import annotations

import sqlite3

from il2scheduler.ledger import Head
from il2scheduler.store import chain, reading

_NEWEST = "FROM entry WHERE patient = {} ORDER BY number DESC LIMIT 1"
_WRONG_HEAD = (
    "SELECT 1 FROM head AS h WHERE (h.entry, h.revision, h.hash) IS NOT"
    f" (SELECT number, revision, patient_hash {_NEWEST.format('h.patient')}) LIMIT 1"
)
_NO_HEAD = (
    "SELECT 1 FROM entry WHERE patient IS NOT NULL AND patient NOT IN (SELECT patient FROM head) LIMIT 1"
)


def end_holds(connection: sqlite3.Connection) -> bool:
    """True when the newest entry is what was sealed and every head is that of its patient's newest entry.

    Linear in the number of patients, and of entries by their index alone. Ask inside one moment.
    """
    try:
        return _newest_holds(connection) and not any(
            connection.execute(question).fetchone() for question in (_WRONG_HEAD, _NO_HEAD)
        )
    except (TypeError, ValueError):
        # Values of other kinds than the tables allow.
        return False


def head_holds(connection: sqlite3.Connection, patient: int) -> bool:
    """True when the head of a patient is that of the patient's newest entry, or there is neither."""
    row = connection.execute(
        f"SELECT number, revision, patient_hash {_NEWEST.format('?')}", (patient,)
    ).fetchone()
    return (Head() if row is None else Head(*row)) == reading.head(connection, patient)


def _newest_holds(connection: sqlite3.Connection) -> bool:
    lines = connection.execute(f"SELECT {reading.LINE} FROM entry ORDER BY number DESC LIMIT 2").fetchall()
    if not lines:
        return False
    newest = reading.sealed_of(lines[0])
    command, reason, salt, hash_, patient_hash, redacted_by = lines[0][12:]
    before = reading.sealed_of(lines[1]) if len(lines) > 1 else None
    number, at, previous = (0, "", "") if before is None else (before.number, before.at, lines[1][15])
    changes = reading.stored_changes(connection, newest.number, newest.number).get(newest.number, [])
    of_patient, revision = "", 0
    if newest.patient is not None:
        found = connection.execute(
            "SELECT patient_hash, revision FROM entry WHERE patient = ? AND number < ?"
            " ORDER BY number DESC LIMIT 1",
            (newest.patient, newest.number),
        ).fetchone()
        of_patient, revision = found or ("", 0)
        revision += newest.revises
    return (
        newest.number == number + 1
        and newest.at >= at
        # A redaction is an entry itself, so the newest one was never redacted.
        and redacted_by is None
        and chain.payload_hash(salt, command, reason, changes) == newest.payload_hash
        and newest.entry_hash(previous) == hash_
        and newest.patient_hash(of_patient) == patient_hash
        and newest.revision == revision
    )
