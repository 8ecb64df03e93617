"""A real window over the real engine, with settings and templates of nobody."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler import demo, library
from il2scheduler.gui import app as window_app
from il2scheduler.gui import study_files, theme
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.study_session import StudySession
from tests.gui import studies

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Without a screen Qt cannot do some things to a window, has no use for them, and says so each time.
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("^This plugin does not support "))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    made.language = "en"
    made.theme = "light"
    made.folder = tmp_path / "files"
    made.who = "A. Martin"
    return made


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[StudySession]:
    """A small study, held open as a window holds it; a test may dress the application otherwise."""
    studies.dress(qapp)
    path = tmp_path / "study.il2"
    made = studies.session_of(studies.small(path), path)
    yield made
    made.close()
    studies.dress(qapp)


@pytest.fixture
def window(
    qtbot: QtBot, qapp: QApplication, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """The window after its warm-up, in English and light, at 1280 x 800."""
    monkeypatch.setattr(library, "own_folder", lambda: tmp_path / "own")
    theme.style(qapp)
    theme.load_fonts()
    made = window_app.open_window(qapp, settings)
    # The screen that Qt draws in memory is smaller than any real one.
    made.resize(1280, 800)
    qtbot.addWidget(made)
    made.activateWindow()
    qtbot.waitUntil(lambda: made.warm)
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
    # Language and colours are the application's: a test may leave others.
    studies.dress(qapp)


@pytest.fixture
def planning(window: MainWindow) -> MainWindow:
    """The window on the page that plans one patient."""
    window.show_planner()
    return window


@pytest.fixture
def planned(planning: MainWindow) -> MainWindow:
    """The window with P001 on ETOILE from Mon 2026-01-05, without a study."""
    protocol = planning.planner.form.protocol
    protocol.choose("anrs-123-etoile")
    protocol.activated.emit(protocol.currentIndex())
    planning.planner.form.patient.setText("P001")
    planning.planner.form.start.edit.setText("2026-01-05")
    assert planning.planner.make()
    return planning


@pytest.fixture
def press(window: MainWindow) -> Callable[..., None]:
    """Press keys as a person does: they go to whatever has the focus."""

    def pressed(*keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            focus: QWidget | None = QApplication.focusWidget()
            assert focus is not None
            if isinstance(key, str):
                QTest.keyClicks(focus, key)
            else:
                QTest.keyClick(focus, key, held)

    return pressed


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, made once; tests take copies of it."""
    path = tmp_path_factory.mktemp("demo") / "demonstration.il2"
    memory = Path("/dev/shm")  # noqa: S108 - a file system to use, not a name to guess
    made = memory / f"il2-{os.getpid()}.il2" if os.access(memory, os.W_OK) else path
    demo.make(made, who="A. Martin").close()
    if made != path:
        shutil.move(made, path)
    return path


@pytest.fixture
def demo_path(demo_file: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration, for one test."""
    folder = tmp_path / "studies"
    folder.mkdir()
    return Path(shutil.copy(demo_file, folder / "demonstration.il2"))


@pytest.fixture
def opened(window: MainWindow, demo_path: Path, qtbot: QtBot) -> MainWindow:
    """The window with the demonstration open."""
    assert study_files.open_file(window, demo_path)
    qtbot.waitUntil(lambda: not window.quiet.busy)
    return window
