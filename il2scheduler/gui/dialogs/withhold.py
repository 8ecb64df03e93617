"""Withhold the rest of a course from a day on."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

from il2scheduler.commands.values import PatientCommand, Withhold
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import Wrapped
from il2scheduler.gui.study_session import StudySession


class WithholdDialog(CommandDialog):
    """What is still planned of the course is recorded as withheld (H)."""

    def __init__(
        self,
        session: StudySession,
        code: str,
        cycle: int,
        day: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Start with the first day that is not recorded, or the given one."""
        w = language.current()
        title = w("Withhold the rest of cycle {cycle} of {patient}", cycle=cycle, patient=code)
        super().__init__(session, code, title, w("&Withhold"), parent)
        self._cycle = cycle
        days = [a for a in session.state(code).schedule.course(cycle) if a.day is not None]
        planned = [a.day or 1 for a in days if a.open]
        self.day = QSpinBox()
        self.day.setRange(1, max((a.day or 1 for a in days), default=1))
        self.day.setValue(day or min(planned, default=1))
        self.day.setAccessibleName(w("From day"))
        self.rows.addRow(w("From &day"), self.day)
        self.rows.addRow(Wrapped(w("Injections already recorded stay as they are."), muted=True))
        self.day.valueChanged.connect(self.changed)

    def command(self) -> PatientCommand | str:
        """Withhold from the day in the field."""
        return Withhold(self._cycle, self.day.value())
