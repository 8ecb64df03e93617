"""`il2scheduler calendar`: the appointments of a study as calendar files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from il2scheduler.cli.acting import reads
from il2scheduler.cli.progress import run_job
from il2scheduler.i18n import words
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study, calendar_files, outputs


@click.command()
@reads
@click.option(
    "--patient",
    "patients",
    multiple=True,
    metavar="CODE",
    help="Of this patient; repeatable; all when absent.",
)
@click.option(
    "--profile",
    type=click.Choice(["file", "clinic", "subscription", "changes"]),
    default="file",
    show_default=True,
    help="One file a patient, all in one, one that is subscribed to, or what changed since the last.",
)
@click.option("--target", metavar="NAME", help="With changes: for whom.")
@click.option("--out", required=True, metavar="PATH", help="A file, or a folder for one file a patient.")
def calendar(
    study: Study, *, patients: tuple[str, ...], profile: str, target: str | None, language: str, out: str
) -> int:
    """Write the appointments as calendar files (.ics)."""
    del target
    w = words(language)
    if profile == "changes":
        raise Refusal("not-made-yet", what="calendar --profile changes")
    with study.snapshot():
        codes = _codes(study, patients)
        refresh = calendar_files.REFRESH if profile == "subscription" else None
        if profile == "clinic":
            files: dict[Path, outputs.Maker] = {
                Path(out): partial(calendar_files.clinic_calendar, study, codes, language)
            }
        else:
            files = {
                path: partial(calendar_files.calendar, study, code, language, refresh=refresh)
                for code, path in _paths(out, codes).items()
            }
        run_job(w("Writing"), outputs.writing(files))
    for path in files:
        click.echo(w("written: {file}", file=path))
    if not files:
        click.echo(w("No patient is enrolled yet."))
    return 0


def _codes(study: Study, patients: tuple[str, ...]) -> tuple[str, ...]:
    if not patients:
        return tuple(sorted(str(row["code"]) for row in study.patients().values()))
    for code in patients:
        study.patient_id(code)
    return tuple(dict.fromkeys(patients))


def _paths(out: str, codes: tuple[str, ...]) -> dict[str, Path]:
    path = Path(out)
    if len(codes) == 1 and path.suffix.lower() == ".ics" and not path.is_dir():
        return {codes[0]: path}
    return {code: path / f"{code}.ics" for code in codes}
