"""Enrolment, the anchor, doses, places, gates, evening starts and amendments."""

from __future__ import annotations

from datetime import time

import pytest

from il2scheduler.appointment import NotGiven
from il2scheduler.commands import Context, committable, decide
from il2scheduler.commands.values import (
    AddNote,
    AddVisit,
    Amend,
    CorrectInjection,
    Enrol,
    EveningStart,
    Give,
    GiveCourse,
    Keep,
    MoveCycle,
    MoveVisit,
    PastCap,
    RecordVisit,
    SetAnchor,
    SetDose,
    SetPlace,
    Stop,
    TickGate,
)
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import Place, Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import Status
from tests.builders import ONE_SLOT, TWO_SLOTS, VASCU, day, france, planned, seed, series, template, visit
from tests.commands.desk import EVENING, MORNING, Desk, enrolled, of_version

MIO = 1_000_000
HOME, HOSPITAL, DAY = Place.HOME, Place.HOSPITAL, Place.DAY_HOSPITAL


def places(desk: Desk, code: str) -> list[Place]:
    return [i.place for i in desk.schedule.appointment(code).injections]


def doses(desk: Desk) -> list[int | None]:
    return [
        desk.schedule.course(start.template.number)[0].injections[-1].dose_iu
        for start in desk.schedule.starts
    ]


# --- Enrolment and anchor ---


def test_a_patient_is_enrolled_with_the_schedule_of_the_protocol() -> None:
    desk = enrolled()

    assert desk.schedule.appointments == planned("anrs-123-etoile", "2026-01-05").appointments
    assert enrolled(arm="control").schedule.totals().injections == 0


def test_without_an_anchor_there_are_no_dates_until_it_is_set() -> None:
    """Setting it first needs no reason; correcting it does."""
    desk = enrolled(anchor=None)
    assert {a.planned for a in desk.schedule.appointments} == {None}
    desk.do(SetAnchor(day("2026-01-05")), None)

    assert desk.schedule.appointments == planned("anrs-123-etoile", "2026-01-05").appointments
    assert desk.refused(SetAnchor(day("2026-01-12")), None).kind == "reason-needed"
    assert desk.refused(SetAnchor(day("2026-01-05"))).kind == "nothing-changes"
    desk.do(SetAnchor(day("2026-01-12")))
    assert desk.schedule.appointments == planned("anrs-123-etoile", "2026-01-12").appointments


def test_a_leap_day_is_an_anchor_like_any_other() -> None:
    desk = enrolled(anchor="2028-02-29")

    assert (desk.at("W0"), desk.at("W52"), desk.starts()[0]) == ("2028-02-29", "2029-02-27", "2028-03-14")


def test_closed_days_are_avoided_at_enrolment_when_asked() -> None:
    """VASCU is moved nowhere when it cannot be; W64 of ETOILE goes to the Tuesday."""
    desk = enrolled(avoid_closed_days=True)

    assert desk.at("W64") == "2027-03-30"
    assert desk.patient.chosen["W64"] == day("2027-03-30")
    assert enrolled(anchor=None, avoid_closed_days=True).patient.chosen == {}


@pytest.mark.parametrize("code", ["", "p1", "CON", "P 1", "P1\u202e", "É1", "A" * 33])
def test_a_code_that_cannot_be_one_is_refused(code: str) -> None:
    context = Context(france(), day("2026-01-01"), {1: seed()})
    with pytest.raises(Refusal) as caught:
        decide(Enrol(code, 1, "il2", None), None, context)

    assert caught.value.kind == "patient-code"


def test_an_arm_the_protocol_does_not_have_and_a_dose_it_does_not_ask_for() -> None:
    context = Context(france(), day("2026-01-01"), {1: seed()})
    for command, kind in (
        (Enrol("P1", 1, "il3", None), "arm"),
        (Enrol("P1", 1, "il2", None, prescribed_iu=MIO), "dose-not-prescribed"),
    ):
        with pytest.raises(Refusal) as caught:
            committable(decide(command, None, context), context)
        assert caught.value.kind == kind


