"""What a site typed at the end of a protocol's text, with a text erased; the rest of it is never touched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_MARK = "\n[[site_values]]\n"
_LINE = re.compile(r'^(field|source|value) = ("(?:[^"\\\n]|\\.)*")$')


def without(text: str, erase: Callable[[str], str]) -> str:
    """The text of a protocol without what was typed as page, or as words where the language has no key.

    A value that means something to the schedule stays: an erased one could not be read again.
    """
    head, mark, tail = text.partition(_MARK)
    if not mark:
        return text
    lines: list[str] = []
    field = ""
    for line in tail.split("\n"):
        match = _LINE.match(line)
        if match is None:
            lines.append(line)
            continue
        said = str(json.loads(match[2]))
        field = said if match[1] == "field" else field
        erasable = match[1] == "source" or (match[1] == "value" and _is_words(field))
        left = erase(said) if erasable else said
        lines.append(line if left == said else f"{match[1]} = {_quoted(left)}")
    return head + mark + "\n".join(lines)


def _is_words(field: str) -> bool:
    from il2scheduler.protocol_file.spots import spot

    return spot(tuple(field.split("."))) is None


def _quoted(text: str) -> str:
    from il2scheduler.protocol_file.toml_text import toml

    return toml(text)
