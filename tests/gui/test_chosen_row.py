"""The row of Today, the panel and the menus are about one patient, however it came to be chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from il2scheduler.commands.values import AddNote, OmitCycle
from il2scheduler.gui.dialogs.print import PrintDialog
from il2scheduler.gui.dialogs.record import RecordDialog
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.patient_panel import PatientPanel
from il2scheduler.gui.study_timeline import StudyTimeline
from il2scheduler.gui.today import TodayView
from il2scheduler.gui.today_rows import Section
from il2scheduler.study import Answers
from tests.gui.widgets import dialog_of, trigger

Press = Callable[..., None]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def panel_of(window: MainWindow) -> str | None:
    """The patient in the panel."""
    panel = window.study_page.panel
    assert isinstance(panel, PatientPanel)
    return panel.patient


def row_of(window: MainWindow) -> tuple[str, str]:
    """The patient and the code of the row that is chosen in Today."""
    view = window.study_page.views["today"]
    assert isinstance(view, TodayView)
    row = view.chosen()
    assert row is not None
    return row.patient, row.code


def test_the_menus_are_about_the_row_that_is_chosen(opened: MainWindow, press: Press) -> None:
    page = opened.study_page

    def agree() -> str:
        patient, code = row_of(opened)
        assert (page.patient, page.code or "", panel_of(opened)) == (patient, code, patient)
        return patient

    # The first row is chosen as soon as a study is open, and another one on every other day.
    seen = [agree()]
    for _ in range(3):
        press(Qt.Key.Key_PageDown, held=CONTROL)
        seen.append(agree())
    assert len(set(seen)) > 1
    press(Qt.Key.Key_T, held=CONTROL)
    agree()
    # Who is found is shown; where the list has no row of that patient, no other one is chosen in it.
    view = page.views["today"]
    assert isinstance(view, TodayView)
    due = {row.patient for row in view.model.rows}
    other = next(line.code for line in opened.session.patients() if line.code not in due)
    press(Qt.Key.Key_K, held=CONTROL)
    press(other, Qt.Key.Key_Return)
    for _ in range(2):
        assert (page.patient, panel_of(opened), view.chosen()) == (other, other, None)
        assert not any(button.isVisible() for button in view.buttons.values())
        opened.session.execute("P001", AddNote("a note"))
    # The list says who it is about as soon as it has the keys again.
    press(Qt.Key.Key_F6, held=SHIFT)
    assert QApplication.focusWidget() is page.views["today"].focusProxy()
    agree()


def test_who_works_in_the_panel_stays_with_its_patient(opened: MainWindow, press: Press) -> None:
    page, view = opened.study_page, opened.study_page.views["today"]
    assert isinstance(view, TodayView)
    fixes = [row for row in view.model.rows if row.section is Section.ATTENTION and row.cycle and row.open]
    patient, cycle = fixes[-1].patient, fixes[-1].cycle
    assert cycle is not None
    press(Qt.Key.Key_K, held=CONTROL)
    press(patient, Qt.Key.Key_Return)
    opened.session.execute(patient, OmitCycle(cycle), Answers(reason="no train"))
    assert patient not in {row.patient for row in view.model.rows if row.section is Section.ATTENTION}
    assert (page.patient, panel_of(opened)) == (patient, patient)
    row = view.chosen()
    assert row is None or row.patient == patient
    press(Qt.Key.Key_F6, held=SHIFT)
    assert row_of(opened)[0] == page.patient == panel_of(opened)


def test_the_menu_records_the_injection_of_the_row(opened: MainWindow, press: Press) -> None:
    view = opened.study_page.views["today"]
    assert isinstance(view, TodayView)
    page = opened.study_page

    def injections() -> list[int]:
        return [n for n, row in enumerate(view.model.rows) if row.slot is not None and row.open]

    due = injections()
    while not due:
        press(Qt.Key.Key_PageUp, held=CONTROL)
        due = injections()
    for number in due:
        row = view.model.rows[number]
        view.table.setCurrentIndex(view.model.index(number, 0))
        assert (page.patient, page.code, page.slot) == (row.patient, row.code, row.slot)
        trigger(opened, "record")
        dialog = dialog_of(opened)
        assert isinstance(dialog, RecordDialog)
        assert [block.injection.time for block in dialog.blocks if block.wanted()] == [row.slot]
        press(Qt.Key.Key_Escape)


def test_a_day_that_is_typed_in_today_is_the_day_of_the_window(opened: MainWindow, press: Press) -> None:
    page, view = opened.study_page, opened.study_page.views["today"]
    assert isinstance(view, TodayView)
    wanted = opened.session.today + timedelta(days=40)
    view.days.picker.edit.setFocus()
    view.days.picker.edit.selectAll()
    press(wanted.isoformat(), Qt.Key.Key_Return)
    assert (view.first, page.day) == (wanted, wanted)
    assert page.calendar.selectedDate().toPython() == wanted
    assert page.period.text() == f"{wanted:%B %Y}"
    press(Qt.Key.Key_P, held=CONTROL)
    dialog = dialog_of(opened)
    assert isinstance(dialog, PrintDialog)
    assert dialog.choices.week.day() == wanted
    press(Qt.Key.Key_Escape)
    # Another view and back: the day stays.
    press(Qt.Key.Key_4, held=CONTROL)
    press(Qt.Key.Key_1, held=CONTROL)
    assert view.first == wanted


def test_the_keys_go_on_where_nothing_is_due(opened: MainWindow, press: Press) -> None:
    page, view = opened.study_page, opened.study_page.views["today"]
    assert isinstance(view, TodayView)
    day = opened.session.today
    while view.model.rows:
        press(Qt.Key.Key_PageDown, held=CONTROL)
        day += timedelta(days=1)
        assert view.first == day
    assert QApplication.focusWidget() is view.empty.button
    press(Qt.Key.Key_K, held=CONTROL)
    press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is view.empty.button
    seen = [QApplication.focusWidget()]
    for _ in range(4):
        press(Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert len(set(seen)) >= 4
    while QApplication.focusWidget() is not view.empty.button:
        press(Qt.Key.Key_F6)
    # On to the next day with something: the list has the keys again.
    press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is view.table
    assert page.day == view.first > day


def test_a_view_that_is_shown_chooses_the_patient_that_was_chosen(opened: MainWindow, press: Press) -> None:
    page = opened.study_page
    while page.patient == opened.session.patients()[0].code:
        press(Qt.Key.Key_Down)
    patient = page.patient
    press(Qt.Key.Key_2, held=CONTROL)
    view = page.views["study_timeline"]
    assert isinstance(view, StudyTimeline)
    row = view.table.row()
    assert row is not None
    assert (row.line.code, page.patient, panel_of(opened)) == (patient, patient, patient)
    assert view.first is not None
    assert view.last is not None
    assert view.first <= opened.session.today <= view.last
    press(Qt.Key.Key_Up)
    assert page.patient != patient
    press(Qt.Key.Key_1, held=CONTROL)
    assert row_of(opened)[0] == page.patient == panel_of(opened)
