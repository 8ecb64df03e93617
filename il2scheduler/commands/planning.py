"""Commands that change what is planned: each gives the patient as it would be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from il2scheduler import dosing
from il2scheduler.commands.rows import Enrolled, narrowness
from il2scheduler.commands.state import Context, Draft, PatientState
from il2scheduler.commands.values import (
    AddVisit,
    DateCycle,
    DateEvent,
    Enrol,
    EveningStart,
    Keep,
    MoveCycle,
    MoveVisit,
    OmitCycle,
    SetAnchor,
    SetDose,
    SetPlace,
    Stop,
    TakeProposals,
    TickGate,
    Withdraw,
)
from il2scheduler.cycle_starts import CycleStart, cycle_start, is_stopped, is_withdrawn, shift
from il2scheduler.patient import OmissionCause, Patient, Unscheduled
from il2scheduler.protocol import Arm, CycleTemplate, Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.rules import avoid_closed_days
from il2scheduler.schedule import EARLY_TERMINATION, Appointment, Kind, Status, build
from il2scheduler.typed_text import patient_code


def enrol(command: Enrol, context: Context) -> Draft:
    """A new patient; its arm must exist, and a prescribed dose is typed only where the protocol needs one."""
    protocol = context.protocols[command.protocol]
    arms = [arm.code for arm in protocol.arms]
    if command.arm not in arms:
        raise Refusal("arm", found=command.arm[:60], known=", ".join(arms))
    arm = protocol.arm(command.arm)
    patient_code(command.code)
    if command.prescribed_iu is not None:
        possible_dose(command.prescribed_iu, arm)
        if not arm.prescribed:
            raise Refusal("dose-not-prescribed", arm=command.arm)
    patient = Patient(command.code, command.arm, command.anchor, command.prescribed_iu)
    if command.avoid_closed_days and command.anchor is not None:
        schedule, _ = avoid_closed_days(build(protocol, patient), context.clinic, context.taken)
        patient = schedule.patient
    enrolled = Enrolled(context.new_patient, command.protocol)
    return Draft(patient, protocol, enrolled, needs_reason=False)


def _draft(state: PatientState, patient: Patient, *, needs_reason: bool = True) -> Draft:
    return Draft(patient, state.schedule.protocol, state.enrolled, needs_reason=needs_reason)


def set_anchor(command: SetAnchor, state: PatientState) -> Draft:
    """Chosen dates are kept or cleared, as the person says; it is asked where there are any.

    Dates that do not hang on the anchor are not asked about and stay: recorded ones, those of cycles that the
    protocol leaves to the site, of added visits and of early termination. Recorded appointments stay where
    they are, only their nominal date and window follow: whether a visit was done in its window is judged by
    the right anchor.
    """
    patient = state.patient
    placed = {start.code for start in state.schedule.starts if start.begun or start.template.offset is None}
    apart = {*patient.held, *placed, *(added.code for added in patient.unscheduled), EARLY_TERMINATION}
    chosen = [code for code in patient.chosen if code not in apart]
    if patient.anchor is not None and chosen and command.chosen is None:
        raise Refusal("chosen-dates", codes=", ".join(chosen))
    first = patient.anchor is None
    held = _renamed_dates(state, command.to)
    patient = patient._replace(anchor=command.to, held=held)
    if command.chosen is Keep.CLEAR:
        kept = {code: day for code, day in patient.chosen.items() if code in apart}
        patient = patient._replace(chosen=kept, exact=patient.exact & placed)
    return _draft(state, patient, needs_reason=not first)


def _renamed_dates(state: PatientState, anchor: date) -> dict[str, Appointment]:
    """Recorded appointments with the nominal date that the new anchor gives them."""
    patient = state.patient
    bare = build(state.schedule.protocol, patient._replace(anchor=anchor, held={}))
    fresh = {appointment.code: appointment for appointment in bare.appointments}
    held: dict[str, Appointment] = {}
    for code, appointment in patient.held.items():
        held[code] = appointment
        if appointment.offset is None:
            continue
        if appointment.nominal is not None and patient.anchor is not None:
            moved = anchor - patient.anchor
            held[code] = appointment._replace(nominal=appointment.nominal + moved)
            if appointment.window is not None and appointment.cycle is None:
                earliest, latest = appointment.window
                held[code] = held[code]._replace(window=(earliest + moved, latest + moved))
        elif code in fresh:
            held[code] = appointment._replace(nominal=fresh[code].nominal, window=fresh[code].window)
    return held


def _open_start(state: PatientState, cycle: int, *, bring_back: bool = False) -> CycleStart:
    """The start of a cycle that may still be planned anew, or why it may not.

    One that a person omitted is planned again (`bring_back`) by giving it a date, and not otherwise.
    """
    try:
        start = state.schedule.start(cycle)
    except KeyError:
        raise Refusal("no-cycle", cycle=cycle, count=len(state.schedule.starts)) from None
    if start.begun:
        raise Refusal("cycle-begun", cycle=cycle)
    if start.omitted is OmissionCause.PERSON and not bring_back:
        raise Refusal("cycle-omitted", cycle=cycle)
    ended = state.patient.stopped is not None or state.patient.withdrawn is not None
    if ended and start.counted is None and start.omitted is None:
        raise Refusal("cycle-cancelled", cycle=cycle)
    return start


def _while_there(patient: Patient, day: date, *, treated: bool) -> date:
    """A new date, refused after the patient left, or where treatment has stopped by then."""
    if is_withdrawn(patient, day) and patient.withdrawn is not None:
        raise Refusal("after-withdrawal", date=patient.withdrawn)
    if treated and is_stopped(patient, day) and patient.stopped is not None:
        raise Refusal("after-stop", date=patient.stopped)
    return day


def move_cycle(command: MoveCycle, state: PatientState) -> Draft:
    """Delay or advance a cycle as a block; refused once an injection of it is recorded.

    An omitted cycle is planned again, on the day where it stood as well. One omitted because of the cap is
    asked about anew: its date may lie before the cap now, or be kept.
    """
    start = _open_start(state, command.cycle, bring_back=True)
    if start.planned is None:
        raise Refusal("cycle-undated", cycle=command.cycle)
    to = command.to if command.to is not None else start.planned + timedelta(days=command.days or 0)
    if to == start.planned and start.omitted is None:
        raise Refusal("nothing-moves", date=to)
    _while_there(state.patient, to, treated=True)
    return _draft(state, choose_cycle(state.patient, state.schedule.protocol, start.template, to))


def choose_cycle(patient: Patient, protocol: Protocol, cycle: CycleTemplate, to: date) -> Patient:
    """The patient with a cycle's date chosen; it is `exact` only where the minimum gap would move it.

    Chosen back onto its nominal date, where the rule has it too, a cycle goes by the rule again.
    """
    bare = patient._replace(
        chosen={code: day for code, day in patient.chosen.items() if code != cycle.code},
        exact=patient.exact - {cycle.code},
        accepted=frozenset(pair for pair in patient.accepted if pair[1] != cycle.code),
        omitted={number: cause for number, cause in patient.omitted.items() if number != cycle.number},
    )
    nominal = shift(patient.anchor, cycle.offset)
    if to == nominal == _start(protocol, bare, cycle).planned:
        return bare
    free = bare.with_chosen(cycle.code, to)
    if _start(protocol, free, cycle).planned == to:
        return free
    return free._replace(exact=free.exact | {cycle.code})


def _start(protocol: Protocol, patient: Patient, cycle: CycleTemplate) -> CycleStart:
    return cycle_start(protocol.arm(patient.arm), patient, cycle.number)


def date_cycle(command: DateCycle, state: PatientState) -> Draft:
    """Date a cycle that the protocol leaves to the site, an omitted one as well; or add one on demand."""
    following = state.schedule.next_on_demand
    possible = len(state.schedule.arm.possible_cycles)
    if following is not None and command.cycle == following.number:
        template, first = following, True
    elif following is not None and following.number < command.cycle <= possible:
        raise Refusal("earlier-cycle-first", cycle=command.cycle, next=following.number)
    else:
        start = _open_start(state, command.cycle, bring_back=True)
        template, first = start.template, start.planned is None and start.omitted is None
    if template.offset is not None:
        raise Refusal("cycle-has-date", cycle=command.cycle)
    _while_there(state.patient, command.on, treated=True)
    patient = choose_cycle(state.patient, state.schedule.protocol, template, command.on)
    return _draft(state, patient, needs_reason=not first)


def omit_cycle(command: OmitCycle, state: PatientState) -> Draft:
    """Numbering continues, later cycles keep their dates."""
    _open_start(state, command.cycle)
    omitted = {**state.patient.omitted, command.cycle: OmissionCause.PERSON}
    return _draft(state, state.patient._replace(omitted=omitted))


def open_visit(state: PatientState, code: str) -> Appointment:
    """A visit that is not recorded, or why there is none."""
    visits = {visit.code: visit for visit in state.schedule.appointments if visit.kind is Kind.VISIT}
    if code not in visits:
        raise Refusal("no-visit", found=code[:60], known=", ".join(visits) or "-")
    if visits[code].recorded:
        raise Refusal("visit-recorded", visit=code)
    if visits[code].status is Status.OMITTED:
        raise Refusal("visit-omitted", visit=code, cycle=visits[code].cycle or 0)
    if not visits[code].open:
        raise Refusal("visit-cancelled", visit=code)
    return visits[code]


def move_visit(command: MoveVisit, state: PatientState) -> Draft:
    """Inside a stated window free, elsewhere with a reason; an hour alone is free and fixes no date."""
    visit = open_visit(state, command.visit)
    moves = command.to != visit.planned
    if not moves and command.hour in (None, visit.hour):
        raise Refusal("nothing-moves", date=command.to)
    patient = state.patient
    if moves:
        _while_there(patient, command.to, treated=False)
        patient = choose_visit(patient, state.schedule.protocol, command.visit, command.to)
    if command.hour is not None:
        patient = patient._replace(hours={**patient.hours, command.visit: command.hour})
    return _draft(state, patient, needs_reason=moves and not _free(visit, command.to))


def choose_visit(patient: Patient, protocol: Protocol, code: str, to: date) -> Patient:
    """The patient with a visit's date chosen; moved back to where it belongs it goes with its hook again."""
    chosen = {where: day for where, day in patient.chosen.items() if where != code}
    bare = patient._replace(chosen=chosen)
    if build(protocol, bare).appointment(code).planned == to:
        return bare
    return bare.with_chosen(code, to)


