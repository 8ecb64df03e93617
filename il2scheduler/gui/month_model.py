"""The days of a month as a table of weeks; each day is read by itself, a few between two frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from il2scheduler.gui import item_sentences, language, sentences
from il2scheduler.gui.items import Look, by_code, look_of, sign_of
from il2scheduler.gui.study_session import StudySession
from il2scheduler.rules import Finding
from il2scheduler.schedule import Appointment
from il2scheduler.store.interface import DayCount
from il2scheduler.study.lists import Due

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
WEEKS, DAYS = 6, 7
MOST_READ = 24
MOST_SIGNED = 200
"""How many of a day that is listed whole are looked into for what is late."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment of a day, in words; `short` by its code where there is no room for them."""

    patient: str
    due: Appointment
    text: str
    short: str
    sign: str
    look: Look
    said: str


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of the grid once it was read: what stands on it, why it is closed, its places.

    `more` counts what stands there besides and was not read in words: `whole` reads it. `name` is that of
    the holiday or closure; `figures` are the places where there is no room for words.
    """

    day: date
    entries: tuple[Entry, ...] = ()
    closed: str = ""
    more: int = 0
    name: str = ""
    places: str = ""
    figures: str = ""
    full: bool = False


class MonthModel(QAbstractTableModel):
    """Six weeks around a month. Drawing asks `cell`, which never reads."""

    def __init__(self, session: StudySession, parent: QObject | None = None) -> None:
        """Begin without a month."""
        super().__init__(parent)
        self._session = session
        self.month = date(2000, 1, 1)
        self._first = self.month
        self._cells: dict[date, DayCell] = {}
        self._stale: list[date] = []
        self._shown: frozenset[str] = frozenset()
        self._short = False

    # --- What is shown ---

    def show(self, day: date) -> None:
        """Show the month of a day; its days are to be read."""
        month = day.replace(day=1)
        if month != self.month:
            self.month = month
            self._first = month - timedelta(days=month.weekday())
            kept = {there: cell for there, cell in self._cells.items() if self.holds(there)}
            self.beginResetModel()
            self._cells = kept
            self._stale = [there for there in self.days() if there not in kept]
            self.endResetModel()

    def forget(self) -> None:
        """Every day is to be read anew; what is shown stays until then."""
        self._shown = frozenset(line.code for line in self._session.shown_patients())
        self._stale = list(self.days())

    def clear(self) -> None:
        """Show nothing: the study was closed."""
        self.beginResetModel()
        self._cells, self._stale = {}, []
        self.endResetModel()

    @property
    def missing(self) -> bool:
        """True while days are still to be read."""
        return bool(self._stale) and self._session.is_open

    def read(self, seconds: float) -> None:
        """Read days, at least one, until the time is up."""
        ends = perf_counter() + seconds
        while self.missing:
            day = self._stale.pop(0)
            self._cells[day] = self._read(day)
            index = self.index_of(day)
            self.dataChanged.emit(index, index)
            if perf_counter() >= ends:
                break

    def whole(self, day: date) -> DayCell:
        """A day with all its appointments, read now where some were only counted."""
        if self.cell(day).more:
            self._cells[day] = self._read(day, most=None)
        return self.cell(day)

    def days(self) -> Iterable[date]:
        """All days of the grid."""
        return (self._first + timedelta(days=at) for at in range(WEEKS * DAYS))

    def day(self, row: int, column: int) -> date:
        """The day of a cell."""
        return self._first + timedelta(days=row * DAYS + column)

    def holds(self, day: date) -> bool:
        """True when a day is in the grid."""
        return 0 <= (day - self._first).days < WEEKS * DAYS

    def index_of(self, day: date) -> QModelIndex:
        """The cell of a day."""
        row, column = divmod((day - self._first).days, DAYS)
        return self.index(row, column)

    def cell(self, day: date) -> DayCell:
        """What a day shows; an empty one while it was not read."""
        return self._cells.get(day) or DayCell(day)

    # --- The table ---

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Six weeks."""
        return 0 if parent.isValid() else WEEKS

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Monday to Sunday."""
        return 0 if parent.isValid() else DAYS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The lines of a day, or its sentence."""
        if not index.isValid():
            return None
        cell = self.cell(self.day(index.row(), index.column()))
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join([str(cell.day.day), *(f"{e.text} {e.sign}".strip() for e in cell.entries)])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(cell)
        if role == Qt.ItemDataRole.ToolTipRole:
            return sentences.tool_tip(self.sentence(cell))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Weekdays above; to the left the first day of each week."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        w = language.current()
        if orientation is Qt.Orientation.Vertical:
            return w.staff_date(self.day(section, 0))
        if self._short and role == Qt.ItemDataRole.DisplayRole:
            return sentences.capital(w.short_weekday(self.day(0, section)).rstrip("."))
        return self.long_names()[section]

    def long_names(self) -> list[str]:
        """Monday to Sunday in full."""
        w = language.current()
        return [sentences.capital(w.weekday(self.day(0, column))) for column in range(DAYS)]

    def name_days(self, *, short: bool) -> None:
        """Name the weekdays in short, or in full; a screen reader always reads them in full."""
        if short is not self._short:
            self._short = short
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, DAYS - 1)

    def sentence(self, cell: DayCell) -> str:
        """Everything there is to say of a day."""
        w = language.current()
        said = [", ".join(part for part in (w.staff_date(cell.day), cell.closed, cell.places) if part)]
        said += [entry.said for entry in cell.entries[:MOST_READ]]
        rest = len(cell.entries) + cell.more - MOST_READ
        if rest > 0:
            said.append(w.plural("and {count} more", "and {count} more", rest))
        if not cell.entries:
            said.append(w("nothing planned"))
        return "\n".join(sentences.capital(part) for part in said)

    # --- Inside ---

    def _read(self, day: date, most: int | None = MOST_READ) -> DayCell:
        clinic = self._session.clinic(day)
        text = day.isoformat()
        count = self._session.study.store.counts(text, text).get(text, DayCount())
        places, figures, full = _places(count, clinic.places_injections, clinic.places_visits)
        closed = clinic.closed(day)
        name = "" if closed is None or closed.name is None else closed.name.said(language.current().language)
        due = (one for one in self._session.due(day, day) if one.appointment.active)
        dues = [one for one in due if one.patient in self._shown]
        signed = MOST_READ if most is not None else MOST_SIGNED
        entries = tuple(self._entry(due, looked=at < signed) for at, due in enumerate(dues[:most]))
        more = len(dues) - len(entries)
        return DayCell(day, entries, sentences.closed(clinic, day), more, name, places, figures, full)

    def _entry(self, due: Due, *, looked: bool) -> Entry:
        from il2scheduler.wording import appointment_name

        protocol = self._session.study.protocols[due.protocol].protocol
        code = due.appointment.code
        about: tuple[Finding, ...] = ()
        # Only what is late is looked into, and not of hundreds: each of them reads its patient.
        if looked and due.appointment.open and (due.appointment.planned or date.max) < self._session.today:
            schedule = self._session.state(due.patient).schedule
            about = by_code(schedule, self._session.findings(due.patient)).get(code, ())
        name = appointment_name(language.current(), code, protocol)
        notes = (sentences.finding(finding, protocol) for finding in about)
        return Entry(
            due.patient,
            due.appointment,
            f"{due.patient} {name}",
            f"{due.patient} {code}",
            sign_of(due.appointment, about),
            look_of(due.appointment, about),
            ", ".join([due.patient, name, item_sentences.state(due.appointment), *notes]),
        )


def _places(count: DayCount, injections: int | None, visits: int | None) -> tuple[str, str, bool]:
    """`3/3 injections, 1/4 visits`, the same in figures, and whether there are more than places."""
    w = language.current()
    said: list[str] = []
    figures: list[str] = []
    full = False
    if count.clinic_patients:
        taken = _of(count.clinic_patients, injections)
        said.append(w("{taken} injections", taken=taken))
        figures.append(taken)
        full = injections is not None and count.clinic_patients > injections
    if count.visits:
        said.append(w("{taken} visits", taken=_of(count.visits, visits)))
        figures.append(_of(count.visits, visits))
        full = full or (visits is not None and count.visits > visits)
    return ", ".join(said), " + ".join(figures), full


def _of(taken: int, places: int | None) -> str:
    if places is None:
        return str(taken)
    return f"{taken}/{places}" + ("!" if taken > places else "")
