"""The list of all appointments: date, code, what, dose, place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from il2scheduler.gui import language, sentences, theme
from il2scheduler.plan import Plan
from il2scheduler.protocol import Protocol
from il2scheduler.rules import Finding
from il2scheduler.schedule import Appointment

_NO_INDEX = QModelIndex()
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
        self.rows = AppointmentModel(self)
        self.setModel(self.rows)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
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
        """Make rows and columns as large as their texts."""
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.resizeColumnsToContents()

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
