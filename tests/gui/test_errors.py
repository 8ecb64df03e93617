"""A fault of the program: one dialog with a report, and the program goes on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from il2scheduler.gui import errors, tasks
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.background import After
from il2scheduler.gui.dialogs.delay import DelayDialog
from il2scheduler.gui.fault_dialog import FaultDialog
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.planner.tasks import export_failed
from il2scheduler.jobs import Job, Progress


@pytest.fixture(autouse=True)
def hook() -> Iterator[None]:
    """pytest-qt has a hook of its own, which makes each of these tests fail."""
    before = sys.excepthook
    errors.install()
    yield
    sys.excepthook = before


def fail() -> None:
    raise ZeroDivisionError("seventeen")


def dialogs() -> list[FaultDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, FaultDialog) and w.isVisible()]


def broken() -> Job:
    yield Progress(0, 1, "x")
    raise RuntimeError("a page without words")


def test_a_fault_in_a_slot(planned: MainWindow, qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    QTimer.singleShot(0, fail)
    QTimer.singleShot(0, fail)
    qtbot.waitUntil(
        lambda: len(dialogs()) == 1 and dialogs()[0].report.toPlainText().count("Error: seventeen") == 2
    )
    (dialog,) = dialogs()
    report = dialog.report.toPlainText()
    assert report.startswith("il2scheduler ")
    assert "in fail" in report
    assert "seventeen" in capsys.readouterr().err
    dialog.copy.click()
    assert QApplication.clipboard().text() == report
    dialog.reject()
    assert dialogs() == []

    planned.planner.form.start.edit.setText("2026-01-12")
    assert planned.planner.make(), "the program goes on"


def test_a_fault_of_a_job_is_a_fault_too(
    planned: MainWindow, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    planned.background.run(broken(), After(failed=lambda error: export_failed(planned.planner, error)))
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert "a page without words" in dialogs()[0].report.toPlainText()
    capsys.readouterr()
    dialogs()[0].reject()


def test_a_study_that_is_gone_is_no_fault_of_the_program(
    opened: MainWindow, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is done before the window has looked for the file, and wherever it is met."""
    errors.install(partial(tasks.refused_anywhere, opened))
    opened.study_page.asked.emit(Ask(What.DELAY, "P005", "C5"))
    dialog = opened.dialog
    assert isinstance(dialog, DelayDialog)
    path = opened.session.path
    assert path is not None
    away = path.rename(path.with_suffix(".away"))
    dialog.days.setValue(9)
    dialog.refresh()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert "was moved or deleted while it was open" in dialog.said.said
    dialog.reject()
    opened.session.forget()
    QTimer.singleShot(0, partial(opened.show_view, "month"))
    QTimer.singleShot(0, partial(opened.study_page.step, 1))
    qtbot.waitUntil(opened.bar.isVisible)
    assert "was moved or deleted while it was open" in opened.bar.text.said
    opened.show_welcome()
    away.rename(path)
    assert dialogs() == []
    assert capsys.readouterr().err == ""
