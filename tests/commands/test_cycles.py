"""Cycles delayed, advanced, omitted, dated: what later cycles do, and what is asked."""

from __future__ import annotations

import pytest

from il2scheduler.appointment import NotGiven
from il2scheduler.commands.values import (
    AddNote,
    AddVisit,
    DateCycle,
    EveningStart,
    Give,
    GiveCourse,
    MoveCycle,
    NotGive,
    OmitCycle,
    PastCap,
    RecordVisit,
    Stop,
    TakeProposals,
    Withdraw,
    Withhold,
)
from il2scheduler.patient import OmissionCause
from il2scheduler.rules import Severity
from il2scheduler.schedule import Status
from tests.builders import day, series, template, visit
from tests.commands.desk import CAP, EVENING, GAP, MORNING, enrolled, kinds

KEEP, OMIT = PastCap.KEEP, PastCap.OMIT


# --- The two delays of the design ---


def test_cycle_4_a_week_late_in_2025_names_the_cycle_it_pushes_past_week_42() -> None:
    """W0 2025-01-06: C5 06-30, C6 08-11, C7 09-22, C8 would be 2025-11-03; W52 stays."""
    desk = enrolled(anchor="2025-01-06")
    decision = desk.decided(MoveCycle(4, days=7), "holiday")

    assert kinds(decision.refused) == [("past-cap", "C8")]
    assert ("closed-day", "C6D5") in kinds(decision.findings, Severity.WARNS)
    assert desk.refused(MoveCycle(4, days=7)).kind == "finding-refuses"

    done = desk.do(MoveCycle(4, days=7), past_cap=OMIT)

    assert desk.starts()[3:7] == ["2025-05-19", "2025-06-30", "2025-08-11", "2025-09-22"]
    assert (desk.cycle(8), desk.patient.omitted) == (Status.OMITTED, {8: OmissionCause.CAP})
    assert desk.at("W52") == "2026-01-05"
    assert [(m.code, str(m.after)) for m in done.moves()] == [
        ("C4", "2025-05-19"),
        ("C5", "2025-06-30"),
        ("C6", "2025-08-11"),
        ("C7", "2025-09-22"),
        ("C8", "None"),
    ]


def test_cycle_3_four_days_late_in_2026_runs_over_easter_and_loses_the_last_cycle() -> None:
    """W0 2026-01-05: C3 04-03, C4 05-15, C5 06-26, C6 08-07, C7 09-18, C8 10-30 past W42."""
    desk = enrolled()
    decision = desk.do(MoveCycle(3, to=day("2026-04-03")), past_cap=KEEP)

    expected = ["2026-04-03", "2026-05-15", "2026-06-26", "2026-08-07", "2026-09-18", "2026-10-30"]
    assert desk.starts()[2:] == expected
    warned = kinds(decision.findings, Severity.WARNS)
    assert {
        ("closed-day", "C3D2"),
        ("closed-day", "C3D3"),
        ("closed-day", "C3D4"),
        ("past-cap", "C8"),
    } <= set(warned)
    assert desk.patient.accepted == {("past-cap", "C8")}
    assert desk.cycle(8) is Status.PLANNED


def test_the_same_delay_by_days() -> None:
    by_days, by_date = enrolled(), enrolled()
    by_days.do(MoveCycle(3, days=4), past_cap=KEEP)
    by_date.do(MoveCycle(3, to=day("2026-04-03")), past_cap=KEEP)

    assert by_days.state == by_date.state


# --- There and back ---


@pytest.mark.parametrize("answer", [OMIT, KEEP])
def test_cycle_3_a_week_later_and_back_restores_every_date_and_the_lost_cycle(answer: PastCap) -> None:
    """And no answer is left behind: the next delay asks about the last cycle again."""
    desk = enrolled()
    before = desk.state
    desk.do(MoveCycle(3, days=7), past_cap=answer)
    desk.do(MoveCycle(3, days=-7))

    assert desk.state == before
    assert desk.refused(MoveCycle(3, days=7)).kind == "finding-refuses"
    assert desk.refused(MoveCycle(5, days=14)).kind == "finding-refuses"


def test_a_cycle_lost_to_the_cap_returns_when_the_delay_is_taken_back_in_part() -> None:
    """Cycle 8 fits again once cycle 4 is back, whichever cycle moves."""
    desk = enrolled()
    desk.do(MoveCycle(3, days=7), past_cap=OMIT)
    desk.do(MoveCycle(4, days=-7), accept=frozenset({GAP}))

    assert desk.cycle(8) is Status.PLANNED
    assert (desk.starts()[3], desk.starts()[7], desk.patient.omitted) == ("2026-05-11", "2026-10-26", {})


