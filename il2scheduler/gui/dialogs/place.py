"""Where the injections of a cycle, a day or one time of day are given."""

from __future__ import annotations

from datetime import time

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import PatientCommand, SetPlace
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import Choice
from il2scheduler.gui.study_session import StudySession
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import Place
from il2scheduler.schedule import Schedule


class PlaceDialog(CommandDialog):
    """Every day and every time, unless one is chosen."""

    def __init__(
        self,
        session: StudySession,
        code: str,
        cycle: int,
        day: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Ask about one cycle; `day` narrows it."""
        from il2scheduler.wording import place_name

        w = language.current()
        title = w("Place of cycle {cycle} of {patient}", cycle=cycle, patient=code)
        super().__init__(session, code, title, w("&Set the place"), parent)
        self._cycle = cycle
        schedule = session.state(code).schedule
        self.day, self.time, self.place = Choice(), Choice(), Choice()
        every = w("every day")
        days: list[tuple[str, str, object]] = [(every, every, None)]
        for appointment in schedule.course(cycle):
            name = sentences.name(appointment.code, schedule.protocol)
            days.append((name, name, appointment.day))
        self.day.offer(days, day)
        always = w("every time of day")
        times: list[tuple[str, str, object]] = [(always, always, None)]
        # Qt keeps texts and numbers as they are, but neither a time nor an enumeration.
        times += [(f"{at:%H:%M}", f"{at:%H:%M}", f"{at:%H:%M}") for at in _times(schedule, cycle)]
        self.time.offer(times)
        self.place.offer([(place_name(w, p), place_name(w, p), p.value) for p in Place])
        fields = (
            (self.day, w("&Day")),
            (self.time, w("&Time of day")),
            (self.place, w("&Place")),
        )
        for field, label in fields:
            self.rows.addRow(label, field)
            field.setAccessibleName(label.replace("&", ""))
            field.activated.connect(self.changed)

    def command(self) -> PatientCommand | str:
        """Set the place."""
        day, at, place = self.day.chosen(), self.time.chosen(), self.place.chosen()
        choice = PlaceChoice(
            Place(str(place)),
            self._cycle,
            None if day is None else int(str(day)),
            None if at is None else time.fromisoformat(str(at)),
        )
        return SetPlace(choice)


def _times(schedule: Schedule, cycle: int) -> list[time]:
    return sorted({injection.time for day in schedule.course(cycle) for injection in day.injections})
