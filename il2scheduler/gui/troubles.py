"""What can be done about a refusal of the study file: one sentence in the bar, one action beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from il2scheduler.gui import language
from il2scheduler.refusal import Refusal

if TYPE_CHECKING:
    from il2scheduler.gui.main_window import MainWindow


class Way(NamedTuple):
    """The way out that a refusal offers: what its button says and does."""

    label: str = ""
    do: Callable[[], object] | None = None


def say(window: MainWindow, refusal: Refusal, way: Way) -> None:
    """Show a refusal with its way out."""
    from il2scheduler.gui import sentences

    do = way.do
    window.bar.say(sentences.refusal(refusal), way.label, None if do is None else lambda: _done(do))


def _done(do: Callable[[], object]) -> None:
    do()


def of_opening(window: MainWindow, path: Path, refusal: Refusal) -> Way:
    """What can be done about a study that could not be opened."""
    from il2scheduler.gui import study_files
    from il2scheduler.store import Busy, CloudFolder, Damaged, Gone, OlderVersion, ReadOnly

    w = language.current()
    if isinstance(refusal, CloudFolder):
        return Way(w("Open it all the same"), lambda: study_files.open_file(window, path, accept_cloud=True))
    if isinstance(refusal, ReadOnly | OlderVersion) and refusal.kind != "store-older":
        return Way(w("Open read-only"), lambda: study_files.open_file(window, path, read_only=True))
    if isinstance(refusal, Busy) or refusal.kind in {"store-disk-fault", "store-disk-full"}:
        return Way(w("Try again"), lambda: study_files.open_file(window, path))
    if isinstance(refusal, Damaged) or refusal.kind in {"store-empty", "store-unknown-version"}:
        return Way(w("Restore a backup…"), lambda: study_files.restore(window, path))
    if isinstance(refusal, Gone):
        window.settings.forget(path)
        window.welcome.show_recent(window.settings.recent)
    return Way(w("Open another study…"), lambda: study_files.open_study(window))


def of_making(window: MainWindow, refusal: Refusal, elsewhere: Callable[[], object]) -> Way:
    """What can be done about a file that could not be made: choose another name or folder for it."""
    from il2scheduler.store import Exists

    del window
    w = language.current()
    if isinstance(refusal, Exists):
        return Way(w("Choose another name…"), elsewhere)
    return Way(w("Choose another folder…"), elsewhere)


def of_acting(window: MainWindow, refusal: Refusal) -> Way:
    """What can be done about an action on the open study that was refused; nothing of it was saved."""
    from il2scheduler.gui import study_files
    from il2scheduler.store import Busy, Damaged, DiskFull, Gone, ReadOnly, Stale, StoreRefusal

    w = language.current()
    again = window.session.again
    if isinstance(refusal, Stale):
        return Way(w("Show the history"), lambda: window.show_view("history"))
    if isinstance(refusal, Gone):
        return Way(w("Open a study…"), lambda: study_files.open_study(window))
    if isinstance(refusal, ReadOnly):
        return Way(w("Save a copy…"), lambda: study_files.save_copy(window))
    if isinstance(refusal, Damaged):
        path = window.session.path
        return Way(w("Restore a backup…"), lambda: study_files.restore(window, path))
    retry = isinstance(refusal, Busy | DiskFull) or refusal.kind == "store-disk-fault"
    if isinstance(refusal, StoreRefusal) and retry and again is not None:
        return Way(w("Try again"), again)
    if refusal.kind == "reason-needed":
        return Way(w("Show the history"), lambda: window.show_view("history"))
    return Way()