def test_correcting_the_anchor_asks_about_each_chosen_date() -> None:
    """Recorded ones, added visits and early termination do not hang on the anchor and are not asked about."""
    desk = enrolled()
    desk.do(MoveCycle(1, days=1), past_cap=PastCap.OMIT)
    desk.do(MoveVisit("W64", day("2027-03-30")))
    desk.do(AddVisit(day("2026-02-03")))
    desk.do(MoveVisit("U1", day("2026-02-04")))
    refusal = desk.refused(SetAnchor(day("2026-01-12")))
    assert (refusal.kind, refusal.facts["codes"]) == ("chosen-dates", "C1, W64")

    kept, cleared = desk.state, desk.state
    desk.do(SetAnchor(day("2026-01-12"), Keep.KEEP))
    assert [desk.at(c) for c in ("W64", "U1", "W52", "C1D1", "C8D1")] == [
        "2027-03-30",
        "2026-02-04",
        "2027-01-11",
        "2026-01-20",
        "2026-11-02",
    ]
    kept, desk.state = desk.state, cleared
    desk.do(SetAnchor(day("2026-01-12"), Keep.CLEAR))
    assert (desk.at("W64"), desk.at("U1"), desk.at("C1D1")) == ("2027-04-05", "2026-02-04", "2026-01-26")
    assert kept.patient.chosen.keys() == {"C1", "W64", "U1"}


def test_a_recorded_cycle_is_not_asked_about_when_the_anchor_is_corrected() -> None:
    desk = enrolled()
    desk.do(MoveCycle(1, days=1), past_cap=PastCap.OMIT)
    desk.give(1)
    desk.do(SetAnchor(day("2026-01-12")))

    assert desk.at("C1D1") == "2026-01-20"


def test_whether_a_done_visit_was_in_its_window_is_judged_by_the_corrected_anchor() -> None:
    desk = enrolled(
        template(series("weeks = [2]"), visit("W4", "week = 4", "window = { before = 1, after = 1 }"))
    )
    desk.do(RecordVisit("W4", day("2026-02-09")), None)
    assert desk.schedule.appointment("W4").in_window(day("2026-02-09")) is False
    desk.do(SetAnchor(day("2026-01-12")))

    done = desk.schedule.appointment("W4")
    assert (str(done.planned), str(done.actual), str(done.nominal)) == (
        "2026-02-02",
        "2026-02-09",
        "2026-02-09",
    )
    assert done.in_window(day("2026-02-09")) is True


# --- Doses ---


def test_a_dose_holds_from_a_cycle_on_and_never_for_recorded_injections() -> None:
    """In the list or below the highest: with a reason; above the highest: refused."""
    desk = enrolled(template(series("weeks = [0, 4, 8]", more="levels_iu = [1_500_000, 3_000_000]")))
    desk.give(2, 1)
    assert desk.refused(SetDose(1_500_000, 2), None).kind == "dose-reason-needed"
    decision = desk.do(SetDose(1_500_000, 2))

    assert doses(desk) == [3 * MIO, 3 * MIO, 1_500_000]
    assert desk.schedule.appointment("C2D2").injections[0].dose_iu == 1_500_000
    assert decision.revises
    assert desk.refused(SetDose(3_000_001, 2)).facts["highest_iu"] == 3 * MIO
    assert desk.refused(SetDose(MIO, 4)).kind == desk.refused(SetDose(MIO, 0)).kind == "no-cycle"


def test_a_dose_of_nothing_is_no_dose() -> None:
    desk = enrolled()
    for iu in (0, -1, 201 * MIO):
        assert desk.refused(SetDose(iu, 1)).kind == "dose-range"
        assert desk.refused(Give(1, 1, MORNING, dose_iu=iu)).kind == "dose-range"


def test_a_later_dose_gives_way_to_a_new_one_from_an_earlier_cycle() -> None:
    desk = enrolled()
    desk.do(SetDose(3 * MIO, 5))
    desk.do(SetDose(1_500_000, 7))
    assert doses(desk) == [4_500_000] * 4 + [3 * MIO] * 2 + [1_500_000] * 2
    desk.do(SetDose(4 * MIO, 3))
    assert doses(desk) == [4_500_000] * 2 + [4 * MIO] * 6


def test_a_dose_per_square_metre_is_typed_and_has_no_limit_of_ours() -> None:
    """The stated level is per m2: the prescribed dose is more than that."""
    said = template(series("weeks = [0, 4]", dose='iu = 3_000_000, basis = "per-m2"'))
    bare, desk = enrolled(said), enrolled(said, prescribed_iu=5_400_000)

    assert bare.refused(Give(1, 1, MORNING)).kind == "dose-needed"
    assert doses(desk) == [5_400_000] * 2
    desk.do(SetDose(5_700_000, 2))
    assert doses(desk) == [5_400_000, 5_700_000]
    desk.do(Give(1, 1, MORNING, dose_iu=5_500_000))


