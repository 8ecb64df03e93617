"""The fields of one injection in a dialog: how it went, when, how much, where, from which batch, by whom."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QGroupBox

from il2scheduler.appointment import Appointment, Injection
from il2scheduler.commands.recording import moment_told
from il2scheduler.commands.values import CourseException, CourseInjection
from il2scheduler.gui import language
from il2scheduler.gui.dialogs import recording_fields as told
from il2scheduler.gui.dialogs.recording_fields import DoseField, ResultField, Suggesting
from il2scheduler.gui.fields import TextField, Wrapped
from il2scheduler.schedule import Schedule
from il2scheduler.wording.sites import site_names


class InjectionBlock(QGroupBox):
    """One injection; ticked when it is to be recorded now."""

    changed = Signal()

    def __init__(self, schedule: Schedule, due: Appointment, injection: Injection, who: str) -> None:
        """Start as planned, given by who is usual for the place."""
        super().__init__(told.slot_name(injection))
        w = language.current()
        self.due, self.injection = due, injection
        self.planned = due.planned
        self.before = told.before(schedule, due.code, injection.time)
        self.result = ResultField()
        self.clock = TextField()
        self.clock.setMaxLength(5)
        self.clock.setText(f"{injection.time:%H:%M}")
        self.clock.setAccessibleName(w("Time"))
        self.dose = DoseField(injection.dose_iu)
        self._asks_dose = told.asks_dose(schedule, injection)
        self.site = Suggesting(w("Body site"), site_names(w))
        self.previous = Wrapped(told.said_before(self.before), muted=True)
        self.batch = Suggesting(w("Batch number"), told.batches(schedule))
        self.by = Suggesting(w("Given by"), told.givers(schedule, who))
        self.by.setEditText(told.usual_giver(injection, who))
        self.note = TextField()
        self.note.setMaxLength(500)
        self.note.setAccessibleName(w("Note"))
        self.form = QFormLayout(self)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.form.addRow(w("How it went"), self.result)
        self.form.addRow(w("Time"), self.clock)
        self.form.addRow(w("Dose, in millions"), self.dose)
        self.form.addRow(w("Body site"), self.site)
        self.form.addRow("", self.previous)
        self.form.addRow(w("Batch number"), self.batch)
        self.form.addRow(w("Given by"), self.by)
        self.form.addRow(w("Note"), self.note)
        self.result.currentIndexChanged.connect(self._show_fields)
        for signal in (self.clock.textChanged, self.dose.changed, self.note.textChanged, self.toggled):
            signal.connect(self.changed)
        for field in (self.site, self.batch, self.by):
            field.editTextChanged.connect(self.changed)
        if injection.recorded:
            self._show_recorded()
        self._show_fields()

    def wanted(self) -> bool:
        """True when the injection is to be recorded now."""
        return not self.isCheckable() or self.isChecked()

    def follow(self, above: InjectionBlock) -> None:
        """Say the site of the injection above as the previous one, as far as it is typed."""
        site, clock = above.site.text(), told.read_clock(above.clock.text())
        previous = self.before
        if above.wanted() and above.result.code() is None and site and clock and above.planned:
            previous = told.Before(above.planned, clock, site, "")
        self.previous.setText(told.said_before(previous))

    def said(self) -> CourseInjection | CourseException | str:
        """What the fields tell, or the sentence that says what is missing."""
        day, slot = self.due.day or 0, self.injection.time
        code = self.result.code()
        if code is not None:
            return CourseException(day, slot, code, self.note.text().strip() or None)
        w = language.current()
        clock = told.read_clock(self.clock.text())
        if clock is None or self.planned is None:
            return w("Type the time of the injection as hour and minute, such as 20:05.")
        dose = self.dose.dose() if self._asks_dose else None
        if isinstance(dose, str):
            return dose
        return CourseInjection(
            day,
            slot,
            at=moment_told(self.planned, slot, clock),
            dose_iu=dose,
            site=self.site.text(),
            batch=self.batch.text(),
            by=self.by.text(),
        )

    def _show_recorded(self) -> None:
        w, was = language.current(), self.injection
        if was.not_given is not None:
            self.result.choose(was.not_given.value)
            self.note.setText(was.note or "")
            return
        if was.given_at is not None:
            self.clock.setText(f"{was.given_at:%H:%M}")
        if was.given_iu is not None:
            self.dose.edit.setText(w.millions(was.given_iu))
        for field, text in ((self.site, was.site), (self.batch, was.batch), (self.by, was.given_by)):
            field.setEditText(text or "")

    def _show_fields(self) -> None:
        given = self.result.code() is None
        for field in (self.clock, self.dose, self.site, self.previous, self.batch, self.by):
            self.form.setRowVisible(field, given and (self._asks_dose or field is not self.dose))
        self.form.setRowVisible(self.note, not given)
        self.changed.emit()
