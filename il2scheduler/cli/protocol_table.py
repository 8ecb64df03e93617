"""A protocol as tables in the terminal: readings side by side, dates and doses, activities, sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from il2scheduler import nominal
from il2scheduler.i18n import Words
from il2scheduler.protocol import Arm, Protocol
from il2scheduler.schedule import Schedule
from il2scheduler.wording import nominal_table, on_demand_sentence, printable
from il2scheduler.wording.treatment import question_lines, treatment_lines

_LEFT = 34


def print_protocol(w: Words, protocols: Sequence[Protocol]) -> None:
    """Everything a template says, `protocols` being its readings with the default one first."""
    first = protocols[0]
    _line(0, f"{first.code}, {w('version {version}', version=first.version)}: {first.title.said(w.language)}")
    _line(0, first.status_note.said(w.language))
    if len(protocols) > 1:
        _print_readings(w, protocols)
    for arm in first.arms:
        click.echo()
        _line(0, f"{w('arm')} {arm.code}: {arm.label.said(w.language)}")
        _print_treatment(w, first, arm)
        planned = nominal.schedule(first, arm.code)
        print_nominal(w, planned)
        _print_activities(w, planned)
    click.echo()
    _line(0, w("Where it comes from"))
    for entry in first.provenance:
        _line(2, f"{entry.field}: {nominal_table.source_sentence(w, entry)}")


def print_nominal(w: Words, planned: Schedule) -> None:
    """One line a visit or cycle: its day, window, injections and doses."""
    protocol = planned.protocol
    for row in nominal.rows(planned):
        said = nominal_table.row_doses(w, row) or nominal_table.row_window(w, protocol, row)
        name = nominal_table.row_name(w, protocol, row.code)
        _line(4, f"{name}: {said} ({nominal_table.row_day(w, protocol, row.offset)})")
    if more := on_demand_sentence(w, planned):
        _line(4, more)


def print_advice(name: str, lines: Iterable[str], w: Words) -> None:
    """`FILE: advice: place: what was seen, what to do`."""
    for line in lines:
        _line(0, f"{name}: {w('advice')}: {line}")


def _print_readings(w: Words, protocols: Sequence[Protocol]) -> None:
    click.echo()
    for protocol in protocols:
        mark = w(" (default)") if protocol.reading.default else ""
        reading = protocol.reading
        _line(0, f"{w('reading')} {reading.name}{mark}: {reading.label.said(w.language)}")
    for arm in protocols[0].arms:
        differing = [row for row in nominal.compared(protocols, arm.code) if row.differs]
        if not differing:
            continue
        click.echo()
        _line(0, w("Where the readings differ, arm {arm} (days after the start)", arm=arm.code))
        names = [protocol.reading.name for protocol in protocols]
        width = max(12, *(len(name) for name in names)) + 2
        _line(4, "".join([" " * _LEFT, *(name.rjust(width) for name in names)]))
        for row in differing:
            cells = [cell.rjust(width) for cell in nominal_table.offsets_said(row)]
            _line(4, "".join([_left(nominal_table.row_name(w, protocols[0], row.code)), *cells]))


def _print_treatment(w: Words, protocol: Protocol, arm: Arm) -> None:
    """What the series of an arm give, and the questions and events that change it."""
    for name, lines in treatment_lines(w, protocol, arm):
        _line(2, name)
        for line in lines:
            _line(6, line)
    for line in question_lines(w, protocol, arm):
        _line(2, line)


def _print_activities(w: Words, planned: Schedule) -> None:
    """One line a visit or run of like days; what is done are numbered columns, named first."""
    activities = planned.protocol.activities
    named = [activity.label.said(w.language) for activity in activities]
    if planned.arm.cycles:
        named.insert(0, w("injections (their number each day)"))
    if not named:
        return
    click.echo()
    _line(2, w("Schedule of activities"))
    for number, label in enumerate(named, start=1):
        _line(4, f"{number:>2} {label}")
    _line(4, "".join([" " * _LEFT, *(f"{number:>3}" for number in range(1, len(named) + 1))]))
    for column in nominal.columns(planned):
        marks = ["  X" if activity.code in column.activities else "  ." for activity in activities]
        if planned.arm.cycles:
            marks.insert(0, f"{column.injections:>3}" if column.injections else "  .")
        _line(4, "".join([_left(nominal_table.column_name(w, planned.protocol, column)), *marks]))


def _left(name: str) -> str:
    return (name if len(name) < _LEFT else f"{name[: _LEFT - 2]}\u2026").ljust(_LEFT)


def _line(indent: int, text: str) -> None:
    click.echo(" " * indent + printable(text))
