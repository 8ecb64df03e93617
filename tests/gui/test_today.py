"""What is due, in its order, with what can be done about it: by mouse and by keyboard alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler.appointment import NotGiven
from il2scheduler.commands import PatientState
from il2scheduler.commands.values import Enrol, Give, GiveCourse, NotGive, RecordVisit
from il2scheduler.gui import theme
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.study_session import Filter, StudySession
from il2scheduler.gui.today import TodayView
from il2scheduler.gui.today_model import Column, TodayModel
from il2scheduler.gui.today_rows import Section, read
from tests.gui import studies
from tests.gui.studies import EVENING, MORNING, TODAY


@pytest.fixture
def view(qtbot: QtBot, session: StudySession) -> TodayView:
    return shown(qtbot, session)


def shown(qtbot: QtBot, session: StudySession) -> TodayView:
    made = TodayView(session)
    session.changed.connect(made.news)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    made.activateWindow()
    made.table.setFocus()
    return made


def texts(view: TodayView, *columns: Column) -> list[list[str]]:
    model = view.model
    return [
        [str(model.index(row, column).data()) for column in columns or Column]
        for row in range(model.rowCount())
    ]


def go(view: TodayView, patient: str, code: str, nth: int = 0) -> None:
    rows = [n for n, row in enumerate(view.model.rows) if (row.patient, row.code) == (patient, code)]
    view.table.setCurrentIndex(view.model.index(rows[nth], Column.WHAT))


def asked_of(view: TodayView) -> list[Ask]:
    heard: list[Ask] = []
    view.asked.connect(heard.append)
    return heard


def acts(view: TodayView) -> set[str]:
    return {name for name, button in view.buttons.items() if not button.isHidden()}


# --- What stands where ---


def test_overdue_on_top_then_the_day_in_its_order_then_attention(view: TodayView) -> None:
    assert view.title.said == "Today, Fri 03-Apr-2026"
    assert [(row.section, row.patient, row.code, row.slot) for row in view.model.rows] == [
        (Section.OVERDUE, "", "", None),
        (Section.OVERDUE, "P002", "C2", None),
        (Section.DAY, "", "", None),
        (Section.DAY, "P005", "W0", None),
        (Section.DAY, "P001", "C3D5", MORNING),
        (Section.DAY, "P001", "C3D5", EVENING),
        (Section.ATTENTION, "", "", None),
        (Section.ATTENTION, "P004", "", None),
        (Section.ATTENTION, "P002", "C3", None),
    ]


def test_a_row_says_it_all_in_words(view: TodayView) -> None:
    rows = texts(view)
    assert rows[0][0] == "Overdue (1)"
    assert rows[1] == [
        "! overdue by 39 days",
        "Mon 23-Feb",
        "P002",
        "Cycle 2: 10 injections",
        "4.5\u00a0million international units each",
        "day hospital, home",
    ]
    assert rows[2][0] == "Today, Fri 03-Apr-2026 (3)"
    assert rows[4] == [
        "○ planned",
        "08:00",
        "P001",
        "Cycle 3 day 5",
        "4.5\u00a0million international units",
        "day hospital",
    ]
    assert rows[3][Column.DOSE] == "no window"
    assert rows[8][Column.WHAT].startswith("Cycle 3 day 1 is on Mon 06-Apr-2026, a public holiday")


def test_the_days_left_in_a_window(qtbot: QtBot, session: StudySession) -> None:
    view = shown(qtbot, session)
    row = view.model.rows[3]
    due = row.due

    def said(earliest: int, latest: int, *, site: bool = False) -> str:
        window = (TODAY + timedelta(days=earliest), TODAY + timedelta(days=latest))
        return view.model.window(replace(row, appointments=(due._replace(window=window, site_window=site),)))

    assert said(-3, 2) == "2 days left in window"
    assert said(-3, 1) == "1 day left in window"
    assert said(-3, 0) == "last day of the window"
    assert said(-3, -1) == "window ended Thu 02-Apr-2026"
    assert said(4, 6) == "window from Tue 07-Apr-2026"
    assert said(-3, 2, site=True) == "2 days left in window (of the site)"


def test_done_items_fade_and_stay(view: TodayView, session: StudySession) -> None:
    assert session.execute("P001", Give(3, 5, MORNING)) is not None
    assert session.execute("P001", NotGive(3, 5, EVENING, NotGiven.WITHHELD)) is not None
    assert [row[0] for row in texts(view, Column.STATE)][4:6] == ["✓ given", "× H, withheld"]
    ink = view.model.index(4, Column.WHAT).data(Qt.ItemDataRole.ForegroundRole)
    assert ink.name() == theme.shades().muted_text


def test_overdue_rows_that_are_recorded_fade_until_another_day_is_looked_at(
    view: TodayView, session: StudySession
) -> None:
    go(view, "P002", "C2")
    overdue = view.model.rows[0].count
    assert session.execute("P002", GiveCourse(2)) is not None
    # In sight, and not counted any more.
    assert view.model.rows[0].count == overdue - 1
    chosen = view.chosen()
    assert chosen is not None
    assert (chosen.patient, chosen.code) == ("P002", "C2")
    assert view.model.state(chosen) == "✓ given"
    view.go_to(TODAY + timedelta(days=1))
    view.go_to(None)
    assert view.model.rows[0].section is Section.DAY


def test_a_day_recorded_in_part_is_overdue_with_what_is_left(qtbot: QtBot, session: StudySession) -> None:
    session.execute("P001", Give(3, 5, MORNING))
    rows = read(session, TODAY, TODAY)
    assert not [row for row in rows if row.section is Section.OVERDUE and row.patient == "P001"]
    session.study._clock = lambda: datetime(2026, 4, 4, 9, tzinfo=UTC)
    rows = read(session, session.today, session.today)
    (left,) = [row for row in rows if row.section is Section.OVERDUE and row.patient == "P001"]
    assert (left.code, left.slot) == ("C3D5", EVENING)


# --- Other days ---


def test_any_other_day_and_any_week(view: TodayView) -> None:
    view.days.span.setCurrentIndex(1)
    assert view.title.said == "Mon 30-Mar-2026 to Sun 05-Apr-2026"
    headings = [row.day for row in view.model.rows if row.heading and row.section is Section.DAY]
    assert headings == [date(2026, 3, 30) + timedelta(days=n) for n in range(5)]
    view.go_to(date(2026, 4, 10))
    assert (view.first, view.last) == (date(2026, 4, 6), date(2026, 4, 12))
    assert view.title.said == "Mon 06-Apr-2026 to Sun 12-Apr-2026"
    assert {row.section for row in view.model.rows} == {Section.DAY}
    view.days.span.setCurrentIndex(0)
    heard = asked_of(view)
    view.days.picker.edit.setFocus()
    view.days.picker.edit.selectAll()
    QTest.keyClicks(view.days.picker.edit, "2026-06-22")
    QTest.keyClick(view.days.picker.edit, Qt.Key.Key_Return)
    assert view.title.said == "Mon 22-Jun-2026"
    # What the menus are about is the row that is chosen there now.
    assert heard == [
        Ask(What.SHOW, "P001", "W24", date(2026, 6, 22)),
        Ask(What.SHOW, to=date(2026, 6, 22)),
    ]
    assert texts(view, Column.PATIENT, Column.WHAT)[1:] == [
        ["P001", "Study week 24, before the first injection"],
        ["P003", "Study week 24"],
        ["P001", "Cycle 5 day 1"],
        ["P001", "Cycle 5 day 1"],
    ]
    view.go_to(None)
    assert view.title.said == "Today, Fri 03-Apr-2026"


# --- Acting ---


def test_space_and_enter_record_the_chosen_row(view: TodayView) -> None:
    heard = asked_of(view)
    go(view, "P001", "C3D5")
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(view.table, key)
    assert [ask for ask in heard if ask.what is not What.SHOW] == [
        Ask(What.RECORD, "P001", "C3D5", slot=MORNING)
    ] * 3


def test_the_keyboard_goes_past_headings(view: TodayView) -> None:
    view.table.setCurrentIndex(view.model.index(1, 0))
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    assert view.table.currentIndex().row() == 3
    QTest.keyClick(view.table, Qt.Key.Key_Up)
    assert view.table.currentIndex().row() == 1


@pytest.mark.parametrize(
    ("patient", "code", "expected"),
    [
        ("P002", "C2", {"record", "delay", "omit"}),
        ("P005", "W0", {"record", "move"}),
        ("P001", "C3D5", {"record", "withhold"}),
        ("P004", "", {"anchor"}),
        ("P002", "C3", {"delay", "omit", "fix"}),
    ],
)
def test_only_what_makes_sense_is_offered(
    view: TodayView, patient: str, code: str, expected: set[str]
) -> None:
    go(view, patient, code)
    assert acts(view) == expected
    assert {name for name, action in view.actions_of.items() if action.isEnabled()} == expected


def test_keys_and_buttons_ask_the_same(view: TodayView) -> None:
    go(view, "P002", "C3")
    heard = asked_of(view)
    for name, key in (("delay", Qt.Key.Key_D), ("omit", Qt.Key.Key_O), ("fix", Qt.Key.Key_F)):
        QTest.keyClick(view.table, key)
        QTest.mouseClick(view.buttons[name], Qt.MouseButton.LeftButton)
    asks = [
        Ask(What.DELAY, "P002", "C3"),
        Ask(What.OMIT, "P002", "C3"),
        Ask(What.PROPOSALS, "P002", "C3"),
    ]
    assert heard == [ask for ask in asks for _ in range(2)]
    heard.clear()
    go(view, "P004", "")
    QTest.keyClick(view.table, Qt.Key.Key_T)
    assert heard == [Ask(What.SHOW, "P004"), Ask(What.ANCHOR, "P004")]


def test_a_double_click_records_and_corrects_what_is_recorded(view: TodayView, session: StudySession) -> None:
    heard = asked_of(view)
    at = view.table.visualRect(view.model.index(3, Column.WHAT)).center()
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert heard[-1] == Ask(What.RECORD, "P005", "W0")
    session.execute("P005", RecordVisit("W0", TODAY))
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert heard[-1] == Ask(What.CORRECT, "P005", "W0")


def test_nothing_is_recorded_before_its_day(view: TodayView) -> None:
    view.go_to(date(2026, 6, 22))
    go(view, "P003", "W24")
    assert acts(view) == {"move"}


def test_print_this_list(view: TodayView) -> None:
    heard = asked_of(view)
    QTest.mouseClick(view.days.print, Qt.MouseButton.LeftButton)
    view.days.span.setCurrentIndex(1)
    QTest.mouseClick(view.days.print, Qt.MouseButton.LeftButton)
    prints = [ask for ask in heard if ask.what is What.PRINT]
    assert prints == [
        Ask(What.PRINT, code="day", to=TODAY),
        Ask(What.PRINT, code="week", to=date(2026, 3, 30)),
    ]


def test_the_choice_stays_where_it_was(view: TodayView, session: StudySession) -> None:
    go(view, "P001", "C3D5", 1)
    heard = asked_of(view)
    session.execute("P005", RecordVisit("W0", TODAY))
    chosen = view.chosen()
    assert chosen is not None
    assert chosen.key == ("P001", "C3D5", EVENING)
    assert heard == []


# --- Empty states invite ---


def test_no_patient_invites_to_enrol(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "empty.il2"
    session = studies.session_of(studies.empty(path), path)
    view = shown(qtbot, session)
    heard = asked_of(view)
    assert view.stack.currentWidget() is view.empty
    assert view.empty.text.said == "There is no patient yet."
    QTest.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    assert heard == [Ask(What.ENROL)]
    session.close()


def test_nothing_today_says_what_comes_next(view: TodayView) -> None:
    view.go_to(date(2026, 4, 4))
    assert view.empty.text.said == (
        "Nothing is due: Sat 04-Apr-2026. Next: Mon 06-Apr-2026, P002, cycle 3 day 1."
    )
    QTest.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    assert view.title.said == "Mon 06-Apr-2026"
    view.go_to(date(2040, 1, 1))
    assert view.empty.text.said == "Nothing is due: Sun 01-Jan-2040."
    assert view.empty.button.isHidden()


def test_a_filter_that_hides_everything_can_be_cleared(view: TodayView, session: StudySession) -> None:
    session.show_only(Filter(hidden_arms=frozenset({"il2", "control"})))
    assert view.empty.text.said == "The filter hides everything."
    QTest.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    assert session.filter == Filter()
    assert view.stack.currentWidget() is view.table


def test_the_filter_leaves_the_patients_of_one_arm(view: TodayView, session: StudySession) -> None:
    session.show_only(Filter(hidden_arms=frozenset({"control"})))
    assert {row.patient for row in view.model.rows} == {"", "P001", "P002", "P004"}


# --- For everybody ---


def test_the_model_keeps_the_rules(qtbot: QtBot, session: StudySession) -> None:
    model = TodayModel(session)
    checked = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(read(session, TODAY, TODAY))
    for row in range(model.rowCount()):
        for column in Column:
            for role in (0, 1, 3, 6, 8, 9, 11, 13):
                model.index(row, column).data(role)
    model.show([])
    checked.deleteLater()


def test_a_screen_reader_hears_the_whole_row(view: TodayView) -> None:
    said = [view.model.index(n, 0).data(Qt.ItemDataRole.AccessibleTextRole) for n in (0, 4)]
    assert said == [
        "Overdue (1)",
        ("P001, Cycle 3 day 5, 4.5\u00a0million international units, 08:00, day hospital, ○ planned"),
    ]
    assert "blood" in str(view.model.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole)).casefold()


def nameless(view: QWidget) -> list[str]:
    found: list[str] = []
    for kind in (QAbstractButton, QComboBox, QLineEdit, QTableView):
        for widget in view.findChildren(kind):
            inside: Any = widget.parentWidget()
            if widget.objectName().startswith("qt_") or isinstance(inside, QTableView | QComboBox):
                continue
            if not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip():
                found.append(f"{type(widget).__name__} in {type(inside).__name__}")
    return found


def test_every_control_has_a_name(view: TodayView) -> None:
    assert nameless(view) == []


def test_french_at_once(view: TodayView, qapp: QApplication) -> None:
    studies.dress(qapp, speech="fr")
    view.retranslate()
    assert view.title.said == "Aujourd'hui, ven. 03-avr.-2026"
    rows = texts(view)
    assert rows[0][0] == "En retard (1)"
    assert rows[4][:4] == ["○ prévu", "08:00", "P001", "Cure 3 jour 5"]
    assert view.buttons["record"].text() == "Enregistrer…"


@pytest.mark.parametrize("speech", ["en", "fr"])
def test_the_largest_text_fits_a_narrow_view(view: TodayView, qapp: QApplication, speech: str) -> None:
    studies.dress(qapp, percent=200, speech=speech)
    view.retranslate()
    QApplication.processEvents()
    assert view.minimumSizeHint().width() <= 640
    view.resize(640, 700)
    QApplication.processEvents()
    for button in (*view.buttons.values(), view.days.print):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width()


@pytest.mark.parametrize(("percent", "width"), [(100, 770), (200, 830), (200, 700), (100, 1400)])
def test_state_time_patient_what_and_dose_are_in_sight_in_french(
    view: TodayView, qapp: QApplication, percent: int, width: int
) -> None:
    studies.dress(qapp, percent=percent, speech="fr")
    view.retranslate()
    view.resize(width, 700)
    QApplication.processEvents()
    table, model = view.table, view.model
    assert table.horizontalScrollBar().maximum() == 0
    rows = [number for number, row in enumerate(model.rows) if row.slot is not None]
    said = [
        "\n".join(str(model.index(number, column).data()) for column in Column if table.columnWidth(column))
        for number in rows
    ]
    assert said
    assert all("millions d'unités internationales" in one.replace("\u00a0", " ") for one in said)
    for number in rows:
        for column in (Column.STATE, Column.WHEN, Column.PATIENT, Column.WHAT, Column.DOSE):
            room = table.visualRect(model.index(number, column))
            needed = table.fontMetrics().boundingRect(
                room.adjusted(4, 0, -4, 0), Qt.TextFlag.TextWordWrap, str(model.index(number, column).data())
            )
            assert table.isColumnHidden(column) or needed.width() <= room.width()
            assert table.isColumnHidden(column) or needed.height() <= room.height()


def test_patients_are_not_read_one_by_one(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.il2"
    study = studies.empty(path)
    for number in range(60):
        anchor = TODAY - timedelta(days=14 + number % 3)
        study.execute(f"P{number:03}", Enrol(f"P{number:03}", 1, "il2", anchor))
    read_of: list[str] = []
    session = studies.session_of(study, path)
    real = StudySession.state

    def counted(self: StudySession, code: str) -> PatientState:
        read_of.append(code)
        return real(self, code)

    monkeypatch.setattr(StudySession, "state", counted)
    view = shown(qtbot, session)
    QApplication.processEvents()
    in_sight = view.table.viewport().height() // view.table.rowHeight(1) + 2
    assert view.model.rowCount() > 2 * in_sight
    assert 0 < len(set(read_of)) <= in_sight
    session.close()
