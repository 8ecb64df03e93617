"""`il2scheduler study demo`: make the demonstration study."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from il2scheduler import demo as demonstration
from il2scheduler.cli.acting import LANGUAGE, who_acts
from il2scheduler.cli.cloud import cloud_option
from il2scheduler.cli.values import DATE
from il2scheduler.i18n import system_language, words


@click.command()
@click.argument("study_file", metavar="STUDY")
@click.option(
    "--who", envvar="IL2SCHEDULER_WHO", metavar="NAME", help="Who acts; the system's user when absent."
)
@click.option("--today", type=DATE, help="The day it is made around; the site's date when absent.")
@cloud_option
@click.option("--language", type=LANGUAGE, default=system_language, help="Language of its texts.")
def demo(*, study_file: str, who: str | None, today: date | None, accept_cloud: bool, language: str) -> int:
    """Make a study of twelve made-up patients to play with, as of today."""
    w = words(language)
    path = Path(study_file)
    made = demonstration.make(
        path, who=who_acts(who), today=today, language=language, accept_cloud=accept_cloud
    )
    with made as study:
        patients, entries = len(study.patients()), study.store.last_entry()
    click.echo(w("written: {file}", file=path))
    counted = w.plural("{count} patient", "{count} patients", patients)
    click.echo(f"{counted}, {w.plural('{count} entry', '{count} entries', entries)}")
    return 0
