"""Calendar files from the window: which, for whom, for which program, and what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import icalendar
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from il2scheduler.commands.values import Enrol, MoveVisit, OmitCycle
from il2scheduler.gui.dialogs.calendar import CalendarDialog
from il2scheduler.gui.dialogs.calendar_choices import Profile
from il2scheduler.gui.dialogs.calendar_programs import PROGRAMS, Way
from il2scheduler.gui.dialogs.closures import ClosuresDialog
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.study_session import StudySession
from il2scheduler.i18n import words
from il2scheduler.refusal import Refusal
from il2scheduler.study import Answers, Study, calendar_files
from il2scheduler.study.calendar_targets import targets
from il2scheduler.wording import entry_sentence
from tests.builders import day
from tests.gui import studies


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    made.folder = tmp_path / "out"
    return made


@pytest.fixture
def dialog(qtbot: QtBot, session: StudySession, settings: Settings) -> Iterator[CalendarDialog]:
    made = CalendarDialog(session, settings)
    shown(qtbot, made)
    yield made
    made.reject()


def shown(qtbot: QtBot, dialog: QDialog) -> None:
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)


def choose(dialog: CalendarDialog, profile: Profile, target: str = "") -> None:
    choice = dialog.calendars.profile
    choice.choose(profile)
    choice.activated.emit(choice.currentIndex())
    dialog.calendars.target.setEditText(target)


def written(qtbot: QtBot, dialog: CalendarDialog) -> str:
    """Write, and what is said then."""
    dialog.act.click()
    qtbot.waitUntil(lambda: bool(dialog.said.said) and not dialog.background.busy)
    return dialog.said.said


def events(path: Path) -> list[icalendar.Component]:
    return list(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def test_a_calendar_of_each_ticked_patient_is_written(
    qtbot: QtBot, dialog: CalendarDialog, tmp_path: Path
) -> None:
    dialog.patients.tick(["P001", "P002"])
    assert dialog.note.said == "2 files will be written: P001.ics, P002.ics"
    assert written(qtbot, dialog).startswith("2 files are saved")
    folder = tmp_path / "out"
    assert {file.name for file in folder.iterdir()} == {"P001.ics", "P002.ics"}
    text = (folder / "P001.ics").read_bytes()
    assert b"CLASS:PRIVATE" in text
    assert b"VALARM" not in text
    assert b"million" not in text
    assert "of them replace those there" in dialog.note.said


def test_what_the_files_say_is_chosen(qtbot: QtBot, dialog: CalendarDialog, tmp_path: Path) -> None:
    dialog.patients.tick(["P001"])
    chosen = dialog.calendars
    chosen.privacy.setCurrentIndex(1)
    chosen.reminder.choose(30)
    chosen.doses.setChecked(True)
    dialog.language.choose("fr")
    written(qtbot, dialog)
    text = (tmp_path / "out" / "P001.ics").read_bytes().replace(b"\r\n ", b"").decode()
    assert "CLASS:PUBLIC" in text
    assert "TRIGGER:-PT30M" in text
    assert "Injection 1 sur 10 - P001" in text
    assert "4\\,5\u00a0millions d'unités internationales" in text


def test_one_calendar_of_all_and_one_to_subscribe_to(
    qtbot: QtBot, dialog: CalendarDialog, tmp_path: Path
) -> None:
    choose(dialog, Profile.CLINIC)
    written(qtbot, dialog)
    choose(dialog, Profile.SUBSCRIPTION)
    assert "subscribe" in dialog.calendars.advice.said
    written(qtbot, dialog)
    folder = tmp_path / "out"
    assert {file.name for file in folder.iterdir()} == {"clinic.ics", "subscription.ics"}
    assert b"REFRESH-INTERVAL" not in (folder / "clinic.ics").read_bytes()
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H" in (folder / "subscription.ics").read_bytes()
    assert len(events(folder / "clinic.ics")) == len(events(folder / "subscription.ics")) > 100


def test_changes_for_a_target(
    qtbot: QtBot, dialog: CalendarDialog, session: StudySession, tmp_path: Path
) -> None:
    choose(dialog, Profile.CHANGES)
    assert not dialog.act.isEnabled()
    assert "Say for whom" in dialog.note.said
    choose(dialog, Profile.CLINIC, "Ward")
    assert "nothing yet" in dialog.calendars.about_target.said
    written(qtbot, dialog)
    assert targets(session.study.store)["ward"].known.entry == session.study.store.last_entry() - 1
    assert "Ward was last given files on" in dialog.calendars.about_target.said

    choose(dialog, Profile.CHANGES, "ward")
    assert written(qtbot, dialog).startswith("Nothing has changed for Ward")
    assert not (tmp_path / "out" / "changes.ics").exists()

    session.execute("P001", MoveVisit("W52", day("2027-01-06")), Answers(reason="why"))
    session.execute("P002", OmitCycle(8), Answers(reason="why"))
    said = written(qtbot, dialog)
    assert "11 appointments are new, changed or cancelled for Ward" in said
    found = events(tmp_path / "out" / "changes.ics")
    assert sorted(str(e["STATUS"]) for e in found) == ["CANCELLED"] * 10 + ["CONFIRMED"]
    assert written(qtbot, dialog).startswith("Nothing has changed for Ward")


def test_a_patient_whose_enrolment_was_undone_is_offered(
    qtbot: QtBot, session: StudySession, settings: Settings, tmp_path: Path
) -> None:
    session.execute("P009", Enrol("P009", 1, "il2", day("2026-02-02")), Answers(reason="why"))
    assert session.undo() is not None
    made = CalendarDialog(session, settings)
    shown(qtbot, made)
    labels = [made.patients.list.item(row).text() for row in range(made.patients.list.count())]
    assert "P009  enrolment undone" in labels
    made.patients.tick(["P009"])
    written(qtbot, made)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["P009.ics"]
    assert {str(e["STATUS"]) for e in events(tmp_path / "out" / "P009.ics")} == {"CANCELLED"}
    made.reject()


def test_each_program_has_its_advice(dialog: CalendarDialog) -> None:
    chosen = dialog.calendars
    for number, program in enumerate(PROGRAMS):
        chosen.program.setCurrentIndex(number)
        chosen.program.activated.emit(number)
        assert chosen.chosen_program() is program
        choose(dialog, Profile.CHANGES)
        assert ("does not bring known events up to date" in chosen.advice.said) == (
            program.way is not Way.UPDATES
        )
        choose(dialog, Profile.FILE)
        assert ("twice" in chosen.advice.said) == (program.way is Way.DUPLICATES)
        assert (chosen.content("en").refresh is not None) == (program.way is Way.SUBSCRIBE)
        assert chosen.content("en").to_server == (program.name == "A CalDAV server")


def test_a_study_that_cannot_be_written_has_no_targets(
    qtbot: QtBot, session: StudySession, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "study.il2"
    session.close()
    reading = studies.session_of(Study.open(path, who="NA", read_only=True), path)
    made = CalendarDialog(reading, settings)
    shown(qtbot, made)
    assert not made.calendars.target.isEnabled()
    assert "cannot be written" in made.calendars.about_target.said
    offered = [made.calendars.profile.itemData(n) for n in range(made.calendars.profile.count())]
    assert Profile.CHANGES not in offered
    made.patients.tick(["P001"])
    assert written(qtbot, made).startswith("1 file is saved")
    made.reject()
    reading.close()


def test_nothing_chosen_is_nothing_to_write(dialog: CalendarDialog) -> None:
    dialog.patients.tick([])
    assert not dialog.act.isEnabled()
    assert dialog.note.said == "Nothing is chosen: tick a patient."
    dialog.patients.tick(["P001"])
    assert dialog.act.isEnabled()
    dialog.folder.setText("")
    assert not dialog.act.isEnabled()


def test_a_folder_that_cannot_be_written(qtbot: QtBot, dialog: CalendarDialog, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    dialog.folder.setText(str(tmp_path / "file"))
    assert "could not be written" in written(qtbot, dialog)
    assert dialog.act.isEnabled()


def test_a_refused_calendar_is_said_and_nothing_is_remembered(
    qtbot: QtBot, dialog: CalendarDialog, session: StudySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: object, **more: object) -> bytes:
        raise Refusal("no-patient", found="P001")

    choose(dialog, Profile.FILE, "Ward")
    monkeypatch.setattr(calendar_files, "calendar", partial(refused))
    before = session.study.store.last_entry()
    assert "P001" in written(qtbot, dialog)
    assert session.study.store.last_entry() == before
    dialog.calendars.target.setEditText("hid\u200bden")
    assert "invisible" in written(qtbot, dialog)


# --- Closures from a calendar file ---


def test_closures_are_read_from_a_file(qtbot: QtBot, session: StudySession, tmp_path: Path) -> None:
    dialog = ClosuresDialog(session)
    shown(qtbot, dialog)
    file = tmp_path / "works.ics"
    dialog.take(file)
    assert dialog.said.said.startswith("works.ics cannot be read: ")
    file.write_text("hello", "utf-8")
    dialog.take(file)
    assert "works.ics" in dialog.said.said
    calendar = icalendar.Calendar()
    for start, end in (
        (day("2026-08-03"), day("2026-08-15")),
        (datetime(2026, 9, 1, 9), datetime(2026, 9, 1, 12)),  # noqa: DTZ001 - by the clock of the site
    ):
        event = icalendar.Event()
        event.add("dtstart", start)
        event.add("dtend", end)
        event.add("summary", "works <b>")
        calendar.add_component(event)
    file.write_bytes(calendar.to_ical())
    dialog.take(file)
    assert dialog.said.said.startswith("1 closure was read from works.ics. 1 event takes only some hours")
    assert dialog.list.item(0).text() == "Mon 03-Aug-2026 to Fri 14-Aug-2026  works <b>"
    dialog.take(file)
    assert "already" in dialog.said.said
    dialog.list.setCurrentRow(0)
    dialog.reason.setText("not this year")
    dialog.remove.click()
    assert dialog.list.count() == 0
    said = [entry_sentence(words("en"), entry.command) for entry in session.study.store.entries()]
    assert said[-2:] == [
        "1 closure was read from works.ics.",
        "The closure from Mon 03-Aug-2026 to Fri 14-Aug-2026 was taken away.",
    ]
