"""The patients of a study as a table: a row a patient, a column a day; rows are read when seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from il2scheduler.clinic import Clinic
from il2scheduler.gui import item_sentences, language, sentences
from il2scheduler.gui.items import Item, by_code, items_of
from il2scheduler.gui.study_session import PatientLine, StudySession
from il2scheduler.protocol import study_week
from il2scheduler.rules import Finding
from il2scheduler.schedule import Schedule

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
CLOSED, HOLIDAY = "•", "⊘"
_KEPT_ROWS = 400
_YEARS_BEFORE, _YEARS_AFTER = 1, 3
_WHOLE_TIME = ("0001-01-01", "9999-12-31")


@dataclass(frozen=True, slots=True)
class Row:
    """A patient's row once it was read: what stands in it, what was found, and what comes next."""

    line: PatientLine
    schedule: Schedule
    items: tuple[Item, ...]
    found: dict[str, tuple[Finding, ...]]
    next: str
    unread: str = ""

    def on(self, day: date) -> tuple[Item, ...]:
        """What stands on a date: visits before the cycle."""
        return tuple(item for item in self.items if item.first <= day <= item.last)

    def item(self, code: str | None) -> Item | None:
        """The item with this code, also by the code of one of its days."""
        if code is None:
            return None
        for item in self.items:
            if item.code == code or any(mark.code == code for mark in item.marks):
                return item
        return None


