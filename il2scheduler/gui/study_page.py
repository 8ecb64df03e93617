"""The page of an open study: its views, the way through the days, the filter, the patient on the right."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from typing import cast

from PySide6.QtCore import QDate, QLocale, Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon, QPalette, QResizeEvent, QTextCharFormat
from PySide6.QtWidgets import (
    QApplication,
    QCalendarWidget,
    QFrame,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, theme
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.fields import Pane
from il2scheduler.gui.filter_pane import FilterPane
from il2scheduler.gui.find import FindField
from il2scheduler.gui.flow import FlowLayout
from il2scheduler.gui.study_session import StudySession
from il2scheduler.gui.views import VIEWS, View, shown_days, tell, widget_of
from il2scheduler.study import Changed

_WIDE_IN_LETTERS = 150
"""How wide a page is, in letters of its text, that has room for the calendar and the filter."""
_BEFORE = timedelta(days=7)
"""What the timeline shows before the day that it is sent to."""
_DAYS_OF_A_STEP = {"today": 1, "study_timeline": 28}


class StudyPage(QWidget):
    """Puts the views together: what they ask goes up, and the session's news goes to all of them."""

    asked = Signal(object)
    """Carries the `Ask` of a view."""
    view_changed = Signal()
    """Another view or patient is shown."""

    def __init__(self, session: StudySession) -> None:
        """Build the page of the study that is open."""
        super().__init__()
        self.session = session
        self.day: date | None = None
        self.patient: str | None = None
        self.code: str | None = None
        self.slot: time | None = None
        self.views: dict[str, QWidget] = {}
        self.buttons: dict[str, QPushButton] = {}
        self.stack = QStackedWidget()
        self.panel: QWidget | None = None
        self.earlier, self.later = QToolButton(), QToolButton()
        self.period = QToolButton()
        self.today = QPushButton()
        self.finder = FindField()
        self.calendar = QCalendarWidget()
        self.filter = FilterPane(session)
        self._side_chosen: bool | None = None
        self._plug_in()
        self._lay_out()
        self._connect()
        self.retranslate()

    def deeds(self) -> dict[str, Callable[[], object]]:
        """What the actions of this page do, by their names."""
        return {
            "clear_filter": self.filter.clear_all,
            "jump_today": self.jump_to_today,
            "earlier": partial(self.step, -1),
            "later": partial(self.step, 1),
            "side_pane": self.toggle_side_pane,
        }

    # --- Building ---

    def _plug_in(self) -> None:
        for module, (name, _) in VIEWS.items():
            make = widget_of(module, name)
            if make is None:
                continue
            view = make(self.session)
            self.views[module] = view
            self.stack.addWidget(view)
            button = QPushButton()
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setAutoDefault(False)
            button.clicked.connect(partial(self.show_view, module))
            self.buttons[module] = button
        make = widget_of("patient_panel", "PatientPanel")
        if make is not None:
            self.panel = make(self.session)

    def _lay_out(self) -> None:
        head = QWidget()
        row = FlowLayout(head)
        for button in self.buttons.values():
            row.addWidget(button)
        for widget in (self.earlier, self.period, self.later, self.today, self.finder):
            row.addWidget(widget)
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        # Qt writes weekends in a red that cannot be read on a dark ground.
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(day, QTextCharFormat())
        for name, sign in (("qt_calendar_prevmonth", "‹"), ("qt_calendar_nextmonth", "›")):
            arrow = self.calendar.findChild(QToolButton, name)
            if arrow is not None:
                # Qt's arrows are black on any ground.
                arrow.setIcon(QIcon())
                arrow.setText(sign)
        content = QWidget()
        left = QVBoxLayout(content)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.calendar)
        left.addWidget(self.filter)
        left.addStretch(1)
        self.left = Pane()
        self.left.setFrameShape(QFrame.Shape.NoFrame)
        self.left.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.left.setWidget(content)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.addWidget(self.left)
        self.panes.addWidget(self.stack)
        self.panes.setStretchFactor(1, 1)
        self.panes.setCollapsible(1, False)
        if self.panel is not None:
            self.panes.addWidget(self.panel)
            self.panes.setStretchFactor(2, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(head)
        column.addWidget(self.panes, 1)

    def _connect(self) -> None:
        for part in self._parts():
            part.asked.connect(self.asked)
            part.asked.connect(self._follow)
        if self.panel is not None:
            cast("View", self.panel).asked.connect(self._show_in_view)
        self.session.changed.connect(self._news)
        self.session.filtered.connect(self.refresh)
        for view in self.views.values():
            turned: SignalInstance | None = getattr(view, "turned", None)
            if turned is not None:
                turned.connect(self._say_period)
        self.finder.chosen.connect(self._found)
        self.finder.left.connect(self._go_back)
        self.today.clicked.connect(self.jump_to_today)
        self.earlier.clicked.connect(partial(self.step, -1))
        self.later.clicked.connect(partial(self.step, 1))
        self.period.clicked.connect(self.calendar.setFocus)
        self.calendar.clicked.connect(self._picked)
        self.calendar.activated.connect(self._picked)
        self.calendar.currentPageChanged.connect(self._mark_days)

    def _parts(self) -> list[View]:
        parts = [*self.views.values(), *([] if self.panel is None else [self.panel])]
        return [cast("View", part) for part in parts]

    # --- What is shown ---

    def open(self) -> None:
        """A study was opened: begin with its first view and today."""
        self.day, self.patient, self.code, self.slot = None, None, None, None
        tell(self.panel, "show_patient", None)
        self._offer_codes()
        self.refresh()
        if self.views:
            self.show_view(next(iter(self.views)))
        self._show_day()

    def refresh(self) -> None:
        """Read everything anew."""
        self._mark_view()
        if not self.session.is_open:
            return
        for part in self._parts():
            part.refresh()
        self.filter.refresh()
        self._mark_days()
        self._say_period()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        for module, button in self.buttons.items():
            button.setText(w(VIEWS[module][1]))
        arrows = ((self.earlier, "‹", w("Earlier days")), (self.later, "›", w("Later days")))
        for arrow, sign, said in arrows:
            arrow.setText(sign)
            arrow.setToolTip(said)
            arrow.setAccessibleName(said)
        self.period.setToolTip(w("Choose a day in the calendar"))
        self.today.setText(w("Jump to today"))
        # Qt's own names of months and days do not follow by themselves.
        self.calendar.setLocale(QLocale())
        self.calendar.setAccessibleName(w("Calendar"))
        self.calendar.setWhatsThis(w("A day with appointments is bold; choosing a day shows it in the view."))
        self.finder.retranslate()
        self.filter.retranslate()
        for part in self._parts():
            part.retranslate()
        self._say_period()

    def _mark_view(self) -> None:
        """On a dark ground a button that is down looks like all others: that of the view is a light one."""
        worn = theme.shades()
        dark = theme.contrast(worn.button, "#000000") < theme.contrast(worn.button, "#ffffff")
        for button in self.buttons.values():
            mark = QPalette()
            if dark and button.isChecked():
                mark.setColor(QPalette.ColorRole.Button, worn.focus)
                mark.setColor(QPalette.ColorRole.ButtonText, worn.window)
            button.setPalette(mark)

    @property
    def _shown(self) -> QWidget:
        return self.stack.currentWidget() or self

    @property
    def view_name(self) -> str:
        """The module of the view that is shown."""
        return next((name for name, view in self.views.items() if view is self.stack.currentWidget()), "")

    def show_view(self, name: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
        """Show a view; where it goes by days, the day that was shown stays."""
        if name not in self.views:
            return
        self.stack.setCurrentWidget(self.views[name])
        self.buttons[name].setChecked(True)
        self._mark_view()
        self._show_day()
        tell(self.views[name], "follow", Ask(What.SHOW, self.patient, self.code))
        self.views[name].setFocus()
        self.view_changed.emit()

    def show_patient(self, patient: str, code: str | None = None) -> None:
        """Show a patient in the panel, and where the view can, there."""
        self.patient, self.code, self.slot = patient, code, None
        tell(self.panel, "show_patient", patient)
        tell(self.stack.currentWidget(), "follow", Ask(What.SHOW, patient, code))
        self.view_changed.emit()

    def _follow(self, ask: Ask) -> None:
        """What a view asks about is what the menus are about, too."""
        other = ask.patient is not None and ask.patient != self.patient
        if ask.what is What.SHOW and other and self._panel_has_keys():
            # Another row came to be chosen in the list; who works in the panel stays with its patient.
            tell(self.stack.currentWidget(), "follow", Ask(What.SHOW, self.patient, self.code))
            return
        if ask.patient is not None:
            self.patient, self.code, self.slot = ask.patient, ask.code, ask.slot
            if ask.what is What.SHOW:
                tell(self.panel, "show_patient", ask.patient)
            self.view_changed.emit()
        elif ask.what is What.SHOW and ask.to is not None:
            # A day that was picked in a view, which shows it already.
            self.day = None if ask.to == self.session.today else ask.to
            self._show_day_in_calendar()

    def _panel_has_keys(self) -> bool:
        # Qt gives None before anything had the keys; behind a dialog it is what gets them back.
        keys = cast("QWidget | None", self.window().focusWidget())
        panel = self.panel
        return panel is not None and keys is not None and (keys is panel or panel.isAncestorOf(keys))

    def _show_in_view(self, ask: Ask) -> None:
        """What the panel points at is shown where the view can: by its patient, else by its day."""
        if ask.what is not What.SHOW or ask.patient is None:
            return
        shown = self.stack.currentWidget()
        if hasattr(shown, "show_patient"):
            tell(shown, "show_patient", ask.patient)
        elif ask.to is not None:
            self.day = ask.to
            tell(shown, "follow", ask)
            self._show_day()

    def _found(self, code: str) -> None:
        self.show_patient(code)
        tell(self.stack.currentWidget(), "show_patient", code)
        if self.panel is not None:
            self.panel.setFocus()

    def _go_back(self) -> None:
        self._shown.setFocus()

    # --- The way through the days ---

    def jump_to_today(self) -> None:
        """Show today."""
        self.day = None
        self._show_day()
        self._shown.setFocus()

    def step(self, way: int, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
        """Go to earlier days (-1) or later ones (+1), as far as the view shows at once.

        From the day that was chosen; where the view was scrolled away from it, from what is in sight.
        """
        day = self.day or self.session.today
        shown = shown_days(self.stack.currentWidget())
        if shown and not shown[0] <= day <= shown[-1]:
            day = min(shown[0] + _BEFORE, shown[-1])
        days = _DAYS_OF_A_STEP.get(self.view_name)
        self.day = _month_on(day, way) if days is None else day + timedelta(days=way * days)
        self._show_day()

    def _picked(self, day: QDate) -> None:
        self.day = date(day.year(), day.month(), day.day())
        self._show_day()

    def _show_day(self) -> None:
        if not self.session.is_open:
            return
        tell(self.stack.currentWidget(), "go_to", self.day)
        self._show_day_in_calendar()

    def _show_day_in_calendar(self) -> None:
        day = self.day or self.session.today
        blocked = self.calendar.blockSignals(True)
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.calendar.blockSignals(blocked)
        self._mark_days()
        self._say_period()

    def _say_period(self) -> None:
        if not self.session.is_open:
            return
        w = language.current()
        view = self.stack.currentWidget()
        days = shown_days(view) or (self.day or self.session.today,)
        months = list(dict.fromkeys(w.month(day) for day in days))
        period = " - ".join(months)
        if self.period.text() != period:
            self.period.setText(period)
            self.period.setAccessibleName(w("{period}: choose a day in the calendar", period=period))
        goes = hasattr(view, "go_to")
        for button in (self.earlier, self.later, self.today):
            button.setEnabled(goes)

    def _mark_days(self) -> None:
        """Days with appointments stand in bold."""
        if not self.session.is_open:
            return
        year, month = self.calendar.yearShown(), self.calendar.monthShown()
        first = date(year, month, 1)
        last = date(year, month, calendar.monthrange(year, month)[1])
        full = QTextCharFormat()
        full.setFontWeight(700)
        full.setFontUnderline(True)
        self.calendar.setDateTextFormat(QDate(), QTextCharFormat())
        for text in self.session.study.store.counts(first.isoformat(), last.isoformat()):
            day = date.fromisoformat(text)
            self.calendar.setDateTextFormat(QDate(day.year, day.month, day.day), full)

    # --- The pane on the left ---

    def toggle_side_pane(self) -> None:
        """Show or hide the calendar and the filter; from then on the width of the window does not matter."""
        self._side_chosen = self.left.isHidden()
        self._fit_side_pane()
        if not self.left.isHidden():
            self.calendar.setFocus()

    def _fit_side_pane(self) -> None:
        """With large texts or in a narrow window the view needs the room."""
        wide = self.width() >= self.fontMetrics().averageCharWidth() * _WIDE_IN_LETTERS
        self.left.setVisible(wide if self._side_chosen is None else self._side_chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may have room for the calendar and the filter, or not."""
        super().resizeEvent(event)
        self._fit_side_pane()

    # --- News ---

    def _news(self, changed: Changed) -> None:
        for part in self._parts():
            part.news(changed)
        self._offer_codes()
        self.filter.refresh()
        self._mark_days()

    def _offer_codes(self) -> None:
        if self.session.is_open:
            self.finder.offer([line.code for line in self.session.patients()])

    # --- Keyboard ---

    def next_pane(self, step: int) -> None:
        """Go to the next pane, or back (-1)."""
        panes: list[QWidget] = [self._shown]
        if self.panel is not None and self.panel.isVisible():
            panes.append(self.panel)
        panes.append(self.finder)
        if not self.left.isHidden():
            panes += [self.calendar, self.filter]
        focus = QApplication.focusWidget()
        inside = [focus is not None and (pane is focus or pane.isAncestorOf(focus)) for pane in panes]
        here = inside.index(True) if True in inside else -1 if step > 0 else 0
        panes[(here + step) % len(panes)].setFocus(Qt.FocusReason.ShortcutFocusReason)


def _month_on(day: date, way: int) -> date:
    months = day.year * 12 + day.month - 1 + way
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
