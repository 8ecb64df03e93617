"""Alt and a letter does one thing: no letter leads to two things that are seen at once."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QApplication, QGroupBox, QLabel, QWidget

from il2scheduler.gui.actions import MENUS
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.i18n import LANGUAGES
from il2scheduler.study import Study
from tests.gui import study_views
from tests.gui.test_every_dialog import asked

_LETTER = re.compile(r"&(\w)")


def _texts(root: QWidget) -> list[str]:
    texts: list[str] = []
    for widget in root.findChildren(QWidget):
        if widget.window() is not root.window() or not widget.isVisibleTo(root):
            continue
        if isinstance(widget, QLabel):
            # Qt gives None where a label leads nowhere.
            leads = bool(widget.buddy())
            texts += [widget.text()] if leads else []
        elif isinstance(widget, QAbstractButton):
            texts.append(widget.text())
        elif isinstance(widget, QGroupBox):
            texts.append(widget.title())
    return texts


def _menus(window: MainWindow) -> list[str]:
    menus = (window.actions_of.menus[name] for name in MENUS)
    return [menu.title() for menu in menus if menu.menuAction().isVisible()]


def twice(texts: list[str]) -> list[str]:
    """The texts whose letter another one has, too."""
    by_letter: dict[str, list[str]] = {}
    for text in texts:
        found = _LETTER.search(text.replace("&&", ""))
        if found is not None:
            by_letter.setdefault(found[1].lower(), []).append(text)
    return [" / ".join(same) for same in by_letter.values() if len(same) > 1]


def test_no_letter_leads_to_two_things(window: MainWindow, tmp_path: Path) -> None:
    wrong: list[str] = []
    for speech in LANGUAGES:
        window.actions_of.choices["language"][speech].trigger()
        for name, show in (("welcome", window.show_welcome), ("planner", window.show_planner)):
            show()
            wrong += [f"{speech} {name}: {said}" for said in twice(_texts(window) + _menus(window))]
    path = tmp_path / "demo.il2"
    study_views.demonstration(path).close()
    window.take(Study.open(path, who="A. Martin", clock=study_views.clock), path)
    for speech in LANGUAGES:
        window.actions_of.choices["language"][speech].trigger()
        for name in window.study_page.views:
            window.show_view(name)
            wrong += [f"{speech} {name}: {said}" for said in twice(_texts(window) + _menus(window))]
        for name, dialog in asked(window):
            QApplication.processEvents()
            wrong += [f"{speech} {name}: {said}" for said in twice(_texts(dialog))]
            dialog.reject()
    assert not wrong, "\n".join(wrong)
