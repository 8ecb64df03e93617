"""`il2scheduler table`: schedules, the agenda, deviations, injections and the drug supply as CSV."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from il2scheduler import exports
from il2scheduler.cli.acting import reads
from il2scheduler.cli.values import DATE
from il2scheduler.i18n import words
from il2scheduler.refusal import Refusal
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
@click.option("--on", type=DATE, help="Agenda and supply: from this date on; today when absent.")
@click.option("--out", required=True, metavar="FILE.csv", help="The file.")
def table(
    study: Study, *, kind: str, patients: tuple[str, ...], on: date | None, language: str, out: str
) -> int:
    """Write a table (CSV) for spreadsheet programs and statisticians."""
    w = words(language)
    path = Path(out)
    if path.suffix.lower() == ".xlsx":
        raise Refusal("not-made-yet", what="table --out FILE.xlsx")
    if path.suffix.lower() != ".csv":
        raise click.UsageError("--out is a file that ends in .csv.")
    with study.snapshot():
        for code in patients:
            study.patient_id(code)
        data = tabling.made(study, tabling.Kind(kind), language=language, patients=patients, first=on)
    exports.write(path, data)
    click.echo(w("written: {file}", file=path))
    return 0
