"""Date an event of the patient that visits hang on, such as the start of a run-in."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import DateEvent, PatientCommand
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.dated_dialog import DatedDialog
from il2scheduler.gui.fields import Choice
from il2scheduler.gui.study_session import StudySession


class DateEventDialog(DatedDialog):
    """Which event, and when it was or will be."""

    def __init__(
        self,
        session: StudySession,
        code: str,
        event: str | None = None,
        to: date | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Offer the events of the protocol, with the date one has."""
        w = language.current()
        schedule = session.state(code).schedule
        known = [one.code for one in schedule.protocol.events]
        chosen = event if event in known else next(iter(known), None)
        super().__init__(
            session,
            code,
            title=w("Event of {patient}", patient=code),
            act=w("&Set the date"),
            label=w("&Date"),
            day=to or schedule.patient.events.get(chosen or ""),
            parent=parent,
        )
        self._dates = dict(schedule.patient.events)
        self.event_of = Choice()
        names: list[tuple[str, str, object]] = [
            (one.label.said(w.language), one.label.said(w.language), one.code)
            for one in schedule.protocol.events
        ]
        self.event_of.offer(names, chosen)
        self.event_of.setAccessibleName(w("Event"))
        self.rows.insertRow(0, w("&Event"), self.event_of)
        self.event_of.activated.connect(self._event_chosen)

    def command(self) -> PatientCommand | str:
        """The event's date, or what is missing."""
        if not isinstance(self.event_of.chosen(), str):
            return language.current()("This protocol has no event to date.")
        return super().command()

    def command_of(self, day: date) -> PatientCommand:
        """Date the event."""
        return DateEvent(str(self.event_of.chosen()), day)

    def _event_chosen(self) -> None:
        self.date.set_date(self._dates.get(str(self.event_of.chosen())))
        self.changed()
