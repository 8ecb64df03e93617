"""How a person acts on a study: who, why, and the answers that a decision asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from il2scheduler.appointment import DROPPED, Appointment
from il2scheduler.clinic import Clinic, NoCalendar
from il2scheduler.commands import Context, Decision, PatientState, committable, decide, readable
from il2scheduler.commands.values import AddVisit, Amend, Enrol, PastCap, PatientCommand
from il2scheduler.ledger import Entry, NewEntry, Rows, Table
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind
from il2scheduler.rules.findings import Taken
from il2scheduler.store import Store
from il2scheduler.study.commands_json import command_json
from il2scheduler.study.day_counts import DayCounts, TakenByOthers
from il2scheduler.study.reading import StudyProtocol, state_of
from il2scheduler.study.settings import Settings
from il2scheduler.study.standing import Standing
from il2scheduler.typed_text import note

Decided = TypeVar("Decided")
MAX_YEARS = 130


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person adds to a command: a reason, findings accepted, cycles past the cap, the date of today.

    `today` is for reading and checks only and never enters the ledger; None is the site's date.
    """

    reason: str | None = None
    accept: frozenset[FindingKind] = frozenset()
    past_cap: PastCap | None = None
    today: date | None = None
    transcribed: bool = False
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """The moment a decision was made on: the newest entry then, the patient's id and state.

    `new_patient` is the row id of a patient to be enrolled; None takes the next free one. `counts` and
    `standing` keep what days hold, and the findings of the state, from one preview to the next.
    """

    last_entry: int
    patient: int | None
    state: PatientState | None
    settings: Settings
    protocols: Mapping[int, StudyProtocol]
    new_patient: int | None = None
    counts: DayCounts | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A decision with what it was based on and answered with, ready to be committed."""

    command: PatientCommand
    code: str
    decision: Decision
    basis: Basis
    answers: Answers
    context: Context = field(repr=False)

    def because(self, reason: str | None) -> Preview:
        """The same with a reason typed since. Not of a command that keeps its reason, as a visit added."""
        given = said(reason)
        answers, context = replace(self.answers, reason=given), replace(self.context, reason=given)
        return replace(self, answers=answers, context=context)


def now_utc() -> datetime:
    """The clock of this computer, in UTC."""
    return datetime.now(UTC)


def said(reason: str | None) -> str | None:
    """A reason as it may be saved; None where nothing was said."""
    return note(reason) if reason is not None and reason.strip() else None


def stamp(moment: datetime) -> str:
    """`2026-01-05T08:12:33.123456Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def site_date(settings: Settings, moment: datetime) -> date:
    """The date at the site."""
    return site_time(settings, moment).date()


def site_time(settings: Settings, moment: datetime) -> datetime:
    """The date and time of day at the site, without a zone."""
    return moment.astimezone(ZoneInfo(settings.timezone)).replace(tzinfo=None)


def prepare(
    store: Store, basis: Basis, code: str, command: PatientCommand, answers: Answers, today: date
) -> Preview:
    """Decide on fresh rows; typed texts are read first, so that what is seen is what is saved."""
    command = readable(command)
    answers = replace(answers, reason=said(answers.reason))
    # Numbers of added visits are looked up in the whole ledger of the patient: only where one is wanted.
    added = 0
    if isinstance(command, AddVisit) and basis.patient is not None:
        added = last_added(store, basis.patient)
    context, decision = _widened(
        lambda clinic: _context(store, basis, answers, today, clinic, added),
        lambda context: decide(command, basis.state, context),
        basis.settings,
        _years(basis, command, today),
    )
    return Preview(command, code, decision, basis, answers, context)


def prepare_revert(store: Store, basis: Basis, today: date, decided: Callable[[Context], Decided]) -> Decided:
    """What undo and redo decide: a person's answers stand in the rows already."""
    days = [today] if basis.state is None else [today, *(basis.state.schedule.span() or ())]
    _, decision = _widened(
        lambda clinic: _context(store, basis, Answers(), today, clinic),
        decided,
        basis.settings,
        (min(days).year - 1, max(days).year + 3),
    )
    return decision


def _widened(
    context_of: Callable[[Clinic], Context],
    decided: Callable[[Context], Decided],
    settings: Settings,
    years: tuple[int, int],
) -> tuple[Context, Decided]:
    """A decision with a clinic's calendar of all the years it needs; `Refusal` for more than there can be."""
    while True:
        clinic = settings.clinic(*years)
        try:
            context = context_of(clinic)
            return context, decided(context)
        except NoCalendar as missing:
            if missing.year in clinic.unknown_years:
                raise Refusal("holidays-unknown", year=missing.year) from None
            if years[1] - years[0] > MAX_YEARS:
                raise Refusal("too-far") from None
            years = (years[0] - 5, years[1] + 10)
        except OverflowError:
            raise Refusal("too-far") from None


def commit_all(
    store: Store,
    previews: Sequence[Preview],
    *,
    who: str,
    at: datetime,
    first: Sequence[NewEntry] = (),
    last: int | None = None,
) -> tuple[Entry, ...]:
    """Append prepared decisions, each an entry of its own, after `first`: all of them or none."""
    entries = [*first, *(_entry(preview, who) for preview in previews)]
    bases = [preview.basis.last_entry for preview in previews]
    known = min(bases if last is None else [*bases, last])
    expected: dict[int | None, int] = dict.fromkeys([None, *(entry.patient for entry in entries)], known)
    return store.append(entries, expected=expected, at=stamp(at))


def command_of(preview: Preview) -> str:
    """The command as its entry keeps it, with the person's answers."""
    answers = preview.answers
    extra: dict[str, object] = {
        "accept": sorted(kind.value for kind in answers.accept),
        "past_cap": answers.past_cap,
    }
    if isinstance(preview.command, Enrol | Amend):
        protocol = preview.decision.after.schedule.protocol
        extra |= {"protocol_code": protocol.code, "protocol_version": protocol.version}
        extra |= {"site_values": protocol.site_values or None}
    return command_json(preview.command, preview.code, **extra)


def _entry(preview: Preview, who: str) -> NewEntry:
    committable(preview.decision, preview.context)
    answers = preview.answers
    return NewEntry(
        who=who,
        command=command_of(preview),
        patient=preview.decision.after.enrolled.id,
        reason=answers.reason,
        revises=preview.decision.revises,
        transcribed=answers.transcribed,
        batch=answers.batch,
        changes=preview.decision.changes,
    )


def state_from(rows: Rows, protocols: Mapping[int, StudyProtocol]) -> PatientState | None:
    """The state that rows of one patient give, None where the patient is not there."""
    return state_of(rows, protocols) if rows.table(Table.PATIENT) else None


def _years(basis: Basis, command: PatientCommand, today: date) -> tuple[int, int]:
    days = [today]
    if isinstance(command, Enrol) and command.anchor is not None:
        days.append(command.anchor)
    if basis.state is not None:
        days += basis.state.schedule.span() or ()
    return min(days).year - 1, max(days).year + 3


def _context(
    store: Store, basis: Basis, answers: Answers, today: date, clinic: Clinic, added: int = 0
) -> Context:
    state = basis.state
    others = taken(basis.settings, basis.counts or DayCounts(store), basis.last_entry, state)
    standing = None if state is None else (basis.standing or Standing()).of(state, clinic, others)
    return Context(
        clinic=clinic,
        today=today,
        protocols={number: entry.protocol for number, entry in basis.protocols.items()},
        taken=others,
        standing=standing,
        reason=answers.reason,
        accept=answers.accept,
        past_cap=answers.past_cap,
        new_patient=_new_patient(store, basis) if state is None else state.enrolled.id,
        last_added=added,
    )


def _new_patient(store: Store, basis: Basis) -> int:
    return store.next_id(Table.PATIENT) if basis.new_patient is None else basis.new_patient


def taken(
    settings: Settings, counts: DayCounts, last_entry: int, state: PatientState | None
) -> Mapping[date, Taken]:
    """Places that other patients take; asked only where the site limits its places."""
    if settings.places_injections is None and settings.places_visits is None:
        return {}
    own: dict[date, Taken] = {}
    if state is not None:
        for appointment in state.schedule.appointments:
            if appointment.planned is None or not appointment.active or not _takes_place(appointment):
                continue
            seen = own.get(appointment.planned, Taken())
            own[appointment.planned] = (
                Taken(1, seen.visits) if appointment.injections else Taken(seen.injections, seen.visits + 1)
            )
    return TakenByOthers(counts, last_entry, own)


def _takes_place(appointment: Appointment) -> bool:
    if not appointment.injections:
        return True
    return any(i.place.needs_clinic and i.status not in DROPPED for i in appointment.injections)


def last_added(store: Store, patient: int) -> int:
    """The highest number an unscheduled visit of the patient ever had: numbers are never used again."""
    numbers = (
        int(str(change.key[2])[1:])
        for entry in store.entries(patient=patient, with_changes=True)
        for change in entry.changes
        if change.table is Table.CHOICE and change.key[1] == "unscheduled"
    )
    return max(numbers, default=0)
