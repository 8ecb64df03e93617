"""What the clinic's list of a day or a week shows, read from a study at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from il2scheduler.appointment import Kind
from il2scheduler.rules import FindingKind
from il2scheduler.sheets.clinic_list import ClinicList, Day, Taken
from il2scheduler.sheets.clinic_rows import Listed
from il2scheduler.store.interface import DayCount
from il2scheduler.study import Study
from il2scheduler.study.lists import Due, due, overdue, patient_findings


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of a date."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def listed_days(
    study: Study, first: date, last: date, only: Sequence[str] = (), *, today: date | None = None
) -> ClinicList:
    """The list from one date to another, both inclusive: of all patients, or of those named.

    What is overdue is on it unless all its days are past. Places taken are those of all patients.
    """
    now = today or study.today()
    entries = [one for one in due(study, first, last) if one.appointment.active and _wanted(one, only)]
    days = tuple(_day(study, day, entries) for day in _days(first, last))
    late = _late(study, now, only) if last >= now else ()
    overdue_ = tuple(one for one in late if not first <= (one.appointment.planned or first) <= last)
    protocols = {one.protocol.sha256 + one.protocol.reading.name: one.protocol for one in overdue_}
    for day in days:
        protocols |= {one.protocol.sha256 + one.protocol.reading.name: one.protocol for one in day.due}
    ordered = sorted(protocols.values(), key=lambda p: (p.short_title, p.version, p.reading.name))
    return ClinicList(days, overdue_, now, tuple(ordered), tuple(only))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _wanted(one: Due, only: Sequence[str]) -> bool:
    return not only or one.patient in only


def _day(study: Study, day: date, entries: Sequence[Due]) -> Day:
    clinic = study.clinic(day)
    text = day.isoformat()
    count = study.store.counts(text, text).get(text, DayCount())
    taken = Taken(
        count.clinic_patients,
        count.home_patients,
        count.visits,
        clinic.places_injections,
        clinic.places_visits,
    )
    here = [one for one in entries if one.appointment.planned == day]
    injected = {one.patient for one in here if one.appointment.injections}
    listed = tuple(_listed(study, one, injected=one.patient in injected) for one in here)
    closed = clinic.closed(day) if clinic.covers(day) else None
    return Day(day, listed, taken, closed)


def _listed(study: Study, one: Due, *, injected: bool = False) -> Listed:
    """As it stands on a list; of a blinded arm without doses."""
    protocol, appointment = study.protocols[one.protocol].protocol, one.appointment
    before = {visit.code for visit in protocol.visits if visit.before_first_injection}
    early = appointment.kind is Kind.VISIT and injected and appointment.template in before
    arm = study.patients()[one.patient_id]["arm"]
    if any(known.code == arm and known.blinded for known in protocol.arms):
        shown = tuple(i._replace(dose_iu=None, given_iu=None) for i in appointment.injections)
        appointment = appointment._replace(injections=shown)
    return Listed(one.patient, protocol, appointment, early=early)


def _late(study: Study, today: date, only: Sequence[str]) -> tuple[Listed, ...]:
    """What is overdue, with what its finding says: whether it only awaits the diary is known by the rules."""
    entries = [one for one in overdue(study, today) if _wanted(one, only)]
    awaiting = {
        (code, finding.where)
        for code in {one.patient for one in entries}
        for finding in patient_findings(study, code, today)
        if finding.kind is FindingKind.OVERDUE and finding.facts.get("awaiting_diary")
    }
    found: list[Listed] = []
    for one in entries:
        late = (today - (one.appointment.planned or today)).days
        diary = (one.patient, one.appointment.code) in awaiting
        found.append(replace(_listed(study, one), days_late=late, awaiting_diary=diary))
    return tuple(found)
