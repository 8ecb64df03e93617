"""Tables of a study as CSV and XLSX, read by two other programs; the supply forecast; nothing ever runs."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from openpyxl.utils.escape import unescape  # type: ignore[import-untyped]

from tests.cli.desk import Desk
from tests.cli.running import CommandLine, process

KINDS = ("schedule", "agenda", "deviations", "injections", "supply")
HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(1;1)", '=HYPERLINK("http://x.org";"y")', "=cmd|' /C calc'!A0", "＝1+1",
    "http://x.org", "file:///etc/passwd", "_x0041_", "0123", "2026-01-05", "'quoted", '"', "a,b;c",
    "<b>&amp;", "1e5", "TRUE",
)  # fmt: skip
Office = Callable[..., list[list[dict[str, str]]]]
PRODUCT = ("--product", "Proleukin", "--vial", "18", "--concentration", "18", "--use-within-hours", "24")


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), strict=True))


def read_xlsx(path: Path, part: int = 0) -> tuple[list[dict[str, Any]], Any]:
    """The rows of a worksheet, and the worksheet, as openpyxl reads them."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[part]
    header, *lines = ([_value(cell.value) for cell in line] for line in sheet.iter_rows())
    return [dict(zip(header, line, strict=True)) for line in lines], sheet


def _value(value: Any) -> Any:  # noqa: ANN401 - of any kind a cell has
    """A workbook writes `_x0041_` as `_x005F_x0041_`, or Excel would show A; openpyxl leaves it so."""
    return unescape(value) if isinstance(value, str) else value


def as_csv_has_it(value: object) -> str:
    """A value of openpyxl as the CSV file of the same table would have it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes") if value.time() != time() else value.date().isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value)


def unquoted(row: dict[str, str], typed: tuple[str, ...] = HOSTILE) -> dict[str, str]:
    """A row of CSV without the apostrophes that keep a text from being a formula."""
    return {k: v[1:] if v[:1] == "'" and v[1:] in typed else v for k, v in row.items()}


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A study in which people typed what could be taken for formulas and links."""
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2025-01-06")
    desk.done("enrol", "P003", "--arm", "control", "--start", "2025-01-06")
    desk.done("study set", *PRODUCT)
    slots = [(day, at) for day in range(1, 6) for at in ("08:00", "20:00")]
    for (day, at), text in zip(slots, HOSTILE, strict=False):
        where = ("--cycle", "1", "--day", str(day), "--time", at)
        desk.done("give", "P001", *where, "--batch", text, "--site", text, "--by", text)
    for (day, at), text in zip(slots, HOSTILE[10:], strict=False):
        where = ("--cycle", "1", "--day", str(day), "--time", at)
        desk.done("not-given", "P002", *where, "--code", "R", "--note", text)
    desk.done("omit", "P002", "--cycle", "8", "--reason", HOSTILE[0])
    return desk


