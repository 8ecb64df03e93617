"""Everything has a name for a screen reader, enough contrast, and room for its text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from il2scheduler.gui import theme
from il2scheduler.gui.about import AboutDialog
from il2scheduler.gui.actions import DEEDS, Page
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.planner.export_dialog import ExportDialog
from tests.gui.widgets import cut, nameless


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_control_has_a_name(planned: MainWindow, language: str) -> None:
    planned.actions_of.choices["language"][language].trigger()
    assert nameless(planned) == []
    assert nameless(AboutDialog(planned)) == []
    assert planned.planner.session.plan is not None
    assert nameless(ExportDialog(planned.planner.session.plan, planned.settings, planned)) == []


def test_every_action_is_in_the_menu_bar_with_its_key(window: MainWindow) -> None:
    for name, action in window.actions_of.by_name.items():
        assert action.text(), name
        assert any(action in menu.actions() for menu in window.actions_of.menus.values()), name
        assert action.shortcut().toString() or name == "about", name


@pytest.mark.parametrize("page", list(Page))
def test_no_key_is_taken_twice(page: Page) -> None:
    keys = [key for deed in DEEDS if page in deed.pages for key in deed.keys]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("page", list(Page))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_letter_of_a_menu_is_taken_twice(window: MainWindow, language: str, page: Page) -> None:
    window.actions_of.choices["language"][language].trigger()
    window.actions_of.show_page(page)
    bar = window.menuBar().actions()
    for actions in (bar, *(menu.actions() for menu in window.actions_of.menus.values())):
        texts = [a.text() for a in actions if a.isVisible() and "&" in a.text()]
        letters = [text[text.index("&") + 1].casefold() for text in texts]
        assert sorted(letters) == sorted(set(letters)), texts


@pytest.mark.parametrize(
    "shades", [theme.LIGHT, theme.DARK, theme.HIGH_CONTRAST], ids=["light", "dark", "contrast"]
)
def test_what_is_written_can_be_read(shades: theme.Shades) -> None:
    poor = {
        (text, ground): round(theme.contrast(text, ground), 2)
        for text, ground in shades.written()
        if theme.contrast(text, ground) < theme.MIN_CONTRAST
    }
    assert poor == {}


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#ffffff", "#308cc6") == pytest.approx(3.69, abs=0.01)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("percent", theme.TEXT_SIZES)
def test_nothing_is_cut_off(planned: MainWindow, qtbot: QtBot, language: str, percent: int) -> None:
    planned.actions_of.choices["language"][language].trigger()
    planned.actions_of.choices["text"][percent].trigger()
    planned.planner.form.disclosure.setChecked(True)
    planned.bar.say(
        "A refusal with an action, to have everything on the screen at once.", "Choose another folder…"
    )
    planned.resize(1280, 800)
    qtbot.waitUntil(lambda: not cut(planned), timeout=2000)
    # What cannot be seen at once is reached by scrolling up and down, never to the side.
    for area in planned.findChildren(QScrollArea):
        content = area.widget()
        assert content is None or content.minimumSizeHint().width() <= area.viewport().width()


def test_the_window_fits_a_small_screen_with_the_largest_text(planned: MainWindow) -> None:
    planned.actions_of.choices["language"]["fr"].trigger()
    planned.actions_of.choices["text"][200].trigger()
    QApplication.processEvents()
    least = planned.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 720


def test_the_check_for_cut_texts_sees_one(planned: MainWindow) -> None:
    assert cut(planned) == []
    planned.planner.view.start.setMaximumWidth(30)
    assert len(cut(planned)) == 1


def test_tab_goes_through_the_form_in_its_order(planning: MainWindow) -> None:
    form = planning.planner.form
    order: list[QWidget] = [
        form.protocol,
        form.reading,
        form.arm,
        form.patient,
        form.start.edit,
        form.start.button,
    ]
    order += [form.avoid, form.button, form.disclosure]
    form.protocol.setFocus()
    met: list[QWidget | None] = []
    for _ in order:
        met.append(QApplication.focusWidget())
        QTest.keyClick(planning, Qt.Key.Key_Tab)
    assert met == order


def test_f1_helps_with_the_field_that_has_the_focus(planning: MainWindow, qtbot: QtBot) -> None:
    planning.planner.form.patient.setFocus()
    planning.actions_of.by_name["help"].trigger()
    shown = [w for w in QApplication.topLevelWidgets() if w.inherits("QWhatsThat") and w.isVisible()]
    assert len(shown) == 1
    shown[0].close()


def test_the_status_of_the_template_is_always_in_sight(planning: MainWindow) -> None:
    assert "It is not the approved protocol" in planning.planner.view.status.said
    assert planning.planner.view.status.isVisible()
    planning.planner.form.patient.setText("P001")
    planning.planner.form.start.edit.setText("2026-01-05")
    planning.planner.make()
    assert planning.planner.view.status.isVisible()


def test_about_says_what_it_is_not(window: MainWindow) -> None:
    window.actions_of.by_name["about"].trigger()
    dialogs = [w for w in window.findChildren(QDialog) if isinstance(w, AboutDialog)]
    assert len(dialogs) == 1
    assert "not a medical device" in dialogs[0].text.said
    QTest.keyClick(dialogs[0], Qt.Key.Key_Escape)
    assert not dialogs[0].isVisible()


def test_another_language_at_once(planned: MainWindow) -> None:
    planned.actions_of.choices["language"]["fr"].trigger()
    assert planned.planner.form.labels["patient"].text() == "&Numéro patient"
    assert planned.planner.view.heading.said == (
        "Patient P001 : ETOILE, lecture w2, bras il2, début lun. 05-janv.-2026"
    )
    assert planned.planner.form.start.said.said == "lun. 05-janv.-2026"
    assert planned.settings.language == "fr"
    planned.actions_of.choices["language"]["en"].trigger()
    assert planned.planner.form.labels["patient"].text() == "Patient &code"


def test_light_and_dark_at_once(planned: MainWindow) -> None:
    planned.actions_of.choices["theme"]["dark"].trigger()
    assert planned.palette().window().color().name() == theme.DARK.window
    planned.actions_of.choices["theme"]["light"].trigger()
    assert planned.palette().window().color().name() == theme.LIGHT.window
