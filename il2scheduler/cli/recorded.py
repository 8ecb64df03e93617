"""What a person types of what happened, read strictly: times, doses, exceptions of a course."""

from __future__ import annotations

import re
from datetime import datetime, time

import click

from il2scheduler.appointment import NotGiven
from il2scheduler.cli import speech
from il2scheduler.cli.values import DateValue
from il2scheduler.commands.values import CourseException
from il2scheduler.dosing import read_million
from il2scheduler.refusal import Refusal
from il2scheduler.wording import printable, refusal_sentence

MAX_NUMBER = 9999
NOT_GIVEN_CODES = [code.value for code in NotGiven]
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_EXCEPTION = re.compile(r"(?P<day>[0-9]{1,3})@(?P<clock>[0-9]{2}:[0-9]{2})=(?P<code>[A-Z])", re.ASCII)


class ClockValue(click.ParamType[time]):
    """A clock time written exactly HH:MM."""

    name = "HH:MM"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> time:
        """Read the time, or fail with what was found and what was expected."""
        text = str(value)
        if _CLOCK.fullmatch(text) is None:
            wrong = speech.current()(
                "{text} is not a clock time; write it as 08:00.", text=printable(text[:60])
            )
            self.fail(wrong, param, ctx)
        return time(int(text[:2]), int(text[3:]))


class MomentValue(click.ParamType[datetime]):
    """A date with a clock time, of the site: YYYY-MM-DDTHH:MM."""

    name = "YYYY-MM-DDTHH:MM"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read both, or fail with what was expected."""
        text = str(value)
        day, letter, clock = text.partition("T")
        if not letter or _CLOCK.fullmatch(clock) is None:
            wrong = speech.current()(
                "{text} is not a date with a time; write it as 2026-04-03T08:12.", text=printable(text[:60])
            )
            self.fail(wrong, param, ctx)
        return datetime.combine(DateValue().convert(day, param, ctx), ClockValue().convert(clock, param, ctx))


class DoseValue(click.ParamType[int]):
    """A dose in million international units, `4.5` or `4,5`; the value is in international units."""

    name = "MILLIONS"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the dose, or fail with what was expected."""
        if isinstance(value, int):
            return value
        try:
            return read_million(str(value))
        except Refusal as refusal:
            self.fail(refusal_sentence(speech.current(), refusal), param, ctx)


class ExceptionValue(click.ParamType[CourseException]):
    """An injection of a course that was not given: day 4 at 20:00, refused, is `4@20:00=R`."""

    name = "DAY@HH:MM=CODE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> CourseException:
        """Read day, time and code, or fail with what was expected."""
        if isinstance(value, CourseException):
            return value
        text = str(value)
        match = _EXCEPTION.fullmatch(text)
        if match is None or match["code"] not in NOT_GIVEN_CODES:
            known = ", ".join(NOT_GIVEN_CODES)
            wrong = speech.current()(
                "{text} is not a day, a time and a code; write it as 4@20:00=R, with a code of {known}.",
                text=printable(text[:60]),
                known=known,
            )
            self.fail(wrong, param, ctx)
        clock = ClockValue().convert(match["clock"], param, ctx)
        return CourseException(int(match["day"]), clock, NotGiven(match["code"]))


CLOCK = ClockValue()
MOMENT = MomentValue()
DOSE = DoseValue()
EXCEPTION = ExceptionValue()
CYCLE = click.IntRange(1, MAX_NUMBER)
DAY = click.IntRange(1, MAX_NUMBER)
CODE = click.Choice(NOT_GIVEN_CODES)
"""The not-given codes of the dosing sheet."""
