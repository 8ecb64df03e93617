"""What every window keeps to (names, room for texts, Tab goes down), and how a test acts in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QDialog,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QTableView,
    QToolButton,
    QTreeView,
    QWidget,
)

from il2scheduler.gui.fields import Choice, Wrapped
from il2scheduler.gui.main_window import MainWindow

CONTROLS = (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QTableView,
    QTreeView,
)
_WHOLE = (QCalendarWidget, QComboBox, QTableView, QTreeView, QListWidget, QAbstractSpinBox, QTabBar)
SMALL_LINE = 4
"""Pixels within which two controls stand in one line."""


def ours(window: QWidget) -> Iterator[QWidget]:
    """The controls of a window, without the inner parts of Qt's own and without other windows."""
    for widget in window.findChildren(QWidget):
        if widget.window() is not window.window():
            continue
        inside = widget.parentWidget()
        while inside is not None and inside is not window:
            if isinstance(inside, _WHOLE):
                break
            inside = inside.parentWidget()
        if inside is window and not widget.objectName().startswith("qt_"):
            yield widget


def nameless(window: QWidget) -> list[str]:
    """Controls without a name for a screen reader."""
    found: list[str] = []
    for widget in ours(window):
        if not isinstance(widget, CONTROLS) or (isinstance(widget, QToolButton) and not widget.isVisible()):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name).strip():
            found.append(
                f"{type(widget).__name__} {widget.objectName()} in {type(widget.parentWidget()).__name__}"
            )
    return found


def cut(window: QWidget) -> list[str]:
    """Texts that have less room than they need."""
    found: list[str] = []
    for widget in ours(window):
        if not widget.isVisible():
            continue
        need, room = _needed(widget), widget.size()
        if need.width() > room.width() or need.height() > room.height():
            said = getattr(widget, "text", getattr(widget, "title", lambda: ""))()
            found.append(f"{type(widget).__name__} {said!r}: {need} in {room}")
    return found


def _needed(widget: QWidget) -> QSize:
    metrics = QFontMetrics(widget.font())
    if isinstance(widget, Choice):
        # What is cut ends in dots and has a tool tip.
        return QSize(0 if widget.toolTip() else metrics.horizontalAdvance(widget.shown()), 0)
    if isinstance(widget, Wrapped):
        return QSize(widget.minimumSizeHint().width(), widget.heightForWidth(widget.width()))
    if isinstance(widget, QGroupBox):
        return QSize(metrics.horizontalAdvance(widget.title().replace("&", "")), 0)
    if isinstance(widget, QLabel) and not widget.text():
        return QSize(0, 0)
    if isinstance(widget, QLabel | QPushButton | QCheckBox | QRadioButton | QToolButton):
        return widget.minimumSizeHint()
    return QSize(0, 0)


def tab_order(window: QWidget) -> list[QWidget]:
    """The controls that Tab goes through, in its order, from the one that has the keys."""
    own = set(ours(window))
    order: list[QWidget] = []
    start: QWidget | None = window.focusWidget()
    at = start
    while at is not None:
        if at in own and at.isVisible() and at.isEnabled() and at.focusProxy() is None:
            order.append(at)
        at = at.nextInFocusChain()
        if at is start:
            break
    return order


def upwards(window: QWidget) -> list[str]:
    """Where Tab goes to a control above the one before, besides from the last to the first."""
    controls = [widget for widget in tab_order(window) if isinstance(widget, CONTROLS)]
    if not controls:
        return []
    first = min(range(len(controls)), key=lambda at: (_place(controls[at], window).y(), at))
    controls = controls[first:] + controls[:first]
    found: list[str] = []
    for one, other in pairwise(controls):
        here, there = _place(one, window), _place(other, window)
        if there.y() < here.y() - SMALL_LINE and there.x() <= here.x():
            found.append(f"{_said(one)} -> {_said(other)}")
    return found


def _place(widget: QWidget, window: QWidget) -> QPoint:
    """Where a control stands; one that is scrolled out of sight stands at the edge of what scrolls."""
    place = widget.mapTo(window, QPoint(0, 0))
    inside = widget.parentWidget()
    while inside is not None and inside is not window:
        if isinstance(inside, QScrollArea):
            top = inside.mapTo(window, QPoint(0, 0)).y()
            place.setY(min(max(place.y(), top), top + inside.height()))
        inside = inside.parentWidget()
    return place


def _said(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', lambda: '')()!r}"


def dialog_of(window: MainWindow) -> QDialog | None:
    """The dialog that was opened last."""
    return window.dialog


def trigger(window: MainWindow, name: str) -> None:
    action = window.actions_of.by_name[name]
    assert action.isEnabled(), name
    action.trigger()
