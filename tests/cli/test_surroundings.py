"""The program among other programs: pipes that close, full disks, terminals that are not UTF-8."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.running import ETOILE, process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="asked through a shell")
PLAN = ("plan", ETOILE, "--start", "2026-01-05", "--arm", "il2")


def test_a_reader_that_goes_away_is_no_fault() -> None:
    answer = process(*PLAN, after="| head -n 1")

    assert answer.out.startswith("ANRS 123 ETOILE")
    assert not answer.err


def test_a_reader_that_never_came() -> None:
    answer = process(*PLAN, "--json", after="| (exec <&-; sleep 2)")

    assert not answer.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_under_the_output() -> None:
    answer = process(*PLAN, after="> /dev/full")

    assert answer.code == 1
    assert answer.sentence() == "The disk is full, so nothing was written; make room on it and try again."


@pytest.mark.parametrize("closed", [">&-", "2>&- <&-"])
def test_closed_streams(closed: str, tmp_path: Path) -> None:
    answer = process(*PLAN, "--out", str(tmp_path), after=closed)

    assert answer.code == 0
    assert not answer.err
    assert len(list(tmp_path.iterdir())) == 6


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=str,
)
def test_json_loses_no_letter_on_a_terminal_that_is_not_utf8(env: dict[str, str]) -> None:
    plain = process(*PLAN, "--json", "--language", "fr").document
    strange = process(*PLAN, "--json", "--language", "fr", env=env)

    assert json.loads(strange.out) == plain
    assert not strange.err


def test_the_table_is_printed_on_a_terminal_that_is_not_utf8() -> None:
    answer = process(*PLAN, "--language", "fr", env={"PYTHONIOENCODING": "ascii"})

    assert (answer.code, answer.err) == (0, "")
    assert "19-janv.-2026" in answer.out


@pytest.mark.parametrize("language", ["fr_FR.UTF-8", "tlh_KL", "/etc/passwd"])
def test_the_document_does_not_depend_on_the_computers_language(language: str) -> None:
    answer = process(*PLAN, "--json", env={"LC_ALL": language, "LANG": language, "TZ": "Asia/Kathmandu"})

    assert answer.document["findings"][-1]["message"].startswith("Unknown: ")


def test_a_refusal_follows_the_computers_language() -> None:
    answer = process("plan", ETOILE, "--start", "2026-01-05", env={"LC_ALL": "fr_FR.UTF-8"})

    assert answer.sentence().startswith("Ce protocole")


def test_wrong_usage_from_a_process() -> None:
    answer = process("plan", ETOILE, "--start", "2026-02-30")

    assert (answer.code, answer.out) == (2, "")
    assert answer.sentence() == (
        "Invalid value for '--start': 2026-02-30 is not a date; write it as 2026-01-05 (year-month-day)."
    )
