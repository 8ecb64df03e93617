"""The heads of the timeline: months, weekdays and days above; patients with what comes next to the left."""

from __future__ import annotations

import re
from datetime import date, timedelta

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from il2scheduler.gui import language, theme
from il2scheduler.gui.lanes import Sizes, patterns_fit, texts_fit
from il2scheduler.gui.study_timeline_model import HOLIDAY, StudyTimelineModel

_PAD = 4
_DATE = re.compile(r"(\w+\.?) ([0-9]{2})-(\w+\.?)-([0-9]{4})")
_UNBROKEN = "\\1\u00a0\\2\u2011\\3\u2011\\4"
_ONE_DAY = timedelta(days=1)
LETTERS = 26
"""How many letters of a patient's next due line are shown."""


class DayHeader(QHeaderView):
    """The month's name stays in sight while any of its days is; a closed day is shaded."""

    def __init__(self, model: StudyTimelineModel, parent: QWidget) -> None:
        """Head the days of a model."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._days = model
        self.sizes = Sizes.of(self.font(), 0)
        self.today = date.min
        self.current = -1
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(2)
        self.setSectionsClickable(False)

    def sizeHint(self) -> QSize:
        """Three lines of text, two where the days are narrow."""
        lines = 3 if texts_fit(self.sizes) else 2
        return QSize(super().sizeHint().width(), self.sizes.line * lines + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the days in sight."""
        worn = theme.shades()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(worn.window))
        width, columns = self.sizes.day, self._days.columnCount()
        first = self.offset() // width
        last = min((self.offset() + self.viewport().width()) // width, columns - 1)
        top = self.sizes.line + 4
        for column in range(first, last + 1):
            left = column * width - self.offset()
            self._paint_day(painter, column, QRect(left, top, width, self.height() - top))
        if columns:
            self._paint_months(painter, first, last)
        painter.end()

    def _paint_day(self, painter: QPainter, column: int, rect: QRect) -> None:
        worn = theme.shades()
        day = self._days.day(column)
        ground, ink = worn.window, worn.text
        if self._days.is_closed(column):
            ground = worn.closed
        if column == self.current:
            ground, ink = worn.highlight, worn.highlight_text
        if ground != worn.window:
            painter.fillRect(rect, QColor(ground))
        if texts_fit(self.sizes):
            painter.setPen(QColor(ink))
            painter.setFont(self.sizes.bold if day == self.today else self.sizes.font)
            painter.drawText(
                rect, Qt.AlignmentFlag.AlignCenter, self._day_text(column, painter.fontMetrics())
            )
        elif day.weekday() == 0:
            painter.setPen(QColor(ink))
            painter.setFont(self.sizes.font)
            week = QRect(rect.left() + 1, rect.top(), rect.width() * 7, rect.height())
            painter.drawText(week, Qt.AlignmentFlag.AlignVCenter, f"{day.day:02d}")
        if day == self.today:
            painter.setPen(QPen(QColor(worn.focus), 3))
            painter.drawLine(rect.left() + 1, rect.bottom() - 1, rect.right(), rect.bottom() - 1)

    def _day_text(self, column: int, metrics: QFontMetrics) -> str:
        """The weekday over the day; a holiday's sign beside the number, or where that is too wide over it."""
        day = self._days.day(column)
        room = self.sizes.day - 2
        name = language.current().short_weekday(day).rstrip(".")
        above, number = name if metrics.horizontalAdvance(name) <= room else name[:1], f"{day.day:02d}"
        if self._days.closed_sign(column) != HOLIDAY:
            return f"{above}\n{number}"
        beside = f"{number} {HOLIDAY}"
        return f"{above}\n{beside}" if metrics.horizontalAdvance(beside) <= room else f"{HOLIDAY}\n{number}"

    def _paint_months(self, painter: QPainter, first: int, last: int) -> None:
        worn = theme.shades()
        painter.setFont(self.sizes.bold)
        day, width = self._days.day(first), self.sizes.day
        while day <= self._days.day(last):
            following = (day.replace(day=1) + 32 * _ONE_DAY).replace(day=1)
            start = (day - self._days.day(0)).days * width - self.offset()
            end = (following - self._days.day(0)).days * width - self.offset()
            if day.day == 1:
                painter.setPen(QColor(worn.edge))
                painter.drawLine(start, 0, start, self.height())
            left = max(start, 0) + _PAD
            name = language.current().month(day)
            name = self.sizes.metrics.elidedText(name, Qt.TextElideMode.ElideRight, end - left - 2)
            painter.setPen(QColor(worn.text))
            painter.drawText(QRect(left, 2, end - left, self.sizes.line), Qt.AlignmentFlag.AlignLeft, name)
            day = following


class PatientHeader(QHeaderView):
    """Code above, what comes next below. Rows that were not read yet show the code alone."""

    def __init__(self, model: StudyTimelineModel, parent: QWidget) -> None:
        """Head the patients of a model."""
        super().__init__(Qt.Orientation.Vertical, parent)
        self._patients = model
        self.sizes = Sizes.of(self.font(), 0)
        self.current = -1
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(False)

    def sizeHint(self) -> QSize:
        """As wide as a line of it may be; asking every row would read every patient."""
        return QSize(QFontMetrics(self.sizes.font).averageCharWidth() * LETTERS, super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Paint one patient."""
        line = self._patients.line(logicalIndex)
        if line is None:
            return
        worn = theme.shades()
        row = self._patients.row(logicalIndex)
        chosen = logicalIndex == self.current
        painter.save()
        painter.fillRect(rect, QColor(worn.highlight if chosen else worn.window))
        painter.setPen(QColor(worn.highlight_text if chosen else worn.text))
        painter.setFont(self.sizes.bold)
        text = rect.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, line.code)
        width = self.sizes.metrics.horizontalAdvance(line.code + "  ")
        painter.setFont(self.sizes.font)
        if row is not None:
            room = text.adjusted(0, self.sizes.line + 2, 0, 2)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, _DATE.sub(_UNBROKEN, row.next))
        if not chosen:
            painter.setPen(QColor(worn.muted_text))
        arm = painter.fontMetrics().elidedText(
            f"{line.trial} {line.arm}", Qt.TextElideMode.ElideRight, text.width() - width
        )
        painter.drawText(text.adjusted(width, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, arm)
        painter.setPen(QColor(worn.edge))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()


def shade_closed(painter: QPainter, rect: QRect, sizes: Sizes) -> None:
    """The ground of a closed day: a shade, and a pattern that needs no colour."""
    worn = theme.shades()
    painter.fillRect(rect, QColor(worn.closed))
    if patterns_fit(sizes):
        painter.fillRect(rect, QBrush(QColor(worn.edge), Qt.BrushStyle.BDiagPattern))
