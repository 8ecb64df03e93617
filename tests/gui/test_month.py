"""The month over a real study: days and appointments by keys and mouse, moves with live preview."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from il2scheduler.commands.values import MoveCycle, MoveVisit
from il2scheduler.gui import month_model
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.dragging import Verdict
from il2scheduler.gui.month import MonthView
from il2scheduler.gui.study_session import Filter, StudySession
from il2scheduler.study import Answers, Preview
from tests.gui.study_views import TODAY, Calls, demonstration, dress, many, seen

CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
W24 = date(2026, 4, 7)


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[StudySession]:
    dress(qapp)
    made = demonstration(tmp_path / "demo.il2")
    yield made
    made.close()


@pytest.fixture
def asked() -> list[Ask]:
    return []


@pytest.fixture
def view(qtbot: QtBot, session: StudySession, asked: list[Ask]) -> MonthView:
    made = MonthView(session)
    made.asked.connect(asked.append)
    session.changed.connect(made.news)
    seen(qtbot, made)
    qtbot.waitUntil(lambda: not made.reading)
    return made


def keys(view: MonthView, *pressed: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in pressed:
        QTest.keyClick(view.grid, key, held)


def line(view: MonthView, day: date, at: int) -> QPoint:
    """The middle of an appointment's line, in the viewport."""
    grid = view.grid
    rect = grid.visualRect(view.model.index_of(day))
    return grid.page.line_rect(rect, view.model.cell(day), at).center()


def choose(view: MonthView, day: date, patient: str, code: str) -> None:
    view.grid.choose_code(day, patient, code)
    assert view.grid.entry() is not None


