"""Dosing sheets: an overview; for each cycle the order, a row an injection, and the back of the sheet."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from il2scheduler.i18n import N_, Words, words
from il2scheduler.protocol import study_day
from il2scheduler.rules import Finding
from il2scheduler.schedule import Appointment, CycleStart, Kind, Schedule
from il2scheduler.sheets import phrases
from il2scheduler.sheets.dosing_back import back
from il2scheduler.sheets.dosing_guide import guide
from il2scheduler.sheets.dosing_rows import injection_rows
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE, Furniture
from il2scheduler.sheets.page import base_of, leading_of, wrapped
from il2scheduler.sheets.pdf import Laid
from il2scheduler.sheets.printing import Printing
from il2scheduler.sheets.table import Cell, Column, Row, cell, table
from il2scheduler.wording import basis_note, cycle_label, day_lists, on_demand_sentence, status_name


def document(
    schedule: Schedule,
    findings: Sequence[Finding],
    printing: Printing,
    cycles: Collection[int] | None = None,
) -> Laid:
    """The pages of all dosing sheets, or of those of `cycles`."""
    w = words(printing.language)
    flow = Flow(Furniture(schedule, printing, w("Dosing sheets")))
    if not schedule.starts:
        _without_cycles(flow)
    else:
        starts = [
            start
            for start in phrases.active_starts(schedule)
            if cycles is None or start.template.number in cycles
        ]
        _overview(flow, findings, () if cycles is None else [start.template.number for start in starts])
        more = guide(flow) if starts else 0
        flow.furniture = Furniture(schedule, printing, w("Dosing sheet"))
        for start in starts:
            _even(flow)
            _sheet(flow, start, findings, more)
    return flow.finish(w("Dosing sheets \u2013 patient {code}", code=schedule.patient.code), fronts=True)


def _without_cycles(flow: Flow) -> None:
    w = flow.w
    flow.start(bookmark=w("Dosing sheets"))
    flow.y += 10
    said = w("This patient's arm has no injections: there is no dosing sheet to fill in.")
    flow.paragraph(said, size=14, bold=True)
    flow.y += 10
    flow.banner()


def _overview(flow: Flow, findings: Sequence[Finding], asked: Sequence[int]) -> None:
    """All cycles in a table; `asked` are the only ones whose sheets follow, empty where all do."""
    w, schedule = flow.w, flow.furniture.schedule
    flow.start(w("overview"), bookmark=w("Overview"))
    flow.banner()
    flow.heading(w("Cycles"), keep=60)
    columns = [
        Column(w("Cycle"), 44),
        Column(w("First day"), phrases.date_wide(schedule, w)),
        Column(w("Last day"), phrases.date_wide(schedule, w)),
        Column(w("Days after the previous start (minimum)"), 92),
        Column(w("Injections, dose in the cycle"), share=1),
    ]
    table(flow, columns, [_overview_row(w, schedule, start) for start in schedule.starts], least=18)
    totals = schedule.totals()
    said = w.plural("{count} injection in all", "{count} injections in all", totals.injections)
    if totals.dose_iu is not None:
        said = f"{said}, {w.dose(totals.dose_iu)}"
    begun = any(injection.recorded for day in schedule.appointments for injection in day.injections)
    text = N_("Given or still planned: {totals}.") if begun else N_("Planned: {totals}.")
    flow.paragraph(w(text, totals=said), bold=True)
    if asked:
        numbers = day_lists.joined(w, [str(number) for number in asked])
        said = w.plural(
            "This print has the sheet of cycle {numbers} only.",
            "This print has the sheets of cycles {numbers} only.",
            len(asked),
            numbers=numbers,
        )
        flow.paragraph(said, bold=True)
    if more := on_demand_sentence(w, schedule):
        flow.paragraph(more)
    _attention(flow, _of_cycles(schedule, findings))


def _overview_row(w: Words, schedule: Schedule, start: CycleStart) -> Row:
    number = start.template.number
    status = phrases.dropped(schedule, start)
    if status is not None:
        texts = (status_name(w, status) if start.omitted is None else phrases.omission(w, start.omitted),)
        first = "" if start.planned is None else w.staff_date(start.planned)
        return Row((cell(str(number)), cell(first), Cell(), Cell(), Cell(texts)), struck=True)
    course = phrases.course_due(schedule, number)
    total = phrases.order(w, schedule, course, schedule.arm.series_of(start.template)).sums
    previous, _ = phrases.before_and_after(schedule, start)
    dates = tuple(
        cell(w.staff_date(day), bold=True) if day is not None else Cell(ruled=True)
        for day in (course[0].planned, course[-1].planned)
    )
    return Row((cell(str(number), bold=True), *dates, cell(_gap_figures(previous, start)), cell(total)))


def _gap_figures(previous: CycleStart | None, start: CycleStart) -> str:
    if previous is None:
        return ""
    minimum = start.template.minimum_gap
    began = previous.counted or previous.planned
    if start.planned is not None and began is not None:
        gap = str((start.planned - began).days)
    else:
        gap = "" if start.template.interval is None else str(start.template.interval)
    return gap if minimum is None else f"{gap} ({minimum})"


def _of_cycles(schedule: Schedule, findings: Sequence[Finding]) -> list[Finding]:
    codes = {start.code for start in schedule.starts}
    codes.update(a.code for a in schedule.appointments if a.kind is Kind.INJECTIONS)
    flags = phrases.flags(findings)
    return [finding for code, found in flags.items() if code in codes for finding in found]


def _attention(flow: Flow, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    w, protocol = flow.w, flow.furniture.schedule.protocol
    said = [(f"! {phrases.sentence(w, finding, protocol)}", False) for finding in findings]
    flow.boxed([(w("To check before the sheets are used:"), True), *said], shade=False)


def _sheet(flow: Flow, start: CycleStart, findings: Sequence[Finding], guide_page: int) -> None:
    w, schedule = flow.w, flow.furniture.schedule
    course = schedule.course(start.template.number)
    name = cycle_label(w, start.template.number)
    flow.start(name, bookmark=phrases.upper(name))
    marks, heeded = _marks(flow, start, course, findings)
    _order(flow, start, phrases.course_due(schedule, start.template.number), heeded)
    injection_rows(flow, course, marks, guide_page)
    back(flow, start, phrases.course_due(schedule, start.template.number))


def _even(flow: Flow) -> None:
    """Let each cycle begin on the front of a sheet of paper that is printed on both sides."""
    if len(flow.pages) % 2:
        flow.start()
        flow.paragraph(flow.w("This page is left empty, so that each cycle has its own sheet of paper."))


def _order(flow: Flow, start: CycleStart, course: Sequence[Appointment], heeded: Sequence[str]) -> None:
    """The order of the cycle with what is to be heeded, and the decision to begin it."""
    w, schedule = flow.w, flow.furniture.schedule
    series = schedule.arm.series_of(start.template)
    order = phrases.order(w, schedule, course, series)
    per_day = " ".join(f"{line}." for line in order.per_day)
    planned = _planned(w, schedule, start, course)
    if len(order.lines) == 1:
        said = [(f"{order.lines[0]} = {order.sums}", True), (f"{per_day} {planned}", False)]
    else:
        said = [*((line, True) for line in order.lines), (f"= {order.sums}", True)]
        said += [(per_day, False), (planned, False)]
    note = "" if schedule.arm.blinded else basis_note(w, series)
    said += [(note, False)] if note else []
    for line in phrases.companion_lines(w, start):
        said.append((w("With this cycle: {line}.", line=line), False))
    flow.boxed([*said, *((text, False) for text in heeded)])
    _decision(flow, start)


def _planned(w: Words, schedule: Schedule, start: CycleStart, course: Sequence[Appointment]) -> str:
    said = w(
        "Planned from {first} to {last}.",
        first=phrases.staff_day(w, course[0].planned),
        last=phrases.staff_day(w, course[-1].planned),
    )
    offsets = [day.offset for day in course if day.offset is not None]
    if start.planned is None and offsets:
        first, last = (study_day(n, day_zero=schedule.protocol.day_zero) for n in (offsets[0], offsets[-1]))
        said += " " + w("Study days {first} to {last}.", first=first, last=last)
    if start.nominal is not None and start.planned != start.nominal:
        said += " " + w("Moved from {date}.", date=w.staff_date(start.nominal))
    previous, _ = phrases.before_and_after(schedule, start)
    if previous is None:
        return said
    minimum = start.template.minimum_gap
    least = "" if minimum is None else w("minimum {minimum}", minimum=minimum)
    began = previous.counted or previous.planned
    if start.planned is not None and began is not None:
        gap = w(
            "{gap} days after the start of {previous} ({date})",
            gap=(start.planned - began).days,
            previous=cycle_label(w, previous.template.number),
            date=w.staff_date(began),
        )
        return f"{said} {phrases.upper(gap)}{', ' + least if least else ''}."
    return f"{said} {phrases.upper(least)}." if least else said


def _decision(flow: Flow, start: CycleStart) -> None:
    """Go or no go, before the first injection: the template's gates, then the decision with its signature."""
    w, page = flow.w, flow.page
    size, step = SIZE, 18.0
    gates = [
        gate for gate in flow.furniture.schedule.protocol.gates if gate.before_cycle == start.template.number
    ]
    for gate in gates:
        base = flow.y + base_of(size, step)
        if gate.code in flow.furniture.schedule.patient.gates_met:
            x = page.text(flow.left, base, w("Noted in the study as met:"), size) + 8
        else:
            x = page.text(flow.left, base, w("Before this cycle:"), size) + 8
            for answer in (w("yes"), w("no")):
                x = page.text(page.tick_box(x, base, size), base, answer, size) + 10
        lines = wrapped(gate.label.said(w.language), size, flow.right - x, bold=True)
        for i, line in enumerate(lines):
            page.text(x, base + i * leading_of(size), line, size, bold=True)
        flow.y += step + leading_of(size) * (len(lines) - 1)
    base = flow.y + base_of(size, step - 1)
    label = w(
        "Before {cycle}, {date}:",
        cycle=cycle_label(w, start.template.number),
        date=phrases.staff_day(w, start.planned),
    )
    x = page.text(flow.left, base, label, size, bold=True) + 6
    # Close together: what is left of the line is for a date written by hand.
    for answer in (w("proceed"), w("delay"), w("omit")):
        x = page.text(page.tick_box(x, base, size), base, answer, size) + 8
    flow.blank(w("Decided on (date):"), x, flow.right, base)
    flow.y += step
    base = flow.y + base_of(size, step - 1)
    middle = flow.left + flow.wide * 0.58
    flow.blank(w("Reason to delay or omit:"), flow.left, middle - 6, base)
    flow.blank(w("Signature:"), middle, flow.right, base)
    flow.y += step + 2


