"""Add a note to a patient."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from il2scheduler import typed_text
from il2scheduler.commands.values import AddNote, PatientCommand
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal


class NoteDialog(CommandDialog):
    """Plain text, without names, dates of birth or numbers of records."""

    def __init__(self, session: StudySession, code: str, parent: QWidget | None = None) -> None:
        """Start empty."""
        w = language.current()
        super().__init__(session, code, w("Note on {patient}", patient=code), w("&Add the note"), parent)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(w("Note"))
        self.rows.addRow(w("&Note"), self.text)
        self.personal = Wrapped()
        self.rows.addRow(self.personal)
        self.table.hide()
        self.text.textChanged.connect(self.changed)
        # The field takes Enter for itself, with Ctrl as well.
        self.text.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter adds the note."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def command(self) -> PatientCommand | str:
        """The note, or why it cannot be saved."""
        w = language.current()
        text = self.text.toPlainText()
        warning = w("This looks like a date of birth or a telephone or record number: leave such things out.")
        self.personal.setText(warning if typed_text.looks_personal(text) else "")
        if not text.strip():
            return w("Type the note.")
        try:
            return AddNote(typed_text.note(text))
        except Refusal as refusal:
            return sentences.refusal(refusal)
