"""Commands that are worth a second look: unusual doses, ends and dates far off, samples that come late."""

from __future__ import annotations

import pytest

from il2scheduler.commands import Decision
from il2scheduler.commands.values import (
    AddVisit,
    CorrectInjection,
    CorrectVisit,
    CourseInjection,
    Enrol,
    Give,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    OmitCycle,
    PatientCommand,
    RecordVisit,
    SetAnchor,
    SetDose,
    Stop,
    Withdraw,
)
from il2scheduler.i18n import words
from il2scheduler.rules import FindingKind, Severity
from il2scheduler.schedule import Status
from il2scheduler.wording import finding_sentence
from tests.builders import VASCU, day, seed, series, template, visit, weekdays_only
from tests.commands.desk import EVENING, MORNING, Desk, enrolled

KINDS = {
    FindingKind.DOSE_NOT_LISTED,
    FindingKind.DOSE_JUMP,
    FindingKind.END_DATE,
    FindingKind.FAR_DATE,
    FindingKind.SAMPLE_LATE,
}


def told(decision: Decision) -> list[str]:
    """The cautions in words, with a short unit."""
    protocol = decision.after.schedule.protocol
    said = [finding_sentence(words("en"), f, protocol) for f in decision.findings if f.kind in KINDS]
    assert all(f.severity is Severity.WARNS for f in decision.findings if f.kind in KINDS)
    return [text.replace("\u00a0", " ").replace(" million international units", " M") for text in said]


def levelled() -> Desk:
    """Doses of 3 million, with levels of 1.5 and 4.5 besides."""
    levels = "levels_iu = [1_500_000, 3_000_000, 4_500_000]"
    return enrolled(template(series("weeks = [2, 6, 10]", more=levels)))


# --- Doses ---


def test_a_dose_level_in_the_list_and_near_the_one_before_is_not_remarked() -> None:
    decision = levelled().decided(SetDose(4_500_000, from_cycle=2))

    assert (told(decision), decision.needs_reason) == ([], True)


def test_a_dose_level_outside_the_list_or_far_from_the_one_before_is_told() -> None:
    assert told(levelled().decided(SetDose(2_000_000, from_cycle=2))) == [
        "Cycle 2: 2 M is not in the protocol's list of doses (1.5 M; 3 M; 4.5 M); confirm it with a reason."
    ]
    assert told(levelled().decided(SetDose(1_500_000, from_cycle=2))) == [
        "Cycle 2: 1.5 M is at most half of the dose before (3 M); confirm it with a reason."
    ]
    assert told(enrolled().decided(SetDose(450_000, from_cycle=2))) == [
        (
            "Cycle 2: 0.45 M is not the dose the protocol states (4.5 M), and it has no list of others; "
            "confirm it with a reason."
        ),
        "Cycle 2: 0.45 M is at most half of the dose before (4.5 M); confirm it with a reason.",
    ]
    assert told(enrolled(seed(VASCU)).decided(SetDose(3_000_000, from_cycle=1))) == [
        "Cycle 1: 3 M is at least twice the dose before (1.5 M); confirm it with a reason."
    ]


def test_a_given_dose_is_compared_with_the_list_and_with_the_one_given_before() -> None:
    desk = enrolled(seed(VASCU), "2026-01-05")
    slot = desk.schedule.appointment("C1D1").injections[0].time
    assert told(desk.decided(Give(1, 1, slot))) == []

    decision = desk.decided(Give(1, 1, slot, dose_iu=150_000), None)
    assert told(decision) == [
        (
            "Cycle 1 day 1: 0.15 M is not the dose the protocol states (1.5 M; 3 M), and it has no list of "
            "others; confirm it with a reason."
        ),
        "Cycle 1 day 1: 0.15 M is at most half of the dose before (1.5 M); confirm it with a reason.",
    ]
    assert decision.needs_reason
    assert desk.refused(Give(1, 1, slot, dose_iu=150_000), None).kind == "dose-reason-needed"

    desk.do(Give(1, 1, slot))
    assert told(desk.decided(CorrectInjection(1, 1, slot, dose_iu=3_000_000))) == [
        "Cycle 1 day 1: 3 M is at least twice the dose before (1.5 M); confirm it with a reason."
    ]


