"""Change the dose from a cycle onward; recorded injections keep theirs."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

from il2scheduler import dosing
from il2scheduler.commands.values import PatientCommand, SetDose
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import TextField, Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal


class DoseLevelDialog(CommandDialog):
    """The dose is typed in million international units and said back in words."""

    def __init__(self, session: StudySession, code: str, cycle: int, parent: QWidget | None = None) -> None:
        """Start with a cycle; the dose is typed, never offered."""
        w = language.current()
        super().__init__(session, code, w("Dose of {patient}", patient=code), w("&Set the dose"), parent)
        schedule = session.state(code).schedule
        self.cycle = QSpinBox()
        self.cycle.setRange(1, max(1, len(schedule.starts)))
        self.cycle.setValue(cycle)
        self.cycle.setAccessibleName(w("From cycle"))
        self.dose = TextField()
        self.dose.setMaxLength(12)
        self.dose.setAccessibleName(w("Dose of one injection, in million international units"))
        self.words = Wrapped(muted=True)
        self.rows.addRow(w("From &cycle"), self.cycle)
        self.rows.addRow(w("&Dose of one injection, in million international units"), self.dose)
        self.rows.addRow(self.words)
        levels = sorted({level for series in schedule.arm.series for level in series.levels_iu})
        said = w("The protocol's dose levels are not known: confirm the dose with a reason.")
        if levels:
            said = w(
                "Levels of the protocol: {levels}.", levels=w("; ").join(w.dose(level) for level in levels)
            )
        self.rows.addRow(Wrapped(said, muted=True))
        self.cycle.valueChanged.connect(self.changed)
        self.dose.textChanged.connect(self.changed)

    def command(self) -> PatientCommand | str:
        """The dose, or why it cannot be read."""
        w = language.current()
        self.words.setText("")
        if not self.dose.text().strip():
            return w("Type the dose of one injection.")
        try:
            dose = dosing.read_million(self.dose.text())
        except Refusal as refusal:
            return sentences.refusal(refusal)
        self.words.setText(w.dose(dose))
        return SetDose(dose, self.cycle.value())
