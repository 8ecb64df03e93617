"""The command line, asked in this process, in English and without the user's own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.running import ETOILE, CommandLine


@pytest.fixture
def il2(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("IL2SCHEDULER_DEBUG", raising=False)
    return CommandLine(capsys)


@pytest.fixture
def desk(il2: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A study of ETOILE with P001 enrolled on Monday 2025-01-06."""
    monkeypatch.setenv("IL2SCHEDULER_WHO", "Anne")
    desk = Desk(il2, tmp_path / "s.il2")
    desk.done("study new", "--protocol", ETOILE, "--site", "Metz")
    desk.done("enrol", "P001", "--arm", "il2", "--start", "2025-01-06")
    return desk
