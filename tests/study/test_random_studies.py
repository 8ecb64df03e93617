"""Any sequence of commands on a real file: the ledger tells all, recorded days stand, undo takes back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from il2scheduler import protocol_file
from il2scheduler.appointment import NotGiven
from il2scheduler.commands import revises
from il2scheduler.commands.values import (
    AddNote,
    AddVisit,
    Amend,
    CorrectInjection,
    CorrectVisit,
    Enrol,
    EveningStart,
    Give,
    GiveCourse,
    Keep,
    MoveCycle,
    MoveVisit,
    NotGive,
    OmitCycle,
    PastCap,
    PatientCommand,
    RecordVisit,
    SetAnchor,
    SetDose,
    SetPlace,
    Stop,
    TakeProposals,
    TickGate,
    Withdraw,
    Withhold,
)
from il2scheduler.ledger import Entry, Table
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import FromAnchor, Place
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind, Severity, findings
from il2scheduler.schedule import Schedule
from il2scheduler.store import Stale
from il2scheduler.study import Answers, Study
from tests.builders import VASCU, day
from tests.study.studies import all_rows, check_built, create, reopen, replayed, shipped

CODES = ("P001", "P002", "P003")
ASKED = frozenset({FindingKind.GAP_TOO_SHORT, FindingKind.PAST_CAP})
NEVER = frozenset({FindingKind.COURSE_SPLIT, FindingKind.COURSE_OVERLAP, FindingKind.CYCLE_ORDER})
MORNING, EVENING = time(8), time(20)
MOVES_CYCLES = (MoveCycle, OmitCycle, GiveCourse, Give, NotGive, Withhold, EveningStart, SetDose, SetPlace)

dates = st.integers(-20, 400).map(lambda n: day("2026-01-05") + timedelta(days=n))
notes = st.sampled_from(["well", "=1+1", "été", "a\nb"])
maybe, people = st.booleans(), st.sampled_from(["NA", "NB"])
doses = st.sampled_from([1_500_000, 3_000_000, 4_500_000])
coded = st.sampled_from(NotGiven)


def plans(schedule: Schedule) -> st.SearchStrategy[PatientCommand]:
    """Commands that plan, for the cycles and visits there are."""
    cycles = st.integers(1, max(len(schedule.starts), 1))
    visits = st.sampled_from(sorted(visit.code for visit in schedule.visits()))
    near = {v.code: v.planned for v in schedule.visits()}
    return st.one_of(
        st.builds(MoveCycle, cycles, st.integers(-10, 30)),
        st.builds(MoveCycle, cycles, to=dates),
        st.builds(OmitCycle, cycles),
        visits.flatmap(
            lambda code: st.builds(
                MoveVisit,
                st.just(code),
                st.integers(-9, 9).map(lambda n: (near[code] or day("2026-03-02")) + timedelta(days=n)),
                st.none() | st.just(time(9, 30)),
            )
        ),
        st.builds(AddVisit, dates),
        st.builds(SetAnchor, dates, st.sampled_from(Keep)),
        st.builds(SetDose, doses, cycles),
        st.builds(SetPlace, st.builds(PlaceChoice, st.sampled_from(Place), st.none() | cycles)),
        st.builds(SetPlace, st.builds(PlaceChoice, st.sampled_from(Place), cycles, st.just(2))),
        st.builds(TickGate, st.just("tolerance"), maybe),
        st.builds(EveningStart, cycles, maybe),
        st.builds(AddNote, notes),
        st.builds(Amend, st.integers(1, 3)),
        st.builds(TakeProposals, st.tuples(st.tuples(st.sampled_from(["C2", "W52", "W37"]), dates))),
    )


def ends() -> st.SearchStrategy[PatientCommand]:
    """The end of treatment, or of participation."""
    return st.builds(Stop, dates) | st.builds(Withdraw, dates, maybe)


def records(schedule: Schedule) -> st.SearchStrategy[PatientCommand]:
    """Commands that record, for injections and visits as they stand; corrections of what is recorded."""
    cycles = st.integers(1, max(len(schedule.starts), 1))
    places = [(a.cycle or 0, a.day or 0, i.time) for a in schedule.appointments for i in a.injections]
    visits = st.sampled_from(sorted(visit.code for visit in schedule.visits()))
    later = st.none() | dates
    found: list[st.SearchStrategy[PatientCommand]] = [
        st.builds(RecordVisit, visits, later, st.none() | notes),
        st.builds(GiveCourse, cycles),
        st.builds(Withhold, cycles, st.integers(1, 5)),
    ]
    early = st.sampled_from(places[:30] or [(1, 1, MORNING)])
    injections = [(a, i) for a in schedule.appointments for i in a.injections]
    told = [(a.cycle or 0, a.day or 0, i.time) for a, i in injections if i.recorded]
    known = sorted(v.code for v in schedule.visits() if v.recorded)
    other = st.none() | doses
    found.extend(
        [
            early.flatmap(lambda at: st.builds(Give, *map(st.just, at), dose_iu=other, batch=st.just("B1"))),
            early.flatmap(lambda at: st.builds(NotGive, *map(st.just, at), coded, st.none() | notes)),
        ]
    )
    if told:
        again, yes = st.sampled_from(told), st.just(True)
        found.extend(
            [
                again.flatmap(lambda at: st.builds(CorrectInjection, *map(st.just, at), yes, dose_iu=other)),
                again.flatmap(lambda at: st.builds(CorrectInjection, *map(st.just, at), not_given=coded)),
            ]
        )
    if known:
        found.append(st.builds(CorrectVisit, st.sampled_from(known), later))
    return st.one_of(found)


answers = st.builds(
    Answers,
    reason=st.sampled_from(["why"] * 9 + [None]),
    accept=st.sampled_from([ASKED, ASKED, frozenset[FindingKind]()]),
    past_cap=st.sampled_from([*PastCap, *PastCap, None]),
)


def recorded(schedule: Schedule) -> Mapping[str, object]:
    """What is recorded, without nominal dates and windows, which the right anchor may change."""
    return {
        a.code: (a.planned, a.actual, a.note, tuple(i for i in a.injections if i.recorded), a.code)
        for a in schedule.appointments
        if a.recorded
    }


class Studies(RuleBasedStateMachine):
    """Two people with one study file open; each acts, undoes and redoes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.study = create(self.folder / "random.il2", who="NA")
        self.other = reopen(self.folder / "random.il2", "NB")
        self.study.add_protocol(*shipped(VASCU), {"command": "amend"}, "second trial")
        text, _, status = shipped()
        for old, new in (
            ('version = "1"', 'version = "2"'),
            ('"20:00"', '"21:00"'),
            ("at = { week = 76 }", "at = { week = 76 }\nwindow = { before = 7, after = 7 }"),
        ):
            assert old in text
            text = text.replace(old, new)
        amended = protocol_file.read(text.encode()).protocol(None)
        assert amended is not None
        self.study.add_protocol(text, amended, status, {"command": "amend"}, "amendment")
        self.revision: dict[str, int] = {}

    def teardown(self) -> None:
        self.study.close()
        self.other.close()
        shutil.rmtree(self.folder)

    def here(self, who: str) -> Study:
        return self.study if who == "NA" else self.other

    def enrolled(self) -> list[str]:
        return sorted(str(row["code"]) for row in self.study.patients().values())

    def acting(self, act: Callable[[], Entry]) -> Entry | None:
        before = all_rows(self.study)
        last = self.study.store.last_entry()
        try:
            entry = act()
        except Refusal as refusal:
            note(f"refused: {refusal.kind} {dict(refusal.facts)}")
            assert all_rows(self.study) == before
            assert self.study.store.last_entry() == last
            return None
        assert entry.number == last + 1
        assert entry.who in ("NA", "NB")
        assert entry.at
        assert entry.revises == any(revises(change) for change in entry.changes)
        return entry

    # --- Acts ---

    @initialize(anchors=st.tuples(dates, dates, st.none() | dates), avoid=maybe)
    def enrol(self, anchors: tuple[date | None, ...], *, avoid: bool) -> None:
        for code, protocol, anchor in zip(CODES, (1, 2, 1), anchors, strict=True):
            command = Enrol(code, protocol, "il2", anchor, avoid_closed_days=avoid)
            self.acting(partial(self.study.execute, code, command))

    @rule(data=st.data(), code=st.sampled_from(CODES), said=answers, who=people)
    def plan(self, data: st.DataObject, code: str, said: Answers, who: str) -> None:
        if code in self.enrolled():
            self.act(code, data.draw(plans(self.study.state(code).schedule)), said, who)

    @rule(data=st.data(), code=st.sampled_from(CODES), said=answers, who=people)
    def record(self, data: st.DataObject, code: str, said: Answers, who: str) -> None:
        if code in self.enrolled():
            self.act(code, data.draw(records(self.study.state(code).schedule)), said, who)

    @rule(data=st.data(), code=st.sampled_from(CODES), said=answers, who=people)
    def plan_again(self, data: st.DataObject, code: str, said: Answers, who: str) -> None:
        self.plan(data, code, said, who)

    @rule(cycle=st.integers(1, 8), days=st.integers(-10, 30), code=st.sampled_from(CODES), said=answers)
    def move_cycle(self, cycle: int, days: int, code: str, said: Answers) -> None:
        if code in self.enrolled():
            self.act(code, MoveCycle(cycle, days), said, "NB")

    @rule(data=st.data(), code=st.sampled_from(CODES), said=answers, who=people)
    def record_again(self, data: st.DataObject, code: str, said: Answers, who: str) -> None:
        self.record(data, code, said, who)

    @rule(command=ends(), code=st.sampled_from(CODES), said=answers)
    def end(self, command: PatientCommand, code: str, said: Answers) -> None:
        if code in self.enrolled():
            self.act(code, command, said, "NA")

    def act(self, code: str, command: PatientCommand, said: Answers, who: str) -> None:
        study = self.here(who)
        before = study.state(code)
        kept = recorded(before.schedule)
        try:
            preview = study.preview(code, command, said)
        except Refusal as refusal:
            note(f"refused: {refusal.kind} {dict(refusal.facts)}")
            return
        assert preview == study.preview(code, command, said)
        entry = self.acting(lambda: study.execute(code, command, said))
        if entry is None:
            return
        assert entry.reason or not preview.decision.needs_reason
        after = study.state(code)
        assert after.schedule == preview.decision.after.schedule
        assert after == preview.decision.after
        corrected = isinstance(command, CorrectInjection | CorrectVisit)
        if not corrected:
            now = recorded(after.schedule)
            for where, told in kept.items():
                stands(told, now[where], where)
        if isinstance(command, MOVES_CYCLES):
            self.anchored_stand(before.schedule, after.schedule)
        self.undone_and_redone(study, code, entry)

    def anchored_stand(self, before: Schedule, after: Schedule) -> None:
        anchored = [v.code for v in after.protocol.visits if isinstance(v.hook, FromAnchor)]
        for where in anchored:
            assert before.appointment(where) == after.appointment(where)

    def undone_and_redone(self, study: Study, code: str, entry: Entry) -> None:
        after = all_rows(study)
        undone = self.acting(lambda: study.undo(entry.number))
        assert undone is not None
        assert undone.reason == "immediate undo"
        assert undone.reverts == entry.number
        flat = dict(after)
        for change in reversed(entry.changes):
            flat.pop((change.table, change.key), None)
            if change.before is not None:
                flat[change.table, change.key] = change.before
        assert all_rows(study) == flat
        assert self.acting(study.redo) is not None
        assert all_rows(study) == after

    @rule(who=people)
    def undo(self, who: str) -> None:
        self.acting(lambda: self.here(who).undo(reason="thought again"))

    @rule(who=people)
    def redo(self, who: str) -> None:
        self.acting(lambda: self.here(who).redo())

    @rule(who=people, number=st.integers(1, 40))
    def undo_named(self, who: str, number: int) -> None:
        self.acting(lambda: self.here(who).undo(number, "by name"))

    @precondition(lambda self: len(self.enrolled()) > 0)
    @rule(data=st.data(), said=answers)
    def stale(self, data: st.DataObject, said: Answers) -> None:
        """What was decided before somebody else changed the patient is not saved; decided anew it may be."""
        code = self.enrolled()[0]
        said = replace(said, reason="why")
        schedule = self.study.state(code).schedule
        command, other = data.draw(plans(schedule)), data.draw(records(schedule))
        try:
            preview = self.study.preview(code, command, said)
            self.other.execute(code, other, said)
        except Refusal:
            return
        before = all_rows(self.study)
        with pytest.raises(Refusal) as caught:
            self.study.commit(preview)
        if isinstance(caught.value, Stale):
            assert [entry.who for entry in caught.value.newer] == ["NB"]
        assert all_rows(self.study) == before

    # --- What always holds ---

    @invariant()
    def the_ledger_tells_all(self) -> None:
        assert replayed(self.study) == all_rows(self.study) == all_rows(self.other)
        for entry in self.study.store.entries():
            assert entry.at
            assert entry.who

    @invariant()
    def the_engine_builds_what_the_rows_say(self) -> None:
        check_built(self.study)

    @invariant()
    def revisions_count_changes_of_plan(self) -> None:
        for number, row in self.study.patients().items():
            entries = self.study.store.entries(patient=number)
            assert self.study.store.head(number).revision == sum(entry.revises for entry in entries)
            assert row["code"] in CODES

    @invariant()
    def courses_are_whole_and_in_order(self) -> None:
        for code in self.enrolled():
            schedule = self.study.state(code).schedule
            clinic = self.study.clinic(*(schedule.span() or ()))
            refused = {f.kind for f in findings(schedule, clinic) if f.severity is Severity.REFUSES}
            assert not refused & NEVER
            active = [a.planned for a in schedule.appointments if a.injections and a.active and a.planned]
            assert len(set(active)) == len(active)
            for start in schedule.starts:
                course = schedule.course(start.template.number)
                firsts = {a.planned - timedelta(days=(a.day or 1) - 1) for a in course if a.planned}
                assert len(firsts) <= 1

    @invariant()
    def added_visits_have_their_own_numbers(self) -> None:
        for number in self.study.patients():
            made: dict[str, set[str]] = {}
            for entry in self.study.store.entries(patient=number, with_changes=True):
                for change in entry.changes:
                    if change.table is Table.CHOICE and change.key[1] == "unscheduled" and change.after:
                        made.setdefault(str(change.key[2]), set()).add(str(change.after["value"]))
            assert all(len(values) == 1 for values in made.values())


def stands(before: object, after: object, where: str) -> None:
    """Recorded facts of an appointment are all there still; more may be recorded of the same day."""
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    assert before[0] == after[0], where
    assert set(before[3]) <= set(after[3]), where
    assert before[2] == after[2], where


long = os.environ.get("IL2SCHEDULER_FAULTS") == "long"
TestStudies = Studies.TestCase
TestStudies.settings = settings(
    max_examples=120 if long else 8,
    stateful_step_count=30 if long else 12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
