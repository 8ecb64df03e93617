"""Set or correct the anchor date of a patient."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QGroupBox, QRadioButton, QVBoxLayout, QWidget

from il2scheduler.commands.values import Keep, PatientCommand, SetAnchor
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.dated_dialog import DatedDialog
from il2scheduler.gui.fields import Wrapped
from il2scheduler.gui.study_session import StudySession


class AnchorDialog(DatedDialog):
    """Asks for the date, and what becomes of dates that were chosen by hand."""

    def __init__(
        self, session: StudySession, code: str, to: date | None = None, parent: QWidget | None = None
    ) -> None:
        """Start with the anchor the patient has, if any."""
        w = language.current()
        schedule = session.state(code).schedule
        anchor = schedule.protocol.anchor
        super().__init__(
            session,
            code,
            title=w("Start date of {patient}", patient=code),
            act=w("&Set the date"),
            label=w("&Date"),
            day=to or schedule.patient.anchor,
            parent=parent,
        )
        self.rows.addRow(Wrapped(sentences.capital(anchor.label.said(w.language)), muted=True))
        self.chosen = QGroupBox(w("Dates chosen by hand"))
        self.keep = QRadioButton(w("&Keep them"))
        self.clear = QRadioButton(w("C&lear them"))
        column = QVBoxLayout(self.chosen)
        names = [sentences.name(c, schedule.protocol) for c in schedule.patient.chosen]
        column.addWidget(Wrapped(", ".join(names)))
        column.addWidget(self.keep)
        column.addWidget(self.clear)
        self.chosen.setVisible(bool(names) and schedule.patient.anchor is not None)
        self.rows.addRow(self.chosen)
        for radio in (self.keep, self.clear):
            radio.toggled.connect(self.changed)

    def command_of(self, day: date) -> PatientCommand:
        """Set the anchor."""
        chosen = Keep.KEEP if self.keep.isChecked() else Keep.CLEAR if self.clear.isChecked() else None
        return SetAnchor(day, chosen)
