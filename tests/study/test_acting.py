"""Preview and execute, who and why, what is stale, undo and redo."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from il2scheduler.appointment import NotGiven
from il2scheduler.clinic import Closure
from il2scheduler.commands.values import (
    AddNote,
    AddVisit,
    Enrol,
    Give,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    NotGive,
    OmitCycle,
    PastCap,
    RecordVisit,
    SetAnchor,
    SetDose,
    Withdraw,
)
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind
from il2scheduler.schedule import Status
from il2scheduler.store import Stale
from il2scheduler.study import Answers, Study
from tests.builders import VASCU, day
from tests.commands.desk import EVENING, MORNING
from tests.study.studies import WHY, all_rows, do, enrol, reopen, replayed, shipped


def refused(study: Study, code: str, command: object, said: Answers = WHY) -> Refusal:
    before = all_rows(study)
    with pytest.raises(Refusal) as caught:
        study.execute(code, command, said)  # type: ignore[arg-type]
    assert all_rows(study) == before
    return caught.value


def undo_refused(study: Study, number: int | None = None, reason: str | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        study.undo(number, reason)
    return caught.value


# --- Entries ---


def test_every_entry_says_who_when_what_and_why(study: Study) -> None:
    enrol(study)
    entry = do(study, "P001", MoveVisit("W52", day("2027-01-05")), "  holiday\n")

    assert (entry.who, entry.reason, entry.revises, entry.revision) == ("NA", "holiday", True, 2)
    assert entry.at.startswith("2028-12-31T11:")
    assert json.loads(entry.command) == {
        "command": "move",
        "patient": "P001",
        "visit": "W52",
        "to": "2027-01-05",
    }


def test_the_answers_of_a_person_are_part_of_the_command(study: Study) -> None:
    enrol(study)
    said = Answers("why", frozenset({FindingKind.GAP_TOO_SHORT}), PastCap.OMIT)
    entry = study.execute("P001", MoveCycle(3, days=-3), said)

    told = json.loads(entry.command)
    assert (told["accept"], told["past_cap"]) == (["gap-too-short"], "omit")


def test_enrolment_names_the_version_of_the_protocol(study: Study) -> None:
    told = json.loads(enrol(study).command)

    assert (told["protocol_code"], told["protocol_version"], told["anchor"]) == (
        "anrs-123-etoile",
        "1",
        "2026-01-05",
    )


def test_recordings_make_no_revision(study: Study) -> None:
    enrol(study)
    entries = [
        do(study, "P001", command, None)
        for command in (
            GiveCourse(1),
            NotGive(2, 1, MORNING, NotGiven.OTHER),
            RecordVisit("W0", day("2026-01-05")),
        )
    ]

    assert [entry.revision for entry in entries] == [1, 1, 1]


def test_typed_texts_are_saved_in_one_form_or_refused(study: Study) -> None:
    enrol(study)
    do(study, "P001", Give(1, 1, MORNING, batch=" B12 ", site=""), None)
    given = study.state("P001").schedule.appointment("C1D1").injections[0]
    assert (given.batch, given.site) == ("B12", None)
    assert refused(study, "P001", AddNote("a\u202eb")).kind == "text-hidden"
    assert refused(study, "P001", AddNote(" ")).kind == "text-empty"
    assert refused(study, "P001", NotGive(1, 1, EVENING, NotGiven.OTHER, "x" * 2001)).kind == "text-too-long"
    assert refused(study, "P001", OmitCycle(3), Answers("a\u200bb")).kind == "text-hidden"
    assert refused(study, "P001", Give(1, 1, EVENING, batch="B\n12")).kind == "text-hidden"


def test_who_there_is_and_who_is_not(study: Study) -> None:
    enrol(study)

    assert refused(study, "P001", Enrol("P001", 1, "il2", None)).kind == "patient-exists"
    assert refused(study, "P002", Enrol("P002", 9, "il2", None)).kind == "no-protocol-row"
    assert refused(study, "P009", OmitCycle(1)).kind == "no-patient"
    with pytest.raises(ValueError, match="cannot be enrolled"):
        study.preview("P002", Enrol("P003", 1, "il2", None))


def test_a_preview_changes_nothing_and_shows_what_is_committed(study: Study) -> None:
    enrol(study)
    before = all_rows(study)
    preview = study.preview("P001", MoveCycle(3, days=7), Answers("why", past_cap=PastCap.OMIT))
    assert all_rows(study) == before
    entry = study.commit(preview)

    assert entry.changes == preview.decision.changes
    assert study.state("P001") == preview.decision.after
    assert replayed(study) == all_rows(study)


def test_a_listener_hears_of_every_entry_until_it_stops(study: Study) -> None:
    heard: list[tuple[frozenset[int], bool]] = []
    stop = study.listen(lambda news: heard.append((news.patients, news.study)))
    enrol(study)
    study.undo()
    stop()
    study.redo()

    assert heard == [(frozenset({1}), False)] * 2


# --- Several at once ---


def test_what_was_decided_on_older_rows_is_not_saved(study: Study, colleague: Study) -> None:
    """The loser is shown what changed, and decides again."""
    enrol(study)
    preview = study.preview("P001", MoveVisit("W52", day("2027-01-05")), WHY)
    theirs = do(colleague, "P001", MoveVisit("W52", day("2027-01-06")))
    with pytest.raises(Stale) as caught:
        study.commit(preview)

    assert [entry.number for entry in caught.value.newer] == [theirs.number]
    do(study, "P001", MoveVisit("W52", day("2027-01-05")))
    assert str(colleague.state("P001").schedule.appointment("W52").planned) == "2027-01-05"


def test_another_patient_and_the_settings_are_told_apart(study: Study, colleague: Study) -> None:
    """Another patient's change does not matter; a change of the study does."""
    enrol(study, "P001")
    enrol(study, "P002")
    first = study.preview("P001", MoveVisit("W52", day("2027-01-05")), WHY)
    do(colleague, "P002", OmitCycle(3))
    study.commit(first)
    second = study.preview("P001", MoveVisit("W52", day("2027-01-06")), WHY)
    colleague.add_protocol(*shipped(VASCU), {"command": "new"}, None)
    with pytest.raises(Stale):
        study.commit(second)


