"""Fields of a form: text that lets the window undo, an exact date, a choice with a long explanation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCalendarWidget,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SAID_DATE = re.compile(r"(\w+\.?) ([0-9]{2})-(\w+\.?)-([0-9]{4})")
_FRAME = 40
"""Pixels of the screen that a window's frame takes."""
_ARROW = 12
"""Pixels of a choice that its arrow and its edges take, beside the height of a line."""
_READABLE = 64
"""Letters in a line of text that is easy to read."""
_UNBROKEN_DATE = "\\1\u00a0\\2\u2011\\3\u2011\\4"


class TextField(QLineEdit):
    """A line of text. Ctrl+Z is the field's own while it has something to undo, then the window's."""

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window where the field has none."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return True
        return super().event(event)


class Wrapped(QLabel):
    """Plain text that wraps and is never read as markup; `muted` for explanations."""

    def __init__(self, text: str = "", *, muted: bool = False, selectable: bool = False) -> None:
        """Show the text."""
        super().__init__()
        self.said = text
        self.setText(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if muted:
            self.setObjectName("muted")
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def setText(self, text: str) -> None:
        """Show a text; a date in it is never broken over two lines. `said` keeps it as it was given."""
        self.said = text
        super().setText(_SAID_DATE.sub(_UNBROKEN_DATE, text))
        self._take_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width the text has other lines."""
        super().resizeEvent(event)
        self._take_height()

    def _take_height(self) -> None:
        """Ask for all lines: a form layout gives a label the height of its hint, whatever its width needs."""
        if not self.isVisible():
            return
        least = self.minimumHeight()
        if least:
            # What is asked for now would count as needed.
            self.setMinimumHeight(0)
        needed = max(self.heightForWidth(self.width()), 0)
        if self.height() < needed or (least and least == needed):
            self.setMinimumHeight(needed)

    def sizeHint(self) -> QSize:
        """One line where that is not too long, else lines that read well; Qt asks for two for a word."""
        margins = self.contentsMargins()
        sides = margins.left() + margins.right() + 2
        lines = self.text().split("\n")
        natural = max(self.fontMetrics().horizontalAdvance(line) for line in lines) + sides
        width = max(
            min(natural, self.fontMetrics().averageCharWidth() * _READABLE + sides),
            self.minimumSizeHint().width(),
        )
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """As narrow as its longest word: the text wraps to the width there is."""
        words = self.text().split(" ") or [""]
        widest = max(self.fontMetrics().horizontalAdvance(word) for word in words)
        margins = self.contentsMargins()
        width = widest + margins.left() + margins.right() + 2
        return QSize(width, self.fontMetrics().height())


class Pane(QScrollArea):
    """A column of things that scrolls up and down; it is never narrower than what is in it."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest thing that cannot wrap."""
        content = self.widget()
        least = 0 if content is None else content.minimumSizeHint().width()
        bar = self.verticalScrollBar().sizeHint().width()
        letters = self.fontMetrics().averageCharWidth() * 26
        return QSize(max(least, letters) + bar + 2 * self.frameWidth(), self.fontMetrics().height() * 8)

    def sizeHint(self) -> QSize:
        """A little more than the least."""
        least = self.minimumSizeHint()
        return QSize(least.width() + 24, least.height())

    def changeEvent(self, event: QEvent) -> None:
        """Another size of text asks for another width."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()


class Choice(QComboBox):
    """A choice: its list shows names with their explanations, the closed box the short name."""

    def __init__(self) -> None:
        """Start without choices."""
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self._short: list[str] = []
        self._list_width = 0

    def showPopup(self) -> None:
        """Show the list as wide as its names."""
        self.view().setMinimumWidth(self._list_width)
        super().showPopup()

    def offer(self, choices: list[tuple[str, str, object]], chosen: object = None) -> None:
        """Offer (short name, name in the list, value) and choose one, else the first; emits nothing."""
        blocked = self.blockSignals(True)
        self.clear()
        self._short = [short for short, _, _ in choices]
        at = 0
        for index, (_, name, value) in enumerate(choices):
            self.addItem(name, value)
            if value == chosen:
                at = index
        self.setCurrentIndex(at if choices else -1)
        self.blockSignals(blocked)
        width = max((self.fontMetrics().horizontalAdvance(name) for _, name, _ in choices), default=0)
        self._list_width = min(width + 48, 900)

    def chosen(self) -> object:
        """The value that is chosen, None without choices."""
        value: object = self.currentData()
        return value

    def choose(self, value: object) -> None:
        """Choose a value without telling anyone; an unknown one changes nothing."""
        for index in range(self.count()):
            if self.itemData(index) == value:
                blocked = self.blockSignals(True)
                self.setCurrentIndex(index)
                self.blockSignals(blocked)
                self.update()
                return

    def shown(self) -> str:
        """What the closed box says."""
        at = self.currentIndex()
        return self._short[at] if 0 <= at < len(self._short) else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box with the short name; where it is cut, the tool tip has all of it."""
        said = self.shown()
        room = self.width() - self.fontMetrics().height() - _ARROW
        fits = self.fontMetrics().horizontalAdvance(said) <= room
        self.setToolTip("" if fits else said)
        if fits and said == self.currentText():
            super().paintEvent(event)
            return
        from PySide6.QtWidgets import QStyle, QStyleOptionComboBox, QStylePainter

        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class DateField(QWidget):
    """A date typed exactly as YYYY-MM-DD or picked from a calendar; its weekday is said beneath."""

    committed = Signal()
    """Return was pressed, the field was left, or a day was picked."""

    def __init__(self) -> None:
        """Start empty."""
        # The first window has no dates and need not wait for these.
        from PySide6.QtGui import QTextCharFormat
        from PySide6.QtWidgets import QWidgetAction

        super().__init__()
        self.edit = TextField()
        self.edit.setMaxLength(10)
        self.button = QToolButton()
        self.button.setText("▾")
        self.calendar = QCalendarWidget()
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        # Qt writes weekends in a red that cannot be read on a dark ground; what is closed the timeline says.
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(day, QTextCharFormat())
        self.menu = QMenu(self.button)
        action = QWidgetAction(self.menu)
        action.setDefaultWidget(self.calendar)
        self.menu.addAction(action)
        self.button.clicked.connect(self._open)
        self.said = Wrapped(muted=True)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.said)
        # Without a policy of its own the key of its label does not lead here; Tab goes to the parts alone.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.edit)
        self.edit.editingFinished.connect(self.committed)
        self.edit.textChanged.connect(self._say)
        self.calendar.clicked.connect(self._pick)
        self.calendar.activated.connect(self._pick)
        self.retranslate()

    def name(self, name: str) -> None:
        """Name the field and its button for a screen reader."""
        w = language.current()
        self.edit.setAccessibleName(name)
        self.button.setAccessibleName(w("{field}: choose from a calendar", field=name))
        self.calendar.setAccessibleName(name)

    def retranslate(self) -> None:
        """Say the weekday in the language of the window."""
        w = language.current()
        self.edit.setPlaceholderText(w("YYYY-MM-DD"))
        self.edit.setToolTip(w("Year, month and day with hyphens, such as 2026-01-05"))
        self.button.setToolTip(w("Choose from a calendar"))
        self.calendar.setLocale(QLocale())
        self._say()

    def text(self) -> str:
        """What is typed, without blanks around it."""
        return self.edit.text().strip()

    def day(self) -> date | None:
        """The date that is typed, None where it is none."""
        return parsed(self.text())

    def set_date(self, day: date | None) -> None:
        """Show a date, without telling anyone."""
        blocked = self.edit.blockSignals(True)
        self.edit.setText("" if day is None else day.isoformat())
        self.edit.blockSignals(blocked)
        self._say()

    def _say(self) -> None:
        w = language.current()
        day = self.day()
        typed = self.text()
        if day is not None:
            self.said.setText(w.staff_date(day))
        elif len(typed) >= len("YYYY-MM-DD"):
            self.said.setText(w("not a date of the calendar"))
        else:
            self.said.setText(w("Year-month-day, such as 2026-01-05"))

    def _open(self) -> None:
        day = self.day()
        if day is not None:
            self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.menu.popup(below(self.button))
        self.calendar.setFocus()

    def _pick(self, day: QDate) -> None:
        self.menu.close()
        self.set_date(date(day.year(), day.month(), day.day()))
        self.edit.setFocus()
        self.committed.emit()


