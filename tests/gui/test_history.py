"""The History view: what it says of an entry, its filter, and undoing an entry with a reason."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from il2scheduler.commands.values import AddNote, Enrol, MoveCycle, PastCap
from il2scheduler.gui.dialogs.undo_entry import UndoEntryDialog
from il2scheduler.gui.history import HistoryView
from il2scheduler.gui.history_model import PORTION, Column, HistoryModel, Wanted
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.study import Answers, completing


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def history(opened: MainWindow) -> HistoryView:
    opened.show_view("history")
    view = opened.study_page.views["history"]
    assert isinstance(view, HistoryView)
    return view


def choose(view: HistoryView, number: int) -> None:
    row = view.model.row_of(number)
    assert row is not None
    view.table.setCurrentIndex(view.model.index(row, Column.WHAT))


def find(view: HistoryView, said: str) -> int:
    for row in range(view.model.rowCount()):
        entry = view.model.entry(row)
        if entry is not None and said in str(view.model.index(row, Column.WHAT).data()):
            return entry.number
    raise AssertionError(said)


def test_the_newest_first_and_every_entry(history: HistoryView, opened: MainWindow) -> None:
    last = opened.session.study.store.last_entry()
    assert history.model.rowCount() == last
    first = history.model.entry(0)
    assert first is not None
    assert first.number == last
    said = str(history.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert said.startswith(f"Entry {last}, ")


def test_an_entry_in_full(history: HistoryView) -> None:
    choose(history, find(history, "was moved to"))
    lines = history.detail.said.splitlines()
    assert lines[0].startswith("Entry ")
    assert any(line.startswith("Reason: ") for line in lines)
    assert any(" becomes " in line for line in lines)


def test_filters(history: HistoryView, opened: MainWindow) -> None:
    whole = history.model.rowCount()
    history.show_patient("P001")
    assert 0 < history.model.rowCount() < whole
    history.kind.choose("recorded")
    history.refresh()
    kinds = {str(history.model.index(r, Column.WHAT).data()) for r in range(history.model.rowCount())}
    assert all(text.startswith("P001: ") for text in kinds)
    history.who.choose("B. Leroy")
    history.refresh()
    history.first_day.edit.setText("2100-01-01")
    history.first_day.committed.emit()
    assert history.model.rowCount() == 0
    assert history.empty.isVisible()
    click(history.clear)
    assert history.model.rowCount() == whole


def test_undo_from_here_with_a_reason(history: HistoryView, opened: MainWindow) -> None:
    number = find(history, "was moved to")
    choose(history, number)
    click(history.undo)
    dialog = opened.dialog
    assert isinstance(dialog, UndoEntryDialog)
    assert not dialog.act.isEnabled()
    dialog.reason.setText("entered by mistake")
    click(dialog.act)
    store = opened.session.study.store
    undo = store.entry(store.last_entry())
    assert (undo.reverts, undo.reason) == (number, "entered by mistake")
    choose(history, number)
    assert f"It was undone by entry {undo.number}." in history.detail.said
    assert not history.undo.isEnabled()


def test_undo_by_keyboard(history: HistoryView, opened: MainWindow, qtbot: QtBot) -> None:
    choose(history, find(history, "was moved to"))
    history.table.setFocus()
    QTest.keyClick(history.table, Qt.Key.Key_Delete)
    dialog = opened.dialog
    assert isinstance(dialog, UndoEntryDialog)
    last = opened.session.study.store.last_entry()
    QTest.keyClicks(dialog.reason, "wrong patient")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened.session.study.store.last_entry() == last + 1)


def test_an_entry_that_others_stand_on_says_which(history: HistoryView, opened: MainWindow) -> None:
    number = find(history, "P001 was enrolled")
    choose(history, number)
    click(history.undo)
    dialog = opened.dialog
    assert isinstance(dialog, UndoEntryDialog)
    dialog.reason.setText("why not")
    assert not dialog.act.isEnabled()
    assert dialog.said.said
    dialog.reject()


def test_an_entry_tells_what_the_terminal_tells(history: HistoryView, opened: MainWindow) -> None:
    past_cap = Answers("fever", past_cap=PastCap.KEEP)
    assert opened.session.execute("P002", MoveCycle(8, days=7), past_cap) is not None
    assert "Cycle 8: the start past the cap was accepted" in history.detail.said
    assert "(+7 days)" in history.detail.said


def test_a_version_is_undone_whole_by_its_entry(history: HistoryView, opened: MainWindow) -> None:
    study = opened.session.study
    typed = (completing.Typed("visits.W64.window", "-7/+14", "p. 41"),)
    code = study.state("P001").schedule.protocol.code
    made = completing.commit(study, completing.preview(study, code, typed, Answers()))
    history.refresh()
    choose(history, made[0].number)
    click(history.undo)
    dialog = opened.dialog
    assert isinstance(dialog, UndoEntryDialog)
    assert dialog.said.said.startswith("For the patients: P001")
    dialog.reason.setText("wrong page")
    click(dialog.act)
    assert {history.model.undone_by(entry) is None for entry in made} == {False}
    assert opened.session.undo(made[0].number, "again") is None
    assert opened.session.redo() is not None
    history.refresh()
    assert {history.model.undone_by(entry) for entry in made} == {None}


def test_who_is_not_enrolled_any_more_is_still_named(history: HistoryView, opened: MainWindow) -> None:
    session = opened.session
    protocol = session.study.state("P001").enrolled.protocol
    assert session.execute("P977", Enrol("P977", protocol, "il2", None), Answers()) is not None
    undone = session.undo()
    assert undone is not None
    history.refresh()
    choose(history, undone.number)
    assert "P977" in str(history.model.index(0, Column.WHAT).data())
    assert not history.show_patient_button.isEnabled()
    history.patient.choose(undone.patient)
    history.refresh()
    assert history.patient.currentText() == "P977, enrolment undone"
    assert history.model.rowCount() == 2


def test_the_first_entry_stays(history: HistoryView) -> None:
    choose(history, 1)
    assert not history.undo.isEnabled()


def test_the_model_keeps_the_rules_and_reads_in_portions(opened: MainWindow) -> None:
    session = opened.session
    for number in range(PORTION):
        assert session.execute("P001", AddNote(f"note {number}"), Answers()) is not None
    model = HistoryModel(session)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(Wanted())
    assert model.rowCount() >= PORTION
    while model.canFetchMore():
        model.fetchMore()
    numbers = [entry.number for row in range(model.rowCount()) if (entry := model.entry(row)) is not None]
    assert numbers == list(range(session.study.store.last_entry(), 0, -1))
    model.show(Wanted(who="C. Petit"))
    assert model.whole
    assert model.rowCount() > 0
    tester.deleteLater()
