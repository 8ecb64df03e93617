"""The injections of a returned diary as a table that can be typed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from il2scheduler.appointment import Appointment, Injection, NotGiven, Status
from il2scheduler.commands.recording import moment_told
from il2scheduler.commands.values import CourseException, CourseInjection, GiveCourse
from il2scheduler.dosing import read_million
from il2scheduler.gui import language, sentences, theme
from il2scheduler.gui.dialogs import recording_fields as told
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import Schedule

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
GIVEN, UNTOLD = "G", "-"


class Column(IntEnum):
    """The columns, from the left; the first two tell the plan."""

    DAY = 0
    PLANNED = 1
    RESULT = 2
    TIME = 3
    DOSE = 4
    SITE = 5
    BY = 6
    BATCH = 7
    NOTE = 8


_TYPED = (Column.TIME, Column.DOSE, Column.SITE, Column.BY, Column.BATCH, Column.NOTE)


@dataclass(slots=True)
class Line:
    """One injection with what was typed; `result` is G, a not-given code, or - while nothing is told.

    `come`: its planned time has come at the site.
    """

    due: Appointment
    injection: Injection
    day: date
    come: bool
    result: str
    texts: dict[int, str]


class CourseModel(QAbstractTableModel):
    """What is still planned of a course, one row an injection."""

    edited = Signal()
    """A cell was changed."""

    def __init__(self, schedule: Schedule, cycle: int, who: str, now: datetime) -> None:
        """Begin with everything given as planned, as far as its time has come at the site."""
        super().__init__()
        w = language.current()
        self.cycle = cycle
        self.lines: list[Line] = []
        self.first_before: told.Before | None = None
        self._schedule = schedule
        for due in schedule.course(cycle):
            for injection in due.injections:
                if injection.status is not Status.PLANNED or due.planned is None:
                    continue
                if not self.lines:
                    self.first_before = told.before(schedule, due.code, injection.time)
                texts = {
                    Column.TIME: f"{injection.time:%H:%M}",
                    Column.DOSE: w.millions(injection.dose_iu) if injection.dose_iu else "",
                    Column.BY: told.usual_giver(injection, who),
                }
                come = datetime.combine(due.planned, injection.time) <= now
                result = GIVEN if come else UNTOLD
                self.lines.append(
                    Line(due, injection, due.planned, come, result, {int(c): t for c, t in texts.items()})
                )

    # --- The table ---

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """One row an injection."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Day, planned, how it went, time, dose, site, by, batch, note."""
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What the plan says is not typed in; nor is what makes no sense for how it went."""
        flags = super().flags(index)
        if not index.isValid() or index.column() in (Column.DAY, Column.PLANNED):
            return flags
        if index.column() == Column.RESULT or self._takes(self.lines[index.row()], index.column()):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of the columns."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        w = language.current()
        return (
            w("Day"),
            w("Planned"),
            w("How it went"),
            w("Time"),
            w("Dose, in millions"),
            w("Body site"),
            w("Given by"),
            w("Batch number"),
            w("Note"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell; what cannot be read has a sign, a colour and a sentence."""
        if not index.isValid():
            return None
        line, column = self.lines[index.row()], index.column()
        if role == Qt.ItemDataRole.EditRole:
            return line.result if column == Column.RESULT else line.texts.get(column, "")
        problem = self.problem(line, column)
        if role == Qt.ItemDataRole.DisplayRole:
            said = self._shown(line, column)
            return f"! {said}" if problem else said
        if role == Qt.ItemDataRole.BackgroundRole:
            return QColor(theme.shades().refusal) if problem else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(theme.shades().refusal_text) if problem else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return sentences.tool_tip(problem or self._shown(line, column))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(line, column, problem)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed; a result is `G`, `-` or a code."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        line, text = self.lines[index.row()], str(value).strip()
        if index.column() == Column.RESULT:
            if text not in (GIVEN, UNTOLD, *NotGiven):
                return False
            line.result = text
        else:
            line.texts[index.column()] = text
        self._tell(index.row(), index.row())
        return True

    def set_all(self, column: Column, text: str) -> None:
        """Write the same into every row, as far as it makes sense there; what is to come is not given."""
        for line in self.lines:
            if column == Column.RESULT:
                line.result = text if line.come or text != GIVEN else line.result
            else:
                line.texts[int(column)] = text
        self._tell(0, len(self.lines) - 1)

    def _tell(self, first: int, last: int) -> None:
        if self.lines:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))
            self.edited.emit()

    def _takes(self, line: Line, column: int) -> bool:
        if column == Column.DOSE and not self.asks_dose(line):
            return False
        if line.result == GIVEN:
            return column != Column.NOTE
        return line.result != UNTOLD and column == Column.NOTE

    def _shown(self, line: Line, column: int) -> str:
        from il2scheduler.wording import not_given_name

        w = language.current()
        if column == Column.DAY:
            return sentences.capital(f"{w('day {day}', day=line.due.day)}, {w.short_date(line.day)}")
        if column == Column.PLANNED:
            return told.slot_place(line.injection)
        if column == Column.RESULT:
            if line.result == GIVEN:
                return f"✓ {w('given')}"
            return (
                f"○ {w('not told yet')}" if line.result == UNTOLD else f"× {not_given_name(w, line.result)}"
            )
        return line.texts.get(column, "") if self._takes(line, column) else ""

    def _spoken(self, line: Line, column: int, problem: str) -> str:
        name = self.headerData(column, Qt.Orientation.Horizontal)
        said = self._shown(line, column)
        if column == Column.DOSE and said and not problem:
            said = told.said_dose(said)
        return f"{self.name(line)}, {name}: {problem or said or '-'}"

    # --- What it tells ---

    def name(self, line: Line) -> str:
        """`Day 3, 20:00`."""
        w = language.current()
        return sentences.capital(f"{w('day {day}', day=line.due.day)}, {line.injection.time:%H:%M}")

    def asks_dose(self, line: Line) -> bool:
        """Whether the dose of a row is typed."""
        return told.asks_dose(self._schedule, line.injection)

    def problem(self, line: Line, column: int) -> str:
        """Why a cell cannot be read, empty when it can."""
        if line.result != GIVEN:
            return ""
        text = line.texts.get(column, "")
        if column == Column.TIME and told.read_clock(text) is None:
            return language.current()("Type the time of the injection as hour and minute, such as 20:05.")
        if column == Column.DOSE and self._takes(line, column):
            try:
                read_million(text)
            except Refusal as refusal:
                return sentences.refusal(refusal)
        return ""

    def previous(self, row: int) -> told.Before | None:
        """The injection given before that of a row, as far as it is typed or recorded."""
        for line in reversed(self.lines[:row]):
            clock = told.read_clock(line.texts.get(Column.TIME, ""))
            if line.result == GIVEN and clock is not None:
                return told.Before(line.day, clock, line.texts.get(Column.SITE, ""), "")
        return self.first_before

    def command(self) -> GiveCourse | str:
        """One entry for all that is told, or the sentence that says what is missing."""
        w = language.current()
        for line in self.lines:
            for column in (Column.TIME, Column.DOSE):
                problem = self.problem(line, column)
                if problem:
                    return f"{self.name(line)}: {problem}"
        given = [line for line in self.lines if line.result == GIVEN]
        missed = [line for line in self.lines if line.result not in (GIVEN, UNTOLD)]
        if not given and not missed:
            return w("Nothing is told yet: say of at least one injection how it went.")
        part = len(given) + len(missed) < len(self.lines)
        batch, by = _common(given, Column.BATCH), _common(given, Column.BY)
        details = [_detail(line, batch, by) for line in given]
        return GiveCourse(
            self.cycle,
            tuple(
                CourseException(
                    line.due.day or 0,
                    line.injection.time,
                    NotGiven(line.result),
                    line.texts.get(Column.NOTE) or None,
                )
                for line in missed
            ),
            batch,
            by,
            tuple(one for one in details if part or one != CourseInjection(one.day, one.slot)),
            part,
        )


def _common(given: list[Line], column: Column) -> str | None:
    """The text that all rows share, None where they differ."""
    texts = {line.texts.get(column, "") for line in given}
    return (texts.pop() or None) if len(texts) == 1 else None


def _detail(line: Line, batch: str | None, by: str | None) -> CourseInjection:
    """What a row tells beyond the plan and beyond what all rows share."""
    clock = told.read_clock(line.texts[Column.TIME]) or line.injection.time
    told_dose = line.texts[Column.DOSE]
    dose = read_million(told_dose) if told_dose else line.injection.dose_iu
    return CourseInjection(
        line.due.day or 0,
        line.injection.time,
        None if clock == line.injection.time else moment_told(line.day, line.injection.time, clock),
        None if dose == line.injection.dose_iu else dose,
        line.texts.get(Column.SITE) or None,
        None if batch is not None else line.texts.get(Column.BATCH) or None,
        None if by is not None else line.texts.get(Column.BY) or None,
    )
