"""The pages of a document on the screen, one at a time: turned, made larger and smaller, all by keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSpinBox, QToolButton, QVBoxLayout, QWidget

from il2scheduler.gui import language
from il2scheduler.gui.pages import POINTS_PER_INCH, Pages

ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
"""The sizes one steps through, as parts of the paper's own size on a screen of 96 dots an inch."""
SCREEN_DOTS = 96.0
SPOKEN = 4000
"""How many letters of a page a screen reader is given at once."""


class Preview(QWidget):
    """Shows pages; empty it says why. Page Up and Down turn, Home and End go far, Ctrl and +, -, 0 zoom."""

    turned = Signal(int)
    """Carries the page that is shown now, counted from 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without pages, as wide as the room there is."""
        super().__init__(parent)
        w = language.current()
        self.pages = Pages()
        self.at = 0
        self._zoom: float | None = None
        self._drawn: tuple[int, float] | None = None
        self.sheet = QLabel()
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sheet.setTextFormat(Qt.TextFormat.PlainText)
        self.sheet.setWordWrap(True)
        self.area = QScrollArea()
        self.area.setWidget(self.sheet)
        self.area.setWidgetResizable(True)
        self.area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.before = self._button("◀", w("Previous page (Page Up)"), lambda: self.go(self.at - 1))
        self.after = self._button("▶", w("Next page (Page Down)"), lambda: self.go(self.at + 1))
        self.smaller = self._button("−", w("Smaller (Ctrl+-)"), lambda: self.step_zoom(-1))
        self.larger = self._button("+", w("Larger (Ctrl++)"), lambda: self.step_zoom(1))
        self.fit = self._button("↔", w("As wide as the room there is (Ctrl+0)"), lambda: self.set_zoom(None))
        self.number = QSpinBox()
        self.number.setAccessibleName(w("Page"))
        self.number.setKeyboardTracking(False)
        self.number.valueChanged.connect(self._number_typed)
        self.count = QLabel()
        self._lay_out()
        self.area.installEventFilter(self)
        self.show_documents(())

    def _button(self, sign: str, name: str, do: object) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.clicked.connect(do)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.before, self.number, self.count, self.after):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.smaller, self.fit, self.larger):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.area, 1)
        self.setFocusProxy(self.area)

    # --- What is shown ---

    def show_documents(self, documents: Sequence[bytes], nothing: str = "") -> None:
        """Show other documents from their first page; `nothing` is said where there is none."""
        self.pages.close()
        self.pages = Pages(documents)
        self.at, self._drawn = 0, None
        count = len(self.pages)
        w = language.current()
        blocked = self.number.blockSignals(True)
        self.number.setRange(min(1, count), count)
        self.number.setValue(min(1, count))
        self.number.blockSignals(blocked)
        self.count.setText(w("of {count}", count=count))
        for widget in (self.number, self.smaller, self.larger, self.fit):
            widget.setEnabled(count > 0)
        if count:
            self._draw()
        else:
            self.sheet.setPixmap(QPixmap())
            self.sheet.setText(nothing)
            self.area.setAccessibleName(nothing or w("No pages"))
            self.area.setAccessibleDescription("")
        self._enable()

    def go(self, page: int) -> None:
        """Show a page, the first or the last where there is no such one."""
        page = max(0, min(page, len(self.pages) - 1))
        if not len(self.pages) or page == self.at:
            return
        self.at = page
        blocked = self.number.blockSignals(True)
        self.number.setValue(page + 1)
        self.number.blockSignals(blocked)
        self._draw()
        self.area.verticalScrollBar().setValue(0)
        self._enable()
        self.turned.emit(page)

    def _number_typed(self, number: int) -> None:
        self.go(number - 1)

    def set_zoom(self, zoom: float | None) -> None:
        """Make the page as large; None is as wide as the room there is."""
        self._zoom = zoom
        if len(self.pages):
            self._draw()
            self._enable()

    def step_zoom(self, way: int) -> None:
        """One size larger (1) or smaller (-1)."""
        now = self.zoom()
        if way > 0:
            self.set_zoom(next((z for z in ZOOMS if z > now + 0.01), ZOOMS[-1]))
        else:
            self.set_zoom(next((z for z in reversed(ZOOMS) if z < now - 0.01), ZOOMS[0]))

    def zoom(self) -> float:
        """How large the page is, as a part of the paper's own size."""
        if self._zoom is not None or not len(self.pages):
            return self._zoom or 1.0
        wide, _ = self.pages.size(self.at)
        room = self.area.width() - self.area.verticalScrollBar().sizeHint().width() - 8
        return max(0.2, room / (wide / POINTS_PER_INCH * SCREEN_DOTS))

    def _draw(self) -> None:
        zoom = self.zoom()
        if self._drawn == (self.at, zoom):
            return
        self._drawn = (self.at, zoom)
        sharp = self.devicePixelRatioF()
        picture = QPixmap.fromImage(self.pages.image(self.at, zoom * SCREEN_DOTS * sharp))
        picture.setDevicePixelRatio(sharp)
        self.sheet.setPixmap(picture)
        w = language.current()
        self.area.setAccessibleName(w("Page {page} of {count}", page=self.at + 1, count=len(self.pages)))
        self.area.setAccessibleDescription(self.pages.text(self.at)[:SPOKEN])

    def _enable(self) -> None:
        self.before.setEnabled(self.at > 0)
        self.after.setEnabled(self.at < len(self.pages) - 1)

    # --- Events ---

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override] # QObject
        """The keys of the page: the area itself would scroll by them."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._key(event):
            return True
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
                self.step_zoom(1)
            elif key is Qt.Key.Key_Minus:
                self.step_zoom(-1)
            elif key is Qt.Key.Key_0:
                self.set_zoom(None)
            else:
                return False
            return True
        pages = {
            Qt.Key.Key_PageUp: self.at - 1,
            Qt.Key.Key_PageDown: self.at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self.pages) - 1,
        }
        if key not in pages:
            return False
        self.go(pages[key])
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A page as wide as the room follows it."""
        super().resizeEvent(event)
        if self._zoom is None and len(self.pages):
            self._draw()

    def sizeHint(self) -> QSize:
        """Room for a page that can be read."""
        letter = self.fontMetrics().averageCharWidth()
        return QSize(letter * 70, letter * 80)

    def release(self) -> None:
        """Let go of the documents."""
        self.pages.close()
