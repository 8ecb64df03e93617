"""What the command line refuses: one sentence, exit code 1 or 2, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.running import ETOILE, VASCU, CommandLine
from tests.template_file.seeds import ETOILE as TEXT
from tests.template_file.seeds import changed

PLAN = ("plan", ETOILE, "--arm", "il2")
ON = ("--start", "2026-01-05")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-1-5",
            "2026-W01-1",
            "２０２６-01-05",
            "20260105",
            "1889-01-01",
            "2026-02-30",
            "2026-01-05T08:00",
        ),
        *("05/01/2026", "2026-01-05 ", " 2026-01-05", "", "today", "2101-01-01", "1989-12-31", "-2026-01-05"),
        *(
            "2026-01-05\n",
            "0000-00-00",
            "2026-13-01",
            "2027-02-29",
            "+2026-01-05",
            "2026_01_05",
            "2026-01-05\x00",
        ),
        *("٢٠٢٦-٠١-٠٥", "9" * 10_000, "\u202e2026-01-05", "2026-01-05;rm -rf /"),
    ],
)
def test_a_date_that_is_none(il2: CommandLine, text: str) -> None:
    answer = il2(*PLAN, f"--start={text}")

    assert answer.code == 2
    assert not answer.out
    assert answer.sentence().startswith("Invalid value for '--start': ")


@pytest.mark.parametrize(
    "text", ["2026-01-05..", "..2026-01-05", "2026-01-06..2026-01-05", "2026-01-05...2026-01-06", "", ".."]
)
def test_a_closure_that_is_none(il2: CommandLine, text: str) -> None:
    answer = il2(*PLAN, *ON, f"--closure={text}")

    assert answer.code == 2
    assert answer.sentence().startswith("Invalid value for '--closure': ")


@pytest.mark.parametrize(
    "code",
    [
        *(
            "../x",
            "..",
            "CON",
            "NUL",
            "COM1",
            "",
            "P" * 10_000,
            "P001\u202e",
            "P001\n",
            "p001",
            "P 001",
            "-P001",
        ),
        *(
            "P001\x1b[31m",
            "P001\u200b",
            "Ｐ００１",
            "É1",
            "P001.pdf",
            "P001/..",
            "C:\\P001",
            "P" * 33,
            "_1",
            "\ud800",
        ),
    ],
)
def test_a_hostile_patient_code(il2: CommandLine, code: str, tmp_path: Path) -> None:
    answer = il2(*PLAN, *ON, f"--patient={code}", "--out", str(tmp_path / "out"))

    assert answer.code == 1
    assert answer.sentence().startswith("The patient code ")
    assert len(answer.sentence()) < 250
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("code", ["P001", "9", "A" * 32, "001-002_X", "CONRAD", "COM10"])
def test_a_good_patient_code(il2: CommandLine, code: str) -> None:
    assert il2.plan("--patient", code)["patient"]["code"] == code


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((*PLAN,), 2, "Missing option '--start'."),
        (("plan", ETOILE, *ON), 1, "This protocol has several arms; choose one of il2, control."),
        (("plan", ETOILE, *ON, "--arm", ""), 1, 'The protocol has no arm ""; choose one of il2, control.'),
        (("plan", VASCU, *ON, "--arm", "control"), 1, "The protocol has no arm control; choose one of il2."),
        ((*PLAN, *ON, "--reading", "w3"), 2, "anrs-123-etoile has no reading w3; it has w2, w0, w4."),
        ((*PLAN, *ON, "--country", "XX"), 1, "XX is not a country whose public holidays are known"),
        ((*PLAN, *ON, "--country", "fr"), 1, "fr is not a country"),
        ((*PLAN, *ON, "--country", ""), 1, '"" is not a country'),
        ((*PLAN, *ON, "--subdivision", "75"), 1, "FR has no subdivision 75; known are "),
        ((*PLAN, *ON, "--subdivision", ""), 1, 'FR has no subdivision "";'),
        (
            (*PLAN, *ON, "--timezone", "Paris"),
            1,
            "Paris is not a known time zone; give one such as Europe/Paris.",
        ),
        ((*PLAN, *ON, "--timezone", ""), 1, '"" is not a known time zone'),
        ((*PLAN, *ON, "--timezone", "../../etc/passwd"), 1, "../../etc/passwd is not a known time zone"),
        ((*PLAN, *ON, "--timezone", "/etc/localtime"), 1, "/etc/localtime is not a known time zone"),
        ((*PLAN, *ON, "--timezone", "Europe"), 1, "Europe is not a known time zone"),
        ((*PLAN, *ON, "--timezone", "E" * 5000), 1, "EEEE"),
        (
            (*PLAN, *ON, "--closed", "mon,tue,wed,thu,fri,sat,sun"),
            1,
            "The clinic would be closed on every day",
        ),
        ((*PLAN, *ON, "--closed", "sam,dim"), 2, "sam,dim is not a list of weekdays"),
        ((*PLAN, *ON, "--closed", ""), 2, '"" is not a list of weekdays'),
        ((*PLAN, *ON, "--closed", "none,sat"), 2, "none,sat is not a list of weekdays"),
        ((*PLAN, *ON, "--language", "de"), 2, "'de' is not one of 'en', 'fr'"),
        ((*PLAN, *ON, "--paper", "a3"), 2, "'a3' is not one of 'a4', 'letter'"),
        ((*PLAN, *ON, "--out", ""), 2, "the name of the folder is empty."),
        ((*PLAN, *ON, "--jason"), 2, "No such option '--jason'."),
        ((*PLAN, *ON, "--\x1b[31mred"), 2, "No such option '--\\x1b[31mred'."),
        ((*PLAN, *ON, "more"), 2, "Got unexpected extra argument (more)"),
        (
            ("plan", "etoile", *ON),
            2,
            "etoile is neither a protocol nor a file; the protocols are anrs-048, ",
        ),
        (("plan", "", *ON), 2, '"" is neither a protocol nor a file'),
        (("plan", "no/such.toml", *ON), 2, "no/such.toml is neither a protocol nor a file"),
        (("plan", "x" * 10_000, *ON), 1, "File name too long"),
        (("plan", "\x1b]0;x\x07", *ON), 2, "\\x1b]0;x\\x07 is neither"),
        (("plan", "/", *ON), 1, "/ cannot be used: Is a directory."),
        (("plan", "/dev/zero", *ON), 1, "/dev/zero cannot be used: not a file."),
        (("plan",), 2, "Missing argument 'PROTOCOL'."),
        (("paln",), 2, "No such command 'paln'."),
        (("--josn",), 2, "No such option '--josn'."),
        ((), 2, "Missing command."),
    ],
)
def test_refusals(il2: CommandLine, options: tuple[str, ...], code: int, said: str) -> None:
    answer = il2(*options)

    assert said in answer.sentence()
    assert (answer.code, answer.out) == (code, "")
    if len(max(options, default="", key=len)) < 100:
        assert len(answer.sentence()) < 500


@pytest.mark.parametrize("start", ["2100-12-31", "2100-01-01", "2099-06-01"])
def test_an_absurdly_late_start(il2: CommandLine, start: str) -> None:
    answer = il2(*PLAN, "--start", start)

    assert answer.code == 1
    assert "the schedule would run past the year 2100; choose an earlier start." in answer.sentence()


def test_a_refusal_is_in_the_language_asked_for(il2: CommandLine) -> None:
    answer = il2("plan", ETOILE, *ON, "--language", "fr")

    assert answer.sentence().startswith("Ce protocole")


def test_every_problem_of_a_template_on_a_line_of_stderr(il2: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "mine\n\x1b[31m.toml"
    file.write_text(changed(TEXT, ("week = 52", "week = 51"), ("week = 64", "week = 65")), "utf-8")

    answer = il2("plan", str(file), *ON, "--json")

    assert answer.code == 1
    assert not answer.out
    assert [line.rpartition("toml: ")[2] for line in answer.err.splitlines()] == [
        "line 100: visits[2].at: W52 means offset 364, but the visit is at offset 357",
        "line 106: visits[3].at: W64 means offset 448, but the visit is at offset 455",
    ]
    assert "mine\\n\\x1b[31m.toml" in answer.err
    assert answer.err.replace("\n", "").isprintable()


def test_a_file_is_planned_as_a_shipped_protocol_is(il2: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEXT, "utf-8")

    assert il2.plan("--arm", "il2", protocol=str(file)) == il2.plan()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(il2: CommandLine, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)

    assert il2("plan", str(pipe), *ON).sentence().endswith("pipe.toml cannot be used: not a file.")
    assert il2("check", str(pipe)).out.endswith("pipe.toml: cannot be read: not a file\n")


def test_a_fault_of_the_program_is_told_in_one_sentence(
    il2: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("il2scheduler.plan.make", lambda _request: 1 / 0)

    answer = il2(*PLAN, *ON)

    assert answer.code == 1
    assert answer.err.startswith("This is a fault of the program (ZeroDivisionError)")
    assert len(answer.err.splitlines()) == 1
    monkeypatch.setenv("IL2SCHEDULER_DEBUG", "1")
    assert "Traceback" in il2(*PLAN, *ON).err
