"""`il2scheduler plan`: the clinic's calendar, courses moved as a whole, time zones and languages."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.cli.running import VASCU, CommandLine


def closed(document: dict[str, Any]) -> list[str]:
    return [f["where"] for f in document["findings"] if f["kind"] == "closed-day"]


@pytest.mark.parametrize(
    ("start", "closed_days"),
    [("2026-01-05", "sat,sun"), ("2026-01-08", "sat,sun"), ("2025-04-07", "sat,sun"), ("2026-03-02", "wed")],
)
def test_avoiding_closed_days_moves_whole_courses(il2: CommandLine, start: str, closed_days: str) -> None:
    before = il2.plan("--closed", closed_days, start=start)
    after = il2.plan("--closed", closed_days, "--avoid-closed-days", start=start)

    for cycle in range(1, 9):
        days = [date.fromisoformat(e["planned"]) for e in after["appointments"] if e["cycle"] == cycle]
        assert [later - earlier for earlier, later in pairwise(days)] == [timedelta(days=1)] * 4
    assert len(closed(after)) <= len(closed(before))
    assert after["totals"] == before["totals"]
    assert [e["nominal"] for e in after["appointments"] if e["kind"] == "visit"] == [
        e["nominal"] for e in before["appointments"] if e["kind"] == "visit"
    ]


def test_avoiding_closed_days_takes_the_free_proposal_and_no_cycle_is_lost(il2: CommandLine) -> None:
    document = il2.plan("--avoid-closed-days")

    assert [(m["where"], m["to"]) for m in document["moved"]] == [("W64", "2027-03-30")]
    assert closed(document) == ["C4D4"]


@pytest.mark.parametrize(
    ("closures", "expected"),
    [
        (("2026-01-20",), ["C1D2"]),
        (("2026-01-20..2026-01-21",), ["C1D2", "C1D3"]),
        (("2026-01-23", "2026-01-19"), ["C1D1", "C1D5"]),
        (("2026-01-23..2026-02-16",), ["C1D5", "C2D1"]),
    ],
)
def test_closures(il2: CommandLine, closures: tuple[str, ...], expected: list[str]) -> None:
    options = [option for days in closures for option in ("--closure", days)]

    assert closed(il2.plan(*options))[: len(expected)] == expected


def test_open_every_day(il2: CommandLine) -> None:
    document = il2.plan("--closed", "none", start="2026-01-08")

    assert {"C1D3", "C1D4"}.isdisjoint(closed(document))  # a Saturday and a Sunday


def test_alsace_moselle_has_two_more_holidays(il2: CommandLine) -> None:
    start = "2026-12-11"  # the second of Christmas is day 2 of cycle 1

    assert "C1D2" in closed(il2.plan("--subdivision", "57", "--closed", "none", start=start))
    assert "C1D2" not in closed(il2.plan("--closed", "none", start=start))


@pytest.mark.parametrize(
    ("country", "day"),
    [("US", "2026-07-03"), ("DE", "2026-10-03"), ("GB", "2026-05-25"), ("JP", "2026-05-04")],
)
def test_other_countries(il2: CommandLine, country: str, day: str) -> None:
    document = il2.plan("--country", country, "--closed", "none", protocol=VASCU, start=day)

    assert closed(document)[0] == "C1D1"


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC"]
)
def test_a_date_does_not_depend_on_the_time_zone(il2: CommandLine, zone: str) -> None:
    assert il2.plan("--timezone", zone) == il2.plan()


def test_french_says_the_same_in_french(il2: CommandLine) -> None:
    english, french = il2.plan(), il2.plan("--language", "fr")

    assert any("férié" in finding["message"] for finding in french["findings"])
    for document in (english, french):
        for finding in document["findings"]:
            del finding["message"]
        for proposal in document["proposals"]:
            del proposal["costs"]
    assert english == french


def test_the_table_for_people_names_the_flagged_days(il2: CommandLine) -> None:
    table = il2("plan", "anrs-123-etoile", "--start", "2026-01-05", "--arm", "il2").out

    assert "!  Thu 14-May-2026" in table
    assert "In all: 8 cycles, 80 injections, 360\u00a0million international units" in table
    assert "It is not the approved protocol" in table
    for forbidden in ("MIU", " IU", " UI", "bid"):
        assert forbidden not in table
