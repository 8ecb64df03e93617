"""What a calendar shows of a patient's appointments, from their rows as entry after entry makes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from il2scheduler.appointment import DROPPED, Kind, Status
from il2scheduler.calendars.events import NOT_HELD, Slot
from il2scheduler.calendars.names import Name, injection_name, visit_name
from il2scheduler.ledger import Change, Row, Table
from il2scheduler.protocol import Protocol, VisitTemplate

_Key = TypeVar("_Key")
_UNDATED = "9999"
_SHOWN_OF_INJECTION = ("status", "dose_iu")
# The note, and when an injection was given, are read in no calendar.
_SHOWN_OF_DAY = ("kind", "cycle", "planned", "offset_days")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a calendar shows of an event; `name` and `more` change its text, not its time or status."""

    day: date
    at: time | None
    cancelled: bool
    name: Name
    more: tuple[object, ...] = ()

    @property
    def span(self) -> tuple[object, ...]:
        """Its time and status."""
        return self.day, self.at, self.cancelled


class PatientRows:
    """The rows of one patient that calendars are made of."""

    def __init__(self, protocols: Mapping[int, Protocol], *, doses: bool) -> None:
        """Begin with no row."""
        self._protocols, self._doses = protocols, doses
        self._patient: Row = {}
        self._days: dict[str, Row] = {}
        self._visits: dict[str, Row] = {}
        self._injections: dict[str, dict[time, Row]] = {}
        self._numbers: dict[Slot, tuple[int, int]] = {}
        self._injection_days: set[date | None] = set()

    def take(self, changes: Iterable[Change]) -> tuple[str, ...]:
        """Apply the changes of an entry; the codes of the appointments of which a calendar may show more."""
        touched: dict[str, None] = {}
        days = everything = False
        for change in changes:
            before, after = change.before or {}, change.after or {}
            if change.table is Table.PATIENT:
                self._patient = after or self._patient
                everything = True
            elif change.table is Table.APPOINTMENT:
                code = str(change.key[1])
                visit = Kind.VISIT in (before.get("kind"), after.get("kind"))
                _put(self._visits if visit else self._days, code, change.after)
                if visit or not _same(before, after, _SHOWN_OF_DAY) or _dropped(before) != _dropped(after):
                    touched[code] = None
                    days |= not visit
            elif change.table is Table.INJECTION:
                code, slot = str(change.key[1]), time.fromisoformat(str(change.key[2]))
                _put(self._injections.setdefault(code, {}), slot, change.after)
                if not _same(before, after, _SHOWN_OF_INJECTION):
                    touched[code] = None
                    days |= not (before and after)
        if days:
            self._count()
        if days or everything:
            # An injection more or less changes the numbers of the others, a day what a visit comes before.
            touched |= dict.fromkeys((*self._days, *self._visits))
        return tuple(touched)

    def shown(self, code: str) -> dict[Slot, Shown]:
        """The events of an appointment."""
        visit = self._visits.get(code)
        if visit is not None:
            return self._shown_visit(code, visit)
        row = self._days.get(code)
        day = None if row is None else _date(row["planned"])
        if row is None or day is None:
            return {}
        away = _dropped(row)
        return {
            (code, at): Shown(
                day,
                at,
                away or Status(str(injection["status"])) in NOT_HELD,
                injection_name(*self._numbers[code, at]),
                (injection["dose_iu"],) if self._doses else (),
            )
            for at, injection in self._injections.get(code, {}).items()
        }

    def _shown_visit(self, code: str, row: Row) -> dict[Slot, Shown]:
        day = _date(row["actual"]) or _date(row["planned"])
        if day is None:
            return {}
        protocol = self._protocols.get(int(self._patient.get("protocol") or 0))
        template = None if protocol is None else _template(protocol, str(row["template"]))
        first = template is not None and template.before_first_injection and day in self._injection_days
        hour = None if row["hour"] is None else time.fromisoformat(str(row["hour"]))
        more = (row["earliest"], row["latest"], row["site_window"], row["provisional"], first)
        cycle = None if row["cycle"] is None else int(row["cycle"])
        name = visit_name(protocol, template, code, cycle)
        return {(code, None): Shown(day, hour, Status(str(row["status"])) in NOT_HELD, name, more)}

    def _count(self) -> None:
        """Number the injections of each cycle in the order of a schedule, and find their days."""
        self._injection_days = {_date(row["planned"]) for row in self._days.values() if not _dropped(row)}
        slots: dict[object, list[Slot]] = {}
        for code, row in sorted(self._days.items(), key=_in_order):
            slots.setdefault(row["cycle"], []).extend(
                (code, at) for at in sorted(self._injections.get(code, {}))
            )
        self._numbers = {
            slot: (number, len(cycle)) for cycle in slots.values() for number, slot in enumerate(cycle, 1)
        }


def _in_order(item: tuple[str, Row]) -> tuple[str, int, int, str]:
    code, row = item
    offset = 0 if row["planned"] else int(row["offset_days"] or 0)
    return str(row["planned"] or _UNDATED), offset, len(code), code


def _template(protocol: Protocol, code: str) -> VisitTemplate | None:
    return next((visit for visit in protocol.visits if visit.code == code), None)


def _dropped(row: Row) -> bool:
    return bool(row) and Status(str(row["status"])) in DROPPED


def _same(before: Row, after: Row, names: tuple[str, ...]) -> bool:
    return bool(before) == bool(after) and all(before.get(name) == after.get(name) for name in names)


def _put(rows: dict[_Key, Row], key: _Key, row: Row | None) -> None:
    if row is None:
        rows.pop(key, None)
    else:
        rows[key] = row


def _date(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
