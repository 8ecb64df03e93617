"""What can be asked about a patient as a whole, as far as it makes sense now."""

from __future__ import annotations

from collections.abc import Iterator

from il2scheduler.appointment import Appointment, Status
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.study_session import StudySession
from il2scheduler.i18n import N_
from il2scheduler.rules import Finding, FindingKind
from il2scheduler.schedule import Schedule

TEXTS = {
    What.RECORD: N_("Record…"),
    What.RECORD_COURSE: N_("Record the course…"),
    What.DELAY: N_("Delay the cycle…"),
    What.OMIT: N_("Omit the cycle…"),
    What.DATE_CYCLE: N_("Date the cycle…"),
    What.DATE_EVENT: N_("Date an event…"),
    What.WITHHOLD: N_("Withhold the rest…"),
    What.NOTE: N_("Add a note…"),
    What.PRINT: N_("Print…"),
    What.CALENDAR: N_("Calendar…"),
    What.ADD_VISIT: N_("Add a visit…"),
    What.DOSE: N_("Change the dose…"),
    What.PLACE: N_("Change the place…"),
    What.EVENING_START: N_("Begin in the evening…"),
    What.GATE: N_("Answer the gate…"),
    What.ANCHOR: N_("Correct the start date…"),
    What.AMEND: N_("Amend the protocol…"),
    What.STOP: N_("Stop treatment…"),
    What.WITHDRAW: N_("Withdraw…"),
}
_FIXABLE = frozenset({FindingKind.CLOSED_DAY, FindingKind.OUTSIDE_WINDOW, FindingKind.CLINIC_FULL})
_OF_VISITS = frozenset({FindingKind.FOLLOW_UP_EARLY, FindingKind.SAMPLE_LATE})
_OF_CYCLES = frozenset({FindingKind.GAP_TOO_SHORT, FindingKind.PAST_CAP, FindingKind.CYCLE_ORDER})


def text(ask: Ask, schedule: Schedule) -> str:
    """What a button says, in English."""
    if ask.what is What.ANCHOR and schedule.patient.anchor is None:
        return N_("Type the start date…")
    return TEXTS[ask.what]


def asks(session: StudySession, schedule: Schedule) -> list[Ask]:
    """All that makes sense, in the order of the buttons."""
    patient = schedule.patient
    found = list(_of_cycles(session, schedule))
    found += [Ask(What.NOTE, patient.code), Ask(What.PRINT, patient.code), Ask(What.CALENDAR, patient.code)]
    if patient.withdrawn is not None:
        return found
    found.append(Ask(What.ADD_VISIT, patient.code))
    found += _of_treatment(schedule)
    found += [Ask(What.GATE, patient.code, gate.code) for gate in schedule.protocol.gates[:1]]
    found += [Ask(What.DATE_EVENT, patient.code, event.code) for event in schedule.protocol.events[:1]]
    found.append(Ask(What.ANCHOR, patient.code))
    if len(session.study.protocols) > 1:
        found.append(Ask(What.AMEND, patient.code))
    if schedule.arm.cycles and patient.stopped is None:
        found.append(Ask(What.STOP, patient.code))
    found.append(Ask(What.WITHDRAW, patient.code))
    return found


def record(session: StudySession, due: Appointment | None, patient: str) -> Ask | None:
    """To record what comes next, once its day has come."""
    if due is None or due.planned is None or due.planned > session.today:
        return None
    return Ask(What.RECORD, patient, due.code)


def fix(finding: Finding, schedule: Schedule) -> Ask | None:
    """What would end a finding: a proposal, or another date of the cycle or visit."""
    patient = schedule.patient.code
    if finding.kind in _FIXABLE:
        return Ask(What.PROPOSALS, patient, finding.where)
    if finding.kind in _OF_CYCLES:
        return Ask(What.DELAY, patient, finding.where)
    return Ask(What.MOVE, patient, finding.where) if finding.kind in _OF_VISITS else None


def _of_cycles(session: StudySession, schedule: Schedule) -> Iterator[Ask]:
    code = schedule.patient.code
    for start in schedule.starts:
        status = schedule.cycle_status(start.template.number)
        if status is Status.RUNNING:
            yield Ask(What.RECORD_COURSE, code, start.code)
            yield Ask(What.WITHHOLD, code, _first_open(schedule, start.template.number))
        elif status is Status.PLANNED:
            if start.planned is None:
                if schedule.patient.anchor is not None:
                    yield Ask(What.DATE_CYCLE, code, start.code)
                return
            if start.planned <= session.today:
                yield Ask(What.RECORD_COURSE, code, start.code)
            yield Ask(What.DELAY, code, start.code)
            yield Ask(What.OMIT, code, start.code)
            return
    yield from _on_demand(schedule)


def _on_demand(schedule: Schedule) -> Iterator[Ask]:
    """The next cycle that the protocol has on demand, once no planned one is left."""
    patient, following = schedule.patient, schedule.next_on_demand
    if following is not None and patient.stopped is None and patient.withdrawn is None:
        yield Ask(What.DATE_CYCLE, patient.code, following.code)


def _of_treatment(schedule: Schedule) -> Iterator[Ask]:
    """Dose, place and evening start of the next cycle that has not begun."""
    code = schedule.patient.code
    for start in schedule.starts:
        if schedule.cycle_status(start.template.number) is Status.PLANNED:
            if not schedule.arm.blinded:
                yield Ask(What.DOSE, code, start.code)
            yield Ask(What.PLACE, code, start.code)
            if any(len(day.injections) > 1 for day in start.template.days):
                yield Ask(What.EVENING_START, code, start.code)
            return


def _first_open(schedule: Schedule, cycle: int) -> str:
    return next(day.code for day in schedule.course(cycle) if day.open)
