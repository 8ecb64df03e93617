"""What a view asks for when a person acts in it; the window opens the dialog or does it."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import NamedTuple


class What(StrEnum):
    """The things a view can ask for."""

    SHOW = "show"
    RECORD = "record"
    RECORD_COURSE = "record-course"
    CORRECT = "correct"
    DELAY = "delay"
    OMIT = "omit"
    DATE_CYCLE = "date-cycle"
    DATE_EVENT = "date-event"
    MOVE = "move"
    WITHHOLD = "withhold"
    ADD_VISIT = "add-visit"
    DOSE = "dose"
    GATE = "gate"
    PLACE = "place"
    EVENING_START = "evening-start"
    ANCHOR = "anchor"
    STOP = "stop"
    WITHDRAW = "withdraw"
    NOTE = "note"
    AMEND = "amend"
    COMPLETE = "complete"
    ADD_PROTOCOL = "add-protocol"
    ENROL = "enrol"
    PROPOSALS = "proposals"
    PRINT = "print"
    CALENDAR = "calendar"
    UNDO_ENTRY = "undo-entry"
    CLOSURES = "closures"
    IMPORT = "import"
    PROTOCOL = "protocol"
    TABLES = "tables"
    PRODUCT = "product"


class Ask(NamedTuple):
    """One request of a view.

    `patient` is a patient's code; `code` an appointment's (`C3D1`, `W52`) or a cycle's (`C3`), a gate's, an
    event's, or an entry number as text. `to` is a date the person pointed at (the day a block was dropped
    on), or the day or first day a list is for. `slot` is the planned clock time of one injection of the day.
    """

    what: What
    patient: str | None = None
    code: str | None = None
    to: date | None = None
    slot: time | None = None
