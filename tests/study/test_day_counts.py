"""Places of other patients are asked day by day, and asked again once there is a newer entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from il2scheduler.rules.findings import Taken
from il2scheduler.store.interface import DayCount
from il2scheduler.study.day_counts import DayCounts, TakenByOthers

MONDAY = date(2026, 1, 5)
TUESDAY = date(2026, 1, 6)


class Counting:
    """A store that counts the questions."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def counts(self, first: str, last: str) -> Mapping[str, DayCount]:
        self.asked.append((first, last))
        return {"2026-01-05": DayCount(3, 1, 2)} if first <= "2026-01-05" <= last else {}


@pytest.fixture
def store() -> Counting:
    return Counting()


def test_a_day_is_asked_once_and_again_after_an_entry(store: Counting) -> None:
    counts = DayCounts(store)  # type: ignore[arg-type] # only counts is asked
    assert [counts.on(MONDAY, 7) for _ in range(3)] == [DayCount(3, 1, 2)] * 3
    assert counts.on(TUESDAY, 7) == DayCount()
    assert len(store.asked) == 2
    counts.on(MONDAY, 8)
    assert store.asked[-1] == ("2026-01-05", "2026-01-05")
    assert len(store.asked) == 3


def test_own_places_are_not_those_of_others(store: Counting) -> None:
    taken = TakenByOthers(DayCounts(store), 1, {MONDAY: Taken(1, 1)})  # type: ignore[arg-type] # as above
    assert taken
    assert not store.asked
    assert taken.get(MONDAY) == Taken(2, 1)
    assert taken.get(TUESDAY) is None
    assert dict(taken) == {MONDAY: Taken(2, 1)}
