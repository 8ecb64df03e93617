"""Who acts from now on: the name that History will give to every entry."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from il2scheduler.gui import language
from il2scheduler.gui.fields import TextField, Wrapped, fit
from il2scheduler.gui.study_session import StudySession

LATELY = 500
"""In how many of the latest entries names are looked for."""
MOST_LETTERS = 60


class ActingDialog(QDialog):
    """Offers the names that acted lately; another one can be typed."""

    chosen = Signal(str)

    def __init__(self, session: StudySession, *, idle: bool = False, parent: QWidget | None = None) -> None:
        """`idle` when the window asks by itself because nobody touched it for a while."""
        super().__init__(parent)
        w = language.current()
        self.setWindowTitle(w("Who is acting?"))
        self.said = Wrapped(
            w("Nobody used the window for a while. Who is there now?")
            if idle
            else w("History names this person with everything that is done from now on. It is no signature.")
        )
        self.name = QComboBox()
        self.name.setEditable(True)
        # The field of a plain QComboBox would keep Ctrl+Z to itself.
        self.name.setLineEdit(TextField())
        entries = session.study.store.entries(newest_first=True, limit=LATELY)
        names = dict.fromkeys([session.who, *(entry.who for entry in entries)])
        self.name.addItems([name for name in names if name])
        self.name.setCurrentText(session.who)
        self.name.setAccessibleName(w("Name"))
        self.name.setMinimumContentsLength(28)
        edit = self.name.lineEdit()
        if edit is not None:
            edit.setMaxLength(MOST_LETTERS)
            edit.setAccessibleName(w("Name"))
            edit.selectAll()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act = self.buttons.addButton(w("&Act as this person"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setDefault(True)
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.addRow(w("&Name"), self.name)
        column = QVBoxLayout(self)
        column.addWidget(self.said)
        column.addLayout(rows)
        column.addWidget(self.buttons)
        self.buttons.accepted.connect(self._take)
        self.buttons.rejected.connect(self.reject)
        self.name.currentTextChanged.connect(self._enable)
        self._enable()
        fit(self, 60)

    def _enable(self) -> None:
        self.act.setEnabled(bool(self.name.currentText().strip()))

    def _take(self) -> None:
        name = " ".join(self.name.currentText().split())
        if name:
            self.accept()
            self.chosen.emit(name)
