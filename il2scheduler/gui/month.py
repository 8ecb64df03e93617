"""The Month view: a grid of days in words, with places and holidays; what is chosen can be moved in it."""

from __future__ import annotations

import calendar
from datetime import date

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QMenu, QVBoxLayout, QWidget

from il2scheduler.gui import language
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.item_acts import TEXTS, asks, main_ask
from il2scheduler.gui.month_grid import MonthGrid
from il2scheduler.gui.month_model import DayCell, MonthModel
from il2scheduler.gui.study_session import StudySession
from il2scheduler.study import Changed

READ_SECONDS = 0.006


class DayList(QFrame):
    """All appointments of a day, over the grid; Escape puts it away."""

    chosen = Signal(int)
    """Carries the place of an appointment in its day."""

    def __init__(self, parent: QWidget) -> None:
        """Start hidden."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.rows = QListWidget()
        column = QVBoxLayout(self)
        column.addWidget(self.title)
        column.addWidget(self.rows)
        self.rows.itemActivated.connect(self._activated)
        self.rows.itemClicked.connect(self._activated)

    def open(self, cell: DayCell, title: str, at: QPoint) -> None:
        """List the appointments of a day at a point of the screen."""
        self.title.setText(title)
        self.rows.setAccessibleName(title)
        self.rows.clear()
        for entry in cell.entries:
            self.rows.addItem(f"{entry.text} {entry.sign}".strip())
            self.rows.item(self.rows.count() - 1).setData(Qt.ItemDataRole.AccessibleTextRole, entry.said)
        self.rows.setCurrentRow(0)
        letters = self.fontMetrics().averageCharWidth() * 50
        self.resize(letters, self.fontMetrics().height() * min(len(cell.entries) + 5, 20))
        self.move(at)
        self.show()
        self.rows.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses where the list itself leaves it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._activated()
        else:
            super().keyPressEvent(event)

    def _activated(self) -> None:
        if self.isVisible() and self.rows.currentRow() >= 0:
            self.hide()
            self.chosen.emit(self.rows.currentRow())


class MonthView(QWidget):
    """What stands on each day of a month, for all patients that are shown."""

    asked = Signal(object)
    """Carries an `Ask`; choosing an appointment asks to show its patient."""
    turned = Signal()
    """Another month is shown."""

    def __init__(self, session: StudySession) -> None:
        """Build the view; it reads when it is first seen."""
        super().__init__()
        self._session = session
        self._stale = True
        self._wanted: tuple[date, str, str] | None = None
        self.model = MonthModel(session, self)
        self.grid = MonthGrid(session, self.model)
        self.list = DayList(self)
        self.menu: QMenu | None = None
        self._reading = QTimer(self)
        self._reading.setInterval(0)
        self._reading.timeout.connect(self._read_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)
        self.setFocusProxy(self.grid)
        grid = self.grid
        grid.chosen_changed.connect(self._tell)
        grid.activated_item.connect(self.activate)
        grid.list_wanted.connect(self.open_list)
        grid.menu_asked.connect(self._open_menu)
        grid.dropped.connect(self._dropped)
        grid.day_wanted.connect(self._show_month)
        self.list.chosen.connect(self._listed)
        session.closed.connect(self._empty)
        self.retranslate()

    # --- What is shown ---

    @property
    def first(self) -> date:
        """The first day of the month."""
        return self.model.month

    @property
    def last(self) -> date:
        """The last day of the month."""
        month = self.model.month
        return month.replace(day=calendar.monthrange(month.year, month.month)[1])

    @property
    def reading(self) -> bool:
        """True while days are still to be read."""
        return self._reading.isActive()

    def go_to(self, day: date | None) -> None:
        """Show the month of a day and choose the day; None is today."""
        if not self._session.is_open:
            return
        day = day or self._session.today
        self.grid.let_go()
        self._show_month(day)
        self.grid.choose(day)

    def refresh(self) -> None:
        """Read anew what is shown; nothing while the view is not seen. What is chosen stays so."""
        self._stale = True
        if not self.isVisible() or not self._session.is_open:
            return
        self._stale = False
        entry, day = self.grid.entry(), self.grid.day()
        if entry is not None and day is not None:
            self._wanted = (day, entry.patient, entry.due.code)
        self.grid.let_go()
        if day is None:
            self.model.show(self._session.today)
            self.grid.choose(self._session.today)
        self.model.forget()
        self._start()

    def news(self, changed: Changed) -> None:
        """Something was saved: the days are read anew, and the choice follows what moved."""
        entry, day = self.grid.entry(), self.grid.day()
        self.refresh()
        if entry is None or day is None or changed.study or self._stale:
            return
        schedule = self._session.state(entry.patient).schedule
        now = next((due.planned for due in schedule.appointments if due.code == entry.due.code), None)
        if now is not None:
            self._wanted = (now, entry.patient, entry.due.code)
            self._show_month(now)
            self.grid.choose(now)

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.grid.setAccessibleName(w("Month"))
        self.grid.setWhatsThis(
            w(
                "Arrow keys go from day to day, Tab through the appointments of a day, Enter opens one or "
                "lists the day. Ctrl and an arrow key move the chosen appointment by a day or a week, "
                "Enter keeps it there, Escape lets it go."
            )
        )
        self.grid.fit_names()
        self.grid.horizontalHeader().viewport().update()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while the view was not seen."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    # --- Acting ---

    def activate(self) -> None:
        """Ask to record the chosen appointment, or to show it."""
        entry, item, day = self.grid.entry(), self.grid.item(), self.grid.day()
        if entry is not None and item is not None and day is not None:
            schedule = self._session.state(entry.patient).schedule
            self.asked.emit(main_ask(schedule, item, day, self._session.today))

    def asks(self) -> list[Ask]:
        """Everything that can be asked of the chosen appointment, or of a day."""
        entry, item, day = self.grid.entry(), self.grid.item(), self.grid.day()
        if day is None:
            return []
        if entry is None or item is None:
            return [Ask(What.PRINT, code="day", to=day)]
        schedule = self._session.state(entry.patient).schedule
        return asks(schedule, item, day, self._session.today, check=False)

    def open_list(self) -> None:
        """List all appointments of the chosen day."""
        day = self.grid.day()
        cell = None if day is None else self.model.whole(day)
        if cell is None or not cell.entries:
            return
        title = language.current().staff_date(cell.day)
        rect = self.grid.visualRect(self.grid.currentIndex())
        self.list.open(cell, title, self.grid.viewport().mapToGlobal(rect.topLeft()))

    # --- Inside ---

    def _listed(self, at: int) -> None:
        day = self.grid.day()
        if day is not None:
            self.grid.choose(day, at)
            self.grid.setFocus()
            self.activate()

    def _dropped(self, ask: Ask) -> None:
        self.asked.emit(ask)

    def _show_month(self, day: date) -> None:
        before = self.model.month
        self.model.show(day)
        self._start()
        if self.model.month != before:
            self.turned.emit()

    def _empty(self) -> None:
        self.grid.let_go()
        self.grid.ahead.stop()
        self._reading.stop()
        self._wanted = None
        self._stale = True
        self.model.clear()

    def _start(self) -> None:
        if self.isVisible() and self.model.missing:
            self._reading.start()

    def _read_on(self) -> None:
        self.model.read(READ_SECONDS)
        wanted = self._wanted
        if wanted is not None and self.model.holds(wanted[0]):
            self.grid.choose_code(*wanted)
        if not self.model.missing:
            self._reading.stop()
            self._wanted = None

    def _tell(self) -> None:
        self._wanted = None
        entry, day = self.grid.entry(), self.grid.day()
        if entry is not None:
            self.asked.emit(Ask(What.SHOW, entry.patient, entry.due.code, day))

    def _open_menu(self, at: QPoint) -> None:
        w = language.current()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for ask in self.asks():
            menu.addAction(w(TEXTS[ask.what])).triggered.connect(lambda _=False, a=ask: self.asked.emit(a))
        self.menu = menu
        menu.popup(at)
