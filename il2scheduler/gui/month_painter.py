"""Paints the days of a month: number, holiday, places, one line an appointment, and what is dragged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen

from il2scheduler.gui import language, theme
from il2scheduler.gui.dragging import Drag, Verdict
from il2scheduler.gui.items import Item, Look
from il2scheduler.gui.month_model import DayCell, Entry

_PAD = 3


@dataclass(frozen=True, slots=True)
class Page:
    """The fonts of a month and the height of a line."""

    font: QFont
    bold: QFont
    line: int

    @classmethod
    def of(cls, font: QFont) -> Page:
        """The sizes that a font asks for."""
        bold = QFont(font)
        bold.setBold(True)
        return cls(font, bold, QFontMetrics(font).height() + 2)

    def head(self, cell: DayCell) -> int:
        """The height of a day's head: its number with its places, and why it is closed."""
        return self.line * (2 if cell.name else 1) + _PAD

    def room(self, rect: QRect, cell: DayCell) -> int:
        """How many lines fit under the head."""
        return max((rect.height() - self.head(cell) - _PAD) // self.line, 1)

    def lines(self, rect: QRect, cell: DayCell) -> int:
        """How many appointments are shown; where not all fit, the last line counts the rest."""
        room = self.room(rect, cell)
        count = len(cell.entries) + cell.more
        return count if count <= room else min(room - 1, len(cell.entries))

    def line_rect(self, rect: QRect, cell: DayCell, at: int) -> QRect:
        """The place of a line in a day."""
        top = rect.top() + self.head(cell) + at * self.line
        return QRect(rect.left() + _PAD, top, rect.width() - 2 * _PAD, self.line - 2)


def paint_day(
    painter: QPainter,
    page: Page,
    rect: QRect,
    cell: DayCell,
    *,
    today: bool,
    outside: bool,
    drag: Drag | None = None,
    grip: timedelta = timedelta(),
) -> None:
    """One day with its appointments; of what is dragged the old places, and what the day is like for it."""
    worn = theme.shades()
    painter.fillRect(rect, QColor(worn.closed if cell.closed else worn.window if outside else worn.base))
    if drag is not None:
        _paint_tint(painter, rect, drag.known(cell.day - grip))
    _paint_head(painter, page, rect, cell, today=today, outside=outside)
    shown = page.lines(rect, cell)
    for at, entry in enumerate(cell.entries[:shown]):
        leaves = drag is not None and _leaves(entry, drag)
        paint_entry(painter, page, page.line_rect(rect, cell, at), entry, leaves=leaves)
    rest = len(cell.entries) + cell.more - shown
    if rest:
        w = language.current()
        painter.setFont(page.bold)
        painter.setPen(QColor(worn.link_text if not cell.closed else worn.text))
        more = w.plural("+{count} more", "+{count} more", rest)
        line = page.line_rect(rect, cell, shown)
        if painter.fontMetrics().horizontalAdvance(more) > line.width():
            more = f"+{rest}"
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, more)
    painter.setPen(QColor(worn.edge))
    painter.drawRect(rect.adjusted(-1, -1, 0, 0))