def _free(visit: Appointment, to: date) -> bool:
    """True where the source itself allows the date."""
    return not visit.site_window and visit.in_window(to) is True


def add_visit(command: AddVisit, state: PatientState, context: Context) -> Draft:
    """An unscheduled visit gets a number that was never used for the patient."""
    _while_there(state.patient, command.on, treated=False)
    present = (int(added.code[1:]) for added in state.patient.unscheduled)
    number = max([context.last_added, *present]) + 1
    added = Unscheduled(f"U{number}", command.on, context.reason or "")
    return _draft(state, state.patient._replace(unscheduled=(*state.patient.unscheduled, added)))


def set_dose(command: SetDose, state: PatientState) -> Draft:
    """From a cycle onward, never recorded injections; above the highest stated dose it is refused."""
    arm = state.schedule.arm
    if not 1 <= command.from_cycle <= len(arm.possible_cycles):
        raise Refusal("no-cycle", cycle=command.from_cycle, count=len(arm.possible_cycles))
    possible_dose(command.dose_iu, arm)
    doses = {cycle: dose for cycle, dose in state.patient.doses.items() if cycle < command.from_cycle}
    doses[command.from_cycle] = command.dose_iu
    return _draft(state, state.patient._replace(doses=doses))


def possible_dose(dose_iu: int, arm: Arm) -> None:
    """Raise the `Refusal` that keeps a dose from being prescribed or planned in an arm."""
    if arm.blinded:
        raise Refusal("dose-blinded")
    dosing.possible(dose_iu)
    highest = highest_dose(arm)
    if highest is not None and dose_iu > highest:
        raise Refusal("dose-above-highest", dose_iu=dose_iu, highest_iu=highest)


