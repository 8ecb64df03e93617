"""The schedule of activities: what is done at which visit and on which days of a cycle, with its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from il2scheduler.i18n import N_, Words, words
from il2scheduler.nominal import Column, Epoch, columns
from il2scheduler.protocol import FieldStatus, Protocol, Provenance, study_day
from il2scheduler.rules import Finding
from il2scheduler.schedule import Appointment, Kind, Schedule, Status
from il2scheduler.sheets import phrases
from il2scheduler.sheets.activity_grid import Heading, grid
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import Furniture, quotation
from il2scheduler.sheets.pdf import Laid
from il2scheduler.sheets.printing import Printing
from il2scheduler.wording import day_lists, field_name, provenance_name, site_value_sentence, window_span

_NOT_KNOWN = 99
"""Stands for the page of the banner until it is known; the page itself has as many digits at most."""


@dataclass(slots=True)
class _Footnotes:
    """Footnotes in the order in which the table names them; the same text has one letter."""

    texts: list[str] = field(default_factory=list[str])

    def letter(self, text: str) -> str:
        if text not in self.texts:
            self.texts.append(text)
        return f"({phrases.letter(self.texts.index(text))})"


def document(schedule: Schedule, findings: Sequence[Finding], printing: Printing) -> Laid:
    """The pages of the table of the patient's arm."""
    w = words(printing.language)
    furniture = Furniture(schedule, printing, w("Schedule of activities"), banner_page=_NOT_KNOWN)
    # The table comes first; the page of the banner after it is known once all is laid out.
    number = _fill(Flow(furniture, landscape=True), findings)
    flow = Flow(replace(furniture, banner_page=number), landscape=True)
    _fill(flow, findings)
    return flow.finish(w("Schedule of activities \u2013 patient {code}", code=schedule.patient.code))


def _fill(flow: Flow, findings: Sequence[Finding]) -> int:
    """The table, its notes and the banner; the number of the page that has the banner."""
    w, schedule = flow.w, flow.furniture.schedule
    flow.start(bookmark=w("Schedule of activities"))
    notes = _Footnotes()
    shown = columns(schedule)
    headings = [_heading(w, schedule, column, findings, notes) for column in shown]
    rows = _rows(w, schedule, shown, notes)
    corner = w("Activity") + _source_marks(w, schedule, ("activities", "visits", "arms"), notes)
    if shown:
        grid(flow, corner, headings, rows)
    else:
        flow.paragraph(w("The template names no visits and no injections for this arm."), bold=True)
    flow.heading(w("Notes"), keep=30)
    flow.paragraph(w("X: to be done. The figure beside the injections is their number on each day."))
    for i, text in enumerate(notes.texts):
        flow.paragraph(f"({phrases.letter(i)}) {text}")
    entered = [e for e in schedule.protocol.provenance if e.status is Provenance.SITE]
    if entered:
        flow.heading(w("Entered by the site"), keep=30)
    for entry in entered:
        flow.paragraph(site_value_sentence(w, entry, schedule.protocol))
    flow.y += 6
    flow.banner()
    return len(flow.pages)


_EPOCHS = {
    Epoch.BASELINE: N_("baseline"),
    Epoch.BEFORE_TREATMENT: N_("before treatment"),
    Epoch.TREATMENT: N_("treatment"),
    Epoch.FOLLOW_UP: N_("follow-up"),
    Epoch.UNDATED: N_("not dated"),
}


def _heading(
    w: Words, schedule: Schedule, column: Column, findings: Sequence[Finding], notes: _Footnotes
) -> Heading:
    first, last = column.first, column.appointments[-1]
    marks = ""
    if first.kind is Kind.VISIT:
        label = phrases.visit_label(w, schedule, first)
        marks += _source_marks(w, schedule, (f"visits.{first.template}",), notes)
        if phrases.before_injection(schedule, first):
            marks += notes.letter(w("Before the first injection of the day."))
        label = f"{label}{' ' if marks else ''}{marks}"
        window = _window(w, schedule, first, notes)
    else:
        numbers = [a.day or 0 for a in column.appointments]
        label = w("cycle {number}, {days}", number=first.cycle, days=day_lists.days(w, numbers))
        window = "\u2013"
    found = phrases.flags(findings)
    for appointment in column.appointments:
        for finding in found.get(appointment.code, ()):
            label += f" {notes.letter(phrases.sentence(w, finding, schedule.protocol))}"
    if first.status is Status.OMITTED:
        label = w("{label} (omitted)", label=label)
    elif first.status is Status.CANCELLED:
        label = w("{label} (cancelled)", label=label)
    code = first.code if first is last else w("{first} to {last}", first=first.code, last=last.code)
    return Heading(
        w(_EPOCHS[column.epoch]),
        label,
        code,
        _dates(w, first.planned, last.planned),
        _days(w, schedule, column),
        window,
    )


