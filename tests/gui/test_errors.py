"""A fault of the program: one dialog with a report, and the program goes on."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from il2scheduler.gui import errors
from il2scheduler.gui.background import After
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