class Disclosure(QToolButton):
    """A heading with an arrow that shows or hides what belongs to it."""

    def __init__(self, content: QWidget, *, is_open: bool) -> None:
        """Head `content`."""
        super().__init__()
        self._content = content
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._show)
        self.setChecked(is_open)
        self._show(is_open)

    def _show(self, is_open: bool) -> None:  # noqa: FBT001 - a slot
        self.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._content.setVisible(is_open)


def parsed(text: str) -> date | None:
    """The date of a text that is exactly YYYY-MM-DD, else None."""
    if _ISO.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def turn(stack: QStackedWidget, page: int, view: QWidget, keys: QWidget) -> None:
    """Show a list, or what stands in its place; `keys` gets the keys of the view from now on."""
    focus = QApplication.focusWidget()
    inside = focus is not None and stack.isAncestorOf(focus)
    stack.setCurrentIndex(page)
    view.setFocusProxy(keys)
    if inside:
        view.setFocus()


def below(widget: QWidget) -> QPoint:
    """The point of the screen under a widget, where its help is shown."""
    return widget.mapToGlobal(QPoint(0, widget.height()))


def tab_in_order(widget: QWidget) -> list[QWidget]:
    """Let Tab go through what takes the keys in the order in which it is laid out; gives that order."""
    found = list(_leaves(widget))
    for before, after in pairwise(found):
        QWidget.setTabOrder(before, after)
    return found


