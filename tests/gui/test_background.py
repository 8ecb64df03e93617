"""Long work: run to its end, cancelled, failed; the strip appears when it takes long."""

from __future__ import annotations

from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from il2scheduler.gui.background import After, Background, ProgressStrip
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.planner.tasks import export_cancelled
from il2scheduler.jobs import Job, Progress


class Work:
    """A job whose steps the test lets go one by one."""

    def __init__(self, steps: int = 3) -> None:
        self.steps = steps
        self.go, self.under_way = Event(), Event()
        self.closed = False
        self.reached = 0

    def job(self) -> Job:
        try:
            for step in range(self.steps):
                yield Progress(step, self.steps, f"step {step}")
                self.reached = step + 1
                self.under_way.set()
                assert self.go.wait(20)
        finally:
            self.closed = True


@pytest.fixture
def background(qtbot: QtBot) -> Background:
    return Background()


def test_to_the_end(background: Background, qtbot: QtBot) -> None:
    work = Work()
    work.go.set()
    seen: list[Progress] = []
    background.progress.connect(seen.append)
    with qtbot.waitSignal(background.done):
        assert background.run(work.job())
    assert [progress.done for progress in seen] == [0, 1, 2]
    assert work.closed
    assert not background.busy


def test_one_at_a_time(background: Background, qtbot: QtBot) -> None:
    work = Work()
    assert background.run(work.job())
    assert not background.run(Work().job())
    with qtbot.waitSignal(background.done):
        work.go.set()


def test_a_cancel_closes_the_job(background: Background, qtbot: QtBot) -> None:
    work = Work()
    background.run(work.job())
    assert work.under_way.wait(20)
    with qtbot.waitSignal(background.cancelled):
        background.cancel()
        work.go.set()
    assert work.closed
    assert work.reached == 1


def test_a_failure_comes_to_the_screens_thread(background: Background, qtbot: QtBot) -> None:
    def job() -> Job:
        yield Progress(0, 1, "x")
        raise OSError("disk full")

    with qtbot.waitSignal(background.failed) as failed:
        background.run(job(), After(failed=lambda _: None))
    assert failed.args is not None
    assert str(failed.args[0]) == "disk full"


def test_the_strip_appears_late_and_goes_with_the_work(background: Background, qtbot: QtBot) -> None:
    strip = ProgressStrip(background)
    qtbot.addWidget(strip)
    work = Work()
    background.run(work.job())
    assert strip.isHidden()
    assert strip.timer.interval() == 400
    qtbot.waitUntil(strip.isVisible, timeout=3000)
    assert strip.bar.maximum() == 3
    assert strip.what.text() == "Making step 0"
    with qtbot.waitSignal(background.cancelled):
        strip.cancel.click()
        work.go.set()
    assert strip.isHidden()


def test_a_short_work_shows_no_strip(background: Background, qtbot: QtBot) -> None:
    strip = ProgressStrip(background)
    qtbot.addWidget(strip)
    work = Work()
    work.go.set()
    with qtbot.waitSignal(background.done):
        background.run(work.job())
    assert not strip.timer.isActive()
    assert strip.isHidden()


def test_a_closing_window_ends_the_work(window: MainWindow) -> None:
    work = Work()
    window.background.run(work.job())
    assert work.under_way.wait(20)
    work.go.set()
    window.close()
    assert work.closed


def test_the_window_says_that_it_was_cancelled(planned: MainWindow, qtbot: QtBot) -> None:
    work = Work()
    planned.background.run(work.job(), After(cancelled=lambda: export_cancelled(planned.planner)))
    assert not planned.actions_of.by_name["export"].isEnabled()
    assert work.under_way.wait(20)
    with qtbot.waitSignal(planned.background.cancelled):
        planned.background.cancel()
        work.go.set()
    assert planned.foot.text.said == "Writing the files was cancelled."
    assert planned.actions_of.by_name["export"].isEnabled()
