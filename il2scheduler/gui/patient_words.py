"""What the patient panel says: what comes next, cycles, visits, doses, documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from il2scheduler.appointment import Appointment, Status
from il2scheduler.gui import language, sentences
from il2scheduler.i18n import N_
from il2scheduler.rules import Finding, FindingKind
from il2scheduler.schedule import Schedule
from il2scheduler.study.patient_facts import Printed

_SIGNS = {
    Status.PLANNED: "○",
    Status.RUNNING: "◐",
    Status.GIVEN: "✓",
    Status.DONE: "✓",
    Status.GIVEN_IN_PART: "/",
    Status.NOT_GIVEN: "×",
    Status.MISSED: "×",
    Status.OMITTED: "–",
    Status.CANCELLED: "–",
}
_DONE = frozenset({Status.GIVEN, Status.GIVEN_IN_PART, Status.NOT_GIVEN, Status.DONE, Status.MISSED})
_KINDS = {
    "dosing": N_("dosing sheet"),
    "diary": N_("patient diary"),
    "visits": N_("visit calendar"),
    "activities": N_("schedule of activities"),
    "changes": N_("what changed"),
}


def next_due(schedule: Schedule) -> Appointment | None:
    """What is to be recorded next: the oldest that is overdue, else the first to come."""
    return next((a for a in schedule.appointments if a.open and a.planned is not None), None)


def coming(due: Appointment, schedule: Schedule, today: date, *, awaiting_diary: bool = False) -> list[str]:
    """What comes next, one line each: what, when, how long there is time."""
    w = language.current()
    lines = [sentences.name(due.code, schedule.protocol)]
    day = due.planned
    if day is not None:
        late = (today - day).days
        said = w.staff_date(day)
        if late > 0 and awaiting_diary:
            said = f"… {said}, {w('awaiting diary')}"
        elif late > 0:
            overdue = w.plural("overdue by {count} day", "overdue by {count} days", late)
            said = f"! {said}, {overdue}"
        elif late == 0:
            said = w("Today, {date}", date=said)
        lines.append(said)
    waiting = tuple(i for i in due.injections if i.status is Status.PLANNED)
    left = due._replace(injections=waiting)
    lines += [part for part in (sentences.places(left), sentences.dose(left)) if part]
    if due.window is not None:
        first, last = (w.staff_date(at) for at in due.window)
        text = (
            N_("window of the site: {first} to {last}")
            if due.site_window
            else N_("window: {first} to {last}")
        )
        lines.append(w(text, first=first, last=last))
    return lines


def overdue(found: Iterable[Finding], schedule: Schedule) -> list[tuple[str, str, date | None, bool]]:
    """What is overdue: sentence, code, day, and whether it is several days of the cycle with that code."""
    w = language.current()
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.kind is FindingKind.OVERDUE:
            due = schedule.appointment(finding.where)
            groups.setdefault(f"C{due.cycle}" if due.injections else due.code, []).append(finding)
    said: list[tuple[str, str, date | None, bool]] = []
    for where, late in groups.items():
        first = late[0]
        if len(late) == 1:
            said.append((sentences.finding(first, schedule.protocol), first.where, first.date, False))
            continue
        name = sentences.name(where, schedule.protocol)
        day = "" if first.date is None else w.staff_date(first.date)
        text = w(
            "{where}: {count} days are not recorded, the first of {date}.",
            where=name,
            count=len(late),
            date=day,
        )
        said.append((text, where, first.date, True))
    return said


def cycles(schedule: Schedule) -> tuple[str, list[str]]:
    """How many cycles are done, and each in a line."""
    w = language.current()
    states = [schedule.cycle_status(start.template.number) for start in schedule.starts]
    left_out = sum(1 for state in states if state in (Status.OMITTED, Status.CANCELLED))
    heading = w("Cycles: {done} of {count} done", done=_done(states), count=len(states) - left_out)
    lines: list[str] = []
    for start, state in zip(schedule.starts, states, strict=True):
        days = [a.planned for a in schedule.course(start.template.number) if a.planned is not None]
        when = w("no date yet") if not days else w.staff_date(days[0])
        lines.append(_line(state, sentences.name(start.code, schedule.protocol), when))
    return heading, lines


def visits(schedule: Schedule) -> tuple[str, list[str]]:
    """How many visits are done, and each in a line."""
    w = language.current()
    states = [visit.status for visit in schedule.visits() if visit.active]
    heading = w("Visits: {done} of {count} done", done=_done(states), count=len(states))
    lines: list[str] = []
    for visit in schedule.visits():
        day = visit.actual or visit.planned
        when = w("no date yet") if day is None else w.staff_date(day)
        lines.append(_line(visit.status, sentences.name(visit.code, schedule.protocol), when))
    return heading, lines


def doses(schedule: Schedule) -> str:
    """Injections and dose given, of those that were planned."""
    w = language.current()
    injections = [i for a in schedule.appointments for i in a.injections]
    given = [i for i in injections if i.status is Status.GIVEN]
    counted = [i for i in injections if i.status in (Status.GIVEN, Status.PLANNED, Status.NOT_GIVEN)]
    if not counted:
        return w("No injections in this arm.")
    said = w("Injections: {given} of {count} given", given=len(given), count=len(counted))
    planned = [i.dose_iu for i in counted if i.dose_iu is not None]
    if len(planned) < len(counted):
        return said
    total = w.millions(sum(i.given_iu or 0 for i in given)) if given else "0"
    return f"{said}; " + w("{given} of {dose}", given=total, dose=w.dose(sum(planned)))


def printed(one: Printed, moment: str) -> str:
    """A document with its revision, and whether it still stands."""
    w = language.current()
    kind = w(_KINDS[one.kind]) if one.kind in _KINDS else one.kind
    name = sentences.capital(kind)
    if one.cycle is not None:
        name = w("{document}, cycle {number}", document=name, number=one.cycle)
    text = (
        N_("✓ {document}: revision {revision}, {moment}, {who}")
        if one.current
        else N_("! {document}: revision {revision} is superseded; printed {moment}, {who}")
    )
    return w(text, document=name, revision=one.revision, moment=moment, who=one.entry.who)


def _done(states: list[Status]) -> int:
    return sum(1 for state in states if state in _DONE)


def _line(status: Status, name: str, when: str) -> str:
    from il2scheduler.wording import status_name

    said = status_name(language.current(), status)
    w = language.current()
    return f"{_SIGNS[status]} " + w("{what}, {date}: {state}", what=name, date=when, state=said)
