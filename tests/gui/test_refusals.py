"""What cannot be used is said in a bar inside the window; nothing is lost, nothing pops up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from il2scheduler.gui.main_window import MainWindow


@pytest.mark.parametrize(
    ("code", "start", "said", "field"),
    [
        ("p 1", "2026-01-05", "The patient code p 1 cannot be used", "patient"),
        ("P001", "1889-01-07", "outside the years 1990 to 2100", "start"),
        ("P001", "2099-06-01", "would run past the year 2100", "start"),
        ("P001", "2026-02-30", "“2026-02-30” is not a date", "start"),
        ("P001", "5/1/2026", "“5/1/2026” is not a date", "start"),
        ("P001", "", "Type the start as year-month-day", "start"),
        ("", "2026-01-05", "Type the patient code", "patient"),
    ],
)
def test_the_bar_says_why_and_the_focus_goes_there(
    window: MainWindow, code: str, start: str, said: str, field: str
) -> None:
    window.form.patient.setText(code)
    window.form.start.edit.setText(start)
    window.form.button.click()
    assert window.session.plan is None
    assert window.bar.isVisible()
    assert said in window.bar.text.said
    focus = {"patient": window.form.patient, "start": window.form.start.edit}[field]
    assert QApplication.focusWidget() is focus
    assert QApplication.activeModalWidget() is None


def test_escape_puts_the_bar_away(window: MainWindow, press: Callable[..., None]) -> None:
    window.form.patient.setText("p 1")
    window.form.start.edit.setText("2026-01-05")
    window.form.button.click()
    press(Qt.Key.Key_Escape)
    assert not window.bar.isVisible()


def test_the_plan_stays_and_no_file_is_offered_for_what_was_refused(planned: MainWindow) -> None:
    planned.form.patient.setText("p 1")
    planned.actions_of.by_name["export"].trigger()
    assert planned.export_dialog is None
    assert "p 1" in planned.bar.text.said
    assert planned.session.plan is not None
    assert planned.view.heading.said.startswith("Patient P001:")


def test_a_field_that_is_not_filled_yet_is_no_fault(window: MainWindow, press: Callable[..., None]) -> None:
    window.form.patient.setFocus()
    press("P001", Qt.Key.Key_Tab)
    assert not window.bar.isVisible()


def test_a_clinic_that_never_opens(planned: MainWindow) -> None:
    planned.form.disclosure.setChecked(True)
    for box in planned.form.clinic.weekdays:
        if not box.isChecked():
            box.click()
    assert "leave at least one weekday open" in planned.bar.text.said


def test_a_closure_that_ends_before_it_begins(planned: MainWindow) -> None:
    closures = planned.form.clinic.closures
    closures.first.edit.setText("2026-08-14")
    closures.last.edit.setText("2026-08-03")
    closures.add.click()
    assert "cannot lie before its first day" in planned.bar.text.said
    assert closures.closures() == ()


def test_a_folder_that_cannot_be_written(planned: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    planned.actions_of.by_name["export"].trigger()
    dialog = planned.export_dialog
    assert dialog is not None
    dialog.place.setText(str(in_the_way))
    with qtbot.waitSignal(planned.background.failed, timeout=60_000):
        dialog.write.click()
    assert planned.bar.isVisible()
    assert str(in_the_way) in planned.bar.text.said
    planned.bar.action.click()
    another = planned.export_dialog
    assert another is not None
    assert another is not dialog
    another.reject()


def test_a_template_of_ones_own_with_problems_is_named(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.toml").write_text("format = 1\n")
    window.warm_up()
    assert window.bar.text.said.startswith("The template mine.toml has ")
    assert window.form.protocol.count() == 2


def test_markup_is_shown_as_it_was_typed(planned: MainWindow) -> None:
    planned.form.patient.setText("<b>X</b>")
    planned.form.button.click()
    assert planned.bar.text.textFormat() is Qt.TextFormat.PlainText
    assert "<b>X</b>" in planned.bar.text.text()
