"""What a person does in the timeline by keys and by mouse: choose, open, move, drag."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from il2scheduler.gui.ahead import Ahead
from il2scheduler.gui.asking import Ask
from il2scheduler.gui.dragging import Drag
from il2scheduler.gui.items import Item
from il2scheduler.gui.notice import announce
from il2scheduler.gui.study_grid import StudyGrid
from il2scheduler.gui.study_session import StudySession

_EDGE, _EDGE_STEP = 24, 3
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class StudyTable(StudyGrid):
    """Arrows go between items, Shift between days; Ctrl or the mouse takes an item in hand."""

    activated_item = Signal()
    """Enter, Space or a double click on what is chosen."""
    menu_asked = Signal(QPoint)
    """The menu of what is chosen, at a point of the screen."""
    dropped = Signal(object)
    """Carries the `Ask` of a drop."""

    def __init__(self, session: StudySession) -> None:
        """Show an empty table."""
        super().__init__(session)
        self.ahead = Ahead(session, self)
        self._pressed: tuple[QPoint, Item, int] | None = None
        self._last = QPoint()
        self._edge = QTimer(self)
        self._edge.setInterval(40)
        self._edge.timeout.connect(self._scroll_at_edge)

    # --- Keys ---

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 - Qt's name and type
        """Tab goes from item to item of the patient, and on to the next control at the end."""
        if self.drag is None and self.currentIndex().isValid() and self.step_item(1 if next else -1):
            return True
        return super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows between items; with Shift between days; with Ctrl the item moves."""
        key = Qt.Key(event.key())
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._drag_key(key) or self._move_key(key, held):
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not held:
            self.activated_item.emit()
        elif key == Qt.Key.Key_Escape and self.refused:
            self.tell(())
        else:
            super().keyPressEvent(event)

    def _drag_key(self, key: Qt.Key) -> bool:
        if self.drag is None:
            return False
        if key == Qt.Key.Key_Escape:
            self.let_go()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.drop()
            return True
        return False

    def _move_key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        step = _STEPS.get(key)
        if step is not None and held == Qt.KeyboardModifier.ControlModifier:
            self.carry(step)
        elif self.drag is not None:
            # While an item is in hand nothing else is chosen.
            return key in (*_STEPS, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
        elif step is not None and held == Qt.KeyboardModifier.ShiftModifier:
            day = self.day()
            if day is not None:
                self._step_day(day + timedelta(days=step))
        elif step is not None and not held:
            self.step_item(step)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not held:
            self.step_row(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not held:
            row = self.row()
            if row is not None and row.items:
                item = row.items[0 if key == Qt.Key.Key_Home else -1]
                self.pick(self.currentIndex().row(), item, item.entry)
        else:
            return False
        return True

    def _step_day(self, day: date) -> None:
        number = self.currentIndex().row()
        row = self.days.content(number)
        day = self.days.day(self.days.column(day))
        there = () if row is None else row.on(day)
        self.pick(number, there[0] if there else None, day)

    # --- Moving what is chosen ---

    def choose(self, number: int, item: Item | None, day: date) -> None:
        """Choose an item; what it may meet when it is moved is counted while nobody waits for it."""
        super().choose(number, item, day)
        line = self.days.line(number)
        if item is None or line is None:
            self.ahead.stop()
        elif self.drag is None:
            self.ahead.look(line.code, item)

    def carry(self, step: int) -> None:
        """Take the chosen item in hand, if it is not, and hold it a day later (1) or earlier (-1)."""
        if self.drag is None:
            item = self.item()
            if item is None:
                return
            self.take_in_hand(self.currentIndex().row(), item)
        if self.drag is not None:
            self.drag.move_by(step)
            self.scrollTo(self.days.index(self.currentIndex().row(), self.days.column(self.drag.to)))
            announce(self, " ".join(self.drag.says()))

    def take_in_hand(self, number: int, item: Item) -> None:
        """Take an item in hand."""
        line = self.days.line(number)
        if line is None:
            return
        self.tell(())
        self.choose(number, item, item.first)
        self.drag = Drag(self._session, line.code, item, self)
        self.drag.changed.connect(self.viewport().update)
        self.look()
        self.viewport().update()

    def drop(self) -> Ask | None:
        """Ask for the move, or say why the day is refused; nothing moves before it is made."""
        drag = self.drag
        if drag is None:
            return None
        ask = drag.ask()
        refusal = "" if ask is not None or not drag.moved else drag.refusal()
        label = drag.label()
        self.let_go()
        if ask is not None:
            self.dropped.emit(ask)
        elif refusal:
            self.tell((label, refusal))
        return ask

    def let_go(self) -> None:
        """Put the item back where it stands; nothing is asked."""
        self._edge.stop()
        self._pressed = None
        if self.drag is not None:
            self.drag.stop()
            self.drag.deleteLater()
            self.drag = None
            self.unsetCursor()
            self.viewport().update()

    # --- Mouse ---

    def item_at(self, at: QPoint) -> tuple[int, Item] | None:
        """The row and item under a point of the viewport; of several visits of a date the chosen one."""
        number = self.rowAt(at.y())
        row = self.days.row(number)
        if row is None:
            return None
        canvas = self.sight(self.viewport().rect()).canvas(self.rowViewportPosition(number))
        hit = [item for item in row.items if canvas.rect(item).contains(at)]
        chosen = [item for item in hit if item.code == self.code]
        return (number, (chosen or hit)[0]) if hit else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer; held and moved, it is dragged."""
        at = event.position().toPoint()
        column, number = self.columnAt(at.x()), self.rowAt(at.y())
        if column < 0 or number < 0 or self.drag is not None:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        hit = self.item_at(at)
        self.tell(())
        item = None if hit is None else hit[1]
        self.choose(number, item, self.days.day(column))
        self.chosen_changed.emit()
        if item is not None and event.button() is Qt.MouseButton.LeftButton:
            grip = (self.days.day(column) - item.first).days
            self._pressed = (at, item, grip)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was pressed."""
        if self._pressed is None:
            return
        self._last = event.position().toPoint()
        start, item, _ = self._pressed
        if self.drag is None:
            far = (self._last - start).manhattanLength() >= QApplication.startDragDistance()
            if not far:
                return
            pressed = self._pressed
            self.take_in_hand(self.currentIndex().row(), item)
            self._pressed = pressed
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._hold_over(self._last)
        if self._at_edge():
            self._edge.start()
        else:
            self._edge.stop()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop what was dragged."""
        if event.button() is Qt.MouseButton.LeftButton and self._pressed is not None:
            self._pressed = None
            self.drop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Record or show what is under the pointer."""
        if self.item_at(event.position().toPoint()) is not None:
            self._pressed = None
            self.activated_item.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """An item in hand goes back when another window or control takes over; not for a menu or tool tip."""
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

    def _hold_over(self, at: QPoint) -> None:
        if self.drag is None or self._pressed is None:
            return
        column = (at.x() + self.header.offset()) // self.sizes.day
        column = min(max(column, 0), self.days.columnCount() - 1)
        self.drag.move_to(self.days.day(column) - timedelta(days=self._pressed[2]))

    def _at_edge(self) -> int:
        if self._last.x() < _EDGE:
            return -1
        return 1 if self._last.x() > self.viewport().width() - _EDGE else 0

    def _scroll_at_edge(self) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + self._at_edge() * self.sizes.day // _EDGE_STEP)
        self._hold_over(self._last)
