"""The open study: preview, execute, undo, redo, questions and listeners. The one door to a study file."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from il2scheduler import store as stores
from il2scheduler.clinic import Clinic, public_holidays
from il2scheduler.commands import Decision, PatientState
from il2scheduler.commands.values import Amend, Enrol, PatientCommand
from il2scheduler.ledger import Change, Entry, NewEntry, Row, Table
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.rules.findings import Taken
from il2scheduler.store import Store
from il2scheduler.study import acting, calendar_targets, printed, reverting
from il2scheduler.study.acting import Answers, Basis, Preview, now_utc, said, site_date, site_time, stamp
from il2scheduler.study.calendar_targets import Export
from il2scheduler.study.commands_json import as_json
from il2scheduler.study.day_counts import DayCounts
from il2scheduler.study.last_read import LastRead
from il2scheduler.study.printed import Print
from il2scheduler.study.reading import StudyProtocol, one_text_a_version
from il2scheduler.study.settings import Settings, checked, setting_changes
from il2scheduler.study.standing import Standing
from il2scheduler.typed_text import line
from il2scheduler.version import VERSION

__all__ = ["Answers", "Changed", "Preview", "Revert", "Settings", "Study", "StudyProtocol"]

HOLIDAY_YEARS = (4, 12)
IMMEDIATE_UNDO = "immediate undo"


@dataclass(frozen=True, slots=True)
class Changed:
    """News for listeners: the patients (row ids) that changed, and whether the study itself did."""

    patients: frozenset[int]
    study: bool
    entry: Entry


@dataclass(frozen=True, slots=True)
class Revert:
    """An undo or redo ready to be committed: its entry, what it was decided on, and the decision.

    `patient` is the patient's code, None for an entry of the study or where the patient is gone;
    `decision` is None where the rows just go back.
    """

    new: NewEntry
    last_entry: int
    patient: str | None
    decision: Decision | None


class Study:
    """A study file held open by one person. Everything that reads or changes a study goes through here."""

    def __init__(self, store: Store, *, who: str, clock: Callable[[], datetime] = now_utc) -> None:
        """Take an open store; `who` acts until somebody else is put there. A name is a line of plain text."""
        self.store = store
        self.who = line(who)
        self._clock = clock
        self._listeners: list[Callable[[Changed], None]] = []
        self._session: list[int] = []
        self._counts = DayCounts(store)
        self._read = LastRead(store)
        self._standing = Standing()

    @classmethod
    def create(
        cls,
        path: Path,
        protocol: tuple[str, Protocol, str],
        settings: Settings,
        *,
        who: str,
        clock: Callable[[], datetime] = now_utc,
        accept_cloud: bool = False,
    ) -> Study:
        """Make a study file with one protocol (its text, what it says, its status) and open it."""
        at = clock()
        text, said, status = protocol
        settings = with_holidays(checked(settings), site_date(settings, at).year)
        if not settings.study_id:
            settings = replace(settings, study_id=str(uuid.uuid4()))
        command = as_json({"command": "new", "protocol": said.code, "reading": said.reading.name})
        changes = (*setting_changes(None, settings), protocol_change(1, text, said, status))
        entry = NewEntry(who=who, command=command, changes=changes)
        store = stores.create(path, [entry], at=stamp(at), program=VERSION, accept_cloud=accept_cloud)
        return cls(store, who=who, clock=clock)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        who: str,
        read_only: bool = False,
        clock: Callable[[], datetime] = now_utc,
        accept_cloud: bool = False,
    ) -> Study:
        """Open a study file, and bring one of an older version to this; a `Refusal` says why it cannot be.

        `accept_cloud` opens it in a folder that a service copies elsewhere, too.
        """
        store = stores.open_(
            path,
            program=VERSION,
            read_only=read_only,
            accept_cloud=accept_cloud,
            now=None if read_only else clock(),
        )
        return cls(store, who=who, clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()

    # --- Reading ---

    def snapshot(self) -> AbstractContextManager[None]:
        """Several questions answered as of one moment."""
        return self.store.snapshot()

    @property
    def settings(self) -> Settings:
        """The site and its calendar."""
        return self._read.site()[0]

    @property
    def protocols(self) -> Mapping[int, StudyProtocol]:
        """The protocol versions of the study by row id."""
        return self._read.site()[1]

    def today(self) -> date:
        """The site's date."""
        return self.now().date()

    def now(self) -> datetime:
        """The site's date and time of day, without a zone: as plans and records say them."""
        return site_time(self.settings, self._clock())

    def clinic(self, *days: date) -> Clinic:
        """The clinic's calendar for the years around these days and today."""
        every = [*days, self.today()]
        return self.settings.clinic(min(every).year - 2, max(every).year + 3)

    def patients(self) -> Mapping[int, Row]:
        """Every patient's own row by id; read once until there is a newer entry."""
        return self._read.patients()

    def patient_id(self, code: str) -> int:
        """The row id of a patient; `Refusal` where there is none."""
        found = self.store.find_patient(code)
        if found is None:
            raise Refusal("no-patient", found=code[:60])
        return found

    def state(self, code: str) -> PatientState:
        """A patient with schedule, as the rows have it."""
        return self._read.state(code, self.store.last_entry())

    def taken(self, state: PatientState | None) -> Mapping[date, Taken]:
        """Places that patients other than this one take; empty where the site does not limit its places."""
        return acting.taken(self.settings, self._counts, self.store.last_entry(), state)

    # --- Acting on a patient ---

    def preview(self, code: str, command: PatientCommand, answers: Answers | None = None) -> Preview:
        """What a command would change, decided by the same function that commits it."""
        answers = answers or Answers()
        with self.store.snapshot():
            basis = self._basis(code, command)
            today = answers.today or site_date(basis.settings, self._clock())
            return acting.prepare(self.store, basis, code, command, answers, today)

    def execute(self, code: str, command: PatientCommand, answers: Answers | None = None) -> Entry:
        """Decide on fresh rows and commit; `Refusal` when a finding refuses or a reason is missing."""
        return self.commit(self.preview(code, command, answers))

    def commit(self, preview: Preview) -> Entry:
        """Commit what was previewed; `store.Stale` when somebody changed the patient or study since."""
        return self.commit_all([preview])[0]

    def commit_all(
        self, previews: Sequence[Preview], first: Sequence[NewEntry] = (), last: int | None = None
    ) -> tuple[Entry, ...]:
        """Commit several previews, one entry each, after `first`: all of them or none; errors as `commit`.

        `last` is the newest entry `first` was decided on, needed where there is no preview.
        """
        at = self._clock()
        entries = acting.commit_all(self.store, previews, who=self.who, at=at, first=first, last=last)
        return tuple(self._tell(entry) for entry in entries)

    def _basis(self, code: str, command: PatientCommand) -> Basis:
        last = self.store.last_entry()
        settings, protocols = self._read.site(last)
        if isinstance(command, Enrol):
            if command.code != code:
                raise ValueError(f"{command.code} cannot be enrolled as {code}")
            if self.store.find_patient(code) is not None:
                raise Refusal("patient-exists", code=code)
            if command.protocol not in protocols:
                raise Refusal("no-protocol-row", number=command.protocol)
            return Basis(last, None, None, settings, protocols, counts=self._counts)
        if isinstance(command, Amend) and command.protocol not in protocols:
            raise Refusal("no-protocol-row", number=command.protocol)
        state = self._read.state(code, last)
        return Basis(
            last,
            state.enrolled.id,
            state,
            settings,
            protocols,
            counts=self._counts,
            standing=self._standing,
        )

    # --- Acting on the study ---

    def change_settings(
        self, settings: Settings, command: Mapping[str, object], reason: str | None = None
    ) -> Entry:
        """Save other settings; appointments stay, and findings tell what they hit.

        A reason is needed where something that was saved is altered: a first product is none.
        """
        last = self.store.last_entry()
        before = self.settings
        settings = checked(settings)
        if (settings.country, settings.subdivision) != (before.country, before.subdivision):
            settings = with_holidays(settings, self.today().year)
        changes = setting_changes(before, settings)
        if not changes:
            raise Refusal("nothing-changes")
        if said(reason) is None and any(change.before is not None for change in changes):
            raise Refusal("reason-needed")
        return self._study_entry(as_json(dict(command)), changes, reason, last)

    def add_protocol(
        self, text: str, protocol: Protocol, status: str, command: Mapping[str, object], reason: str | None
    ) -> int:
        """Put a protocol version into the study; its row id. The same text is not put in twice."""
        for number, known in self.protocols.items():
            same = known.protocol.sha256 == protocol.sha256
            if same and known.protocol.reading.name == protocol.reading.name:
                return number
        one_text_a_version(self.protocols, protocol)
        last = self.store.last_entry()
        number = self.store.next_id(Table.PROTOCOL)
        change = protocol_change(number, text, protocol, status)
        self._study_entry(as_json(dict(command)), (change,), reason, last)
        return number

    def _study_entry(
        self,
        command: str,
        changes: tuple[Change, ...],
        reason: str | None,
        last: int,
    ) -> Entry:
        entry = NewEntry(who=self.who, command=command, reason=said(reason), changes=changes)
        made = self.store.append([entry], expected={None: last}, at=stamp(self._clock()))[0]
        return self._tell(made)

    def mark_printed(self, prints: Iterable[Print], *, saved: bool = False) -> tuple[Entry, ...]:
        """Remember what was printed, or `saved` as PDF, at which revision; one entry for each patient."""
        at = stamp(self._clock())
        made = printed.mark(self.store, prints, who=self.who, at=at, saved=saved)
        return tuple(self._tell(entry) for entry in made)

    def mark_exported(self, export: Export) -> Entry:
        """Remember what a target of calendars was given, so that the next export to it can be the changes."""
        return self._tell(calendar_targets.mark(self.store, export, who=self.who, at=stamp(self._clock())))

    def preview_redact(self, number: int, texts: Collection[str] = ()) -> tuple[int, ...]:
        """The entries that `redact` would take text from: the same text stands in later ones as well."""
        with self.store.snapshot():
            patient = self.store.entry(number).patient
            entries = self.store.entries(patient=patient, study_only=patient is None, with_changes=True)
        return stores.would_erase(entries, number, texts or None)

    def redact(self, number: int, reason: str | None, texts: Collection[str] = ()) -> Entry:
        """Erase what was typed in an entry, or only these texts, wherever the same text stands."""
        if not (reason or "").strip():
            raise Refusal("reason-needed")
        at = stamp(self._clock())
        return self._tell(self.store.redact(number, who=self.who, reason=reason, at=at, texts=texts or None))

    def made_here(self, entry: Entry) -> bool:
        """True for what the person who acts made since the study was opened: undo of it needs no reason."""
        return entry.number in self._session and entry.who == self.who

    # --- Undo and redo ---

    def undo(self, number: int | None = None, reason: str | None = None) -> Entry:
        """Revert my latest entry in effect, or the named one; refused where a later one touched its rows."""
        return self.commit_revert(self.preview_undo(number, reason))

    def redo(self, reason: str | None = None) -> Entry:
        """Revert my latest undo, when I did nothing else since."""
        return self.commit_revert(self.preview_redo(reason))

    def preview_undo(self, number: int | None = None, reason: str | None = None) -> Revert:
        """What `undo` would change."""
        with self.store.snapshot():
            target = reverting.to_undo(self.store, self.who, number)
            mine = self.made_here(self.store.entry(target))
            return self._revert(target, "undo", said(reason) or (IMMEDIATE_UNDO if mine else None))

    def preview_redo(self, reason: str | None = None) -> Revert:
        """What `redo` would change."""
        with self.store.snapshot():
            return self._revert(reverting.to_redo(self.store, self.who), "redo", said(reason) or "redo")

    def commit_revert(self, revert: Revert) -> Entry:
        """Commit an undo or redo; refused where a finding refuses, a reason is missing or it is stale."""
        refused = () if revert.decision is None else revert.decision.refused
        if refused:
            first = refused[0]
            raise Refusal("finding-refuses", where=first.where, finding=first.kind.value, count=len(refused))
        if revert.new.reason is None:
            raise Refusal("reason-needed")
        expected: dict[int | None, int] = {revert.new.patient: revert.last_entry, None: revert.last_entry}
        return self._tell(self.store.append([revert.new], expected=expected, at=stamp(self._clock()))[0])

    def _revert(self, number: int, name: str, reason: str | None) -> Revert:
        last = self.store.last_entry()
        entry = self.store.entry(number)
        if entry.redacted_by is not None:
            raise Refusal("entry-redacted", entry=number)
        code, decision = None, None
        revises = entry.revises
        if entry.patient is None:
            changes, revises = reverting.study_revert(self.store, entry), False
        else:
            row = self.store.patients().get(entry.patient)
            code = None if row is None else str(row["code"])
            decided = self._patient_revert(entry, entry.patient)
            if isinstance(decided, Decision):
                decision, changes, revises = decided, decided.changes, decided.revises
            else:
                changes = decided
        new = NewEntry(
            who=self.who,
            command=as_json({"command": name, "entry": number}),
            patient=entry.patient,
            reason=reason,
            revises=revises,
            reverts=number,
            changes=changes,
        )
        return Revert(new, last, code, decision)

    def _patient_revert(self, entry: Entry, patient: int) -> Decision | tuple[Change, ...]:
        protocols = self.protocols
        state = acting.state_from(self.store.patient_rows(patient), protocols)
        if state is None:
            return reverting.enrolled_again(self.store, entry)
        last = self.store.last_entry()
        basis = Basis(last, patient, state, self.settings, protocols, counts=self._counts)
        return acting.prepare_revert(
            self.store,
            basis,
            self.today(),
            lambda context: reverting.decide_revert(self.store, entry, state, protocols, context),
        )

    # --- Listeners ---

    def listen(self, listener: Callable[[Changed], None]) -> Callable[[], None]:
        """Hear of every entry made here; the answer stops listening."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, entry: Entry) -> Entry:
        self._session.append(entry.number)
        patients = frozenset[int]() if entry.patient is None else frozenset({entry.patient})
        news = Changed(patients, entry.patient is None, entry)
        for listener in tuple(self._listeners):
            listener(news)
        return entry


def with_holidays(settings: Settings, year: int) -> Settings:
    """The settings with the public holidays of the years around `year` saved in them."""
    before, after = HOLIDAY_YEARS
    first, last = year - before, year + after
    made = public_holidays(settings.country, settings.subdivision, first, last)
    return replace(settings, first_year=first, last_year=last, holidays=made)


def protocol_change(number: int, text: str, protocol: Protocol, status: str) -> Change:
    """The row that a protocol version is in the study."""
    row = {
        "code": protocol.code,
        "version": protocol.version,
        "reading": protocol.reading.name,
        "status": status,
        "sha256": protocol.sha256,
        "text": text,
    }
    return Change(Table.PROTOCOL, (number,), None, row)
