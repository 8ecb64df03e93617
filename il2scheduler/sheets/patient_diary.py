"""The patient's diary: a neutral cover, what to do, the dates, and the days with a home injection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from il2scheduler.i18n import words
from il2scheduler.protocol import Place, Route
from il2scheduler.rules import Finding
from il2scheduler.schedule import Appointment, Kind, Schedule
from il2scheduler.sheets import phrases
from il2scheduler.sheets.body_map import body_map
from il2scheduler.sheets.diary_days import day_block, day_part, place_for_patient, scale, still_planned
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import Furniture
from il2scheduler.sheets.page import THIN, base_of, leading_of, wrapped
from il2scheduler.sheets.pdf import Laid
from il2scheduler.sheets.printing import Printing
from il2scheduler.sheets.table import Cell, Column, Row, cell, table
from il2scheduler.wording import cycle_label, day_lists

SIZE = 12.0
_NOT_KNOWN = 999
"""Stands for the page of the banner until it is known; it takes as much room in the foot at least."""


def document(schedule: Schedule, findings: Sequence[Finding], printing: Printing) -> Laid:
    """The pages of the diary; the last page, for the study team, has the notes on the template."""
    w = words(printing.language)
    furniture = Furniture(schedule, printing, w("Diary"), size=SIZE, for_patient=True, banner_page=_NOT_KNOWN)
    flow = Flow(furniture)
    days = [a for a in schedule.appointments if a.kind is Kind.INJECTIONS and a.open]
    home = [day for day in days if any(i.place is Place.HOME for i in still_planned(day))]
    # The page of the banner is the last one: it is known once the others are laid out, before their feet are.
    flow.furniture = replace(furniture, banner_page=_fill(flow, days, home, findings))
    return flow.finish(w("Diary \u2013 patient {code}", code=schedule.patient.code))


def _fill(
    flow: Flow, days: Sequence[Appointment], home: Sequence[Appointment], findings: Sequence[Finding]
) -> int:
    w = flow.w
    _cover(flow)
    if days:
        _advice(flow)
    _dates(flow, days)
    if not home:
        flow.heading(w("Injections at home"), size=14, keep=40)
        said = (
            w("No injection is planned at home: all are given at the clinic. There is nothing to write here.")
            if days
            else w("No injection is planned for you. There is nothing to write in this diary.")
        )
        flow.paragraph(said, size=SIZE)
    cycle: int | None = None
    for day in home:
        if day.cycle != cycle:
            cycle = day.cycle
            name = cycle_label(w, cycle or 0)
            flow.start(name, bookmark=phrases.upper(name))
            scale(flow)
        day_block(flow, day)
    return _team_page(flow, findings)


def _cover(flow: Flow) -> None:
    w, schedule = flow.w, flow.furniture.schedule
    flow.start(bookmark=w("Cover"), neutral=True)
    flow.y += 24
    for line in (schedule.protocol.neutral_title.said(w.language), w("Patient diary")):
        flow.paragraph(line, size=24, bold=True)
    flow.y += 6
    flow.paragraph(w("Bring this diary to each visit. It belongs to you and to the study team."), size=SIZE)
    flow.y += 8
    flow.heading(w("Who to call"), size=14)
    for label in (
        w("Study nurse:"),
        w("Doctor:"),
        w("Nights, weekends and public holidays:"),
        w("Emergency number:"),
    ):
        _line(flow, label)
    flow.y += 8
    flow.heading(w("When to call"), size=14)
    flow.boxed(
        [
            (w("Call at once, at any hour, for:"), True),
            (w("trouble breathing, chest pain, fainting, great drowsiness or confusion;"), False),
            (w("swelling of the face, or a rash over the whole body;"), False),
            (w("passing hardly any urine, or gaining weight quickly;"), False),
            (w("anything that worries you."), False),
        ],
        size=SIZE,
        shade=False,
    )
    _line(flow, w("Call for a fever above, in °C, or lasting longer than:"))
    _line(flow, w("Other reasons to call, written by your team:"))
    _line(flow, "")
    _line(flow, "")


def _line(flow: Flow, label: str) -> None:
    high = 26.0
    flow.need(high)
    flow.blank(label, flow.left, flow.right, flow.y + base_of(SIZE, high), size=SIZE)
    flow.y += high


def _advice(flow: Flow) -> None:
    w = flow.w
    flow.start(w("your injections"), bookmark=w("Your injections"))
    _what(flow)
    routes = {series.route for series in flow.furniture.schedule.arm.series}
    if Route.SUBCUTANEOUS in routes:
        _sites(flow)
    flow.heading(w("Keeping the drug"), size=14, keep=30)
    _line(flow, w("As your team or the pharmacy tells you:"))
    flow.heading(w("If you miss an injection"), size=14, keep=60)
    flow.paragraph(
        w(
            "Do not give two injections at once and do not make up for it. "
            "Write down why it was not taken, and call the study nurse."
        ),
        size=SIZE,
    )


def _sites(flow: Flow) -> None:
    """Where the skin is to be injected, with the numbers that the days ask for."""
    w = flow.w
    map_high, map_wide = 176.0, 190.0
    flow.heading(w("Where to inject"), size=14, keep=map_high)
    top = flow.y
    body_map(flow, flow.right - map_wide, top, map_wide, map_high, size=SIZE)
    step = leading_of(SIZE)
    room = flow.wide - map_wide - 16
    y = top
    for text in (
        w("Change the place each time, and write its number:"),
        w("1 abdomen, left side"),
        w("2 abdomen, right side"),
        w("3 left thigh"),
        w("4 right thigh"),
        w("5 left arm"),
        w("6 right arm"),
    ):
        for line in wrapped(text, SIZE, room):
            flow.page.text(flow.left, y + base_of(SIZE, step), line, SIZE)
            y += step
    flow.y = max(y, top + map_high) + 8


def _what(flow: Flow) -> None:
    w, schedule = flow.w, flow.furniture.schedule
    flow.heading(w("What and when"), size=14)
    drugs = {series.drug for series in schedule.arm.series}
    names = [phrases.drug_name(w, schedule.protocol, drug) for drug in sorted(drugs)]
    flow.paragraph(w("Your drug: {drug}.", drug=day_lists.joined(w, names)), size=SIZE, bold=True)
    flow.paragraph(
        w(
            "The next pages list each day with an injection. Each line says where it is given: "
            "AT HOME or AT THE CLINIC. On days that are not listed there is no injection."
        ),
        size=SIZE,
    )
    flow.y += 4
    _companions(flow)


def _companions(flow: Flow) -> None:
    """The other drugs of the cycles that are still to come, with the dates on which they are taken."""
    w, schedule = flow.w, flow.furniture.schedule
    coming = [
        s for s in phrases.active_starts(schedule) if any(a.open for a in schedule.course(s.template.number))
    ]
    lines = [
        (start, line) for start in coming for line in phrases.companion_lines(w, start, for_patient=True)
    ]
    if not lines:
        return
    flow.heading(w("What else to take"), size=14, keep=60)
    for start, line in lines:
        cycle = phrases.upper(cycle_label(w, start.template.number))
        flow.paragraph(w("{cycle}: {line}.", cycle=cycle, line=line), size=SIZE)
    flow.y += 4


def _dates(flow: Flow, days: Sequence[Appointment]) -> None:
    """Every injection with its date in full, its time, its dose and where it is given."""
    if not days:
        return
    w = flow.w
    flow.start(w("your dates"), bookmark=w("Your dates"))
    columns = [
        Column(w("Date"), 130),
        Column(w("Cycle, day"), 92),
        Column(w("Time"), 84),
        Column(w("Dose"), share=1),
        Column(w("Where"), 108),
    ]
    rows: list[Row] = []
    for day in days:
        for injection in still_planned(day):
            date = cell(w.patient_date(day.planned), bold=True) if day.planned else Cell(ruled=True)
            number = w("cycle {number} day {day}", number=day.cycle, day=day.day)
            at = f"{day_part(w, injection.time)} {phrases.clock(injection)}"
            where = place_for_patient(w, injection.place)
            dose = phrases.dose(w, injection.dose_iu)
            rows.append(
                Row(
                    (date, cell(number), cell(at, bold=True), cell(dose), cell(where, bold=True)),
                    shade=injection.place is Place.HOME,
                )
            )
    table(flow, columns, rows, size=SIZE, least=36)


def _team_page(flow: Flow, findings: Sequence[Finding]) -> int:
    """What the study team must know and the patient need not; returns the number of its page."""
    w, schedule = flow.w, flow.furniture.schedule
    flow.start(w("for the study team"), bookmark=w("For the study team"))
    number = len(flow.pages)
    flow.banner()
    found = phrases.flags(findings)
    codes = [a.code for a in schedule.appointments if a.kind is Kind.INJECTIONS]
    said = [phrases.sentence(w, one, schedule.protocol) for code in codes for one in found.get(code, ())]
    if said:
        flow.boxed(
            [(w("To check before this diary is handed out:"), True), *((f"! {s}", False) for s in said)]
        )
    flow.page.rule(flow.left, flow.y, flow.right, flow.y, THIN)
    return number
