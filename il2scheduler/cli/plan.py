"""`il2scheduler plan`: a patient's schedule from a protocol and a start date, on screen and as files."""

from __future__ import annotations

import getpass
import sys
from datetime import date, datetime
from pathlib import Path

import click

from il2scheduler import plan as planning
from il2scheduler import typed_text
from il2scheduler.cli.documents import echo_json, plan_document
from il2scheduler.cli.screen import print_plan
from il2scheduler.cli.templates import BadTemplate, open_protocol
from il2scheduler.cli.values import CLOSURE, DATE, WEEKDAYS
from il2scheduler.clinic import Closure
from il2scheduler.i18n import words
from il2scheduler.version import VERSION


@click.command()
@click.argument("protocol", metavar="PROTOCOL")
@click.option("--start", type=DATE, required=True, help="The anchor date (W0, or the first injection).")
@click.option("--patient", default="P001", show_default=True, metavar="CODE", help="The patient's code.")
@click.option("--arm", metavar="CODE", help="The arm; needed where the protocol has several.")
@click.option(
    "--reading", metavar="NAME", help="The reading of disputed fields; the template's default when absent."
)
@click.option("--country", metavar="FR", help="Country of the public holidays; the protocol's when absent.")
@click.option("--subdivision", metavar="57", help="Subdivision of the country, for its own holidays.")
@click.option("--closed", type=WEEKDAYS, default="sat,sun", show_default=True, help="Closed weekdays.")
@click.option("--closure", type=CLOSURE, multiple=True, help="Days the clinic is closed; repeatable.")
@click.option("--avoid-closed-days", is_flag=True, help="Move whole courses and visits off closed days.")
@click.option("--timezone", metavar="ZONE", help="Time zone of the site; the protocol's when absent.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--out", metavar="FOLDER", help="Write the calendar, the sheets and the table into this folder."
)
@click.option(
    "--who", envvar="IL2SCHEDULER_WHO", metavar="NAME", help="Who prints; the system's user when absent."
)
def plan(  # noqa: PLR0913 - one argument for each option of the contract
    *,
    protocol: str,
    start: date,
    patient: str,
    arm: str | None,
    reading: str | None,
    country: str | None,
    subdivision: str | None,
    closed: frozenset[int],
    closure: tuple[Closure, ...],
    avoid_closed_days: bool,
    timezone: str | None,
    language: str,
    paper: str,
    as_json: bool,
    out: str | None,
    who: str | None,
) -> int:
    """Plan a patient: cycles and visits with dates, findings and proposals."""
    w = words(language)
    if out is not None and not out:
        raise click.BadParameter(w("the name of the folder is empty."), param_hint="--out")
    printed_by = _system_user() if who is None else typed_text.line(who)
    try:
        opened = open_protocol(protocol, reading, language)
    except BadTemplate as bad:
        for line in bad.lines:
            click.echo(line, err=True)
        return 1
    request = planning.Request(
        protocol=opened,
        anchor=start,
        arm=arm,
        patient=patient,
        country=country,
        subdivision=subdivision,
        closed_weekdays=closed,
        closures=closure,
        timezone=timezone,
        avoid_closed_days=avoid_closed_days,
    )
    made = planning.make(request)
    if as_json:
        echo_json(plan_document(w, made))
    else:
        print_plan(w, made)
    if out is not None:
        edition = planning.Edition(
            language=language,
            paper=paper,
            printed_on=datetime.now().replace(microsecond=0),  # noqa: DTZ005 - the wall clock beside the printer
            printed_by=printed_by,
            program_version=VERSION,
        )
        _export(made, edition, Path(out), quiet=as_json)
    return 0


def _export(made: planning.Plan, edition: planning.Edition, folder: Path, *, quiet: bool) -> None:
    w = words(edition.language)
    job = planning.export(made, edition, folder)
    total = 2 * len(planning.documents(made, edition))
    with click.progressbar(
        length=total, label=w("Writing"), file=sys.stderr, hidden=not _on_terminal()
    ) as bar:
        for progress in job:
            bar.update(progress.done - bar.pos)
    if not quiet:
        click.echo()
        for name in planning.documents(made, edition):
            click.echo(w("written: {file}", file=folder / name))


def _on_terminal() -> bool:
    """Whether somebody may look on; the stream of errors is None where it was closed."""
    return sys.__stderr__ is not None and sys.stderr.isatty()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
