"""A patient's appointments as a calendar file (.ics) that calendar programs import."""

from __future__ import annotations

from il2scheduler.calendars.events import (
    INJECTION_MINUTES,
    VISIT_MINUTES,
    Slot,
    Stamp,
    events,
    plan_id,
    uid,
)
from il2scheduler.calendars.writer import Alarm, Event, write
from il2scheduler.i18n import words
from il2scheduler.schedule import Schedule

__all__ = [
    "INJECTION_MINUTES",
    "VISIT_MINUTES",
    "Alarm",
    "Event",
    "Slot",
    "Stamp",
    "calendar_name",
    "events",
    "patient_calendar",
    "plan_id",
    "uid",
    "write",
]


def calendar_name(patient: str, *, language: str) -> str:
    """The name a calendar program shows for one patient's file: `Appointments - P014`."""
    w = words(language)
    return w("Appointments - {patient}", patient=patient)


def patient_calendar(
    schedule: Schedule,
    *,
    timezone: str,
    language: str,
    private: bool = True,
    alarm: Alarm | None = None,
) -> bytes:
    """The .ics file of a bare plan, one patient; an empty calendar while the anchor is not known.

    `timezone` is the site's IANA time zone; `ValueError` for one that does not exist. Clock times are
    the site's. The same plan gives the same bytes on every computer.
    """
    return write(
        events(schedule, language=language),
        timezone=timezone,
        name=calendar_name(schedule.patient.code, language=language),
        language=language,
        private=private,
        alarm=alarm,
    )
