"""What can be asked about an item of the timeline or the month, and the menu that offers it."""

from __future__ import annotations

from datetime import date

from il2scheduler.appointment import Status
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.items import Item
from il2scheduler.i18n import N_
from il2scheduler.schedule import Appointment, Schedule

TEXTS = {
    What.SHOW: N_("Show the patient"),
    What.RECORD: N_("Record…"),
    What.RECORD_COURSE: N_("Record the whole course…"),
    What.CORRECT: N_("Correct…"),
    What.DELAY: N_("Delay…"),
    What.MOVE: N_("Move…"),
    What.OMIT: N_("Omit…"),
    What.WITHHOLD: N_("Withhold the rest…"),
    What.PLACE: N_("Place of care…"),
    What.DOSE: N_("Dose…"),
    What.PROPOSALS: N_("Fix…"),
    What.ADD_VISIT: N_("Add an unscheduled visit…"),
    What.DATE_CYCLE: N_("Date the next cycle…"),
    What.ANCHOR: N_("Type the start date…"),
    What.PRINT: N_("Print…"),
}


def main_ask(schedule: Schedule, item: Item, day: date, today: date) -> Ask:
    """What Enter and a double click ask: to record what is due, else to show it."""
    patient = schedule.patient.code
    due = _due(schedule, item, day, today)
    if due is not None and due.open and due.planned is not None and due.planned <= today:
        return Ask(What.RECORD, patient, due.code)
    mark = item.mark_on(day) or item.marks[0]
    return Ask(What.SHOW, patient, item.code if item.is_block and mark.day != day else mark.code, mark.day)


def asks(schedule: Schedule, item: Item, day: date, today: date, *, check: bool) -> list[Ask]:
    """Everything that makes sense for an item on one of its days; `check` where something was found of it."""
    patient = schedule.patient.code
    made: list[Ask] = []
    appointments = [schedule.appointment(mark.code) for mark in item.marks]
    due = _due(schedule, item, day, today)
    if due is not None and due.open and due.planned is not None and due.planned <= today:
        made.append(Ask(What.RECORD, patient, due.code))
    begun = any(a.open and a.planned is not None and a.planned <= today for a in appointments)
    if item.is_block and begun:
        made.append(Ask(What.RECORD_COURSE, patient, item.code))
    here = next((a for a in appointments if a.planned == day and a.recorded), None)
    recorded = here or next((a for a in appointments if a.recorded), None)
    if recorded is not None:
        made.append(Ask(What.CORRECT, patient, recorded.code))
    if item.cycle is not None:
        made += _of_cycle(schedule, item, item.cycle, due)
    elif appointments[0].open:
        made.append(Ask(What.MOVE, patient, item.code))
    if check:
        made.append(Ask(What.PROPOSALS, patient, item.code))
    made.append(Ask(What.SHOW, patient, item.code, day))
    return made


def day_asks(schedule: Schedule, day: date) -> list[Ask]:
    """What can be asked about a day of a patient, whatever stands there."""
    patient = schedule.patient.code
    if schedule.patient.anchor is None:
        return [Ask(What.ANCHOR, patient), Ask(What.SHOW, patient)]
    made = [Ask(What.ADD_VISIT, patient, to=day)]
    undated = [start.code for start in schedule.starts if start.planned is None and not start.omitted]
    if not undated and schedule.next_on_demand is not None:
        undated = [schedule.next_on_demand.code]
    made += [Ask(What.DATE_CYCLE, patient, code, day) for code in undated[:1]]
    return [*made, Ask(What.PRINT, patient, to=day)]


def _of_cycle(schedule: Schedule, item: Item, cycle: int, due: Appointment | None) -> list[Ask]:
    """A cycle moves and is omitted as a block, and only before it has begun; then its rest is withheld."""
    patient = schedule.patient.code
    status = schedule.cycle_status(cycle)
    if status is Status.RUNNING:
        code = item.code if due is None else due.code
        return [Ask(What.WITHHOLD, patient, code), Ask(What.PLACE, patient, item.code)]
    if status is Status.PLANNED:
        wanted = [What.DELAY, What.OMIT, What.PLACE, What.DOSE]
        if schedule.arm.blinded:
            wanted.remove(What.DOSE)
        return [Ask(what, patient, item.code) for what in wanted]
    return [Ask(What.DELAY, patient, item.code)] if status is Status.OMITTED else []


def _due(schedule: Schedule, item: Item, day: date, today: date) -> Appointment | None:
    """The appointment of the day; else the first of the item that is to be recorded, else its first."""
    there = item.mark_on(day)
    if there is not None:
        return schedule.appointment(there.code)
    waiting = [a for a in (schedule.appointment(mark.code) for mark in item.marks) if a.open]
    past = [a for a in waiting if a.planned is not None and a.planned <= today]
    return next(iter(past or waiting), None)