# --- Places, gates, evening starts ---


def test_the_narrower_choice_of_a_place_wins_whatever_comes_first() -> None:
    desk = enrolled()
    desk.do(SetPlace(PlaceChoice(HOSPITAL, 2, 3, EVENING)))
    desk.do(SetPlace(PlaceChoice(HOME, 2, 3)))
    desk.do(SetPlace(PlaceChoice(DAY, 2)))

    assert (places(desk, "C2D3"), places(desk, "C2D2")) == ([HOME, HOSPITAL], [DAY, DAY])
    assert places(desk, "C1D3") == [DAY, HOME]
    desk.do(SetPlace(PlaceChoice(HOME, 2)))
    assert (places(desk, "C2D3"), places(desk, "C2D2")) == ([HOME, HOSPITAL], [HOME, HOME])
    assert desk.refused(SetPlace(PlaceChoice(HOME, 2))).kind == "nothing-changes"


def test_a_place_that_a_wider_choice_or_a_gate_leaves_as_it_was_is_told() -> None:
    desk = enrolled(seed(VASCU))
    desk.do(SetPlace(PlaceChoice(HOME, 3, 2)))

    def kept(command: SetPlace | TickGate) -> list[tuple[str, object, object]]:
        found = desk.do(command).findings
        return [(f.where, f.facts["count"], f.facts["places"]) for f in found if f.kind == "place-kept"]

    assert kept(SetPlace(PlaceChoice(DAY, 3))) == [("C3D2", 1, "home")]
    assert kept(SetPlace(PlaceChoice(HOSPITAL, 4))) == []
    assert kept(TickGate("tolerance", met=True)) == [("C3D2", 1, "home"), ("C4", 5, "hospital")]
    assert kept(SetPlace(PlaceChoice(DAY, 3, 2))) == []
    assert kept(TickGate("tolerance", met=False)) == []


def test_a_place_of_nothing_is_refused() -> None:
    desk = enrolled()

    assert desk.refused(SetPlace(PlaceChoice(HOME, 9))).kind == "no-cycle"
    assert desk.refused(SetPlace(PlaceChoice(HOME, 1, 6))).kind == "no-day"
    assert desk.refused(SetPlace(PlaceChoice(HOME, 1, 2, time(9)))).facts["known"] == "08:00, 20:00"


def test_a_gate_turns_later_cycles_ambulatory_and_never_recorded_days() -> None:
    desk = enrolled(seed(VASCU))
    desk.give(2, 1)
    desk.do(TickGate("tolerance", met=True))

    assert [places(desk, code) for code in ("C1D1", "C2D1", "C2D2", "C3D1")] == [
        [HOSPITAL],
        [HOSPITAL],
        [DAY],
        [DAY],
    ]
    desk.do(SetPlace(PlaceChoice(HOME, 3)))
    desk.do(TickGate("tolerance", met=False))
    assert [places(desk, code) for code in ("C2D2", "C3D1", "C4D1")] == [[HOSPITAL], [HOME], [HOSPITAL]]
    assert desk.refused(TickGate("tolerance", met=False)).kind == "nothing-changes"
    assert desk.refused(TickGate("mood", met=True)).facts["known"] == "tolerance"


def test_an_evening_start_gives_the_tenth_injection_on_day_6() -> None:
    desk = enrolled()
    desk.do(EveningStart(1))
    course = desk.schedule.course(1)

    assert [len(a.injections) for a in course] == [1, 2, 2, 2, 2, 1]
    assert (course[0].injections[0].time, course[5].injections[0].time) == (EVENING, MORNING)
    assert desk.at("C1D6") == "2026-01-24"
    assert desk.schedule.totals().injections == 80
    desk.give(1, 6)
    assert desk.refused(EveningStart(1, on=False)).kind == "cycle-begun"
    desk.do(EveningStart(2))
    desk.do(EveningStart(2, on=False))
    assert len(desk.schedule.course(2)) == 5
    assert enrolled(seed(VASCU)).refused(EveningStart(1)).kind == "one-slot"


# --- Amendment ---


