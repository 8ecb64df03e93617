"""The fields of a visit in a dialog: done on a date, or missed, with a note."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QRadioButton, QVBoxLayout, QWidget

from il2scheduler.appointment import Appointment, Status
from il2scheduler.gui import language
from il2scheduler.gui.fields import DateField, TextField


class VisitBlock(QWidget):
    """What happened at a visit."""

    changed = Signal()

    def __init__(self, due: Appointment, today: date) -> None:
        """Start with what is recorded; else done on the planned date, or today where that is to come."""
        super().__init__()
        w = language.current()
        self.was_done, self.was_missed = QRadioButton(w("&Done")), QRadioButton(w("&Missed"))
        self.on = DateField()
        self.on.name(w("Date of the visit"))
        self.note = TextField()
        self.note.setMaxLength(500)
        self.note.setAccessibleName(w("Note"))
        missed = due.status is Status.MISSED
        (self.was_missed if missed else self.was_done).setChecked(True)
        planned = due.actual or due.planned
        self.on.set_date(today if planned is None else min(planned, today))
        if due.recorded:
            self.note.setText(due.note or "")
        how = QWidget()
        column = QVBoxLayout(how)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.was_done)
        column.addWidget(self.was_missed)
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.form.addRow(w("How it went"), how)
        self.form.addRow(w("D&ate"), self.on)
        self.form.addRow(w("&Note"), self.note)
        self.form.setRowVisible(self.on, not missed)
        self.was_done.toggled.connect(self._show_date)
        self.on.edit.textChanged.connect(self.changed)
        self.on.committed.connect(self.changed)
        self.on.edit.textChanged.connect(self.changed)
        self.on.committed.connect(self.changed)
        self.note.textChanged.connect(self.changed)
        self.setFocusProxy(self.was_missed if missed else self.was_done)

    def said(self) -> tuple[date | None, str | None] | str:
        """The date it was done (None: missed) and the note, or the sentence that says what is missing."""
        note = self.note.text().strip() or None
        if not self.was_done.isChecked():
            return None, note
        day = self.on.day()
        if day is None:
            return language.current()("Type the date of the visit as year-month-day, such as 2026-01-05.")
        return day, note

    def _show_date(self) -> None:
        self.form.setRowVisible(self.on, self.was_done.isChecked())
        self.changed.emit()
