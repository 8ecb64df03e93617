"""Date a cycle that the protocol leaves to the site."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import DateCycle, PatientCommand
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.dated_dialog import DatedDialog
from il2scheduler.gui.study_session import StudySession


class DateCycleDialog(DatedDialog):
    """Asks for the first day of the cycle."""

    def __init__(
        self,
        session: StudySession,
        code: str,
        cycle: int,
        to: date | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Start with the date the cycle has, if any."""
        w = language.current()
        super().__init__(
            session,
            code,
            title=w("Date cycle {cycle} of {patient}", cycle=cycle, patient=code),
            act=w("&Set the date"),
            label=w("&First day"),
            day=to or session.state(code).schedule.start(cycle).planned,
            parent=parent,
        )
        self._cycle = cycle

    def command_of(self, day: date) -> PatientCommand:
        """Date the cycle."""
        return DateCycle(self._cycle, day)
