"""The tables of the clinic's lists: what is due in print, what was done to be ticked and initialled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from il2scheduler.appointment import Appointment, Injection, Status
from il2scheduler.i18n import Words
from il2scheduler.protocol import Protocol
from il2scheduler.schedule import EARLY_TERMINATION, UNSCHEDULED
from il2scheduler.sheets import fonts, phrases
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE
from il2scheduler.sheets.table import Cell, Column, Row, cell, table
from il2scheduler.wording import (
    appointment_name,
    cycle_label,
    day_lists,
    not_given_name,
    place_name,
    status_name,
)

TICK = "\u2610"
BY_HAND = 3
# The code, and below it the line for the second identifier.
_ROW = 38.0


@dataclass(frozen=True, slots=True)
class Listed:
    """A visit or an injection day of a patient in a list.

    `early` is True for a visit whose sample comes before an injection of the same day. `days_late` counts
    from the planned date of what is overdue; `awaiting_diary` where only the patient knows yet.
    """

    patient: str
    protocol: Protocol
    appointment: Appointment
    early: bool = False
    days_late: int = 0
    awaiting_diary: bool = False

    @property
    def injections(self) -> tuple[Injection, ...]:
        """The injections that are not cancelled, by the clock."""
        return tuple(i for i in self.appointment.injections if i.status is not Status.CANCELLED)

    @property
    def place(self) -> tuple[int, time, str, str]:
        """The order of a day: samples before an injection, other visits, then injections by the clock."""
        one, code = self.appointment, self.appointment.code
        if one.injections:
            return 2, min(i.time for i in one.injections), self.patient, code
        return 0 if self.early else 1, one.hour or time.min, self.patient, code


def day_tables(flow: Flow, due: Sequence[Listed], *, several: bool) -> None:
    """The samples, the visits and the injections of a day, one below the other, and rows to add by hand."""
    w = flow.w
    samples = [one for one in due if one.early]
    visits = [one for one in due if not one.early and not one.appointment.injections]
    for heading, listed in ((w("Samples before the first injection"), samples), (w("Visits"), visits)):
        if listed:
            flow.heading(heading, size=11, keep=70)
            table(flow, _visit_columns(w), [_visit(w, one, several=several) for one in listed], least=_ROW)
    injections = sorted(
        ((i, one) for one in due for i in one.injections),
        key=lambda each: (each[0].time, each[1].patient, each[1].appointment.code),
    )
    if injections:
        flow.heading(w("Injections"), size=11, keep=70)
        rows = [_injection(w, one, i, several=several) for i, one in injections]
        table(flow, _injection_columns(w), rows, least=_ROW)
    flow.heading(w("Added by hand"), size=11, keep=70)
    table(flow, _visit_columns(w), [_by_hand() for _ in range(BY_HAND)], least=_ROW)


def _visit_columns(w: Words) -> list[Column]:
    return [
        Column(w("Time"), 42),
        Column(w("Patient, second identifier"), 104),
        Column(w("What"), share=1),
        Column(w("Done, time"), 70),
        Column(w("Initials"), 52),
        Column(w("Remarks"), share=0.9),
    ]


def _injection_columns(w: Words) -> list[Column]:
    return [
        Column(w("Time"), 42),
        Column(w("Patient, second identifier"), 104),
        Column(w("What, place"), share=1),
        Column(w("Dose to give"), 102),
        Column(w("Done, time"), 70),
        Column(w("Initials"), 52),
        Column(w("Remarks"), share=0.8),
    ]


def _patient(one: Listed) -> Cell:
    return Cell((one.patient,), bold=True, ruled=True)


def _visit(w: Words, one: Listed, *, several: bool) -> Row:
    due = one.appointment
    hour = "" if due.hour is None else f"{due.hour:%H:%M}"
    return Row(
        (
            cell(hour, bold=True),
            _patient(one),
            cell(*_what(w, one, several=several), *_window(w, one)),
            _done([_visit_done(w, one)]),
            Cell(),
            Cell(),
        )
    )


def _injection(w: Words, one: Listed, injection: Injection, *, several: bool) -> Row:
    return Row(
        (
            cell(phrases.clock(injection), bold=True),
            _patient(one),
            cell(*_what(w, one, several=several), place_name(w, injection.place)),
            cell(phrases.dose(w, injection.dose_iu), bold=True),
            _done([_injection_done(w, injection)]),
            cell("" if injection.given_by is None else _by(w, injection.given_by)),
            cell(*_remarks(w, injection)),
        )
    )


def _by_hand() -> Row:
    return Row((Cell(), Cell(ruled=True), Cell(), cell(TICK, bold=True), Cell(), Cell()))


def week_table(flow: Flow, due: Sequence[Listed], *, several: bool) -> None:
    """A day of a week: a row a patient and visit or injection day, its injections one below the other."""
    w = flow.w
    columns = [
        Column(w("Patient, second identifier"), 112),
        Column(w("What"), 116),
        Column(w("Time, place, dose"), share=1),
        Column(w("Done"), 100),
        Column(w("Initials"), 54),
        Column(w("Remarks"), 78),
    ]
    table(flow, columns, [_week_row(w, one, several=several) for one in due], least=_ROW)


def _week_row(w: Words, one: Listed, *, several: bool) -> Row:
    due, injections = one.appointment, one.injections
    if not due.injections:
        early = [w("before the first injection")] if one.early else []
        hour = [] if due.hour is None else [f"{due.hour:%H:%M}"]
        when, done = [*hour, *early, *_window(w, one)], [_visit_done(w, one)]
        remarks: list[str] = []
    else:
        when = [
            w(
                "{time} {place}: {dose}",
                time=phrases.clock(i),
                place=place_name(w, i.place),
                dose=phrases.dose(w, i.dose_iu),
            )
            for i in injections
        ]
        done = [f"{phrases.clock(i)} {_injection_done(w, i)}" for i in injections]
        remarks = [text for i in injections for text in _remarks(w, i)]
    cells = (
        _patient(one),
        cell(*_what(w, one, several=several)),
        cell(*when),
        _done(done),
        Cell(),
        cell(*remarks),
    )
    return Row(cells)


def overdue_table(flow: Flow, overdue: Sequence[Listed], *, several: bool) -> None:
    """What is planned before today and not wholly recorded, the oldest first; a cycle in one row."""
    w = flow.w
    columns = [
        Column(w("Planned"), _date_wide(w, overdue)),
        Column(w("Patient, second identifier"), 104),
        Column(w("What"), share=1),
        Column(w("Since"), 74),
        Column(w("Done"), 74),
        Column(w("Initials"), 52),
    ]
    rows: dict[tuple[str, str], list[Listed]] = {}
    for one in overdue:
        due = one.appointment
        rows.setdefault((one.patient, f"C{due.cycle}" if due.injections else due.code), []).append(one)
    table(flow, columns, [_overdue(w, group, several=several) for group in rows.values()], least=_ROW)


def _date_wide(w: Words, listed: Sequence[Listed]) -> float:
    days = [one.appointment.planned for one in listed]
    return max(fonts.width(w.staff_date(day), SIZE, bold=True) for day in days if day is not None) + 7


def _overdue(w: Words, group: Sequence[Listed], *, several: bool) -> Row:
    first = group[0]
    dates = [w.staff_date(one.appointment.planned) for one in group if one.appointment.planned is not None]
    if len(dates) > 1:
        dates = [w("{first} to", first=dates[0]), dates[-1]]
    waiting = sum(i.status is Status.PLANNED for one in group for i in one.injections)
    what = _what(w, first, several=several)
    if waiting:
        days = day_lists.days(w, [one.appointment.day or 0 for one in group])
        what[0] = f"{cycle_label(w, first.appointment.cycle or 0)}, {days}"
        what.append(w.plural("{count} injection", "{count} injections", waiting))
    since = w.plural("{count} day", "{count} days", first.days_late)
    if all(one.awaiting_diary for one in group):
        since = w("awaiting diary")
    return Row(
        (
            cell(*dates, bold=True),
            _patient(first),
            cell(*what),
            cell(since),
            cell(TICK, bold=True),
            Cell(),
        )
    )


# --- What stands in the cells ---


def _what(w: Words, one: Listed, *, several: bool) -> list[str]:
    said = [appointment_name(w, one.appointment.code, one.protocol)]
    if not one.appointment.injections:
        said = [_visit_name(w, one)]
    return [*said, one.protocol.short_title] if several else said


def _visit_name(w: Words, one: Listed) -> str:
    due = one.appointment
    if due.template == UNSCHEDULED:
        return w("unscheduled visit {number}", number=due.code.removeprefix(UNSCHEDULED))
    ending = one.protocol.early_termination
    if due.template == EARLY_TERMINATION and ending is not None:
        return ending.label.said(w.language)
    return appointment_name(w, due.code, one.protocol)


def _window(w: Words, one: Listed) -> list[str]:
    window = one.appointment.window
    if window is None:
        return []
    return [w("window {first} to {last}", first=w.staff_date(window[0]), last=w.staff_date(window[1]))]


def _done(texts: Sequence[str]) -> Cell:
    return cell(*texts, bold=any(TICK in text for text in texts))


def _visit_done(w: Words, one: Listed) -> str:
    status = one.appointment.status
    return TICK if status is Status.PLANNED else status_name(w, status)


def _injection_done(w: Words, injection: Injection) -> str:
    if injection.status is Status.GIVEN:
        at = injection.given_at
        return w("given") if at is None else w("given {time}", time=f"{at:%H:%M}")
    if injection.status is Status.NOT_GIVEN:
        return w("not given")
    return TICK


def _by(w: Words, by: str) -> str:
    return w("the patient") if by == "patient" else fonts.spelt(by)


def _remarks(w: Words, injection: Injection) -> list[str]:
    if injection.not_given is not None:
        return [not_given_name(w, injection.not_given)]
    if injection.given_iu is not None and injection.given_iu != injection.dose_iu:
        return [w("given: {dose}", dose=w.dose(injection.given_iu))]
    return []
