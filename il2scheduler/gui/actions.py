"""Every action of the window with its key, in the menu bar where it can be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from il2scheduler.gui import language
from il2scheduler.i18n import N_, Words

THEME_NAMES = {"system": N_("As the system"), "light": N_("Light"), "dark": N_("Dark")}


@dataclass(frozen=True, slots=True)
class Deed:
    """One action: its name in English, its key, the menu it stands in."""

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()


MENUS = {"plan": N_("&Plan"), "edit": N_("&Edit"), "view": N_("&View"), "help": N_("&Help")}
DEEDS = (
    Deed("make", "plan", N_("&Make the plan"), ("Ctrl+Return", "Ctrl+Enter")),
    Deed("clear", "plan", N_("&New plan"), ("Ctrl+N",)),
    Deed("export", "plan", N_("&Write the files…"), ("Ctrl+E",)),
    Deed("quit", "plan", N_("&Quit"), ("Ctrl+Q",)),
    Deed("undo", "edit", N_("&Undo"), ("Ctrl+Z",)),
    Deed("redo", "edit", N_("&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y")),
    Deed("move_all", "edit", N_("&Move all that lose no cycle"), ("Ctrl+M",)),
    Deed("next_clash", "view", N_("&Next clash"), ("F8",)),
    Deed("previous_clash", "view", N_("&Previous clash"), ("Shift+F8",)),
    Deed("go_start", "view", N_("&Jump to the start"), ("Ctrl+J",)),
    Deed("zoom_in", "view", N_("&Fewer days"), ("Ctrl++", "Ctrl+=")),
    Deed("zoom_out", "view", N_("M&ore days"), ("Ctrl+-",)),
    Deed("next_pane", "view", N_("Ne&xt pane"), ("F6",)),
    Deed("previous_pane", "view", N_("Pre&vious pane"), ("Shift+F6",)),
    Deed("help", "help", N_("&Help for this field"), ("F1",)),
    Deed("about", "help", N_("&About il2scheduler")),
)


class Actions:
    """The actions of a window. `do` maps their names to what they do."""

    def __init__(self, window: QMainWindow, do: dict[str, Callable[[], object]]) -> None:
        """Make the actions and the menu bar."""
        self._window = window
        self.by_name: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {name: window.menuBar().addMenu("") for name in MENUS}
        for deed in DEEDS:
            action = QAction(window)
            action.setShortcuts([QKeySequence(key) for key in deed.keys])
            action.setObjectName(deed.name)
            # On a Mac, Qt would guess the menu from the English text.
            action.setMenuRole(QAction.MenuRole.NoRole)
            action.triggered.connect(_plain(do[deed.name]))
            self.by_name[deed.name] = action
            self.menus[deed.menu].addAction(action)
        self.choices: dict[str, dict[object, QAction]] = {}

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

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        for name, text in MENUS.items():
            self.menus[name].setTitle(w(text))
        for deed in DEEDS:
            self.by_name[deed.name].setText(w(deed.text))
        titles = {"language": w("&Language"), "text": w("&Text size"), "theme": w("&Colours")}
        for name, actions in self.choices.items():
            self.menus[name].setTitle(titles[name])
            for value, action in actions.items():
                action.setText(_value_text(w, name, value))

    def enable(self, **enabled: bool) -> None:
        """Enable or disable actions by name."""
        for name, on in enabled.items():
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
