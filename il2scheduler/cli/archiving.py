"""`il2scheduler archive`: a study as a folder that can be read without the program."""

from __future__ import annotations

from pathlib import Path

import click

from il2scheduler import archive as archives
from il2scheduler.cli.acting import LANGUAGE, open_file
from il2scheduler.cli.progress import run_job
from il2scheduler.cli.values import OUT
from il2scheduler.i18n import system_language, words
from il2scheduler.version import VERSION


@click.command()
@click.argument("study_file", metavar="STUDY")
@click.option("--out", type=OUT, required=True, metavar="FOLDER", help="A new folder, or an empty one.")
@click.option("--language", type=LANGUAGE, default=system_language, help="Language of its texts and sheets.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
def archive(*, study_file: str, out: str, language: str, paper: str) -> int:
    """Write audit trail, schedules, deviations, settings and the ledger, to be read without the program."""
    w = words(language)
    edition = archives.Edition(language, paper, VERSION)
    with open_file(Path(study_file), who="archive", read_only=True) as study:
        run_job(w("Writing"), archives.write(study, Path(out), edition))
    click.echo(w("written: {file}", file=out))
    return 0
