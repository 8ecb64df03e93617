"""The words of a protocol's own tables: what stands when, in which window, and where it comes from."""

from __future__ import annotations

from il2scheduler.i18n import Words
from il2scheduler.nominal import Column, Compared, Row
from il2scheduler.protocol import FieldStatus, Protocol, Provenance, study_day, study_week
from il2scheduler.schedule import Kind
from il2scheduler.wording.day_lists import days
from il2scheduler.wording.site_values import value_name
from il2scheduler.wording.terms import appointment_name, provenance_name, window_span


def row_name(w: Words, protocol: Protocol, code: str) -> str:
    """`cycle 3`; a visit by its code and label."""
    name = appointment_name(w, code, protocol)
    labelled = any(visit.code == code for visit in protocol.visits) and name != code
    return f"{code}: {name}" if labelled else name


def column_name(w: Words, protocol: Protocol, column: Column) -> str:
    """The name of a visit, or `cycle 3, days 1 to 5`."""
    if not column.injections:
        return row_name(w, protocol, column.first.code)
    numbers = [day.day or 0 for day in column.appointments]
    return w("cycle {number}, {days}", number=column.first.cycle, days=days(w, numbers))


def row_day(w: Words, protocol: Protocol, offset: int | None) -> str:
    """`offset 14, study week 2, day 15`; `dated by the site` where there is none."""
    if offset is None:
        return w("dated by the site")
    return w(
        "offset {offset}, study week {week}, day {day}",
        offset=offset,
        week=study_week(offset, protocol.week_origin),
        day=study_day(offset, day_zero=protocol.day_zero),
    )


def row_doses(w: Words, row: Row) -> str:
    """`10 injections of 4.5 million international units, 45 million international units in all`."""
    injections = [injection for day in row.appointments for injection in day.injections]
    if not injections:
        return ""
    count = w.plural("{count} injection", "{count} injections", len(injections))
    doses = [injection.dose_iu for injection in injections]
    known = [dose for dose in doses if dose is not None]
    if len(known) < len(doses):
        return f"{count}, {w('doses as prescribed')}"
    if not any(known):
        return w("{count} of a placebo", count=count)
    each = ", ".join(w.dose(dose) for dose in dict.fromkeys(known))
    return w("{count} of {doses}, {total} in all", count=count, doses=each, total=w.dose(sum(known)))


def row_window(w: Words, protocol: Protocol, row: Row) -> str:
    """The window of a visit; empty for a cycle."""
    appointment = row.appointments[0]
    if appointment.kind is not Kind.VISIT:
        return ""
    window = protocol.window(appointment.template)
    if window is None:
        return w("no window")
    return w("window {window}", window=window_span(w, window))


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


def source_sentence(w: Words, entry: FieldStatus) -> str:
    """How well a field is supported, the quote with its source, and the note."""
    parts = [provenance_name(w, entry.status)]
    if entry.status is Provenance.SITE:
        parts += [] if entry.value is None else [value_name(w, entry.field, entry.value)]
        parts += [] if entry.source is None else [w.quoted(entry.source)]
    if entry.settled:
        parts.append(w("Entered by the site so far: {fields}.", fields=", ".join(entry.settled)))
    if entry.quote is not None:
        parts.append(w("\u201c{text}\u201d ({source})", text=entry.quote, source=entry.source or "\u2013"))
    if entry.note is not None:
        parts.append(entry.note.said(w.language))
    return w("; ").join(parts)
