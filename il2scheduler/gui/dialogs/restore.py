"""The backups of a study, the newest first: choose the one to make a new study file of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language
from il2scheduler.gui.fields import Wrapped, resize_within
from il2scheduler.store import Backup, backups_of


class RestoreDialog(QDialog):
    """Lists backups by the time they were made and the newest entry in them."""

    chosen = Signal(object)
    """Carries the `Path` of a backup."""

    def __init__(self, study: Path, parent: QWidget | None = None) -> None:
        """List the backups of a study, which need not be there any more."""
        super().__init__(parent)
        w = language.current()
        self.setWindowTitle(w("Restore a backup of {study}", study=study.stem))
        self.list = QListWidget()
        self.list.setAccessibleName(w("Backups"))
        backups = backups_of(study)
        for backup in backups:
            item = QListWidgetItem(_said(backup))
            item.setData(Qt.ItemDataRole.UserRole, str(backup.path))
            self.list.addItem(item)
        self.list.setCurrentRow(0 if backups else -1)
        self.said = Wrapped(
            w("A new study file is made of the backup, and opened. The study stays where it is.")
            if backups
            else w("There is no backup of this study in the folder beside it.")
        )
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act = self.buttons.addButton(w("&Restore as…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setDefault(True)
        self.act.setEnabled(bool(backups))
        column = QVBoxLayout(self)
        column.addWidget(self.said)
        column.addWidget(self.list)
        column.addWidget(self.buttons)
        self.buttons.accepted.connect(self._take)
        self.buttons.rejected.connect(self.reject)
        self.list.itemActivated.connect(self._take)
        resize_within(self, 72, 20)

    def _take(self) -> None:
        chosen = self.list.selectedItems()
        if chosen:
            self.accept()
            self.chosen.emit(Path(str(chosen[0].data(Qt.ItemDataRole.UserRole))))


def _said(backup: Backup) -> str:
    w = language.current()
    # A backup is of this computer: its clock is the one people remember.
    at = backup.at.astimezone()
    return w(
        "{date} at {time}, up to entry {entry}",
        date=w.staff_date(at.date()),
        time=f"{at:%H:%M}",
        entry=backup.entry,
    )
