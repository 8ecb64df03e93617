"""What other settings close: the appointments they hit, and what is proposed for each. Nothing is moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from il2scheduler import rules
from il2scheduler.protocol import Protocol
from il2scheduler.rules import Proposal
from il2scheduler.study import Settings, Study
from il2scheduler.study.lists import Due, due


@dataclass(frozen=True, slots=True)
class Offered:
    """What is proposed for a visit or a cycle that is hit: nothing, the nearest date, or a free one too."""

    patient: str
    where: str
    protocol: Protocol
    proposals: tuple[Proposal, ...]


def newly_closed(held: Study, before: Settings, after: Settings, today: date) -> tuple[Due, ...]:
    """What is still to come, needs the clinic, and stands on a day that the new settings close."""
    lines = held.store.appointments(today.isoformat(), "9999-12-31")
    if not lines:
        return ()
    last = date.fromisoformat(str(lines[-1]["planned"]))
    old, new = before.clinic(today.year, last.year), after.clinic(today.year, last.year)
    days = sorted({date.fromisoformat(str(line["planned"])) for line in lines})
    shut = [day for day in days if old.is_open(day) and not new.is_open(day)]
    return tuple(
        entry
        for day in shut
        for entry in due(held, day, day)
        if entry.appointment.open and entry.appointment.needs_clinic
    )


def offered(held: Study, after: Settings, hits: tuple[Due, ...]) -> tuple[Offered, ...]:
    """What `show` proposes, with the new settings, for each visit and each whole cycle that is hit."""
    of_patients: dict[str, dict[str, None]] = {}
    for hit in hits:
        appointment = hit.appointment
        where = f"C{appointment.cycle}" if appointment.injections else appointment.code
        of_patients.setdefault(hit.patient, {})[where] = None
    found: list[Offered] = []
    for patient, places in of_patients.items():
        state = held.state(patient)
        schedule = state.schedule
        days = [*(schedule.span() or ()), held.today()]
        clinic = after.clinic(min(days).year - 2, max(days).year + 3)
        made = rules.proposals(schedule, clinic, taken=held.taken(state))
        for where in places:
            own = tuple(proposal for proposal in made if proposal.where == where)
            found.append(Offered(patient, where, schedule.protocol, own))
    return tuple(found)
