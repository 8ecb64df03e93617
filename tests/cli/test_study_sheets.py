"""`sheets` of a study: every kind, one file or many, remembered; and `check-print` of lists."""

from __future__ import annotations

from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from tests.cli.desk import Desk
from tests.store.hostile import execute

WEEK = "2025-01-22"


def text(file: Path) -> str:
    document = pypdfium2.PdfDocument(file)
    said = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(said.split())


@pytest.fixture
def clinic(desk: Desk) -> Desk:
    """Two patients with an injection in the same week."""
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2025-01-06")
    return desk


def test_the_list_of_a_day_has_the_head_of_the_study(clinic: Desk, tmp_path: Path) -> None:
    file = tmp_path / "day.pdf"
    answer = clinic("sheets", "--kind", "day", "--on", WEEK, "--out", str(file))
    assert answer.code == 0, answer.err
    assert "written: " in answer.out
    said = text(file)
    head = clinic.done("study info")["study"]
    assert f"Study revision {head['entries']}, chain " in said
    assert "Wed 22-Jan-2025" in said
    assert "P001" in said
    assert "P002" in said
    assert "4.5 million international units" in said


def test_the_lists_of_a_week_in_one_file_or_a_file_a_day(clinic: Desk, tmp_path: Path) -> None:
    clinic("sheets", "--kind", "week", "--week", WEEK, "--language", "fr", "--out", str(tmp_path / "w.pdf"))
    assert "Liste de la semaine" in text(tmp_path / "w.pdf")
    clinic("sheets", "--kind", "day", "--week", WEEK, "--out", str(tmp_path / "days"))
    names = sorted(path.name for path in (tmp_path / "days").iterdir())
    assert names == [f"day-list-2025-01-{day}.pdf" for day in (20, 21, 22, 23, 24)]
    clinic("sheets", "--kind", "day", "--week", WEEK, "--out", str(tmp_path / "d.pdf"))
    document = pypdfium2.PdfDocument(tmp_path / "d.pdf")
    assert next(mark.get_title() for mark in document.get_toc() if mark.level == 0) == (
        "Day list – Mon 20-Jan-2025"
    )
    document.close()


def test_the_dosing_sheets_of_a_week_are_of_its_cycles(clinic: Desk, tmp_path: Path) -> None:
    file = tmp_path / "week.pdf"
    clinic("sheets", "--kind", "dosing", "--week", WEEK, "--out", str(file))
    said = text(file)
    assert "Dosing sheet – cycle 1" in said
    assert "Dosing sheet – cycle 2" not in said
    assert "Patient P002" in said
    empty = clinic("sheets", "--kind", "dosing", "--week", "2025-02-05", "--out", str(tmp_path / "no.pdf"))
    assert empty.out == "There is nothing to print for that week.\n"
    assert not (tmp_path / "no.pdf").exists()


def test_what_changed_of_those_whose_print_is_old(clinic: Desk, tmp_path: Path) -> None:
    file = tmp_path / "changes.pdf"
    arguments = ("sheets", "--kind", "changes", "--out", str(file))
    assert clinic(*arguments).out == "No print is out of date.\n"
    before = clinic.entries()
    clinic("sheets", "--kind", "visits", "--remember", "--out", str(tmp_path / "visits.pdf"))
    assert clinic.entries() == before + 2
    assert "Saved as PDF: visit calendar, revision 1." in clinic("history").out
    clinic.done("move", "P002", "--visit", "W24", "--to", "2025-06-25", "--reason", "holiday")
    clinic(*arguments)
    said = text(file)
    assert "Patient P002" in said
    assert "Patient P001" not in said
    assert "Mon 23-Jun-2025 Wed 25-Jun-2025" in said
    assert "“holiday”" in said
    assert "Visit calendar, printed at revision 1" in said
    clinic("sheets", "--kind", "changes", "--patient", "P002", "--since", "2", "--out", str(file))
    assert "No date, time, dose, place or status is different." in text(file)
    out = ("--out", str(file))
    refused = clinic("sheets", "--kind", "changes", "--patient", "P002", "--since", "9", *out).sentence()
    assert refused.endswith("There is no revision 9 of this patient; the present one is 2.")


def test_sheets_of_a_study_in_a_cloud_folder_are_remembered_when_that_is_accepted(
    clinic: Desk, tmp_path: Path
) -> None:
    cloud = tmp_path / "Dropbox"
    cloud.mkdir()
    there = Desk(clinic.il2, cloud / "c.il2")
    (cloud / "c.il2").write_bytes(Path(clinic.path).read_bytes())
    out = ("--kind", "visits", "--out", str(tmp_path / "out"))
    assert there("sheets", *out).code == 0
    assert "Dropbox" in there("sheets", *out, "--remember").sentence()
    assert there("sheets", *out, "--remember", "--accept-cloud").code == 0
    assert "Saved as PDF: visit calendar" in there("history").out


