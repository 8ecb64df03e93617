"""`make run` without a screen: all files of a sample patient of the demonstration's protocols, and pictures.

Usage: packaging/try_out.py FOLDER
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

# Before Qt is loaded: it draws into memory.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QMessageLogContext, QSettings, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from il2scheduler import demo, library
from il2scheduler import plan as planning
from il2scheduler.gui import app as window_app
from il2scheduler.gui import study_files
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.settings import Settings
from il2scheduler.i18n import LANGUAGES
from il2scheduler.plan import Edition, Plan, Request

NURSE = "A. Martin"
PATIENT, START, ARM = "P001", date(2026, 1, 5), "il2"
SIZE = (1280, 800)


def plans() -> dict[str, Plan]:
    """The sample patient on each protocol of the demonstration, by the protocol's code."""
    made: dict[str, Plan] = {}
    for code in demo.PROTOCOLS:
        protocol = library.find(code).file.protocol()
        if protocol is not None:
            made[code] = planning.make(Request(protocol, START, arm=ARM, patient=PATIENT))
    return made


def write(plan: Plan, folder: Path) -> list[Path]:
    """Write all files of a plan; the ones that are there afterwards."""
    edition = Edition()
    for _ in planning.export(plan, edition, folder):
        pass
    return [path for name in planning.documents(plan, edition) if (path := folder / name).stat().st_size]


def photograph(app: QApplication, language: str, folder: Path) -> list[Path]:
    """Open the window as a person would, and save what is to be seen; the pictures, in that order."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(QSettings(str(Path(scratch) / "settings.ini"), QSettings.Format.IniFormat))
        settings.language, settings.theme, settings.who = language, "light", NURSE
        window = window_app.open_window(app, settings)
        window.resize(*SIZE)
        _until(lambda: window.warm)
        pictures = [_save(window, folder / f"welcome-{language}.png")]
        study_files.make_demo(window, Path(scratch) / "demonstration.il2")
        _until(lambda: not window.background.busy and not window.quiet.busy)
        for name in window.study_page.views:
            window.show_view(name)
            pictures.append(_save(window, folder / f"{name}-{language}.png"))
        window.show_planner()
        _plan_in(window)
        pictures.append(_save(window, folder / f"planner-{language}.png"))
        window.close()
        window.deleteLater()
        app.processEvents()
    return pictures


def _until(reached: Callable[[], bool]) -> None:
    # Not QTest.qWait: it keeps Python's lock, and the work in the background would hardly come to a turn.
    while not reached():
        QApplication.processEvents()
        time.sleep(0.01)


def _save(window: MainWindow, path: Path) -> Path:
    QTest.qWait(50)
    if not window.grab().save(str(path)):
        raise OSError(f"{path} could not be written")
    return path


def _plan_in(window: MainWindow) -> None:
    planner = window.planner
    planner.form.patient.setText(PATIENT)
    planner.form.start.edit.setText(START.isoformat())
    planner.make()
    planner.view.timeline.next_clash(1)
    QApplication.processEvents()


def _hush(_kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """All of Qt's messages but one: without a screen it has no use for a window's least size, and says so."""
    if "propagateSizeHints" not in text:
        print(text, file=sys.stderr)


def main() -> int:
    """Write everything and say so; 0 only when all of it was written."""
    if len(sys.argv) != 2:
        print("usage: try_out.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    print("There is no screen here, so the window cannot open. Instead, for a look at the program:")
    for code, plan in plans().items():
        written = write(plan, folder / code)
        title = plan.schedule.protocol.short_title
        print(f"{folder / code}: {len(written)} files of patient {PATIENT} on {title}, start {START}:")
        for path in written:
            print(f"    {path.name}")
    qInstallMessageHandler(_hush)
    app = window_app.application(sys.argv[:1])
    for language in LANGUAGES:
        print(f"{folder}: the window, drawn without a screen, in the language {language}:")
        for path in photograph(app, language, folder):
            print(f"    {path.name}")
    print("To open the window, run `make run` on a computer with a screen (with ssh: `ssh -X`).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