def test_visits_moved_without_a_window_stand_apart_from_deviations(desk: Desk, tmp_path: Path) -> None:
    desk.done("move", "P001", "--visit", "W24", "--to", "2025-06-30", "--reason", "holiday")
    desk.done("omit", "P001", "--cycle", "8", "--reason", "fever")
    for language, name in (
        ("en", "Moved, no window in the source"),
        ("fr", "Déplacées, sans fenêtre source"),
    ):
        file = tmp_path / f"{language}.xlsx"
        desk("table", "--kind", "deviations", "--language", language, "--out", str(file))
        moved, sheet = read_xlsx(file, 1)
        assert sheet.title == name
        assert [(row["where"], row["reason"]) for row in moved] == [("W24", "holiday")]
        assert [row["where"] for row in read_xlsx(file)[0]] == ["C8"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """LibreOffice, which turns workbooks into CSV; of each the first worksheet."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed: packaging/debian-test.txt")

    def converted(*files: Path) -> list[list[dict[str, str]]]:
        out = tmp_path / "converted"
        done = subprocess.run(
            [
                program, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
                "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", str(out),
                *map(str, files),
            ],
            capture_output=True, check=False, timeout=120,
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return [read_csv(out / f"{file.stem}.csv") for file in files]

    return converted


def test_two_other_programs_read_every_table_as_the_csv_has_it(
    busy: Desk, tmp_path: Path, office: Office
) -> None:
    files = [tmp_path / f"{kind}.xlsx" for kind in KINDS]
    for kind, file in zip(KINDS, files, strict=True):
        for out in (file, file.with_suffix(".csv")):
            answer = busy("table", "--kind", kind, "--from", "2025-01-01", "--out", str(out)) if (
                kind in {"agenda", "injections", "supply"}
            ) else busy("table", "--kind", kind, "--out", str(out))  # fmt: skip
            assert answer.code == 0, answer.err
    for file, converted in zip(files, office(*files), strict=True):
        expected = [unquoted(row) for row in read_csv(file.with_suffix(".csv"))]
        assert expected, file.stem
        read, sheet = read_xlsx(file)
        texts = [{k: as_csv_has_it(v) for k, v in row.items()} for row in read]
        assert texts == expected, file.stem
        moments = [{k: v.replace("T", " ") if k == "given_at" else v for k, v in r.items()} for r in expected]
        assert converted == moments, file.stem
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d", "inlineStr"}
        assert not [cell for line in sheet.iter_rows() for cell in line if cell.hyperlink]
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)
    typed = {row["batch"] for row in read_xlsx(tmp_path / "injections.xlsx")[0]}
    assert set(HOSTILE[:10]) <= typed
    assert set(HOSTILE[10:]) <= {row["note"] for row in read_xlsx(tmp_path / "injections.xlsx")[0]}


def test_dates_times_and_numbers_are_such_in_a_workbook(busy: Desk, tmp_path: Path) -> None:
    out = tmp_path / "i.xlsx"
    busy("table", "--kind", "injections", "--patient", "P001", "--out", str(out))
    rows, sheet = read_xlsx(out)
    first = rows[0]
    assert first["planned_date"] == datetime(2025, 1, 20)  # noqa: DTZ001 - a date
    assert (first["time"], first["dose_iu"], first["given_iu"]) == (time(8), 4_500_000, 4_500_000)
    assert first["given_at"] == datetime(2025, 1, 20, 8)  # noqa: DTZ001 - a local time of the site
    widths = [sheet.column_dimensions[letter].width for letter in "AEI"]
    assert all(9 < width < 61 for width in widths)


def test_the_last_worksheet_says_what_each_column_is(busy: Desk, tmp_path: Path) -> None:
    for kind in KINDS:
        out = tmp_path / f"{kind}.xlsx"
        assert busy("table", "--kind", kind, "--language", "fr", "--out", str(out)).code == 0
        columns = [cell.value for cell in next(read_xlsx(out)[1].iter_rows())]
        about, sheet = read_xlsx(out, -1)
        assert sheet.title == "À propos de ce tableau"
        names = [row["column"] for row in about if row["column"]]
        assert names == columns
        assert all(row["meaning"] for row in about)
    assert [row for row in about if row["meaning"].startswith("Flacons du produit\u00a0: Proleukin")]


def test_the_supply_by_week_and_by_patient(busy: Desk, tmp_path: Path) -> None:
    out = tmp_path / "s.xlsx"
    busy("table", "--kind", "supply", "--from", "2025-02-01", "--to", "2025-03-31", "--out", str(out))
    rows, _ = read_xlsx(out)
    assert [row["week"].date() for row in rows] == [date(2025, 2, 17), date(2025, 3, 31)]
    first, last = rows
    assert first | {"week": None} == {
        "week": None,
        "calendar_week": "2025-W08",
        "drug": "aldesleukin",
        "patients": 2,
        "injections": 20,
        "dose_iu": 90_000_000,
        "million_international_units": 90,
        "without_dose": 0,
        "vials": 10,
    }
    # Only Monday 31 March is asked for: two doses of each patient, from one vial each.
    assert (last["injections"], last["million_international_units"], last["vials"]) == (4, 18, 2)
    each, sheet = read_xlsx(out, 1)
    assert sheet.title == "By patient"
    assert [(row["patient"], row["injections"], row["vials"]) for row in each] == [
        ("P001", 10, 5), ("P002", 10, 5), ("P001", 2, 1), ("P002", 2, 1),
    ]  # fmt: skip


def test_vials_follow_the_product_and_the_dose(busy: Desk, tmp_path: Path) -> None:
    def first_week() -> dict[str, Any]:
        out = tmp_path / "s.xlsx"
        busy("table", "--kind", "supply", "--from", "2025-02-17", "--out", str(out))
        return read_xlsx(out)[0][0]

    assert first_week()["vials"] == 10
    busy.done("study set", "--vial-for", "all-patients", "--reason", "r")
    assert first_week()["vials"] == 5
    busy.done("dose-level", "P002", "--dose", "3", "--from-cycle", "2", "--reason", "r")
    assert (first_week()["million_international_units"], first_week()["vials"]) == (75, 5)
    busy.done("study set", "--use-within-hours", "none", "--reason", "r")
    assert first_week()["vials"] == 20
    busy.done("study set", "--product", "none", "--reason", "r")
    assert first_week()["vials"] is None
    busy.done("stop", "P001", "--on", "2025-02-01", "--reason", "r")
    assert (first_week()["injections"], first_week()["million_international_units"]) == (10, 30)


def test_a_blinded_arm_is_not_told_by_a_table(il2: CommandLine, tmp_path: Path) -> None:
    desk = Desk(il2, tmp_path / "b.il2")
    desk.done("study new", "--protocol", "imodals", "--who", "A")
    for code, arm in (("V001", "high"), ("V002", "placebo")):
        desk.done("enrol", code, "--arm", arm, "--start", "2026-01-05", "--who", "A")
    desk.done("study set", *PRODUCT, "--who", "A")
    desk.done("give", "V001", "--cycle", "1", "--all", "--who", "A")
    told: dict[str, list[list[str]]] = {}
    for kind in KINDS:
        out = tmp_path / f"{kind}.xlsx"
        dates = ("--from", "2026-01-01") if kind in {"agenda", "injections", "supply"} else ()
        assert desk("table", "--kind", kind, "--out", str(out), *dates).code == 0
        told[kind] = [[str(value) for value in row.values()] for row in read_xlsx(out)[0]]
    both = str(told)
    assert not [text for text in ("high", "placebo", "study-drug", "000000", "million") if text in both]
    (first, *_) = told["supply"]
    assert first[2:] == ["not shown", "1", "5", "None", "None", "5", "None"]


def test_the_agenda_of_one_week(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    desk("table", "--kind", "agenda", "--from", "2025-01-20", "--to", "2025-01-26", "--out", str(out))
    rows = read_csv(out)
    assert [row["list"] for row in rows] == ["overdue", *["due"] * 10]
    assert {row["week"] for row in rows[1:]} == {"2025-01-20"}


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (("--kind", "supply", "--out", "t.xls"), ".csv or .xlsx", 2),
        (
            ("--kind", "schedule", "--from", "2025-01-01", "--out", "t.csv"),
            "agenda, injections and supply",
            2,
        ),
        (("--kind", "supply", "--from", "2025-02-01", "--to", "2025-01-01", "--out", "t.csv"), "exchange", 1),
        (("--kind", "supply", "--patient", "P009", "--out", "t.csv"), "P009", 1),
        (("--kind", "supply", "--out", "s.il2/t.xlsx"), "cannot be used", 1),
    ],
)
def test_what_is_no_table_is_refused(
    desk: Desk, tmp_path: Path, arguments: tuple[str, ...], said: str, code: int
) -> None:
    *options, out = arguments
    answer = desk("table", *options, str(tmp_path / out))
    assert (answer.code, said in answer.sentence()) == (code, True)
    assert {path.name for path in tmp_path.iterdir()} <= {"s.il2", "data"}


def test_a_study_is_not_replaced_by_a_file_made_from_it(desk: Desk, tmp_path: Path) -> None:
    for name, asked in (
        ("trial.csv", ("table", "--kind", "schedule")),
        ("trial.pdf", ("sheets", "--kind", "visits")),
        ("trial.ics", ("calendar", "--profile", "clinic")),
    ):
        file = str(tmp_path / name)
        assert desk("study backup", "--out", file).code == 0
        assert f"{name} holds a study" in desk.refused(*asked, "--out", file)
        assert desk.il2("study", "verify", file).code == 0


def test_the_same_bytes_in_tokyo_and_in_paris(busy: Desk, tmp_path: Path) -> None:
    places = (
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Europe/Paris", "LC_ALL": "fr_FR.UTF-8", "PYTHONHASHSEED": "2"},
    )
    made: list[bytes] = []
    for number, env in enumerate(places):
        out = tmp_path / f"{number}.xlsx"
        asked = ("table", busy.path, "--kind", "supply", "--from", "2025-01-20", "--language", "fr")
        assert process(*asked, "--out", str(out), env=env).code == 0
        made.append(out.read_bytes())
    assert made[0] == made[1]
