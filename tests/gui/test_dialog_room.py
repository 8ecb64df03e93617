"""Dialogs share their room well: long texts scroll, fields show whole, the buttons stay on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from il2scheduler.gui.dialogs.command_dialog import MOST_LINES
from il2scheduler.gui.dialogs.delay import DelayDialog
from il2scheduler.gui.dialogs.record import RecordDialog
from il2scheduler.gui.study_session import StudySession
from tests.gui.studies import MORNING

SMALL_SCREEN = 768


def shown(qtbot: QtBot, dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    QApplication.processEvents()


def test_what_is_to_be_checked_scrolls_where_it_is_long(qtbot: QtBot, session: StudySession) -> None:
    dialog = DelayDialog(session, "P001", cycle=4, days=3)
    shown(qtbot, dialog)
    dialog.said.setText("\n".join(f"Sentence {number}" for number in range(60)))
    dialog.findings.fit()
    QApplication.processEvents()
    line = dialog.fontMetrics().lineSpacing()
    most = dialog.screen().availableGeometry().height() // 6
    assert dialog.findings.height() == min(line * MOST_LINES, most)
    assert dialog.findings.verticalScrollBar().maximum() > 0
    assert dialog.findings.focusPolicy() is Qt.FocusPolicy.StrongFocus
    assert dialog.minimumSizeHint().height() < SMALL_SCREEN
    dialog.said.setText("One sentence")
    dialog.findings.fit()
    QApplication.processEvents()
    assert dialog.findings.height() <= 2 * line
    assert dialog.findings.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_all_fields_of_an_injection_show(qtbot: QtBot, session: StudySession) -> None:
    dialog = RecordDialog(session, "P001", "C3D5", MORNING)
    shown(qtbot, dialog)
    last = dialog.blocks[0].by
    assert not last.visibleRegion().isEmpty()
    assert last.visibleRegion().boundingRect().height() == last.height()
