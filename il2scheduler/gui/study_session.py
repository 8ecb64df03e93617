"""The study on the screen: one open study, what the views may ask of it, and one news of every change."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from il2scheduler.clinic import Clinic
from il2scheduler.commands import PatientState
from il2scheduler.commands.values import PatientCommand
from il2scheduler.ledger import Entry
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Finding, findings
from il2scheduler.store import StoreRefusal, Window
from il2scheduler.study import Answers, Changed, Preview, Study
from il2scheduler.study import lists as study_lists
from il2scheduler.study.acting import now_utc, stamp
from il2scheduler.study.attention import coming
from il2scheduler.study.lists import Due

LOOK_AHEAD = timedelta(days=28)
"""How far ahead what needs attention is looked for."""
MOST_STATES = 500
"""How many patients are kept in memory: more than any view shows at once, some 50 kB each."""


@dataclass(frozen=True, slots=True)
class PatientLine:
    """A patient in a list: `id` is the row id, `protocol` the row id of the protocol version.

    `arm` is empty where it is blinded: it is not shown.
    """

    id: int
    code: str
    arm: str
    protocol: int
    trial: str
    anchor: date | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which patients the views leave out; at first none."""

    hidden_arms: frozenset[str] = frozenset()
    hidden_trials: frozenset[str] = frozenset()
    attention_only: bool = False


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
    elsewhere = Signal(object)
    """Carries the entries that were made in other windows since the last look, oldest first."""
    filtered = Signal()
    """Other patients are to be shown; nothing changed in the study."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without a study."""
        super().__init__(parent)
        self._study: Study | None = None
        self.path: Path | None = None
        self._states: dict[str, PatientState] = {}
        self._lines: tuple[PatientLine, ...] | None = None
        self._clinic: Clinic | None = None
        self._attention: frozenset[str] | None = None
        self.filter = Filter()
        self.again: Callable[[], object] | None = None
        self._seen = 0
        self._mine: set[int] = set()

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
        self._seen, self._mine = study.store.last_entry(), set()
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
        self._study, self.path, self.again = None, None, None
        self.filter = Filter()
        self.forget()
        self.closed.emit()

    def forget(self) -> None:
        """Read everything anew the next time it is asked for (another window changed the file)."""
        self._states.clear()
        self._lines = None
        self._clinic = None
        self._attention = None

    # --- Who is there ---

    @property
    def who(self) -> str:
        """Who acts, as History will name them."""
        return self.study.who

    @property
    def read_only(self) -> bool:
        """True when the study can only be looked at."""
        return self.study.store.read_only

    def acting_as(self, who: str) -> None:
        """Somebody else acts from now on."""
        self.study.who = who
        self.announce()

    def announce(self) -> None:
        """Say to other windows that the study is open here; where that cannot be written, nobody is told."""
        if self.read_only:
            return
        try:
            self.study.store.announce(who=self.who, computer=platform.node(), at=stamp(now_utc()))
        except StoreRefusal:
            return

    def is_mine(self, entry: Entry) -> bool:
        """True when the entry was made in this window."""
        return entry.number in self._mine

    def others(self) -> tuple[Window, ...]:
        """The other windows in which the study is open."""
        try:
            return self.study.store.windows()
        except StoreRefusal:
            return ()

    def look(self) -> None:
        """See whether another window changed the study; then everything is read anew.

        `StoreRefusal` where the file is gone.
        """
        study = self._study
        if study is None:
            return
        last = study.store.last_entry()
        if last == self._seen:
            return
        entries = study.store.entries(first=self._seen + 1)
        self._seen = last
        theirs = tuple(entry for entry in entries if entry.number not in self._mine)
        if not theirs:
            return
        self.forget()
        patients = frozenset(entry.patient for entry in theirs if entry.patient is not None)
        of_study = any(entry.patient is None for entry in theirs)
        self.changed.emit(Changed(patients, of_study, theirs[-1]))
        self.elsewhere.emit(theirs)

    def _look_again(self) -> None:
        # Where the file is gone, the window's next look says so.
        with contextlib.suppress(StoreRefusal):
            self.look()

    # --- Which patients are shown ---

    def show_only(self, wanted: Filter) -> None:
        """Show the patients that a filter leaves."""
        if wanted != self.filter:
            self.filter = wanted
            self.filtered.emit()

    def shows(self, line: PatientLine) -> bool:
        """True when the filter leaves this patient."""
        wanted = self.filter
        return (
            line.arm not in wanted.hidden_arms
            and line.trial not in wanted.hidden_trials
            and (not wanted.attention_only or line.code in self.attention())
        )

    def shown_patients(self) -> tuple[PatientLine, ...]:
        """The patients that the filter leaves, by code."""
        if self.filter == Filter():
            return self.patients()
        return tuple(line for line in self.patients() if self.shows(line))

    def attention(self) -> frozenset[str]:
        """The patients with something overdue, or with a warning in the days to come."""
        if self._attention is None:
            last = self.today + LOOK_AHEAD
            found = {due.patient for due in self.overdue()}
            found |= {one.patient for one in coming(self.study, self.today, last, self.clinic(last))}
            self._attention = frozenset(found)
        return self._attention

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
                anchor, arm = row["anchor"], str(row["arm"])
                lines.append(
                    PatientLine(
                        id=number,
                        code=str(row["code"]),
                        arm="" if protocols[protocol].protocol.arm(arm).blinded else arm,
                        protocol=protocol,
                        trial=protocols[protocol].protocol.short_title,
                        anchor=None if anchor is None else date.fromisoformat(str(anchor)),
                    )
                )
            self._lines = tuple(sorted(lines, key=lambda line: line.code))
        return self._lines

    def state(self, code: str) -> PatientState:
        """A patient with schedule; the latest that were asked for are kept until they change."""
        state = self._states.pop(code, None) or self.study.state(code)
        # Last asked for, last to be let go.
        self._states[code] = state
        if len(self._states) > MOST_STATES:
            del self._states[next(iter(self._states))]
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
        return self.tried(lambda: self.study.execute(code, command, answers))

    def commit(self, preview: Preview) -> Entry | None:
        """Commit what was previewed; None when it was refused, e.g. because it is stale."""
        return self.tried(lambda: self.study.commit(preview))

    def undo(self, number: int | None = None, reason: str | None = None) -> Entry | None:
        """Undo my latest entry, or the named one; a whole completed or amended protocol with its version."""
        return self.tried(lambda: self._undone(number, reason))

    def redo(self) -> Entry | None:
        """Redo my latest undo."""
        return self.tried(self._redone)

    def tried(self, act: Callable[[], Entry]) -> Entry | None:
        """Do something that makes an entry; None when refused, and then `again` does the same once more."""
        self.again = None
        try:
            return act()
        except Refusal as refusal:
            self.forget()
            self.again = lambda: self.tried(act)
            self.refused.emit(refusal)
            return None

    def _undone(self, number: int | None, reason: str | None) -> Entry:
        from il2scheduler.study import taking_back

        whole = taking_back.to_undo(self.study, number)
        if whole:
            return taking_back.take_back(self.study, whole, "undo", reason)[-1]
        return self.study.undo(number, reason)

    def _redone(self) -> Entry:
        from il2scheduler.study import taking_back

        whole = taking_back.to_redo(self.study)
        if whole:
            return taking_back.take_back(self.study, whole, "redo", None)[-1]
        return self.study.redo()

    def _told(self, news: Changed) -> None:
        self._mine.add(news.entry.number)
        if news.entry.number == self._seen + 1:
            self._seen = news.entry.number
        else:
            # Another window was faster: what it changed is told once this action is over.
            QTimer.singleShot(0, self, self._look_again)
        self._attention = None
        if news.study:
            self.forget()
        else:
            self._lines = None
            gone = {line for line, state in self._states.items() if state.enrolled.id in news.patients}
            for code in gone:
                del self._states[code]
        self.changed.emit(news)
