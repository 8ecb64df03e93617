"""Recording and correcting: what the fields say is what the study holds."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler.appointment import Injection, NotGiven, Status
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.dialogs.correct import CorrectDialog
from il2scheduler.gui.dialogs.record import RecordDialog
from il2scheduler.gui.dialogs.recording_fields import read_clock
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal
from tests.gui import studies
from tests.gui.studies import EVENING, MORNING, TODAY
from tests.gui.test_today import nameless

Kind = TypeVar("Kind", bound=CommandDialog)


def opened(qtbot: QtBot, dialog: Kind) -> Kind:
    # The dialog deletes itself when it is closed; a test looks at it afterwards.
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.preview is not None or dialog.said.said
    return dialog


def press(*keys: Qt.Key | str) -> None:
    """Keys go to whatever has the focus."""
    for key in keys:
        focus: QWidget | None = QApplication.focusWidget()
        assert focus is not None
        if isinstance(key, str):
            QTest.keyClicks(focus, key)
        else:
            QTest.keyClick(focus, key)


def injection(session: StudySession, code: str, slot: time, patient: str = "P001") -> Injection:
    return session.state(patient).schedule.appointment(code).injection(slot)


# --- One injection, or the day ---


def test_enter_records_the_injection_as_planned(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, RecordDialog(session, "P001", "C3D5", MORNING))
    assert [block.wanted() for block in dialog.blocks] == [True, False]
    press(Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    told = injection(session, "C3D5", MORNING)
    assert (told.status, told.given_at, told.given_iu) == (
        Status.GIVEN,
        datetime.combine(TODAY, MORNING),
        4_500_000,
    )
    assert (told.given_by, told.site) == ("A. Martin", None)
    assert injection(session, "C3D5", EVENING).status is Status.PLANNED


def test_all_of_a_day_is_one_entry(qtbot: QtBot, session: StudySession) -> None:
    last = session.study.store.last_entry()
    dialog = opened(qtbot, RecordDialog(session, "P001", "C3D5"))
    morning, evening = dialog.blocks
    morning.site.setEditText("thigh, left")
    assert evening.previous.said == "previous site: thigh, left (Fri 03-Apr-2026 08:00)"
    evening.clock.setText("0h30")
    evening.site.setEditText("arm, left")
    evening.batch.setEditText("B3")
    assert evening.by.text() == "patient"
    qtbot.waitUntil(lambda: bool(dialog.said.said))
    assert not dialog.act.isEnabled()
    assert "Sat 04-Apr-2026" in dialog.said.said
    evening.clock.setText("20h15")
    qtbot.waitUntil(dialog.act.isEnabled)
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert session.study.store.last_entry() == last + 1
    told = injection(session, "C3D5", EVENING)
    assert (told.given_at, told.site, told.batch, told.given_by) == (
        datetime.combine(TODAY, time(20, 15)),
        "arm, left",
        "B3",
        "patient",
    )


def test_not_given_asks_for_a_note_and_for_nothing_else(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, RecordDialog(session, "P001", "C3D5", EVENING))
    block = dialog.blocks[1]
    block.result.setFocus()
    press(Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert block.result.code() is NotGiven.WITHHELD
    assert not block.clock.isVisible()
    assert block.note.isVisible()
    block.note.setText("fever of 39 degrees")
    qtbot.waitUntil(dialog.act.isEnabled)
    dialog.act.click()
    told = injection(session, "C3D5", EVENING)
    assert (told.not_given, told.note) == (NotGiven.WITHHELD, "fever of 39 degrees")


def test_a_dose_is_said_back_in_words_and_another_one_needs_a_reason(
    qtbot: QtBot, session: StudySession
) -> None:
    dialog = opened(qtbot, RecordDialog(session, "P001", "C3D5", MORNING))
    dose = dialog.blocks[0].dose
    assert dose.said.said == "4.5\u00a0million international units"
    dose.edit.setText("18,000")
    assert "can be read as two doses" in dose.said.said
    qtbot.waitUntil(lambda: not dialog.act.isEnabled())
    dose.edit.setText("2,25")
    assert dose.said.said == "2.25\u00a0million international units"
    qtbot.waitUntil(lambda: dialog.reason.placeholderText() == "required")
    assert not dialog.act.isEnabled()
    dialog.reason.setText("low blood pressure")
    assert dialog.act.isEnabled()
    dialog.act.click()
    assert injection(session, "C3D5", MORNING).given_iu == 2_250_000


def test_an_overdose_that_happened_is_warned_of_and_recorded_with_a_reason(
    qtbot: QtBot, session: StudySession
) -> None:
    dialog = opened(qtbot, RecordDialog(session, "P001", "C3D5", MORNING))
    dialog.blocks[0].dose.edit.setText("45")
    qtbot.waitUntil(lambda: "above the highest dose the protocol states" in dialog.said.said)
    assert not dialog.act.isEnabled()
    dialog.reason.setText("vial misread")
    dialog.act.click()
    assert injection(session, "C3D5", MORNING).given_iu == 45_000_000
    correct = opened(qtbot, CorrectDialog(session, "P001", "C3D5", MORNING))
    assert correct.block is not None
    correct.block.dose.edit.setText("9")
    qtbot.waitUntil(lambda: "above the highest dose the protocol states" in correct.said.said)


def test_the_previous_site_is_in_sight(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, RecordDialog(session, "P001", "C3D5", MORNING))
    assert dialog.blocks[0].previous.said == "previous site: abdomen, left (Thu 02-Apr-2026 08:00)"
    assert dialog.blocks[0].batch.itemText(0) == "B3"
    first = opened(qtbot, RecordDialog(session, "P002", "C2D1", MORNING))
    assert first.blocks[0].previous.said == "previous site: not noted (Fri 30-Jan-2026 20:00)"


def test_nothing_ticked_says_so(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, RecordDialog(session, "P001", "C3D5"))
    for block in dialog.blocks:
        block.setChecked(False)
    qtbot.waitUntil(lambda: dialog.said.said == "Tick at least one injection.")
    assert not dialog.act.isEnabled()


def test_what_is_recorded_is_not_recorded_again(session: StudySession, qapp: QApplication) -> None:
    with pytest.raises(Refusal, match="injection-recorded"):
        RecordDialog(session, "P001", "C3D1")
    with pytest.raises(Refusal, match="visit-recorded"):
        RecordDialog(session, "P001", "W0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20:05", time(20, 5)),
        ("8h05", time(8, 5)),
        ("8.05", time(8, 5)),
        ("2005", time(20, 5)),
        (" 08:00 ", time(8)),
        ("24:00", None),
        ("2460", None),
        ("8", None),
        ("8:5", None),
        ("\u0662\u0660:05", None),
        ("", None),
    ],
)
def test_clock_times_as_people_type_them(text: str, expected: time | None) -> None:
    assert read_clock(text) == expected


# --- Visits ---


def test_a_visit_is_done_or_missed(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, RecordDialog(session, "P005", "W0"))
    visit = dialog.visit
    assert visit is not None
    assert visit.on.day() == TODAY
    visit.was_missed.click()
    assert not visit.on.isVisible()
    visit.note.setText("did not come")
    qtbot.waitUntil(dialog.act.isEnabled)
    dialog.act.click()
    told = session.state("P005").schedule.appointment("W0")
    assert (told.status, told.note) == (Status.MISSED, "did not come")


def test_a_visit_is_not_done_tomorrow(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, RecordDialog(session, "P005", "W0"))
    assert dialog.visit is not None
    dialog.visit.on.edit.setText("2026-04-04")
    qtbot.waitUntil(lambda: "lies after today" in dialog.said.said)
    assert not dialog.act.isEnabled()
    dialog.visit.on.edit.setText("2026-04")
    qtbot.waitUntil(lambda: "year-month-day" in dialog.said.said)


# --- Correct ---


def test_a_correction_begins_with_what_is_recorded_and_needs_a_reason(
    qtbot: QtBot, session: StudySession
) -> None:
    dialog = opened(qtbot, CorrectDialog(session, "P001", "C3D3", EVENING))
    assert dialog.now.said.startswith("given, Wed 01-Apr-2026 20:00, 4.5\u00a0million")
    assert dialog.said.said == "This is what is recorded: change what is to be corrected."
    assert not dialog.act.isEnabled()
    block = dialog.block
    assert block is not None
    assert (block.site.text(), block.batch.text(), block.by.text()) == ("right thigh", "B3", "patient")
    block.site.setEditText("arm, right")
    qtbot.waitUntil(lambda: dialog.reason.placeholderText() == "required")
    dialog.reason.setText("misread the diary")
    qtbot.waitUntil(dialog.act.isEnabled)
    dialog.act.click()
    assert injection(session, "C3D3", EVENING).site == "arm, right"


def test_a_recorded_field_is_emptied_and_the_preview_says_so(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, CorrectDialog(session, "P001", "C3D3", EVENING))
    assert dialog.block is not None
    dialog.block.batch.setEditText("")
    dialog.reason.setText("not on the vial")
    qtbot.waitUntil(dialog.act.isEnabled)
    model = dialog.table.model()
    row = [model.index(0, column).data() for column in range(3)]
    assert row == ["Cycle 3, day 3, at 20:00, 1 injection, batch", "“B3”", "–"]
    assert dialog.table.isVisible()
    dialog.act.click()
    assert injection(session, "C3D3", EVENING).batch is None
    assert injection(session, "C3D3", EVENING).site == "right thigh"


def test_not_given_is_corrected_to_given(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, CorrectDialog(session, "P001", "C3D4", EVENING))
    block = dialog.block
    assert block is not None
    assert dialog.now.said == "not given: V, unwell, fever"
    assert block.note.text() == "fever"
    block.result.setCurrentIndex(0)
    dialog.reason.setText("it was given")
    qtbot.waitUntil(dialog.act.isEnabled)
    dialog.act.click()
    assert injection(session, "C3D4", EVENING).status is Status.GIVEN


def test_one_of_two_injections_is_chosen(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, CorrectDialog(session, "P001", "C3D4"))
    assert dialog.which.isVisible()
    assert dialog.now.said.startswith("given")
    dialog.which.setCurrentIndex(1)
    assert dialog.now.said.startswith("not given")


def test_a_visit_is_corrected(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, CorrectDialog(session, "P001", "W0"))
    assert dialog.visit is not None
    dialog.visit.on.edit.setText("2026-01-06")
    dialog.reason.setText("typing error")
    qtbot.waitUntil(dialog.act.isEnabled)
    dialog.act.click()
    assert session.state("P001").schedule.appointment("W0").actual == date(2026, 1, 6)


def test_what_is_not_recorded_is_not_corrected(session: StudySession, qapp: QApplication) -> None:
    with pytest.raises(Refusal, match="not-recorded"):
        CorrectDialog(session, "P001", "C3D5")
    with pytest.raises(Refusal, match="visit-not-recorded"):
        CorrectDialog(session, "P005", "W0")


# --- For everybody ---


@pytest.mark.parametrize("speech", ["en", "fr"])
def test_the_dialogs_are_named_and_fit_a_screen(
    qtbot: QtBot, session: StudySession, qapp: QApplication, speech: str
) -> None:
    studies.dress(qapp, percent=200, speech=speech)
    dialogs = (
        RecordDialog(session, "P001", "C3D5"),
        RecordDialog(session, "P005", "W0"),
        CorrectDialog(session, "P001", "C3D4"),
        CorrectDialog(session, "P001", "W0"),
    )
    for dialog in dialogs:
        opened(qtbot, dialog)
        assert nameless(dialog) == []
        assert dialog.minimumSizeHint().width() <= 1280
        assert dialog.minimumSizeHint().height() <= 720


def test_what_people_typed_is_no_markup(qtbot: QtBot, session: StudySession) -> None:
    first = opened(qtbot, RecordDialog(session, "P001", "C3D5", MORNING))
    first.blocks[0].site.setEditText("<b>left</b>")
    qtbot.waitUntil(first.act.isEnabled)
    first.act.click()
    dialog = opened(qtbot, CorrectDialog(session, "P001", "C3D5", MORNING))
    assert "<b>left</b>" in dialog.now.said
    assert dialog.now.textFormat() is Qt.TextFormat.PlainText


def test_a_site_is_what_was_typed(qtbot: QtBot, session: StudySession) -> None:
    """No side is added to it: the list is there to pick from."""
    dialog = opened(qtbot, RecordDialog(session, "P001", "C3D5", MORNING))
    site = dialog.blocks[0].site
    site.setFocus()
    QTest.keyClicks(site, "left")
    assert site.text() == "left"
    assert site.count() > 3
    press(Qt.Key.Key_Return)
    assert injection(session, "C3D5", MORNING).site == "left"
