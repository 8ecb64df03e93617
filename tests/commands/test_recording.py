"""What happened is recorded on its date, withheld, and corrected; it is never moved."""

from __future__ import annotations

from datetime import time

import pytest

from il2scheduler.appointment import NotGiven
from il2scheduler.commands import readable
from il2scheduler.commands.recording import moment_told
from il2scheduler.commands.values import (
    CorrectInjection,
    CourseException,
    CourseInjection,
    Give,
    GiveCourse,
    MoveCycle,
    NotGive,
    PastCap,
    SetAnchor,
    Stop,
    Withhold,
)
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import Injection, Status
from tests.builders import VASCU, day, seed, series, template
from tests.commands.desk import EVENING, MORNING, Desk, enrolled, moment

MIO = 1_000_000


def one(desk: Desk, code: str = "C1D1", *, evening: bool = False) -> Injection:
    return desk.schedule.appointment(code).injection(EVENING if evening else MORNING)


# --- Given ---


def test_an_injection_is_given_with_time_dose_site_batch_and_by_whom() -> None:
    """No reason is needed, and no revision is made."""
    desk = enrolled()
    give = Give(1, 1, MORNING, moment("2026-01-19 08:25"), 4_500_000, "left arm", "B12", "patient")
    decision = desk.do(give, None)

    told = one(desk)
    assert (told.status, told.given_at, told.given_iu) == (
        Status.GIVEN,
        moment("2026-01-19 08:25"),
        4_500_000,
    )
    assert (told.site, told.batch, told.given_by) == ("left arm", "B12", "patient")
    assert (desk.status("C1D1"), desk.cycle(1), decision.revises) == (Status.RUNNING, Status.RUNNING, False)
    assert str(desk.schedule.appointment("C1D1").actual) == "2026-01-19"
    assert {(c.table.value, c.key[1]) for c in decision.changes} == {
        ("appointment", "C1D1"),
        ("injection", "C1D1"),
    }


def test_without_a_time_and_a_dose_it_was_given_as_planned() -> None:
    desk = enrolled()
    desk.give(1, 1)

    assert (one(desk).given_at, one(desk).given_iu) == (moment("2026-01-19 08:00"), 4_500_000)


@pytest.mark.parametrize("at", ["00:30", "06:00", "06:00:59"])
def test_an_evening_injection_may_be_given_until_six_the_next_morning(at: str) -> None:
    desk = enrolled()
    desk.do(Give(1, 1, EVENING, moment(f"2026-01-20 {at}")), None)

    assert desk.at("C1D1") == str(desk.schedule.appointment("C1D1").actual) == "2026-01-19"


@pytest.mark.parametrize("at", ["2026-01-19 00:00", "2026-01-19 23:59"])
def test_any_time_of_the_planned_date_will_do(at: str) -> None:
    desk = enrolled()
    desk.do(Give(1, 1, MORNING, moment(at)), None)

    assert one(desk).given_at == moment(at)


@pytest.mark.parametrize(
    ("slot", "at"),
    [
        (EVENING, "2026-01-20 06:01"),
        (EVENING, "2026-01-18 20:00"),
        (EVENING, "2026-01-21 00:30"),
        (MORNING, "2026-01-20 00:30"),
    ],
)
def test_another_date_is_not_the_planned_one(slot: time, at: str) -> None:
    assert enrolled().refused(Give(1, 1, slot, moment(at))).kind == "other-date"


def test_another_date_is_refused_with_what_can_be_done_instead() -> None:
    """Before the course has begun: delay it first. Afterwards: not given."""
    desk = enrolled()
    before = desk.refused(Give(1, 1, MORNING, moment("2026-01-20 08:00")))
    desk.give(1, 1)
    after = desk.refused(Give(1, 2, MORNING, moment("2026-01-22 08:00")))

    assert (before.kind, str(before.facts["planned"]), str(before.facts["found"])) == (
        "other-date",
        "2026-01-19",
        "2026-01-20",
    )
    assert after.kind == "other-date-begun"


def test_a_dose_unlike_the_planned_one_needs_a_reason() -> None:
    desk = enrolled()
    assert desk.refused(Give(1, 1, MORNING, dose_iu=3 * MIO), None).kind == "dose-reason-needed"
    decision = desk.do(Give(1, 1, MORNING, dose_iu=3 * MIO), "half a vial broke")

    assert (one(desk).given_iu, one(desk).dose_iu, decision.revises) == (3 * MIO, 4_500_000, False)