def test_several_cycles_past_the_cap_are_each_omitted() -> None:
    """Cycle 6 on 12 October leaves no room for 7 before the cap, nor for 8."""
    desk = enrolled()
    asked = desk.decided(MoveCycle(6, to=day("2026-10-12")))
    desk.do(MoveCycle(6, to=day("2026-10-12")), past_cap=OMIT)

    assert kinds(asked.refused) == [("past-cap", "C7"), ("past-cap", "C8")]
    assert (desk.cycle(7), desk.cycle(8)) == (Status.OMITTED, Status.OMITTED)
    assert desk.patient.omitted == {7: OmissionCause.CAP, 8: OmissionCause.CAP}

    desk.do(MoveCycle(6, to=day("2026-08-03")))

    assert (desk.cycle(7), desk.cycle(8), desk.patient.omitted) == (Status.PLANNED, Status.PLANNED, {})


def test_the_cycle_after_an_omitted_one_may_stay_before_the_cap() -> None:
    """Cycle 7 past the cap is omitted; cycle 8 then counts from cycle 6 and stands on its last day."""
    desk = enrolled()
    desk.do(MoveCycle(7, to=day("2026-10-27")), past_cap=OMIT)

    assert (desk.cycle(7), desk.cycle(8), desk.starts()[7]) == (Status.OMITTED, Status.PLANNED, "2026-10-26")


def test_a_cycle_omitted_by_the_cap_may_be_asked_back_and_kept() -> None:
    desk = enrolled()
    desk.do(MoveCycle(3, days=7), past_cap=OMIT)
    date_of_8 = desk.schedule.start(8).planned

    assert desk.refused(MoveCycle(8, to=date_of_8)).kind == "finding-refuses"
    desk.do(MoveCycle(8, to=date_of_8), past_cap=KEEP)
    assert (desk.cycle(8), desk.patient.omitted) == (Status.PLANNED, {})


# --- Gaps ---


def test_an_advance_of_3_days_needs_its_gap_accepted_and_leaves_cycle_4_at_nominal() -> None:
    """Gap 39 where 42 are required."""
    desk = enrolled()
    refusal = desk.refused(MoveCycle(3, days=-3))
    decision = desk.do(MoveCycle(3, days=-3), accept=frozenset({GAP}))

    assert (refusal.kind, refusal.facts["finding"], refusal.facts["where"]) == (
        "finding-refuses",
        "gap-too-short",
        "C3",
    )
    assert desk.starts()[2:4] == ["2026-03-27", "2026-05-11"]
    assert ("gap-too-short", "C3") in kinds(decision.findings, Severity.WARNS)
    assert desk.patient.accepted == {("gap-too-short", "C3")}


def test_accepting_a_gap_does_not_accept_the_cap() -> None:
    desk = enrolled()

    assert desk.refused(MoveCycle(3, days=7), accept=frozenset({GAP})).facts["finding"] == "past-cap"


def test_an_accepted_gap_is_forgotten_when_the_cycle_moves_back() -> None:
    desk = enrolled()
    before = desk.state
    desk.do(MoveCycle(3, days=-3), accept=frozenset({GAP}))
    desk.do(MoveCycle(3, days=3))

    assert desk.state == before
    assert desk.refused(MoveCycle(3, days=-1)).kind == "finding-refuses"


def test_an_accepted_gap_that_would_shrink_further_is_asked_about_again() -> None:
    """Cycle 3 was accepted at 39 days; cycle 2 moves 2 days towards it."""
    desk = enrolled()
    desk.do(MoveCycle(3, days=-3), accept=frozenset({GAP}))
    refusal = desk.refused(MoveCycle(2, days=2))

    assert (refusal.facts["finding"], refusal.facts["where"]) == ("gap-too-short", "C3")
    desk.do(MoveCycle(2, days=2), accept=frozenset({GAP}))
    assert desk.starts()[1:3] == ["2026-02-18", "2026-03-27"]
    assert ("gap-too-short", "C3") in desk.patient.accepted


def test_a_cycle_kept_past_the_cap_is_asked_about_again_when_it_gets_later() -> None:
    desk = enrolled()
    desk.do(MoveCycle(8, days=7), past_cap=KEEP)

    assert desk.refused(MoveCycle(7, days=14)).facts["finding"] == "past-cap"
    desk.do(MoveCycle(7, days=3))
    assert desk.patient.accepted == {("past-cap", "C8")}


def test_what_was_accepted_stays_on_record_once_the_cycle_has_begun() -> None:
    desk = enrolled()
    desk.do(MoveCycle(3, days=-3), accept=frozenset({GAP}))
    desk.give(3)
    desk.do(AddNote("well"))

    assert desk.patient.accepted == {("gap-too-short", "C3")}


