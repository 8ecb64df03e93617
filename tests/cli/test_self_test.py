"""`self-test` says what works, and fails when a file of the installation is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from il2scheduler import cli, resources


def test_everything_works_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["self-test", "--language", "en"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 6
    assert all(line.startswith("ok: ") for line in said[1:])


def test_a_missing_font_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = resources.path

    def without_fonts(*parts: str) -> Path:
        return tmp_path if parts[0] == "fonts" else real(*parts)

    monkeypatch.setattr(resources, "path", without_fonts)
    assert cli.run(["self-test", "--language", "fr"]) == 1
    assert "ÉCHEC" in capsys.readouterr().out