def test_a_protocol_another_person_put_in_is_known_at_once(study: Study, colleague: Study) -> None:
    assert study.protocols.keys() == {1}
    number = colleague.add_protocol(*shipped(VASCU), {"command": "new"}, None)

    assert study.protocols[number].protocol.code == VASCU
    assert study.add_protocol(*shipped(VASCU), {"command": "new"}, None) == number
    colleague.undo(reason="wrong file")
    assert study.protocols.keys() == {1}


def test_a_second_preview_knows_everything_that_was_done_since_the_first(
    study: Study, colleague: Study, tmp_path: Path
) -> None:
    """What was read for the first is kept; a newer entry of anybody, patient or study, makes it read anew."""
    for code in ("P001", "P002"):
        enrol(study, code)
    limits = replace(study.settings, places_visits=1)
    study.change_settings(limits, {"command": "settings"}, "why")
    closed = replace(limits, closures=(Closure(day("2026-12-01"), day("2027-12-31"), "works"),))
    move = MoveVisit("W52", day("2027-01-05"))
    done: list[Callable[[], object]] = [
        lambda: do(colleague, "P002", move),
        lambda: do(colleague, "P001", OmitCycle(3)),
        lambda: colleague.change_settings(closed, {"command": "settings"}, "why"),
        lambda: do(study, "P002", MoveVisit("W52", day("2027-01-06"))),
        study.undo,
        lambda: do(colleague, "P001", OmitCycle(5)),
    ]
    seen: list[set[FindingKind]] = []
    for act in done:
        for code in ("P002", "P001", "P001"):
            study.preview(code, move if code == "P001" else AddNote("read"), WHY)
        act()
        with reopen(tmp_path / "study.il2") as fresh:
            again = study.preview("P001", move, WHY).decision
            assert again == fresh.preview("P001", move, WHY).decision
        seen.append({finding.kind for finding in again.findings})

    assert FindingKind.CLINIC_FULL in seen[0]
    assert FindingKind.CLOSED_DAY not in seen[1]
    assert FindingKind.CLOSED_DAY in seen[2]
    assert FindingKind.CLINIC_FULL not in seen[3]


