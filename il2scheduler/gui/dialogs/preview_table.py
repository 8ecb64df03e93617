"""What a decision moves, as a table: cycle or visit, was, becomes."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from il2scheduler.commands import Decision, Move
from il2scheduler.gui import language, sentences
from il2scheduler.protocol import Protocol

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class MoveModel(QAbstractTableModel):
    """The moves of one decision; the last row says what stays."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._moves: tuple[Move, ...] = ()
        self._protocol: Protocol | None = None

    def show(self, decision: Decision | None) -> None:
        """Show what a decision moves; nothing for None."""
        self.beginResetModel()
        self._moves = () if decision is None else decision.moves()
        self._protocol = None if decision is None else decision.after.schedule.protocol
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """One row for each move."""
        return 0 if parent.isValid() else len(self._moves)

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
            return self._cells(index.row())[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(self._cells(index.row()))
        return None

    def _cells(self, row: int) -> tuple[str, str, str, str]:
        w = language.current()
        move = self._moves[row]
        name = move.code if self._protocol is None else sentences.name(move.code, self._protocol)
        was = "" if move.before is None else w.staff_date(move.before)
        becomes = w("is left out") if move.after is None else w.staff_date(move.after)
        days = ""
        if move.before is not None and move.after is not None:
            days = f"{(move.after - move.before).days:+d}"
        return name, was, becomes, days


class PreviewTable(QTableView):
    """Shows a decision's moves; read only."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._model = MoveModel()
        self.setModel(self._model)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.setAccessibleName(language.current()("What moves"))

    def show_moves(self, decision: Decision | None) -> None:
        """Show what a decision moves; hidden where nothing does."""
        self._model.show(decision)
        rows = min(self._model.rowCount(), 8)
        self.setMinimumHeight((rows + 1) * (self.fontMetrics().height() + 12))
        self.setVisible(rows > 0)
