"""Bringing a file of an older version to this one: backup, one transaction, and the whole check."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import datetime
from pathlib import Path

from il2scheduler.store import reading
from il2scheduler.store.backups import folder_of, name_of
from il2scheduler.store.connection import connect, pragma
from il2scheduler.store.file import (
    SIDES,
    check_pages,
    check_schema,
    look_outside,
    name_new,
    transaction,
)
from il2scheduler.store.interface import Verdict
from il2scheduler.store.reading import reading_lock
from il2scheduler.store.refusals import Damaged, said_plainly
from il2scheduler.store.schema import Format
from il2scheduler.store.verifying import verification


def migrate(path: Path, now: datetime, format_: Format) -> Path | None:
    """Bring the file to `format_`; the path of the backup made before, None when nothing was to be done.

    Any failure leaves the file as it was.
    """
    look_outside(path, format_)
    with said_plainly(path), contextlib.closing(connect(path)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        older = format_.older(int(pragma(connection, "user_version") or 0))
        if older is None:
            return None
        # Checked before its triggers could run.
        check_schema(connection, path, older)
        check_pages(connection, path)
        backup = _backup(connection, path, now, older)
        with transaction(connection, path):
            if pragma(connection, "user_version") == older.version:
                _step(connection, older, format_)
                _check(connection, path, format_)
    return backup


def _backup(connection: sqlite3.Connection, path: Path, now: datetime, older: Format) -> Path:
    folder = folder_of(path)
    folder.mkdir(exist_ok=True)
    target = folder / name_of(path, now, reading.head(connection, None))
    if target.exists():
        return target
    part = target.with_name(f".il2-{target.stem}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch()
        with contextlib.closing(connect(part)) as copy:
            with reading_lock(connection):
                connection.backup(copy)
            check_schema(copy, target, older)
            if copy.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                raise Damaged("store-damaged", file=path.name)
        name_new(part, target)
    finally:
        for side in ("", *SIDES):
            with contextlib.suppress(OSError):
                part.with_name(part.name + side).unlink()
    return target


def _step(connection: sqlite3.Connection, older: Format, format_: Format) -> None:
    path = [format_]
    while path[-1].previous is not None and path[-1].previous.version != older.version:
        path.append(path[-1].previous)
    for step in reversed(path):
        for statement in step.steps:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {format_.version}")


def _check(connection: sqlite3.Connection, path: Path, format_: Format) -> None:
    """The whole check before anything of the migration is saved."""
    verdict = Verdict()
    for _ in verification(connection, verdict, contextlib.nullcontext, format_):
        pass
    if not verdict.sound:
        raise Damaged("store-damaged", file=path.name)
