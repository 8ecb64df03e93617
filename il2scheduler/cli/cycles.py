"""Commands on the cycles of a patient: delay, omit, date, place, evening start, dose level, gates."""

from __future__ import annotations

from datetime import date, time

import click

from il2scheduler.cli.acting import for_patient
from il2scheduler.cli.recorded import CLOCK, CYCLE, DAY, DOSE
from il2scheduler.cli.values import DATE
from il2scheduler.commands.values import (
    DateCycle,
    EveningStart,
    MoveCycle,
    OmitCycle,
    PatientCommand,
    SetDose,
    SetPlace,
    TickGate,
)
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import Place

_MOST_DAYS = 3660


@click.command()
@for_patient
@click.option("--cycle", type=CYCLE, required=True, help="The cycle's number.")
@click.option("--days", type=click.IntRange(-_MOST_DAYS, _MOST_DAYS), help="Days later; negative: earlier.")
@click.option("--to", type=DATE, help="The new date of day 1.")
def delay(*, cycle: int, days: int | None, to: date | None) -> PatientCommand:
    """Delay a cycle as a block, or advance it with negative days; later cycles follow the protocol's rule.

    An omitted cycle is planned again; with --days 0 where it stood.
    """
    if (days is None) == (to is None):
        raise click.UsageError("Give either --days or --to.")
    return MoveCycle(cycle, days, to)


@click.command()
@for_patient
@click.option("--cycle", type=CYCLE, required=True, help="The cycle's number.")
def omit(*, cycle: int) -> PatientCommand:
    """Omit a cycle; numbering continues, and later cycles keep their dates."""
    return OmitCycle(cycle)


@click.command("date-cycle")
@for_patient
@click.option("--cycle", type=CYCLE, required=True, help="The cycle's number.")
@click.option("--on", type=DATE, required=True, help="The date of day 1.")
def date_cycle(*, cycle: int, on: date) -> PatientCommand:
    """Date a cycle that the protocol leaves to the site."""
    return DateCycle(cycle, on)


@click.command()
@for_patient
@click.option("--cycle", type=CYCLE, required=True, help="The cycle's number.")
@click.option("--day", type=DAY, help="A day of the cycle; every day when absent.")
@click.option("--time", "at", type=CLOCK, help="A planned time; every one when absent.")
@click.option("--to", type=click.Choice([place.value for place in Place]), required=True)
def place(*, cycle: int, day: int | None, at: time | None, to: str) -> PatientCommand:
    """Set the place of care of a cycle, a day or one time of day."""
    return SetPlace(PlaceChoice(Place(to), cycle, day, at))


@click.command("evening-start")
@for_patient
@click.option("--cycle", type=CYCLE, required=True, help="The cycle's number.")
@click.option("--off", is_flag=True, help="Take it back: the cycle begins in the morning again.")
def evening_start(*, cycle: int, off: bool) -> PatientCommand:
    """Begin a cycle with the evening injection of day 1; the last is on the morning after the course."""
    return EveningStart(cycle, on=not off)


@click.command("dose-level")
@for_patient
@click.option("--dose", type=DOSE, required=True, help="Million international units an injection, e.g. 4.5.")
@click.option("--from-cycle", type=CYCLE, required=True, help="The first cycle it holds for.")
def dose_level(*, dose: int, from_cycle: int) -> PatientCommand:
    """Change the dose from a cycle on; recorded injections stay."""
    return SetDose(dose, from_cycle)


@click.command()
@for_patient
@click.option("--gate", "code", required=True, metavar="CODE", help="The condition's code.")
@click.option("--met/--not-met", "met", default=None, help="The person's answer.")
def gate(*, code: str, met: bool | None) -> PatientCommand:
    """Answer the question that a condition of the protocol asks; a person decides, never the program."""
    if met is None:
        raise click.UsageError("Give either --met or --not-met.")
    return TickGate(code, met)
