"""What each action of the window does, by its name: one line for each, the work is in the tasks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from il2scheduler.gui import study_files, tasks
from il2scheduler.gui.actions import DEEDS, Page
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.fields import below

if TYPE_CHECKING:
    from il2scheduler.gui.main_window import MainWindow

_OF_THE_PLANNER = (
    "make",
    "clear",
    "export",
    "move_all",
    "next_clash",
    "previous_clash",
    "go_start",
    "zoom_in",
    "zoom_out",
)
_OF_THE_STUDY_PAGE = ("clear_filter", "jump_today", "earlier", "later", "side_pane")
_HELPED = "helped"
VIEW = "view_"
"""How the names of actions begin that show a view; the rest is the view's module."""


def of(window: MainWindow) -> dict[str, Callable[[], object]]:
    """What every action does in a window."""
    whole: dict[str, Callable[[MainWindow], object]] = {
        "new_study": study_files.new_study,
        "open": study_files.open_study,
        "demo": study_files.demo,
        "save_copy": study_files.save_copy,
        "verify": study_files.verify,
        "restore": study_files.restore,
        "acting": tasks.acting_as,
        "preferences": tasks.preferences,
        "undo": undo,
        "redo": redo,
        "help": show_help,
        "guide": guide,
        "about": about,
    }
    return {
        **{name: partial(on_planner, window, name) for name in _OF_THE_PLANNER},
        **{name: partial(on_study_page, window, name) for name in _OF_THE_STUDY_PAGE},
        **{deed.name: partial(ask, window, deed.name) for deed in DEEDS if deed.what is not None},
        **{name: partial(window.show_view, name.removeprefix(VIEW)) for name in views()},
        **{name: partial(act, window) for name, act in whole.items()},
        "planner": window.show_planner,
        "close": window.leave_page,
        "quit": window.close,
        "find": window.go_to_finder,
        "next_pane": partial(next_pane, window, 1),
        "previous_pane": partial(next_pane, window, -1),
    }


def views() -> tuple[str, ...]:
    """The names of the actions that show a view."""
    return tuple(deed.name for deed in DEEDS if deed.name.startswith(VIEW))


def do(window: MainWindow, name: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
    """Do what the action of this name does, if it can be done now."""
    window.actions_of.by_name[name].trigger()


def on_planner(window: MainWindow, name: str) -> None:
    """Do something on the planner's page."""
    window.planner.deeds()[name]()


def on_study_page(window: MainWindow, name: str) -> None:
    """Do something on the page of the open study."""
    window.study_page.deeds()[name]()


def ask(window: MainWindow, name: str) -> None:
    """Ask from the menus what a view could ask: of the patient that was shown or chosen last."""
    what = window.actions_of.deeds[name].what
    if what is not None:
        page = window.study_page
        if what in {What.PRINT, What.CALENDAR}:
            # The menus mean the clinic and the day that is shown; a patient's own papers are asked for there.
            tasks.ask(window, Ask(what, to=page.day))
            return
        # A menu points at no day to move something to.
        tasks.ask(window, Ask(what, page.patient, page.code, slot=page.slot))


def undo(window: MainWindow) -> None:
    """Take the last change back, of the plan or of the study."""
    if window.page is Page.PLAN:
        window.planner.session.undo()
    else:
        tasks.undo(window)


def redo(window: MainWindow) -> None:
    """Make the change again that was taken back last."""
    if window.page is Page.PLAN:
        window.planner.session.redo()
    else:
        tasks.redo(window)


def next_pane(window: MainWindow, step: int) -> None:
    """Go to the next pane of the page, or back (-1)."""
    page = window.page
    if page is Page.PLAN:
        window.planner.next_pane(step)
    elif page is Page.STUDY:
        window.study_page.next_pane(step)
    else:
        window.welcome.next_button(step)


def show_help(window: MainWindow) -> None:
    """Explain what has the focus; what has no words of its own has its place in the guide."""
    focused = QApplication.focusWidget()
    widget = focused
    while widget is not None and not widget.whatsThis():
        widget = widget.parentWidget()
    if widget is None:
        guide(window, focused)
    else:
        from PySide6.QtWidgets import QWhatsThis

        QWhatsThis.showText(below(widget), widget.whatsThis(), widget)


def help_in_dialogs(window: MainWindow, now: QWidget | None) -> None:
    """Give a dialog that gets the focus its own F1: that of the window does not reach into dialogs."""
    dialog = None if now is None else now.window()
    if isinstance(dialog, QDialog) and not dialog.property(_HELPED):
        dialog.setProperty(_HELPED, True)
        QShortcut(QKeySequence("F1"), dialog).activated.connect(partial(show_help, window))


def guide(window: MainWindow, about: QWidget | None = None) -> None:
    """Open the guide beside the window, or beside the dialog that is open, where it speaks of a widget."""
    from il2scheduler.gui.guide_pages import place_of
    from il2scheduler.gui.guide_window import GuideWindow

    over = QApplication.activeModalWidget() or window
    shown = next((w for w in over.findChildren(GuideWindow) if w.isVisible()), None) or GuideWindow(over)
    shown.go_to(place_of(about))
    shown.show()
    shown.raise_()
    shown.activateWindow()


def about(window: MainWindow) -> None:
    """Say what the program is for and what it is not."""
    from il2scheduler.gui.about import AboutDialog

    dialog = AboutDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
