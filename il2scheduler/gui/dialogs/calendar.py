"""Calendar files of a study: which, of whom, for which calendar program, into which folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import (
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
from il2scheduler.gui.background import After
from il2scheduler.gui.dialogs.calendar_choices import CalendarChoices, Profile
from il2scheduler.gui.dialogs.patient_ticks import PatientTicks
from il2scheduler.gui.dialogs.working_dialog import WorkingDialog
from il2scheduler.gui.fields import Choice, Pane, TextField, Wrapped
from il2scheduler.gui.notice import announce
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study, calendar_files
from il2scheduler.study.calendar_targets import Export, Known, Target, last_export, name_of, targets
from il2scheduler.study.exporting import Maker, Making, exporting

MOST_NAMED = 5
"""How many files are named before they are written; of more, the number is said."""


class CalendarDialog(WorkingDialog):
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
        self._target: Target | None = None
        self._news = 0
        self.setWindowTitle(w("Calendars"))
        offered = self._patients()
        self.patients = PatientTicks(offered)
        self.patients.tick([code for code, _ in offered] if patient is None else [patient])
        self.calendars = CalendarChoices(
            tuple(targets(session.study.store).values()), self._last, read_only=session.read_only
        )
        self.language = Choice()
        self.folder = TextField()
        self.folder.setText(str(Path.home() if settings is None else settings.folder))
        self.browse = QPushButton(w("&Browse…"))
        self.browse.setAutoDefault(False)
        self.note, self.said = Wrapped(muted=True), Wrapped(selectable=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.act = self.buttons.addButton(w("&Write files"), QDialogButtonBox.ButtonRole.ActionRole)
        self.act.setDefault(True)
        self._lay_out()
        self._connect()
        self.said.hide()
        self._list()
        self.patients.setFocus()

    def _patients(self) -> list[tuple[str, str]]:
        """The patients, and those whose enrolment was undone: their events are to be cancelled everywhere."""
        w = language.current()
        arms = {line.code: line.arm for line in self._session.patients()}
        gone = w("enrolment undone")
        return [(code, arms.get(code, gone)) for code in calendar_files.codes(self._session.study)]

    def _last(self, target: Target) -> str:
        """The date on which a target was last given files."""
        study = self._session.study
        entry = last_export(study.store, target)
        if entry is None:
            return "-"
        at = datetime.fromisoformat(entry.at).astimezone(ZoneInfo(study.settings.timezone))
        return language.current().staff_date(at.date())

    def _lay_out(self) -> None:
        w = language.current()
        left, right = QVBoxLayout(), QVBoxLayout()
        who = QGroupBox(w("Patients"))
        QVBoxLayout(who).addWidget(self.patients)
        left.addWidget(who, 1)
        self.language.offer([(name, name, code) for code, name in language.NAMES.items()], w.language)
        right.addWidget(self.calendars)
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
            (self.language, w("Language of the files")),
            (self.folder, w("Folder")),
        )
        for field, name in names:
            field.setAccessibleName(name)
        self.patients.list.setMinimumHeight(self.fontMetrics().lineSpacing() * 6)
        widest = self.patients.list.sizeHintForColumn(0) + 2 * self.fontMetrics().averageCharWidth()
        self.patients.list.setMinimumWidth(min(widest, self.fontMetrics().averageCharWidth() * 30))
        letter = self.fontMetrics().averageCharWidth()
        self.resize(min(letter * 120, 1240), min(letter * 84, 740))

    def _connect(self) -> None:
        self.calendars.changed.connect(self._list)
        self.patients.changed.connect(self._list)
        self.folder.textChanged.connect(self._list)
        self.language.activated.connect(self._list)
        self.browse.clicked.connect(self._browse)
        self.act.clicked.connect(self.write)
        self.buttons.rejected.connect(self.reject)

    # --- What will be written ---

    def place(self) -> Path:
        """The folder for the files."""
        return Path(self.folder.text().strip()).expanduser()

    def files(self) -> dict[Path, Maker]:
        """Each file that is asked for, and what makes it of a study."""
        codes, spoken, folder = self.patients.ticked(), str(self.language.chosen()), self.place()
        if not codes:
            return {}
        return {folder / name: make for name, make in self._calendars(codes, spoken).items()}

    def _calendars(self, codes: tuple[str, ...], spoken: str) -> dict[str, Maker]:
        profile, content = self.calendars.chosen_profile(), self.calendars.content(spoken)
        if profile is Profile.FILE:
            make = calendar_files.calendar
            return {f"{code}.ics": partial(make, code=code, content=content) for code in codes}
        if profile is Profile.CHANGES:
            return {"changes.ics": partial(self._changes, codes, content)}
        return {
            f"{profile.value}.ics": partial(calendar_files.clinic_calendar, wanted=codes, content=content)
        }

    def _changes(self, codes: tuple[str, ...], content: calendar_files.Content, study: Study) -> Making:
        """What the target lacks, in the thread of the job; `Refusal` where there is nothing new."""
        target, counts = self._target, dict[str, int]()
        known = Known() if target is None else target.known
        data = yield from calendar_files.changes(study, codes, content, known, counts)
        if not counts:
            raise Refusal("nothing-new", target="" if target is None else target.name)
        self._news = sum(counts.values())
        return data

    def _list(self) -> None:
        """Say what will be written, and what of it is replaced."""
        w = language.current()
        files = self.files()
        typed = bool(self.folder.text().strip())
        lacks = self.calendars.lacks()
        self.act.setEnabled(typed and bool(files) and not lacks and not self.background.busy)
        if lacks:
            self.note.setText(lacks)
            return
        if not files:
            self.note.setText(w("Nothing is chosen: tick a patient."))
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
        try:
            export = self._export()
        except Refusal as refusal:
            self._ended(sentences.refusal(refusal))
            self.calendars.target.setFocus()
            return
        self._target, self._news = self.calendars.known_target(), 0
        after = After(
            done=partial(self._written, len(files), export),
            cancelled=lambda: self._ended(w("Writing the files was cancelled.")),
            failed=self._failed,
        )
        job = exporting(path, self._session.who, files)
        if self.background.run(job, after, says=w("Writing the files")):
            self._ended("")

    def _export(self) -> Export | None:
        """What the study will remember once the files are there; None where they are for nobody."""
        profile, name = self.calendars.chosen_profile(), self.calendars.target_name()
        if not name:
            return None
        study, ticked = self._session.study, self.patients.ticked()
        every = calendar_files.codes(study)
        numbers = None if set(ticked) == set(every) else [n for code in ticked for n in every[code]]
        # Taken before anything is read: what somebody changes meanwhile is then exported once more.
        return Export(name_of(name), study.store.last_entry(), profile.value, patients=numbers)

    def _written(self, count: int, export: Export | None) -> None:
        w = language.current()
        folder = self.place()
        if self._settings is not None:
            self._settings.folder = folder
        said = w.plural(
            "{count} file is saved in {folder}.", "{count} files are saved in {folder}.", count, folder=folder
        )
        if export is not None:
            if self._target is not None and self._news:
                export = replace(export, events=self._news)
                more = w.plural(
                    "{count} appointment is new, changed or cancelled for {target}; print the list of what "
                    "changed with Print.",
                    "{count} appointments are new, changed or cancelled for {target}; print the list of what "
                    "changed with Print.",
                    self._news,
                    target=self._target.name,
                )
                said = f"{said} {more}"
            self._session.tried(lambda: self._session.study.mark_exported(export))
            self.calendars.learn(tuple(targets(self._session.study.store).values()))
        self._ended(said)

    def _failed(self, error: Exception) -> None:
        w = language.current()
        if isinstance(error, Refusal):
            self._ended(sentences.refusal(error))
            return
        if not isinstance(error, OSError):
            raise error
        reason = sentences.fault(error)
        said = w("The files could not be written to {folder}: {reason}.", folder=self.place(), reason=reason)
        self._ended(said)
        self.folder.setFocus()

    def _ended(self, said: str) -> None:
        if self.left:
            return
        self._list()
        self.said.setText(said)
        self.said.setVisible(bool(said))
        announce(self, said)
