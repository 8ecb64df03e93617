"""Each call made to fail: one plain refusal, nothing acknowledged lost, and the next try works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from il2scheduler.i18n import words
from il2scheduler.refusal import Refusal
from il2scheduler.store import DiskFull
from il2scheduler.wording.refusals import refusal_sentence
from tests.faults.doing import promises, sound, traced, tracer
from tests.faults.test_kill import calls_of, moments, paths
from tests.store.samples import enrolment, make, note, reopened, save

FAULTS = [
    ("pwrite64", "ENOSPC"),
    ("pwrite64", "EIO"),
    ("pread64", "EIO"),
    ("fdatasync,fsync", "EIO"),
    ("unlink", "EIO"),
    ("openat", "EMFILE"),
    ("openat", "EACCES"),
    ("fcntl", "ENOLCK"),
    ("ftruncate", "EIO"),
    ("newfstatat,fstat,stat,lstat", "EIO"),
]
KNOWN = {
    "store-disk-full",
    "store-disk-fault",
    "store-folder",
    "store-read-only",
    "store-busy",
    "store-unsure",
    "store-damaged",
    "store-unreadable",
    "store-moved",
}


@pytest.mark.parametrize(("call", "error"), FAULTS)
def test_each_failing_call(path: Path, tmp_path: Path, call: str, error: str) -> None:
    if tracer() is None:
        pytest.skip("strace is not there or may not trace")
    count = calls_of("write-once", path, tmp_path, call)
    for moment in moments(count, 3):
        copy = tmp_path / "copy" / path.name
        shutil.copytree(path.parent, copy.parent)
        inject = f"inject={call}:error={error}:when={moment}"
        done = traced("write-once", copy, tmp_path / "log", "-e", f"trace={call}", "-e", inject, *paths(copy))
        check(copy, done, f"{call} {error} {moment}")
        shutil.rmtree(copy.parent)


def check(path: Path, done: subprocess.CompletedProcess[bytes], told: str) -> None:
    lines = promises(done.stdout)
    last, _ = sound(path)
    if "opened" not in lines:
        # The fault came while it was opened: a refusal ends the act, and the file is as it was.
        assert last == 2, told
        assert re.search(rb"^il2scheduler\.store\.refusals\.|^tests|Refusal", done.stderr, re.MULTILINE), (
            told,
            done.stderr.decode(),
        )
        return
    assert done.returncode == 0, (told, done.stderr.decode())
    refused = [line.removeprefix("refused ") for line in lines if line.startswith("refused ")]
    assert set(refused) <= KNOWN, told
    if set(refused) == {"store-read-only"}:
        # The file itself could not be opened for writing; it was opened for reading, and stays so.
        assert last == 2, told
        return
    assert len(refused) <= 1, (told, lines)
    saved = [int(line) for line in lines if line.isdigit()]
    # A change that was saved although the disk would not promise it is said to be in the file, and is.
    assert saved == ([4] if "store-unsure" in refused else [3]), (told, lines)
    assert last == saved[-1], told


def test_the_order_of_calls_is_that_of_a_durable_commit(path: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    traced("write-once", path, log, "-e", "trace=openat,pwrite64,fdatasync,fsync,unlink", *paths(path))
    steps = [step for line in log.read_text("utf-8").splitlines() if (step := step_of(line, path))]
    shape = [step for n, step in enumerate(steps) if n == 0 or steps[n - 1] != step]

    assert shape[-6:] == [
        "write journal",
        "sync journal",
        "write study",
        "sync study",
        "remove journal",
        "sync folder",
    ]
    # The folder was synced as well before the first page was overwritten: the journal has its name.
    assert "sync folder" in shape[: shape.index("write study")]


def step_of(line: str, path: Path) -> str | None:
    """`write journal`, `sync folder`: what a call did to what."""
    calls = {"pwrite64": "write", "fdatasync": "sync", "fsync": "sync", "unlink": "remove"}
    match = re.match(r"(\w+)\((?:\d+<([^>]*)>|\"([^\"]*)\")", line)
    if match is None or match[1] not in calls:
        return None
    names = {str(path): "study", f"{path}-journal": "journal", str(path.parent): "folder"}
    return f"{calls[match[1]]} {names[match[2] or match[3]]}"


# --- A disk that is really full ---


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only the administrator can make a small disk")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    path = small_disk / "a.il2"
    with make(path, enrolment(1)) as study:
        fill = small_disk / "films"
        saved = study.last_entry()
        for number in range(1, 100):
            with fill.open("ab") as file:
                file.write(bytes(free(small_disk) // 2))
            try:
                saved = save(study, note(1, number, "x" * 1900, reason="x" * 1900))
            except DiskFull as refused:
                sentence = refusal_sentence(words("en"), refused)
                break
        else:
            pytest.fail("the disk was never full")
        assert "The disk is full" in sentence
        assert study.last_entry() == saved
        assert study.verify().sound
        with pytest.raises(DiskFull) as no_room:
            study.backup(small_disk / "copy.il2")
        assert str(small_disk) in refusal_sentence(words("en"), no_room.value)
        assert not (small_disk / "copy.il2").exists()
        fill.unlink()
        assert save(study, note(1, 200, "and now it works")) == saved + 1
    with reopened(path) as study:
        assert study.verify().sound


def free(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


def test_no_room_for_a_new_study(small_disk: Path) -> None:
    (small_disk / "films").write_bytes(bytes(free(small_disk) - 16384))

    with pytest.raises(Refusal) as refused:
        make(small_disk / "a.il2")
    assert refused.value.kind == "store-disk-full"
    assert [p.name for p in small_disk.iterdir()] == ["films"]
