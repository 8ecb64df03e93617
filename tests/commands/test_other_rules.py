"""Cycles that are fixed, floating or dated by the site; proposals taken."""

from __future__ import annotations

from il2scheduler.appointment import NotGiven
from il2scheduler.commands.values import (
    DateCycle,
    Give,
    MoveCycle,
    NotGive,
    PastCap,
    SetPlace,
    Stop,
    TakeProposals,
)
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import Place
from il2scheduler.schedule import Status
from tests.builders import VASCU, day, seed, series, template, visit
from tests.commands.desk import GAP, MORNING, Desk, enrolled

OMIT = PastCap.OMIT


def give_of(cycle: int, on: int) -> Give:
    return Give(cycle, on, MORNING)


# --- The other rules ---

EVERY_28_DAYS = "first = { offset = 0 }, every = 28, count = 4"


def four(rule: str, more: str = "") -> Desk:
    return enrolled(template(series(EVERY_28_DAYS, rule=rule, more=more), visit("W24", "week = 24")))


def test_fixed_leaves_later_cycles_and_asks_about_the_short_gap() -> None:
    desk = four("fixed")
    assert desk.refused(MoveCycle(2, days=7)).facts["where"] == "C3"
    desk.do(MoveCycle(2, days=7), accept=frozenset({GAP}))

    assert desk.starts() == ["2026-01-05", "2026-02-09", "2026-03-02", "2026-03-30"]


def test_floating_follows_the_previous_start_both_ways() -> None:
    desk = four("floating", "minimum_gap = 21")
    before = desk.state
    desk.do(MoveCycle(2, days=7))
    assert desk.starts() == ["2026-01-05", "2026-02-09", "2026-03-09", "2026-04-06"]
    desk.do(MoveCycle(2, days=-7))
    assert desk.state == before
    desk.do(MoveCycle(1, days=3))
    assert desk.starts() == ["2026-01-08", "2026-02-05", "2026-03-05", "2026-04-02"]


def test_floating_follows_the_actual_start() -> None:
    """Day 1 not given, day 2 given: the cycle started a day later, and so do the next."""
    desk = four("floating")
    desk.do(NotGive(1, 1, MORNING, NotGiven.ABSENT))
    desk.give(1, 2)

    assert desk.starts() == ["2026-01-05", "2026-02-03", "2026-03-03", "2026-03-31"]


def test_a_stated_minimum_absorbs_part_of_a_delay() -> None:
    desk = four("fixed_with_min_gap", "minimum_gap = 21")
    desk.do(MoveCycle(2, days=11))

    assert desk.starts() == ["2026-01-05", "2026-02-13", "2026-03-06", "2026-03-30"]


def test_a_cycle_dated_by_the_site_is_dated_moved_and_never_has_a_nominal_date() -> None:
    desk = enrolled(template(series("by_site = 2", more="minimum_gap = 56")))

    assert desk.refused(MoveCycle(1, days=1)).kind == "cycle-undated"
    assert desk.refused(give_of(1, 1)).kind == "cycle-undated"
    desk.do(DateCycle(1, day("2026-02-02")), None)
    assert desk.refused(DateCycle(1, day("2026-02-09")), None).kind == "reason-needed"
    desk.do(DateCycle(1, day("2026-02-09")))
    desk.do(MoveCycle(1, days=1))
    assert desk.at("C1D1") == "2026-02-10"
    assert desk.refused(DateCycle(2, day("2026-03-30"))).facts["finding"] == "gap-too-short"
    desk.do(DateCycle(2, day("2026-03-30")), accept=frozenset({GAP}))
    assert desk.at("C2D1") == "2026-03-30"
    assert enrolled().refused(DateCycle(2, day("2026-03-30"))).kind == "cycle-has-date"


def test_a_stop_ends_cycles_that_are_not_dated_yet() -> None:
    desk = enrolled(template(series("by_site = 2")))
    desk.do(DateCycle(1, day("2026-02-02")), None)
    desk.do(Stop(day("2026-02-04")))

    assert [desk.status(f"C1D{on}") for on in (2, 3)] == [Status.PLANNED, Status.CANCELLED]
    assert desk.cycle(2) is Status.CANCELLED
    assert desk.refused(DateCycle(2, day("2026-01-05"))).kind == "cycle-cancelled"


# --- Proposals ---


def test_proposals_are_taken_in_one_entry() -> None:
    """W64 moves to Tuesday 2027-03-30, and a cycle with it if asked."""
    desk = enrolled()
    decision = desk.do(TakeProposals((("W64", day("2027-03-30")), ("C3", day("2026-04-13")))), past_cap=OMIT)

    assert (desk.at("W64"), desk.at("C3D1")) == ("2027-03-30", "2026-04-13")
    assert ("closed-day", "W64") in [(f.kind.value, f.where) for f in decision.solved]
    assert desk.refused(TakeProposals((("W99", day("2027-03-30")),))).kind == "no-visit"


def test_a_course_at_home_may_stand_on_a_closed_day() -> None:
    desk = enrolled(seed(VASCU), "2026-03-02")
    decision = desk.do(SetPlace(PlaceChoice(Place.HOME, 4)))

    assert [(f.kind.value, f.where) for f in decision.solved] == [("closed-day", "C4D5")]
