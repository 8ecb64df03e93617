"""A patient of a study: what the schedule depends on besides the protocol, all of it decided by people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from il2scheduler.appointment import Appointment
from il2scheduler.protocol import Place


class OmissionCause(StrEnum):
    """Why a cycle is omitted: a person decided it, or it would start past the protocol's cap."""

    PERSON = "person"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place of care the site chose for a cycle, day and clock time; None means every one of them."""

    place: Place
    cycle: int | None = None
    day: int | None = None
    at: time | None = None

    def covers(self, cycle: int, day: int, at: time) -> bool:
        """True when the choice speaks of this injection."""
        return self.cycle in (None, cycle) and self.day in (None, day) and self.at in (None, at)


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """A visit that a person added: `U1` on a date, for a reason."""

    code: str
    on: date
    reason: str


_NONE: Mapping[Any, Any] = MappingProxyType({})


class Patient(NamedTuple):
    """What a schedule depends on besides the protocol.

    `anchor` is None while it is not known: the schedule then has offsets and no dates.
    `chosen` holds dates a person set, by cycle code (`C3`: date of day 1) or visit code (`W52`);
    `hours` the clock times of visits. `exact` names the cycles whose chosen date stands even when the
    minimum gap is not kept. `accepted` holds (finding kind, where) pairs a person accepted with a reason.
    `prescribed_iu` is the dose per injection where the protocol doses per m2 or kg; `doses` are doses
    from a cycle on. `held` are the appointments of which something is recorded: nothing moves them.
    On `stopped` treatment ends, on `withdrawn` everything does.
    """

    code: str
    arm: str
    anchor: date | None
    prescribed_iu: int | None = None
    chosen: Mapping[str, date] = _NONE
    exact: frozenset[str] = frozenset()
    omitted: Mapping[int, OmissionCause] = _NONE
    evening_starts: frozenset[int] = frozenset()
    gates_met: frozenset[str] = frozenset()
    places: tuple[PlaceChoice, ...] = ()
    events: Mapping[str, date] = _NONE
    accepted: frozenset[tuple[str, str]] = frozenset()
    hours: Mapping[str, time] = _NONE
    doses: Mapping[int, int] = _NONE
    unscheduled: tuple[Unscheduled, ...] = ()
    stopped: date | None = None
    withdrawn: date | None = None
    lost: bool = False
    held: Mapping[str, Appointment] = _NONE

    def with_chosen(self, code: str, day: date) -> Patient:
        """The same patient with one more chosen date."""
        return self._replace(chosen={**self.chosen, code: day})

    def dose_from(self, cycle: int) -> int | None:
        """The dose set for this cycle by the last choice that reaches it, None where none does."""
        reached = [start for start in self.doses if start <= cycle]
        return self.doses[max(reached)] if reached else None
