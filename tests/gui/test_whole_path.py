"""From the empty window to the files in a folder, by keyboard alone and by mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.timeline_model import Lane

FILES = {
    "P001.ics",
    "P001-dosing-sheets.pdf",
    "P001-visit-calendar.pdf",
    "P001-diary.pdf",
    "P001-schedule-of-activities.pdf",
    "P001-schedule.csv",
}
Press = Callable[..., None]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def moved_to(window: MainWindow, code: str) -> date | None:
    plan = window.planner.session.plan
    assert plan is not None
    return plan.schedule.appointment(code).planned


def clashes(window: MainWindow) -> list[str]:
    plan = window.planner.session.plan
    assert plan is not None
    return [finding.where for finding in plan.findings if finding.kind == "closed-day"]


def test_by_keyboard_alone(planning: MainWindow, press: Press, qtbot: QtBot, tmp_path: Path) -> None:
    assert QApplication.focusWidget() is planning.planner.form.protocol
    press("ETOILE", Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is planning.planner.form.reading
    press(Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Tab)
    press(Qt.Key.Key_Tab, "P001", Qt.Key.Key_Tab, "2026-01-05", Qt.Key.Key_Return)

    assert planning.planner.session.plan is not None
    assert planning.planner.session.plan.schedule.protocol.reading.name == "w2"
    assert clashes(planning) == ["C4D4", "W64"]

    # F6 goes round the panes; in the findings, Tab goes from button to button.
    for pane in (planning.planner.view.timeline, planning.planner.view.table, planning.planner.findings):
        press(Qt.Key.Key_F6)
        assert QApplication.focusWidget() is pane
    w64 = next(move for move in planning.planner.findings.moves if "64" in move.accessibleName())
    for _ in range(12):
        press(Qt.Key.Key_Tab)
        if QApplication.focusWidget() is w64:
            break
    press(Qt.Key.Key_Space)
    assert moved_to(planning, "W64") == date(2027, 3, 30)
    assert clashes(planning) == ["C4D4"]
    focus = QApplication.focusWidget()
    assert focus is not None
    assert planning.planner.findings.isAncestorOf(focus)

    press(Qt.Key.Key_Z, held=CONTROL)
    assert moved_to(planning, "W64") == date(2027, 3, 29)
    press(Qt.Key.Key_Z, held=CONTROL | SHIFT)
    assert moved_to(planning, "W64") == date(2027, 3, 30)

    press(Qt.Key.Key_E, held=CONTROL)
    qtbot.waitUntil(
        lambda: planning.planner.export_dialog is not None and planning.planner.export_dialog.isActiveWindow()
    )
    dialog = planning.planner.export_dialog
    assert dialog is not None
    dialog.place.setFocus()
    press(Qt.Key.Key_A, held=CONTROL)
    press(str(tmp_path / "here"))
    with qtbot.waitSignal(planning.background.done, timeout=60_000):
        press(Qt.Key.Key_Return)
    assert {path.name for path in (tmp_path / "here").iterdir()} == FILES
    assert str(tmp_path / "here") in planning.foot.text.said


def test_by_mouse(
    planning: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = planning.planner.form
    QTest.keyClicks(form.protocol, "ETOILE")
    click(form.patient)
    QTest.keyClicks(form.patient, "P001")
    click(form.start.edit)
    QTest.keyClicks(form.start.edit, "2026-01-05")
    click(form.button)
    assert clashes(planning) == ["C4D4", "W64"]

    use = next(start for start in planning.planner.findings.starts if "12-Jan-2026" in start.accessibleName())
    click(use)
    assert form.start.text() == "2026-01-12"
    assert clashes(planning) == ["C3D1"]
    click(planning.foot.button)
    assert form.start.text() == "2026-01-05"

    assert planning.planner.findings.move_all is not None
    click(planning.planner.findings.move_all)
    assert clashes(planning) == ["C4D4"]
    assert moved_to(planning, "C4D1") == date(2026, 5, 11), "the cycle that would lose cycle 8 stays"

    planning.actions_of.by_name["export"].trigger()
    dialog = planning.planner.export_dialog
    assert dialog is not None
    offered = {dialog.files.item(row).text() for row in range(dialog.files.count())}
    assert {line.split(": ")[1] for line in offered} == FILES
    assert "Dosing sheets: P001-dosing-sheets.pdf" in offered
    dialog.place.setText(str(tmp_path / "there"))
    dialog.language.choose("fr")
    with qtbot.waitSignal(planning.background.done, timeout=60_000):
        click(dialog.write)
    assert {path.name for path in (tmp_path / "there").iterdir()} == FILES

    opened: list[Path] = []
    monkeypatch.setattr("il2scheduler.gui.planner.tasks.open_folder", opened.append)
    click(planning.foot.button)
    assert opened == [tmp_path / "there"]


def test_the_timeline_shows_the_clash_and_says_it(planned: MainWindow, press: Press) -> None:
    timeline = planned.planner.view.timeline
    timeline.setFocus()
    timeline.setCurrentIndex(timeline.days.index(0, 0))
    press(Qt.Key.Key_F8)
    first = timeline.currentIndex()
    assert (first.row(), timeline.days.day(first.column())) == (Lane.CYCLES, date(2026, 5, 14))
    said = str(first.data(Qt.ItemDataRole.AccessibleTextRole))
    assert said.splitlines() == [
        "Thu 14-May-2026, study week 18",
        (
            "Cycle 4 day 4, 2 injections of aldesleukin (interleukin-2), "
            "4.5\u00a0million international units each, 08:00 day hospital, 20:00 home"
        ),
        "Clash: Cycle 4 day 4 is on Thu 14-May-2026, a public holiday (Ascension Day).",
    ]
    assert first.data(Qt.ItemDataRole.DisplayRole) == "C4 4!"
    assert planned.planner.view.table.rows.code(planned.planner.view.table.currentIndex().row()) == "C4D4"

    press(Qt.Key.Key_F8)
    assert timeline.days.day(timeline.currentIndex().column()) == date(2027, 3, 29)
    press(Qt.Key.Key_F8)
    assert timeline.currentIndex() == first
    timeline.setFocus()
    press(Qt.Key.Key_F8, held=SHIFT)
    assert timeline.days.day(timeline.currentIndex().column()) == date(2027, 3, 29)


def test_arrow_keys_go_from_day_to_day(planned: MainWindow, press: Press) -> None:
    timeline = planned.planner.view.timeline
    timeline.setFocus()
    timeline.go_to("C3")
    press(Qt.Key.Key_Right)
    assert timeline.days.day(timeline.currentIndex().column()) == date(2026, 3, 31)
    press(Qt.Key.Key_Up)
    assert timeline.currentIndex().row() == Lane.CLINIC


def test_a_row_of_the_list_shows_its_day(planned: MainWindow) -> None:
    table, timeline = planned.planner.view.table, planned.planner.view.timeline
    row = table.rows.row_of("W76")
    assert row is not None
    table.selectRow(row)
    assert timeline.days.day(timeline.currentIndex().column()) == date(2027, 6, 21)


def test_the_tick_box_moves_and_lists_what_it_moved(planned: MainWindow) -> None:
    click_at_start(planned.planner.form.avoid)
    plan = planned.planner.session.plan
    assert plan is not None
    assert [move.where for move in plan.moved] == ["W64"]
    assert "1 move made." in planned.foot.text.said


def click_at_start(box: QWidget) -> None:
    """A tick box is ticked on its box, not beside its text."""
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def test_a_new_code_keeps_the_moves_a_new_start_does_not(planned: MainWindow, press: Press) -> None:
    click(next(move for move in planned.planner.findings.moves if "64" in move.accessibleName()))
    planned.planner.form.patient.setFocus()
    planned.planner.form.patient.selectAll()
    press("P002", Qt.Key.Key_Tab)
    assert moved_to(planned, "W64") == date(2027, 3, 30)
    planned.planner.form.start.edit.setText("2026-01-12")
    press(Qt.Key.Key_Return)
    assert "1 move was left behind." in planned.foot.text.said
    press(Qt.Key.Key_Z, held=CONTROL)
    assert planned.planner.form.start.text() == "2026-01-05"
    assert moved_to(planned, "W64") == date(2027, 3, 30)


def test_another_protocol_at_once(planned: MainWindow) -> None:
    planned.planner.form.protocol.setFocus()
    QTest.keyClicks(planned.planner.form.protocol, "VASCU")
    plan = planned.planner.session.plan
    assert plan is not None
    assert plan.schedule.protocol.code == "anrs-hc21-vascu-il2"
    assert "20 injections, 52.5\u00a0million international units in all" in planned.planner.view.totals.said
    assert planned.planner.form.arm.count() == 1


def test_the_other_reading_and_the_control_arm(planned: MainWindow) -> None:
    planned.planner.form.reading.setFocus()
    QTest.keyClick(planned.planner.form.reading, Qt.Key.Key_Down)
    assert moved_to(planned, "C1D1") == date(2026, 1, 5)
    planned.planner.form.arm.setFocus()
    QTest.keyClick(planned.planner.form.arm, Qt.Key.Key_Down)
    assert planned.planner.view.totals.said.startswith("No injections in this arm, 6 visits;")
    assert planned.planner.view.timeline.days.clash_places() != []


def test_a_closure_is_a_clash(planned: MainWindow, qtbot: QtBot) -> None:
    closures = planned.planner.form.clinic.closures
    planned.planner.form.disclosure.setChecked(True)
    qtbot.waitUntil(lambda: closures.add.height() > 10)
    closures.first.edit.setText("2026-08-03")
    closures.last.edit.setText("2026-08-14")
    closures.name.setText("summer")
    click(closures.add)
    assert clashes(planned) == ["C4D4", "C6D1", "C6D2", "C6D3", "C6D4", "C6D5", "W64"]
    assert closures.list.item(0).text() == "Mon 03-Aug-2026 to Fri 14-Aug-2026: summer"
    closures.list.setCurrentRow(0)
    click(closures.remove)
    assert clashes(planned) == ["C4D4", "W64"]


def test_a_new_plan_begins_empty_and_can_be_undone(planned: MainWindow, press: Press) -> None:
    press(Qt.Key.Key_N, held=CONTROL)
    assert not planned.planner.view.heading.isVisible()
    assert planned.planner.form.patient.text() == planned.planner.form.start.text() == ""
    assert planned.planner.view.pages.currentIndex() == 0
    press(Qt.Key.Key_Z, held=CONTROL)
    assert planned.planner.view.heading.isVisible()
    assert planned.planner.form.patient.text() == "P001"


def test_every_button_of_the_findings_says_what_it_does(planned: MainWindow) -> None:
    buttons = [
        b for b in planned.planner.findings.findChildren(QPushButton) if b.text() in {"Move", "Use", "Show"}
    ]
    assert len(buttons) == 7
    assert all(len(button.accessibleName()) > 40 for button in buttons)
