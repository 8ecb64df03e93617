"""The pharmacy's product: entered, changed with a reason, taken out, and never supposed."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.cli.running import VASCU

VIAL = ("--vial", "18", "--concentration", "18", "--use-within-hours", "24")


def product(desk: Desk) -> Any:  # noqa: ANN401 - from JSON
    return desk.done("study info")["study"]["product"]


def test_nothing_is_supposed_and_a_first_product_needs_no_reason(desk: Desk) -> None:
    assert product(desk) is None
    assert "Pharmacy's product: not entered" in desk("study info").out
    desk.done("study set", "--product", "Proleukin", *VIAL)
    assert product(desk) == {
        "name": "Proleukin",
        "drug": "aldesleukin",
        "vial_iu": 18_000_000,
        "concentration_iu": 18_000_000,
        "diluent_ml": None,
        "use_within_hours": 24,
        "vial_for": "one-patient",
    }
    assert desk.done("show")["study"]["product"]["name"] == "Proleukin"
    assert (
        "Pharmacy's product: Proleukin: one vial gives 18\u00a0million international units; 18\u00a0million "
        "international units per mL after reconstitution; to be used within 24 hours of reconstitution; a "
        "vial is for injections of one patient."
    ) in desk("study info").out


def test_a_change_keeps_the_rest_and_needs_a_reason_and_is_undone(desk: Desk) -> None:
    desk.done("study set", "--product", "Proleukin", *VIAL, "--diluent", "1,2")
    first = product(desk)
    assert "reason" in desk.refused("study set", "--use-within-hours", "48")
    assert "reason" in desk.refused("study set", "--product", "none")
    desk.done("study set", "--use-within-hours", "none", "--vial-for", "one-place", "--reason", "new label")
    assert product(desk) == first | {"use_within_hours": None, "vial_for": "one-place"}
    desk.done("study set", "--product", "none", "--reason", "none in stock")
    assert product(desk) is None
    desk.done("undo", "--reason", "r")
    desk.done("undo", "--reason", "r")
    assert product(desk) == first
    told = [entry["what"] for entry in desk.done("history")["entries"]]
    assert told[2].startswith("The pharmacy's product: Proleukin: one vial gives 18")
    assert told[4] == "The pharmacy's product was taken out."
    assert desk("study verify").code == 0


def test_a_preview_tells_the_product_in_words_and_saves_nothing(desk: Desk) -> None:
    answer = desk("study set", "--product", "Proleukin", *VIAL, "--preview", "--language", "fr")
    assert "un flacon donne 18\u00a0millions d'unités internationales" in answer.out
    assert product(desk) is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--vial", "18"), "No product is entered"),
        (("--product", "X"), "give all three"),
        (("--product", "X", "--vial", "18"), "give all three"),
        (("--product", "X", "--vial", "18,000", "--concentration", "18"), "two doses"),
        (("--product", "X", "--vial", "1_8", "--concentration", "18"), "not a dose"),
        (("--product", "X", "--vial", "18", "--concentration", "0"), "out of range"),
        (("--product", "X", *VIAL, "--diluent", "1.234"), "not a volume"),
        (("--product", "X", *VIAL, "--diluent", "500"), "out of range"),
        (("--product", "X", *VIAL[:4], "--use-within-hours", "２４"), "number of hours"),
        (("--product", "X" * 61, *VIAL), "at most 60"),
        (("--product", "a\u202eb", *VIAL), "invisible"),
        (("--product", " ", *VIAL), "empty"),
        (("--product", "X", *VIAL, "--product-drug", "placebo"), "has a drug placebo"),
    ],
)
def test_what_is_no_product_is_refused(desk: Desk, options: tuple[str, ...], said: str) -> None:
    assert said in desk.refused("study set", *options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--product", "none", "--vial", "18"), "no other option"),
        (("--product", "X", *VIAL, "--site", "Metz"), "a command each"),
        (("--product", "X", *VIAL, "--vial-for", "everybody"), "everybody"),
    ],
)
def test_wrong_use_of_the_options(desk: Desk, options: tuple[str, ...], said: str) -> None:
    assert said in desk.wrong("study set", *options)


def test_figures_that_hardly_go_together_are_said(desk: Desk) -> None:
    right = desk("study set", "--product", "Proleukin", *VIAL, "--diluent", "1.2")
    assert (right.code, right.err) == (0, "")
    wrong = desk("study set", "--concentration", "1.8", "--reason", "label")
    assert (wrong.code, wrong.sentence()) == (
        0,
        "Check the figures with the label: one vial would give 10 mL, with 1.2 mL of diluent in it.",
    )


def test_the_product_of_several_drugs_must_be_named(desk: Desk, tmp_path: Path) -> None:
    from il2scheduler import resources

    text = (resources.path("protocols") / f"{VASCU}.toml").read_text("utf-8")
    (tmp_path / "other.toml").write_text(text.replace("aldesleukin", "placebo"), "utf-8")
    desk.done("study add-protocol", str(tmp_path / "other.toml"))
    assert "several drugs (aldesleukin, placebo)" in desk.refused("study set", "--product", "X", *VIAL)
    desk.done("study set", "--product", "X", *VIAL, "--product-drug", "placebo")
    assert product(desk)["drug"] == "placebo"


def test_a_study_without_a_product_has_no_row_for_one(desk: Desk) -> None:
    with sqlite3.connect(f"file:{desk.path}?mode=ro", uri=True) as file:
        names = {name for (name,) in file.execute("SELECT name FROM setting")}
    file.close()
    assert "holidays" in names
    assert "product" not in names


def test_sheets_printed_with_another_product_are_named(desk: Desk, tmp_path: Path) -> None:
    asked = ("--kind", "dosing", "--patient", "P001", "--cycle", "2", "--out", str(tmp_path / "d.pdf"))
    assert desk("sheets", *asked, "--remember").code == 0
    first = desk("study set", "--product", "Proleukin", *VIAL)
    assert (first.code, first.sentence()) == (
        0,
        "To be printed anew: P001: dosing sheets of cycle 2, printed with another product",
    )
    assert desk("sheets", *asked, "--remember").code == 0
    preview = desk("study set", "--vial", "22", "--preview")
    assert (preview.code, preview.err) == (0, "")
    again = desk("study set", "--product", "none", "--reason", "r", "--language", "fr")
    assert "À réimprimer" in again.sentence()