def test_the_calendar_reaches_as_far_as_the_schedule(study: Study) -> None:
    """An anchor ten years back or forty ahead, and back again by undo."""
    enrol(study)
    for anchor in ("2010-03-01", "2066-03-01"):
        do(study, "P001", SetAnchor(day(anchor)))
        assert str(study.state("P001").schedule.appointment("W0").planned) == anchor
        study.undo()
    assert refused(study, "P001", SetAnchor(date(9990, 1, 1))).kind == "date-range"
    assert refused(study, "P001", MoveCycle(3, days=10**9)).kind == "too-far"


def test_one_date_far_off_does_not_keep_another_command_from_being_decided(study: Study) -> None:
    """Holidays of 2101 are not known; a move to 2020 does not ask for them."""
    enrol(study)
    do(study, "P001", AddVisit(day("2099-01-01")))
    do(study, "P001", MoveVisit("W24", day("2020-01-02")))

    assert str(study.state("P001").schedule.appointment("W24").planned) == "2020-01-02"


# --- Undo and redo ---


def test_undo_and_redo_are_entries_that_give_back_every_row(study: Study) -> None:
    enrol(study)
    before = all_rows(study)
    delayed = study.execute("P001", MoveCycle(3, days=7), Answers("why", past_cap=PastCap.OMIT))
    after = all_rows(study)
    undone = study.undo()
    assert all_rows(study) == before
    redone = study.redo()

    assert all_rows(study) == after
    assert [(e.reverts, e.reason, e.revises) for e in (undone, redone)] == [
        (delayed.number, "immediate undo", True),
        (undone.number, "redo", True),
    ]
    assert [json.loads(e.command) for e in (undone, redone)] == [
        {"command": "undo", "entry": delayed.number},
        {"command": "redo", "entry": undone.number},
    ]
    assert study.store.head(1).revision == 4


def test_several_undone_one_after_the_other_and_redone(study: Study) -> None:
    enrol(study)
    states = [all_rows(study)]
    for to in ("2027-01-05", "2027-01-06", "2027-01-07"):
        do(study, "P001", MoveVisit("W52", day(to)))
        states.append(all_rows(study))
    for state in reversed(states[:-1]):
        study.undo()
        assert all_rows(study) == state
    for state in states[1:]:
        study.redo()
        assert all_rows(study) == state
    with pytest.raises(Refusal, match="nothing-to-redo"):
        study.redo()


def test_redo_ends_with_the_next_thing_one_does(study: Study) -> None:
    enrol(study)
    do(study, "P001", OmitCycle(3))
    study.undo()
    do(study, "P001", AddNote("well"), None)

    with pytest.raises(Refusal, match="nothing-to-redo"):
        study.redo()


def test_undo_takes_ones_own_latest_entry(study: Study, colleague: Study) -> None:
    enrol(study)
    mine = do(study, "P001", OmitCycle(3))
    theirs = do(colleague, "P001", OmitCycle(5))

    assert study.undo().reverts == mine.number
    assert undo_refused(study, theirs.number).kind == "reason-needed"
    entry = study.undo(theirs.number, "agreed with NB")
    assert (entry.who, entry.reason, entry.reverts) == ("NA", "agreed with NB", theirs.number)
    assert undo_refused(study, theirs.number, "again").facts["by"] == entry.number
    assert undo_refused(study, 99, "what").kind == "no-entry"


def test_an_earlier_session_or_another_person_needs_a_reason(study: Study, colleague: Study) -> None:
    enrol(study)
    first = do(study, "P001", OmitCycle(3))
    study.who = "NC"
    assert undo_refused(study, first.number).kind == "reason-needed"
    assert undo_refused(study).kind == "nothing-to-undo"
    colleague.who = "NA"
    assert undo_refused(colleague).kind == "reason-needed"
    assert colleague.undo(reason="wrong patient").reverts == first.number


def test_an_entry_that_later_ones_stand_on_is_named(study: Study) -> None:
    enrol(study)
    first = do(study, "P001", MoveVisit("W52", day("2027-01-05")))
    second = do(study, "P001", MoveVisit("W52", day("2027-01-06")))
    do(study, "P001", MoveVisit("W24", day("2026-06-23")))
    refusal = undo_refused(study, first.number, "by name")

    assert (refusal.kind, refusal.facts["by"]) == ("undo-blocked", second.number)


