"""The bar of the Today view that says which days it shows, and what to say when there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from il2scheduler.gui import language
from il2scheduler.gui.fields import Choice, DateField, Wrapped
from il2scheduler.gui.flow import FlowLayout
from il2scheduler.gui.study_session import StudySession

DAY, WEEK = 1, 7


class DayBar(QWidget):
    """A day and how many days: a picker, one day or the week. The way on through the days is the page's."""

    changed = Signal()
    """Another day or span is shown."""
    picked = Signal(object)
    """A person picked this `date` here."""
    print_asked = Signal()

    def __init__(self, session: StudySession) -> None:
        """Start with today, one day."""
        super().__init__()
        self._session = session
        self._day: date | None = None
        self.days = DAY
        self.picker = DateField()
        self.print = QPushButton()
        self.span = Choice()
        row = FlowLayout(self)
        controls: tuple[QWidget, ...] = (self.picker, self.span, self.print)
        for widget in controls:
            row.addWidget(widget)
        self.picker.committed.connect(self._picked)
        self.span.currentIndexChanged.connect(self._span_chosen)
        self.print.clicked.connect(self.print_asked)

    @property
    def day(self) -> date:
        """The day that was picked; today as long as none was."""
        return self._day or self._session.today

    @property
    def first(self) -> date:
        """The first day that is shown: the day itself, or the Monday of its week."""
        return self.day if self.days == DAY else self.day - timedelta(days=self.day.weekday())

    @property
    def last(self) -> date:
        """The last day that is shown."""
        return self.first + timedelta(days=self.days - 1)

    def go_to(self, day: date | None) -> None:
        """Choose a day; None is today, and stays today when the day changes."""
        self._day = None if day == self._session.today else day
        self.show_day()
        self.changed.emit()

    def show_days(self, days: int) -> None:
        """Choose a day (1) or its week (7)."""
        self.days = days
        self.span.choose(days)
        self.changed.emit()

    def show_day(self) -> None:
        """Show the day in the picker."""
        self.picker.set_date(self.day)

    def said(self) -> str:
        """The days in words."""
        w = language.current()
        first = w.staff_date(self.first)
        if self.days == DAY:
            return w("Today, {date}", date=first) if self.first == self._session.today else first
        return w("{first} to {last}", first=first, last=w.staff_date(self.last))

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.picker.name(w("Day of the list"))
        self.picker.retranslate()
        self.span.setAccessibleName(w("How much the list shows"))
        self.span.offer([(w("One day"), w("One day"), DAY), (w("The week"), w("The week"), WEEK)], self.days)
        self.print.setText(w("Print this list…"))

    def _picked(self) -> None:
        day = self.picker.day()
        if day is not None and day != self.day:
            self.go_to(day)
            self.picked.emit(day)

    def _span_chosen(self) -> None:
        days = self.span.chosen()
        if isinstance(days, int) and days != self.days:
            self.show_days(days)


class Invitation(QWidget):
    """What stands where there is nothing to show: why, and one thing to do about it."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.text = Wrapped()
        self.button = QPushButton()
        self._do: Callable[[], object] | None = None
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        policy = self.text.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        self.text.setSizePolicy(policy)
        # Enter presses it, as everywhere in a list.
        self.button.setAutoDefault(True)
        self.button.clicked.connect(self._act)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.text)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.say("")

    def say(self, text: str, act: str = "", do: Callable[[], object] | None = None) -> None:
        """Show a sentence; `act` labels what `do` does."""
        self.text.setText(text)
        self.button.setText(act)
        self.button.setAccessibleName(act or "-")
        self.button.setVisible(do is not None)
        self._do = do

    def _act(self) -> None:
        if self._do is not None:
            self._do()
