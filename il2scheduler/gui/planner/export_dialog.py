"""Where the files of a plan go, in which language and on which paper, and what will be written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler import plan as planning
from il2scheduler.gui import language, sentences
from il2scheduler.gui.fields import Choice, TextField, Wrapped
from il2scheduler.gui.planner.findings_panel import refusal_row
from il2scheduler.gui.settings import Settings, account_name
from il2scheduler.i18n import N_
from il2scheduler.plan import Edition, Plan
from il2scheduler.version import VERSION

CONTENTS = {
    ".ics": N_("calendar of the patient"),
    "-dosing-sheets.pdf": N_("dosing sheets"),
    "-visit-calendar.pdf": N_("visit calendar"),
    "-diary.pdf": N_("patient diary"),
    "-schedule-of-activities.pdf": N_("schedule of activities"),
    "-schedule.csv": N_("schedule as a table"),
}
"""What a file holds, by the end of its name."""


class ExportDialog(QDialog):
    """Asks where to; accepted, `folder` and `edition` say what was chosen."""

    def __init__(self, plan: Plan, settings: Settings, parent: QWidget | None = None) -> None:
        """Offer the folder, language and paper of the last time."""
        super().__init__(parent)
        w = language.current()
        self._plan = plan
        self.setWindowTitle(w("Write the files"))
        self.place = TextField()
        self.place.setText(str(settings.folder))
        self.place.setMinimumWidth(self.fontMetrics().averageCharWidth() * 50)
        self.browse = QPushButton(w("&Browse…"))
        self.browse.setAutoDefault(False)
        self.language, self.paper = Choice(), Choice()
        self.language.offer([(name, name, code) for code, name in language.NAMES.items()], w.language)
        papers = {"a4": w("A4"), "letter": w("US Letter")}
        self.paper.offer([(name, name, code) for code, name in papers.items()], settings.paper)
        self.files = QListWidget()
        self.note = Wrapped(muted=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.write = self.buttons.addButton(w("&Write files"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.write.setDefault(True)
        self._lay_out()
        self.browse.clicked.connect(self._browse)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.place.textChanged.connect(self._list)
        self.language.activated.connect(self._list)
        self._list()

    def _lay_out(self) -> None:
        w = language.current()
        row = QHBoxLayout()
        row.addWidget(self.place, 1)
        row.addWidget(self.browse)
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        label = QLabel(w("&Folder"))
        label.setBuddy(self.place)
        rows.addRow(label, row)
        rows.addRow(w("&Language of the files"), self.language)
        rows.addRow(w("&Paper"), self.paper)
        heading = QLabel(w("What will be &written"))
        heading.setBuddy(self.files)
        column = QVBoxLayout(self)
        column.addWidget(Wrapped(sentences.heading(self._plan)))
        for sentence in sentences.forbidden(self._plan):
            column.addWidget(refusal_row(sentence))
        column.addLayout(rows)
        column.addWidget(heading)
        column.addWidget(self.files)
        column.addWidget(self.note)
        column.addWidget(self.buttons)
        names = (
            (self.place, w("Folder")),
            (self.language, w("Language of the files")),
            (self.paper, w("Paper")),
            (self.files, w("What will be written")),
        )
        for field, name in names:
            field.setAccessibleName(name)

    @property
    def folder(self) -> Path:
        """The folder that was chosen."""
        return Path(self.place.text().strip()).expanduser()

    @property
    def edition(self) -> Edition:
        """Language and paper that were chosen."""
        return Edition(
            language=str(self.language.chosen()),
            paper=str(self.paper.chosen()),
            printed_on=datetime.now().replace(microsecond=0),  # noqa: DTZ005 - the wall clock beside the printer
            printed_by=account_name(),
            program_version=VERSION,
        )

    def _browse(self) -> None:
        w = language.current()
        found = QFileDialog.getExistingDirectory(self, w("Folder for the files"), self.place.text())
        if found:
            self.place.setText(found)

    def _list(self) -> None:
        w = language.current()
        self.files.clear()
        typed = bool(self.place.text().strip())
        replaced = 0
        for name in planning.documents(self._plan, self.edition):
            there = typed and (self.folder / name).exists()
            replaced += there
            holds = w(CONTENTS.get(name.removeprefix(self._plan.request.patient), name))
            line = w("{holds}: {name}", holds=sentences.capital(holds), name=name)
            self.files.addItem(w("{file} (replaces the one there)", file=line) if there else line)
        self.files.setMinimumHeight(self.fontMetrics().lineSpacing() * (self.files.count() + 2))
        self.write.setEnabled(typed)
        self.note.setText(
            w("Files of the same names in this folder are replaced.")
            if replaced
            else w("Nothing is overwritten.")
        )
