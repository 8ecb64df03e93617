"""Sheets of a study, as the window and the command line both make them, and files written together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from il2scheduler import exports, sheets
from il2scheduler.jobs import Job, Progress
from il2scheduler.study import Study
from il2scheduler.study.lists import due, patient_findings
from il2scheduler.version import VERSION

HEAD_DIGITS = 12

Maker = Callable[[], bytes]


class Sheet(StrEnum):
    """The sheets there are for a patient."""

    DOSING = "dosing"
    DIARY = "diary"
    VISITS = "visits"
    ACTIVITIES = "activities"


ENDINGS = {
    Sheet.DOSING: "dosing-sheets",
    Sheet.DIARY: "diary",
    Sheet.VISITS: "visit-calendar",
    Sheet.ACTIVITIES: "schedule-of-activities",
}
"""What the name of a sheet's file ends with, after the patient's code and a hyphen."""


@dataclass(frozen=True, slots=True)
class Edition:
    """How sheets are printed: language, paper, by whom, and when by the clock of the site."""

    language: str
    paper: str
    who: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to be made: a sheet of a patient; dosing sheets of some cycles, all where none is named."""

    patient: str
    sheet: Sheet
    cycles: tuple[int, ...] = ()

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return f"{self.patient}-{ENDINGS[self.sheet]}.pdf"


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was made, with the revision and the head of the patient's chain that stand on it."""

    wanted: Wanted
    revision: int
    head: str
    data: bytes


# --- Sheets ---


def printing_of(study: Study, code: str, edition: Edition) -> sheets.Printing:
    """What a print of a patient says of itself; printed now where the edition says no time."""
    settings, head = study.settings, study.store.head(study.patient_id(code))
    at = edition.at or datetime.now(ZoneInfo(settings.timezone)).replace(tzinfo=None)
    return sheets.Printing(
        language=edition.language,
        paper=edition.paper,
        site=settings.site,
        printed_on=at.replace(microsecond=0),
        printed_by=edition.who,
        program_version=VERSION,
        revision=head.revision,
        supersedes=head.revision - 1 if head.revision > 1 else None,
        chain_head=head.hash[:HEAD_DIGITS],
    )


def sheet(study: Study, wanted: Wanted, printing: sheets.Printing) -> bytes:
    """One document as a PDF; `sheets.UnprintableText` where a text cannot be printed."""
    schedule = study.state(wanted.patient).schedule
    found = patient_findings(study, wanted.patient)
    if wanted.sheet is Sheet.DOSING:
        return sheets.dosing_sheets(schedule, found, printing, wanted.cycles or None)
    if wanted.sheet is Sheet.DIARY:
        return sheets.diary(schedule, found, printing)
    if wanted.sheet is Sheet.VISITS:
        return sheets.visit_calendar(schedule, found, printing)
    return sheets.schedule_of_activities(schedule, found, printing)


def cycles_of_week(study: Study, day: date) -> Mapping[str, tuple[int, ...]]:
    """The patients with a planned injection in the week (Monday to Sunday) of a date, and of which cycles."""
    monday = day - timedelta(days=day.weekday())
    found: dict[str, set[int]] = {}
    for one in due(study, monday, monday + timedelta(days=6)):
        cycle = one.appointment.cycle
        if one.appointment.injections and cycle is not None:
            found.setdefault(one.patient, set()).add(cycle)
    return {code: tuple(sorted(found[code])) for code in sorted(found)}


def making(path: Path, wanted: Sequence[Wanted], edition: Edition, made: list[Made]) -> Job:
    """Make documents of the study at `path` as of one moment, and put them into `made`.

    The study is opened for reading in the thread that runs the job: a connection stays where it was opened.
    """
    yield Progress(0, len(wanted), "")
    with Study.open(path, who=edition.who, read_only=True) as study:
        for number, one in enumerate(wanted):
            yield Progress(number, len(wanted), one.file_name)
            # One moment for each document: a snapshot over all of them would keep writers waiting.
            with study.snapshot():
                printing = printing_of(study, one.patient, edition)
                data = sheet(study, one, printing)
            made.append(Made(one, printing.revision, printing.chain_head or "", data))
    yield Progress(len(wanted), len(wanted), "")


# --- Files ---


def writing(files: Mapping[Path, Maker]) -> Job:
    """Make all files, then give them their names together; cancelled before the end it leaves none."""
    with exports.Writing() as aside:
        for number, (path, make) in enumerate(files.items()):
            yield Progress(number, len(files), path.name)
            data = make()
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.add(path, data)
        aside.finish()
    yield Progress(len(files), len(files), "")


def exporting(path: Path, who: str, files: Mapping[Path, Callable[[Study], bytes]]) -> Job:
    """Write files of the study at `path`, all or none; it is opened for reading where the job runs."""
    yield Progress(0, len(files), "")
    with Study.open(path, who=who, read_only=True) as study:
        yield from writing({file: partial(make, study) for file, make in files.items()})
