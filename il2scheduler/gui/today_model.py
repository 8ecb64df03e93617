"""The rows of the Today view as a table; their sentences are for tool tips and screen readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from il2scheduler.appointment import Appointment, NotGiven, Status
from il2scheduler.gui import language, sentences, theme
from il2scheduler.gui.study_session import StudySession
from il2scheduler.gui.today_rows import Row, Section
from il2scheduler.protocol import Protocol
from il2scheduler.rules import Finding, FindingKind

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_SIGNS = {
    Status.PLANNED: "○",
    Status.RUNNING: "○",
    Status.GIVEN: "✓",
    Status.DONE: "✓",
    Status.GIVEN_IN_PART: "/",
    Status.NOT_GIVEN: "×",
    Status.MISSED: "×",
}
_SPOKEN = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


class Column(IntEnum):
    """The columns, from the left."""

    STATE = 0
    WHEN = 1
    PATIENT = 2
    WHAT = 3
    DOSE = 4
    PLACE = 5


class TodayModel(QAbstractTableModel):
    """One row an injection, a visit, an overdue course or something to look at; headings between them."""

    def __init__(self, session: StudySession, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._session = session
        self._rows: list[Row] = []
        self._stacked = False
        self._texts: dict[int, Callable[[Row], str]] = {
            Column.STATE: self.state,
            Column.WHEN: self.when,
            Column.PATIENT: lambda row: row.patient,
            Column.WHAT: self.what,
            Column.DOSE: self.dose_or_window,
            Column.PLACE: _place,
        }

    def show(self, rows: list[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def stack(self, on: bool) -> None:  # noqa: FBT001 - as Qt's setters
        """Say dose, window and place under what is to be done, where a table is too narrow."""
        if on != self._stacked and self._rows:
            self._stacked = on
            corners = self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1)
            self.dataChanged.emit(*corners, [Qt.ItemDataRole.DisplayRole])
        self._stacked = on

    @property
    def rows(self) -> list[Row]:
        """The rows as they stand."""
        return self._rows

    def row(self, number: int) -> Row | None:
        """A row, None outside of the table."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Headings are rows as well."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """State, when, patient, what, dose or window, place."""
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A heading can be read but not chosen: the arrow keys go past it."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None or row.heading:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of the columns."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        w = language.current()
        names = (w("State"), w("When"), w("Patient"), w("What"), w("Dose or window"), w("Place"))
        return names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell; its whole row to a screen reader; faded once recorded."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if row.heading:
                return heading(row, self._session.today) if index.column() == 0 else ""
            return self._cell(row, index.column())
        if role in _SPOKEN:
            said = self.sentence(row)
            return sentences.tool_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said
        if role == Qt.ItemDataRole.FontRole and row.heading:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(row, index.column())
        if role == Qt.ItemDataRole.BackgroundRole:
            return self._ground(row, index.column())
        return None

    def _ink(self, row: Row, column: int) -> QColor | None:
        worn = theme.shades()
        if row.heading:
            return QColor(worn.text)
        if row.recorded:
            return QColor(worn.muted_text)
        return QColor(worn.clash_text) if column == Column.STATE and row.section is not Section.DAY else None

    def _ground(self, row: Row, column: int) -> QColor | None:
        worn = theme.shades()
        if row.heading:
            return QColor(worn.window)
        alarms = column == Column.STATE and row.section is not Section.DAY and not row.recorded
        return QColor(worn.clash) if alarms else None

    # --- The texts of a row ---

    def text(self, row: Row, column: int) -> str:
        """A cell of a table that is wide enough."""
        return self._texts[column](row)

    def _cell(self, row: Row, column: int) -> str:
        said = self._texts[column](row)
        if not self._stacked or column != Column.WHAT or row.section is Section.ATTENTION:
            return said
        more = ", ".join(part for part in (self.dose_or_window(row), _place(row)) if part)
        return f"{said}\n{more}" if more else said

    def protocol(self, row: Row) -> Protocol:
        """The protocol of the row's patient."""
        return self._session.study.protocols[row.protocol].protocol

    def sentence(self, row: Row) -> str:
        """Everything there is to say of a row."""
        if row.heading:
            return heading(row, self._session.today)
        parts = [self._texts[column](row) for column in (2, 3, 4, 1, 5, 0)]
        if row.section is Section.ATTENTION:
            parts = [row.patient, *self._found(row)] if row.findings else parts
        elif row.section is Section.DAY and row.slot is None:
            parts.insert(2, sentences.what(row.due, self.protocol(row)))
        said = [part for part in parts if part]
        note = None if row.single is None else row.single.note
        return "\n".join([", ".join(said), *([note] if note else [])])

    def state(self, row: Row) -> str:
        """A sign, and what it means."""
        w = language.current()
        if row.section is Section.ATTENTION:
            return f"! {w('to check')}"
        if row.section is Section.OVERDUE and not row.recorded:
            return self._overdue(row)
        injection = row.injection
        if injection is not None and injection.not_given is not None:
            return f"{_SIGNS[Status.NOT_GIVEN]} {_not_given(injection.not_given)}"
        status = row.due.status if injection is None else injection.status
        if len(row.appointments) > 1:
            status = _together(row.appointments)
        return f"{_SIGNS.get(status, '–')} {_status(status)}"

    def _overdue(self, row: Row) -> str:
        w = language.current()
        codes = {appointment.code for appointment in row.appointments}
        late = [
            found
            for found in self._session.findings(row.patient)
            if found.kind is FindingKind.OVERDUE and found.where in codes
        ]
        if late and all(found.facts.get("awaiting_diary") for found in late):
            return f"… {w('awaiting diary')}"
        days = max((int(str(found.facts["days"])) for found in late), default=0)
        return "! " + w.plural("overdue by {count} day", "overdue by {count} days", days)

    def when(self, row: Row) -> str:
        """The clock time; the date too where the section is not that of a day."""
        return " ".join(self.when_lines(row))

    def when_lines(self, row: Row) -> tuple[str, ...]:
        """The date, where it is said, and the clock time: between them the text may break."""
        w = language.current()
        clock = ""
        if row.slot is not None:
            clock = f"{row.slot:%H:%M}"
        elif row.single is not None:
            due = row.single
            times = [i.time for i in due.injections if i.status is Status.PLANNED or row.recorded]
            times += [due.hour] if due.hour is not None else []
            clock = ", ".join(f"{at:%H:%M}" for at in times)
        if row.section is Section.DAY or row.day is None:
            return (clock,)
        # The year stands in the title of the list.
        near = row.day.year == self._session.today.year
        day = w.short_date(row.day) if near else w.staff_date(row.day)
        return (day,) if row.section is Section.ATTENTION or not clock else (day, clock)

    def what(self, row: Row) -> str:
        """What is to be done, in words."""
        w = language.current()
        if row.section is Section.ATTENTION:
            found = self._found(row)
            more = w("(and {count} more)", count=len(found) - 1) if len(found) > 1 else ""
            return f"{found[0]} {more}".strip()
        protocol = self.protocol(row)
        if len(row.appointments) > 1:
            count = sum(len(_told(appointment)) for appointment in row.appointments)
            where = sentences.name(f"C{row.cycle}", protocol)
            return w.plural("{where}: {count} injection", "{where}: {count} injections", count, where=where)
        due = row.due
        name = sentences.name(due.code, protocol)
        if row.slot is not None:
            return name
        if due.injections:
            count = len(_told(due))
            return w.plural("{where}: {count} injection", "{where}: {count} injections", count, where=name)
        return w("{visit}, before the first injection", visit=name) if row.early else name

    def _found(self, row: Row) -> list[str]:
        w = language.current()
        if not row.findings:
            label = self.protocol(row).anchor.label.said(w.language)
            return [w("No date yet for {anchor}: the schedule has no dates.", anchor=label)]
        return [self._found_sentence(found, row) for found in row.findings]

    def _found_sentence(self, found: Finding, row: Row) -> str:
        return sentences.finding(found, self.protocol(row))

    def dose_or_window(self, row: Row) -> str:
        """An injection has a dose, a visit has a window."""
        return _dose(row) or self.window(row)

    def window(self, row: Row) -> str:
        """How long there is time, where the protocol or the site gives a window."""
        w = language.current()
        due = row.single
        if due is None or due.injections or row.section is Section.ATTENTION or not due.open:
            return ""
        if due.window is None:
            return w("no window")
        left = (due.window[1] - self._session.today).days
        late = due.window[1] + timedelta(days=self.protocol(row).late_days(due.template))
        if left < 0 and self._session.today <= late:
            said = w("late, until {date}", date=w.staff_date(late))
        elif left < 0:
            said = w("window ended {date}", date=w.staff_date(due.window[1]))
        elif self._session.today < due.window[0]:
            said = w("window from {date}", date=w.staff_date(due.window[0]))
        elif left == 0:
            said = w("last day of the window")
        else:
            said = w.plural("{count} day left in window", "{count} days left in window", left)
        return w("{window} (of the site)", window=said) if due.site_window else said


