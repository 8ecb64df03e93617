"""Every dialog and view: names for a screen reader, room for the texts, the order of Tab, the way out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler import i18n
from il2scheduler.gui import entry_words, language, tasks
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.background import Background
from il2scheduler.gui.dialogs.acting import ActingDialog
from il2scheduler.gui.dialogs.new_study import NewStudyDialog
from il2scheduler.gui.dialogs.preferences import PreferencesDialog
from il2scheduler.gui.dialogs.restore import RestoreDialog
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.study import Study
from tests.gui import study_views
from tests.gui.widgets import cut, nameless, ours, upwards

ABOUT = {
    What.RECORD: ("P001", "C3D3"),
    What.RECORD_COURSE: ("P001", "C3"),
    What.CORRECT: ("P001", "C3D1"),
    What.WITHHOLD: ("P001", "C3D4"),
    What.MOVE: ("P003", "W24"),
    What.GATE: ("P010", None),
    What.ANCHOR: ("P004", None),
}
NOTHING_TO_DATE = frozenset({What.DATE_CYCLE, What.DATE_EVENT})
"""The demonstration has protocols that date all cycles themselves."""
SIDE_BY_SIDE = frozenset({"print"})
"""Choices to the left, what they give to the right: Tab goes through the one, then the other."""
SMALL_SCREEN = QSize(1366, 768)
LOOKS = ["french, twice as large", "half as long again"]


def _padding(length: int) -> str:
    """Dots in words of ten: a longer language has more words, not words without end."""
    return " ".join(["·" * 10] * (length // 11 + 1))[:length]


class Longer(i18n.Words):
    """English whose words are half as long again."""

    def __call__(self, text: str, /, **values: object) -> str:
        said = super().__call__(text, **values)
        return said + _padding(len(said) // 2)

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        said = super().plural(one, many, count, **values)
        return said + _padding(len(said) // 2)


def _longer(code: str) -> i18n.Words:
    made = object.__new__(Longer)
    made.__dict__.update(i18n.words(code).__dict__)
    return made


@pytest.fixture(params=LOOKS)
def looked(
    window: MainWindow,
    qapp: QApplication,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:
    """The window with the demonstration of 1 April 2026, in a language or size that needs more room."""
    window.settings.folder = Path("/tmp")  # noqa: S108 - a short path that is there
    if request.param == LOOKS[0]:
        window.actions_of.choices["language"]["fr"].trigger()
        window.actions_of.choices["text"][200].trigger()
    else:
        monkeypatch.setattr(language, "words", _longer)
        window.put_on_settings()
    path = tmp_path / "demo.il2"
    study_views.demonstration(path).close()
    window.take(Study.open(path, who="A. Martin", clock=study_views.clock), path)
    yield window
    monkeypatch.undo()
    window.close()
    study_views.dress(qapp)


def _shown(window: MainWindow) -> QDialog:
    assert window.dialog is not None
    return window.dialog


def asked(window: MainWindow) -> Iterator[tuple[str, QDialog]]:
    """Every dialog, as the window opens it."""
    for what in tasks.DIALOGS:
        if what in NOTHING_TO_DATE:
            continue
        ask = Ask(what, *ABOUT.get(what, ("P001", "C4")))
        if what is What.UNDO_ENTRY:
            entries = window.session.study.store.entries(newest_first=True, limit=30)
            moved = next(entry for entry in entries if entry_words.kind(entry) == "move")
            ask = Ask(what, code=str(moved.number))
        window.dialog = None
        tasks.ask(window, ask)
        yield what.value, _shown(window)
    folder = window.settings.folder
    path = window.session.path
    assert path is not None
    for name, dialog in (
        ("acting", ActingDialog(window.session, parent=window)),
        ("preferences", PreferencesDialog(window.settings, window)),
        ("new study", NewStudyDialog("A. Martin", folder, window)),
        ("restore", RestoreDialog(path, window)),
    ):
        dialog.open()
        yield name, dialog


def _idle(background: Background) -> bool:
    return not background.busy


def _read(view: QWidget) -> bool:
    return not getattr(view, "reading", False)


def test_every_dialog_names_its_controls_and_has_room_for_its_texts(looked: MainWindow, qtbot: QtBot) -> None:
    wrong: list[str] = []
    for name, dialog in asked(looked):
        background = getattr(dialog, "background", None)
        QApplication.processEvents()
        if background is not None:
            qtbot.waitUntil(partial(_idle, background))
            QApplication.processEvents()
        wrong += [f"{name}: no name: {said}" for said in nameless(dialog)]
        wrong += [f"{name}: cut off: {said}" for said in cut(dialog)]
        if name not in SIDE_BY_SIDE:
            wrong += [f"{name}: Tab goes up: {said}" for said in upwards(dialog)]
        least = dialog.minimumSizeHint()
        if least.width() > SMALL_SCREEN.width() or least.height() > SMALL_SCREEN.height():
            wrong.append(f"{name}: {least} is more than a small screen has")
        # Qt gives None where nothing has the keys.
        keys = cast("QWidget | None", dialog.focusWidget())
        if keys is None or (isinstance(keys, QScrollArea) and any(ours(keys))):
            wrong.append(f"{name}: nothing has the keys that takes them")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        if dialog.isVisible():
            wrong.append(f"{name}: Escape does not leave")
            dialog.reject()
    assert not wrong, "\n".join(wrong)


def test_every_view_names_its_controls_and_has_room_for_its_texts(looked: MainWindow, qtbot: QtBot) -> None:
    wrong: list[str] = []
    for name, view in looked.study_page.views.items():
        looked.show_view(name)
        looked.study_page.show_patient("P001")
        qtbot.waitUntil(partial(_read, view))
        qtbot.waitUntil(lambda: not looked.quiet.busy)
        QApplication.processEvents()
        wrong += [f"{name}: no name: {said}" for said in nameless(looked)]
        wrong += [f"{name}: cut off: {said}" for said in cut(looked)]
    assert not wrong, "\n".join(wrong)
