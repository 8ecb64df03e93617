"""Date a cycle that the protocol leaves to the site, or add the next one on demand."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import DateCycle, PatientCommand
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.dated_dialog import DatedDialog
from il2scheduler.gui.study_session import StudySession
from il2scheduler.schedule import Schedule


def _planned(schedule: Schedule, cycle: int) -> date | None:
    """The date the cycle has; none while nobody has asked for it."""
    return next((s.planned for s in schedule.starts if s.template.number == cycle), None)


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
            day=to or _planned(session.state(code).schedule, cycle),
            parent=parent,
        )
        self._cycle = cycle

    def command_of(self, day: date) -> PatientCommand:
        """Date the cycle."""
        return DateCycle(self._cycle, day)
