"""The visit calendar: month grids, and a list of every visit and injection day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from il2scheduler.i18n import Words, words
from il2scheduler.rules import Finding
from il2scheduler.schedule import Appointment, Kind, Schedule, Status
from il2scheduler.sheets import phrases
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import Furniture, quotation
from il2scheduler.sheets.months import months
from il2scheduler.sheets.pdf import Laid
from il2scheduler.sheets.printing import Printing
from il2scheduler.sheets.table import Cell, Column, Row, cell, table
from il2scheduler.wording import place_name, status_name, window_span

_LONG = 120


def document(schedule: Schedule, findings: Sequence[Finding], printing: Printing) -> Laid:
    """The pages: notes on the template and month grids, then the list."""
    w = words(printing.language)
    flow = Flow(Furniture(schedule, printing, w("Visit calendar")))
    found = phrases.flags(findings)
    flow.start(bookmark=w("Notes on the template"))
    flow.banner()
    _attention(flow, findings)
    if schedule.span() is not None:
        months(flow, frozenset(a.code for a in schedule.appointments if found.get(a.code)))
    flow.landscape = True
    flow.start(w("list"), bookmark=w("List"))
    _list(flow, found)
    return flow.finish(w("Visit calendar \u2013 patient {code}", code=schedule.patient.code))


def _attention(flow: Flow, findings: Sequence[Finding]) -> None:
    w, protocol = flow.w, flow.furniture.schedule.protocol
    said = [phrases.sentence(w, one, protocol) for each in phrases.flags(findings).values() for one in each]
    if said:
        flow.boxed([(w("To check:"), True), *((f"! {sentence}", False) for sentence in said)], shade=False)


def _list(flow: Flow, found: phrases.Flags) -> None:
    w, schedule = flow.w, flow.furniture.schedule
    columns = [
        Column(w("Date"), phrases.date_wide(schedule, w)),
        Column(w("Calendar week"), 60),
        Column(w("Study week and day"), 98),
        Column(w("What"), share=0.9),
        Column(w("Code in the program"), 62),
        Column(w("Type, place"), 124),
        Column(w("Window"), 106),
        Column(w("To know"), share=1.2),
    ]
    long: list[str] = []
    table(flow, columns, [_row(w, schedule, a, found, long) for a in schedule.appointments], least=22)
    if long:
        flow.heading(w("Notes"), keep=40)
    for number, text in enumerate(long, start=1):
        flow.paragraph(f"({number}) {text}")


def _row(
    w: Words, schedule: Schedule, appointment: Appointment, found: phrases.Flags, long: list[str]
) -> Row:
    """A row of the list; a note too long for it is added to `long`, which is printed below."""
    injections = appointment.kind is Kind.INJECTIONS
    day = appointment.planned
    hour = "" if appointment.hour is None else f"{appointment.hour:%H:%M}"
    date = Cell(ruled=True) if day is None else cell(w.staff_date(day), hour, bold=True)
    offset = appointment.offset
    anchor = schedule.patient.anchor
    if day is not None and anchor is not None:
        offset = (day - anchor).days
    return Row(
        (
            date,
            cell("" if day is None else str(day.isocalendar().week)),
            cell(phrases.study_time(w, schedule.protocol, offset)),
            cell(phrases.label_of(w, schedule, appointment)),
            cell(appointment.code),
            _type(w, appointment),
            cell() if injections else _window(w, schedule, appointment),
            cell(*_notes(w, schedule, appointment, found, long)),
        ),
        shade=injections,
        struck=not appointment.active,
    )


def _type(w: Words, appointment: Appointment) -> Cell:
    if appointment.kind is Kind.VISIT:
        return cell(w("V: visit"))
    texts = [f"{phrases.clock(i)} {place_name(w, i.place)}" for i in appointment.injections]
    return cell(w("I: injections"), *texts)


def _window(w: Words, schedule: Schedule, appointment: Appointment) -> Cell:
    if appointment.window is None:
        undated = None if appointment.planned else schedule.protocol.window(appointment.template)
        if undated is not None:
            return cell(window_span(w, undated))
        entered = schedule.protocol.site_value("visits", appointment.template, "window")
        return cell(w("none in the source") if entered is None else w("none, as the site entered"))
    first, last = appointment.window
    texts = [w("{first} to", first=w.staff_date(first)), w.staff_date(last)]
    if late := schedule.protocol.late_days(appointment.template):
        texts.append(w("late until {date}", date=w.staff_date(last + timedelta(days=late))))
    if appointment.site_window:
        texts.append(w("(entered by the site)"))
    return cell(*texts)


def _notes(
    w: Words, schedule: Schedule, appointment: Appointment, found: phrases.Flags, long: list[str]
) -> list[str]:
    notes: list[str] = []
    if appointment.status is not Status.PLANNED:
        notes.append(f"{phrases.upper(status_name(w, appointment.status))}.")
    if not appointment.active:
        for start in schedule.starts:
            if start.template.number == appointment.cycle and start.omitted is not None:
                notes[-1] = f"{phrases.upper(phrases.omission(w, start.omitted))}."
    notes += [
        f"! {phrases.sentence(w, finding, schedule.protocol)}" for finding in found.get(appointment.code, ())
    ]
    if phrases.before_injection(schedule, appointment):
        notes.append(w("Before the first injection of the day."))
    if appointment.nominal is not None and appointment.planned != appointment.nominal:
        notes.append(w("Moved from {date}.", date=w.staff_date(appointment.nominal)))
    if appointment.provisional:
        notes.append(w("Provisional: counted from the last injection."))
    if appointment.actual is not None and appointment.actual != appointment.planned:
        notes.append(w("Took place on {date}.", date=w.staff_date(appointment.actual)))
    if appointment.note:
        note = quotation(w, appointment.note)
        if len(note) > _LONG:
            long.append(f"{appointment.code}: {note}")
            notes.append(w("Note ({number}), below.", number=len(long)))
        else:
            notes.append(w("Note: {note}", note=note))
    if appointment.kind is Kind.VISIT and appointment.status is Status.PLANNED:
        # No template says whether a visit is fasting: the site ticks it.
        notes.append(w("Fasting: yes / no"))
    return notes
