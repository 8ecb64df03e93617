"""Studies that are closed when the test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from il2scheduler.study import Settings, Study
from tests.study.studies import create, reopen


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is opened in a test and closed after it."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def study(tmp_path: Path, opened: ExitStack) -> Study:
    """An ETOILE study of NA."""
    return opened.enter_context(create(tmp_path / "study.il2"))


@pytest.fixture
def made(tmp_path: Path, opened: ExitStack) -> Callable[[Settings], Study]:
    """An ETOILE study with other settings."""
    return lambda settings: opened.enter_context(create(tmp_path / "made.il2", settings=settings))


@pytest.fixture
def colleague(tmp_path: Path, study: Study, opened: ExitStack) -> Study:
    """The same study, opened by NB."""
    return opened.enter_context(reopen(tmp_path / "study.il2"))
