"""Dates, days and weeks; what a template says of starts, courses, doses and places, written out."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from il2scheduler.protocol import (
    CycleTemplate,
    Place,
    Protocol,
    Totals,
    Window,
    day_offset,
    study_day,
    study_week,
    week_offset,
)
from tests.builders import ONE_SLOT, TWO_SLOTS, day, reading_of, seed, series, template, visit

DAY = timedelta(days=1)


def cycles(protocol: Protocol, arm: str = "il2") -> tuple[CycleTemplate, ...]:
    return protocol.arm(arm).cycles


def offsets(protocol: Protocol) -> list[int | None]:
    return [cycle.offset for cycle in cycles(protocol)]


def days(cycle: CycleTemplate, start: date | None = None) -> list[int]:
    return [course_day.day for course_day in cycle.course(start)]


def doses(cycle: CycleTemplate) -> list[int | None]:
    return [injection.dose_iu for course_day in cycle.course() for injection in course_day.injections]


def problems(*tables: str, head: str = "") -> list[tuple[str, str]]:
    return [(problem.place, problem.kind) for problem in reading_of(*tables, head=head).problems]


# --- Section 1: offsets, study days, study weeks ---


@pytest.mark.parametrize(("offset", "number"), [(-7, -7), (-1, -1), (0, 1), (1, 2), (13, 14), (364, 365)])
def test_the_anchor_is_day_1_and_the_day_before_it_day_minus_1(offset: int, number: int) -> None:
    """Offset n >= 0 is Day n+1, offset -1 is Day -1: there is no Day 0."""
    assert study_day(offset) == number
    assert day_offset(number) == offset


def test_day_0_exists_only_where_the_protocol_has_one() -> None:
    with pytest.raises(ValueError, match="Day 0"):
        day_offset(0)
    assert day_offset(0, day_zero=True) == 0
    assert [study_day(offset, day_zero=True) for offset in (-1, 0, 1)] == [-1, 0, 1]


@given(st.integers(-3000, 8000), st.booleans())
def test_study_days_and_offsets_are_inverse_and_no_day_is_skipped(offset: int, day_zero: bool) -> None:  # noqa: FBT001
    number = study_day(offset, day_zero=day_zero)

    assert day_offset(number, day_zero=day_zero) == offset
    assert study_day(offset + 1, day_zero=day_zero) - number == (2 if number == -1 and not day_zero else 1)


@pytest.mark.parametrize(
    ("week", "origin", "offset"), [(0, 0, 0), (2, 0, 14), (52, 0, 364), (1, 1, 0), (52, 1, 357)]
)
def test_a_study_week_is_counted_from_0_or_from_1(week: int, origin: int, offset: int) -> None:
    assert week_offset(week, origin) == offset


@given(st.integers(-104, 1040), st.sampled_from([0, 1]), st.integers(0, 6))
def test_each_of_the_seven_days_of_a_week_lies_in_it(week: int, origin: int, later: int) -> None:
    assert study_week(week_offset(week, origin) + later, origin) == week


def test_a_window_may_be_asymmetric_and_includes_both_ends() -> None:
    assert Window(0, 2).around(day("2017-01-07")) == (day("2017-01-07"), day("2017-01-09"))
    assert Window(2, 1).around(day("2017-01-08")) == (day("2017-01-06"), day("2017-01-09"))


def test_no_window_in_the_source_is_none_and_never_plus_or_minus_0() -> None:
    """A stated window of 0 days is another thing than no window at all."""
    said = template(
        series("weeks = [0]"),
        visit("W1", "week = 1"),
        visit("W2", "week = 2", "window = { before = 0, after = 0 }"),
    )

    assert [v.window for v in said.visits] == [None, Window(0, 0)]
    assert all(v.window is None for v in (*seed().visits, *seed("anrs-hc21-vascu-il2").visits))


# --- Section 3: starts ---


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ("weeks = [2, 6, 12]", [14, 42, 84]),
        ("days = [1, 29, 57]", [0, 28, 56]),
        ("days = [-7, 1]", [-7, 0]),
        ("offsets = [0, 21, 42]", [0, 21, 42]),
        ("first = { week = 4 }, intervals = [28, 28, 56]", [28, 56, 84, 140]),
        ("first = { day = 15 }, every = 14, count = 3", [14, 28, 42]),
        ("first = { offset = 7 }", [7]),
        ("first = { offset = 7 }, every = 7, count = 1", [7]),
        ("by_site = 2", [None, None]),
    ],
)
def test_starts_are_weeks_days_offsets_or_a_first_with_steps_or_left_to_the_site(
    starts: str, expected: list[int | None]
) -> None:
    assert offsets(template(series(starts))) == expected


def test_weeks_counted_from_1_and_days_counted_from_0() -> None:
    assert offsets(template(series("weeks = [1, 3]"), head="week_origin = 1")) == [0, 14]
    assert offsets(template(series("days = [0, 7]"), head="day_zero = true")) == [0, 7]


def test_day_0_is_refused_where_there_is_none() -> None:
    assert problems(series("days = [0, 29]")) == [("cycles[0].starts.days[0]", "no-day-zero")]


@pytest.mark.parametrize(
    "starts",
    [
        "",
        "weeks = [0], days = [1]",
        "weeks = [0], every = 7",
        "by_site = 1, first = { week = 1 }",
        "intervals = [7]",
    ],
)
def test_starts_are_given_in_exactly_one_form(starts: str) -> None:
    assert problems(series(starts)) == [("cycles[0].starts", "starts-one-form")]


def test_starts_must_increase() -> None:
    assert ("cycles[0].starts.weeks[2]", "starts-not-increasing") in problems(series("weeks = [0, 12, 10]"))


def test_the_minimum_gap_is_the_nominal_interval_unless_the_source_states_one() -> None:
    assumed = cycles(template(series("offsets = [0, 28, 70]")))
    stated = cycles(template(series("offsets = [0, 28, 70]", more="minimum_gap = 21")))

    assert [cycle.minimum_gap for cycle in assumed] == [None, 28, 42]
    assert [cycle.minimum_gap for cycle in stated][1:] == [21, 21]
    assert [cycle.interval for cycle in stated] == [None, 28, 42]


def test_a_second_series_is_numbered_on_and_its_interval_counts_from_the_first() -> None:
    """Induction of two cycles, then maintenance: cycle 3 follows cycle 2."""
    said = template(
        series("offsets = [0, 14]", code="induction"),
        series("offsets = [35, 63]", "days = '1'", code="maintenance"),
        codes=("induction", "maintenance"),
    )

    assert [(c.code, c.series, c.interval) for c in cycles(said)] == [
        ("C1", "induction", None),
        ("C2", "induction", 14),
        ("C3", "maintenance", 21),
        ("C4", "maintenance", 28),
    ]


def test_after_a_cycle_dated_by_the_site_no_interval_is_known() -> None:
    said = template(
        series("by_site = 1", code="demand"),
        series("weeks = [20, 24]", code="late"),
        codes=("demand", "late"),
    )

    assert [(cycle.offset, cycle.interval, cycle.minimum_gap) for cycle in cycles(said)] == [
        (None, None, None),
        (140, None, None),
        (168, 28, 28),
    ]


# --- Section 3: courses ---


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ('days = "1-5"', [1, 2, 3, 4, 5]),
        ('days = "1-13/2"', [1, 3, 5, 7, 9, 11, 13]),
        ('days = "1, 3, 8"', [1, 3, 8]),
        ('days = "1-3, 8-10"', [1, 2, 3, 8, 9, 10]),
        ('days = "1"', [1]),
        ('days = "1-5", max_doses = 3', [1, 2, 3]),
    ],
)
def test_a_course_is_a_range_every_other_day_or_a_list(course: str, expected: list[int]) -> None:
    assert days(cycles(template(series("weeks = [0]", course)))[0]) == expected


@pytest.mark.parametrize(
    "course", ['days = "2-5"', 'days = "1, 1"', 'days = "5-1"', 'days = "1, 4, 3"', 'days = "0"']
)
def test_days_of_a_course_begin_at_1_and_increase(course: str) -> None:
    assert problems(series("weeks = [0]", course)) == [("cycles[0].course.days", "days-not-increasing")]


def test_a_weekday_pattern_picks_its_days_by_the_date_it_starts_on() -> None:
    """Mondays, Wednesdays and Fridays of 14 days: other days of the cycle when it starts on a Wednesday."""
    cycle = cycles(template(series("weeks = [0]", 'weekdays = ["mon", "wed", "fri"], length = 14')))[0]

    assert days(cycle, day("2026-01-05")) == [1, 3, 5, 8, 10, 12]
    assert days(cycle, day("2026-01-07")) == [1, 3, 6, 8, 10, 13]
    assert days(cycle, day("2026-01-10")) == [3, 5, 7, 10, 12, 14]
    assert days(cycle) == [1, 3, 5, 8, 10, 12]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sets(st.integers(0, 6), min_size=1))
def test_every_injection_of_a_weekday_pattern_falls_on_its_weekdays(start: date, wanted: set[int]) -> None:
    names = ", ".join(f'"{("mon", "tue", "wed", "thu", "fri", "sat", "sun")[number]}"' for number in wanted)
    cycle = cycles(template(series("weeks = [0]", f"weekdays = [{names}], length = 21")))[0]
    picked = [start + DAY * (course_day.day - 1) for course_day in cycle.course(start)]

    assert {date_.weekday() for date_ in picked} == wanted
    assert len(picked) == 3 * len(wanted)


def test_a_dose_for_each_day_of_the_course() -> None:
    """Proleukin's week: 18 million on days 1 and 2, 9 on days 3 to 5."""
    vector = "days = '1-5', doses_iu = [18_000_000, 18_000_000, 9_000_000, 9_000_000, 9_000_000]"
    cycle = cycles(template(series("weeks = [0]", vector)))[0]

    assert doses(cycle) == [18_000_000] * 2 + [9_000_000] * 3
    assert cycle.totals() == Totals(1, 5, 63_000_000)


