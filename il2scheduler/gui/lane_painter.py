"""Paints the rows of the timeline that are in sight, and over them what is dragged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen

from il2scheduler.gui import theme
from il2scheduler.gui.dragging import Drag, Verdict
from il2scheduler.gui.items import Item
from il2scheduler.gui.lanes import (
    Canvas,
    Sizes,
    Style,
    draw_focus,
    draw_item,
    draw_window,
    patterns_fit,
)
from il2scheduler.gui.study_headers import shade_closed
from il2scheduler.gui.study_timeline_model import Row, StudyTimelineModel

_NAME_DAYS = 2
"""The name of a block stands before it: a block just right of the sight still shows it."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is in sight: `offset` is how far it is scrolled, `rect` what is to be painted."""

    model: StudyTimelineModel
    sizes: Sizes
    offset: int
    rect: QRect
    today: date

    @property
    def columns(self) -> range:
        """The columns to be painted."""
        first = max((self.offset + self.rect.left()) // self.sizes.day, 0)
        last = (self.offset + self.rect.right()) // self.sizes.day
        return range(first, min(last + 1, self.model.columnCount()))

    def x(self, column: int) -> int:
        """The left edge of a column."""
        return column * self.sizes.day - self.offset

    def canvas(self, top: int) -> Canvas:
        """The row whose top is there."""
        return Canvas(self.sizes, self.model.day(0).toordinal(), -self.offset, top)


def paint_ground(painter: QPainter, sight: Sight, bottom: int) -> None:
    """Closed days, weeks, and a line at today's left edge."""
    worn = theme.shades()
    painter.fillRect(sight.rect, QColor(worn.base))
    columns = sight.columns
    for column in columns:
        left = sight.x(column)
        if sight.model.is_closed(column):
            shade_closed(painter, QRect(left, sight.rect.top(), sight.sizes.day, bottom), sight.sizes)
        if column % 7 == 0:
            painter.setPen(QColor(worn.edge))
            painter.drawLine(left, sight.rect.top(), left, bottom)
    if not columns:
        return
    today = sight.model.column(sight.today)
    if today in columns and sight.model.day(today) == sight.today:
        painter.setPen(QPen(QColor(worn.focus), 2))
        for left in (sight.x(today), sight.x(today + 1)):
            painter.drawLine(left, sight.rect.top(), left, bottom)


def paint_row(painter: QPainter, sight: Sight, top: int, row: Row | None, chosen: str | None) -> None:
    """One patient: windows, then what stands, then the frame of what is chosen."""
    worn = theme.shades()
    canvas = sight.canvas(top)
    bottom = top + sight.sizes.row - 1
    painter.setPen(QColor(worn.edge))
    painter.drawLine(sight.rect.left(), bottom, sight.rect.right(), bottom)
    if row is None:
        return
    if row.line.anchor is None:
        _paint_undated(painter, sight, top, row.unread)
    seen = list(_seen(sight, row.items))
    for item in row.items:
        draw_window(painter, canvas, item, chosen=item.code == chosen)
    for item in seen:
        hidden = item.together > 1 and (
            item.code != chosen and (item.place > 0 or _sibling_chosen(row, item, chosen))
        )
        if not hidden:
            draw_item(painter, canvas, item)
        if item.code == chosen:
            draw_focus(painter, canvas.rect(item), focused=True)


def paint_drag(painter: QPainter, sight: Sight, top: int, row: Row, drag: Drag) -> None:
    """Tinted days, old places outlined, ghosts, and the label of the one in hand."""
    canvas = sight.canvas(top)
    for column in sight.columns:
        verdict = drag.known(sight.model.day(column))
        if verdict is not None:
            _tint(painter, QRect(sight.x(column), top, sight.sizes.day, sight.sizes.row - 1), verdict, sight)
    gone = drag.gone()
    for item in _seen(sight, row.items):
        draw_item(painter, canvas, item, Style.OUTLINE if item.code in gone else Style.PLAIN)
    if not drag.moved:
        draw_focus(painter, canvas.rect(drag.item), focused=True)
    for ghost in reversed(drag.ghosts()):
        draw_window(painter, canvas, ghost, chosen=ghost.code == drag.item.code)
        draw_item(painter, canvas, ghost, Style.GHOST)
        if ghost.code == drag.item.code:
            draw_focus(painter, canvas.rect(ghost), focused=True)


def paint_label(painter: QPainter, texts: Iterable[str], at: QPoint, sizes: Sizes, bounds: QRect) -> None:
    """A box with a bold first line, within the bounds; below the point, above where there is no room."""
    worn = theme.shades()
    first, *rest = texts
    width = min(
        max(bounds.width() // 2, 40 * QFontMetrics(sizes.font).averageCharWidth()), bounds.width() - 8
    )
    flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
    said = "\n".join(rest)
    room = QRect(0, 0, width - 12, 10_000)
    head = sizes.metrics.boundingRect(room, flags, first)
    body = QFontMetrics(sizes.font).boundingRect(room, flags, said) if said else QRect()
    box = QRect(0, 0, max(head.width(), body.width()) + 14, head.height() + body.height() + 10)
    below = at.y() + box.height() <= bounds.bottom()
    box.moveTopLeft(QPoint(at.x(), at.y() if below else max(at.y() - sizes.row - box.height() - 4, 2)))
    box.moveRight(min(box.right(), bounds.right() - 2))
    box.moveLeft(max(box.left(), 2))
    painter.fillRect(box, QColor(worn.notice))
    painter.setPen(QPen(QColor(worn.notice_text), 1))
    painter.drawRect(box.adjusted(0, 0, -1, -1))
    inner = box.adjusted(6, 5, -6, -5)
    painter.setFont(sizes.bold)
    painter.drawText(inner, flags, first)
    painter.setFont(sizes.font)
    painter.drawText(inner.adjusted(0, head.height(), 0, 0), flags, said)


def _tint(painter: QPainter, rect: QRect, verdict: Verdict, sight: Sight) -> None:
    worn = theme.shades()
    if verdict is Verdict.ALLOWED:
        shade = QColor(worn.visit)
        shade.setAlpha(170)
        painter.fillRect(rect, shade)
    elif verdict is Verdict.WARNED:
        shade = QColor(worn.clash)
        shade.setAlpha(120)
        painter.fillRect(rect, shade)
        if patterns_fit(sight.sizes):
            hatch = QColor(worn.clash_text)
            hatch.setAlpha(110)
            painter.fillRect(rect, QBrush(hatch, Qt.BrushStyle.FDiagPattern))
    elif verdict is Verdict.REFUSED:
        painter.fillRect(rect, QColor(worn.closed))
        cross = QColor(worn.refusal_text)
        cross.setAlpha(130)
        painter.setPen(QPen(cross, 1))
        painter.drawLine(rect.topLeft(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.topRight())


def _seen(sight: Sight, items: Iterable[Item]) -> Iterable[Item]:
    columns = sight.columns
    if not columns:
        return
    first = sight.model.day(columns[0])
    last = sight.model.day(min(columns[-1] + _NAME_DAYS, sight.model.columnCount() - 1))
    for item in items:
        if item.first <= last and item.last >= first:
            yield item


def _sibling_chosen(row: Row, item: Item, chosen: str | None) -> bool:
    return any(
        other.code == chosen and not other.is_block and other.first == item.first for other in row.items
    )


def _paint_undated(painter: QPainter, sight: Sight, top: int, text: str) -> None:
    painter.setFont(sight.sizes.font)
    painter.setPen(QColor(theme.shades().muted_text))
    room = QRect(8, top, sight.rect.right() - 16, sight.sizes.row)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
    said = f"– {text} –"
    # On a ground of its own: the lines of the weeks do not cross the words.
    ground = painter.boundingRect(room, flags, said).adjusted(-4, -1, 4, 1)
    painter.fillRect(ground, QColor(theme.shades().base))
    painter.drawText(room, flags, said)
