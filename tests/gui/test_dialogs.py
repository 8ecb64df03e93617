"""The dialogs that change a patient: each previews, asks for a reason, and changes the real study."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSpinBox,
    QTableView,
    QTableWidget,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from il2scheduler.commands.values import AddNote, MoveCycle, OmitCycle, PastCap
from il2scheduler.gui.dialogs.add_visit import AddVisitDialog
from il2scheduler.gui.dialogs.amend import AmendDialog
from il2scheduler.gui.dialogs.anchor import AnchorDialog
from il2scheduler.gui.dialogs.closures import ClosuresDialog
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.dialogs.date_cycle import DateCycleDialog
from il2scheduler.gui.dialogs.delay import DelayDialog
from il2scheduler.gui.dialogs.dose_level import DoseLevelDialog
from il2scheduler.gui.dialogs.enrol import EnrolDialog
from il2scheduler.gui.dialogs.evening_start import EveningStartDialog
from il2scheduler.gui.dialogs.gate import GateDialog
from il2scheduler.gui.dialogs.import_patients import ImportPatientsDialog
from il2scheduler.gui.dialogs.move import MoveDialog
from il2scheduler.gui.dialogs.note import NoteDialog
from il2scheduler.gui.dialogs.omit import OmitDialog
from il2scheduler.gui.dialogs.place import PlaceDialog
from il2scheduler.gui.dialogs.proposals import ProposalsDialog
from il2scheduler.gui.dialogs.protocol_view import ProtocolDialog
from il2scheduler.gui.dialogs.stop import StopDialog
from il2scheduler.gui.dialogs.withdraw import WithdrawDialog
from il2scheduler.gui.dialogs.withhold import WithholdDialog
from il2scheduler.gui.fields import Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.patient import OmissionCause
from il2scheduler.protocol import Place
from il2scheduler.schedule import Status
from il2scheduler.study import Answers, Study
from il2scheduler.study.patient_facts import patient_facts
from tests.gui import studies
from tests.gui.studies import TODAY, VASCU

Show = Callable[[QDialog], None]


def shown(dialog: CommandDialog) -> list[list[str]]:
    """What stands in the table of what changes: what, was, becomes, each wholly in sight."""
    table, model = dialog.table, dialog.table.model()
    right = max(table.columnViewportPosition(c) + table.columnWidth(c) for c in range(3))
    assert right <= table.viewport().width() + 1
    rows = [[str(model.index(row, column).data()) for column in range(3)] for row in range(model.rowCount())]
    return [[text.replace("\u00a0million international units", " M") for text in row] for row in rows]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    def shown(dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(dialog)
        dialog.show()
        settle(dialog)

    return shown


def settle(dialog: QDialog) -> None:
    """Let the preview follow the fields."""
    for _ in range(3):
        QApplication.processEvents()
    if isinstance(dialog, CommandDialog):
        dialog.refresh()


def rows(dialog: CommandDialog) -> list[list[str]]:
    model = dialog.table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def press(dialog: CommandDialog) -> None:
    """The button, as a mouse presses it."""
    settle(dialog)
    assert dialog.act.isEnabled(), dialog.said.text()
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted, dialog.said.text()


def last_entry(session: StudySession) -> tuple[str, str | None]:
    entry = session.study.store.entry(session.study.store.last_entry())
    return entry.command, entry.reason


def test_a_delay_shows_the_cycle_it_would_lose_and_asks_what_becomes_of_it(
    session: StudySession, show: Show
) -> None:
    dialog = DelayDialog(session, "P001", cycle=4, days=4)
    show(dialog)
    moved = {row[0]: (row[1], row[2]) for row in rows(dialog)}
    assert moved["Cycle 4"] == ("Mon 11-May-2026", "Fri 15-May-2026")
    assert moved["Cycle 8"] == ("Mon 26-Oct-2026", "Fri 30-Oct-2026")
    assert not any(name.startswith("Study week") for name in moved)
    assert "Cycle 8 would start on Fri 30-Oct-2026" in dialog.said.said
    assert dialog.cap.isVisible()
    assert not dialog.omit_past_cap.isChecked()
    assert not dialog.keep_past_cap.isChecked()
    dialog.reason.setText("fever")
    assert not dialog.act.isEnabled()
    dialog.omit_past_cap.setChecked(True)
    settle(dialog)
    assert ["Cycle 8", "Mon 26-Oct-2026", "no longer planned", ""] in rows(dialog)
    press(dialog)
    starts = session.state("P001").schedule.starts
    assert starts[3].planned == date(2026, 5, 15)
    assert starts[7].omitted is OmissionCause.CAP
    assert last_entry(session)[1] == "fever"


def test_a_delay_offers_the_next_start_on_open_days(session: StudySession, show: Show) -> None:
    dialog = DelayDialog(session, "P001", cycle=4, days=4)
    show(dialog)
    assert "Mon 18-May-2026" in dialog.offer.said
    QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    settle(dialog)
    assert dialog.to.day() == date(2026, 5, 18)
    assert not dialog.use.isVisible()


def test_a_delay_by_keyboard_alone(session: StudySession, show: Show) -> None:
    dialog = DelayDialog(session, "P001", cycle=7, days=7)
    show(dialog)
    dialog.days.setFocus()
    dialog.days.selectAll()
    QTest.keyClicks(dialog.days, "14")
    settle(dialog)
    QTest.keyClick(dialog.keep_past_cap, Qt.Key.Key_Space)
    settle(dialog)
    dialog.reason.setFocus()
    QTest.keyClicks(dialog.reason, "holiday of the patient")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert session.state("P001").schedule.start(7).planned == date(2026, 9, 28)


def test_escape_leaves_without_a_change(session: StudySession, show: Show) -> None:
    before = session.study.store.last_entry()
    dialog = DelayDialog(session, "P001", cycle=4)
    show(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert session.study.store.last_entry() == before


def test_what_keeps_a_change_from_being_saved_is_said_in_the_dialog(
    session: StudySession, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another window saves something between the look and the click."""
    dialog = OmitDialog(session, "P001", cycle=5)
    show(dialog)
    dialog.reason.setText("surgery")
    settle(dialog)
    monkeypatch.setattr(dialog, "refresh", lambda: None)
    monkeypatch.setattr(session, "look", lambda: None)
    assert session.path is not None
    with Study.open(session.path, who="B. Leroy") as other:
        other.execute("P001", AddNote("meanwhile"))
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "B. Leroy" in dialog.said.said
    assert session.state("P001").schedule.cycle_status(5) is Status.PLANNED


