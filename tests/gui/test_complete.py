"""Complete the protocol: fields in words, a value and its page by keys alone, a preview, saved for all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.dialogs.complete import CompleteDialog
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.study_session import StudySession
from il2scheduler.protocol import Provenance
from il2scheduler.study import Answers, Study, completing
from il2scheduler.study.completing import Typed
from tests.gui import studies

Made = Callable[[], CompleteDialog]


@pytest.fixture
def dialog(qtbot: QtBot, session: StudySession) -> CompleteDialog:
    return shown(qtbot, CompleteDialog(session))


def shown(qtbot: QtBot, made: CompleteDialog) -> CompleteDialog:
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    QApplication.processEvents()
    return made


def choose(dialog: CompleteDialog, path: str) -> None:
    row = next(i for i, field in enumerate(dialog.model.fields) if field.path == path)
    dialog.list.setCurrentIndex(dialog.model.index(row, 0))


def enter(dialog: CompleteDialog, path: str, value: str, page: str = "version 3.0, p. 41") -> None:
    choose(dialog, path)
    dialog.value.setText(value)
    dialog.page.setText(page)


def said(dialog: CompleteDialog) -> str:
    QApplication.processEvents()
    dialog.refresh()
    return dialog.said.text()


def changes(dialog: CompleteDialog) -> list[str]:
    model = dialog.table.model()
    return [
        " | ".join(str(model.index(row, column).data()) for column in range(3))
        for row in range(model.rowCount())
    ]


def test_every_open_field_is_said_in_words_with_what_holds_now(dialog: CompleteDialog) -> None:
    rows = [dialog.model.cells(row) for row in range(dialog.model.rowCount())]
    assert ("Minimum interval between cycles", "assumed", "") in rows
    assert ("Clock times of the injections", "08:00, 20:00 (assumed)", "") in rows
    assert ("Every visit: window", "unknown", "") in rows
    assert ("Study week 24: window", "unknown", "") in rows
    assert not [row for row in rows if "." in row[0] or "_" in row[0]]
    choose(dialog, "cycles.course.minimum_gap")
    assert "the nominal interval is used" in dialog.about.text()
    assert "a whole number, such as 28" in dialog.about.text()
    assert (dialog.as_assumed.isEnabled(), dialog.none.isEnabled()) == (True, False)


def test_a_nurse_completes_two_fields_by_keys_alone(
    qtbot: QtBot, dialog: CompleteDialog, session: StudySession
) -> None:
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.list.hasFocus()

    def press(*keys: Qt.Key | str) -> None:
        for key in keys:
            focus = QApplication.focusWidget()
            assert focus is not None
            if isinstance(key, str):
                QTest.keyClicks(focus, key)
            else:
                QTest.keyClick(focus, key)

    while dialog.field is None or dialog.field.path != "visits.*.window":
        press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return, "-7/+14")
    assert "version and page" in said(dialog)
    while not dialog.page.hasFocus():
        press(Qt.Key.Key_Tab)
    press("v3 p. 41", Qt.Key.Key_Return)
    assert dialog.value.hasFocus()
    field = dialog.field
    assert field is not None
    assert field.path == "visits.W0.window"
    press("-0/+0")
    while not dialog.page.hasFocus():
        press(Qt.Key.Key_Tab)
    press("v3 p. 12")
    qtbot.waitUntil(dialog.act.isEnabled)
    assert "5 patients get these values" in dialog.said.text()
    assert "P003: Study week 24, window | \u2013 | \u22127/+14 days" in changes(dialog)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.result() == QDialog.DialogCode.Accepted
    visits = {v.code: v for v in session.state("P003").schedule.visits()}
    window = visits["W24"].window
    assert window is not None
    assert [str(day) for day in window] == ["2026-06-15", "2026-07-06"]
    assert visits["W24"].site_window


def test_saving_makes_one_batch_a_backup_and_no_assumption_is_left_of_it(
    qtbot: QtBot, dialog: CompleteDialog, session: StudySession
) -> None:
    recorded = [a for a in session.state("P001").schedule.appointments if a.recorded]
    before = session.study.store.last_entry()
    enter(dialog, "cycles.course.minimum_gap", "28", "p. 22")
    choose(dialog, "visits.W24.before_first_injection")
    dialog.choice.choose("yes")
    dialog.choice.activated.emit(1)
    dialog.page.setText("p. 23")
    qtbot.waitUntil(dialog.act.isEnabled)
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted
    entries = session.study.store.entries(first=before + 1)
    assert len(entries) == 1 + 5
    assert {entry.batch for entry in entries} == {entries[0].batch}
    assert {entry.reason for entry in entries} == {"p. 22; p. 23"}
    schedule = session.state("P001").schedule
    assert [a for a in schedule.appointments if a.recorded] == recorded
    settled = {e.field for e in schedule.protocol.provenance if e.status is Provenance.SITE}
    assert settled == {"cycles.course.minimum_gap", "visits.W24.before_first_injection"}
    path = session.path
    assert path is not None
    assert len(list((path.parent / f"{path.stem} backups").glob("*.il2"))) == 1


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (
            "visits.W52.window",
            "seven",
            "Study week 52 (primary end point): window: found 'seven', expected days",
        ),
        ("cycles.course.minimum_gap", "42", "cycle 2 starts 28 days after the one before"),
        ("cycles.course.levels_iu", "4500", "million international units, such as 4.5, 3"),
        ("cycles.course.product", "a\u202eb", "invisible character U+202E"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_can_be_saved(
    dialog: CompleteDialog, path: str, value: str, sentence: str
) -> None:
    enter(dialog, path, value)
    assert sentence in said(dialog)
    assert not dialog.act.isEnabled()
    assert not dialog.protocol.isEnabled()
    dialog.value.clear()
    assert dialog.protocol.isEnabled()
    assert said(dialog) == ""


def test_what_was_typed_is_said_back_as_it_was_understood(dialog: CompleteDialog) -> None:
    enter(dialog, "cycles.course.levels_iu", "4,5; 3", "p. 9")
    row = next(i for i, field in enumerate(dialog.model.fields) if field.path == "cycles.course.levels_iu")
    read = dialog.model.cells(row)[2].replace("\u00a0", " ")
    assert read == "4.5 million international units, 3 million international units (p. 9)"
    choose(dialog, "cycles.course.missed_dose")
    QTest.mouseClick(dialog.none, Qt.MouseButton.LeftButton)
    assert dialog.value.text() == "none"


def test_a_choice_past_the_cap_is_asked_for(qtbot: QtBot, session: StudySession) -> None:
    """A longer interval between cycles would start the last one of somebody past study week 42."""
    from datetime import date

    from il2scheduler.commands.values import MoveCycle

    study = session.study
    gap = [Typed("cycles.course.minimum_gap", "21", "p. 9")]
    completing.commit(study, completing.preview(study, None, gap, Answers()))
    study.execute("P002", MoveCycle(3, to=date(2026, 4, 13)), Answers(reason="fever"))
    dialog = shown(qtbot, CompleteDialog(session))
    choose(dialog, "cycles.course.rule")
    dialog.choice.choose("floating")
    dialog.choice.activated.emit(0)
    dialog.page.setText("p. 9")
    qtbot.waitUntil(dialog.cap.isVisible)
    assert not dialog.act.isEnabled()
    assert "P002: Cycle 8" in dialog.said.text()
    dialog.omit_past_cap.setChecked(True)
    qtbot.waitUntil(dialog.act.isEnabled)


def test_another_window_was_faster(qtbot: QtBot, dialog: CompleteDialog, session: StudySession) -> None:
    from il2scheduler.commands.values import AddNote

    enter(dialog, "visits.*.window", "±7")
    qtbot.waitUntil(dialog.act.isEnabled)
    path = session.path
    assert path is not None
    with Study.open(path, who="B. Durand", clock=studies.clock) as other:
        other.execute("P001", AddNote("meanwhile"))
    before = session.study.store.last_entry()
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert dialog.result() != QDialog.DialogCode.Accepted
    assert "Meanwhile B. Durand: P001: Note: meanwhile" in dialog.said.text()
    assert session.study.store.last_entry() == before
    # It is looked at anew, and can be saved then.
    qtbot.waitUntil(dialog.act.isEnabled)
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_every_widget_has_a_name_and_the_model_is_sound(dialog: CompleteDialog) -> None:
    QAbstractItemModelTester(dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for widget in (dialog.list, dialog.value, dialog.choice, dialog.page, dialog.protocol, dialog.act):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget
    index = dialog.model.index(0, 0)
    assert "yes (assumed)" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))


@pytest.mark.parametrize("speech", ["en", "fr"])
def test_in_large_text_it_fits_the_screen_and_the_field_stays_in_sight(
    qapp: QApplication, qtbot: QtBot, session: StudySession, speech: str
) -> None:
    studies.dress(qapp, percent=200, speech=speech)
    dialog = shown(qtbot, CompleteDialog(session))
    room = dialog.screen().availableGeometry()
    dialog.value.setFocus()
    enter(dialog, "visits.*.window", "-7/+14")
    qtbot.waitUntil(dialog.act.isEnabled)
    QApplication.processEvents()
    assert dialog.height() <= room.height()
    assert dialog.act.visibleRegion().boundingRect().height() == dialog.act.height()
    assert not dialog.value.visibleRegion().isEmpty()


def test_it_is_in_the_menu_and_undone_from_the_foot(opened: MainWindow, qtbot: QtBot) -> None:
    from il2scheduler.gui import tasks

    tasks.ask(opened, Ask(What.COMPLETE))
    dialog = opened.dialog
    assert isinstance(dialog, CompleteDialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    patients = {line.code: line.protocol for line in opened.session.patients()}
    enter(dialog, "visits.*.window", "-7/+14")
    qtbot.waitUntil(dialog.act.isEnabled)
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    changed = {line.code: line.protocol for line in opened.session.patients()}
    assert {code for code, number in changed.items() if patients[code] != number}
    tasks.undo(opened)
    assert {line.code: line.protocol for line in opened.session.patients()} == patients
    tasks.redo(opened)
    assert {line.code: line.protocol for line in opened.session.patients()} == changed
