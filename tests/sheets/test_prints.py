"""What holds for every kind of print, made of a study with much in it: legible, safe, sound, reproducible."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import ImageFont

from il2scheduler import resources
from il2scheduler.i18n import words
from il2scheduler.jobs import Progress
from il2scheduler.protocol import Place
from il2scheduler.schedule import Kind, Status
from il2scheduler.study import Study
from il2scheduler.study.outputs import Batch, Edition, Sheet, Wanted, documents, making
from il2scheduler.wording import place_name
from tests.sheets import clinic
from tests.sheets.clinic import AT, HOSTILE, SITE, TODAY, WHO, everything, printed
from tests.sheets.reading import faults, pages_of, plain, rows_of, run, text_of, tool

KINDS = everything()
LISTS = ("day", "week")
ROOT = Path(__file__).parents[2]
FORBIDDEN = re.compile(
    r"(?<![\w.])(U|IU|UI|MIU|MUI|MU|SC|SQ|TIW|BID|TID|QD|b\.?i\.?d\.?|t\.?i\.?d\.?|q\.?d\.?|q\.?o\.?d\.?|x\d+d)"
    r"(?![\w.])|[@&<>]|\d[.,]\d*0(?!\d)(?= mil)|(?<!\d)[.,]\d+ mil|IL-?2\b|(?<!\()interleukin",
)
QUOTED = re.compile(r"“[^”]*”|«[^»]*»")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's file, closed."""
    file = tmp_path_factory.mktemp("clinic") / "study.il2"
    clinic.study(file).close()
    return file


@pytest.fixture(scope="module")
def study(path: Path) -> Iterator[Study]:
    with Study.open(path, who=WHO, read_only=True) as made:
        yield made


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_or_overlaps(study: Study, kind: str, language: str, paper: str) -> None:
    pages = pages_of(printed(study, KINDS[kind], language, paper))
    found = [fault for page in pages for fault in faults(page)]
    # A cycle that is omitted is struck out on purpose.
    struck = re.compile(r"a line through: Said\(text='(5|2[67]|W?C5D\d|.*(juin|juil|Jun|Jul).*) ?'")
    assert [fault for fault in found if not struck.match(fault)] == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_our_own_words_are_safe(study: Study, kind: str, language: str) -> None:
    text = QUOTED.sub("", text_of(printed(study, KINDS[kind], language)))
    for known in study.protocols.values():
        for name in (known.protocol.short_title, known.protocol.code):
            text = text.replace(name, "")
    assert not FORBIDDEN.search(text), FORBIDDEN.findall(text)


def test_the_search_for_unsafe_words_finds_them() -> None:
    unsafe = (
        "4.5 MIU",
        "18 UI",
        "SC",
        "BID",
        "t.i.d.",
        "IL-2",
        "IL2",
        "a & b",
        "4.50 million",
        "3,0 millions",
    )
    for text in (*unsafe, ".5 million", "interleukin-2"):
        assert FORBIDDEN.search(f"x {text} x"), text
    assert not FORBIDDEN.search("aldesleukin (interleukin-2), 4.5 million international units, 10 million")


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_what_it_is_of_and_how_it_was_printed(study: Study, kind: str) -> None:
    wanted = KINDS[kind]
    head = study.store.head(study.patient_id(wanted.patient) if wanted.patient else None)
    pages = pages_of(printed(study, wanted))
    named = "Study" if kind in LISTS else "Schedule"
    for number, page in enumerate(pages, start=1):
        text = plain(" ".join(said.text for said in page.texts))
        for part in (
            f"{named} revision {head.revision}",
            f"chain {head.hash[:12]}",
            plain(SITE),
            plain(f"Printed on Tue 31-Mar-2026 at 09:05 by {WHO}."),
            f"page {number} of {len(pages)}",
            "Sheet prepared by:",
            "Sheet checked by:",
            "Not a prescription.",
            "il2scheduler",
            "Tue 31-Mar-2026" if kind == "day" else "Calendar week 14" if kind == "week" else "Patient P001",
        ):
            assert part in text, (number, part)
    if kind in LISTS:
        first = plain(" ".join(said.text for said in pages[0].texts))
        assert "ETOILE: 9 fields of the protocol template are assumed or unknown" in first


