"""Move a visit: free inside its window, with a reason elsewhere."""

from __future__ import annotations

from datetime import date, time

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import MoveVisit, PatientCommand
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.dated_dialog import DatedDialog
from il2scheduler.gui.fields import TextField, Wrapped
from il2scheduler.gui.study_session import StudySession


class MoveDialog(DatedDialog):
    """Asks for the new date, and an hour if wanted."""

    def __init__(
        self,
        session: StudySession,
        code: str,
        visit: str,
        to: date | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Start with `to`, else the date the visit has."""
        w = language.current()
        schedule = session.state(code).schedule
        appointment = schedule.appointment(visit)
        name = sentences.name_inside(visit, schedule.protocol)
        super().__init__(
            session,
            code,
            title=w("Move {visit} of {patient}", visit=name, patient=code),
            act=w("&Move"),
            label=w("New &date"),
            day=to or appointment.planned,
            parent=parent,
        )
        self._visit = visit
        self.hour = TextField()
        self.hour.setMaxLength(5)
        self.hour.setPlaceholderText("HH:MM")
        self.hour.setAccessibleName(w("Hour, if it has one"))
        if appointment.hour is not None:
            self.hour.setText(appointment.hour.isoformat("minutes"))
        self.rows.addRow(w("&Hour, if it has one"), self.hour)
        window = appointment.window
        if window is None:
            said = w("No window in the source: a reason is required.")
        else:
            first, last = w.staff_date(window[0]), w.staff_date(window[1])
            said = w("Window: {first} to {last}.", first=first, last=last)
        self.rows.addRow(Wrapped(said, muted=True))
        self.hour.editingFinished.connect(self.changed)

    def command(self) -> PatientCommand | str:
        """The move, or what is wrong with the hour."""
        if self.hour.text().strip() and self._hour() is None:
            return language.current()("Type the hour as HH:MM, such as 09:30.")
        return super().command()

    def command_of(self, day: date) -> PatientCommand:
        """Move the visit."""
        return MoveVisit(self._visit, day, self._hour())

    def _hour(self) -> time | None:
        text = self.hour.text().strip()
        if len(text) != len("HH:MM"):
            return None
        try:
            return time.fromisoformat(text)
        except ValueError:
            return None
