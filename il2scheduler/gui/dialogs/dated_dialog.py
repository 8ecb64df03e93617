"""A dialog whose one field is a date."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from il2scheduler.commands.values import PatientCommand
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import DateField
from il2scheduler.gui.study_session import StudySession


class DatedDialog(CommandDialog):
    """Asks for a date; a subclass says which command a date gives."""

    def __init__(
        self,
        session: StudySession,
        code: str,
        *,
        title: str,
        act: str,
        label: str,
        day: date | None,
        parent: QWidget | None,
    ) -> None:
        """`label` names the field, with its key; `day` is what stands in it at first."""
        super().__init__(session, code, title, act, parent)
        self.date = DateField()
        self.date.name(label.replace("&", ""))
        self.date.set_date(day)
        self.rows.addRow(label, self.date)
        self.date.edit.textChanged.connect(self.changed)
        self.date.committed.connect(self.changed)

    def command(self) -> PatientCommand | str:
        """The command of the date, or what is missing."""
        day = self.date.day()
        if day is None:
            return language.current()("Type the date as year-month-day, such as 2026-01-05.")
        return self.command_of(day)

    def command_of(self, day: date) -> PatientCommand:
        """What a date asks for."""
        raise NotImplementedError
