"""Begin a cycle with the evening injection of its first day."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from il2scheduler.commands.values import EveningStart, PatientCommand
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import Wrapped
from il2scheduler.gui.study_session import StudySession


class EveningStartDialog(CommandDialog):
    """A switch for one cycle."""

    def __init__(self, session: StudySession, code: str, cycle: int, parent: QWidget | None = None) -> None:
        """Start with the other position of the switch: that is what is asked for."""
        w = language.current()
        title = w("Evening start of cycle {cycle} of {patient}", cycle=cycle, patient=code)
        super().__init__(session, code, title, w("&Apply"), parent)
        self._cycle = cycle
        self.on = QCheckBox(w("&Begin in the evening of day 1"))
        self.on.setChecked(cycle not in session.state(code).patient.evening_starts)
        self.rows.addRow(self.on)
        self.rows.addRow(
            Wrapped(
                w("The morning injection of day 1 is then given the morning after the last day."), muted=True
            )
        )
        self.on.toggled.connect(self.changed)

    def command(self) -> PatientCommand | str:
        """Set the switch."""
        return EveningStart(self._cycle, on=self.on.isChecked())
