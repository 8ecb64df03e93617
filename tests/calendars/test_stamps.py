"""What becomes of a study's events as it changes: identities, SEQUENCE, time stamps, what a target lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, rule

from il2scheduler import protocol_file
from il2scheduler.calendars import Event
from il2scheduler.commands.values import (
    Amend,
    Enrol,
    EveningStart,
    MoveVisit,
    OmitCycle,
    RecordVisit,
    SetAnchor,
    SetDose,
    Withhold,
)
from il2scheduler.ledger import Entry, Table
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study
from il2scheduler.study.calendar_files import Content, Events, codes
from il2scheduler.study.calendar_targets import Export, Known, folded, name_of, targets
from tests.builders import day
from tests.study.studies import create, do, enrol, shipped
from tests.study.test_random_studies import Studies

ENGLISH = Content("en")
TARGET = "ward"


def events(study: Study, *wanted: str, content: Content = ENGLISH) -> dict[str, Event]:
    """The events of some patients, or all, by identity."""
    found = Events(study, content).of(wanted or tuple(codes(study)))
    assert len({event.uid for event in found}) == len(found)
    return {event.uid: event for event in found}


def lacking(study: Study, known: Known) -> dict[str, Event]:
    return {event.uid: event for event in Events(study, ENGLISH).of(tuple(codes(study)), known)}


def span(event: Event) -> tuple[object, ...]:
    return event.day, event.at, event.minutes, event.cancelled


def changed(before: dict[str, Event], after: dict[str, Event]) -> list[Event]:
    return [event for uid, event in after.items() if before.get(uid) != event]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = create(tmp_path / "study.il2")
    enrol(made)
    return made


# --- Any sequence of commands ---


def check(before: dict[str, Event], after: dict[str, Event], entry: Entry) -> None:
    """What one entry may do to the events there were, and to their numbers."""
    at = datetime.fromisoformat(entry.at)
    assert before.keys() <= after.keys(), "an event only disappeared"
    for uid, event in after.items():
        old = before.get(uid)
        if old is None:
            assert (event.sequence, event.changed, event.cancelled) in {(0, at, False), (0, at, True)}
            continue
        assert event.cancelled or not old.cancelled, "an event came back under its old identity"
        assert event.sequence - old.sequence == (span(event) != span(old))
        assert event.changed == (old.changed if event == old else at)


class Calendars(Studies):
    """Random studies, of which calendars are exported to a program that keeps what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, Event] = {}
        self.given: dict[str, Event] = {}

    def acting(self, act: Callable[[], Entry]) -> Entry | None:
        entry = super().acting(act)
        if entry is not None:
            now = events(self.study)
            check(self.shown, now, entry)
            self.shown = now
        return entry

    def act(self, *arguments: object) -> None:
        super().act(*arguments)  # type: ignore[arg-type]
        self.shown = events(self.study)

    @rule()
    def export_changes(self) -> None:
        """What a program was given bit by bit is what it would have if it were given all at once."""
        up_to = self.study.store.last_entry()
        held = targets(self.study.store).get(TARGET)
        news = lacking(self.study, Known() if held is None else held.known)
        self.given |= news
        self.study.mark_exported(Export(TARGET, up_to, "changes", len(news)))
        full = events(self.study)
        assert {u: e for u, e in full.items() if u in self.given or not e.cancelled} == self.given
        assert targets(self.study.store)[TARGET].known.entry >= up_to
        assert not lacking(self.study, targets(self.study.store)[TARGET].known)

    @invariant()
    def what_stands_is_what_is_planned(self) -> None:
        self.shown = events(self.study)
        for code in self.enrolled():
            schedule = self.study.state(code).schedule
            planned = {
                (a.planned, i.time)
                for a in schedule.appointments
                for i in a.injections
                if a.planned and a.active and i.status.value in {"planned", "given"}
            }
            mine = [e for e in events(self.study, code).values() if not e.cancelled]
            assert {(e.day, e.at) for e in mine if e.category == "Injection"} == planned


