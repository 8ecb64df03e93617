"""The timeline: days across, cycles as blocks in one lane and visits in another, closed days shaded."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from il2scheduler.gui import language, theme
from il2scheduler.gui.timeline_model import CELL_ROLE, CLASH_SIGN, Cell, Lane, TimelineModel

ZOOMS = (1.0, 0.4, 0.14, 0.045)
"""Width of a day: with its texts; a few months at a glance; the whole plan."""


class DayHeader(QHeaderView):
    """Month above, weekday and day below; the first day of a month says which."""

    def __init__(self, timeline: TimelineView) -> None:
        """Head a timeline."""
        super().__init__(Qt.Orientation.Horizontal, timeline)
        self._timeline = timeline
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(2)
        self.setHighlightSections(True)

    def sizeHint(self) -> QSize:
        """Three lines of text, fewer when the days are narrow."""
        lines = 3 if self._timeline.texts_fit else 1
        return QSize(super().sizeHint().width(), self.fontMetrics().lineSpacing() * lines + 8)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Paint one day, and its part of the month's name, which runs on over the days after it."""
        model = self._timeline.days
        if not rect.isValid() or not 0 <= logicalIndex < model.columnCount():
            return
        worn = theme.shades()
        day = model.day(logicalIndex)
        current = self._timeline.currentIndex().column() == logicalIndex
        closed = model.cell(Lane.CLINIC, logicalIndex).closed
        ground = worn.highlight if current else worn.closed if closed else worn.window
        line = self.fontMetrics().lineSpacing()
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(worn.window))
        days = rect.adjusted(0, line + 4, 0, 0)
        if self._timeline.texts_fit:
            painter.fillRect(days, QColor(ground))
            painter.setPen(QColor(worn.highlight_text if current else worn.text))
            text = model.headerData(logicalIndex, Qt.Orientation.Horizontal)
            painter.drawText(days, Qt.AlignmentFlag.AlignCenter, str(text))
        painter.setPen(QColor(worn.edge))
        if day.day == 1 or self._timeline.texts_fit:
            painter.drawLine(
                rect.left(), rect.top() if day.day == 1 else days.top(), rect.left(), rect.bottom()
            )
        self._paint_month(painter, rect, logicalIndex, line)
        painter.restore()

    def _paint_month(self, painter: QPainter, rect: QRect, column: int, line: int) -> None:
        """Each day paints the slice of the month's name that falls on it: nothing depends on the order."""
        model = self._timeline.days
        day = model.day(column)
        first = max(model.column(day.replace(day=1)), 0)
        # The name stays in sight while any day of its month is: it begins at the first visible one.
        first = max(first, self.visualIndexAt(0))
        left = max(self.sectionViewportPosition(first), 0)
        width = (
            self.sectionSize(column) * ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - day).days
        )
        month = QRect(left + 4, rect.top() + 2, rect.left() + width - left - 4, line)
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.shades().text))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        name = language.current().month(day)
        if QFontMetrics(font).horizontalAdvance(name) > month.width():
            name = QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideRight, month.width())
        painter.drawText(month, flags, name)


class BlockDelegate(QStyledItemDelegate):
    """Paints a cell: closed ground, block of a cycle or mark of a visit, sign of a clash, focus."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell; a block's label is painted slice by slice over all its cells."""
        cell = index.data(CELL_ROLE)
        if not isinstance(cell, Cell):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        worn = theme.shades()
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(worn.closed if cell.closed else worn.base))
        roomy = rect.width() >= 16
        if cell.closed and roomy:
            painter.fillRect(rect, QBrush(QColor(worn.edge), Qt.BrushStyle.BDiagPattern))
        if index.column() % 7 == 0:
            painter.setPen(QColor(worn.edge))
            painter.drawLine(rect.topLeft(), rect.bottomLeft())
        if cell.codes:
            self._paint_block(painter, rect, cell, index)
        elif cell.mark and roomy:
            sign = QRect(
                0, 0, painter.fontMetrics().horizontalAdvance(cell.mark) + 8, painter.fontMetrics().height()
            )
            sign.moveCenter(rect.center())
            painter.fillRect(sign, QColor(worn.closed))
            painter.setPen(QColor(worn.text))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, cell.mark)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(worn.focus), 3 if state & QStyle.StateFlag.State_HasFocus else 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _paint_block(
        self, painter: QPainter, rect: QRect, cell: Cell, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        worn = theme.shades()
        is_visit = index.row() == Lane.VISITS
        ground, text = (worn.visit, worn.visit_text) if is_visit else (worn.cycle, worn.cycle_text)
        if cell.clash:
            ground, text = worn.clash, worn.clash_text
        gap = 1 if rect.width() >= 16 else 0
        inner = rect.adjusted(0, 3, -gap, -4)
        painter.fillRect(inner, QColor(ground))
        painter.setPen(QPen(QColor(text), 1))
        painter.drawLine(inner.topLeft(), inner.topRight())
        painter.drawLine(inner.bottomLeft(), inner.bottomRight())
        column = index.column()
        if column == cell.first:
            painter.drawLine(inner.topLeft(), inner.bottomLeft())
        if column == cell.last:
            painter.drawLine(inner.topRight(), inner.bottomRight())
        block = QRect(inner)
        block.setLeft(inner.left() - (column - cell.first) * rect.width())
        block.setRight(inner.right() + (cell.last - column) * rect.width())
        metrics = painter.fontMetrics()
        upper, lower = QRect(block), QRect(inner)
        if (
            cell.mark
            and inner.height() >= 2 * metrics.height()
            and rect.width() >= metrics.horizontalAdvance("5!")
        ):
            upper.setBottom(block.top() + inner.height() // 2)
            lower.setTop(upper.bottom())
            font = QFont(painter.font())
            font.setBold(cell.clash)
            painter.setFont(font)
            painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, cell.mark)
        bold = QFont(painter.font())
        bold.setBold(True)
        painter.setFont(bold)
        if painter.fontMetrics().horizontalAdvance(cell.label) <= block.width():
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, cell.label)


