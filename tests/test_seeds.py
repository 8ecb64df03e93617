"""The two seed records: nominal dates, totals, both arms, every reading, and the holidays they meet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from il2scheduler.protocol import Place, Totals
from il2scheduler.rules import findings
from il2scheduler.schedule import Kind
from tests.builders import ETOILE, VASCU, course, day, france, kinds, planned, seed, starts

FIVE_DAYS = [timedelta(days=n) for n in range(5)]


def visits(anchor: str, **which: str) -> dict[str, str]:
    return {visit.code: str(visit.planned) for visit in planned(ETOILE, anchor, **which).visits()}


# --- ETOILE ---


def test_etoile_cycles_start_at_weeks_2_6_12_18_24_30_36_and_42() -> None:
    """W0 on Monday 5 January 2026: the eight courses, Monday to Friday."""
    schedule = planned(ETOILE, "2026-01-05")

    assert starts(schedule) == [
        "2026-01-19",
        "2026-02-16",
        "2026-03-30",
        "2026-05-11",
        "2026-06-22",
        "2026-08-03",
        "2026-09-14",
        "2026-10-26",
    ]
    for start in schedule.starts:
        assert start.planned is not None
        assert course(schedule, start.template.number) == [str(start.planned + later) for later in FIVE_DAYS]
    assert course(schedule, 8)[-1] == "2026-10-30"


def test_etoile_visits_are_counted_from_w0() -> None:
    assert visits("2026-01-05") == {
        "W0": "2026-01-05",
        "W24": "2026-06-22",
        "W52": "2027-01-04",
        "W64": "2027-03-29",
        "W76": "2027-06-21",
        "W96": "2027-11-08",
    }


def test_etoile_gives_80_injections_and_360_million_units_10_and_45_a_cycle() -> None:
    schedule = planned(ETOILE, "2026-01-05")

    assert schedule.totals() == Totals(8, 80, 360_000_000)
    assert schedule.starts[0].template.totals() == Totals(1, 10, 45_000_000)
    assert len(schedule.appointments) == 46


def test_etoile_control_patients_have_the_same_visits_and_no_injections() -> None:
    control = planned(ETOILE, "2026-01-05", arm="control")

    assert visits("2026-01-05", arm="control") == visits("2026-01-05")
    assert control.totals() == Totals(0, 0, 0)
    assert {appointment.kind for appointment in control.appointments} == {Kind.VISIT}


@pytest.mark.parametrize(
    ("reading", "weeks"),
    [
        ("w2", [2, 6, 12, 18, 24, 30, 36, 42]),
        ("w0", [0, 4, 10, 16, 22, 28, 34, 40]),
        ("w4", [4, 8, 12, 18, 24, 30, 36, 42]),
    ],
)
def test_etoile_readings_differ_in_the_first_cycles_only_in_starts(reading: str, weeks: list[int]) -> None:
    schedule = planned(ETOILE, "2026-01-05", reading=reading)

    assert starts(schedule) == [str(day("2026-01-05") + timedelta(weeks=week)) for week in weeks]
    assert visits("2026-01-05", reading=reading) == visits("2026-01-05")
    assert schedule.totals() == Totals(8, 80, 360_000_000)


def test_etoile_week_24_comes_before_the_first_injection_of_cycle_5() -> None:
    """W24 and cycle 5 day 1 share Monday 22 June 2026: sample first. In reading w0, W0 and cycle 1."""
    shared = planned(ETOILE, "2026-01-05").on(day("2026-06-22"))
    at_baseline = planned(ETOILE, "2026-01-05", reading="w0").on(day("2026-01-05"))
    needs = {v.code: v.before_first_injection for v in seed().visits}
    needs_w0 = {v.code: v.before_first_injection for v in seed(ETOILE, "w0").visits}

    assert [appointment.code for appointment in shared] == ["W24", "C5D1"]
    assert [appointment.code for appointment in at_baseline] == ["W0", "C1D1"]
    assert (needs["W24"], needs["W0"], needs_w0["W24"], needs_w0["W0"]) == (True, False, False, True)


def test_etoile_mornings_are_in_the_day_hospital_and_evenings_at_home() -> None:
    injections = planned(ETOILE, "2026-01-05").appointment("C4D2").injections

    assert [(i.time.hour, i.place, i.dose_iu) for i in injections] == [
        (8, Place.DAY_HOSPITAL, 4_500_000),
        (20, Place.HOME, 4_500_000),
    ]


@pytest.mark.parametrize(
    ("anchor", "clashes"),
    [
        ("2026-01-05", {"C4D4": "2026-05-14", "W64": "2027-03-29"}),
        ("2026-01-12", {"C3D1": "2026-04-06"}),
        ("2025-04-07", {"C1D1": "2025-04-21", "C4D5": "2025-08-15", "W52": "2026-04-06"}),
        ("2026-03-02", {"C3D1": "2026-05-25", "C7D3": "2026-11-11", "C8D5": "2026-12-25"}),
    ],
)
def test_etoile_meets_these_french_holidays(anchor: str, clashes: dict[str, str]) -> None:
    """Ascension and Easter Monday; Easter Monday twice and 15 August; Whit Monday, 11 November, Christmas."""
    found = findings(planned(ETOILE, anchor), france())

    assert {f.where: str(f.date) for f in found if f.kind.value == "closed-day"} == clashes


# --- VASCU ---


def test_vascu_cycles_start_every_21_days() -> None:
    """First injection on Monday 5 January 2026: W1 is an ordinal label, weeks 3, 6 and 9 are elapsed."""
    schedule = planned(VASCU, "2026-01-05")

    assert starts(schedule) == ["2026-01-05", "2026-01-26", "2026-02-16", "2026-03-09"]
    assert [course(schedule, number)[-1] for number in (1, 2, 3, 4)] == [
        "2026-01-09",
        "2026-01-30",
        "2026-02-20",
        "2026-03-13",
    ]
    assert {v.code: str(v.planned) for v in schedule.visits()} == {"W11": "2026-03-23", "W37": "2026-09-21"}


def test_vascu_gives_half_the_dose_in_the_first_cycle_20_injections_and_52_5_million_units() -> None:
    schedule = planned(VASCU, "2026-01-05")
    doses = [{i.dose_iu for a in schedule.course(number) for i in a.injections} for number in (1, 2, 3, 4)]

    assert doses == [{1_500_000}, {3_000_000}, {3_000_000}, {3_000_000}]
    assert schedule.totals() == Totals(4, 20, 52_500_000)


def test_vascu_read_literally_puts_all_weeks_on_one_scale() -> None:
    """W1, W3, W6, W9 counted from week 1: offsets 0, 14, 35, 56; follow-up at 70 and 252."""
    schedule = planned(VASCU, "2026-01-05", reading="literal-weeks")

    assert [start.template.offset for start in schedule.starts] == [0, 14, 35, 56]
    assert [visit.offset for visit in schedule.visits()] == [70, 252]
    assert schedule.totals() == Totals(4, 20, 52_500_000)


def test_vascu_meets_the_8th_of_may() -> None:
    """First injection on Monday 2 March 2026: cycle 4 day 5 is Friday 8 May."""
    found = findings(planned(VASCU, "2026-03-02"), france())

    assert [(f.where, f.date) for f in found if f.kind.value == "closed-day"] == [("C4D5", date(2026, 5, 8))]


@pytest.mark.parametrize("code", [ETOILE, VASCU])
def test_neither_record_states_a_window_and_every_visit_says_so(code: str) -> None:
    schedule = planned(code, "2026-01-05")
    found = kinds(findings(schedule, france()))

    assert sorted(found["no-window"]) == sorted(visit.code for visit in schedule.visits())
    assert "outside-window" not in found


@pytest.mark.parametrize("code", [ETOILE, VASCU])
def test_every_field_without_a_source_is_a_note(code: str) -> None:
    found = findings(planned(code, "2026-01-05"), france())
    noted = [f for f in found if f.kind.value == "assumed"]

    assert [f.where for f in noted] == [entry.field for entry in seed(code).open_fields()]
    assert {f.severity.value for f in noted} == {"notes"}
    assert len(noted) > 4
