"""`il2scheduler plan --out`: six files, whole, or one sentence that names the one that failed."""

from __future__ import annotations

import csv
import os
import re
import stat
import sys
from pathlib import Path

import icalendar
import pypdfium2  # type: ignore[import-untyped]
import pytest

from il2scheduler import exports
from tests.cli.running import ETOILE, VASCU, CommandLine, process

PLAN = ("plan", ETOILE, "--start", "2026-01-05", "--arm", "il2")
FILES = {
    "P001.ics",
    "P001-dosing-sheets.pdf",
    "P001-visit-calendar.pdf",
    "P001-diary.pdf",
    "P001-schedule-of-activities.pdf",
    "P001-schedule.csv",
}
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="limits and modes of POSIX")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def check_files(folder: Path, code: str = "P001") -> None:
    """Each is whole: its reader takes it, and it speaks of the patient."""
    assert names(folder) == {name.replace("P001", code) for name in FILES}
    calendar = icalendar.Calendar.from_ical((folder / f"{code}.ics").read_bytes())
    assert len(calendar.walk("VEVENT")) > 0
    for path in folder.glob("*.pdf"):
        document = pypdfium2.PdfDocument(path)
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert code in text, path.name
        document.close()
    with (folder / f"{code}-schedule.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) > 5


def test_six_files_of_each_seed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"

    answer = process(*PLAN, "--out", str(folder))

    assert (answer.code, answer.err) == (0, "")
    assert [line for line in answer.out.splitlines() if line.startswith("written: ")] == [
        f"written: {folder / name}"
        for name in (
            "P001.ics",
            "P001-dosing-sheets.pdf",
            "P001-visit-calendar.pdf",
            "P001-diary.pdf",
            "P001-schedule-of-activities.pdf",
            "P001-schedule.csv",
        )
    ]
    check_files(folder)


@pytest.mark.parametrize(
    "options",
    [
        ("--patient", "CONTROL-7", "--arm", "control"),
        ("--language", "fr", "--paper", "letter", "--reading", "w0"),
        ("--timezone", "America/New_York", "--country", "US"),
    ],
)
def test_files_of_other_plans(il2: CommandLine, tmp_path: Path, options: tuple[str, ...]) -> None:
    answer = il2(*PLAN, "--json", "--out", str(tmp_path / "out"), *options)

    check_files(tmp_path / "out", answer.document["patient"]["code"])


def test_files_of_the_other_seed_stand_beside_those_of_the_first(il2: CommandLine, tmp_path: Path) -> None:
    il2("plan", VASCU, "--start", "2026-01-05", "--patient", "P002", "--out", str(tmp_path))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    il2(*PLAN, "--out", str(tmp_path))

    assert names(tmp_path) == FILES | set(before)
    assert all((tmp_path / name).read_bytes() == data for name, data in before.items())


def test_existing_files_are_replaced_whole(il2: CommandLine, tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(b"old " * 100_000)

    assert il2(*PLAN, "--out", str(tmp_path)).code == 0

    check_files(tmp_path)
    assert not [path.name for path in tmp_path.iterdir() if b"old old" in path.read_bytes()]


@pytest.mark.parametrize(
    "who", ["Hélène Œuvrard", '<img src="/etc/passwd"/>', "<para><b>", "&amp;<", "=1+1", "%s {x} \\n"]
)
def test_who_prints_is_plain_text(il2: CommandLine, tmp_path: Path, who: str) -> None:
    answer = il2("plan", VASCU, "--start", "2026-01-05", "--out", str(tmp_path), f"--who={who}")

    assert (answer.code, answer.err) == (0, "")
    document = pypdfium2.PdfDocument(tmp_path / "P001-dosing-sheets.pdf")
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert re.sub(r"\s", "", who) in re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    "who",
    [
        "",
        "x" * 10_000,
        "x" * 200,
        "a\nb",
        "\x1b[31m",
        "\u202eabc",
        "\u200b",
        "\u6f22\u5b57",
        "💉",
        "\ud800",
        "\x00",
    ],
)
def test_a_hostile_name_is_refused_or_harmless(il2: CommandLine, tmp_path: Path, who: str) -> None:
    answer = il2("plan", VASCU, "--start", "2026-01-05", "--out", str(tmp_path / "out"), f"--who={who}")

    if answer.code:
        answer.sentence()
        assert not (tmp_path / "out").exists()
    else:
        check_files(tmp_path / "out")


def test_a_file_where_the_folder_should_be(il2: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")

    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        answer = il2(*PLAN, "--json", "--out", str(folder))
        assert answer.code == 1
        assert answer.sentence().startswith(f"{folder} cannot be used: ")
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_folder_where_a_file_should_be(il2: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "P001-diary.pdf").mkdir()

    answer = il2(*PLAN, "--out", str(tmp_path))

    assert answer.code == 1
    assert answer.sentence() == f"{tmp_path / 'P001-diary.pdf'} cannot be used: Is a directory."
    assert not [name for name in names(tmp_path) if name.startswith(".")]


@POSIX
def test_a_folder_that_must_not_be_written_to(il2: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    if os.access(folder, os.W_OK):
        folder = Path("/proc/1")  # for root every folder can be written to but those of the kernel
        if not folder.is_dir():
            pytest.skip("every folder can be written to here")

    answer = il2(*PLAN, "--out", str(folder))

    assert answer.code == 1
    assert answer.sentence().startswith(f"{folder / 'P001.ics'} cannot be used: ")


@POSIX
def test_a_disk_that_is_full_after_a_few_blocks(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(b"old")

    answer = process(*PLAN, "--out", str(tmp_path), before="ulimit -f 8;")

    assert answer.code == 1
    assert re.fullmatch(
        rf"{re.escape(str(tmp_path))}/P001\S+ cannot be used: File too large\.", answer.sentence()
    )
    assert names(tmp_path) == FILES
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"old"}


def test_a_failure_while_making_writes_nothing(
    il2: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise ValueError

    monkeypatch.setattr("il2scheduler.tables.schedule_csv", fail)

    assert il2(*PLAN, "--out", str(tmp_path / "out")).code == 1
    assert not (tmp_path / "out").exists()


def test_a_failure_in_the_middle_leaves_every_file_as_it_was(
    il2: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = exports.Writing.add

    def add(self: exports.Writing, path: Path, data: bytes) -> None:
        if path.name == "P001-diary.pdf":
            raise OSError(28, os.strerror(28), str(path))
        real(self, path, data)

    (tmp_path / "P001.ics").write_bytes(b"old")
    monkeypatch.setattr(exports.Writing, "add", add)
    answer = il2(*PLAN, "--json", "--out", str(tmp_path))

    assert answer.sentence() == "The disk is full, so nothing was written; make room on it and try again."
    assert names(tmp_path) == {"P001.ics"}
    assert (tmp_path / "P001.ics").read_bytes() == b"old"
