"""What the study file answers when it cannot do what was asked; `wording.refusals` has the sentences."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Generator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from il2scheduler.ledger import Entry
from il2scheduler.refusal import Fact, Refusal


class StoreRefusal(Refusal):
    """The study file could not be read or written; nothing of the action was saved."""


class Stale(StoreRefusal):
    """Somebody else changed what the decision was based on; `newer` are their entries, oldest first."""

    def __init__(self, newer: tuple[Entry, ...] = ()) -> None:
        """Name the newest of the entries in between."""
        facts: dict[str, Fact] = {}
        if newer:
            facts = {"entry": newer[-1].number, "who": newer[-1].who}
        super().__init__("store-stale" if newer else "store-stale-rows", **facts)
        self.newer = newer


class Busy(StoreRefusal):
    """Another window or computer is writing; the same action can be tried again."""


class NewerVersion(StoreRefusal):
    """The file was written by a newer version of the program; it was not touched."""


class OlderVersion(StoreRefusal):
    """The file needs to be brought to this version first, and was opened for reading only."""


class NotAStudy(StoreRefusal):
    """The file is something else; it was not touched."""


class Damaged(StoreRefusal):
    """The file was a study and is broken or altered."""


class ReadOnly(StoreRefusal):
    """The file or its folder may not be written."""


class DiskFull(StoreRefusal):
    """No room for the change; nothing of it was saved."""


class Gone(StoreRefusal):
    """The file was moved, deleted or replaced while it was open."""


class Exists(StoreRefusal):
    """A file of this name is there already and is never overwritten."""


class CloudFolder(StoreRefusal):
    """The folder is copied elsewhere by a synchronising program; it can be accepted."""


_BY_CODE: dict[int, tuple[type[StoreRefusal], str]] = {
    sqlite3.SQLITE_BUSY: (Busy, "store-busy"),
    sqlite3.SQLITE_LOCKED: (Busy, "store-busy"),
    sqlite3.SQLITE_PROTOCOL: (Busy, "store-busy"),
    sqlite3.SQLITE_FULL: (DiskFull, "store-disk-full"),
    sqlite3.SQLITE_READONLY: (ReadOnly, "store-read-only"),
    sqlite3.SQLITE_PERM: (ReadOnly, "store-read-only"),
    sqlite3.SQLITE_CANTOPEN: (ReadOnly, "store-folder"),
    sqlite3.SQLITE_CORRUPT: (Damaged, "store-damaged"),
    sqlite3.SQLITE_NOTADB: (Damaged, "store-damaged"),
    sqlite3.SQLITE_SCHEMA: (Damaged, "store-damaged"),
}
_BY_WHOLE_CODE: dict[int, tuple[type[StoreRefusal], str]] = {
    sqlite3.SQLITE_READONLY_DBMOVED: (Gone, "store-moved"),
    sqlite3.SQLITE_READONLY_ROLLBACK: (ReadOnly, "store-recovery"),
    sqlite3.SQLITE_READONLY_RECOVERY: (ReadOnly, "store-recovery"),
    sqlite3.SQLITE_READONLY_DIRECTORY: (ReadOnly, "store-folder"),
    sqlite3.SQLITE_READONLY_CANTINIT: (ReadOnly, "store-folder"),
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: (StoreRefusal, "store-hangs-on"),
}


def said_plainly(path: Path, *, judging: bool = False) -> AbstractContextManager[None]:
    """Turn a fault of the database or the disk into a refusal that names the file.

    A broken constraint other than a reference is a fault of the program and passes through. While a file is
    still being judged, SQL that cannot be run is a fault of the file.
    """
    return _SaidPlainly(path, judging=judging)


class _SaidPlainly:
    """Around every question to a study, so it is no generator: those take ten times as long to begin."""

    __slots__ = ("_judging", "_path")

    def __init__(self, path: Path, *, judging: bool) -> None:
        self._path, self._judging = path, judging

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(fault, sqlite3.Error | UnicodeDecodeError | OSError):
            said = self._said(fault)
            if said is not fault:
                raise said from fault

    def _said(self, fault: sqlite3.Error | UnicodeDecodeError | OSError) -> Exception:
        path = self._path
        if isinstance(fault, sqlite3.Error):
            if self._judging and getattr(fault, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
                return Damaged("store-damaged", file=path.name)
            return refusal_of(fault, path)
        if isinstance(fault, UnicodeDecodeError):
            # Text in the file, or in the database's own message about it, that is no text any more.
            return Damaged("store-damaged", file=path.name)
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            return DiskFull("store-disk-full", file=path.name)
        if fault.errno == errno.EROFS:
            return ReadOnly("store-disk-read-only", file=path.name)
        return StoreRefusal("store-disk-fault", file=path.name, fault=_os_name(fault))


_OF_COPY = {
    "store-disk-full": "store-copy-disk-full",
    "store-disk-fault": "store-copy-disk-fault",
    "store-disk-read-only": "store-copy-folder",
    "store-folder": "store-copy-folder",
    "store-read-only": "store-copy-folder",
}


@contextlib.contextmanager
def copy_said_plainly(target: Path) -> Generator[None]:
    """As `said_plainly`, for a copy that is made: what is wrong with its place is not said of the study."""
    try:
        with said_plainly(target):
            yield
    except StoreRefusal as refusal:
        kind = _OF_COPY.get(refusal.kind)
        if kind is None:
            raise
        if refusal.facts.get("fault") in {"ENOENT", "ENOTDIR", "EACCES", "EPERM"}:
            kind = "store-copy-folder"
        facts = {**refusal.facts, "file": target.name, "folder": str(target.parent.resolve())}
        raise type(refusal)(kind, **facts) from refusal


def refusal_of(fault: sqlite3.Error, path: Path) -> Exception:
    """The refusal for a fault of the database; a fault of the program itself is given back unchanged."""
    whole = getattr(fault, "sqlite_errorcode", None)
    name = getattr(fault, "sqlite_errorname", "")
    if whole is None:
        # The library says this of damaged text and of nothing a program can cause.
        broken = isinstance(fault, sqlite3.OperationalError) and "decode" in str(fault)
        return Damaged("store-damaged", file=path.name) if broken else fault
    kind = _BY_WHOLE_CODE.get(whole) or _BY_CODE.get(whole & 0xFF)
    if kind is not None:
        return kind[0](kind[1], file=path.name)
    if whole & 0xFF == sqlite3.SQLITE_IOERR:
        return StoreRefusal("store-disk-fault", file=path.name, fault=name)
    return fault


def _os_name(fault: OSError) -> str:
    return errno.errorcode.get(fault.errno or 0, type(fault).__name__)
