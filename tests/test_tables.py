"""The schedule as CSV: what people and statisticians find in it, and what no spreadsheet program runs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from il2scheduler import library, tables
from il2scheduler.protocol import FromAnchor, Label, Protocol, VisitTemplate, Window
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import OmissionCause, Patient, Schedule, build

CODES = ("anrs-123-etoile", "anrs-hc21-vascu-il2")


@pytest.fixture(scope="module")
def protocols() -> dict[str, Protocol]:
    return {code: library.find(code).file.protocols[0] for code in CODES}


def etoile(
    protocols: dict[str, Protocol], anchor: date | None = date(2026, 1, 5), arm: str = "il2"
) -> Schedule:
    return build(protocols[CODES[0]], Patient("P014", arm, anchor, omitted={8: OmissionCause.PERSON}))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_etoile_row_by_row(protocols: dict[str, Protocol]) -> None:
    found = rows(tables.schedule_csv(etoile(protocols), language="en"))

    assert len(found) == 86
    assert found[1] == {
        "patient": "P014",
        "arm": "il2",
        "code": "C1D1",
        "kind": "injections",
        "what": "cycle 1 day 1",
        "cycle": "1",
        "day": "1",
        "injection": "1",
        "study_week": "2",
        "study_day": "15",
        "nominal_date": "2026-01-19",
        "planned_date": "2026-01-19",
        "weekday": "Monday",
        "time": "08:00",
        "window_earliest": "",
        "window_latest": "",
        "window_by_site": "",
        "provisional": "0",
        "actual_date": "",
        "drug": "aldesleukin",
        "dose_iu": "4500000",
        "dose_in_words": "4.5\u00a0million international units",
        "place": "day-hospital",
        "place_in_words": "day hospital",
        "status": "planned",
        "status_in_words": "planned",
    }
    assert (found[2]["injection"], found[2]["time"], found[2]["place"]) == ("2", "20:00", "home")
    week_52 = next(row for row in found if row["code"] == "W52")
    assert {key: value for key, value in week_52.items() if value and key not in {"patient", "arm"}} == {
        "code": "W52",
        "kind": "visit",
        "what": "study week 52 (primary end point)",
        "study_week": "52",
        "study_day": "365",
        "nominal_date": "2027-01-04",
        "planned_date": "2027-01-04",
        "weekday": "Monday",
        "provisional": "0",
        "status": "planned",
        "status_in_words": "planned",
    }


def test_omitted_cycles_stay_in_with_their_status(protocols: dict[str, Protocol]) -> None:
    found = rows(tables.schedule_csv(etoile(protocols), language="en"))
    kept = [row for row in found if row["kind"] == "injections" and row["status"] == "planned"]

    assert {row["status"] for row in found if row["cycle"] == "8"} <= {"omitted", "cancelled"}
    assert (len(kept), sum(int(row["dose_iu"]) for row in kept)) == (70, 315_000_000)


def test_codes_and_columns_are_the_same_in_french(protocols: dict[str, Protocol]) -> None:
    for code in CODES:
        schedule = build(protocols[code], Patient("P014", "il2", date(2026, 1, 5)))
        english, french = (
            rows(tables.schedule_csv(schedule, language=language)) for language in ("en", "fr")
        )
        said = {"what", "weekday"} | {
            column for column in tables.SCHEDULE_COLUMNS if column.endswith("_in_words")
        }
        for one, other in zip(english, french, strict=True):
            assert {k: v for k, v in one.items() if k not in said} == {
                k: v for k, v in other.items() if k not in said
            }
        assert french[0]["weekday"] == "lundi"
        assert french[-2]["code"] != ""
    assert rows(tables.schedule_csv(etoile(protocols), language="fr"))[1]["dose_in_words"] == (
        "4,5\u00a0millions d'unités internationales"
    )


def test_without_an_anchor_there_are_no_dates(protocols: dict[str, Protocol]) -> None:
    found = rows(tables.schedule_csv(etoile(protocols, None), language="en"))

    assert len(found) == 86
    assert {row["planned_date"] + row["nominal_date"] + row["weekday"] for row in found} == {""}
    assert next(row for row in found if row["code"] == "W52")["study_day"] == "365"


def test_a_window_and_an_hour(protocols: dict[str, Protocol]) -> None:
    label = Label("check", "contrôle")
    visit = VisitTemplate(
        "SCR", label, FromAnchor(-14), Window(3, 7), (), (), before_first_injection=False, min_days_after=None
    )
    protocol = replace(protocols[CODES[0]], visits=(visit,))
    schedule = build(protocol, Patient("P014", "control", date(2026, 1, 5)))
    (appointment,) = schedule.appointments
    schedule = replace(schedule, appointments=(appointment._replace(hour=time(10, 30)),))
    (row,) = rows(tables.schedule_csv(schedule, language="en"))

    assert (row["window_earliest"], row["window_latest"], row["window_by_site"]) == (
        "2025-12-19",
        "2025-12-29",
        "0",
    )
    assert (row["time"], row["what"]) == ("10:30", "check")
    # A number below zero is a number: no apostrophe.
    assert (row["study_week"], row["study_day"]) == ("-2", "-14")


def test_a_blinded_arm_is_not_shown_by_its_dose(protocols: dict[str, Protocol]) -> None:
    protocol = protocols[CODES[0]]
    blinded = replace(protocol, arms=tuple(replace(arm, blinded=True) for arm in protocol.arms))
    found = rows(tables.schedule_csv(build(blinded, Patient("P1", "il2", date(2026, 1, 5))), language="en"))

    assert {row["arm"] for row in found} == {"not shown"}
    assert {row["dose_iu"] + row["dose_in_words"] for row in found} == {""}


def test_the_bytes(protocols: dict[str, Protocol]) -> None:
    data = tables.schedule_csv(etoile(protocols), language="fr")

    assert data.startswith(b"\xef\xbb\xbfpatient,arm,code,")
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == 87
    assert data == tables.schedule_csv(etoile(protocols), language="fr")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_text_is_a_formula(start: str) -> None:
    assert tables.written(f"{start}1+1") == f"'{start}1+1"


def test_text_that_is_no_formula_stays() -> None:
    assert [tables.written(text) for text in ("P-1", "a=b", "", "'x", " =1")] == [
        "P-1",
        "a=b",
        "",
        "'x",
        " =1",
    ]


def test_moments_and_decimals_are_written_plainly() -> None:
    moment = datetime(2026, 4, 3, 8, 12)  # noqa: DTZ001 - a local time of the site
    cells = (moment, time(8), Decimal("106.50"), Decimal(90), Decimal("1E+2"), -3, None)
    assert [tables.written(cell) for cell in cells] == [
        "2026-04-03T08:12", "08:00", "106.5", "90", "100", -3, "",
    ]  # fmt: skip


def test_a_workbook_holds_so_many_rows_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("il2scheduler.tables.files.MOST_ROWS", 3)

    def book(count: int) -> bytes:
        part = tables.Part("x", ("a",), ({"a": number} for number in range(count)))
        return tables.drained(tables.workbook_steps([part], title="x"))

    assert openpyxl.load_workbook(io.BytesIO(book(2))).worksheets[0].max_row == 3
    with pytest.raises(Refusal, match="table-too-long") as caught:
        book(3)
    assert caught.value.facts == {"limit": 2}


def test_what_no_workbook_can_hold_is_replaced() -> None:
    typed = {"a": "x\x00\x1b\ufffe\ud800y"}
    part = tables.Part("x", ("a",), [typed])
    read = openpyxl.load_workbook(
        io.BytesIO(tables.drained(tables.workbook_steps([part], title="x\x00")))
    ).worksheets[0]
    assert read["A2"].value == "x\ufffd\ufffd\ufffd\ufffdy"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(max_size=5))
def test_any_text_comes_back_as_it_was_typed(patient: str, ending: str) -> None:
    typed = {"patient": patient, "note": f'"{ending}",'.encode("utf-8", "replace").decode()}
    (row,) = rows(tables.table(("patient", "note"), [typed]))

    assert row["patient"].removeprefix("'") == patient.removeprefix("'")
    assert not row["patient"].startswith(tuple("=+-@\t\r\n"))
    assert row["note"] == typed["note"]
