"""The timeline over a real study: choosing and moving by keys and mouse, and what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from il2scheduler.commands import PatientState
from il2scheduler.commands.values import MoveCycle, MoveVisit
from il2scheduler.gui import language, study_session
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.dragging import Drag, Verdict
from il2scheduler.gui.items import Look
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.study_session import Filter, StudySession
from il2scheduler.gui.study_timeline import StudyTimeline
from il2scheduler.study import Answers, Preview
from tests.gui.study_views import TODAY, Calls, demonstration, dress, many, seen

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


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
def view(qtbot: QtBot, session: StudySession, asked: list[Ask]) -> StudyTimeline:
    made = StudyTimeline(session)
    made.asked.connect(asked.append)
    session.changed.connect(made.news)
    seen(qtbot, made)
    return made


def keys(
    view: StudyTimeline, *pressed: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    for key in pressed:
        QTest.keyClick(view.table, key, held)


def place(view: StudyTimeline, patient: str, code: str, day: date) -> QPoint:
    """The middle of an item's day, in the viewport."""
    table = view.table
    number = table.days.number(patient)
    assert number is not None
    row = table.days.content(number)
    assert row is not None
    item = row.item(code)
    assert item is not None
    mark = item.mark_on(day)
    assert mark is not None
    canvas = table.sight(table.viewport().rect()).canvas(table.rowViewportPosition(number))
    return canvas.cell(item, mark).center()


def held_by(view: StudyTimeline) -> Drag:
    held = view.table.drag
    assert held is not None
    return held


def drag(view: StudyTimeline, start: QPoint, days: int, *, drop: bool = True) -> None:
    port = view.table.viewport()
    end = start + QPoint(days * view.table.sizes.day, 0)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in (1, 2, 3):
        QTest.mouseMove(port, start + (end - start) * step / 3)
    if drop:
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)


def test_model(session: StudySession, view: StudyTimeline) -> None:
    for model in (view.table.days, view.places):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    session.execute("P005", MoveCycle(4, days=7), Answers(reason="fever"))
    session.show_only(Filter(hidden_arms=frozenset({"control"})))
    view.refresh()


def test_begins_at_today_with_its_rows_read(qtbot: QtBot, view: StudyTimeline) -> None:
    qtbot.waitUntil(lambda: not view.table.reading)
    assert view.first is not None
    assert view.last is not None
    assert view.first <= TODAY <= view.last
    assert view.first == TODAY - timedelta(days=7)
    assert not view.table.days.missing(view.table.rows_in_sight())


def test_signs_say_the_state(view: StudyTimeline) -> None:
    days = view.table.days
    marks = {}
    for number in range(days.rowCount()):
        row = days.content(number)
        assert row is not None
        for item in row.items:
            for mark in item.marks:
                marks[row.line.code, mark.code] = mark
    assert marks["P001", "C3D1"].sign == "✓"
    assert marks["P005", "C4D1"].sign == "▲"
    assert marks["P005", "C4D1"].look is Look.ALARM
    assert {"–", "✓", "▲", ""} <= {mark.sign for mark in marks.values()}


def test_every_cell_says_its_sentence(view: StudyTimeline) -> None:
    days = view.table.days
    index = days.index(days.number("P001") or 0, days.column(date(2026, 3, 30)))
    said = str(days.data(index, Qt.ItemDataRole.AccessibleTextRole))
    assert said.startswith("P001, Mon 30-Mar-2026, study week")
    assert "Cycle 3 day 1" in said
    assert "given" in said
    closed = days.index(0, days.column(date(2026, 4, 6)))
    assert "Public holiday (Easter Monday)" in str(days.data(closed, Qt.ItemDataRole.AccessibleTextRole))
    undated = days.index(days.number("P004") or 0, 400)
    assert "start of the optimised regimen" in str(days.data(undated, Qt.ItemDataRole.AccessibleTextRole))
    interface = QAccessible.queryAccessibleInterface(view.table)
    assert interface.text(QAccessible.Text.Name) == "Timeline"
    head = days.headerData(0, Qt.Orientation.Vertical, Qt.ItemDataRole.AccessibleTextRole)
    assert head == "P001, ETOILE, il2, … Cycle 3 day 2, diary awaited"


