"""Answer the question of a gate; a person decides, never the program."""

from __future__ import annotations

from PySide6.QtWidgets import QRadioButton, QWidget

from il2scheduler.commands.values import PatientCommand, TickGate
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import Choice
from il2scheduler.gui.study_session import StudySession


class GateDialog(CommandDialog):
    """Met or not met; nothing is chosen beforehand."""

    def __init__(
        self, session: StudySession, code: str, gate: str | None = None, parent: QWidget | None = None
    ) -> None:
        """Offer the gates of the protocol."""
        w = language.current()
        super().__init__(session, code, w("Gate of {patient}", patient=code), w("Re&cord the answer"), parent)
        gates = session.state(code).schedule.protocol.gates
        self.gate = Choice()
        names: list[tuple[str, str, object]] = [
            (g.label.said(w.language), g.label.said(w.language), g.code) for g in gates
        ]
        self.gate.offer(names, gate)
        self.gate.setAccessibleName(w("Question"))
        self.met = QRadioButton(w("&Met"))
        self.not_met = QRadioButton(w("&Not met"))
        self.rows.addRow(w("&Question"), self.gate)
        self.rows.addRow(self.met)
        self.rows.addRow(self.not_met)
        self.gate.activated.connect(self.changed)
        for radio in (self.met, self.not_met):
            radio.toggled.connect(self.changed)

    def command(self) -> PatientCommand | str:
        """The answer, or that one is needed."""
        w = language.current()
        gate = self.gate.chosen()
        if not isinstance(gate, str):
            return w("This protocol has no gate.")
        if not (self.met.isChecked() or self.not_met.isChecked()):
            return w("Say whether it is met.")
        return TickGate(gate, met=self.met.isChecked())
