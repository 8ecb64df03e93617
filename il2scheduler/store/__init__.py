"""The study file: one SQLite database of entries and the tables they give. SQL is written here only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from il2scheduler.ledger import NewEntry
from il2scheduler.store import writing
from il2scheduler.store.connection import BUSY_SECONDS
from il2scheduler.store.file import create_file, open_connection
from il2scheduler.store.interface import DayCount, Fault, Store, Verdict, Window, Wrong
from il2scheduler.store.refusals import (
    Busy,
    CloudFolder,
    Damaged,
    DiskFull,
    Exists,
    Gone,
    NewerVersion,
    NotAStudy,
    OlderVersion,
    ReadOnly,
    Stale,
    StoreRefusal,
)
from il2scheduler.store.study_file import StudyFile

__all__ = [
    "Busy",
    "CloudFolder",
    "Damaged",
    "DayCount",
    "DiskFull",
    "Exists",
    "Fault",
    "Gone",
    "NewerVersion",
    "NotAStudy",
    "OlderVersion",
    "ReadOnly",
    "Stale",
    "Store",
    "StoreRefusal",
    "StudyFile",
    "Verdict",
    "Window",
    "Wrong",
    "create",
    "open_",
]


def create(path: Path, entries: Sequence[NewEntry], *, at: str, program: str) -> StudyFile:
    """Make a new study whose first entries hold its settings and protocols, and open it.

    `Exists` when there is a file of this name. `program` is the version that writes.
    """
    expected: dict[int | None, int] = dict.fromkeys([None, *(new.patient for new in entries)], 0)
    if not entries:
        raise ValueError("a study begins with an entry")
    create_file(
        path,
        lambda connection: writing.append(connection, entries, expected=expected, at=at, program=program),
    )
    return open_(path, program=program)


def open_(
    path: Path, *, program: str, read_only: bool = False, busy_seconds: float = BUSY_SECONDS
) -> StudyFile:
    """Open a study; a `StoreRefusal` says why it cannot be, and the file is then as it was."""
    connection = open_connection(path, read_only=read_only, busy_seconds=busy_seconds)
    try:
        return StudyFile(connection, path, program=program, read_only=read_only)
    except BaseException:
        connection.close()
        raise