class StudyTimelineModel(QAbstractTableModel):
    """Cells of all patients that are shown; their sentences are for tool tips and screen readers.

    Drawing asks `row`, which never reads; `read` reads the rows that come in sight, for as long as it may.
    """

    def __init__(self, session: StudySession, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._session = session
        self._lines: tuple[PatientLine, ...] = ()
        self._numbers: dict[str, int] = {}
        self._rows: OrderedDict[str, Row] = OrderedDict()
        self._first = date.min
        self._columns = 0
        self._closed: list[str] = []

    # --- What is shown ---

    def load(self) -> None:
        """Take the patients that are shown and the days from the first to the last; no schedule is read."""
        self.beginResetModel()
        self._rows.clear()
        self._lines = self._session.shown_patients() if self._session.is_open else ()
        self._numbers = {line.code: number for number, line in enumerate(self._lines)}
        self._columns = 0
        if self._lines:
            self._first, last = self._span()
            self._columns = (last - self._first).days + 1
            clinic = self._session.clinic(self._first, last)
            self._closed = [_closed_sign(clinic, self.day(at)) for at in range(self._columns)]
        self.endResetModel()

    def take_news(self, patients: Iterable[int]) -> bool:
        """Forget what these patients (row ids) had; False when other patients are shown now."""
        lines = self._session.shown_patients()
        if [line.code for line in lines] != [line.code for line in self._lines]:
            return False
        first, last = self._span()
        if first < self._first or last > self.day(self._columns - 1):
            return False
        self._lines = lines
        changed = set(patients)
        for number, line in enumerate(lines):
            if line.id in changed:
                self._rows.pop(line.code, None)
                self._tell(number)
        return True

    def forget(self) -> None:
        """Say everything anew: in another language, on another day."""
        self._rows.clear()
        if self._lines and self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, self._columns - 1))

    def missing(self, numbers: Iterable[int]) -> bool:
        """True while a row of these is still to be read."""
        return any(0 <= n < len(self._lines) and self._lines[n].code not in self._rows for n in numbers)

    def read(self, numbers: Iterable[int], seconds: float) -> list[int]:
        """Read rows that were not read yet, at least one, until the time is up; the rows that were read."""
        ends = perf_counter() + seconds
        done: list[int] = []
        for number in numbers:
            if 0 <= number < len(self._lines) and self._lines[number].code not in self._rows:
                self._read(number)
                done.append(number)
                if perf_counter() >= ends:
                    break
        return done

    def row(self, number: int) -> Row | None:
        """A row that was read, else None."""
        return self._rows.get(self._lines[number].code) if 0 <= number < len(self._lines) else None

    def line(self, number: int) -> PatientLine | None:
        """The patient of a row."""
        return self._lines[number] if 0 <= number < len(self._lines) else None

    def number(self, code: str) -> int | None:
        """The row of a patient, None when it is not shown."""
        return self._numbers.get(code)

    def content(self, number: int) -> Row | None:
        """A row, read now where it was not."""
        row = self.row(number)
        if row is None and 0 <= number < len(self._lines):
            row = self._read(number)
        return row

    def day(self, column: int) -> date:
        """The day of a column."""
        return self._first + timedelta(days=column)

    def column(self, day: date) -> int:
        """The column of a day, the nearest where it lies outside the table."""
        return min(max((day - self._first).days, 0), max(self._columns - 1, 0))

    def is_closed(self, column: int) -> bool:
        """True when the clinic is closed on the day of a column."""
        return bool(self.closed_sign(column))

    def closed_sign(self, column: int) -> str:
        """A sign for a day on which the clinic is closed: of a holiday or closure, or of its weekday."""
        return self._closed[column] if 0 <= column < len(self._closed) else ""

    def closed(self, day: date) -> str:
        """Why the clinic is closed on a day, empty when it is open."""
        return sentences.closed(self._session.clinic(day), day)

    # --- The table ---

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """One row a patient."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """One column a day."""
        return 0 if parent.isValid() else self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The codes and signs of a cell, or its sentence."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            row = self.row(index.row())
            return "" if row is None else _short(row, self.day(index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return sentences.tool_tip(self.sentence(index.row(), index.column()))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Patients to the left with what comes next; above, weekday and day."""
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        if orientation is Qt.Orientation.Vertical:
            return self._patient_said(section, role)
        if not 0 <= section < self._columns:
            return None
        w = language.current()
        day = self.day(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{w.short_weekday(day).rstrip('.')}\n{day.day:02d}"
        closed = self.closed(day)
        return f"{w.staff_date(day)}, {closed}" if closed else w.staff_date(day)

    def sentence(self, number: int, column: int) -> str:
        """Everything there is to say of a cell; its row is read for it."""
        row = self.content(number)
        if row is None or not 0 <= column < self._columns:
            return ""
        w = language.current()
        day = self.day(column)
        said = [f"{row.line.code}, {self._day_said(row, day)}"]
        said += [item_sentences.item(row.schedule, item, day, row.found) for item in row.on(day)]
        if row.line.anchor is None:
            said.append(row.unread)
        elif len(said) == 1:
            said.append(w("nothing planned"))
        closed = self.closed(day)
        windows = item_sentences.windows_on(row.items, day, row.schedule.protocol)
        return "\n".join(sentences.capital(part) for part in (*said, closed, *windows) if part)

    # --- Inside ---

    def _span(self) -> tuple[date, date]:
        """From the first to the last date of anything, and some years around the starts of the patients."""
        today = self._session.today
        starts = [line.anchor for line in self._lines if line.anchor is not None] or [today]
        starts.append(today)
        first = date(max(min(starts).year - _YEARS_BEFORE, 1), 1, 1)
        last = date(min(max(starts).year + _YEARS_AFTER, 9998), 12, 31)
        # What a person planned farther away is rare: these two questions are answered from the index.
        counts = self._session.study.store.counts
        early = counts(_WHOLE_TIME[0], (first - timedelta(days=1)).isoformat())
        late = counts((last + timedelta(days=1)).isoformat(), _WHOLE_TIME[1])
        if early:
            first = date.fromisoformat(min(early))
        if late:
            last = date.fromisoformat(max(late))
        return first - timedelta(days=first.weekday()), last

    def _read(self, number: int) -> Row:
        line = self._lines[number]
        schedule = self._session.state(line.code).schedule
        found = by_code(schedule, self._session.findings(line.code))
        row = Row(
            line,
            schedule,
            items_of(schedule, found),
            found,
            item_sentences.next_due(schedule, found, self._session.today),
            item_sentences.undated(schedule),
        )
        self._rows[line.code] = row
        if len(self._rows) > _KEPT_ROWS:
            self._rows.popitem(last=False)
        return row

    def _tell(self, number: int) -> None:
        if self._columns:
            self.dataChanged.emit(self.index(number, 0), self.index(number, self._columns - 1))
        self.headerDataChanged.emit(Qt.Orientation.Vertical, number, number)

    def _patient_said(self, number: int, role: int) -> str | None:
        line = self.line(number)
        if line is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            row = self.row(number)
            return line.code if row is None else f"{line.code}\n{row.next}"
        row = self.content(number)
        said = [line.code, line.trial, line.arm, "" if row is None else row.next]
        return ", ".join(part for part in said if part)

    def _day_said(self, row: Row, day: date) -> str:
        w = language.current()
        anchor = row.line.anchor
        if anchor is None:
            return w.staff_date(day)
        offset = (day - anchor).days
        if offset < 0:
            return w("{date}, before the start", date=w.staff_date(day))
        week = study_week(offset, row.schedule.protocol.week_origin)
        return w("{date}, study week {week}", date=w.staff_date(day), week=week)


def _closed_sign(clinic: Clinic, day: date) -> str:
    closed = clinic.closed(day)
    if closed is None:
        return ""
    return CLOSED if closed.name is None else HOLIDAY


def _short(row: Row, day: date) -> str:
    marks = [(item, item.mark_on(day)) for item in row.on(day)]
    texts = [
        (f"{item.code} " if item.is_block and day == item.first else "") + mark.text + mark.sign
        for item, mark in marks
        if mark is not None
    ]
    return " ".join(texts)
