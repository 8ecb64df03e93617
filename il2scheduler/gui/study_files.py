"""What a person does with whole study files: make, open, close, copy, check, restore; one function each."""

from __future__ import annotations

import contextlib
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from il2scheduler.gui import language, troubles
from il2scheduler.gui.background import After
from il2scheduler.gui.settings import documents_folder
from il2scheduler.refusal import Refusal

if TYPE_CHECKING:
    from il2scheduler.gui.main_window import MainWindow
    from il2scheduler.jobs import Job
    from il2scheduler.store import Occasion, Verdict

SUFFIX = ".il2"


# --- Asking for files ---


def ask_for_file(parent: QWidget, title: str, folder: Path) -> Path | None:
    """Ask for a study file that is there."""
    from PySide6.QtWidgets import QFileDialog

    w = language.current()
    kinds = w("Studies (*.il2)")
    found, _ = QFileDialog.getOpenFileName(parent, title, str(folder), kinds)
    return Path(found) if found else None


def ask_for_new_file(parent: QWidget, title: str, suggestion: Path) -> Path | None:
    """Ask for the name of a new study file; it ends in .il2."""
    from PySide6.QtWidgets import QFileDialog

    w = language.current()
    # A file that is there is never replaced, so there is nothing to confirm: it is refused and said.
    option = QFileDialog.Option.DontConfirmOverwrite
    found, _ = QFileDialog.getSaveFileName(
        parent, title, str(suggestion), w("Studies (*.il2)"), options=option
    )
    if not found:
        return None
    path = Path(found)
    return path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)


# --- The demonstration ---


def demo(window: MainWindow) -> None:
    """Open today's demonstration; made where it is not there yet."""
    folder = documents_folder()
    if not folder.is_dir():
        folder = Path.home()
    path = folder / f"demonstration-{date.today().isoformat()}{SUFFIX}"  # noqa: DTZ011 - this computer's day
    if path.exists():
        open_file(window, path)
        return
    make_demo(window, path)


def demo_elsewhere(window: MainWindow) -> None:
    """Ask where the demonstration is saved, and make it there."""
    w = language.current()
    today = date.today().isoformat()  # noqa: DTZ011 - this computer's day
    path = ask_for_new_file(
        window, w("Save the demonstration"), documents_folder() / f"demonstration-{today}{SUFFIX}"
    )
    if path is not None:
        make_demo(window, path)


def make_demo(window: MainWindow, path: Path) -> None:
    """Make the demonstration in the background, then open it."""
    w = language.current()

    def failed(error: Exception) -> None:
        if not isinstance(error, Refusal):
            raise error
        troubles.say(window, error, troubles.of_making(window, error, lambda: demo_elsewhere(window)))

    after = After(done=lambda: _made(window, path), failed=failed)
    if window.background.busy:
        return
    window.bar.hide()
    job = _making_demo(path, window.settings.who, w.language)
    window.background.run(job, after, says=w("Making the demonstration"))


def _making_demo(path: Path, who: str, spoken: str) -> Job:
    from il2scheduler import demo as demonstration
    from il2scheduler.jobs import Progress

    yield Progress(0, 0, "")
    # The connection stays in the thread that opened it; the window opens its own.
    demonstration.make(path, who=who, language=spoken).close()


def _made(window: MainWindow, path: Path) -> None:
    if open_file(window, path):
        w = language.current()
        window.foot.say(w("The demonstration is saved as {file}. Try anything.", file=str(path)))


# --- New, open, close ---


def new_study(window: MainWindow) -> None:
    """Ask what a new study needs, and make it."""
    from il2scheduler.gui.dialogs.new_study import NewStudyDialog

    dialog = NewStudyDialog(window.settings.who, documents_folder(), window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.made.connect(window.take)
    window.dialog = dialog
    dialog.open()


def open_study(window: MainWindow) -> None:
    """Ask for a study file and open it."""
    w = language.current()
    latest = next(iter(window.settings.recent), None)
    folder = documents_folder() if latest is None else latest.parent
    path = ask_for_file(window, w("Open a study"), folder)
    if path is not None:
        open_file(window, path)


def open_file(window: MainWindow, path: Path, *, read_only: bool = False, accept_cloud: bool = False) -> bool:
    """Open a study file; where it cannot be, the bar says why and the window stays as it is."""
    from il2scheduler import store
    from il2scheduler.study import Study
    from il2scheduler.study.acting import now_utc
    from il2scheduler.version import VERSION

    window.bar.hide()
    try:
        held = store.open_(
            path,
            program=VERSION,
            read_only=read_only,
            accept_cloud=accept_cloud,
            now=None if read_only else now_utc(),
        )
        window.take(Study(held, who=window.settings.who), path)
    except Refusal as refusal:
        troubles.say(window, refusal, troubles.of_opening(window, path, refusal))
        return False
    return True


def opened(window: MainWindow, path: Path) -> None:
    """A study was opened: remember it, tell the others, warn of a network once, and back it up."""
    from il2scheduler.store import Kind, Occasion, folder_of

    w = language.current()
    session = window.session
    window.settings.remember(path)
    session.announce()
    if session.read_only:
        window.foot.say(w("{file} is open for reading only: nothing can be changed.", file=path.name))
        return
    window.foot.say(w("{file} is open. Every action is saved at once.", file=path.name))
    folder = folder_of(path)
    if folder.kind is Kind.NETWORK and str(path.parent) not in window.settings.warned_folders:
        window.settings.remember_warning(path.parent)
        window.bar.say(
            w(
                "This study is on a network ({system}). That works as long as the network does; a folder on "
                "this computer is safer.",
                system=folder.detail,
            )
        )
    back_up(window, path, Occasion.OPEN)


def close_study(window: MainWindow) -> None:
    """Close the study, back it up, and go to the welcome page."""
    from il2scheduler.store import Occasion

    path, read_only = window.session.path, window.session.is_open and window.session.read_only
    window.session.close()
    window.show_welcome()
    if path is not None and not read_only:
        back_up(window, path, Occasion.CLOSE)


def close_for_good(window: MainWindow) -> None:
    """Close the study of a window that is closing, and wait for its backup."""
    from il2scheduler.store import Occasion, StoreRefusal, backing_up
    from il2scheduler.study.acting import now_utc

    path, read_only = window.session.path, window.session.read_only
    window.session.close()
    if path is None or read_only:
        return
    # Nobody is left to be told; the next opening makes the backup, or says why it cannot.
    with contextlib.suppress(StoreRefusal, OSError):
        for _ in backing_up(path, Occasion.CLOSE, now_utc()):
            pass


# --- Care ---


def back_up(window: MainWindow, path: Path, occasion: Occasion) -> None:
    """Make the backup that is due, quietly; one that cannot be made is said once."""
    from il2scheduler.store import backing_up
    from il2scheduler.study.acting import now_utc

    window.quiet.run(backing_up(path, occasion, now_utc()), After(failed=partial(_no_backup, window)))


def _no_backup(window: MainWindow, error: Exception) -> None:
    if not isinstance(error, Refusal | OSError):
        raise error
    if not window.no_backup_said:
        window.no_backup_said = True
        w = language.current()
        from il2scheduler.gui import sentences

        why = sentences.refusal(error) if isinstance(error, Refusal) else sentences.fault(error)
        window.bar.say(
            w("No backup could be made: {why}", why=why), w("Save a copy…"), lambda: save_copy(window)
        )


def save_copy(window: MainWindow) -> None:
    """Ask for a new name, and copy the study there as it is now; the copy is checked whole."""
    from il2scheduler.study import care

    w = language.current()
    path = window.session.path
    if path is None or window.background.busy:
        return
    target = ask_for_new_file(
        window, w("Save a copy"), path.with_name(w("{name} copy", name=path.stem) + SUFFIX)
    )
    if target is None:
        return

    def failed(error: Exception) -> None:
        if not isinstance(error, Refusal):
            raise error
        troubles.say(window, error, troubles.of_making(window, error, lambda: save_copy(window)))

    after = After(
        done=lambda: window.foot.say(w("The copy is saved and checked: {file}.", file=str(target))),
        cancelled=lambda: window.foot.say(w("The copy was cancelled; nothing of it is left.")),
        failed=failed,
    )
    job = care.backing_up(path, care.Target(target))
    window.background.run(job, after, says=w("Copying the study"))


def verify(window: MainWindow) -> None:
    """Check the whole study: file, chain of entries, and that they give exactly its tables."""
    from il2scheduler.store import Verdict, checking

    w = language.current()
    path = window.session.path
    if path is None or window.background.busy:
        return
    verdict = Verdict()

    def failed(error: Exception) -> None:
        if not isinstance(error, Refusal):
            raise error
        troubles.say(window, error, troubles.Way(w("Restore a backup…"), lambda: restore(window, path)))

    after = After(
        done=lambda: _say_verdict(window, path, verdict),
        cancelled=lambda: window.foot.say(w("The check was cancelled.")),
        failed=failed,
    )
    window.background.run(checking(path, verdict), after, says=w("Checking the study"))


def _say_verdict(window: MainWindow, path: Path, verdict: Verdict) -> None:
    w = language.current()
    if verdict.sound:
        window.foot.say(
            w(
                "The study is sound: {entries} entries and {patients} patients were checked.",
                entries=verdict.entries,
                patients=verdict.patients,
            )
        )
        return
    first = verdict.first_broken
    faults = w.plural("{count} fault was found", "{count} faults were found", verdict.count)
    place = "" if first is None else " " + w("(first in entry {entry})", entry=first)
    window.bar.say(
        w(
            "The study is not sound: {faults}. Keep this file for those who look after the program, and "
            "restore the newest backup.",
            faults=faults + place,
        ),
        w("Restore a backup…"),
        lambda: restore(window, path),
    )


def restore(window: MainWindow, path: Path | None = None) -> None:
    """Choose one of a study's backups, and make a new study file of it; the study itself stays."""
    from il2scheduler.gui.dialogs.restore import RestoreDialog

    w = language.current()
    path = path or window.session.path
    if path is None:
        path = ask_for_file(window, w("Study whose backup is restored"), documents_folder())
    if path is None or window.background.busy:
        return
    study = path
    dialog = RestoreDialog(study, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.chosen.connect(partial(restore_from, window, study))
    window.dialog = dialog
    dialog.open()


def restore_from(window: MainWindow, study: Path, backup: Path) -> None:
    """Ask for the new file's name, restore, and open it."""
    from il2scheduler.store import restoring

    w = language.current()
    suggestion = study.with_name(w("{name} restored", name=study.stem) + SUFFIX)
    target = ask_for_new_file(window, w("Restore the backup as"), suggestion)
    if target is None:
        return

    def failed(error: Exception) -> None:
        if not isinstance(error, Refusal):
            raise error
        way = troubles.of_making(window, error, lambda: restore_from(window, study, backup))
        troubles.say(window, error, way)

    after = After(
        done=lambda: _restored(window, target),
        cancelled=lambda: window.foot.say(w("Restoring was cancelled; nothing of it is left.")),
        failed=failed,
    )
    window.background.run(restoring(backup, target), after, says=w("Restoring the backup"))


def _restored(window: MainWindow, path: Path) -> None:
    if open_file(window, path):
        w = language.current()
        window.foot.say(w("The backup is restored as {file}, which is open now.", file=str(path)))
