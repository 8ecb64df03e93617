"""Patients and their appointments as rows of the study's tables, and back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import itemgetter
from types import MappingProxyType

from il2scheduler.appointment import Appointment, Injection, Kind, NotGiven, Status
from il2scheduler.ledger import Change, Key, Line, Row, Rows, Table
from il2scheduler.patient import OmissionCause, Patient, PlaceChoice, Unscheduled
from il2scheduler.protocol import Place
from il2scheduler.schedule import Schedule

Flat = dict[tuple[Table, Key], Row]

_PLANS = frozenset({Status.PLANNED, Status.RUNNING, Status.OMITTED, Status.CANCELLED})
_PLANNED_COLUMNS = ("planned", "hour", "dose_iu", "place")
_NONE: Mapping[str, str] = MappingProxyType({})
# A patient has a hundred rows, and an enum looks a value up in a tenth of the speed of a dict.
_day = date.fromisoformat
_KINDS = {str(kind): kind for kind in Kind}
_STATUSES = {str(status): status for status in Status}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A patient's row: its id, and the row id of its protocol."""

    id: int
    protocol: int


def rows_of(enrolled: Enrolled, schedule: Schedule) -> Flat:
    """Every row that a patient's present state gives, notes and prints left out."""
    flat = _own_rows(enrolled, schedule.patient)
    for appointment in schedule.appointments:
        flat.update(_appointment_rows(enrolled, appointment))
    return flat


def changes_between(was: Enrolled, before: Schedule, now: Enrolled, after: Schedule) -> tuple[Change, ...]:
    """The `difference` of the rows of two states of a patient.

    Rows are made only of appointments that are not alike: most are, and making all of them to find that out
    is what a preview would take longest for.
    """
    changes = _unlike(_own_rows(was, before.patient), _own_rows(now, after.patient))
    left = {appointment.code: appointment for appointment in before.appointments}
    for appointment in after.appointments:
        other = left.pop(appointment.code, None)
        if other is None:
            changes += _unlike({}, _appointment_rows(now, appointment))
        # Most that are not alike are moved, and that is seen soonest.
        elif other.planned != appointment.planned or other != appointment:
            old, new = _appointment_row(other), _appointment_row(appointment)
            if old != new:
                changes.append(Change(Table.APPOINTMENT, (now.id, appointment.code), old, new))
            if other.injections != appointment.injections:
                changes += _unlike(_injection_rows(was, other), _injection_rows(now, appointment))
    for gone in left.values():
        changes += _unlike(_appointment_rows(was, gone), {})
    return _in_order(changes)


def _own_rows(enrolled: Enrolled, patient: Patient) -> Flat:
    number = enrolled.id
    flat: Flat = {
        (Table.PATIENT, (number,)): {
            "code": patient.code,
            "protocol": enrolled.protocol,
            "arm": patient.arm,
            "anchor": _date(patient.anchor),
            "prescribed_iu": patient.prescribed_iu,
        }
    }
    for (kind, name), value in _choices(patient):
        flat[Table.CHOICE, (number, kind, name)] = {"value": value}
    return flat


def _appointment_rows(enrolled: Enrolled, appointment: Appointment) -> Flat:
    row = _appointment_row(appointment)
    return {
        (Table.APPOINTMENT, (enrolled.id, appointment.code)): row,
        **_injection_rows(enrolled, appointment),
    }


def _injection_rows(enrolled: Enrolled, appointment: Appointment) -> Flat:
    return {
        (Table.INJECTION, (enrolled.id, appointment.code, _clock(i.time) or "")): _injection_row(i)
        for i in appointment.injections
    }


def difference(before: Flat, after: Flat) -> tuple[Change, ...]:
    """The rows that are new, other or gone, sorted by table and key."""
    return _in_order(_unlike(before, after))


def _unlike(before: Flat, after: Flat) -> list[Change]:
    gone = [Change(*key, row, None) for key, row in before.items() if key not in after]
    return gone + [Change(*key, before.get(key), row) for key, row in after.items() if before.get(key) != row]


def _in_order(changes: list[Change]) -> tuple[Change, ...]:
    changes.sort(key=lambda change: (change.table.value, *map(str, change.key)))
    return tuple(changes)