def _leaves(widget: QWidget) -> Iterator[QWidget]:
    inside = widget.widget() if isinstance(widget, QScrollArea) else None
    layout = widget.layout()
    if widget.focusProxy() is None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    if isinstance(widget, QComboBox | QAbstractSpinBox | QCalendarWidget):
        return
    if inside is not None:
        yield from _leaves(inside)
    elif layout is not None:
        yield from _of_layout(layout)


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    if isinstance(layout, QFormLayout):
        roles = (
            QFormLayout.ItemRole.LabelRole,
            QFormLayout.ItemRole.FieldRole,
            QFormLayout.ItemRole.SpanningRole,
        )
        items = [layout.itemAt(row, role) for row in range(layout.rowCount()) for role in roles]
    else:
        items = [layout.itemAt(at) for at in range(layout.count())]
    for item in items:
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield from _leaves(widget)
        elif inner is not None:
            yield from _of_layout(inner)


def room_for(widget: QWidget) -> QSize:
    """What a window may take of the screen, without its frame."""
    return widget.screen().availableGeometry().size() - QSize(_FRAME, _FRAME)


def resize_within(dialog: QDialog, letters: int, lines: int) -> None:
    """Make a dialog so many letters wide and lines high, as far as the screen allows."""
    metrics = dialog.fontMetrics()
    wanted = QSize(metrics.averageCharWidth() * letters, metrics.height() * lines)
    dialog.resize(wanted.boundedTo(room_for(dialog)))


def fit(dialog: QDialog, letters: int) -> None:
    """Make a dialog about so many letters wide, and as high as its wrapped texts then need."""
    layout = dialog.layout()
    if layout is None:
        return
    wanted = min(dialog.fontMetrics().averageCharWidth() * letters, room_for(dialog).width())
    width = max(wanted, layout.totalMinimumSize().width())
    dialog.resize(width, max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height()))
