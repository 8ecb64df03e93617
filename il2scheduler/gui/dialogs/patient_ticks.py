"""Patients to be ticked: a field that finds them by a part of the code, and a list with boxes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language
from il2scheduler.gui.fields import TextField

_CODE = Qt.ItemDataRole.UserRole


class PatientTicks(QWidget):
    """Space ticks the patient under the cursor; the buttons tick or untick all that are shown."""

    changed = Signal()
    """Other patients are ticked."""

    def __init__(self, patients: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """Offer patients by code and what stands beside it, none ticked."""
        super().__init__(parent)
        w = language.current()
        self.finder = TextField()
        self.finder.setPlaceholderText(w("Part of the code"))
        self.finder.setAccessibleName(w("Find patients"))
        self.list = QListWidget()
        self.list.setAccessibleName(w("Patients"))
        for code, beside in patients:
            item = QListWidgetItem(f"{code}  {beside}".rstrip())
            item.setData(_CODE, code)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.list.addItem(item)
        if patients:
            self.list.setCurrentRow(0)
        self.every = QPushButton(w("&Tick all shown"))
        self.none = QPushButton(w("&Untick all"))
        self.said = QLabel()
        for button in (self.every, self.none):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.finder)
        column.addWidget(self.list, 1)
        column.addWidget(self.said)
        column.addWidget(self.every)
        column.addWidget(self.none)
        self.setFocusProxy(self.finder)
        self.finder.textChanged.connect(self._filter)
        self.list.itemChanged.connect(self._changed)
        self.every.clicked.connect(self._tick_shown)
        self.none.clicked.connect(lambda: self.tick(()))
        self._say()

    def ticked(self) -> tuple[str, ...]:
        """The codes of the patients that are ticked, in their order."""
        return tuple(
            str(item.data(_CODE)) for item in self._items() if item.checkState() is Qt.CheckState.Checked
        )

    def tick(self, codes: Collection[str]) -> None:
        """Tick these patients and no others."""
        self._set({str(item.data(_CODE)): str(item.data(_CODE)) in codes for item in self._items()})

    def _tick_shown(self) -> None:
        self._set({str(item.data(_CODE)): True for item in self._items() if not item.isHidden()})

    def _set(self, wanted: dict[str, bool]) -> None:
        blocked = self.list.blockSignals(True)
        for item in self._items():
            tick = wanted.get(str(item.data(_CODE)))
            if tick is not None:
                item.setCheckState(Qt.CheckState.Checked if tick else Qt.CheckState.Unchecked)
        self.list.blockSignals(blocked)
        self._changed()

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _filter(self, text: str) -> None:
        part = text.strip().casefold()
        for item in self._items():
            item.setHidden(part not in str(item.data(_CODE)).casefold())

    def _changed(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        w = language.current()
        count = len(self.ticked())
        self.said.setText(w.plural("{count} patient ticked", "{count} patients ticked", count))
