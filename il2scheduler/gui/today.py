"""The Today view: what is overdue, what is due in the order of the day, what needs attention."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, sentences, today_rows
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.fields import Wrapped, turn
from il2scheduler.gui.flow import FlowLayout
from il2scheduler.gui.study_session import Filter, StudySession
from il2scheduler.gui.today_acts import ACTS, asks
from il2scheduler.gui.today_bars import DAY, DayBar, Invitation
from il2scheduler.gui.today_model import Column, TodayModel
from il2scheduler.gui.today_rows import Row, Section
from il2scheduler.gui.today_table import TodayTable
from il2scheduler.study import Changed


class TodayView(QWidget):
    """What is due on a day or in a week, with what can be done about each row."""

    asked = Signal(object)
    """Carries an `Ask`: choosing a row asks to show its patient, picking a day to show the day (`to`)."""

    def __init__(self, session: StudySession) -> None:
        """Build the view; it reads when it is first seen."""
        super().__init__()
        self._session = session
        self._stale = True
        self._quiet = False
        self._kept: dict[tuple[str, str, object], Row] = {}
        self._asks: dict[str, Ask] = {}
        self._read: tuple[date, date] | None = None
        self._told: tuple[str | None, str | None] = (None, None)
        self._rowless = False
        self.title = Wrapped()
        self.days = DayBar(session)
        self.model = TodayModel(session, self)
        self.table = TodayTable(self.model)
        self.empty = Invitation()
        self.stack = QStackedWidget()
        self.actions_of: dict[str, QAction] = {}
        self.buttons: dict[str, QPushButton] = {}
        self._make_actions()
        self._lay_out()
        self.days.changed.connect(self._other_days)
        self.days.picked.connect(self._picked)
        self.days.print_asked.connect(self.print_list)
        session.filtered.connect(self.refresh)
        session.closed.connect(self._empty)
        self.table.doubleClicked.connect(self._opened)
        self.table.selectionModel().currentRowChanged.connect(self._moved)
        self.table.entered_by_keys.connect(self._entered)
        self.retranslate()

    # --- What is shown ---

    @property
    def first(self) -> date:
        """The first day that is shown."""
        return self.days.first

    @property
    def last(self) -> date:
        """The last day that is shown."""
        return self.days.last

    def go_to(self, day: date | None) -> None:
        """Show another day (or its week); None is today."""
        self.days.go_to(day)

    def chosen(self) -> Row | None:
        """The row that is chosen."""
        return self.model.row(self.table.currentIndex().row())

    def refresh(self) -> None:
        """Read anew what is shown; nothing while the view is not seen."""
        if not self.isVisible() or not self._session.is_open:
            self._stale = True
            return
        self._stale = False
        row = self.chosen()
        self.days.show_day()
        days = self.days
        here = (days.first, days.last)
        kept = None if row is None or here != self._read else row.key
        at, self._read = self.table.currentIndex().row() if kept else 0, here
        rows = today_rows.read(self._session, days.first, days.last, self._kept.values())
        self._quiet = True
        self.model.show(rows)
        self.table.fit(rows)
        self._choose(kept, at)
        self._quiet = False
        self.title.setText(self.days.said())
        self._say_empty(rows)
        self._enable()
        now = self.chosen()
        if now is not None and now.key != kept:
            self._tell()

    def follow(self, ask: Ask) -> None:
        """A patient was chosen elsewhere: choose its row; none where it has none, for it is not another's."""
        if ask.patient is None:
            return
        self._told = (ask.patient, ask.code)
        number = self._row_of_told()
        self._rowless = number is None
        self._quiet = True
        self._put_on(number)
        self._quiet = False
        self._enable()

    def _empty(self) -> None:
        """The study was closed: nothing of it is shown or asked about any more."""
        self._stale = True
        self._kept.clear()
        self._read, self._told, self._rowless = None, (None, None), False
        self._quiet = True
        self.model.show([])
        self._quiet = False

    def news(self, changed: Changed) -> None:
        """Something was saved: overdue rows it was about stay in sight, faded."""
        ids = {line.code: line.id for line in self._session.patients()}
        for row in self.model.rows:
            about = row.section is Section.OVERDUE and not row.heading
            if about and ids.get(row.patient) in changed.patients:
                self._kept[row.key] = row
        self.refresh()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.days.retranslate()
        self.table.setAccessibleName(w("What is due"))
        self.table.setWhatsThis(
            w("Space or Enter records the chosen row; the other keys are in the menu of the row (Shift+F10).")
        )
        for act in ACTS:
            said, action, button = w(act.text), self.actions_of[act.name], self.buttons[act.name]
            action.setText(said)
            button.setText(said)
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(w("{action} ({key})", action=said, key=key))
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while the view was not seen."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    # --- Acting ---

    def do(self, name: str) -> None:
        """Ask what an act asks of the chosen row; nothing where it makes no sense."""
        if name in self._asks:
            self.asked.emit(self._asks[name])

    def print_list(self) -> None:
        """Ask to print the list of the day or week."""
        code = "day" if self.days.days == DAY else "week"
        self.asked.emit(Ask(What.PRINT, code=code, to=self.days.first))

    # --- Inside ---

    def _make_actions(self) -> None:
        for act in ACTS:
            action = QAction(self.table)
            action.setShortcuts([QKeySequence(key) for key in act.keys])
            # The keys are the list's alone: letters typed elsewhere stay letters.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(partial(self._do_plainly, act.name))
            self.table.addAction(action)
            self.actions_of[act.name] = action
            button = QPushButton()
            button.setAutoDefault(False)
            # A click leaves the focus in the list, where the keys are.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._do_plainly, act.name))
            self.buttons[act.name] = button

    def _do_plainly(self, name: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
        self.do(name)

    def _lay_out(self) -> None:
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        bar = QWidget()
        acts = FlowLayout(bar)
        for button in self.buttons.values():
            acts.addWidget(button)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.title)
        whole.addWidget(self.days)
        whole.addWidget(self.stack, 1)
        whole.addWidget(bar)
        self.setFocusProxy(self.table)

    def _picked(self, day: date) -> None:
        self.asked.emit(Ask(What.SHOW, to=day))

    def _next(self, day: date) -> None:
        self.go_to(day)
        self._picked(day)

    def _other_days(self) -> None:
        self._kept.clear()
        self._rowless = False
        self.refresh()

    def _opened(self) -> None:
        self.do("record" if "record" in self._asks else "correct")

    def _moved(self, current: QModelIndex) -> None:
        row = self.model.row(current.row())
        if self._quiet or row is None or row.heading:
            return
        self._rowless = False
        self._enable()
        self._tell()

    def _entered(self) -> None:
        """The keys are of use at once: where no row is chosen, the first one is."""
        if self._rowless:
            self._rowless = False
            self._choose(None, 0)
        self._tell()

    def _tell(self) -> None:
        """The panel and the menus are about the row that is chosen, however it came to be chosen."""
        row = self.chosen()
        if row is None or row.heading:
            return
        self._told = (row.patient, row.code or None)
        self.asked.emit(Ask(What.SHOW, *self._told, row.day, row.slot))

    def _enable(self) -> None:
        self._asks = asks(self._session, self.chosen())
        for name, action in self.actions_of.items():
            action.setEnabled(name in self._asks)
            action.setVisible(name in self._asks)
            self.buttons[name].setVisible(name in self._asks)

    def _choose(self, key: tuple[str, str, object] | None, at: int) -> None:
        """Stay with what was chosen; where it is gone, with what stands in its place.

        On other days (`key` is None) with the patient that is shown; one without a row has none here.
        """
        rows = self.model.rows
        selectable = [number for number, row in enumerate(rows) if not row.heading]
        if not selectable:
            return
        same = [number for number in selectable if rows[number].key == key]
        told = self._row_of_told() if key is None else None
        near = [number for number in selectable if number >= at]
        number = told if told is not None else (same or near or selectable[-1:])[0]
        self._rowless = self._rowless and told is None and not same
        self._put_on(None if self._rowless else number)

    def _put_on(self, number: int | None) -> None:
        if number is None:
            self.table.setCurrentIndex(QModelIndex())
            self.table.clearSelection()
        else:
            self.table.setCurrentIndex(self.model.index(number, Column.STATE))

    def _row_of_told(self) -> int | None:
        """The row of what the panel shows, else the first of its patient."""
        patient, code = self._told
        of_patient = [n for n, row in enumerate(self.model.rows) if patient and row.patient == patient]
        same = (n for n in of_patient if self.model.rows[n].code == (code or ""))
        return next(same, next(iter(of_patient), None))

    def _say_empty(self, rows: list[Row]) -> None:
        """Nothing to show: say why, and what to do."""
        self.days.print.setEnabled(bool(rows))
        if rows:
            turn(self.stack, 0, self, self.table)
            return
        self._invite()
        turn(self.stack, 1, self, self.days.picker if self.empty.button.isHidden() else self.empty.button)

    def _invite(self) -> None:
        w = language.current()
        days = self.days
        if not self._session.patients():
            self.empty.say(w("There is no patient yet."), w("Enrol a patient…"), self._enrol)
        elif today_rows.hidden(self._session, days.first, days.last):
            self.empty.say(w("The filter hides everything."), w("Clear filter"), self._show_all)
        else:
            self._say_next()

    def _say_next(self) -> None:
        w = language.current()
        due = today_rows.next_due(self._session, self.days.last)
        day = None if due is None else due.appointment.planned
        if due is None or day is None:
            self.empty.say(w("Nothing is due: {days}.", days=self.days.said()))
            return
        protocol = self._session.study.protocols[due.protocol].protocol
        said = w(
            "Nothing is due: {days}. Next: {date}, {patient}, {what}.",
            days=self.days.said(),
            date=w.staff_date(day),
            patient=due.patient,
            what=sentences.name_inside(due.appointment.code, protocol),
        )
        self.empty.say(said, w("Show {date}", date=w.staff_date(day)), partial(self._next, day))

    def _show_all(self) -> None:
        self._session.show_only(Filter())

    def _enrol(self) -> None:
        self.asked.emit(Ask(What.ENROL))
