"""What is remembered, and what a broken file of settings does: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from il2scheduler.gui.settings import Settings


def stored(path: Path) -> Settings:
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


def test_everything_is_remembered(tmp_path: Path) -> None:
    one = stored(tmp_path / "s.ini")
    one.language, one.theme, one.text_percent, one.paper = "fr", "dark", 150, "letter"
    one.folder = tmp_path
    del one
    other = stored(tmp_path / "s.ini")
    assert (other.language, other.theme, other.text_percent) == ("fr", "dark", 150)
    assert (other.paper, other.folder) == ("letter", tmp_path)


def test_what_cannot_be_read_is_as_if_never_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    (tmp_path / "s.ini").write_text(
        "[General]\nlanguage=klingon\ntheme=7\ntext=huge\npaper=\ngeometry=x\n", encoding="utf-8"
    )
    read = stored(tmp_path / "s.ini")
    assert (read.language, read.theme, read.text_percent, read.paper) == ("fr", "system", 100, "a4")
    assert read.bytes_of("geometry") is None
