"""What the window remembers from one day to the next on this computer; never anything of a patient."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from il2scheduler.gui import theme
from il2scheduler.i18n import LANGUAGES, system_language


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
        return self._one_of("language", LANGUAGES, system_language())

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    @property
    def theme(self) -> str:
        """`system`, `light` or `dark`."""
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
        """Where files were written last; at first the home folder."""
        value = self._store.value("folder")
        return Path(value) if isinstance(value, str) and value else Path.home()

    @folder.setter
    def folder(self, value: Path) -> None:
        self._store.setValue("folder", str(value))

    def bytes_of(self, key: str) -> QByteArray | None:
        """A saved geometry or splitter state, None where there is none."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else None

    def keep_bytes(self, key: str, value: QByteArray) -> None:
        """Remember a geometry or a splitter's state."""
        self._store.setValue(key, value)

    def _one_of(self, key: str, known: tuple[str, ...], otherwise: str) -> str:
        value = self._store.value(key)
        return value if isinstance(value, str) and value in known else otherwise
