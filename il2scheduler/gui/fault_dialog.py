"""The report of a fault of the program, to be read and copied."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout

from il2scheduler.gui import language
from il2scheduler.gui.fields import Wrapped


class FaultDialog(QDialog):
    """The report of a fault; later ones are added to the one that is open."""

    def __init__(self, report: str) -> None:
        """Show a report."""
        super().__init__(QApplication.activeWindow())
        w = language.current()
        self.setWindowTitle(w("A fault of the program"))
        self.explanation = Wrapped(
            w(
                "Something went wrong inside the program. You can go on. Please send this report to those "
                "who look after the program; read it first, it may hold what you typed."
            )
        )
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setAccessibleName(w("Report"))
        self.report.setMinimumSize(560, 240)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = self.buttons.addButton(w("&Copy the report"), QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.addWidget(self.explanation)
        column.addWidget(self.report)
        column.addWidget(self.buttons)
        self.buttons.rejected.connect(self.reject)
        self.copy.clicked.connect(self._copy)

    def add(self, report: str) -> None:
        """Add the report of another fault."""
        self.report.appendPlainText("\n" + report)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.report.toPlainText())