def test_one_dose_for_each_day_and_no_fewer() -> None:
    short = series("weeks = [0]", 'days = "1-5", doses_iu = [1, 2]')

    assert problems(short) == [("cycles[0].course.doses_iu", "doses-per-day")]


def test_up_to_three_injections_a_day_in_clock_order() -> None:
    three = ", ".join(f'{{ time = "{at}", place = "home" }}' for at in ("06:00", "14:00", "22:00"))
    cycle = cycles(template(series("weeks = [0]", slots=three)))[0]

    assert [injection.time for injection in cycle.days[0].injections] == [time(6), time(14), time(22)]
    assert cycle.totals() == Totals(1, 15, 45_000_000)
    backwards = series("weeks = [0]", slots=f'{{ time = "20:00", place = "home" }}, {ONE_SLOT}')
    assert problems(backwards) == [("cycles[0].slots[1].time", "times-not-increasing")]


@pytest.mark.parametrize(
    ("most", "counts"), [(1, [1]), (3, [2, 1]), (4, [2, 2]), (10, [2] * 5), (99, [2] * 5)]
)
def test_at_most_n_doses_ends_the_course_early_even_within_a_day(most: int, counts: list[int]) -> None:
    course = f'days = "1-5", max_doses = {most}'
    cycle = cycles(template(series("weeks = [0]", course, slots=TWO_SLOTS)))[0]

    assert [len(course_day.injections) for course_day in cycle.course()] == counts


