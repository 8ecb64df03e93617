"""Commands that record injections: given, not given, a whole course, the rest withheld."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import click

from il2scheduler import typed_text
from il2scheduler.cli.acting import for_patient
from il2scheduler.cli.recorded import CLOCK, CODE, CYCLE, DAY, DOSE, EXCEPTION, MOMENT
from il2scheduler.commands.values import (
    CourseException,
    Give,
    GiveCourse,
    NotGive,
    PatientCommand,
    Withhold,
)
from il2scheduler.schedule import NotGiven

_ONE_ONLY = ("at", "dose", "site")


@click.command()
@for_patient
@click.option("--cycle", type=CYCLE, required=True, help="The cycle's number.")
@click.option("--day", type=DAY, help="The day of the cycle.")
@click.option("--time", "slot", type=CLOCK, help="The planned time, which names the injection.")
@click.option("--at", type=MOMENT, help="When it was given; the planned date and time when absent.")
@click.option("--dose", type=DOSE, help="Million international units given; the planned dose when absent.")
@click.option("--site", metavar="TEXT", help="Where on the body, such as left thigh.")
@click.option("--batch", metavar="TEXT", help="The batch number.")
@click.option("--by", metavar="NAME", help="Who gave it; patient for a self-injection.")
@click.option("--all", "whole", is_flag=True, help="All that is still planned of the course.")
@click.option(
    "--except", "exceptions", type=EXCEPTION, multiple=True, help="With --all: not given; repeatable."
)
def give(
    *,
    cycle: int,
    day: int | None,
    slot: time | None,
    whole: bool,
    exceptions: tuple[CourseException, ...],
    **told: Any,  # noqa: ANN401 - when, how much, where, from which batch, by whom
) -> PatientCommand:
    """Record an injection as given, or a whole course with its exceptions."""
    batch, by = _line(told["batch"]), _line(told["by"])
    if whole:
        extra = [f"--{name}" for name in _ONE_ONLY if told[name] is not None]
        if day is not None or slot is not None or extra:
            raise click.UsageError("With --all leave out --day, --time, --at, --dose and --site.")
        return GiveCourse(cycle, exceptions, batch, by)
    if day is None or slot is None:
        raise click.UsageError("Give --day and --time of the injection, or --all.")
    if exceptions:
        raise click.UsageError("--except goes with --all.")
    at: datetime | None = told["at"]
    return Give(cycle, day, slot, at, told["dose"], _line(told["site"]), batch, by)


@click.command("not-given")
@for_patient
@click.option("--cycle", type=CYCLE, required=True, help="The cycle's number.")
@click.option("--day", type=DAY, required=True, help="The day of the cycle.")
@click.option("--time", "slot", type=CLOCK, required=True, help="The planned time.")
@click.option(
    "--code", type=CODE, required=True, help="A absent, H withheld, N no drug, R refused, V unwell, O other."
)
@click.option("--note", metavar="TEXT", help="A note on it.")
def not_given(*, cycle: int, day: int, slot: time, code: str, note: str | None) -> PatientCommand:
    """Record an injection as not given, with its code."""
    return NotGive(cycle, day, slot, NotGiven(code), None if note is None else typed_text.note(note))


@click.command()
@for_patient
@click.option("--cycle", type=CYCLE, required=True, help="The cycle's number.")
@click.option("--from-day", type=DAY, required=True, help="The first day that is withheld.")
def withhold(*, cycle: int, from_day: int) -> PatientCommand:
    """Withhold the rest of a course that has begun: what is still planned from a day on is coded H."""
    return Withhold(cycle, from_day)


def _line(text: str | None) -> str | None:
    return None if text is None else typed_text.line(text)
