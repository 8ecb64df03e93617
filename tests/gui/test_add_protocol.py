"""Add a protocol to the study: of the list or of a file, once, with patients enrolled in it afterwards."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from il2scheduler import resources
from il2scheduler.gui.dialogs.add_protocol import AddProtocolDialog
from il2scheduler.gui.dialogs.enrol import EnrolDialog
from il2scheduler.gui.study_session import StudySession
from tests.builders import ETOILE


def opened(qtbot: QtBot, session: StudySession) -> AddProtocolDialog:
    dialog = AddProtocolDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def codes(session: StudySession) -> list[str]:
    return [known.protocol.code for known in session.study.protocols.values()]


def test_a_protocol_of_the_list_is_added_in_a_reading_and_undone(qtbot: QtBot, session: StudySession) -> None:
    before = codes(session)
    dialog = opened(qtbot, session)
    offered = [dialog.protocol.itemData(at) for at in range(dialog.protocol.count())]
    assert "esprit" in offered
    assert not set(offered) & set(before)
    dialog.protocol.choose("esprit")
    dialog.protocol.activated.emit(0)
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert codes(session) == [*before, "esprit"]
    enrolling = EnrolDialog(session)
    qtbot.addWidget(enrolling)
    assert "ESPRIT" in " ".join(enrolling.protocol.itemText(at) for at in range(enrolling.protocol.count()))
    session.undo()
    assert codes(session) == before


def test_a_file_is_added_and_a_bad_one_told(qtbot: QtBot, session: StudySession, tmp_path: Path) -> None:
    text = (resources.path("protocols") / "esprit.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(text.replace('code = "esprit"', 'code = "own-trial"', 1), "utf-8")
    bad = tmp_path / "bad.toml"
    bad.write_text("code = 7", "utf-8")
    dialog = opened(qtbot, session)
    dialog.take(bad)
    assert "bad.toml" in dialog.said.text()
    assert not dialog.act.isEnabled()
    dialog.take(own)
    assert dialog.act.isEnabled()
    own.write_text(text, "utf-8")
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert "own.toml" in dialog.said.text()
    own.write_text(text.replace('code = "esprit"', 'code = "own-trial"', 1), "utf-8")
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert "own-trial" in codes(session)


def test_the_same_twice_and_another_version_are_told(
    qtbot: QtBot, session: StudySession, tmp_path: Path
) -> None:
    dialog = opened(qtbot, session)
    dialog.take(resources.path("protocols") / f"{ETOILE}.toml")
    assert "already" in dialog.said.text()
    assert not dialog.act.isEnabled()
    text = (resources.path("protocols") / f"{ETOILE}.toml").read_text("utf-8")
    newer = tmp_path / "newer.toml"
    newer.write_text(text.replace('version = "1"', 'version = "2"', 1), "utf-8")
    dialog.take(newer)
    assert "another version" in dialog.said.text()
    assert dialog.act.isEnabled()


def test_every_field_has_a_name(qtbot: QtBot, session: StudySession) -> None:
    dialog = opened(qtbot, session)
    for widget in (dialog.protocol, dialog.reading, dialog.file, dialog.act):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget
