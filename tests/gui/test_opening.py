"""Studies that cannot be opened, copies, checks, backups: a bar inside the window, never a message box."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler import store
from il2scheduler.commands.values import AddNote
from il2scheduler.gui import study_files
from il2scheduler.gui.actions import Page
from il2scheduler.gui.dialogs.restore import RestoreDialog
from il2scheduler.gui.history import HistoryView
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.patient_panel import PatientPanel
from il2scheduler.gui.today import TodayView
from il2scheduler.store import Busy, Damaged, DiskFull, Stale, StoreRefusal
from il2scheduler.study import Answers, Study
from tests.gui import studies


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(window: MainWindow) -> tuple[str, str]:
    """What the bar says, and what its button offers."""
    assert window.bar.isVisible()
    assert QApplication.activeModalWidget() is None
    return window.bar.text.said, window.bar.action.text()


def test_a_file_that_is_gone(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "gone.il2"
    window.settings.remember(path)
    window.show_welcome()
    click(window.welcome.recents[0])
    text, action = said(window)
    assert "gone.il2" in text
    assert action == "Open another study…"
    assert window.settings.recent == ()
    assert window.welcome.recents == []
    assert window.page is Page.WELCOME


def test_something_else(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "letter.il2"
    path.write_text("Dear colleague,\n" * 100)
    assert not study_files.open_file(window, path)
    assert "is not a study of this program" in said(window)[0]


def test_a_newer_version(window: MainWindow, demo_path: Path) -> None:
    with sqlite3.connect(demo_path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = demo_path.read_bytes()
    assert not study_files.open_file(window, demo_path)
    text, action = said(window)
    assert "newer version" in text
    assert action == "Open another study…"
    assert demo_path.read_bytes() == before


def test_a_damaged_one_offers_its_backups(window: MainWindow, demo_path: Path, qtbot: QtBot) -> None:
    assert study_files.open_file(window, demo_path)
    qtbot.waitUntil(lambda: not window.quiet.busy)
    study_files.close_study(window)
    qtbot.waitUntil(lambda: not window.quiet.busy)
    content = bytearray(demo_path.read_bytes())
    content[4096 : 4096 * 8] = b"\xff" * (4096 * 7)
    demo_path.write_bytes(content)
    assert not study_files.open_file(window, demo_path)
    text, action = said(window)
    assert "damaged" in text or "altered" in text
    assert action == "Restore a backup…"
    click(window.bar.action)
    dialog = window.dialog
    assert isinstance(dialog, RestoreDialog)
    assert dialog.list.count() == 1


def test_a_backup_is_restored_and_opened(
    opened: MainWindow, demo_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = demo_path.with_name("again.il2")
    monkeypatch.setattr(study_files, "ask_for_new_file", lambda *_: target)
    opened.actions_of.by_name["restore"].trigger()
    dialog = opened.dialog
    assert isinstance(dialog, RestoreDialog)
    click(dialog.act)
    qtbot.waitUntil(lambda: opened.session.path == target, timeout=60_000)
    assert "restored" in opened.foot.text.said
    assert len(opened.session.patients()) == 12


def test_a_cloud_folder_is_accepted_by_a_click(
    window: MainWindow, demo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = demo_path.parent / "Dropbox"
    folder.mkdir()
    path = Path(demo_path.rename(folder / "s.il2"))
    assert not study_files.open_file(window, path)
    text, action = said(window)
    assert "Dropbox" in text
    assert action == "Open it all the same"
    click(window.bar.action)
    assert window.page is Page.STUDY


def test_a_network_is_warned_of_once(
    window: MainWindow, demo_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(store, "folder_of", lambda _: store.Folder(store.Kind.NETWORK, "cifs"))
    assert study_files.open_file(window, demo_path)
    assert "network (cifs)" in said(window)[0]
    qtbot.waitUntil(lambda: not window.quiet.busy)
    assert study_files.open_file(window, demo_path)
    assert not window.bar.isVisible()


def test_read_only(window: MainWindow, demo_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert study_files.open_file(window, demo_path, read_only=True)
    assert "(read-only)" in window.windowTitle()
    assert not window.actions_of.by_name["undo"].isEnabled()
    window.study_page.show_patient("P001")
    window.actions_of.by_name["delay"].trigger()
    text, action = said(window)
    assert "may only be read" in text
    assert action == "Save a copy…"


@pytest.mark.parametrize(
    ("refusal", "action"),
    [
        (Busy("store-busy", file="x.il2"), "Try again"),
        (DiskFull("store-disk-full", file="x.il2"), "Try again"),
        (StoreRefusal("store-disk-fault", file="x.il2", fault="EIO"), "Try again"),
        (Damaged("store-damaged", file="x.il2"), "Restore a backup…"),
        (Stale(()), "Show the history"),
    ],
    ids=["busy", "full", "fault", "damaged", "stale"],
)
def test_an_action_that_was_not_saved(
    opened: MainWindow, monkeypatch: pytest.MonkeyPatch, refusal: StoreRefusal, action: str
) -> None:
    session = opened.session
    last = session.study.store.last_entry()
    real = Study.execute

    def refuse(*_: object) -> None:
        raise refusal

    monkeypatch.setattr(Study, "execute", refuse)
    assert session.execute("P001", AddNote("once more"), Answers()) is None
    assert said(opened)[1] == action
    monkeypatch.setattr(Study, "execute", real)
    if action == "Try again":
        click(opened.bar.action)
        assert session.study.store.last_entry() == last + 1
        assert not opened.bar.isVisible()


def test_a_file_that_vanishes_is_said_once(opened: MainWindow, demo_path: Path) -> None:
    hidden = demo_path.rename(demo_path.with_name("elsewhere.il2"))
    opened.watch.look()
    text, action = said(opened)
    assert "moved or deleted" in text
    assert action == "Open a study…"
    opened.bar.hide()
    opened.watch.look()
    assert not opened.bar.isVisible()
    hidden.rename(demo_path)


def test_a_copy_is_checked(
    opened: MainWindow, demo_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = demo_path.with_name("copy.il2")
    monkeypatch.setattr(study_files, "ask_for_new_file", lambda *_: target)
    opened.actions_of.by_name["save_copy"].trigger()
    qtbot.waitUntil(lambda: not opened.background.busy, timeout=60_000)
    assert str(target) in opened.foot.text.said
    with Study.open(target, who="x") as copy:
        assert copy.store.last_entry() == opened.session.study.store.last_entry()
    opened.actions_of.by_name["save_copy"].trigger()
    qtbot.waitUntil(lambda: not opened.background.busy, timeout=60_000)
    assert said(opened)[1] == "Choose another name…"


def test_the_check_of_a_sound_study(opened: MainWindow, qtbot: QtBot) -> None:
    opened.actions_of.by_name["verify"].trigger()
    qtbot.waitUntil(lambda: not opened.background.busy, timeout=60_000)
    assert opened.foot.text.said.startswith("The study is sound: ")


def test_the_check_of_a_study_that_was_tampered_with(
    opened: MainWindow, demo_path: Path, qtbot: QtBot
) -> None:
    with sqlite3.connect(demo_path) as other:
        other.execute("UPDATE injection SET dose_iu = dose_iu * 10 WHERE patient = 1")
    other.close()
    opened.actions_of.by_name["verify"].trigger()
    qtbot.waitUntil(lambda: not opened.background.busy, timeout=60_000)
    text, action = said(opened)
    assert "not sound" in text
    assert action == "Restore a backup…"


def test_closing_during_a_job_ends_it_and_backs_up(opened: MainWindow, demo_path: Path) -> None:
    before = len(store.backups_of(demo_path))
    opened.session.execute("P001", AddNote("the last thing of the day"), Answers())
    opened.actions_of.by_name["verify"].trigger()
    assert opened.close()
    assert not opened.session.is_open
    assert len(store.backups_of(demo_path)) == before + 1


UNTIL_TOLD = """
import sys
from pathlib import Path
from il2scheduler.gui import app, main_window, study_files

warm_up = main_window.MainWindow.warm_up

def warmed(window):
    warm_up(window)
    assert study_files.open_file(window, Path(sys.argv[1]))
    print("ready", flush=True)

main_window.MainWindow.warm_up = warmed
sys.exit(app.run(["il2scheduler"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_sigterm_closes_the_study(demo_path: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", UNTIL_TOLD, str(demo_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, "QT_QPA_PLATFORM": "offscreen"},
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=60) == 0
    with Study.open(demo_path, who="x") as study:
        assert study.store.windows() == ()
        assert study.store.verify().sound


def test_nothing_of_a_closed_study_is_left(window: MainWindow, demo_path: Path, tmp_path: Path) -> None:
    """Another study is opened after one that had other patients and protocols."""
    assert study_files.open_file(window, demo_path)
    page = window.study_page
    for name in page.views:
        page.show_view(name)
    page.show_view("today")
    page.show_patient("P012")
    study_files.close_study(window)
    today, history = page.views["today"], page.views["history"]
    assert isinstance(today, TodayView)
    assert isinstance(history, HistoryView)
    assert today.model.rowCount() == history.model.rowCount() == 0
    other = tmp_path / "other.il2"
    studies.empty(other).close()
    assert study_files.open_file(window, other)
    assert page.patient is None
    assert isinstance(page.panel, PatientPanel)
    assert page.panel.patient is None
    assert history.model.entry(0) is None
    page.show_view("history")
    assert [history.model.row_of(number) for number in (1, 2)] == [0, None]
