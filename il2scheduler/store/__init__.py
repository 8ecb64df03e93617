"""The study file: one SQLite database of entries and the tables they give. SQL is written here only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from il2scheduler.ledger import NewEntry
from il2scheduler.store import writing
from il2scheduler.store.backups import Backup, Occasion, backing_up, backups_of
from il2scheduler.store.connection import BUSY_SECONDS
from il2scheduler.store.copying import checking, restoring
from il2scheduler.store.file import create_file, open_connection
from il2scheduler.store.interface import DayCount, Fault, Store, Verdict, Window, Wrong
from il2scheduler.store.migrating import migrate
from il2scheduler.store.places import Folder, Kind, folder_of
from il2scheduler.store.redaction import would_erase
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
from il2scheduler.store.schema import CURRENT
from il2scheduler.store.study_file import StudyFile

__all__ = [
    "Backup",
    "Busy",
    "CloudFolder",
    "Damaged",
    "DayCount",
    "DiskFull",
    "Exists",
    "Fault",
    "Folder",
    "Gone",
    "Kind",
    "NewerVersion",
    "NotAStudy",
    "Occasion",
    "OlderVersion",
    "ReadOnly",
    "Stale",
    "Store",
    "StoreRefusal",
    "StudyFile",
    "Verdict",
    "Window",
    "Wrong",
    "backing_up",
    "backups_of",
    "checking",
    "create",
    "folder_of",
    "open_",
    "refuse_cloud",
    "restoring",
    "would_erase",
]


def create(
    path: Path, entries: Sequence[NewEntry], *, at: str, program: str, accept_cloud: bool = False
) -> StudyFile:
    """Make a new study whose first entries hold its settings and protocols, and open it.

    `Exists` when there is a file of this name, `CloudFolder` as in `open_`. `program` is the version that
    writes.
    """
    expected: dict[int | None, int] = dict.fromkeys([None, *(new.patient for new in entries)], 0)
    if not entries:
        raise ValueError("a study begins with an entry")
    refuse_cloud(path, accepted=accept_cloud)
    create_file(
        path,
        lambda connection: writing.append(connection, entries, expected=expected, at=at, program=program),
    )
    return open_(path, program=program, accept_cloud=True)


def open_(
    path: Path,
    *,
    program: str,
    read_only: bool = False,
    accept_cloud: bool = False,
    now: datetime | None = None,
    busy_seconds: float = BUSY_SECONDS,
) -> StudyFile:
    """Open a study; a `StoreRefusal` says why it cannot be, and the file is then as it was.

    `CloudFolder` when its folder is copied elsewhere by a service and nobody accepted that. A file of an
    older version is backed up and brought to this one when `now` is given, else it is `OlderVersion`.
    """
    refuse_cloud(path, accepted=accept_cloud or read_only)
    try:
        connection = open_connection(path, read_only=read_only, busy_seconds=busy_seconds)
    except OlderVersion:
        if read_only or now is None:
            raise
        migrate(path, now, CURRENT)
        connection = open_connection(path, busy_seconds=busy_seconds)
    try:
        return StudyFile(connection, path, program=program, read_only=read_only)
    except BaseException:
        connection.close()
        raise


def refuse_cloud(path: Path, *, accepted: bool) -> None:
    """`CloudFolder` when a service copies the folder elsewhere and nobody accepted that."""
    folder = folder_of(path)
    if folder.kind is Kind.CLOUD and not accepted:
        raise CloudFolder("store-cloud", file=path.name, service=folder.detail)