def test_what_another_window_changed_meanwhile_is_looked_at_before_anything_is_saved(
    session: StudySession, show: Show
) -> None:
    dialog = DelayDialog(session, "P001", 4)
    show(dialog)
    dialog.reason.setText("no train")
    dialog.omit_past_cap.setChecked(True)
    settle(dialog)
    assert shown(dialog)[0] == ["Cycle 4", "Mon 11-May-2026", "Mon 18-May-2026"]
    path = session.path
    assert path is not None
    other = Study.open(path, who="B. Leroy", clock=studies.clock)
    other.execute("P002", AddNote("Of another patient."))
    other.execute("P001", MoveCycle(4, to=date(2026, 5, 25)), Answers(reason="fever", past_cap=PastCap.OMIT))
    entries = session.study.store.last_entry()
    QTest.keyClick(dialog.act, Qt.Key.Key_Space)
    # Nothing is saved that nobody saw: cycle 4 would go back by a week, not on by one.
    assert session.study.store.last_entry() == entries
    assert dialog.isVisible()
    assert shown(dialog)[0] == ["Cycle 4", "Mon 25-May-2026", "Mon 18-May-2026"]
    assert dialog.days.value() == -7
    assert dialog.said.said.startswith(
        "Meanwhile B. Leroy: P001: Cycle 4 was moved to Mon 25-May-2026.\nLook at it again and decide anew."
    )
    # The five-second look shows it as soon as it is known; another patient's news disturbs nobody.
    before = dialog.said.said
    other.execute("P002", AddNote("Of another patient, again."))
    session.look()
    assert dialog.said.said == before
    other.execute(
        "P001", MoveCycle(4, to=date(2026, 5, 26)), Answers(reason="bank holiday", past_cap=PastCap.OMIT)
    )
    other.close()
    session.look()
    assert shown(dialog)[0] == ["Cycle 4", "Tue 26-May-2026", "Mon 18-May-2026"]
    QTest.keyClick(dialog.act, Qt.Key.Key_Space)
    assert not dialog.isVisible()
    assert session.state("P001").schedule.start(4).planned == date(2026, 5, 18)