def highest_dose(arm: Arm) -> int | None:
    """The highest dose of one injection that the protocol states for an arm.

    Of doses prescribed per m2 or kg only a stated maximum or level is a limit; None where there is none.
    """
    stated = [series.maximum_iu for series in arm.series if series.maximum_iu is not None]
    stated += [level for series in arm.series for level in series.levels_iu]
    if arm.prescribed:
        return max(stated, default=None)
    for cycle in arm.possible_cycles:
        stated += [i.dose_iu for day in cycle.days for i in day.injections if i.dose_iu is not None]
    return max(stated, default=None)


def tick_gate(command: TickGate, state: PatientState) -> Draft:
    """A person answers; the answer changes the place of cycles that have not begun."""
    gates = [gate.code for gate in state.schedule.protocol.gates]
    if not gates:
        raise Refusal("no-gates")
    if command.gate not in gates:
        raise Refusal("no-gate", found=command.gate[:60], known=", ".join(gates))
    met = state.patient.gates_met - {command.gate}
    return _draft(state, state.patient._replace(gates_met=met | {command.gate} if command.met else met))


def set_place(command: SetPlace, state: PatientState) -> Draft:
    """The narrower choice wins: a slot over a day over a cycle."""
    choice = command.choice
    count = len(state.schedule.starts)
    if choice.cycle is not None and not 1 <= choice.cycle <= count:
        raise Refusal("no-cycle", cycle=choice.cycle, count=count)
    wider = replace(choice, at=None)
    times = {
        i.time
        for day in state.schedule.appointments
        for i in day.injections
        if wider.covers(day.cycle or 0, day.day or 0, i.time)
    }
    if not times:
        raise Refusal("no-day", cycle=choice.cycle or 0, day=choice.day or 0)
    if choice.at is not None and choice.at not in times:
        known = ", ".join(at.isoformat("minutes") for at in sorted(times))
        raise Refusal("no-time", time=choice.at.isoformat("minutes"), known=known)
    same = (choice.cycle, choice.day, choice.at)
    others = [p for p in state.patient.places if (p.cycle, p.day, p.at) != same]
    places = tuple(sorted([*others, choice], key=narrowness))
    return _draft(state, state.patient._replace(places=places))