def test_a_printed_list_is_checked_by_its_days(clinic: Desk, tmp_path: Path) -> None:
    file = tmp_path / "day.pdf"
    clinic("sheets", "--kind", "day", "--on", WEEK, "--remember", "--out", str(file))
    said = text(file)
    revision = said[said.index("Study revision ") :].split()[2].rstrip(",")
    head = said[said.index("chain ") :].split()[1].rstrip(".")
    check = ("check-print", "--revision", revision, "--head", head)
    assert clinic(*check).out == "current\n"
    assert clinic.wrong("check-print", "--patient", "P001", "--revision", "9" * 30, "--head", head)
    clinic.done("move", "P002", "--visit", "W24", "--to", "2025-06-25", "--reason", "holiday")
    assert clinic(*check, "--on", WEEK).out == "current\n"
    assert clinic(*check, "--week", WEEK).code == 0
    old = clinic(*check)
    assert old.code == 1
    assert "P002: " in old.out
    assert "Because: holiday" in old.out
    clinic.done("delay", "P001", "--cycle", "1", "--days", "7", "--reason", "fever", "--past-cap", "omit")
    assert "Cycle 1 was delayed by 7 days." in clinic(*check, "--on", WEEK).out
    assert clinic.done("study verify")["sound"]


def test_options_that_do_not_go_together_are_wrong_use(clinic: Desk, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "x.pdf"))
    for arguments in (
        ("--kind", "diary", "--on", WEEK),
        ("--kind", "visits", "--week", WEEK),
        ("--kind", "day", "--on", WEEK, "--week", WEEK),
        ("--kind", "changes", "--since", "1"),
        ("--kind", "week", "--cycle", "1"),
    ):
        assert clinic("sheets", *arguments, *out).code == 2
    assert (
        clinic("check-print", "--patient", "P001", "--revision", "1", "--head", "0" * 12, "--on", WEEK).code
        == 2
    )
    assert not (tmp_path / "x.pdf").exists()


def test_a_name_that_ends_like_another_file_is_no_folder(desk: Desk, tmp_path: Path) -> None:
    for command, ending in (("sheets --kind visits", ".pdf"), ("calendar", ".ics")):
        said = desk(*command.split(), "--out", str(tmp_path / "week.txt"))
        assert said.code == 2
        assert f"neither a folder nor a {ending} file" in said.err
    assert not (tmp_path / "week.txt").exists()
    assert desk("sheets", "--kind", "visits", "--out", str(tmp_path / "v1.2")).code == 0
    assert (tmp_path / "v1.2").is_dir()


@pytest.mark.parametrize("kind", ["dosing", "diary", "visits", "day --on 2025-01-20"])
def test_nothing_is_printed_of_rows_that_another_program_altered(
    desk: Desk, tmp_path: Path, kind: str
) -> None:
    """Ten times the dose, put there behind the program's back, must not reach the bedside."""
    execute(Path(desk.path), "UPDATE injection SET dose_iu = 45000000 WHERE appointment = 'C1D1'")
    said = desk.refused(f"sheets --kind {kind}", "--out", str(tmp_path / "x.pdf"))
    assert "P001" in said
    assert "il2scheduler study verify" in said
    assert not (tmp_path / "x.pdf").exists()


def test_what_stands_in_the_history_and_no_font_has_is_printed_as_its_code_point(
    clinic: Desk, tmp_path: Path
) -> None:
    """A reason cannot be written anew: the sheets are printed all the same."""
    clinic.done("closure", "--days", "2025-03-03", "--name", "Grève 🎄", "--reason", "r")
    given = ("give", "P001", "--cycle", "1", "--day", "1", "--time")
    clinic.done(*given, "08:00", "--site", "cuisse 🦵", "--batch", "LÔT 漢", "--by", "Ли 漢")
    clinic.done(
        "not-given",
        "P001",
        "--cycle",
        "1",
        "--day",
        "1",
        "--time",
        "20:00",
        "--code",
        "V",
        "--note",
        "🤒 fièvre",
    )
    clinic.done("visit", "P001", "--visit", "W0", "--done", "2025-01-06", "--note", "seen 🤒")
    clinic.done(
        "move", "P001", "--visit", "W52", "--to", "2026-01-07", "--reason", "« œuf » 🤒", "--who", "李"
    )
    clinic.done("unscheduled", "P001", "--on", "2025-03-03", "--reason", "🤒")

    said = dict[str, str]()
    for kind, *more in (
        ("dosing",),
        ("diary",),
        ("visits",),
        ("activities",),
        ("changes", "--patient", "P001", "--since", "1"),
        ("day", "--on", "2025-03-03"),
        ("week", "--week", "2025-03-03"),
    ):
        file = tmp_path / f"{kind}.pdf"
        answer = clinic("sheets", "--kind", kind, *more, "--out", str(file))
        assert answer.code == 0, answer.err
        said[kind] = text(file)

    assert "Batch: “LÔT [U+6F22]”. Given by: Ли [U+6F22]." in said["dosing"]
    assert "Site: “cuisse [U+1F9B5]”." in said["dosing"]
    assert "Note: “[U+1F912] fièvre”" in said["dosing"]
    assert "“seen [U+1F912]”" in said["visits"]
    assert "“« œuf » [U+1F912]” [U+674E]" in said["changes"]
    for kind in ("day", "week", "visits"):
        assert "Grève [U+1F384]" in said[kind], kind
