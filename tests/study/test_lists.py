"""What is due, overdue, deviates, was printed; what new settings hit; how full a day is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from il2scheduler import protocol_file
from il2scheduler.appointment import NotGiven
from il2scheduler.clinic import Closure
from il2scheduler.commands.values import (
    Amend,
    CorrectInjection,
    Give,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    NotGive,
    OmitCycle,
    PastCap,
    RecordVisit,
    SetPlace,
    Stop,
)
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import Place
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind
from il2scheduler.study import Answers, Settings, Study
from il2scheduler.study.lists import (
    check_print,
    deviations,
    due,
    moved_without_window,
    overdue,
    patient_findings,
)
from tests.builders import day
from tests.commands.desk import EVENING, MORNING
from tests.study.studies import do, enrol, shipped

GAP = frozenset({FindingKind.GAP_TOO_SHORT})


def told(study: Study) -> list[tuple[str, str, str | None]]:
    return [(d.kind.value, d.where, d.reason) for d in deviations(study)]


def with_windows(study: Study, before: int = 3, after: int = 3) -> None:
    """Put P001 on a version of the protocol with a window for W52."""
    text, _, _ = shipped()
    window = f"at = {{ week = 52 }}\nwindow = {{ before = {before}, after = {after} }}"
    text = text.replace("at = { week = 52 }", window).replace('version = "1"', 'version = "2"')
    protocol = protocol_file.read(text.encode()).protocol(None)
    assert protocol is not None
    number = study.add_protocol(text, protocol, "file", {"command": "amend"}, "amendment 1")
    do(study, "P001", Amend(number))


# --- Deviations ---


def test_a_study_without_deviations(study: Study) -> None:
    enrol(study)
    do(study, "P001", GiveCourse(1), None)
    do(study, "P001", RecordVisit("W24", day("2026-06-25")), None)

    assert deviations(study) == ()


def test_visits_outside_their_window_missed_ones_and_the_reasons_given(study: Study) -> None:
    """The reason is that of the move, whatever was done with the visit afterwards."""
    enrol(study)
    with_windows(study)
    do(study, "P001", MoveVisit("W52", day("2027-01-07")), "still inside")
    assert told(study) == []
    moved = do(study, "P001", MoveVisit("W52", day("2027-01-08")), "patient abroad")
    do(study, "P001", MoveVisit("W52", day("2027-01-09")), "by mistake")
    study.undo()
    assert told(study) == [("visit-outside-window", "W52", "patient abroad")]
    do(study, "P001", RecordVisit("W52", day("2027-01-08")), None)
    do(study, "P001", RecordVisit("W64", None), None)

    assert told(study) == [
        ("visit-outside-window", "W52", "patient abroad"),
        ("visit-missed", "W64", None),
    ]
    (first, _) = deviations(study, ("P001",))
    assert (first.entry, first.facts) == (
        moved.number,
        {"earliest": day("2027-01-01"), "latest": day("2027-01-07")},
    )
    assert deviations(study, ("P002",)) == ()


def test_a_visit_done_outside_its_window_is_the_recordings_own(study: Study) -> None:
    enrol(study)
    with_windows(study)
    done = do(study, "P001", RecordVisit("W52", day("2027-01-20")), None)

    (found,) = deviations(study)
    assert (found.date, found.entry) == (day("2027-01-20"), done.number)


def test_what_was_accepted_omitted_not_given_and_given_otherwise(study: Study) -> None:
    enrol(study)
    study.execute("P001", MoveCycle(3, days=-3), Answers("drug expires", GAP))
    study.execute("P001", MoveCycle(8, days=7), Answers("summer", past_cap=PastCap.KEEP))
    do(study, "P001", OmitCycle(5), "toxicity")
    do(study, "P001", NotGive(1, 1, MORNING, NotGiven.ABSENT), None)
    do(study, "P001", Give(1, 1, EVENING, dose_iu=3_000_000), "spilled")
    do(study, "P001", CorrectInjection(1, 1, MORNING, not_given=NotGiven.UNWELL), "diary")

    assert sorted(told(study)) == [
        ("cap-accepted", "C8", "summer"),
        ("cycle-omitted", "C5", "toxicity"),
        ("dose-differs", "C1D1", "spilled"),
        ("gap-accepted", "C3", "drug expires"),
        ("injection-not-given", "C1D1", "diary"),
    ]


def test_a_cycle_lost_to_the_cap_has_the_reason_of_the_delay(study: Study) -> None:
    enrol(study)
    study.execute("P001", MoveCycle(4, days=7), Answers("holiday", past_cap=PastCap.OMIT))
    assert told(study) == [("cycle-omitted", "C8", "holiday")]
    study.undo()
    assert told(study) == []
    study.redo()
    assert told(study) == [("cycle-omitted", "C8", "holiday")]
    do(study, "P001", MoveCycle(4, days=-7))
    assert told(study) == []


def test_moved_without_a_window_is_a_list_of_its_own(study: Study) -> None:
    enrol(study)
    do(study, "P001", MoveVisit("W64", day("2027-03-30")), "Easter Monday")

    (moved,) = moved_without_window(study)
    assert (moved.where, moved.date, moved.reason) == ("W64", day("2027-03-30"), "Easter Monday")
    assert moved.facts == {"nominal": day("2027-03-29")}
    assert deviations(study) == ()
    assert moved_without_window(study, ("P002",)) == ()
    do(study, "P001", MoveVisit("W64", day("2027-03-29")))
    assert moved_without_window(study) == ()


# --- Due and overdue ---


def test_what_is_due_on_some_days_over_all_patients(study: Study) -> None:
    enrol(study, "P002", "2026-01-05")
    enrol(study, "P001", "2026-01-05")
    enrol(study, "P003", None)
    found = due(study, day("2026-06-22"), day("2026-06-23"))

    assert [(d.patient, d.appointment.code) for d in found] == [
        ("P001", "W24"),
        ("P002", "W24"),
        ("P001", "C5D1"),
        ("P002", "C5D1"),
        ("P001", "C5D2"),
        ("P002", "C5D2"),
    ]
    assert len(found[2].appointment.injections) == 2


def test_a_day_recorded_in_part_is_overdue_like_one_not_recorded(study: Study) -> None:
    enrol(study)
    do(study, "P001", Give(1, 1, MORNING), None)
    do(study, "P001", RecordVisit("W0", day("2026-01-05")), None)

    found = overdue(study, day("2026-01-21"))
    assert [d.appointment.code for d in found] == ["C1D1", "C1D2"]
    assert overdue(study, day("2026-01-19")) == ()


# --- The clinic ---


def test_a_closure_added_later_is_found_and_moves_nothing(study: Study) -> None:
    enrol(study)
    before = study.state("P001")
    closed = Closure(day("2026-01-21"), day("2026-01-23"), "works")
    settings = replace(study.settings, closures=(closed,))
    with pytest.raises(Refusal, match="reason-needed"):
        study.change_settings(settings, {"command": "closure"}, "  ")
    study.change_settings(settings, {"command": "closure"}, "works")

    assert study.state("P001") == before
    found = [f.where for f in patient_findings(study, "P001") if f.kind is FindingKind.CLOSED_DAY]
    assert found[:3] == ["C1D3", "C1D4", "C1D5"]
    with pytest.raises(Refusal, match="nothing-changes"):
        study.change_settings(settings, {"command": "closure"}, "works")


def test_a_full_day_is_a_warning_that_counts_the_patients_of_the_clinic(
    made: Callable[[Settings], Study],
) -> None:
    """Two places for injections: the third patient at the same time is told, at home there is no limit."""
    study = made(Settings("test", places_injections=2, places_visits=1))
    enrol(study, "P001")
    preview_of_second = enrol(study, "P002")
    enrol(study, "P003", "2026-02-02")
    assert preview_of_second.revises
    full = full_days(study, "P003", MoveCycle(1, to=day("2026-01-19")), past_cap=PastCap.OMIT)
    assert {"C1D1", "C1D5"} <= full
    do(study, "P002", Stop(day("2026-01-21")))
    full = full_days(study, "P003", MoveCycle(1, to=day("2026-01-19")), past_cap=PastCap.OMIT)
    assert full & {f"C1D{on}" for on in range(1, 6)} == {"C1D1", "C1D2"}
    do(study, "P002", SetPlace(PlaceChoice(Place.HOME, 1)))
    full = full_days(study, "P003", MoveCycle(1, to=day("2026-01-19")), past_cap=PastCap.OMIT)
    assert full & {f"C1D{on}" for on in range(1, 6)} == set()
    assert full_days(study, "P001", MoveVisit("W24", day("2026-02-02"))) == {"W24"}


def full_days(
    study: Study, code: str, command: MoveCycle | MoveVisit, past_cap: PastCap | None = None
) -> set[str]:
    decision = study.preview(code, command, Answers("why", GAP, past_cap)).decision
    return {f.where for f in decision.findings if f.kind is FindingKind.CLINIC_FULL}


def test_ones_own_places_are_not_counted_twice(made: Callable[[Settings], Study]) -> None:
    study = made(Settings("test", places_injections=1, places_visits=1))
    enrol(study)

    assert full_days(study, "P001", MoveCycle(3, days=-3)) == set()
    assert full_days(study, "P001", MoveVisit("W24", day("2026-06-23"))) == set()


# --- Prints ---


def test_a_print_is_current_until_the_plan_changes(study: Study) -> None:
    enrol(study)
    head = study.store.head(1)
    do(study, "P001", Give(1, 1, MORNING), None)
    assert check_print(study, "P001", head.revision, head.hash[:12]).current
    changed = do(study, "P001", OmitCycle(3))
    check = check_print(study, "P001", head.revision, head.hash[:12].upper())

    assert (check.known, check.current, check.revision) == (True, False, 2)
    assert check.superseded_by is not None
    assert check.superseded_by.number == changed.number
    assert not check_print(study, "P001", head.revision, "0" * 12).known
    assert not check_print(study, "P001", 9, head.hash[:12]).known
