"""Every action of the window with its key, in the menu bar where it can be found."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from il2scheduler.gui import language
from il2scheduler.gui.asking import What
from il2scheduler.i18n import N_, Words

THEME_NAMES = {
    "system": N_("As the system"),
    "light": N_("Light"),
    "dark": N_("Dark"),
    "contrast": N_("High contrast"),
}


class Page(StrEnum):
    """What fills the window."""

    WELCOME = "welcome"
    STUDY = "study"
    PLAN = "plan"


EVERYWHERE = frozenset(Page)
STUDY, PLAN = frozenset({Page.STUDY}), frozenset({Page.PLAN})
INSIDE = STUDY | PLAN


class Deed(NamedTuple):
    """One action: its name, the menu it stands in, its English text, its keys, and on which pages it is.

    `what` is what it asks for, where a view could ask for the same.
    """

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    pages: frozenset[Page] = EVERYWHERE
    what: What | None = None


MENUS = {
    "study": N_("&Study"),
    "plan": N_("P&lan"),
    "edit": N_("&Edit"),
    "patient": N_("&Patient"),
    "cycle": N_("&Cycle"),
    "view": N_("&View"),
    "help": N_("&Help"),
}
_PAGES_OF_MENU = {"plan": PLAN, "edit": INSIDE, "patient": STUDY, "cycle": STUDY}


def _asking(menu: str, what: What, text: str, *keys: str) -> Deed:
    return Deed(what.value, menu, text, keys, STUDY, what)


DEEDS = (
    Deed("new_study", "study", N_("&New study…"), ("Ctrl+Shift+N",)),
    Deed("open", "study", N_("&Open a study…"), ("Ctrl+O",)),
    Deed("demo", "study", N_("Try the &demonstration"), ("Ctrl+Shift+D",)),
    Deed("planner", "study", N_("Plan one patient &without a study"), ("Ctrl+Shift+P",)),
    _asking("study", What.PRINT, N_("&Print…"), "Ctrl+P"),
    _asking("study", What.CALENDAR, N_("C&alendars…"), "Ctrl+E"),
    _asking("study", What.TABLES, N_("Tabl&es…"), "Ctrl+G"),
    _asking("study", What.IMPORT, N_("&Import patients…"), "Ctrl+I"),
    _asking("study", What.PROTOCOL, N_("Pro&tocol…"), "Ctrl+Shift+T"),
    _asking("study", What.COMPLETE, N_("Co&mplete the protocol…"), "F4"),
    _asking("study", What.ADD_PROTOCOL, N_("Add anot&her protocol…"), "Shift+F4"),
    _asking("study", What.CLOSURES, N_("C&losures…"), "Ctrl+L"),
    _asking("study", What.PRODUCT, N_("Pharmacy's prod&uct…"), "Ctrl+U"),
    Deed("save_copy", "study", N_("Save a cop&y…"), ("Ctrl+Shift+S",), STUDY),
    Deed("verify", "study", N_("Chec&k the study"), ("Ctrl+Shift+K",), STUDY),
    Deed("restore", "study", N_("&Restore a backup…"), ("Ctrl+Shift+B",)),
    Deed("acting", "study", N_("Actin&g as another person…"), ("F2",), STUDY),
    Deed("close", "study", N_("&Close"), ("Ctrl+W",), INSIDE),
    Deed("preferences", "study", N_("Pre&ferences…"), ("Ctrl+,",)),
    Deed("quit", "study", N_("&Quit"), ("Ctrl+Q",)),
    Deed("make", "plan", N_("&Make the plan"), ("Ctrl+Return", "Ctrl+Enter"), PLAN),
    Deed("clear", "plan", N_("&New plan"), ("Ctrl+N",), PLAN),
    Deed("export", "plan", N_("&Write the files…"), ("Ctrl+E",), PLAN),
    Deed("undo", "edit", N_("&Undo"), ("Ctrl+Z",), INSIDE),
    Deed("redo", "edit", N_("&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), INSIDE),
    Deed("move_all", "edit", N_("&Move all that lose no cycle"), ("Ctrl+M",), PLAN),
    Deed("find", "edit", N_("&Find a patient"), ("Ctrl+K", "Ctrl+F"), STUDY),
    Deed("clear_filter", "edit", N_("&Clear the filter"), ("Ctrl+Shift+F",), STUDY),
    _asking("patient", What.ENROL, N_("&Enrol a patient…"), "Ctrl+N"),
    _asking("patient", What.RECORD, N_("&Record…"), "Ctrl+R"),
    _asking("patient", What.CORRECT, N_("&Correct a record…"), "Ctrl+Shift+R"),
    _asking("patient", What.MOVE, N_("&Move a visit…"), "Ctrl+M"),
    _asking("patient", What.ADD_VISIT, N_("&Add a visit…"), "Ctrl+Shift+A"),
    _asking("patient", What.ANCHOR, N_("Set the s&tart date…"), "Ctrl+Shift+O"),
    _asking("patient", What.DATE_EVENT, N_("Date an e&vent…"), "Ctrl+Shift+Y"),
    _asking("patient", What.GATE, N_("Tick a con&dition…"), "Ctrl+Shift+G"),
    _asking("patient", What.PLACE, N_("&Place of injections…"), "Ctrl+Shift+L"),
    _asking("patient", What.PROPOSALS, N_("Take pr&oposals…"), "Ctrl+Shift+Q"),
    _asking("patient", What.NOTE, N_("&Note…"), "Ctrl+Shift+M"),
    _asking("patient", What.AMEND, N_("Put on an amended protoco&l…"), "Ctrl+Shift+V"),
    _asking("patient", What.STOP, N_("&Stop the treatment…"), "Ctrl+Shift+X"),
    _asking("patient", What.WITHDRAW, N_("&Withdraw the patient…"), "Ctrl+Shift+W"),
    _asking("cycle", What.DELAY, N_("&Delay or advance…"), "Ctrl+D"),
    _asking("cycle", What.RECORD_COURSE, N_("&Record the course…"), "Ctrl+Shift+C"),
    _asking("cycle", What.OMIT, N_("&Omit…"), "Ctrl+Shift+I"),
    _asking("cycle", What.WITHHOLD, N_("&Withhold the rest…"), "Ctrl+Shift+H"),
    _asking("cycle", What.DOSE, N_("&Change the dose…"), "Ctrl+Shift+U"),
    _asking("cycle", What.DATE_CYCLE, N_("Dat&e the cycle…"), "Ctrl+Shift+J"),
    _asking("cycle", What.EVENING_START, N_("Begin in the e&vening…"), "Ctrl+Shift+E"),
    Deed("view_today", "view", N_("&Today"), ("Ctrl+1",), STUDY),
    Deed("view_study_timeline", "view", N_("T&imeline"), ("Ctrl+2",), STUDY),
    Deed("view_month", "view", N_("&Month"), ("Ctrl+3",), STUDY),
    Deed("view_history", "view", N_("&History"), ("Ctrl+4",), STUDY),
    Deed("jump_today", "view", N_("&Jump to today"), ("Ctrl+T",), STUDY),
    Deed("earlier", "view", N_("Ea&rlier days"), ("Ctrl+PgUp",), STUDY),
    Deed("later", "view", N_("&Later days"), ("Ctrl+PgDown",), STUDY),
    Deed("side_pane", "view", N_("Calendar and &filter"), ("Ctrl+B",), STUDY),
    Deed("next_clash", "view", N_("&Next clash"), ("F8",), PLAN),
    Deed("previous_clash", "view", N_("&Previous clash"), ("Shift+F8",), PLAN),
    Deed("go_start", "view", N_("&Jump to the start"), ("Ctrl+J",), PLAN),
    Deed("zoom_in", "view", N_("&Fewer days"), ("Ctrl++", "Ctrl+="), PLAN),
    Deed("zoom_out", "view", N_("M&ore days"), ("Ctrl+-",), PLAN),
    Deed("next_pane", "view", N_("Ne&xt pane"), ("F6",)),
    Deed("previous_pane", "view", N_("Pre&vious pane"), ("Shift+F6",)),
    Deed("help", "help", N_("&Help for what has the focus"), ("F1",)),
    Deed("guide", "help", N_("&Guide"), ("Shift+F1",)),
    Deed("about", "help", N_("&About il2scheduler")),
)

_ENDS_A_GROUP = frozenset(
    {
        "planner",
        "product",
        "restore",
        "close",
        "redo",
        "enrol",
        "correct",
        "view_history",
        "later",
        "zoom_out",
    }
)
"""After these a line is drawn in their menu."""


class Actions:
    """The actions of a window. `do` maps their names to what they do; what has no doer is left out."""

    def __init__(self, window: QMainWindow, do: dict[str, Callable[[], object]]) -> None:
        """Make the actions and the menu bar."""
        self._window = window
        self.by_name: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {name: window.menuBar().addMenu("") for name in MENUS}
        self.deeds = {deed.name: deed for deed in DEEDS if deed.name in do}
        for deed in self.deeds.values():
            action = QAction(window)
            action.setShortcuts([QKeySequence(key) for key in deed.keys])
            action.setObjectName(deed.name)
            # On a Mac, Qt would guess the menu from the English text.
            action.setMenuRole(QAction.MenuRole.NoRole)
            action.triggered.connect(_plain(do[deed.name]))
            self.by_name[deed.name] = action
            self.menus[deed.menu].addAction(action)
            if deed.name in _ENDS_A_GROUP:
                self.menus[deed.menu].addSeparator()
        self.choices: dict[str, dict[object, QAction]] = {}
        self._gone: frozenset[str] = frozenset()

    def add_choice(
        self, name: str, values: tuple[object, ...], now: object, do: Callable[[object], object]
    ) -> None:
        """Add a submenu of the view menu in which one of several values is on."""
        menu = self.menus["view"].addMenu("")
        self.menus[name] = menu
        group = QActionGroup(self._window)
        self.choices[name] = {}
        for value in values:
            action = QAction(menu)
            action.setCheckable(True)
            action.setChecked(value == now)
            action.triggered.connect(_plain(partial(do, value)))
            group.addAction(action)
            menu.addAction(action)
            self.choices[name][value] = action

    def show_page(self, page: Page, gone: Collection[str] = ()) -> None:
        """Show what can be done on a page, without `gone`; keys of hidden actions do nothing."""
        self._gone = frozenset(gone)
        for name, deed in self.deeds.items():
            shown = page in deed.pages and name not in self._gone
            self.by_name[name].setVisible(shown)
            self.by_name[name].setEnabled(shown)
        for name, pages in _PAGES_OF_MENU.items():
            self.menus[name].menuAction().setVisible(page in pages)

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        for name, text in MENUS.items():
            self.menus[name].setTitle(w(text))
        for name, deed in self.deeds.items():
            self.by_name[name].setText(w(deed.text))
        titles = {"language": w("Lan&guage"), "text": w("Text &size"), "theme": w("&Colours")}
        for name, actions in self.choices.items():
            self.menus[name].setTitle(titles[name])
            for value, action in actions.items():
                action.setText(_value_text(w, name, value))

    def enable(self, **enabled: bool) -> None:
        """Enable or disable actions by name; a hidden one stays as it is."""
        for name, on in enabled.items():
            if name in self.by_name and self.by_name[name].isVisible():
                self.by_name[name].setEnabled(on)


def _value_text(w: Words, name: str, value: object) -> str:
    if name == "language":
        return language.NAMES[str(value)]
    if name == "theme":
        return w(THEME_NAMES[str(value)])
    return f"{value}\u00a0%"


def _plain(do: Callable[[], object]) -> Callable[[], None]:
    """Without the `checked` that `triggered` carries."""

    def done() -> None:
        do()

    return done
