"""One row as a fact of a patient: every cell read strictly, all that is wrong with the row named at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from il2scheduler import dosing, typed_text
from il2scheduler.appointment import NotGiven
from il2scheduler.commands.values import PastCap
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind
from il2scheduler.study.transcription.table import Line, Misplaced, Place

FIRST_YEAR, LAST_YEAR = 1990, 2100
ACCEPTED = {kind.value: kind for kind in (FindingKind.GAP_TOO_SHORT, FindingKind.PAST_CAP)}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# A spreadsheet program writes 08:00 as 8:00 or 08:00:00.
_TIME = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::00)?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """The columns that a kind of row needs, those it may have, and its turn among the rows of a patient."""

    turn: int
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()


FORMS: Mapping[str, Form] = {
    "enrol": Form(0, ("arm",), ("protocol", "date", "dose")),
    "gate": Form(1, ("code", "reason")),
    "dose": Form(2, ("cycle", "dose", "reason")),
    "cycle": Form(3, ("cycle", "date", "reason"), ("accept", "past_cap")),
    "omitted": Form(3, ("cycle", "reason"), ("accept", "past_cap")),
    "not-given": Form(4, ("cycle", "day", "time", "code"), ("note",)),
    "given": Form(5, ("cycle",), ("day", "time", "at", "dose", "site", "batch", "by", "reason")),
    "moved": Form(6, ("visit", "date", "reason"), ("time",)),
    "unscheduled": Form(6, ("date", "reason")),
    "visit": Form(7, ("visit", "date"), ("note",)),
    "missed": Form(7, ("visit",), ("note",)),
    "stopped": Form(8, ("date", "reason")),
    "withdrawn": Form(9, ("date", "reason")),
    "lost": Form(9, ("date", "reason")),
    "note": Form(10, ("note",)),
}
_OF_CYCLES = range(2, 6)
_OF_ONE = {"at", "dose", "site"}
"""What is of a single injection, never of a whole course."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the file, read."""

    row: int
    patient: str
    what: str
    protocol: str | None = None
    arm: str | None = None
    date: date | None = None
    cycle: int | None = None
    day: int | None = None
    time: time | None = None
    at: datetime | None = None
    visit: str | None = None
    dose: int | None = None
    site: str | None = None
    batch: str | None = None
    by: str | None = None
    code: str | None = None
    reason: str | None = None
    note: str | None = None
    accept: frozenset[FindingKind] = frozenset()
    past_cap: PastCap | None = None

    @property
    def turn(self) -> tuple[int, int, int, bool, int]:
        """Where the fact comes among those of its patient, whatever the order of the rows.

        Cycle after cycle, its date before what was given, single injections before the whole course: so
        the exceptions of a course may stand anywhere.
        """
        turn = FORMS[self.what].turn
        whole = self.what == "given" and self.day is None
        if turn in _OF_CYCLES:
            return _OF_CYCLES.start, self.cycle or 0, turn, whole, self.row
        return turn, 0, 0, whole, self.row


def read_fact(line: Line) -> tuple[Fact | None, list[Misplaced]]:
    """The fact of a row, None where anything is wrong with it, and everything that is."""
    problems: list[Misplaced] = []
    values: dict[str, Any] = {}
    for column, text in line.cells.items():
        try:
            values[column] = _READERS[column](text)
        except Refusal as refusal:
            problems.append(Misplaced(Place(line.row, column), refusal))
    problems += _wrong_form(line)
    if problems:
        return None, problems
    return Fact(row=line.row, **values), []


def _wrong_form(line: Line) -> list[Misplaced]:
    missing = [column for column in ("patient", "what") if column not in line.cells]
    what = line.cells.get("what", "")
    form = FORMS.get(what)
    problems: list[Misplaced] = []
    if form is not None:
        missing += [column for column in form.needs if column not in line.cells]
        if what == "given" and ("day" in line.cells) != ("time" in line.cells):
            missing.append("time" if "day" in line.cells else "day")
        taken = {"patient", "what", *form.needs, *form.may}
        whole = what == "given" and not line.cells.keys() & {"day", "time"}
        problems += [
            _at(line, column, _not_used(column, what))
            for column in line.cells
            if column not in taken or (whole and column in _OF_ONE)
        ]
    problems += [_at(line, column, Refusal("import-needed", column=column)) for column in missing]
    return problems


def _not_used(column: str, what: str) -> Refusal:
    """Why a cell has no place in its row: only to empty it would record as planned what was not."""
    if what == "given" and column in _OF_ONE:
        return Refusal("import-of-one", column=column)
    if what in ("given", "not-given") and column == "date":
        return Refusal("import-of-cycle", column=column)
    return Refusal("import-not-used", column=column, what=what)


def _at(line: Line, column: str, refusal: Refusal) -> Misplaced:
    return Misplaced(Place(line.row, column), refusal)


# --- Cells ---


def _what(text: str) -> str:
    if text not in FORMS:
        raise Refusal("import-what", found=text[:60], known=", ".join(FORMS))
    return text


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise Refusal("import-date", found=text[:60])
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refusal("date-range", date=day, first=FIRST_YEAR, last=LAST_YEAR)
    return day


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None or int(match["hour"]) > 23 or int(match["minute"]) > 59:
        raise Refusal("import-time", found=text[:60])
    return time(int(match["hour"]), int(match["minute"]))


def _moment(text: str) -> datetime:
    day, _, clock = text.replace("T", " ", 1).partition(" ")
    try:
        return datetime.combine(_date(day), _time(clock))
    except Refusal:
        raise Refusal("import-moment", found=text[:60]) from None


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        raise Refusal("import-number", found=text[:60])
    return int(text)


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise Refusal("import-code", found=text[:60])
    return text


def _accept(text: str) -> frozenset[FindingKind]:
    names = text.split()
    if any(name not in ACCEPTED for name in names):
        raise Refusal("import-choice", found=text[:60], known=", ".join(ACCEPTED))
    return frozenset(ACCEPTED[name] for name in names)


def _past_cap(text: str) -> PastCap:
    known = [choice.value for choice in PastCap]
    if text not in known:
        raise Refusal("import-choice", found=text[:60], known=", ".join(known))
    return PastCap(text)


def not_given(text: str) -> NotGiven:
    """A code of the dosing sheet."""
    known = [code.value for code in NotGiven]
    if text not in known:
        raise Refusal("import-choice", found=text[:60], known=", ".join(known))
    return NotGiven(text)


_READERS: Mapping[str, Callable[[str], object]] = {
    "patient": typed_text.patient_code,
    "what": _what,
    "protocol": _code,
    "arm": _code,
    "date": _date,
    "cycle": _number,
    "day": _number,
    "time": _time,
    "at": _moment,
    "visit": _code,
    "dose": dosing.read_million,
    "site": typed_text.line,
    "batch": typed_text.line,
    "by": typed_text.line,
    "code": _code,
    "reason": typed_text.note,
    "note": typed_text.note,
    "accept": _accept,
    "past_cap": _past_cap,
}
