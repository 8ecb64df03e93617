"""The form on the left: protocol, reading, arm, patient, start, and the clinic's days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, sentences
from il2scheduler.gui.clinic_form import ClinicForm, as_text
from il2scheduler.gui.fields import Choice, DateField, Disclosure, Pane, TextField, Wrapped
from il2scheduler.plan import Plan, Request
from il2scheduler.protocol import Protocol

if TYPE_CHECKING:
    # The reader of templates takes long to import; the window is to be up before.
    from il2scheduler.library import Template


@dataclass(frozen=True, slots=True)
class Missing:
    """What the form still needs, said to the person, and the field to go to."""

    sentence: str
    field: QWidget
    empty: bool


class PlanForm(Pane):
    """What a plan is made of. `committed` when a field was finished, `asked` when the button was pressed."""

    committed = Signal()
    asked = Signal()
    protocol_chosen = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        """Start without protocols; `offer` brings them."""
        super().__init__()
        self.protocol, self.reading, self.arm = Choice(), Choice(), Choice()
        self.reading_said, self.arm_said, self.start_means = (
            Wrapped(muted=True),
            Wrapped(muted=True),
            Wrapped(muted=True),
        )
        self.patient, self.start = TextField(), DateField()
        self.patient.setMaxLength(60)
        self.avoid = QCheckBox()
        self.avoid_said = Wrapped(muted=True)
        self.clinic = ClinicForm()
        self.disclosure = Disclosure(self.clinic, is_open=False)
        self.button = QPushButton()
        self.button.setDefault(True)
        self.labels = {key: QLabel() for key in ("protocol", "reading", "arm", "patient", "start")}
        self._protocols: dict[str, tuple[Protocol, ...]] = {}
        self._lay_out()
        self._connect()
        self._enable()

    def _lay_out(self) -> None:
        content = self._content = QWidget()
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields: tuple[tuple[str, QWidget, QWidget | None], ...] = (
            ("protocol", self.protocol, None),
            ("reading", self.reading, self.reading_said),
            ("arm", self.arm, self.arm_said),
            ("patient", self.patient, None),
            ("start", self.start, self.start_means),
        )
        for key, field, note in fields:
            self.labels[key].setBuddy(field)
            rows.addRow(self.labels[key], field)
            if note is not None:
                rows.addRow(note)
        column = QVBoxLayout(content)
        column.addLayout(rows)
        column.addWidget(self.avoid)
        column.addWidget(self.avoid_said)
        column.addWidget(self.button)
        column.addSpacing(8)
        column.addWidget(self.disclosure)
        column.addWidget(self.clinic)
        column.addStretch(1)
        self.setWidget(content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # The pane scrolls by itself when a field gets the focus; it is no stop on the way.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _connect(self) -> None:
        self.protocol.activated.connect(self._protocol_activated)
        self.reading.activated.connect(self._reading_activated)
        self.arm.activated.connect(self._arm_activated)
        self.patient.editingFinished.connect(self.committed)
        self.patient.returnPressed.connect(self.asked)
        self.start.committed.connect(self.committed)
        self.start.edit.returnPressed.connect(self.asked)
        self.avoid.clicked.connect(self.committed)
        self.clinic.changed.connect(self.committed)
        self.clinic.refused.connect(self.refused)
        self.button.clicked.connect(self.asked)

    def offer(
        self, templates: tuple[Template, ...], countries: Mapping[str, tuple[str, ...]], timezones: list[str]
    ) -> None:
        """Offer the protocols that can be read, and choose the first."""
        self._protocols = {t.code: t.file.protocols for t in templates if t.file.protocols}
        self.clinic.offer(countries, timezones)
        self._offer_protocols()
        self._protocol_changed()
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        texts = {
            "protocol": w("&Protocol"),
            "reading": w("&Reading of the protocol"),
            "arm": w("&Arm"),
            "patient": w("Patient &code"),
            "start": w("S&tart"),
        }
        fields: dict[str, QWidget] = {
            "protocol": self.protocol,
            "reading": self.reading,
            "arm": self.arm,
            "patient": self.patient,
        }
        for key, text in texts.items():
            self.labels[key].setText(text)
            if key in fields:
                fields[key].setAccessibleName(text.replace("&", ""))
        self.start.name(texts["start"].replace("&", ""))
        self.start.retranslate()
        self.patient.setPlaceholderText(w("such as P001"))
        self.avoid.setText(w("&Move off closed days"))
        self.avoid_said.setText(w("Never splits a course, never loses a cycle; each move is listed."))
        self.button.setText(w("Make the plan"))
        self.disclosure.setText(w("Clinic days and holidays"))
        self._help()
        self.clinic.retranslate()
        if self._protocols:
            self._offer_protocols()
            self._offer_readings(self.reading.chosen())
            self._offer_arms(self.arm.chosen())
        else:
            waiting = w("Reading the protocols…")
            self.protocol.offer([(waiting, waiting, None)])
        self.updateGeometry()

    def _help(self) -> None:
        w = language.current()
        self.protocol.setWhatsThis(w("The protocol of the trial, as a template states it with its sources."))
        self.reading.setWhatsThis(
            w("Where public records disagree, there are several readings; ask the sponsor which is right.")
        )
        self.arm.setWhatsThis(w("The group the patient was assigned to."))
        self.patient.setWhatsThis(
            w("The patient's code in the trial: 1 to 32 capital letters, digits, - or _. Never a name.")
        )
        self.start.edit.setWhatsThis(w("The date everything hangs on, typed as year-month-day."))
        self.avoid.setWhatsThis(
            w("Moves visits and whole courses off days on which the clinic is closed, losing no cycle.")
        )
        self.clinic.setWhatsThis(
            w("On which days the clinic is closed. A home injection needs no open clinic.")
        )

    def chosen_protocol(self) -> Protocol | None:
        """The protocol in the reading that is chosen, None while none is known."""
        readings = self._protocols.get(as_text(self.protocol.chosen()) or "", ())
        reading = self.reading.chosen()
        return next((p for p in readings if p.reading.name == reading), readings[0] if readings else None)

    def request(self) -> Request | Missing:
        """What the form asks for, or what it still needs."""
        w = language.current()
        protocol = self.chosen_protocol()
        patient = self.patient.text().strip()
        start = self.start.day()
        if protocol is None:
            return Missing(w("There is no protocol to plan with."), self.protocol, empty=True)
        if not patient:
            return Missing(w("Type the patient code, such as P001."), self.patient, empty=True)
        if start is None:
            typed = self.start.text()
            return Missing(
                w("Type the start as year-month-day, such as 2026-01-05.")
                if not typed
                else w("“{typed}” is not a date: type year-month-day, such as 2026-01-05.", typed=typed),
                self.start,
                empty=not typed,
            )
        return Request(
            protocol=protocol,
            anchor=start,
            arm=as_text(self.arm.chosen()),
            patient=patient,
            country=as_text(self.clinic.country.chosen()),
            subdivision=as_text(self.clinic.subdivision.chosen()),
            closed_weekdays=self.clinic.closed_weekdays(),
            closures=self.clinic.closures.closures(),
            timezone=as_text(self.clinic.timezone.chosen()),
            avoid_closed_days=self.avoid.isChecked(),
            site=self.clinic.site.text().strip(),
        )

    def show_request(self, request: Request) -> None:
        """Show what a plan was made of, without telling anyone."""
        protocol = request.protocol
        self.protocol.choose(protocol.code)
        self._offer_readings(protocol.reading.name)
        self._offer_arms(request.arm)
        for field, text in ((self.patient, request.patient), (self.clinic.site, request.site)):
            if field.text() != text:
                field.setText(text)
        if self.start.day() != request.anchor:
            self.start.set_date(request.anchor)
        self.avoid.setChecked(request.avoid_closed_days)
        self.clinic.show_weekdays(request.closed_weekdays)
        self.clinic.closures.show_closures(request.closures)
        self.clinic.show_place(
            request.country or protocol.site.country,
            request.subdivision,
            request.timezone or protocol.site.timezone,
        )

    def show_plan(self, plan: Plan | None) -> None:
        """Show the plan's request; without a plan patient and start are empty."""
        if plan is None:
            # Unlike `clear`, `setText` leaves the field nothing to undo: Ctrl+Z is the window's.
            self.patient.setText("")
            self.start.set_date(None)
        else:
            self.show_request(plan.request)

    def _offer_protocols(self) -> None:
        first = {code: readings[0] for code, readings in self._protocols.items()}
        self.protocol.offer(sentences.protocol_choices(first), self.protocol.chosen())

    def _protocol_activated(self) -> None:
        self._protocol_changed()
        self.committed.emit()

    def _protocol_changed(self) -> None:
        self._offer_readings(None)
        self._offer_arms(None)
        protocol = self.chosen_protocol()
        if protocol is not None:
            self.clinic.show_place(protocol.site.country, None, protocol.site.timezone)
        self._enable()
        self.protocol_chosen.emit()

    def _reading_activated(self) -> None:
        self._offer_arms(self.arm.chosen())
        self.protocol_chosen.emit()
        self.committed.emit()

    def _arm_activated(self) -> None:
        self._say_arm()
        self.committed.emit()

    def _offer_readings(self, chosen: object) -> None:
        w = language.current()
        protocol = self.chosen_protocol()
        readings = () if protocol is None else protocol.readings
        choices: list[tuple[str, str, object]] = []
        for reading in readings:
            marked = reading.default and len(readings) > 1
            short = w("{name} (default)", name=reading.name) if marked else reading.name
            choices.append((short, f"{short}: {reading.label.said(w.language)}", reading.name))
        default = next((reading.name for reading in readings if reading.default), None)
        self.reading.offer(choices, chosen or default)
        protocol = self.chosen_protocol()
        if protocol is not None:
            self.reading_said.setText(sentences.capital(protocol.reading.label.said(w.language)))

    def _offer_arms(self, chosen: object) -> None:
        w = language.current()
        spoken = w.language
        protocol = self.chosen_protocol()
        arms = () if protocol is None else protocol.arms
        choices: list[tuple[str, str, object]] = [
            (a.code, w("{code}: {label}", code=a.code, label=a.label.said(spoken)), a.code) for a in arms
        ]
        self.arm.offer(choices, chosen)
        self._say_arm()

    def _say_arm(self) -> None:
        protocol = self.chosen_protocol()
        code = as_text(self.arm.chosen())
        if protocol is None or code is None:
            return
        spoken = language.current().language
        self.arm_said.setText(sentences.capital(protocol.arm(code).label.said(spoken)))
        self.reading_said.setText(sentences.capital(protocol.reading.label.said(spoken)))
        anchor = protocol.anchor
        w = language.current()
        self.start_means.setText(w("{code}: {label}", code=anchor.code, label=anchor.label.said(spoken)))

    def _enable(self) -> None:
        self._content.setEnabled(bool(self._protocols))
