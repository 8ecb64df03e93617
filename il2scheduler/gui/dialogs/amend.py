"""Put a patient on another version of the protocol; what is recorded stays as it was recorded."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import Amend, PatientCommand
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.dialogs.enrol import said
from il2scheduler.gui.fields import Choice, Wrapped
from il2scheduler.gui.study_session import StudySession


class AmendDialog(CommandDialog):
    """Offers the other protocol versions of the study."""

    def __init__(self, session: StudySession, code: str, parent: QWidget | None = None) -> None:
        """A version comes into the study with `il2scheduler amend` or as another protocol of it."""
        w = language.current()
        title = w("Amend the protocol of {patient}", patient=code)
        super().__init__(session, code, title, w("&Amend"), parent)
        present = session.state(code)
        self.version = Choice()
        offered: list[tuple[str, str, object]] = [
            (said(known.protocol), said(known.protocol), number)
            for number, known in session.study.protocols.items()
            if number != present.enrolled.protocol
        ]
        self.version.offer(offered)
        self.version.setAccessibleName(w("Version"))
        self.rows.addRow(w("Now:"), Wrapped(said(present.schedule.protocol)))
        self.rows.addRow(w("&Version"), self.version)
        self.version.activated.connect(self.changed)

    def command(self) -> PatientCommand | str:
        """Amend to the chosen version."""
        number = self.version.chosen()
        if not isinstance(number, int):
            return language.current()("The study has no other version of a protocol.")
        return Amend(number)
