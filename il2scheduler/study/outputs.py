"""Sheets and lists of a study, as the window and the command line make them; files written together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from il2scheduler import exports
from il2scheduler.i18n import words
from il2scheduler.jobs import Job, Progress
from il2scheduler.ledger import Head
from il2scheduler.sheets import (
    Printing,
    activities,
    clinic_list,
    dosing_sheet,
    patient_diary,
    pdf,
    visit_dates,
    what_changed,
)
from il2scheduler.study import Study
from il2scheduler.study.changed import changes_since, printed_revision
from il2scheduler.study.clinic_lists import listed_days, week_of
from il2scheduler.study.lists import due, patient_findings
from il2scheduler.study.printed import Print
from il2scheduler.version import VERSION

HEAD_DIGITS = 12

Maker = Callable[[], bytes]


class Sheet(StrEnum):
    """What there is to print: sheets of a patient, and the lists of the clinic over all patients."""

    DOSING = "dosing"
    DIARY = "diary"
    VISITS = "visits"
    ACTIVITIES = "activities"
    CHANGES = "changes"
    DAY = "day"
    WEEK = "week"


LISTS = frozenset({Sheet.DAY, Sheet.WEEK})
"""The lists over all patients."""

ENDINGS = {
    Sheet.DOSING: "dosing-sheets",
    Sheet.DIARY: "diary",
    Sheet.VISITS: "visit-calendar",
    Sheet.ACTIVITIES: "schedule-of-activities",
    Sheet.CHANGES: "what-changed",
    Sheet.DAY: "day-list",
    Sheet.WEEK: "week-list",
}
"""What a file is called: a sheet's after the patient's code and a hyphen, a list's before the day."""


