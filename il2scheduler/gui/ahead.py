"""Looks ahead of a drag: the days that a chosen item may go to are counted before it is taken in hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

from il2scheduler.gui.items import Item
from il2scheduler.gui.study_session import StudySession
from il2scheduler.rules.findings import Taken
from il2scheduler.schedule import Schedule

REACH = 7
"""How many days away from where it stands."""
TURN = 0.006
"""Seconds between two frames."""


class Ahead(QObject):
    """Has the study count places, a few days between two frames; the study keeps what it counted."""

    def __init__(self, session: StudySession, parent: QObject) -> None:
        """Nothing is chosen yet."""
        super().__init__(parent)
        self._session = session
        self._taken: Mapping[date, Taken] = {}
        self._days: list[date] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._count)

    @property
    def looking(self) -> bool:
        """True while days are still to be counted."""
        return self._timer.isActive()

    def look(self, patient: str, item: Item) -> None:
        """An item of a patient was chosen: it may be moved next."""
        settings = self._session.study.settings
        if settings.places_injections is None and settings.places_visits is None:
            return
        state = self._session.state(patient)
        self._taken = self._session.study.taken(state)
        self._days = _days(state.schedule, item)
        self._timer.start()

    def stop(self) -> None:
        """Nothing is chosen any more, or the study was closed."""
        self._timer.stop()
        self._days = []

    def _count(self) -> None:
        ends = perf_counter() + TURN
        while self._days and perf_counter() < ends:
            self._taken.get(self._days.pop())
        if not self._days:
            self.stop()


def _days(schedule: Schedule, item: Item) -> list[date]:
    """Every day of the patient, then those around the item and what may go with it; the first is the last."""
    planned = [due for due in schedule.appointments if due.planned is not None]
    goes = {due.planned for due in planned if item.cycle is not None and (due.cycle or 0) >= item.cycle}
    goes |= {item.first}
    around = (
        day + timedelta(days=away)
        for away in sorted(range(-REACH, REACH + 1), key=abs)
        for day in sorted(day for day in goes if day is not None)
    )
    return list(dict.fromkeys([due.planned for due in planned if due.planned is not None] + list(around)))[
        ::-1
    ]
