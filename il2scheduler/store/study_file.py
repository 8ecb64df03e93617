"""A study file as a store: one connection, and the one door to it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from il2scheduler.ledger import Change, Entry, Head, Key, NewEntry, Row, Rows, Table
from il2scheduler.store import lists, reading, writing
from il2scheduler.store.connection import Connection, identity
from il2scheduler.store.file import transaction
from il2scheduler.store.interface import DayCount
from il2scheduler.store.lists import Line
from il2scheduler.store.refusals import Gone, ReadOnly, said_plainly


class StudyFile:
    """An open study file; see `interface.Store`. It stays in the thread that opened it."""

    def __init__(self, connection: Connection, path: Path, *, program: str, read_only: bool) -> None:
        """Take over a connection that `file.open_connection` looked at."""
        self._connection = connection
        self._path = path
        self._program = program
        self._read_only = read_only
        self._identity = identity(path)
        self._depth = 0
        self._seen: tuple[int, str] = (0, "")
        with said_plainly(path):
            self._remember()

    @property
    def path(self) -> Path:
        """Where the study is."""
        return self._path

    @property
    def read_only(self) -> bool:
        """True when nothing can be appended."""
        return self._read_only

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def snapshot(self) -> Generator[None]:
        """Everything read inside is of one moment."""
        with self._asking():
            if self._depth == 0:
                self._connection.execute("BEGIN")
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _asking(self) -> Generator[None]:
        """Faults said plainly, and the file still the one that was opened."""
        with said_plainly(self._path):
            self._check_place()
            yield

    def _check_place(self) -> None:
        try:
            now = identity(self._path)
        except FileNotFoundError as fault:
            raise Gone("store-moved", file=self._path.name) from fault
        if now != self._identity:
            raise Gone("store-replaced", file=self._path.name)

    def _remember(self) -> None:
        number, hash_, _ = reading.last_line(self._connection)
        self._seen = (number, hash_)

    def _check_memory(self) -> None:
        """The newest entry seen here is still there: nobody put an older copy's contents in its place."""
        number, hash_ = self._seen
        row = self._connection.execute("SELECT hash FROM entry WHERE number = ?", (number,)).fetchone()
        if number and row != (hash_,):
            raise Gone("store-replaced", file=self._path.name)

    # --- Writing ---

    def append(
        self, entries: Sequence[NewEntry], *, expected: Mapping[int | None, int], at: str
    ) -> tuple[Entry, ...]:
        """Save all entries with their changes, or none."""
        if self._read_only:
            raise ReadOnly("store-read-only", file=self._path.name)
        with self._asking(), transaction(self._connection, self._path):
            self._check_memory()
            done = writing.append(self._connection, entries, expected=expected, at=at, program=self._program)
            self._check_place()
        if done:
            self._seen = (done[-1].number, done[-1].hash)
        return done

    # --- The ledger ---

    def last_entry(self) -> int:
        """The number of the newest entry."""
        with self._asking():
            return reading.last_line(self._connection)[0]

    def heads(self) -> Mapping[int | None, Head]:
        """Where every chain stands."""
        with self.snapshot():
            return reading.heads(self._connection)

    def head(self, patient: int | None) -> Head:
        """Where one chain stands."""
        with self._asking():
            return reading.head(self._connection, patient)

    def entry(self, number: int) -> Entry:
        """One entry with its changes."""
        with self.snapshot():
            found = reading.entries_by_number(self._connection, [number])
        if not found:
            raise KeyError(number)
        return found[0]

    def entries(
        self,
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
        with self.snapshot():
            return reading.entries(
                self._connection,
                patient=patient,
                study_only=study_only,
                first=first,
                last=last,
                newest_first=newest_first,
                limit=limit,
                with_changes=with_changes,
            )

    def changes(self, numbers: Collection[int]) -> Mapping[int, tuple[Change, ...]]:
        """The changes of some entries."""
        with self._asking():
            return reading.changes(self._connection, numbers)

    def reverted(self, numbers: Collection[int] | None = None) -> Mapping[int, int]:
        """For each entry that was undone, the newest entry that did so."""
        with self._asking():
            return reading.reverted(self._connection, numbers)

    def later_touching(self, number: int) -> tuple[int, ...]:
        """Later entries that changed a row which this entry changed."""
        with self._asking():
            return reading.later_touching(self._connection, number)

    def revision_entries(self, patient: int | None, revision: int) -> tuple[Entry, ...]:
        """The entries after which the revision stood at this number."""
        with self._asking():
            return reading.revision_entries(self._connection, patient, revision)

    # --- The tables ---

    def study_rows(self) -> Rows:
        """Settings and protocols."""
        with self.snapshot():
            return reading.study_rows(self._connection)

    def patient_rows(self, patient: int) -> Rows:
        """All rows of one patient."""
        with self.snapshot():
            return reading.patient_rows(self._connection, patient)

    def patients(self) -> Mapping[int, Row]:
        """Every patient's own row by id."""
        with self._asking():
            return reading.patients(self._connection)

    def find_patient(self, code: str) -> int | None:
        """The id of a patient by code."""
        with self._asking():
            return reading.find_patient(self._connection, code)

    def next_id(self, table: Table) -> int:
        """The next free id of a table with ids."""
        with self._asking():
            return reading.next_id(self._connection, table)

    def rows(self, table: Table) -> Iterator[tuple[Key, Row]]:
        """Every row of a table."""
        with self._asking():
            yield from reading.table_rows(self._connection, table)

    # --- Lists over all patients ---

    def appointments(self, first: str, last: str) -> list[Line]:
        """Appointments planned from one date to another."""
        with self._asking():
            return lists.appointments(self._connection, first, last)

    def injections(self, first: str, last: str) -> list[Line]:
        """Injections of the appointments planned from one date to another."""
        with self._asking():
            return lists.injections(self._connection, first, last)

    def overdue(self, before: str) -> list[Line]:
        """Appointments planned before a date and not recorded."""
        with self._asking():
            return lists.overdue(self._connection, before)

    def counts(self, first: str, last: str) -> Mapping[str, DayCount]:
        """What each day holds."""
        with self._asking():
            return lists.counts(self._connection, first, last)

    def unusual_appointments(self) -> list[Line]:
        """Appointments outside their window, missed, or omitted."""
        with self._asking():
            return lists.unusual_appointments(self._connection)

    def unusual_injections(self) -> list[Line]:
        """Injections not given, or given with another dose."""
        with self._asking():
            return lists.unusual_injections(self._connection)
