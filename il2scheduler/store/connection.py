"""A connection to a study file with every safety setting made and read back.

Closing any descriptor of a file drops all locks this process holds on it (POSIX), so a file is never opened
except by SQLite while a connection to it stands; `_connected` remembers which files those are.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from il2scheduler.store.refusals import NotAStudy, ReadOnly, StoreRefusal, said_plainly

Identity = tuple[int, int]

BUSY_SECONDS = 5.0

_SETTINGS = (
    # DELETE, not WAL: a file renamed while a WAL connection is open loses acknowledged changes.
    ("journal_mode", "DELETE", "delete"),
    # EXTRA, not FULL: only EXTRA syncs the folder after the journal is gone.
    ("synchronous", "EXTRA", 3),
    # macOS: a plain fsync does not reach the disk there.
    ("fullfsync", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("mmap_size", "0", 0),
    ("recursive_triggers", "ON", 1),
    ("secure_delete", "ON", 1),
    # No patient's rows in temporary files.
    ("temp_store", "MEMORY", 2),
    # 64 MB: with SQLite's 2 MB, a study of thousands of patients is read and written page by page anew.
    ("cache_size", "-65536", -65536),
    ("locking_mode", "NORMAL", "normal"),
    ("writable_schema", "OFF", 0),
    ("ignore_check_constraints", "OFF", 0),
)
_LARGEST_VALUE = 64 * 1024 * 1024
_HEADER = 100


@dataclass(frozen=True, slots=True)
class Header:
    """The first bytes of a file, as far as they tell what it is."""

    size: int
    magic: bool
    blank: bool
    application_id: int
    user_version: int
    wal: bool = False


_gate = threading.Lock()
_connected: Counter[Identity] = Counter()


def identity(path: Path) -> Identity:
    """Which file stands under a name; `OSError` when none does."""
    status = path.stat()
    return (status.st_dev, status.st_ino)


class Connection(sqlite3.Connection):
    """A connection that takes itself off the list of connected files when it is closed."""

    identity: Identity | None = None

    def close(self) -> None:
        """Close; a second time does nothing."""
        super().close()
        with _gate:
            if self.identity is not None:
                _connected[self.identity] -= 1
                self.identity = None


def header(path: Path) -> Header | None:
    """What the first bytes say; None while this process is connected, when they must be asked of SQLite."""
    with _gate:
        if _connected[identity(path)] > 0:
            return None
        with path.open("rb") as file:
            data = file.read(_HEADER)
            size = os.fstat(file.fileno()).st_size
    whole = data.ljust(_HEADER, b"\0")
    return Header(
        size,
        data.startswith(b"SQLite format 3\0"),
        not whole.strip(b"\0"),
        int.from_bytes(whole[68:72], "big"),
        int.from_bytes(whole[60:64], "big", signed=True),
        whole[18:20] == b"\2\2",
    )


def connect(path: Path, *, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> Connection:
    """Connect to an existing file; SQLite recovers what a crash left at the first read.

    Reading alone can neither recover nor leave WAL, so a file that needs it is opened for writing first, by
    whoever may; `ReadOnly` says who must, otherwise.
    """
    if _in_wal(path):
        if what_bars(path):
            # Not even tried: SQLite would leave files of its own beside it.
            raise ReadOnly("store-wal", file=path.name)
        if read_only:
            _connect(path, read_only=False, busy_seconds=busy_seconds).close()
    try:
        return _connect(path, read_only=read_only, busy_seconds=busy_seconds)
    except StoreRefusal as refusal:
        if not _interrupted(path, refusal):
            raise
        if what_bars(path):
            raise ReadOnly("store-recovery", file=path.name) from refusal
        if not read_only:
            raise
    _connect(path, read_only=False, busy_seconds=busy_seconds).close()
    return _connect(path, read_only=True, busy_seconds=busy_seconds)


def _in_wal(path: Path) -> bool:
    with said_plainly(path, judging=True):
        found = header(path)
    return found is not None and found.wal


def _interrupted(path: Path, refusal: StoreRefusal) -> bool:
    if refusal.kind == "store-recovery":
        return True
    # Where the journal cannot be removed, SQLite says no more than that.
    return (
        refusal.kind in {"store-disk-fault", "store-folder"}
        and path.with_name(f"{path.name}-journal").exists()
    )


def what_bars(path: Path) -> str:
    """Why nothing can be saved in a file, so that it is said before anybody has typed; else empty."""
    effective = os.access in os.supports_effective_ids
    if not os.access(path, os.W_OK, effective_ids=effective):
        return "store-read-only"
    return "" if os.access(path.parent, os.W_OK, effective_ids=effective) else "store-folder"


def _connect(path: Path, *, read_only: bool, busy_seconds: float) -> Connection:
    address = f"{address_of(path)}?mode={'ro' if read_only else 'rw'}"
    with said_plainly(path, judging=True):
        with _gate:
            # Registered before SQLite opens it, so that no other thread reads the header in between.
            known = identity(path)
            _connected[known] += 1
        try:
            connection = sqlite3.connect(
                address, uri=True, timeout=busy_seconds, isolation_level=None, factory=Connection
            )
        except BaseException:
            with _gate:
                _connected[known] -= 1
            raise
        connection.identity = known
        try:
            _secure(connection, path, read_only=read_only, busy_seconds=busy_seconds)
        except BaseException:
            connection.close()
            raise
    return connection


def address_of(path: Path) -> str:
    """The file as an address without a server: `file:///srv/a`, `file:///C:/a`, `file:////nas/share/a`."""
    name = path.resolve().as_posix()
    return "file://" + quote(name if name.startswith("/") else f"/{name}")


def _secure(connection: Connection, path: Path, *, read_only: bool, busy_seconds: float) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
    wanted = [*_SETTINGS, ("busy_timeout", str(round(busy_seconds * 1000)), round(busy_seconds * 1000))]
    if read_only:
        wanted.append(("query_only", "ON", 1))
    for name, value, _ in wanted:
        connection.execute(f"PRAGMA {name}={value}").fetchall()
    for name, _, expected in wanted:
        found = pragma(connection, name)
        if found != expected:
            raise StoreRefusal("store-setting", file=path.name, setting=name, found=str(found))
    if pragma(connection, "encoding") != "UTF-8":
        raise NotAStudy("store-not-a-study", file=path.name)


def pragma(connection: sqlite3.Connection, name: str) -> str | int | None:
    """The present value of a setting."""
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return None if row is None else row[0]