def test_an_enrolment_with_anything_after_it_is_not_undone(study: Study) -> None:
    enrolled = enrol(study)
    noted = do(study, "P001", AddNote("well"), None)
    refusal = undo_refused(study, enrolled.number, "by name")
    assert (refusal.kind, refusal.facts["by"]) == ("undo-blocked", noted.number)

    study.undo()
    study.undo()
    assert study.patients() == {}
    study.redo()
    study.redo()
    assert study.state("P001").notes == 1


def test_an_undone_enrolment_does_not_come_back_when_its_code_was_given_anew(
    study: Study, colleague: Study
) -> None:
    enrol(study)
    omitted = do(study, "P001", OmitCycle(3))
    study.undo()
    study.undo()
    enrol(colleague, anchor="2026-02-02")

    with pytest.raises(Refusal, match="patient-exists"):
        study.redo()
    assert undo_refused(study, omitted.number + 1, "by name").kind == "undo-blocked"
    assert study.patient_id("P001") == 2


def test_undo_is_refused_where_it_would_lead_to_what_is_refused(study: Study) -> None:
    """Cycle 3 was omitted and cycle 4 put before it: cycle 3 cannot come back."""
    enrol(study)
    omitted = do(study, "P001", OmitCycle(3))
    accepted = Answers("why", frozenset({FindingKind.GAP_TOO_SHORT}))
    study.execute("P001", MoveCycle(4, to=day("2026-03-27")), accepted)
    refusal = undo_refused(study, omitted.number, "by name")

    assert (refusal.kind, refusal.facts["finding"]) == ("finding-refuses", "cycle-order")


def test_an_undone_recording_is_planned_again_and_the_withdrawn_come_back(study: Study) -> None:
    enrol(study)
    do(study, "P001", Give(1, 1, MORNING), None)
    do(study, "P001", Withdraw(day("2026-01-19"), lost=True))
    assert study.state("P001").schedule.appointment("C1D1").status is Status.RUNNING
    assert study.state("P001").schedule.appointment("C1D2").status is Status.CANCELLED
    study.undo()
    assert study.state("P001").patient.withdrawn is None
    study.undo()

    assert {a.status for a in study.state("P001").schedule.appointments} == {Status.PLANNED}


def test_numbers_of_added_visits_are_not_used_again_after_an_undo(study: Study) -> None:
    enrol(study)
    do(study, "P001", AddVisit(day("2026-02-03")))
    do(study, "P001", AddVisit(day("2026-02-04")))
    study.undo()
    study.undo()
    do(study, "P001", AddVisit(day("2026-02-05")))

    assert str(study.state("P001").schedule.appointment("U3").planned) == "2026-02-05"


def test_notes_keep_their_numbers_when_an_earlier_one_is_undone(study: Study) -> None:
    enrol(study)
    first = do(study, "P001", AddNote("one"), None)
    do(study, "P001", AddNote("two"), None)
    study.undo(first.number, "wrong patient")
    third = do(study, "P001", AddNote("three"), None)

    assert third.changes[0].key == (1, 3)


def test_a_dose_is_undone_under_a_recorded_injection(study: Study) -> None:
    """What was recorded under the lower dose keeps it as its planned dose."""
    enrol(study)
    lowered = do(study, "P001", SetDose(3_000_000, 2))
    do(study, "P001", Give(2, 1, MORNING), None)
    assert undo_refused(study, lowered.number, "by name").kind == "undo-blocked"


def test_the_first_entry_and_a_protocol_in_use_are_not_undone(study: Study) -> None:
    assert undo_refused(study).kind == "nothing-to-undo"
    assert undo_refused(study, 1, "by name").kind == "entry-first"
    number = study.add_protocol(*shipped(VASCU), {"command": "new"}, None)
    study.execute("P002", Enrol("P002", number, "il2", None))
    refusal = undo_refused(study, 2, "by name")
    assert (refusal.kind, refusal.facts["patient"]) == ("protocol-in-use", "P002")
    study.undo()
    study.undo()
    assert study.protocols.keys() == {1}


def test_a_redaction_is_never_undone_nor_what_it_erased(study: Study) -> None:
    enrol(study)
    noted = do(study, "P001", AddNote("Mr Smith, born 1970"), None)
    erased = study.redact(noted.number, "a name")

    for number in (None, noted.number):
        assert undo_refused(study, number, "by name").kind == "entry-redacted"
    assert undo_refused(study, erased.number, "by name").kind == "redaction-stays"
