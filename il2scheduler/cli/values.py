"""What a person types on the command line, read strictly: dates, ranges of dates, weekdays."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click

from il2scheduler.cli import speech
from il2scheduler.clinic import Closure
from il2scheduler.wording import printable

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR, LAST_YEAR = 1990, 2100
_ENDINGS = frozenset(
    {".csv", ".doc", ".docx", ".html", ".ics", ".il2", ".json", ".ods", ".odt", ".pdf", ".png", ".toml"}
    | {".txt", ".xls", ".xlsx", ".zip"}
)
"""Endings by which a person means one file; a folder may have a dot in its name."""


class DateValue(click.ParamType[date]):
    """A date written exactly YYYY-MM-DD, of the years 1990 to 2100."""

    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date, or fail with what was found and what was expected."""
        text = str(value)
        try:
            day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
        except ValueError:
            day = None
        w = speech.current()
        if day is None:
            self.fail(
                w(
                    "{text} is not a date; write it as 2026-01-05 (year-month-day).",
                    text=printable(text[:60]),
                ),
                param,
                ctx,
            )
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            outside = w(
                "{text} is outside the years {first} to {last}.", text=text, first=FIRST_YEAR, last=LAST_YEAR
            )
            self.fail(outside, param, ctx)
        return day


class ClosureValue(click.ParamType[Closure]):
    """A closed day or days: YYYY-MM-DD or YYYY-MM-DD..YYYY-MM-DD, both inclusive."""

    name = "DATE[..DATE]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Closure:
        """Read the days, or fail with what was expected."""
        if isinstance(value, Closure):
            return value
        first_text, dots, last_text = str(value).partition("..")
        first = DateValue().convert(first_text, param, ctx)
        last = DateValue().convert(last_text, param, ctx) if dots else first
        if last < first:
            days = f"{first_text}..{last_text}"
            self.fail(speech.current()("{days} ends before it begins.", days=days), param, ctx)
        return Closure(first, last)


class OutValue(click.ParamType[str]):
    """Where something is written: never an empty text, which would be the folder one happens to be in.

    With an `ending` it is a file of that kind or a folder: `week.txt` would make a folder of that name.
    """

    name = "PATH"

    def __init__(self, ending: str = "") -> None:
        """`ending` is that of one file, such as `.pdf`."""
        self._ending = ending

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as it is, or fail where there is none."""
        text = str(value)
        if not text.strip():
            self.fail(speech.current()("the name is empty; give one."), param, ctx)
        path = Path(text)
        if self._ending and path.suffix.lower() in _ENDINGS - {self._ending} and not path.is_dir():
            said = speech.current()(
                "{file} names neither a folder nor a {ending} file; end it in {ending}, or give a folder.",
                file=printable(path.name),
                ending=self._ending,
            )
            self.fail(said, param, ctx)
        return text


class WeekdaysValue(click.ParamType[frozenset[int]]):
    """Closed weekdays by their English short names, `sat,sun`; `none` when open every day."""

    name = "sat,sun"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[int]:
        """Read the weekdays, or fail with what was expected."""
        text = str(value)
        if text == "none":
            return frozenset()
        names = text.split(",")
        if any(name not in _WEEKDAYS for name in names):
            known = ",".join(_WEEKDAYS)
            self.fail(
                speech.current()(
                    "{text} is not a list of weekdays; write some of {known}, or none.",
                    text=printable(text[:60]),
                    known=known,
                ),
                param,
                ctx,
            )
        return frozenset(_WEEKDAYS.index(name) for name in names)


OUT, OUT_PDF, OUT_ICS = OutValue(), OutValue(".pdf"), OutValue(".ics")
DATE = DateValue()
CLOSURE = ClosureValue()
WEEKDAYS = WeekdaysValue()
