"""`il2scheduler table`: schedules, the agenda, deviations, injections and the drug supply as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from pathlib import Path

import click

from il2scheduler import exports
from il2scheduler.cli.acting import reads
from il2scheduler.cli.progress import run_job
from il2scheduler.cli.values import DATE
from il2scheduler.i18n import words
from il2scheduler.jobs import Job, Progress
from il2scheduler.study import Study, tabling


@click.command()
@reads
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in tabling.Kind]),
    required=True,
    help="Which table.",
)
@click.option(
    "--patient", "patients", multiple=True, metavar="CODE", help="Only of this patient; repeatable."
)
@click.option(
    "--from",
    "--on",
    "first",
    type=DATE,
    help="Agenda, injections and supply: from this date on; agenda and supply from today when absent.",
)
@click.option(
    "--to",
    "last",
    type=DATE,
    help="Agenda, injections and supply: up to this date; four weeks of the agenda when absent.",
)
@click.option("--out", required=True, metavar="FILE.(csv|xlsx)", help="The file.")
def table(
    study: Study,
    *,
    kind: str,
    patients: tuple[str, ...],
    first: date | None,
    last: date | None,
    language: str,
    out: str,
) -> int:
    """Write a table for spreadsheet programs (XLSX), or for scripts and statisticians (CSV)."""
    w = words(language)
    path, chosen = Path(out), tabling.Kind(kind)
    if path.suffix.lower() not in tabling.ENDINGS:
        raise click.UsageError("--out is a file that ends in .csv or .xlsx.")
    if chosen not in tabling.DATED and (first or last):
        raise click.UsageError("--from and --to go with the kinds agenda, injections and supply.")
    with study.snapshot():
        for code in patients:
            study.patient_id(code)
        wanted = tabling.Wanted(chosen, language, path.suffix.lower(), patients, first, last)
        made: list[bytes] = []
        run_job(w("Making {name}", name=path.name), _collect(tabling.making(study, wanted), made))
    exports.write(path, made[0])
    click.echo(w("written: {file}", file=path))
    return 0


def _collect(steps: Generator[Progress, None, bytes], made: list[bytes]) -> Job:
    made.append((yield from steps))
