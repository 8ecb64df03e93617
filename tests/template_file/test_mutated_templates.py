"""Chance against the reader, from every template that ships: the quick set, and 10 000 in `make faults`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.mutate_templates import run


def test_mutants_are_read_or_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    count = 10_000 if os.environ.get("IL2SCHEDULER_FAULTS") == "long" else 300

    read_, refused, _slowest = run(count, seed=20260105)

    assert read_ + refused == count
    assert refused > count // 2
    assert read_ > 0
