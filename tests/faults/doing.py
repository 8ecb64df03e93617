"""Running `child.py`: alone, under a tracer that injects faults, and how much of it `make test` does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from il2scheduler.ledger import Table
from il2scheduler.store import StudyFile
from tests.store.samples import reopened

CHILD = Path(__file__).with_name("child.py")
LONG = os.environ.get("IL2SCHEDULER_FAULTS") == "long"
"""Set by `make faults`: the long sets, which take minutes."""


def command(act: str, path: Path, *more: object) -> list[str]:
    # -S: the program needs no site packages here, and starts in a tenth of a second.
    return [sys.executable, "-S", "-W", "error", str(CHILD), act, str(path), *map(str, more)]


def start(act: str, path: Path, *more: object) -> subprocess.Popen[bytes]:
    # Unbuffered: what one read leaves in a buffer, the next way of reading would not see.
    pipe = subprocess.PIPE
    return subprocess.Popen(command(act, path, *more), stdout=pipe, stderr=pipe, bufsize=0)


def promises(output: bytes) -> list[str]:
    """The whole lines; a last one without its end was not promised."""
    return output.decode().split("\n")[:-1]


@cache
def tracer() -> str | None:
    """strace, where it is there and may trace."""
    found = shutil.which("strace")
    if found is None:
        return None
    tried = subprocess.run([found, "-o", os.devnull, "true"], capture_output=True, check=False)
    return found if tried.returncode == 0 else None


def traced(act: str, path: Path, log: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Run an act with its calls on files written to `log`, some of them made to fail by `options`."""
    found = tracer()
    if found is None:
        pytest.skip("strace is not there or may not trace; the settings are read back in test_opening")
    whole = [found, "-y", "-o", str(log), *options, *command(act, path)]
    return subprocess.run(whole, capture_output=True, check=False, timeout=60)


def sound(path: Path) -> tuple[int, list[str]]:
    """The study after a fault: recovered, sound, and whole actions only. Its last entry and its notes."""
    with reopened(path) as study:
        assert study.verify().sound
        notes = [str(row["text"]) for key, row in study.rows(Table.NOTE) if key[0] == 1]
        whole_actions(study, notes)
        return study.last_entry(), notes


def whole_actions(study: StudyFile, notes: Sequence[str]) -> None:
    """Each action wrote a note and the same text on every injection."""
    assert notes == [f"text {3 + n}" for n in range(len(notes))]
    assert study.last_entry() == 2 + len(notes)
    texts = {row["note"] for _, row in study.rows(Table.INJECTION)}
    assert texts == {notes[-1] if notes else None}
