"""The grid of the timeline: what is in sight, what is chosen, and how both are painted."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from il2scheduler.gui import lane_painter
from il2scheduler.gui.dragging import Drag
from il2scheduler.gui.items import Item
from il2scheduler.gui.lane_painter import Sight
from il2scheduler.gui.lanes import WIDTHS, Sizes, draw_focus
from il2scheduler.gui.notice import announce
from il2scheduler.gui.study_headers import DayHeader, PatientHeader
from il2scheduler.gui.study_session import StudySession
from il2scheduler.gui.study_timeline_model import Row, StudyTimelineModel

READ_SECONDS = 0.006


class StudyGrid(QTableView):
    """Selection, scrolling and what is read aloud are a table's; what is chosen is an item in a cell."""

    chosen_changed = Signal()
    """Another item, day or patient was chosen by a person."""
    said = Signal(str)
    """Something a person must know now; empty when it is over."""
    fitted = Signal()
    """The sizes are others now."""
    scrolled = Signal()
    """Other days are in sight."""

    def __init__(self, session: StudySession) -> None:
        """Show an empty table."""
        super().__init__()
        self._session = session
        self.days = StudyTimelineModel(session, self)
        self.drag: Drag | None = None
        self.code: str | None = None
        self.refused: tuple[str, ...] = ()
        self._zoom = 0
        self._quiet = False
        self.sizes = Sizes.of(self.font(), 0)
        self.header = DayHeader(self.days, self)
        self.patients = PatientHeader(self.days, self)
        self.setModel(self.days)
        self.setHorizontalHeader(self.header)
        self.setVerticalHeader(self.patients)
        self.setShowGrid(False)
        self.setAutoScroll(False)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._reading = QTimer(self)
        self._reading.setInterval(0)
        self._reading.timeout.connect(self._read_on)
        self.selectionModel().currentChanged.connect(self._current_moved)
        self.days.dataChanged.connect(self.viewport().update)
        self.fit()

    # --- Sizes and sight ---

    def fit(self) -> None:
        """Take the sizes from the font: after a change of text size or zoom."""
        self.sizes = Sizes.of(self.font(), self._zoom)
        self.header.sizes = self.patients.sizes = self.sizes
        self.header.setDefaultSectionSize(self.sizes.day)
        self.patients.setDefaultSectionSize(self.sizes.row)
        self.patients.setMinimumWidth(self.patients.sizeHint().width())
        self.horizontalScrollBar().setSingleStep(self.sizes.day)
        self.verticalScrollBar().setSingleStep(max(self.sizes.row // 3, 1))
        self.header.updateGeometry()
        self.updateGeometries()
        self.viewport().update()
        self.fitted.emit()

    @property
    def zoom(self) -> int:
        """0 shows days with their texts; higher numbers show more days."""
        return self._zoom

    def zoom_to(self, zoom: int) -> None:
        """Show more or fewer days; the middle of the sight stays."""
        zoom = min(max(zoom, 0), len(WIDTHS) - 1)
        if zoom == self._zoom:
            return
        middle = self.columnAt(self.viewport().width() // 2)
        self._zoom = zoom
        self.fit()
        if middle >= 0:
            self.show_column(middle, self.viewport().width() // 2)

    def show_column(self, column: int, at: int | None = None) -> None:
        """Scroll so that a column stands `at` pixels from the left edge; a week from it without, or less."""
        day = self.sizes.day
        left = min(7, self.viewport().width() // day // 2) * day if at is None else at
        # A table just filled has not laid out its columns yet, and would not scroll.
        self.executeDelayedItemsLayout()
        self.updateGeometries()
        self.horizontalScrollBar().setValue(column * self.sizes.day - left)

    def rows_in_sight(self) -> range:
        """The rows that can be seen."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        if first < 0:
            return range(0)
        return range(first, (self.days.rowCount() - 1 if last < 0 else last) + 1)

    def days_in_sight(self) -> tuple[date, date] | None:
        """The first and last day that can be seen."""
        columns = self.sight(self.viewport().rect()).columns
        return (self.days.day(columns[0]), self.days.day(columns[-1])) if columns else None

    def read_in_sight(self) -> None:
        """Read the rows in sight that were not read yet; what takes too long goes on between frames."""
        rows = self.rows_in_sight()
        if self.days.read(rows, READ_SECONDS):
            self.patients.viewport().update()
            self.viewport().update()
        if self.days.missing(rows):
            self._reading.start()
        else:
            self._reading.stop()

    @property
    def reading(self) -> bool:
        """True while rows in sight are still to be read."""
        return self._reading.isActive()

    def _read_on(self) -> None:
        self.read_in_sight()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Read what comes in sight before it is painted."""
        super().scrollContentsBy(dx, dy)
        if dy:
            self.read_in_sight()
        if dx:
            # Names that stay at the edge of the sight are painted anew.
            self.viewport().update()
            self.scrolled.emit()
        if self.drag is not None or self.refused:
            self.viewport().update()
        self.look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Read what comes in sight."""
        super().resizeEvent(event)
        self.read_in_sight()
        self.scrolled.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the sizes from another font, once Qt has given it to all parts."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self.fit)

    # --- What is chosen ---

    def row(self) -> Row | None:
        """The row of the chosen patient, if it was read."""
        return self.days.row(self.currentIndex().row())

    def item(self) -> Item | None:
        """The chosen item."""
        row = self.row()
        return None if row is None else row.item(self.code)

    def day(self) -> date | None:
        """The chosen day."""
        index = self.currentIndex()
        return self.days.day(index.column()) if index.isValid() else None

    def choose(self, number: int, item: Item | None, day: date) -> None:
        """Choose an item of a row on one of its days, or a day without any; nobody is told."""
        self.code = None if item is None else item.code
        self._quiet = True
        self.setCurrentIndex(self.days.index(number, self.days.column(day)))
        self._quiet = False
        self._show_current()

    def show_item(self) -> None:
        """Scroll the chosen item into sight, with its whole course."""
        index, item = self.currentIndex(), self.item()
        if not index.isValid():
            return
        if item is not None:
            for day in (item.last, item.first):
                self.scrollTo(self.days.index(index.row(), self.days.column(day)))
        else:
            self.scrollTo(index)

    def step_item(self, step: int) -> bool:
        """Choose the next item of the patient (1) or the one before (-1); False at the end."""
        number = self.currentIndex().row()
        row, day = self.days.content(number), self.day()
        if row is None or day is None:
            return False
        here = row.item(self.code)
        if here is not None and here in row.items:
            at = row.items.index(here) + step
            ahead = row.items[at : at + 1] if at >= 0 else ()
        elif step > 0:
            ahead = tuple(item for item in row.items if item.first >= day)[:1]
        else:
            ahead = tuple(item for item in row.items if item.first <= day)[-1:]
        if not ahead:
            return False
        self.pick(number, ahead[0], ahead[0].entry)
        return True

    def step_row(self, step: int) -> None:
        """Choose the patient below (1) or above (-1): the item nearest to the chosen day."""
        number = self.currentIndex().row() + step
        day = self.day()
        if day is None or not 0 <= number < self.days.rowCount():
            return
        row = self.days.content(number)
        near = sorted(row.items, key=lambda item: abs((item.first - day).days)) if row is not None else []
        item = near[0] if near else None
        self.pick(number, item, day if item is None else item.entry)

    def pick(self, number: int, item: Item | None, day: date) -> None:
        """A person chose an item, or a day."""
        self.tell(())
        self.choose(number, item, day)
        self.show_item()
        self.chosen_changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Nothing chosen yet: choose what the first patient in sight has next."""
        if not self.currentIndex().isValid() and self.days.columnCount():
            number = max(self.rowAt(0), 0)
            row = self.days.content(number)
            ahead = (item for item in (() if row is None else row.items) if item.last >= self.header.today)
            item = next(ahead, None)
            self.choose(number, item, self.header.today if item is None else item.entry)
        super().focusInEvent(event)

    def _current_moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        """The table itself moved on: by Page Down, or a screen reader."""
        if self._quiet or not current.isValid():
            return
        row = self.days.content(current.row())
        there = () if row is None else row.on(self.days.day(current.column()))
        if self.code is None or not any(item.code == self.code for item in there):
            self.code = there[0].code if there else None
        self.scrollTo(current)
        self._show_current()
        self.chosen_changed.emit()

    def _show_current(self) -> None:
        index = self.currentIndex()
        self.header.current, self.patients.current = index.column(), index.row()
        for widget in (self.header, self.patients, self):
            widget.viewport().update()

    def look(self) -> None:
        """Ask about the days in sight while something is in hand."""
        sight = self.days_in_sight()
        if self.drag is not None and sight is not None:
            days = (sight[1] - sight[0]).days + 1
            self.drag.look_at(sight[0] + timedelta(days=at) for at in range(days))

    def tell(self, texts: tuple[str, ...]) -> None:
        """Say something beside what is chosen, also to a screen reader; nothing ends it."""
        if texts != self.refused:
            self.refused = texts
            self.viewport().update()
            self.said.emit("\n".join(texts))
            announce(self, " ".join(texts))

    # --- Painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight, from what was read."""
        painter = QPainter(self.viewport())
        sight = self.sight(event.rect())
        rows = self.rows_in_sight()
        bottom = self.viewport().height()
        if len(rows):
            bottom = min(bottom, self.rowViewportPosition(rows[-1]) + self.sizes.row)
        lane_painter.paint_ground(painter, sight, bottom)
        current = self.currentIndex().row()
        for number in rows:
            top = self.rowViewportPosition(number)
            if top + self.sizes.row < event.rect().top() or top > event.rect().bottom():
                continue
            row = self.days.row(number)
            if number == current and self.drag is not None and row is not None:
                lane_painter.paint_row(painter, sight, top, None, None)
                lane_painter.paint_drag(painter, sight, top, row, self.drag)
            else:
                lane_painter.paint_row(painter, sight, top, row, self.code if number == current else None)
        if current >= 0:
            self._paint_current(painter, sight, current)
        painter.end()

    def _paint_current(self, painter: QPainter, sight: Sight, number: int) -> None:
        rect = self.visualRect(self.currentIndex())
        if self.code is None and self.hasFocus():
            draw_focus(painter, rect.adjusted(2, 2, -3, -4), focused=True)
        texts, day = self.refused, self.day()
        if self.drag is not None:
            texts, day = self.drag.says(), self.drag.to
        if texts and day is not None:
            top = self.rowViewportPosition(number)
            at = QPoint(sight.canvas(top).x(day), top + self.sizes.row + 3)
            lane_painter.paint_label(painter, texts, at, self.sizes, self.viewport().rect())

    def sight(self, rect: QRect) -> Sight:
        """What is in sight, of which a part is to be painted."""
        return Sight(self.days, self.sizes, self.header.offset(), rect, self.header.today)