def versions(first: str, second: str) -> Desk:
    w24 = visit("W24", "week = 24")
    old = template(series(first, slots=TWO_SLOTS), w24)
    new = template(series(second, slots=ONE_SLOT.replace("08:00", "09:00")), w24)
    return enrolled(old, others=(of_version(new, "2"),))


def test_a_place_chosen_for_the_evening_stays_where_the_new_version_has_another_hour() -> None:
    old = template(series("weeks = [2, 6]", slots=TWO_SLOTS))
    new = template(series("weeks = [2, 6]", slots=TWO_SLOTS.replace("20:00", "20:30")))
    desk = enrolled(old, others=(of_version(new, "2"),))
    desk.do(SetPlace(PlaceChoice(HOSPITAL, 1, 3, EVENING)))
    desk.do(SetPlace(PlaceChoice(DAY, 2, None, EVENING)))
    before = [places(desk, code) for code in ("C1D2", "C1D3", "C2D1")]
    desk.do(Amend(2))

    assert str(desk.schedule.appointment("C2D1").injections[1].time) == "20:30:00"
    assert [places(desk, code) for code in ("C1D2", "C1D3", "C2D1")] == before


def test_an_amendment_leaves_what_is_recorded_and_plans_the_rest_anew() -> None:
    """Day 1 of cycle 1 is recorded in part: its evening stays at 20:00, later days go by the new version."""
    desk = versions("weeks = [2, 6]", "weeks = [2, 8]")
    desk.give(1, 1)
    desk.do(RecordVisit("W24", day("2026-06-22")), None)
    recorded = {code: desk.schedule.appointment(code) for code in ("C1D1", "W24")}
    assert desk.refused(Amend(2), None).kind == "reason-needed"
    decision = desk.do(Amend(2))

    assert {code: desk.schedule.appointment(code) for code in ("C1D1", "W24")} == recorded
    assert [str(i.time) for i in desk.schedule.appointment("C1D2").injections] == ["09:00:00"]
    assert (desk.at("C2D1"), desk.schedule.protocol.version, decision.revises) == ("2026-03-02", "2", True)
    desk.give(1, 1, EVENING)
    assert desk.status("C1D1") is Status.GIVEN


def test_a_day_recorded_in_part_is_cancelled_by_a_stop_after_an_amendment() -> None:
    desk = versions("weeks = [2, 6]", "weeks = [2, 8]")
    desk.give(1, 1)
    desk.do(Amend(2))
    desk.do(Stop(day("2026-01-19")))

    assert [i.status for i in desk.schedule.appointment("C1D1").injections] == [
        Status.GIVEN,
        Status.CANCELLED,
    ]


def test_a_recorded_cycle_that_the_amendment_drops_is_kept_and_can_be_corrected() -> None:
    desk = versions("weeks = [2, 6]", "weeks = [2]")
    desk.do(GiveCourse(2), None)
    desk.do(Amend(2))
    assert [start.code for start in desk.schedule.starts] == ["C1"]
    desk.do(CorrectInjection(2, 3, MORNING, not_given=NotGiven.UNWELL))

    assert (desk.status("C2D3"), desk.cycle(2)) == (Status.GIVEN_IN_PART, Status.GIVEN_IN_PART)
    assert desk.refused(MoveCycle(2, days=1)).kind == "no-cycle"


def test_an_amendment_without_the_arm_is_refused() -> None:
    lost: Protocol = of_version(seed(VASCU), "2")
    desk = enrolled(arm="control", others=(lost,))

    assert desk.refused(Amend(2)).facts["found"] == "control"
    assert desk.refused(Amend(1)).kind == "nothing-changes"


def test_codes_are_kept_through_an_amendment() -> None:
    desk = versions("weeks = [2, 6]", "weeks = [1, 6]")
    desk.do(AddVisit(day("2026-02-03")))
    desk.do(MoveVisit("W24", day("2026-06-23")))
    desk.do(Amend(2))

    assert (desk.at("U1"), desk.at("W24"), desk.at("C1D1")) == ("2026-02-03", "2026-06-23", "2026-01-12")


# --- Notes ---


def test_a_note_changes_no_plan_and_needs_no_reason() -> None:
    desk = enrolled()
    first, second = desk.do(AddNote("well"), None), desk.do(AddNote("still well"), None)

    assert [c.key for c in (*first.changes, *second.changes)] == [(1, 1), (1, 2)]
    assert not first.revises