def _dates(w: Words, first: date | None, last: date | None) -> tuple[str, ...]:
    if first is None or last is None:
        return ()
    if first == last:
        return (w.staff_date(first),)
    return (f"{w.staff_date(first)} \u2013", w.staff_date(last))


def _days(w: Words, schedule: Schedule, column: Column) -> str:
    offsets = [a.offset for a in column.appointments if a.offset is not None]
    if not offsets:
        return ""
    numbers = [study_day(offset, day_zero=schedule.protocol.day_zero) for offset in (offsets[0], offsets[-1])]
    if numbers[0] == numbers[1]:
        return str(numbers[0])
    return w("{first} to {last}", first=numbers[0], last=numbers[1])


def _window(w: Words, schedule: Schedule, visit: Appointment, notes: _Footnotes) -> str:
    template = next((v for v in schedule.protocol.visits if v.code == visit.template), None)
    entered = None if template is None else schedule.protocol.site_value("visits", template.code, "window")
    if template is None or template.window is None:
        return w("none in the source") if entered is None else w("none, as the site entered")
    window = template.window
    said = window_span(w, window)
    if not window.by_site:
        return said
    source = w("Window entered by the site.")
    if entered is not None:
        source = w("Window entered by the site ({source}).", source=quotation(w, entered.source or "-"))
    return f"{said} {notes.letter(source)}"


def _rows(
    w: Words, schedule: Schedule, shown: Sequence[Column], notes: _Footnotes
) -> list[tuple[str, tuple[str, ...]]]:
    rows: list[tuple[str, tuple[str, ...]]] = []
    used = {column.first.template for column in shown if column.injections}
    for series in schedule.arm.series:
        if series.code not in used:
            continue
        drug = phrases.drug_name(w, schedule.protocol, series.drug)
        fields = tuple(
            f"cycles.{code}{rest}"
            for code in (() if schedule.arm.blinded else (series.code,)) + ("*",)
            for rest in (
                "",
                ".dose",
                ".changes",
                ".starts",
                ".slots",
                ".slots.time",
                ".cap",
                ".rule",
                ".minimum_gap",
            )
        )
        label = w("injections of {drug}", drug=drug)
        if len(used) > 1:
            label = w("{what} ({series})", what=label, series=series.label.said(w.language))
        label += _source_marks(w, schedule, fields, notes)
        cells = [
            f"X {column.injections}" if column.injections and column.first.template == series.code else ""
            for column in shown
        ]
        rows.append((label, tuple(cells)))
    rows += _companion_rows(w, schedule, shown, notes)
    for activity in schedule.protocol.activities:
        label = activity.label.said(w.language)
        label += _source_marks(w, schedule, (f"activities.{activity.code}",), notes)
        if activity.note is not None:
            label += f" {notes.letter(activity.note.said(w.language))}"
        rows.append((label, tuple("X" if activity.code in column.activities else "" for column in shown)))
    # Nothing is to be done in a column that is omitted or cancelled.
    active = [column.first.active for column in shown]
    return [(label, tuple(x * due for x, due in zip(cells, active, strict=True))) for label, cells in rows]


def _companion_rows(
    w: Words, schedule: Schedule, shown: Sequence[Column], notes: _Footnotes
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A row for each drug that is given round the cycles; its days are told below the table."""
    companions = {start.template.number: start.template.companions for start in schedule.starts}
    for companion in dict.fromkeys(one for some in companions.values() for one in some):
        days = w(
            "from day {first} to day {last} of the cycle", first=companion.first_day, last=companion.last_day
        )
        label = f"{companion.label.said(w.language)} {notes.letter(phrases.upper(days) + '.')}"
        marks = (
            column.injections and companion in companions.get(column.first.cycle or 0, ()) for column in shown
        )
        yield label, tuple("X" if mark else "" for mark in marks)


def _source_marks(w: Words, schedule: Schedule, fields: Sequence[str], notes: _Footnotes) -> str:
    """The letters of the footnotes with the source phrases of these fields."""
    entries = [entry for entry in schedule.protocol.provenance if entry.field in fields]
    return "".join(f" {notes.letter(_source(w, schedule.protocol, entry))}" for entry in entries)


def _source(w: Words, protocol: Protocol, entry: FieldStatus) -> str:
    if entry.status is Provenance.SITE:
        return site_value_sentence(w, entry, protocol)
    said = f"{w('{title}:', title=field_name(w, entry.field, protocol))} {provenance_name(w, entry.status)}."
    if entry.quote:
        said += f" {quotation(w, entry.quote)}"
        said += f" ({entry.source})." if entry.source else "."
    return said if entry.note is None else f"{said} {entry.note.said(w.language)}"
