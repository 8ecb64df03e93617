"""The guide: its pages are built, every view and dialog has its place, help opens it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler import resources
from il2scheduler.gui import language, tasks, views
from il2scheduler.gui.actions import DEEDS
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.guide_pages import PAGES, PLACES, place_of
from il2scheduler.gui.guide_window import GuideWindow
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.i18n import words

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "fr")


def page(code: str, name: str) -> str:
    return resources.path("guide", code, f"{name}.html").read_text("utf-8")


def test_the_pages_are_what_their_texts_make() -> None:
    built = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "guide.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (built.returncode, built.stdout, built.stderr) == (0, "", "")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_place_that_help_opens_is_in_the_guide(code: str) -> None:
    wanted = {place.partition("#")[::2] for place in PLACES.values()}

    for name, part in sorted(wanted):
        assert f'id="{part}"' in page(code, name), (name, part)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_links_and_pictures_of_a_page_lead_somewhere(code: str, name: str) -> None:
    folder = resources.path("guide", code)
    for link in re.findall(r'(?:href|src)="([^"]+)"', page(code, name)):
        target, _, part = link.partition("#")
        assert not re.match("[a-z]+:", link), link
        assert (folder / (target or f"{name}.html")).is_file(), link
        if part:
            assert f'id="{part}"' in page(code, Path(target or name).stem), link


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_have_the_same_parts_and_pictures(name: str) -> None:
    found = [
        (re.findall(r'<h[1-3](?: id="([^"]+)")?>', page(code, name)), page(code, name).count("<img"))
        for code in LANGUAGES
    ]

    assert found[0] == found[1]


def test_every_view_and_dialog_has_its_place() -> None:
    named = {module for module, _ in tasks.DIALOGS.values()} | set(views.VIEWS)

    assert named <= set(PLACES)


def guide(parent: QWidget) -> GuideWindow:
    shown = parent.findChild(GuideWindow)
    assert shown is not None
    return shown


def test_the_guide_opens_beside_the_window_and_finds_a_word(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    shown = guide(window)
    qtbot.waitUntil(shown.isActiveWindow)

    assert shown.browser.source().fileName() == "start.html"
    shown.pages.setCurrentRow(list(PAGES).index("backups"))
    assert shown.browser.source().fileName() == "backups.html"
    shown.wanted.setText("copy")
    QTest.keyClick(shown.wanted, Qt.Key.Key_Return)
    assert shown.browser.textCursor().selectedText().lower() == "copy"
    QTest.mouseClick(shown.back, Qt.MouseButton.LeftButton)
    assert shown.browser.source().fileName() == "start.html"
    assert shown.pages.currentRow() == 0
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_help_in_a_dialog_opens_the_guide_at_its_place(opened: MainWindow, qtbot: QtBot) -> None:
    tasks.ask(opened, Ask(What.DELAY, "P001", "C4"))
    dialog = opened.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_F1)

    shown = guide(dialog)
    qtbot.waitUntil(lambda: shown.browser.verticalScrollBar().value() > 0)
    assert shown.browser.source().fragment() == "delay"
    dialog.reject()


def test_the_guide_is_in_the_language_of_the_window(window: MainWindow, qapp: QApplication) -> None:
    before = language.current().language
    try:
        language.switch(qapp, "fr")
        shown = GuideWindow(window)
        shown.go_to("nurse#delay")
        assert "/fr/" in shown.browser.source().path()
    finally:
        language.switch(qapp, before)


def test_a_widget_nobody_knows_has_the_first_page(window: MainWindow) -> None:
    assert place_of(QWidget()) == "start"
    assert place_of(None) == "start"
    assert place_of(window.welcome) == "start#welcome"


@pytest.mark.parametrize("code", LANGUAGES)
def test_actions_are_named_with_the_keys_they_have(code: str) -> None:
    """`**Delay or advance** (Ctrl+D)`: an action of the menus, in the words of the window's language."""
    w = words(code)
    named = [(key, w(deed.text).replace("&", "").rstrip("…")) for deed in DEEDS for key in deed.keys]
    for source in sorted((ROOT / "docs" / "guide" / code).glob("*.md")):
        for label, key in re.findall(r"\*\*([^*]+)\*\*\s\((Ctrl[^)]+)\)", source.read_text("utf-8")):
            typed = key.replace("Maj", "Shift").replace("comma", ",").replace("virgule", ",")
            texts = [text for known, text in named if known == typed]
            assert any(text.startswith(" ".join(label.split())) for text in texts), (
                source.name,
                label,
                texts,
            )


def test_both_languages_name_the_same_keys() -> None:
    found = [
        re.findall(r"Ctrl\+(?:Shift\+|Maj\+)?[A-Z0-9]\b", source.read_text("utf-8").replace("Maj", "Shift"))
        for code in LANGUAGES
        for source in sorted((ROOT / "docs" / "guide" / code).glob("*.md"))
    ]

    assert found[: len(PAGES)] == found[len(PAGES) :]