def test_a_begun_cycle_says_why_it_cannot_be_delayed(session: StudySession, show: Show) -> None:
    dialog = DelayDialog(session, "P001", cycle=3)
    show(dialog)
    assert not dialog.act.isEnabled()
    assert "withhold" in dialog.said.said.lower()


def test_omit_a_cycle(session: StudySession, show: Show) -> None:
    dialog = OmitDialog(session, "P001", cycle=5)
    show(dialog)
    dialog.reason.setText("surgery")
    press(dialog)
    assert session.state("P001").schedule.cycle_status(5) is Status.OMITTED


def test_an_omitted_cycle_is_planned_again_where_it_stood(session: StudySession, show: Show) -> None:
    session.execute("P001", OmitCycle(5), Answers(reason="surgery"))
    dialog = DelayDialog(session, "P001", cycle=5)
    show(dialog)
    assert "omitted cycle 5" in dialog.windowTitle()
    assert (dialog.days.value(), dialog.act.isEnabled()) == (0, False)
    assert ["Cycle 5, 10 injections", "omitted", "planned"] in shown(dialog)
    dialog.reason.setText("no surgery")
    press(dialog)
    assert session.state("P001").schedule.cycle_status(5) is Status.PLANNED


def test_withhold_the_rest_of_a_course(session: StudySession, show: Show) -> None:
    dialog = WithholdDialog(session, "P001", cycle=3)
    show(dialog)
    assert dialog.day.value() == 5
    dialog.reason.setText("fever")
    press(dialog)
    assert session.state("P001").schedule.cycle_status(3) is Status.GIVEN_IN_PART


def test_move_a_visit_to_a_day_and_an_hour(session: StudySession, show: Show) -> None:
    dialog = MoveDialog(session, "P003", visit="W24", to=date(2026, 6, 24))
    show(dialog)
    assert "No window in the source" in " ".join(label.said for label in wrapped(dialog))
    assert not dialog.act.isEnabled()
    dialog.hour.setText("25:00")
    settle(dialog)
    assert "HH:MM" in dialog.said.said
    dialog.hour.setText("09:30")
    dialog.reason.setText("on holiday")
    press(dialog)
    visit = session.state("P003").schedule.appointment("W24")
    assert (visit.planned, visit.hour) == (date(2026, 6, 24), time(9, 30))


def test_add_a_visit(session: StudySession, show: Show) -> None:
    dialog = AddVisitDialog(session, "P003")
    show(dialog)
    assert dialog.date.day() == TODAY
    dialog.reason.setText("rash")
    press(dialog)
    assert session.state("P003").schedule.appointment("U1").note == "rash"


def test_type_the_start_of_a_patient_who_has_none(session: StudySession, show: Show) -> None:
    dialog = AnchorDialog(session, "P004", to=date(2026, 4, 13))
    show(dialog)
    assert not dialog.chosen.isVisible()
    press(dialog)
    assert session.state("P004").schedule.start(1).planned == date(2026, 4, 27)


def test_correcting_a_start_asks_what_becomes_of_chosen_dates(session: StudySession, show: Show) -> None:
    moved = MoveDialog(session, "P003", visit="W24", to=date(2026, 6, 24))
    show(moved)
    moved.reason.setText("on holiday")
    press(moved)
    dialog = AnchorDialog(session, "P003", to=date(2026, 1, 12))
    show(dialog)
    dialog.reason.setText("typed wrong")
    settle(dialog)
    assert dialog.chosen.isVisible()
    assert not dialog.act.isEnabled()
    dialog.clear.setChecked(True)
    press(dialog)
    assert session.state("P003").schedule.appointment("W24").planned == date(2026, 6, 29)


def test_the_dose_is_said_back_in_words_and_refused_above_the_highest(
    session: StudySession, show: Show
) -> None:
    dialog = DoseLevelDialog(session, "P001", cycle=4)
    show(dialog)
    dialog.dose.setText("45")
    settle(dialog)
    assert not dialog.act.isEnabled()
    dialog.dose.setText("3,5")
    dialog.reason.setText("toxicity")
    settle(dialog)
    assert dialog.words.said == "3.5\u00a0million international units"
    assert shown(dialog) == [
        ["Cycles 4 to 8, 10 injections each", "4.5 M", "3.5 M"],
        ["In all", "8 cycles, 78 injections, 351 M", "8 cycles, 78 injections, 301 M"],
    ]
    assert "3.5\u00a0million international units is not the dose the protocol states" in dialog.said.said
    press(dialog)
    doses = {i.dose_iu for a in session.state("P001").schedule.course(4) for i in a.injections}
    assert doses == {3_500_000}


