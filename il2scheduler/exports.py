"""Files written whole or not at all: temporary name in the same folder, sync, rename, folder sync."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from types import TracebackType
from typing import Self

from il2scheduler.refusal import Refusal

_STUDY = b"SQLite format 3\0"


def write(path: Path, data: bytes) -> None:
    """Write a file so that a crash or a full disk leaves the old one whole; errors as `Writing.add`."""
    with Writing() as writing:
        writing.add(path, data)
        writing.finish()


class Writing:
    """Several files that appear together: each is written aside, and `finish` gives all their names.

    Left without `finish`, by an error or a cancel, it leaves no file, no empty folder of its own, and every
    old file as it was. An `OSError` names the file that was asked for, not the temporary one.
    """

    def __init__(self) -> None:
        """Begin with no file."""
        self._aside: list[tuple[Path, Path]] = []
        self._folders: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for aside, _ in self._aside:
            with contextlib.suppress(OSError):
                aside.unlink()
        for folder in reversed(self._folders):
            # One that holds something stays.
            with contextlib.suppress(OSError):
                folder.rmdir()

    def add(self, path: Path, data: bytes) -> None:
        """Write one file aside, in the same folder, and have it reach the disk; `OSError` when it cannot be.

        `Refusal` where a study or a backup stands in its place, by whatever name: nothing that is made from
        a study is worth one.
        """
        with _naming(path):
            if _is_study(path):
                raise Refusal("study-in-the-way", file=path.name)
            handle, name = tempfile.mkstemp(prefix=".il2-", suffix=".part", dir=path.parent)
            self._aside.append((Path(name), path))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o666 & ~_umask())  # noqa: PTH101 - a temporary file is private, an export is not

    def make_folder(self, folder: Path) -> None:
        """Make a folder that is missing, with those above it."""
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        self._folders += reversed(missing)

    def finish(self) -> None:
        """Give every file its name."""
        folders = {path.parent for _, path in self._aside}
        while self._aside:
            aside, path = self._aside[0]
            with _naming(path):
                aside.replace(path)
            self._aside.pop(0)
        for folder in folders:
            _sync_folder(folder)


def _is_study(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_STUDY)) == _STUDY
    except PermissionError:
        # What may not be read may still be replaced, as any other file.
        return False


@contextlib.contextmanager
def _naming(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
