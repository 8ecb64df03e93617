"""The Timeline view: patients down, days across, what is dragged, places taken at the foot."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWhatsThis,
    QWidget,
)

from il2scheduler.gui import items, language, sentences
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.fields import Wrapped, below, turn
from il2scheduler.gui.item_acts import TEXTS, asks, day_asks, main_ask
from il2scheduler.gui.lanes import WIDTHS
from il2scheduler.gui.places_strip import PlacesModel, PlacesStrip
from il2scheduler.gui.study_grid import READ_SECONDS
from il2scheduler.gui.study_session import StudySession
from il2scheduler.gui.study_table import StudyTable
from il2scheduler.gui.study_timeline_model import HOLIDAY
from il2scheduler.study import Changed

_MOST_LEGEND = 0.12
"""How much of the height the signs may take."""
_ONE_DAY = timedelta(days=1)


class StudyTimeline(QWidget):
    """All patients of the study on one axis of days."""

    asked = Signal(object)
    """Carries an `Ask`; choosing an item asks to show its patient."""
    turned = Signal()
    """Other days are in sight."""

    def __init__(self, session: StudySession) -> None:
        """Build the view; it reads when it is first seen."""
        super().__init__()
        self._session = session
        self._stale = True
        self._day: date | None = None
        self._sight: tuple[date, date] | None = None
        self._shown: tuple[str, str | None, date] | None = None
        self.table = StudyTable(session)
        self.places = PlacesModel(session, self.table.days)
        self.strip = PlacesStrip(self.places, self.table.days)
        self.legend = Wrapped(muted=True)
        self.signs = QToolButton()
        self.wider, self.narrower = QToolButton(), QToolButton()
        self.empty = Wrapped(muted=True)
        self.stack = QStackedWidget()
        self.menu: QMenu | None = None
        self._counting = QTimer(self)
        self._counting.setInterval(0)
        self._counting.timeout.connect(self._count)
        self._lay_out()
        self._connect()
        self.retranslate()

    # --- What is shown ---

    @property
    def first(self) -> date | None:
        """The first day in sight."""
        days = self.table.days_in_sight()
        return None if days is None else days[0]

    @property
    def last(self) -> date | None:
        """The last day in sight."""
        days = self.table.days_in_sight()
        return None if days is None else days[1]

    @property
    def reading(self) -> bool:
        """True while rows or days in sight are still to be read."""
        return self.table.reading or self._counting.isActive()

    def go_to(self, day: date | None) -> None:
        """Show a day, with a week before it; None is today."""
        self._day = day
        if self.table.days.columnCount():
            self.table.show_column(self.table.days.column(day or self._session.today))

    def show_patient(self, code: str, item: str | None = None) -> None:
        """Choose a patient, and one of its items."""
        number = self.table.days.number(code)
        row = None if number is None else self.table.days.content(number)
        if number is None or row is None:
            return
        today = self._session.today
        found = row.item(item) or next((there for there in row.items if there.last >= today), None)
        self.table.choose(number, found, today if found is None else found.entry)
        self.table.show_item()

    def follow(self, ask: Ask) -> None:
        """A patient was chosen elsewhere: choose its row; the days in sight stay."""
        row, days = self.table.row(), self.table.days_in_sight()
        number = None if ask.patient is None else self.table.days.number(ask.patient)
        if number is None or days is None or (row is not None and row.line.code == ask.patient):
            return
        there = self.table.days.content(number)
        item = None if there is None else there.item(ask.code)
        if item is not None and not days[0] <= item.entry <= days[1]:
            item = None
        shown = min(max(self._day or self._session.today, days[0]), days[1])
        self.table.choose(number, item, shown if item is None else item.entry)
        self.table.scrollTo(self.table.currentIndex())

    def zoom_by(self, steps: int) -> None:
        """Show more days (1) or fewer (-1)."""
        self.table.zoom_to(self.table.zoom + steps)

    def can_zoom(self, steps: int) -> bool:
        """True when there is a zoom that way."""
        return 0 <= self.table.zoom + steps < len(WIDTHS)

    def refresh(self) -> None:
        """Read anew what is shown; nothing while the view is not seen. What is chosen stays so."""
        self._stale = True
        if not self.isVisible():
            return
        self._stale = False
        kept, self._shown = self._kept(), None
        scrolled = (self.first, self.table.verticalScrollBar().value())
        self.table.let_go()
        self.table.header.today = self._session.today if self._session.is_open else date.min
        self.table.days.load()
        there = self.table.days.rowCount() > 0
        turn(self.stack, 0 if there else 1, self, self.table if there else self.empty)
        self._say_empty()
        self._fit()
        if not self.table.days.rowCount():
            return
        self._keep(kept)
        if scrolled[0] is None:
            self.go_to(self._day)
        else:
            self.table.show_column(self.table.days.column(scrolled[0]), 0)
            self.table.verticalScrollBar().setValue(scrolled[1])
        self.table.read_in_sight()
        self._count()

    def news(self, changed: Changed) -> None:
        """Something was saved: its patients are read anew, and the choice follows what moved."""
        if not self.isVisible() or changed.study or not self.table.days.rowCount():
            self.refresh()
            return
        kept = self._kept()
        self.table.let_go()
        if not self.table.days.take_news(changed.patients):
            self.refresh()
            return
        self.places.forget()
        self.table.read_in_sight()
        self._keep(kept)
        self._count()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.table.setAccessibleName(w("Timeline"))
        self.table.setWhatsThis(
            w(
                "Arrow keys go from item to item, with Shift from day to day. Ctrl+Left and Ctrl+Right move "
                "the chosen cycle or visit by a day, Enter keeps it there, Escape lets it go. "
                "Enter or Space records."
            )
        )
        self.strip.setAccessibleName(w("Places taken each day"))
        signs = (
            (items.GIVEN, w("given or done")),
            (items.IN_PART, w("given in part")),
            (items.WITHHELD, w("withheld")),
            (items.NOT_GIVEN, w("not given, missed")),
            (items.OVERDUE, w("overdue")),
            (items.AWAITED, w("diary awaited")),
            (items.CHECK, w("to be checked")),
            (items.CANCELLED, w("cancelled")),
        )
        shown = [f"{sign}\u00a0{said.replace(' ', chr(0xA0))}" for sign, said in signs]
        shown += [
            w("struck: omitted"),
            w("hatched: clinic closed"),
            f"{HOLIDAY}\u00a0{w('holiday or closure')}",
            w("bar: window, dotted where of the site"),
        ]
        self.legend.setText("   ".join(shown))
        self.signs.setText("?")
        self.signs.setAccessibleName(w("What the signs mean"))
        self.signs.setToolTip(sentences.tool_tip("\n".join([w("What the signs mean"), *shown])))
        for button, sign, said in (
            (self.wider, "+", w("Fewer days, wider")),
            (self.narrower, "−", w("More days, narrower")),
        ):
            button.setText(sign)
            button.setAccessibleName(said)
            button.setToolTip(said)
        self._say_empty()
        self.table.days.forget()
        self.table.read_in_sight()
        for widget in (self.table.header, self.table.patients, self.table, self.strip):
            widget.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while the view was not seen."""
        super().showEvent(event)
        if self._stale or self.table.header.today != self._session.today:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window or with large texts the patients need the room of the signs."""
        super().resizeEvent(event)
        self._fit_legend()

    def _fit_legend(self) -> None:
        width = self.width() - 3 * self.wider.sizeHint().width()
        tall = self.legend.heightForWidth(max(width, 1)) > self.height() * _MOST_LEGEND
        self.legend.setVisible(not tall)
        self.signs.setVisible(tall)

    def _explain(self) -> None:
        QWhatsThis.showText(below(self.signs), self.signs.toolTip(), self.signs)

    # --- Acting ---

    def activate(self) -> None:
        """Ask to record what is chosen, or to show it."""
        row, item, day = self.table.row(), self.table.item(), self.table.day()
        if row is None or day is None:
            return
        if item is None:
            self.asked.emit(Ask(What.SHOW, row.line.code))
            return
        self.asked.emit(main_ask(row.schedule, item, day, self._session.today))

    def asks(self) -> list[Ask]:
        """Everything that can be asked of what is chosen."""
        row, item, day = self.table.row(), self.table.item(), self.table.day()
        if row is None or day is None:
            return []
        made: list[Ask] = []
        if item is not None:
            check = any(mark.code in row.found for mark in item.marks)
            made = asks(row.schedule, item, day, self._session.today, check=check)
        known = {ask.what for ask in made}
        return made + [ask for ask in day_asks(row.schedule, day) if ask.what not in known]

    # --- Inside ---

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.legend, 100)
        foot.addStretch(1)
        foot.addWidget(self.signs)
        foot.addWidget(self.narrower)
        foot.addWidget(self.wider)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.table, 1)
        # As wide as the days of the table: its scroll bar stands to the right of them.
        self.beside = QWidget()
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.strip, 1)
        row.addWidget(self.beside)
        column.addLayout(row)
        column.addLayout(foot)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(content)
        self.stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        table = self.table
        table.chosen_changed.connect(self._tell)
        table.activated_item.connect(self.activate)
        table.menu_asked.connect(self._open_menu)
        table.dropped.connect(self.asked)
        table.scrolled.connect(self._count)
        table.fitted.connect(self._fit)
        table.horizontalScrollBar().valueChanged.connect(self.strip.horizontalScrollBar().setValue)
        self.strip.horizontalScrollBar().valueChanged.connect(table.horizontalScrollBar().setValue)
        self._session.closed.connect(self._empty)
        self.signs.clicked.connect(self._explain)
        self.wider.clicked.connect(lambda: self.zoom_by(-1))
        self.narrower.clicked.connect(lambda: self.zoom_by(1))

    def _empty(self) -> None:
        """The study was closed: nothing of it is shown or read any more."""
        self.table.let_go()
        self.table.ahead.stop()
        self.table.days.load()
        self._stale = True

    def _fit(self) -> None:
        left = self.table.patients.sizeHint().width()
        self.table.patients.setFixedWidth(left)
        self.strip.fit(self.table.sizes, left)
        self.beside.setFixedWidth(self.table.verticalScrollBar().sizeHint().width())
        self.strip.horizontalScrollBar().setValue(self.table.horizontalScrollBar().value())
        self.wider.setEnabled(self.can_zoom(-1))
        self.narrower.setEnabled(self.can_zoom(1))
        self._count()

    def _count(self) -> None:
        days = self.table.days_in_sight()
        if days is None or not self.isVisible() or not self._session.is_open:
            self._counting.stop()
            return
        if days != self._sight:
            self._sight = days
            self.turned.emit()
        if self.places.read(*days, READ_SECONDS):
            self._counting.stop()
        else:
            self._counting.start()
        self.strip.viewport().update()

    def _say_empty(self) -> None:
        if not self.isVisible():
            return
        w = language.current()
        hidden = self._session.is_open and bool(self._session.patients())
        self.empty.setText(w("The filter hides everything.") if hidden else w("There is no patient yet."))

    def _kept(self) -> tuple[str, str | None, date] | None:
        line, day = self.table.days.line(self.table.currentIndex().row()), self.table.day()
        return None if line is None or day is None else (line.code, self.table.code, day)

    def _keep(self, kept: tuple[str, str | None, date] | None) -> None:
        """The same item is chosen again, wherever it stands now."""
        number = None if kept is None else self.table.days.number(kept[0])
        if kept is None or number is None:
            return
        row = self.table.days.content(number)
        item = None if row is None else row.item(kept[1])
        day = kept[2]
        if item is not None and not item.first <= day <= item.last:
            day = item.entry
        self.table.choose(number, item, day)
        if item is not None and day != kept[2]:
            self.table.show_item()

    def _tell(self) -> None:
        """Show the patient of what was chosen; once for each choice."""
        row, item, day = self.table.row(), self.table.item(), self.table.day()
        if row is None or day is None:
            return
        chosen = (row.line.code, None if item is None else item.code, day)
        if chosen != self._shown:
            self._shown = chosen
            self.asked.emit(Ask(What.SHOW, chosen[0], chosen[1], day))

    def _open_menu(self, at: QPoint) -> None:
        """Ask what is chosen from the menu."""
        w = language.current()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for ask in self.asks():
            menu.addAction(w(TEXTS[ask.what])).triggered.connect(lambda _=False, a=ask: self.asked.emit(a))
        self.menu = menu
        if menu.isEmpty():
            menu.deleteLater()
            return
        menu.popup(at)
