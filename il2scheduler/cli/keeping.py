"""`il2scheduler study verify`, `backup`, `restore`: check a study whole, copy it, make a study of a copy."""

from __future__ import annotations

from pathlib import Path

import click

from il2scheduler.cli.acting import language_option
from il2scheduler.cli.cloud import cloud_option
from il2scheduler.cli.documents import echo_json
from il2scheduler.cli.progress import run_job
from il2scheduler.i18n import Words, words
from il2scheduler.study import care
from il2scheduler.wording import check_sentence, printable


@click.command()
@click.argument("study_file", metavar="STUDY")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@language_option
def verify(*, study_file: str, as_json: bool, language: str) -> int:
    """Check a study whole: database, chain, and that the entries give the tables. Exit 1 when unsound."""
    w = words(language)
    verdict = care.Verdict()
    run_job(w("Checking"), care.verifying(Path(study_file), verdict))
    faults = [care.fault_facts(verdict, fault) for fault in verdict.faults]
    for facts in faults:
        facts["message"] = check_sentence(w, facts)
    if as_json:
        told = {
            "format": 1,
            "sound": verdict.sound,
            "entries": verdict.entries,
            "patients": verdict.patients,
            "head": verdict.head,
            "first_broken": verdict.first_broken,
            "faults": faults,
            "count": verdict.count,
        }
        echo_json(told)
        return 0 if verdict.sound else 1
    if verdict.sound:
        said = w(
            "Sound: {entries}, {patients}, head {head}.",
            entries=w.plural("{count} entry", "{count} entries", verdict.entries),
            patients=w.plural("{count} patient", "{count} patients", verdict.patients),
            head=verdict.head[:12],
        )
        click.echo(said)
        return 0
    for facts in faults:
        click.echo(facts["message"])
    if verdict.count > len(faults):
        click.echo(w.plural("and {count} more fault", "and {count} more faults", verdict.count - len(faults)))
    if verdict.first_broken is None:
        raise click.ClickException(w("The study is not sound; restore the newest backup."))
    said = w(
        "The study is not sound: entry {entry} is the first that is broken; restore the newest backup.",
        entry=verdict.first_broken,
    )
    raise click.ClickException(said)


@click.command()
@click.argument("study_file", metavar="STUDY")
@click.option("--out", metavar="FILE", help="A new file; the folder of backups beside the study when absent.")
@language_option
def backup(*, study_file: str, out: str | None, language: str) -> int:
    """Copy a study whole and check the copy."""
    w = words(language)
    target = care.Target(None if out is None else Path(out))
    if target.path is not None:
        _say_cloud(w, target.path)
    run_job(w("Copying"), care.backing_up(Path(study_file), target))
    if target.path is None:
        click.echo(w("Nothing has changed since the last backup."))
    else:
        click.echo(w("written: {file}", file=target.path))
    return 0


def _say_cloud(w: Words, path: Path) -> None:
    """A copy is closed, so no change of it can be lost, but whose computers it comes to is to be known."""
    service = care.copied_elsewhere(path)
    if service is not None:
        said = w(
            "Take care: the folder of {file} is copied elsewhere by {service}, so the patients' data comes "
            "to other computers.",
            file=path.name,
            service=service,
        )
        click.echo(printable(said), err=True)


@click.command()
@click.argument("backup_file", metavar="BACKUP")
@click.option("--out", required=True, metavar="FILE", help="The new study file.")
@cloud_option
@language_option
def restore(*, backup_file: str, out: str, accept_cloud: bool, language: str) -> int:
    """Make a new study file from a backup that is found whole; no file is ever replaced."""
    w = words(language)
    run_job(w("Copying"), care.restoring(Path(backup_file), Path(out), accept_cloud=accept_cloud))
    click.echo(w("written: {file}", file=out))
    return 0
