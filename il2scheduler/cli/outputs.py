"""`il2scheduler sheets`: sheets of a study to print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

import click

from il2scheduler.cli.acting import reads, who_acts
from il2scheduler.cli.progress import run_job
from il2scheduler.cli.values import DATE
from il2scheduler.i18n import Words, words
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study, outputs
from il2scheduler.study.outputs import Sheet, Wanted

_LATER_SHEETS = ("day", "week", "changes")

_PATIENTS = click.option(
    "--patient",
    "patients",
    multiple=True,
    metavar="CODE",
    help="Of this patient; repeatable; all when absent.",
)
_OUT = click.option(
    "--out", required=True, metavar="PATH", help="A file, or a folder for one file a patient."
)


@click.command("sheets")
@reads
@click.option(
    "--kind",
    type=click.Choice([*(kind.value for kind in Sheet), *_LATER_SHEETS]),
    required=True,
    help="Which sheet.",
)
@_PATIENTS
@click.option("--cycle", "cycles", type=click.IntRange(1), multiple=True, help="Dosing sheets of this cycle.")
@click.option("--week", type=DATE, help="With week: the week of this date.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--who", envvar="IL2SCHEDULER_WHO", metavar="NAME", help="Who prints.")
@_OUT
def sheets_(  # noqa: PLR0913 - one argument for each option of the contract
    study: Study,
    *,
    kind: str,
    patients: tuple[str, ...],
    cycles: tuple[int, ...],
    week: date | None,
    paper: str,
    who: str | None,
    language: str,
    out: str,
) -> int:
    """Write sheets to print (PDF), with the patient's revision and the head of the patient's chain."""
    del week
    w = words(language)
    if kind in _LATER_SHEETS:
        raise Refusal("not-made-yet", what=f"sheets --kind {kind}")
    if cycles and kind != "dosing":
        raise click.UsageError("--cycle goes with --kind dosing.")
    printed_by = who_acts(who)
    with study.snapshot():
        codes = _codes(study, patients)
        for code in codes:
            count = len(study.state(code).schedule.starts)
            beyond = [cycle for cycle in cycles if cycle > count]
            if beyond:
                raise Refusal("no-cycle", cycle=beyond[0], count=count)
        edition = outputs.Edition(language, paper, printed_by)
        files: dict[Path, outputs.Maker] = {}
        for code, path in _paths(out, codes, f"-{outputs.ENDINGS[Sheet(kind)]}.pdf").items():
            printing = outputs.printing_of(study, code, edition)
            files[path] = partial(outputs.sheet, study, Wanted(code, Sheet(kind), cycles), printing)
        _write(w, files)
    return 0


def _codes(study: Study, patients: tuple[str, ...]) -> tuple[str, ...]:
    """The patients asked for, or all; a wrong code is refused before anything is written."""
    if not patients:
        return tuple(sorted(str(row["code"]) for row in study.patients().values()))
    for code in patients:
        study.patient_id(code)
    return tuple(dict.fromkeys(patients))


def _paths(out: str, codes: tuple[str, ...], ending: str) -> dict[str, Path]:
    """One file where one patient is asked for and `out` names a file; else one a patient in the folder."""
    path = Path(out)
    suffix = ending[ending.rindex(".") :]
    if len(codes) == 1 and path.suffix.lower() == suffix and not path.is_dir():
        return {codes[0]: path}
    return {code: path / f"{code}{ending}" for code in codes}


def _write(w: Words, files: Mapping[Path, outputs.Maker]) -> None:
    """Make all files, then give them their names together."""
    run_job(w("Writing"), outputs.writing(files))
    for path in files:
        click.echo(w("written: {file}", file=path))
    if not files:
        click.echo(w("No patient is enrolled yet."))
