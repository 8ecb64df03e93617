"""Folders in memory: a study of a hundred synced entries takes a slow disk seconds."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - each folder in it has a name of its own, and is taken away


@contextmanager
def memory_folder() -> Generator[Path]:
    """A new folder, in memory where the system has such a place."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        yield Path(name)
