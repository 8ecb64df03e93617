"""The options of a printer: the print dialog of the system over a real printer that writes a file."""

from __future__ import annotations

from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from il2scheduler.gui import printer
from il2scheduler.gui.dialogs.print import PrintDialog
from tests.gui.test_printing import dialog, to_file  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("qapp")


def answered(*, accepted: bool) -> QTimer:
    """Answers the print dialog as soon as it is there; it runs until then."""
    waiting = QTimer()
    waiting.setInterval(10)

    def look() -> None:
        shown = QApplication.activeModalWidget()
        if isinstance(shown, QPrintDialog):
            waiting.stop()
            (shown.accept if accepted else shown.reject)()

    waiting.timeout.connect(look)
    waiting.start()
    return waiting


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the printer of this computer writes what it is sent."""
    path = tmp_path / "printed.pdf"

    def named(name: str) -> QPrinter:
        assert name == "Ward"
        return to_file(path)

    monkeypatch.setattr(printer, "printer_named", named)
    return path


@pytest.mark.parametrize("accepted", [True, False])
def test_the_options_of_the_printer_come_before_it_prints(
    qtbot: QtBot,
    dialog: PrintDialog,  # noqa: F811
    file: Path,
    accepted: bool,  # noqa: FBT001
) -> None:
    qtbot.waitUntil(lambda: not dialog.background.busy)
    dialog.choices.printer.offer([("Ward", "Ward", "Ward")])
    pages = len(dialog.preview.pages)
    waiting = answered(accepted=accepted)
    dialog.options.click()
    assert not waiting.isActive()
    if not accepted:
        assert not file.exists()
        return
    qtbot.waitUntil(lambda: dialog._sending is None)
    with pypdfium2.PdfDocument(file) as made:
        assert len(made) == pages
