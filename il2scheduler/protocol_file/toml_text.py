"""Values written as TOML on one line, whatever a person typed in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml(value: object) -> str:
    """A text, whole number, truth, list or table as TOML; `TypeError` for what templates never hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for the character that erases (U+007F).
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(toml(entry) for entry in cast('list[object]', value))}]"
    if isinstance(value, dict):
        inside = (f"{_key(k)} = {toml(v)}" for k, v in cast("dict[str, object]", value).items())
        return f"{{ {', '.join(inside)} }}"
    raise TypeError(type(value).__name__)


def with_tables(text: str, name: str, tables: Sequence[Mapping[str, object]]) -> str:
    """A TOML text with more tables of a list at its end."""
    parts = [text if text.endswith("\n") or not text else f"{text}\n"]
    for table in tables:
        lines = [f"[[{name}]]", *(f"{_key(key)} = {toml(value)}" for key, value in table.items())]
        parts.append("\n" + "\n".join(lines) + "\n")
    return "".join(parts)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else toml(key)
