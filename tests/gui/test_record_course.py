"""A returned diary typed into the grid by keyboard, and saved as one entry."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from il2scheduler.appointment import NotGiven, Status
from il2scheduler.commands.values import CourseException, CourseInjection, GiveCourse
from il2scheduler.gui.dialogs.course_model import GIVEN, UNTOLD, Column, CourseModel
from il2scheduler.gui.dialogs.record_course import RecordCourseDialog
from il2scheduler.gui.study_session import StudySession
from il2scheduler.i18n import words
from il2scheduler.refusal import Refusal
from il2scheduler.wording import entry_sentence
from tests.gui import studies
from tests.gui.studies import EVENING, MORNING, TODAY
from tests.gui.test_record import injection, opened, press
from tests.gui.test_today import nameless

NOW = datetime.combine(TODAY, time(11, 30))
"""What the clock of these studies says at the site."""


@pytest.fixture
def dialog(qtbot: QtBot, session: StudySession) -> RecordCourseDialog:
    return opened(qtbot, RecordCourseDialog(session, "P002", 2))


def shown(dialog: RecordCourseDialog, row: int) -> list[str]:
    return [str(dialog.model.index(row, column).data()) for column in Column]


def put(dialog: RecordCourseDialog, row: int, column: Column, text: str) -> None:
    dialog.model.setData(dialog.model.index(row, column), text)


def test_ten_rows_begin_as_planned(dialog: RecordCourseDialog) -> None:
    assert dialog.model.rowCount() == 10
    assert shown(dialog, 0) == [
        "Day 1, Mon 23-Feb",
        "08:00, day hospital",
        "✓ given",
        "08:00",
        "4.5",
        "",
        "A. Martin",
        "",
        "",
    ]
    assert shown(dialog, 9)[Column.BY] == "patient"
    assert dialog.act.isEnabled()


def test_a_diary_typed_by_keyboard_alone(
    qtbot: QtBot, session: StudySession, dialog: RecordCourseDialog
) -> None:
    last = session.study.store.last_entry()
    qtbot.waitUntil(dialog.grid.hasFocus)
    down = (Qt.Key.Key_Down,)
    press(*down, "r", *down, *down, "v")
    assert [line.result for line in dialog.model.lines[:4]] == [GIVEN, "R", GIVEN, "V"]
    for _ in range(Column.SITE - Column.RESULT):
        press(Qt.Key.Key_Right)
    dialog.grid.setCurrentIndex(dialog.model.index(0, Column.TIME))
    press("8")
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    assert editor.accessibleName() == "Time"
    QTest.keyClicks(editor, "h20")
    press(Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: dialog.model.lines[0].texts[Column.TIME] == "8h20")
    press(Qt.Key.Key_Escape)
    dialog.grid.setFocus()
    QTest.keyClick(dialog.grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert session.study.store.last_entry() == last + 1
    told = injection(session, "C2D1", MORNING, "P002")
    assert told.given_at == datetime.combine(date(2026, 2, 23), time(8, 20))
    assert injection(session, "C2D1", EVENING, "P002").not_given is NotGiven.REFUSED
    assert injection(session, "C2D2", EVENING, "P002").not_given is NotGiven.UNWELL
    assert session.state("P002").schedule.cycle_status(2) is Status.GIVEN_IN_PART


def test_enter_goes_down_and_at_last_to_the_button(qtbot: QtBot, dialog: RecordCourseDialog) -> None:
    qtbot.waitUntil(dialog.grid.hasFocus)
    for row in range(1, 10):
        press(Qt.Key.Key_Return)
        assert dialog.grid.currentIndex().row() == row
    press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is dialog.act
    assert dialog.isVisible()


def test_what_is_not_told_stays_planned(
    qtbot: QtBot, session: StudySession, dialog: RecordCourseDialog
) -> None:
    QTest.mouseClick(dialog.none_told, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.said.said.startswith("Nothing is told yet"))
    assert not dialog.act.isEnabled()
    put(dialog, 0, Column.RESULT, GIVEN)
    put(dialog, 1, Column.RESULT, "A")
    qtbot.waitUntil(dialog.act.isEnabled)
    dialog.act.click()
    course = session.state("P002").schedule.course(2)
    assert [day.status for day in course[:2]] == [Status.GIVEN_IN_PART, Status.PLANNED]
    entry = session.study.store.entry(session.study.store.last_entry())
    assert entry_sentence(words("en"), entry.command) == (
        "Cycle 2 was recorded in part; given: day 1 08:00; not given: day 1 20:00 A."
    )


def test_the_entry_tells_only_what_differs(dialog: RecordCourseDialog) -> None:
    dialog.by.setEditText("home nurse")
    dialog.batch.setEditText("B9")
    put(dialog, 3, Column.TIME, "0030")
    put(dialog, 4, Column.SITE, "thigh, left")
    put(dialog, 5, Column.RESULT, "H")
    put(dialog, 5, Column.NOTE, "fever")
    assert dialog.command() == GiveCourse(
        2,
        (CourseException(3, EVENING, NotGiven.WITHHELD, "fever"),),
        "B9",
        "home nurse",
        (
            CourseInjection(2, EVENING, datetime.combine(date(2026, 2, 25), time(0, 30))),
            CourseInjection(3, MORNING, site="thigh, left"),
        ),
    )


def test_what_cannot_be_read_has_a_sign_and_a_sentence(qtbot: QtBot, dialog: RecordCourseDialog) -> None:
    put(dialog, 2, Column.DOSE, "18,000")
    assert shown(dialog, 2)[Column.DOSE] == "! 18,000"
    qtbot.waitUntil(lambda: dialog.said.said.startswith("Day 2, 08:00: 18,000 can be read as two doses"))
    assert not dialog.act.isEnabled()
    put(dialog, 2, Column.DOSE, "4,5")
    put(dialog, 3, Column.TIME, "25:00")
    qtbot.waitUntil(lambda: dialog.said.said.startswith("Day 2, 20:00: Type the time"))
    put(dialog, 3, Column.RESULT, "A")
    qtbot.waitUntil(dialog.act.isEnabled)


def test_the_dose_is_said_back_with_the_previous_site(dialog: RecordCourseDialog) -> None:
    put(dialog, 0, Column.SITE, "arm, left")
    put(dialog, 1, Column.DOSE, "2.25")
    dialog.grid.setCurrentIndex(dialog.model.index(1, Column.DOSE))
    assert dialog.echo.said == (
        "Day 1, 20:00; 2.25\u00a0million international units; "
        "previous site: arm, left (Mon 23-Feb-2026 08:00)"
    )


def test_another_dose_needs_a_reason(qtbot: QtBot, dialog: RecordCourseDialog) -> None:
    put(dialog, 1, Column.DOSE, "2.25")
    qtbot.waitUntil(lambda: dialog.reason.placeholderText() == "required")
    assert not dialog.act.isEnabled()


def test_results_and_sites_are_picked_by_mouse(dialog: RecordCourseDialog) -> None:
    grid, view = dialog.grid, dialog.grid.viewport()
    for column in (Column.SITE, Column.RESULT):
        at = grid.visualRect(dialog.model.index(1, column)).center()
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QComboBox)
        assert editor.accessibleName() == dialog.model.headerData(column, Qt.Orientation.Horizontal)
        editor.setCurrentIndex(1)
        grid.setCurrentIndex(dialog.model.index(5, column))
        grid.setFocus()
        expected = "right side of the abdomen" if column is Column.SITE else "× A, absent"
        assert shown(dialog, 1)[column] == expected


def test_what_is_to_come_is_not_told(qtbot: QtBot, session: StudySession) -> None:
    """At half past eleven of its last day the evening stays planned, whatever button is pressed."""
    model = CourseModel(session.state("P001").schedule, 3, "A. Martin", NOW)
    assert [(line.due.code, line.injection.time, line.result) for line in model.lines] == [
        ("C3D5", MORNING, GIVEN),
        ("C3D5", EVENING, UNTOLD),
    ]
    model.set_all(Column.RESULT, UNTOLD)
    model.set_all(Column.RESULT, GIVEN)
    assert [line.result for line in model.lines] == [GIVEN, UNTOLD]
    late = CourseModel(session.state("P001").schedule, 3, "A. Martin", datetime.combine(TODAY, EVENING))
    assert {line.result for line in late.lines} == {GIVEN}
    early = CourseModel(session.state("P001").schedule, 4, "A. Martin", NOW)
    assert {line.result for line in early.lines} == {UNTOLD}


def test_a_recorded_course_is_not_recorded_again(session: StudySession, qapp: QApplication) -> None:
    with pytest.raises(Refusal, match="course-recorded"):
        RecordCourseDialog(session, "P001", 1)


def test_the_model_keeps_the_rules(qtbot: QtBot, session: StudySession) -> None:
    model = CourseModel(session.state("P002").schedule, 2, "A. Martin", NOW)
    checked = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for row in range(model.rowCount()):
        for column in Column:
            for role in (0, 2, 3, 8, 9, 11):
                model.index(row, column).data(role)
    assert not model.setData(model.index(0, Column.RESULT), "X")
    said = model.index(0, Column.DOSE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Day 1, 08:00, Dose, in millions: 4.5\u00a0million international units"
    checked.deleteLater()


@pytest.mark.parametrize("speech", ["en", "fr"])
def test_it_is_named_and_fits_a_screen(
    qtbot: QtBot, session: StudySession, qapp: QApplication, speech: str
) -> None:
    studies.dress(qapp, percent=200, speech=speech)
    dialog = opened(qtbot, RecordCourseDialog(session, "P002", 2))
    assert nameless(dialog) == []
    assert dialog.minimumSizeHint().width() <= 1280
    assert dialog.minimumSizeHint().height() <= 720