def test_keys_go_between_items_days_and_patients(view: StudyTimeline, asked: list[Ask]) -> None:
    table = view.table
    assert (table.currentIndex().row(), table.code) == (0, "C3")
    keys(view, Key.Key_Right)
    first = table.code
    assert first != "C3"
    assert asked[-1] == Ask(What.SHOW, "P001", first, table.day())
    keys(view, Key.Key_Left)
    assert (table.code, table.day()) == ("C3", date(2026, 3, 31))
    keys(view, Key.Key_Right, held=SHIFT)
    assert (table.code, table.day()) == ("C3", TODAY)
    keys(view, Key.Key_Down)
    row = table.row()
    assert row is not None
    assert row.line.code == "P002"
    assert table.item() is not None
    keys(view, Key.Key_End)
    assert table.code == row.items[-1].code
    # At the end Tab goes on to the next control: nothing traps it.
    QTest.keyClick(table, Key.Key_Tab)
    assert QApplication.focusWidget() is not table


def test_enter_records_what_is_due_and_shows_the_rest(view: StudyTimeline, asked: list[Ask]) -> None:
    view.show_patient("P001", "C3")
    keys(view, Key.Key_Right, Key.Key_Left)
    keys(view, Key.Key_Return)
    assert asked[-1] == Ask(What.RECORD, "P001", "C3D2")
    view.show_patient("P003", "W24")
    keys(view, Key.Key_Space)
    assert asked[-1] == Ask(What.SHOW, "P003", "W24", date(2026, 4, 7))
    at = place(view, "P001", "C3", TODAY)
    QTest.mouseDClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked[-1].what is What.SHOW
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked[-1] == Ask(What.RECORD, "P001", "C3D3")


def test_carrying_by_keys_previews_what_would_be_committed(
    session: StudySession, view: StudyTimeline, asked: list[Ask]
) -> None:
    view.show_patient("P005", "C4")
    keys(view, *[Key.Key_Right] * 4, held=CTRL)
    drag_now = held_by(view)
    preview = drag_now.outcome().preview
    known = session.preview("P005", MoveCycle(4, to=date(2026, 4, 10)))
    assert preview is not None
    assert isinstance(known, Preview)
    assert preview.decision == known.decision
    moved = {move.code: move.after for move in known.decision.moves()}
    assert {ghost.code: ghost.first for ghost in drag_now.ghosts()} == moved
    assert drag_now.label() == "+4 d, Fri 10-Apr"
    assert "3 more move with it" in drag_now.says()
    keys(view, Key.Key_Return)
    assert asked[-1] == Ask(What.DELAY, "P005", "C4", date(2026, 4, 10))
    assert view.table.drag is None
    assert session.state("P005").schedule.start(4).planned == date(2026, 4, 6)


