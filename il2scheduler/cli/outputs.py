"""`il2scheduler sheets`: sheets and lists of a study to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import click

from il2scheduler.cli.acting import open_file, reads, who_acts
from il2scheduler.cli.cloud import cloud_option
from il2scheduler.cli.progress import run_job
from il2scheduler.cli.values import DATE, OUT_PDF
from il2scheduler.i18n import Words, words
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study, outputs
from il2scheduler.study.clinic_lists import week_of
from il2scheduler.study.lists import due
from il2scheduler.study.outputs import Batch, Edition, Sheet, Wanted
from il2scheduler.study.printed import CHANGES, outdated


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed."""

    kind: Sheet
    patients: tuple[str, ...]
    cycles: tuple[int, ...]
    on: date | None
    week: date | None
    since: int | None


@click.command("sheets")
@reads
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Sheet]),
    required=True,
    help="Which sheet; day and week are lists of the clinic.",
)
@click.option(
    "--patient",
    "patients",
    multiple=True,
    metavar="CODE",
    help="Of this patient; repeatable; all when absent.",
)
@click.option("--cycle", "cycles", type=click.IntRange(1), multiple=True, help="Dosing sheets of this cycle.")
@click.option("--on", type=DATE, help="With day: the date of the list; today when absent.")
@click.option(
    "--week",
    type=DATE,
    help="The week of this date: with week its list, with day a list a day, with dosing its cycles.",
)
@click.option(
    "--since",
    type=click.IntRange(1),
    metavar="REVISION",
    help="With changes: since this revision; since the last print when absent.",
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--who", envvar="IL2SCHEDULER_WHO", metavar="NAME", help="Who prints.")
@click.option("--remember", is_flag=True, help="Have the study remember that they were printed.")
@cloud_option
@click.option(
    "--out",
    type=OUT_PDF,
    required=True,
    metavar="PATH",
    help="A file for all in one, or a folder for one file each.",
)
def sheets_(  # noqa: PLR0913 - one argument for each option of the contract
    study: Study,
    *,
    kind: str,
    patients: tuple[str, ...],
    cycles: tuple[int, ...],
    on: date | None,
    week: date | None,
    since: int | None,
    paper: str,
    who: str | None,
    remember: bool,
    accept_cloud: bool,
    language: str,
    out: str,
) -> int:
    """Write sheets to print (PDF): a patient's with the patient's revision, lists with the study's."""
    w = words(language)
    asked = _Asked(Sheet(kind), patients, cycles, on, week, since)
    _check(asked)
    edition = Edition(language, paper, who_acts(who))
    writable = partial(
        open_file, study.store.path, who=edition.who, read_only=False, accept_cloud=accept_cloud
    )
    if remember:
        # A study that cannot remember says so before anything is written.
        writable().close()
    wanted = _wanted(study, asked)
    if not wanted:
        click.echo(_nothing(w, study, asked))
        return 0
    batch, path = Batch(), Path(out)
    together = path.suffix.lower() == ".pdf" and not path.is_dir()
    run_job(w("Making the sheets"), outputs.documents(study, wanted, edition, batch, together=together))
    files: Mapping[Path, outputs.Maker] = {path: partial(bytes, batch.whole)}
    if not together:
        files = {path / one.wanted.file_name: partial(bytes, one.data) for one in batch.made}
    run_job(w("Writing"), outputs.writing(files))
    for file in files:
        click.echo(w("written: {file}", file=file))
    if remember:
        with writable() as held:
            held.mark_printed(batch.prints(), saved=True)
    return 0


def _check(asked: _Asked) -> None:
    """Options that do not go with the kind of sheet are wrong use."""
    kind = asked.kind
    if asked.cycles and kind is not Sheet.DOSING:
        raise click.UsageError("--cycle goes with --kind dosing.")
    if asked.on is not None and kind is not Sheet.DAY:
        raise click.UsageError("--on goes with --kind day.")
    if asked.week is not None and kind not in (Sheet.WEEK, Sheet.DAY, Sheet.DOSING):
        raise click.UsageError("--week goes with --kind week, day or dosing.")
    if asked.week is not None and (asked.on is not None or asked.cycles):
        raise click.UsageError("Give --week alone, without --on and --cycle.")
    if asked.since is not None and (kind is not Sheet.CHANGES or len(asked.patients) != 1):
        raise click.UsageError("--since goes with --kind changes and one --patient.")


def _wanted(study: Study, asked: _Asked) -> list[Wanted]:
    """The documents asked for; what there is not is refused before anything is written."""
    for code in asked.patients:
        study.patient_id(code)
    if asked.kind in outputs.LISTS:
        only = tuple(sorted(set(asked.patients)))
        return [Wanted("", asked.kind, day=day, only=only) for day in _days(study, asked)]
    if asked.week is not None:
        found = outputs.cycles_of_week(study, asked.week)
        return [
            Wanted(code, asked.kind, cycles)
            for code, cycles in found.items()
            if not asked.patients or code in asked.patients
        ]
    codes = tuple(dict.fromkeys(asked.patients)) or _codes(study, asked)
    for code in codes:
        count = len(study.state(code).schedule.starts)
        beyond = [cycle for cycle in asked.cycles if cycle > count]
        if beyond:
            raise Refusal("no-cycle", cycle=beyond[0], count=count)
    return [Wanted(code, asked.kind, asked.cycles, since=asked.since) for code in codes]


def _codes(study: Study, asked: _Asked) -> Sequence[str]:
    """All patients; of those asked what changed, the ones with a print that is out of date."""
    if asked.kind.value == CHANGES:
        return sorted({one.printed.patient for one in outdated(study.store)})
    return sorted(str(row["code"]) for row in study.patients().values())


def _days(study: Study, asked: _Asked) -> list[date]:
    """The days that lists are of: one; or of a week those on which the clinic is open or something is due."""
    if asked.kind is Sheet.WEEK or asked.week is None:
        return [asked.week or asked.on or study.today()]
    first, last = week_of(asked.week)
    clinic = study.clinic(first, last)
    busy = {one.appointment.planned for one in due(study, first, last)}
    days = [first + timedelta(days=n) for n in range(7)]
    return [day for day in days if day in busy or (clinic.covers(day) and clinic.is_open(day))]


def _nothing(w: Words, study: Study, asked: _Asked) -> str:
    if not study.patients():
        return w("No patient is enrolled yet.")
    if asked.kind.value == CHANGES:
        return w("No print is out of date.")
    return w("There is nothing to print for that week.")
