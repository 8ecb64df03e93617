"""The grid of a month: days and their appointments, chosen and moved by keys or mouse."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView

from il2scheduler.gui import month_painter as painting
from il2scheduler.gui.ahead import Ahead
from il2scheduler.gui.dragging import Drag
from il2scheduler.gui.items import Item, items_of
from il2scheduler.gui.lane_painter import paint_label
from il2scheduler.gui.lanes import Sizes, draw_focus
from il2scheduler.gui.month_model import DAYS, DayCell, Entry, MonthModel
from il2scheduler.gui.notice import announce
from il2scheduler.gui.study_session import StudySession

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}


class MonthGrid(QTableView):
    """Arrows go between days, Tab between the appointments of a day; Ctrl or the mouse moves one."""

    day_wanted = Signal(object)
    """Carries a date beyond the month that is shown."""
    chosen_changed = Signal()
    """Another day or appointment was chosen by a person."""
    activated_item = Signal()
    """Enter, Space or a double click on an appointment."""
    list_wanted = Signal()
    """All appointments of the chosen day are to be listed."""
    menu_asked = Signal(QPoint)
    """The menu of what is chosen, at a point of the screen."""
    dropped = Signal(object)
    """Carries the `Ask` of a drop."""

    def __init__(self, session: StudySession, model: MonthModel) -> None:
        """Show a month of a model."""
        super().__init__()
        self._session, self.month = session, model
        self.at: int | None = None
        self.drag: Drag | None = None
        self.grip = timedelta()
        self.refused: tuple[str, ...] = ()
        self._pressed: QPoint | None = None
        self._quiet = False
        self.ahead = Ahead(session, self)
        self.setModel(model)
        self.setShowGrid(False)
        self.setAutoScroll(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setSectionsClickable(False)
            header.setMinimumSectionSize(8)
        self.selectionModel().currentChanged.connect(self._current_moved)
        model.dataChanged.connect(self.viewport().update)

    @property
    def page(self) -> painting.Page:
        """The sizes of the font that is worn."""
        return painting.Page.of(self.font())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the longest name of a weekday does not fit, all are short."""
        super().resizeEvent(event)
        self.fit_names()

    def fit_names(self) -> None:
        """Choose the names of the weekdays by the room there is."""
        metrics, room = self.horizontalHeader().fontMetrics(), self.viewport().width() // DAYS
        self.month.name_days(short=max(map(metrics.horizontalAdvance, self.month.long_names())) > room - 8)

    # --- What is chosen ---

    def day(self) -> date | None:
        """The chosen day."""
        index = self.currentIndex()
        return self.month.day(index.row(), index.column()) if index.isValid() else None

    def cell(self) -> DayCell | None:
        """The chosen day with what stands on it."""
        day = self.day()
        return None if day is None else self.month.cell(day)

    def entry(self) -> Entry | None:
        """The chosen appointment."""
        cell = self.cell()
        if cell is None or self.at is None or self.at >= len(cell.entries):
            return None
        return cell.entries[self.at]

    def choose(self, day: date, at: int | None = None) -> None:
        """Choose a day of the grid, and one of its appointments; nobody is told."""
        self._quiet = True
        self.setCurrentIndex(self.month.index_of(day))
        self._quiet = False
        self.at = at
        self.viewport().update()
        entry, item = self.entry(), self.item()
        if entry is None or item is None:
            self.ahead.stop()
        else:
            self.ahead.look(entry.patient, item)

    def choose_code(self, day: date, patient: str, code: str) -> None:
        """Choose the appointment of a patient on a day."""
        entries = self.month.cell(day).entries
        if not any((entry.patient, entry.due.code) == (patient, code) for entry in entries):
            entries = self.month.whole(day).entries
        found = (at for at, entry in enumerate(entries) if (entry.patient, entry.due.code) == (patient, code))
        self.choose(day, next(found, None))

    def step_day(self, days: int) -> None:
        """Choose another day, in another month where it lies there."""
        day = self.day()
        if day is None:
            return
        self._say(())
        wanted = day + timedelta(days=days)
        if not self.month.holds(wanted) or wanted.month != self.month.month.month:
            self.day_wanted.emit(wanted)
        self.choose(wanted)
        self.chosen_changed.emit()

    def step_entry(self, step: int) -> bool:
        """Choose the next appointment of the day (1) or the one before (-1); False past the ends."""
        cell = self.cell()
        if cell is None or not cell.entries:
            return False
        start = -1 if step > 0 else len(cell.entries)
        at = (start if self.at is None else self.at) + step
        if not 0 <= at < len(cell.entries):
            return False
        self._say(())
        self.at = at
        self.viewport().update()
        announce(self, cell.entries[at].said)
        self.chosen_changed.emit()
        return True

    def item(self) -> Item | None:
        """What would be moved: the visit, or the whole cycle of the injection day."""
        entry = self.entry()
        if entry is None:
            return None
        schedule = self._session.state(entry.patient).schedule
        items = items_of(schedule, {})
        return next((i for i in items if any(mark.code == entry.due.code for mark in i.marks)), None)

    def _current_moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._quiet and current.isValid():
            self.at = None
            self.chosen_changed.emit()

    # --- Keys ---

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 - Qt's name and type
        """Tab goes through the appointments of the day, and on to the next control at the end."""
        if self.drag is None and self.step_entry(1 if next else -1):
            return True
        self.at = None
        return super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows between days; with Ctrl the appointment moves, Enter keeps it, Escape lets it go."""
        key = Qt.Key(event.key())
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        entered = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self.drag is not None and (entered or key == Qt.Key.Key_Escape):
            if entered:
                self.drop()
            else:
                self.let_go()
        elif key in _STEPS and held == Qt.KeyboardModifier.ControlModifier:
            self.carry(_STEPS[key])
        elif self.drag is not None:
            event.accept()
        elif key in _STEPS and not held:
            self.step_day(_STEPS[key])
        elif key == Qt.Key.Key_Escape and (self.refused or self.at is not None):
            self._say(())
            self.at = None
            self.viewport().update()
        elif (entered or key == Qt.Key.Key_Space) and not held:
            (self.list_wanted if self.entry() is None else self.activated_item).emit()
        else:
            super().keyPressEvent(event)

    # --- Moving what is chosen ---

    def take_in_hand(self) -> None:
        """Take the chosen appointment in hand, a cycle as a block."""
        item, entry, day = self.item(), self.entry(), self.day()
        if item is None or entry is None or day is None:
            return
        self._say(())
        self.grip = day - item.first
        self.drag = Drag(self._session, entry.patient, item, self)
        self.drag.changed.connect(self.viewport().update)
        self.drag.look_at(day - self.grip for day in self.month.days())
        self.viewport().update()

    def carry(self, days: int) -> None:
        """Hold the chosen appointment some days later or earlier."""
        if self.drag is None:
            self.take_in_hand()
        if self.drag is not None:
            self.drag.move_by(days)
            announce(self, " ".join(self.drag.says()))

    def drop(self) -> None:
        """Ask for the move, or say why the day is refused."""
        drag = self.drag
        if drag is None:
            return
        ask = drag.ask()
        refused = (drag.label(), drag.refusal()) if ask is None and drag.moved else ()
        self.let_go()
        if ask is not None:
            self.dropped.emit(ask)
        self._say(refused)

    def let_go(self) -> None:
        """Put it back where it stands; nothing is asked."""
        self._pressed = None
        if self.drag is not None:
            self.drag.stop()
            self.drag.deleteLater()
            self.drag = None
            self.unsetCursor()
            self.viewport().update()

    def _say(self, texts: tuple[str, ...]) -> None:
        if texts != self.refused:
            self.refused = texts
            self.viewport().update()
            announce(self, " ".join(texts))

    # --- Mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer; held and moved, it is dragged."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        if not index.isValid() or self.drag is not None:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._say(())
        day = self.month.day(index.row(), index.column())
        line = self._line_at(at, self.visualRect(index), self.month.cell(day))
        if line is not None and line < 0:
            self.choose(day)
            self.list_wanted.emit()
            return
        self.choose(day, line)
        self.chosen_changed.emit()
        if line is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pressed = at

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was pressed."""
        at = event.position().toPoint()
        if self._pressed is None:
            return
        if self.drag is None and (at - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self.take_in_hand()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        index = self.indexAt(at)
        if self.drag is not None and index.isValid():
            self.drag.move_to(self.month.day(index.row(), index.column()) - self.grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop what was dragged."""
        if event.button() is Qt.MouseButton.LeftButton and self._pressed is not None:
            self._pressed = None
            self.drop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Record or show what is under the pointer; the list of a day elsewhere."""
        self._pressed = None
        if self.indexAt(event.position().toPoint()).isValid():
            (self.list_wanted if self.entry() is None else self.activated_item).emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is in hand goes back when another window or control takes over."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason):
            self.let_go()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of what is under the pointer, or by the keys of what is chosen."""
        at = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        if self.drag is None:
            self.menu_asked.emit(at)

    def _line_at(self, at: QPoint, rect: QRect, cell: DayCell) -> int | None:
        """The appointment under a point; -1 for the line that counts the rest, None beside all of them."""
        page = self.page
        shown = page.lines(rect, cell)
        for line in range(shown + (shown < len(cell.entries) + cell.more)):
            if page.line_rect(rect, cell, line).contains(at):
                return line if line < shown else -1
        return None

    # --- Painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the days, from what was read."""
        painter = QPainter(self.viewport())
        page, today = self.page, self._session.today if self._session.is_open else None
        for day in self.month.days():
            rect = self.visualRect(self.month.index_of(day))
            if not rect.intersects(event.rect()):
                continue
            cell = self.month.cell(day)
            outside = day.month != self.month.month.month
            painting.paint_day(
                painter,
                page,
                rect,
                cell,
                today=day == today,
                outside=outside,
                drag=self.drag,
                grip=self.grip,
            )
            if self.drag is not None:
                painting.paint_ghosts(painter, page, rect, cell, painting.ghosts_on(self.drag, day))
        self._paint_chosen(painter, page)
        painter.end()

    def _paint_chosen(self, painter: QPainter, page: painting.Page) -> None:
        index, cell = self.currentIndex(), self.cell()
        if cell is None or not index.isValid():
            return
        rect = self.visualRect(index)
        draw_focus(painter, rect.adjusted(2, 2, -3, -3), focused=self.hasFocus() and self.at is None)
        if self.at is not None and cell.entries:
            line = page.line_rect(rect, cell, min(self.at, page.room(rect, cell) - 1))
            entry = self.entry()
            if entry is not None and self.drag is None:
                # One of those that are only counted is shown while it is chosen.
                painting.paint_entry(painter, page, line, entry)
            draw_focus(painter, line, focused=True)
        texts, at = self.refused, rect
        if self.drag is not None:
            texts, held = self.drag.says(), self.drag.to + self.grip
            at = self.visualRect(self.month.index_of(held)) if self.month.holds(held) else rect
        if texts:
            sizes = Sizes.of(self.font(), 0)
            corner = QPoint(at.left(), at.bottom() + 4)
            paint_label(painter, texts, corner, sizes, self.viewport().rect())
