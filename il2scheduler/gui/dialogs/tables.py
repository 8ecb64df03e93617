"""Tables of a study for spreadsheet programs: which, from when to when, and into which file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, sentences
from il2scheduler.gui.background import After
from il2scheduler.gui.dialogs.working_dialog import WorkingDialog
from il2scheduler.gui.fields import Choice, DateField, TextField, Wrapped, fit
from il2scheduler.gui.notice import announce
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.study_session import StudySession
from il2scheduler.i18n import N_
from il2scheduler.refusal import Refusal
from il2scheduler.study import tabling
from il2scheduler.study.tabling import Kind

KINDS = {
    Kind.SUPPLY: (N_("Drug supply by week"), N_("What is still planned: injections, dose and vials.")),
    Kind.AGENDA: (N_("Agenda"), N_("What is overdue on the first day, then each day up to the last.")),
    Kind.INJECTIONS: (N_("Injections"), N_("Each injection as it was planned and recorded.")),
    Kind.SCHEDULE: (N_("Schedules"), N_("Every visit and injection.")),
    Kind.DEVIATIONS: (N_("Deviations"), N_("Every deviation with its reason.")),
}
"""The name of each table, and what it holds."""


class TablesDialog(WorkingDialog):
    """Writes one table in the background, whole or not at all, and says where it lies."""

    told = Signal(str)
    """Carries what was done, once the dialog is left."""

    def __init__(
        self, session: StudySession, settings: Settings | None = None, parent: QWidget | None = None
    ) -> None:
        """Offer the drug supply from today on, as a workbook."""
        super().__init__(parent)
        w = language.current()
        self._session, self._settings = session, settings
        self._named = False
        self.setWindowTitle(w("Save a table"))
        self.kind, self.patients, self.format, self.language = Choice(), Choice(), Choice(), Choice()
        self.holds = Wrapped(muted=True)
        self.first, self.last = DateField(), DateField()
        self.file = TextField()
        self.browse = QPushButton(w("&Browse…"))
        self.browse.setAutoDefault(False)
        self.note, self.said = Wrapped(muted=True), Wrapped(selectable=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act = self.buttons.addButton(w("&Save the table"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setDefault(True)
        self.kind.offer([(w(name), w(name), kind) for kind, (name, _) in KINDS.items()])
        everybody = w("All patients")
        codes = [line.code for line in session.patients()]
        self.patients.offer([(everybody, everybody, ""), *((code, code, code) for code in codes)])
        workbook, plain = w("Workbook (.xlsx)"), w("Text for scripts and statisticians (.csv)")
        self.format.offer([(workbook, workbook, ".xlsx"), (plain, plain, ".csv")])
        self.language.offer([(name, name, code) for code, name in language.NAMES.items()], w.language)
        self._lay_out()
        self._connect()
        self._kind_chosen()
        fit(self, 64)

    def _lay_out(self) -> None:
        w = language.current()
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        place = QHBoxLayout()
        place.addWidget(self.file, 1)
        place.addWidget(self.browse)
        fields: tuple[tuple[str, QWidget], ...] = (
            (w("&Table"), self.kind),
            (w("Of &whom"), self.patients),
            (w("&From"), self.first),
            (w("T&o"), self.last),
            (w("&Kind of file"), self.format),
            (w("&Language of the file"), self.language),
        )
        for text, field in fields:
            rows.addRow(text, field)
            name = text.replace("&", "")
            if isinstance(field, DateField):
                field.name(name)
            field.setAccessibleName(name)
            if field is self.kind:
                rows.addRow(self.holds)
        label = QLabel(w("File &name"))
        label.setBuddy(self.file)
        self.file.setAccessibleName(w("File name"))
        rows.addRow(label, place)
        column = QVBoxLayout(self)
        column.addLayout(rows)
        column.addWidget(self.note)
        column.addWidget(self.strip)
        column.addWidget(self.said)
        column.addWidget(self.buttons)
        self.said.hide()

    def _connect(self) -> None:
        self.kind.activated.connect(self._kind_chosen)
        self.format.activated.connect(self._name)
        for choice in (self.patients, self.language):
            choice.activated.connect(self._check)
        for field in (self.first, self.last):
            field.edit.textChanged.connect(self._check)
        self.file.textEdited.connect(self._typed)
        self.file.textChanged.connect(self._check)
        self.browse.clicked.connect(self._browse)
        self.buttons.accepted.connect(self.save)
        self.buttons.rejected.connect(self.reject)

    # --- What is asked for ---

    def path(self) -> Path:
        """The file that is asked for."""
        typed = Path(self.file.text().strip()).expanduser()
        return typed if typed.is_absolute() else self._folder() / typed

    def wanted(self) -> tabling.Wanted:
        """The table that is asked for; `Refusal` where the file's name does not say what kind it is."""
        kind = self._kind()
        dated = kind in tabling.DATED
        code = str(self.patients.chosen())
        return tabling.Wanted(
            kind,
            str(self.language.chosen()),
            tabling.ending_of(self.path()),
            patients=(code,) if code else (),
            first=self.first.day() if dated else None,
            last=self.last.day() if dated else None,
        )

    def _kind(self) -> Kind:
        return Kind(str(self.kind.chosen()))

    def _folder(self) -> Path:
        return Path.home() if self._settings is None else self._settings.folder

    def _kind_chosen(self) -> None:
        w, kind = language.current(), self._kind()
        self.holds.setText(w(KINDS[kind][1]))
        dated = kind in tabling.DATED
        for field in (self.first, self.last):
            field.setEnabled(dated)
        self.first.set_date(self._session.today if dated and kind is not Kind.INJECTIONS else None)
        self.last.set_date(None)
        self._name()

    def _name(self) -> None:
        """Name the file after its table, unless the person named it."""
        if not self._named:
            self.file.setText(str(self._folder() / f"{self._kind().value}{self.format.chosen()}"))
        else:
            self.file.setText(str(self.path().with_suffix(str(self.format.chosen()))))
        self._check()

    def _typed(self) -> None:
        self._named = True
        self.format.choose(self.path().suffix.lower())

    def _browse(self) -> None:
        w = language.current()
        # What is there already is said below the field, before it is replaced.
        option = QFileDialog.Option.DontConfirmOverwrite
        kinds = f"{w('Workbooks (*.xlsx)')};;{w('CSV files (*.csv)')}"
        found, _ = QFileDialog.getSaveFileName(
            self, w("File of the table"), str(self.path()), kinds, options=option
        )
        if found:
            path = Path(found)
            self._named = True
            self.file.setText(str(path if path.suffix else path.with_suffix(str(self.format.chosen()))))
            self.format.choose(self.path().suffix.lower())

    def _check(self) -> None:
        """Say what will be written, and what is missing for it."""
        w = language.current()
        self.said.hide()
        said, ready = self._outlook()
        self.note.setText(said)
        self.act.setEnabled(ready and not self.background.busy)
        self.first.setToolTip("" if self.first.isEnabled() else w("This table has no dates to choose."))

    def _outlook(self) -> tuple[str, bool]:
        w = language.current()
        if not self.file.text().strip():
            return w("The table needs a file name."), False
        try:
            wanted = self.wanted()
        except Refusal as refusal:
            return sentences.refusal(refusal), False
        for field in (self.first, self.last):
            if field.isEnabled() and field.text() and field.day() is None:
                return w("A date is written year-month-day, such as 2026-08-03."), False
        if wanted.first is not None and wanted.last is not None and wanted.last < wanted.first:
            return w("The last day cannot lie before the first."), False
        name = self.path().name
        if self.path().is_dir():
            return w("{file} is a folder; type the name of a file.", file=name), False
        if self.path().exists():
            return w("{file} is there already and will be replaced.", file=name), True
        return w("{file} will be written.", file=name), True

    # --- Writing ---

    def save(self) -> None:
        """Write the table in the background."""
        w = language.current()
        study = self._session.path
        if study is None or not self.act.isEnabled():
            return
        file = self.path()
        after = After(
            done=partial(self._saved, file),
            cancelled=lambda: self._ended(w("Saving the table was cancelled; nothing was written.")),
            failed=partial(self._failed, file),
        )
        job = tabling.saving(study, self._session.who, self.wanted(), file)
        if self.background.run(job, after, says=w("Making {name}", name=file.name)):
            self.act.setEnabled(False)

    def _saved(self, file: Path) -> None:
        w = language.current()
        if self.left:
            return
        if self._settings is not None:
            self._settings.folder = file.parent
        self.accept()
        self.told.emit(w("The table is saved as {file}.", file=str(file)))

    def _failed(self, file: Path, error: Exception) -> None:
        w = language.current()
        if isinstance(error, Refusal):
            self._ended(sentences.refusal(error))
            return
        if not isinstance(error, OSError):
            raise error
        reason = sentences.fault(error)
        self._ended(w("{file} could not be written: {reason}.", file=str(file), reason=reason))
        self.file.setFocus()

    def _ended(self, said: str) -> None:
        if self.left:
            return
        self._check()
        self.said.setText(said)
        self.said.setVisible(bool(said))
        announce(self, said)
