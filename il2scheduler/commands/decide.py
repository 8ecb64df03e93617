"""The decision: what a command changes, what that brings about, and what stands against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from il2scheduler.commands import amending, planning, recording
from il2scheduler.commands.cautions import UNUSUAL_DOSES, cautions, check_dates
from il2scheduler.commands.state import Context, Decision, Draft, PatientState
from il2scheduler.commands.values import (
    AddNote,
    AddVisit,
    Amend,
    CorrectInjection,
    CorrectVisit,
    DateCycle,
    DateEvent,
    Enrol,
    EveningStart,
    Give,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    NotGive,
    OmitCycle,
    PastCap,
    PatientCommand,
    RecordVisit,
    SetAnchor,
    SetDose,
    SetPlace,
    Stop,
    TakeProposals,
    TickGate,
    Withdraw,
    Withhold,
)
from il2scheduler.cycle_starts import CycleStart, cycle_starts
from il2scheduler.ledger import Change, Table
from il2scheduler.patient import OmissionCause, Patient
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Finding, FindingKind, Severity, findings, start_findings
from il2scheduler.rules.findings import Fact
from il2scheduler.schedule import Schedule, build

_Identity = tuple[FindingKind, str, Fact, date | None]

_GAP = FindingKind.GAP_TOO_SHORT

_OF_STATE: dict[type, Callable[[Any, PatientState], Draft]] = {
    SetAnchor: planning.set_anchor,
    MoveCycle: planning.move_cycle,
    DateCycle: planning.date_cycle,
    OmitCycle: planning.omit_cycle,
    MoveVisit: planning.move_visit,
    SetDose: planning.set_dose,
    TickGate: planning.tick_gate,
    SetPlace: planning.set_place,
    EveningStart: planning.evening_start,
    DateEvent: planning.date_event,
    Stop: planning.stop,
    Withdraw: planning.withdraw,
    TakeProposals: planning.take_proposals,
}
_OF_STATE_AND_CONTEXT: dict[type, Callable[[Any, PatientState, Context], Draft]] = {
    AddVisit: planning.add_visit,
    Amend: amending.amend,
    Give: recording.give,
    GiveCourse: recording.give_course,
    NotGive: recording.not_give,
    RecordVisit: recording.record_visit,
    CorrectInjection: recording.correct_injection,
    CorrectVisit: recording.correct_visit,
    Withhold: recording.withhold,
}


def decide(command: PatientCommand, state: PatientState | None, context: Context) -> Decision:
    """What a command would change. Pure: the same inputs give the same decision.

    `Refusal` where it makes no sense (no such cycle, already recorded). A refusing finding is in
    `Decision.refused` unless the context accepts its kind. Call `committable` before committing.
    """
    check_dates(command, state)
    if isinstance(command, Enrol):
        draft = planning.enrol(command, context)
        return settle(draft, None, context, cautions(command, None, draft, context))
    if state is None:
        raise LookupError("a patient is needed")
    draft = _asked_again(_drafted(command, state, context), state, context)
    return settle(draft, state, context, cautions(command, state, draft, context))


def committable(decision: Decision, context: Context) -> None:
    """Raise the `Refusal` that keeps a decision from being committed: a finding, or a reason not given."""
    if decision.refused:
        finding = decision.refused[0]
        raise Refusal(
            "finding-refuses", where=finding.where, finding=finding.kind.value, count=len(decision.refused)
        )
    if not decision.changes:
        raise Refusal("nothing-changes")
    if decision.needs_reason and not (context.reason or "").strip():
        for finding in decision.findings:
            if "highest_iu" in finding.facts:
                dose, highest = (int(str(finding.facts[name])) for name in ("dose_iu", "highest_iu"))
                raise Refusal("high-dose-reason-needed", dose_iu=dose, highest_iu=highest)
        unusual = any(finding.kind in UNUSUAL_DOSES for finding in decision.findings)
        raise Refusal("dose-reason-needed" if unusual else "reason-needed")


def _drafted(command: PatientCommand, state: PatientState, context: Context) -> Draft:
    if isinstance(command, AddNote):
        schedule = state.schedule
        return Draft(
            schedule.patient, schedule.protocol, state.enrolled, needs_reason=False, note=command.text
        )
    plain = _OF_STATE.get(type(command))
    if plain is not None:
        return plain(command, state)
    return _OF_STATE_AND_CONTEXT[type(command)](command, state, context)


def _asked_again(draft: Draft, state: PatientState, context: Context) -> Draft:
    """A gap that shrinks further, or a start still later past the cap, is not what was accepted before."""
    patient = draft.patient
    if not patient.accepted:
        return draft
    accepted = {(f.kind.value, f.where): f for f in _standing(state, context)}
    worse: set[tuple[str, str]] = set()
    for finding in _found(build(draft.protocol, patient), context):
        pair = (finding.kind.value, finding.where)
        known = accepted.get(pair)
        if pair in patient.accepted and known is not None and _worse(finding, known):
            worse.add(pair)
    if not worse:
        return draft
    return replace(draft, patient=patient._replace(accepted=patient.accepted - worse))


def _worse(finding: Finding, known: Finding) -> bool:
    if finding.kind is FindingKind.GAP_TOO_SHORT:
        return _gap(finding) < _gap(known)
    return finding.date is not None and known.date is not None and finding.date > known.date


def _gap(finding: Finding) -> int:
    return int(str(finding.facts["gap"]))


def settle(
    draft: Draft, state: PatientState | None, context: Context, said: tuple[Finding, ...] = ()
) -> Decision:
    """The schedule a draft leads to: cycles past the cap as the person chose, accepted findings marked.

    `said` are findings of the command itself; an unusual dose among them must be confirmed with a reason.
    """
    before = () if state is None else _standing(state, context)
    known = _by_identity(before)
    patient, starts = _answering(draft, known, context)
    schedule = build(draft.protocol, patient, starts)
    after = _found(schedule, context)
    now = _by_identity(after)
    settled = _settled(schedule, after)
    if settled is not patient:
        schedule = replace(schedule, patient=settled)
    fresh = tuple([f for identity, f in now.items() if identity not in known])
    notes = 0 if state is None else state.notes
    new_state = PatientState(draft.enrolled, schedule, notes + (draft.note is not None))
    besides: tuple[Change, ...] = ()
    if draft.note is not None:
        besides = (Change(Table.NOTE, (draft.enrolled.id, notes + 1), None, {"text": draft.note}),)
    answered = patient.accepted != draft.patient.accepted or patient.omitted != draft.patient.omitted
    return Decision(
        before=state,
        after=new_state,
        besides=besides,
        findings=(*said, *fresh),
        solved=tuple([f for identity, f in known.items() if identity not in now]),
        refused=tuple(f for f in fresh if f.severity is Severity.REFUSES),
        needs_reason=draft.needs_reason or answered or any(f.kind in UNUSUAL_DOSES for f in said),
    )


def _settled(schedule: Schedule, found: tuple[Finding, ...]) -> Patient:
    """The patient as the rows will tell it: recorded appointments as they stand, answers as far as needed.

    An answer to what is no longer the case is dropped: it is asked again when it comes again. What was
    accepted for a cycle that has begun stays on record.
    """
    patient = schedule.patient
    asked = {(f.kind, f.where) for f in found}
    begun = {start.code for start in schedule.starts if start.begun}
    accepted = frozenset(pair for pair in patient.accepted if pair in asked or pair[1] in begun)
    back = {s.template.number for s in schedule.starts if s.omitted is None}
    omitted = {
        number: cause
        for number, cause in patient.omitted.items()
        if cause is OmissionCause.PERSON or number not in back
    }
    known = patient.held  # A schedule has nothing recorded but what its patient holds.
    held = {a.code: a for a in schedule.appointments if a.code in known and a.recorded}
    if (accepted, omitted, held) == (patient.accepted, patient.omitted, patient.held):
        return patient
    return patient._replace(accepted=accepted, omitted=omitted, held=held)


def _answering(
    draft: Draft, known: Mapping[_Identity, Finding], context: Context
) -> tuple[Patient, tuple[CycleStart, ...]]:
    """The patient with every answer that is asked for, one of which may bring up the next; and the starts.

    Only starts of cycles ask for any.
    """
    patient, arm = draft.patient, draft.protocol.arm(draft.patient.arm)
    while True:
        starts = cycle_starts(arm, patient)
        fresh = [f for f in start_findings(starts, patient) if _identity(f) not in known]
        answered = _answered(patient, fresh, context)
        if answered == patient:
            return patient, starts
        patient = answered


def _answered(patient: Patient, fresh: list[Finding], context: Context) -> Patient:
    """The patient with the person's answers to the findings that would refuse."""
    for finding in fresh:
        if finding.severity is not Severity.REFUSES:
            continue
        if finding.kind is FindingKind.PAST_CAP and context.past_cap is PastCap.OMIT:
            number = int(finding.where[1:])
            patient = patient._replace(omitted={**patient.omitted, number: OmissionCause.CAP})
            break
        kept = finding.kind is FindingKind.PAST_CAP and context.past_cap is PastCap.KEEP
        allowed = finding.kind in (FindingKind.PAST_CAP, FindingKind.GAP_TOO_SHORT)
        if kept or (allowed and finding.kind in context.accept):
            accepted = patient.accepted | {(finding.kind.value, finding.where)}
            patient = patient._replace(accepted=accepted)
    return patient


def _standing(state: PatientState, context: Context) -> tuple[Finding, ...]:
    return _found(state.schedule, context) if context.standing is None else context.standing


def _found(schedule: Schedule, context: Context) -> tuple[Finding, ...]:
    return findings(schedule, context.clinic, taken=context.taken)


def _by_identity(found: tuple[Finding, ...]) -> dict[_Identity, Finding]:
    return {_identity(f): f for f in found}


def _identity(finding: Finding) -> _Identity:
    """A gap is what it is in days: the date of the cycle may stay while the one before it moves."""
    kind = finding.kind
    return kind, finding.where, finding.facts["gap"] if kind is _GAP else None, finding.date
