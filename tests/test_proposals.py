"""Moving off closed days: what is searched, what is offered, what it costs, what is never taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from il2scheduler.clinic import Clinic, Closure
from il2scheduler.protocol import FromAnchor, Place, Protocol, Window
from il2scheduler.rules import (
    FindingKind,
    Within,
    anchor_proposals,
    apply,
    avoid_closed_days,
    clashing,
    findings,
    next_open_start,
    proposals,
)
from il2scheduler.rules.findings import Taken, closed_days
from il2scheduler.rules.proposals import nearest
from il2scheduler.schedule import OmissionCause, Patient, PlaceChoice, Schedule, build
from tests.builders import (
    ETOILE,
    TWO_SLOTS,
    VASCU,
    changed,
    chosen,
    course,
    day,
    enrolled,
    france,
    kinds,
    planned,
    series,
    starts,
    template,
    visit,
    weekdays_only,
)


def one_visit(on: str, window: Window | None) -> Schedule:
    """A patient with one visit, whose nominal date is `on`."""
    said: Protocol = template(series("weeks = [50]"), visit("V", "offset = 0", 'arms = ["control"]'))
    (bare,) = said.visits
    said = replace(said, visits=(replace(bare, hook=FromAnchor(0), window=window),))
    return build(said, Patient("P001", "control", day(on)))


def offered(schedule: Schedule, clinic: Clinic, *, earlier: bool = False) -> list[tuple[str, str]]:
    return [(p.where, str(p.to)) for p in proposals(schedule, clinic, earlier=earlier)]


# --- The search ---


@pytest.mark.parametrize(
    ("on", "before", "after", "closed", "expected"),
    [
        ("2025-07-05", 3, 3, ["2025-07-04"], "2025-07-07"),
        ("2025-07-05", 1, 1, ["2025-07-04"], None),
        ("2025-12-25", 2, 2, ["2025-12-25"], "2025-12-26"),
        ("2017-01-07", 0, 2, [], "2017-01-09"),
        ("2017-01-08", 2, 1, [], "2017-01-09"),
        ("2017-01-07", 1, 1, [], "2017-01-06"),
        ("2017-01-07", 0, 1, [], None),
        ("2017-01-07", 0, 0, [], None),
        ("2024-02-24", 5, 5, ["2024-02-23", "2024-02-26", "2024-02-27", "2024-02-28"], "2024-02-22"),
    ],
)
def test_the_nearest_open_day_inside_the_window_later_before_earlier(
    on: str, before: int, after: int, closed: list[str], expected: str | None
) -> None:
    """Sat 5 July 2025 +/-3 with the Friday closed: Monday; +/-1: none; bounds are inside the window."""
    found = proposals(one_visit(on, Window(before, after)), weekdays_only(*closed))

    assert [str(p.to) for p in found] == ([] if expected is None else [expected])
    assert {p.within for p in found} <= {Within.WINDOW}


def test_a_clinic_open_on_sundays_only_offers_the_next_sunday() -> None:
    """Sunday 1 January 2017 closed: 8 January, seven days on, the last one searched without a window."""
    sundays = replace(weekdays_only("2017-01-01"), closed_weekdays=frozenset(range(6)))
    (found,) = proposals(one_visit("2017-01-01", None), sundays)

    assert (str(found.to), found.days, found.within) == ("2017-01-08", 7, Within.SITE_LIMIT)
    assert (
        proposals(one_visit("2017-01-02", None), replace(sundays, closed_weekdays=frozenset(range(7)))) == ()
    )


def test_a_date_closed_for_two_reasons_moves_once() -> None:
    """Sunday 1 January 2017, a holiday and a Sunday: Monday 2 January, not Tuesday."""
    assert offered(one_visit("2017-01-01", None), weekdays_only("2017-01-01")) == [("V", "2017-01-02")]


def test_a_window_of_the_site_bounds_the_search_and_says_so() -> None:
    (found,) = proposals(one_visit("2017-01-07", Window(2, 1, by_site=True)), weekdays_only())

    assert (str(found.to), found.within) == ("2017-01-06", Within.SITE_WINDOW)


def test_a_visit_that_was_moved_outside_its_window_is_offered_a_date_inside() -> None:
    moved = chosen(one_visit("2026-01-05", Window(1, 1)), V="2026-01-10")

    assert offered(moved, weekdays_only()) == [("V", "2026-01-06")]


def test_days_are_searched_from_the_centre_and_never_outside() -> None:
    centre = day("2026-01-05")
    found = list(nearest(centre, day("2026-01-03"), day("2026-01-08")))

    assert [(date_ - centre).days for date_ in found] == [0, 1, -1, 2, -2, 3]
    assert list(nearest(centre, day("2026-01-07"), day("2026-01-08"))) == [
        day("2026-01-07"),
        day("2026-01-08"),
    ]
    assert list(nearest(centre, day("2026-01-08"), day("2026-01-07"))) == []


# --- The seeds ---


def test_etoile_w64_moves_to_tuesday_and_cycle_4_has_no_free_date() -> None:
    """W0 2026-01-05: a week later cycle 4 loses cycle 8; W64 goes from Easter Monday to Tuesday."""
    cycle_4, w64 = proposals(planned(ETOILE, "2026-01-05"), france())

    assert (cycle_4.where, cycle_4.days, cycle_4.loses_cycle) == ("C4", 7, True)
    assert "C8" in [cost.where for cost in cycle_4.costs if cost.kind is FindingKind.PAST_CAP]
    assert (w64.where, str(w64.to), w64.within, w64.costs) == ("W64", "2027-03-30", Within.SITE_LIMIT, ())


def test_vascu_cycle_4_has_no_date_within_7_days() -> None:
    """First injection 2026-03-02: 8 May closes day 5, and a week later meets Ascension."""
    schedule = planned(VASCU, "2026-03-02")

    assert offered(schedule, france()) == []
    assert clashing(schedule, france()) == ("C4",)


def test_etoile_a_week_later_has_one_clash_instead_of_two() -> None:
    """W0 on Monday 2026-01-12 has 1 clash, cycle 3 day 1 on Easter Monday."""
    schedule = planned(ETOILE, "2026-01-05")
    busy = replace(france(), closed_weekdays=frozenset({1, 2, 3, 4, 5, 6}))
    later = build(schedule.protocol, schedule.patient._replace(anchor=day("2026-01-12")))
    found = anchor_proposals(schedule.protocol, schedule.patient, france())

    assert [f.where for f in closed_days(later, france())] == ["C3D1"]
    assert found
    assert all(len(p.clashes) < p.instead_of == 2 for p in found)
    assert [len(p.clashes) for p in found] == sorted(len(p.clashes) for p in found)
    assert all(p.anchor.weekday() == 0 for p in anchor_proposals(schedule.protocol, schedule.patient, busy))


def test_other_anchors_are_open_days_and_nearest_first_among_equals() -> None:
    schedule = planned(VASCU, "2026-03-02")
    found = anchor_proposals(schedule.protocol, schedule.patient, france())
    distances = [abs((p.anchor - day("2026-03-02")).days) for p in found if not p.clashes]

    assert 0 < len(found) <= 3
    assert all(
        france().is_open(p.anchor) and abs(p.anchor - day("2026-03-02")) <= timedelta(days=28) for p in found
    )
    assert distances == sorted(distances)


def test_without_an_anchor_there_is_nothing_to_propose() -> None:
    schedule = planned(ETOILE, None)

    assert proposals(schedule, france()) == ()
    assert anchor_proposals(schedule.protocol, schedule.patient, france()) == ()
    assert avoid_closed_days(schedule, france()) == (schedule, ())


def test_a_baseline_sample_is_never_moved_past_the_injection_it_precedes() -> None:
    """W0 2024-11-04: W24 and cycle 5 day 1 meet Easter Monday. On Tuesday the sample would come too late."""
    schedule = planned(ETOILE, "2024-11-04")
    w24 = next(p for p in proposals(schedule, france()) if p.where == "W24")
    after, _ = avoid_closed_days(schedule, france())

    assert schedule.appointment("C5D1").planned == day("2025-04-21") == schedule.appointment("W24").planned
    assert str(w24.to) == "2025-04-18"
    assert [a.code for a in after.appointments if a.code in {"W24", "C5D1"}] == ["W24", "C5D1"]


# --- Courses ---


def fortnightly(closed: str, *, gap: int = 7, rule: str = "fixed_with_min_gap") -> tuple[Schedule, Clinic]:
    """Two five-day courses a fortnight apart, the second from Monday 19 January 2026."""
    said = template(series("offsets = [0, 14]", rule=rule, more=f"minimum_gap = {gap}"))
    return enrolled(said), weekdays_only(closed)


def test_a_course_is_searched_later_only_and_earlier_when_asked() -> None:
    """Tuesday closed: a week later; asked for both, equally far, later comes first."""
    schedule, clinic = fortnightly("2026-01-20")

    assert offered(schedule, clinic) == [("C2", "2026-01-26")]
    assert (
        offered(
            schedule,
            replace(clinic, closures=(*clinic.closures, Closure(day("2026-01-28"), day("2026-01-28")))),
        )
        == []
    )
    both = replace(clinic, closures=(*clinic.closures, Closure(day("2026-01-28"), day("2026-01-28"))))
    assert offered(schedule, both, earlier=True) == [("C2", "2026-01-12")]


def test_every_injection_day_that_needs_the_clinic_must_be_open() -> None:
    """Evening injections at home: a course may run over a weekend only where mornings are at home, too."""
    said = template(series("weeks = [2]", slots=TWO_SLOTS))
    mornings = enrolled(said)
    at_home = changed(mornings, lambda p: p._replace(places=(PlaceChoice(Place.HOME, day=5),)))

    assert offered(mornings, weekdays_only("2026-01-19")) == [("C1", "2026-01-26")]
    assert offered(at_home, weekdays_only("2026-01-19")) == [("C1", "2026-01-20")]


def test_a_whole_course_moves_and_never_one_day_of_it() -> None:
    """VASCU with Thursday closed: all five days go to the next week."""
    (found,) = proposals(*fortnightly("2026-01-22"))
    schedule, _ = fortnightly("2026-01-22")

    assert course(apply(schedule, found), 2) == [f"2026-01-{n}" for n in (26, 27, 28, 29, 30)]


def test_an_earlier_start_that_breaks_the_minimum_gap_is_not_offered() -> None:
    schedule, clinic = fortnightly("2026-01-20", gap=14)
    blocked = replace(clinic, closures=(*clinic.closures, Closure(day("2026-01-28"), day("2026-01-28"))))

    assert offered(schedule, blocked, earlier=True) == []


def test_a_fixed_next_cycle_that_would_come_too_soon_is_no_proposal() -> None:
    """The rule leaves cycle 2 on its date; cycle 1 a week later would leave 7 days where 14 are required."""
    schedule, _ = fortnightly("2026-01-06", gap=14, rule="fixed")

    assert offered(schedule, weekdays_only("2026-01-06")) == []


def test_costs_are_what_the_move_adds_to_the_whole_schedule() -> None:
    """A week later cycle 1 pushes cycle 2 onto a closed day: that is a cost, the clash it ends is none."""
    said = template(series("offsets = [0, 14]"))
    clinic = weekdays_only("2026-01-07", "2026-01-27")
    (found,) = proposals(enrolled(said), clinic)

    assert (found.where, str(found.to)) == ("C1", "2026-01-12")
    assert [(cost.kind, cost.where) for cost in found.costs] == [(FindingKind.CLOSED_DAY, "C2D2")]


def test_a_free_date_farther_away_is_offered_beside_the_nearest() -> None:
    """One-day courses: on Tuesday cycle 1 pushes cycle 2 onto a closed day, on Wednesday it does not."""
    said = template(series("offsets = [0, 14]", 'days = "1"'))
    nearest_, free = proposals(enrolled(said), weekdays_only("2026-01-05", "2026-01-20"))

    assert (str(nearest_.to), [cost.where for cost in nearest_.costs]) == ("2026-01-06", ["C2D1"])
    assert (str(free.to), free.costs) == ("2026-01-07", ())


def test_a_follow_up_that_comes_too_early_after_the_move_is_a_cost() -> None:
    said = template(
        series("offsets = [0]", 'days = "1"'),
        visit("V", "offset = 7", "min_days_after = { cycle = 1, days = 7 }"),
    )
    (found,) = proposals(enrolled(said), weekdays_only("2026-01-05"))

    assert (str(found.to), [c.kind for c in found.costs]) == ("2026-01-06", [FindingKind.FOLLOW_UP_EARLY])


def test_a_cycle_that_is_past_the_cap_already_is_not_lost_again() -> None:
    """Cycle 8 is past week 42 before the move; moving cycle 7 off a holiday loses no further one."""
    late = chosen(planned(ETOILE, "2025-01-06"), C4="2025-05-19")
    (cycle_6,) = (p for p in proposals(late, france()) if p.where == "C6")

    assert "C8" in kinds(findings(late, france()))["past-cap"]
    assert not cycle_6.loses_cycle


def test_nothing_is_proposed_for_an_omitted_cycle() -> None:
    omitted = changed(planned(ETOILE, "2026-01-05"), lambda p: p._replace(omitted={4: OmissionCause.PERSON}))

    assert offered(omitted, france()) == [("W64", "2027-03-30")]


# --- All at once ---


def test_avoiding_closed_days_never_loses_a_cycle() -> None:
    """ETOILE 2026-01-05: W64 moves, cycle 4 stays on Ascension, all eight cycles remain."""
    before = planned(ETOILE, "2026-01-05")
    after, taken = avoid_closed_days(before, france())

    assert [(p.where, str(p.to)) for p in taken] == [("W64", "2027-03-30")]
    assert starts(after) == starts(before)
    assert "past-cap" not in kinds(findings(after, france()))


@pytest.mark.parametrize("start", [f"2026-{month:02}-{n:02}" for month in range(1, 13) for n in (2, 19)])
def test_avoiding_closed_days_moves_whole_courses_and_leaves_fewer_clashes(start: str) -> None:
    for code in (ETOILE, VASCU):
        before = planned(code, start)
        after, taken = avoid_closed_days(before, france())
        found = kinds(findings(after, france()))

        clashes = len(closed_days(after, france()))
        assert clashes < len(closed_days(before, france())) if taken else after == before
        assert (
            not {"course-split", "course-overlap", "cycle-order", "gap-too-short", "past-cap"} & found.keys()
        )
        assert after.totals() == before.totals()


def test_closed_days_are_avoided_only_when_asked() -> None:
    before = planned(ETOILE, "2026-01-05")
    proposals(before, france())

    assert before == planned(ETOILE, "2026-01-05")


# --- The years of the calendar ---


def test_a_course_is_not_moved_into_a_year_the_calendar_does_not_know() -> None:
    """Monday 28 December closed, calendar to 2026: a week later no one knows whether the clinic is open."""
    schedule = enrolled(template(series("weeks = [0]", 'days = "1"')), "2026-12-31")
    clinic = Clinic(2026, 2026, closures=(Closure(day("2026-12-31"), day("2026-12-31")),))
    known = Clinic(2026, 2027, closures=clinic.closures)

    assert offered(schedule, clinic) == []
    assert offered(schedule, known) == [("C1", "2027-01-01")]
    assert offered(schedule, clinic, earlier=True) == [("C1", "2026-12-30")]


def test_other_anchors_stay_within_the_calendar_too() -> None:
    schedule = enrolled(template(series("weeks = [0, 4]")), "2026-11-25")
    clinic = Clinic(2026, 2026)
    found = anchor_proposals(schedule.protocol, schedule.patient, clinic)

    assert clashing(schedule, clinic) == ("C1", "C2")
    assert found
    assert all(p.anchor + timedelta(days=32) <= date(2026, 12, 31) for p in found)


# --- Places of the clinic ---


def test_a_day_that_others_have_filled_is_a_cost_and_a_free_one_is_offered_too() -> None:
    schedule = one_visit("2025-12-25", None)
    clinic = replace(weekdays_only("2025-12-25"), places_visits=1)
    taken = {day("2025-12-26"): Taken(visits=1)}

    nearest_one, free = proposals(schedule, clinic, taken=taken)
    assert (str(nearest_one.to), kinds(nearest_one.costs)) == ("2025-12-26", {"clinic-full": ["V"]})
    assert (str(free.to), free.costs) == ("2025-12-24", ())
    assert [str(p.to) for p in proposals(schedule, clinic)] == ["2025-12-26"]

    moved, (taken_one,) = avoid_closed_days(schedule, clinic, taken)
    assert str(taken_one.to) == str(moved.appointment("V").planned) == "2025-12-24"


def test_the_first_open_start_has_places_on_all_its_days_where_there_are_any() -> None:
    schedule = planned(ETOILE, "2026-01-05")
    clinic = replace(france(), places_injections=1)
    full = {day("2026-04-15"): Taken(injections=1)}

    asked = day("2026-04-03")
    offers = [next_open_start(schedule, clinic, 3, asked, taken) for taken in ({}, full)]
    assert [str(offer.to) for offer in offers if offer is not None] == ["2026-04-13", "2026-04-20"]
