"""Leave a cycle out: numbering and the dates of later cycles stay."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import OmitCycle, PatientCommand
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import Wrapped
from il2scheduler.gui.study_session import StudySession


class OmitDialog(CommandDialog):
    """Shows the cycle that is left out; a reason is required."""

    def __init__(self, session: StudySession, code: str, cycle: int, parent: QWidget | None = None) -> None:
        """Ask about one cycle."""
        w = language.current()
        title = w("Omit cycle {cycle} of {patient}", cycle=cycle, patient=code)
        super().__init__(session, code, title, w("&Omit the cycle"), parent)
        self._cycle = cycle
        self.rows.addRow(
            Wrapped(w("It stays visible, struck through. Later cycles keep their dates."), muted=True)
        )

    def command(self) -> PatientCommand | str:
        """Omit the cycle."""
        return OmitCycle(self._cycle)