def heading(row: Row, today: date) -> str:
    """The heading of a section with its count."""
    w = language.current()
    if row.section is Section.OVERDUE:
        said = w("Overdue")
    elif row.section is Section.ATTENTION:
        said = w("Needs attention, from today to four weeks ahead")
    elif row.day is None:
        said = ""
    elif row.day == today:
        said = w("Today, {date}", date=w.staff_date(row.day))
    else:
        said = w.staff_date(row.day)
    return f"{said} ({row.count})"


def _told(appointment: Appointment) -> list[Status]:
    """The injections a row of an injection day counts: those to be recorded, else all that were."""
    states = [injection.status for injection in appointment.injections]
    return [state for state in states if state is Status.PLANNED] or states


def _together(appointments: tuple[Appointment, ...]) -> Status:
    states = {i.status for appointment in appointments for i in appointment.injections}
    if states == {Status.GIVEN}:
        return Status.GIVEN
    return Status.GIVEN_IN_PART if Status.GIVEN in states else Status.NOT_GIVEN


def _dose(row: Row) -> str:
    w = language.current()
    if row.section is Section.ATTENTION or row.cycle is None:
        return ""
    if row.injection is not None:
        iu = row.injection.given_iu or row.injection.dose_iu
        return w("prescribed") if iu is None else w.dose(iu)
    doses = {i.dose_iu for a in row.appointments for i in a.injections}
    return sentences.dose(row.due) if len(doses) == 1 else ""


def _place(row: Row) -> str:
    from il2scheduler.wording import place_name

    w = language.current()
    if row.section is Section.ATTENTION:
        return ""
    if row.cycle is None:
        return w("clinic")
    if row.injection is not None:
        return place_name(w, row.injection.place)
    places = dict.fromkeys(
        i.place for a in row.appointments for i in a.injections if i.status is Status.PLANNED
    )
    return ", ".join(place_name(w, place) for place in places)


def _status(status: Status) -> str:
    from il2scheduler.wording import status_name

    return status_name(language.current(), status)


def _not_given(code: NotGiven) -> str:
    from il2scheduler.wording import not_given_name

    return not_given_name(language.current(), code.value)
