"""Tables of a study as CSV: schedules, the agenda, deviations, injections and the drug supply."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from il2scheduler import tables
from il2scheduler.i18n import Words, words
from il2scheduler.study import Study
from il2scheduler.study.lists import Due, deviations, due, overdue
from il2scheduler.tables import Cell
from il2scheduler.wording import appointment_name, deviation_sentence, place_name, status_name


class Kind(StrEnum):
    """The tables there are."""

    SCHEDULE = "schedule"
    AGENDA = "agenda"
    DEVIATIONS = "deviations"
    INJECTIONS = "injections"
    SUPPLY = "supply"


_AGENDA = (
    "list", "date", "weekday", "time", "patient", "protocol", "code", "what", "place", "dose_iu",
    "status", "status_in_words",
)  # fmt: skip
_DEVIATIONS = ("patient", "kind", "where", "date", "what", "reason", "entry")
_INJECTIONS = (
    "patient", "code", "cycle", "day", "planned_date", "time", "drug", "dose_iu", "place", "status",
    "given_at", "given_iu", "site", "batch", "given_by", "not_given", "note",
)  # fmt: skip
_SUPPLY = ("week", "drug", "injections", "dose_iu", "without_dose")
_FIRST, _LAST = "0001-01-01", "9999-12-31"
_DAYS_AHEAD = 27


def made(
    study: Study, kind: Kind, *, language: str, patients: tuple[str, ...] = (), first: date | None = None
) -> bytes:
    """A table as `tables.schedule_csv` describes it, of all patients or some.

    The agenda and the supply begin on `first`, today when absent. Inside a snapshot it is of one moment.
    """
    w = words(language)
    first = first or study.today()
    if kind is Kind.SCHEDULE:
        codes = patients or tuple(sorted(str(row["code"]) for row in study.patients().values()))
        return tables.schedules_csv((study.state(code).schedule for code in codes), language=language)
    if kind is Kind.AGENDA:
        return tables.table(_AGENDA, _agenda(w, study, first, patients))
    if kind is Kind.DEVIATIONS:
        return tables.table(_DEVIATIONS, _deviations(w, study, patients))
    if kind is Kind.INJECTIONS:
        return tables.table(_INJECTIONS, _injections(study, patients))
    return tables.table(_SUPPLY, _supply(study, first, patients))


def _agenda(w: Words, study: Study, first: date, patients: tuple[str, ...]) -> Iterator[dict[str, Cell]]:
    """What is overdue, then four weeks from the date on."""
    for entry in overdue(study, first):
        if not patients or entry.patient in patients:
            yield from _due_rows(w, study, entry, "overdue")
    for entry in due(study, first, first + timedelta(days=_DAYS_AHEAD)):
        if not patients or entry.patient in patients:
            yield from _due_rows(w, study, entry, "due")


def _due_rows(w: Words, study: Study, entry: Due, listed: str) -> Iterator[dict[str, Cell]]:
    appointment, protocol = entry.appointment, study.protocols[entry.protocol].protocol
    common: dict[str, Cell] = {
        "list": listed,
        "date": appointment.planned,
        "weekday": None if appointment.planned is None else w.weekday(appointment.planned),
        "time": appointment.hour,
        "patient": entry.patient,
        "protocol": protocol.code,
        "code": appointment.code,
        "what": appointment_name(w, appointment.code, protocol),
        "status": appointment.status.value,
        "status_in_words": status_name(w, appointment.status),
    }
    if not appointment.injections:
        yield common
    for injection in appointment.injections:
        yield common | {
            "time": injection.time,
            "place": place_name(w, injection.place),
            "dose_iu": injection.dose_iu,
            "status": injection.status.value,
            "status_in_words": status_name(w, injection.status),
        }


def _deviations(w: Words, study: Study, patients: tuple[str, ...]) -> Iterator[dict[str, Cell]]:
    protocols = {str(row["code"]): int(row["protocol"] or 0) for row in study.patients().values()}
    for found in deviations(study, patients):
        protocol = study.protocols[protocols[found.patient]].protocol
        what = deviation_sentence(w, found.kind.value, found.where, found.date, found.facts, protocol)
        yield {
            "patient": found.patient,
            "kind": found.kind.value,
            "where": found.where,
            "date": found.date,
            "what": what,
            "reason": found.reason,
            "entry": found.entry,
        }


def _injections(study: Study, patients: tuple[str, ...]) -> Iterator[dict[str, Cell]]:
    codes = {number: str(row["code"]) for number, row in study.patients().items()}
    days = {
        (int(line["patient"] or 0), str(line["code"])): (line["cycle"], line["day"])
        for line in study.store.appointments(_FIRST, _LAST)
    }
    for line in study.store.injections(_FIRST, _LAST):
        number, appointment = int(line["patient"] or 0), str(line["appointment"])
        if patients and codes[number] not in patients:
            continue
        cycle, day = days[number, appointment]
        row: dict[str, Cell] = {name: line.get(name) for name in _INJECTIONS}
        row |= {"patient": codes[number], "code": appointment, "cycle": cycle, "day": day}
        row |= {"planned_date": line["planned"], "time": line["slot"]}
        yield row


def _supply(study: Study, first: date, patients: tuple[str, ...]) -> Iterator[dict[str, Cell]]:
    """What is still planned, by week (its Monday) and drug."""
    codes = {number: str(row["code"]) for number, row in study.patients().items()}
    count: dict[tuple[date, str], int] = defaultdict(int)
    dose: dict[tuple[date, str], int] = defaultdict(int)
    without: dict[tuple[date, str], int] = defaultdict(int)
    for line in study.store.injections(first.isoformat(), _LAST):
        if line["status"] != "planned" or (patients and codes[int(line["patient"] or 0)] not in patients):
            continue
        day = date.fromisoformat(str(line["planned"]))
        key = (day - timedelta(days=day.weekday()), str(line["drug"]))
        count[key] += 1
        dose[key] += int(line["dose_iu"] or 0)
        without[key] += line["dose_iu"] is None
    for key in sorted(count):
        week, drug = key
        yield {
            "week": week,
            "drug": drug,
            "injections": count[key],
            "dose_iu": dose[key],
            "without_dose": without[key],
        }
