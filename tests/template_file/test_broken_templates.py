"""A template with one thing wrong: every problem is said, with its place, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from il2scheduler.protocol_file import read
from tests.template_file.seeds import ETOILE, VASCU, changed, problems, said

DATA = Path(__file__).parents[1] / "data" / "broken_templates.toml"
CHANGES: list[dict[str, Any]] = tomllib.loads(DATA.read_text("utf-8"))["change"]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change['new'][:40]!r}")
def test_one_change_and_what_is_said_of_it(change: dict[str, Any]) -> None:
    assert problems(changed(ETOILE, (change["old"], change["new"]))) == change["said"]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change['new'][:40]!r}")
def test_it_is_said_in_french_too_on_one_line(change: dict[str, Any]) -> None:
    broken = read(changed(ETOILE, (change["old"], change["new"])).encode())

    lines = said(broken, "fr")

    assert len(lines) == len(change["said"])
    assert all(line.isprintable() or "\u00a0" in line or "\u202f" in line for line in lines)


def test_all_problems_of_a_file_are_said_at_once() -> None:
    broken = changed(
        ETOILE,
        ("weeks = [2, 6, 12", "weeks = [2, 12, 6"),
        ('drug = "aldesleukin"', 'drug = "placebo"'),
        ("at = { week = 52 }", "at = { week = 51 }"),
        ("injections = 80", "injections = 81"),
    )

    assert [line.split(":")[0] for line in problems(broken)][:3] == [
        "cycles[0].drug",
        "cycles[0].starts.weeks[2]",
        "visits[2].at",
    ]


def test_totals_are_checked_in_every_reading() -> None:
    broken = changed(
        ETOILE, ("injections = 80", "injections = 81"), ("[0, 4, 10, 16, 22, 28, 34, 40]", "[0, 4]")
    )

    assert problems(broken) == [
        "totals.il2.injections: the file says 81, its cycles add up to 80",
        "reading w0: totals.il2.cycles: the file says 8, its cycles add up to 2",
        "reading w0: totals.il2.injections: the file says 81, its cycles add up to 20",
        "reading w0: totals.il2.dose_iu: the file says 360_000_000, its cycles add up to 90_000_000",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("before_cycle = 2", "before_cycle = 5", "gates[0].before_cycle: there is no cycle 5; there are 4"),
        ("cycles = [2, 3, 4]", "cycles = [2, 9]", "gates[0].cycles[1]: there is no cycle 9; there are 4"),
        (
            "cycle = 4, days",
            "cycle = 5, days",
            "visits[0].min_days_after.cycle: there is no cycle 5; there are 4",
        ),
        (
            "week_origin = 1",
            "week_origin = 3",
            "reading literal-weeks: week_origin: found 3, expected one of 0, 1",
        ),
        (
            "at = { week = 11 }",
            "at = { offset = 77 }",
            "reading literal-weeks: visits[0].at: W11 means offset 70, but the visit is at offset 77",
        ),
        (
            "iu = 1_500_000",
            "iu = 15_000_000",
            "totals.il2.dose_iu: the file says 52_500_000, its cycles add up to 120_000_000",
        ),
    ],
)
def test_the_other_seed(old: str, new: str, line: str) -> None:
    assert problems(changed(VASCU, (old, new))) == [line]


def test_a_published_label_that_contradicts_its_offset() -> None:
    one = changed(ETOILE, ('code = "W96"', 'code = "D17"'), ("at = { week = 96 }", "at = { offset = 15 }"))

    assert "visits[5].at: D17 means offset 16, but the visit is at offset 15" in problems(one)
