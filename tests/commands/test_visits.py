"""Visits moved, added, recorded and hung on events; treatment stopped, patients withdrawn."""

from __future__ import annotations

from datetime import time

import pytest

from il2scheduler.commands.values import (
    AddVisit,
    CorrectVisit,
    DateEvent,
    Give,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    NotGive,
    RecordVisit,
    Stop,
    Withdraw,
    Withhold,
)
from il2scheduler.rules import Severity
from il2scheduler.schedule import NotGiven, Status
from tests.builders import LABEL, day, series, template, visit
from tests.commands.desk import EVENING, MORNING, Desk, enrolled, kinds

WINDOW = "window = { before = 3, after = 5 }"
ENDS_EARLY = f"[early_termination]\n{LABEL}\nactivities = []\n"


def windowed() -> Desk:
    """W24 on Mon 2026-06-22 from 06-19 to 06-27; every cycle has a visit the day before."""
    return enrolled(
        template(
            series("weeks = [2, 6]"),
            visit("W24", "week = 24", WINDOW),
            visit("W52", "week = 52"),
            visit("PRE", "day = -1, cycle = 'every'"),
        )
    )


# --- Moving ---


def test_inside_a_stated_window_a_visit_moves_without_a_reason() -> None:
    desk = windowed()
    for inside in ("2026-06-19", "2026-06-27"):
        desk.do(MoveVisit("W24", day(inside)), None)
        assert desk.at("W24") == inside
    for outside in ("2026-06-18", "2026-06-28"):
        assert desk.refused(MoveVisit("W24", day(outside)), None).kind == "reason-needed"
    decision = desk.do(MoveVisit("W24", day("2026-06-29")), "holiday")

    assert kinds(decision.findings, Severity.WARNS) == [("outside-window", "W24")]
    assert str(desk.schedule.appointment("W24").nominal) == "2026-06-22"


def test_without_a_window_a_visit_moves_with_a_reason_and_no_warning() -> None:
    desk = enrolled()
    assert desk.refused(MoveVisit("W52", day("2027-01-05")), None).kind == "reason-needed"
    decision = desk.do(MoveVisit("W52", day("2027-01-05")))

    assert kinds(decision.findings, Severity.WARNS) == []
    assert kinds(decision.findings, Severity.NOTES) == [("no-window", "W52")]
    assert [(m.code, str(m.before), str(m.after)) for m in decision.moves()] == [
        ("W52", "2027-01-04", "2027-01-05")
    ]


def test_an_hour_alone_needs_no_reason_and_fixes_no_date() -> None:
    """A visit of a cycle with an hour still goes with its cycle."""
    desk = windowed()
    decision = desk.do(MoveVisit("C1-PRE", day("2026-01-18"), time(10, 30)), None)
    assert decision.revises
    desk.do(MoveCycle(1, days=7))

    assert (desk.at("C1-PRE"), desk.schedule.appointment("C1-PRE").hour) == ("2026-01-25", time(10, 30))
    assert desk.refused(MoveVisit("C1-PRE", day("2026-01-25"))).kind == "nothing-moves"
    assert desk.refused(MoveVisit("C1-PRE", day("2026-01-25"), time(10, 30))).kind == "nothing-moves"


def test_a_visit_moved_by_hand_stands_and_moved_back_goes_with_its_cycle_again() -> None:
    desk = windowed()
    before = desk.state
    desk.do(MoveVisit("C1-PRE", day("2026-01-16")))
    desk.do(MoveCycle(1, days=7))
    assert desk.at("C1-PRE") == "2026-01-16"
    desk.do(MoveVisit("C1-PRE", day("2026-01-25")))
    desk.do(MoveCycle(1, days=-7))

    assert desk.state == before


def test_no_such_visit_and_visits_that_are_over() -> None:
    desk = windowed()
    assert desk.refused(MoveVisit("W25", day("2026-06-22"))).facts["known"] == "C1-PRE, C2-PRE, W24, W52"
    assert desk.refused(MoveVisit("C1D1", day("2026-06-22"))).kind == "no-visit"
    desk.do(RecordVisit("W24", day("2026-06-23")), None)
    assert desk.refused(MoveVisit("W24", day("2026-06-24"))).kind == "visit-recorded"
    assert desk.refused(RecordVisit("W24", None)).kind == "visit-recorded"
    desk.do(Withdraw(day("2026-07-01")))
    assert desk.refused(MoveVisit("W52", day("2026-07-01"))).kind == "visit-cancelled"
    assert desk.refused(RecordVisit("W52", day("2026-07-01"))).kind == "visit-cancelled"


# --- Unscheduled ---


def test_added_visits_are_numbered_and_renumber_nothing() -> None:
    desk = enrolled()
    codes = [a.code for a in desk.schedule.appointments]
    desk.do(AddVisit(day("2026-02-03")), "fever")
    desk.do(AddVisit(day("2026-01-20")), "rash")

    assert (desk.at("U1"), desk.at("U2")) == ("2026-02-03", "2026-01-20")
    assert [desk.schedule.appointment(code).note for code in ("U1", "U2")] == ["fever", "rash"]
    assert sorted(codes) == sorted(a.code for a in desk.schedule.appointments if a.code not in ("U1", "U2"))
    assert desk.refused(AddVisit(day("2026-02-03")), None).kind == "reason-needed"