def test_model(session: StudySession, view: MonthView) -> None:
    QAbstractItemModelTester(view.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view.go_to(date(2026, 5, 20))
    session.execute("P003", MoveVisit("W24", to=date(2026, 4, 9)), Answers(reason="asked for it"))


def test_days_say_what_stands_on_them(view: MonthView) -> None:
    assert (view.first, view.last) == (date(2026, 4, 1), date(2026, 4, 30))
    assert view.grid.day() == TODAY
    cell = view.model.cell(W24)
    assert cell.entries[0].text == "P003 study week 24"
    assert cell.places == "3/3 injections, 1/4 visits"
    index = view.model.index_of(W24)
    said = str(view.model.data(index, Qt.ItemDataRole.AccessibleTextRole))
    assert said.startswith("Tue 07-Apr-2026, 3/3 injections, 1/4 visits\nP003, study week 24, planned")
    assert view.model.cell(date(2026, 4, 6)).name == "Easter Monday"
    late = {entry.text: entry.sign for entry in view.model.cell(date(2026, 3, 30)).entries}
    assert late["P012 study week 37"] == "!"
    assert late["P001 cycle 3 day 1"] == "✓"


def test_keys_go_between_days_appointments_and_months(
    qtbot: QtBot, view: MonthView, asked: list[Ask]
) -> None:
    keys(view, Key.Key_Down, Key.Key_Left)
    assert view.grid.day() == W24
    keys(view, Key.Key_Tab)
    assert asked[-1] == Ask(What.SHOW, "P003", "W24", W24)
    keys(view, Key.Key_Return)
    assert asked[-1] == Ask(What.SHOW, "P003", "W24", W24)
    keys(view, *[Key.Key_Down] * 4)
    assert view.grid.day() == date(2026, 5, 5)
    assert view.first == date(2026, 5, 1)
    qtbot.waitUntil(lambda: not view.reading)
    view.go_to(None)
    qtbot.waitUntil(lambda: not view.reading)
    keys(view, Key.Key_Tab)
    keys(view, Key.Key_Return)
    entry = view.grid.entry()
    assert entry is not None
    assert asked[-1] == Ask(What.RECORD, entry.patient, entry.due.code)
    keys(view, *[Key.Key_Tab] * len(view.model.cell(TODAY).entries))
    assert QApplication.focusWidget() is not view.grid or view.grid.at is None


def test_carrying_by_keys_previews_what_would_be_committed(
    session: StudySession, view: MonthView, asked: list[Ask]
) -> None:
    choose(view, date(2026, 4, 8), "P005", "C4D3")
    keys(view, Key.Key_Down, Key.Key_Right, held=CTRL)
    held = view.grid.drag
    assert held is not None
    assert held.to == date(2026, 4, 14)
    preview, known = held.outcome().preview, session.preview("P005", MoveCycle(4, to=date(2026, 4, 14)))
    assert preview is not None
    assert isinstance(known, Preview)
    assert preview.decision == known.decision
    keys(view, Key.Key_Return)
    assert asked[-1] == Ask(What.DELAY, "P005", "C4", date(2026, 4, 14))
    keys(view, Key.Key_Left, held=CTRL)
    keys(view, Key.Key_Escape)
    assert view.grid.drag is None
    assert asked[-1].to == date(2026, 4, 14)


def test_a_visit_is_dragged_to_another_day(qtbot: QtBot, view: MonthView, asked: list[Ask]) -> None:
    port = view.grid.viewport()
    start, end = line(view, W24, 0), line(view, date(2026, 4, 16), 0)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for at in (start + QPoint(12, 4), end):
        QTest.mouseMove(port, at)
    held = view.grid.drag
    assert held is not None
    qtbot.waitUntil(lambda: not held.looking)
    assert held.known(date(2026, 4, 18)) is Verdict.WARNED
    assert held.known(date(2026, 4, 16)) is Verdict.ALLOWED
    view.grab()
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    assert asked[-1] == Ask(What.MOVE, "P003", "W24", date(2026, 4, 16))


def test_what_is_recorded_is_refused_with_the_reason(view: MonthView, asked: list[Ask]) -> None:
    choose(view, date(2026, 3, 30), "P002", "C4D5")
    keys(view, Key.Key_Right, held=CTRL)
    keys(view, Key.Key_Return)
    assert len(view.grid.refused) == 2
    assert not [ask for ask in asked if ask.what is What.DELAY]
    keys(view, Key.Key_Escape)
    assert not view.grid.refused


def test_the_choice_follows_what_moved(qtbot: QtBot, session: StudySession, view: MonthView) -> None:
    choose(view, W24, "P003", "W24")
    session.execute("P003", MoveVisit("W24", to=date(2026, 5, 12)), Answers(reason="asked for it"))
    qtbot.waitUntil(lambda: not view.reading)
    assert view.first == date(2026, 5, 1)
    assert view.grid.day() == date(2026, 5, 12)
    entry = view.grid.entry()
    assert entry is not None
    assert (entry.patient, entry.due.code) == ("P003", "W24")


def test_more_than_fits_is_counted_and_listed(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dress(qapp)
    session = many(tmp_path / "many.il2", 12)
    view, asked = MonthView(session), list[Ask]()
    view.asked.connect(asked.append)
    seen(qtbot, view, (900, 600))
    view.go_to(date(2026, 5, 11))
    qtbot.waitUntil(lambda: not view.reading)
    cell = view.model.cell(date(2026, 5, 11))
    assert len(cell.entries) == 12
    rect = view.grid.visualRect(view.model.index_of(cell.day))
    shown = view.grid.page.lines(rect, cell)
    assert shown < 12
    QTest.mouseClick(view.grid.viewport(), Qt.MouseButton.LeftButton, pos=line(view, cell.day, shown))
    qtbot.waitUntil(view.list.isVisible)
    assert view.list.rows.count() == 12
    QTest.keyClick(view.list.rows, Key.Key_Down)
    QTest.keyClick(view.list.rows, Key.Key_Return)
    assert not view.list.isVisible()
    assert asked[-1] == Ask(What.SHOW, "P0001", "C4D1", cell.day)
    calls = Calls(session, monkeypatch)
    view.grab()
    view.grid.viewport().repaint()
    assert not calls.asked
    session.close()


def test_of_many_only_some_are_read_before_they_are_listed(
    qtbot: QtBot, session: StudySession, view: MonthView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(month_model, "MOST_READ", 2)
    monkeypatch.setattr(month_model.MonthModel._read, "__defaults__", (2,))
    view.refresh()
    qtbot.waitUntil(lambda: not view.reading)
    cell = view.model.cell(W24)
    assert (len(cell.entries), cell.more) == (2, 2)
    assert str(view.model.data(view.model.index_of(W24), Qt.ItemDataRole.AccessibleTextRole)).endswith(
        "And 2 more"
    )
    view.grid.choose(W24)
    view.open_list()
    assert view.list.rows.count() == 4
    view.list.hide()


def test_filter_hides_patients(qtbot: QtBot, session: StudySession, view: MonthView) -> None:
    session.show_only(Filter(hidden_arms=frozenset({"control"})))
    view.refresh()
    qtbot.waitUntil(lambda: not view.reading)
    assert "P003" not in {entry.patient for entry in view.model.cell(W24).entries}


@pytest.mark.parametrize("percent", [100, 200])
def test_french_and_large_text(qtbot: QtBot, qapp: QApplication, view: MonthView, percent: int) -> None:
    dress(qapp, worn="dark", percent=percent, speech="fr")
    view.retranslate()
    qtbot.waitUntil(lambda: not view.reading)
    assert view.model.headerData(0, Qt.Orientation.Horizontal) == "Lundi"
    cell = view.model.cell(W24)
    assert cell.entries[1].text.endswith("cure 1 jour 2")
    assert view.model.cell(date(2026, 4, 6)).name == "Lundi de Pâques"
    view.grab()


def test_closing_the_study_leaves_nothing(session: StudySession, view: MonthView) -> None:
    session.close()
    assert not view.reading
    assert not view.model.cell(W24).entries
    view.grab()