def paint_entry(painter: QPainter, page: Page, rect: QRect, entry: Entry, *, leaves: bool = False) -> None:
    """One appointment: its words, its sign to the right; an outline where it would leave."""
    worn = theme.shades()
    if leaves:
        ground, ink = worn.base, worn.muted_text
    elif entry.look is Look.ALARM:
        ground, ink = worn.clash, worn.clash_text
    elif entry.due.injections:
        ground, ink = worn.cycle, worn.cycle_text
    else:
        ground, ink = worn.visit, worn.visit_text
    painter.fillRect(rect, QColor(ground))
    if leaves:
        painter.setPen(QPen(QColor(ink), 1, Qt.PenStyle.DashLine))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
    painter.setPen(QColor(ink))
    inner = rect.adjusted(3, 0, -3, 0)
    painter.setFont(page.bold)
    bold = painter.fontMetrics().horizontalAdvance(entry.short + entry.sign) + 4 <= inner.width()
    painter.setFont(page.bold if bold and entry.look is Look.ALARM else page.font)
    metrics = painter.fontMetrics()
    sign = metrics.horizontalAdvance(entry.sign) + (4 if entry.sign else 0)
    painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, entry.sign)
    room = inner.width() - sign
    fits = metrics.horizontalAdvance(entry.text) <= room
    text = metrics.elidedText(entry.text if fits else entry.short, Qt.TextElideMode.ElideRight, room)
    painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _paint_tint(painter: QPainter, rect: QRect, verdict: Verdict | None) -> None:
    """What a day is like for what is dragged: tinted, hatched or crossed."""
    worn = theme.shades()
    if verdict is Verdict.ALLOWED:
        shade = QColor(worn.visit)
        shade.setAlpha(130)
        painter.fillRect(rect, shade)
    elif verdict is Verdict.WARNED:
        hatch = QColor(worn.clash_text)
        hatch.setAlpha(90)
        painter.fillRect(rect, QBrush(hatch, Qt.BrushStyle.FDiagPattern))
    elif verdict is Verdict.REFUSED:
        cross = QColor(worn.refusal_text)
        cross.setAlpha(130)
        painter.setPen(QPen(cross, 1))
        painter.drawLine(rect.topLeft(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.topRight())


def paint_ghosts(
    painter: QPainter, page: Page, rect: QRect, cell: DayCell, ghosts: Sequence[tuple[Item, str]]
) -> None:
    """What would stand on a day, in its lines from the last upwards; what stands there is covered whole."""
    worn = theme.shades()
    room = page.room(rect, cell)
    for at, (item, text) in enumerate(ghosts):
        line = page.line_rect(rect, cell, max(room - 1 - at, 0))
        painter.fillRect(line, QColor(worn.cycle if item.is_block else worn.visit))
        painter.setPen(QPen(QColor(worn.focus), 2, Qt.PenStyle.DashLine))
        painter.drawRect(line)
        painter.setPen(QColor(worn.cycle_text if item.is_block else worn.visit_text))
        painter.setFont(page.bold)
        said = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width() - 6)
        painter.drawText(line.adjusted(3, 0, -3, 0), Qt.AlignmentFlag.AlignVCenter, said)


def ghosts_on(drag: Drag, day: date) -> list[tuple[Item, str]]:
    """What would stand on a day because of a drag."""
    found: list[tuple[Item, str]] = []
    for item in drag.ghosts() if drag.moved else ():
        mark = item.mark_on(day)
        if mark is not None:
            text = f"{item.code} {mark.text}" if item.is_block else item.code
            found.append((item, f"{drag.patient} {text}"))
    return found


def _leaves(entry: Entry, drag: Drag) -> bool:
    where = f"C{entry.due.cycle}" if entry.due.injections else entry.due.code
    return entry.patient == drag.patient and where in drag.gone()


def _paint_head(
    painter: QPainter, page: Page, rect: QRect, cell: DayCell, *, today: bool, outside: bool
) -> None:
    worn = theme.shades()
    w = language.current()
    head = QRect(rect.left() + _PAD, rect.top() + 1, rect.width() - 2 * _PAD, page.line)
    number = w.short_date(cell.day).split(" ", 1)[-1] if cell.day.day == 1 else str(cell.day.day)
    painter.setFont(page.bold if today else page.font)
    if painter.fontMetrics().horizontalAdvance(number) > head.width() // 2:
        number = str(cell.day.day)
    width = painter.fontMetrics().horizontalAdvance(number)
    painter.setPen(QColor(worn.muted_text if outside else worn.text))
    if today:
        chip = QRect(head.left() - 1, head.top() + 1, width + 6, page.line - 2)
        painter.fillRect(chip, QColor(worn.highlight))
        painter.setPen(QColor(worn.highlight_text))
        head.adjust(2, 0, 0, 0)
    painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, number)
    painter.setFont(page.bold if cell.full else page.font)
    painter.setPen(QColor(worn.clash_text if cell.full else worn.muted_text))
    # Where there is no room for the figures, the day's tool tip and its row for a screen reader have them.
    room = head.width() - width - 8
    said_places = (cell.places, cell.figures, "!" if cell.full else "")
    places = next((p for p in said_places if painter.fontMetrics().horizontalAdvance(p) <= room), "")
    painter.drawText(head, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, places)
    if cell.name:
        painter.setFont(page.font)
        painter.setPen(QColor(worn.text))
        line = head.translated(0, page.line)
        said = painter.fontMetrics().elidedText(cell.name, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, said)
