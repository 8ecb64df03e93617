"""Withdraw a patient: nothing is planned after that day."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QCheckBox, QWidget

from il2scheduler.commands.values import PatientCommand, Withdraw
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.dated_dialog import DatedDialog
from il2scheduler.gui.fields import Wrapped
from il2scheduler.gui.study_session import StudySession


class WithdrawDialog(DatedDialog):
    """Everything after that day that is not recorded is cancelled; what is on the day is left to a person."""

    def __init__(
        self, session: StudySession, code: str, to: date | None = None, parent: QWidget | None = None
    ) -> None:
        """Start with `to`, else today."""
        w = language.current()
        super().__init__(
            session,
            code,
            title=w("Withdraw {patient}", patient=code),
            act=w("&Withdraw"),
            label=w("&On"),
            day=to or session.today,
            parent=parent,
        )
        self.lost = QCheckBox(w("&Lost to follow-up"))
        self.rows.addRow(self.lost)
        self.rows.addRow(
            Wrapped(w("Everything after that day is cancelled; what is on the day itself stays."), muted=True)
        )
        self.lost.toggled.connect(self.changed)

    def command_of(self, day: date) -> PatientCommand:
        """Withdraw on the day."""
        return Withdraw(day, lost=self.lost.isChecked())
