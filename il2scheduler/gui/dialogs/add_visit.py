"""Add an unscheduled visit."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import AddVisit, PatientCommand
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.dated_dialog import DatedDialog
from il2scheduler.gui.study_session import StudySession


class AddVisitDialog(DatedDialog):
    """Asks for its date; the reason says what it is for."""

    def __init__(
        self, session: StudySession, code: str, to: date | None = None, parent: QWidget | None = None
    ) -> None:
        """Start with `to`, else today."""
        w = language.current()
        super().__init__(
            session,
            code,
            title=w("Add an unscheduled visit of {patient}", patient=code),
            act=w("&Add the visit"),
            label=w("&Date"),
            day=to or session.today,
            parent=parent,
        )

    def command_of(self, day: date) -> PatientCommand:
        """Add the visit."""
        return AddVisit(day)
