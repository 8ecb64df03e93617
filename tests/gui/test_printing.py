"""Sheets and calendar files from the window: seen first, printed or saved, remembered, cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler.commands.values import MoveVisit
from il2scheduler.gui import printer
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.dialogs.calendar import CalendarDialog
from il2scheduler.gui.dialogs.print import PrintDialog
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.preview import Preview
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.study_session import Filter, StudySession
from il2scheduler.gui.today_bars import DayBar
from il2scheduler.study import Answers
from il2scheduler.study.outputs import Sheet, Wanted
from il2scheduler.study.printed import latest
from tests.builders import day
from tests.gui import studies
from tests.gui.widgets import cut, nameless


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    made.folder = tmp_path / "out"
    return made


@pytest.fixture
def dialog(qtbot: QtBot, session: StudySession, settings: Settings) -> Iterator[PrintDialog]:
    """The print dialog with next week's sheets made."""
    made = PrintDialog(session, settings)
    shown(qtbot, made)
    qtbot.waitUntil(made.act.isEnabled)
    yield made
    made.reject()


def shown(qtbot: QtBot, dialog: QDialog) -> None:
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)


def to_file(path: Path) -> QPrinter:
    """A printer whose paper is a file."""
    made = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    made.setOutputFileName(str(path))
    return made


def made_anew(qtbot: QtBot, dialog: PrintDialog) -> None:
    """Wait until what is chosen now has been made."""
    qtbot.waitUntil(lambda: not dialog._timer.isActive() and not dialog.background.busy)
    qtbot.waitUntil(lambda: not dialog._stale)


def patients(dialog: PrintDialog) -> list[tuple[str, Sheet, tuple[int, ...]]]:
    return [(one.wanted.patient, one.wanted.sheet, one.wanted.cycles) for one in dialog._batch.made]


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus: QWidget | None = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, held)


# --- The preview ---


