"""The preparation block: formula, volume, what to heed, and blanks where the pharmacy entered nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from il2scheduler import sheets
from il2scheduler.dosing import Product, VialFor
from il2scheduler.schedule import Schedule
from il2scheduler.sheets import Printing
from tests.builders import ETOILE, VASCU, enrolled, planned, series, template
from tests.sheets.reading import PageRead, faults, pages_of, plain
from tests.sheets.samples import MONDAY, printed, shapes
from tests.sheets.test_pages import FORBIDDEN

MILLION = 1_000_000
PRODUCT = Product("Proleukin", "aldesleukin", 18 * MILLION, 18 * MILLION, Decimal("1.2"), 24)
UNITS, UNITES = "million international units", "millions d'unités internationales"


def prepared(schedule: Schedule, printing: Printing, product: Product | None = PRODUCT) -> str:
    """The text of the first preparation block, down to the end of the cycle."""
    if product is not None:
        product = replace(product, drug=schedule.arm.series[0].drug)
    pages = pages_of(printed("dosing", schedule, replace(printing, product=product)))
    text = next(text for text in map(_text, pages) if re.search(r"[,] (back|verso) ", text))
    begin = max(text.find("Preparation"), text.find("Préparation"))
    ends = [at for at in (text.find("End of the cycle"), text.find("Fin de la cure")) if at > 0]
    return text[begin : min(ends, default=None)]


def _text(page: PageRead) -> str:
    """Lines from the top: what stands beside each other may be in any order."""
    return plain(" ".join(said.text for said in page.texts))


def test_the_formula_and_the_volume_of_each_day(printing: Printing) -> None:
    text = prepared(planned(ETOILE, MONDAY), printing)

    assert f"Days 1 to 5: 4.5 {UNITS} ÷ 18 {UNITS} per mL = 0.25 mL" in text
    assert (
        "“Proleukin”: one vial gives 18 million international units; diluent 1.2 mL; to be used within 24 "
        "hours of reconstitution; a vial is for injections of one patient; 5 vials for this cycle."
    ) in text
    # A line for each of the five injections at the clinic; those at home are handed out.
    assert re.findall(r"(\S+) \S+, (\d\d:\d\d) (\S+)", text) == [
        (day, "08:00", "0.25") for day in ("Mon", "Tue", "Wed", "Thu", "Fri")
    ]
    assert "Handed out for home: vials batch expiry date initials" in text
    assert "Check 1 by the one who prepares, check 2 by another: each works out the volume alone" in text
    assert "!" not in text


def test_what_must_be_heeded_is_said_in_words(printing: Printing) -> None:
    text = prepared(planned(VASCU, MONDAY), replace(printing, language="fr"))

    assert "1,5 million d'unités internationales ÷ 18" in text
    assert "= 0,08 mL" in text
    heeded = "! Moins de 0,1 mL, difficile à mesurer ; arrondi à 4 % de moins que la dose."
    assert f"{heeded} Demandez à la pharmacie." in text
    thin = replace(PRODUCT, concentration_iu=1_000_000, diluent_ml=Decimal(18))
    assert "! Over 1 mL, it may need two syringes" in prepared(planned(ETOILE, MONDAY), printing, thin)
    thick = replace(PRODUCT, vial_iu=200 * MILLION, concentration_iu=200 * MILLION)
    tiny = enrolled(template(series("weeks = [0]", dose="iu = 100_000")))
    text = prepared(tiny, printing, thick)
    assert "= less than 0.01 mL" in text
    assert "! Under 0.1 mL, hard to measure; not to be measured with this concentration. Ask" in text


def test_doses_that_differ_have_a_line_each(printing: Printing) -> None:
    text = prepared(shapes()["doses by day"], printing)

    assert f"Days 1 to 2: 18 {UNITS} ÷ 18 {UNITS} per mL = 1 mL" in text
    assert f"Days 3 to 5 and 8 to 12: 9 {UNITS} ÷ 18 {UNITS} per mL = 0.5 mL" in text
    assert "10 vials for this cycle" in text
    schedule = planned(ETOILE, MONDAY)
    morning, evening = schedule.course(1)[0].injections
    days = tuple(
        a._replace(injections=(morning._replace(dose_iu=9 * MILLION), evening)) if a.code == "C1D1" else a
        for a in schedule.appointments
    )
    text = prepared(replace(schedule, appointments=days), printing)
    assert f"Day 1 at 08:00: 9 {UNITS} ÷ 18 {UNITS} per mL = 0.5 mL" in text
    assert f"Day 1 at 20:00: 4.5 {UNITS} ÷" in text
    assert f"Days 2 to 5: 4.5 {UNITS} ÷" in text
    assert re.findall(r", (08:00|20:00) (0\.\d+)", text)[:2] == [("08:00", "0.5"), ("08:00", "0.25")]


def test_nothing_is_supposed(printing: Printing) -> None:
    """No product, or one of another drug: the block is blank. A dose not typed yet: so is its line."""
    without = prepared(planned(ETOILE, MONDAY), printing, None)
    other = replace(PRODUCT, drug="placebo")
    pages = pages_of(printed("dosing", planned(ETOILE, MONDAY), replace(printing, product=other)))
    assert not [page for page in pages if "÷" in _text(page)]
    assert "÷" not in without
    assert "Product: Concentration: Check 1 by" in without
    assert "0.25" not in without
    open_dose = prepared(shapes()["no dose"], printing)
    assert f"÷ 18 {UNITS} per mL = ____" in open_dose
    assert "vials for this cycle" not in open_dose


def test_a_placebo_has_no_volume(printing: Printing) -> None:
    text = prepared(enrolled(template(series("weeks = [0]", dose='basis = "placebo"'))), printing)
    assert "÷" not in text
    assert "vial for this cycle" not in text


def test_vials_that_patients_share_are_not_counted_for_one(printing: Printing) -> None:
    text = prepared(planned(ETOILE, MONDAY), printing, replace(PRODUCT, vial_for=VialFor.ALL))
    assert "patients share a vial" in text
    assert "for this cycle" not in text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_no_text_is_cut_or_crowded_and_no_word_forbidden(
    printing: Printing, language: str, paper: str
) -> None:
    printing = replace(printing, language=language, paper=paper)
    wide = replace(PRODUCT, name="W" * 60, vial_for=VialFor.PLACE, use_within_hours=720)
    kinds = shapes()
    for schedule in (planned(VASCU, MONDAY), *(kinds[n] for n in ("doses by day", "three a day", "no dose"))):
        product = replace(wide, drug=schedule.arm.series[0].drug)
        data = sheets.dosing_sheets(schedule, (), replace(printing, product=product), {1})
        backs = [page for page in pages_of(data) if "÷" in _text(page)]
        assert backs
        for page in backs:
            assert faults(page) == []
            assert FORBIDDEN.search(_text(page)) is None


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_back_of_a_sheet_of_the_seeds_is_one_page(printing: Printing, language: str, paper: str) -> None:
    printing = replace(printing, language=language, paper=paper, product=PRODUCT)
    for code in (ETOILE, VASCU):
        schedule = planned(code, MONDAY)
        data = sheets.dosing_sheets(schedule, (), printing, {1})
        (back,) = [text for text in map(_text, pages_of(data)) if "÷" in text]
        assert "Signature log" in back or "Registre des signatures" in back
