"""Delay or advance a cycle, and see what it costs before it is done."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpinBox, QWidget

from il2scheduler.commands.values import MoveCycle, PatientCommand
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import DateField, Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.patient import OmissionCause
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Proposal, next_open_start

MOST_DAYS = 366
FIRST_DAYS = 7


class DelayDialog(CommandDialog):
    """By days or to a date: each field follows the other. A cycle that a person omitted is planned again."""

    def __init__(
        self,
        session: StudySession,
        code: str,
        cycle: int,
        days: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Start with `days`, else a week, or where an omitted cycle stood; negative days advance it."""
        w = language.current()
        start = session.state(code).schedule.start(cycle)
        self._omitted = start.omitted is OmissionCause.PERSON
        title = w("Delay cycle {cycle} of {patient}", cycle=cycle, patient=code)
        if self._omitted:
            title = w("Plan omitted cycle {cycle} of {patient} again", cycle=cycle, patient=code)
        act = w("&Plan it again") if self._omitted else w("De&lay")
        super().__init__(session, code, title, act, parent)
        self._cycle = cycle
        self._planned = start.planned
        if days is None:
            days = 0 if self._omitted else FIRST_DAYS
        self.days = QSpinBox()
        self.days.setRange(-MOST_DAYS, MOST_DAYS)
        self.days.setValue(days)
        self.days.setAccessibleName(w("Delay by days; negative days advance the cycle"))
        self.to = DateField()
        self.to.name(w("New first day"))
        self.rows.addRow(w("Delay by &days"), self.days)
        self.rows.addRow(w("New &first day"), self.to)
        self.offer = Wrapped()
        self.use = QPushButton(w("&Use it"))
        self.use.setAutoDefault(False)
        self._suggestion = QWidget()
        row = QHBoxLayout(self._suggestion)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.offer, 1)
        row.addWidget(self.use)
        self.rows.addRow(self._suggestion)
        self._offered: date | None = None
        self.use.clicked.connect(self._use)
        self.days.valueChanged.connect(self._days_changed)
        self.to.committed.connect(self._date_changed)
        self._days_changed()

    def command(self) -> PatientCommand | str:
        """Move the cycle to the date in the field."""
        w = language.current()
        to = self.to.day()
        if to is None:
            return w("Type the new first day as year-month-day, such as 2026-01-05.")
        if to == self._planned and not self._omitted:
            name = sentences.capital(w("cycle {number}", number=self._cycle))
            return w("{what} stays where it is: choose another day.", what=name)
        return MoveCycle(self._cycle, to=to)

    def refresh(self) -> None:
        """The preview, and the next start with the whole course on open days where it is another one."""
        self._count_days()
        super().refresh()
        w = language.current()
        to = self.to.day()
        self._offered = None
        found = None
        with contextlib.suppress(Refusal):  # what cannot be read the preview says
            found = None if to is None else self._next_open(to)
        if found is not None and found.to != to:
            self._offered = found.to
            said = w("Suggestion: {date}, the whole course on open days.", date=w.staff_date(found.to))
            self.offer.setText(said)
        self.rows.setRowVisible(self._suggestion, self._offered is not None)
        self._fit()

    def _next_open(self, to: date) -> Proposal | None:
        state = self.session.state(self.code)
        schedule, taken = state.schedule, self.session.study.taken(state)
        clinic = self.session.clinic(*(schedule.span() or ()), to)
        return next_open_start(schedule, clinic, self._cycle, to, taken)

    def _use(self) -> None:
        if self._offered is not None:
            self.to.set_date(self._offered)
            self._date_changed()

    def _days_changed(self) -> None:
        if self._planned is not None:
            self.to.set_date(self._planned + timedelta(days=self.days.value()))
        self.changed()

    def _date_changed(self) -> None:
        self._count_days()
        self.changed()

    def _count_days(self) -> None:
        """The days from where the cycle stands, also once somebody else moved it."""
        with contextlib.suppress(Refusal, KeyError):  # what is not there any more the preview says
            self._planned = self.session.state(self.code).schedule.start(self._cycle).planned
        to = self.to.day()
        if to is not None and self._planned is not None:
            blocked = self.days.blockSignals(True)
            self.days.setValue((to - self._planned).days)
            self.days.blockSignals(blocked)
