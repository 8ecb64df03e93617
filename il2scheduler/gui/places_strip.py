"""The places taken each day, under the timeline: a number, a shade that grows with it, a sign where full."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import IntEnum
from math import inf
from time import perf_counter

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from il2scheduler.gui import language, sentences, theme
from il2scheduler.gui.lanes import Sizes, draw_focus
from il2scheduler.gui.study_headers import shade_closed
from il2scheduler.gui.study_session import StudySession
from il2scheduler.gui.study_timeline_model import StudyTimelineModel
from il2scheduler.store.interface import DayCount

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_WEEK = timedelta(days=7)
_NOTHING = DayCount()


class Places(IntEnum):
    """The rows of the strip."""

    INJECTIONS = 0
    VISITS = 1


class PlacesModel(QAbstractTableModel):
    """How many places are taken on each day of the timeline; days are read as they come in sight."""

    def __init__(self, session: StudySession, days: StudyTimelineModel) -> None:
        """Share the days of a timeline."""
        super().__init__()
        self._session, self._days = session, days
        self._counts: dict[date, DayCount] = {}
        self._limits: tuple[int | None, int | None] = (None, None)
        days.modelAboutToBeReset.connect(self.beginResetModel)
        days.modelReset.connect(self._reset)

    def _reset(self) -> None:
        self._counts.clear()
        self.endResetModel()

    def forget(self) -> None:
        """Count anew."""
        self._counts.clear()

    def read(self, first: date, last: date, seconds: float) -> bool:
        """Count days in sight week by week until the time is up; False while some are still to be counted."""
        ends = perf_counter() + seconds
        day = first - timedelta(days=first.weekday())
        while day <= last:
            if day not in self._counts:
                if perf_counter() >= ends:
                    return False
                self._read_week(day)
            day += _WEEK
        return True

    def _read_week(self, first: date) -> None:
        last = first + _WEEK - timedelta(days=1)
        clinic = self._session.clinic(first, last)
        self._limits = (clinic.places_injections, clinic.places_visits)
        counts = self._session.study.store.counts(first.isoformat(), last.isoformat())
        for at in range(_WEEK.days):
            day = first + timedelta(days=at)
            self._counts[day] = counts.get(day.isoformat(), _NOTHING)

    def taken(self, row: int, column: int) -> tuple[int, int | None]:
        """Places taken and places there are (None: not limited)."""
        count = self._counts.get(self._days.day(column), _NOTHING)
        return (count.clinic_patients if row == Places.INJECTIONS else count.visits), self._limits[row]

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Injections in the clinic, and visits."""
        return 0 if parent.isValid() else len(Places)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """The days of the timeline."""
        return 0 if parent.isValid() else self._days.columnCount()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """`5/6`, or its sentence."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.short(index.row(), index.column())
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            said = self.sentence(index.row(), index.column())
            return sentences.tool_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """What is counted; the days are those of the timeline."""
        if orientation is Qt.Orientation.Horizontal:
            return self._days.headerData(section, orientation, role)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        w = language.current()
        names = (w("Patients with injections in the clinic"), w("Visits, places taken"))
        short = (w("Injections"), w("Visits"))
        return (short if role == Qt.ItemDataRole.DisplayRole else names)[section]

    def short(self, row: int, column: int) -> str:
        """`5/6`; a number alone where places are not limited, nothing for an empty day."""
        taken, places = self.taken(row, column)
        if not taken:
            return ""
        full = "!" if places is not None and taken > places else ""
        return f"{taken}{full}" if places is None else f"{taken}/{places}{full}"

    def sentence(self, row: int, column: int) -> str:
        """Everything there is to say of a cell."""
        w = language.current()
        day = self._days.day(column)
        self.read(day, day, inf)
        taken, places = self.taken(row, column)
        if row == Places.INJECTIONS:
            what = w.plural("{count} patient with injections", "{count} patients with injections", taken)
        else:
            what = w.plural("{count} visit", "{count} visits", taken)
        said = [w.staff_date(day), what]
        if places is not None:
            said.append(w.plural("{count} place", "{count} places", places))
            if taken > places:
                said.append(w("more than there are places"))
        closed = self._days.closed(day)
        return ", ".join([*said, closed] if closed else said)


class PlacesStrip(QTableView):
    """Scrolls with the timeline above it."""

    def __init__(self, model: PlacesModel, days: StudyTimelineModel) -> None:
        """Show the places of a model."""
        super().__init__()
        self.places, self._days = model, days
        self.sizes = Sizes.of(self.font(), 0)
        self.setModel(model)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for name in ("Horizontal", "Vertical"):
            getattr(self, f"set{name}ScrollBarPolicy")(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setMinimumSectionSize(2)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def fit(self, sizes: Sizes, left: int) -> None:
        """Take the sizes of the timeline; `left` is the width of its heads."""
        self.sizes = sizes
        self.horizontalHeader().setDefaultSectionSize(sizes.day)
        self.verticalHeader().setDefaultSectionSize(sizes.line + 6)
        self.verticalHeader().setFixedWidth(left)
        self.setFixedHeight(len(Places) * (sizes.line + 6) + 2 * self.frameWidth())
        self.updateGeometries()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the days in sight, from what was counted."""
        painter = QPainter(self.viewport())
        worn = theme.shades()
        painter.fillRect(event.rect(), QColor(worn.base))
        width, offset = self.sizes.day, self.horizontalHeader().offset()
        first = max((event.rect().left() + offset) // width, 0)
        last = min((event.rect().right() + offset) // width, self.places.columnCount() - 1)
        painter.setFont(self.sizes.font)
        for row in Places:
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            for column in range(first, last + 1):
                self._paint(painter, row, column, QRect(column * width - offset, top, width, height))
        index = self.currentIndex()
        if index.isValid() and self.hasFocus():
            draw_focus(painter, self.visualRect(index).adjusted(2, 2, -2, -2), focused=True)
        painter.end()

    def _paint(self, painter: QPainter, row: Places, column: int, rect: QRect) -> None:
        worn = theme.shades()
        if self._days.is_closed(column):
            shade_closed(painter, rect, self.sizes)
        taken, places = self.places.taken(row, column)
        if not taken:
            return
        over = places is not None and taken > places
        ink = worn.clash_text if over else worn.cycle_text
        cell = rect.adjusted(1, 1, -1, -1)
        painter.fillRect(cell, QColor(worn.clash) if over else _heat(taken, places))
        painter.setPen(QColor(ink))
        painter.setFont(self.sizes.bold if over else self.sizes.font)
        for text in _texts(taken, self.places.short(row, column)):
            if painter.fontMetrics().horizontalAdvance(text) <= cell.width():
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
                return


def _texts(taken: int, whole: str) -> Iterable[str]:
    return (whole, str(taken))


def _heat(taken: int, places: int | None) -> QColor:
    """From the ground to the colour of cycles: written on, every step of it has enough contrast."""
    worn = theme.shades()
    ground, full = QColor(worn.base), QColor(worn.cycle)
    part = min(taken / max(places or 8, 1), 1.0)
    red, green, blue = (
        round(one + (other - one) * part)
        for one, other in (
            (ground.red(), full.red()),
            (ground.green(), full.green()),
            (ground.blue(), full.blue()),
        )
    )
    return QColor(red, green, blue)
