"""Enrol a patient: arm, anchor date or not known yet, and every date before it is done."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from il2scheduler import dosing, rules, typed_text
from il2scheduler.commands.values import Enrol, PatientCommand
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import Choice, DateField, TextField, Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.study import Preview


class EnrolDialog(CommandDialog):
    """The prescribed dose is asked only where the protocol doses per m2 or kg."""

    def __init__(self, session: StudySession, parent: QWidget | None = None) -> None:
        """Offer the protocols of the study."""
        w = language.current()
        super().__init__(session, "", w("Enrol a patient"), w("&Enrol"), parent)
        self._protocols = session.study.protocols
        self.patient, self.dose = TextField(), TextField()
        self.patient.setMaxLength(32)
        self.dose.setMaxLength(12)
        self.protocol, self.arm = Choice(), Choice()
        offered: list[tuple[str, str, object]] = [
            (said(known.protocol), said(known.protocol), number) for number, known in self._protocols.items()
        ]
        self.protocol.offer(offered)
        self.start = DateField()
        self.start.name(w("Start"))
        self.unknown = QCheckBox(w("Start &not known yet"))
        self.avoid = QCheckBox(w("&Move off closed days"))
        self.anchors = Wrapped(muted=True)
        self.about_anchor, self.about_dose = Wrapped(muted=True), Wrapped(muted=True)
        rows = (
            (w("Patient &code"), self.patient),
            (w("&Protocol"), self.protocol),
            (w("&Arm"), self.arm),
            (w("S&tart"), self.start),
        )
        for label, field in rows:
            self.rows.addRow(label, field)
            field.setAccessibleName(label.replace("&", ""))
        self.rows.addRow(self.about_anchor)
        self.rows.addRow(self.unknown)
        self.rows.addRow(w("Prescribed &dose, in million international units"), self.dose)
        self.dose.setAccessibleName(w("Prescribed dose, in million international units"))
        self.rows.addRow(self.about_dose)
        self.rows.addRow(self.avoid)
        self.rows.addRow(self.anchors)
        self._connect()
        self._protocol_changed()

    def command(self) -> PatientCommand | str:
        """The enrolment, or what is missing."""
        w = language.current()
        self.anchors.setText("")
        number, arm = self.protocol.chosen(), self.arm.chosen()
        if not isinstance(number, int) or not isinstance(arm, str):
            return w("Choose a protocol and an arm.")
        if not self.patient.text().strip():
            return w("Type the patient code, such as P001. Never a name.")
        start = None if self.unknown.isChecked() else self.start.day()
        if start is None and not self.unknown.isChecked():
            return w("Type the start as year-month-day, or tick that it is not known yet.")
        try:
            self.code = typed_text.patient_code(self.patient.text().strip())
            dose = dosing.read_million(self.dose.text()) if self.dose.text().strip() else None
        except Refusal as refusal:
            return sentences.refusal(refusal)
        return Enrol(self.code, number, arm, start, dose, avoid_closed_days=self.avoid.isChecked())

    def _show(self, preview: Preview) -> None:
        super()._show(preview)
        schedule = preview.decision.after.schedule
        span = schedule.span()
        clashes = [f for f in preview.decision.findings if f.kind is rules.FindingKind.CLOSED_DAY]
        if not clashes or span is None:
            return
        clinic = preview.context.clinic
        offered = rules.anchor_proposals(schedule.protocol, schedule.patient, clinic)
        self.anchors.setText("\n".join(sentences.anchor(entry, schedule.protocol) for entry in offered))

    def _connect(self) -> None:
        self.protocol.activated.connect(self._protocol_changed)
        self.arm.activated.connect(self._arm_changed)
        self.patient.textChanged.connect(self.changed)
        self.dose.textChanged.connect(self.changed)
        self.start.edit.textChanged.connect(self.changed)
        self.start.committed.connect(self.changed)
        self.start.edit.textChanged.connect(self.changed)
        self.start.committed.connect(self.changed)
        self.unknown.toggled.connect(self._unknown_toggled)
        self.avoid.toggled.connect(self.changed)

    def _protocol_changed(self) -> None:
        w = language.current()
        number = self.protocol.chosen()
        if isinstance(number, int):
            protocol = self._protocols[number].protocol
            arms = [(a.label.said(w.language), a.label.said(w.language), a.code) for a in protocol.arms]
            self.arm.offer([(short, name, value) for short, name, value in arms])
            self.about_anchor.setText(sentences.capital(protocol.anchor.label.said(w.language)))
        self._arm_changed()

    def _arm_changed(self) -> None:
        from il2scheduler.wording import basis_note

        number, code = self.protocol.chosen(), self.arm.chosen()
        prescribed = False
        if isinstance(number, int) and isinstance(code, str):
            arm = self._protocols[number].protocol.arm(code)
            prescribed = arm.prescribed
            notes = dict.fromkeys(basis_note(language.current(), series) for series in arm.series)
            self.about_dose.setText(" ".join(notes))
        self.rows.setRowVisible(self.dose, prescribed)
        self.rows.setRowVisible(self.about_dose, prescribed)
        if not prescribed:
            self.dose.clear()
        self.changed()

    def _unknown_toggled(self) -> None:
        self.start.setEnabled(not self.unknown.isChecked())
        self.changed()


def said(protocol: Protocol) -> str:
    """`ETOILE, version 1, reading w2`."""
    from il2scheduler.wording import version_name

    w = language.current()
    return w(
        "{trial}, version {version}, reading {reading}",
        trial=protocol.short_title,
        version=version_name(w, protocol),
        reading=protocol.reading.name,
    )
