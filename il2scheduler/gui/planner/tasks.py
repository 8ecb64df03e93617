"""What a person does on the planner's page that takes more than one step: writing the files of a plan."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from il2scheduler import plan as planning
from il2scheduler.gui import language, sentences
from il2scheduler.gui.background import After

if TYPE_CHECKING:
    from il2scheduler.gui.planner.page import PlannerPage
    from il2scheduler.library import Template


def export(page: PlannerPage) -> None:
    """Ask where the files of the plan on the screen go, then write them in the background."""
    from il2scheduler.gui.planner.export_dialog import ExportDialog

    # What stands in the form counts: a field that was typed in and not left yet is finished first.
    if not page.make() or page.session.plan is None or page.background.busy:
        return
    dialog = ExportDialog(page.session.plan, page.settings, page)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: _write(page))
    page.export_dialog = dialog
    dialog.open()


def _write(page: PlannerPage) -> None:
    dialog, plan = page.export_dialog, page.session.plan
    if dialog is None or plan is None:
        return
    page.settings.folder = dialog.folder
    page.settings.paper = dialog.edition.paper
    after = After(
        done=lambda: export_done(page),
        cancelled=lambda: export_cancelled(page),
        failed=partial(export_failed, page),
    )
    page.background.run(planning.export(plan, dialog.edition, dialog.folder), after)


def export_done(page: PlannerPage) -> None:
    """Say what was written and offer the folder."""
    w = language.current()
    folder = page.settings.folder
    page.can_change.emit()
    page.foot.say(
        w("The files are written to {folder}.", folder=folder), w("Open folder"), lambda: open_folder(folder)
    )


def export_cancelled(page: PlannerPage) -> None:
    """Say that it was cancelled."""
    page.can_change.emit()
    w = language.current()
    page.foot.say(w("Writing the files was cancelled."))


def export_failed(page: PlannerPage, error: Exception) -> None:
    """A folder that cannot be written is the person's to choose anew; anything else is a fault."""
    page.can_change.emit()
    if not isinstance(error, OSError):
        raise error
    w = language.current()
    page.bar.say(
        w(
            "The files could not be written to {folder}: {reason}.",
            folder=page.settings.folder,
            reason=sentences.fault(error),
        ),
        w("Choose another folder…"),
        lambda: export(page),
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
