"""When each calendar event of a patient last changed, and how often: read from the ledger.

The numbers live in the study, not in an export: the same study gives the same file on every computer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TypeVar

from il2scheduler.appointment import DROPPED, Kind, Status
from il2scheduler.calendars.ended import Ended
from il2scheduler.calendars.events import Slot, Stamp
from il2scheduler.ledger import Change, Entry, Row, Table

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Stamps:
    """The stamps of the events that stand, and the events that no longer do, in the order they ended."""

    present: Mapping[Slot, Stamp]
    ended: tuple[Ended, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a calendar shows of an event; `more` changes its text and neither its time nor its status."""

    day: date
    at: time | None
    cancelled: bool
    more: tuple[object, ...]


@dataclass(slots=True)
class _Rows:
    """The rows of a patient as entry after entry makes them."""

    appointments: dict[str, Row] = field(default_factory=dict[str, Row])
    injections: dict[str, dict[time, Row]] = field(default_factory=dict[str, dict[time, Row]])

    def take(self, change: Change) -> str | None:
        """Apply a change; the code of the appointment it touches."""
        if change.table is Table.APPOINTMENT:
            code = str(change.key[1])
            _put(self.appointments, code, change.after)
            return code
        if change.table is Table.INJECTION:
            code, slot = str(change.key[1]), time.fromisoformat(str(change.key[2]))
            _put(self.injections.setdefault(code, {}), slot, change.after)
            return code
        return None

    def visits(self) -> tuple[str, ...]:
        """The codes of the visits."""
        return tuple(code for code, row in self.appointments.items() if row["kind"] == Kind.VISIT)

    def injection_days(self) -> set[date | None]:
        """The days with injections; a visit on one of them is before the first."""
        return {
            _date(row["planned"])
            for row in self.appointments.values()
            if row["kind"] == Kind.INJECTIONS and Status(str(row["status"])) not in DROPPED
        }

    def shown(self, code: str) -> dict[Slot, _Shown]:
        """The events of an appointment."""
        row = self.appointments.get(code)
        if row is None:
            return {}
        away = Status(str(row["status"])) in DROPPED
        if row["kind"] == Kind.INJECTIONS:
            day = _date(row["planned"])
            if day is None:
                return {}
            return {
                (code, at): _Shown(day, at, away or Status(str(i["status"])) in DROPPED, ())
                for at, i in self.injections.get(code, {}).items()
            }
        day = _date(row["actual"]) or _date(row["planned"])
        if day is None:
            return {}
        hour = None if row["hour"] is None else time.fromisoformat(str(row["hour"]))
        first = day in self.injection_days()
        more = (row["earliest"], row["latest"], row["site_window"], row["provisional"], first)
        return {(code, None): _Shown(day, hour, away, more)}


def stamps_of(entries: Iterable[Entry]) -> Stamps:
    """The stamps that a patient's entries, oldest first and with their changes, give its events.

    SEQUENCE goes up by one when day, hour or status changes. An event that was cancelled, or went, and is
    planned anew is another event of a new generation; the old one stays as ended.
    """
    rows = _Rows()
    seen: dict[Slot, _Shown] = {}
    stamps: dict[Slot, Stamp] = {}
    ended: list[Ended] = []
    gone: dict[Slot, tuple[_Shown, Stamp]] = {}
    for entry in entries:
        at = datetime.fromisoformat(entry.at)
        touched = dict.fromkeys(code for code in map(rows.take, entry.changes) if code is not None)
        visits = rows.visits() if any(code not in rows.visits() for code in touched) else ()
        for code in dict.fromkeys((*touched, *visits)):
            now = rows.shown(code)
            for slot in [slot for slot in seen if slot[0] == code and slot not in now]:
                last, stamp = seen.pop(slot), stamps.pop(slot)
                went = stamp if last.cancelled else replace(stamp, changed=at, sequence=stamp.sequence + 1)
                gone[slot] = last, went
            for slot, shown in now.items():
                before = seen.get(slot)
                if before is None and slot in gone:
                    old, went = gone.pop(slot)
                    ended.append(Ended(slot, old.day, old.at, went))
                    stamps[slot] = Stamp(at, 0, went.generation + 1)
                elif before is None:
                    stamps[slot] = Stamp(at)
                else:
                    stamps[slot], over = _changed(slot, before, shown, stamps[slot], at)
                    ended += over
                seen[slot] = shown
    ended += [Ended(slot, old.day, old.at, went) for slot, (old, went) in gone.items()]
    return Stamps(stamps, tuple(ended))


def _changed(
    slot: Slot, before: _Shown, now: _Shown, stamp: Stamp, at: datetime
) -> tuple[Stamp, list[Ended]]:
    if before == now:
        return stamp, []
    if before.cancelled and not now.cancelled:
        return Stamp(at, 0, stamp.generation + 1), [Ended(slot, before.day, before.at, stamp)]
    if replace(before, more=()) == replace(now, more=()):
        return replace(stamp, changed=at), []
    return replace(stamp, changed=at, sequence=stamp.sequence + 1), []


def _put(rows: dict[_Key, Row], key: _Key, row: Row | None) -> None:
    if row is None:
        rows.pop(key, None)
    else:
        rows[key] = row


def _date(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
