"""A study to try things on."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from il2scheduler.store import StudyFile
from tests.store.samples import enrolment, make


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: what is shown here does not hang on how slow a disk is."""
    memory = Path("/dev/shm")  # noqa: S108 - not a name to guess, a file system to use
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as name:
        yield Path(name)


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "ETOILE.il2"


@pytest.fixture
def study(path: Path) -> Iterator[StudyFile]:
    """A study with patient 1."""
    with make(path, enrolment(1)) as made:
        yield made
