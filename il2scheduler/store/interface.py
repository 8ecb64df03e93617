"""What the program asks of a store; a study file is one, a shared server could be another.

All methods raise a `StoreRefusal` for what people or computers cause, and `ValueError` for a mistake of the
program. After any refusal nothing of the action is saved and the store can be asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from il2scheduler.jobs import Job
from il2scheduler.ledger import Change, Entry, Head, Key, NewEntry, Row, Rows, Table
from il2scheduler.store.exporting import SealedEntry


@dataclass(frozen=True, slots=True)
class DayCount:
    """What one day holds: patients with an injection in the clinic, patients with one at home, and visits."""

    clinic_patients: int = 0
    home_patients: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Another place where the study is open; it informs and blocks nothing. `since` is UTC."""

    who: str
    computer: str
    since: str


class Wrong(StrEnum):
    """What a check found wrong."""

    DATABASE = "database"
    NUMBER = "number"
    PAYLOAD = "payload"
    CHAIN = "chain"
    PATIENT_CHAIN = "patient-chain"
    REVISION = "revision"
    TIME = "time"
    REDACTION = "redaction"
    CHANGE = "change"
    HEAD = "head"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a check found: in an entry, or in a row that is not what the entries give."""

    wrong: Wrong
    entry: int | None = None
    patient: int | None = None
    table: Table | None = None
    key: Key | None = None
    detail: str = ""


@dataclass(slots=True)
class Verdict:
    """The result of a check, complete once its job has run to the end; faults beyond 100 are only counted.

    `codes` has the code of each patient whom a fault names by id.
    """

    entries: int = 0
    patients: int = 0
    head: str = ""
    faults: list[Fault] = field(default_factory=list[Fault])
    codes: dict[int, str] = field(default_factory=dict[int, str])
    count: int = 0
    complete: bool = False

    @property
    def sound(self) -> bool:
        """True when the whole study was checked and nothing is wrong."""
        return self.complete and self.count == 0

    @property
    def first_broken(self) -> int | None:
        """The lowest number of an entry that is not what it was when it was sealed."""
        numbers = [fault.entry for fault in self.faults if fault.entry is not None]
        return min(numbers, default=None)


class Store(Protocol):
    """A study's entries and tables."""

    @property
    def path(self) -> Path:
        """Where the study is."""
        ...

    @property
    def read_only(self) -> bool:
        """True when nothing can be appended: opened so, or the file or its folder may not be written."""
        ...

    def close(self) -> None:
        """Let go of the study; a second time does nothing."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Everything read inside is of one moment, whoever else writes. Keep it short: writers wait."""
        ...

    # --- Writing ---

    def append(
        self, entries: Sequence[NewEntry], *, expected: Mapping[int | None, int], at: str
    ) -> tuple[Entry, ...]:
        """Save all entries with their changes, or none.

        `expected` gives for each patient (None: entries of the study itself) the newest entry number the
        decision knew; the newest of the whole study at that moment serves for all. `Stale` when there is a
        newer one of theirs, or when a row is not as its change says it was before. Every entry's own patient
        must be in it. `at` is UTC by the caller's clock; where that lies before the previous entry, the entry
        takes the previous entry's time and keeps the clock's in `clock`.
        """
        ...

    def redact(
        self, number: int, *, who: str, reason: str | None, at: str, texts: Collection[str] | None = None
    ) -> Entry:
        """Erase typed text of an entry, and the same text wherever its rows or later entries hold it.

        `texts` names the exact texts; without it, all typed texts of the entry. Appends an entry that says
        so. Chains and rows' keys stay. Copies made earlier still hold the text.
        """
        ...

    # --- The ledger ---

    def last_entry(self) -> int:
        """The number of the newest entry, 0 when there is none."""
        ...

    def heads(self) -> Mapping[int | None, Head]:
        """Where each patient's chain stands; under None the study's, whose revision is its entry number."""
        ...

    def head(self, patient: int | None) -> Head:
        """Where one chain stands."""
        ...

    def check_rows(self, patients: Iterable[int]) -> None:
        """Refuse (`Damaged`) where the rows of one of the patients are not what the entries give."""
        ...

    def entry(self, number: int) -> Entry:
        """One entry with its changes; `KeyError` when there is none."""
        ...

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
        """Entries of a patient, of the study itself, or all; from number `first` to `last`, both included."""
        ...

    def changes(self, numbers: Collection[int]) -> Mapping[int, tuple[Change, ...]]:
        """The changes of some entries, in their order."""
        ...

    def reverted(self, numbers: Collection[int] | None = None) -> Mapping[int, int]:
        """For each entry that was undone, the newest entry that did so; of some entries or all."""
        ...

    def later_touching(self, number: int) -> tuple[int, ...]:
        """Later entries that changed a row which this entry changed."""
        ...

    def revision_entries(self, patient: int | None, revision: int) -> tuple[Entry, ...]:
        """The entries after which the revision stood at this number, oldest first.

        A printed head is current when the last revision's entries hold it. For the study (None) a revision
        is an entry number.
        """
        ...

    def rows_at(self, patient: int | None, number: int) -> Rows:
        """The rows of a patient (None: of the study) as they were after an entry."""
        ...

    def sealed(self, first: int, last: int) -> tuple[SealedEntry, ...]:
        """Entries as they are sealed, from number `first` to `last`, both included: for an archive."""
        ...

    # --- The tables ---

    def study_rows(self) -> Rows:
        """Settings and protocols."""
        ...

    def patient_rows(self, patient: int) -> Rows:
        """All rows of one patient."""
        ...

    def patients(self) -> Mapping[int, Row]:
        """Every patient's own row by id."""
        ...

    def find_patient(self, code: str) -> int | None:
        """The id of a patient, None when the code is not in the study."""
        ...

    def next_id(self, table: Table) -> int:
        """The next free id of a table with ids; a patient's is never used again."""
        ...

    def rows(self, table: Table) -> Iterator[tuple[Key, Row]]:
        """Every row of a table, in the order of its key."""
        ...

    # --- Lists over all patients; each row is a dict of its columns, keys included ---

    def appointments(self, first: str, last: str) -> list[dict[str, str | int | None]]:
        """Appointments planned from one date to another, both included, by date and patient."""
        ...

    def injections(self, first: str, last: str) -> list[dict[str, str | int | None]]:
        """Injections of the appointments planned from one date to another, with `planned` of theirs."""
        ...

    def overdue(self, before: str) -> list[dict[str, str | int | None]]:
        """Appointments planned before a date and not, or not wholly, recorded."""
        ...

    def counts(self, first: str, last: str) -> Mapping[str, DayCount]:
        """What each day holds that holds something; omitted and cancelled ones left out."""
        ...

    def unusual_appointments(self) -> list[dict[str, str | int | None]]:
        """Appointments outside their window, moved, missed, omitted or not wholly given."""
        ...

    def unusual_injections(self) -> list[dict[str, str | int | None]]:
        """Injections not given, or given with another dose than planned."""
        ...

    # --- Care ---

    def verification(self, verdict: Verdict) -> Job:
        """Check all: database, chains, replay against tables, at one moment; fills `verdict`."""
        ...

    def verify(self) -> Verdict:
        """The whole check at once."""
        ...

    def backup(self, target: Path) -> None:
        """Write a verified copy to a new file; `Exists` when there is one."""
        ...

    def announce(self, *, who: str, computer: str, at: str) -> tuple[Window, ...]:
        """Say that the study is open here, until `close`; the answer names the other places."""
        ...

    def windows(self) -> tuple[Window, ...]:
        """Where else the study is open, as far as they said so; a crashed window stays up to 12 hours."""
        ...
