"""A patient's schedule as calendar events: neutral words, identities that stay, stamps of the study."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from uuid import UUID, uuid5

from il2scheduler.appointment import DROPPED, Appointment, Injection
from il2scheduler.calendars.writer import Event
from il2scheduler.i18n import Words, words
from il2scheduler.protocol import (
    FromCycle,
    FromEvent,
    FromLastInjection,
    VisitTemplate,
    study_day,
    study_week,
)
from il2scheduler.schedule import EARLY_TERMINATION, Schedule

# A place is taken for a quarter of an hour: injecting, noting, a look at the patient. No source states it.
INJECTION_MINUTES = 15
# A visit with an hour is shown as long as this. No source states it either.
VISIT_MINUTES = 60
# The namespace of plans made without a study, which have no file and so no id of their own.
_PLANS = UUID("7d6f3c52-5b0e-5a4c-9d3e-2f1b8c4a6e90")
_COUNTED_IN_DAYS = re.compile(r"[DJ]-?[0-9]+")
_UNSCHEDULED = re.compile(r"U([0-9]+)")
_ONE_WEEK = 7
_NO_SLOT = "visit"

Slot = tuple[str, time | None]
"""An event of a patient: an appointment's code with an injection's planned clock time, None for a visit."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where an event stands in its study.

    `changed` is its last change in UTC, `sequence` how often its time or status changed, `generation` how
    often it was planned anew after it had been cancelled.
    """

    changed: datetime
    sequence: int = 0
    generation: int = 0


def uid(study_id: UUID, patient_id: str, code: str, slot: time | None, generation: int = 0) -> str:
    """The identity of an event, opaque and the same for ever: no name, code or date can be read from it.

    A bare UUID (RFC 7986, 5.3), of characters that every server takes in a path.
    """
    # With the separator escaped no two sets of parts give one name.
    parts = [part.replace("%", "%25").replace("/", "%2F") for part in (patient_id, code)]
    name = f"{parts[0]}/{parts[1]}/{_NO_SLOT if slot is None else slot.isoformat('minutes')}/{generation}"
    return str(uuid5(study_id, name if name.isascii() else name.encode("utf-8", "backslashreplace").decode()))


@cache
def plan_id(protocol_code: str) -> UUID:
    """What stands for the study id in a plan without a study: the same for each plan of a protocol."""
    return uuid5(_PLANS, protocol_code)


def events(
    schedule: Schedule,
    *,
    language: str,
    study_id: UUID | None = None,
    patient_id: str | None = None,
    stamps: Mapping[Slot, Stamp] | None = None,
) -> tuple[Event, ...]:
    """One event for each injection and visit that has a date, in the schedule's order.

    What is omitted or cancelled stays in as a cancelled event: one that only disappears from a file stays
    in people's calendars for ever. Without a study the identities come from protocol and patient code and
    the stamps are midnight UTC of the anchor; a schedule without anchor then gives no events. `stamps` may
    leave out what never changed.
    """
    anchor = schedule.patient.anchor
    if anchor is None:
        return ()
    first = Stamp(datetime.combine(anchor, time(0), UTC))
    study = plan_id(schedule.protocol.code) if study_id is None else study_id
    patient = schedule.patient.code if patient_id is None else patient_id
    known: Mapping[Slot, Stamp] = {} if stamps is None else stamps
    made: list[Event] = []
    for said in _appointments(schedule, words(language)):
        stamp = known.get((said.code, said.slot), first)
        event = Event(
            uid=uid(study, patient, said.code, said.slot, stamp.generation),
            summary=said.summary,
            day=said.day,
            changed=stamp.changed,
            at=said.at,
            minutes=VISIT_MINUTES if said.slot is None else INJECTION_MINUTES,
            description=said.description,
            category=said.category,
            sequence=stamp.sequence,
            cancelled=said.cancelled,
        )
        made.append(event)
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Said:
    """One event but for its identity and stamps, which are the study's."""

    code: str
    slot: time | None
    summary: str
    category: str
    day: date
    at: time | None
    cancelled: bool
    description: str = ""