def test_two_courses_never_meet_and_cycles_never_change_their_order() -> None:
    desk = enrolled()
    every = frozenset({GAP, CAP})

    onto = desk.refused(MoveCycle(3, to=day("2026-02-18")), accept=every)
    past = desk.refused(MoveCycle(3, to=day("2026-02-02")), accept=every)

    assert (onto.facts["finding"], past.facts["finding"]) == ("course-overlap", "cycle-order")


def test_a_cycle_does_not_move_past_a_recorded_later_one() -> None:
    """Cycle 4 was recorded while cycle 3 still waits for its diary."""
    desk = enrolled()
    desk.give(4)
    every = frozenset({GAP, CAP})

    assert desk.refused(MoveCycle(3, to=day("2026-06-01")), accept=every).facts["finding"] == "cycle-order"
    assert desk.refused(MoveCycle(3, days=1)).facts["finding"] == "gap-too-short"


# --- Begun, omitted, over ---


def test_a_cycle_with_a_recorded_injection_is_not_moved_or_omitted() -> None:
    """The sentence offers to withhold the rest."""
    desk = enrolled()
    desk.do(NotGive(3, 1, MORNING, NotGiven.ABSENT))

    assert desk.refused(MoveCycle(3, days=1)).kind == "cycle-begun"
    assert desk.refused(OmitCycle(3)).kind == "cycle-begun"
    assert desk.refused(TakeProposals((("C3", day("2026-04-13")),))).kind == "cycle-begun"


def test_an_omitted_cycle_stays_struck_and_leaves_the_next_at_nominal() -> None:
    desk = enrolled()
    before = desk.starts()
    desk.do(OmitCycle(3))

    assert desk.starts() == before
    assert (desk.cycle(3), desk.status("C3D1")) == (Status.OMITTED, Status.OMITTED)
    assert desk.patient.omitted == {3: OmissionCause.PERSON}
    assert desk.schedule.totals().injections == 70
    proposal, slot = TakeProposals((("C3", day("2026-04-13")),)), (3, 1, MORNING)
    for command in (OmitCycle(3), EveningStart(3), proposal, GiveCourse(3), Withhold(3, 1)):
        assert desk.refused(command).kind == "cycle-omitted"
    for recorded in (Give(*slot), NotGive(*slot, NotGiven.ABSENT)):
        assert desk.refused(recorded).kind == "injection-omitted"


def test_an_omitted_cycle_that_no_undo_brings_back_is_planned_again_by_a_date() -> None:
    """Cycle 4 was delayed and given since: cycle 5 stands where the rule puts it, or where it is told."""
    desk = enrolled()
    desk.do(OmitCycle(5))
    desk.do(MoveCycle(4, days=7))
    desk.do(GiveCourse(4), None)
    assert desk.refused(MoveCycle(5, days=0), None, past_cap=OMIT).kind == "reason-needed"
    stood = desk.decided(MoveCycle(5, days=0), past_cap=OMIT)
    decision = desk.do(MoveCycle(5, to=day("2026-07-06")), past_cap=OMIT)

    assert [str(stood.after.schedule.start(n).planned) for n in (5, 6)] == ["2026-06-29", "2026-08-10"]
    assert (desk.cycle(5), desk.starts()[4:6]) == (Status.PLANNED, ["2026-07-06", "2026-08-17"])
    assert desk.patient.omitted == {8: OmissionCause.CAP}
    assert ("C5", None, day("2026-07-06")) in [(m.code, m.before, m.after) for m in decision.moves()]
    back = next(one for one in decision.differences() if one.cycles == (5,))
    assert (back.before, back.after, back.count) == (Status.OMITTED, Status.PLANNED, 10)


def test_an_omitted_cycle_takes_its_visit_along_both_ways() -> None:
    desk = enrolled(template(series("weeks = [2, 6]"), visit("PRE", "day = -1, cycle = 'every'")))
    desk.do(OmitCycle(2))
    assert desk.refused(RecordVisit("C2-PRE", None)).kind == "visit-omitted"
    desk.do(MoveCycle(2, days=0))
    assert (desk.status("C2-PRE"), desk.patient.omitted) == (Status.PLANNED, {})


def test_an_omitted_cycle_of_the_site_is_dated_again_with_a_reason() -> None:
    desk = enrolled(template(series("by_site = 2")))
    desk.do(DateCycle(1, day("2026-02-02")), None)
    desk.do(OmitCycle(1))
    assert desk.refused(DateCycle(1, day("2026-02-09")), None).kind == "reason-needed"
    desk.do(DateCycle(1, day("2026-02-09")))
    assert (desk.cycle(1), desk.starts()[0]) == (Status.PLANNED, "2026-02-09")


