"""Commands that write files of a study: calendar, sheets, table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from il2scheduler import calendars, exports, sheets
from il2scheduler.calendars.ended import ended_events
from il2scheduler.cli.acting import reads, who_acts
from il2scheduler.cli.progress import run_job
from il2scheduler.cli.values import DATE, program_version
from il2scheduler.i18n import Words, words
from il2scheduler.jobs import Job, Progress
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study
from il2scheduler.study.lists import patient_findings
from il2scheduler.study.stamps import stamps_of

_REFRESH = timedelta(hours=4)
_HEAD_DIGITS = 12
_SHEETS = {
    "dosing": "dosing-sheets",
    "diary": "diary",
    "visits": "visit-calendar",
    "activities": "schedule-of-activities",
}
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


@click.command()
@reads
@_PATIENTS
@click.option(
    "--profile",
    type=click.Choice(["file", "clinic", "subscription", "changes"]),
    default="file",
    show_default=True,
    help="One file a patient, all in one, one that is subscribed to, or what changed since the last.",
)
@click.option("--target", metavar="NAME", help="With changes: for whom.")
@_OUT
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
        zone = study.settings.timezone
        refresh = _REFRESH if profile == "subscription" else None
        if profile == "clinic":
            events = [event for code in codes for event in _events(study, code, language)]
            name = w("Appointments")
            data = calendars.write(events, timezone=zone, name=name, language=language)
            files = {Path(out): lambda: data}
        else:
            files = {
                path: _calendar_maker(study, code, language, refresh)
                for code, path in _paths(out, codes, ".ics").items()
            }
        _write(w, files)
    return 0


def _calendar_maker(study: Study, code: str, language: str, refresh: timedelta | None) -> Callable[[], bytes]:
    def made() -> bytes:
        return calendars.write(
            _events(study, code, language),
            timezone=study.settings.timezone,
            name=calendars.calendar_name(code, language=language),
            language=language,
            refresh=refresh,
        )

    return made


def _events(study: Study, code: str, language: str) -> tuple[calendars.Event, ...]:
    """The events of a patient with the identities and stamps of the study; those that ended come last."""
    state = study.state(code)
    number, study_id = state.enrolled.id, UUID(study.settings.study_id)
    stamps = stamps_of(study.store.entries(patient=number, with_changes=True))
    present = calendars.events(
        state.schedule,
        language=language,
        study_id=study_id,
        patient_id=str(number),
        stamps=stamps.present,
    )
    ended = ended_events(
        stamps.ended, patient=code, patient_id=str(number), study_id=study_id, language=language
    )
    return (*present, *ended)


@click.command("sheets")
@reads
@click.option("--kind", type=click.Choice([*_SHEETS, *_LATER_SHEETS]), required=True, help="Which sheet.")
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
        files: dict[Path, Callable[[], bytes]] = {}
        for code, path in _paths(out, codes, f"-{_SHEETS[kind]}.pdf").items():
            printing = printing_of(study, code, language=language, paper=paper, who=printed_by)
            files[path] = _sheet_maker(study, code, kind, printing, cycles)
        _write(w, files)
    return 0


def printing_of(study: Study, code: str, *, language: str, paper: str, who: str) -> sheets.Printing:
    """What a print of a patient says of itself, now."""
    settings, head = study.settings, study.store.head(study.patient_id(code))
    return sheets.Printing(
        language=language,
        paper=paper,
        site=settings.site,
        printed_on=datetime.now(ZoneInfo(settings.timezone)).replace(microsecond=0, tzinfo=None),
        printed_by=who,
        program_version=program_version(),
        revision=head.revision,
        supersedes=head.revision - 1 if head.revision > 1 else None,
        chain_head=head.hash[:_HEAD_DIGITS],
    )


def _sheet_maker(
    study: Study, code: str, kind: str, printing: sheets.Printing, cycles: Sequence[int]
) -> Callable[[], bytes]:
    def made() -> bytes:
        schedule, found = study.state(code).schedule, patient_findings(study, code)
        if kind == "dosing":
            return sheets.dosing_sheets(schedule, found, printing, cycles or None)
        if kind == "diary":
            return sheets.diary(schedule, found, printing)
        if kind == "visits":
            return sheets.visit_calendar(schedule, found, printing)
        return sheets.schedule_of_activities(schedule, found, printing)

    return made


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


def _write(w: Words, files: dict[Path, Callable[[], bytes]]) -> None:
    """Make all files, then give them their names together."""
    run_job(w("Writing"), _writing(files))
    for path in files:
        click.echo(w("written: {file}", file=path))
    if not files:
        click.echo(w("No patient is enrolled yet."))


def _writing(files: dict[Path, Callable[[], bytes]]) -> Job:
    with exports.Writing() as writing:
        for number, (path, make) in enumerate(files.items()):
            yield Progress(number, len(files), path.name)
            data = make()
            path.parent.mkdir(parents=True, exist_ok=True)
            writing.add(path, data)
        writing.finish()
    yield Progress(len(files), len(files), "")