@dataclass(frozen=True, slots=True)
class Edition:
    """How sheets are printed: language, paper, by whom, and when by the clock of the site.

    `today` is the date from which overdue counts on lists, that of the print where it is None.
    """

    language: str
    paper: str
    who: str
    at: datetime | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to be made.

    Of a patient: dosing sheets of some `cycles`, all where none is named; what changed `since` a revision,
    since the last print where it is None. Of the clinic, `patient` empty: the list of a `day`, or of the
    week it is in, of all patients or `only` of some.
    """

    patient: str
    sheet: Sheet
    cycles: tuple[int, ...] = ()
    day: date | None = None
    only: tuple[str, ...] = ()
    since: int | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of a list."""
        if self.day is None:
            raise ValueError(self)
        return week_of(self.day) if self.sheet is Sheet.WEEK else (self.day, self.day)

    @property
    def file_name(self) -> str:
        """The name of its file."""
        if self.sheet in LISTS:
            return f"{ENDINGS[self.sheet]}-{self.days[0].isoformat()}.pdf"
        return f"{self.patient}-{ENDINGS[self.sheet]}.pdf"


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was made, with the revision and the chain head that stand on it; `data` as `Batch`."""

    wanted: Wanted
    revision: int
    head: str
    data: bytes

    def prints(self) -> tuple[Print, ...]:
        """What the study remembers of it once printed; nothing of a list of some patients only."""
        one = self.wanted
        if one.sheet in LISTS:
            first = one.days[0]
            return () if one.only else (Print("", one.sheet.value, None, self.revision, self.head, first),)
        return tuple(
            Print(one.patient, one.sheet.value, cycle, self.revision, self.head)
            for cycle in (one.cycles or (None,))
        )


@dataclass(slots=True)
class Batch:
    """Documents that were made: each a PDF of its own, or all in `whole` and their `data` empty."""

    made: list[Made] = field(default_factory=list[Made])
    whole: bytes = b""

    @property
    def documents(self) -> list[bytes]:
        """The PDFs there are."""
        return [self.whole] if self.whole else [one.data for one in self.made]

    def prints(self) -> list[Print]:
        """What the study remembers once all is printed."""
        return [one for made in self.made for one in made.prints()]


# --- Sheets ---


def printing_of(study: Study, code: str, edition: Edition) -> Printing:
    """What a print of a patient says of itself, or of a list where the code is empty.

    Printed now where the edition says no time. A patient's revision and chain head stand on the patient's
    sheets, the study's on lists.
    """
    head = study.store.head(study.patient_id(code) if code else None)
    # A patient's print replaces the revision before; a list says the number of the study's newest entry.
    return _printing(study, edition, head, head.revision - 1 if code and head.revision > 1 else None)


def _printing(study: Study, edition: Edition, head: Head, supersedes: int | None) -> Printing:
    settings = study.settings
    return Printing(
        language=edition.language,
        paper=edition.paper,
        site=settings.site,
        printed_on=_at(study, edition).replace(microsecond=0),
        printed_by=edition.who,
        program_version=VERSION,
        revision=head.revision,
        supersedes=supersedes,
        chain_head=head.hash[:HEAD_DIGITS],
        product=settings.product,
    )


def _at(study: Study, edition: Edition) -> datetime:
    zone = ZoneInfo(study.settings.timezone)
    return edition.at or datetime.now(zone).replace(tzinfo=None)


def laid(study: Study, wanted: Wanted, edition: Edition) -> tuple[pdf.Laid, Printing]:
    """One document on its pages, and what it says of itself.

    What is on paper is trusted at the bedside: it is made of rows that the entries give, or refused.
    """
    printing = printing_of(study, wanted.patient, edition)
    if wanted.sheet in LISTS:
        today = edition.today or _at(study, edition).date()
        listed = listed_days(study, *wanted.days, wanted.only, today=today)
        on_it = {one.patient for one in (*listed.overdue, *(due for day in listed.days for due in day.due))}
        study.store.check_rows(sorted(study.patient_id(code) for code in on_it))
        return clinic_list.document(listed, printing), printing
    study.store.check_rows([study.patient_id(wanted.patient)])
    schedule = study.state(wanted.patient).schedule
    if wanted.sheet is Sheet.CHANGES:
        since = printed_revision(study, wanted.patient) if wanted.since is None else wanted.since
        changes = changes_since(study, wanted.patient, since, words(edition.language))
        return what_changed.document(schedule, changes, printing), printing
    found = patient_findings(study, wanted.patient)
    if wanted.sheet is Sheet.DOSING:
        return dosing_sheet.document(schedule, found, printing, wanted.cycles or None), printing
    make = {
        Sheet.DIARY: patient_diary.document,
        Sheet.VISITS: visit_dates.document,
        Sheet.ACTIVITIES: activities.document,
    }[wanted.sheet]
    return make(schedule, found, printing), printing


def cycles_of_week(study: Study, day: date) -> Mapping[str, tuple[int, ...]]:
    """The patients with a planned injection in the week (Monday to Sunday) of a date, and of which cycles."""
    monday = day - timedelta(days=day.weekday())
    found: dict[str, set[int]] = {}
    for one in due(study, monday, monday + timedelta(days=6)):
        cycle = one.appointment.cycle
        if one.appointment.injections and cycle is not None:
            found.setdefault(one.patient, set()).add(cycle)
    return {code: tuple(sorted(found[code])) for code in sorted(found)}


def making(
    path: Path, wanted: Sequence[Wanted], edition: Edition, batch: Batch, *, together: bool = False
) -> Job:
    """Make documents of the study at `path` and put them into `batch`, each alone or `together` in one PDF.

    The study is opened for reading in the thread that runs the job: a connection stays where it was opened.
    `sheets.UnprintableText` where a text cannot be printed.
    """
    yield Progress(0, len(wanted), "")
    with Study.open(path, who=edition.who, read_only=True) as study:
        yield from documents(study, wanted, edition, batch, together=together)


def documents(
    study: Study, wanted: Sequence[Wanted], edition: Edition, batch: Batch, *, together: bool = False
) -> Job:
    """As `making`, of an open study."""
    writer = pdf.Writer(edition.language, VERSION, parts=len(wanted) > 1) if together else None
    made: list[Made] = []
    title = ""
    for number, one in enumerate(wanted):
        yield Progress(number, len(wanted), one.file_name)
        # One moment for each document: a snapshot over all of them would keep writers waiting.
        with study.snapshot():
            pages, printing = laid(study, one, edition)
        if writer is not None:
            writer.add(pages)
        data = pdf.written(pages) if writer is None else b""
        title = pages.title
        made.append(Made(one, printing.revision, printing.chain_head or "", data))
    if writer is not None and made:
        w = words(edition.language)
        several = w.plural("{count} printed document", "{count} printed documents", len(made))
        batch.whole = writer.finish(title if len(made) == 1 else several)
    batch.made = made
    yield Progress(len(wanted), len(wanted), "")


# --- Files ---


def writing(files: Mapping[Path, Maker]) -> Job:
    """Make all files, then give them their names together; cancelled before the end it leaves none."""
    with exports.Writing() as aside:
        for number, (path, make) in enumerate(files.items()):
            yield Progress(number, len(files), path.name)
            data = make()
            aside.make_folder(path.parent)
            aside.add(path, data)
        aside.finish()
    yield Progress(len(files), len(files), "")
