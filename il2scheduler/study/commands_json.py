"""Commands as JSON of the ledger: the name of the command line, and the fields of the value."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import Enum
from typing import cast

from il2scheduler.commands.values import (
    AddNote,
    AddVisit,
    Amend,
    CorrectInjection,
    CorrectVisit,
    DateCycle,
    DateEvent,
    Enrol,
    EveningStart,
    Give,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    NotGive,
    OmitCycle,
    PatientCommand,
    RecordVisit,
    SetAnchor,
    SetDose,
    SetPlace,
    Stop,
    TakeProposals,
    TickGate,
    Withdraw,
    Withhold,
)

NAMES: dict[type, str] = {
    Enrol: "enrol",
    SetAnchor: "anchor",
    MoveCycle: "delay",
    DateCycle: "date-cycle",
    OmitCycle: "omit",
    MoveVisit: "move",
    AddVisit: "unscheduled",
    Give: "give",
    GiveCourse: "give-course",
    NotGive: "not-given",
    Withhold: "withhold",
    RecordVisit: "visit",
    CorrectInjection: "correct-injection",
    CorrectVisit: "correct-visit",
    SetDose: "dose-level",
    TickGate: "gate",
    SetPlace: "place",
    EveningStart: "evening-start",
    DateEvent: "event",
    Stop: "stop",
    Withdraw: "withdraw",
    AddNote: "note",
    TakeProposals: "take-proposals",
    Amend: "amend",
}


def command_json(command: PatientCommand, patient: str, **extra: object) -> str:
    """The command as one line of JSON with sorted keys; `extra` are the person's answers."""
    return as_json({"command": NAMES[type(command)], "patient": patient, **_plain(command), **extra})


def as_json(values: dict[str, object]) -> str:
    """Sorted, empty fields left out: the form in which the ledger keeps commands."""
    kept = {name: _value(value) for name, value in values.items() if value not in (None, "", (), [], {})}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _plain(value: object) -> dict[str, object]:
    if not dataclasses.is_dataclass(value):
        raise TypeError(type(value).__name__)
    fields = (field.name for field in dataclasses.fields(value))
    return {name: getattr(value, name) for name in fields}


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | frozenset | set):
        return [_value(entry) for entry in cast("Iterable[object]", value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _value(v) for name, v in _plain(value).items() if v is not None}
    return value