# --- Section 3: what differs in some cycles ---


def test_dose_place_and_companion_may_differ_in_a_cycle() -> None:
    more = """
changes = [
    { cycles = [1], dose = { iu = 1_500_000 } },
    { cycles = [2, 3], place = "home" },
    { cycles = [3], without = ["antiretrovirals"] },
]
companions = [{ code = "antiretrovirals", label = { en = "a", fr = "a" }, first_day = -3, last_day = 7 }]
"""
    one, two, three = cycles(template(series("weeks = [0, 4, 8]", more=more)))

    assert [cycle.totals().dose_iu for cycle in (one, two, three)] == [7_500_000, 15_000_000, 15_000_000]
    assert [cycle.days[0].injections[0].place for cycle in (one, two)] == [Place.HOSPITAL, Place.HOME]
    assert [len(cycle.companions) for cycle in (one, two, three)] == [1, 1, 0]
    assert (one.companions[0].first_day, one.companions[0].last_day) == (-3, 7)


def test_a_change_of_a_cycle_that_does_not_exist_is_a_problem() -> None:
    more = "changes = [{ cycles = [1, 3], place = 'home' }]"

    assert problems(series("weeks = [0, 4]", more=more)) == [
        ("cycles[0].changes[0].cycles[1]", "no-such-cycle")
    ]


def test_a_dose_per_m2_is_information_and_the_total_unknown() -> None:
    said = template(series("weeks = [0]", dose='iu = 1_000_000, basis = "per-m2"'))

    assert doses(cycles(said)[0]) == [None] * 5
    assert said.arm("il2").totals() == Totals(1, 5, None)
    assert said.arm("il2").series[0].basis_iu == 1_000_000


def test_only_home_needs_no_open_clinic() -> None:
    assert [place.needs_clinic for place in Place] == [True, True, False]


def test_codes_that_the_program_gives_itself_are_no_visit_codes() -> None:
    """A visit called C3 could not be told from cycle 3 when a date is chosen for it."""
    for code in ("C3", "C3D1", "C3-PRE", "U1", "ET"):
        found = problems(series("weeks = [0]"), visit(code, "week = 1"))
        assert ("visits[0].code", "reserved-code") in found
