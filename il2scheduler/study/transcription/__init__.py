"""Patients already under way, copied from one CSV file into a study: previewed whole, saved whole or not.

The format is described in docs/import.md. Every entry is marked as transcribed, and all of one file share
a batch made from its content. Reasons are those of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from il2scheduler import typed_text
from il2scheduler.commands.values import (
    AddNote,
    AddVisit,
    DateCycle,
    Enrol,
    Give,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    NotGive,
    OmitCycle,
    PatientCommand,
    RecordVisit,
    SetDose,
    Stop,
    TickGate,
    Withdraw,
)
from il2scheduler.jobs import Job, Progress
from il2scheduler.ledger import Entry
from il2scheduler.patient import OmissionCause
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Finding, FindingKind
from il2scheduler.schedule import Schedule
from il2scheduler.study import Answers, Preview, Study
from il2scheduler.study.together import Together
from il2scheduler.study.transcription.facts import Fact, not_given, read_fact
from il2scheduler.study.transcription.table import MAX_BYTES, Misplaced, Place, Sheet, read_sheet

__all__ = ["MAX_BYTES", "Place", "Problem", "Transcription", "save", "transcribe", "transcribing"]

_WAYS_OUT = {
    FindingKind.PAST_CAP: ("past_cap", "import-past-cap"),
    FindingKind.GAP_TOO_SHORT: ("accept", "import-gap"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing of a file can be saved: a place, and what is refused there.

    `finding` and `protocol` say which finding refuses, where one does.
    """

    place: Place
    refusal: Refusal
    finding: Finding | None = None
    protocol: Protocol | None = None


@dataclass(slots=True)
class Transcription:
    """What a file would enrol and record, and every problem of it; with a problem nothing can be saved.

    `personal` are the places of texts that look as if they held a date of birth or a telephone number.
    """

    batch: str = ""
    previews: list[Preview] = field(default_factory=list[Preview])
    problems: list[Problem] = field(default_factory=list[Problem])
    personal: list[Place] = field(default_factory=list[Place])

    def schedules(self) -> dict[str, Schedule]:
        """The patients as the file leaves them, by code."""
        return {preview.code: preview.decision.after.schedule for preview in self.previews}


def transcribe(study: Study, data: bytes, *, today: date | None = None) -> Transcription:
    """Read a file and decide on all of it, as if each row were saved after the other; nothing is saved."""
    done = Transcription()
    for _ in transcribing(study, data, done, today=today):
        pass
    return done


def transcribing(study: Study, data: bytes, done: Transcription, *, today: date | None = None) -> Job:
    """`transcribe` with progress, patient by patient; `done` is complete at the end."""
    done.batch = f"import-{sha256(data).hexdigest()[:16]}"
    sheet = read_sheet(data)
    facts: dict[str, list[Fact]] = {}
    for fact in _facts(sheet, done):
        facts.setdefault(fact.patient, []).append(fact)
    # A row that enrols and could not be read was told already.
    enrolled = {line.cells.get("patient") for line in sheet.lines if line.cells.get("what") == "enrol"}
    together = Together(study, today)
    for number, (patient, theirs) in enumerate(facts.items()):
        yield Progress(number, len(facts), patient)
        theirs.sort(key=lambda fact: fact.turn)
        if theirs[0].what == "enrol":
            _patient(study, together, theirs, done)
        elif patient not in enrolled:
            refusal = Refusal("import-no-enrol", patient=patient)
            done.problems.append(Problem(Place(min(fact.row for fact in theirs)), refusal))
    if not facts and not done.problems:
        done.problems.append(Problem(Place(), Refusal("import-empty")))
    done.previews = together.previews
    done.problems.sort(key=lambda problem: problem.place.row or 0)


def save(study: Study, transcription: Transcription) -> tuple[Entry, ...]:
    """Save all of a file in one transaction; `Refusal` where it has a problem, `Stale` where others wrote."""
    if transcription.problems:
        raise Refusal("import-refused", count=len(transcription.problems))
    return study.commit_all(transcription.previews)


def _facts(sheet: Sheet, done: Transcription) -> list[Fact]:
    wrong = list(sheet.problems)
    facts: list[Fact] = []
    for line in sheet.lines:
        fact, problems = read_fact(line)
        wrong += problems
        if fact is not None:
            facts.append(fact)
        for column in ("reason", "note", "by", "site", "batch"):
            if typed_text.looks_personal(line.cells.get(column, "")):
                done.personal.append(Place(line.row, column))
    done.problems += [Problem(problem.place, problem) for problem in wrong]
    return facts


