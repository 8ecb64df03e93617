"""What is to be printed: which sheets, of whom, which cycles, in which language, on which paper, where to."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, printer
from il2scheduler.gui.dialogs.patient_ticks import PatientTicks
from il2scheduler.gui.fields import Choice, DateField, TextField
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.study_session import Filter, StudySession
from il2scheduler.i18n import N_
from il2scheduler.study.outputs import LISTS, Edition, Sheet, Wanted, cycles_of_week
from il2scheduler.study.printed import Outdated, before_product, outdated
from il2scheduler.wording.entries import sheet_name

SHEET_NAMES = {
    Sheet.DOSING: N_("&Dosing sheets"),
    Sheet.DIARY: N_("Patient d&iary"),
    Sheet.VISITS: N_("&Visit calendar"),
    Sheet.ACTIVITIES: N_("Schedule of &activities"),
    Sheet.CHANGES: N_("What chan&ged since the print"),
    Sheet.DAY: N_("Da&y list of the clinic, date below"),
    Sheet.WEEK: N_("Wee&k list of the clinic"),
}
OF_WEEK, ALL = 0, -1
"""Which cycles: those of the week, all; a number is that cycle."""


class PrintChoices(QWidget):
    """The fields of the print dialog; `changed` when other sheets are wanted."""

    changed = Signal()

    def __init__(
        self, session: StudySession, settings: Settings | None, parent: QWidget | None = None
    ) -> None:
        """Choose next week's dosing sheets at first."""
        super().__init__(parent)
        w = language.current()
        self._session = session
        self.sheets = {sheet: QCheckBox(w(name)) for sheet, name in SHEET_NAMES.items()}
        self.sheets[Sheet.DOSING].setChecked(True)
        today = session.today
        self.week = DateField()
        self.week.name(w("Week of"))
        self.week.set_date(today + timedelta(days=7 - today.weekday()))
        self.of_week = QPushButton(w("Tick those with an in&jection that week"))
        self.of_week.setAutoDefault(False)
        self.patients = PatientTicks([(line.code, line.arm) for line in session.patients()])
        self.cycles = Choice()
        self.language, self.paper = Choice(), Choice()
        self.printer, self.together = Choice(), QCheckBox(w("All in &one PDF"))
        self.together.setChecked(True)
        self.folder = TextField()
        self.folder.setText(str(Path.home() if settings is None else settings.folder))
        self.browse = QPushButton(w("&Browse…"))
        self.browse.setAutoDefault(False)
        self.changed_since = QGroupBox(w("Printed before and changed since"))
        self.old = QListWidget()
        self.old.setAccessibleName(w("Printed before and changed since"))
        self.choose_old = QPushButton(w("C&hoose these"))
        self.choose_old.setAutoDefault(False)
        self._outdated: tuple[Outdated, ...] = ()
        self._exact: tuple[Wanted, ...] | None = None
        self._only: tuple[str, ...] = ()
        self._offer(settings)
        self._lay_out()
        self._connect()
        self.list_outdated()
        self.tick_week()

    def _offer(self, settings: Settings | None) -> None:
        w = language.current()
        arms = [arm for one in self._session.study.protocols.values() for arm in one.protocol.arms]
        most = max((len(arm.possible_cycles) for arm in arms), default=0)
        cycles: list[tuple[str, str, object]] = [
            (w("Those of that week"), w("Those of that week"), OF_WEEK),
            (w("All cycles"), w("All cycles"), ALL),
        ]
        for number in range(1, most + 1):
            name = w("Cycle {number}", number=number)
            cycles.append((name, name, number))
        self.cycles.offer(cycles, OF_WEEK)
        self.language.offer([(name, name, code) for code, name in language.NAMES.items()], w.language)
        papers = {"a4": w("A4"), "letter": w("US Letter")}
        paper = "a4" if settings is None else settings.paper
        self.paper.offer([(name, name, code) for code, name in papers.items()], paper)
        names = printer.printers()
        self.printer.offer([(n, n, n) for n in names] or [(w("no printer"), w("no printer"), "")])

    def _lay_out(self) -> None:
        w = language.current()
        kinds = QGroupBox(w("Sheets"))
        inside = QVBoxLayout(kinds)
        for box in self.sheets.values():
            inside.addWidget(box)
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.addRow(w("&Week of"), self.week)
        rows.addRow(self.of_week)
        rows.addRow(w("Pati&ents"), self.patients)
        rows.addRow(w("&Cycles on dosing sheets"), self.cycles)
        rows.addRow(w("&Language of the sheets"), self.language)
        rows.addRow(w("Pape&r"), self.paper)
        rows.addRow(w("Pri&nter"), self.printer)
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        place.addWidget(self.browse)
        label = QLabel(w("&Folder for PDF files"))
        label.setBuddy(self.folder)
        rows.addRow(label, place)
        rows.addRow(self.together)
        old = QVBoxLayout(self.changed_since)
        old.addWidget(self.old)
        old.addWidget(self.choose_old)
        column = QVBoxLayout(self)
        column.addWidget(self.changed_since)
        column.addWidget(kinds)
        column.addLayout(rows)
        column.addStretch(1)
        names: tuple[tuple[QWidget, str], ...] = (
            (self.cycles, w("Cycles on dosing sheets")),
            (self.language, w("Language of the sheets")),
            (self.paper, w("Paper")),
            (self.printer, w("Printer")),
            (self.folder, w("Folder for PDF files")),
        )
        for field, name in names:
            field.setAccessibleName(name)
        line = self.fontMetrics().lineSpacing()
        self.folder.setMinimumWidth(self.fontMetrics().averageCharWidth() * 20)
        self.patients.list.setFixedHeight(line * 7)
        self.old.setMaximumHeight(line * 5)

    def _connect(self) -> None:
        for box in self.sheets.values():
            box.toggled.connect(self._choice_changed)
        for choice in (self.cycles, self.language, self.paper):
            choice.activated.connect(self._choice_changed)
        self.together.toggled.connect(self.changed)
        self.patients.changed.connect(self._choice_changed)
        self.week.committed.connect(self._week_changed)
        self.of_week.clicked.connect(self.tick_week)
        self.choose_old.clicked.connect(self._choose_outdated)
        self.browse.clicked.connect(self._browse)

    # --- What was chosen ---

    def wanted(self) -> tuple[Wanted, ...]:
        """The documents asked for: the lists of all patients, then patient by patient."""
        if self._exact is not None:
            return self._exact
        of_week, day = self._of_week(), self.week.day()
        chosen = [sheet for sheet, box in self.sheets.items() if box.isChecked()]
        found = [
            Wanted("", sheet, day=day, only=self._only)
            for sheet in chosen
            if sheet in LISTS and day is not None
        ]
        for code in self.patients.ticked():
            for sheet in chosen:
                if sheet in LISTS:
                    continue
                cycles = self._cycles(code, of_week)
                if sheet is not Sheet.DOSING:
                    found.append(Wanted(code, sheet))
                elif cycles is not None:
                    found.append(Wanted(code, sheet, cycles))
        return tuple(found)

    def _cycles(self, code: str, of_week: dict[str, tuple[int, ...]]) -> tuple[int, ...] | None:
        """Of which cycles dosing sheets are made, empty for all; None where there is no such one."""
        chosen = self.cycles.chosen()
        if chosen == ALL:
            return ()
        if chosen == OF_WEEK:
            return of_week.get(code)
        number = int(str(chosen))
        there = len(self._session.state(code).schedule.starts)
        return (number,) if number <= there else None

    def _of_week(self) -> dict[str, tuple[int, ...]]:
        day = self.week.day()
        return {} if day is None else dict(cycles_of_week(self._session.study, day))

    def edition(self) -> Edition:
        """Language, paper and who prints."""
        session = self._session
        return Edition(
            str(self.language.chosen()), str(self.paper.chosen()), session.who, today=session.today
        )

    def monday(self) -> date | None:
        """The first day of the week that is chosen."""
        day = self.week.day()
        return None if day is None else day - timedelta(days=day.weekday())

    def place(self) -> Path:
        """The folder for files."""
        return Path(self.folder.text().strip()).expanduser()

    # --- Choosing ---

    def tick_week(self) -> None:
        """Tick the patients with an injection in the week, for their cycles of that week."""
        self.cycles.choose(OF_WEEK)
        self.patients.tick(self._of_week())

    def show_week(self, day: date) -> None:
        """Choose the week of a date and the patients with an injection in it."""
        self.week.set_date(day)
        self.tick_week()

    def show_list(self, sheet: Sheet, day: date) -> None:
        """Choose the list of a day, or of its week, alone; of the patients that the filter leaves."""
        self.week.set_date(day)
        if self._session.filter != Filter():
            self._only = tuple(line.code for line in self._session.shown_patients())
        self._tick_quietly(set(), {sheet})
        self._exact = None
        self.changed.emit()

    def show_patient(self, code: str) -> None:
        """Tick one patient: the cycles of the week, or all where there is none in it."""
        self.cycles.choose(OF_WEEK if code in self._of_week() else ALL)
        self.patients.tick((code,))

    def _week_changed(self) -> None:
        if self.cycles.chosen() == OF_WEEK and any(
            box.isChecked() for sheet, box in self.sheets.items() if sheet not in LISTS
        ):
            self.tick_week()
        self._choice_changed()

    def _choice_changed(self) -> None:
        self._exact = None
        self.changed.emit()

    def list_outdated(self) -> None:
        """Read anew what was printed before and changed since."""
        store = self._session.study.store
        found = outdated(store, self._session.today)
        known = {one.printed for one in found}
        # Of an older product the revision is still that of now.
        by_product = [Outdated(one, one.revision) for one in before_product(store) if one not in known]
        self._outdated = (*found, *by_product)
        self.old.clear()
        for one in self._outdated:
            self.old.addItem(_old_said(one))
        self.changed_since.setVisible(bool(self._outdated))

    def _choose_outdated(self) -> None:
        """Choose what is out of date, with what changed for those it is handed out to."""
        lists = [one.printed for one in self._outdated if one.printed.day is not None]
        cycles: dict[tuple[str, Sheet], set[int]] = {}
        whole: set[tuple[str, Sheet]] = set()
        for one in self._outdated:
            if one.printed.day is not None:
                continue
            key = (one.printed.patient, Sheet(one.printed.sheet))
            cycles.setdefault(key, set())
            if one.printed.cycle is None:
                whole.add(key)
            else:
                cycles[key].add(one.printed.cycle)
        codes = {code for code, _ in cycles}
        replanned = {one.printed.patient for one in self._outdated if one.now != one.printed.revision}
        kinds = {sheet for _, sheet in cycles} | {Sheet(one.sheet) for one in lists}
        self._tick_quietly(codes, kinds | ({Sheet.CHANGES} if replanned else set()))
        found = [Wanted("", Sheet(one.sheet), day=one.day) for one in lists]
        for code in sorted(codes):
            found += [Wanted(code, Sheet.CHANGES)] if code in replanned else []
            found += [
                Wanted(*key, () if key in whole else tuple(sorted(several)))
                for key, several in cycles.items()
                if key[0] == code
            ]
        self._exact = tuple(found)
        self.changed.emit()

    def _tick_quietly(self, codes: set[str], sheets: set[Sheet]) -> None:
        """Have the boxes show what was chosen, without taking it for another choice."""
        for sheet, box in self.sheets.items():
            box.setChecked(sheet in sheets)
        self.patients.tick(codes)

    def _browse(self) -> None:
        w = language.current()
        found = QFileDialog.getExistingDirectory(self, w("Folder for the files"), self.folder.text())
        if found:
            self.folder.setText(found)


def _old_said(one: Outdated) -> str:
    """`P002: dosing sheets of cycle 3, printed at revision 1, now 2`; a list with its day or its Monday."""
    w = language.current()
    printed = one.printed
    name = sheet_name(w, printed.sheet)
    name = name[:1].upper() + name[1:]
    if printed.day is not None:
        return w("{sheets} of {days}", sheets=name, days=w.staff_date(printed.day))
    if printed.cycle is not None:
        name = w("{sheets} of cycle {cycles}", sheets=name, cycles=printed.cycle)
    if one.now == printed.revision:
        return w("{patient}: {sheet}, printed with another product", patient=printed.patient, sheet=name)
    return w(
        "{patient}: {sheet}, printed at revision {old}, now {now}",
        patient=printed.patient,
        sheet=name,
        old=printed.revision,
        now=one.now,
    )
