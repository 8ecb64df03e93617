"""Texts of a command as they may be saved: in one form, and with nothing in them that cannot be seen."""

from __future__ import annotations

import dataclasses
from typing import Any

from il2scheduler.commands.values import PatientCommand
from il2scheduler.typed_text import line, note

_LINES = frozenset({"site", "batch", "by"})
_NOTES = frozenset({"note", "text"})


def readable(command: PatientCommand) -> PatientCommand:
    """The command with its typed texts as `typed_text` gives them; the `Refusal` of the first that is none.

    An empty optional text is no text.
    """
    read: dict[str, Any] = {}
    for field in dataclasses.fields(command):
        text = getattr(command, field.name)
        if not isinstance(text, str) or field.name not in _LINES | _NOTES:
            continue
        if field.default is None and not text.strip():
            read[field.name] = None
        else:
            read[field.name] = line(text) if field.name in _LINES else note(text)
    return dataclasses.replace(command, **read) if read else command
