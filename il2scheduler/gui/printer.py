"""Pages sent to a printer, one at each turn of the event loop, so that the window stays usable meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from il2scheduler.gui.pages import POINTS_PER_INCH, Pages

MOST_DOTS = 300.0
"""A sheet of text and rules is no sharper in more dots an inch, and four times as large."""
PAPERS = {"a4": QPageSize.PageSizeId.A4, "letter": QPageSize.PageSizeId.Letter}


def printers() -> list[str]:
    """The names of the printers of this computer, the usual one first."""
    names = [str(name) for name in QPrinterInfo.availablePrinterNames()]
    usual = QPrinterInfo.defaultPrinterName()
    return sorted(names, key=lambda name: (name != usual, name.casefold()))


def printer_named(name: str) -> QPrinter | None:
    """The printer of this name as it is set up, None when it is gone."""
    info = QPrinterInfo.printerInfo(name)
    if info.isNull():
        return None
    return QPrinter(info, QPrinter.PrinterMode.HighResolution)


class Sending(QObject):
    """Sends the pages of some documents to a printer, and says how it ended."""

    progress = Signal(int, int)
    """How many pages were sent, of how many."""
    ended = Signal(bool)
    """True when the printer took all pages, False when it failed or the work was cancelled."""

    def __init__(self, pages: Pages, printer: QPrinter, paper: str, parent: QObject | None = None) -> None:
        """Prepare; nothing is sent before `start`."""
        super().__init__(parent)
        self._pages, self._printer = pages, printer
        self._painter = QPainter()
        self._next = 0
        self.cancelled = False
        printer.setFullPage(True)
        printer.setPageSize(QPageSize(PAPERS[paper]))
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    def start(self) -> None:
        """Begin; `ended` comes later, also where the printer refuses at once."""
        self._timer.start()

    def cancel(self) -> None:
        """Stop before the next page; what the printer has not printed yet is withdrawn."""
        self.cancelled = True

    def _step(self) -> None:
        if self.cancelled or not self._ready():
            self._end(whole=False)
            return
        if self._next == len(self._pages):
            self._end(whole=True)
            return
        self._draw()
        self._next += 1
        self.progress.emit(self._next, len(self._pages))

    def _ready(self) -> bool:
        """Turn to the page that is drawn next; False when the printer does not take it."""
        if self._next == len(self._pages):
            return self._printer.printerState() is not QPrinter.PrinterState.Error
        self._lay_page()
        if self._next:
            return self._printer.newPage()
        return self._printer.isValid() and self._painter.begin(self._printer)

    def _lay_page(self) -> None:
        wide, high = self._pages.size(self._next)
        across = QPageLayout.Orientation.Landscape if wide > high else QPageLayout.Orientation.Portrait
        self._printer.setPageOrientation(across)

    def _draw(self) -> None:
        wide, high = self._pages.size(self._next)
        dots = self._printer.resolution()
        room = QRectF(self._printer.paperRect(QPrinter.Unit.DevicePixel))
        room.moveTo(0, 0)
        size = QSizeF(wide * dots / POINTS_PER_INCH, high * dots / POINTS_PER_INCH)
        if size.width() > room.width() or size.height() > room.height():
            size.scale(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(room.topLeft(), size)
        self._painter.drawImage(target, self._pages.image(self._next, min(dots, MOST_DOTS)))

    def _end(self, *, whole: bool) -> None:
        self._timer.stop()
        if self._painter.isActive():
            if not whole:
                self._printer.abort()
            whole = self._painter.end() and whole
        self.ended.emit(whole)
