"""The whole check of a study: the database, both chains, and the tables against the replayed changes.

Entries never change, so they are read in short steps without keeping writers away, and each patient's rows
are compared with that patient's changes at one moment. Memory is bounded by the patients, not the entries.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from il2scheduler.jobs import Job, Progress
from il2scheduler.ledger import Head, Table
from il2scheduler.store import reading
from il2scheduler.store.chain import (
    Sealed,
    StoredChange,
    erased_by,
    key_of,
    payload_hash,
)
from il2scheduler.store.ending import head_holds
from il2scheduler.store.interface import Fault, Verdict, Wrong
from il2scheduler.store.replay import lines, rows_now
from il2scheduler.store.schema import CURRENT, Format, schema_of

_STEP = 100
_KEPT = 100

Snapshot = Callable[[], AbstractContextManager[None]]


def verification(
    connection: sqlite3.Connection, verdict: Verdict, snapshot: Snapshot, format_: Format = CURRENT
) -> Job:
    """Check everything, filling the verdict; a page that cannot be read ends the check as a fault."""
    check = _Check(connection, verdict)
    try:
        yield Progress(0, 1, "database")
        with snapshot():
            check.database(format_)
            total = reading.last_line(connection)[0]
        last = 0
        while last < total:
            yield Progress(last, total, "entries")
            with snapshot():
                last = check.entries(last)
        with snapshot():
            patients = check.patients()
        for index, patient in enumerate(patients):
            if index % 20 == 0:
                yield Progress(index, len(patients), "rows")
            with snapshot():
                check.rows(patient)
    except sqlite3.DatabaseError as fault:
        # Damage is what the check is for; a lock or an unreachable disk is not.
        if getattr(fault, "sqlite_errorcode", 0) & 0xFF not in (
            0,
            sqlite3.SQLITE_ERROR,
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
        ):
            raise
        check.found(Fault(Wrong.DATABASE, detail=str(fault)))
    except (TypeError, ValueError):
        # Values of other kinds than the tables allow: SQLite's own check has named them by now.
        if not verdict.count:
            raise
    verdict.complete = True


class _Check:
    """What the check remembers from entry to entry."""

    def __init__(self, connection: sqlite3.Connection, verdict: Verdict) -> None:
        self.connection = connection
        self.verdict = verdict
        self.number: int = 0
        self.hash: str = ""
        self.at: str = ""
        self.heads: dict[int, Head] = {}

    def found(self, fault: Fault) -> None:
        self.verdict.count += 1
        if len(self.verdict.faults) < _KEPT:
            self.verdict.faults.append(fault)
            if fault.patient is not None and fault.patient not in self.verdict.codes:
                with contextlib.suppress(sqlite3.Error):
                    self.verdict.codes[fault.patient] = reading.code_of(self.connection, fault.patient)

    # --- The database ---

    def database(self, format_: Format) -> None:
        if schema_of(self.connection) != format_.objects():
            self.found(Fault(Wrong.DATABASE, detail="schema"))
        for (line,) in self.connection.execute(f"PRAGMA integrity_check({_KEPT})").fetchall():
            if line != "ok":
                self.found(Fault(Wrong.DATABASE, detail=str(line)))
        for table, *_ in self.connection.execute("PRAGMA foreign_key_check").fetchall():
            self.found(Fault(Wrong.DATABASE, detail=f"reference from {table}"))

    # --- Entries ---

    def entries(self, after: int) -> int:
        """Check the next entries; the number of the last one, or of the end when there are none."""
        step = self.connection.execute(
            f"SELECT {reading.LINE} FROM entry WHERE number > ? ORDER BY number LIMIT {_STEP}", (after,)
        ).fetchall()
        if not step:
            self.found(Fault(Wrong.NUMBER, after + 1))
            return 1 << 62
        told = reading.stored_changes(self.connection, step[0][0], step[-1][0])
        for line in step:
            self._entry(line, told.get(line[0], []))
        self.verdict.entries += len(step)
        self.verdict.head = self.hash
        return int(step[-1][0])

    def _entry(self, line: Sequence[Any], changes: list[StoredChange]) -> None:
        sealed = reading.sealed_of(line)
        number, patient = sealed.number, sealed.patient
        command, reason, salt, hash_, patient_hash, redacted_by = line[12:]
        if number != self.number + 1:
            self.found(Fault(Wrong.NUMBER, self.number + 1))
        if sealed.at < self.at:
            self.found(Fault(Wrong.TIME, number))
        payload = payload_hash(salt, command, reason, changes)
        if redacted_by is not None:
            if self._erased(redacted_by).get(str(number)) != payload or redacted_by <= number:
                self.found(Fault(Wrong.REDACTION, number, patient))
        elif payload != sealed.payload_hash:
            self.found(Fault(Wrong.PAYLOAD, number, patient))
        if sealed.entry_hash(self.hash) != hash_:
            self.found(Fault(Wrong.CHAIN, number, patient))
        self._patient_chain(sealed, patient_hash)
        self._redaction(number, command)
        self.number, self.hash, self.at = number, hash_, sealed.at

    def _patient_chain(self, sealed: Sealed, patient_hash: str | None) -> None:
        patient = sealed.patient
        head = Head() if patient is None else self.heads.get(patient, Head())
        revision = 0 if patient is None else head.revision + int(sealed.revises)
        if sealed.patient_hash(head.hash) != patient_hash:
            self.found(Fault(Wrong.PATIENT_CHAIN, sealed.number, patient))
        if sealed.revision != revision:
            self.found(Fault(Wrong.REVISION, sealed.number, patient))
        if patient is not None:
            self.heads[patient] = Head(sealed.number, sealed.revision, patient_hash or "")

    def _erased(self, number: int) -> dict[str, str]:
        """The hashes a redaction gave to the payloads it left; empty when the entry is no redaction."""
        row = self.connection.execute("SELECT command FROM entry WHERE number = ?", (number,)).fetchone()
        return {} if row is None else erased_by(row[0])

    def _redaction(self, number: int, command: str) -> None:
        """A redaction of earlier entries still stands: nobody put an erased text back."""
        erased = erased_by(command)
        for entry in erased:
            row = self.connection.execute(
                "SELECT redacted_by FROM entry WHERE number = ?", (entry,)
            ).fetchone()
            if row is None or row[0] is None or row[0] < number:
                self.found(Fault(Wrong.REDACTION, int(entry)))

    # --- Tables ---

    def patients(self) -> list[int | None]:
        """Every chain there is, after comparing the heads and looking for rows that belong to none."""
        for patient in self.heads.keys() | reading.heads(self.connection).keys() - {None}:
            self._head(patient)
        self.verdict.patients = len(self.heads)
        known: set[int | None] = {None, *self.heads}
        for table in Table:
            if table in {Table.SETTING, Table.PROTOCOL}:
                continue
            column = "id" if table is Table.PATIENT else "patient"
            for (patient,) in self.connection.execute(
                f'SELECT DISTINCT "{column}" FROM "{table}"'
            ).fetchall():
                if patient not in known and not self._has_entries(patient):
                    self.found(Fault(Wrong.ROW, patient=patient, table=table))
        return [None, *sorted(self.heads)]

    def _head(self, patient: int | None) -> None:
        if patient is not None and not head_holds(self.connection, patient):
            self.found(Fault(Wrong.HEAD, patient=patient))

    def _has_entries(self, patient: int) -> bool:
        row = self.connection.execute("SELECT 1 FROM entry WHERE patient = ? LIMIT 1", (patient,)).fetchone()
        return row is not None

    def rows(self, patient: int | None) -> None:
        """Compare the tables' rows of one chain with what its changes give, as the ledger writes them."""
        given: dict[tuple[str, str], str] = {}
        for number, table, key, before, after in lines(self.connection, patient):
            place = (table, key)
            if given.get(place) != before:
                self.found(self._misfit(Wrong.CHANGE, number, patient, place))
            if after is None:
                given.pop(place, None)
            else:
                given[place] = after
        there = rows_now(self.connection, patient)
        if given != there:
            for place in sorted(given.keys() | there.keys()):
                if given.get(place) != there.get(place):
                    self.found(self._misfit(Wrong.ROW, None, patient, place))

    @staticmethod
    def _misfit(wrong: Wrong, entry: int | None, patient: int | None, place: tuple[str, str]) -> Fault:
        try:
            return Fault(wrong, entry, patient, Table(place[0]), key_of(place[1]))
        except (ValueError, TypeError):
            return Fault(wrong, entry, patient, detail=place[0])