TestCalendars = Calendars.TestCase
TestCalendars.settings = settings(
    max_examples=6,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


# --- One change at a time ---


def test_a_change_raises_sequence_only_where_time_or_status_changed(study: Study) -> None:
    first = events(study)
    assert {e.sequence for e in first.values()} == {0}
    entry = do(study, "P001", MoveVisit("W52", day("2027-01-06"), time(9, 30)))
    moved = events(study)
    (event,) = changed(first, moved)
    assert (event.sequence, event.day, event.at) == (1, date(2027, 1, 6), time(9, 30))
    assert event.changed == datetime.fromisoformat(entry.at)
    study.undo()
    (event,) = changed(moved, events(study))
    assert (event.sequence, event.day, event.at) == (2, date(2027, 1, 4), None)


def test_a_record_moves_a_visit_to_where_it_was(study: Study) -> None:
    first = events(study)
    do(study, "P001", RecordVisit("W0", day("2026-01-05")))
    assert events(study) == first
    do(study, "P001", RecordVisit("W24", day("2026-06-23")), None)
    (event,) = changed(first, events(study))
    assert (event.sequence, event.day) == (1, date(2026, 6, 23))


def test_an_omitted_cycle_that_is_planned_again_is_ten_other_events(study: Study) -> None:
    first = events(study)
    do(study, "P001", OmitCycle(3))
    omitted = events(study)
    gone = changed(first, omitted)
    assert len(gone) == 10
    assert {(e.cancelled, e.sequence) for e in gone} == {(True, 1)}
    study.undo()
    again = events(study)
    new = changed(omitted, again)
    assert len(new) == 10
    assert not {e.uid for e in new} & omitted.keys()
    assert {(e.cancelled, e.sequence) for e in new} == {(False, 0)}
    assert {e.summary for e in gone} == {e.summary for e in new}
    assert all(again[e.uid] == e for e in gone)
    study.redo()
    assert sum(e.cancelled for e in events(study).values()) == 20


def test_what_is_withheld_or_missed_is_in_nobodys_calendar(study: Study) -> None:
    """Nobody is to come for it, the home nurse least of all."""
    first = events(study)
    do(study, "P001", Withhold(1, 3))
    withheld = changed(first, events(study))
    assert {(e.day, e.cancelled) for e in withheld} == {(date(2026, 1, 20 + n), True) for n in (1, 2, 3)}
    do(study, "P001", RecordVisit("W24", None))
    assert [e.cancelled for e in events(study).values() if "week 24" in e.summary] == [True]
    missed = events(study)
    study.undo()
    after = events(study)
    assert all(after[uid] == event for uid, event in missed.items() if event.cancelled)


def test_an_evening_start_renumbers_what_stays(study: Study) -> None:
    """A number is text: it changes the time stamp and never the SEQUENCE."""
    first = events(study)
    do(study, "P001", EveningStart(1, on=True))
    after = events(study)
    others = [e for e in changed(first, after) if e.uid in first and not e.cancelled]
    assert len(others) == 9
    assert {e.sequence for e in others} == {0}
    assert all(e.changed > first[e.uid].changed for e in others)
    (went,) = [e for e in after.values() if e.cancelled]
    assert went.summary == "Injection 1 of 10 - P001"


def amended(study: Study, *changes: tuple[str, str]) -> int:
    """The row of another version of the protocol."""
    text, _, status = shipped()
    for old, new in (('version = "1"', 'version = "2"'), *changes):
        assert old in text
        text = text.replace(old, new)
    protocol = protocol_file.read(text.encode()).protocol(None)
    assert protocol is not None
    return study.add_protocol(text, protocol, status, {"command": "amend"}, "amendment")


def test_an_amendment_that_drops_a_visit_cancels_its_event(study: Study) -> None:
    text = shipped()[0]
    start, end = text.index('[[visits]]\ncode = "W64"'), text.index('[[visits]]\ncode = "W76"')
    first = events(study)
    do(study, "P001", Amend(amended(study, (text[start:end], ""))))
    (event,) = [e for e in changed(first, events(study)) if e.cancelled]
    assert (event.summary, event.sequence) == ("Visit at study week 64 - P001", 1)


def test_an_amendment_that_only_words_a_visit_anew_changes_no_sequence(study: Study) -> None:
    first = events(study)
    window = ("at = { week = 76 }", "at = { week = 76 }\nwindow = { before = 7, after = 7 }")
    do(study, "P001", Amend(amended(study, window)))
    (event,) = changed(first, events(study))
    assert (event.sequence, event.summary) == (0, "Visit at study week 76 - P001")
    assert event.description == "Window: Mon 14-Jun-2027 to Mon 28-Jun-2027"
    assert event.changed > first[event.uid].changed


def test_an_enrolment_that_is_undone_leaves_cancelled_events(study: Study) -> None:
    first = events(study)
    study.undo()
    assert study.patients() == {}
    gone = events(study, "P001")
    assert gone.keys() == first.keys()
    assert {(e.cancelled, e.sequence) for e in gone.values()} == {(True, 1)}
    assert {u: e.summary for u, e in gone.items()} == {u: e.summary for u, e in first.items()}
    enrol(study, "P001", "2026-02-02")
    both = events(study, "P001")
    assert sum(not e.cancelled for e in both.values()) == 86
    assert {u: e for u, e in both.items() if e.cancelled} == gone


def test_an_enrolment_without_dates_that_is_undone_leaves_nothing(tmp_path: Path) -> None:
    study = create(tmp_path / "study.il2")
    enrol(study, "P001", None)
    assert events(study) == {}
    do(study, "P001", SetAnchor(day("2026-01-05")))
    assert len(events(study)) == 86
    study.undo()
    assert {e.cancelled for e in events(study).values()} == {True}


def test_another_time_zone_is_another_instant(study: Study) -> None:
    do(study, "P001", OmitCycle(8))
    first = events(study)
    settings = replace(study.settings, timezone="Indian/Reunion")
    study.change_settings(settings, {"command": "set", "values": {"timezone": "Indian/Reunion"}}, "moved")
    after = events(study)
    assert {u for u in first if after[u].sequence == first[u].sequence + 1} == {
        u for u, e in first.items() if e.at is not None
    }
    assert all(after[u] == e for u, e in first.items() if e.at is None)


def test_a_dose_is_said_where_it_is_asked_for(study: Study) -> None:
    asked = Content("en", doses=True)
    plain, first = events(study), events(study, content=asked)
    assert not any("million" in e.description for e in plain.values())
    assert [e.description for e in first.values() if e.at is not None][:1] == [
        "Dose: 4.5\u00a0million international units"
    ]
    do(study, "P001", SetDose(3_000_000, 4))
    assert events(study) == plain
    lowered = changed(first, events(study, content=asked))
    assert len(lowered) == 50
    assert {(e.sequence, e.description) for e in lowered} == {(0, "Dose: 3\u00a0million international units")}


def test_a_blinded_arm_never_says_its_dose(tmp_path: Path) -> None:
    text, _, status = shipped()
    text = text.replace('[[arms]]\ncode = "il2"', '[[arms]]\ncode = "il2"\nblinded = true')
    text = text.replace('version = "1"', 'version = "2"', 1)
    protocol = protocol_file.read(text.encode()).protocol(None)
    assert protocol is not None
    assert protocol.arm("il2").blinded
    study = create(tmp_path / "study.il2")
    study.add_protocol(text, protocol, status, {"command": "amend"}, "blinded")
    study.execute("P001", Enrol("P001", 2, "il2", day("2026-01-05")))
    assert events(study, content=Content("en", doses=True)) == events(study)


# --- What a target lacks ---


def test_a_target_is_given_what_it_lacks(study: Study) -> None:
    enrol(study, "P002", "2026-03-02")
    first = events(study)
    assert lacking(study, Known()) == first
    study.mark_exported(Export("Ward", study.store.last_entry(), "clinic"))
    known = targets(study.store)[folded("WARD")].known
    assert lacking(study, known) == {}

    do(study, "P002", OmitCycle(8))
    do(study, "P001", MoveVisit("W52", day("2027-01-06")))
    news = lacking(study, known)
    assert sorted((e.summary, e.cancelled) for e in news.values()) == [
        *((f"Injection {n} of 10 - P002", True) for n in sorted(range(1, 11), key=str)),
        ("Visit at study week 52 - P001", False),
    ]
    patient = study.patient_id("P001")
    study.mark_exported(Export("ward", study.store.last_entry(), "file", patients=[patient]))
    (target,) = targets(study.store).values()
    assert target.name == "Ward"
    assert {e.summary[-4:] for e in lacking(study, target.known).values()} == {"P002"}


def test_a_target_never_hears_of_what_came_and_went(study: Study) -> None:
    study.mark_exported(Export(TARGET, study.store.last_entry(), "clinic"))
    enrol(study, "P002", "2026-03-02")
    study.undo()
    known = targets(study.store)[TARGET].known
    assert lacking(study, known) == {}
    assert len(events(study, "P002")) == 86
    do(study, "P001", OmitCycle(8))
    study.undo()
    assert len(lacking(study, known)) == 20


def test_an_export_that_is_undone_is_given_again(study: Study) -> None:
    """The file never reached them: its entry is undone by its number, and never by a plain undo."""
    study.mark_exported(Export(TARGET, study.store.last_entry(), "clinic"))
    do(study, "P001", OmitCycle(8))
    mark = study.mark_exported(Export(TARGET, study.store.last_entry(), "changes", 10))
    assert study.preview_undo().new.reverts == mark.number - 1
    assert lacking(study, targets(study.store)[TARGET].known) == {}
    study.undo(mark.number, "never arrived")
    assert len(lacking(study, targets(study.store)[TARGET].known)) == 10


def test_what_a_target_knows_never_goes_back(study: Study) -> None:
    study.mark_exported(Export(TARGET, 2, "clinic"))
    study.mark_exported(Export(TARGET, 1, "clinic"))
    study.mark_exported(Export(TARGET, 1, "file", patients=[1]))
    known = targets(study.store)[TARGET].known
    assert (known.entry, known.of(1), known.of(99)) == (2, 2, 2)


@pytest.mark.parametrize("typed", ["", "a\nb", "x" * 61, "hid\u200bden"])
def test_a_target_has_a_name_that_can_be_read(typed: str) -> None:
    with pytest.raises(Refusal):
        name_of(typed)


def test_marks_are_part_of_the_study(study: Study) -> None:
    study.mark_exported(Export(TARGET, study.store.last_entry(), "clinic"))
    assert study.store.verify().sound
    settings = study.settings
    assert (
        study.store.rows_at(None, 1).table(Table.SETTING).keys()
        < study.store.study_rows().table(Table.SETTING).keys()
    )
    assert settings == create(Path(study.store.path).with_name("other.il2")).settings
