"""Texts of a command as they may be saved: in one form, and with nothing in them that cannot be seen."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar, cast

from il2scheduler.commands.values import PatientCommand
from il2scheduler.typed_text import line, note

_LINES = frozenset({"site", "batch", "by"})
_NOTES = frozenset({"note", "text"})
_Told = TypeVar("_Told")


def readable(command: PatientCommand) -> PatientCommand:
    """The command with its typed texts as `typed_text` gives them; the `Refusal` of the first that is none.

    An empty optional text is no text. What a course tells of its injections is read as well.
    """
    return _read(command)


def _read(value: _Told) -> _Told:
    read: dict[str, Any] = {}
    for field in dataclasses.fields(value):  # type: ignore[arg-type] # every command is a dataclass
        found = getattr(value, field.name)
        if isinstance(found, tuple):
            read[field.name] = tuple(
                _read(part) if dataclasses.is_dataclass(part) and not isinstance(part, type) else part
                for part in cast("tuple[object, ...]", found)
            )
        elif not isinstance(found, str) or field.name not in _LINES | _NOTES:
            continue
        elif field.default is None and not found.strip():
            read[field.name] = None
        else:
            read[field.name] = line(found) if field.name in _LINES else note(found)
    return dataclasses.replace(value, **read) if read else value  # type: ignore[type-var]
