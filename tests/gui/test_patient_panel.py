"""Everything about one patient in one column, and what can be done about it."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from il2scheduler.commands.values import (
    AddNote,
    Give,
    GiveCourse,
    MoveCycle,
    PastCap,
    SetAnchor,
    Stop,
    Withdraw,
)
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.fields import Disclosure
from il2scheduler.gui.patient_panel import PatientPanel
from il2scheduler.gui.study_session import StudySession
from il2scheduler.ledger import Change, NewEntry, Row, Table
from il2scheduler.study import Answers
from il2scheduler.study.patient_facts import patient_facts
from tests.gui import studies
from tests.gui.studies import MORNING, TODAY
from tests.gui.test_today import nameless


@pytest.fixture
def panel(qtbot: QtBot, session: StudySession) -> PatientPanel:
    made = PatientPanel(session)
    session.changed.connect(made.news)
    qtbot.addWidget(made)
    made.resize(380, 900)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.show_patient("P001")
    return made


def said(panel: PatientPanel) -> list[str]:
    return [line.said for line in panel.lines]


def headings(panel: PatientPanel) -> list[str]:
    return [head.text() for head in panel.findChildren(Disclosure)]


def test_a_patient_at_a_glance(panel: PatientPanel) -> None:
    lines = said(panel)
    assert lines[0].startswith("P001, ETOILE, aldesleukin")
    assert lines[1] == "Start of the optimised regimen (baseline): Mon 05-Jan-2026"
    at = lines.index("Next")
    assert lines[at + 1 : at + 5] == [
        "Cycle 3 day 5",
        "Today, Fri 03-Apr-2026",
        "08:00 day hospital, 20:00 home",
        "4.5\u00a0million international units each",
    ]
    assert "2 need attention" in lines
    assert "/ Cycle 2, Mon 16-Feb-2026: given in part" in lines
    assert "✓ Study week 0, Mon 05-Jan-2026: done" in lines or any(
        "Mon 05-Jan-2026: done" in x for x in lines
    )
    assert "Injections: 26 of 80 given; 117 of 360\u00a0million international units" in lines
    assert "Prefers <b>mornings</b> & tea." in lines
    assert {"Cycles: 2 of 8 done", "Visits: 1 of 6 done"} <= set(headings(panel))


def test_what_people_typed_is_no_markup(panel: PatientPanel) -> None:
    (note,) = [line for line in panel.lines if "tea" in line.said]
    assert note.textFormat() is Qt.TextFormat.PlainText


def test_overdue_days_of_a_course_stand_together(panel: PatientPanel) -> None:
    panel.show_patient("P002")
    assert "2 need attention" in said(panel)
    assert "Cycle 2: 5 days are not recorded, the first of Mon 23-Feb-2026." in said(panel)
    heard: list[Ask] = []
    panel.asked.connect(heard.append)
    for name in [name for name in panel.buttons if "not recorded" in name]:
        QTest.mouseClick(panel.buttons[name], Qt.MouseButton.LeftButton)
    assert heard == [
        Ask(What.SHOW, "P002", "C2", date(2026, 2, 23)),
        Ask(What.RECORD_COURSE, "P002", "C2"),
    ]


def test_findings_are_shown_and_fixed(panel: PatientPanel) -> None:
    heard: list[Ask] = []
    panel.asked.connect(heard.append)
    for name in [name for name in panel.buttons if "Ascension" in name]:
        QTest.mouseClick(panel.buttons[name], Qt.MouseButton.LeftButton)
    assert heard == [
        Ask(What.SHOW, "P001", "C4D4", date(2026, 5, 14)),
        Ask(What.PROPOSALS, "P001", "C4D4"),
    ]


def acts(panel: PatientPanel) -> list[str]:
    code = panel.patient or ""
    return [name.removesuffix(f" {code}") for name in panel.buttons if name.endswith(f" {code}")]


def test_what_can_be_done_depends_on_the_patient(panel: PatientPanel, session: StudySession) -> None:
    assert acts(panel)[:4] == [
        "Record the course…",
        "Withhold the rest…",
        "Delay the cycle…",
        "Omit the cycle…",
    ]
    panel.show_patient("P003")
    assert "Stop treatment…" not in acts(panel)
    assert "Withdraw…" in acts(panel)
    panel.show_patient("P004")
    assert "Type the start date…" in acts(panel)
    assert not [name for name in acts(panel) if "Delay" in name]
    session.execute("P003", Withdraw(TODAY), Answers(reason="moved away"))
    panel.show_patient("P003")
    assert acts(panel) == ["Add a note…", "Print…", "Calendar…"]
    assert "Withdrawn on Fri 03-Apr-2026" in said(panel)


def test_a_stopped_treatment_says_so(panel: PatientPanel, session: StudySession) -> None:
    session.execute("P001", Stop(TODAY), Answers(reason="thyroiditis"))
    assert "Treatment stopped on Fri 03-Apr-2026" in said(panel)
    assert "Stop treatment…" not in acts(panel)


def test_the_panel_follows_the_study_and_keeps_the_focus(
    panel: PatientPanel, session: StudySession, qtbot: QtBot
) -> None:
    panel.buttons["Print… P001"].setFocus()
    session.execute("P001", Give(3, 5, MORNING))
    assert "20:00 home" in said(panel)
    assert QApplication.focusWidget() is panel.buttons["Print… P001"]
    before = panel.widget()
    session.execute("P002", GiveCourse(2))
    assert panel.widget() is before


def test_it_reads_nothing_while_it_is_hidden(panel: PatientPanel, session: StudySession) -> None:
    panel.hide()
    before = panel.widget()
    session.execute("P001", AddNote("later"))
    assert panel.widget() is before
    panel.show()
    assert "later" in said(panel)


def test_no_patient_says_how_to_find_one(panel: PatientPanel, session: StudySession) -> None:
    panel.show_patient(None)
    assert said(panel) == ["Choose a patient in a list, or find one by code (Ctrl+K)."]
    panel.show_patient("P004")
    assert "Dates appear when the start date is typed." in said(panel)
    session.execute("P004", SetAnchor(date(2026, 5, 4)))
    assert "Dates appear when the start date is typed." not in said(panel)
    session.close()
    panel.refresh()
    assert len(said(panel)) == 1


def test_by_keyboard_alone(panel: PatientPanel, qtbot: QtBot) -> None:
    heard: list[Ask] = []
    panel.asked.connect(heard.append)
    panel.setFocus()
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget() or panel, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is panel.buttons["Record: Cycle 3 day 5"]:
            break
    QTest.keyClick(panel.buttons["Record: Cycle 3 day 5"], Qt.Key.Key_Space)
    assert heard == [Ask(What.RECORD, "P001", "C3D5")]


def test_documents_say_whether_they_still_stand(panel: PatientPanel, session: StudySession) -> None:
    store = session.study.store
    rows: list[Row] = [
        {"patient": 1, "kind": "diary", "cycle": None, "revision": store.head(1).revision, "head": "ab"},
        {"patient": 1, "kind": "dosing", "cycle": 4, "revision": 0, "head": "cd"},
    ]
    changes = tuple(Change(Table.PRINTED, (n,), None, row) for n, row in enumerate(rows, start=1))
    entry = NewEntry("A. Martin", '{"command": "printed"}', 1, changes=changes)
    last = store.last_entry()
    store.append([entry], expected={1: last}, at="2026-04-03T09:31:00.000000Z")
    panel.refresh()
    lines = said(panel)
    assert "✓ Patient diary: revision 1, Fri 03-Apr-2026 11:31, A. Martin" in lines
    assert any(line.startswith("! Dosing sheet, cycle 4: revision 0 is superseded") for line in lines)
    facts = patient_facts(session.study, "P001")
    assert [(one.kind, one.current) for one in facts.prints] == [("dosing", False), ("diary", True)]
    assert [(note.number, note.entry.who) for note in facts.notes] == [(1, "A. Martin")]
    session.execute("P001", MoveCycle(4, days=1), Answers(reason="travels", past_cap=PastCap.KEEP))
    assert [one.current for one in patient_facts(session.study, "P001").prints] == [False, False]


def test_windows_are_said(panel: PatientPanel, session: StudySession) -> None:
    from il2scheduler.gui import patient_words

    schedule = session.state("P003").schedule
    due = patient_words.next_due(schedule)
    assert due is not None
    window = (date(2026, 6, 20), date(2026, 6, 24))
    lines = patient_words.coming(due._replace(window=window, site_window=True), schedule, TODAY)
    assert lines[-1] == "window of the site: Sat 20-Jun-2026 to Wed 24-Jun-2026"


@pytest.mark.parametrize("speech", ["en", "fr"])
def test_it_is_named_and_narrow_with_the_largest_text(
    panel: PatientPanel, qapp: QApplication, speech: str
) -> None:
    studies.dress(qapp, percent=200, speech=speech)
    panel.retranslate()
    for patient in ("P001", "P002", "P003", "P004"):
        panel.show_patient(patient)
        assert nameless(panel) == []
        assert panel.minimumSizeHint().width() <= 560
    assert ("Visites : 0 sur 6 faites" if speech == "fr" else "Visits: 0 of 6 done") in headings(panel)
