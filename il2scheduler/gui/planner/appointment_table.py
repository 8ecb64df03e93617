"""The list of all appointments: date, code, what, dose, place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from il2scheduler.gui import language, sentences, theme
from il2scheduler.plan import Plan
from il2scheduler.protocol import Protocol
from il2scheduler.rules import Finding
from il2scheduler.schedule import Appointment

_NO_INDEX = QModelIndex()
_NAME, _DOSE = 3, 4
_MARGIN, _LEAST_NAME = 10, 14
"""Pixels beside a text; letters of an appointment's name and dose for which there is room at least."""
_TEXTS: tuple[Callable[[Appointment, Protocol], str], ...] = (
    lambda due, _: "" if due.planned is None else language.current().staff_date(due.planned),
    lambda due, _: due.code,
    lambda due, protocol: sentences.name(due.code, protocol),
    lambda due, _: sentences.dose(due),
    lambda due, _: sentences.places(due),
    sentences.what,
)


class AppointmentModel(QAbstractTableModel):
    """One row an appointment, in the order of the days."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without a plan."""
        super().__init__(parent)
        self._plan: Plan | None = None
        self._clashes: dict[str, list[Finding]] = {}
        self._stacked = False

    def stack(self, on: bool) -> None:  # noqa: FBT001 - as Qt's setters
        """Say the dose under the name, where a table is too narrow to show it beside it."""
        if on != self._stacked and self.rowCount():
            self._stacked = on
            corners = self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(*corners, [Qt.ItemDataRole.DisplayRole])
        self._stacked = on

    def show_plan(self, plan: Plan | None) -> None:
        """Show another plan, or none."""
        self.beginResetModel()
        self._plan = plan
        self._clashes = {} if plan is None else sentences.clashes_by_appointment(plan)
        self.endResetModel()

    def row_of(self, code: str) -> int | None:
        """The row of an appointment, None where there is none."""
        due = () if self._plan is None else self._plan.schedule.appointments
        return next((row for row, appointment in enumerate(due) if appointment.code == code), None)

    def code(self, row: int) -> str:
        """The code of the appointment in a row."""
        return "" if self._plan is None else self._plan.schedule.appointments[row].code

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        """The number of appointments."""
        return 0 if parent.isValid() or self._plan is None else len(self._plan.schedule.appointments)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        """The sign of a clash, and the texts."""
        return 0 if parent.isValid() else 1 + len(_TEXTS)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The text of a cell; a clash has a sign, a colour and a sentence."""
        if not index.isValid() or self._plan is None:
            return None
        protocol = self._plan.schedule.protocol
        due = self._plan.schedule.appointments[index.row()]
        clash = self._clashes.get(due.code)
        if role == Qt.ItemDataRole.BackgroundRole:
            return None if clash is None else QColor(theme.shades().clash)
        if role == Qt.ItemDataRole.ForegroundRole:
            return None if clash is None else QColor(theme.shades().clash_text)
        if role == Qt.ItemDataRole.DisplayRole and index.column() == 0:
            return "" if clash is None else "!"
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        if index.column() > 0:
            said = _TEXTS[index.column() - 1](due, protocol)
            if self._stacked and index.column() == _NAME and role == Qt.ItemDataRole.DisplayRole:
                return "\n".join(part for part in (said, sentences.dose(due)) if part)
        else:
            said = " ".join(sentences.finding(found, protocol) for found in clash or ())
        return sentences.tool_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of the columns."""
        if orientation is Qt.Orientation.Vertical or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        w = language.current()
        spoken = role == Qt.ItemDataRole.AccessibleTextRole
        sign = w("Clash") if spoken else "!"
        names = (sign, w("Date"), w("Code"), w("Appointment"), w("Dose"), w("Time and place"), w("What"))
        return names[section] if 0 <= section < len(names) else None


class AppointmentTable(QTableView):
    """The list; choosing a row shows the appointment in the timeline."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show an empty list."""
        super().__init__(parent)
        self._quiet = False
        self._wide: list[int] = []
        self.rows = AppointmentModel(self)
        self.setModel(self.rows)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        self.selectionModel().currentRowChanged.connect(self._tell)

    def fit(self) -> None:
        """Make rows and columns as large as their texts; name and dose are in sight at any width."""
        self.rows.stack(False)
        self.setColumnHidden(_DOSE, False)
        self.setWordWrap(False)
        self.resizeColumnsToContents()
        self._wide = [self.columnWidth(column) for column in range(self.rows.columnCount())]
        self.setWordWrap(True)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width the dose stands beside the name, or under it."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def _arrange(self) -> None:
        if not self._wide:
            return
        metrics, room = self.fontMetrics(), self.viewport().width()
        stacked = sum(self._wide[: _DOSE + 1]) > room
        self.rows.stack(stacked)
        self.setColumnHidden(_DOSE, stacked)
        left = max(room - sum(self._wide[:_NAME]), metrics.averageCharWidth() * _LEAST_NAME)
        self.setColumnWidth(_NAME, left if stacked else self._wide[_NAME])
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 8)
        for row in range(self.rows.rowCount()):
            said = str(self.rows.index(row, _NAME).data())
            high = QRect(0, 0, max(left - _MARGIN, 1), 1)
            lines = metrics.boundingRect(high, Qt.TextFlag.TextWordWrap, said).height() if stacked else 0
            self.setRowHeight(row, max(lines, metrics.height()) + 8)

    def go_to(self, code: str) -> None:
        """Select an appointment without telling anyone; a cycle's code selects its first day."""
        row = self.rows.row_of(code)
        if row is None:
            row = self.rows.row_of(f"{code}D1")
        if row is None or row == self.currentIndex().row():
            return
        self._quiet = True
        self.setCurrentIndex(self.rows.index(row, 1))
        self._quiet = False
        self.scrollTo(self.rows.index(row, 1))

    def _tell(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.picked.emit(self.rows.code(current.row()))
