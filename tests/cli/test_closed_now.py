"""What a closure or another setting hits, and what is proposed for it: the same as `show`, nothing moved."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.desk import Desk

WHY = ("--reason", "the site moves")
TODAY = ("--today", "2025-02-01")


def proposed(desk: Desk, *places: str, patient: str = "P001") -> list[dict[str, Any]]:
    """What `show` proposes for some cycles and visits, with the patient."""
    told = desk.done("show", patient, *TODAY)["proposals"]
    return [{"patient": patient} | one for one in told if one["where"] in places]


@pytest.mark.parametrize(
    ("command", "codes", "places"),
    [
        (("closure", "--days", "2025-05-13..2025-05-14", "--name", "works"), ["C4D2", "C4D3"], ["C4"]),
        (("closure", "--days", "2026-01-05", "--name", "works"), ["W52"], ["W52"]),
        (("study set", "--country", "LU", *WHY), ["W24", "C5D1"], ["W24", "C5"]),
    ],
)
def test_what_is_hit_is_proposed_as_show_proposes_it_and_nothing_moves(
    desk: Desk, command: tuple[str, ...], codes: list[str], places: list[str]
) -> None:
    before = desk.planned(*codes)
    preview = desk.done(*command, *TODAY, "--preview")
    done = desk.done(*command, *TODAY)
    assert [hit["code"] for hit in done["hits"]] == codes
    assert done["proposals"] == proposed(desk, *places)
    assert {one["where"] for one in done["proposals"]} == set(places)
    assert (preview["hits"], preview["proposals"]) == (done["hits"], done["proposals"])
    assert desk.planned(*codes) == before


def test_the_text_proposes_or_says_that_nothing_fits(desk: Desk) -> None:
    told = desk("closure", "--days", "2025-09-15..2025-09-16", "--name", "works", *TODAY).out.splitlines()
    offer = next(i for i, line in enumerate(told) if line == "Proposals:")
    assert told[offer + 1].startswith("  P001  Cycle 7: Mon 15-Sep-2025 becomes ")
    assert "costs: cycle 8" in told[offer + 1].lower()
    assert told[-1] == "Nothing is moved by itself: move a cycle with 'delay', a visit with 'move'."
    told = desk("closure", "--days", "2025-08-05", "--name", "works", *TODAY).out.splitlines()
    assert any(line.startswith("  P001  Cycle 6: no date fits within reach") for line in told)
    assert "Proposals:" not in desk("closure", "--days", "2025-12-08", "--name", "fair", *TODAY).out


def test_of_many_patients_the_text_has_the_nearest_date_only(desk: Desk) -> None:
    days = ("closure", "--days", "2025-06-24", "--name", "works", *TODAY, "--preview")
    more = "Only the nearest date is listed; 'show STUDY PATIENT' has all that is proposed."
    assert more not in desk(*days).out
    for number in range(2, 8):
        desk.done("enrol", f"P00{number}", "--arm", "il2", "--start", "2025-01-06")
    told = desk(*days).out.splitlines()
    assert sum("  Cycle 5: " in line for line in told) == 7
    assert more in told
