"""Opening a study file in the order that keeps a foreign or hostile file untouched, and making a new one."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path

from il2scheduler.store import reading
from il2scheduler.store.connection import BUSY_SECONDS, Connection, connect, header, pragma
from il2scheduler.store.ending import end_holds
from il2scheduler.store.refusals import (
    Damaged,
    Exists,
    Gone,
    NewerVersion,
    NotAStudy,
    OlderVersion,
    ReadOnly,
    StoreRefusal,
    said_plainly,
)
from il2scheduler.store.replay import rows_hold
from il2scheduler.store.schema import APPLICATION_ID, CURRENT, Format, schema_of

SIDES = ("-journal", "-wal", "-shm")


def open_connection(
    path: Path, *, read_only: bool = False, format_: Format = CURRENT, busy_seconds: float = BUSY_SECONDS
) -> Connection:
    """Connect to a study of this version after looking at it from outside to inside.

    Header, connect, recovery, exact schema, quick check, end of the chains. `OlderVersion` when it must be
    migrated first.
    """
    look_outside(path, format_)
    connection = connect(path, read_only=read_only, busy_seconds=busy_seconds)
    try:
        with said_plainly(path, judging=True):
            _look_inside(connection, path, format_)
    except BaseException:
        connection.close()
        raise
    return connection


def look_outside(path: Path, format_: Format = CURRENT) -> None:
    """Judge the header before SQLite touches anything: a foreign or newer file stays byte for byte."""
    try:
        if not path.is_file():
            kind = "store-folder-not-file" if path.is_dir() else "store-missing"
            raise NotAStudy(kind, file=path.name) if path.exists() else Gone("store-missing", file=path.name)
        found = header(path)
    except OSError as fault:
        raise StoreRefusal("store-unreadable", file=path.name) from fault
    if found is None:
        return
    if found.blank:
        # A crash can leave an empty page whose contents are in the journal: SQLite judges after recovery.
        if not path.with_name(path.name + "-journal").exists():
            raise NotAStudy("store-empty" if found.size == 0 else "store-not-a-study", file=path.name)
    elif not found.magic or found.application_id != APPLICATION_ID:
        raise NotAStudy("store-not-a-study", file=path.name)
    elif found.user_version > format_.version:
        raise NewerVersion("store-newer", file=path.name)


def _look_inside(connection: sqlite3.Connection, path: Path, format_: Format) -> None:
    # The first read recovers from a crash; only then is anything judged.
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    check_version(connection, path, format_)
    check_schema(connection, path, format_)
    check_pages(connection, path)
    with reading.reading_lock(connection):
        if not end_holds(connection):
            raise Damaged("store-broken-end", file=path.name)
        if not rows_hold(connection, None):
            raise Damaged("store-altered-settings", file=path.name)


def check_version(connection: sqlite3.Connection, path: Path, format_: Format) -> None:
    """A study, and of this version."""
    if pragma(connection, "application_id") != APPLICATION_ID:
        raise NotAStudy("store-not-a-study", file=path.name)
    version = pragma(connection, "user_version")
    if not isinstance(version, int) or version > format_.version:
        raise NewerVersion("store-newer", file=path.name)
    if version != format_.version:
        if format_.older(version) is None:
            raise NotAStudy("store-unknown-version", file=path.name)
        raise OlderVersion("store-older", file=path.name)


def check_schema(connection: sqlite3.Connection, path: Path, format_: Format) -> None:
    """Every table, index and trigger is ours to the letter: a planted trigger could change doses unseen."""
    if schema_of(connection) != format_.objects():
        raise Damaged("store-altered-schema", file=path.name)


def check_pages(connection: sqlite3.Connection, path: Path) -> None:
    """SQLite's quick look at all pages."""
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise Damaged("store-damaged", file=path.name)


def create_file(path: Path, fill: Callable[[Connection], object], *, format_: Format = CURRENT) -> None:
    """Make a new file whole or not at all: under another name, then given its own without replacing one."""
    refuse_existing(path)
    if not path.parent.is_dir():
        raise ReadOnly("store-folder", file=path.name)
    part = path.with_name(f".il2-{secrets.token_hex(8)}.part")
    try:
        with said_plainly(path):
            try:
                os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
            except PermissionError as fault:
                raise ReadOnly("store-folder", file=path.name) from fault
            fill_new(part, fill, format_, said=path)
        name_new(part, path)
    finally:
        for side in ("", *SIDES):
            with contextlib.suppress(OSError):
                part.with_name(part.name + side).unlink()


def refuse_existing(path: Path) -> None:
    """`Exists` when something has this name already."""
    with said_plainly(path):
        if path.exists():
            raise Exists("store-exists", file=path.name)


def fill_new(part: Path, fill: Callable[[Connection], object], format_: Format, *, said: Path) -> None:
    """Build the tables in an empty file and fill them, in one transaction; a fault names the file `said`."""
    with contextlib.closing(connect(part)) as connection, transaction(connection, said):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {format_.version}")
        for statement in format_.statements:
            connection.execute(statement)
        fill(connection)


def name_new(part: Path, path: Path) -> None:
    """Give a finished file its name; `Exists` when another has taken it meanwhile."""
    with said_plainly(path):
        try:
            if os.name == "nt":
                part.rename(path)
            else:
                path.hardlink_to(part)
                part.unlink()
        except FileExistsError as fault:
            raise Exists("store-exists", file=path.name) from fault
        except OSError:
            # A disk without hard links (FAT, some network folders).
            if path.exists():
                raise
            part.rename(path)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a new name durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Generator[None]:
    """A write transaction: saved at the end, or undone by any exception."""
    with said_plainly(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            raise


def write_anew(connection: sqlite3.Connection) -> None:
    """Rebuild the file: a page that was split can keep bytes of a row that was since overwritten."""
    # VACUUM works in a second, attached database; at all other times none may be attached.
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)
    try:
        connection.execute("VACUUM")
    finally:
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