def test_an_overdose_that_happened_is_recorded_and_another_unit_is_not() -> None:
    """What was given is a fact; a hundred times the highest dose was typed in another unit."""
    desk = enrolled(template(series("weeks = [2]", dose='basis = "flat", iu = 300_000')))
    for told in (Give(1, 1, MORNING, dose_iu=900_000), GiveCourse(1, details=(told_of(900_000),))):
        refusal = desk.refused(told, None)
        assert (refusal.kind, refusal.facts["highest_iu"]) == ("high-dose-reason-needed", 300_000)
        (finding, _) = (f for f in desk.decided(told).findings if "dose" in f.kind)
        assert (finding.where, finding.facts["highest_iu"]) == ("C1D1", 300_000)
    desk.do(Give(1, 1, MORNING, dose_iu=900_000), "vial misread")
    assert (one(desk).given_iu, one(desk).dose_iu) == (900_000, 300_000)
    assert desk.refused(CorrectInjection(1, 1, MORNING, dose_iu=950_000), None).facts["dose_iu"] == 950_000
    desk.do(CorrectInjection(1, 1, MORNING, dose_iu=30 * MIO))
    desk.do(CorrectInjection(1, 1, MORNING, batch="B12"))
    assert one(desk).given_iu == 30 * MIO
    for wrong in (
        Give(1, 2, MORNING, dose_iu=30 * MIO + 1),
        CorrectInjection(1, 1, MORNING, dose_iu=45 * MIO),
    ):
        refusal = desk.refused(wrong)
        assert (refusal.kind, refusal.facts["times"], refusal.facts["highest_iu"]) == (
            "dose-impossible",
            100,
            300_000,
        )


def told_of(dose_iu: int) -> CourseInjection:
    return CourseInjection(1, MORNING, dose_iu=dose_iu)


def test_nothing_is_recorded_twice_nor_ahead_nor_where_there_is_nothing() -> None:
    desk = enrolled()
    assert desk.refused(Give(1, 1, MORNING), today=day("2026-01-18")).kind == "in-future"
    assert desk.refused(NotGive(1, 1, MORNING, NotGiven.OTHER), today=day("2026-01-18")).kind == "in-future"
    assert desk.refused(GiveCourse(1), today=day("2026-01-22")).kind == "in-future"
    desk.give(1, 1)
    assert desk.refused(Give(1, 1, MORNING)).kind == "injection-recorded"
    assert desk.refused(NotGive(1, 1, MORNING, NotGiven.OTHER)).kind == "injection-recorded"
    assert desk.refused(Give(1, 6, MORNING)).kind == "no-day"
    assert desk.refused(Give(9, 1, MORNING)).kind == "no-cycle"
    assert desk.refused(Give(1, 1, moment("2026-01-01 09:00").time())).facts["known"] == "08:00, 20:00"


# --- A whole course ---


def test_a_course_is_recorded_in_one_go_with_its_exceptions() -> None:
    desk = enrolled()
    desk.do(Give(1, 1, MORNING, moment("2026-01-19 08:25")), None)
    exceptions = (
        CourseException(2, EVENING, NotGiven.ABSENT),
        CourseException(5, EVENING, NotGiven.UNWELL),
    )
    decision = desk.do(GiveCourse(1, exceptions, batch="B12", by="patient"), None)

    assert one(desk).given_at == moment("2026-01-19 08:25")
    assert (one(desk, "C1D2", evening=True).not_given, one(desk, "C1D5", evening=True).not_given) == (
        "A",
        "V",
    )
    assert one(desk, "C1D5").batch == "B12"
    assert (desk.cycle(1), desk.status("C1D1")) == (Status.GIVEN_IN_PART, Status.GIVEN)
    assert not decision.revises
    assert desk.refused(GiveCourse(1)).kind == "course-recorded"


def test_an_exception_that_names_no_planned_injection_is_refused() -> None:
    desk = enrolled()
    desk.give(1, 1)
    for wrong in (CourseException(6, MORNING, NotGiven.ABSENT), CourseException(1, MORNING, NotGiven.ABSENT)):
        assert desk.refused(GiveCourse(1, (wrong,))).kind == "no-injection"


def test_a_course_with_what_the_diary_tells_of_single_injections() -> None:
    """Details of one injection come before those of the whole course; the rest was given as planned."""
    desk = enrolled()
    late = CourseInjection(1, EVENING, moment("2026-01-20 00:30"), site="left thigh", by="home nurse")
    missed = CourseException(2, EVENING, NotGiven.UNWELL, "fever")
    desk.do(GiveCourse(1, (missed,), batch="B12", by="patient", details=(late,)), None)

    told = one(desk, evening=True)
    assert (told.given_at, told.site, told.batch, told.given_by) == (
        moment("2026-01-20 00:30"),
        "left thigh",
        "B12",
        "home nurse",
    )
    assert one(desk, "C1D2", evening=True).note == "fever"
    assert one(desk, "C1D3").given_by == "patient"
    assert desk.cycle(1) is Status.GIVEN_IN_PART


