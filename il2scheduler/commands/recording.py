"""Commands that record what happened, and correct what was recorded."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from il2scheduler import dosing
from il2scheduler.appointment import Appointment, Injection, NotGiven, Status, derived_status
from il2scheduler.commands.planning import highest_dose, open_visit
from il2scheduler.commands.state import Context, Draft, PatientState
from il2scheduler.commands.values import (
    CorrectInjection,
    CorrectVisit,
    CourseInjection,
    Give,
    GiveCourse,
    NotGive,
    RecordVisit,
    Withhold,
)
from il2scheduler.protocol import Arm
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import Schedule

EVENING = time(18)
LATEST_AFTER_MIDNIGHT = time(6)
MOST_TIMES = 100
"""An overdose that happened is recorded; a dose so many times the highest was typed in another unit."""


def give(command: Give, state: PatientState, context: Context) -> Draft:
    """Given on its planned date; a dose unlike the planned one needs a reason."""
    day = _day(state.schedule, command.cycle, command.day)
    injection = _planned(day, command.slot)
    given = _given(day, injection, command, context, state)
    return _held(state, [_recorded(day, given)], needs_reason=given.given_iu != injection.dose_iu)


def give_course(command: GiveCourse, state: PatientState, context: Context) -> Draft:
    """A course, as a returned diary tells it; a dose unlike the planned one needs a reason."""
    course = _course(state.schedule, command.cycle)
    exceptions = {(told.day, told.slot): told for told in command.exceptions}
    details = {(told.day, told.slot): told for told in command.details}
    known = {(day.day, i.time) for day in course for i in day.injections if i.status is Status.PLANNED}
    unknown = [key for key in (*exceptions, *details) if key not in known]
    if unknown and known:
        raise Refusal("no-injection", day=unknown[0][0] or 0, time=unknown[0][1].isoformat("minutes"))
    if not known:
        raise _nothing_open(state.schedule, command.cycle)
    if command.part and not exceptions and not details:
        raise Refusal("course-recorded", cycle=command.cycle)
    days: list[Appointment] = []
    unlike = False
    for day in course:
        recorded = day
        for injection in day.injections:
            key = (day.day or 0, injection.time)
            named = key in exceptions or key in details
            if injection.status is not Status.PLANNED or (command.part and not named):
                continue
            missed = exceptions.get(key)
            if missed is not None:
                made = _withheld(injection, missed.code, missed.note)
                _not_in_future(day.planned, context)
            else:
                made = _given(day, injection, _told(command, key, details.get(key)), context, state)
                unlike = unlike or made.given_iu != injection.dose_iu
            recorded = _recorded(recorded, made)
        if recorded is not day:
            days.append(recorded)
    return _held(state, days, needs_reason=unlike)


def _told(course: GiveCourse, key: tuple[int, time], told: CourseInjection | None) -> Give:
    """One injection of a course: its own details before those of the whole."""
    told = told or CourseInjection(*key)
    batch = course.batch if told.batch is None else told.batch
    by = course.by if told.by is None else told.by
    return Give(course.cycle, *key, told.at, told.dose_iu, told.site, batch, by)


def moment_told(planned: date, slot: time, clock: time) -> datetime:
    """When an injection planned on a date was given, from its clock time alone.

    An evening injection may be given until 06:00 of the next day, so an early hour is that of the next day.
    """
    late = slot >= EVENING and clock <= LATEST_AFTER_MIDNIGHT
    return datetime.combine(planned + timedelta(days=1) if late else planned, clock)


def not_give(command: NotGive, state: PatientState, context: Context) -> Draft:
    """Not given, with its code."""
    day = _day(state.schedule, command.cycle, command.day)
    injection = _planned(day, command.slot)
    _not_in_future(day.planned, context)
    return _held(
        state, [_recorded(day, _withheld(injection, command.code, command.note))], needs_reason=False
    )


def withhold(command: Withhold, state: PatientState, context: Context) -> Draft:
    """What is still planned of a course from a day on is coded H; the cycle counts as given in part.

    Days to come as well, once the course has begun: by its first day, or by anything recorded of it.
    """
    days: list[Appointment] = []
    for day in _course(state.schedule, command.cycle):
        if (day.day or 0) < command.from_day:
            continue
        recorded = day
        for injection in day.injections:
            if injection.status is Status.PLANNED:
                recorded = _recorded(recorded, _withheld(injection, NotGiven.WITHHELD, None))
        if recorded is not day:
            days.append(recorded)
    if not days:
        raise _nothing_open(state.schedule, command.cycle)
    start = state.schedule.start(command.cycle)
    if start.planned is None:
        raise Refusal("cycle-undated", cycle=command.cycle)
    if not start.begun and start.planned > context.today:
        raise Refusal("cycle-to-come", cycle=command.cycle, date=start.planned)
    return _held(state, days)


def record_visit(command: RecordVisit, state: PatientState, context: Context) -> Draft:
    """Done on a date, or missed; a visit without a date gets one first."""
    visit = open_visit(state, command.visit)
    if visit.planned is None:
        raise Refusal("visit-undated", visit=command.visit)
    _not_in_future(command.done if command.done is not None else visit.planned, context)
    return _held(state, [_visited(visit, command.done, command.note)], needs_reason=False)


def correct_injection(command: CorrectInjection, state: PatientState, context: Context) -> Draft:
    """A recorded injection told anew; what the command leaves out stays."""
    day = _day(state.schedule, command.cycle, command.day)
    injection = _injection(day, command.slot)
    if not injection.recorded:
        raise Refusal("not-recorded", cycle=command.cycle, day=command.day, time=_clock(command.slot))
    was_given = injection.status is Status.GIVEN
    given = was_given if command.given is None else command.given
    if command.not_given is not None:
        given = False
    if not given:
        code = command.not_given or injection.not_given
        if code is None:
            raise Refusal("code-needed", cycle=command.cycle, day=command.day, time=_clock(command.slot))
        note = _told_anew(command, "note", command.note, None if was_given else injection.note)
        return _held(state, [_recorded(day, _withheld(injection, code, note))])
    told = Give(
        command.cycle,
        command.day,
        command.slot,
        at=command.at or injection.given_at,
        dose_iu=command.dose_iu if command.dose_iu is not None else injection.given_iu,
        site=_told_anew(command, "site", command.site, injection.site),
        batch=_told_anew(command, "batch", command.batch, injection.batch),
        by=_told_anew(command, "by", command.by, injection.given_by),
    )
    made = _given(day, injection, told, context, state)
    note = _told_anew(command, "note", command.note, injection.note if was_given else None)
    return _held(state, [_recorded(day, made._replace(note=note))])


def correct_visit(command: CorrectVisit, state: PatientState, context: Context) -> Draft:
    """A recorded visit told anew."""
    visit = state.patient.held.get(command.visit)
    if visit is None or visit.injections:
        raise Refusal("visit-not-recorded", visit=command.visit[:60])
    if command.done is not None:
        _not_in_future(command.done, context)
    note = _told_anew(command, "note", command.note, visit.note)
    return _held(state, [_visited(visit._replace(note=None), command.done, note)])


def _told_anew(
    command: CorrectInjection | CorrectVisit, name: str, told: str | None, recorded: str | None
) -> str | None:
    """A corrected text: what is told now, nothing where it is to be empty, else what is recorded."""
    if told is not None:
        return told
    return None if name in command.clear else recorded


def _held(state: PatientState, recorded: list[Appointment], *, needs_reason: bool = True) -> Draft:
    held = {**state.patient.held, **{appointment.code: appointment for appointment in recorded}}
    patient = state.patient._replace(held=held)
    return Draft(patient, state.schedule.protocol, state.enrolled, needs_reason=needs_reason)


def _course(schedule: Schedule, cycle: int) -> tuple[Appointment, ...]:
    course = schedule.course(cycle)
    if not course:
        raise Refusal("no-cycle", cycle=cycle, count=len(schedule.starts))
    return course


def _nothing_open(schedule: Schedule, cycle: int) -> Refusal:
    """Why nothing of a course can be recorded."""
    omitted = schedule.start(cycle).omitted is not None
    return Refusal("cycle-omitted" if omitted else "course-recorded", cycle=cycle)


def _day(schedule: Schedule, cycle: int, day: int) -> Appointment:
    for appointment in _course(schedule, cycle):
        if appointment.day == day:
            return appointment
    raise Refusal("no-day", cycle=cycle, day=day)


def _injection(day: Appointment, slot: time) -> Injection:
    try:
        return day.injection(slot)
    except KeyError:
        known = ", ".join(_clock(i.time) for i in day.injections)
        raise Refusal("no-slot", code=day.code, time=_clock(slot), known=known) from None


def _planned(day: Appointment, slot: time) -> Injection:
    injection = _injection(day, slot)
    if injection.recorded:
        raise Refusal("injection-recorded", code=day.code, time=_clock(slot))
    if day.status is Status.OMITTED:
        raise Refusal("injection-omitted", code=day.code, time=_clock(slot), cycle=day.cycle or 0)
    if injection.status is not Status.PLANNED:
        raise Refusal("injection-cancelled", code=day.code, time=_clock(slot))
    return injection


def _given(
    day: Appointment, injection: Injection, command: Give, context: Context, state: PatientState
) -> Injection:
    if day.planned is None:
        raise Refusal("cycle-undated", cycle=command.cycle)
    at = (command.at or datetime.combine(day.planned, injection.time)).replace(second=0, microsecond=0)
    _on_planned_date(day, injection, at, begun=_has_begun(state.schedule, command.cycle))
    _not_in_future(at.date(), context)
    return injection._replace(
        status=Status.GIVEN,
        given_at=at,
        given_iu=_given_dose(day, injection, command.dose_iu, state.schedule.arm),
        site=command.site,
        batch=command.batch,
        given_by=command.by,
        not_given=None,
        note=None,
    )


def _given_dose(day: Appointment, injection: Injection, told: int | None, arm: Arm) -> int | None:
    """The dose told, else the planned one; none of a placebo that is planned, and none in a blinded arm.

    What was given is a fact: it may be above the highest dose the protocol states, which is warned of.
    """
    dose = injection.dose_iu if told is None else told
    if dose is None:
        if arm.blinded:
            return None
        raise Refusal("dose-needed", code=day.code)
    if not dose and injection.dose_iu == 0:
        return dose
    if arm.blinded:
        raise Refusal("dose-blinded")
    dosing.possible(dose)
    highest = max(highest_dose(arm) or 0, injection.dose_iu or 0)
    if highest and dose > MOST_TIMES * highest:
        raise Refusal("dose-impossible", dose_iu=dose, highest_iu=highest, times=MOST_TIMES)
    return dose


def _on_planned_date(day: Appointment, injection: Injection, at: datetime, *, begun: bool) -> None:
    """An evening injection may be given until 06:00 of the next day."""
    if day.planned is None or at.date() == day.planned:
        return
    late = injection.time >= EVENING and at.date() == day.planned + timedelta(days=1)
    if late and at.time() <= LATEST_AFTER_MIDNIGHT:
        return
    kind = "other-date-begun" if begun else "other-date"
    raise Refusal(kind, code=day.code, planned=day.planned, found=at.date())


def _has_begun(schedule: Schedule, cycle: int) -> bool:
    return any(day.recorded for day in schedule.course(cycle))


def _not_in_future(day: date | None, context: Context) -> None:
    if day is not None and day > context.today:
        raise Refusal("in-future", date=day, today=context.today)


def _withheld(injection: Injection, code: NotGiven, note: str | None) -> Injection:
    return injection._replace(
        status=Status.NOT_GIVEN,
        given_at=None,
        given_iu=None,
        site=None,
        batch=None,
        given_by=None,
        not_given=code,
        note=note,
    )


def _recorded(day: Appointment, injection: Injection) -> Appointment:
    injections = tuple(injection if i.time == injection.time else i for i in day.injections)
    given = any(i.status is Status.GIVEN for i in injections)
    return day._replace(
        injections=injections,
        status=derived_status(injections),
        actual=day.planned if given else None,
    )


def _visited(visit: Appointment, done: date | None, note: str | None) -> Appointment:
    status = Status.MISSED if done is None else Status.DONE
    return visit._replace(actual=done, status=status, note=note or visit.note, provisional=False)


def _clock(at: time) -> str:
    return at.isoformat("minutes")
