"""The patient panel: what comes next, what can be done, findings, cycles, visits, doses, notes, prints."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import entry_words, language, patient_acts, patient_words, sentences
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.fields import Disclosure, Pane, Wrapped
from il2scheduler.gui.flow import FlowLayout
from il2scheduler.gui.study_session import PatientLine, StudySession
from il2scheduler.rules import FindingKind, Severity
from il2scheduler.schedule import Schedule
from il2scheduler.study import Changed
from il2scheduler.study.patient_facts import PatientFacts, patient_facts

_SIGNS = {Severity.REFUSES: "×", Severity.WARNS: "!", Severity.NOTES: "i"}


class PatientPanel(Pane):
    """Everything about one patient, read when it is shown and made anew with every change of the patient."""

    asked = Signal(object)
    """Carries an `Ask`."""

    def __init__(self, session: StudySession) -> None:
        """Start without a patient."""
        super().__init__()
        self._session = session
        self._stale = True
        self._open: set[str] = {"actions"}
        self.patient: str | None = None
        self.buttons: dict[str, QPushButton] = {}
        self.lines: list[Wrapped] = []
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.retranslate()

    # --- What is shown ---

    def show_patient(self, patient: str | None) -> None:
        """Show another patient, or none."""
        if patient != self.patient:
            self.patient = patient
            self.refresh()
            self.verticalScrollBar().setValue(0)

    def refresh(self) -> None:
        """Read the patient anew; nothing while the panel is not seen."""
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        at = self.verticalScrollBar().value()
        focus = QApplication.focusWidget()
        held = focus is not None and focus is not self and self.isAncestorOf(focus)
        key = next((name for name, button in self.buttons.items() if button is focus), "")
        self._rebuild()
        self.verticalScrollBar().setValue(at)
        if held:
            (self.buttons.get(key) or next(iter(self.buttons.values()), self)).setFocus()

    def news(self, changed: Changed) -> None:
        """Something was saved: made anew when it was about this patient."""
        line = self._line()
        if line is None or changed.study or line.id in changed.patients:
            self.refresh()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        self.setAccessibleName(language.current()("Patient"))
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while the panel was not seen."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    # --- Building ---

    def _line(self) -> PatientLine | None:
        if not self._session.is_open:
            return None
        return next((line for line in self._session.patients() if line.code == self.patient), None)

    def _rebuild(self) -> None:
        self.buttons, self.lines = {}, []
        content = QWidget()
        content.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(content)
        line = self._line()
        if line is None:
            w = language.current()
            self._text(column, w("Choose a patient in a list, or find one by code (Ctrl+K)."), muted=True)
        else:
            schedule = self._session.state(line.code).schedule
            facts = patient_facts(self._session.study, line.code)
            self._add_head(column, line, schedule, facts)
            self._add_next(column, schedule)
            self._add_actions(column, schedule)
            self._add_findings(column, schedule)
            self._add_folded(column, "cycles", *patient_words.cycles(schedule))
            self._text(column, patient_words.doses(schedule), strong=True)
            self._add_folded(column, "visits", *patient_words.visits(schedule))
            self._add_notes(column, facts)
            self._add_prints(column, facts)
        column.addStretch(1)
        self.setWidget(content)
        # Seen at once, so that one of its buttons can take the focus.
        content.show()
        self.updateGeometry()

    def _add_head(
        self, column: QVBoxLayout, line: PatientLine, schedule: Schedule, facts: PatientFacts
    ) -> None:
        w = language.current()
        from il2scheduler.wording import arm_name

        arm = arm_name(w, schedule.arm, alone=True)
        self._text(
            column, w("{patient}, {trial}, {arm}", patient=line.code, trial=line.trial, arm=arm), strong=True
        )
        anchor = sentences.capital(schedule.protocol.anchor.label.said(w.language))
        day = w("no date yet") if line.anchor is None else w.staff_date(line.anchor)
        self._text(column, w("{where}: {date}", where=anchor, date=day))
        patient = schedule.patient
        if patient.withdrawn is not None:
            day = w.staff_date(patient.withdrawn)
            lost, left = w("Lost to follow-up on {date}", date=day), w("Withdrawn on {date}", date=day)
            self._text(column, lost if patient.lost else left, strong=True)
        elif patient.stopped is not None:
            self._text(
                column, w("Treatment stopped on {date}", date=w.staff_date(patient.stopped)), strong=True
            )
        self._text(column, w("Revision {revision} of the schedule", revision=facts.revision), muted=True)

    def _add_next(self, column: QVBoxLayout, schedule: Schedule) -> None:
        w = language.current()
        due = patient_words.next_due(schedule)
        self._text(column, w("Next"), strong=True)
        if due is None:
            undated = schedule.patient.anchor is None
            self._text(
                column,
                w("Dates appear when the start date is typed.") if undated else w("Nothing is planned."),
            )
            return
        awaiting = any(
            one.where == due.code and one.facts.get("awaiting_diary")
            for one in self._session.findings(schedule.patient.code)
        )
        for said in patient_words.coming(due, schedule, self._session.today, awaiting_diary=awaiting):
            self._text(column, said)
        ask = patient_acts.record(self._session, due, schedule.patient.code)
        if ask is not None:
            name = sentences.name(due.code, schedule.protocol)
            column.addWidget(self._button(w("Record…"), w("Record: {what}", what=name), ask))

    def _add_findings(self, column: QVBoxLayout, schedule: Schedule) -> None:
        found = self._session.findings(schedule.patient.code)
        late = patient_words.overdue(found, schedule)
        loud = [f for f in found if f.severity is not Severity.NOTES]
        self._text(column, sentences.attention(len(late) + len(loud)), strong=True)
        code = schedule.patient.code
        for said, where, day, several in late:
            record = Ask(What.RECORD_COURSE if several else What.RECORD, code, where)
            self._add_finding(column, "!", said, Ask(What.SHOW, code, where, day), record)
        for finding in loud:
            said = sentences.finding(finding, schedule.protocol)
            show = Ask(What.SHOW, code, finding.where, finding.date)
            self._add_finding(
                column, _SIGNS[finding.severity], said, show, patient_acts.fix(finding, schedule)
            )
        quiet = [
            sentences.finding(f, schedule.protocol)
            for f in found
            if f.severity is Severity.NOTES and f.kind is not FindingKind.OVERDUE
        ]
        if quiet:
            w = language.current()
            heading = w.plural("{count} remark", "{count} remarks", len(quiet))
            self._add_folded(column, "notes", heading, quiet)

    def _add_finding(self, column: QVBoxLayout, sign: str, said: str, show: Ask, fix: Ask | None) -> None:
        w = language.current()
        box = QFrame()
        box.setObjectName("refusal" if sign == _SIGNS[Severity.REFUSES] else "notice")
        inside = QVBoxLayout(box)
        top = QHBoxLayout()
        top.addWidget(QLabel(sign))
        text = Wrapped(said, selectable=True)
        self.lines.append(text)
        top.addWidget(text, 1)
        inside.addLayout(top)
        acts = QWidget()
        row = FlowLayout(acts)
        row.addWidget(self._button(w("Show"), w("Show: {sentence}", sentence=said), show))
        if fix is not None and fix.what in (What.RECORD, What.RECORD_COURSE):
            row.addWidget(self._button(w("Record…"), w("Record: {what}", what=said), fix))
        elif fix is not None:
            row.addWidget(self._button(w("Fix…"), w("Fix: {sentence}", sentence=said), fix))
        inside.addWidget(acts)
        column.addWidget(box)

    def _add_folded(self, column: QVBoxLayout, key: str, heading: str, lines: list[str]) -> None:
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(12, 0, 0, 0)
        for said in lines:
            self._text(rows, said)
        if lines:
            self._fold(column, key, heading, content)

    def _fold(self, column: QVBoxLayout, key: str, heading: str, content: QWidget) -> None:
        # In the column first: what has no parent would open as a window of its own.
        column.addWidget(content)
        head = Disclosure(content, is_open=key in self._open)
        head.setText(heading)
        head.toggled.connect(partial(self._keep_open, key))
        column.insertWidget(column.count() - 1, head)

    def _keep_open(self, key: str, is_open: bool) -> None:  # noqa: FBT001 - a slot
        if is_open:
            self._open.add(key)
        else:
            self._open.discard(key)

    def _add_notes(self, column: QVBoxLayout, facts: PatientFacts) -> None:
        w = language.current()
        if not facts.notes:
            return
        self._text(column, w.plural("{count} note", "{count} notes", len(facts.notes)), strong=True)
        for note in facts.notes:
            when = entry_words.moment_said(self._session, note.entry)
            self._text(column, f"{when}, {note.entry.who}", muted=True)
            self._text(column, note.text)

    def _add_prints(self, column: QVBoxLayout, facts: PatientFacts) -> None:
        w = language.current()
        if not facts.prints:
            return
        self._text(column, w("Documents printed"), strong=True)
        for one in facts.prints:
            self._text(column, patient_words.printed(one, entry_words.moment_said(self._session, one.entry)))

    def _add_actions(self, column: QVBoxLayout, schedule: Schedule) -> None:
        w = language.current()
        box = QWidget()
        row = FlowLayout(box)
        for ask in patient_acts.asks(self._session, schedule):
            said = w(patient_acts.text(ask, schedule))
            button = self._button(
                said, w("{action} {patient}", action=said, patient=schedule.patient.code), ask
            )
            row.addWidget(button)
        self._fold(column, "actions", w("What can be done"), box)

    def _button(self, text: str, name: str, ask: Ask) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setAccessibleName(name)
        button.clicked.connect(partial(self._ask, ask))
        self.buttons[name] = button
        return button

    def _ask(self, ask: Ask, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
        self.asked.emit(ask)

    def _text(self, column: QVBoxLayout, text: str, *, strong: bool = False, muted: bool = False) -> None:
        label = Wrapped(text, muted=muted, selectable=True)
        if strong:
            font = label.font()
            font.setBold(True)
            label.setFont(font)
            label.setContentsMargins(0, 6, 0, 0)
        self.lines.append(label)
        column.addWidget(label)
