"""The study on the screen: one open study, what the views may ask of it, and one news of every change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from il2scheduler.clinic import Clinic
from il2scheduler.commands import PatientState
from il2scheduler.commands.values import PatientCommand
from il2scheduler.ledger import Entry
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Finding, findings
from il2scheduler.study import Answers, Changed, Preview, Study
from il2scheduler.study import lists as study_lists
from il2scheduler.study.lists import Due


@dataclass(frozen=True, slots=True)
class PatientLine:
    """A patient in a list: `id` is the row id, `protocol` the row id of the protocol version."""

    id: int
    code: str
    arm: str
    protocol: int
    trial: str
    anchor: date | None


class StudySession(QObject):
    """Holds the open study. Views read here and hear `changed`; they never touch the file.

    What is read is kept until an entry changes it, so that a repaint reads no rows twice.
    """

    opened = Signal()
    """A study was opened; every view starts anew."""
    closed = Signal()
    """The study was closed."""
    changed = Signal(object)
    """Carries `il2scheduler.study.Changed` after every entry made here."""
    refused = Signal(object)
    """Carries the `Refusal` of an action; nothing was saved."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without a study."""
        super().__init__(parent)
        self._study: Study | None = None
        self.path: Path | None = None
        self._states: dict[str, PatientState] = {}
        self._lines: tuple[PatientLine, ...] | None = None
        self._clinic: Clinic | None = None

    # --- Opening and closing ---

    @property
    def study(self) -> Study:
        """The open study; asking without one is a mistake of the window."""
        if self._study is None:
            raise RuntimeError("no study is open")
        return self._study

    @property
    def is_open(self) -> bool:
        """True while a study is open."""
        return self._study is not None

    def take(self, study: Study, path: Path) -> None:
        """Show a study that was opened or made; the one before is closed."""
        self.close()
        self._study, self.path = study, path
        study.listen(self._told)
        self.opened.emit()

    def open(self, path: Path, who: str) -> bool:
        """Open a study file; False when it was refused, and then nothing changed."""
        try:
            study = Study.open(path, who=who)
        except Refusal as refusal:
            self.refused.emit(refusal)
            return False
        self.take(study, path)
        return True

    def close(self) -> None:
        """Close the study, if any."""
        if self._study is None:
            return
        self._study.close()
        self._study, self.path = None, None
        self.forget()
        self.closed.emit()

    def forget(self) -> None:
        """Read everything anew the next time it is asked for (another window changed the file)."""
        self._states.clear()
        self._lines = None
        self._clinic = None

    # --- Reading ---

    @property
    def today(self) -> date:
        """The site's date."""
        return self.study.today()

    def patients(self) -> tuple[PatientLine, ...]:
        """All patients, by code."""
        if self._lines is None:
            study = self.study
            protocols = study.protocols
            lines: list[PatientLine] = []
            for number, row in study.patients().items():
                protocol = int(row["protocol"] or 0)
                anchor = row["anchor"]
                lines.append(
                    PatientLine(
                        id=number,
                        code=str(row["code"]),
                        arm=str(row["arm"]),
                        protocol=protocol,
                        trial=protocols[protocol].protocol.short_title,
                        anchor=None if anchor is None else date.fromisoformat(str(anchor)),
                    )
                )
            self._lines = tuple(sorted(lines, key=lambda line: line.code))
        return self._lines

    def state(self, code: str) -> PatientState:
        """A patient with schedule; kept until the patient changes."""
        state = self._states.get(code)
        if state is None:
            state = self._states[code] = self.study.state(code)
        return state

    def clinic(self, *days: date) -> Clinic:
        """The clinic's calendar, which covers these days."""
        if self._clinic is None or not all(self._clinic.covers(day) for day in days):
            self._clinic = self.study.clinic(*days)
        return self._clinic

    def findings(self, code: str) -> tuple[Finding, ...]:
        """The findings of a patient, overdue ones included."""
        schedule = self.state(code).schedule
        return findings(schedule, self.clinic(*(schedule.span() or ())), today=self.today)

    def due(self, first: date, last: date) -> tuple[Due, ...]:
        """What stands from one date to another."""
        return study_lists.due(self.study, first, last)

    def overdue(self) -> tuple[Due, ...]:
        """What is planned before today and not recorded."""
        return study_lists.overdue(self.study, self.today)

    # --- Acting ---

    def preview(
        self, code: str, command: PatientCommand, answers: Answers | None = None
    ) -> Preview | Refusal:
        """What a command would change, or why it makes no sense."""
        try:
            return self.study.preview(code, command, answers)
        except Refusal as refusal:
            return refusal

    def execute(self, code: str, command: PatientCommand, answers: Answers | None = None) -> Entry | None:
        """Do it; None when it was refused (`refused` says why)."""
        try:
            return self.study.execute(code, command, answers)
        except Refusal as refusal:
            self.refused.emit(refusal)
            return None

    def commit(self, preview: Preview) -> Entry | None:
        """Commit what was previewed; None when it was refused, e.g. because it is stale."""
        try:
            return self.study.commit(preview)
        except Refusal as refusal:
            self.forget()
            self.refused.emit(refusal)
            return None

    def undo(self, number: int | None = None, reason: str | None = None) -> Entry | None:
        """Undo my latest entry, or the named one."""
        try:
            return self.study.undo(number, reason)
        except Refusal as refusal:
            self.refused.emit(refusal)
            return None

    def redo(self) -> Entry | None:
        """Redo my latest undo."""
        try:
            return self.study.redo()
        except Refusal as refusal:
            self.refused.emit(refusal)
            return None

    def _told(self, news: Changed) -> None:
        if news.study:
            self.forget()
        else:
            self._lines = None
            gone = {line for line, state in self._states.items() if state.enrolled.id in news.patients}
            for code in gone:
                del self._states[code]
        self.changed.emit(news)
