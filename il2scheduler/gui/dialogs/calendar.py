"""Calendar files and tables of a study: which, of whom, for which calendar program, into which folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, sentences
from il2scheduler.gui.background import After, Background, ProgressStrip
from il2scheduler.gui.dialogs.calendar_programs import PROGRAMS, Program, Way, advice
from il2scheduler.gui.dialogs.patient_ticks import PatientTicks
from il2scheduler.gui.fields import Choice, Pane, TextField, Wrapped
from il2scheduler.gui.notice import announce
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.study_session import StudySession
from il2scheduler.i18n import N_
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study, calendar_files, outputs, tabling

TABLES = {
    tabling.Kind.SCHEDULE: N_("&Schedule"),
    tabling.Kind.AGENDA: N_("A&genda of four weeks"),
    tabling.Kind.DEVIATIONS: N_("&Deviations"),
    tabling.Kind.INJECTIONS: N_("&Injections"),
    tabling.Kind.SUPPLY: N_("D&rug supply by week"),
}
MOST_NAMED = 5
"""How many files are named before they are written; of more, the number is said."""


class CalendarDialog(QDialog):
    """Says before it writes which files there will be, and how the chosen program takes them."""

    def __init__(
        self,
        session: StudySession,
        settings: Settings | None = None,
        patient: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """All patients are ticked, or the one that is asked for."""
        super().__init__(parent)
        w = language.current()
        self._session, self._settings = session, settings
        self._over = False
        self.setWindowTitle(w("Calendars and tables"))
        self.background = Background(self)
        self.strip = ProgressStrip(self.background)
        self.strip.cancel.setAutoDefault(False)
        self.patients = PatientTicks([(line.code, line.arm) for line in session.patients()])
        self.patients.tick([line.code for line in session.patients()] if patient is None else [patient])
        self.each = QCheckBox(w("A calendar for &each patient"))
        self.each.setChecked(True)
        self.clinic = QCheckBox(w("One calendar of &all ticked patients"))
        self.tables = {kind: QCheckBox(w(name)) for kind, name in TABLES.items()}
        self.program, self.language, self.privacy = Choice(), Choice(), Choice()
        self.advice = Wrapped(muted=True)
        self.folder = TextField()
        self.folder.setText(str(Path.home() if settings is None else settings.folder))
        self.browse = QPushButton(w("&Browse…"))
        self.browse.setAutoDefault(False)
        self.note, self.said = Wrapped(muted=True), Wrapped(selectable=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.act = self.buttons.addButton(w("&Write files"), QDialogButtonBox.ButtonRole.ActionRole)
        self.act.setDefault(True)
        self._offer()
        self._lay_out()
        self._connect()
        self.said.hide()
        self._advise()
        self._list()

    def _offer(self) -> None:
        w = language.current()
        self.program.offer([(w(p.name), w(p.name), p) for p in PROGRAMS])
        self.language.offer([(name, name, code) for code, name in language.NAMES.items()], w.language)
        private = w("Private: others see only that the time is taken")
        public = w("Public: for a mailbox that a team shares")
        self.privacy.offer([(w("Private"), private, True), (w("Public"), public, False)])

    def _lay_out(self) -> None:
        w = language.current()
        left, right = QVBoxLayout(), QVBoxLayout()
        who = QGroupBox(w("Patients"))
        QVBoxLayout(who).addWidget(self.patients)
        left.addWidget(who, 1)
        calendars = QGroupBox(w("Calendar files (.ics)"))
        inside = QVBoxLayout(calendars)
        inside.addWidget(self.each)
        inside.addWidget(self.clinic)
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.addRow(w("&Calendar program"), self.program)
        rows.addRow(self.advice)
        rows.addRow(w("E&vents are"), self.privacy)
        inside.addLayout(rows)
        right.addWidget(calendars)
        tables = QGroupBox(w("Tables for spreadsheet programs (.csv)"))
        listed = QVBoxLayout(tables)
        for box in self.tables.values():
            listed.addWidget(box)
        right.addWidget(tables)
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        place.addWidget(self.browse)
        more = QFormLayout()
        more.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        more.addRow(w("&Language of the files"), self.language)
        label = QLabel(w("&Folder"))
        label.setBuddy(self.folder)
        more.addRow(label, place)
        right.addLayout(more)
        right.addWidget(self.note)
        right.addStretch(1)
        inner = QWidget()
        both = QHBoxLayout(inner)
        both.addLayout(left)
        both.addLayout(right, 1)
        pane = Pane()
        pane.setWidget(inner)
        column = QVBoxLayout(self)
        column.addWidget(pane, 1)
        column.addWidget(self.strip)
        column.addWidget(self.said)
        column.addWidget(self.buttons)
        names: tuple[tuple[QWidget, str], ...] = (
            (self.program, w("Calendar program")),
            (self.privacy, w("Events are")),
            (self.language, w("Language of the files")),
            (self.folder, w("Folder")),
        )
        for field, name in names:
            field.setAccessibleName(name)
        self.patients.list.setMinimumHeight(self.fontMetrics().lineSpacing() * 6)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(min(letter * 120, 1240), min(letter * 84, 740))

    def _connect(self) -> None:
        for box in (self.each, self.clinic, *self.tables.values()):
            box.toggled.connect(self._list)
        self.patients.changed.connect(self._list)
        self.folder.textChanged.connect(self._list)
        self.language.activated.connect(self._list)
        self.program.activated.connect(self._advise)
        self.browse.clicked.connect(self._browse)
        self.act.clicked.connect(self.write)
        self.buttons.rejected.connect(self.reject)

    # --- What will be written ---

    def place(self) -> Path:
        """The folder for the files."""
        return Path(self.folder.text().strip()).expanduser()

    def files(self) -> dict[Path, Callable[[Study], bytes]]:
        """Each file that is asked for, and what makes it of a study."""
        codes, spoken, folder = self.patients.ticked(), str(self.language.chosen()), self.place()
        content = calendar_files.Content(spoken, private=bool(self.privacy.chosen()), refresh=self._refresh())
        found: dict[Path, Callable[[Study], bytes]] = {}
        if not codes:
            return found
        if self.each.isChecked():
            for code in codes:
                found[folder / f"{code}.ics"] = partial(calendar_files.calendar, code=code, content=content)
        if self.clinic.isChecked():
            found[folder / "clinic.ics"] = partial(
                calendar_files.clinic_calendar, wanted=codes, content=content
            )
        for kind, box in self.tables.items():
            if box.isChecked():
                made = partial(tabling.made, kind=kind, language=spoken, patients=codes)
                if kind in {tabling.Kind.AGENDA, tabling.Kind.SUPPLY}:
                    made = partial(made, first=self._session.today)
                found[folder / f"{kind.value}.csv"] = made
        return found

    def _refresh(self) -> timedelta | None:
        return calendar_files.REFRESH if self.chosen_program().way is Way.SUBSCRIBE else None

    def chosen_program(self) -> Program:
        """The calendar program that is chosen."""
        return PROGRAMS[max(0, self.program.currentIndex())]

    def _advise(self) -> None:
        self.advice.setText(advice(self.chosen_program()))

    def _list(self) -> None:
        """Say what will be written, and what of it is replaced."""
        w = language.current()
        files = self.files()
        typed = bool(self.folder.text().strip())
        self.act.setEnabled(typed and bool(files) and not self.background.busy)
        if not files:
            self.note.setText(w("Nothing is chosen: tick a patient, and a calendar or a table."))
            return
        names = [path.name for path in files]
        listed = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
        said = w.plural(
            "{count} file will be written: {names}",
            "{count} files will be written: {names}",
            len(names),
            names=listed,
        )
        replaced = sum(1 for path in files if typed and path.exists())
        if replaced:
            again = w.plural(
                "{count} of them replaces the one there.", "{count} of them replace those there.", replaced
            )
            said = f"{said}. {again}"
        self.note.setText(said)

    def _browse(self) -> None:
        w = language.current()
        found = QFileDialog.getExistingDirectory(self, w("Folder for the files"), self.folder.text())
        if found:
            self.folder.setText(found)

    # --- Writing ---

    def write(self) -> None:
        """Write the files in the background, all or none."""
        w = language.current()
        files, path = self.files(), self._session.path
        if not files or path is None:
            return
        after = After(
            done=partial(self._written, len(files)),
            cancelled=lambda: self._ended(w("Writing the files was cancelled.")),
            failed=self._failed,
        )
        job = outputs.exporting(path, self._session.who, files)
        if self.background.run(job, after, says=w("Writing the files")):
            self._ended("")

    def _written(self, count: int) -> None:
        w = language.current()
        folder = self.place()
        if self._settings is not None:
            self._settings.folder = folder
        said = w.plural(
            "{count} file is saved in {folder}.", "{count} files are saved in {folder}.", count, folder=folder
        )
        self._ended(said)

    def _failed(self, error: Exception) -> None:
        w = language.current()
        if isinstance(error, Refusal):
            self._ended(sentences.refusal(error))
            return
        if not isinstance(error, OSError):
            raise error
        reason = error.strerror or type(error).__name__
        said = w("The files could not be written to {folder}: {reason}.", folder=self.place(), reason=reason)
        self._ended(said)
        self.folder.setFocus()

    def _ended(self, said: str) -> None:
        if self._over:
            return
        self._list()
        self.said.setText(said)
        self.said.setVisible(bool(said))
        announce(self, said)

    # --- The end ---

    def done(self, result: int) -> None:
        """Leave: what is under way is cancelled and leaves nothing."""
        self._let_go()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As `done`, where the window system closes."""
        self._let_go()
        super().closeEvent(event)

    def _let_go(self) -> None:
        self._over = True
        self.background.finish()