def _marks(
    flow: Flow, start: CycleStart, course: Sequence[Appointment], findings: Sequence[Finding]
) -> tuple[dict[str, str], list[str]]:
    """The letters that mark the days, by appointment code; what is to be known of this cycle, said."""
    w, schedule = flow.w, flow.furniture.schedule
    found = phrases.flags(findings)
    said = [f"! {phrases.sentence(w, finding, schedule.protocol)}" for finding in found.get(start.code, ())]
    marks: dict[str, str] = {}
    for appointment in course:
        texts = [
            phrases.sentence(w, finding, schedule.protocol) for finding in found.get(appointment.code, ())
        ]
        texts += _visits_of_the_day(w, schedule, appointment)
        if texts:
            mark = phrases.letter(len(marks))
            marks[appointment.code] = mark
            said.append(f"({mark}) {' '.join(texts)}")
    return marks, said


def _visits_of_the_day(w: Words, schedule: Schedule, appointment: Appointment) -> list[str]:
    if appointment.planned is None:
        return []
    said: list[str] = []
    for other in schedule.on(appointment.planned):
        if other.kind is not Kind.VISIT:
            continue
        visit = phrases.visit_label(w, schedule, other)
        before = phrases.before_injection(schedule, other)
        facts = {"date": w.staff_date(appointment.planned), "visit": visit}
        if before:
            said.append(w("{date}: {visit} is on the same day, before the first injection.", **facts))
        else:
            said.append(w("{date}: {visit} is on the same day.", **facts))
    return said
