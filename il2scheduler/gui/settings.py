"""What the window remembers from one day to the next on this computer; never anything of a patient."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, QLocale, QSettings, QStandardPaths

from il2scheduler.gui import theme
from il2scheduler.i18n import LANGUAGES, system_language

MOST_RECENT = 8
IDLE_MINUTES = (0, 5, 15, 30, 60)
"""After how long without a key or a click the window asks again who is acting; 0 is never."""


class Settings:
    """Preferences of the person at this computer; whatever cannot be read is as if never set."""

    def __init__(self, store: QSettings | None = None) -> None:
        """Use the given store, else the one of this person's account."""
        self._store = store or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "il2scheduler", "il2scheduler"
        )

    @property
    def language(self) -> str:
        """`en` or `fr`; at first that of the computer."""
        return self._one_of("language", LANGUAGES, _computers_language())

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    @property
    def theme(self) -> str:
        """`system`, `light`, `dark` or `contrast` (high contrast)."""
        return self._one_of("theme", theme.THEMES, "system")

    @theme.setter
    def theme(self, value: str) -> None:
        self._store.setValue("theme", value)

    @property
    def text_percent(self) -> int:
        """The size of the text: 100, 125, 150 or 200."""
        return int(self._one_of("text", tuple(str(size) for size in theme.TEXT_SIZES), "100"))

    @text_percent.setter
    def text_percent(self, value: int) -> None:
        self._store.setValue("text", str(value))

    @property
    def paper(self) -> str:
        """`a4` or `letter`."""
        return self._one_of("paper", ("a4", "letter"), "a4")

    @paper.setter
    def paper(self, value: str) -> None:
        self._store.setValue("paper", value)

    @property
    def folder(self) -> Path:
        """Where files were written last; at first the folder of documents."""
        value = self._store.value("folder")
        return Path(value) if isinstance(value, str) and value else documents_folder()

    @folder.setter
    def folder(self, value: Path) -> None:
        self._store.setValue("folder", str(value))

    @property
    def who(self) -> str:
        """The name that stood in History last on this computer; at first the one of its account."""
        value = self._store.value("who")
        return value if isinstance(value, str) and value.strip() else account_name()

    @who.setter
    def who(self, value: str) -> None:
        self._store.setValue("who", value)

    @property
    def idle_minutes(self) -> int:
        """After how many idle minutes the window asks again who is acting; 0 is never."""
        return int(self._one_of("idle", tuple(str(n) for n in IDLE_MINUTES), "15"))

    @idle_minutes.setter
    def idle_minutes(self, value: int) -> None:
        self._store.setValue("idle", str(value))

    @property
    def recent(self) -> tuple[Path, ...]:
        """The studies that were opened here, the latest first; they may be gone."""
        return tuple(Path(name) for name in self._texts("recent"))[:MOST_RECENT]

    def remember(self, path: Path) -> None:
        """Put a study first among the recent ones."""
        others = [one for one in self.recent if one != path]
        self._store.setValue("recent", [str(one) for one in (path, *others)][:MOST_RECENT])

    def forget(self, path: Path) -> None:
        """Take a study off the recent ones; the file stays."""
        self._store.setValue("recent", [str(one) for one in self.recent if one != path])

    @property
    def warned_folders(self) -> tuple[str, ...]:
        """Folders on the network of which the window warned once."""
        return self._texts("warned")

    def remember_warning(self, folder: Path) -> None:
        """Never warn of this folder again."""
        self._store.setValue("warned", [*self.warned_folders, str(folder)])

    def bytes_of(self, key: str) -> QByteArray | None:
        """A saved geometry or splitter state, None where there is none."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else None

    def keep_bytes(self, key: str, value: QByteArray) -> None:
        """Remember a geometry or a splitter's state."""
        self._store.setValue(key, value)

    def _texts(self, key: str) -> tuple[str, ...]:
        value: object = self._store.value(key)
        # A list of one is written and read as plain text.
        found = cast("list[object]", value) if isinstance(value, list) else [value]
        return tuple(one for one in found if isinstance(one, str) and one)

    def _one_of(self, key: str, known: tuple[str, ...], otherwise: str) -> str:
        value = self._store.value(key)
        return value if isinstance(value, str) and value in known else otherwise


def _computers_language() -> str:
    """Windows and macOS tell Qt their language, and no environment variable."""
    if sys.platform in {"win32", "darwin"}:
        return "fr" if QLocale.system().name().startswith("fr") else "en"
    return system_language()


def account_name() -> str:
    """Who is signed in at this computer, empty where it does not say."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def documents_folder() -> Path:
    """Where this person's documents lie."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found) if found else Path.home()