def test_pages_are_turned_and_zoomed_by_keyboard(qtbot: QtBot, dialog: PrintDialog) -> None:
    preview = dialog.preview
    count = len(preview.pages)
    assert count >= 2
    preview.setFocus()
    first = preview.sheet.pixmap().toImage()
    assert preview.area.accessibleName() == f"Page 1 of {count}"
    assert "P002" in preview.area.accessibleDescription()
    press(Qt.Key.Key_PageDown)
    assert preview.at == 1
    assert preview.number.value() == 2
    assert preview.sheet.pixmap().toImage() != first
    press(Qt.Key.Key_End)
    assert preview.at == count - 1
    assert not preview.after.isEnabled()
    press(Qt.Key.Key_Home)
    assert preview.at == 0
    wide = preview.sheet.pixmap().width()
    press(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert preview.sheet.pixmap().width() > wide
    press(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert preview.sheet.pixmap().width() == wide
    press(Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert preview.sheet.pixmap().width() < wide
    preview.number.setValue(2)
    assert preview.at == 1


def test_a_preview_without_pages_says_why(qtbot: QtBot) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    preview.show_documents((), "Nothing is chosen.")
    assert preview.sheet.text() == preview.area.accessibleName() == "Nothing is chosen."
    preview.go(3)
    preview.step_zoom(1)
    assert not preview.before.isEnabled()
    assert not preview.after.isEnabled()


# --- What is chosen ---


def test_it_opens_on_the_dosing_sheets_of_next_week(dialog: PrintDialog) -> None:
    assert patients(dialog) == [("P002", Sheet.DOSING, (3,))]
    assert dialog.choices.patients.ticked() == ("P002",)


def test_other_choices_are_seen_at_once(qtbot: QtBot, dialog: PrintDialog) -> None:
    dialog.choices.patients.tick(["P001", "P003"])
    dialog.choices.sheets[Sheet.VISITS].setChecked(True)
    made_anew(qtbot, dialog)
    # Nobody of them has an injection next week, so there is no dosing sheet.
    assert patients(dialog) == [("P001", Sheet.VISITS, ()), ("P003", Sheet.VISITS, ())]
    dialog.choices.cycles.setCurrentIndex(2)
    dialog.choices.cycles.activated.emit(2)
    made_anew(qtbot, dialog)
    assert ("P001", Sheet.DOSING, (1,)) in patients(dialog)
    dialog.choices.patients.tick([])
    made_anew(qtbot, dialog)
    assert dialog.preview.sheet.text() == "Nothing is chosen: tick a sheet and a patient."
    assert not dialog.act.isEnabled()


def test_patients_are_found_by_a_part_of_the_code(dialog: PrintDialog) -> None:
    ticks = dialog.choices.patients
    ticks.finder.setText("p00")
    assert not any(ticks.list.item(row).isHidden() for row in range(5))
    ticks.finder.setText("5")
    ticks.every.click()
    assert set(ticks.ticked()) == {"P002", "P005"}
    ticks.none.click()
    assert ticks.ticked() == ()
    assert ticks.said.text() == "0 patients ticked"


def test_another_week_ticks_its_patients(qtbot: QtBot, dialog: PrintDialog) -> None:
    dialog.choices.week.edit.setText("2026-04-01")
    dialog.choices.week.committed.emit()
    made_anew(qtbot, dialog)
    assert patients(dialog) == [("P001", Sheet.DOSING, (3,))]


# --- Printing ---


def test_next_weeks_sheets_in_two_clicks(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "paper.pdf"
    monkeypatch.setattr(printer, "printers", lambda: ["Ward"])
    monkeypatch.setattr(printer, "printer_named", lambda _name: to_file(paper))
    path = tmp_path / "study.il2"
    window.take(studies.small(path), path)
    window.actions_of.by_name["print"].trigger()  # one
    dialog = window.dialog
    assert isinstance(dialog, PrintDialog)
    qtbot.waitUntil(dialog.act.isEnabled)
    count = len(dialog.preview.pages)
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)  # two
    qtbot.waitUntil(lambda: "sent to the printer" in dialog.said.said, timeout=20_000)
    assert len(pypdfium2.PdfDocument(paper)) == count
    assert [(p.patient, p.cycle) for p in latest(window.session.study.store)] == [("P002", 3)]
    assert window.foot.text.said == "P002: Printed: dosing sheets of cycle 3, revision 1."
    assert not window.foot.button.isVisible()
    dialog.reject()


def test_the_list_that_is_shown_is_printed_from_its_button(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "paper.pdf"
    monkeypatch.setattr(printer, "printers", lambda: ["Ward"])
    monkeypatch.setattr(printer, "printer_named", lambda _name: to_file(paper))
    path = tmp_path / "study.il2"
    window.take(studies.small(path), path)
    bar = window.findChild(DayBar)
    assert bar is not None
    bar.go_to(day("2026-04-01"))
    qtbot.waitUntil(bar.print.isVisible)
    QTest.mouseClick(bar.print, Qt.MouseButton.LeftButton)
    dialog = window.dialog
    assert isinstance(dialog, PrintDialog)
    qtbot.waitUntil(dialog.act.isEnabled)
    assert dialog._batch.made[0].wanted == Wanted("", Sheet.DAY, day=day("2026-04-01"))
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "sent to the printer" in dialog.said.said, timeout=20_000)
    entry = window.session.study.store.last_entry()
    assert window.foot.text.said == f"Printed: day list of Wed 01-Apr-2026, revision {entry - 1}."
    dialog.reject()
    window.session.undo()
    assert [one.sheet for one in latest(window.session.study.store)] == ["day"]


def test_without_a_printer_nothing_is_marked(
    dialog: PrintDialog, session: StudySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = session.study.store.last_entry()
    dialog.choices.printer.offer([("no printer", "no printer", "")])
    dialog.act.click()
    assert dialog.said.said.startswith("No printer is set up on this computer.")
    dialog.choices.printer.offer([("Ward", "Ward", "Ward")])
    monkeypatch.setattr(printer, "printer_named", lambda _name: None)
    dialog.act.click()
    assert dialog.said.said.startswith("The printer Ward is gone")
    assert session.study.store.last_entry() == last


@pytest.mark.qt_log_ignore("QPainter::begin|^This plugin does not support ")
def test_a_printer_that_fails_marks_nothing(
    qtbot: QtBot, dialog: PrintDialog, session: StudySession, tmp_path: Path
) -> None:
    last = session.study.store.last_entry()
    dialog.send(to_file(tmp_path / "missing" / "paper.pdf"))
    qtbot.waitUntil(lambda: bool(dialog.said.said))
    assert dialog.said.said.startswith("The printer did not take the pages.")
    assert session.study.store.last_entry() == last
    assert dialog.act.isEnabled()


def test_cancelled_printing_marks_nothing(
    qtbot: QtBot, dialog: PrintDialog, session: StudySession, tmp_path: Path
) -> None:
    last = session.study.store.last_entry()
    dialog.send(to_file(tmp_path / "paper.pdf"))
    dialog.strip.cancel.click()
    qtbot.waitUntil(lambda: bool(dialog.said.said))
    assert dialog.said.said == "Printing was cancelled. Nothing is marked as printed."
    assert session.study.store.last_entry() == last


# --- Saving ---


def test_one_pdf_of_all_and_one_for_each(
    qtbot: QtBot, dialog: PrintDialog, session: StudySession, tmp_path: Path
) -> None:
    dialog.choices.sheets[Sheet.VISITS].setChecked(True)
    made_anew(qtbot, dialog)
    dialog.save.click()
    qtbot.waitUntil(lambda: "1 file is saved" in dialog.said.said)
    whole = pypdfium2.PdfDocument(tmp_path / "out" / "sheets-2026-04-06.pdf")
    assert len(whole) == len(dialog.preview.pages)
    dialog.choices.together.setChecked(False)
    made_anew(qtbot, dialog)
    dialog.save.click()
    qtbot.waitUntil(lambda: "2 files are saved" in dialog.said.said)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"sheets-2026-04-06.pdf", "P002-dosing-sheets.pdf", "P002-visit-calendar.pdf"}
    assert {(p.sheet, p.cycle) for p in latest(session.study.store)} == {("dosing", 3), ("visits", None)}
    assert session.study.store.verify().sound


def test_a_folder_that_cannot_be_written_is_said_in_the_dialog(
    qtbot: QtBot, dialog: PrintDialog, session: StudySession, tmp_path: Path
) -> None:
    last = session.study.store.last_entry()
    (tmp_path / "file").write_text("no folder")
    dialog.choices.folder.setText(str(tmp_path / "file"))
    dialog.save.click()
    qtbot.waitUntil(lambda: "could not be written" in dialog.said.said)
    assert QApplication.focusWidget() is dialog.choices.folder
    assert session.study.store.last_entry() == last
    dialog.choices.folder.setText(" ")
    dialog.save.click()
    assert dialog.said.said == "Type the folder that the files are saved in."


def test_printed_before_and_changed_since_is_listed_and_chosen(
    qtbot: QtBot, dialog: PrintDialog, session: StudySession
) -> None:
    assert not dialog.choices.changed_since.isVisible()
    dialog.save.click()
    qtbot.waitUntil(lambda: "is saved" in dialog.said.said)
    session.study.execute("P002", MoveVisit("W24", to=day("2026-07-01")), Answers(reason="holiday"))
    dialog.choices.list_outdated()
    assert dialog.choices.changed_since.isVisible()
    assert dialog.choices.old.item(0).text() == (
        "P002: Dosing sheets of cycle 3, printed at revision 1, now 2"
    )
    dialog.choices.patients.tick([])
    made_anew(qtbot, dialog)
    dialog.choices.choose_old.click()
    made_anew(qtbot, dialog)
    # What changed goes with the new sheets.
    assert patients(dialog) == [("P002", Sheet.CHANGES, ()), ("P002", Sheet.DOSING, (3,))]
    assert [made.revision for made in dialog._batch.made] == [2, 2]


def listed(qtbot: QtBot, session: StudySession, settings: Settings, code: str) -> PrintDialog:
    """The dialog that "Print this list" opens on Wednesday 2026-04-01."""
    to = day("2026-04-01")
    made = PrintDialog(session, settings, first=to, ask=Ask(What.PRINT, code=code, to=to))
    shown(qtbot, made)
    made_anew(qtbot, made)
    return made


def test_print_this_list_prints_the_list_and_no_sheets(
    qtbot: QtBot, session: StudySession, settings: Settings, tmp_path: Path
) -> None:
    dialog = listed(qtbot, session, settings, "day")
    assert [one.wanted for one in dialog._batch.made] == [Wanted("", Sheet.DAY, day=day("2026-04-01"))]
    text = dialog.preview.pages.text(0)
    assert "Day list" in text
    assert "Wed 01-Apr-2026" in text
    assert "P001" in text
    dialog.save.click()
    qtbot.waitUntil(lambda: "1 file is saved" in dialog.said.said)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["day-list-2026-04-01.pdf"]
    dialog.reject()
    store = session.study.store
    assert [(p.patient, p.sheet, p.day) for p in latest(store)] == [("", "day", day("2026-04-01"))]
    dialog = listed(qtbot, session, settings, "week")
    assert dialog._batch.made[0].wanted.days == (day("2026-03-30"), day("2026-04-05"))
    assert f"Study revision {store.last_entry()}, chain {store.head(None).hash[:12]}" in (
        dialog.preview.pages.text(0)
    )
    dialog.reject()


def test_a_list_that_the_filter_shortened_says_of_whom_it_is(
    qtbot: QtBot, session: StudySession, settings: Settings
) -> None:
    session.show_only(Filter(hidden_arms=frozenset({"control"})))
    dialog = listed(qtbot, session, settings, "week")
    shown_ = tuple(line.code for line in session.shown_patients())
    assert dialog._batch.made[0].wanted.only == shown_ == ("P001", "P002", "P004")
    assert "Patients: only P001, P002, P004" in dialog.preview.pages.text(0)
    # The next who prints it for all must not be told that it was printed.
    assert dialog._batch.prints() == []
    dialog.reject()


def test_a_list_that_changed_since_is_listed_and_chosen(
    qtbot: QtBot, session: StudySession, settings: Settings
) -> None:
    dialog = listed(qtbot, session, settings, "week")
    dialog.save.click()
    qtbot.waitUntil(lambda: "is saved" in dialog.said.said)
    assert not dialog.choices.changed_since.isVisible()
    session.study.execute("P002", MoveVisit("W24", to=day("2026-04-02")), Answers(reason="holiday"))
    dialog.choices.list_outdated()
    assert dialog.choices.old.item(0).text() == "Week list of Mon 30-Mar-2026"
    dialog.choices.choose_old.click()
    made_anew(qtbot, dialog)
    assert patients(dialog) == [("", Sheet.WEEK, ())]
    dialog.reject()


def test_escape_while_sheets_are_made_leaves_nothing(
    qtbot: QtBot, session: StudySession, settings: Settings, tmp_path: Path
) -> None:
    dialog = PrintDialog(session, settings)
    shown(qtbot, dialog)
    dialog.choices.patients.tick([line.code for line in session.patients()])
    for box in dialog.choices.sheets.values():
        box.setChecked(True)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert not (tmp_path / "out").exists()


def test_by_keyboard_alone(qtbot: QtBot, dialog: PrintDialog, session: StudySession, tmp_path: Path) -> None:
    dialog.choices.patients.list.setFocus()
    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_Space)
    made_anew(qtbot, dialog)
    assert dialog.choices.patients.ticked() == ("P001", "P002")
    QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: "is saved" in dialog.said.said)
    press(Qt.Key.Key_Escape)
    assert not dialog.isVisible()


# --- Names and room ---


def has_room(dialog: QDialog) -> bool:
    return not cut(dialog)


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("speech", ["en", "fr"])
def test_everything_is_named_and_has_room(
    qtbot: QtBot, qapp: QApplication, session: StudySession, settings: Settings, speech: str, percent: int
) -> None:
    studies.dress(qapp, percent=percent, speech=speech)
    for made in (PrintDialog(session, settings), CalendarDialog(session, settings)):
        shown(qtbot, made)
        if isinstance(made, PrintDialog):
            qtbot.waitUntil(made.act.isEnabled)
        assert nameless(made) == []
        qtbot.waitUntil(partial(has_room, made), timeout=2000)
        assert made.width() <= 1280
        assert made.height() <= 800
        made.reject()


@pytest.mark.parametrize("speech", ["en", "fr"])
def test_no_letter_of_a_dialog_is_taken_twice(
    qtbot: QtBot, qapp: QApplication, session: StudySession, settings: Settings, speech: str
) -> None:
    studies.dress(qapp, speech=speech)
    for made in (PrintDialog(session, settings), CalendarDialog(session, settings)):
        qtbot.addWidget(made)
        said = [one.text() for one in made.findChildren(QAbstractButton)]
        said += [one.text() for one in made.findChildren(QLabel)]
        texts = [text for text in said if "&" in text]
        letters = [text[text.index("&") + 1].casefold() for text in texts]
        assert sorted(letters) == sorted(set(letters)), texts
        made.reject()
