"""Files are written whole or not at all, and a failure names the file that was asked for."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import stat
import sys
import threading
from pathlib import Path

import pytest

from il2scheduler import exports
from il2scheduler.refusal import Refusal


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("data", [b"", b"one\n", bytes(range(256)) * 5_000])
def test_the_bytes_arrive_and_nothing_else(tmp_path: Path, data: bytes) -> None:
    exports.write(tmp_path / "P001.ics", data)

    assert (tmp_path / "P001.ics").read_bytes() == data
    assert names(tmp_path) == ["P001.ics"]


def test_an_older_longer_file_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "P001.ics").write_bytes(b"old " * 1_000)

    exports.write(tmp_path / "P001.ics", b"new")

    assert (tmp_path / "P001.ics").read_bytes() == b"new"


def test_a_link_is_replaced_and_what_it_led_to_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    try:
        (tmp_path / "P001.ics").symlink_to(tmp_path / "precious")
    except OSError:
        pytest.skip("no links here")

    exports.write(tmp_path / "P001.ics", b"new")

    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert not (tmp_path / "P001.ics").is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_mode_is_that_of_any_new_file(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        exports.write(tmp_path / "P001.ics", b"")
        assert stat.S_IMODE((tmp_path / "P001.ics").stat().st_mode) == mode
        assert os.umask(mask) == mask
    finally:
        os.umask(before)


@pytest.mark.parametrize("call", ["fsync", "chmod", "fdopen"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_a_failure_at_any_step_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    target = tmp_path / "P001.ics"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        with pytest.raises(OSError, match=r"P001\.ics") as raised:
            exports.write(target, b"new")

    assert (raised.value.errno, raised.value.filename) == (code, str(target))
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["P001.ics"]
    exports.write(target, b"next try")
    assert target.read_bytes() == b"next try"


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        exports.write(tmp_path / "P001.ics", b"new")

    assert names(tmp_path) == []


def test_a_missing_folder_and_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        exports.write(tmp_path / "no" / "P001.ics", b"")
    (tmp_path / "P001.ics").mkdir()
    with pytest.raises(OSError, match=r"P001\.ics") as folder:
        exports.write(tmp_path / "P001.ics", b"")

    assert missing.value.filename == str(tmp_path / "no" / "P001.ics")
    assert folder.value.filename == str(tmp_path / "P001.ics")
    assert names(tmp_path) == ["P001.ics"]


def test_writers_at_the_same_time_leave_one_whole_file(tmp_path: Path) -> None:
    versions = [bytes([65 + i]) * 100_000 for i in range(8)]
    threads = [threading.Thread(target=exports.write, args=(tmp_path / "P001.ics", v)) for v in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (tmp_path / "P001.ics").read_bytes() in versions
    assert names(tmp_path) == ["P001.ics"]


def test_what_is_cancelled_leaves_no_empty_folder(tmp_path: Path) -> None:
    new = tmp_path / "new" / "deeper"
    with exports.Writing() as writing:
        writing.make_folder(new)
        writing.add(new / "one.pdf", b"1")
        assert new.is_dir()
    assert list(tmp_path.iterdir()) == []
    with exports.Writing() as writing:
        writing.make_folder(new)
        writing.add(new / "one.pdf", b"1")
        writing.finish()
    assert (new / "one.pdf").read_bytes() == b"1"
    # A folder that was there stays, empty or not.
    there = tmp_path / "there"
    there.mkdir()
    with exports.Writing() as writing:
        writing.make_folder(there)
        writing.add(there / "two.pdf", b"2")
    assert there.is_dir()


def test_a_study_is_never_replaced_by_what_is_made_from_it(tmp_path: Path) -> None:
    study = tmp_path / "trial.csv"
    with contextlib.closing(sqlite3.connect(study)) as connection:
        connection.execute("CREATE TABLE t (a)")
    before = study.read_bytes()

    with exports.Writing() as writing:
        writing.add(tmp_path / "first.csv", b"new")
        with pytest.raises(Refusal) as refused:
            writing.add(study, b"new")

    assert (refused.value.kind, refused.value.facts) == ("study-in-the-way", {"file": "trial.csv"})
    assert study.read_bytes() == before
    assert names(tmp_path) == ["trial.csv"]
