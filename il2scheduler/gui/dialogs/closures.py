"""Closures of the clinic, and public holidays it works on; nothing moves by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler import typed_text
from il2scheduler.calendars import closed_days
from il2scheduler.clinic import Closure
from il2scheduler.gui import language, sentences
from il2scheduler.gui.fields import DateField, TextField, Wrapped, resize_within
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal
from il2scheduler.study import Settings
from il2scheduler.study.closures import left_out, opened_on, with_closures


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
        self.remove = QPushButton(w("Re&move the closure"))
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
        self.open_day = QPushButton(w("&Open on that first day"))
        self.open_day.setToolTip(w("A public holiday, or a day of a closure, on which the clinic is open."))
        self.open_day.setAutoDefault(False)
        self.read = QPushButton(w("Read from a &calendar file…"))
        self.read.setAutoDefault(False)
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
        column.addWidget(self.open_day)
        column.addWidget(self.read)
        column.addWidget(
            Wrapped(w("Appointments stay where they are; what a closure hits is listed."), muted=True)
        )
        column.addWidget(self.said)
        column.addWidget(buttons)
        self.add.clicked.connect(self._add)
        self.open_day.clicked.connect(self._open_day)
        self.read.clicked.connect(self._read)
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
        made = Closure(first, last, name)
        self._save(with_closures(self._session.study.settings, (made,)), _told(made), name)

    def _open_day(self) -> None:
        w = language.current()
        day = self.first.day()
        if day is None:
            self.said.setText(w("Type the day that is open as the first day, such as 2026-08-03."))
            return
        try:
            settings = opened_on(self._session.study.settings, day)
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))
            return
        if self._save(settings, {"command": "closure", "open": day.isoformat()}, ""):
            self.said.setText(w("The clinic is open on {date}.", date=w.staff_date(day)))

    def _remove(self) -> None:
        row = self.list.currentRow()
        if not 0 <= row < len(self._closures):
            return
        gone = self._closures[row]
        kept = tuple(c for i, c in enumerate(self._closures) if i != row)
        settings = replace(self._session.study.settings, closures=kept)
        # Taking one away needs a reason of its own.
        self._save(settings, _told(gone) | {"removed": True}, "")

    def _read(self) -> None:
        """Take the closures of a calendar file that another program wrote."""
        w = language.current()
        chosen, _ = QFileDialog.getOpenFileName(
            self, w("Calendar file with closures"), "", w("Calendar files (*.ics)")
        )
        if chosen:
            self.take(Path(chosen))

    def take(self, path: Path) -> None:
        """Add the closures of a calendar file; say how many, and what of it was left out."""
        w = language.current()
        before = self._session.study.settings
        try:
            found = closed_days.read(path, before.timezone)
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))
            return
        except OSError as error:
            reason = sentences.fault(error)
            self.said.setText(w("{file} cannot be read: {reason}.", file=path.name, reason=reason))
            return
        command: dict[str, object] = {"command": "closure", "file": path.name, "count": len(found.closures)}
        if not self._save(with_closures(before, found.closures), command, path.name):
            return
        said = w.plural(
            "{count} closure was read from {file}.",
            "{count} closures were read from {file}.",
            len(found.closures),
            file=path.name,
        )
        if found.with_hours:
            said = f"{said} {left_out(w, found.with_hours)}"
        self.said.setText(said)

    def _save(self, settings: Settings, command: dict[str, object], usual_reason: str) -> bool:
        """Save the settings; without another reason the usual one is given."""
        reason = self.reason.text().strip() or usual_reason or None
        try:
            self._session.study.change_settings(settings, command, reason)
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))
            return False
        self.said.setText("")
        self.first.set_date(None)
        self.last.set_date(None)
        self.name.clear()
        self.refresh()
        return True


def _told(closure: Closure) -> dict[str, object]:
    first, last = closure.first.isoformat(), closure.last.isoformat()
    return {"command": "closure", "first": first, "last": last, "name": closure.name}
