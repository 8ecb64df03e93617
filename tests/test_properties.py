"""What holds for every protocol and every patient, and on every computer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from il2scheduler.clinic import Clinic, Closure
from il2scheduler.i18n import words
from il2scheduler.protocol import FromAnchor, Protocol
from il2scheduler.rules import FindingKind, Severity, anchor_proposals, avoid_closed_days, findings, proposals
from il2scheduler.rules.findings import closed_days
from il2scheduler.schedule import Kind, Patient, Schedule, Status, build
from il2scheduler.wording import finding_sentence, proposal_sentence
from tests.builders import ETOILE, VASCU
from tests.strategies import plans

HERE = Path(__file__).parents[1]
Plan = tuple[Protocol, Patient]
CLOSURES = tuple(
    Closure(date(year, month, 5), date(year, month, 6), "works")
    for year in range(2000, 2045)
    for month in (2, 7)
)
CLINIC = Clinic(1990, 2110, closures=CLOSURES)

every = settings(max_examples=60, deadline=None)
fewer = settings(max_examples=30, deadline=None)


def injection_days(schedule: Schedule) -> list[tuple[int, date]]:
    """Cycle and date of every active injection day."""
    return [
        (a.cycle, a.planned)
        for a in schedule.appointments
        if a.kind is Kind.INJECTIONS and a.active and a.planned is not None and a.cycle is not None
    ]


def refusals(schedule: Schedule) -> set[FindingKind]:
    return {f.kind for f in findings(schedule, CLINIC) if f.severity is Severity.REFUSES}


@given(plans())
@every
def test_a_course_is_never_split(plan: Plan) -> None:
    schedule = build(*plan)
    firsts: dict[int | None, set[date | None]] = {}
    for start in schedule.starts:
        for a in schedule.course(start.template.number):
            first = None if a.planned is None or a.day is None else a.planned - timedelta(days=a.day - 1)
            firsts.setdefault(a.cycle, set()).add(first)

    assert {s.template.number: {s.planned} for s in schedule.starts} == firsts
    assert FindingKind.COURSE_SPLIT not in {f.kind for f in findings(schedule, CLINIC)}


@given(plans(), st.integers(1, 5))
@settings(max_examples=300, deadline=None)
def test_what_is_given_as_planned_moves_no_cycle(plan: Plan, count: int) -> None:
    protocol, patient = plan
    schedule = build(protocol, patient)
    given_days = {
        day.code: day._replace(
            status=Status.GIVEN,
            actual=day.planned,
            injections=tuple(i._replace(status=Status.GIVEN) for i in day.injections),
        )
        for start in schedule.starts[:count]
        for day in schedule.course(start.template.number)
        if day.active and day.planned is not None
    }
    after = build(protocol, patient._replace(held={**patient.held, **given_days}))

    assert [(s.planned, s.omitted) for s in after.starts] == [(s.planned, s.omitted) for s in schedule.starts]


@given(plans())
@every
def test_two_injection_days_never_share_a_date_unless_that_is_refused(plan: Plan) -> None:
    schedule = build(*plan)
    days = injection_days(schedule)
    shared = len({on for _, on in days}) < len(days)

    assert shared <= (FindingKind.COURSE_OVERLAP in refusals(schedule))


@given(plans())
@every
def test_courses_never_run_at_the_same_time_unless_that_is_refused(plan: Plan) -> None:
    schedule = build(*plan)
    spans: dict[int, list[date]] = {}
    for cycle, on in injection_days(schedule):
        spans.setdefault(cycle, []).append(on)
    ordered = sorted((min(days), max(days)) for days in spans.values())
    at_once = any(later[0] <= earlier[1] for earlier, later in pairwise(ordered))

    assert at_once == (FindingKind.COURSE_OVERLAP in refusals(schedule))


@given(plans())
@every
def test_cycles_never_change_their_order_unless_that_is_refused(plan: Plan) -> None:
    schedule = build(*plan)
    active = [s.planned for s in schedule.starts if s.planned is not None and s.omitted is None]

    assert (active == sorted(set(active))) == (FindingKind.CYCLE_ORDER not in refusals(schedule))


@given(plans())
@every
def test_visits_counted_from_the_anchor_never_move_with_cycles(plan: Plan) -> None:
    protocol, patient = plan
    anchored = {v.code for v in protocol.visits if isinstance(v.hook, FromAnchor)}
    cycles = {code for code in patient.chosen if code.startswith("C")}
    bare = patient._replace(
        chosen={code: on for code, on in patient.chosen.items() if code not in cycles},
        exact=frozenset(),
        omitted={},
        evening_starts=frozenset(),
    )
    with_choices = {v.code: v for v in build(protocol, patient).visits() if v.code in anchored}

    assert with_choices == {v.code: v for v in build(protocol, bare).visits() if v.code in anchored}


@given(plans())
@every
def test_a_visit_is_in_its_window_or_a_finding_says_so(plan: Plan) -> None:
    schedule = build(*plan)
    said = {f.where for f in findings(schedule, CLINIC) if f.kind is FindingKind.OUTSIDE_WINDOW}
    outside = {
        v.code for v in schedule.visits() if v.active and v.planned and v.in_window(v.planned) is False
    }

    assert said == outside


@given(plans())
@every
def test_totals_are_the_sum_of_the_injections(plan: Plan) -> None:
    schedule = build(*plan)
    injections = [i for a in schedule.appointments if a.active for i in a.injections]
    doses = [i.dose_iu for i in injections]
    totals = schedule.totals()

    assert totals.injections == len(injections)
    assert totals.dose_iu == (None if None in doses else sum(dose for dose in doses if dose is not None))
    assert totals.cycles == len({a.cycle for a in schedule.appointments if a.active and a.injections})
    assert all(
        i.status is Status.CANCELLED for a in schedule.appointments if not a.active for i in a.injections
    )


@given(plans())
@every
def test_an_evening_start_changes_no_count(plan: Plan) -> None:
    protocol, patient = plan
    numbers = frozenset(cycle.number for cycle in protocol.arm("il2").cycles)
    morning = build(protocol, patient._replace(evening_starts=frozenset()))
    evening = build(protocol, patient._replace(evening_starts=numbers))

    assert evening.totals() == morning.totals()


@given(plans(), st.integers(1, 5), st.integers(-60, 60))
@every
def test_a_cycle_moved_there_and_back_restores_every_date(plan: Plan, number: int, days: int) -> None:
    protocol, patient = plan
    before = build(protocol, patient)
    start = next((s for s in before.starts if s.template.number == number), None)
    if start is None or start.planned is None:
        return
    there = patient.with_chosen(start.code, start.planned + timedelta(days=days))
    back = there.with_chosen(start.code, start.planned)

    assert build(protocol, back).appointments == before.appointments


@given(plans(), st.integers(1, 5))
@every
def test_a_cycle_omitted_and_taken_back_restores_every_date(plan: Plan, number: int) -> None:
    protocol, patient = plan
    others = {k: cause for k, cause in patient.omitted.items() if k != number}
    without = patient._replace(omitted=others)
    earlier = [s for s in build(protocol, patient).starts if s.template.number < number]

    assert earlier == [s for s in build(protocol, without).starts if s.template.number < number]
    assert build(protocol, without) == build(protocol, patient._replace(omitted=dict(others)))


@given(plans())
@every
def test_the_same_patient_has_the_same_schedule_in_date_order_with_unique_codes(plan: Plan) -> None:
    schedule = build(*plan)
    dated = [(a.planned, a.kind is Kind.INJECTIONS) for a in schedule.appointments if a.planned is not None]
    codes = [a.code for a in schedule.appointments]

    assert schedule == build(*plan)
    assert dated == sorted(dated)
    assert len(codes) == len(set(codes))
    assert all(a.planned is None for a in schedule.appointments[len(dated) :])


@given(plans())
@fewer
def test_avoiding_closed_days_loses_nothing_and_adds_no_refusal(plan: Plan) -> None:
    before = build(*plan)
    after, taken = avoid_closed_days(before, CLINIC)

    assert len(closed_days(after, CLINIC)) <= len(closed_days(before, CLINIC)) - len(taken)
    assert after.totals() == before.totals()
    assert refusals(after) <= refusals(before)
    assert all(p.days > 0 for p in taken if p.where.startswith("C") and "-" not in p.where)
    assert {s.code for s in before.starts if s.omitted} == {s.code for s in after.starts if s.omitted}


@given(plans())
@fewer
def test_a_proposal_ends_the_clash_it_was_made_for(plan: Plan) -> None:
    schedule = build(*plan)
    for proposal in proposals(schedule, CLINIC, earlier=True):
        moved = build(schedule.protocol, schedule.patient.with_chosen(proposal.where, proposal.to))
        clashes = {f.where for f in closed_days(moved, CLINIC)}
        assert proposal.where not in clashes
        assert not {w for w in clashes if w.startswith(f"{proposal.where}D")}


@given(plans())
@settings(max_examples=15, deadline=None)
def test_every_anchor_proposed_has_fewer_clashes(plan: Plan) -> None:
    protocol, patient = plan
    bare = patient._replace(chosen={}, exact=frozenset(), omitted={})
    for proposal in anchor_proposals(protocol, patient, CLINIC):
        moved = build(protocol, bare._replace(anchor=proposal.anchor))
        assert closed_days(moved, CLINIC) == proposal.clashes
        assert len(proposal.clashes) < proposal.instead_of == len(closed_days(build(protocol, bare), CLINIC))


@given(plans(), st.sampled_from(["en", "fr"]))
@fewer
def test_everything_found_and_proposed_can_be_said(plan: Plan, language: str) -> None:
    schedule, w = build(*plan), words(language)
    found = findings(schedule, CLINIC, today=date(2030, 1, 1))
    said = [finding_sentence(w, f, plan[0]) for f in found]
    said += [proposal_sentence(w, p, plan[0]) for p in proposals(schedule, CLINIC)]

    assert all(s and "{" not in s and "None" not in s for s in said)


# --- On every computer ---


def planned_elsewhere(code: str, language: str, **environment: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "il2scheduler", "plan", code, "--start", "2025-04-07", "--arm", "il2"]
    done = subprocess.run(
        [*command, "--avoid-closed-days", "--language", language, "--json"],
        cwd=HERE,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.parametrize(("code", "language"), [(ETOILE, "en"), (VASCU, "fr")])
def test_the_plan_is_the_same_in_any_time_zone_locale_and_hash_order(code: str, language: str) -> None:
    here = planned_elsewhere(code, language, TZ="UTC", LC_ALL="C", PYTHONHASHSEED="0")

    assert here["appointments"]
    for zone, locale, seed in (
        ("Pacific/Kiritimati", "fr_FR.UTF-8", "1"),
        ("America/Adak", "tr_TR.UTF-8", "4242"),
    ):
        assert planned_elsewhere(code, language, TZ=zone, LC_ALL=locale, PYTHONHASHSEED=seed) == here
