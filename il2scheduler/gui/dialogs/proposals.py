"""Move off closed days: every proposal of a patient, each taken by a tick."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from il2scheduler import rules
from il2scheduler.commands.values import PatientCommand, TakeProposals
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.rules import Proposal


class ProposalsDialog(CommandDialog):
    """The proposals that cost nothing are ticked at first; one that loses a cycle never is."""

    def __init__(self, session: StudySession, code: str, parent: QWidget | None = None) -> None:
        """List what is proposed now."""
        w = language.current()
        title = w("Move off closed days: {patient}", patient=code)
        super().__init__(session, code, title, w("&Move"), parent)
        state = session.state(code)
        schedule = state.schedule
        span = schedule.span() or ()
        self.ticks: list[tuple[QCheckBox, Proposal]] = []
        taken = session.study.taken(state)
        for proposal in rules.proposals(schedule, session.clinic(*span), taken=taken):
            said = sentences.proposal(proposal, schedule.protocol)
            tick = QCheckBox()
            tick.setAccessibleName(said)
            tick.setChecked(not proposal.costs)
            tick.toggled.connect(self.changed)
            self.rows.addRow(tick, Wrapped(said))
            self.ticks.append((tick, proposal))
        if not self.ticks:
            self.rows.addRow(
                Wrapped(
                    w(
                        "No allowed date on open days is near enough to be proposed. "
                        "Delay the cycle, or move the visit, to a date of your choice."
                    )
                )
            )

    def command(self) -> PatientCommand | str:
        """What is ticked."""
        taken = tuple((p.where, p.to) for tick, p in self.ticks if tick.isChecked())
        if taken or not self.ticks:
            return TakeProposals(taken) if taken else ""
        return language.current()("Tick what is to move.")
