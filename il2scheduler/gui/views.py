"""What the page of a study asks of its views, and which views this version of the program has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from il2scheduler.gui.study_session import StudySession
from il2scheduler.i18n import N_
from il2scheduler.study import Changed


class View(Protocol):
    """What every view is, beside a QWidget that is made with the session."""

    asked: SignalInstance

    def refresh(self) -> None:
        """Read anew what is shown."""

    def news(self, changed: Changed) -> None:
        """An entry was made."""

    def retranslate(self) -> None:
        """Say everything in the language of the window."""


VIEWS = {
    "today": ("TodayView", N_("Today")),
    "study_timeline": ("StudyTimeline", N_("Timeline")),
    "month": ("MonthView", N_("Month")),
    "history": ("HistoryView", N_("History")),
}
"""Each view by its module: its class and what its button says, in the order of their keys."""


def widget_of(module: str, name: str) -> Callable[[StudySession], QWidget] | None:
    """The class of a view or panel, None where this version of the program has none."""
    if find_spec(f"il2scheduler.gui.{module}") is None:
        return None
    found: Callable[[StudySession], QWidget] = getattr(import_module(f"il2scheduler.gui.{module}"), name)
    return found


def tell(widget: QWidget | None, method: str, value: object) -> None:
    """Tell a view something that not every view listens to, such as `go_to` or `show_patient`."""
    does = getattr(widget, method, None)
    if callable(does):
        does(value)


def shown_days(view: QWidget | None) -> tuple[date, ...]:
    """The first and last day a view shows, nothing where it does not say."""
    days = (getattr(view, "first", None), getattr(view, "last", None))
    return tuple(day for day in days if isinstance(day, date))
