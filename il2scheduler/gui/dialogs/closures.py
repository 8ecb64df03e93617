"""Closures of the clinic, and public holidays it works on; nothing moves by itself."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler import typed_text
from il2scheduler.clinic import Closure
from il2scheduler.gui import language, sentences
from il2scheduler.gui.fields import DateField, TextField, Wrapped, resize_within
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal


class ClosuresDialog(QDialog):
    """Adds or takes away closures; what they hit is found and proposed afterwards."""

    def __init__(self, session: StudySession, parent: QWidget | None = None) -> None:
        """List the closures there are."""
        super().__init__(parent)
        w = language.current()
        self._session = session
        self.setWindowTitle(w("Closures of the clinic"))
        self.list = QListWidget()
        self.list.setAccessibleName(w("Closures"))
        self.remove = QPushButton(w("&Remove the closure"))
        self.remove.setAutoDefault(False)
        self.first, self.last = DateField(), DateField()
        self.first.name(w("First day closed"))
        self.last.name(w("Last day closed"))
        self.name = TextField()
        self.name.setMaxLength(100)
        self.name.setAccessibleName(w("Name of the closure"))
        self.reason = TextField()
        self.reason.setAccessibleName(w("Reason"))
        self.said = Wrapped()
        self.add = QPushButton(w("&Add closure"))
        self.add.setDefault(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        rows = QFormLayout()
        rows.addRow(w("&First day closed"), self.first)
        rows.addRow(w("&Last day closed"), self.last)
        rows.addRow(w("&Name of the closure"), self.name)
        rows.addRow(w("&Reason"), self.reason)
        column = QVBoxLayout(self)
        for widget in (self.list, self.remove):
            column.addWidget(widget)
        column.addLayout(rows)
        column.addWidget(self.add)
        column.addWidget(
            Wrapped(w("Appointments stay where they are; what a closure hits is listed."), muted=True)
        )
        column.addWidget(self.said)
        column.addWidget(buttons)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.list.currentRowChanged.connect(self._selected)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._closures: tuple[Closure, ...] = ()
        resize_within(self, 70, 34)
        self.refresh()

    def refresh(self) -> None:
        """Read the closures anew."""
        w = language.current()
        self._closures = self._session.study.settings.closures
        self.list.clear()
        for closure in self._closures:
            span = w.staff_date(closure.first)
            if closure.last != closure.first:
                span = w("{first} to {last}", first=span, last=w.staff_date(closure.last))
            self.list.addItem(f"{span}  {closure.name}".rstrip())
        self.remove.setEnabled(False)

    def _selected(self, row: int) -> None:
        self.remove.setEnabled(row >= 0)

    def _add(self) -> None:
        w = language.current()
        first = self.first.day()
        last = self.last.day() if self.last.text() else first
        if first is None or last is None:
            self.said.setText(w("A closure needs its first day as year-month-day, such as 2026-08-03."))
            return
        if last < first:
            self.said.setText(w("The last day of a closure cannot lie before its first day."))
            return
        try:
            name = typed_text.line(self.name.text()) if self.name.text().strip() else ""
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))
            return
        days = first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
        command: dict[str, object] = {"command": "closure", "days": days, "name": name}
        self._save((*self._closures, Closure(first, last, name)), command)

    def _remove(self) -> None:
        row = self.list.currentRow()
        if not 0 <= row < len(self._closures):
            return
        gone = self._closures[row]
        days = f"{gone.first.isoformat()}..{gone.last.isoformat()}"
        kept = tuple(c for i, c in enumerate(self._closures) if i != row)
        self._save(kept, {"command": "closure", "remove": days, "name": gone.name})

    def _save(self, closures: tuple[Closure, ...], command: dict[str, object]) -> None:
        study = self._session.study
        # A closure's name is its reason; taking one away needs another.
        named = str(command["name"]) if "days" in command else ""
        reason = self.reason.text().strip() or named or None
        try:
            study.change_settings(replace(study.settings, closures=closures), command, reason)
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))
            return
        self.said.setText("")
        self.first.set_date(None)
        self.last.set_date(None)
        self.name.clear()
        self.refresh()