def test_escape_lets_go(view: StudyTimeline, asked: list[Ask]) -> None:
    view.show_patient("P005", "C4")
    before = list(asked)
    keys(view, Key.Key_Right, Key.Key_Right, held=CTRL)
    keys(view, Key.Key_Escape)
    assert view.table.drag is None
    assert (view.table.code, asked) == ("C4", before)
    start = place(view, "P003", "W24", date(2026, 4, 7))
    drag(view, start, 2, drop=False)
    assert held_by(view).moved
    keys(view, Key.Key_Escape)
    QTest.mouseRelease(view.table.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert not [ask for ask in asked if ask.what is What.MOVE]


def test_a_visit_is_dragged_by_the_mouse(qtbot: QtBot, view: StudyTimeline, asked: list[Ask]) -> None:
    drag(view, place(view, "P003", "W24", date(2026, 4, 7)), 3, drop=False)
    held = held_by(view)
    qtbot.waitUntil(lambda: not held.looking)
    assert held.to == date(2026, 4, 10)
    assert held.known(date(2026, 4, 9)) is Verdict.ALLOWED
    assert held.known(date(2026, 4, 11)) is Verdict.WARNED
    assert held.known(date(2026, 4, 7)) is Verdict.STAYS
    QTest.mouseRelease(view.table.viewport(), Qt.MouseButton.LeftButton)
    assert asked[-1] == Ask(What.MOVE, "P003", "W24", date(2026, 4, 10))


def test_a_cycle_is_grabbed_as_a_block(view: StudyTimeline, asked: list[Ask]) -> None:
    """Held by its third day, it is its first day that goes to the date."""
    drag(view, place(view, "P005", "C4", date(2026, 4, 8)), 1)
    assert asked[-1] == Ask(What.DELAY, "P005", "C4", date(2026, 4, 7))


def test_a_recorded_visit_or_cycle_is_refused_with_the_reason(view: StudyTimeline, asked: list[Ask]) -> None:
    said: list[str] = []
    view.table.said.connect(said.append)
    drag(view, place(view, "P002", "C4", date(2026, 3, 27)), 2)
    assert not [ask for ask in asked if ask.what is What.DELAY]
    assert said[-1].count("\n") == 1
    assert said[-1]
    keys(view, Key.Key_Escape)
    assert not said[-1]


def test_a_gap_that_is_too_short_is_asked_about(view: StudyTimeline, asked: list[Ask]) -> None:
    view.show_patient("P005", "C4")
    keys(view, *[Key.Key_Left] * 21, held=CTRL)
    held = held_by(view)
    assert held.outcome().verdict is Verdict.REFUSED
    keys(view, Key.Key_Return)
    assert asked[-1].what is What.DELAY


def test_the_choice_follows_what_moved(session: StudySession, view: StudyTimeline) -> None:
    view.show_patient("P003", "W24")
    assert (
        session.execute("P003", MoveVisit("W24", to=date(2026, 6, 15)), Answers(reason="holidays"))
        is not None
    )
    assert (view.table.code, view.table.day()) == ("W24", date(2026, 6, 15))
    assert view.first is not None
    assert view.last is not None
    assert view.first <= date(2026, 6, 15) <= view.last


def test_a_click_without_a_move_asks_for_nothing_but_the_patient(
    view: StudyTimeline, asked: list[Ask]
) -> None:
    drag(view, place(view, "P003", "W24", date(2026, 4, 7)), 0)
    assert {ask.what for ask in asked} <= {What.SHOW}
    assert view.table.code == "W24"


def test_the_menu_offers_what_makes_sense(view: StudyTimeline) -> None:
    view.show_patient("P005", "C4")
    whats = [ask.what for ask in view.asks()]
    assert {What.DELAY, What.OMIT, What.DOSE, What.PLACE, What.PROPOSALS, What.SHOW} <= set(whats)
    assert What.RECORD not in whats
    view.show_patient("P001", "C3")
    whats = [ask.what for ask in view.asks()]
    assert {What.RECORD, What.RECORD_COURSE, What.CORRECT, What.WITHHOLD} <= set(whats)
    assert What.DELAY not in whats
    assert len(whats) == len(set(whats))
    view.show_patient("P004")
    assert {ask.what for ask in view.asks()} == {What.ANCHOR, What.SHOW}
    view.table.menu_asked.emit(QPoint(5, 5))
    assert view.menu is not None
    assert [action.text() for action in view.menu.actions()] == ["Type the start date…", "Show the patient"]
    view.menu.close()


def test_places_at_the_foot(qtbot: QtBot, session: StudySession, view: StudyTimeline) -> None:
    column = view.table.days.column(date(2026, 4, 7))
    qtbot.waitUntil(lambda: not view.reading)
    assert view.places.short(0, column) == "3/3"
    assert view.places.sentence(0, column) == "Tue 07-Apr-2026, 3 patients with injections, 3 places"
    assert view.places.sentence(1, column) == "Tue 07-Apr-2026, 1 visit, 4 places"
    session.execute("P003", MoveVisit("W24", to=date(2026, 4, 9)), Answers(reason="asked for it"))
    qtbot.waitUntil(lambda: not view.reading)
    assert view.places.short(1, column) == ""
    assert view.strip.horizontalHeader().offset() == view.table.header.offset()


def test_zoom_keeps_the_middle(view: StudyTimeline) -> None:
    assert view.can_zoom(1)
    assert not view.can_zoom(-1)
    view.narrower.click()
    view.narrower.click()
    assert not view.can_zoom(1)
    assert view.first is not None
    assert view.last is not None
    assert (view.last - view.first).days > 60
    assert view.first <= TODAY <= view.last
    assert view.strip.horizontalHeader().offset() == view.table.header.offset()


def test_filter_and_empty_states_say_why(session: StudySession, view: StudyTimeline) -> None:
    session.show_only(Filter(hidden_arms=frozenset({"il2", "control"})))
    view.refresh()
    assert view.stack.currentIndex() == 1
    assert view.empty.text() == "The filter hides everything."
    session.show_only(Filter())
    view.refresh()
    assert view.stack.currentIndex() == 0


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("worn", ["light", "dark"])
def test_french_and_large_text(qapp: QApplication, view: StudyTimeline, worn: str, percent: int) -> None:
    before = view.table.sizes.row
    dress(qapp, worn=worn, percent=percent, speech="fr")
    view.retranslate()
    QApplication.processEvents()
    assert language.current().language == "fr"
    assert view.table.days.headerData(0, Qt.Orientation.Vertical) == "P001\n… Cure 3 jour 2, carnet attendu"
    assert (view.table.sizes.row > before * 1.5) == (percent == 200)
    assert view.table.rowHeight(0) == view.table.sizes.row
    assert view.table.columnWidth(0) == view.table.sizes.day == view.strip.columnWidth(0)
    view.grab()


def test_only_rows_in_sight_are_read(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dress(qapp)
    session = many(tmp_path / "many.il2", 60)
    calls = Calls(session, monkeypatch)
    view = StudyTimeline(session)
    seen(qtbot, view, (1000, 500))
    qtbot.waitUntil(lambda: not view.reading)
    rows = len(view.table.rows_in_sight())
    assert rows < 12
    assert calls.asked["patient_rows"] == rows
    assert calls.asked["patients"] <= 1
    calls.asked.clear()
    view.grab()
    view.table.viewport().repaint()
    assert not calls.asked
    bar = view.table.verticalScrollBar()
    bar.setValue(bar.value() + 3 * view.table.sizes.row)
    qtbot.waitUntil(lambda: not view.table.reading)
    assert calls.asked["patient_rows"] == 3
    calls.asked.clear()
    view.go_to(TODAY + timedelta(days=60))
    qtbot.waitUntil(lambda: not view.reading)
    assert set(calls.asked) <= {"counts"}
    assert calls.asked["counts"] <= 5
    session.close()


def test_a_view_that_is_not_seen_reads_nothing(
    session: StudySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls(session, monkeypatch)
    view = StudyTimeline(session)
    session.changed.connect(view.news)
    view.refresh()
    assert not calls.asked
    view.deleteLater()


def test_only_the_latest_patients_are_kept_in_memory(
    session: StudySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study_session, "MOST_STATES", 3)
    session.forget()
    codes = [line.code for line in session.patients()]
    asked: list[str] = []
    plain = session.study.state

    def asking(code: str) -> PatientState:
        asked.append(code)
        return plain(code)

    monkeypatch.setattr(session.study, "state", asking)
    first = session.state(codes[0])
    for code in codes[1:4]:
        assert session.state(codes[0]) is first
        session.state(code)
    assert asked == codes[:4]
    # The one that was asked for longest ago was let go.
    session.state(codes[1])
    assert asked == [*codes[:4], codes[1]]


def test_what_a_drag_will_ask_is_counted_before_it(
    session: StudySession, view: StudyTimeline, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A site without limits has nothing to count.
    assert session.study.settings.places_injections is not None
    view.show_patient("P001", "C4")
    assert view.table.ahead.looking
    qtbot.waitUntil(lambda: not view.table.ahead.looking)
    calls = Calls(session, monkeypatch)
    view.table.carry(1)
    assert view.table.drag is not None
    assert calls.asked["counts"] == 0
    view.table.let_go()


def test_the_period_follows_the_days_in_sight(opened: MainWindow) -> None:
    opened.show_view("study_timeline")
    view = opened.study_page.views["study_timeline"]
    assert isinstance(view, StudyTimeline)
    before = opened.study_page.period.text()
    bar = view.table.horizontalScrollBar()
    bar.setValue(bar.value() + 90 * view.table.sizes.day)
    assert opened.study_page.period.text() != before
    first = view.first
    assert first is not None
    opened.study_page.step(1)
    # On from what is in sight, not from the day that was chosen before.
    assert view.first is not None
    assert view.first > first
