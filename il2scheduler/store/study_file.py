"""A study file as a store: one connection, and the one door to it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from il2scheduler.jobs import Job
from il2scheduler.ledger import Change, Entry, Head, Key, NewEntry, Row, Rows, Table
from il2scheduler.store import copying, ending, lists, reading, redaction, replay, verifying, windows, writing
from il2scheduler.store.connection import Connection, identity, what_bars
from il2scheduler.store.exporting import SealedEntry, sealed
from il2scheduler.store.file import transaction, write_anew
from il2scheduler.store.interface import DayCount, Verdict, Window
from il2scheduler.store.lists import Line
from il2scheduler.store.places import Folder, folder_of
from il2scheduler.store.refusals import Damaged, Gone, ReadOnly, StoreRefusal, said_plainly


class StudyFile:
    """An open study file; see `interface.Store`. It stays in the thread that opened it."""

    def __init__(self, connection: Connection, path: Path, *, program: str, read_only: bool) -> None:
        """Take over a connection that `file.open_connection` looked at."""
        self._connection = connection
        self._path = path
        self._program = program
        self._depth = 0
        self._window = ""
        self._seen: tuple[int, str] = (0, "")
        with said_plainly(path):
            self._identity = identity(path)
            self._remember()
            self._barred = "store-read-only" if read_only else what_bars(path)

    @property
    def path(self) -> Path:
        """Where the study is."""
        return self._path

    @property
    def folder(self) -> Folder:
        """What its folder is: on this computer, on the network, or copied elsewhere."""
        return folder_of(self._path)

    @property
    def read_only(self) -> bool:
        """True when nothing can be appended: opened so, or the file or its folder may not be written."""
        return bool(self._barred)

    def close(self) -> None:
        """Let go of the file, and say so to the other windows where that is possible."""
        try:
            if self._window:
                # Nobody waits for a window to close because another one is writing.
                self._connection.execute("PRAGMA busy_timeout = 200")
                with contextlib.suppress(StoreRefusal), self._saving():
                    windows.leave(self._connection, self._window)
        finally:
            self._window = ""
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
                with said_plainly(self._path):
                    self._connection.execute("ROLLBACK")

    def _reading(self) -> AbstractContextManager[None]:
        """Several questions about one moment, faults said plainly."""
        return self._asking() if self._depth else self._of_one_moment()

    @contextlib.contextmanager
    def _of_one_moment(self) -> Generator[None]:
        with self.snapshot(), said_plainly(self._path):
            yield

    def _asking(self) -> AbstractContextManager[None]:
        """Faults said plainly, and the file still the one that was opened; asked once for one moment."""
        plainly = said_plainly(self._path)
        if self._depth == 0:
            with plainly:
                self._check_place()
        return plainly

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
        if number and reading.hash_of(self._connection, number) != hash_:
            raise Gone("store-replaced", file=self._path.name)

    def _check_rows(self, chains: Iterable[int | None]) -> None:
        """Nothing is built on rows that another program altered: it would be saved under a person's name."""
        for patient in chains:
            if patient is None:
                if not replay.rows_hold(self._connection, None):
                    raise Damaged("store-altered-settings", file=self._path.name)
                continue
            holds = ending.head_holds(self._connection, patient)
            if holds and reading.head(self._connection, patient).entry:
                # Without entries there are no rows yet; planted ones collide with those to come.
                holds = replay.rows_hold(self._connection, patient)
            if not holds:
                code = reading.code_of(self._connection, patient)
                raise Damaged("store-altered-rows", file=self._path.name, patient=code)

    def check_rows(self, patients: Iterable[int]) -> None:
        """Refuse where rows were altered behind the program's back."""
        with self._reading():
            self._check_rows(patients)

    # --- Writing ---

    def append(
        self, entries: Sequence[NewEntry], *, expected: Mapping[int | None, int], at: str
    ) -> tuple[Entry, ...]:
        """Save all entries with their changes, or none."""
        done: tuple[Entry, ...] = ()
        try:
            with self._saving():
                self._check_rows({new.patient for new in entries})
                done = writing.append(
                    self._connection, entries, expected=expected, at=at, program=self._program
                )
        except StoreRefusal as fault:
            if not done or not self._holds(done[-1]):
                raise
            # The journal is gone, so the change stands, but the disk would not promise to keep it.
            self._seen = (done[-1].number, done[-1].hash)
            told = str(fault.facts.get("fault", fault.kind))
            raise StoreRefusal("store-unsure", file=self._path.name, fault=told) from fault
        if done:
            self._seen = (done[-1].number, done[-1].hash)
        return done

    def _holds(self, entry: Entry) -> bool:
        with contextlib.suppress(StoreRefusal), self._asking():
            return reading.hash_of(self._connection, entry.number) == entry.hash
        return False

    def redact(
        self, number: int, *, who: str, reason: str | None, at: str, texts: Collection[str] | None = None
    ) -> Entry:
        """Erase typed text of an entry, then write the file anew so that no page holds a trace of it."""
        new = NewEntry(who, "", reason=reason)
        with self._saving():
            of = reading.entries(self._connection, first=number, last=number)
            self._check_rows({entry.patient for entry in of})
            done = redaction.redact(self._connection, number, new, at=at, program=self._program, texts=texts)
        self._seen = (done.number, done.hash)
        try:
            with self._asking():
                write_anew(self._connection)
        except StoreRefusal as fault:
            raise StoreRefusal("store-not-vacuumed", file=self._path.name, fault=fault.kind) from fault
        return done

    @contextlib.contextmanager
    def _saving(self) -> Generator[None]:
        """A write transaction on the file that was opened; all or nothing."""
        if self._barred:
            raise ReadOnly(self._barred, file=self._path.name)
        with self._asking(), transaction(self._connection, self._path):
            self._check_memory()
            yield
            self._check_place()

    # --- The ledger ---

    def last_entry(self) -> int:
        """The number of the newest entry."""
        with self._asking():
            return reading.last_line(self._connection)[0]

    def heads(self) -> Mapping[int | None, Head]:
        """Where every chain stands."""
        with self._reading():
            return reading.heads(self._connection)

    def head(self, patient: int | None) -> Head:
        """Where one chain stands."""
        with self._asking():
            return reading.head(self._connection, patient)

    def entry(self, number: int) -> Entry:
        """One entry with its changes."""
        with self._reading():
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
        with self._reading():
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

    def rows_at(self, patient: int | None, number: int) -> Rows:
        """The rows of a patient, or of the study, as they were after an entry."""
        with self._asking():
            return replay.rows_at(self._connection, patient, number)

    def sealed(self, first: int, last: int) -> tuple[SealedEntry, ...]:
        """The entries from one number to another with all that their hashes cover."""
        with self._reading():
            return sealed(self._connection, first, last)

    # --- The tables ---

    def study_rows(self) -> Rows:
        """Settings and protocols."""
        with self._reading():
            return reading.study_rows(self._connection)

    def patient_rows(self, patient: int) -> Rows:
        """All rows of one patient."""
        with self._reading():
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
        """Appointments planned before a date and not, or not wholly, recorded."""
        with self._asking():
            return lists.overdue(self._connection, before)

    def counts(self, first: str, last: str) -> Mapping[str, DayCount]:
        """What each day holds."""
        with self._asking():
            return lists.counts(self._connection, first, last)

    def unusual_appointments(self) -> list[Line]:
        """Appointments outside their window, moved, missed, omitted or not wholly given."""
        with self._asking():
            return lists.unusual_appointments(self._connection)

    def unusual_injections(self) -> list[Line]:
        """Injections not given, or given with another dose."""
        with self._asking():
            return lists.unusual_injections(self._connection)

    # --- Care ---

    def verification(self, verdict: Verdict) -> Job:
        """Check all, step by step."""
        with said_plainly(self._path):
            yield from verifying.verification(self._connection, verdict, self.snapshot)

    def verify(self) -> Verdict:
        """The whole check at once."""
        verdict = Verdict()
        for _ in self.verification(verdict):
            pass
        return verdict

    def backup(self, target: Path) -> None:
        """Write a verified copy to a new file."""
        unsound = copying.not_sound(self._path)
        for _ in copying.copying(self._connection, target, self.snapshot(), unsound=unsound):
            pass

    def announce(self, *, who: str, computer: str, at: str) -> tuple[Window, ...]:
        """Say that the study is open here; the answer names the other places."""
        own = self._window or secrets.token_hex(8)
        with self._saving():
            windows.announce(self._connection, own, Window(who, computer, at))
        self._window = own
        return self.windows()

    def windows(self) -> tuple[Window, ...]:
        """Where else the study is open, as far as they said so."""
        with self._asking():
            return windows.others(self._connection, self._window)
