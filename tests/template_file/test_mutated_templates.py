"""Chance against the reader: the quick set; IL2SCHEDULER_MUTANTS=10000 runs as many."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.mutate_templates import run


def test_mutants_are_read_or_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    count = int(os.environ.get("IL2SCHEDULER_MUTANTS", "300"))

    read_, refused, _slowest = run(count, seed=20260105)

    assert read_ + refused == count
    assert refused > count // 2
    assert read_ > 0
