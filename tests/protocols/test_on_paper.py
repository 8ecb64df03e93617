"""Every protocol that ships through the command line, in both languages: checked, planned, printed."""

from __future__ import annotations

import re
from pathlib import Path

import icalendar
import pypdfium2  # type: ignore[import-untyped]
import pytest

from il2scheduler import library
from tests.builders import seed
from tests.cli.running import CommandLine

CODES = [template.code for template in library.templates() if template.shipped]
# What must never stand on paper, in our own words: sources are quoted as they are, in quotation marks.
FORBIDDEN = re.compile(r"\b(IU|UI|MIU|MUI|IL-2|bid|q\.d\.)\b|None|\{|\}")
PRINTED = re.compile(r"Printed on \w+ \S+ at \d\d:\d\d")
QUOTED = re.compile(r"\u201c[^\u201d]*\u201d|\u00ab[^\u00bb]*\u00bb")


@pytest.fixture
def il2(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def busiest_arm(code: str) -> str:
    """The arm with the most injections."""
    return max(seed(code).arms, key=lambda arm: arm.totals().injections).code


def words_on(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


@pytest.mark.parametrize("code", CODES)
def test_it_is_checked_without_a_problem_or_advice(il2: CommandLine, code: str) -> None:
    answer = il2("check", code)

    assert answer.code == 0
    assert answer.out.startswith(f"{code}: no problems\n\n")
    assert il2("check", "--table", "--language", "fr", code).code == 0


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("code", CODES)
def test_its_papers_are_made_and_say_it_in_our_words(
    il2: CommandLine, tmp_path: Path, code: str, language: str
) -> None:
    arm = busiest_arm(code)
    answer = il2(
        *("plan", code, "--start", "2026-01-05", "--arm", arm),
        *("--language", language, "--out", str(tmp_path)),
    )

    assert answer.code == 0, answer.err
    papers = {path.name: words_on(path) for path in tmp_path.glob("*.pdf")}
    assert len(papers) == 4
    for name, text in papers.items():
        said = QUOTED.sub("", text)
        assert not FORBIDDEN.search(said), (name, FORBIDDEN.search(said))
    calendar = icalendar.Calendar.from_ical((tmp_path / "P001.ics").read_bytes())
    dated = [cycle.totals().injections for cycle in seed(code).arm(arm).cycles if cycle.offset is not None]
    assert len(calendar.walk("VEVENT")) >= sum(dated)
    cover = words_on(tmp_path / "P001-diary.pdf").split("\f")[0][:400]
    for revealing in ("HIV", "VIH", "lupus", "diab", "cancer", "carcinom", "sclero", "scléro", "GVHD"):
        assert revealing.casefold() not in cover.casefold()


@pytest.mark.parametrize("code", [code for code in CODES if any(arm.blinded for arm in seed(code).arms)])
def test_the_papers_of_a_blinded_arm_tell_neither_arm_nor_dose(
    il2: CommandLine, tmp_path: Path, code: str
) -> None:
    papers: dict[str, list[str]] = {}
    for arm in seed(code).arms:
        folder = tmp_path / arm.code
        plan = ("plan", code, "--start", "2026-01-05", "--arm", arm.code, "--out", str(folder))
        assert il2(*plan).code == 0
        for path in sorted(folder.iterdir()):
            text = words_on(path) if path.suffix == ".pdf" else path.read_text("utf-8")
            papers.setdefault(path.name, []).append(PRINTED.sub("", text))
            assert arm.code == "placebo" or arm.label.en not in text

    assert len(papers) == 6
    for name, texts in papers.items():
        assert len(set(texts)) == 1, name


def test_a_sheet_says_what_is_taken_round_the_cycles_and_that_more_may_follow(
    il2: CommandLine, tmp_path: Path
) -> None:
    arm = ("--arm", "il2-antiretrovirals")
    assert il2("plan", "stalwart", "--start", "2026-01-05", *arm, "--out", str(tmp_path)).code == 0

    dosing, diary, activities = (
        " ".join(words_on(tmp_path / f"P001-{name}.pdf").split())
        for name in ("dosing-sheets", "diary", "schedule-of-activities")
    )
    assert "Up to 20 further cycles on demand" in dosing
    assert "antiretrovirals, 10 days round the course, from Fri 02-Jan-2026 to Sun 11-Jan-2026" in dosing
    assert "from Friday 2 January 2026 to Sunday 11 January 2026" in diary
    assert "From day -3 to day 7 of the cycle." in activities


def test_an_infusion_that_runs_all_day_is_not_given_once_a_day(il2: CommandLine, tmp_path: Path) -> None:
    arm = ("--arm", "intravenous")
    assert il2("plan", "anrs-048", "--start", "2026-01-05", *arm, "--out", str(tmp_path)).code == 0

    text = " ".join(words_on(tmp_path / "P001-dosing-sheets.pdf").split())

    assert "as a continuous intravenous infusion, days 1 to 5 = 5 injections" in text
    assert "once daily" not in text
    assert "Where to inject" not in words_on(tmp_path / "P001-diary.pdf")