def test_an_added_visit_is_moved_and_recorded_like_any_other() -> None:
    desk = enrolled()
    desk.do(AddVisit(day("2026-02-03")), "fever")
    desk.do(MoveVisit("U1", day("2026-02-04")), "full")
    desk.do(RecordVisit("U1", day("2026-02-04")), None)

    assert (desk.at("U1"), desk.status("U1")) == ("2026-02-04", Status.DONE)
    assert desk.schedule.appointment("U1").note == "fever"


def test_numbers_are_not_used_again() -> None:
    desk = enrolled()
    desk.last_added = 2
    desk.do(AddVisit(day("2026-02-03")))

    assert desk.at("U3") == "2026-02-03"


# --- Recording ---


def test_a_visit_is_done_on_a_date_or_missed_and_no_plan_changes() -> None:
    desk = enrolled()
    done = desk.do(RecordVisit("W24", day("2026-06-25"), "late"), None)
    missed = desk.do(RecordVisit("W52", None), None)

    w24 = desk.schedule.appointment("W24")
    assert (w24.status, str(w24.planned), str(w24.actual), w24.note) == (
        Status.DONE,
        "2026-06-22",
        "2026-06-25",
        "late",
    )
    assert (desk.status("W52"), desk.schedule.appointment("W52").actual) == (Status.MISSED, None)
    assert not done.revises
    assert not missed.revises


def test_nothing_is_recorded_that_lies_ahead_or_has_no_date() -> None:
    desk = enrolled()
    ahead = desk.refused(RecordVisit("W24", day("2026-06-22")), today=day("2026-06-21"))
    missed = desk.refused(RecordVisit("W24", None), today=day("2026-06-21"))

    assert (ahead.kind, missed.kind) == ("in-future", "in-future")
    assert enrolled(anchor=None).refused(RecordVisit("W0", day("2026-01-05"))).kind == "visit-undated"


def test_a_recorded_visit_is_corrected_with_a_reason() -> None:
    desk = enrolled()
    assert desk.refused(CorrectVisit("W24", None)).kind == "visit-not-recorded"
    assert desk.refused(CorrectVisit("C1D1", None)).kind == "visit-not-recorded"
    desk.do(RecordVisit("W24", None, "did not come"), None)
    assert desk.refused(CorrectVisit("W24", day("2026-06-25")), None).kind == "reason-needed"
    decision = desk.do(CorrectVisit("W24", day("2026-06-25")), "came on Thursday")

    (change,) = decision.changes
    assert change.before is not None
    assert change.after is not None
    assert (change.before["status"], change.after["status"]) == ("missed", "done")
    assert (change.before["actual"], change.after["actual"]) == (None, "2026-06-25")
    assert desk.refused(CorrectVisit("W24", day("2026-06-25"))).kind == "nothing-changes"
    assert desk.refused(CorrectVisit("W24", day("2030-01-01"))).kind == "in-future"


# --- Hooks ---


def test_a_visit_after_the_last_injection_is_provisional_until_that_is_recorded() -> None:
    desk = enrolled(template(series("weeks = [0, 4]"), visit("LAST", "after_last_injection = 28")))
    last = desk.schedule.appointment("LAST")
    assert (str(last.planned), last.provisional) == ("2026-03-06", True)

    desk.do(GiveCourse(1), None)
    desk.do(MoveCycle(2, days=7))
    assert (desk.at("LAST"), desk.schedule.appointment("LAST").provisional) == ("2026-03-13", True)
    decision = desk.do(Withhold(2, 4))
    assert (desk.at("LAST"), decision.revises) == ("2026-03-11", True)
    desk.do(GiveCourse(2), None)
    assert (desk.at("LAST"), desk.schedule.appointment("LAST").provisional) == ("2026-03-11", False)


def test_a_visit_after_the_last_injection_follows_a_stop_and_a_withdrawal() -> None:
    said = template(series("weeks = [0, 4]"), visit("LAST", "after_last_injection = 10"))
    stopped, left = enrolled(said), enrolled(said)
    for desk in (stopped, left):
        desk.do(GiveCourse(1), None)
    stopped.do(Stop(day("2026-01-20")))
    left.do(Withdraw(day("2026-01-20")))

    for desk in (stopped, left):
        assert (desk.at("LAST"), desk.status("LAST")) == ("2026-01-19", Status.PLANNED)


def test_a_visit_hangs_on_an_event_once_that_is_dated() -> None:
    event = f'[[events]]\ncode = "discharge"\n{LABEL}\n'
    desk = enrolled(template(series("weeks = [0]"), event, visit("D7", "event = 'discharge', offset = 7")))
    assert desk.at("D7") == "None"
    desk.do(DateEvent("discharge", day("2026-01-10")), None)
    assert desk.at("D7") == "2026-01-17"
    assert desk.refused(DateEvent("discharge", day("2026-01-11")), None).kind == "reason-needed"
    desk.do(DateEvent("discharge", day("2026-01-11")))
    assert desk.at("D7") == "2026-01-18"
    assert desk.refused(DateEvent("birth", day("2026-01-11"))).facts["known"] == "discharge"
    assert enrolled().refused(DateEvent("discharge", day("2026-01-11"))).kind == "no-events"


