"""Low doses and other regimens: the dates and sums that their public records give."""

from __future__ import annotations

from datetime import timedelta

import pytest

from il2scheduler.protocol import AnchorKind, Basis, Totals
from il2scheduler.schedule import Patient, Schedule, build
from tests.builders import course, day, seed, starts

MONDAY = "2026-01-05"


def scheduled(
    code: str, arm: str = "il2", *, anchor: str | None = MONDAY, reading: str | None = None
) -> Schedule:
    return build(seed(code, reading), Patient("P001", arm, None if anchor is None else day(anchor)))


def study_days(schedule: Schedule) -> list[int]:
    """The study days of all injection days."""
    return [(a.offset or 0) + 1 for a in schedule.appointments if a.injections]


def test_df_il2_is_one_blinded_course_at_four_doses() -> None:
    sums = {arm.code: arm.totals() for arm in seed("df-il2").arms}

    assert sums == {
        "placebo": Totals(1, 5, 0),
        "low": Totals(1, 5, 1_650_000),
        "middle": Totals(1, 5, 5_000_000),
        "high": Totals(1, 5, 15_000_000),
    }
    assert all(arm.blinded for arm in seed("df-il2").arms)
    assert study_days(scheduled("df-il2", "low")) == [1, 2, 3, 4, 5]
    assert scheduled("df-il2", "placebo").arm.series[0].basis is Basis.PLACEBO


@pytest.mark.parametrize(("reading", "date"), [("day-one", "2026-03-05"), ("day-zero", "2026-03-06")])
def test_df_il2_ends_on_day_60_counted_from_day_one_or_from_day_zero(reading: str, date: str) -> None:
    assert str(scheduled("df-il2", "high", reading=reading).appointment("D60").planned) == date


@pytest.mark.parametrize("code", ["df-il2", "lupil-2", "he-sle", "imodals", "mirocals"])
def test_the_schedule_of_a_blinded_arm_holds_nothing_that_tells_the_arm(code: str) -> None:
    """No dose, and the same appointments with the same drug in every arm."""
    arms = [arm.code for arm in seed(code).arms]

    told = [[(a.code, a.planned, a.injections) for a in scheduled(code, arm).appointments] for arm in arms]

    assert all(one == told[0] for one in told)
    assert {i.dose_iu for _, _, injections in told[0] for i in injections} == {None}


def test_transreg_goes_from_induction_to_maintenance_every_14_days() -> None:
    schedule = scheduled("transreg", "main")

    assert study_days(schedule) == [1, 2, 3, 4, 5, *range(15, 184, 14)]
    assert study_days(schedule)[-1] == 183
    assert schedule.totals() == Totals(14, 18, 18_000_000)
    assert [visit.code for visit in schedule.visits()] == ["D8", "D15", "D29", "D85", "D183", "D240"]
    assert str(schedule.appointment("D183").planned) == course(schedule, 14)[0] == "2026-07-06"


def test_transreg_gives_the_lupus_stratum_an_injection_every_7_days() -> None:
    schedule = scheduled("transreg", "lupus")

    assert study_days(schedule) == [1, 2, 3, 4, 5, *range(15, 184, 7)]
    assert schedule.totals() == Totals(26, 30, 30_000_000)


@pytest.mark.parametrize(
    ("reading", "injections", "dose", "last"),
    [("twelve-injections", 17, 25_500_000, 85), ("twelve-weeks-in-all", 16, 24_000_000, 78)],
)
def test_lupil_2_has_two_readings_of_its_twelve_weeks(
    reading: str, injections: int, dose: int, last: int
) -> None:
    schedule = scheduled("lupil-2", reading=reading)

    assert study_days(schedule) == [1, 2, 3, 4, 5, *range(8, last + 1, 7)]
    assert schedule.arm.totals() == Totals(injections - 4, injections, dose)
    assert scheduled("lupil-2", "placebo", reading=reading).arm.totals().dose_iu == 0


def test_he_sle_gives_an_injection_every_other_day_for_two_weeks_of_four() -> None:
    schedule = scheduled("he-sle")

    assert study_days(schedule) == [*range(1, 14, 2), *range(29, 42, 2), *range(57, 70, 2)]
    assert schedule.arm.totals() == Totals(3, 21, 21_000_000)
    assert [str(visit.planned) for visit in schedule.visits()] == ["2026-03-30", "2026-06-22"]


def test_imodals_has_three_courses_28_days_apart() -> None:
    for arm, dose in (("high", 30_000_000), ("low", 15_000_000), ("placebo", 0)):
        schedule = scheduled("imodals", arm)
        assert study_days(schedule) == [1, 2, 3, 4, 5, 29, 30, 31, 32, 33, 57, 58, 59, 60, 61]
        assert schedule.arm.totals() == Totals(3, 15, dose)


def test_mirocals_has_nineteen_courses_from_randomisation_on() -> None:
    schedule = scheduled("mirocals")

    assert [(start.template.offset or 0) + 1 for start in schedule.starts] == list(range(1, 506, 28))
    assert starts(schedule)[-1] == "2027-05-24"
    assert schedule.arm.totals() == Totals(19, 95, 190_000_000)
    assert str(schedule.appointment("D640").planned) == "2027-10-06"
    assert scheduled("mirocals", "placebo").arm.totals() == Totals(19, 95, 0)


def test_mirocals_is_randomised_12_to_18_weeks_after_its_run_in_began() -> None:
    protocol = seed("mirocals")
    begun = day("2025-09-29")

    waiting = build(protocol, Patient("P001", "il2", None, events={"run-in": begun}))

    assert protocol.anchor.kind is AnchorKind.AFTER_RUN_IN
    assert waiting.appointment("RUN-IN").planned == begun
    window = (begun + timedelta(weeks=12), begun + timedelta(weeks=18))
    assert waiting.appointment("RANDOMISATION").window == window
    assert starts(waiting) == [None] * 19


def test_gvhd_koreth_is_one_run_of_84_days_and_goes_on_only_after_four_weeks_off() -> None:
    schedule = scheduled("gvhd-koreth")

    assert study_days(schedule) == list(range(1, 85))
    assert schedule.totals() == Totals(1, 84, None)
    prescribed = build(seed("gvhd-koreth"), Patient("P001", "il2", day(MONDAY), prescribed_iu=1_800_000))
    assert prescribed.totals() == Totals(1, 84, 151_200_000)
    first = schedule.next_on_demand
    assert first is not None
    assert first.minimum_gap == 84 + 28


def test_mrcc_doses_change_within_the_weeks_of_a_cycle() -> None:
    schedule = scheduled("proleukin-label-mrcc-sc")
    millions = [i.dose_iu or 0 for a in schedule.course(1) for i in a.injections]

    assert study_days(schedule)[:20] == [
        1,
        2,
        3,
        4,
        5,
        8,
        9,
        10,
        11,
        12,
        15,
        16,
        17,
        18,
        19,
        22,
        23,
        24,
        25,
        26,
    ]
    assert [iu // 1_000_000 for iu in millions] == [18] * 5 + [18, 18, 9, 9, 9] * 3
    assert schedule.starts[0].template.totals() == Totals(1, 20, 279_000_000)
    assert sum(millions[:5]) == 90_000_000
    assert sum(millions[5:10]) == 63_000_000
    assert starts(schedule) == ["2026-01-05", "2026-02-09"]
