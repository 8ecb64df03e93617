"""The line of a template file on which a place stands: people look for a line, not for `visits[1].at`."""

from __future__ import annotations

import re

# Texts and remarks from left to right, so that a bracket or quote inside one is none of the file's own.
_TEXT = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)
_HEADER = re.compile(r"\s*(?P<open>\[\[?)\s*(?P<name>[A-Za-z0-9_.-]+)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"\s*(?P<quote>[\"\']?)(?P<key>[A-Za-z0-9_.-]+)(?P=quote)\s*=")


def lines_of(text: str) -> dict[str, int]:
    """The line, from 1, of each table (`visits[1]`, `totals.il2`) and each key of a text that is TOML."""
    text = _TEXT.sub(lambda match: "\n" * match[0].count("\n") or match[0], text)
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            first, _, rest = header["name"].partition(".")
            if header["open"] == "[[" and not rest:
                counts[first] = counts.get(first, -1) + 1
            table = f"{first}[{counts[first]}]" if first in counts else first
            table += f".{rest}" if rest else ""
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            name = f"'{key['key']}'" if key["quote"] and "." in key["key"] else key["key"]
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


def line_of(lines: dict[str, int], place: str) -> int | None:
    """The line of a place of a problem, or of what holds it; None where the text has neither."""
    place = re.sub(r"^reading [^:]*: ", "", place)
    while place:
        if place in lines:
            return lines[place]
        shorter = re.sub(r"(?:\.(?:'[^']*'|[^.\[\]']*)|\[[0-9]+\])$", "", place)
        place = "" if shorter == place else shorter
    return None
