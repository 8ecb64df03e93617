"""When each calendar event of a patient last changed, and how often: read from the ledger.

The numbers live in the study, not in an export: the same study gives the same file on every computer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from il2scheduler.calendars.ended import Ended
from il2scheduler.calendars.events import Slot, Stamp
from il2scheduler.ledger import Entry
from il2scheduler.protocol import Protocol
from il2scheduler.study.shown import PatientRows, Shown


@dataclass(frozen=True, slots=True)
class Stamps:
    """The stamps of the events that stand, and the events that no longer do, in the order they ended."""

    present: Mapping[Slot, Stamp]
    ended: tuple[Ended, ...]


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """An entry with which the site's time zone became another: every clock time is another instant."""

    number: int
    at: datetime


class _Stamping:
    """The events as entry after entry leaves them."""

    def __init__(self) -> None:
        self.seen: dict[Slot, Shown] = {}
        self.stamps: dict[Slot, Stamp] = {}
        self.gone: dict[Slot, tuple[Shown, Stamp]] = {}
        self.ended: list[Ended] = []

    def show(self, code: str, now: Mapping[Slot, Shown], entry: Entry) -> None:
        """The events of one appointment after an entry that touched it."""
        at, number = datetime.fromisoformat(entry.at), entry.number
        for slot in [slot for slot in self.seen if slot[0] == code and slot not in now]:
            last, stamp = self.seen.pop(slot), self.stamps.pop(slot)
            self.gone[slot] = last, stamp if last.cancelled else _moved(stamp, at, number)
        for slot, shown in now.items():
            before = self.seen.get(slot)
            self.seen[slot] = shown
            if before is None:
                self.stamps[slot] = Stamp(at, 0, self._again(slot), number, number)
                continue
            stamp = self.stamps[slot]
            if before.cancelled and not shown.cancelled:
                self.ended.append(_ended(slot, before, stamp))
                self.stamps[slot] = Stamp(at, 0, stamp.generation + 1, number, number)
            elif before.span != shown.span:
                self.stamps[slot] = _moved(stamp, at, number)
            elif before != shown:
                self.stamps[slot] = replace(stamp, changed=at, last=number)

    def _again(self, slot: Slot) -> int:
        """The generation of an event that was not there; one that went before it is over now."""
        if slot not in self.gone:
            return 0
        old, stamp = self.gone.pop(slot)
        self.ended.append(_ended(slot, old, stamp))
        return stamp.generation + 1

    def change_zone(self, change: ZoneChange) -> None:
        """Every event with an hour begins at another instant, cancelled ones too."""
        for slot, shown in self.seen.items():
            if shown.at is not None:
                self.stamps[slot] = _moved(self.stamps[slot], change.at, change.number)
        for slot, (last, stamp) in self.gone.items():
            if last.at is not None:
                self.gone[slot] = last, _moved(stamp, change.at, change.number)
        self.ended = [
            one if one.at is None else replace(one, stamp=_moved(one.stamp, change.at, change.number))
            for one in self.ended
        ]

    def result(self) -> Stamps:
        left = (_ended(slot, shown, stamp) for slot, (shown, stamp) in self.gone.items())
        return Stamps(self.stamps, (*self.ended, *left))


def stamps_of(
    entries: Iterable[Entry],
    protocols: Mapping[int, Protocol],
    *,
    zones: Sequence[ZoneChange] = (),
    doses: bool = False,
) -> Stamps:
    """The stamps that a patient's entries, oldest first and with their changes, give its events.

    SEQUENCE goes up by one when day, hour, time zone or status changes. An event that was cancelled, or
    went, and is planned anew is another event of a new generation; the old one stays as ended. What else
    is read in an event (a number, a window, with `doses` the dose) changes its time stamp only.
    """
    rows, stamping, coming = PatientRows(protocols, doses=doses), _Stamping(), list(zones)
    for entry in entries:
        while coming and coming[0].number < entry.number:
            stamping.change_zone(coming.pop(0))
        for code in rows.take(entry.changes):
            stamping.show(code, rows.shown(code), entry)
    for change in coming:
        stamping.change_zone(change)
    return stamping.result()


def _moved(stamp: Stamp, at: datetime, number: int) -> Stamp:
    return replace(stamp, changed=at, sequence=stamp.sequence + 1, last=number)


def _ended(slot: Slot, shown: Shown, stamp: Stamp) -> Ended:
    return Ended(slot, shown.name, shown.day, shown.at, stamp)
