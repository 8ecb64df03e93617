"""An injection day or a visit of a patient: what is planned, and what was recorded."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from il2scheduler.protocol import Place


class Kind(StrEnum):
    """What an appointment is. The order is that of one day: samples come before injections."""

    VISIT = "visit"
    INJECTIONS = "injections"


class Status(StrEnum):
    """Where an injection, a visit, an injection day or a cycle stands.

    Injections are planned, given, not given or cancelled; visits planned, done, missed or cancelled.
    Injection days and cycles have a status derived from their injections.
    """

    PLANNED = "planned"
    RUNNING = "running"
    GIVEN = "given"
    GIVEN_IN_PART = "given-in-part"
    NOT_GIVEN = "not-given"
    DONE = "done"
    MISSED = "missed"
    OMITTED = "omitted"
    CANCELLED = "cancelled"


OPEN = frozenset({Status.PLANNED, Status.RUNNING})
DROPPED = frozenset({Status.OMITTED, Status.CANCELLED})
RECORDED_INJECTION = frozenset({Status.GIVEN, Status.NOT_GIVEN})
RECORDED_VISIT = frozenset({Status.DONE, Status.MISSED})
_NEED_CLINIC = frozenset(place for place in Place if place.needs_clinic)


class NotGiven(StrEnum):
    """Why an injection was not given, by the code of the dosing sheet."""

    ABSENT = "A"
    WITHHELD = "H"
    NO_DRUG = "N"
    REFUSED = "R"
    UNWELL = "V"
    OTHER = "O"


class Injection(NamedTuple):
    """One injection of an injection day; `time` is its planned clock time, which names it in its day.

    `dose_iu` is the planned dose in international units, None until a prescribed dose is typed and in a
    blinded arm.
    Recorded: `given_at` (local wall clock), `given_iu`, body `site`, `batch`, `given_by` ("patient" for a
    self-injection), or `not_given` with a `note`.
    """

    time: time
    drug: str
    dose_iu: int | None
    place: Place
    status: Status = Status.PLANNED
    given_at: datetime | None = None
    given_iu: int | None = None
    site: str | None = None
    batch: str | None = None
    given_by: str | None = None
    not_given: NotGiven | None = None
    note: str | None = None

    @property
    def recorded(self) -> bool:
        """True once it is known whether it was given."""
        return self.status in RECORDED_INJECTION


class Appointment(NamedTuple):
    """An injection day (`C3D1`) or a visit (`W52`).

    `offset` and `nominal` are those of the protocol; `planned` is where it stands now; dates are None
    while the anchor or the hook is not dated. `window` is (earliest, latest), inclusive.
    `actual` is when a visit was done, or the date on which an injection of the day was first given.
    `hour` is a clock time set for a visit. `provisional` marks a date that hangs on an injection not
    yet recorded. `note` is why an unscheduled visit was planned, or what was noted of a done one.
    """

    code: str
    kind: Kind
    template: str
    cycle: int | None
    day: int | None
    offset: int | None
    nominal: date | None
    window: tuple[date, date] | None
    site_window: bool
    planned: date | None
    actual: date | None = None
    status: Status = Status.PLANNED
    injections: tuple[Injection, ...] = ()
    hour: time | None = None
    provisional: bool = False
    note: str | None = None

    @property
    def active(self) -> bool:
        """True unless omitted or cancelled."""
        return self.status not in DROPPED

    @property
    def open(self) -> bool:
        """True while something of it is still to be recorded."""
        return self.status in OPEN

    @property
    def recorded(self) -> bool:
        """True once anything of it is recorded."""
        for injection in self.injections:
            if injection.status in RECORDED_INJECTION:
                return True
        return self.status in RECORDED_VISIT

    @property
    def needs_clinic(self) -> bool:
        """True when the clinic must be open on the planned date."""
        for injection in self.injections:
            if injection.place in _NEED_CLINIC:
                return True
        return not self.injections

    def injection(self, at: time) -> Injection:
        """The injection of the day planned at this clock time; `KeyError` where there is none."""
        for injection in self.injections:
            if injection.time == at:
                return injection
        raise KeyError(at)

    def on(self, day: date) -> bool:
        """True when the appointment stands on this date and is not omitted or cancelled."""
        return self.planned == day and self.active

    def in_window(self, day: date) -> bool | None:
        """Whether a date lies in the window, bounds included; None where there is no window."""
        return None if self.window is None else self.window[0] <= day <= self.window[1]


def derived_status(injections: tuple[Injection, ...], *, omitted: bool = False) -> Status:
    """The status of an injection day or a whole cycle, from its injections."""
    states = {injection.status for injection in injections}
    recorded = states & RECORDED_INJECTION
    if omitted and not recorded:
        return Status.OMITTED
    if Status.PLANNED in states:
        return Status.RUNNING if recorded else Status.PLANNED
    if states == {Status.GIVEN}:
        return Status.GIVEN
    if Status.GIVEN in states:
        return Status.GIVEN_IN_PART
    return Status.NOT_GIVEN if Status.NOT_GIVEN in states else Status.CANCELLED
