"""Preferences of the person at this computer: language, text, colours, name, when the name is asked again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from il2scheduler.gui import language, theme
from il2scheduler.gui.actions import THEME_NAMES
from il2scheduler.gui.fields import Choice, TextField, Wrapped, fit
from il2scheduler.gui.settings import IDLE_MINUTES, Settings
from il2scheduler.i18n import LANGUAGES, words


class PreferencesDialog(QDialog):
    """What is chosen is put on when the dialog is left with its button."""

    changed = Signal()
    named = Signal(str)
    """Carries another name for History."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        """Show the settings as they are."""
        super().__init__(parent)
        self._settings = settings
        w = words(settings.language)
        self.setWindowTitle(w("Preferences"))
        self.language, self.text, self.theme, self.paper, self.idle = (Choice() for _ in range(5))
        self.language.offer([(language.NAMES[c], language.NAMES[c], c) for c in LANGUAGES], settings.language)
        sizes = [(f"{size}\u00a0%", f"{size}\u00a0%", size) for size in theme.TEXT_SIZES]
        self.text.offer([*sizes], settings.text_percent)
        themes = [(w(THEME_NAMES[name]), w(THEME_NAMES[name]), name) for name in theme.THEMES]
        self.theme.offer([*themes], settings.theme)
        papers = {"a4": w("A4"), "letter": w("US Letter")}
        self.paper.offer([(name, name, code) for code, name in papers.items()], settings.paper)
        self.idle.offer([(_idle(n), _idle(n), n) for n in IDLE_MINUTES], settings.idle_minutes)
        self.idle.setMinimumContentsLength(26)
        self.name = TextField()
        self.name.setMaxLength(60)
        self.name.setText(settings.who)
        self.note = Wrapped(
            w("These are kept for you on this computer; the study file knows nothing of them but the name."),
            muted=True,
        )
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        fields: tuple[tuple[str, QWidget], ...] = (
            (w("&Name used in History"), self.name),
            (w("&Language"), self.language),
            (w("&Text size"), self.text),
            (w("&Colours"), self.theme),
            (w("&Paper of prints"), self.paper),
            (w("&Ask again who is acting"), self.idle),
        )
        for label, field in fields:
            rows.addRow(label, field)
            field.setAccessibleName(label.replace("&", ""))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act = self.buttons.addButton(w("&Keep these"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setDefault(True)
        column = QVBoxLayout(self)
        column.addLayout(rows)
        column.addWidget(self.note)
        column.addWidget(self.buttons)
        self.buttons.accepted.connect(self._keep)
        self.buttons.rejected.connect(self.reject)
        self.name.setMinimumWidth(self.fontMetrics().averageCharWidth() * 30)
        fit(self, 64)

    def _keep(self) -> None:
        settings = self._settings
        settings.language, settings.theme = str(self.language.chosen()), str(self.theme.chosen())
        settings.paper = str(self.paper.chosen())
        settings.text_percent, settings.idle_minutes = _number(self.text), _number(self.idle)
        name = " ".join(self.name.text().split())
        self.accept()
        if name and name != settings.who:
            self.named.emit(name)
        self.changed.emit()


def _number(choice: Choice) -> int:
    value = choice.chosen()
    return value if isinstance(value, int) else 0


def _idle(minutes: int) -> str:
    w = language.current()
    if not minutes:
        return w("Never")
    return w("After {minutes} idle minutes", minutes=minutes)
