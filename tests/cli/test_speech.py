"""The terminal speaks French as well: usage, help, wrong options; click's texts and ours."""

from __future__ import annotations

import gettext
import inspect
import os
from collections.abc import Iterator

import click
import pytest

from il2scheduler import cli
from il2scheduler.cli import speech
from il2scheduler.i18n import system_language, words
from tests.cli.running import ETOILE, CommandLine, process

PLAN = ("plan", ETOILE, "--language", "fr")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((*PLAN,), "Il manque l'option '--start'."),
        (
            (*PLAN, "--strat", "2026-01-05"),
            "Il n'y a pas d'option '--strat'. Vouliez-vous dire '--start'\u00a0?",
        ),
        ((*PLAN, "--start"), "L'option '--start' a besoin d'une valeur."),
        ((*PLAN, "--start", "2026-01-05", "--paper", "a3"), "Valeur incorrecte pour '--paper'\u00a0: 'a3'"),
        (
            (*PLAN, "--start", "2026-02-30"),
            "Valeur incorrecte pour '--start'\u00a0: 2026-02-30 n'est pas une date",
        ),
        ((*PLAN, "P002", "--start", "2026-01-05"), "Argument en trop (P002)"),
        (("plan", "--language", "fr"), "Il manque l'argument 'PROTOCOL'."),
        (
            ("delay", "a.il2", "P001", "--cycle", "x", "--language", "fr"),
            "Valeur incorrecte pour '--cycle'\u00a0: 'x' n'est pas un nombre correct (nombre entier).",
        ),
        (("plna", "--language=fr"), "Il n'y a pas de commande 'plna'."),
        (("plan", "etoile", "--start", "2026-01-05", "--language", "fr"), "Valeur incorrecte pour PROTOCOL"),
        (
            ("visit", "a.il2", "P001", "--visit", "W24", "--language", "fr"),
            "Donnez soit --done DATE, soit --missed.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_wrong_usage_is_told_in_french(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    answer = CommandLine(capsys)(*arguments)

    assert answer.code == 2
    assert answer.sentence().startswith(sentence)


def test_help_is_french_and_english_again_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys)
    french = run("plan", "--help", "--language", "fr").out
    english = run("plan", "--help", "--language", "en").out

    assert french.startswith("Utilisation\u00a0: il2scheduler plan")
    for text in ("Planifier un patient", "La date de référence", "[obligatoire]"):
        assert text in french
    assert english.startswith("Usage: il2scheduler plan")
    assert "Plan a patient" in english
    assert gettext.gettext("Usage:") == "Usage:"


@pytest.mark.parametrize("env", [{"LANG": "fr_FR.UTF-8"}, {"LANG": "en_GB.UTF-8", "LANGUAGE": "fr_FR:en"}])
def test_the_computers_language(env: dict[str, str]) -> None:
    clean = dict.fromkeys(("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"), "")
    answer = process("--help", env={**clean, **env})

    assert "Planifier les cures d'injections d'interleukine-2" in answer.out
    assert "Commandes:" in answer.out
    assert "Afficher ce message et quitter" in answer.out


@pytest.mark.parametrize(
    ("env", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "en:fr"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C", "LANGUAGE": "fr"}, "en"),
        ({"LC_ALL": "fr_CA"}, "fr"),
        ({"LANGUAGE": "fr"}, "en"),
    ],
)
def test_which_language_the_computer_speaks(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    assert system_language() == language


def test_every_help_text_has_its_french() -> None:
    french = words("fr")
    with speech.speaking("en", cli.commands):
        english = list(helps(cli.commands))

    assert len(english) > 400
    assert [text for text in english if french(text) == text] == []


def helps(command: click.Command) -> Iterator[str]:
    texts = [command.help, *(p.help for p in command.params if isinstance(p, click.Option))]
    yield from (inspect.cleandoc(text) for text in texts if text)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from helps(below)


def test_a_run_leaves_the_environment_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    before = dict(os.environ)
    CommandLine(capsys)("protocols", "--language", "fr")

    assert dict(os.environ) == before
