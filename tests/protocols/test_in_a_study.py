"""Every protocol that ships, in a study: enrolled, delayed, recorded, stopped; and what only some have."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from il2scheduler import library
from il2scheduler.appointment import Status
from il2scheduler.commands.values import (
    DateCycle,
    DateEvent,
    Enrol,
    GiveCourse,
    Keep,
    MoveCycle,
    PastCap,
    RecordVisit,
    SetAnchor,
    SetDose,
    Stop,
)
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind, findings
from il2scheduler.study import Answers, Study
from tests.builders import day, france, kinds, seed
from tests.study.studies import all_rows, check_built, create, do, enrol, replayed

CODES = [template.code for template in library.templates() if template.shipped]
ANSWERS = Answers(reason="why", accept=frozenset({FindingKind.GAP_TOO_SHORT}), past_cap=PastCap.KEEP)


def enrolled(study: Study, protocol: Protocol, arm: str, anchor: date) -> None:
    """A patient of the arm, with a prescribed dose where one is typed."""
    dose = 1_800_000 if protocol.arm(arm).prescribed else None
    study.execute("P001", Enrol("P001", 1, arm, anchor, dose), Answers(reason="prescribed"))


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chance=st.data())
def test_a_patient_is_enrolled_delayed_recorded_and_stopped(code: str, chance: st.DataObject) -> None:
    protocol = seed(code)
    arm = chance.draw(st.sampled_from([arm.code for arm in protocol.arms]))
    anchor = day("2026-01-05") + timedelta(days=chance.draw(st.integers(0, 400)))
    with TemporaryDirectory() as folder, create(Path(folder) / "study.il2", code=code) as study:
        enrolled(study, protocol, arm, anchor)
        dated = [start for start in study.state("P001").schedule.starts if start.planned is not None]
        if dated:
            number = dated[0].template.number
            delay = chance.draw(st.integers(1, 30))
            study.execute("P001", MoveCycle(number, days=delay), ANSWERS)
            study.execute("P001", GiveCourse(number), ANSWERS)
            state = study.state("P001")
            assert state.schedule.cycle_status(number) is Status.GIVEN
            assert state.schedule.start(number).planned == anchor + timedelta(
                days=(dated[0].template.offset or 0) + delay
            )
            last = state.schedule.course(number)[-1].planned
            assert last is not None
            study.execute("P001", Stop(last + timedelta(days=1)), ANSWERS)
            done = study.state("P001").schedule
            assert done.totals().injections == len([i for a in done.course(number) for i in a.injections])
        visits = [visit for visit in study.state("P001").schedule.visits() if visit.planned is not None]
        for visit in visits[:1]:
            study.execute("P001", RecordVisit(visit.code, visit.planned), ANSWERS)
        assert replayed(study) == all_rows(study)
        check_built(study)


def test_a_cycle_on_demand_is_there_once_a_person_dates_it(tmp_path: Path) -> None:
    with create(tmp_path / "s.il2", code="esprit") as study:
        enrol(study)
        assert len(study.state("P001").schedule.starts) == 3
        do(study, "P001", DateCycle(4, day("2026-09-07")), reason=None)

        schedule = study.state("P001").schedule
        assert [str(start.planned) for start in schedule.starts][3] == "2026-09-07"
        assert schedule.totals().injections == 40
        assert schedule.next_on_demand is not None
        assert schedule.next_on_demand.number == 5

        study.undo()
        assert len(study.state("P001").schedule.starts) == 3


@pytest.mark.parametrize("cycle", [2, 5, 24, 0])
def test_only_the_next_cycle_on_demand_can_be_dated(tmp_path: Path, cycle: int) -> None:
    with create(tmp_path / "s.il2", code="esprit") as study:
        enrol(study)
        with pytest.raises(Refusal):
            do(study, "P001", DateCycle(cycle, day("2026-09-07")))


def test_a_cycle_on_demand_stays_where_it_is_when_the_anchor_is_corrected(tmp_path: Path) -> None:
    with create(tmp_path / "s.il2", code="esprit") as study:
        enrol(study)
        do(study, "P001", DateCycle(4, day("2026-09-07")))
        do(study, "P001", SetAnchor(day("2026-01-12")))

        assert [str(start.planned) for start in study.state("P001").schedule.starts] == [
            "2026-01-12",
            "2026-03-09",
            "2026-05-04",
            "2026-09-07",
        ]


def test_a_cycle_on_demand_that_comes_too_soon_is_refused_until_it_is_accepted(tmp_path: Path) -> None:
    """GVHD: twelve weeks of treatment and four weeks off before it goes on."""
    with create(tmp_path / "s.il2", code="gvhd-koreth") as study:
        study.execute("P001", Enrol("P001", 1, "il2", day("2026-01-05"), 1_800_000))
        soon = DateCycle(2, day("2026-04-20"))
        with pytest.raises(Refusal) as refusal:
            do(study, "P001", soon)
        assert refusal.value.facts["finding"] == "gap-too-short"

        study.execute("P001", soon, ANSWERS)
        do(study, "P001", DateCycle(3, day("2026-05-18")))

        schedule = study.state("P001").schedule
        assert [str(start.planned) for start in schedule.starts] == ["2026-01-05", "2026-04-20", "2026-05-18"]
        assert schedule.totals().dose_iu == (84 + 28 + 28) * 1_800_000


def test_a_cycle_the_site_dates_after_the_last_start_is_past_the_cap() -> None:
    from il2scheduler.schedule import Patient, build

    protocol = seed("anrs-119-interstart")
    patient = Patient("P001", "il2", day("2026-01-05")).with_chosen("C4", day("2027-11-09"))

    found = kinds(findings(build(protocol, patient), france()))

    assert found["past-cap"] == ["C4"]


def test_the_dose_per_square_metre_is_no_limit_and_a_stated_maximum_is(tmp_path: Path) -> None:
    with create(tmp_path / "a.il2", code="anrs-048") as study:
        study.execute("P001", Enrol("P001", 1, "subcutaneous", day("2026-01-05"), 5_400_000))
        assert study.state("P001").schedule.totals().dose_iu == 70 * 5_400_000
        with pytest.raises(Refusal) as refusal:
            study.execute("P002", Enrol("P002", 1, "intravenous", day("2026-01-05"), 5_400_000))
        assert refusal.value.kind == "dose-not-prescribed"
    with create(tmp_path / "b.il2", code="silcaat") as study:
        enrol(study)
        do(study, "P001", SetDose(7_500_000, from_cycle=4))
        assert study.state("P001").schedule.totals().dose_iu == 30 * 4_500_000 + 30 * 7_500_000
        with pytest.raises(Refusal) as refusal:
            do(study, "P001", SetDose(9_000_000, from_cycle=5))
        assert refusal.value.kind == "dose-above-highest"


def test_a_course_of_a_blinded_arm_is_recorded_without_a_dose(tmp_path: Path) -> None:
    with create(tmp_path / "s.il2", code="mirocals") as study:
        enrol(study)
        do(study, "P001", GiveCourse(1), reason=None)

        given = [i for a in study.state("P001").schedule.course(1) for i in a.injections]
        assert {(i.status, i.given_iu) for i in given} == {(Status.GIVEN, None)}
        for command in (SetDose(1_000_000, from_cycle=2), SetDose(2_000_000, from_cycle=2)):
            with pytest.raises(Refusal) as refusal:
                do(study, "P001", command)
            assert refusal.value.kind == "dose-blinded"


def test_a_patient_in_the_run_in_gets_a_start_date_when_randomised(tmp_path: Path) -> None:
    with create(tmp_path / "s.il2", code="mirocals") as study:
        enrol(study, anchor=None)
        do(study, "P001", DateEvent("run-in", day("2025-09-29")), reason=None)
        waiting = study.state("P001").schedule
        assert str(waiting.appointment("RANDOMISATION").planned) == "2025-12-22"
        assert waiting.appointment("C1D1").planned is None

        do(study, "P001", SetAnchor(day("2026-01-05"), Keep.KEEP), reason=None)
        do(study, "P001", RecordVisit("RANDOMISATION", day("2026-01-05")), reason=None)

        schedule = study.state("P001").schedule
        assert str(schedule.appointment("C19D5").planned) == "2027-05-28"
        assert schedule.appointment("RANDOMISATION").in_window(day("2026-01-05"))
