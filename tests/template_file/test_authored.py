"""Three trials written from the guide alone: every date, counted here a second way, and the paper."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from il2scheduler.patient import Patient
from il2scheduler.protocol import Place
from il2scheduler.protocol_file import read
from il2scheduler.protocol_file.advice import advice
from il2scheduler.rules import FindingKind, findings
from il2scheduler.schedule import Schedule, build
from tests.builders import weekdays_only
from tests.template_file.authored import AUTHORED, protocol

MONDAY = date(2026, 9, 7)
TUESDAY = date(2026, 9, 8)


def day(offset: int, start: date = MONDAY) -> date:
    return start + timedelta(days=offset)


def planned(code: str, arm: str, *, reading: str | None = None, start: date = MONDAY) -> Schedule:
    return build(protocol(code, reading), Patient("P001", arm, start))


def visits(schedule: Schedule) -> dict[str, date | None]:
    return {visit.code: visit.planned for visit in schedule.visits()}


def injections(schedule: Schedule) -> list[tuple[date, str, str]]:
    return [
        (a.planned, f"{i.time:%H:%M}", i.place.value)
        for a in schedule.appointments
        for i in a.injections
        if a.planned is not None
    ]


@pytest.mark.parametrize("code", AUTHORED)
def test_each_reads_without_a_problem_and_needs_no_advice(code: str) -> None:
    file = read(AUTHORED[code].encode())

    assert file.problems == ()
    assert [entry for entry in advice(file.protocols, file.totalled) if entry.kind != "one-language"] == []


@pytest.mark.parametrize("arm", ["high", "low", "placebo"])
@pytest.mark.parametrize(("reading", "first"), [("week-13", 12 * 7), ("week-12", 11 * 7)])
def test_three_blinded_arms_with_weekday_courses_and_two_series(arm: str, reading: str, first: int) -> None:
    schedule = planned("trilobe", arm, reading=reading)

    # Weeks are counted from week 1: weeks 1 and 5 begin on offsets 0 and 28.
    loading = [
        day(n) for start in (0, 28) for n in range(start, start + 21) if day(n).strftime("%a") in "MonWedFri"
    ]
    maintenance = [day(first + 28 * i + n) for i in range(4) for n in range(5)]
    assert injections(schedule) == [(on, "10:00", "day-hospital") for on in loading + maintenance]
    starts = [0, 28, *(first + 28 * i for i in range(4))]
    assert visits(schedule) == {
        **{f"C{number}-CYCLE-D1": day(start) for number, start in enumerate(starts, start=1)},
        "LOAD2-D15": day(28 + 14),
        "W27": day(26 * 7),
        "LAST-28": day(first + 84 + 4 + 28),
        "RELAPSE-14": None,
        "W53": day(52 * 7),
    }
    assert {i.dose_iu for a in schedule.appointments for i in a.injections} == {None}


def test_a_weekday_course_that_begins_on_a_tuesday_keeps_its_weekdays_and_its_count() -> None:
    schedule = planned("trilobe", "high", start=TUESDAY)

    course = [a.planned for a in schedule.course(1)]
    assert len(course) == 9
    assert course[0] == date(2026, 9, 9)
    assert course[-1] == date(2026, 9, 28)
    assert {on.strftime("%a") for on in course if on is not None} == {"Mon", "Wed", "Fri"}


def test_the_gate_the_companions_and_the_doses_of_the_two_phases() -> None:
    trilobe = protocol("trilobe")
    gate = trilobe.gates[0]

    assert (gate.before_cycle, gate.cycles, gate.place) == (5, (5, 6), Place.HOME)
    for code, loading, maintenance in (
        ("high", 3_000_000, 1_000_000),
        ("low", 1_500_000, 500_000),
        ("placebo", 0, 0),
    ):
        arm = trilobe.arm(code)
        doses = [{i.dose_iu for d in cycle.course() for i in d.injections} for cycle in arm.cycles]
        assert doses == [{loading}] * 2 + [{maintenance}] * 4
        assert [[(c.first_day, c.last_day) for c in cycle.companions] for cycle in arm.cycles] == [
            [(-1, 20)],
            [(-1, 20)],
            *([[]] * 4),
        ]


def test_a_visit_that_belongs_to_a_day_of_a_cycle_is_no_clash_with_it() -> None:
    schedule = planned("trilobe", "high")

    assert not [f for f in findings(schedule, weekdays_only()) if f.kind is FindingKind.SAME_DAY]


def test_per_kilogram_two_places_a_day_screening_and_a_run_in() -> None:
    schedule = planned("kilo", "treated")

    days = [day(start + n) for start in (0, 28, 28 + 42) for n in range(5)]
    times = [("08:00", "day-hospital"), ("20:00", "home")]
    assert injections(schedule) == [(on, *slot) for on in days for slot in times]
    assert visits(schedule) == {
        "D-14": day(-14),
        "D1": MONDAY,
        "M3": day(91),
        "W52": day(364),
        "RUN-IN": None,
        "RUN-IN-D43": None,
    }
    assert schedule.appointment("D-14").window == (day(-21), day(-7))
    assert schedule.protocol.late_days("W52") == 60 - 14
    assert schedule.arm.prescribed
    assert len(schedule.arm.on_demand) == 6


def test_a_window_of_a_visit_that_no_date_is_known_of_is_still_a_window() -> None:
    schedule = planned("kilo", "untreated")

    without = [f.where for f in findings(schedule, weekdays_only()) if f.kind is FindingKind.NO_WINDOW]
    assert without == ["RUN-IN"]


def test_doses_that_rise_from_cycle_to_cycle() -> None:
    schedule = planned("corail", "traite")

    starts = [day(7 * week) for week in (2, 8, 14, 20, 26, 32)]
    assert [start.planned for start in schedule.starts] == starts
    doses = [{i.dose_iu for a in schedule.course(n) for i in a.injections} for n in range(1, 7)]
    assert doses == [{1_000_000}, {1_500_000}, *([{2_000_000}] * 4)]
    assert visits(schedule) == {"S0": day(0), "S24": day(168), "S48": day(336)}
