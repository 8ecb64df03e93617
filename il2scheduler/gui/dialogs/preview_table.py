"""What a decision changes, as a table: cycle, visit or injections, was, becomes."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView

from il2scheduler.commands import Decision, Move
from il2scheduler.gui import language, sentences
from il2scheduler.protocol import Protocol

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
Cells = tuple[str, str, str, str]
"""What changes, what it was, what it becomes, by how many days."""
_DAYS = 3
MOST_LINES = 9
"""How many lines of it stand in a dialog at least; the rest scrolls."""


class ChangeModel(QAbstractTableModel):
    """The dates that one decision moves, then the doses, places and statuses it changes, and the totals."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._rows: tuple[Cells, ...] = ()

    def show(self, rows: tuple[Cells, ...]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @property
    def tells_days(self) -> bool:
        """True when a date of it moves to another."""
        return any(row[_DAYS] for row in self._rows)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """One row for each thing that changes."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """What, was, becomes, by how much."""
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of the columns."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        w = language.current()
        return (w("What"), w("Was"), w("Becomes"), w("Days"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell; the whole row to a screen reader."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(cell for cell in self._rows[index.row()] if cell)
        return None


def rows_of(decision: Decision) -> tuple[Cells, ...]:
    """The rows of one decision."""
    from il2scheduler.wording import difference_lines

    protocol = decision.after.schedule.protocol
    moves = tuple(_move(move, protocol) for move in decision.moves())
    return moves + tuple((*line, "") for line in difference_lines(language.current(), decision))


def _move(move: Move, protocol: Protocol) -> Cells:
    w = language.current()
    was = "" if move.before is None else w.staff_date(move.before)
    becomes = w("no longer planned") if move.after is None else w.staff_date(move.after)
    days = ""
    if move.before is not None and move.after is not None:
        days = f"{(move.after - move.before).days:+d}"
    return sentences.name(move.code, protocol), was, becomes, days


class PreviewTable(QTableView):
    """Shows what a decision changes; read only. Texts wrap, so that what becomes is always in sight."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._model = ChangeModel()
        self.setModel(self._model)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is not needed stays empty beneath the reason, not within the table.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_DAYS, QHeaderView.ResizeMode.ResizeToContents)
        # While it says so, the header itself still has the widths from before.
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._fit)
        header.sectionResized.connect(self._resized)
        self.setAccessibleName(language.current()("What changes"))

    def _resized(self, _column: int, _before: int, _now: int) -> None:
        self._later.start()

    def show_moves(self, decision: Decision | None) -> None:
        """Show what a decision changes; hidden where nothing does."""
        self.show_rows(() if decision is None else rows_of(decision))

    def show_rows(self, rows: tuple[Cells, ...]) -> None:
        """Show the rows of one decision or of several; hidden without any."""
        self._model.show(rows)
        self.setColumnHidden(_DAYS, not self._model.tells_days)
        self.setVisible(self._model.rowCount() > 0)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """As high as its rows, up to a number of lines."""
        rows = sum(self.rowHeight(row) for row in range(self._model.rowCount()))
        most = MOST_LINES * self.fontMetrics().lineSpacing()
        header = self.horizontalHeader().sizeHint().height()
        return QSize(super().minimumSizeHint().width(), header + min(rows, most) + 2 * self.frameWidth())

    def sizeHint(self) -> QSize:
        """The width of a table, as high as all of its rows."""
        rows = sum(self.rowHeight(row) for row in range(self._model.rowCount()))
        header = self.horizontalHeader().sizeHint().height()
        return QSize(super().sizeHint().width(), header + rows + 2 * self.frameWidth())

    def _fit(self) -> None:
        """In columns of another width the texts have other lines."""
        self.resizeRowsToContents()
        self.updateGeometry()