@pytest.mark.parametrize("kind", KINDS)
def test_other_programs_read_it(study: Study, kind: str, tmp_path: Path) -> None:
    file = tmp_path / "print.pdf"
    file.write_bytes(printed(study, KINDS[kind], "fr"))
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(file))
    fonts = [line.split() for line in run("pdffonts", str(file)).splitlines()[2:]]
    assert fonts
    assert all("DejaVuSans" in font[0] and font[-5:-3] == ["yes", "yes"] for font in fonts)
    told = run("pdfinfo", str(file))
    titles = {
        "dosing": "Feuilles d'administration – patient P001",
        "diary": "Carnet – patient P001",
        "visits": "Calendrier des visites – patient P001",
        "activities": "Calendrier des examens – patient P001",
        "changes": "Ce qui a changé – patient P001",
        "day": "Liste du jour – mar. 31-mars-2026",
        "week": "Liste de la semaine – du lun. 30-mars-2026 au dim. 05-avr.-2026",
    }
    title = next(line for line in told.splitlines() if line.startswith("Title:"))
    assert plain(title.removeprefix("Title:")) == titles[kind]
    assert "JavaScript:      no" in told
    raw = run("qpdf", "--qdf", "--object-streams=disable", str(file), "-")
    assert "/Lang (fr)" in raw
    assert "/Type /Outlines" in raw
    assert not re.search(r"/(URI|Launch|GoToR|EmbeddedFile|AA)\b", raw)
    said = plain(run("pdftotext", "-raw", str(file), "-"))
    assert plain(SITE) in said


def test_every_character_is_in_the_fonts(study: Study) -> None:
    written = {c for wanted in KINDS.values() for lang in ("en", "fr") for c in read(study, wanted, lang)}
    written -= set(" \u00a0\r\n\x02\ufffe")
    assert {"é", "œ", "☐", "▲", "–"} <= written | {"œ"}
    for name in ("DejaVuSans", "DejaVuSans-Bold"):
        # FreeType draws them; the program itself asks reportlab.
        font: Any = ImageFont.truetype(str(resources.path("fonts", f"{name}.ttf")), 20)
        missing = bytes(font.getmask("\uffff"))
        assert {c for c in written if bytes(font.getmask(c)) == missing} == set()


def read(study: Study, wanted: Wanted, language: str) -> str:
    document = pypdfium2.PdfDocument(printed(study, wanted, language))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


# --- Dates, doses and sums, read back ---


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sums_of_the_dosing_sheets_are_those_of_the_schedule(study: Study, language: str) -> None:
    w, schedule = words(language), study.state("P001").schedule
    data = printed(study, KINDS["dosing"], language)
    overview = [row for row in rows_of(pages_of(data)[0]) if re.fullmatch(r"\d", row[0])]
    for start in schedule.starts:
        course = [day for day in schedule.course(start.template.number) if day.active]
        row = next(row for row in overview if row[0] == str(start.template.number))
        if not course:
            assert plain(w("omitted: decided by a person")) in row
            continue
        doses = [i.dose_iu or 0 for day in course for i in day.injections]
        assert row[1:3] == [plain(w.staff_date(day.planned or TODAY)) for day in (course[0], course[-1])]
        sums = plain(
            w("{injections}, {dose} this cycle", injections="10 injections", dose=w.dose(sum(doses)))
        )
        assert row[-1] == sums
    totals = schedule.totals()
    assert totals.dose_iu is not None
    assert f"{totals.injections} injections" in text_of(data)
    assert plain(w.dose(totals.dose_iu)) in text_of(data)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_diary_lists_each_injection_that_is_to_come(study: Study, language: str) -> None:
    w, schedule = words(language), study.state("P001").schedule
    pages = pages_of(printed(study, KINDS["diary"], language))
    found = [
        row for page in pages for row in rows_of(page) if len(row) == 5 and re.search(r"\d\d:\d\d", row[2])
    ]
    expected: list[list[str]] = []
    for day in schedule.appointments:
        for i in day.injections:
            if day.active and i.status is Status.PLANNED:
                assert day.planned is not None
                assert i.dose_iu is not None
                date, dose = plain(w.patient_date(day.planned)), plain(w.dose(i.dose_iu))
                where = w("AT HOME") if i.place is Place.HOME else w("AT THE CLINIC")
                expected.append([date, f"{i.time:%H:%M}", dose, where])
    assert [[row[0], row[2].split()[-1], row[3], row[4]] for row in found] == expected


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_visit_calendar_lists_each_appointment_in_its_row(study: Study, language: str) -> None:
    w, schedule = words(language), study.state("P001").schedule
    pages = [page for page in pages_of(printed(study, KINDS["visits"], language)) if page.wide > page.high]
    found = {row[4]: row for page in pages for row in rows_of(page) if len(row) > 5 and row[1].isdigit()}
    for one in schedule.appointments:
        assert one.planned is not None
        row, hour = found[one.code], "" if one.hour is None else f" {one.hour:%H:%M}"
        assert row[0] == plain(w.staff_date(one.planned)) + hour
        assert row[1] == str(one.planned.isocalendar().week)
        for i in one.injections:
            assert f"{i.time:%H:%M} {place_name(w, i.place)}" in row[5]
    assert len(found) == len(schedule.appointments)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_schedule_of_activities_has_each_date_and_cross(study: Study, language: str) -> None:
    w, schedule = words(language), study.state("P001").schedule
    found = [row for page in pages_of(printed(study, KINDS["activities"], language)) for row in rows_of(page)]
    dates = " ".join(" ".join(row) for row in found if row[0] == w("Planned date"))
    for one in schedule.appointments:
        assert one.planned is not None
        first_or_last = one.day in (1, 5) or one.kind is Kind.VISIT
        assert (plain(w.staff_date(one.planned)) in dates) or not first_or_last
    crosses = sum(cell == "X" for row in found for cell in row)
    assert crosses == sum(len(visit.activities) for visit in schedule.protocol.visits)