def test_a_part_of_a_course_leaves_the_rest_planned() -> None:
    desk = enrolled()
    told = (CourseInjection(1, MORNING), CourseInjection(1, EVENING))
    desk.do(GiveCourse(1, details=told, part=True), None)

    assert [desk.status(f"C1D{n}") for n in (1, 2)] == [Status.GIVEN, Status.PLANNED]
    assert desk.refused(GiveCourse(1, part=True)).kind == "course-recorded"
    assert desk.refused(GiveCourse(1, details=told[:1], part=True)).kind == "no-injection"


def test_another_dose_in_a_course_needs_a_reason() -> None:
    desk = enrolled()
    half = GiveCourse(1, details=(CourseInjection(1, MORNING, dose_iu=3 * MIO),))

    assert desk.refused(half, None).kind == "dose-reason-needed"
    desk.do(half, "low blood pressure")
    assert one(desk).given_iu == 3 * MIO


def test_an_early_hour_told_of_an_evening_injection_is_that_of_the_next_day() -> None:
    assert moment_told(day("2026-01-19"), EVENING, time(0, 30)) == moment("2026-01-20 00:30")
    assert moment_told(day("2026-01-19"), EVENING, time(6)) == moment("2026-01-20 06:00")
    assert moment_told(day("2026-01-19"), EVENING, time(6, 1)) == moment("2026-01-19 06:01")
    assert moment_told(day("2026-01-19"), MORNING, time(5)) == moment("2026-01-19 05:00")


def test_texts_inside_a_course_are_read_like_any_other() -> None:
    told = CourseInjection(1, MORNING, site="  left thigh ", batch=" ")
    command = GiveCourse(1, details=(told,))

    assert readable(command) == GiveCourse(1, details=(CourseInjection(1, MORNING, site="left thigh"),))
    with pytest.raises(Refusal, match="text-hidden"):
        readable(GiveCourse(1, (CourseException(1, MORNING, NotGiven.OTHER, "a\u200bb"),)))


def test_a_course_all_given() -> None:
    desk = enrolled(seed(VASCU))
    desk.do(GiveCourse(1), None)

    assert (desk.cycle(1), desk.schedule.totals().dose_iu) == (Status.GIVEN, 52_500_000)


# --- Not given, withheld ---


@pytest.mark.parametrize("code", NotGiven)
def test_an_injection_not_given_has_its_code(code: NotGiven) -> None:
    desk = enrolled()
    decision = desk.do(NotGive(1, 1, MORNING, code, "see file"), None)

    assert (one(desk).status, one(desk).not_given, one(desk).note) == (Status.NOT_GIVEN, code, "see file")
    assert (desk.schedule.appointment("C1D1").actual, decision.revises) == (None, False)


def test_the_rest_of_a_course_is_withheld_ahead_and_the_cycle_given_in_part() -> None:
    desk = enrolled()
    desk.give(1, 1)
    assert desk.refused(Withhold(1, 2), None).kind == "reason-needed"
    decision = desk.do(Withhold(1, 2), "creatinine", today=day("2026-01-20"))

    assert {i.not_given for on in (2, 3, 4, 5) for i in desk.schedule.appointment(f"C1D{on}").injections} == {
        "H"
    }
    assert desk.status("C1D1") is Status.RUNNING
    assert not decision.revises
    desk.give(1, 1, EVENING)
    assert desk.cycle(1) is Status.GIVEN_IN_PART
    assert desk.refused(Withhold(1, 1)).kind == "course-recorded"
    assert desk.refused(Withhold(2, 6)).kind == "course-recorded"


def test_a_course_that_has_not_begun_has_no_rest_to_withhold() -> None:
    """It begins on its first day, or with anything recorded of it; then days to come are withheld, too."""
    desk = enrolled()
    refusal = desk.refused(Withhold(2, 4), today=day("2026-02-15"))
    assert (refusal.kind, refusal.facts["date"]) == ("cycle-to-come", day("2026-02-16"))
    desk.do(Withhold(2, 4), today=day("2026-02-16"))
    assert [desk.status(f"C2D{on}") for on in (3, 4)] == [Status.PLANNED, Status.NOT_GIVEN]
    desk.do(Withhold(2, 2), today=day("2026-02-15"))
    assert desk.status("C2D2") is Status.NOT_GIVEN
    undated = enrolled(anchor=None)
    assert undated.refused(Withhold(1, 1)).kind == "cycle-undated"


# --- Corrected ---