def test_the_place_of_one_time_of_day(session: StudySession, show: Show) -> None:
    dialog = PlaceDialog(session, "P001", cycle=4)
    show(dialog)
    dialog.time.choose("20:00")
    dialog.place.choose("day-hospital")
    dialog.reason.setText("lives alone")
    settle(dialog)
    assert shown(dialog) == [["Cycle 4, evenings (20:00), 5 injections", "home", "day hospital"]]
    press(dialog)
    day = session.state("P001").schedule.appointment("C4D1")
    assert [i.place for i in day.injections] == [Place.DAY_HOSPITAL, Place.DAY_HOSPITAL]


def test_an_evening_start(session: StudySession, show: Show) -> None:
    dialog = EveningStartDialog(session, "P001", cycle=4)
    show(dialog)
    dialog.reason.setText("train")
    settle(dialog)
    assert [row[0] for row in shown(dialog)] == [
        "Cycle 4, day 1, at 08:00, 1 injection",
        "Cycle 4, day 6, 1 injection",
    ]
    press(dialog)
    assert [len(a.injections) for a in session.state("P001").schedule.course(4)] == [1, 2, 2, 2, 2, 1]


def test_stop_and_withdraw(session: StudySession, show: Show) -> None:
    stop = StopDialog(session, "P001")
    show(stop)
    stop.reason.setText("toxicity")
    settle(stop)
    assert ["Cycles 4 to 8, 10 injections each", "planned", "cancelled"] in shown(stop)
    press(stop)
    assert session.state("P001").schedule.cycle_status(4) is Status.CANCELLED
    assert session.state("P001").schedule.appointment("W52").active
    withdraw = WithdrawDialog(session, "P001")
    show(withdraw)
    withdraw.lost.setChecked(True)
    withdraw.reason.setText("moved away")
    press(withdraw)
    assert session.state("P001").patient.lost
    assert not session.state("P001").schedule.appointment("W52").active


def test_a_note_warns_of_what_looks_personal(session: StudySession, show: Show) -> None:
    dialog = NoteDialog(session, "P001")
    show(dialog)
    dialog.text.setPlainText("born 01/02/1960")
    settle(dialog)
    assert dialog.personal.said
    dialog.text.setPlainText("<b>Prefers</b> mornings")
    press(dialog)
    assert session.state("P001").notes == 2


def test_proposals_are_ticked_unless_they_cost_something(session: StudySession, show: Show) -> None:
    dialog = ProposalsDialog(session, "P001")
    show(dialog)
    ticked = {proposal.where: tick.isChecked() for tick, proposal in dialog.ticks}
    assert ticked == {"C4": False, "W64": True}
    dialog.reason.setText("closed day")
    press(dialog)
    assert session.state("P001").schedule.appointment("W64").planned == date(2027, 3, 30)


def test_enrol_a_patient(session: StudySession, show: Show) -> None:
    dialog = EnrolDialog(session)
    show(dialog)
    dialog.patient.setText("P010")
    dialog.arm.choose("il2")
    dialog.start.set_date(date(2026, 3, 2))
    settle(dialog)
    assert dialog.act.isEnabled()
    assert dialog.anchors.said
    dialog.patient.setText("P001")
    settle(dialog)
    assert not dialog.act.isEnabled()
    dialog.patient.setText("P010")
    press(dialog)
    assert session.state("P010").schedule.start(1).planned == date(2026, 3, 16)


def test_enrol_a_patient_whose_start_is_not_known(session: StudySession, show: Show) -> None:
    dialog = EnrolDialog(session)
    show(dialog)
    dialog.patient.setText("P011")
    dialog.unknown.setChecked(True)
    press(dialog)
    assert session.state("P011").patient.anchor is None