# --- Together ---


def test_a_batch_is_one_pdf_with_a_bookmark_for_each_document(study: Study, tmp_path: Path) -> None:
    batch = Batch()
    wanted = [*KINDS.values(), Wanted("P002", Sheet.VISITS)]
    steps = list(documents(study, wanted, Edition("en", "a4", WHO, AT), batch, together=True))
    assert [step.done for step in steps] == list(range(len(wanted) + 1))
    assert steps[0] == Progress(0, 8, "P001-dosing-sheets.pdf")
    assert batch.documents == [batch.whole]
    file = tmp_path / "all.pdf"
    file.write_bytes(batch.whole)
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(file))
    document = pypdfium2.PdfDocument(batch.whole)
    marks = [(mark.level, mark.get_title()) for mark in document.get_toc()]
    assert [title for level, title in marks if level == 0] == [
        "Dosing sheets – patient P001",
        "Diary – patient P001",
        "Visit calendar – patient P001",
        "Schedule of activities – patient P001",
        "What changed – patient P001",
        "Day list – Tue 31-Mar-2026",
        "Week list – Mon 30-Mar-2026 to Sun 05-Apr-2026",
        "Visit calendar – patient P002",
    ]
    assert (1, "Cycle 3") in marks
    singles = sum(len(pypdfium2.PdfDocument(printed(study, one))) for one in wanted)
    assert len(document) == singles
    assert document.get_metadata_value("Title") == "8 printed documents"
    # Each font is there in one set, however many documents there are.
    assert len(run("pdffonts", str(file)).splitlines()) < 2 + 8


def test_each_cycle_of_a_batch_begins_on_the_front_of_a_sheet_of_paper(study: Study) -> None:
    batch = Batch()
    # The list has an odd number of pages.
    codes = ("P001", "P002")
    wanted = [Wanted("", Sheet.DAY, day=date(2026, 5, 17)), *(Wanted(c, Sheet.DOSING, (3,)) for c in codes)]
    list(documents(study, wanted, Edition("en", "a4", WHO, AT), batch, together=True))
    pages = [plain(" ".join(said.text for said in page.texts)) for page in pages_of(batch.whole)]
    fronts = [number for number, text in enumerate(pages, start=1) if "Decided on (date):" in text]
    assert len(fronts) == 2
    assert all(number % 2 for number in fronts)


def test_a_batch_that_is_cancelled_leaves_nothing(path: Path) -> None:
    batch = Batch()
    job = making(path, list(KINDS.values()), Edition("en", "a4", WHO, AT), batch, together=True)
    for _ in range(3):
        next(job)
    job.close()
    assert batch.documents == []


# --- Other computers ---

MAKE = """
import hashlib, sys
from pathlib import Path
from il2scheduler.study import Study
from tests.sheets.clinic import WHO, everything, printed
with Study.open(Path(sys.argv[1]), who=WHO, read_only=True) as study:
    for kind, wanted in everything().items():
        print(kind, hashlib.sha256(printed(study, wanted, "fr", "letter")).hexdigest())
"""


def child(path: Path, *before: str, **env: str) -> str:
    done = subprocess.run(
        [*before, sys.executable, "-c", MAKE, str(path)],
        env={**os.environ, **env, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "random"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_bytes_in_tokyo_and_in_paris(study: Study, path: Path) -> None:
    here = "".join(
        f"{kind} {hashlib.sha256(printed(study, wanted, 'fr', 'letter')).hexdigest()}\n"
        for kind, wanted in KINDS.items()
    )
    assert child(path, TZ="Asia/Tokyo", LC_ALL="C") == here
    assert child(path, TZ="Europe/Paris", LC_ALL="fr_FR.UTF-8") == here


def test_hostile_text_opens_no_file_and_no_connection(path: Path, tmp_path: Path) -> None:
    """Every call that opens or connects, of a process that prints everything, is looked at."""
    trace = tmp_path / "trace"
    calls = "trace=open,openat,openat2,connect,socket,execve"
    child(path, tool("strace"), "-f", "-qq", "-e", calls, "-o", str(trace))
    said = trace.read_text("utf-8", "replace")
    assert "DejaVuSans-Bold.ttf" in said
    assert "etc/hostname" not in said
    assert not re.search(r"socket\(AF_INET|connect\(", said)
    assert HOSTILE in text_of_all(path)


def text_of_all(path: Path) -> str:
    with Study.open(path, who=WHO, read_only=True) as study:
        return " ".join(text_of(printed(study, wanted)) for wanted in KINDS.values())


def test_the_tools_are_there() -> None:
    assert all(shutil.which(name) for name in ("qpdf", "pdftotext", "pdffonts", "pdfinfo", "strace"))
