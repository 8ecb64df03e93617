"""Whatever was decided about a patient is told by the rows, and can be read from them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from il2scheduler.appointment import Appointment, Injection, NotGiven, Status, derived_status
from il2scheduler.commands import Enrolled, PatientState, difference, rows_of
from il2scheduler.commands.rows import narrowness
from il2scheduler.patient import Patient, Unscheduled
from il2scheduler.protocol import Protocol
from il2scheduler.schedule import Kind, Schedule, build
from tests.commands.desk import read_back
from tests.strategies import plans

texts = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20)
clock = st.times().map(lambda at: at.replace(second=0, microsecond=0))
dates = st.dates(date(2001, 1, 1), date(2040, 12, 31))


def unlike(patient: Patient) -> Patient:
    """Only the narrowest of several choices of place for the same injections can be kept in a row."""
    places = {(p.cycle, p.day, p.at): p for p in patient.places}
    return patient._replace(places=tuple(sorted(places.values(), key=narrowness)))


def recorded(draw: st.DrawFn, appointment: Appointment) -> Appointment:
    """An appointment with something of it recorded, as commands record it."""
    if appointment.kind is Kind.VISIT:
        done = draw(st.none() | dates)
        status = Status.MISSED if done is None else Status.DONE
        return appointment._replace(
            actual=done, status=status, note=draw(st.none() | texts), provisional=False
        )
    told: list[Injection] = []
    for place, injection in enumerate(appointment.injections):
        what = draw(st.sampled_from(["given", "not", "open"])) if place else "given"
        if what == "given" and appointment.planned is not None:
            given_at = datetime.combine(appointment.planned, draw(clock))
            told.append(
                injection._replace(
                    status=Status.GIVEN,
                    given_at=given_at,
                    given_iu=draw(st.integers(1, 10**9)),
                    site=draw(st.none() | texts),
                    batch=draw(st.none() | texts),
                    given_by=draw(st.none() | texts),
                )
            )
        elif what == "not":
            code = draw(st.sampled_from(NotGiven))
            note = draw(st.none() | texts)
            told.append(injection._replace(status=Status.NOT_GIVEN, not_given=code, note=note))
        else:
            told.append(injection)
    injections = tuple(told)
    given_ones = any(i.status is Status.GIVEN for i in injections)
    actual = appointment.planned if given_ones else None
    return appointment._replace(injections=injections, status=derived_status(injections), actual=actual)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Protocol, Schedule]:
    """A schedule with recordings, added visits, hours, doses, perhaps ended."""
    protocol, patient = draw(plans())
    patient = unlike(patient)
    added = tuple(Unscheduled(f"U{n}", draw(dates), draw(texts)) for n in range(1, draw(st.integers(1, 12))))
    end = st.none() | st.integers(0, 300).map(
        lambda n: (patient.anchor or date(2026, 1, 5)) + timedelta(days=n)
    )
    patient = patient._replace(
        unscheduled=added,
        hours=draw(st.dictionaries(st.sampled_from(["V0", "V1", "U1", "C1-V0"]), clock, max_size=2)),
        doses=draw(st.dictionaries(st.integers(1, 5), st.integers(1, 10**9), max_size=2)),
        stopped=draw(end),
        withdrawn=draw(end),
        lost=draw(st.booleans()),
    )
    schedule = build(protocol, patient)
    able = [a for a in schedule.appointments if a.planned is not None and a.status is Status.PLANNED]
    if able:
        chosen = draw(st.lists(st.sampled_from(able), max_size=4, unique_by=lambda a: a.code))
        held = {a.code: recorded(draw, a) for a in chosen}
        schedule = build(protocol, patient._replace(held=held))
        stands = {a.code: a for a in schedule.appointments if a.recorded}
        schedule = replace(schedule, patient=schedule.patient._replace(held=stands))
    return protocol, schedule


@given(schedules(), st.integers(1, 10**6), st.integers(1, 99))
@settings(max_examples=60, deadline=None)
def test_a_patient_and_the_schedule_are_read_back_from_their_rows(
    made: tuple[Protocol, Schedule], patient: int, row: int
) -> None:
    protocol, schedule = made
    state = PatientState(Enrolled(patient, row), schedule)

    read_back(state, protocol)
    assert state.changes(state) == ()


@given(schedules(), schedules())
@settings(max_examples=25, deadline=None)
def test_a_difference_leads_from_one_state_to_the_other_and_back(
    one: tuple[Protocol, Schedule], two: tuple[Protocol, Schedule]
) -> None:
    before, after = (rows_of(Enrolled(1, 1), schedule) for _, schedule in (one, two))
    changes = difference(before, after)
    flat = dict(before)
    for change in changes:
        flat.pop((change.table, change.key), None)
        if change.after is not None:
            flat[change.table, change.key] = change.after

    assert flat == after
    assert tuple(c.reverted() for c in changes) == difference(after, before)
    assert PatientState(Enrolled(1, 1), two[1]).changes(PatientState(Enrolled(1, 1), one[1])) == changes


@given(schedules(), st.integers(-400, 400), st.dictionaries(st.integers(1, 9), st.integers(1, 10**7)))
@settings(max_examples=60, deadline=None)
def test_changes_of_a_patient_are_the_difference_of_all_rows(
    made: tuple[Protocol, Schedule], days: int, doses: dict[int, int]
) -> None:
    """Moved, or with other doses, where only injections change and their appointments do not."""
    protocol, schedule = made
    patient = schedule.patient
    anchor = None if patient.anchor is None else patient.anchor + timedelta(days=days * (not doses))
    moved = build(protocol, patient._replace(anchor=anchor, doses={**patient.doses, **doses}))
    before, after = PatientState(Enrolled(1, 1), schedule), PatientState(Enrolled(1, 2), moved)

    assert after.changes(before) == difference(
        rows_of(before.enrolled, before.schedule), rows_of(after.enrolled, after.schedule)
    )


@given(schedules())
@settings(max_examples=40, deadline=None)
def test_recorded_days_stand_and_courses_are_whole_whatever_is_recorded(
    made: tuple[Protocol, Schedule],
) -> None:
    _, schedule = made
    for code, held in schedule.patient.held.items():
        stands = schedule.appointment(code)
        assert (stands.planned, stands.actual) == (held.planned, held.actual)
    for start in schedule.starts:
        firsts = {
            a.planned - timedelta(days=(a.day or 1) - 1)
            for a in schedule.course(start.template.number)
            if a.planned is not None
        }
        assert len(firsts) <= 1