def test_a_delay_that_pushed_a_cycle_ends_when_the_delayed_one_is_omitted() -> None:
    """Cycle 3 +7 pushed cycle 4; omitted, it leaves cycle 4 at nominal and brings cycle 8 back."""
    desk = enrolled()
    desk.do(MoveCycle(3, days=7), past_cap=OMIT)
    desk.do(OmitCycle(3))

    assert (desk.starts()[3], desk.cycle(8)) == ("2026-05-11", Status.PLANNED)


def test_the_gap_counts_from_the_last_cycle_that_was_given_at_all() -> None:
    """Cycle 3, a week late, withheld completely: cycle 4 counts from cycle 2 and is nominal again."""
    desk = enrolled()
    desk.do(MoveCycle(3, days=7), past_cap=OMIT)
    decision = desk.do(Withhold(3, 1))

    assert desk.cycle(3) is Status.NOT_GIVEN
    assert desk.schedule.start(3).counted is None
    assert desk.starts()[2:5] == ["2026-04-06", "2026-05-11", "2026-06-22"]
    assert (decision.revises, desk.cycle(8)) == (True, Status.PLANNED)
    desk.do(MoveCycle(4, days=-20))
    assert desk.starts()[3] == "2026-04-21"


def test_the_gap_counts_from_the_first_given_injection() -> None:
    """Day 1 and 2 not given, day 3 given: cycle 4 stands two days later, and past the cap cycle 8."""
    desk = enrolled()
    for on in (1, 2):
        for slot in (MORNING, EVENING):
            desk.do(NotGive(3, on, slot, NotGiven.UNWELL))
    assert desk.schedule.start(3).counted == day("2026-03-30")
    refusal = desk.refused(give_of(3, 3), None)
    assert (refusal.facts["finding"], refusal.facts["where"]) == ("past-cap", "C8")
    assert desk.refused(give_of(3, 3), None, past_cap=KEEP).kind == "reason-needed"

    desk.do(give_of(3, 3), past_cap=KEEP)

    assert desk.schedule.start(3).counted == day("2026-04-01")
    assert desk.starts()[2:4] == ["2026-03-30", "2026-05-13"]


def test_a_course_of_weekdays_that_does_not_begin_on_day_1_delays_nothing_when_given_as_planned() -> None:
    """Cycles start on a Tuesday, the first injection is on Wednesday; the minimum gap is the interval."""
    weekly = "weekdays = ['mon', 'wed', 'fri'], length = 7"
    desk = enrolled(template(series("weeks = [2, 6, 10]", weekly)), "2026-01-06")
    before = desk.starts()
    first = desk.schedule.course(1)[0]
    assert (first.code, str(first.planned)) == ("C1D2", "2026-01-21")

    desk.do(GiveCourse(1), None)
    assert desk.starts() == before == ["2026-01-20", "2026-02-17", "2026-03-17"]

    desk.do(NotGive(2, 2, MORNING, NotGiven.UNWELL))
    desk.do(give_of(2, 4))
    assert desk.starts() == ["2026-01-20", "2026-02-17", "2026-03-19"]


def give_of(cycle: int, on: int) -> Give:
    return Give(cycle, on, MORNING)


def test_recording_day_2_before_day_1_delays_nothing() -> None:
    desk = enrolled()
    before = desk.starts()
    desk.give(1, 2)
    assert desk.starts() == before
    desk.give(1, 1)
    assert desk.starts() == before


def test_no_such_cycle_and_nothing_to_move() -> None:
    desk, control = enrolled(), enrolled(arm="control")

    for number in (0, 9, -1):
        assert desk.refused(MoveCycle(number, days=1)).kind == "no-cycle"
    assert control.refused(MoveCycle(1, days=1)).facts["count"] == 0
    assert desk.refused(MoveCycle(3, days=0)).kind == "nothing-moves"
    assert desk.refused(MoveCycle(3, to=day("2026-03-30"))).kind == "nothing-moves"


def test_moving_a_cycle_needs_a_reason() -> None:
    desk = enrolled()

    for reason in (None, "", "  "):
        assert desk.refused(MoveCycle(8, days=-1), reason, accept=frozenset({GAP})).kind == "reason-needed"


def test_nothing_is_planned_after_the_treatment_stopped_or_the_patient_left() -> None:
    desk, left = enrolled(), enrolled()
    desk.do(Stop(day("2026-05-01")))
    left.do(Withdraw(day("2026-05-01")))

    assert (
        desk.refused(MoveCycle(5, days=1)).kind
        == left.refused(MoveCycle(5, days=1)).kind
        == "cycle-cancelled"
    )
    assert desk.refused(MoveCycle(3, to=day("2026-05-04"))).kind == "after-stop"
    assert left.refused(MoveCycle(3, to=day("2026-05-04"))).kind == "after-withdrawal"
    assert left.refused(AddVisit(day("2026-05-04"))).kind == "after-withdrawal"
    desk.do(AddVisit(day("2026-05-04")))
    assert desk.at("U1") == "2026-05-04"
