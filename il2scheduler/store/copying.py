"""Verified copies of a study, made by SQLite's backup interface and named only when they are found whole."""

from __future__ import annotations

import contextlib
import os
import secrets
from contextlib import AbstractContextManager
from pathlib import Path

from il2scheduler.jobs import Job, Progress
from il2scheduler.store import reading
from il2scheduler.store.connection import Connection, connect
from il2scheduler.store.file import (
    SIDES,
    check_version,
    look_outside,
    name_new,
    open_connection,
    refuse_existing,
)
from il2scheduler.store.interface import Fault, Verdict, Wrong
from il2scheduler.store.reading import reading_lock
from il2scheduler.store.refusals import Damaged, StoreRefusal, copy_said_plainly, said_plainly
from il2scheduler.store.schema import CURRENT, Format
from il2scheduler.store.verifying import verification


def copying(
    source: Connection,
    target: Path,
    moment: AbstractContextManager[None],
    *,
    unsound: StoreRefusal,
    format_: Format = CURRENT,
) -> Job:
    """Copy to a new file, check the copy whole, then name it; nothing is left of a copy that was given up.

    `unsound` is raised where the check finds a fault.
    """
    refuse_existing(target)
    part = target.with_name(f".il2-{secrets.token_hex(8)}.part")
    try:
        with copy_said_plainly(target):
            yield Progress(0, 1, "copy")
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
            with contextlib.closing(connect(part)) as copy, moment:
                newest = reading.last_line(source)
                source.backup(copy)
            verdict = Verdict()
            yield from checking(part, verdict, format_=format_)
            if not verdict.sound or (verdict.entries, verdict.head) != newest[:2]:
                raise unsound
            name_new(part, target)
    finally:
        for side in ("", *SIDES):
            with contextlib.suppress(OSError):
                part.with_name(part.name + side).unlink()


def checking(path: Path, verdict: Verdict, *, format_: Format = CURRENT) -> Job:
    """The whole check of a file that nobody needs to have open; a damaged one is judged, not refused.

    Runs in the thread that iterates it. `NotAStudy` and the like when the file is something else.
    """
    look_outside(path, format_)
    try:
        with said_plainly(path), contextlib.closing(connect(path, read_only=True)) as connection:
            check_version(connection, path, format_)
            yield from verification(connection, verdict, lambda: reading_lock(connection), format_)
    except StoreRefusal as refusal:
        if refusal.kind != "store-damaged":
            raise
        verdict.faults.append(Fault(Wrong.DATABASE))
        verdict.count += 1
        verdict.complete = True


def restoring(backup: Path, target: Path) -> Job:
    """Make a new study file from a backup that is found whole; the backup stays."""
    refuse_existing(target)
    with contextlib.closing(open_connection(backup, read_only=True)) as connection:
        unsound = StoreRefusal("store-backup-broken", file=backup.name)
        yield from copying(connection, target, reading_lock(connection), unsound=unsound)


def not_sound(study: Path) -> StoreRefusal:
    """What is said of a study whose copy is found at fault."""
    return Damaged("store-not-sound", file=study.name)
