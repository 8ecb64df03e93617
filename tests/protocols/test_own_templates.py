"""Templates that a site wrote for itself, on paper: what they are, the most of a dose, undated windows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import CommandLine
from tests.protocols.test_on_paper import FORBIDDEN, PRINTED, words_on
from tests.template_file.authored import AUTHORED, FOLDER

ARMS = {"trilobe": "high", "kilo": "treated", "corail": "traite"}
RECONSTRUCTED = {
    "en": "Reconstructed, not the approved protocol",
    "fr": "Reconstitué, ce n'est pas le protocole approuvé",
}


def papers(capsys: pytest.CaptureFixture[str], template: Path, arm: str, language: str, to: Path) -> str:
    plan = ("plan", str(template), "--start", "2026-09-07", "--arm", arm)
    answer = CommandLine(capsys)(*plan, "--language", language, "--out", str(to))
    assert answer.code == 0, answer.err
    texts = [words_on(path) for path in sorted(to.glob("*.pdf"))]
    assert len(texts) == 4
    return " ".join("\n".join(texts).split())


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("code", AUTHORED)
def test_a_template_from_the_approved_protocol_is_not_called_reconstructed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, code: str, language: str
) -> None:
    text = papers(capsys, FOLDER / f"{code}.toml", ARMS[code], language, tmp_path)

    assert RECONSTRUCTED[language] not in text
    assert not FORBIDDEN.search(text.replace("1 MUI puis 1,5 puis 2 MUI", ""))


def test_without_that_word_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    public = tmp_path / "kilo.toml"
    public.write_text(AUTHORED["kilo"].replace("approved = true\n", ""), "utf-8")

    text = papers(capsys, public, "untreated", "fr", tmp_path / "out")

    assert RECONSTRUCTED["fr"] in text


def test_the_most_of_a_dose_and_a_window_without_a_date(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = papers(capsys, FOLDER / "kilo.toml", "treated", "en", tmp_path)

    assert "0.03 million international units per kilogram, at most 3 million international units;" in text
    assert text.count("3 days before to 3 days after") == 2  # schedule of activities, list of visits


def test_the_papers_of_three_blinded_arms_are_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    seen = {
        PRINTED.sub("", papers(capsys, FOLDER / "trilobe.toml", arm, "en", tmp_path / arm))
        for arm in ("high", "low", "placebo")
    }

    assert len(seen) == 1
