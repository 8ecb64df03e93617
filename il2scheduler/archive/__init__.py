"""A study as a folder that can be read in 25 years without the program: tables, sheets, ledger, sums."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from il2scheduler import exports, tables
from il2scheduler.archive import deviating
from il2scheduler.archive.readme import Facts, readme
from il2scheduler.archive.trail import CHANGE_COLUMNS, ENTRY_COLUMNS, Trail
from il2scheduler.i18n import Words, words
from il2scheduler.jobs import Job, Progress
from il2scheduler.ledger import TABLES, Entry, Row, Table
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import Schedule
from il2scheduler.sheets import Printing, UnprintableText, audit, visit_calendar
from il2scheduler.sheets.audit import Heading, Listed
from il2scheduler.study import Study
from il2scheduler.study.lists import Deviation, deviations, moved_without_window, patient_findings
from il2scheduler.study.reverting import is_output
from il2scheduler.tables import Cell
from il2scheduler.wording import deviation_sentence, status_name, version_name
from il2scheduler.wording.product import product_sentence

__all__ = ["Edition", "write"]

_STEP = 200
_TABLES = (Table.PATIENT, Table.CHOICE, Table.APPOINTMENT, Table.INJECTION, Table.NOTE, Table.PRINTED)
HANDED_OUT = ("entry", "at_utc", "at_site", "who", "patient", "what")


@dataclass(frozen=True, slots=True)
class Edition:
    """How an archive is written: the language of its texts and the paper of its sheets."""

    language: str = "en"
    paper: str = "a4"
    program_version: str = ""


Made = Generator[tuple[str, bytes], None, None]


def write(study: Study, folder: Path, edition: Edition) -> Job:
    """Write the archive of a study into a folder that is not there yet, or is empty.

    Everything is written aside and appears at once at the end: a failure or a cancel leaves nothing. The
    same study gives the same bytes. `Refusal` where the folder holds anything, or when somebody changes the
    study meanwhile; `OSError` when it cannot be written.
    """
    _check_free(folder)
    archive = _Archive(study, edition)
    aside = _aside(folder)
    try:
        sums: dict[str, str] = {}
        total = archive.steps
        for number, (name, data) in enumerate(archive.files()):
            yield Progress(number, total, name)
            if study.store.last_entry() != archive.entries:
                raise Refusal("archive-changed")
            path = aside / name
            path.parent.mkdir(exist_ok=True)
            exports.write(path, data)
            sums[name] = sha256(data).hexdigest()
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
        exports.write(aside / "SHA256SUMS", listed.encode("utf-8"))
        _check_free(folder)
        if folder.is_dir():
            folder.rmdir()
        _open_to_others(aside)
        aside.replace(folder)
        yield Progress(total, total, "")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _aside(folder: Path) -> Path:
    """A new folder beside the one asked for; an `OSError` names that one."""
    try:
        return Path(tempfile.mkdtemp(prefix=".il2-", suffix=".part", dir=folder.parent))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from error


def _check_free(folder: Path) -> None:
    if folder.is_dir():
        if any(folder.iterdir()):
            raise Refusal("archive-not-empty", folder=folder.name or str(folder))
    elif folder.exists() or folder.is_symlink():
        raise Refusal("archive-not-empty", folder=folder.name or str(folder))


def _open_to_others(folder: Path) -> None:
    """A temporary folder is private; an archive is as any other folder."""
    mask = os.umask(0o077)
    os.umask(mask)
    for path in (folder, *(each for each in folder.iterdir() if each.is_dir())):
        path.chmod(0o777 & ~mask)


class _Archive:
    """The files of an archive, made one after the other."""

    def __init__(self, study: Study, edition: Edition) -> None:
        self.study = study
        self.edition = edition
        self.w: Words = words(edition.language)
        with study.snapshot():
            self.settings = study.settings
            self.entries = study.store.last_entry()
            self.head = study.store.head(None).hash
            self.patients: Mapping[int, Row] = study.patients()
            self.protocols = dict(study.protocols)
            self.trail = Trail.of(study, self.w)
        self.printing = Printing(
            language=edition.language,
            paper=edition.paper,
            site=audit.printed(self.settings.site),
            program_version=edition.program_version,
        )

    @property
    def steps(self) -> int:
        """How many files there will be, the sums left out."""
        return 11 + len(_TABLES) + len(self.protocols) + 2 * len(self.patients)

    def files(self) -> Made:
        """Every file but the sums, by its path in the folder."""
        yield "README.txt", self._readme()
        yield "audit-trail.csv", tables.table(ENTRY_COLUMNS, (self.trail.line(e) for e in self._entries()))
        changes = (row for entry in self._entries() for row in self.trail.changes(entry))
        yield "audit-trail-changes.csv", tables.table(CHANGE_COLUMNS, changes)
        yield "audit-trail.pdf", self._trail_pdf()
        yield from self._deviations()
        yield "handed-out.csv", self._handed_out()
        yield "settings.csv", self._settings()
        for number, row in self.study.store.study_rows().table(Table.PROTOCOL).items():
            name = (
                f"protocols/{number[0]}-{_file_part(str(row['code']))}-{_file_part(str(row['version']))}.toml"
            )
            yield name, str(row["text"]).encode("utf-8")
        for table in _TABLES:
            yield f"tables/{table.value}.csv", self._table(table)
        for patient, own in sorted(self.patients.items(), key=lambda item: str(item[1]["code"])):
            yield from self._patient(patient, str(own["code"]))
        yield "ledger.jsonl", self._ledger()

    def _entries(self) -> Iterator[Entry]:
        for first in range(1, self.entries + 1, _STEP):
            last = min(first + _STEP - 1, self.entries)
            yield from self.study.store.entries(first=first, last=last, with_changes=True)

    # --- Study ---

    def _heading(self, title: str, patient: str = "") -> Heading:
        return Heading(title, self.settings.title or self.study.store.path.stem, self.entries, patient)

    def _trail_pdf(self) -> bytes:
        w = self.w
        columns = [
            (w("Entry"), 40.0, 0.0),
            (w("When"), 136.0, 0.0),
            (w("Who"), 66.0, 0.0),
            (w("Patient"), 50.0, 0.0),
            (w("What and why"), 0.0, 1.0),
            (w("Before and after"), 0.0, 1.6),
        ]
        rows = (self.trail.listed(entry) for entry in self._entries())
        intro = [w("Every value before and after is in audit-trail-changes.csv; new rows are counted here.")]
        printing = replace(self.printing, chain_head=self.head)
        return audit.document(self._heading(w("Audit trail")), printing, columns, rows, intro=intro)

    def _deviations(self) -> Made:
        """What deviates, and apart from it the visits that were moved where no window is stated."""
        w = self.w
        lists = (
            ("deviations", w("Deviations from the protocol"), w("No deviations."), deviations(self.study)),
            (
                "moved-visits",
                w("Visits moved where the source has no window"),
                w("No visit was moved where the source has no window."),
                moved_without_window(self.study),
            ),
        )
        printing = replace(self.printing, chain_head=self.head)
        for name, title, none, found in lists:
            told = [deviating.Told(one, self._sentence(one)) for one in found]
            yield f"{name}.csv", deviating.as_csv(told)
            rows = deviating.rows(w, told)
            intro = [] if rows else [none]
            heading, columns = self._heading(title), deviating.columns(w)
            yield f"{name}.pdf", audit.document(heading, printing, columns, rows, intro=intro)

    def _handed_out(self) -> bytes:
        """Every print and every export of calendars for somebody."""
        lines = (self.trail.line(entry) for entry in self._entries() if is_output(entry))
        return tables.table(HANDED_OUT, ({name: line[name] for name in HANDED_OUT} for line in lines))

    def _sentence(self, deviation: Deviation) -> str:
        number = next(n for n, row in self.patients.items() if row["code"] == deviation.patient)
        protocol = self.trail.telling.protocol(number)
        kind = deviation.kind.value
        return deviation_sentence(self.w, kind, deviation.where, deviation.date, deviation.facts, protocol)

    def _settings(self) -> bytes:
        rows = self.study.store.study_rows().table(Table.SETTING)
        return tables.table(
            ("setting", "value"),
            (
                {"setting": str(key[0]), "value": _plain(str(row["value"]))}
                for key, row in sorted(rows.items(), key=str)
            ),
        )

    def _table(self, table: Table) -> bytes:
        columns = TABLES[table]
        with_code = table is not Table.PATIENT
        names = (*(("patient_code",) if with_code else ()), *columns.key, *columns.values)

        def rows() -> Iterator[Mapping[str, Cell]]:
            for key, row in self.study.store.rows(table):
                held = {**dict(zip(columns.key, key, strict=True)), **row}
                yield {**held, "patient_code": self.trail.telling.code(int(held.get("patient") or 0))}

        return tables.table(names, rows())

    def _ledger(self) -> bytes:
        lines: list[str] = []
        for first in range(1, self.entries + 1, _STEP):
            sealed = self.study.store.sealed(first, min(first + _STEP - 1, self.entries))
            lines += [json.dumps(entry, ensure_ascii=False) + "\n" for entry in sealed]
        return "".join(lines).encode("utf-8")

    # --- Patients ---

    def _patient(self, number: int, code: str) -> Made:
        schedule = self.study.state(code).schedule
        yield f"patients/{code}-schedule.csv", tables.schedule_csv(schedule, language=self.edition.language)
        head = self.study.store.head(number)
        printing = replace(self.printing, revision=head.revision, chain_head=head.hash)
        try:
            data = visit_calendar(schedule, patient_findings(self.study, code), printing)
        except UnprintableText:
            data = self._plain_schedule(schedule, printing)
        yield f"patients/{code}-schedule.pdf", data

    def _plain_schedule(self, schedule: Schedule, printing: Printing) -> bytes:
        """The schedule as a list: a text of the patient holds a character that a sheet refuses to print."""
        w = self.w
        columns = [(w("Code in the program"), 80.0, 0.0), (w("Date"), 100.0, 0.0), (w("To know"), 0.0, 1.0)]
        rows = [
            Listed(
                (
                    (a.code,),
                    ("\u2013" if a.planned is None else w.staff_date(a.planned),),
                    (status_name(w, a.status), a.note or ""),
                )
            )
            for a in schedule.appointments
        ]
        heading = self._heading(w("Visit calendar"), schedule.patient.code)
        return audit.document(heading, printing, columns, rows)

    # --- README ---

    def _readme(self) -> bytes:
        w = self.w
        first = self.study.store.entry(1).at
        last = self.study.store.entry(self.entries).at
        facts = Facts(
            title=self.settings.title,
            site=self.settings.site,
            timezone=self.settings.timezone,
            product=None if self.settings.product is None else product_sentence(w, self.settings.product),
            protocols=tuple(
                w(
                    "{title} ({code}, version {version}, reading {reading})",
                    title=known.protocol.short_title,
                    code=known.protocol.code,
                    version=version_name(w, known.protocol),
                    reading=known.protocol.reading.name,
                )
                for known in self.protocols.values()
            ),
            patients=len(self.patients),
            entries=self.entries,
            first=first,
            last=last,
            head=self.head,
            program=self.edition.program_version,
        )
        return readme(w, facts, self._described())

    def _described(self) -> Mapping[str, str]:
        w = self.w
        return {
            "audit-trail.pdf, audit-trail.csv": w(
                "Who did what, when (UTC and at the site), what was changed, why: one row for each entry."
            ),
            "audit-trail-changes.csv": w("Every value that each entry changed, before and after."),
            "deviations.pdf, deviations.csv": w("What deviates from the protocol, with the reasons given."),
            "moved-visits.pdf, moved-visits.csv": w(
                "Visits that people moved where the sources of the protocol state no window: no deviations, "
                "but decisions with a reason."
            ),
            "handed-out.csv": w(
                "What was printed and which calendars were exported, when, by whom, for whom."
            ),
            "patients/CODE-schedule.pdf, patients/CODE-schedule.csv": w(
                "The schedule of each patient: visits and injections, their nominal, planned and actual "
                "dates, their status."
            ),
            "tables/*.csv": w(
                "The tables of the study file as they are: patients, choices (dates and doses set by people, "
                "stops and withdrawals), appointments, injections with what was recorded, notes, prints."
            ),
            "protocols/*.toml": w(
                "The full text of each version of the protocol in the study, as it was read."
            ),
            "settings.csv": w(
                "The site, its public holidays, closures and places, the pharmacy's product, and for whom "
                "calendars were exported (calendar-target: name and the last entry that was in them)."
            ),
            "ledger.jsonl": w("All entries with their hashes, for the check below."),
            "SHA256SUMS": w("The SHA-256 of every other file."),
        }


def _file_part(text: str) -> str:
    """A text as part of a file name."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in text)[:40]


def _plain(value: str) -> str:
    """A setting's value without the marks of JSON where it is a plain text."""
    with contextlib.suppress(ValueError):
        told = json.loads(value)
        if isinstance(told, str):
            return told
    return value