def _patient(study: Study, together: Together, facts: Sequence[Fact], done: Transcription) -> None:
    """All facts of a patient; when the patient cannot be enrolled, only that is said."""
    for fact in facts:
        problem = _fact(study, together, fact, done.batch)
        if problem is not None:
            done.problems.append(problem)
            if fact.what == "enrol":
                return


def _fact(study: Study, together: Together, fact: Fact, batch: str) -> Problem | None:
    answers = Answers(
        reason=fact.reason, accept=fact.accept, past_cap=fact.past_cap, transcribed=True, batch=batch
    )
    try:
        preview = together.preview(fact.patient, _command(study, together, fact), answers)
        decision = preview.decision
        if decision.refused:
            finding = decision.refused[0]
            column, kind = _WAYS_OUT.get(finding.kind, ("date", "import-finding"))
            place = Place(fact.row, column)
            return Problem(place, Refusal(kind), finding, decision.after.schedule.protocol)
        together.take(preview)
    except Misplaced as misplaced:
        return Problem(misplaced.place, misplaced)
    except Refusal as refusal:
        place = Place(fact.row, "reason" if refusal.kind.endswith("reason-needed") else None)
        return Problem(place, refusal)
    return None


def _command(study: Study, together: Together, fact: Fact) -> PatientCommand:  # noqa: PLR0911 - one for each kind
    cycle, visit, day = fact.cycle or 0, fact.visit or "", fact.date or date.min
    match fact.what:
        case "enrol":
            number = _protocol(study, fact)
            return Enrol(fact.patient, number, fact.arm or "", fact.date, fact.dose)
        case "gate":
            return TickGate(fact.code or "", met=True)
        case "dose":
            return SetDose(fact.dose or 0, from_cycle=cycle)
        case "cycle":
            return _dated(together, fact, cycle, day)
        case "omitted":
            return OmitCycle(cycle)
        case "moved":
            return MoveVisit(visit, day, fact.time)
        case "unscheduled":
            return AddVisit(day)
        case "visit" | "missed":
            return RecordVisit(visit, fact.date, fact.note)
        case "stopped":
            return Stop(day)
        case "withdrawn" | "lost":
            return Withdraw(day, lost=fact.what == "lost")
        case "note":
            return AddNote(fact.note or "")
        case _:
            return _injection(fact, cycle)


def _injection(fact: Fact, cycle: int) -> PatientCommand:
    if fact.day is None or fact.time is None:
        return GiveCourse(cycle, batch=fact.batch, by=fact.by)
    if fact.what == "not-given":
        try:
            code = not_given(fact.code or "")
        except Refusal as refusal:
            raise Misplaced(Place(fact.row, "code"), refusal) from None
        return NotGive(cycle, fact.day, fact.time, code, fact.note)
    return Give(cycle, fact.day, fact.time, fact.at, fact.dose, fact.site, fact.batch, fact.by)


def _dated(together: Together, fact: Fact, cycle: int, day: date) -> PatientCommand:
    """A cycle that began on another date, or one that the protocol leaves to the site to date."""
    schedule = together.state(fact.patient).schedule
    following = schedule.next_on_demand
    undated = [start.template.number for start in schedule.starts if start.template.offset is None]
    if cycle in undated or (following is not None and cycle == following.number):
        return DateCycle(cycle, day)
    if any(s.omitted is OmissionCause.PERSON for s in schedule.starts if s.template.number == cycle):
        # A date plans it again, which is not what a file with both rows can mean.
        raise Misplaced(Place(fact.row, "cycle"), Refusal("import-omitted", cycle=cycle))
    return MoveCycle(cycle, to=day)


def _protocol(study: Study, fact: Fact) -> int:
    """The newest version in the study of the protocol named, or of the only one."""
    by_code = {known.protocol.code: number for number, known in sorted(study.protocols.items())}
    known = ", ".join(by_code)
    if fact.protocol is None and len(by_code) > 1:
        raise Misplaced(Place(fact.row, "protocol"), Refusal("protocol-needed", known=known))
    code = fact.protocol or next(iter(by_code))
    if code not in by_code:
        raise Misplaced(Place(fact.row, "protocol"), Refusal("no-protocol", found=code, known=known))
    return by_code[code]
