"""A template's bytes turned into a tree of tables, refused early when parsing could hang or fill memory."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from il2scheduler.protocol_file.problems import Problem, shown

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 12
Tree = dict[str, Any]
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[A-Za-z0-9_+:-]+|[.\[\]{}\n]',
    re.DOTALL,
)
_ENDLESS_NUMBER = re.compile(r"[0-9][0-9_]{400,}")
_TOML_PLACE = re.compile(
    r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$"
)


def parse(data: bytes) -> Tree | Problem:
    """The tree of a template file, or the one problem that keeps it from being read."""
    if len(data) > MAX_BYTES:
        return Problem("", "too-big", {"limit": MAX_BYTES // 1024})
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Problem(f"line {line}", "not-utf8", {"byte": data[error.start]})
    deep = _too_deep(text)
    if deep is not None:
        return Problem(f"line {deep}", "too-deep", {"limit": MAX_DEPTH})
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _syntax_problem(str(error))
    except (RecursionError, ValueError) as error:
        digits = _ENDLESS_NUMBER.search(text)
        if digits is not None:
            line = text.count("\n", 0, digits.start()) + 1
            return Problem(f"line {line}", "number-too-long", {"found": shown(digits[0])})
        return Problem("", "syntax", {"what": shown(str(error))})


def _syntax_problem(message: str) -> Problem:
    match = _TOML_PLACE.match(message)
    if match is None:
        return Problem("", "syntax", {"what": message})
    place = f"line {match['line']}" if match["line"] else "end of file"
    return Problem(place, "syntax", {"what": match["what"]})


def _too_deep(text: str) -> int | None:
    """The line where keys or brackets nest too deep: a 40 kB dotted key costs tomllib 1.5 GB."""
    line = 1
    dots = brackets = 0
    previous = ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == ".":
            dots += 1
        elif previous != ".":
            dots = 0
        if token in "[{":
            brackets += 1
        elif token in "]}":
            brackets = max(0, brackets - 1)
        if dots > MAX_DEPTH or brackets > MAX_DEPTH:
            return line
        line += token.count("\n")
        previous = token
    return None
