"""What staff can do with a patient, each as a frozen value; `decide` says what it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from il2scheduler.patient import PlaceChoice
from il2scheduler.schedule import NotGiven


class PastCap(StrEnum):
    """What a person decides about cycles that would start past the protocol's cap."""

    OMIT = "omit"
    KEEP = "keep"


class Keep(StrEnum):
    """What a person decides about chosen dates when the anchor is corrected."""

    KEEP = "keep"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class SetAnchor:
    """Set or correct the anchor date; `chosen` is asked where dates were chosen by hand."""

    to: date
    chosen: Keep | None = None


@dataclass(frozen=True, slots=True)
class MoveCycle:
    """Delay (or advance, negative days) a cycle by days, or to a date; an omitted one is planned again."""

    cycle: int
    days: int | None = None
    to: date | None = None


@dataclass(frozen=True, slots=True)
class DateCycle:
    """Date a cycle that the protocol leaves to the site; an omitted one is planned again."""

    cycle: int
    on: date


@dataclass(frozen=True, slots=True)
class OmitCycle:
    """Leave a cycle out; numbering and later dates stay."""

    cycle: int


@dataclass(frozen=True, slots=True)
class MoveVisit:
    """Move a visit to a date, and to an hour if given."""

    visit: str
    to: date
    hour: time | None = None


@dataclass(frozen=True, slots=True)
class AddVisit:
    """Add an unscheduled visit."""

    on: date


@dataclass(frozen=True, slots=True)
class Give:
    """Record one injection as given. `at` is the site's wall-clock time to the minute, None as planned."""

    cycle: int
    day: int
    slot: time
    at: datetime | None = None
    dose_iu: int | None = None
    site: str | None = None
    batch: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class CourseException:
    """An injection of a recorded course that was not given."""

    day: int
    slot: time
    code: NotGiven
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CourseInjection:
    """What is told of one injection of a recorded course that was given; what is None is as planned."""

    day: int
    slot: time
    at: datetime | None = None
    dose_iu: int | None = None
    site: str | None = None
    batch: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class GiveCourse:
    """Record a course in one go: what is still planned of it was given at its planned times.

    `exceptions` were not given; `details` tell more of single injections. `batch` and `by` are those of
    all injections that do not tell their own. In `part` only what is named is recorded: the rest stays
    planned.
    """

    cycle: int
    exceptions: tuple[CourseException, ...] = ()
    batch: str | None = None
    by: str | None = None
    details: tuple[CourseInjection, ...] = ()
    part: bool = False


@dataclass(frozen=True, slots=True)
class NotGive:
    """Record one injection as not given."""

    cycle: int
    day: int
    slot: time
    code: NotGiven
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Withhold:
    """Withhold the rest of a course that has begun, from a day on: what is planned is coded H."""

    cycle: int
    from_day: int


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """Record a visit as done on a date, or as missed (`done` None)."""

    visit: str
    done: date | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectInjection:
    """Correct a recorded injection: what is None stays, `not_given` and `given` change what happened.

    `clear` names what is to be empty again: `site`, `batch`, `by` or `note`.
    """

    cycle: int
    day: int
    slot: time
    given: bool | None = None
    at: datetime | None = None
    dose_iu: int | None = None
    site: str | None = None
    batch: str | None = None
    by: str | None = None
    not_given: NotGiven | None = None
    note: str | None = None
    clear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectVisit:
    """Correct a recorded visit: done on another date, or missed; `clear` empties its `note`."""

    visit: str
    done: date | None
    note: str | None = None
    clear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetDose:
    """Change the dose per injection from a cycle onward; recorded injections keep theirs."""

    dose_iu: int
    from_cycle: int = 1


@dataclass(frozen=True, slots=True)
class TickGate:
    """Answer the question a gate asks."""

    gate: str
    met: bool


@dataclass(frozen=True, slots=True)
class SetPlace:
    """Set the place of a cycle, a day or one slot."""

    choice: PlaceChoice


@dataclass(frozen=True, slots=True)
class EveningStart:
    """Begin a cycle with the evening injection of day 1 (or take that back)."""

    cycle: int
    on: bool = True


@dataclass(frozen=True, slots=True)
class DateEvent:
    """Date an event that visits hang on, e.g. discharge."""

    event: str
    on: date


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop treatment: unrecorded injections dated `on` or later are cancelled, visits stay."""

    on: date


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Withdraw the patient: every unrecorded appointment dated after `on` is cancelled."""

    on: date
    lost: bool = False


@dataclass(frozen=True, slots=True)
class AddNote:
    """Add a note to the patient."""

    text: str


@dataclass(frozen=True, slots=True)
class TakeProposals:
    """Take the proposals for these visits and cycles: `(where, date)` each."""

    moves: tuple[tuple[str, date], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Enrol:
    """Enrol a patient in an arm of a protocol of the study; without an anchor the schedule has no dates."""

    code: str
    protocol: int
    arm: str
    anchor: date | None
    prescribed_iu: int | None = None
    avoid_closed_days: bool = False


@dataclass(frozen=True, slots=True)
class Amend:
    """Put the patient on another version of the protocol (a row id); recorded appointments stay."""

    protocol: int


PatientCommand = (
    SetAnchor
    | MoveCycle
    | DateCycle
    | OmitCycle
    | MoveVisit
    | AddVisit
    | Give
    | GiveCourse
    | NotGive
    | Withhold
    | RecordVisit
    | CorrectInjection
    | CorrectVisit
    | SetDose
    | TickGate
    | SetPlace
    | EveningStart
    | DateEvent
    | Stop
    | Withdraw
    | AddNote
    | TakeProposals
    | Enrol
    | Amend
)
"""Everything `decide` understands."""
