"""Import patients already under way from a file, previewed whole and saved whole."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, sentences
from il2scheduler.gui.fields import Wrapped, resize_within
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal
from il2scheduler.study.transcription import MAX_BYTES, Problem, Transcription, save, transcribe


class ImportPatientsDialog(QDialog):
    """Lists what a file would enrol, or every problem of it; nothing is saved while there is one."""

    def __init__(self, session: StudySession, parent: QWidget | None = None) -> None:
        """Begin without a file."""
        super().__init__(parent)
        w = language.current()
        self._session = session
        self._read: Transcription | None = None
        self.setWindowTitle(w("Import patients already under way"))
        self.choose = QPushButton(w("&Choose a file…"))
        self.choose.setAutoDefault(False)
        self.said = Wrapped(
            w("A CSV file with one row for each fact; the guide (F1) says how it is written."),
            selectable=True,
        )
        self.list = QListWidget()
        self.list.setAccessibleName(w("What the file holds"))
        self.list.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act = self.buttons.addButton(w("&Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setEnabled(False)
        column = QVBoxLayout(self)
        for widget in (self.choose, self.said, self.list, self.buttons):
            column.addWidget(widget)
        self.choose.clicked.connect(self._choose)
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_within(self, 90, 26)

    def show_file(self, path: Path) -> None:
        """Read a file and list what it would do."""
        w = language.current()
        self._read = None
        self.list.clear()
        self.act.setEnabled(False)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            self._read = transcribe(self._session.study, data)
        except OSError as error:
            reason = sentences.fault(error)
            self.said.setText(w("{file} cannot be used: {reason}.", file=path.name, reason=reason))
            return
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))
            return
        from il2scheduler.wording import arm_name

        read = self._read
        for problem in read.problems:
            self.list.addItem(_said(problem))
        if read.problems:
            count = len(read.problems)
            self.said.setText(
                w.plural(
                    "{count} problem: nothing can be imported.",
                    "{count} problems: nothing can be imported.",
                    count,
                )
            )
            return
        for code, schedule in read.schedules().items():
            given = sum(i.given_iu is not None for a in schedule.appointments for i in a.injections)
            done = w.plural("{count} injection given", "{count} injections given", given)
            trial, arm = schedule.protocol.short_title, arm_name(w, schedule.arm, alone=True)
            self.list.addItem(w("{patient}: {what}", patient=code, what=f"{trial}, {arm}, {done}"))
        self.said.setText(w("This will be imported, in one step:"))
        self.act.setEnabled(True)

    def _choose(self) -> None:
        w = language.current()
        found, _ = QFileDialog.getOpenFileName(self, w("File of patients"), "", w("CSV files (*.csv)"))
        if found:
            self.show_file(Path(found))

    def _save(self) -> None:
        if self._read is None:
            return
        try:
            save(self._session.study, self._read)
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))
            return
        self.accept()


def _said(problem: Problem) -> str:
    w = language.current()
    said = sentences.refusal(problem.refusal)
    if problem.finding is not None and problem.protocol is not None:
        said = f"{sentences.finding(problem.finding, problem.protocol)} {said}"
    place = problem.place
    if place.row is None:
        return said
    where = w("row {row}", row=place.row)
    if place.column is not None:
        where = w("row {row}, column {column}", row=place.row, column=place.column)
    return f"{where}: {said}"
