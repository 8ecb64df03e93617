"""Put patients on an amended protocol: a version of the study or a file, one patient or all, in one go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from il2scheduler import resources
from il2scheduler.gui.dialogs.amend import AmendDialog
from il2scheduler.gui.study_session import StudySession
from il2scheduler.study import Answers, completing
from il2scheduler.study.completing import Typed
from tests.builders import ETOILE

Open = Callable[[str], AmendDialog]


@pytest.fixture
def opened(qtbot: QtBot, session: StudySession) -> Open:
    def make(code: str) -> AmendDialog:
        dialog = AmendDialog(session, code)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        return dialog

    return make


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    """ETOILE, version 2: the last visit is two weeks later."""
    text = (resources.path("protocols") / f"{ETOILE}.toml").read_text("utf-8")
    text = text.replace('version = "1"', 'version = "2"', 1).replace("W96", "W98")
    path = tmp_path / "v2.toml"
    path.write_text(text.replace("week = 96", "week = 98"), "utf-8")
    return path


def patients_on(session: StudySession, code: str) -> set[str]:
    """The patients who have a visit."""
    rows = session.study.patients().values()
    codes = [str(row["code"]) for row in rows]
    return {one for one in codes if any(a.code == code for a in session.state(one).schedule.appointments)}


def test_without_another_version_a_file_is_asked_for(opened: Open) -> None:
    dialog = opened("P001")
    assert not dialog.act.isEnabled()
    assert "no other version" in dialog.said.said
    assert dialog.file.isEnabled()


def test_a_file_for_one_patient_is_previewed_and_needs_a_reason(
    qtbot: QtBot, opened: Open, session: StudySession, amended: Path
) -> None:
    everybody = patients_on(session, "W96")
    dialog = opened("P001")
    dialog.take(amended)
    qtbot.waitUntil(lambda: dialog.previews is not None)
    assert dialog.version.shown() == "v2.toml: ETOILE, version 2, reading w2"
    assert "1 patient is put on this version" in dialog.said.said
    assert not dialog.act.isEnabled()
    QTest.keyClicks(dialog.reason, "amendment 2")
    assert dialog.act.isEnabled()
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert patients_on(session, "W98") == {"P001"}
    assert patients_on(session, "W96") == everybody - {"P001"}
    entries = session.study.store.entries(newest_first=True, limit=2)
    assert {entry.reason for entry in entries} == {"amendment 2"}
    session.undo()
    assert patients_on(session, "W98") == set()


def test_all_patients_of_the_protocol_are_put_on_it_and_undone_in_one_go(
    qtbot: QtBot, opened: Open, session: StudySession, amended: Path
) -> None:
    everybody = patients_on(session, "W96")
    assert len(everybody) > 1
    dialog = opened("P001")
    dialog.take(amended)
    dialog.whom.choose("")
    dialog.whom.activated.emit(1)
    QTest.keyClicks(dialog.reason, "amendment 2")
    qtbot.waitUntil(dialog.act.isEnabled)
    assert f"{len(everybody)} patients are put on this version" in dialog.said.said
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert patients_on(session, "W98") == everybody
    again = opened("P001")
    qtbot.waitUntil(lambda: again.previews is not None)
    assert "version 1" in again.version.shown()
    again.reject()
    session.undo()
    assert (patients_on(session, "W96"), patients_on(session, "W98")) == (everybody, set())


def test_a_file_that_is_no_template_and_another_protocols_are_told(
    opened: Open, amended: Path, tmp_path: Path
) -> None:
    dialog = opened("P001")
    amended.write_text(amended.read_text("utf-8").replace('rule = "fixed', 'rule = "foxed'), "utf-8")
    dialog.take(amended)
    dialog.refresh()
    assert "v2.toml: line " in dialog.said.said
    assert not dialog.act.isEnabled()
    dialog.take(resources.path("protocols") / "esprit.toml")
    dialog.refresh()
    assert "esprit" in dialog.said.said
    assert not dialog.act.isEnabled()
    dialog.take(tmp_path / "gone.toml")
    dialog.refresh()
    assert "gone.toml cannot be used" in dialog.said.said


def test_what_the_site_entered_and_the_version_leaves_open_is_named(
    opened: Open, session: StudySession
) -> None:
    study = session.study
    typed = [Typed("visits.W52.window", "-7/+14", "version 3, p. 41")]
    completing.commit(study, completing.preview(study, None, typed, Answers()))
    dialog = opened("P001")
    dialog.refresh()
    assert "study week 52" in dialog.open_again.text()
    assert dialog.open_again.isVisible()


def test_every_field_has_a_name(opened: Open) -> None:
    dialog = opened("P001")
    for widget in (dialog.version, dialog.whom, dialog.file, dialog.reason, dialog.act):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget
