"""Building a schedule: courses as blocks, what visits hang on, places of care, dates not known yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest

from il2scheduler.protocol import Label, Place, Totals
from il2scheduler.rules import findings
from il2scheduler.schedule import OmissionCause, Patient, PlaceChoice, Schedule, Status, build
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
    seed,
    series,
    starts,
    template,
    visit,
)

EVENT = '[[events]]\ncode = "discharge"\nlabel = { en = "discharge", fr = "sortie" }'


def codes(schedule: Schedule) -> list[str]:
    return [appointment.code for appointment in schedule.appointments]


def places(schedule: Schedule, code: str) -> list[str]:
    return [injection.place.value for injection in schedule.appointment(code).injections]


# --- Section 2: a cycle is a block ---


def test_a_course_that_starts_on_a_thursday_runs_over_the_weekend() -> None:
    """From Thursday 2025-01-09: 9, 10, 11, 12, 13 January, and never three doses on one Monday."""
    schedule = enrolled(template(series("weeks = [0]")), "2025-01-09")

    assert course(schedule, 1) == ["2025-01-09", "2025-01-10", "2025-01-11", "2025-01-12", "2025-01-13"]
    assert kinds(findings(schedule, france()))["closed-day"] == ["C1D3", "C1D4"]


def test_building_moves_nothing_off_a_closed_day() -> None:
    """Ascension and Easter Monday are found, and stay where they are."""
    schedule = planned(ETOILE, "2026-01-05")

    assert all(a.planned == a.nominal for a in schedule.appointments)
    assert kinds(findings(schedule, france()))["closed-day"] == ["C4D4", "W64"]


def test_a_chosen_start_moves_all_days_of_the_course() -> None:
    assert course(chosen(planned(VASCU, "2026-03-02"), C4="2026-05-07"), 4) == [
        "2026-05-07",
        "2026-05-08",
        "2026-05-09",
        "2026-05-10",
        "2026-05-11",
    ]


def test_the_nominal_date_stays_when_the_planned_one_moves() -> None:
    moved = chosen(planned(ETOILE, "2026-01-05"), C3="2026-04-07", W64="2027-03-30")

    assert (moved.appointment("C3D2").nominal, moved.appointment("C3D2").planned) == (
        day("2026-03-31"),
        day("2026-04-08"),
    )
    assert moved.appointment("W64").nominal == day("2027-03-29")
    assert moved.appointment("W64").planned == day("2027-03-30")


# --- Dates ---


def test_without_an_anchor_there_are_offsets_in_order_and_no_dates() -> None:
    schedule = planned(ETOILE, None)

    assert {a.planned for a in schedule.appointments} == {None}
    assert codes(schedule) == codes(planned(ETOILE, "2026-01-05"))
    assert schedule.span() is None
    assert schedule.totals() == Totals(8, 80, 360_000_000)
    assert "closed-day" not in kinds(findings(schedule, france()))


def test_without_an_anchor_a_chosen_date_stands_alone() -> None:
    schedule = chosen(planned(ETOILE, None), C1="2026-01-19")

    assert starts(schedule) == ["2026-01-19", *[None] * 7]


def test_the_anchor_may_be_the_29th_of_february() -> None:
    schedule = planned(ETOILE, "2024-02-29")

    assert starts(schedule)[0] == "2024-03-14"
    assert schedule.appointment("W52").planned == day("2025-02-27")


def test_a_visit_may_fall_on_the_29th_of_february() -> None:
    schedule = enrolled(template(series("weeks = [0]"), visit("W52", "week = 52")), "2023-03-02")

    assert schedule.appointment("W52").planned == day("2024-02-29")


def test_a_course_may_run_over_the_end_of_a_year() -> None:
    assert course(enrolled(template(series("weeks = [0]")), "2026-12-30"), 1)[1:4] == [
        "2026-12-31",
        "2027-01-01",
        "2027-01-02",
    ]


def test_with_w0_on_a_thursday_every_course_starts_on_a_thursday() -> None:
    schedule = planned(ETOILE, "2026-01-08")

    assert {start.planned.weekday() for start in schedule.starts if start.planned} == {3}


def test_visits_may_lie_before_the_anchor() -> None:
    """Screening on Day -14 and Day -1; Day 1 is the anchor."""
    said = template(
        series("weeks = [0]"), visit("SCR", "day = -14"), visit("PRE", "day = -1"), visit("D1", "day = 1")
    )

    assert [str(v.planned) for v in enrolled(said).visits()] == ["2025-12-22", "2026-01-04", "2026-01-05"]


def test_a_date_past_the_year_9999_is_an_overflow_and_no_nonsense() -> None:
    with pytest.raises(OverflowError):
        planned(ETOILE, "9999-06-01")


def test_an_arm_the_protocol_does_not_have_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        planned(ETOILE, "2026-01-05", arm="placebo")


# --- Section 3: what visits hang on ---


def test_a_visit_of_one_cycle_and_a_visit_of_every_cycle() -> None:
    """`C3-PRE` the day before each cycle, a check on day 8 of cycle 2; day -1 is the day before day 1."""
    schedule = enrolled(
        template(
            series("weeks = [0, 4, 8]"),
            visit("PRE", 'cycle = "every", day = -1'),
            visit("CHECK", "cycle = 2, day = 8"),
        )
    )

    assert {v.code: str(v.planned) for v in schedule.visits()} == {
        "C1-PRE": "2026-01-04",
        "C2-PRE": "2026-02-01",
        "CHECK": "2026-02-09",
        "C3-PRE": "2026-03-01",
    }
    assert len(set(codes(schedule))) == len(schedule.appointments)


def test_visits_of_a_cycle_move_with_it_unless_a_date_was_chosen_for_them() -> None:
    before = enrolled(template(series("weeks = [0, 4, 8]"), visit("PRE", 'cycle = "every", day = -1')))
    moved = chosen(before, C2="2026-02-09")
    own = chosen(moved, **{"C2-PRE": "2026-02-06"})

    assert str(moved.appointment("C2-PRE").planned) == "2026-02-08"
    assert str(moved.appointment("C2-PRE").nominal) == "2026-02-01"
    assert str(own.appointment("C2-PRE").planned) == "2026-02-06"
    assert str(own.appointment("C3-PRE").planned) == "2026-03-08"


def test_the_window_of_a_cycle_visit_moves_with_the_cycle() -> None:
    said = template(
        series("weeks = [0, 4]"), visit("PRE", "cycle = 2, day = -1", "window = { before = 2, after = 0 }")
    )
    moved = chosen(enrolled(said), C2="2026-02-09")

    assert moved.appointment("PRE").window == (day("2026-02-06"), day("2026-02-08"))


def test_visits_of_an_omitted_cycle_are_omitted_with_it() -> None:
    before = enrolled(template(series("weeks = [0, 4]"), visit("PRE", 'cycle = "every", day = -1')))
    omitted = changed(before, lambda p: p._replace(omitted={2: OmissionCause.PERSON}))

    assert [v.status for v in omitted.visits()] == [Status.PLANNED, Status.OMITTED]


def test_the_visit_after_the_last_injection_is_provisional_and_follows_it() -> None:
    before = enrolled(template(series("weeks = [0, 4]"), visit("END", "after_last_injection = 28")))
    moved = chosen(before, C2="2026-02-09")
    shorter = changed(before, lambda p: p._replace(omitted={2: OmissionCause.PERSON}))

    assert [str(s.appointment("END").planned) for s in (before, moved, shorter)] == [
        "2026-03-06",
        "2026-03-13",
        "2026-02-06",
    ]
    assert before.appointment("END").provisional
    assert not planned(ETOILE, "2026-01-05").appointment("W52").provisional


def test_a_visit_after_an_event_has_a_date_once_the_event_has_one() -> None:
    before = enrolled(
        template(series("weeks = [0]"), EVENT, visit("F30", 'event = "discharge", offset = 30'))
    )
    dated = changed(before, lambda p: p._replace(events={"discharge": date(2026, 1, 12)}))

    assert before.appointment("F30").planned is None
    assert codes(before)[-1] == "F30"
    assert dated.appointment("F30").planned == day("2026-02-11")


def test_control_patients_have_no_visits_that_hang_on_cycles() -> None:
    said = template(
        series("weeks = [0]"),
        visit("PRE", 'cycle = "every", day = -1'),
        visit("END", "after_last_injection = 28"),
        visit("W4", "week = 4"),
        visit("W8", "week = 8", 'arms = ["il2"]'),
    )
    control = enrolled(said, arm="control")

    assert codes(control) == ["W4", "END"]
    assert control.appointment("END").planned is None


def test_a_visit_comes_before_the_injections_of_its_day() -> None:
    said = template(series("weeks = [0]"), visit("D3", "day = 3", "before_first_injection = true"))

    assert codes(enrolled(said)) == ["C1D1", "C1D2", "D3", "C1D3", "C1D4", "C1D5"]
    assert said.visits[0].before_first_injection


# --- Section 2: places of care ---


def test_the_site_may_change_the_place_for_the_study_a_cycle_a_day_or_a_slot() -> None:
    home = Place.HOME
    for choice, expected in [
        (PlaceChoice(home), {"C1D1": "hh", "C2D1": "hh", "C2D2": "hh"}),
        (PlaceChoice(home, cycle=2), {"C1D1": "dh", "C2D1": "hh", "C2D2": "hh"}),
        (PlaceChoice(home, cycle=2, day=1), {"C1D1": "dh", "C2D1": "hh", "C2D2": "dh"}),
        (PlaceChoice(home, day=1), {"C1D1": "hh", "C2D1": "hh", "C2D2": "dh"}),
        (PlaceChoice(home, at=time(8)), {"C1D1": "hh", "C2D1": "hh", "C2D2": "hh"}),
        (PlaceChoice(home, cycle=2, day=1, at=time(20)), {"C1D1": "dh", "C2D1": "dh", "C2D2": "dh"}),
    ]:
        schedule = changed(planned(ETOILE, "2026-01-05"), _with_places(choice))
        assert {code: "".join(p[0] for p in places(schedule, code)) for code in expected} == expected


def _with_places(*choices: PlaceChoice) -> Callable[[Patient], Patient]:
    return lambda patient: patient._replace(places=choices)


def test_a_course_given_at_home_needs_no_open_clinic() -> None:
    """Cycle 4 wholly at home: Ascension is no clash any more."""
    schedule = changed(planned(ETOILE, "2026-01-05"), _with_places(PlaceChoice(Place.HOME, cycle=4)))

    assert not schedule.appointment("C4D4").needs_clinic
    assert kinds(findings(schedule, france()))["closed-day"] == ["W64"]


def test_a_ticked_gate_moves_later_cycles_out_of_the_hospital() -> None:
    """VASCU: "tolerance satisfactory" is a person's answer; cycle 1 stays in hospital."""
    before = planned(VASCU, "2026-01-05")
    met = changed(before, lambda p: p._replace(gates_met=frozenset({"tolerance"})))

    assert [places(before, f"C{k}D1") for k in (1, 2, 3, 4)] == [["hospital"]] * 4
    assert [places(met, f"C{k}D1") for k in (1, 2, 3, 4)] == [["hospital"], *[["day-hospital"]] * 3]
    assert met.totals() == before.totals()


def test_the_sites_choice_of_a_place_is_stronger_than_the_gate() -> None:
    both = changed(
        planned(VASCU, "2026-01-05"),
        lambda p: p._replace(
            gates_met=frozenset({"tolerance"}),
            places=(PlaceChoice(Place.HOSPITAL, cycle=3),),
        ),
    )

    assert [places(both, f"C{k}D1")[0] for k in (2, 3, 4)] == ["day-hospital", "hospital", "day-hospital"]


# --- Section 7: evening start ---


def test_an_evening_start_gives_the_tenth_injection_on_day_6_in_the_morning() -> None:
    """Day 1 has only the 20:00 injection; the count and the dose stay."""
    schedule = changed(planned(ETOILE, "2026-01-05"), lambda p: p._replace(evening_starts=frozenset({4})))
    times = [[i.time.hour for i in a.injections] for a in schedule.course(4)]

    assert times == [[20], [8, 20], [8, 20], [8, 20], [8, 20], [8]]
    assert course(schedule, 4)[-1] == "2026-05-16"
    assert schedule.totals() == Totals(8, 80, 360_000_000)
    assert len(schedule.course(3)) == 5


def test_an_evening_start_means_nothing_with_one_injection_a_day() -> None:
    before = planned(VASCU, "2026-01-05")

    assert (
        changed(before, lambda p: p._replace(evening_starts=frozenset({1}))).appointments
        == before.appointments
    )


def test_an_evening_start_of_an_every_other_day_course_ends_the_day_after() -> None:
    before = enrolled(template(series("weeks = [0]", 'days = "1-5/2"', slots=TWO_SLOTS)))
    evening = changed(before, lambda p: p._replace(evening_starts=frozenset({1})))

    assert [a.day for a in evening.course(1)] == [1, 3, 5, 6]


# --- Doses and weekdays ---


def test_a_dose_per_m2_is_the_one_prescribed_and_unknown_until_then() -> None:
    before = enrolled(template(series("weeks = [0]", dose='iu = 1_000_000, basis = "per-m2"')))
    typed = changed(before, lambda p: p._replace(prescribed_iu=1_800_000))

    assert before.totals() == Totals(1, 5, None)
    assert typed.totals() == Totals(1, 5, 9_000_000)


def test_a_weekday_pattern_keeps_its_weekdays_when_the_cycle_moves() -> None:
    before = enrolled(template(series("weeks = [0, 4]", 'weekdays = ["mon", "thu"], length = 14')))
    moved = chosen(before, C2="2026-02-04")

    assert course(before, 2) == ["2026-02-02", "2026-02-05", "2026-02-09", "2026-02-12"]
    assert course(moved, 2) == ["2026-02-05", "2026-02-09", "2026-02-12", "2026-02-16"]
    assert [a.code for a in moved.course(2)] == ["C2D2", "C2D6", "C2D9", "C2D13"]
    assert "course-split" not in kinds(findings(moved, france()))


def test_what_is_due_on_a_date_leaves_omitted_cycles_out() -> None:
    schedule = planned(ETOILE, "2026-01-05")
    omitted = changed(schedule, lambda p: p._replace(omitted={5: OmissionCause.PERSON}))

    assert [a.code for a in schedule.on(day("2026-06-22"))] == ["W24", "C5D1"]
    assert [a.code for a in omitted.on(day("2026-06-22"))] == ["W24"]
    assert schedule.on(day("2026-06-21")) == ()


def test_overdue_is_what_was_planned_before_today() -> None:
    schedule = planned(VASCU, "2026-01-05")

    assert [a.code for a in schedule.overdue(day("2026-01-08"))] == ["C1D1", "C1D2", "C1D3"]
    assert schedule.overdue(day("2026-01-05")) == ()


def test_the_same_patient_gets_the_same_schedule() -> None:
    patient = Patient("P001", "il2", day("2026-01-05"))

    assert build(seed(), patient) == build(seed(), patient)
    assert seed().title.said("de") == seed().title.en
    assert Label("a", "b").said("fr") == "b"


def test_correcting_the_anchor_moves_every_nominal_date_and_keeps_chosen_ones() -> None:
    before = chosen(planned(ETOILE, "2026-01-05"), W52="2027-01-06")
    corrected = changed(before, lambda p: p._replace(anchor=day("2026-01-12")))
    week = timedelta(days=7)

    assert [
        b.nominal - a.nominal
        for a, b in zip(before.appointments, corrected.appointments, strict=True)
        if a.nominal and b.nominal
    ] == [week] * 46
    assert corrected.appointment("W52").planned == day("2027-01-06")
