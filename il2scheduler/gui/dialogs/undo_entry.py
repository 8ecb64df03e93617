"""Undo one entry of the history: what it did, what moves back, and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from il2scheduler.gui import entry_words, language, sentences
from il2scheduler.gui.dialogs.preview_table import PreviewTable
from il2scheduler.gui.fields import TextField, Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.ledger import Entry
from il2scheduler.refusal import Refusal
from il2scheduler.study import Revert, taking_back


class UndoEntryDialog(QDialog):
    """Previews what taking an entry back changes; a reason is required."""

    def __init__(self, session: StudySession, entry: int, parent: QWidget | None = None) -> None:
        """Show an entry by its number."""
        super().__init__(parent)
        w = language.current()
        self._session, self._entry = session, entry
        self.setWindowTitle(w("Undo entry {entry}", entry=entry))
        told = session.study.store.entry(entry)
        self.what = Wrapped(
            w(
                "{moment}, {who}: {what}",
                moment=entry_words.moment_said(session, told),
                who=told.who,
                what=entry_words.said(session, told),
            ),
            selectable=True,
        )
        self.table = PreviewTable()
        self.said = Wrapped(selectable=True)
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.reason.setAccessibleName(w("Reason"))
        self.reason.setPlaceholderText(w("required"))
        self.buttons = QDialogButtonBox()
        # "Cancel" is the same word as "undo" in French.
        self.buttons.addButton(w("&Keep the entry"), QDialogButtonBox.ButtonRole.RejectRole)
        self.act = self.buttons.addButton(w("&Undo this entry"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setDefault(True)
        self._possible = False
        self._lay_out()
        self.reason.textChanged.connect(self._enable)
        self.buttons.accepted.connect(self._commit)
        self.buttons.rejected.connect(self.reject)
        self.refresh()
        self.reason.setFocus()

    def refresh(self) -> None:
        """Ask the study what taking the entry back would change."""
        study = self._session.study
        try:
            with study.snapshot():
                whole = taking_back.to_undo(study, self._entry)
                if whole:
                    taking_back.check(study, whole)
                revert = None if whole else study.preview_undo(self._entry, self.reason.text())
        except Refusal as refusal:
            self._possible = False
            self._say(sentences.refusal(refusal))
        else:
            self._possible = self._show_whole(whole) if revert is None else self._show(revert)
        self._enable()

    def _show_whole(self, entries: Sequence[Entry]) -> bool:
        """A version goes, or comes again, with all that was done to put patients on it."""
        w = language.current()
        self.table.show_moves(None)
        codes = [entry_words.patient_code(self._session, one) for one in entries if one.patient is not None]
        named = ", ".join(sorted(code for code in codes if code is not None))
        self._say(w("For the patients: {codes}", codes=named) if named else "")
        return True

    def _show(self, revert: Revert) -> bool:
        decision = revert.decision
        self.table.show_moves(decision)
        if decision is None:
            self._say("")
            return True
        protocol = decision.after.schedule.protocol
        self._say("\n".join(sentences.findings(decision.refused, protocol)))
        return not decision.refused

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _enable(self) -> None:
        self.act.setEnabled(self._possible and bool(self.reason.text().strip()))

    def _commit(self) -> None:
        if not self.act.isEnabled():
            return
        if self._session.undo(self._entry, self.reason.text().strip()) is not None:
            self.accept()
        else:
            self.refresh()

    def _lay_out(self) -> None:
        w = language.current()
        rows = QFormLayout()
        rows.addRow(w("&Reason"), self.reason)
        column = QVBoxLayout(self)
        column.addWidget(self.what)
        column.addWidget(self.table, 4)
        column.addWidget(self.said)
        column.addLayout(rows)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.what.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)