def test_a_gate_has_no_answer_beforehand(
    session: StudySession, show: Show, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "vascu.il2"
    other = studies.session_of(studies.empty(path, (VASCU,)), path)
    enrol = EnrolDialog(other)
    show(enrol)
    enrol.patient.setText("V001")
    enrol.start.set_date(date(2026, 3, 2))
    press(enrol)
    dialog = GateDialog(other, "V001")
    show(dialog)
    dialog.reason.setText("well tolerated")
    settle(dialog)
    assert not dialog.act.isEnabled()
    dialog.met.setChecked(True)
    settle(dialog)
    assert shown(dialog) == [["Cycles 2 to 4, 5 injections each", "hospital", "day hospital"]]
    press(dialog)
    places = {i.place for a in other.state("V001").schedule.course(2) for i in a.injections}
    assert places == {Place.DAY_HOSPITAL}
    other.close()


def test_a_cycle_with_a_date_of_its_own_is_not_dated_by_the_site(session: StudySession, show: Show) -> None:
    dialog = DateCycleDialog(session, "P001", cycle=4, to=date(2026, 5, 18))
    show(dialog)
    assert not dialog.act.isEnabled()
    assert dialog.said.said


def test_a_closure_is_added_and_taken_away_and_moves_nothing(session: StudySession, show: Show) -> None:
    before = session.state("P001").schedule.appointments
    dialog = ClosuresDialog(session)
    show(dialog)
    dialog.first.set_date(date(2026, 5, 11))
    dialog.last.set_date(date(2026, 5, 10))
    QTest.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    assert "before" in dialog.said.said
    dialog.last.set_date(date(2026, 5, 12))
    dialog.name.setText("works <b>")
    QTest.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    assert dialog.list.count() == 1
    assert session.state("P001").schedule.appointments == before
    assert "C4D1" in {finding.where for finding in session.findings("P001")}
    dialog.list.setCurrentRow(0)
    QTest.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    assert dialog.said.said.startswith("A reason is needed")
    assert dialog.list.count() == 1
    dialog.list.setCurrentRow(0)
    dialog.reason.setText("not this year")
    QTest.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    assert dialog.list.count() == 0
    assert [entry.reason for entry in session.study.store.entries()][-2:] == ["works <b>", "not this year"]


def test_a_public_holiday_is_opened(session: StudySession, show: Show) -> None:
    dialog = ClosuresDialog(session)
    show(dialog)
    QTest.mouseClick(dialog.open_day, Qt.MouseButton.LeftButton)
    assert dialog.said.said.startswith("Type the day")
    dialog.first.set_date(date(2026, 5, 8))
    assert date(2026, 5, 8) in session.study.clinic(date(2026, 5, 8)).holidays
    QTest.mouseClick(dialog.open_day, Qt.MouseButton.LeftButton)
    assert dialog.said.said.startswith("A reason is needed")
    dialog.first.set_date(date(2026, 5, 8))
    dialog.reason.setText("the day hospital works")
    QTest.mouseClick(dialog.open_day, Qt.MouseButton.LeftButton)
    assert dialog.said.said == "The clinic is open on Fri 08-May-2026."
    assert date(2026, 5, 8) in session.study.settings.opened
    dialog.first.set_date(date(2026, 5, 20))
    QTest.mouseClick(dialog.open_day, Qt.MouseButton.LeftButton)
    assert "20-May-2026" in dialog.said.said


def test_the_key_of_its_label_leads_to_a_date(session: StudySession, show: Show) -> None:
    dialog = ClosuresDialog(session)
    show(dialog)
    for key, field in ((Qt.Key.Key_L, dialog.last), (Qt.Key.Key_F, dialog.first)):
        QTest.keyClick(dialog, key, Qt.KeyboardModifier.AltModifier)
        assert field.edit.hasFocus()


def test_ctrl_enter_saves_a_note_of_two_lines(session: StudySession, show: Show) -> None:
    dialog = NoteDialog(session, "P001")
    show(dialog)
    QTest.keyClicks(dialog.text, "Comes by train")
    QTest.keyClick(dialog.text, Qt.Key.Key_Return)
    QTest.keyClicks(dialog.text, "from Lille")
    QTest.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert patient_facts(session.study, "P001").notes[0].text == "Comes by train\nfrom Lille"


def test_the_protocol_shows_its_quotes_and_what_is_assumed(session: StudySession, show: Show) -> None:
    dialog = ProtocolDialog(session)
    show(dialog)
    sources = cells(dialog.sources)
    assert any(
        "a dose of 4.5 million International units by subcutaneous injection" in row[1] for row in sources
    )
    assert any(row[0] == "! visits.*.window" and row[1].startswith("unknown") for row in sources)
    header = dialog.readings.horizontalHeaderItem(1)
    assert header is not None
    assert header.text() == "w2 (used here)"
    assert ["Cycle 1", "14", "0 (\u221214)", "28 (+14)"] in cells(dialog.readings)
    assert ["Cycle 8", "294", "280 (\u221214)", "294"] in cells(dialog.readings)
    assert any(
        row[0] == "Cycle 1" and "offset 14, study week 2, day 15" in row[1] for row in cells(dialog.dates)
    )
    assert ["Cycle 1, days 1 to 5", "2 each day", *[""] * 6] in cells(dialog.activities)


def test_the_protocol_of_the_other_arm(session: StudySession, show: Show) -> None:
    dialog = ProtocolDialog(session)
    show(dialog)
    dialog.arm.setFocus()
    QTest.keyClick(dialog.arm, Qt.Key.Key_Down)
    QTest.keyClick(dialog.arm, Qt.Key.Key_Return)
    assert [row[0].split(":")[0] for row in cells(dialog.dates)] == ["W0", "W24", "W52", "W64", "W76", "W96"]


def cells(table: QTableWidget) -> list[list[str]]:
    found: list[list[str]] = []
    for row in range(table.rowCount()):
        items = [table.item(row, column) for column in range(table.columnCount())]
        found.append([item.text() for item in items if item is not None])
    return found


def test_a_file_of_patients_that_is_none_is_told_whole(
    session: StudySession, show: Show, tmp_path: Path
) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("patient,what\nP9,nonsense\n", "utf-8")
    dialog = ImportPatientsDialog(session)
    show(dialog)
    dialog.show_file(path)
    assert dialog.said.said
    assert not dialog.act.isEnabled()


def wrapped(dialog: QDialog) -> list[Wrapped]:
    return dialog.findChildren(Wrapped)


def every(session: StudySession) -> list[QDialog]:
    return [
        DelayDialog(session, "P001", cycle=4, days=4),
        OmitDialog(session, "P001", cycle=4),
        WithholdDialog(session, "P001", cycle=3),
        MoveDialog(session, "P001", visit="W64"),
        AddVisitDialog(session, "P001"),
        AnchorDialog(session, "P001"),
        DoseLevelDialog(session, "P001", cycle=4),
        GateDialog(session, "P001"),
        PlaceDialog(session, "P001", cycle=4),
        EveningStartDialog(session, "P001", cycle=4),
        StopDialog(session, "P001"),
        WithdrawDialog(session, "P001"),
        NoteDialog(session, "P001"),
        ProposalsDialog(session, "P001"),
        EnrolDialog(session),
        AmendDialog(session, "P001"),
        ProtocolDialog(session),
        ClosuresDialog(session),
        ImportPatientsDialog(session),
    ]


NAMED = (QLineEdit, QComboBox, QAbstractButton, QSpinBox, QPlainTextEdit, QTableView, QTreeView, QListView)


@pytest.mark.parametrize(("percent", "speech"), [(100, "en"), (100, "fr"), (200, "fr")])
def test_every_field_has_a_name_and_nothing_is_cut(
    session: StudySession, show: Show, qapp: QApplication, percent: int, speech: str
) -> None:
    studies.dress(qapp, percent=percent, speech=speech)
    for dialog in every(session):
        show(dialog)
        for widget in dialog.findChildren(QWidget):
            if isinstance(widget, NAMED) and widget.isVisible() and not widget.objectName().startswith("qt_"):
                interface = QAccessible.queryAccessibleInterface(widget)
                assert interface is not None
                name = interface.text(QAccessible.Text.Name)
                assert name, f"{type(dialog).__name__}: {type(widget).__name__} has no name"
            if isinstance(widget, QAbstractButton) and widget.isVisible() and widget.text():
                least = widget.minimumSizeHint().width()
                assert widget.width() >= least, f"{type(dialog).__name__}: {widget.text()} is cut"
        dialog.close()


def test_the_models_keep_qts_rules(session: StudySession, show: Show) -> None:
    dialog = DelayDialog(session, "P001", cycle=4, days=4)
    show(dialog)
    tester = QAbstractItemModelTester(
        dialog.table.model(), QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    dialog.days.setValue(7)
    settle(dialog)
    assert rows(dialog)
    del tester
