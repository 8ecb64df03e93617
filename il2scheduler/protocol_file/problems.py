"""What is wrong in a template file, as data: the sentences are made in `wording`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int
_SHOWN = 60
_PLAIN = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: where in the file, of which kind, and the facts its sentence needs."""

    place: str
    kind: str
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])


def place_of(parts: tuple[str | int, ...]) -> str:
    """`("cycles", 0, "starts")` as people read it: `cycles[0].starts`; odd keys are made visible."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            plain = (
                part.replace("_", "").replace("-", "").isalnum() and part.isascii() and len(part) <= _PLAIN
            )
            key = part if plain else shown(part)
            text += f".{key}" if text else key
    return text


def shown(value: object) -> str:
    """A found value on one short line, with control and invisible characters escaped."""
    try:
        text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=True, default=str)
    except (ValueError, RecursionError):  # a number of thousands of digits, or tables nested as deep
        text = hex(value) if isinstance(value, int) else "{...}" if isinstance(value, dict) else "[...]"
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:_SHOWN])
    return line if max(len(line), len(text)) <= _SHOWN else line[: _SHOWN - 3] + "..."
