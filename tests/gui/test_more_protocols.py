"""What only some protocols have, in the window: cycles on demand, events, blinded arms, prescribed doses."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler import resources
from il2scheduler.commands.values import Enrol, GiveCourse
from il2scheduler.gui import item_acts, patient_acts
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.dialogs.course_model import Column
from il2scheduler.gui.dialogs.date_cycle import DateCycleDialog
from il2scheduler.gui.dialogs.date_event import DateEventDialog
from il2scheduler.gui.dialogs.enrol import EnrolDialog
from il2scheduler.gui.dialogs.new_study import NewStudyDialog
from il2scheduler.gui.dialogs.record import RecordDialog
from il2scheduler.gui.dialogs.record_course import RecordCourseDialog
from il2scheduler.gui.filter_pane import FilterPane
from il2scheduler.gui.history_model import HistoryModel
from il2scheduler.gui.patient_panel import PatientPanel
from il2scheduler.gui.study_session import StudySession
from il2scheduler.schedule import Status
from il2scheduler.study import Study
from tests.gui import studies

Open = Callable[[str], StudySession]
ESPRIT, MIROCALS, GVHD = "esprit", "mirocals", "gvhd-koreth"


@pytest.fixture
def open_study(qapp: QApplication, tmp_path: Path) -> Iterator[Open]:
    """A new study of a protocol, without patients, on the screen."""
    studies.dress(qapp)
    made: list[StudySession] = []

    def make(code: str) -> StudySession:
        path = tmp_path / f"{code}.il2"
        made.append(studies.session_of(studies.empty(path, (code,)), path))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[QWidget, str], None]:
    def shown(widget: QWidget, name: str) -> None:
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitUntil(widget.isVisible)
        QApplication.processEvents()
        if folder := os.environ.get("IL2SCHEDULER_PICTURES"):
            widget.grab().save(f"{folder}/{name}.png")

    return shown


def texts(widget: QWidget) -> str:
    """Everything that its labels show."""
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def test_a_cycle_on_demand_is_asked_for_by_its_button_and_by_a_day(
    open_study: Open, show: Callable[[QWidget, str], None]
) -> None:
    session = open_study(ESPRIT)
    session.study.execute("P001", Enrol("P001", 1, "il2", date(2025, 9, 1)))
    for cycle in (1, 2, 3):
        session.study.execute("P001", GiveCourse(cycle))
    schedule = session.state("P001").schedule
    wanted = Ask(What.DATE_CYCLE, "P001", "C4")

    assert wanted in patient_acts.asks(session, schedule)
    day = date(2026, 5, 4)
    assert Ask(What.DATE_CYCLE, "P001", "C4", day) in item_acts.day_asks(schedule, day)

    dialog = DateCycleDialog(session, "P001", 4, day)
    show(dialog, "date-cycle")
    dialog.refresh()
    assert dialog.act.isEnabled()
    dialog.act.click()

    schedule = session.state("P001").schedule
    assert schedule.start(4).planned == day
    assert schedule.cycle_status(4) is Status.PLANNED
    assert Ask(What.DELAY, "P001", "C4") in patient_acts.asks(session, schedule)
    assert Ask(What.DATE_CYCLE, "P001", "C5", day) in item_acts.day_asks(schedule, day)


def test_an_event_is_dated_and_the_visits_that_hang_on_it_get_dates(
    open_study: Open, show: Callable[[QWidget, str], None]
) -> None:
    session = open_study(MIROCALS)
    session.study.execute("P001", Enrol("P001", 1, "placebo", None))
    assert Ask(What.DATE_EVENT, "P001", "run-in") in patient_acts.asks(
        session, session.state("P001").schedule
    )

    dialog = DateEventDialog(session, "P001", "run-in")
    show(dialog, "date-event")
    assert dialog.event_of.currentText() == "start of the riluzole run-in"
    QTest.keyClicks(dialog.date.edit, "2026-02-02")
    dialog.refresh()
    dialog.act.click()

    schedule = session.state("P001").schedule
    assert schedule.appointment("RANDOMISATION").planned == date(2026, 4, 27)
    assert DateEventDialog(session, "P001").date.day() == date(2026, 2, 2)


def test_a_blinded_arm_is_not_shown_and_no_dose_is_asked(
    open_study: Open, show: Callable[[QWidget, str], None]
) -> None:
    session = open_study(MIROCALS)
    session.study.execute("P001", Enrol("P001", 1, "placebo", date(2026, 3, 30)))
    session.study.execute("P002", Enrol("P002", 1, "il2", date(2026, 3, 30)))
    panel = PatientPanel(session)
    panel.resize(420, 900)
    show(panel, "blinded-panel")
    panel.show_patient("P001")
    show(panel, "blinded-panel")

    assert "P001, MIROCALS, arm not shown" in texts(panel)
    assert What.DOSE not in {ask.what for ask in patient_acts.asks(session, session.state("P001").schedule)}
    assert {line.arm for line in session.patients()} == {""}
    assert FilterPane(session).arms == {}
    history = HistoryModel(session)
    said = [str(history.index(row, c).data()) for row in range(history.rowCount()) for c in range(8)]
    assert not [text for text in said if "placebo" in text or "arm il2" in text]

    dialog = RecordDialog(session, "P001", "C1D1")
    show(dialog, "blinded-record")
    assert not any("million" in text for text in (texts(dialog), dialog.windowTitle()))
    course = RecordCourseDialog(session, "P001", 1)
    show(course, "blinded-course")
    index = course.model.index(0, Column.DOSE)
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable
    assert isinstance(course.model.command(), GiveCourse)


def test_enrolling_asks_for_the_prescribed_dose_where_the_protocol_doses_by_body_surface(
    open_study: Open, show: Callable[[QWidget, str], None]
) -> None:
    session = open_study(GVHD)
    dialog = EnrolDialog(session)
    show(dialog, "enrol-prescribed")

    assert dialog.dose.isVisible()
    assert "The protocol states 1\u00a0million international units per square metre" in texts(dialog)
    QTest.keyClicks(dialog.patient, "P001")
    QTest.keyClicks(dialog.dose, "1.8")
    QTest.keyClicks(dialog.start.edit, "2026-04-06")
    dialog.refresh()
    dialog.act.click()
    assert session.state("P001").schedule.totals().dose_iu == 84 * 1_800_000


def test_the_list_of_protocols_is_sorted_and_names_the_registry(
    qapp: QApplication, tmp_path: Path, show: Callable[[QWidget, str], None]
) -> None:
    studies.dress(qapp)
    dialog = NewStudyDialog("A. Martin", tmp_path)
    show(dialog, "new-study")
    names = [dialog.protocol.itemText(number) for number in range(dialog.protocol.count())]

    assert len(names) == 17
    assert names == sorted(names, key=str.casefold)
    assert any(name.startswith("TRANSREG (NCT01988506): ") for name in names)


def test_a_study_is_made_from_a_template_file_and_a_bad_one_is_told(
    qapp: QApplication, tmp_path: Path, show: Callable[[QWidget, str], None]
) -> None:
    studies.dress(qapp)
    text = (resources.path("protocols") / "esprit.toml").read_text("utf-8")
    own, bad = tmp_path / "own.toml", tmp_path / "bad.toml"
    own.write_text(text.replace('code = "esprit"', 'code = "own-trial"', 1), "utf-8")
    bad.write_text("code = 7", "utf-8")
    dialog = NewStudyDialog("A. Martin", tmp_path)
    made: list[tuple[Study, Path]] = []
    dialog.made.connect(lambda study, path: made.append((study, path)))
    show(dialog, "new-study-of-a-file")
    dialog.take(bad)
    assert "bad.toml" in dialog.refused.text()
    dialog.take(own)
    dialog.place.setText(str(tmp_path / "own.il2"))
    dialog.act.click()
    ((study, path),) = made
    with study:
        assert [known.protocol.code for known in study.protocols.values()] == ["own-trial"]
        assert [known.status for known in study.protocols.values()] == ["file"]
    assert path == tmp_path / "own.il2"
