"""What a decision changes besides dates: grouped, counted, and said."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from il2scheduler.commands import Decision
from il2scheduler.commands.values import (
    Amend,
    CorrectInjection,
    CourseException,
    CourseInjection,
    EveningStart,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    OmitCycle,
    PastCap,
    SetDose,
    SetPlace,
    Stop,
    TickGate,
    Withdraw,
)
from il2scheduler.i18n import words
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import Place
from il2scheduler.schedule import NotGiven
from il2scheduler.wording import difference_lines, line_sentence
from tests.builders import VASCU, day, seed, series, template, visit
from tests.commands.desk import EVENING, MORNING, enrolled


def told(decision: Decision, language: str = "en") -> list[str]:
    """The lines, with plain spaces and a short unit."""
    w = words(language)
    lines = [line_sentence(w, line).replace("\u00a0", " ") for line in difference_lines(w, decision)]
    return [line.replace(" million international units", " M") for line in lines]


def test_a_dose_is_told_once_for_all_cycles_with_the_totals() -> None:
    decision = enrolled().decided(SetDose(3_000_000, from_cycle=4))

    assert told(decision) == [
        "Cycles 4 to 8, 10 injections each: 4.5 M → 3 M",
        "In all: 8 cycles, 80 injections, 360 M → 8 cycles, 80 injections, 285 M",
    ]
    assert [(d.cycles, d.days, d.times, d.count) for d in decision.differences()] == [
        ((4, 5, 6, 7, 8), None, None, 50)
    ]


def test_what_is_recorded_keeps_its_dose_and_the_rest_of_its_course_is_named() -> None:
    desk = enrolled()
    desk.give(1)

    assert told(desk.decided(SetDose(3_000_000, from_cycle=1)))[:3] == [
        "Cycle 1, days 2 to 5, mornings (08:00), 4 injections: 4.5 M → 3 M",
        "Cycle 1, evenings (20:00), 5 injections: 4.5 M → 3 M",
        "Cycles 2 to 8, 10 injections each: 4.5 M → 3 M",
    ]


def test_places_are_told_by_cycle_day_and_time() -> None:
    desk = enrolled()

    def place(*where: object) -> list[str]:
        return told(desk.decided(SetPlace(PlaceChoice(Place.HOSPITAL, *where))))  # type: ignore[arg-type]

    assert place(2, None, MORNING) == ["Cycle 2, mornings (08:00), 5 injections: day hospital → hospital"]
    assert place(2, None, EVENING) == ["Cycle 2, evenings (20:00), 5 injections: home → hospital"]
    assert place(2, 3, EVENING) == ["Cycle 2, day 3, at 20:00, 1 injection: home → hospital"]
    assert place(2, 3) == [
        "Cycle 2, day 3, at 08:00, 1 injection: day hospital → hospital",
        "Cycle 2, day 3, at 20:00, 1 injection: home → hospital",
    ]


def test_a_gate_tells_the_place_of_the_cycles_it_opens() -> None:
    desk = enrolled(seed(VASCU))

    assert told(desk.decided(TickGate("tolerance", met=True))) == [
        "Cycles 2 to 4, 5 injections each: hospital → day hospital"
    ]
    assert told(desk.decided(TickGate("tolerance", met=True)), "fr") == [
        "Cures 2 à 4, 5 injections chacune : hôpital → hôpital de jour"
    ]


def test_an_evening_start_tells_the_injection_that_goes_and_the_one_that_comes() -> None:
    assert told(enrolled().decided(EveningStart(3))) == [
        "Cycle 3, day 1, at 08:00, 1 injection: 4.5 M → no longer planned",
        "Cycle 3, day 6, 1 injection: new, 4.5 M",
    ]


def test_omitted_and_cancelled_injections_are_counted() -> None:
    desk = enrolled()

    assert told(desk.decided(OmitCycle(3)))[0] == "Cycle 3, 10 injections: planned → omitted"
    assert told(desk.decided(Stop(day("2026-05-13")))) == [
        "Cycle 4, days 3 to 5, 6 injections: planned → cancelled",
        "Cycles 5 to 8, 10 injections each: planned → cancelled",
        "In all: 8 cycles, 80 injections, 360 M → 4 cycles, 34 injections, 153 M",
    ]
    # Visits that are left out stand in the list of dates.
    assert told(desk.decided(Withdraw(day("2026-11-30")))) == []
    assert {move.code for move in desk.decided(Withdraw(day("2026-11-30"))).moves()} >= {"W52", "W96"}


def test_a_cycle_lost_to_the_cap_is_told_and_a_mere_delay_tells_nothing() -> None:
    desk = enrolled()

    assert told(desk.decided(MoveCycle(8, days=-7), accept=frozenset())) == []
    assert told(desk.decided(MoveCycle(3, days=4), past_cap=PastCap.OMIT))[0] == (
        "Cycle 8, 10 injections: planned → omitted"
    )


def test_a_recorded_course_tells_what_is_unlike_the_plan() -> None:
    course = GiveCourse(
        1,
        exceptions=(CourseException(3, MORNING, NotGiven.REFUSED),),
        details=(CourseInjection(4, MORNING, dose_iu=3_000_000, batch="B1"),),
        batch="B2",
    )

    assert told(enrolled().decided(course)) == [
        "Cycle 1, days 1, 2, 4, 5, mornings (08:00), 4 injections: planned → given",
        "Cycle 1, evenings (20:00), 5 injections: planned → given",
        "Cycle 1, day 3, at 08:00, 1 injection: planned → not given",
        "Cycle 1, day 3, at 08:00, 1 injection, code when not given: – → R, refused by the patient",
        "Cycle 1, day 4, at 08:00, 1 injection, dose given: 4.5 M → 3 M",
        "In all: 8 cycles, 80 injections, 360 M → 8 cycles, 79 injections, 354 M",
    ]


def test_a_correction_tells_the_old_and_the_new_value() -> None:
    desk = enrolled()
    desk.give(1)

    assert told(desk.decided(CorrectInjection(1, 1, MORNING, site="left thigh"))) == [
        "Cycle 1, day 1, at 08:00, 1 injection, site of injection: – → “left thigh”"
    ]


def test_an_hour_of_a_visit_and_an_enrolment() -> None:
    desk = enrolled()

    assert told(desk.decided(MoveVisit("W24", day("2026-06-22"), time(9, 30)))) == [
        "Study week 24, time of day: – → 09:30"
    ]
    bare = replace(desk.decided(OmitCycle(3)), before=None)
    assert told(bare) == ["In all: 7 cycles, 70 injections, 315 M"]


def test_an_amendment_tells_what_the_new_version_changes() -> None:
    protocol = seed()
    arm = protocol.arm("il2")
    cycles = tuple(
        replace(
            cycle,
            days=tuple(
                replace(
                    one,
                    injections=tuple(
                        replace(i, time=time(9), dose_iu=3_000_000) if i.time == MORNING else i
                        for i in one.injections
                    ),
                )
                for one in cycle.days
            ),
        )
        for cycle in arm.cycles
    )
    arms = tuple(replace(a, cycles=cycles) if a.code == "il2" else a for a in protocol.arms)
    desk = enrolled(protocol, others=(replace(protocol, version="2", arms=arms),))

    assert told(desk.decided(Amend(2))) == [
        "Cycles 1 to 8, mornings (08:00), 5 injections each: 4.5 M → no longer planned",
        "Cycles 1 to 8, mornings (09:00), 5 injections each: new, 3 M",
        "In all: 8 cycles, 80 injections, 360 M → 8 cycles, 80 injections, 300 M",
    ]


def test_the_window_of_a_visit_that_hangs_on_a_cycle_goes_with_it_and_is_told_where_the_visit_stays() -> None:
    desk = enrolled(
        template(
            series("weeks = [2, 6, 12]"),
            visit("PRE", "day = -1, cycle = 'every'", "window = { before = 3, after = 3 }"),
        )
    )
    assert told(desk.decided(MoveCycle(2, days=7))) == []
    desk.do(MoveVisit("C2-PRE", day("2026-02-16")))

    assert told(desk.decided(MoveCycle(2, days=7))) == [
        "Name of cycle 2, window: Thu 12-Feb-2026 to Wed 18-Feb-2026 → Thu 19-Feb-2026 to Wed 25-Feb-2026"
    ]
