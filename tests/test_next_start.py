"""The first start with a whole course on open days, from the date a person asks for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from il2scheduler.protocol import Place
from il2scheduler.rules import FindingKind, next_open_start
from il2scheduler.schedule import OmissionCause, PlaceChoice, Schedule
from tests.builders import (
    ETOILE,
    changed,
    chosen,
    day,
    enrolled,
    france,
    kinds,
    planned,
    series,
    template,
    weekdays_only,
)


def offered(schedule: Schedule, cycle: int, from_: str) -> str | None:
    proposal = next_open_start(schedule, france(), cycle, day(from_))
    return None if proposal is None else str(proposal.to)


def test_cycle_3_asked_for_good_friday_is_offered_the_monday_after_easter_week() -> None:
    """W0 2026-01-05: from Friday 3 April the first five open days begin on Monday 13 April."""
    schedule = planned(ETOILE, "2026-01-05")
    proposal = next_open_start(schedule, france(), 3, day("2026-04-03"))

    assert proposal is not None
    assert (proposal.where, str(proposal.from_), str(proposal.to)) == ("C3", "2026-03-30", "2026-04-13")
    assert (proposal.days, proposal.loses_cycle) == (14, True)
    assert kinds(proposal.costs)["past-cap"] == ["C8"]


def test_an_asked_date_that_fits_is_the_answer() -> None:
    schedule = planned(ETOILE, "2026-01-05")

    assert offered(schedule, 3, "2026-04-13") == "2026-04-13"
    assert offered(schedule, 3, "2026-03-30") == "2026-03-30"


def test_dates_that_the_minimum_gap_does_not_allow_are_passed_over() -> None:
    """Cycle 3 stands 42 days after cycle 2; asked for two weeks earlier it is offered where it is."""
    schedule = planned(ETOILE, "2026-01-05")

    assert offered(schedule, 3, "2026-03-16") == "2026-03-30"
    assert offered(chosen(schedule, C2="2026-02-18"), 3, "2026-03-30") == "2026-04-13"


def test_only_days_that_need_the_clinic_must_be_open() -> None:
    home = changed(planned(ETOILE, "2026-01-05"), lambda p: p._replace(places=(PlaceChoice(Place.HOME, 3),)))

    assert offered(home, 3, "2026-04-03") == "2026-04-03"


@pytest.mark.parametrize(("closed", "expected"), [(27, "2026-02-02"), (28, None)])
def test_the_search_ends_after_28_days(closed: int, expected: str | None) -> None:
    """Asked for a Monday; four weeks on the clinic is open again, or a day too late."""
    schedule = enrolled(template(series("weeks = [0]", 'days = "1"')))
    days = [str(day("2026-01-05") + timedelta(days=n)) for n in range(closed + 1)]
    proposal = next_open_start(schedule, weekdays_only(*days), 1, day("2026-01-05"))

    assert (None if proposal is None else str(proposal.to)) == expected


def test_a_cycle_not_dated_yet_may_be_asked_for() -> None:
    schedule = enrolled(template(series("by_site = 2")))
    proposal = next_open_start(schedule, france(), 1, day("2026-04-03"))

    assert proposal is not None
    assert str(proposal.to) == "2026-04-13"


def test_nothing_is_offered_that_runs_into_the_next_cycle_or_for_one_past_the_cap() -> None:
    """A cycle that a person omitted may be planned again, so its starts are offered."""
    close = enrolled(template(series("weeks = [0, 1, 2]", rule="fixed", more="minimum_gap = 7")))
    proposal = next_open_start(close, france(), 1, day("2026-01-06"))
    omitted = changed(planned(ETOILE, "2026-01-05"), lambda p: p._replace(omitted={3: OmissionCause.PERSON}))
    capped = changed(
        planned(ETOILE, "2026-01-05"),
        lambda p: p.with_chosen("C7", day("2026-09-21"))._replace(omitted={8: OmissionCause.CAP}),
    )

    assert proposal is None
    assert offered(omitted, 3, "2026-04-03") == "2026-04-13"
    assert offered(capped, 8, "2026-11-02") is None
    with pytest.raises(KeyError):
        offered(omitted, 9, "2026-04-03")


def test_what_it_costs_is_judged_on_the_whole_schedule() -> None:
    proposal = next_open_start(planned(ETOILE, "2025-01-06"), france(), 4, day("2025-05-19"))

    assert proposal is not None
    assert str(proposal.to) == "2025-05-19"
    assert {c.kind for c in proposal.costs} >= {FindingKind.PAST_CAP, FindingKind.CLOSED_DAY}
