"""Faults of the program itself: one dialog with a report that can be copied, and the program goes on."""

from __future__ import annotations

import platform
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout

from il2scheduler.gui import language
from il2scheduler.gui.fields import Wrapped
from il2scheduler.version import VERSION


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


class _Open:
    """At most one dialog: a fault in a paint event would else open hundreds."""

    dialog: FaultDialog | None = None


def install() -> None:
    """Show exceptions that no one caught; Qt goes on after them."""
    sys.excepthook = show


def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show one exception, and print it where there is a terminal."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    text = "".join(traceback.format_exception(kind, error, trace))
    if sys.stderr is not None:
        sys.stderr.write(text)
    versions = f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    report = f"il2scheduler {VERSION}, {versions}\n\n{text}"
    if _Open.dialog is not None:
        _Open.dialog.add(report)
        return
    dialog = FaultDialog(report)
    _Open.dialog = dialog
    dialog.finished.connect(_closed)
    dialog.destroyed.connect(_forgotten)
    dialog.open()


def _closed() -> None:
    dialog, _Open.dialog = _Open.dialog, None
    if dialog is not None:
        dialog.deleteLater()


def _forgotten() -> None:
    """The window it belonged to took the dialog along."""
    _Open.dialog = None
