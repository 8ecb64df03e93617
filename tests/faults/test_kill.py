"""Killed at any moment: what was acknowledged is there, what was not is there whole or not at all."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest

from il2scheduler.store import OlderVersion, backups_of
from il2scheduler.store.file import open_connection
from tests.faults.child import NEXT
from tests.faults.doing import LONG, promises, sound, start, traced, tracer
from tests.store.samples import content, reopened

CHANCE = random.Random(20260105)


def killed(act: str, path: Path, seconds: float) -> list[str]:
    """Start, wait for the first promise, go on for a while, kill."""
    with start(act, path) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(seconds)
        child.kill()
        rest, errors = child.communicate()
    assert errors == b""
    return promises(first + rest)


@pytest.mark.parametrize("part", range(2))
def test_acknowledged_entries_survive_a_kill(path: Path, part: int) -> None:
    """The file goes on from kill to kill, as a study does."""
    acknowledged = 2
    for _ in range(500 if LONG else 20):
        lines = killed("write-on", path, CHANCE.uniform(0, 0.03))
        numbers = [int(line) for line in lines]
        assert numbers == list(range(acknowledged + 1, acknowledged + 1 + len(numbers)))
        last, _ = sound(path)
        # One more may have been saved before it could be acknowledged.
        assert last - numbers[-1] in {0, 1}
        acknowledged = last


def test_an_export_is_the_old_or_the_new_file(tmp_path: Path) -> None:
    target = tmp_path / "plan.pdf"
    for _ in range(300 if LONG else 10):
        lines = killed("export-on", target, CHANCE.uniform(0, 0.02))
        data = target.read_bytes()
        assert (data[:1], len(data)) in {(b"A", 400_000), (b"B", 400_001)}
        assert set(data) == {data[0]}
        last = int(lines[-1])
        assert data[0] in {65 + last % 2, 65 + (last + 1) % 2}
        for left in tmp_path.glob(".il2-*"):
            left.unlink()


# --- At each call ---

CALLS = ("pwrite64", "fdatasync,fsync", "unlink", "openat", "ftruncate")


def calls_of(act: str, path: Path, folder: Path, call: str) -> int:
    """How many such calls on files of the study the whole act makes."""
    log = folder / "calls"
    copy = folder / "counted" / path.name
    shutil.copytree(path.parent, copy.parent)
    done = traced(act, copy, log, "-e", f"trace={call}", *paths(copy))
    assert done.returncode == 0, done.stderr.decode()
    shutil.rmtree(copy.parent)
    return len([line for line in log.read_text("utf-8").splitlines() if not line.startswith("+++")])


def paths(path: Path) -> list[str]:
    """Only calls on the study, its journal, its folder: not on the program's own modules."""
    return ["-P", str(path), "-P", f"{path}-journal", "-P", str(path.parent)]


def moments(count: int, few: int) -> list[int]:
    """Each call in the long set, some of them in the quick one, the last always."""
    return (
        list(range(1, count + 1))
        if LONG or count <= few
        else sorted({*CHANCE.sample(range(1, count), few - 1), count})
    )


@pytest.mark.parametrize("call", CALLS)
def test_killed_at_each_call_of_an_action(path: Path, tmp_path: Path, call: str) -> None:
    if tracer() is None:
        pytest.skip("strace is not there or may not trace")
    count = calls_of("write-once", path, tmp_path, call)
    for moment in moments(count, 4):
        copy = tmp_path / "copy" / path.name
        shutil.copytree(path.parent, copy.parent)
        inject = f"inject={call}:signal=KILL:when={moment}"
        done = traced("write-once", copy, tmp_path / "log", "-e", f"trace={call}", "-e", inject, *paths(copy))
        lines = promises(done.stdout)
        last, _ = sound(copy)

        assert last == 3 if "3" in lines else last in {2, 3}
        shutil.rmtree(copy.parent)


@pytest.mark.parametrize("call", ["pwrite64", "unlink", "fdatasync,fsync"])
def test_killed_while_a_file_is_brought_over(path: Path, tmp_path: Path, call: str) -> None:
    if tracer() is None:
        pytest.skip("strace is not there or may not trace")
    with reopened(path) as study:
        whole = content(study)
    count = calls_of("bring-over", path, tmp_path, call)
    for moment in moments(count, 3):
        copy = tmp_path / "copy" / path.name
        shutil.copytree(path.parent, copy.parent)
        inject = f"inject={call}:signal=KILL:when={moment}"
        traced("bring-over", copy, tmp_path / "log", "-e", f"trace={call}", "-e", inject, *paths(copy))
        try:
            open_connection(copy, format_=NEXT).close()
        except OlderVersion:
            with reopened(copy) as study:
                assert content(study) == whole
                assert study.verify().sound
        # The copy beside it was made and found whole before the first byte was changed.
        with reopened(backups_of(copy)[0].path) as backup:
            assert content(backup) == whole
        shutil.rmtree(copy.parent)


def test_killed_while_a_backup_is_made(path: Path, tmp_path: Path) -> None:
    if tracer() is None:
        pytest.skip("strace is not there or may not trace")
    before = path.read_bytes()
    for moment in range(1, 60, 1 if LONG else 12):
        copy = tmp_path / "copy" / path.name
        shutil.copytree(path.parent, copy.parent)
        inject = f"inject=pwrite64:signal=KILL:when={moment}"
        traced("back-up", copy, tmp_path / "log", "-e", "trace=pwrite64", "-e", inject)
        assert copy.read_bytes() == before
        for backup in backups_of(copy):
            sound(backup.path)
        shutil.rmtree(copy.parent)
