"""Two windows on one study: each knows of the other, nothing is locked, and a crash is forgotten."""

from __future__ import annotations

from pathlib import Path

from il2scheduler.store import Window
from tests.store.hostile import raw
from tests.store.samples import at, content, enrolment, make, note, reopened, save


def test_windows_know_of_each_other(path: Path) -> None:
    with make(path, enrolment(1)) as one, reopened(path) as two:
        assert one.announce(who="NA", computer="ward-1", at=at()) == ()
        assert two.announce(who="NB", computer="ward-2", at=at(5)) == (Window("NA", "ward-1", at()),)
        assert one.windows() == (Window("NB", "ward-2", at(5)),)
        save(two, note(1, 1, "nobody is kept out"))
        two.close()
        assert one.windows() == ()
    with raw(path) as found:
        assert found.execute("SELECT count(*) FROM open_window").fetchone() == (0,)


def test_a_window_is_announced_anew_when_somebody_else_acts(path: Path) -> None:
    with make(path) as one, reopened(path) as two:
        two.announce(who="NA", computer="ward-1", at=at())
        two.announce(who="NB", computer="ward-1", at=at(60))

        assert one.windows() == (Window("NB", "ward-1", at(60)),)


def test_a_window_that_crashed_is_believed_for_half_a_day(path: Path) -> None:
    with make(path) as crashed:
        crashed.announce(who="NA", computer="ward-1", at=at())
        crashed._window = ""
    with reopened(path) as study:
        assert len(study.announce(who="NB", computer="ward-2", at=at(11 * 3600))) == 1
    with reopened(path) as study:
        assert study.announce(who="NB", computer="ward-2", at=at(13 * 3600)) == ()


def test_windows_are_no_part_of_the_study(path: Path) -> None:
    with make(path, enrolment(1)) as study:
        whole = content(study)
        study.announce(who="NA", computer="ward-1", at=at())
        assert content(study) == whole
        assert study.verify().sound


def test_closing_does_not_wait_for_a_writer(path: Path) -> None:
    with make(path) as study, raw(path) as other:
        study.announce(who="NA", computer="ward-1", at=at())
        other.execute("BEGIN IMMEDIATE")
        study.close()
        other.execute("ROLLBACK")
