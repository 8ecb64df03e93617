"""`check --table` says what a protocol says of treatment: to be read beside it, line by line."""

from __future__ import annotations

import pytest

from tests.cli.running import CommandLine
from tests.template_file.authored import FOLDER

# Of each template, lines that must be there; a gap is a no-break space.
LINES = {
    "trilobe": """
  loading course, cycles 1 and 2
      aldesleukin (interleukin-2) or placebo, intravenously
      every Monday, Wednesday and Friday of days 1 to 21: 10:00 day hospital, 3~million international units
      with paracetamol 1 g from day -1 to day 20
      days 1 to 5, once daily: 10:00 day hospital, placebo
      no start after offset 182 (study week 27)
  Dated when it happens: relapse.
    cycle 1, days 1 and 3               1  .  .  X
""",
    "kilo": """
      days 1 to 5, twice daily: 08:00 day hospital; 20:00 home
  further course, cycles 4 to 9, on demand
      at most 9 injections a cycle
      after a delay: later cycles follow at their intervals; 56 days or more between two starts
  When treatment is stopped: early termination.
    D1: day 1: window that day only (offset 0, study week 0, day 1)
""",
    "corail": """
      cycle 2: days 1 to 5, once daily: 09:00 day hospital, 1.5~million international units
      at most 6 cycles
""",
}


@pytest.mark.parametrize("code", LINES)
def test_the_treatment_in_words(il2: CommandLine, code: str) -> None:
    said = il2("check", "--table", str(FOLDER / f"{code}.toml")).out.splitlines()

    assert [
        line for line in LINES[code].replace("~", "\u00a0").strip("\n").split("\n") if line not in said
    ] == []


def test_what_decides_over_a_cycle_and_the_most_of_a_dose(il2: CommandLine) -> None:
    gate = "Before cycle 5: Were courses 3 and 4 tolerated, and can the patient inject at home?"
    assert f"{gate} If so, cycles 5 and 6: home." in il2("check", "--table", str(FOLDER / "trilobe.toml")).out
    most = "per kilogram, at most 3\u00a0million international units; the prescribed dose"
    assert most in il2("check", "--table", str(FOLDER / "kilo.toml")).out


def test_it_is_said_in_french(il2: CommandLine) -> None:
    said = il2("check", "--table", "--language", "fr", str(FOLDER / "trilobe.toml")).out

    assert "  cure d'entretien, cures 3 à 6" in said
    assert "chaque lundi, mercredi et vendredi des jours 1 à 21" in said
    assert " after " not in said
