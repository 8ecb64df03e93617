"""A made-up course, as a nurse wrote it on the paper: recorded by command, printed, read back, equal."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from il2scheduler.wording.sites import SITES
from tests.cli.desk import Desk
from tests.cli.running import ETOILE, CommandLine
from tests.sheets.reading import faults, pages_of, plain, rows_of


@dataclass(frozen=True)
class Written:
    """What stands in a row: the date and day, the planned time, and what was written beside them."""

    date: str
    day: int
    slot: str
    site: int = 0
    time: str = ""
    dose: str = ""
    by: str = ""
    batch: str = ""
    code: str = ""
    note: str = ""


COURSE = (
    Written("Mon 21-Dec-2026", 1, "08:00", 1, "08:05", "4.5", "A. Martin", "A4411"),
    Written("Mon 21-Dec-2026", 1, "20:00", 4, "20:10", "4.5", "patient"),
    Written("Tue 22-Dec-2026", 2, "08:00", 2, "08:00", "4.5"),
    Written("Tue 22-Dec-2026", 2, "20:00", code="R"),
    Written("Wed 23-Dec-2026", 3, "08:00", code="H", note="fever gr 2, Dr. C."),
    Written("Wed 23-Dec-2026", 3, "20:00", code="H"),
    Written("Thu 24-Dec-2026", 4, "08:00", 5, "09:15", "2.25"),
    Written("Thu 24-Dec-2026", 4, "20:00", 3, "20:00", "4.5", "patient"),
    Written("Fri 25-Dec-2026", 5, "08:00", 6, "08:00", "4.5"),
    Written("Fri 25-Dec-2026", 5, "20:00", code="N"),
)
"""Blood pressure, pulse, temperature, premedication and who checked stay on the paper alone."""


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("IL2SCHEDULER_WHO", "Anne")
    desk = Desk(CommandLine(capsys), tmp_path / "s.il2")
    desk.done("study new", "--protocol", ETOILE, "--site", "Necker")
    desk.done("enrol", "P014", "--arm", "il2", "--start", "2026-12-07")
    return desk


def record(desk: Desk, row: Written) -> None:
    """What is on the paper, typed in the week after the course."""
    place = ("--cycle", "1", "--day", str(row.day), "--time", row.slot, "--today", "2026-12-28")
    if row.code:
        note = ("--note", row.note) if row.note else ()
        desk.done("not-given", "P014", *place, "--code", row.code, *note)
        return
    at = f"2026-12-{20 + row.day}T{row.time}"
    told = {"--site": SITES[row.site - 1], "--dose": row.dose, "--by": row.by, "--batch": row.batch}
    options = [part for name, text in told.items() if text for part in (name, text)]
    # A dose that is not the planned one is recorded with its reason, which the remark says.
    reason = ("--reason", "half of the dose, Dr. C.") if row.dose != "4.5" else ()
    desk.done("give", "P014", *place, "--at", at, *options, *reason)


def read_back(printed: str, said: str) -> Written:
    """A row of the print as the values that were written."""
    head = re.fullmatch(
        r"(\w{3} \d\d-\w{3}-\d{4}), day (\d)(?: \(\w\))? (\d\d:\d\d) – (day hospital|home) "
        r"4\.5 million international units",
        printed,
    )
    assert head is not None, printed
    row = Written(head[1], int(head[2]), head[3])
    not_given = re.fullmatch(r"Not given, code (\w)\.(?: Note: “(.*)”)?", said)
    if not_given is not None:
        return replace(row, code=not_given[1], note=not_given[2] or "")
    given = re.fullmatch(
        rf"Given: {row.date} at (\d\d:\d\d), ([\d.]+) million international units( \(part of the dose\))?\. "
        r"Site: (\d), ([a-z ]+)\.(?: Batch: “(\w+)”\.)?(?: Given by: (.+)\.)?",
        said,
    )
    assert given is not None, said
    assert bool(given[3]) is (given[2] != "4.5")
    assert given[5] == SITES[int(given[4]) - 1]
    by = {"the patient": "patient", None: ""}.get(given[7], given[7])
    return replace(row, site=int(given[4]), time=given[1], dose=given[2], by=by, batch=given[6] or "")


def test_a_course_is_printed_as_it_was_written(desk: Desk, tmp_path: Path) -> None:
    for row in COURSE:
        record(desk, row)
    file = tmp_path / "sheet.pdf"
    answer = desk("sheets", "--kind", "dosing", "--patient", "P014", "--cycle", "1", "--out", str(file))
    assert answer.code == 0, answer.err
    _, _, front, back = pages_of(file.read_bytes())

    rows = [cells for cells in rows_of(front) if len(cells) == 2 and "-Dec-2026, day" in cells[0]]
    assert tuple(read_back(*cells) for cells in rows) == COURSE
    for language in ("en", "fr"):
        for paper in ("a4", "letter"):
            asked = ("--kind", "dosing", "--patient", "P014", "--cycle", "1", "--language", language)
            desk("sheets", *asked, "--paper", paper, "--out", str(tmp_path / "any.pdf"))
            pages = pages_of((tmp_path / "any.pdf").read_bytes())
            assert [faults(page) for page in pages] == [[]] * 4
    end = plain(" ".join(said.text for said in back.texts))
    assert "Given, in full or in part: 6 of 10" in end
    assert "Not given, how many of each code: A 0 H 2 N 1 R 1 V 0 O 0" in end
    assert "Dose in the cycle: 24.75 million international units" in end


def test_nothing_is_counted_before_all_of_it_is_recorded(desk: Desk, tmp_path: Path) -> None:
    for row in COURSE[:-1]:
        record(desk, row)
    file = tmp_path / "sheet.pdf"
    desk("sheets", "--kind", "dosing", "--patient", "P014", "--cycle", "1", "--out", str(file))
    back = plain(" ".join(said.text for said in pages_of(file.read_bytes())[3].texts))

    assert "Given, in full or in part: of 10" in back
    assert "Not given, how many of each code: A H N R V O" in back
    assert "Dose in the cycle: million international units" in back


def test_the_second_page_tells_which_code_and_who_is_entered(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    desk("sheets", "--kind", "dosing", "--patient", "P014", "--cycle", "2", "--out", str(file))
    pages = [plain(" ".join(said.text for said in page.texts)) for page in pages_of(file.read_bytes())]

    assert len(pages) == 4
    assert "This print has the sheet of cycle 2 only." in pages[0]
    assert "H withheld A doctor or the protocol decided it, for whatever reason, fever too." in pages[1]
    assert "V unwell The patient was unwell; the patient or a nurse decided it, not a doctor." in pages[1]
    assert "Before cycle 2, Mon 18-Jan-2027: proceed delay omit Decided on (date):" in pages[2]
    assert (
        "H withheld: a doctor or the protocol decided; V unwell: the patient or a nurse decided." in pages[2]
    )
    assert "Home: copied from the returned diary; given by: patient." in pages[2]
    for page in pages:
        assert "Sheet prepared by:" in page
