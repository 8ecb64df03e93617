"""Doses as people type them, in millions: read exactly, or refused; never guessed."""

from __future__ import annotations

import pytest

from il2scheduler.dosing import read_million
from il2scheduler.refusal import Refusal


@pytest.mark.parametrize(
    ("typed", "units"),
    [
        ("4.5", 4_500_000),
        ("4,5", 4_500_000),
        ("4.50", 4_500_000),
        ("4", 4_000_000),
        (" 4.5 ", 4_500_000),
        ("0.33", 330_000),
        ("0,333", 333_000),
        ("0.001", 1_000),
        ("00.5", 500_000),
        ("18", 18_000_000),
        ("007", 7_000_000),
        ("200", 200_000_000),
        ("200,00", 200_000_000),
    ],
)
def test_a_dose_is_read_exactly_with_a_point_or_a_comma(typed: str, units: int) -> None:
    assert read_million(typed) == units


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        ".",
        "4.",
        "4,",
        ".5",
        "4.5000",
        "4.5.0",
        "4_5",
        "１２",
        "٤",
        "४",
        "²",
        "½",
        "1e3",
        "1E3",
        "+3",
        "-3",
        "−3",
        "1 000",
        "1\u00a0000",
        "1\u202f000",
        "1'000",
        "4.5 MIU",
        "0x10",
        "4\n",
        "\t4",
        "4\u200b",
        "\u202e4",
        "nan",
        "inf",
        "1000",
        "4500000",
    ],
)
def test_what_is_no_dose_in_millions_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_million(typed)

    assert (caught.value.kind, caught.value.facts) == ("dose-form", {"found": typed[:40]})


@pytest.mark.parametrize("typed", ["18,000", "18.000", "4.500", "1,234", "100.000"])
def test_three_decimals_behind_a_whole_number_mean_two_things_and_are_refused(typed: str) -> None:
    """18,000 is 18 in one language and 18 000 in another."""
    with pytest.raises(Refusal) as caught:
        read_million(typed)

    assert caught.value.kind == "dose-ambiguous"


@pytest.mark.parametrize("typed", ["0", "0.0", "0,000", "000", "201", "200.01", "999"])
def test_nothing_and_far_too_much_are_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_million(typed)

    assert (caught.value.kind, caught.value.facts["limit"]) == ("dose-range", 200)


def test_a_long_text_is_refused_at_once_and_shown_in_part() -> None:
    with pytest.raises(Refusal) as caught:
        read_million("4" * 1_000_000)

    assert caught.value.facts == {"found": "4" * 40}
