"""Trials of interleukin-2 in HIV infection: the dates and sums that their public records give."""

from __future__ import annotations

import pytest

from il2scheduler import library
from il2scheduler.protocol import Basis, Place, Route, Totals
from il2scheduler.protocol_file.completion import Typed, completed_text
from il2scheduler.schedule import Patient, Schedule, build
from tests.builders import course, day, seed, starts

MONDAY = "2026-01-05"


def scheduled(code: str, arm: str = "il2", *, anchor: str = MONDAY) -> Schedule:
    return build(seed(code), Patient("P001", arm, day(anchor)))


def weeks(schedule: Schedule) -> list[int]:
    """The study weeks in which cycles start, all of them on whole weeks."""
    offsets = [start.template.offset for start in schedule.starts]
    assert all(offset is not None and offset % 7 == 0 for offset in offsets)
    return [(offset or 0) // 7 for offset in offsets]


def visits(schedule: Schedule) -> list[str]:
    return [visit.code for visit in schedule.visits()]


def test_esprit_gives_three_cycles_eight_weeks_apart_and_nothing_more_before_it_is_asked_for() -> None:
    schedule = scheduled("esprit")

    assert starts(schedule) == ["2026-01-05", "2026-03-02", "2026-04-27"]
    assert course(schedule, 3) == ["2026-04-27", "2026-04-28", "2026-04-29", "2026-04-30", "2026-05-01"]
    assert schedule.totals() == Totals(3, 30, 225_000_000)
    assert schedule.next_on_demand is not None
    assert schedule.next_on_demand.number == 4
    assert visits(scheduled("esprit", "control")) == ["W0"]


def test_silcaat_gives_six_cycles_and_knows_the_two_higher_doses() -> None:
    schedule = scheduled("silcaat")

    assert weeks(schedule) == [0, 8, 16, 24, 32, 40]
    assert schedule.totals() == Totals(6, 60, 270_000_000)
    assert schedule.arm.series[0].levels_iu == (4_500_000, 6_000_000, 7_500_000)


def test_anrs_048_has_arms_that_differ_in_route_and_in_what_the_dose_refers_to() -> None:
    arms = {arm.code: arm for arm in seed("anrs-048").arms}

    assert {code: arm.totals() for code, arm in arms.items()} == {
        "none": Totals(0, 0, 0),
        "intravenous": Totals(7, 35, 420_000_000),
        "subcutaneous": Totals(7, 70, None),
        "pegylated": Totals(7, 7, None),
    }
    for code, route, basis in (
        ("intravenous", Route.CONTINUOUS_INFUSION, Basis.FLAT),
        ("subcutaneous", Route.SUBCUTANEOUS, Basis.PER_M2),
        ("pegylated", Route.INTRAVENOUS, Basis.PER_M2),
    ):
        schedule = scheduled("anrs-048", code)
        (series,) = schedule.arm.series
        assert weeks(schedule) == [2, 10, 18, 26, 34, 42, 50]
        assert (series.route, series.basis) == (route, basis)
        assert arms[code].prescribed == (basis is Basis.PER_M2)


def test_anrs_048_counts_the_dose_that_was_prescribed_for_the_patient() -> None:
    patient = Patient("P001", "subcutaneous", day(MONDAY), prescribed_iu=5_400_000)

    assert build(seed("anrs-048"), patient).totals() == Totals(7, 70, 378_000_000)


def test_anrs_079_follows_its_list_of_intervals() -> None:
    schedule = scheduled("anrs-079")

    assert weeks(schedule) == [4, 8, 12, 20, 28, 36, 44, 52, 60, 68]
    assert starts(schedule)[0] == "2026-02-02"
    assert starts(schedule)[-1] == "2027-04-26"
    assert schedule.totals() == Totals(10, 100, 500_000_000)
    assert str(schedule.appointment("W74").planned) == "2027-06-07"


def test_interstart_plans_three_cycles_and_leaves_two_to_the_site_until_study_week_96() -> None:
    schedule = scheduled("anrs-119-interstart")

    assert starts(schedule) == ["2026-01-05", "2026-03-02", "2026-04-27", None, None]
    assert schedule.totals() == Totals(5, 50, 225_000_000)
    assert schedule.next_on_demand is None
    assert [start.template.last_start for start in schedule.starts] == [None, None, None, 96 * 7, 96 * 7]
    assert str(schedule.appointment("W96").planned) == "2027-11-08"


def test_uk_vanguard_states_the_dose_of_a_day_and_plans_the_dose_of_an_injection() -> None:
    for arm, dose, total in (("high", 7_500_000, 225_000_000), ("low", 4_500_000, 135_000_000)):
        schedule = scheduled("uk-vanguard", arm)
        assert weeks(schedule) == [0, 8, 16]
        assert schedule.totals() == Totals(3, 30, total)
        assert [i.dose_iu for i in schedule.appointment("C1D1").injections] == [dose, dose]
    control = scheduled("uk-vanguard", "control")
    assert visits(control) == ["W0", "W4", "W8", "W12", "W16", "W20", "W24"]
    assert str(control.appointment("W24").planned) == "2026-06-22"


def test_stalwart_gives_antiretrovirals_on_ten_days_round_each_cycle_of_one_arm_only() -> None:
    for start in scheduled("stalwart", "il2-antiretrovirals").starts:
        (companion,) = start.template.companions
        before_day_1, from_day_1 = -companion.first_day, companion.last_day
        assert (before_day_1, from_day_1 - 5) == (3, 2)
        assert before_day_1 + from_day_1 == 10
    alone = scheduled("stalwart")
    assert weeks(alone) == [0, 8, 16]
    assert alone.totals() == Totals(3, 30, 225_000_000)
    assert all(start.template.companions == () for start in alone.starts)
    assert visits(scheduled("stalwart", "control")) == ["W0", "W32"]


@pytest.mark.parametrize("code", ["esprit", "silcaat", "anrs-079", "anrs-119-interstart", "stalwart"])
def test_two_injections_a_day_are_in_the_day_hospital_and_at_home(code: str) -> None:
    places = [i.place for i in scheduled(code).appointment("C1D1").injections]

    assert places == [Place.DAY_HOSPITAL, Place.HOME]


def test_a_site_enters_the_dose_that_no_record_of_stalwart_states() -> None:
    """The sums of the file are those of the assumed dose: they do not stand against the approved protocol."""
    template = library.find("stalwart")
    protocol = seed("stalwart")
    typed = [Typed(f"cycles.{code}.dose", "4.5", "page 12") for code in ("alone", "further-alone")]

    _, completed = completed_text(template.path.read_text("utf-8"), protocol, typed)

    assert completed.arm("il2").totals() == Totals(3, 30, 135_000_000)
    assert completed.arm("il2-antiretrovirals").totals() == Totals(3, 30, 225_000_000)
    assert [i.dose_iu for i in completed.arm("il2").on_demand[0].days[0].injections] == [4_500_000] * 2
