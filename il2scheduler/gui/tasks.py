"""What a person does that takes more than one step: writing files, and what may go wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from il2scheduler import plan as planning
from il2scheduler.gui import language

if TYPE_CHECKING:
    from il2scheduler.gui.main_window import MainWindow
    from il2scheduler.library import Template


def export(window: MainWindow) -> None:
    """Ask where the files of the plan on the screen go, then write them in the background."""
    from il2scheduler.gui.planner.export_dialog import ExportDialog

    # What stands in the form counts: a field that was typed in and not left yet is finished first.
    if not window.make() or window.session.plan is None or window.background.busy:
        return
    dialog = ExportDialog(window.session.plan, window.settings, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: _write(window))
    window.export_dialog = dialog
    dialog.open()


def _write(window: MainWindow) -> None:
    dialog, plan = window.export_dialog, window.session.plan
    if dialog is None or plan is None:
        return
    window.settings.folder = dialog.folder
    window.settings.paper = dialog.edition.paper
    window.background.run(planning.export(plan, dialog.edition, dialog.folder))


def export_done(window: MainWindow) -> None:
    """Say what was written and offer the folder."""
    w = language.current()
    folder = window.settings.folder
    window.refresh_actions()
    window.foot.say(
        w("The files are written to {folder}.", folder=folder), w("Open folder"), lambda: open_folder(folder)
    )


def export_cancelled(window: MainWindow) -> None:
    """Say that it was cancelled."""
    window.refresh_actions()
    w = language.current()
    window.foot.say(w("Writing the files was cancelled."))


def export_failed(window: MainWindow, error: Exception) -> None:
    """A folder that cannot be written is the person's to choose anew; anything else is a fault."""
    window.refresh_actions()
    if not isinstance(error, OSError):
        raise error
    w = language.current()
    window.bar.say(
        w(
            "The files could not be written to {folder}: {reason}.",
            folder=window.settings.folder,
            reason=error.strerror or type(error).__name__,
        ),
        w("Choose another folder…"),
        lambda: export(window),
    )


def open_folder(folder: Path) -> None:
    """Show a folder in the system's own window of files."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def template_problem(template: Template) -> str:
    """A template of the user's own that cannot be used, with its first problem."""
    from il2scheduler.wording import problem_sentence

    w = language.current()
    return w.plural(
        "The template {file} has {count} problem: {first}",
        "The template {file} has {count} problems; the first: {first}",
        len(template.file.problems),
        file=template.path.name,
        first=problem_sentence(w, template.file.problems[0]),
    )


def import_printers() -> None:
    """Import what makes the files while nobody waits for it."""
    import holidays
    import reportlab

    del holidays, reportlab