def revises(change: Change) -> bool:
    """True when a change alters what is planned (a recording does not)."""
    if change.table not in (Table.APPOINTMENT, Table.INJECTION):
        return False
    if change.before is None or change.after is None:
        return True
    before, after = change.before, change.after
    if any(before.get(name) != after.get(name) for name in _PLANNED_COLUMNS):
        return True
    old, new = Status(str(before["status"])), Status(str(after["status"]))
    return old != new and {old, new} <= _PLANS and Status.RUNNING not in (old, new)


def patient_of(rows: Rows, appointments: tuple[Appointment, ...] | None = None) -> tuple[Enrolled, Patient]:
    """The patient that rows of one patient give; `LookupError` where there is no patient row.

    `appointments` are those of the rows, where they are read already.
    """
    patients = rows.lines(Table.PATIENT)
    if len(patients) != 1:
        raise LookupError("rows of one patient expected")
    number, code, protocol, arm, anchor, prescribed_iu = patients[0]
    choices: dict[str, dict[str, str]] = {}
    for _, kind, name, value in rows.lines(Table.CHOICE):
        choices.setdefault(kind, {})[name] = value

    def named(kind: str) -> Mapping[str, str]:
        return choices.get(kind, _NONE)

    found = appointments_of(rows) if appointments is None else appointments
    patient = Patient(
        code=code,
        arm=arm,
        anchor=_read_date(anchor),
        prescribed_iu=prescribed_iu,
        chosen={name: date.fromisoformat(value) for name, value in named("chosen").items()},
        exact=frozenset(named("exact")),
        omitted={int(name): OmissionCause(value) for name, value in named("omitted").items()},
        evening_starts=frozenset(int(name) for name in named("evening")),
        gates_met=frozenset(name for name, value in named("gate").items() if value == "met"),
        places=_places(named("place")),
        events={name: date.fromisoformat(value) for name, value in named("event").items()},
        accepted=frozenset((n.partition("/")[0], n.partition("/")[2]) for n in named("accepted")),
        hours={name: time.fromisoformat(value) for name, value in named("hour").items()},
        doses={int(name): int(value) for name, value in named("dose").items()},
        unscheduled=_unscheduled(named("unscheduled")),
        stopped=_read_date(named("stopped").get("")),
        withdrawn=_read_date(named("withdrawn").get("")),
        lost="" in named("lost"),
        held={a.code: a for a in found if a.recorded},
    )
    return Enrolled(number, protocol), patient


def appointments_of(rows: Rows) -> tuple[Appointment, ...]:
    """The appointments of one patient, as they stand in the rows."""
    injections: defaultdict[str, list[Injection]] = defaultdict(list)
    alike: dict[str, tuple[Line, Injection]] = {}
    for line in sorted(rows.lines(Table.INJECTION), key=itemgetter(2)):
        # Most injections of a patient are planned alike, and nothing in them says their date.
        slot, facts = line[2], line[3:]
        known = alike.get(slot)
        if known is None or known[0] != facts:
            known = alike[slot] = facts, _read_injection(slot, facts)
        injections[line[1]].append(known[1])
    return tuple(
        [_read_appointment(line, injections.get(line[1], ())) for line in rows.lines(Table.APPOINTMENT)]
    )


def _choices(patient: Patient) -> Iterator[tuple[tuple[str, str], str]]:
    yield from ((("chosen", code), day.isoformat()) for code, day in patient.chosen.items())
    yield from ((("exact", code), "yes") for code in patient.exact)
    yield from ((("omitted", str(cycle)), cause.value) for cycle, cause in patient.omitted.items())
    yield from ((("evening", str(cycle)), "yes") for cycle in patient.evening_starts)
    yield from ((("gate", code), "met") for code in patient.gates_met)
    yield from ((("place", _place_name(choice)), choice.place.value) for choice in patient.places)
    yield from ((("event", code), day.isoformat()) for code, day in patient.events.items())
    yield from ((("accepted", f"{kind}/{where}"), "yes") for kind, where in patient.accepted)
    yield from ((("hour", code), _clock(at) or "") for code, at in patient.hours.items())
    yield from ((("dose", str(cycle)), str(dose)) for cycle, dose in patient.doses.items())
    for added in patient.unscheduled:
        value = json.dumps(
            {"on": added.on.isoformat(), "reason": added.reason}, ensure_ascii=False, sort_keys=True
        )
        yield ("unscheduled", added.code), value
    if patient.stopped is not None:
        yield ("stopped", ""), patient.stopped.isoformat()
    if patient.withdrawn is not None:
        yield ("withdrawn", ""), patient.withdrawn.isoformat()
    if patient.lost:
        yield ("lost", ""), "yes"


