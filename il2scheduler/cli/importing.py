"""`il2scheduler import`: patients already under way, from a CSV file, previewed and saved whole.

With `--json` one document is printed::

    {
        "format": 1,
        "preview": false,
        "entries": [14, 61],
        "batch": "import-...",
        "patients": [
            {
                "code": "P001",
                "protocol": "anrs-123-etoile",
                "arm": "il2",
                "anchor": "2026-01-05",
                "given": 28,
                "not_given": 2,
                "done": 1,
                "missed": 0,
                "findings": [...],
            }
        ],
        "problems": [{"row": 12, "column": "date", "message": "..."}],
        "personal": [{"row": 15, "column": "note"}],
    }

`entries` is null where nothing was saved: in a preview, and where there are problems (exit code 1).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from il2scheduler import store as stores
from il2scheduler.cli.acting import LANGUAGE, open_file, who_acts
from il2scheduler.cli.cloud import cloud_option
from il2scheduler.cli.documents import echo_json, finding_document
from il2scheduler.cli.progress import run_job
from il2scheduler.cli.values import DATE
from il2scheduler.i18n import Words, system_language, words
from il2scheduler.ledger import Entry
from il2scheduler.rules import FindingKind, Severity, findings
from il2scheduler.schedule import Kind, Schedule, Status
from il2scheduler.study import Study
from il2scheduler.study.transcription import MAX_BYTES, Place, Problem, Transcription, save, transcribing
from il2scheduler.wording import finding_sentence, printable, refusal_sentence


@click.command("import")
@click.argument("study_file", metavar="STUDY")
@click.argument("patients", metavar="PATIENTS.csv")
@click.option("--preview", is_flag=True, help="Print what would be enrolled and recorded; save nothing.")
@click.option(
    "--who", envvar="IL2SCHEDULER_WHO", metavar="NAME", help="Who acts; the system's user when absent."
)
@click.option("--today", type=DATE, help="The date taken for today in checks; the site's when absent.")
@cloud_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--language", type=LANGUAGE, default=system_language, help="Language of the sentences.")
def import_patients(
    *,
    study_file: str,
    patients: str,
    preview: bool,
    who: str | None,
    today: date | None,
    accept_cloud: bool,
    as_json: bool,
    language: str,
) -> int:
    """Enrol patients already under way, with what was given and done, from one CSV file.

    Everything is saved or nothing; every problem of the file is told with its row and column. The columns
    are described in the guide, on the page A coordinator's week.
    """
    w, path = words(language), Path(study_file)
    with Path(patients).open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    name = who_acts(who)
    with open_file(path, who=name, read_only=preview, accept_cloud=accept_cloud) as study:
        read = Transcription()
        run_job(w("Reading"), transcribing(study, data, read, today=today))
        told = _document(w, study, read)
        entries: tuple[Entry, ...] = ()
        if not preview and not read.problems:
            run_job(w("Copying"), stores.backing_up(path, stores.Occasion.IMPORT, datetime.now(UTC)))
            entries = save(study, read)
    told["preview"] = preview
    told["entries"] = [entries[0].number, entries[-1].number] if entries else None
    if as_json:
        echo_json(told)
    else:
        _print(w, patients, told)
    return 1 if read.problems else 0


def _document(w: Words, study: Study, read: Transcription) -> dict[str, Any]:
    return {
        "format": 1,
        "preview": True,
        "entries": None,
        "batch": read.batch,
        "patients": [_patient(w, study, schedule) for schedule in read.schedules().values()],
        "problems": [
            {"row": p.place.row, "column": p.place.column, "message": _message(w, p)} for p in read.problems
        ],
        "personal": [{"row": place.row, "column": place.column} for place in read.personal],
    }


def _patient(w: Words, study: Study, schedule: Schedule) -> dict[str, Any]:
    patient, protocol = schedule.patient, schedule.protocol
    injections = [i.status for a in schedule.appointments for i in a.injections]
    visits = [a.status for a in schedule.appointments if a.kind is Kind.VISIT]
    found = findings(schedule, study.clinic(*(schedule.span() or ())))
    loud = [f for f in found if f.severity is not Severity.NOTES or f.kind is FindingKind.PAST_CAP]
    return {
        "code": patient.code,
        "protocol": protocol.code,
        "arm": patient.arm,
        "anchor": None if patient.anchor is None else patient.anchor.isoformat(),
        "given": injections.count(Status.GIVEN),
        "not_given": injections.count(Status.NOT_GIVEN),
        "done": visits.count(Status.DONE),
        "missed": visits.count(Status.MISSED),
        "findings": [finding_document(w, finding, protocol) for finding in loud],
    }


def _message(w: Words, problem: Problem) -> str:
    said = refusal_sentence(w, problem.refusal)
    if problem.finding is None:
        return said
    return f"{finding_sentence(w, problem.finding, problem.protocol)} {said[:1].upper()}{said[1:]}"


def _where(w: Words, place: Place) -> str:
    if place.row is None:
        return ""
    if place.column is None:
        return w("row {row}", row=place.row)
    return w("row {row}, column {column}", row=place.row, column=place.column)


def _print(w: Words, file: str, told: dict[str, Any]) -> None:
    for problem in told["problems"]:
        where = _where(w, Place(problem["row"], problem["column"]))
        parts = [file, where, problem["message"]] if where else [file, problem["message"]]
        click.echo(printable(": ".join(parts)), err=True)
    for place in told["personal"]:
        where = _where(w, Place(place["row"], place["column"]))
        said = w(
            "the text looks as if it held a date of birth or a telephone number; the study is to hold none."
        )
        click.echo(printable(f"{file}: {where}: {said}"), err=True)
    for patient in told["patients"]:
        click.echo(_line(w, patient))
        for finding in patient["findings"]:
            click.echo(f"  - {finding['message']}")
    if told["problems"]:
        click.echo(
            w.plural(
                "Nothing was imported: {count} problem to mend.",
                "Nothing was imported: {count} problems to mend.",
                len(told["problems"]),
            ),
            err=True,
        )
    elif told["entries"] is None:
        click.echo(w("Preview, nothing is saved."))
    else:
        first, last = told["entries"]
        click.echo(w("Imported as entries {first} to {last}, marked as transcribed.", first=first, last=last))


def _line(w: Words, patient: dict[str, Any]) -> str:
    anchor = patient["anchor"]
    start = w("no start date") if anchor is None else w.staff_date(date.fromisoformat(anchor))
    return w(
        "{patient}: {protocol}, arm {arm}, {start}; injections given {given}, not given {not_given}; "
        "visits done {done}, missed {missed}",
        patient=patient["code"],
        start=start,
        **{name: patient[name] for name in ("protocol", "arm", "given", "not_given", "done", "missed")},
    )
