"""A patient's schedule as calendar events: neutral words, identities that stay, stamps of the study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from uuid import UUID, uuid5

from il2scheduler.appointment import DROPPED, Appointment, Status
from il2scheduler.calendars.names import injection_name, visit_name
from il2scheduler.calendars.writer import Event
from il2scheduler.i18n import Words, words
from il2scheduler.protocol import VisitTemplate
from il2scheduler.schedule import Schedule

# A place is taken for a quarter of an hour: injecting, noting, a look at the patient. No source states it.
INJECTION_MINUTES = 15
# A visit with an hour is shown as long as this. No source states it either.
VISIT_MINUTES = 60
# The namespace of plans made without a study, which have no file and so no id of their own.
_PLANS = UUID("7d6f3c52-5b0e-5a4c-9d3e-2f1b8c4a6e90")
_NO_SLOT = "visit"
NOT_HELD = DROPPED | {Status.NOT_GIVEN, Status.MISSED}
"""What an injection or a visit is when its event is shown as cancelled."""

Slot = tuple[str, time | None]
"""An event of a patient: an appointment's code with an injection's planned clock time, None for a visit."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where an event stands in its study.

    `changed` is its last change in UTC, `sequence` how often its time or status changed, `generation` how
    often it was planned anew after it had been cancelled. `first` and `last` are the entries of the ledger
    with which this generation came and last changed.
    """

    changed: datetime
    sequence: int = 0
    generation: int = 0
    first: int = 0
    last: int = 0

    def news_since(self, entry: int, *, cancelled: bool) -> bool:
        """True when who knows the study up to an entry lacks something of this event.

        An event that came and was cancelled since then was never known.
        """
        return self.last > entry and not (cancelled and self.first > entry)


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
    doses: bool = False,
    since: int | None = None,
) -> tuple[Event, ...]:
    """One event for each injection and visit that has a date, in the schedule's order.

    What is omitted or cancelled stays in as a cancelled event: one that only disappears from a file stays
    in people's calendars for ever. So does what was not given or missed: nobody is to come for it. Without
    a study the identities come from protocol and patient code and the stamps are midnight UTC of the anchor;
    a schedule without anchor then gives no events. `stamps` may leave out what never changed. `doses` are
    said only where the site asks, and never in a blinded arm. With `since`, an entry of the ledger, there
    is only what is news for who knows the study up to there.
    """
    anchor = schedule.patient.anchor
    first = None if anchor is None else Stamp(datetime.combine(anchor, time(0), UTC))
    study = plan_id(schedule.protocol.code) if study_id is None else study_id
    patient = schedule.patient.code if patient_id is None else patient_id
    known: Mapping[Slot, Stamp] = {} if stamps is None else stamps
    made: list[Event] = []
    for said in _appointments(schedule, words(language), doses=doses and not schedule.arm.blinded):
        stamp = known.get((said.code, said.slot), first)
        if stamp is None:
            continue
        if since is not None and not stamp.news_since(since, cancelled=said.cancelled):
            continue
        event = Event(
            uid=uid(study, patient, said.code, said.slot, stamp.generation),
            summary=said.summary,
            day=said.day,
            changed=stamp.changed,
            at=said.at,
            minutes=VISIT_MINUTES if said.slot is None else INJECTION_MINUTES,
            # What is cancelled may go for good, and then nobody knows what stood beside it.
            description="" if said.cancelled else said.description,
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


def _appointments(schedule: Schedule, w: Words, *, doses: bool) -> Iterator[_Said]:
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
                name = injection_name(before[appointment.cycle], count)
                dose = injection.dose_iu if doses else None
                yield _Said(
                    code=appointment.code,
                    slot=injection.time,
                    summary=name.said(w, schedule.patient.code),
                    category=w("Injection"),
                    day=appointment.planned,
                    at=injection.time,
                    cancelled=not appointment.active or injection.status in NOT_HELD,
                    description="" if dose is None else w("Dose: {dose}", dose=w.dose(dose)),
                )
        day = appointment.actual or appointment.planned
        if day is not None and not appointment.injections:
            template = visits.get(appointment.template)
            first = template is not None and template.before_first_injection and day in injection_days
            yield _visit(w, schedule, appointment, template, day, before_injection=first)


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
    name = visit_name(schedule.protocol, template, appointment.code, appointment.cycle)
    return _Said(
        code=appointment.code,
        slot=None,
        summary=name.said(w, schedule.patient.code),
        category=w("Visit"),
        day=day,
        at=appointment.hour,
        cancelled=appointment.status in NOT_HELD,
        description="\n".join(notes),
    )