def evening_start(command: EveningStart, state: PatientState) -> Draft:
    """Day 1 has only its later slots; the first is given the morning after the last day."""
    start = _open_start(state, command.cycle)
    if all(len(day.injections) < 2 for day in start.template.days):
        raise Refusal("one-slot", cycle=command.cycle)
    cycles = state.patient.evening_starts - {command.cycle}
    return _draft(
        state, state.patient._replace(evening_starts=cycles | {command.cycle} if command.on else cycles)
    )


def date_event(command: DateEvent, state: PatientState) -> Draft:
    """Visits that hang on the event get their dates."""
    events = [event.code for event in state.schedule.protocol.events]
    if not events:
        raise Refusal("no-events")
    if command.event not in events:
        raise Refusal("no-event", found=command.event[:60], known=", ".join(events))
    first = command.event not in state.patient.events
    dated = {**state.patient.events, command.event: command.on}
    return _draft(state, state.patient._replace(events=dated), needs_reason=not first)


def stop(command: Stop, state: PatientState) -> Draft:
    """Unrecorded injections from that day on are cancelled; visits stay."""
    if state.patient.stopped is not None:
        raise Refusal("already-stopped", date=state.patient.stopped)
    return _draft(state, state.patient._replace(stopped=command.on))


def withdraw(command: Withdraw, state: PatientState) -> Draft:
    """Every unrecorded appointment after that day is cancelled."""
    if state.patient.withdrawn is not None:
        raise Refusal("already-withdrawn", date=state.patient.withdrawn)
    return _draft(state, state.patient._replace(withdrawn=command.on, lost=command.lost))


def take_proposals(command: TakeProposals, state: PatientState) -> Draft:
    """Several cycles and visits moved in one entry."""
    patient, protocol = state.patient, state.schedule.protocol
    cycles = {start.code: start.template for start in state.schedule.starts}
    free = True
    for where, to in command.moves:
        _while_there(patient, to, treated=where in cycles)
        if where in cycles:
            _open_start(state, cycles[where].number)
            patient = choose_cycle(patient, protocol, cycles[where], to)
            free = False
        else:
            free = _free(open_visit(state, where), to) and free
            patient = choose_visit(patient, protocol, where, to)
    return _draft(state, patient, needs_reason=not free)
