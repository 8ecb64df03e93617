"""What a preview tells besides dates: doses, places, counts, totals, and what is worth a second look."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.running import VASCU

WHY = ("--reason", "fever")


def lines(desk: Desk, *command: str) -> list[str]:
    """The lines of a preview that tell a change, with a short unit; the same are told when it is done."""
    before = desk.entries()
    answer = desk(command[0], *command[1:], *WHY, "--preview", "--language", "en")
    assert (answer.code, answer.err) == (0, "")
    assert desk.entries() == before
    said = answer.out.replace("\u00a0million international units", " M").splitlines()
    return [line.strip() for line in said if line.startswith("  ") and not line.startswith("  - ")]


def test_a_dose_level_is_previewed_with_every_cycle_it_changes(desk: Desk) -> None:
    command = ("dose-level", "P001", "--dose", "3", "--from-cycle", "4")
    assert lines(desk, *command) == [
        "Cycles 4 to 8, 10 injections each: 4.5 M → 3 M",
        "In all: 8 cycles, 80 injections, 360 M → 8 cycles, 80 injections, 285 M",
    ]
    preview, done = desk.done(*command, *WHY, "--preview"), desk.done(*command, *WHY)
    assert preview["changes"] == done["changes"]
    (change,) = done["changes"]
    assert (change["what"], change["cycles"], change["days"], change["times"]) == (
        "dose",
        [4, 5, 6, 7, 8],
        None,
        None,
    )
    assert (change["injections"], change["from"], change["to"]) == (50, 4_500_000, 3_000_000)
    assert done["totals"] == {
        "before": {"cycles": 8, "injections": 80, "dose_iu": 360_000_000},
        "after": {"cycles": 8, "injections": 80, "dose_iu": 285_000_000},
    }
    assert [f["kind"] for f in done["findings"]] == ["dose-not-listed"]
    back = desk.done("undo", *WHY, "--preview")
    assert [(c["from"], c["to"]) for c in back["changes"]] == [(3_000_000, 4_500_000)]


def test_places_gates_and_an_evening_start_are_previewed(desk: Desk) -> None:
    assert lines(desk, "place", "P001", "--cycle", "2", "--time", "08:00", "--to", "hospital") == [
        "Cycle 2, mornings (08:00), 5 injections: day hospital → hospital"
    ]
    desk.done("study add-protocol", VASCU)
    desk.done("enrol", "V001", "--protocol", VASCU, "--arm", "il2", "--start", "2025-01-06")
    assert lines(desk, "gate", "V001", "--gate", "tolerance", "--met") == [
        "Cycles 2 to 4, 5 injections each: hospital → day hospital"
    ]
    assert lines(desk, "evening-start", "P001", "--cycle", "3") == [
        "Cycle 3, day 1, at 08:00, 1 injection: 4.5 M → no longer planned",
        "Cycle 3, day 6, 1 injection: new, 4.5 M",
    ]


def test_what_is_cancelled_is_counted_and_an_end_far_off_is_told(desk: Desk) -> None:
    desk.done("give", "P001", "--cycle", "1", "--all")
    told = lines(desk, "stop", "P001", "--on", "2025-01-22")
    assert "Cycles 2 to 8, 10 injections each: planned → cancelled" in told
    assert told[-1].startswith("In all: 8 cycles, 80 injections, 360 M → 1 cycle, 10 injections, 45 M")
    stopped = desk.done("stop", "P001", "--on", "2025-01-22", *WHY, "--preview")
    assert "would cut off 3 days that are recorded" in stopped["findings"][0]["message"]
    assert {f["kind"] for f in stopped["findings"]} >= {"end-date"}


def test_a_dose_far_from_the_one_before_is_told_before_it_is_given(desk: Desk) -> None:
    slot = ("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00", "--dose", "0.45")
    assert [f["kind"] for f in desk.done(*slot, "--preview")["findings"]] == ["dose-not-listed", "dose-jump"]
    assert desk.done(*slot, "--preview")["needs_reason"] is True
    assert "reason" in desk.refused(*slot)


@pytest.mark.parametrize("days", ["3000", "-3000"])
def test_a_delay_by_years_is_told(desk: Desk, days: str) -> None:
    told = desk.done("delay", "P001", "--cycle", "1", "--days", days, *WHY, "--past-cap", "omit", "--preview")
    assert "3000 days away from where it stood" in told["findings"][0]["message"]


def test_visits_moved_without_a_window_are_listed_apart_from_deviations(desk: Desk) -> None:
    desk.done("move", "P001", "--visit", "W24", "--to", "2025-06-24", *WHY)
    told = desk.done("deviations")
    assert told["deviations"] == []
    assert [(m["where"], m["date"], m["reason"]) for m in told["moved"]] == [("W24", "2025-06-24", "fever")]
    assert "was moved from Mon 23-Jun-2025 to Tue 24-Jun-2025. Reason: fever" in desk("deviations").out
    assert desk.done("deviations", "--patient", "P001")["moved"] == told["moved"]


@pytest.mark.parametrize(
    ("command", "arguments", "needed"),
    [
        ("undo", (), True),
        ("undo", ("--entry", "3"), True),
        ("redact", ("--entry", "3"), True),
        ("closure", ("--open", "2025-05-01"), True),
        ("closure", ("--days", "2025-06-02", "--name", "works"), False),
        ("study set", ("--site", "Nancy"), True),
        ("study set", ("--product", "Proleukin", "--vial", "18", "--concentration", "18"), False),
    ],
)
def test_a_preview_says_of_everything_whether_it_needs_a_reason(
    desk: Desk, command: str, arguments: tuple[str, ...], *, needed: bool
) -> None:
    desk.done("note", "P001", "--text", "called on Monday")
    asks = "It needs a reason: --reason TEXT."
    assert desk.done(command, *arguments, "--preview")["needs_reason"] is needed
    assert (asks in desk(command, *arguments, "--preview").out) is needed
    assert asks not in desk(command, *arguments, *WHY, "--preview").out
    if needed:
        assert "A reason is needed" in desk.refused(command, *arguments)
        assert desk.done(command, *arguments, *WHY)["needs_reason"] is True
    else:
        assert desk.done(command, *arguments)["needs_reason"] is False


def test_an_undo_in_the_same_session_needs_no_reason(desk: Desk, tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl"
    told.write_text(
        '{"command": "note", "patient": "P001", "text": "a word"}\n{"command": "undo"}\n', encoding="utf-8"
    )
    answer = desk("apply", str(told), "--json")
    assert answer.code == 0, answer.err
    assert answer.out.count('"needs_reason": false') == 2
