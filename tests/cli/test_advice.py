"""Refusals that say what to do: the option to give, the times there are, what must come first."""

from __future__ import annotations

from pathlib import Path

from tests.cli.desk import Desk

WHY = ("--reason", "asked")


def test_a_new_start_date_names_the_option_for_chosen_dates(desk: Desk) -> None:
    desk.done("move", "P001", "--visit", "W64", "--to", "2026-03-31", *WHY)
    assert "--chosen keep or --chosen clear" in desk.refused("anchor", "P001", "--date", "2025-01-13", *WHY)
    french = desk.refused("anchor", "P001", "--date", "2025-01-13", *WHY, "--language", "fr")
    assert "--chosen keep ou --chosen clear" in french


def test_a_place_names_the_times_there_are(desk: Desk) -> None:
    nine = ("place", "P001", "--cycle", "2", "--time", "09:00", "--to", "home", *WHY)
    said = "No injection is planned at 09:00 there; the planned times are 08:00, 20:00."
    assert desk.refused(*nine) == desk.refused(*nine, "--day", "2") == said
    ninth = ("place", "P001", "--cycle", "2", "--day", "9", "--to", "home", *WHY)
    assert desk.refused(*ninth) == "Cycle 2 has no injection on day 9; see the patient's schedule."


def test_after_a_stop_or_a_withdrawal_an_earlier_day_is_asked_for(desk: Desk) -> None:
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2025-01-06")
    desk.done("stop", "P001", "--on", "2025-04-14", *WHY)
    desk.done("withdraw", "P002", "--on", "2025-04-14", *WHY)
    delayed = ("--cycle", "3", "--to", "2025-04-21", *WHY)
    assert desk.refused("delay", "P001", *delayed).endswith("an earlier day, or undo the stop first.")
    later = "so nothing is planned after that day; choose an earlier day, or undo the withdrawal first."
    assert desk.refused("delay", "P002", *delayed).endswith(later)
    assert desk.refused("unscheduled", "P002", "--on", "2025-04-15", *WHY).endswith(later)
    assert desk.refused("delay", "P002", "--cycle", "5", "--days", "7", *WHY).startswith(
        "Cycle 5 is cancelled, since the treatment was stopped or the patient withdrawn;"
    )
    again = desk.refused("withdraw", "P002", "--on", "2025-04-15", *WHY)
    assert again.endswith("already; undo that first to choose another day.")


def test_a_cycle_on_demand_waits_for_the_one_before(desk: Desk) -> None:
    desk.done("study add-protocol", "esprit")
    desk.done("enrol", "E001", "--protocol", "esprit", "--arm", "il2", "--start", "2025-01-06")
    said = desk.refused("date-cycle", "E001", "--cycle", "6", "--on", "2025-12-01")
    assert said == "Cycle 6 comes after cycle 4, which has no date yet; date that first."


def test_numbers_and_lines_say_what_is_expected(desk: Desk, tmp_path: Path) -> None:
    said = desk.wrong("delay", "P001", "--cycle", "x", "--days", "3")
    assert said == "Invalid value for '--cycle': 'x' is not a valid whole number."
    assert "is not in the range 1<=x<=" in desk.wrong("history", "--last", "9" * 23)
    told = tmp_path / "told.jsonl"
    told.write_text("[1, 2\n", encoding="utf-8")
    assert 'write one command a line, such as {"command": "visit",' in desk.refused("apply", str(told))