def test_given_becomes_not_given_and_back() -> None:
    desk = enrolled()
    desk.do(Give(1, 1, MORNING, batch="B12", by="nurse"), None)
    assert desk.refused(CorrectInjection(1, 1, MORNING, given=False)).kind == "code-needed"
    correct = CorrectInjection(1, 1, MORNING, not_given=NotGiven.REFUSED, note="went home")
    assert desk.refused(correct, None).kind == "reason-needed"
    decision = desk.do(correct)

    told = one(desk)
    assert (told.status, told.not_given, told.note) == (Status.NOT_GIVEN, NotGiven.REFUSED, "went home")
    assert (told.given_at, told.given_iu, told.batch, told.given_by) == (None, None, None, None)
    (injection,) = (c for c in decision.changes if c.table.value == "injection")
    assert injection.before is not None
    assert (injection.before["status"], injection.before["batch"]) == ("given", "B12")

    desk.do(CorrectInjection(1, 1, MORNING, given=True))
    told = one(desk)
    assert (told.status, told.not_given, told.note) == (Status.GIVEN, None, None)
    assert (told.given_at, told.given_iu) == (moment("2026-01-19 08:00"), 4_500_000)


def test_a_correction_leaves_what_it_does_not_name() -> None:
    desk = enrolled()
    desk.do(Give(1, 1, MORNING, moment("2026-01-19 08:25"), None, "left arm", "B12", "nurse"), None)
    desk.do(CorrectInjection(1, 1, MORNING, dose_iu=3 * MIO, batch="B13"))
    desk.do(CorrectInjection(1, 1, MORNING, at=moment("2026-01-19 09:00")))

    told = one(desk)
    assert (told.given_at, told.given_iu, told.site, told.batch, told.given_by) == (
        moment("2026-01-19 09:00"),
        3 * MIO,
        "left arm",
        "B13",
        "nurse",
    )
    assert desk.refused(CorrectInjection(1, 1, MORNING, batch="B13")).kind == "nothing-changes"
    desk.do(CorrectInjection(1, 1, MORNING, clear=("site", "batch")))
    assert (one(desk).site, one(desk).batch, one(desk).given_by) == (None, None, "nurse")
    assert desk.refused(CorrectInjection(1, 1, MORNING, clear=("site", "note"))).kind == "nothing-changes"
    assert (
        desk.refused(CorrectInjection(1, 1, MORNING, at=moment("2026-01-21 09:00"))).kind
        == "other-date-begun"
    )
    assert desk.refused(CorrectInjection(1, 1, EVENING, batch="B13")).kind == "not-recorded"


def test_a_code_is_corrected_and_its_note_kept() -> None:
    desk = enrolled()
    desk.do(NotGive(1, 1, MORNING, NotGiven.ABSENT, "called"), None)
    desk.do(CorrectInjection(1, 1, MORNING, not_given=NotGiven.UNWELL))

    assert (one(desk).not_given, one(desk).note) == (NotGiven.UNWELL, "called")


def test_a_correction_that_takes_back_the_only_given_day_lets_later_cycles_return() -> None:
    """Day 1 not given, day 2 given pushed the rest by a day; day 1 was given after all."""
    desk = enrolled(seed(VASCU))
    before = desk.starts()
    desk.do(NotGive(1, 1, MORNING, NotGiven.ABSENT), None)
    desk.give(1, 2)
    assert desk.starts()[1:] == ["2026-01-27", "2026-02-17", "2026-03-10"]
    decision = desk.do(CorrectInjection(1, 1, MORNING, given=True))

    assert (desk.starts(), decision.revises) == (before, True)


# --- What is recorded stands ---


def test_recorded_days_stand_when_the_anchor_is_corrected_and_only_their_nominal_date_follows() -> None:
    desk = enrolled()
    desk.do(GiveCourse(1), None)
    desk.do(SetAnchor(day("2026-01-12")), "wrong week typed")

    assert [desk.at(f"C1D{on}") for on in (1, 5)] == ["2026-01-19", "2026-01-23"]
    assert str(desk.schedule.appointment("C1D1").nominal) == "2026-01-26"
    assert desk.starts()[:3] == ["2026-01-19", "2026-02-23", "2026-04-06"]


def test_the_rest_of_a_begun_course_stands_with_what_is_recorded() -> None:
    """Only day 2 is recorded when the anchor is corrected: the course stays whole where it is."""
    desk = enrolled()
    desk.give(1, 2)
    desk.do(SetAnchor(day("2026-02-02")))
    desk.do(MoveCycle(2, days=7), past_cap=PastCap.OMIT)

    assert [desk.at(f"C1D{on}") for on in range(1, 6)] == [f"2026-01-{19 + on}" for on in range(5)]


def test_a_stop_before_a_recorded_day_leaves_that_day() -> None:
    desk = enrolled()
    desk.give(1, 4)
    desk.do(Stop(day("2026-01-20")))

    assert [desk.status(f"C1D{on}") for on in range(1, 6)] == [
        Status.PLANNED,
        Status.CANCELLED,
        Status.CANCELLED,
        Status.GIVEN_IN_PART,
        Status.CANCELLED,
    ]
