"""The open fields of a protocol as a list: what each is, what holds now, what was typed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from il2scheduler.gui import language, sentences
from il2scheduler.protocol import Protocol, Provenance
from il2scheduler.study.completing import OpenField

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class FieldModel(QAbstractTableModel):
    """One row for each field that the site may enter; read only."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.fields: tuple[OpenField, ...] = ()
        self._protocol: Protocol | None = None
        self._typed: Mapping[str, str] = {}

    def show(self, fields: Sequence[OpenField], protocol: Protocol) -> None:
        """Show the fields of a protocol; nothing is typed yet."""
        self.beginResetModel()
        self.fields, self._protocol, self._typed = tuple(fields), protocol, {}
        self.endResetModel()

    def show_typed(self, typed: Mapping[str, str]) -> None:
        """Show what was typed, by path."""
        self._typed = dict(typed)
        if self.fields:
            self.dataChanged.emit(self.index(0, 2), self.index(len(self.fields) - 1, 2))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """One row for each field."""
        return 0 if parent.isValid() else len(self.fields)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """What it is, what holds now, what was typed."""
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of the columns."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        w = language.current()
        return (w("Field"), w("Now"), w("To be saved"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell; the whole row to a screen reader."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells(index.row())[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(cell for cell in self.cells(index.row()) if cell)
        return None

    def cells(self, row: int) -> tuple[str, str, str]:
        """The three texts of a row."""
        field = self.fields[row]
        return self.name(field), now_said(field), self._typed.get(field.path, "")

    def name(self, field: OpenField) -> str:
        """`Study week 52: window`."""
        from il2scheduler.wording import field_name

        return sentences.capital(field_name(language.current(), field.path, self._protocol))


def now_said(field: OpenField) -> str:
    """What holds now and how well it is known: `08:00, 20:00 (assumed)`, `unknown`, `28 days (site)`."""
    from il2scheduler.wording import value_name

    w = language.current()
    standing = field.standing
    own = standing.field == field.path or standing.field in field.path
    entered = standing.status is Provenance.SITE or field.path in standing.settled
    said = "" if field.now is None else value_name(w, field.path, field.now)
    if entered and own and not said:
        said = value_name(w, field.path, standing.value or "") if standing.value is not None else ""
    if entered:
        return w("{value} (site)", value=said) if said else w("entered by the site")
    if standing.status is Provenance.UNKNOWN and not said:
        return w("unknown")
    if not said:
        return w("assumed")
    return w("{value} (assumed)", value=said)
