"""The days of a plan as a table: a lane of clinic days, one of cycles, one of visits; a column is a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from il2scheduler.gui import language, sentences
from il2scheduler.plan import Plan
from il2scheduler.protocol import study_week
from il2scheduler.rules import Finding
from il2scheduler.schedule import Appointment

CELL_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_NO_INDEX = QModelIndex()
_MARGIN_DAYS = 7
CLASH_SIGN, CLOSED_SIGN, HOLIDAY_SIGN = "!", "•", "H"


class Lane(IntEnum):
    """The rows, from above."""

    CLINIC = 0
    CYCLES = 1
    VISITS = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """What a delegate paints. `first` and `last` are the columns of the block the cell belongs to."""

    label: str = ""
    mark: str = ""
    closed: bool = False
    clash: bool = False
    first: int = -1
    last: int = -1
    codes: tuple[str, ...] = ()


class TimelineModel(QAbstractTableModel):
    """Cells of one plan; their sentences are for tool tips and screen readers."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without a plan."""
        super().__init__(parent)
        self._plan: Plan | None = None
        self._first = date.min
        self._columns = 0
        self._cells: dict[tuple[int, int], Cell] = {}
        self._clashes: dict[str, list[Finding]] = {}

    def show_plan(self, plan: Plan | None) -> None:
        """Show another plan, or none."""
        self.beginResetModel()
        self._plan = plan
        self._cells = {}
        self._clashes = {}
        self._columns = 0
        span = None if plan is None else plan.schedule.span()
        if plan is not None and span is not None:
            margin = timedelta(days=_MARGIN_DAYS)
            self._first = span[0] - margin - timedelta(days=span[0].weekday())
            self._columns = (span[1] + margin - self._first).days + 7 - (span[1] + margin).weekday()
            self._clashes = sentences.clashes_by_appointment(plan)
            self._fill(plan)
        self.endResetModel()

    def _fill(self, plan: Plan) -> None:
        for column in range(self._columns):
            day = self.day(column)
            closed = plan.clinic.closed(day) if plan.clinic.covers(day) else None
            if closed is not None:
                sign = CLOSED_SIGN if closed.name is None else HOLIDAY_SIGN
                for lane in Lane:
                    mark = sign if lane is Lane.CLINIC else ""
                    self._cells[lane, column] = Cell(mark=mark, closed=True)
        for start in plan.schedule.starts:
            course = [a for a in plan.schedule.course(start.template.number) if a.planned is not None]
            columns = [self.column(a.planned) for a in course if a.planned is not None]
            for due, column in zip(course, columns, strict=True):
                cell = self._cell(due, column, start.code, str(due.day), columns[0], columns[-1])
                self._cells[Lane.CYCLES, column] = cell
        for visit in plan.schedule.visits():
            if visit.planned is None:
                continue
            column = self.column(visit.planned)
            there = self._cells.get((Lane.VISITS, column), Cell())
            label = f"{there.label} {visit.code}".strip()
            cell = self._cell(visit, column, label, "", column, column)
            codes = (*there.codes, visit.code)
            clash = cell.clash or there.clash
            self._cells[Lane.VISITS, column] = Cell(
                label, CLASH_SIGN if clash else "", cell.closed, clash, column, column, codes
            )

    def _cell(self, due: Appointment, column: int, label: str, mark: str, first: int, last: int) -> Cell:
        clash = due.code in self._clashes
        there = self._cells.get((int(Lane.CLINIC), column), Cell())
        return Cell(
            label, mark + (CLASH_SIGN if clash else ""), there.closed, clash, first, last, (due.code,)
        )

    def day(self, column: int) -> date:
        """The day of a column."""
        return self._first + timedelta(days=column)

    def column(self, day: date) -> int:
        """The column of a day; it may lie outside the table."""
        return (day - self._first).days

    def place_of(self, code: str) -> tuple[int, int] | None:
        """Row and column of an appointment, or of the first day of a cycle (`C4`)."""
        for (lane, column), cell in self._cells.items():
            if code in cell.codes or (cell.label == code and column == cell.first):
                return lane, column
        return None

    def clash_places(self) -> list[tuple[int, int]]:
        """Rows and columns of all clashes, in the order of the days."""
        found = [(lane, column) for (lane, column), cell in self._cells.items() if cell.clash]
        return sorted(found, key=lambda place: (place[1], place[0]))

    def blocks(self) -> list[tuple[int, Cell, bool]]:
        """Every cycle and visit with its lane, the cell it begins with, and whether it has a clash."""
        clashing = {(lane, cell.first) for (lane, _), cell in self._cells.items() if cell.clash}
        return [
            (lane, cell, (lane, column) in clashing)
            for (lane, column), cell in self._cells.items()
            if cell.codes and column == cell.first
        ]

    def cell(self, row: int, column: int) -> Cell:
        """What a cell shows."""
        return self._cells.get((row, column), Cell())

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        """Three lanes, none without a plan."""
        return 0 if parent.isValid() or not self._columns else len(Lane)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        """One column a day."""
        return 0 if parent.isValid() else self._columns

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The cell's short text, its sentence, or the cell itself for the delegate."""
        if not index.isValid():
            return None
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{cell.label} {cell.mark}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return sentences.tool_tip(self.sentence(index.row(), index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(index.row(), index.column())
        return cell if role == CELL_ROLE else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Lanes to the left; above, weekday and day."""
        w = language.current()
        if orientation is Qt.Orientation.Vertical:
            if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return None
            return (w("Clinic"), w("Cycles"), w("Visits"))[section] if 0 <= section < len(Lane) else None
        if not 0 <= section < self._columns:
            return None
        day = self.day(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{w.short_weekday(day).rstrip('.')}\n{day.day:02d}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._day_sentence(day)
        return None

    def sentence(self, row: int, column: int) -> str:
        """Everything there is to say of a cell."""
        plan = self._plan
        if plan is None or not 0 <= column < self._columns:
            return ""
        w = language.current()
        protocol = plan.schedule.protocol
        day = self.day(column)
        cell = self.cell(row, column)
        parts: list[str] = []
        for code in cell.codes:
            parts.append(sentences.appointment(plan.schedule.appointment(code), protocol))
            found = (sentences.finding(clash, protocol) for clash in self._clashes.get(code, ()))
            parts.extend(w("Clash: {sentence}", sentence=said) for said in found)
        closed = sentences.closed(plan.clinic, day)
        if closed and not cell.clash:
            parts.append(closed)
        if not parts:
            parts.append(w("clinic open") if row == Lane.CLINIC else w("nothing planned"))
        return "\n".join([self._day_sentence(day), *(sentences.capital(part) for part in parts)])

    def _day_sentence(self, day: date) -> str:
        w = language.current()
        plan = self._plan
        if plan is None or plan.schedule.patient.anchor is None:
            return w.staff_date(day)
        offset = (day - plan.schedule.patient.anchor).days
        if offset < 0:
            return w("{date}, before the start", date=w.staff_date(day))
        week = study_week(offset, plan.schedule.protocol.week_origin)
        return w("{date}, study week {week}", date=w.staff_date(day), week=week)
