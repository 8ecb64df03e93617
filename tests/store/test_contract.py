"""The contract of a store, kept by a study file that stays open, and by one opened anew each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from il2scheduler.store import Store, StudyFile
from tests.store.contract import StoreContract
from tests.store.samples import make, reopened


class TestStudyFile(StoreContract):
    @pytest.fixture
    def target(self, path: Path) -> Iterator[Store]:
        with make(path) as made:
            yield made


class OpenedEachTime:
    """Forgets everything between two questions, so that only what is in the file can answer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: StudyFile | None = None

    def __getattr__(self, name: str) -> object:
        self.let_go()
        self._file = reopened(self._path)
        return getattr(self._file, name)

    def let_go(self) -> None:
        if self._file is not None:
            self._file.close()


class TestOpenedEachTime(StoreContract):
    @pytest.fixture
    def target(self, path: Path) -> Iterator[Store]:
        make(path).close()
        opened = OpenedEachTime(path)
        yield cast("Store", opened)
        opened.let_go()

    def test_a_moment_is_read_whole(self, target: Store) -> None:
        """A moment is one connection's; opened anew, there is none."""