class TimelineView(QTableView):
    """Selection, keyboard and scrolling are a table's; every cell says its sentence."""

    picked = Signal(str)
    """The code of the appointment in the cell that was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show an empty timeline."""
        super().__init__(parent)
        self.days = TimelineModel(self)
        self._zoom = 0
        self.setModel(self.days)
        self.header = DayHeader(self)
        self.setHorizontalHeader(self.header)
        self.setItemDelegate(BlockDelegate(self))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setSectionsClickable(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.selectionModel().currentChanged.connect(self._tell)
        self.fit()

    @property
    def texts_fit(self) -> bool:
        """True when a day is wide enough for its weekday."""
        return self._zoom == 0

    def fit(self) -> None:
        """Take the sizes from the font: after a change of text size or zoom."""
        metrics = self.fontMetrics()
        bold = QFont(self.font())
        bold.setBold(True)
        full = QFontMetrics(bold).horizontalAdvance("W00!") + 6
        self.header.setDefaultSectionSize(max(3, round(full * ZOOMS[self._zoom])))
        line = metrics.height()
        self.verticalHeader().setDefaultSectionSize(line * 2 + 14)
        if self.days.rowCount():
            self.verticalHeader().resizeSection(Lane.CLINIC, line + 8)
        rows = (line * 2 + 14) * 2 + line + 8
        scroll = self.horizontalScrollBar().sizeHint().height()
        self.header.updateGeometry()
        self.setFixedHeight(rows + self.header.sizeHint().height() + scroll + 2 * self.frameWidth() + 2)
        self.updateGeometries()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the table, then beside its block what a block is too narrow for."""
        super().paintEvent(event)
        bold = QFont(self.font())
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        worn = theme.shades()
        painter = QPainter(self.viewport())
        painter.setFont(bold)
        for lane, cell, clash in self.days.blocks():
            first = self.visualRect(self.days.index(lane, cell.first))
            width = first.width() * (cell.last - cell.first + 1)
            texts = [] if metrics.horizontalAdvance(cell.label) <= width else [cell.label]
            if clash and first.width() < metrics.horizontalAdvance(f"5{CLASH_SIGN}"):
                texts.append(CLASH_SIGN)
            label = " ".join(texts)
            if not label:
                continue
            text = worn.clash_text if clash else worn.visit_text if lane == Lane.VISITS else worn.cycle_text
            painter.setPen(QColor(text))
            beside = QRect(
                first.left() + width + 2, first.top(), metrics.horizontalAdvance(label) + 2, first.height()
            )
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, label)
        painter.end()

    @property
    def zoom(self) -> int:
        """0 shows days with their texts; higher numbers show more days."""
        return self._zoom

    def can_zoom(self, steps: int) -> bool:
        """True when there is a zoom that way."""
        return 0 <= self._zoom + steps < len(ZOOMS)

    def zoom_by(self, steps: int) -> None:
        """Show more days (+1) or fewer (-1); the current day stays in sight."""
        self._zoom = min(max(self._zoom + steps, 0), len(ZOOMS) - 1)
        self.fit()
        self.header.viewport().update()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def go_to(self, code: str) -> bool:
        """Select an appointment or a cycle's first day; False where there is none."""
        place = self.days.place_of(code)
        if place is None:
            return False
        self._select(place)
        return True

    def next_clash(self, step: int) -> bool:
        """Select the next clash (1) or the one before (-1), round the end; False without any."""
        places = self.days.clash_places()
        if not places:
            return False
        here = self.currentIndex()
        now = (here.column(), here.row())
        after = [place for place in places if (place[1], place[0]) > now]
        before = [place for place in places if (place[1], place[0]) < now]
        self._select((after or places)[0] if step > 0 else (before or places)[-1])
        return True

    def _select(self, place: tuple[int, int]) -> None:
        index = self.days.index(*place)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _tell(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.header.viewport().update()
        cell = self.days.cell(current.row(), current.column())
        if cell.codes:
            self.picked.emit(cell.codes[0])
