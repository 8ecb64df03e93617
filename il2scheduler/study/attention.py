"""What a person should look at in the days to come, read from the lists and not patient by patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from il2scheduler.clinic import Clinic
from il2scheduler.patient import Patient
from il2scheduler.rules import Finding, Severity, findings
from il2scheduler.rules.findings import Taken
from il2scheduler.schedule import Schedule
from il2scheduler.store.interface import DayCount
from il2scheduler.study import Study
from il2scheduler.study.lists import Due, due


@dataclass(frozen=True, slots=True)
class Attention:
    """What is found of one visit, or of the injection days of one cycle, of a patient.

    `where` is the code of what would be moved (`W52`, `C4`); `dues` are the appointments it is about.
    """

    patient: str
    where: str
    dues: tuple[Due, ...]
    findings: tuple[Finding, ...]


def coming(study: Study, first: date, last: date, clinic: Clinic) -> tuple[Attention, ...]:
    """What warns from one date to another: closed days, dates outside their window, days that are full.

    Only what a list of those days tells is judged; gaps between cycles need a patient's whole schedule.
    """
    counts = {date.fromisoformat(day): n for day, n in study.store.counts(*_texts(first, last)).items()}
    by_patient: dict[str, list[Due]] = {}
    for entry in due(study, first, last):
        if entry.appointment.open:
            by_patient.setdefault(entry.patient, []).append(entry)
    found: list[Attention] = []
    for patient, dues in by_patient.items():
        found.extend(_of_patient(study, patient, dues, clinic, counts))
    return tuple(sorted(found, key=lambda one: (one.findings[0].date or date.max, one.patient)))


def _of_patient(
    study: Study, patient: str, dues: list[Due], clinic: Clinic, counts: dict[date, DayCount]
) -> list[Attention]:
    protocol = study.protocols[dues[0].protocol].protocol
    known = {entry.appointment.code: entry for entry in dues}
    part = Schedule(
        protocol,
        Patient(patient, protocol.arms[0].code, None),
        (),
        tuple(entry.appointment for entry in dues),
    )
    grouped: dict[str, list[Finding]] = {}
    for finding in findings(part, clinic, taken=_others(dues, counts)):
        if finding.severity is Severity.WARNS and finding.where in known:
            cycle = known[finding.where].appointment.cycle
            injects = bool(known[finding.where].appointment.injections)
            grouped.setdefault(f"C{cycle}" if injects else finding.where, []).append(finding)
    return [
        Attention(patient, where, tuple(dict.fromkeys(known[f.where] for f in of_it)), tuple(of_it))
        for where, of_it in grouped.items()
    ]


def _others(dues: list[Due], counts: dict[date, DayCount]) -> dict[date, Taken]:
    """The places that other patients take on the days of these."""
    taken: dict[date, Taken] = {}
    for day in {entry.appointment.planned for entry in dues}:
        if day is None or day not in counts:
            continue
        mine = [entry.appointment for entry in dues if entry.appointment.planned == day]
        injects = any(own.injections and own.needs_clinic for own in mine)
        visits = sum(1 for own in mine if not own.injections)
        taken[day] = Taken(counts[day].clinic_patients - injects, counts[day].visits - visits)
    return taken


def _texts(first: date, last: date) -> tuple[str, str]:
    return first.isoformat(), last.isoformat()
