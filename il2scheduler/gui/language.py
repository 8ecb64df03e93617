"""The language the window speaks now, and Qt's own texts in it."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from il2scheduler.i18n import Words, words

NAMES = {"en": "English", "fr": "Français"}
"""Each language in its own words, as a menu of languages shows them."""


class _Speech:
    """What the whole window shares: one language at a time."""

    words: Words = words("en")
    translator: QTranslator | None = None


def current() -> Words:
    """The words of the window's language; ask anew each time a text is shown."""
    return _Speech.words


def switch(app: QApplication, language: str) -> None:
    """Speak another language from now on: our words, Qt's dialogs, and the weekdays of calendars."""
    if _Speech.translator is not None:
        app.removeTranslator(_Speech.translator)
        _Speech.translator = None
    _Speech.words = words(language)
    QLocale.setDefault(QLocale("fr_FR" if language == "fr" else "en_GB"))
    if language != "en":
        translator = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{language}", folder):
            app.installTranslator(translator)
            _Speech.translator = translator
