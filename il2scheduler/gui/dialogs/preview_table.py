"""What a decision changes, as a table: cycle, visit or injections, was, becomes."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from il2scheduler.commands import Decision, Move
from il2scheduler.gui import language, sentences
from il2scheduler.protocol import Protocol

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_Cells = tuple[str, str, str, str]


class ChangeModel(QAbstractTableModel):
    """The dates that one decision moves, then the doses, places and statuses it changes, and the totals."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._rows: tuple[_Cells, ...] = ()

    def show(self, decision: Decision | None) -> None:
        """Show what a decision changes; nothing for None."""
        self.beginResetModel()
        self._rows = () if decision is None else _rows(decision)
        self.endResetModel()

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


def _rows(decision: Decision) -> tuple[_Cells, ...]:
    from il2scheduler.wording import difference_lines

    protocol = decision.after.schedule.protocol
    moves = tuple(_move(move, protocol) for move in decision.moves())
    return moves + tuple((*line, "") for line in difference_lines(language.current(), decision))


def _move(move: Move, protocol: Protocol) -> _Cells:
    w = language.current()
    was = "" if move.before is None else w.staff_date(move.before)
    becomes = w("is left out") if move.after is None else w.staff_date(move.after)
    days = ""
    if move.before is not None and move.after is not None:
        days = f"{(move.after - move.before).days:+d}"
    return sentences.name(move.code, protocol), was, becomes, days


class PreviewTable(QTableView):
    """Shows what a decision changes; read only."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._model = ChangeModel()
        self.setModel(self._model)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.setAccessibleName(language.current()("What changes"))

    def show_moves(self, decision: Decision | None) -> None:
        """Show what a decision changes; hidden where nothing does."""
        self._model.show(decision)
        rows = min(self._model.rowCount(), 8)
        self.setMinimumHeight((rows + 1) * (self.fontMetrics().height() + 12))
        self.setVisible(rows > 0)