def _place_name(choice: PlaceChoice) -> str:
    parts = (choice.cycle, choice.day, _clock(choice.at))
    return "/".join("*" if part is None else str(part) for part in parts)


def _places(named: Mapping[str, str]) -> tuple[PlaceChoice, ...]:
    """The narrower choice comes later and wins."""
    found: list[PlaceChoice] = []
    for name, value in named.items():
        cycle, day, at = (None if part == "*" else part for part in name.split("/"))
        found.append(
            PlaceChoice(
                Place(value),
                None if cycle is None else int(cycle),
                None if day is None else int(day),
                None if at is None else time.fromisoformat(at),
            )
        )
    return tuple(sorted(found, key=narrowness))


def narrowness(choice: PlaceChoice) -> tuple[int, str]:
    """How much a choice of place narrows down: the whole study, a cycle, a day, a slot."""
    return sum(part is not None for part in (choice.cycle, choice.day, choice.at)), _place_name(choice)


def _unscheduled(named: Mapping[str, str]) -> tuple[Unscheduled, ...]:
    found: list[Unscheduled] = []
    for code, value in named.items():
        facts: dict[str, str] = json.loads(value)
        found.append(Unscheduled(code, date.fromisoformat(facts["on"]), facts["reason"]))
    return tuple(sorted(found, key=lambda added: int(added.code[1:])))


def _appointment_row(appointment: Appointment) -> Row:
    nominal, planned, actual = appointment.nominal, appointment.planned, appointment.actual
    window, hour = appointment.window, appointment.hour
    return {
        "kind": str(appointment.kind),
        "template": appointment.template,
        "cycle": appointment.cycle,
        "day": appointment.day,
        "offset_days": appointment.offset,
        "nominal": None if nominal is None else nominal.isoformat(),
        "earliest": None if window is None else window[0].isoformat(),
        "latest": None if window is None else window[1].isoformat(),
        "site_window": int(appointment.site_window),
        "planned": None if planned is None else planned.isoformat(),
        "hour": None if hour is None else hour.isoformat("minutes"),
        "actual": None if actual is None else actual.isoformat(),
        "status": str(appointment.status),
        "provisional": int(appointment.provisional),
        "note": appointment.note,
    }


def _injection_row(injection: Injection) -> Row:
    return {
        "drug": injection.drug,
        "dose_iu": injection.dose_iu,
        "place": str(injection.place),
        "status": str(injection.status),
        "given_at": None if injection.given_at is None else injection.given_at.isoformat(timespec="minutes"),
        "given_iu": injection.given_iu,
        "site": injection.site,
        "batch": injection.batch,
        "given_by": injection.given_by,
        "not_given": None if injection.not_given is None else str(injection.not_given),
        "note": injection.note,
    }


def _read_appointment(line: Line, injections: Sequence[Injection]) -> Appointment:
    _, code, kind, template, cycle, day, offset, nominal, earliest, latest, site_window, *rest = line
    planned, hour, actual, status, provisional, note = rest
    return Appointment(
        code,
        _KINDS.get(kind) or Kind(kind),
        template,
        cycle,
        day,
        offset,
        None if nominal is None else _day(nominal),
        None if earliest is None or latest is None else (_day(earliest), _day(latest)),
        bool(site_window),
        None if planned is None else _day(planned),
        None if actual is None else _day(actual),
        _STATUSES.get(status) or Status(status),
        tuple(injections),
        None if hour is None else time.fromisoformat(hour),
        bool(provisional),
        note,
    )


def _read_injection(slot: str, facts: Line) -> Injection:
    drug, dose_iu, place, status, given_at, given_iu, site, batch, given_by, not_given, note = facts
    return Injection(
        time=time.fromisoformat(slot),
        drug=drug,
        dose_iu=dose_iu,
        place=Place(place),
        status=Status(status),
        given_at=None if given_at is None else datetime.fromisoformat(given_at),
        given_iu=given_iu,
        site=site,
        batch=batch,
        given_by=given_by,
        not_given=None if not_given is None else NotGiven(not_given),
        note=note,
    )


def _date(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _clock(at: time | None) -> str | None:
    return None if at is None else at.isoformat("minutes")


def _read_date(text: str | None) -> date | None:
    return None if text is None else _day(text)
