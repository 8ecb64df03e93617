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
    planning: MainWindow, code: str, start: str, said: str, field: str
) -> None:
    protocol = planning.planner.form.protocol
    protocol.choose("anrs-123-etoile")
    protocol.activated.emit(protocol.currentIndex())
    planning.planner.form.patient.setText(code)
    planning.planner.form.start.edit.setText(start)
    planning.planner.form.button.click()
    assert planning.planner.session.plan is None
    assert planning.bar.isVisible()
    assert said in planning.bar.text.said
    focus = {"patient": planning.planner.form.patient, "start": planning.planner.form.start.edit}[field]
    assert QApplication.focusWidget() is focus
    assert QApplication.activeModalWidget() is None


def test_escape_puts_the_bar_away(planning: MainWindow, press: Callable[..., None]) -> None:
    planning.planner.form.patient.setText("p 1")
    planning.planner.form.start.edit.setText("2026-01-05")
    planning.planner.form.button.click()
    press(Qt.Key.Key_Escape)
    assert not planning.bar.isVisible()


def test_the_plan_stays_and_no_file_is_offered_for_what_was_refused(planned: MainWindow) -> None:
    planned.planner.form.patient.setText("p 1")
    planned.actions_of.by_name["export"].trigger()
    assert planned.planner.export_dialog is None
    assert "p 1" in planned.bar.text.said
    assert planned.planner.session.plan is not None
    assert planned.planner.view.heading.said.startswith("Patient P001:")


def test_a_field_that_is_not_filled_yet_is_no_fault(planning: MainWindow, press: Callable[..., None]) -> None:
    planning.planner.form.patient.setFocus()
    press("P001", Qt.Key.Key_Tab)
    assert not planning.bar.isVisible()


def test_a_clinic_that_never_opens(planned: MainWindow) -> None:
    planned.planner.form.disclosure.setChecked(True)
    for box in planned.planner.form.clinic.weekdays:
        if not box.isChecked():
            box.click()
    assert "leave at least one weekday open" in planned.bar.text.said


def test_a_closure_that_ends_before_it_begins(planned: MainWindow) -> None:
    closures = planned.planner.form.clinic.closures
    closures.first.edit.setText("2026-08-14")
    closures.last.edit.setText("2026-08-03")
    closures.add.click()
    assert "cannot lie before its first day" in planned.bar.text.said
    assert closures.closures() == ()


def test_a_folder_that_cannot_be_written(planned: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    planned.actions_of.by_name["export"].trigger()
    dialog = planned.planner.export_dialog
    assert dialog is not None
    dialog.place.setText(str(in_the_way))
    with qtbot.waitSignal(planned.background.failed, timeout=60_000):
        dialog.write.click()
    assert planned.bar.isVisible()
    assert str(in_the_way) in planned.bar.text.said
    planned.bar.action.click()
    another = planned.planner.export_dialog
    assert another is not None
    assert another is not dialog
    another.reject()


def test_a_template_of_ones_own_with_problems_is_named(planning: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.toml").write_text("format = 1\n")
    shipped = planning.planner.form.protocol.count()
    planning.planner.warm = False
    planning.planner.warm_up()
    assert planning.bar.text.said.startswith("The template mine.toml has ")
    assert planning.planner.form.protocol.count() == shipped == 17


def test_markup_is_shown_as_it_was_typed(planned: MainWindow) -> None:
    planned.planner.form.patient.setText("<b>X</b>")
    planned.planner.form.button.click()
    assert planned.bar.text.textFormat() is Qt.TextFormat.PlainText
    assert "<b>X</b>" in planned.bar.text.text()
