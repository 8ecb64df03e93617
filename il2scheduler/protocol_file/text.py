"""A template's bytes turned into a tree of tables, refused early when parsing could hang or fill memory."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from il2scheduler.protocol_file.problems import Fact, Problem, shown

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

# How tomllib begins its sentences, and the mistake of a writer that each stands for.
_MISTAKES = (
    ("Illegal character '\\n'", "open-text"),
    ("Unterminated string", "open-text"),
    ("Unclosed inline table", "open-table"),
    ("Unclosed array", "open-list"),
    ("Cannot overwrite a value", "key-twice"),
    ("Duplicate inline table key", "key-twice"),
    ("Cannot declare", "table-twice"),
    ("Cannot mutate", "table-twice"),
    ("Cannot redefine", "table-twice"),
    ("Expected '='", "no-equals-sign"),
    ("Expected ']", "bad-name"),
    ("Invalid initial character for a key part", "bad-name"),
    ("Expected newline", "more-on-line"),
    ("Invalid value", "bad-value"),
    ("Invalid date", "bad-value"),
    ("Invalid statement", "bad-line"),
    ("Unescaped", "backslash"),
)
_CURLY = re.compile("[\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]")

_STRAIGHT = re.compile(r'"[^"]*"')


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
        return _syntax_problem(str(error), text)
    except (RecursionError, ValueError) as error:
        digits = _ENDLESS_NUMBER.search(text)
        if digits is not None:
            line = text.count("\n", 0, digits.start()) + 1
            return Problem(f"line {line}", "number-too-long", {"found": shown(digits[0])})
        return Problem("", "syntax", _mistake(shown(str(error)), ""))


def _syntax_problem(message: str, text: str) -> Problem:
    match = _TOML_PLACE.match(message)
    what = message if match is None else match["what"]
    if match is None or match["line"] is None:
        return Problem("" if match is None else "end of file", "syntax", _mistake(what, ""))
    line = int(match["line"])
    return Problem(f"line {line}", "syntax", _mistake(what, text.split("\n")[line - 1]))


def _mistake(what: str, line: str) -> dict[str, Fact]:
    """What tomllib says, and the `mistake` it stands for; "other" where nobody can tell."""
    known = (mistake for start, mistake in _MISTAKES if what.startswith(start))
    mistake = next(known, "other")
    if mistake != "other" and _CURLY.search(_STRAIGHT.sub("", line)):
        mistake = "curly-quotes"
    return {"what": what, "mistake": mistake}


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
