"""Draws blocks, visits, windows and ghosts in the two lanes of a patient's row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen

from il2scheduler.gui import theme
from il2scheduler.gui.items import Item, Look, Mark

WIDTHS = (1.0, 0.5, 0.22)
"""Width of a day: with its texts, with signs only, without either."""
_BAR, _PAD, _TEXT_FITS = 5, 4, 12


class Lane(IntEnum):
    """The lanes of a row, from above."""

    CYCLES = 0
    VISITS = 1


class Style(IntEnum):
    """How an item is drawn: as it stands, as it would stand, or where it stood."""

    PLAIN = 0
    GHOST = 1
    OUTLINE = 2


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes in pixels for a font and a zoom; `left` is the x of the day with ordinal `origin`."""

    day: int
    line: int
    font: QFont
    bold: QFont
    metrics: QFontMetrics

    @classmethod
    def of(cls, font: QFont, zoom: int) -> Sizes:
        """The sizes that a font asks for."""
        bold = QFont(font)
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        full = metrics.horizontalAdvance("W24✓") + 8
        return cls(max(5, round(full * WIDTHS[zoom])), QFontMetrics(font).height(), font, bold, metrics)

    @property
    def lane(self) -> int:
        """The height of a lane."""
        return self.line + 6

    @property
    def row(self) -> int:
        """The height of a row: two lanes, the bars of the windows, and a line; three lines of its head."""
        return max(2 * self.lane + _BAR + 2 * _PAD + 2, 3 * self.line + 2 * _PAD + 2)


@dataclass(frozen=True, slots=True)
class Canvas:
    """A row on the screen: `left` is the x of the date `origin`, `top` the y of the row."""

    sizes: Sizes
    origin: int
    left: int
    top: int

    def x(self, day: date) -> int:
        """The left edge of a day."""
        return self.left + (day.toordinal() - self.origin) * self.sizes.day

    def lane(self, item: Item) -> QRect:
        """The lane of an item, as a rectangle without width."""
        lane = Lane.CYCLES if item.is_block else Lane.VISITS
        return QRect(0, self.top + _PAD + lane * (self.sizes.lane + 2), 0, self.sizes.lane)

    def rect(self, item: Item) -> QRect:
        """The whole of an item."""
        lane = self.lane(item)
        left = self.x(item.first)
        return QRect(left, lane.top(), self.x(item.last) + self.sizes.day - left - 1, lane.height())

    def cell(self, item: Item, mark: Mark) -> QRect:
        """One day of an item."""
        return QRect(self.x(mark.day), self.lane(item).top(), self.sizes.day - 1, self.sizes.lane)

    def bar(self, first: date, last: date) -> QRect:
        """The bar of a window, under the lanes."""
        left = self.x(first)
        top = self.top + _PAD + 2 * self.sizes.lane + 4
        return QRect(left, top, self.x(last) + self.sizes.day - left - 1, _BAR)


def colours(item: Item, look: Look) -> tuple[str, str]:
    """Ground and text of one day of an item."""
    worn = theme.shades()
    if look is Look.ALARM:
        return worn.clash, worn.clash_text
    if look in (Look.STRUCK, Look.FADED):
        return worn.base, worn.muted_text
    return (worn.cycle, worn.cycle_text) if item.is_block else (worn.visit, worn.visit_text)


def draw_item(painter: QPainter, canvas: Canvas, item: Item, style: Style = Style.PLAIN) -> None:
    """Draw a cycle as a block with its days, or a visit."""
    worn = theme.shades()
    rect = canvas.rect(item)
    if style is Style.OUTLINE:
        painter.fillRect(rect, QColor(worn.base))
        painter.setPen(QPen(QColor(worn.muted_text), 1, Qt.PenStyle.DashLine))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        return
    ground, ink = colours(item, Look.OPEN if not item.struck else Look.STRUCK)
    painter.fillRect(rect, QColor(ground))
    for mark in item.marks:
        _draw_mark(painter, canvas, item, mark)
    pen = QPen(QColor(ink), 1, Qt.PenStyle.DashLine if item.struck else Qt.PenStyle.SolidLine)
    if style is Style.GHOST:
        pen = QPen(QColor(worn.focus), 2, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawRect(rect.adjusted(0, 0, -1, -1))
    if item.struck:
        middle = rect.center().y()
        painter.drawLine(rect.left(), middle, rect.right(), middle)
    if item.is_block:
        _draw_name(painter, canvas, item, rect)


def _draw_mark(painter: QPainter, canvas: Canvas, item: Item, mark: Mark) -> None:
    cell = canvas.cell(item, mark)
    ground, ink = colours(item, mark.look)
    painter.fillRect(cell, QColor(ground))
    painter.setPen(QColor(ink))
    sizes = canvas.sizes
    # On one date with others, what the row shows of it is the first; the rest is counted.
    more = f"+{item.together - 1}" if item.together > 1 else ""
    for text in (mark.text + mark.sign + more, mark.text + more, mark.sign + more, mark.sign):
        if text and sizes.metrics.horizontalAdvance(text) <= cell.width():
            painter.setFont(sizes.bold if mark.look is Look.ALARM or not item.is_block else sizes.font)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
            return


def _draw_name(painter: QPainter, canvas: Canvas, item: Item, rect: QRect) -> None:
    """The name of a block stands before it: its days are wanted inside."""
    sizes = canvas.sizes
    width = sizes.metrics.horizontalAdvance(item.code) + 5
    painter.setFont(sizes.bold)
    painter.setPen(QColor(theme.shades().text))
    before = QRect(rect.left() - width, rect.top(), width - 3, rect.height())
    painter.drawText(before, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, item.code)


def draw_window(painter: QPainter, canvas: Canvas, item: Item, *, chosen: bool) -> None:
    """The window of a visit as a thin bar; of the chosen one shaded over the whole row."""
    if item.window is None:
        return
    worn = theme.shades()
    bar = canvas.bar(*item.window)
    if chosen:
        shade = QColor(worn.visit)
        shade.setAlpha(150)
        painter.fillRect(QRect(bar.left(), canvas.top, bar.width(), canvas.sizes.row - 1), shade)
    ink = QColor(worn.visit_text)
    painter.fillRect(
        bar, QBrush(ink, Qt.BrushStyle.Dense4Pattern if item.by_site else Qt.BrushStyle.SolidPattern)
    )


def draw_focus(painter: QPainter, rect: QRect, *, focused: bool) -> None:
    """The frame of what is chosen."""
    painter.setPen(QPen(QColor(theme.shades().focus), 3 if focused else 2))
    painter.drawRect(rect.adjusted(-1, -1, 1, 1))


def texts_fit(sizes: Sizes) -> bool:
    """True when a day is wide enough for its number."""
    return sizes.day >= sizes.metrics.horizontalAdvance("00") + 2


def patterns_fit(sizes: Sizes) -> bool:
    """True when a day is wide enough for a pattern to be seen."""
    return sizes.day >= _TEXT_FITS
