"""Welcome, the demonstration, its views, finding, undo, who acts, other windows: by keyboard and by mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler.commands.values import AddNote, OmitCycle
from il2scheduler.gui import study_files, theme
from il2scheduler.gui.actions import Page
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.dialogs.acting import ActingDialog
from il2scheduler.gui.dialogs.new_study import NewStudyDialog
from il2scheduler.gui.dialogs.preferences import PreferencesDialog
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.study_session import Filter
from il2scheduler.gui.today import TodayView
from il2scheduler.gui.views import View
from il2scheduler.study import Answers, Study
from il2scheduler.study.acting import now_utc, stamp
from tests.gui.widgets import dialog_of, trigger

Press = Callable[..., None]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NUMBERS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)
VIEW_OF_KEY = ("today", "study_timeline", "month", "history")


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def page_of(window: MainWindow) -> Page:
    """What fills the window now."""
    return window.page


def day_of(window: MainWindow) -> date | None:
    """The day that was chosen last."""
    return window.study_page.day


def omit(window: MainWindow, patient: str = "P005") -> int:
    """Omit the last planned cycle of a patient; the number of the entry."""
    schedule = window.session.state(patient).schedule
    last = max(a.cycle or 0 for a in schedule.appointments if a.injections and a.open)
    entry = window.session.execute(patient, OmitCycle(last), Answers(reason="shown in a test"))
    assert entry is not None
    return entry.number


# --- Welcome ---


def test_welcome_by_keyboard_to_the_demonstration(
    window: MainWindow, press: Press, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study_files, "documents_folder", lambda: tmp_path)
    assert page_of(window) is Page.WELCOME
    assert QApplication.focusWidget() is window.welcome.demo
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_of(window) is Page.STUDY, timeout=120_000)
    assert len(window.session.patients()) == 12
    assert window.study_page.view_name == "today"
    assert "Demonstration" in window.windowTitle()
    for key, name in zip(NUMBERS, VIEW_OF_KEY, strict=True):
        if name in window.study_page.views:
            press(key, held=CONTROL)
            assert window.study_page.view_name == name
    press(Qt.Key.Key_W, held=CONTROL)
    assert page_of(window) is Page.WELCOME
    (recent,) = window.welcome.recents
    qtbot.waitUntil(lambda: not window.quiet.busy, timeout=60_000)
    recent.setFocus()
    press(Qt.Key.Key_Return)
    assert page_of(window) is Page.STUDY


def test_welcome_by_mouse(opened: MainWindow) -> None:
    for name, button in opened.study_page.buttons.items():
        click(button)
        assert opened.study_page.view_name == name
        assert button.isChecked()


def test_a_new_study(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    click(window.welcome.new)
    dialog = window.dialog
    assert isinstance(dialog, NewStudyDialog)
    dialog.clinic.site.setText("Day hospital")
    dialog.injections.setValue(3)
    dialog.place.setText(str(tmp_path / "nowhere" / "x"))
    click(dialog.act)
    assert dialog.refusal.isVisible()
    assert page_of(window) is Page.WELCOME
    dialog.place.setText(str(tmp_path / "mine"))
    assert "mine.il2" in dialog.said.said
    click(dialog.act)
    assert page_of(window) is Page.STUDY
    known = window.session.study.settings
    assert (known.site, known.places_injections, known.country) == ("Day hospital", 3, "FR")
    assert (tmp_path / "mine.il2").exists()
    qtbot.waitUntil(lambda: not window.quiet.busy)


def test_the_planner_keeps_the_study_behind_it(opened: MainWindow, press: Press) -> None:
    trigger(opened, "planner")
    assert page_of(opened) is Page.PLAN
    assert opened.actions_of.by_name["make"].isVisible()
    assert not opened.actions_of.by_name["delay"].isVisible()
    press(Qt.Key.Key_W, held=CONTROL)
    assert page_of(opened) is Page.STUDY
    assert opened.session.is_open


# --- Finding ---


def test_find_from_anywhere(opened: MainWindow, press: Press) -> None:
    press(Qt.Key.Key_4, held=CONTROL)
    press(Qt.Key.Key_K, held=CONTROL)
    assert QApplication.focusWidget() is opened.study_page.finder
    press("07", Qt.Key.Key_Return)
    assert opened.study_page.patient == "P007"
    assert opened.study_page.finder.text() == ""


def test_find_offers_what_holds_the_letters(opened: MainWindow) -> None:
    finder = opened.study_page.finder
    assert finder.best("p01") == "P010"
    assert finder.best("12") == "P012"
    assert finder.best("p001") == "P001"
    assert finder.best(" ") is None
    missed: list[str] = []
    finder.missed.connect(missed.append)
    finder.setFocus()
    finder.setText("X9")
    QTest.keyClick(finder, Qt.Key.Key_Return)
    assert missed == ["X9"]


def test_escape_leaves_the_finder(opened: MainWindow, press: Press) -> None:
    press(Qt.Key.Key_K, held=CONTROL)
    press("P", Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    if QApplication.focusWidget() is opened.study_page.finder:
        press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is not opened.study_page.finder


# --- The way through the days, the filter ---


def test_earlier_later_today(opened: MainWindow, press: Press) -> None:
    page = opened.study_page
    today = opened.session.today
    click(page.later)
    click(page.later)
    day = day_of(opened)
    assert day is not None
    assert (day - today).days == 2
    press(Qt.Key.Key_T, held=CONTROL)
    assert day_of(opened) is None
    click(page.earlier)
    day = day_of(opened)
    assert day is not None
    assert day < today
    assert str(day.year) in page.period.text()


def test_a_day_of_the_calendar(opened: MainWindow) -> None:
    page = opened.study_page
    page.calendar.clicked.emit(page.calendar.selectedDate().addDays(3))
    assert isinstance(page.day, date)
    assert (page.day - opened.session.today).days == 3


def test_the_filter(opened: MainWindow) -> None:
    page, session = opened.study_page, opened.session
    assert len(session.shown_patients()) == 12
    page.filter.trials["VASCU-IL2"].click()
    assert {line.trial for line in session.shown_patients()} == {"ETOILE"}
    page.filter.attention.click()
    assert {line.code for line in session.shown_patients()} <= session.attention()
    trigger(opened, "clear_filter")
    assert session.filter == Filter()
    assert len(session.shown_patients()) == 12


def test_panes_by_f6(opened: MainWindow, press: Press) -> None:
    met: list[QWidget | None] = []
    for _ in range(6):
        met.append(QApplication.focusWidget())
        press(Qt.Key.Key_F6)
    assert opened.study_page.finder in met
    assert len({id(widget) for widget in met}) >= 3


# --- Undo, the line at the foot ---


def test_the_line_at_the_foot_undoes(opened: MainWindow, press: Press) -> None:
    before = opened.session.study.store.last_entry()
    number = omit(opened)
    assert "P005" in opened.foot.text.said
    assert opened.foot.button.text() == "Undo"
    click(opened.foot.button)
    assert opened.session.study.store.entry(number + 1).reverts == number
    assert opened.foot.text.said.startswith("Undone: P005")
    assert opened.foot.button.text() == "Redo"
    opened.setFocus()
    press(Qt.Key.Key_Z, held=CONTROL | SHIFT)
    assert opened.session.study.store.last_entry() == before + 3
    press(Qt.Key.Key_Z, held=CONTROL)
    assert opened.session.study.store.last_entry() == before + 4


def test_a_text_field_undoes_first(opened: MainWindow, press: Press) -> None:
    omit(opened)
    last = opened.session.study.store.last_entry()
    press(Qt.Key.Key_K, held=CONTROL)
    press("P00")
    press(Qt.Key.Key_Z, held=CONTROL)
    assert opened.study_page.finder.text() == ""
    assert opened.session.study.store.last_entry() == last
    press(Qt.Key.Key_Z, held=CONTROL)
    assert opened.session.study.store.last_entry() == last + 1


def test_nothing_of_this_session_to_undo(opened: MainWindow) -> None:
    last = opened.session.study.store.last_entry()
    trigger(opened, "undo")
    assert opened.session.study.store.last_entry() == last
    assert "history" in opened.foot.text.said
    click(opened.foot.button)
    assert opened.study_page.view_name == "history"


# --- Who acts, who else is there ---


def test_acting_as_by_one_key(opened: MainWindow, press: Press) -> None:
    assert opened.foot.acting.text() == "Acting as A. Martin"
    press(Qt.Key.Key_F2)
    dialog = opened.dialog
    assert isinstance(dialog, ActingDialog)
    assert "B. Leroy" in [dialog.name.itemText(row) for row in range(dialog.name.count())]
    dialog.name.setCurrentText("  D.  Roux ")
    click(dialog.act)
    assert opened.session.who == "D. Roux"
    assert opened.foot.acting.text() == "Acting as D. Roux"
    assert opened.settings.who == "D. Roux"
    number = omit(opened)
    assert opened.session.study.store.entry(number).who == "D. Roux"


def test_asked_again_after_idle_minutes(opened: MainWindow) -> None:
    idle = opened.watch.idle
    assert idle.timer.interval() == 15 * 60_000
    idle.timer.timeout.emit()
    dialog = opened.dialog
    assert isinstance(dialog, ActingDialog)
    assert "Nobody used the window" in dialog.said.said
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    opened.settings.idle_minutes = 0
    idle.touched()
    assert not idle.timer.isActive()


def test_another_window_on_the_same_file(opened: MainWindow, demo_path: Path) -> None:
    mine = omit(opened)
    with Study.open(demo_path, who="C. Petit") as other:
        other.store.announce(who="C. Petit", computer="WARD-2", at="2099-01-01T00:00:00.000000Z")
        other.execute("P003", AddNote("said on the telephone"), Answers())
        opened.watch.look()
        assert opened.foot.text.said == "Meanwhile C. Petit: P003: Note: said on the telephone"
        assert opened.foot.others.text() == "Also open: C. Petit on WARD-2"
    opened.watch.look()
    assert not opened.foot.others.isVisible()
    assert opened.session.study.store.last_entry() == mine + 1
    opened.watch.look()
    click(opened.foot.button)
    assert opened.study_page.view_name == "history"


# --- Asking ---


def test_a_menu_without_a_patient_asks_for_one(opened: MainWindow) -> None:
    opened.study_page.patient = None
    trigger(opened, "delay")
    assert "Choose a patient first" in opened.foot.text.said
    assert QApplication.focusWidget() is opened.study_page.finder


@pytest.mark.parametrize("what", list(What))
def test_every_ask_opens_its_dialog_and_escape_leaves(opened: MainWindow, what: What) -> None:
    known = {What.UNDO_ENTRY: "50", What.MOVE: "W24", What.CORRECT: "C1D1", What.RECORD: "C3D5"}
    last = opened.session.study.store.last_entry()
    opened.dialog = None
    opened.study_page.asked.emit(Ask(what, "P001", known.get(what)))
    dialog = dialog_of(opened)
    if what is What.SHOW:
        assert dialog is None
        return
    if dialog is None:
        gate = what is What.GATE
        nothing = "There is nothing of this patient to do that with."
        assert opened.foot.text.said == ("This protocol has no gate." if gate else nothing)
        return
    assert isinstance(dialog, QDialog)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert opened.session.study.store.last_entry() == last


def test_delay_by_keyboard_alone(opened: MainWindow, press: Press, qtbot: QtBot) -> None:
    press(Qt.Key.Key_K, held=CONTROL)
    press("P005", Qt.Key.Key_Return)
    press(Qt.Key.Key_D, held=CONTROL)
    dialog = opened.dialog
    assert dialog is not None
    assert "P005" in dialog.windowTitle()
    qtbot.waitUntil(dialog.isActiveWindow)
    press(Qt.Key.Key_Escape)
    assert not dialog.isVisible()


# --- Language, text, colours ---


def test_another_language_at_once(opened: MainWindow) -> None:
    trigger(opened, "preferences")
    dialog = opened.dialog
    assert isinstance(dialog, PreferencesDialog)
    dialog.language.choose("fr")
    dialog.theme.choose("contrast")
    dialog.name.setText("E. Blanc")
    click(dialog.act)
    assert opened.actions_of.by_name["undo"].text() == "&Annuler"
    assert opened.study_page.buttons["history"].text() == "Historique"
    assert opened.palette().window().color().name() == "#000000"
    assert opened.session.who == "E. Blanc"
    trigger(opened, "close")
    assert opened.welcome.demo.text() == "Essayer la &démonstration"
    opened.welcome.language.choose("en")
    opened.welcome.language.activated.emit(0)
    assert opened.welcome.demo.text() == "Try the &demonstration"


@pytest.mark.parametrize("shades", ["light", "dark", "contrast"])
def test_the_button_of_the_view_is_told_from_the_others(opened: MainWindow, shades: str) -> None:
    opened.actions_of.choices["theme"][shades].trigger()
    opened.show_view("month")
    QApplication.processEvents()

    def ground(name: str) -> str:
        picture = opened.study_page.buttons[name].grab().toImage()
        return picture.pixelColor(6, picture.height() // 2).name()

    others = {ground(name) for name in opened.study_page.buttons if name != "month"}
    least = 1.25 if shades == "light" else 3
    assert min(theme.contrast(ground("month"), other) for other in others) > least
    # Another view, and another theme: nothing of the mark stays behind.
    opened.show_view("today")
    assert ground("month") in others
    opened.actions_of.choices["theme"]["light"].trigger()
    assert theme.contrast(ground("today"), "#ffffff") < 3


def test_the_calendars_speak_another_language_at_once(opened: MainWindow) -> None:
    view = opened.study_page.views["today"]
    assert isinstance(view, TodayView)
    calendars = (opened.study_page.calendar, view.days.picker.calendar)

    def months() -> list[str]:
        found = [calendar.findChild(QToolButton, "qt_calendar_monthbutton") for calendar in calendars]
        return [button.text() for button in found if button is not None]

    opened.study_page.calendar.setCurrentPage(2026, 2)
    view.days.picker.calendar.setCurrentPage(2026, 2)
    assert months() == ["February", "February"]
    opened.actions_of.choices["language"]["fr"].trigger()
    opened.study_page.calendar.setCurrentPage(2026, 2)
    view.days.picker.calendar.setCurrentPage(2026, 2)
    assert months() == ["février", "février"]
    assert all(calendar.firstDayOfWeek() is Qt.DayOfWeek.Monday for calendar in calendars)


def test_another_language_is_spoken_of_other_windows_too(opened: MainWindow, demo_path: Path) -> None:
    with Study.open(demo_path, who="B. Leroy") as other:
        other.store.announce(who="B. Leroy", computer="ward-2", at=stamp(now_utc()))
        opened.watch.look()
        assert opened.foot.others.text() == "Also open: B. Leroy on ward-2"
        opened.actions_of.choices["language"]["fr"].trigger()
        assert opened.foot.others.text().endswith("B. Leroy sur ward-2")


def test_every_view_keeps_the_contract(opened: MainWindow) -> None:
    wanted = [name for name in vars(View) if not name.startswith("_")]
    for view in opened.study_page.views.values():
        assert hasattr(view, "asked")
        assert all(callable(getattr(view, name)) for name in wanted)
