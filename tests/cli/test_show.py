"""What `show` tells as text: what was given and when, what was done on which day, and what ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.sheets.reading import layout, plain

WHY = ("--reason", "half a vial")
THREE = "3 million international units"


def line(desk: Desk, what: str, *options: str) -> str:
    """The end of a patient's line, after what is planned."""
    told = [one for one in desk("show", "P001", *options).out.splitlines() if what in one]
    return told[0].replace("\u00a0", " ").rpartition("each; ")[2].rpartition("  ")[2]


def record(desk: Desk, day: int, at: str, *options: str) -> None:
    command = "not-given" if "--code" in options else "give"
    desk.done(command, "P001", "--cycle", "1", "--day", str(day), "--time", at, *options)


def test_the_text_says_what_was_given_and_when(desk: Desk) -> None:
    record(desk, 1, "08:00")
    assert line(desk, "cycle 1 day 1") == "running, 08:00 given, 20:00 planned"
    record(desk, 1, "20:00")
    assert line(desk, "cycle 1 day 1") == "given"
    record(desk, 2, "08:00", "--dose", "3", *WHY)
    assert line(desk, "cycle 1 day 2") == f"running, 08:00 given: {THREE}, 20:00 planned"
    record(desk, 3, "08:00", "--at", "2025-01-22T08:12")
    record(desk, 3, "20:00", "--at", "2025-01-23T01:30", "--dose", "3", *WHY)
    evening = f"20:00 given on Thu 23-Jan-2025 at 01:30: {THREE}"
    assert line(desk, "cycle 1 day 3") == f"given, 08:00 given at 08:12, {evening}"
    record(desk, 4, "08:00")
    record(desk, 4, "20:00", "--code", "V")
    assert line(desk, "cycle 1 day 4") == "given in part, 08:00 given, 20:00 not given: V, unwell"
    record(desk, 5, "08:00", "--code", "R")
    record(desk, 5, "20:00", "--code", "R")
    assert line(desk, "cycle 1 day 5") == "not given: R, refused by the patient"
    listed = plain(desk("agenda", "--on", "2025-01-21").out)
    assert f"cycle 1 day 2, 08:00, 20:00 (running, 08:00 given: {THREE}, 20:00 planned)" in listed
    french = line(desk, "cure 1 jour 3", "--language", "fr").rpartition("chacune ; ")[2]
    assert french.startswith("fait, 08:00 fait à 08:12, 20:00 fait le jeu. 23-janv.-2025 à 01:30")


def test_the_text_says_when_a_visit_was_done_or_is_expected(desk: Desk) -> None:
    desk.done("visit", "P001", "--visit", "W0", "--done", "2025-01-06")
    desk.done("visit", "P001", "--visit", "W52", "--done", "2026-02-13")
    desk.done("visit", "P001", "--visit", "W24", "--missed")
    desk.done("move", "P001", "--visit", "W76", "--to", "2026-06-22", "--time", "09:30", *WHY)
    assert line(desk, "W0:") == "done"
    assert line(desk, "W52:") == "done on Fri 13-Feb-2026"
    assert line(desk, "W24:") == "missed"
    assert line(desk, "W76:") == "09:30"


def test_who_stopped_or_left_is_marked_in_the_list_and_in_the_schedule(desk: Desk) -> None:
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2025-01-06")
    plain = desk.done("show")["patients"][1]
    assert (plain["stopped"], plain["withdrawn"], plain["lost"]) == (None, None, False)
    desk.done("stop", "P001", "--on", "2025-02-17", *WHY)
    desk.done("withdraw", "P001", "--on", "2025-06-23", "--lost", *WHY)
    desk.done("withdraw", "P002", "--on", "2025-06-23", *WHY)
    first, second = desk.done("show")["patients"]
    assert (first["stopped"], first["withdrawn"], first["lost"]) == ("2025-02-17", "2025-06-23", True)
    assert (second["stopped"], second["withdrawn"], second["lost"]) == (None, "2025-06-23", False)
    listed = desk("show").out.splitlines()
    stopped, left = "reatment stopped on Mon 17-Feb-2025", "ithdrawn on Mon 23-Jun-2025"
    assert f"  t{stopped}  w{left}, lost to follow-up" in listed[0]
    assert f"  w{left}" in listed[1]
    assert "lost" not in listed[1]
    shown = desk("show", "P001").out.splitlines()
    assert f"T{stopped}" in shown
    assert f"W{left}, lost to follow-up" in shown


@pytest.mark.parametrize("kind", ["visits", "dosing", "activities", "diary"])
def test_every_page_for_staff_is_marked_and_none_of_the_patients(
    desk: Desk, tmp_path: Path, kind: str
) -> None:
    desk.done("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00")
    desk.done("stop", "P001", "--on", "2025-01-21", *WHY)
    desk.done("withdraw", "P001", "--on", "2025-06-23", "--lost", *WHY)
    file = tmp_path / "sheet.pdf"
    answer = desk("sheets", "--kind", kind, "--patient", "P001", "--out", str(file))
    assert answer.code == 0, answer.err
    for page in layout(file).split("\f")[:-1]:
        stopped = "Treatment stopped on Tue 21-Jan-2025" in plain(page)
        left = "Withdrawn on Mon 23-Jun-2025, lost to follow-up" in plain(page)
        assert (stopped, left) == (kind != "diary", kind != "diary"), page


def test_the_schedule_of_activities_asks_for_nothing_that_is_cancelled(desk: Desk, tmp_path: Path) -> None:
    desk.done("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00")
    desk.done("stop", "P001", "--on", "2025-01-21", *WHY)
    file = tmp_path / "activities.pdf"
    desk("sheets", "--kind", "activities", "--patient", "P001", "--out", str(file))
    told = plain(layout(file))
    assert told.replace("X 2", "X2").count("X2") == 1
    assert "omitted" not in told
    assert "C1D1" in told
    assert "C1D2 to C1D5" in told
    assert told.count("(cancelled)") == 8
