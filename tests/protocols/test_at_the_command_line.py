"""Cycles on demand, events and blinded arms at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.running import CommandLine


@pytest.fixture
def desk_of(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("IL2SCHEDULER_WHO", "Anne")
    return Desk(CommandLine(capsys), tmp_path / "s.il2")


def test_a_cycle_on_demand_is_dated_in_its_turn(desk_of: Desk) -> None:
    desk_of.done("study new", "--protocol", "esprit", "--site", "Metz")
    desk_of.done("enrol", "P001", "--arm", "il2", "--start", "2026-01-05")

    assert desk_of("date-cycle", "P001", "--cycle", "5", "--on", "2026-09-07").code == 1
    done = desk_of.done("date-cycle", "P001", "--cycle", "4", "--on", "2026-09-07")

    assert done["moves"] == [{"code": "C4", "from": None, "to": "2026-09-07"}]
    assert done["totals"]["after"] == {"cycles": 4, "injections": 40, "dose_iu": 300_000_000}


def test_of_a_blinded_arm_people_read_neither_arm_nor_dose(desk_of: Desk) -> None:
    desk_of.done("study new", "--protocol", "mirocals", "--site", "Metz")
    desk_of.done("enrol", "P001", "--arm", "placebo")
    desk_of.done("event", "P001", "--event", "run-in", "--on", "2026-01-05")
    desk_of.done("anchor", "P001", "--date", "2026-04-13", "--reason", "randomised")

    said = "".join(desk_of(*words).out for words in (("show",), ("show", "P001"), ("history",)))

    assert "arm not shown" in said
    assert "enrolled in a blinded arm" in said
    assert "placebo arm" not in said
    assert "arm placebo" not in said
    assert "million" not in said
    refused = desk_of("dose-level", "P001", "--dose", "1", "--from-cycle", "2", "--reason", "why")
    assert "is blinded" in refused.sentence()
