"""`il2scheduler plan --json`: the keys, the types, the order and the dates of the contract."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from il2scheduler.rules import FindingKind, Within
from tests.cli.running import ETOILE, VASCU, CommandLine, process

GOLDEN = Path(__file__).parents[1] / "golden"
MONDAYS = [
    *("2026-01-19", "2026-02-16", "2026-03-30", "2026-05-11"),
    *("2026-06-22", "2026-08-03", "2026-09-14", "2026-10-26"),
]
VISITS = {
    "W0": "2026-01-05",
    "W24": "2026-06-22",
    "W52": "2027-01-04",
    "W64": "2027-03-29",
    "W76": "2027-06-21",
    "W96": "2027-11-08",
}


def starts(document: dict[str, Any]) -> list[str]:
    return [entry["planned"] for entry in document["appointments"] if entry["day"] == 1]


def visits(document: dict[str, Any]) -> dict[str, str]:
    return {e["code"]: e["planned"] for e in document["appointments"] if e["kind"] == "visit"}


def findings(document: dict[str, Any], kind: str) -> list[str]:
    return [finding["where"] for finding in document["findings"] if finding["kind"] == kind]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("plan-etoile", (ETOILE, "--start", "2026-01-05", "--arm", "il2")),
        ("plan-vascu", (VASCU, "--start=2026-01-05", "--patient=P014", "--language=fr")),
    ],
)
def test_the_document_of_a_seed_is_the_golden_one(name: str, arguments: tuple[str, ...]) -> None:
    made = process("plan", *arguments, "--json", env={"TZ": "Pacific/Auckland", "LC_ALL": "C"})

    assert made.document == json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


def test_the_keys_and_types(il2: CommandLine) -> None:
    document = il2.plan()

    assert set(document) >= {
        "format",
        "protocol",
        "patient",
        "appointments",
        "findings",
        "proposals",
        "totals",
    }
    assert document["format"] == 1
    assert set(document["protocol"]) == {"code", "version", "reading", "sha256"}
    assert len(document["protocol"]["sha256"]) == 64
    assert document["patient"] == {"code": "P001", "arm": "il2", "anchor": "2026-01-05"}
    assert document["totals"] == {"cycles": 8, "injections": 80, "dose_iu": 360_000_000}
    for entry in document["appointments"]:
        check_appointment(entry)
    for finding in document["findings"]:
        assert set(finding) == {"kind", "severity", "where", "date", "message"}
        assert finding["kind"] in {kind.value for kind in FindingKind}
        assert finding["severity"] in {"refuses", "warns", "notes"}
        assert finding["message"].endswith(".")
    for proposal in document["proposals"]:
        assert set(proposal) == {"where", "from", "to", "days", "within", "costs"}
        assert proposal["within"] in {within.value for within in Within}
        apart = date.fromisoformat(proposal["to"]) - date.fromisoformat(proposal["from"])
        assert apart == timedelta(days=proposal["days"])


def check_appointment(entry: dict[str, Any]) -> None:
    keys = {"code", "kind", "cycle", "day", "offset", "nominal", "window", "planned", "actual", "status"}
    assert keys <= set(entry)
    assert entry["status"] == "planned"
    assert entry["actual"] is None
    assert entry["window"] is None
    if entry["kind"] == "visit":
        assert "injections" not in entry
        return
    assert entry["code"] == f"C{entry['cycle']}D{entry['day']}"
    assert entry["injections"] == [
        {"time": time, "drug": "aldesleukin", "dose_iu": 4_500_000, "place": place, "status": "planned"}
        for time, place in (("08:00", "day-hospital"), ("20:00", "home"))
    ]


def test_etoile(il2: CommandLine) -> None:
    document = il2.plan()
    courses = [e for e in document["appointments"] if e["kind"] == "injections"]

    assert starts(document) == MONDAYS
    assert visits(document) == VISITS
    assert len(document["appointments"]) == 46
    assert sum(len(entry["injections"]) for entry in courses) == 80
    assert findings(document, "closed-day") == ["C4D4", "W64"]
    assert findings(document, "same-day") == ["W24"]
    assert [(p["where"], p["to"]) for p in document["proposals"]] == [
        ("C4", "2026-05-18"),
        ("W64", "2027-03-30"),
    ]
    assert [cost["kind"] for cost in document["proposals"][0]["costs"]] == ["past-cap"]


def test_appointments_stand_in_the_order_of_the_days_visits_first(il2: CommandLine) -> None:
    for reading in ("w0", "w2", "w4"):
        entries = il2.plan("--reading", reading)["appointments"]
        keys = [(e["planned"], e["kind"] != "visit", e["cycle"] or 0, e["day"] or 0) for e in entries]
        assert keys == sorted(keys)


def test_offsets_are_days_after_the_anchor(il2: CommandLine) -> None:
    anchor = date(2026, 1, 5)

    for entry in il2.plan()["appointments"]:
        assert anchor + timedelta(days=entry["offset"]) == date.fromisoformat(entry["nominal"])
        assert entry["nominal"] == entry["planned"]


@pytest.mark.parametrize(
    ("reading", "first", "second", "last"),
    [("w0", "2026-01-05", "2026-02-02", "2026-10-12"), ("w4", "2026-02-02", "2026-03-02", "2026-10-26")],
)
def test_other_readings_of_etoile(il2: CommandLine, reading: str, first: str, second: str, last: str) -> None:
    document = il2.plan("--reading", reading)

    assert document["protocol"]["reading"] == reading
    assert [starts(document)[i] for i in (0, 1, -1)] == [first, second, last]
    assert document["totals"]["injections"] == 80
    assert visits(document) == VISITS


def test_the_control_arm_has_the_visits_and_no_injection(il2: CommandLine) -> None:
    document = il2.plan("--arm", "control")

    assert visits(document) == VISITS
    assert len(document["appointments"]) == 6
    assert document["totals"] == {"cycles": 0, "injections": 0, "dose_iu": 0}


@pytest.mark.parametrize(
    ("reading", "cycles", "follow_up"),
    [
        (None, ["2026-01-05", "2026-01-26", "2026-02-16", "2026-03-09"], ["2026-03-23", "2026-09-21"]),
        (
            "literal-weeks",
            ["2026-01-05", "2026-01-19", "2026-02-09", "2026-03-02"],
            ["2026-03-16", "2026-09-14"],
        ),
    ],
)
def test_vascu(il2: CommandLine, reading: str | None, cycles: list[str], follow_up: list[str]) -> None:
    asked = () if reading is None else ("--reading", reading)

    document = il2.plan(*asked, protocol=VASCU)
    doses = [
        (e["cycle"], i["dose_iu"], i["place"])
        for e in document["appointments"]
        for i in e.get("injections", ())
    ]

    assert starts(document) == cycles
    assert list(visits(document).values()) == follow_up
    assert document["totals"] == {"cycles": 4, "injections": 20, "dose_iu": 52_500_000}
    assert set(doses) == {(1, 1_500_000, "hospital")} | {(k, 3_000_000, "hospital") for k in (2, 3, 4)}


@pytest.mark.parametrize(
    "start", ["2028-02-29", "2026-12-31", "2027-01-01", "1990-01-01", "2098-01-01", "2026-01-08"]
)
def test_leap_days_year_ends_and_a_start_on_thursday(il2: CommandLine, start: str) -> None:
    document = il2.plan(start=start)
    anchor = date.fromisoformat(start)

    assert starts(document) == [
        (anchor + timedelta(weeks=week)).isoformat() for week in (2, 6, 12, 18, 24, 30, 36, 42)
    ]
    assert list(visits(document).values()) == [
        (anchor + timedelta(weeks=week)).isoformat() for week in (0, 24, 52, 64, 76, 96)
    ]


def test_a_course_from_thursday_warns_of_the_weekend_and_is_not_torn_apart(il2: CommandLine) -> None:
    document = il2.plan(start="2026-01-08")

    assert {"C1D3", "C1D4"} <= set(findings(document, "closed-day"))
    assert [e["planned"] for e in document["appointments"] if e["cycle"] == 1] == [
        f"2026-01-{day}" for day in range(22, 27)
    ]
