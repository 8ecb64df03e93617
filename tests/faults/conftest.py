"""A study for faults, on a real disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.samples import enrolment, make


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one, for what is written a thousand times."""
    shared = Path("/dev/shm")  # noqa: S108 - not a name to guess, a file system to use
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=shared) as name:
        yield Path(name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "study" / "ETOILE.il2"
    found.parent.mkdir()
    make(found, enrolment(1, days=2)).close()
    return found
