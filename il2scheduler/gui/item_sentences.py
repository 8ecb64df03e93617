"""What the timeline and the month say of their items: state, window, findings, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from il2scheduler.appointment import Appointment
from il2scheduler.gui import language, sentences
from il2scheduler.gui.items import AWAITED, Item, alarm
from il2scheduler.protocol import Protocol
from il2scheduler.rules import Finding
from il2scheduler.schedule import Schedule


def state(due: Appointment) -> str:
    """Where an appointment stands, with why an injection was not given."""
    from il2scheduler.wording import not_given_name, status_name

    w = language.current()
    why = dict.fromkeys(i.not_given for i in due.injections if i.not_given is not None)
    said = [status_name(w, due.status), *(not_given_name(w, code.value) for code in why)]
    return ", ".join(said)


def item(schedule: Schedule, there: Item, day: date, found: Mapping[str, tuple[Finding, ...]]) -> str:
    """Everything to say of an item on one of its days."""
    protocol = schedule.protocol
    mark = there.mark_on(day)
    if mark is None:
        return sentences.name(there.code, protocol)
    due = schedule.appointment(mark.code)
    said = [f"{sentences.appointment(due, protocol)}: {state(due)}"]
    if due.window is not None and due.active:
        said.append(window(due.window, by_site=due.site_window))
    if due.note:
        said.append(due.note)
    # What is recorded or dropped is to be seen, not to be mended.
    if due.open:
        said.extend(sentences.finding(finding, protocol) for finding in found.get(due.code, ()))
    return "\n".join(said)


def window(bounds: tuple[date, date], *, by_site: bool) -> str:
    """The window of a visit in words."""
    w = language.current()
    first, last = (w.staff_date(day) for day in bounds)
    if by_site:
        return w("window of the site from {first} to {last}", first=first, last=last)
    return w("window from {first} to {last}", first=first, last=last)


def windows_on(items: Iterable[Item], day: date, protocol: Protocol) -> Iterator[str]:
    """The windows of other days' visits that a date lies in."""
    w = language.current()
    for there in items:
        if there.window is not None and there.first != day and there.window[0] <= day <= there.window[1]:
            yield w("in the window of {visit}", visit=sentences.name_inside(there.code, protocol))


def undated(schedule: Schedule) -> str:
    """What stands in the row of a patient without a start."""
    w = language.current()
    protocol = schedule.protocol
    return w("dates appear when this is typed: {anchor}", anchor=protocol.anchor.label.said(w.language))


def next_due(schedule: Schedule, found: Mapping[str, tuple[Finding, ...]], today: date) -> str:
    """The line under a patient's code: what is overdue, else what comes next."""
    w = language.current()
    if schedule.patient.anchor is None:
        return w("no start date yet")
    late = schedule.overdue(today)
    coming = late or tuple(a for a in schedule.appointments if a.open and a.planned is not None)
    if not coming:
        return w("nothing more is planned")
    awaited = [a for a in late if alarm(found.get(a.code, ())) == AWAITED]
    first = next((a for a in late if a not in awaited), coming[0])
    day = first.planned or today
    name = sentences.name(first.code, schedule.protocol)
    if first in awaited:
        return w("… {what}, diary awaited", what=name)
    if late:
        days = (today - day).days
        return w.plural("! {what}, {count} day late", "! {what}, {count} days late", days, what=name)
    if day == today:
        return w("{what}, today", what=name)
    return w("{what}, {date}", what=name, date=w.staff_date(day))