def test_a_dose_of_a_recorded_course_is_told_once() -> None:
    details = tuple(CourseInjection(on, MORNING, dose_iu=2_000_000) for on in (2, 3))
    decision = enrolled().decided(GiveCourse(1, details=details))

    assert [f.where for f in decision.findings if f.kind is FindingKind.DOSE_JUMP] == ["C1D2"]


def test_a_prescribed_dose_is_listed_and_goes_back_without_a_remark() -> None:
    per_m2 = template(series("weeks = [2, 6]", dose='basis = "per-m2", iu = 3_000_000'))
    desk = enrolled(per_m2, prescribed_iu=5_000_000)
    desk.do(SetDose(4_000_000, from_cycle=1))

    assert told(desk.decided(SetDose(5_000_000, from_cycle=1))) == []


@pytest.mark.parametrize(
    ("basis", "dose_iu", "times"),
    [
        ("per-m2", 3_000_000, "1"),
        ("per-m2", 3_570_000, "1.19"),
        ("per-m2", 9_000_000, "3"),
        ("per-kg", 3_000_000, "1"),
        ("per-kg", 87_000_000, "29"),
    ],
)
def test_a_figure_per_m2_or_kg_typed_as_the_dose_is_confirmed_with_a_reason(
    basis: str, dose_iu: int, times: str
) -> None:
    """The likeliest slip: the protocol's own figure, not multiplied, or the dose of a day."""
    said = template(series("weeks = [2, 6]", dose=f'basis = "{basis}", iu = 3_000_000'))
    desk = enrolled(said, prescribed_iu=5_000_000 if basis == "per-m2" else 90_000_000)
    enrolling = desk.decided(Enrol("P002", 1, "il2", None, dose_iu), None)
    bounds = "1.2 to 2.8" if basis == "per-m2" else "30 to 250"

    (sentence,) = told(enrolling)
    assert sentence.startswith("The prescribed dose: ")
    assert f" is {times} times what the protocol states per {basis[4:].replace('2', '²')} (3 M)" in sentence
    assert f"an adult's dose is {bounds} times" in sentence
    assert enrolling.needs_reason
    assert sentence.partition(": ")[2] in " ".join(told(desk.decided(SetDose(dose_iu, from_cycle=2))))


@pytest.mark.parametrize(
    ("dose", "dose_iu"),
    [
        ('basis = "per-m2", iu = 3_000_000', 5_100_000),
        ('basis = "per-m2", iu = 3_000_000', 3_600_000),
        ('basis = "per-kg", iu = 100_000', 7_000_000),
        ('basis = "flat", iu = 3_000_000', None),
    ],
)
def test_a_dose_an_adult_can_have_is_not_remarked(dose: str, dose_iu: int | None) -> None:
    desk = enrolled(template(series("weeks = [2, 6]", dose=dose)), prescribed_iu=dose_iu)
    enrolling = desk.decided(Enrol("P002", 1, "il2", None, dose_iu), None)

    assert (told(enrolling), enrolling.needs_reason) == ([], False)


def test_a_prescribed_dose_outside_the_levels_is_confirmed_with_a_reason() -> None:
    dose = 'basis = "per-m2", iu = 3_000_000'
    levels = "levels_iu = [4_000_000, 5_000_000]"
    desk = enrolled(template(series("weeks = [2, 6]", dose=dose, more=levels)), anchor=None)

    assert told(desk.decided(Enrol("P002", 1, "il2", None, 5_000_000), None)) == []
    decision = desk.decided(Enrol("P002", 1, "il2", None, 4_500_000), None)
    assert told(decision) == [
        (
            "The prescribed dose: 4.5 M is not in the protocol's list of doses (4 M; 5 M); confirm it with "
            "a reason."
        )
    ]
    assert decision.needs_reason


