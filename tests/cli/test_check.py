"""`il2scheduler check` and `il2scheduler protocols`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from il2scheduler import resources
from tests.cli.running import ETOILE, VASCU, CommandLine, process
from tests.template_file.seeds import ETOILE as TEXT
from tests.template_file.seeds import changed

SEED = str(resources.path("protocols", f"{ETOILE}.toml"))


def test_a_good_file_has_its_nominal_table(il2: CommandLine) -> None:
    answer = il2("check", SEED)

    assert answer.code == 0
    assert answer.out.startswith(f"{SEED}: no problems\n")
    assert (
        "    cycle 8: 10 injections of 4.5\u00a0million international units, "
        "45\u00a0million international units in all (offset 294, study week 42, day 295)"
    ) in answer.out
    assert answer.out.count("reading w4, arm control") == 1


def test_the_table_of_a_protocol_has_readings_activities_and_sources(il2: CommandLine) -> None:
    lines = il2("check", "--table", SEED).out.splitlines()

    cells = [line.split() for line in lines]
    assert ["cycle", "1", "14", "0", "(\u221214)", "28", "(+14)"] in cells
    assert ["cycle", "8", "294", "280", "(\u221214)", "294"] in cells
    assert ["cycle", "1,", "days", "1", "to", "5", "2", ".", ".", ".", ".", ".", "."] in cells
    assert ["W64:", "study", "week", "64", ".", "X", "X", "X", "X", "X", "X"] in cells
    assert any("stated; \u201cwith or without IL-2\u201d (registry)" in line for line in lines)


def test_the_table_is_french_throughout(il2: CommandLine) -> None:
    said = il2("check", "--table", "--language", "fr", SEED).out

    assert "cure 8: 10 injections de 4,5\u00a0millions d'unit\u00e9s internationales" in said
    assert "Calendrier des examens" in said


def test_advice_is_a_line_and_no_failure(il2: CommandLine, tmp_path: Path) -> None:
    odd = tmp_path / "odd.toml"
    odd.write_text(changed(TEXT, ("cap = { cycles = 8,", "cap = { cycles = 9,")), "utf-8")

    answer = il2("check", str(odd))

    assert answer.code == 0
    assert answer.out.splitlines()[1] == (
        f"{odd}: advice: cycles.course.cap.cycles: the cap is 9 cycles, but only 8 are planned; "
        "plan them or lower the cap"
    )


def test_every_problem_is_a_line_with_its_file(il2: CommandLine, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(changed(TEXT, ("iu = 4_500_000", "iu = true"), ('"home"', '"clinic"')), "utf-8")

    answer = il2("check", str(bad), SEED)

    assert answer.code == 1
    places = "'hospital', 'day-hospital', 'home'"
    assert answer.out.splitlines()[:3] == [
        f"{bad}: line 50: cycles[0].dose.iu: found true, expected a whole number",
        f"{bad}: line 53: cycles[0].slots[1].place: found 'clinic', expected one of {places}",
        f"{SEED}: no problems",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.toml", "cannot be read: No such file or directory"),
        (".", "cannot be read: Is a directory"),
        ("/dev/zero", "cannot be read: not a file"),
        ("new\nline\x1b[2J.toml", "cannot be read: No such file or directory"),
        ("x" * 5_000, "cannot be read: File name too long"),
        ("nul\0.toml", "cannot be read: not a file name"),
        ("\udcff.toml", "cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_read_is_a_line_too(il2: CommandLine, name: str, said: str) -> None:
    answer = il2("check", name)

    assert answer.code == 1
    assert answer.out.endswith(f": {said}\n")
    assert answer.out.rstrip("\n").isprintable()


def test_an_empty_file_names_what_is_missing(il2: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "empty.toml").touch()

    lines = il2("check", str(tmp_path / "empty.toml")).out.splitlines()

    assert len(lines) > 10
    assert all(line.endswith(": missing; the key is required") for line in lines)


def test_check_without_a_file_is_wrong_usage(il2: CommandLine) -> None:
    assert (il2("check").code, il2("check").sentence()) == (2, "Missing argument 'FILE...'.")


def test_a_process_that_checks(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(changed(TEXT, ("[2, 6, 12, 18", "[2, 6, 12, 10")), "utf-8")

    answer = process("check", str(bad))

    assert (answer.code, answer.err) == (1, "")
    expected = "cycles[0].starts.weeks[3]: week 10 is listed after week 12; starts must increase"
    assert answer.out == f"{bad}: line 51: {expected}\n"


def test_protocols_lists_the_shipped_and_the_own_ones(il2: CommandLine, tmp_path: Path) -> None:
    own = tmp_path / "data" / "il2scheduler" / "protocols"
    own.mkdir(parents=True)
    (own / "mine.toml").write_text(changed(TEXT, (ETOILE, "my-trial")), "utf-8")
    (own / "bad.toml").write_text("format = 2", "utf-8")
    (own / "folder.toml").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(own / "pipe.toml")

    listed = json.loads(il2("protocols", "--json").out)["protocols"]
    entries = {entry["code"]: entry for entry in listed}

    assert {ETOILE, VASCU, "my-trial", "bad"} <= set(entries)
    assert entries[ETOILE]["shipped"]
    assert not entries["my-trial"]["shipped"]
    assert [reading["name"] for reading in entries[ETOILE]["readings"]] == ["w2", "w0", "w4"]
    assert "format: found 2, expected one of 1" in entries["bad"]["problems"]
    assert il2.plan("--arm", "il2", protocol="my-trial")["protocol"]["code"] == "my-trial"
    assert "bad.toml: has problems" in il2("protocols").out


def test_protocols_for_people(il2: CommandLine) -> None:
    lines = il2("protocols").out.splitlines()

    assert (
        "anrs-123-etoile          ETOILE (NCT00113282): arms il2, control; readings w2 (default), w0, w4"
        in lines
    )
    assert "transreg                 TRANSREG (NCT01988506): arms main, lupus" in lines
    codes = [line.split()[0] for line in lines[: lines.index("")] if not line.startswith(" ")]
    assert len(codes) == 17
    assert codes == sorted(codes)


def test_a_protocol_is_checked_by_its_code(il2: CommandLine) -> None:
    assert il2("check", "esprit").out.startswith("esprit: no problems\n")
    assert "Up to 20 further cycles on demand" in il2("check", "esprit").out
    assert "no-such-code: cannot be read: " in il2("check", "no-such-code").out


@pytest.mark.parametrize(
    "arguments", [("--help",), ("-h",), ("plan", "--help"), ("check", "-h"), ("--version",)]
)
def test_help_and_version(il2: CommandLine, arguments: tuple[str, ...]) -> None:
    answer = il2(*arguments)

    assert (answer.code, answer.err) == (0, "")
    assert "il2scheduler" in answer.out
