"""Commands on the visits of a patient: move, unscheduled, and what came of them."""

from __future__ import annotations

from datetime import date, time

import click

from il2scheduler import typed_text
from il2scheduler.cli.acting import for_patient
from il2scheduler.cli.recorded import CLOCK
from il2scheduler.cli.values import DATE
from il2scheduler.commands.values import AddVisit, DateEvent, MoveVisit, PatientCommand, RecordVisit


@click.command()
@for_patient
@click.option("--visit", "code", required=True, metavar="CODE", help="The visit, such as W52.")
@click.option("--to", type=DATE, required=True, help="The new date.")
@click.option("--time", "hour", type=CLOCK, help="Its hour.")
def move(*, code: str, to: date, hour: time | None) -> PatientCommand:
    """Move a visit: inside its window freely, elsewhere with a reason."""
    return MoveVisit(code, to, hour)


@click.command()
@for_patient
@click.option("--on", type=DATE, required=True, help="Its date.")
def unscheduled(*, on: date) -> PatientCommand:
    """Add an unscheduled visit, for a reason; nothing is renumbered."""
    return AddVisit(on)


@click.command()
@for_patient
@click.option("--visit", "code", required=True, metavar="CODE", help="The visit, such as W24.")
@click.option("--done", type=DATE, help="The date on which it was done.")
@click.option("--missed", is_flag=True, help="It was missed.")
@click.option("--note", metavar="TEXT", help="A note on it.")
def visit(*, code: str, done: date | None, missed: bool, note: str | None) -> PatientCommand:
    """Record a visit as done or missed."""
    if missed == (done is not None):
        raise click.UsageError("Give either --done DATE or --missed.")
    return RecordVisit(code, done, None if note is None else typed_text.note(note))


@click.command()
@for_patient
@click.option("--event", "code", required=True, metavar="CODE", help="The event, such as discharge.")
@click.option("--on", type=DATE, required=True, help="Its date.")
def event(*, code: str, on: date) -> PatientCommand:
    """Date an event that visits hang on."""
    return DateEvent(code, on)