# --- Ends ---


def test_an_end_before_recorded_days_says_what_is_recorded() -> None:
    desk = enrolled()
    desk.today = day("2026-02-20")
    desk.do(GiveCourse(1), None)
    desk.do(GiveCourse(2), None)

    assert told(desk.decided(Stop(day("2026-02-18")))) == [
        (
            "The end on Wed 18-Feb-2026 would cut off 3 days that are recorded and stay (the last: "
            "cycle 2 day 5 on Fri 20-Feb-2026); check the date."
        )
    ]
    assert told(desk.decided(Withdraw(day("2026-02-19")))) == [
        (
            "The end on Thu 19-Feb-2026 would cut off 1 day that is recorded and stays (cycle 2 day 5 on "
            "Fri 20-Feb-2026); check the date."
        )
    ]
    assert told(desk.decided(Stop(day("2023-02-18"))))[1:] == [
        "Sat 18-Feb-2023 lies before the patient's start date (Mon 05-Jan-2026); check the date."
    ]
    assert desk.decided(Stop(day("2026-02-18"))).after.schedule.totals().injections == 20


def test_an_end_long_ago_or_to_come_is_told_and_one_of_these_days_is_not() -> None:
    desk = enrolled()
    desk.today = day("2026-04-03")

    assert told(desk.decided(Stop(day("2026-04-01")))) == []
    assert told(desk.decided(Withdraw(day("2026-01-20")))) == [
        "Tue 20-Jan-2026 lies 73 days before today; check the date."
    ]
    assert told(desk.decided(Stop(day("2026-05-13")))) == [
        "Wed 13-May-2026 lies 40 days after today; what stands before it stays planned."
    ]


# --- Dates far off ---


def test_a_date_far_from_where_it_stood_is_told() -> None:
    said = template(series("weeks = [2, 6, 10]"), visit("W20", "week = 20"))
    desk = enrolled(said, clinic=weekdays_only())

    assert told(desk.decided(MoveCycle(3, days=3000))) == [
        "Cycle 3 on Fri 02-Jun-2034 is 3000 days away from where it stood (Mon 16-Mar-2026); check the date."
    ]
    assert told(desk.decided(MoveCycle(3, days=30))) == []
    assert len(told(desk.decided(MoveVisit("W20", day("2062-05-25"))))) == 1
    assert len(told(desk.decided(AddVisit(day("2062-05-25"))))) == 1
    assert told(desk.decided(AddVisit(day("2026-08-25")))) == []
    assert len(told(desk.decided(SetAnchor(day("2016-01-05"))))) == 1


def test_a_visit_recorded_far_from_where_it_stands_or_before_the_start_is_told() -> None:
    desk = enrolled(clinic=weekdays_only())
    far, early = RecordVisit("W96", day("2020-01-01")), RecordVisit("W24", day("2026-01-02"))
    assert told(desk.decided(far)) == [
        (
            "Study week 96 on Wed 01-Jan-2020 is 2868 days away from where it stood (Mon 08-Nov-2027); check "
            "the date."
        )
    ]
    before = [
        (
            "Study week 24 on Fri 02-Jan-2026 lies 3 days before the patient's start date (Mon 05-Jan-2026); "
            "check the date."
        )
    ]
    assert told(desk.decided(early)) == told(desk.decided(MoveVisit("W24", day("2026-01-02")))) == before
    assert told(desk.decided(RecordVisit("W24", None))) == []
    desk.do(RecordVisit("W24", day("2026-06-24")), None)
    assert told(desk.decided(CorrectVisit("W24", day("2026-01-02")))) == before
    assert told(desk.decided(CorrectVisit("W24", day("2026-06-25")))) == []


def test_a_visit_that_belongs_before_the_start_or_may_be_there_is_not_remarked() -> None:
    window = "window = { before = 3, after = 3 }"
    desk = enrolled(
        template(series("weeks = [2, 6]"), visit("SCR", "day = -14"), visit("W0", "week = 0", window))
    )
    for command in (RecordVisit("SCR", day("2025-12-23")), RecordVisit("W0", day("2026-01-02"))):
        assert told(desk.decided(command)) == []
    assert len(told(desk.decided(RecordVisit("W0", day("2026-01-01"))))) == 1


