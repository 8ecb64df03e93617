"""Stop the treatment of a patient; visits stay."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import PatientCommand, Stop
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.dated_dialog import DatedDialog
from il2scheduler.gui.fields import Wrapped
from il2scheduler.gui.study_session import StudySession


class StopDialog(DatedDialog):
    """Injections of that day and later that are not recorded are cancelled."""

    def __init__(
        self, session: StudySession, code: str, to: date | None = None, parent: QWidget | None = None
    ) -> None:
        """Start with `to`, else today."""
        w = language.current()
        super().__init__(
            session,
            code,
            title=w("Stop the treatment of {patient}", patient=code),
            act=w("&Stop treatment"),
            label=w("&From"),
            day=to or session.today,
            parent=parent,
        )
        self.rows.addRow(
            Wrapped(w("Injections of that day and later are cancelled; visits stay."), muted=True)
        )

    def command_of(self, day: date) -> PatientCommand:
        """Stop on the day."""
        return Stop(day)
