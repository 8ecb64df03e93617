"""Faults of the program itself: one dialog with a report that can be copied, and the program goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QApplication

from il2scheduler.version import VERSION

if TYPE_CHECKING:
    from il2scheduler.gui.fault_dialog import FaultDialog
    from il2scheduler.store import StoreRefusal


class _Open:
    """At most one dialog: a fault in a paint event would else open hundreds."""

    dialog: FaultDialog | None = None
    refused: Callable[[StoreRefusal], object] | None = None


def install(refused: Callable[[StoreRefusal], object] | None = None) -> None:
    """Show exceptions that no one caught; Qt goes on after them.

    A study file that cannot be read any more is no fault of the program, wherever that was met: `refused`
    gets it.
    """
    _Open.refused = refused
    sys.excepthook = show


def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show one exception, and print it where there is a terminal."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    from il2scheduler.store import StoreRefusal

    if isinstance(error, StoreRefusal) and _Open.refused is not None:
        _Open.refused(error)
        return
    import platform
    import traceback

    text = "".join(traceback.format_exception(kind, error, trace))
    if sys.stderr is not None:
        sys.stderr.write(text)
    versions = f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    report = f"il2scheduler {VERSION}, {versions}\n\n{text}"
    if _Open.dialog is not None:
        _Open.dialog.add(report)
        return
    from il2scheduler.gui.fault_dialog import FaultDialog

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