def test_a_cycle_before_the_start_is_told_unless_it_is_the_start() -> None:
    desk, first = enrolled(), enrolled(seed(VASCU))

    assert told(desk.decided(MoveCycle(1, days=-15))) == [
        (
            "Cycle 1 on Sun 04-Jan-2026 lies 1 day before the patient's start date (Mon 05-Jan-2026); check "
            "the date."
        )
    ]
    assert told(desk.decided(MoveCycle(1, days=-14))) == []
    assert told(first.decided(MoveCycle(1, days=-1))) == []


@pytest.mark.parametrize(
    "command",
    [
        MoveCycle(3, days=30_000),
        RecordVisit("W24", day("1989-12-31")),
        MoveVisit("W24", day("2101-01-01")),
        Stop(day("1989-12-31")),
    ],
)
def test_a_date_in_a_year_no_study_is_planned_for_is_refused(command: PatientCommand) -> None:
    assert enrolled().refused(command).kind == "date-range"


def test_an_enrolment_far_from_today_is_told() -> None:
    desk = enrolled(anchor=None, clinic=weekdays_only())
    desk.today = day("2026-01-01")

    assert told(desk.decided(Enrol("P002", 1, "il2", day("2026-03-02")))) == []
    assert len(told(desk.decided(Enrol("P002", 1, "il2", day("2062-01-05"))))) == 1
    assert len(told(desk.decided(SetAnchor(day("2062-01-05"))))) == 1


# --- Samples and visits of cycles ---


def test_a_sample_moved_past_the_injection_it_must_come_before_is_told() -> None:
    before = visit("V1", "week = 2", "before_first_injection = true")
    desk = enrolled(template(series("weeks = [2, 6]"), before))

    assert told(desk.decided(MoveVisit("V1", day("2026-01-16")))) == []
    assert told(desk.decided(MoveVisit("V1", day("2026-01-21")))) == [
        (
            "Name on Wed 21-Jan-2026 comes after the injection it must come before: cycle 1 day 1 on "
            "Mon 19-Jan-2026."
        )
    ]
    desk.do(MoveVisit("V1", day("2026-01-21")))
    # A course that is omitted has no first injection any more.
    assert [f.kind for f in desk.decided(OmitCycle(1)).solved if f.kind in KINDS] == [FindingKind.SAMPLE_LATE]


def test_a_course_advanced_before_its_sample_is_told() -> None:
    before = visit("V1", "week = 2", "before_first_injection = true")
    desk = enrolled(template(series("weeks = [2, 6]"), before))

    assert "comes after the injection" in told(desk.decided(MoveCycle(1, days=-3)))[0]


def test_a_visit_of_a_cycle_goes_with_a_cycle_that_is_stopped_and_other_visits_stay() -> None:
    desk = enrolled(
        template(
            series("weeks = [2, 6]"),
            visit("PRE", "day = -1, cycle = 'every'"),
            visit("END", "day = 15, cycle = 2"),
            visit("W24", "week = 24"),
        )
    )
    desk.give(1, 1)
    desk.do(Stop(day("2026-01-21")))

    assert {v.code: v.status for v in desk.schedule.visits()} == {
        "C1-PRE": Status.PLANNED,
        "C2-PRE": Status.CANCELLED,
        "END": Status.PLANNED,
        "W24": Status.PLANNED,
    }


def test_evening_doses_are_compared_with_the_morning_of_their_day() -> None:
    desk = enrolled()
    desk.do(Give(1, 1, MORNING, dose_iu=3_000_000))

    assert told(desk.decided(Give(1, 1, EVENING, dose_iu=1_500_000)))[1:] == [
        "Cycle 1 day 1: 1.5 M is at most half of the dose before (3 M); confirm it with a reason."
    ]
