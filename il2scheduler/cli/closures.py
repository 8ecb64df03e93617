"""`il2scheduler closure`: days on which the clinic is closed, or open in spite of a holiday."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from il2scheduler import typed_text
from il2scheduler.calendars import closed_days
from il2scheduler.cli.acting import Acting, changes, opened
from il2scheduler.cli.study import change_settings
from il2scheduler.cli.values import CLOSURE, DATE
from il2scheduler.clinic import Closure
from il2scheduler.study.closures import left_out, opened_on, with_closures


@click.command()
@changes
@click.option("--days", type=CLOSURE, help="A day, or first and last day, on which the clinic is closed.")
@click.option("--name", metavar="TEXT", help="Why it is closed; needed with --days.")
@click.option(
    "--open", "open_on", type=DATE, help="A public holiday, or a day of a closure, on which it is open."
)
@click.option("--from-ics", "file", metavar="FILE", help="Closures from a calendar file.")
def closure(
    acting: Acting, *, days: Closure | None, name: str | None, open_on: date | None, file: str | None
) -> int:
    """Close the clinic on days, open it on one, or read closures from a calendar file."""
    if sum(choice is not None for choice in (days, open_on, file)) != 1:
        raise click.UsageError("Give one of --days, --open and --from-ics.")
    if (days is not None) != (name is not None):
        raise click.UsageError("--name goes with --days, and --days with --name.")
    with opened(acting) as study:
        settings = study.settings
        if days is not None:
            made = Closure(days.first, days.last, typed_text.line(name or ""))
            told = {"command": "closure", "first": made.first, "last": made.last, "name": made.name}
            settings = with_closures(settings, (made,))
        elif open_on is not None:
            told = {"command": "closure", "open": open_on}
            settings = opened_on(settings, open_on)
        else:
            path = Path(file or "")
            read = closed_days.read(path, settings.timezone)
            told = {"command": "closure", "file": path.name, "count": len(read.closures)}
            settings = with_closures(settings, read.closures)
            if read.with_hours:
                click.echo(left_out(acting.words, read.with_hours), err=True)
        # A closure's name says why the clinic is closed.
        why = None if name is None else typed_text.line(name)
        change_settings(acting, study, settings, told, why=why)
    return 0
