"""A protocol as tables in the terminal: readings side by side, dates and doses, activities, sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from il2scheduler import nominal
from il2scheduler.i18n import Words
from il2scheduler.nominal import Compared, Row
from il2scheduler.protocol import FieldStatus, Protocol, Window, study_day, study_week
from il2scheduler.schedule import Kind, Schedule
from il2scheduler.wording import appointment_name, printable, provenance_name

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
        planned = nominal.schedule(first, arm.code)
        print_nominal(w, planned)
        _print_activities(w, planned)
    click.echo()
    _line(0, w("Where it comes from"))
    for entry in first.provenance:
        _line(2, _source(w, entry))


def print_nominal(w: Words, planned: Schedule) -> None:
    """One line a visit or cycle: its day, window, injections and doses."""
    for row in nominal.rows(planned):
        place = w("dated by the site") if row.offset is None else _when(w, planned.protocol, row.offset)
        parts = [part for part in (_what(w, row), _window(w, planned.protocol, row)) if part]
        name = row_name(w, planned.protocol, row.code)
        _line(4, f"{name}: {', '.join(parts)} ({place})" if parts else f"{name} ({place})")


def row_name(w: Words, protocol: Protocol, code: str) -> str:
    """`cycle 3`; a visit by its code and label."""
    name = appointment_name(w, code, protocol)
    labelled = any(visit.code == code for visit in protocol.visits) and name != code
    return f"{code}: {name}" if labelled else name


def _when(w: Words, protocol: Protocol, offset: int) -> str:
    return w(
        "offset {offset}, study week {week}, day {day}",
        offset=offset,
        week=study_week(offset, protocol.week_origin),
        day=study_day(offset, day_zero=protocol.day_zero),
    )


def _what(w: Words, row: Row) -> str:
    injections = [injection for day in row.appointments for injection in day.injections]
    if not injections:
        return ""
    count = w.plural("{count} injection", "{count} injections", len(injections))
    doses = [injection.dose_iu for injection in injections]
    known = [dose for dose in doses if dose is not None]
    if len(known) < len(doses):
        return f"{count}, {w('doses as prescribed')}"
    each = ", ".join(w.dose(dose) for dose in dict.fromkeys(known))
    return w("{count} of {doses}, {total} in all", count=count, doses=each, total=w.dose(sum(known)))


def _window(w: Words, protocol: Protocol, row: Row) -> str:
    appointment = row.appointments[0]
    if appointment.kind is not Kind.VISIT:
        return ""
    template = next((v for v in protocol.visits if v.code == appointment.template), None)
    window = None if template is None else template.window
    return w("no window") if window is None else window_words(w, window)


def window_words(w: Words, window: Window) -> str:
    """`window 7 days before to 14 days after`."""
    return w("window {before} days before to {after} days after", before=window.before, after=window.after)


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
            cells = [cell.rjust(width) for cell in offsets_said(row)]
            _line(4, "".join([row_name(w, protocols[0], row.code)[: _LEFT - 1].ljust(_LEFT), *cells]))


def offsets_said(row: Compared) -> tuple[str, ...]:
    """Offsets of the readings, and how far each lies from the first reading's: `14`, `0 (-14)`."""
    base = row.offsets[0]
    said: list[str] = []
    for offset in row.offsets:
        if offset is None:
            said.append("\u2013")
        elif base is None or offset == base:
            said.append(str(offset))
        else:
            said.append(f"{offset} ({offset - base:+d})".replace("-", "\u2212"))
    return tuple(said)


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
        name = row_name(w, planned.protocol, column.first.code)
        if len(column.appointments) > 1:
            last = column.appointments[-1].day
            name = w("{first} to day {last}", first=name, last=last)
        _line(4, "".join([name[: _LEFT - 1].ljust(_LEFT), *marks]))


def _source(w: Words, entry: FieldStatus) -> str:
    parts = [f"{entry.field}: {provenance_name(w, entry.status)}"]
    if entry.quote is not None:
        parts.append(w("\u201c{text}\u201d ({source})", text=entry.quote, source=entry.source or "\u2013"))
    if entry.note is not None:
        parts.append(entry.note.said(w.language))
    return "; ".join(parts)


def _line(indent: int, text: str) -> None:
    click.echo(" " * indent + printable(text))


def print_advice(name: str, lines: Iterable[str], w: Words) -> None:
    """`FILE: advice: place: what was seen, what to do`."""
    for line in lines:
        _line(0, f"{name}: {w('advice')}: {line}")
