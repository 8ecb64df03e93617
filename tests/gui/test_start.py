"""The window is up before anything heavy is imported, and ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from il2scheduler.gui import app
from il2scheduler.gui.settings import Settings

AT_FIRST_PAINT = """
import json, sys
from il2scheduler.__main__ import main
from il2scheduler.gui import main_window

def painted(window):
    print(json.dumps(sorted(sys.modules)), flush=True)
    window.close()

main_window.MainWindow.warm_up = painted
sys.argv = ["il2scheduler"]
sys.exit(main())
"""
UNTIL_TOLD = """
import sys
from il2scheduler.gui import app, main_window

warm_up = main_window.MainWindow.warm_up

def warmed(window):
    warm_up(window)
    print("ready", flush=True)

main_window.MainWindow.warm_up = warmed
sys.exit(app.run(["il2scheduler"]))
"""
HEAVY = {
    "babel",
    "click",
    "dateutil",
    "holidays",
    "icalendar",
    "importlib.metadata",
    "PIL",
    "platformdirs",
    "pydantic",
    "pypdfium2",
    "PySide6.QtNetwork",
    "PySide6.QtPrintSupport",
    "reportlab",
    "sqlite3",
    "tomllib",
    "zoneinfo",
}
ENGINE = {"plan", "protocol", "protocol_file", "rules", "schedule", "sheets", "store", "study", "wording"}


def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }


def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_FIRST_PAINT],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(tmp_path),
    )
    modules = set(json.loads(done.stdout))
    assert "PySide6.QtWidgets" in modules
    assert modules & HEAVY == set()
    assert modules & {f"il2scheduler.{name}" for name in ENGINE} == set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_the_window(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", UNTIL_TOLD], stdout=subprocess.PIPE, text=True, env=environment(tmp_path)
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        program.send_signal(number)
        assert program.wait(timeout=30) == 0
    assert (tmp_path / "il2scheduler" / "il2scheduler.ini").exists(), "the window's place is remembered"


def test_the_window_has_the_icon_of_the_program(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    window = app.open_window(qapp, settings)
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: window.warm, timeout=30_000)

    assert {size.width() for size in qapp.windowIcon().availableSizes()} == {16, 32, 48, 128}
    assert not window.windowIcon().isNull()
