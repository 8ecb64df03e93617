"""Events that a study no longer plans, kept in its calendar files as cancelled ones.

An event that only disappears from a file stays in people's calendars for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from il2scheduler.calendars.events import INJECTION_MINUTES, VISIT_MINUTES, Slot, Stamp, uid
from il2scheduler.calendars.names import Name
from il2scheduler.calendars.writer import Event
from il2scheduler.i18n import words


@dataclass(frozen=True, slots=True)
class Ended:
    """An event that is over and done with: what it was called, where it stood last, and its own stamp."""

    slot: Slot
    name: Name
    day: date
    at: time | None
    stamp: Stamp


def ended_events(
    ended: Iterable[Ended],
    *,
    patient: str,
    patient_id: str,
    study_id: UUID,
    language: str,
    since: int | None = None,
) -> tuple[Event, ...]:
    """The cancelled events of one patient, in the order given; `since` as in `events`."""
    w = words(language)
    made: list[Event] = []
    for one in ended:
        if since is not None and not one.stamp.news_since(since, cancelled=True):
            continue
        code, slot = one.slot
        visit = slot is None
        event = Event(
            uid=uid(study_id, patient_id, code, slot, one.stamp.generation),
            summary=one.name.said(w, patient),
            day=one.day,
            changed=one.stamp.changed,
            at=one.at,
            minutes=VISIT_MINUTES if visit else INJECTION_MINUTES,
            category=w("Visit") if visit else w("Injection"),
            sequence=one.stamp.sequence,
            cancelled=True,
        )
        made.append(event)
    return tuple(made)
