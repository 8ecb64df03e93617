"""Finding a patient from anywhere: type a part of the code, take one of those that are offered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QWidget

from il2scheduler.gui import language
from il2scheduler.gui.fields import TextField
from il2scheduler.gui.notice import announce

SHOWN = 12


class FindField(TextField):
    """A field that completes codes of patients; Enter takes the best one, Escape goes back."""

    chosen = Signal(str)
    """Carries the code of the patient that was found."""
    missed = Signal(str)
    """Carries what was typed where no code holds it."""
    left = Signal()
    """Escape was pressed in the empty field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without codes."""
        super().__init__(parent)
        self.codes = QStringListModel(self)
        self.offered = QCompleter(self.codes, self)
        self.offered.setFilterMode(Qt.MatchFlag.MatchContains)
        self.offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.offered.setMaxVisibleItems(SHOWN)
        self.setCompleter(self.offered)
        self.setMaxLength(32)
        self.setClearButtonEnabled(True)
        self.offered.activated.connect(self._take)
        self.returnPressed.connect(self._best)
        self.retranslate()

    def offer(self, codes: Sequence[str]) -> None:
        """Offer these codes, in this order."""
        if self.codes.stringList() != list(codes):
            self.codes.setStringList(list(codes))

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.setPlaceholderText(w("Find a patient (Ctrl+K)"))
        self.setAccessibleName(w("Find a patient"))
        self.setWhatsThis(w("Type a part of the patient's code; the arrow keys choose, Enter goes there."))
        popup = self.offered.popup()
        if popup is not None:
            popup.setAccessibleName(w("Patients found"))

    def best(self, typed: str) -> str | None:
        """The code that is meant: the same, the first that begins so, the first that holds it."""
        wanted = typed.strip().casefold()
        if not wanted:
            return None
        known = self.codes.stringList()
        same = (code for code in known if code.casefold() == wanted)
        begins = (code for code in known if code.casefold().startswith(wanted))
        holds = (code for code in known if wanted in code.casefold())
        return next(same, None) or next(begins, None) or next(holds, None)

    def sizeHint(self) -> QSize:
        """Room for what the empty field says, in any size of text."""
        hint = super().sizeHint()
        letters = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return QSize(max(hint.width(), letters + 2 * hint.height()), hint.height())

    def minimumSizeHint(self) -> QSize:
        """The same: it stands in a row that goes on in the next line."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the field, then leaves it."""
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.setText("")
            else:
                self.left.emit()
            return
        super().keyPressEvent(event)

    def _best(self) -> None:
        typed = self.text()
        code = self.best(typed)
        if code is not None:
            self._take(code)
        elif typed.strip():
            announce(self, language.current()("No patient has a code with {typed}.", typed=typed.strip()))
            self.missed.emit(typed.strip())

    def _take(self, code: str) -> None:
        if self.best(code) is None:
            return
        # The completer writes the whole code into the field after this; it is found, so it may go.
        QTimer.singleShot(0, self, lambda: self.setText(""))
        self.setText("")
        self.chosen.emit(code)
