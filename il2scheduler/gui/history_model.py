"""The entries of a study as a table, the newest first; read in portions as one scrolls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from il2scheduler.gui import entry_words, language
from il2scheduler.gui.study_session import StudySession
from il2scheduler.ledger import Entry

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
PORTION = 200
"""How many entries are read at once."""
_MOST_PORTIONS = 25
"""How many portions are looked through at once for entries that pass a filter."""


class Column(IntEnum):
    """What is said of an entry."""

    NUMBER = 0
    WHEN = 1
    WHO = 2
    WHAT = 3
    REASON = 4
    STATE = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are shown: None asks for nothing. Dates are the site's, both inclusive."""

    patient: int | None = None
    study_only: bool = False
    kinds: frozenset[str] = frozenset()
    who: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(slots=True)
class _Read:
    """How far the ledger was read, and what passed."""

    entries: list[Entry] = field(default_factory=list[Entry])
    next: int | None = None
    whole: bool = True


class HistoryModel(QAbstractTableModel):
    """Entries that pass a filter. Sentences are made for rows that are seen only."""

    def __init__(self, session: StudySession, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._session = session
        self._wanted = Wanted()
        self._read = _Read()
        self._undone: Mapping[int, int] = {}
        self._said: dict[int, str] = {}
        self._resetting = False

    def show(self, wanted: Wanted) -> None:
        """Read anew with a filter."""
        self.beginResetModel()
        self._wanted = wanted
        self._said.clear()
        self._read = _Read(whole=not self._session.is_open)
        self._undone = {}
        if self._session.is_open:
            self._undone = self._session.study.store.reverted()
            self._read.entries += self._portion()
        # Whoever hears of the reset is not to ask for more in the middle of it.
        self._resetting = True
        self.endResetModel()
        self._resetting = False

    def entry(self, row: int) -> Entry | None:
        """The entry of a row."""
        return self._read.entries[row] if 0 <= row < len(self._read.entries) else None

    def row_of(self, number: int) -> int | None:
        """The row of an entry, None where it is not read or does not pass."""
        return next((row for row, e in enumerate(self._read.entries) if e.number == number), None)

    def undone_by(self, entry: Entry) -> int | None:
        """The entry that undid this one, where that was not taken back in turn."""
        from il2scheduler.study.reverting import undone_by

        return undone_by(entry.number, self._undone)

    @property
    def whole(self) -> bool:
        """True when the ledger was read to its beginning."""
        return self._read.whole

    # --- Reading in portions ---

    def canFetchMore(self, parent: Index = _NO_INDEX) -> bool:
        """True while there are older entries."""
        return not parent.isValid() and not self._read.whole and not self._resetting

    def fetchMore(self, parent: Index = _NO_INDEX) -> None:
        """Read on."""
        if not self.canFetchMore(parent):
            return
        more = self._portion()
        if more:
            first = len(self._read.entries)
            self.beginInsertRows(_NO_INDEX, first, first + len(more) - 1)
            self._read.entries += more
            self.endInsertRows()

    def _portion(self) -> list[Entry]:
        """The next entries that pass; several portions of the ledger where few do."""
        found: list[Entry] = []
        store, wanted, read = self._session.study.store, self._wanted, self._read
        for _ in range(_MOST_PORTIONS):
            entries = store.entries(
                patient=wanted.patient,
                study_only=wanted.study_only,
                last=read.next,
                newest_first=True,
                limit=PORTION,
            )
            found += [entry for entry in entries if self._passes(entry)]
            read.whole = len(entries) < PORTION
            if read.whole:
                break
            read.next = entries[-1].number - 1
            if len(found) >= PORTION // 2:
                break
        return found

    def _passes(self, entry: Entry) -> bool:
        wanted = self._wanted
        if wanted.who is not None and entry.who != wanted.who:
            return False
        if wanted.kinds and entry_words.kind(entry) not in wanted.kinds:
            return False
        if wanted.first is None and wanted.last is None:
            return True
        day = entry_words.moment(self._session, entry).date()
        return (wanted.first is None or day >= wanted.first) and (wanted.last is None or day <= wanted.last)

    # --- Qt's questions ---

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """One row for each entry."""
        return 0 if parent.isValid() else len(self._read.entries)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Number, when, who, what, reason, state."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of the columns."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        w = language.current()
        names = (w("Entry"), w("When"), w("Who"), w("What"), w("Reason"), w("State"))
        return names[section] if 0 <= section < len(names) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell; the whole row to a screen reader."""
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(entry, Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in {Column.WHAT, Column.REASON}:
            from il2scheduler.gui.sentences import tool_tip

            return tool_tip(self._cell(entry, Column(index.column())))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            w = language.current()
            cells = [self._cell(entry, column) for column in Column]
            cells[Column.NUMBER] = w("Entry {entry}", entry=entry.number)
            return ", ".join(cell for cell in cells if cell)
        return None

    def _cell(self, entry: Entry, column: Column) -> str:
        if column is Column.NUMBER:
            return str(entry.number)
        if column is Column.WHEN:
            return entry_words.moment_said(self._session, entry)
        if column is Column.WHO:
            return entry.who
        if column is Column.REASON:
            return entry_words.reason(entry)
        if column is Column.STATE:
            return self._state(entry)
        if entry.number not in self._said:
            self._said[entry.number] = entry_words.said(self._session, entry)
        return self._said[entry.number]

    def _state(self, entry: Entry) -> str:
        w = language.current()
        by = self.undone_by(entry)
        if by is not None:
            return w("undone by entry {entry}", entry=by)
        if entry.redacted_by is not None:
            return w("text erased by entry {entry}", entry=entry.redacted_by)
        return w("transcribed") if entry.transcribed else ""