def _appointments(schedule: Schedule, w: Words) -> Iterator[_Said]:
    visits = {visit.code: visit for visit in schedule.protocol.visits}
    injection_days = {a.planned for a in schedule.appointments if a.injections and a.active}
    in_cycle: dict[int | None, int] = defaultdict(int)
    for appointment in schedule.appointments:
        in_cycle[appointment.cycle] += len(appointment.injections)
    before: dict[int | None, int] = defaultdict(int)
    for appointment in schedule.appointments:
        count = in_cycle[appointment.cycle]
        for injection in appointment.injections:
            # Undated injections count: a number is the same before and after the last dates are known.
            before[appointment.cycle] += 1
            # On its planned day even where the evening's was given after midnight.
            if appointment.planned is not None:
                place = before[appointment.cycle], count
                yield _injection(w, schedule.patient.code, appointment, injection, appointment.planned, place)
        day = appointment.actual or appointment.planned
        if day is not None and not appointment.injections:
            template = visits.get(appointment.template)
            first = template is not None and template.before_first_injection and day in injection_days
            yield _visit(w, schedule, appointment, template, day, before_injection=first)


def _injection(
    w: Words,
    patient: str,
    appointment: Appointment,
    injection: Injection,
    day: date,
    place: tuple[int, int],
) -> _Said:
    number, count = place
    return _Said(
        code=appointment.code,
        slot=injection.time,
        summary=w("Injection {number} of {count} - {patient}", number=number, count=count, patient=patient),
        category=w("Injection"),
        day=day,
        at=injection.time,
        cancelled=not appointment.active or injection.status in DROPPED,
    )


def _visit(
    w: Words,
    schedule: Schedule,
    appointment: Appointment,
    template: VisitTemplate | None,
    day: date,
    *,
    before_injection: bool,
) -> _Said:
    notes: list[str] = []
    if appointment.window is not None:
        earliest, latest = (w.staff_date(edge) for edge in appointment.window)
        if appointment.site_window:
            notes.append(w("Site window: {earliest} to {latest}", earliest=earliest, latest=latest))
        else:
            notes.append(w("Window: {earliest} to {latest}", earliest=earliest, latest=latest))
    if before_injection:
        notes.append(w("Before the first injection of the day"))
    if appointment.provisional:
        notes.append(w("Provisional: the date follows the last injection"))
    return _Said(
        code=appointment.code,
        slot=None,
        summary=_visit_summary(w, schedule, appointment, template),
        category=w("Visit"),
        day=day,
        at=appointment.hour,
        cancelled=not appointment.active,
        description="\n".join(notes),
    )


def _visit_summary(
    w: Words, schedule: Schedule, appointment: Appointment, template: VisitTemplate | None
) -> str:
    """What a visit is, from numbers alone: codes and labels of a template may name the disease."""
    patient = schedule.patient.code
    if template is None:
        return _own_visit_summary(w, patient, appointment.code)
    hook = template.hook
    if isinstance(hook, FromCycle):
        cycle = appointment.cycle if hook.cycle is None else hook.cycle
        if hook.day < 0:
            return w("Visit before cycle {number} - {patient}", number=cycle, patient=patient)
        return w("Visit on cycle {number} day {day} - {patient}", number=cycle, day=hook.day, patient=patient)
    if isinstance(hook, FromEvent):
        return w("Follow-up visit - {patient}", patient=patient)
    if isinstance(hook, FromLastInjection):
        return w("Visit after the last injection - {patient}", patient=patient)
    protocol = schedule.protocol
    if hook.offset % _ONE_WEEK or _COUNTED_IN_DAYS.fullmatch(template.code):
        day = study_day(hook.offset, day_zero=protocol.day_zero)
        return w("Visit on study day {day} - {patient}", day=day, patient=patient)
    week = study_week(hook.offset, protocol.week_origin)
    return w("Visit at study week {week} - {patient}", week=week, patient=patient)


def _own_visit_summary(w: Words, patient: str, code: str) -> str:
    """A visit that no template has: unscheduled (`U1`) or at early termination (`ET`)."""
    unscheduled = _UNSCHEDULED.fullmatch(code)
    if unscheduled is not None:
        return w("Unscheduled visit {number} - {patient}", number=unscheduled[1], patient=patient)
    if code == EARLY_TERMINATION:
        return w("Early termination visit - {patient}", patient=patient)
    return w("Visit - {patient}", patient=patient)