# --- Stop and withdraw ---


def test_a_stop_cancels_injections_from_that_day_and_leaves_visits() -> None:
    desk = enrolled()
    visits = [(v.code, v.planned, v.status) for v in desk.schedule.visits()]
    desk.give(1, 1)
    desk.do(Stop(day("2026-01-21")), "liver")

    assert [desk.status(f"C1D{on}") for on in (1, 2, 3)] == [Status.RUNNING, Status.PLANNED, Status.CANCELLED]
    assert desk.cycle(2) is Status.CANCELLED
    assert [(v.code, v.planned, v.status) for v in desk.schedule.visits()] == visits
    assert desk.schedule.totals().injections == 4
    assert desk.refused(Stop(day("2026-01-20"))).kind == "already-stopped"
    desk.give(1, 1, EVENING)
    desk.do(GiveCourse(1), None)
    assert desk.cycle(1) is Status.GIVEN_IN_PART


def test_a_stop_on_a_recorded_day_cancels_what_is_left_of_it() -> None:
    desk = enrolled()
    desk.give(1, 1)
    decision = desk.do(Stop(day("2026-01-19")))

    day_1 = desk.schedule.appointment("C1D1")
    assert [i.status for i in day_1.injections] == [Status.GIVEN, Status.CANCELLED]
    assert (day_1.status, decision.revises) == (Status.GIVEN_IN_PART, True)
    assert desk.refused(Give(1, 1, EVENING)).kind == "injection-cancelled"


@pytest.mark.parametrize("ends_early", [True, False])
def test_the_early_termination_visit_is_planned_on_the_day_of_the_stop(ends_early: bool) -> None:  # noqa: FBT001
    said = template(series("weeks = [2, 6]"), head=ENDS_EARLY if ends_early else "")
    desk = enrolled(said)
    desk.do(Stop(day("2026-02-03")))

    assert [(v.code, str(v.planned)) for v in desk.schedule.visits()] == (
        [("ET", "2026-02-03")] if ends_early else []
    )
    if ends_early:
        desk.do(MoveVisit("ET", day("2026-02-05")))
        desk.do(RecordVisit("ET", day("2026-02-05")), None)
        assert desk.status("ET") is Status.DONE


def test_a_visit_up_to_the_day_of_the_stop_and_one_of_a_cycle_that_has_begun_can_still_be_recorded() -> None:
    """The patient came before cycle 2, was unwell and got nothing of cycle 3: these visits were held."""
    said = template(
        series("weeks = [2, 6, 10]"),
        visit("PRE", "day = -1, cycle = 'every'"),
        visit("DAY1", "day = 1, cycle = 'every'"),
    )
    unrecorded, unwell = enrolled(said), enrolled(said)
    for desk in (unrecorded, unwell):
        desk.do(GiveCourse(1), None)
    unrecorded.do(Stop(day("2026-02-16")))
    unwell.do(NotGive(2, 1, MORNING, NotGiven.UNWELL), None)
    unwell.do(Stop(day("2026-02-16")))

    for desk in (unrecorded, unwell):
        desk.do(RecordVisit("C2-PRE", day("2026-02-15")), None)
        desk.do(RecordVisit("C2-DAY1", day("2026-02-16")), None)
        assert [desk.status(f"C3-{code}") for code in ("PRE", "DAY1")] == [Status.CANCELLED] * 2


def test_a_withdrawal_cancels_what_comes_after_that_day_and_leaves_the_day_itself() -> None:
    desk = enrolled()
    desk.give(1, 1)
    decision = desk.do(Withdraw(day("2026-01-20"), lost=True), "moved away")

    assert [desk.status(f"C1D{on}") for on in (1, 2, 3)] == [Status.RUNNING, Status.PLANNED, Status.CANCELLED]
    assert {v.status for v in desk.schedule.visits() if v.code != "W0"} == {Status.CANCELLED}
    assert (desk.status("W0"), desk.patient.lost, decision.revises) == (Status.PLANNED, True, True)
    assert desk.refused(Withdraw(day("2026-01-21"))).kind == "already-withdrawn"


def test_a_withdrawal_cancels_the_rest_of_a_day_recorded_in_part() -> None:
    desk = enrolled()
    desk.give(1, 2)
    desk.do(Withdraw(day("2026-01-19")))

    morning, evening = desk.schedule.appointment("C1D2").injections
    assert (morning.status, evening.status) == (Status.GIVEN, Status.CANCELLED)


def test_a_patient_without_dates_who_leaves_has_nothing_planned_any_more() -> None:
    desk = enrolled(anchor=None)
    desk.do(Withdraw(day("2026-01-20")))

    assert {a.status for a in desk.schedule.appointments} == {Status.CANCELLED}
