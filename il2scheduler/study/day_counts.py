"""The places that other patients take, asked day by day: a decision looks at few days of a long study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from il2scheduler.rules.findings import Taken
from il2scheduler.store import Store
from il2scheduler.store.interface import DayCount

_FIRST, _LAST = "0001-01-01", "9999-12-31"


class DayCounts:
    """What each day of a study holds, read once a day and kept until there is a newer entry."""

    def __init__(self, store: Store) -> None:
        """Nothing is read yet."""
        self._store = store
        self._entry = -1
        self._days: dict[date, DayCount] = {}

    def on(self, day: date, entry: int) -> DayCount:
        """What a day holds; `entry` is the newest entry of the study at the moment of the question."""
        if entry != self._entry:
            self._days.clear()
            self._entry = entry
        known = self._days.get(day)
        if known is None:
            text = day.isoformat()
            known = self._days[day] = self._store.counts(text, text).get(text, DayCount())
        return known

    def every(self) -> Mapping[date, DayCount]:
        """Every day that holds something, read anew."""
        return {date.fromisoformat(text): n for text, n in self._store.counts(_FIRST, _LAST).items()}


class TakenByOthers(Mapping[date, Taken]):
    """Places taken on a date besides those of one patient, as of one entry of the study."""

    def __init__(self, counts: DayCounts, entry: int, own: Mapping[date, Taken]) -> None:
        """`own` are the places the patient takes now."""
        self._counts, self._entry, self._own = counts, entry, own

    def __getitem__(self, day: date) -> Taken:
        count = self._counts.on(day, self._entry)
        if count == DayCount():
            raise KeyError(day)
        mine = self._own.get(day, Taken())
        return Taken(count.clinic_patients - mine.injections, count.visits - mine.visits)

    def __bool__(self) -> bool:
        # Whether there is any day at all would be a question about the whole study.
        return True

    def __iter__(self) -> Iterator[date]:
        return iter(self._counts.every())

    def __len__(self) -> int:
        return len(self._counts.every())
