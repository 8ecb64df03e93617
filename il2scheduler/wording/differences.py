"""What a decision changes besides dates, said as lines: what, was, becomes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise

from il2scheduler.appointment import NotGiven, Status
from il2scheduler.commands import Decision
from il2scheduler.commands.differences import Aspect, Difference, Value, Window
from il2scheduler.i18n import N_, Words
from il2scheduler.protocol import Place, Protocol, Totals
from il2scheduler.wording.decisions import named, not_given_name
from il2scheduler.wording.refusals import printable
from il2scheduler.wording.terms import place_name, status_name

Line = tuple[str, str, str]
"""What it is, what it was (empty where there was nothing), what it becomes."""

_LABELS = {
    Aspect.DRUG: N_("drug"),
    Aspect.HOUR: N_("time of day"),
    Aspect.WINDOW: N_("window"),
    Aspect.DONE_ON: N_("done on"),
    Aspect.GIVEN_AT: N_("given at"),
    Aspect.GIVEN_DOSE: N_("dose given"),
    Aspect.SITE: N_("site of injection"),
    Aspect.BATCH: N_("batch"),
    Aspect.GIVEN_BY: N_("given by"),
    Aspect.NOT_GIVEN: N_("code when not given"),
    Aspect.NOTE: N_("note"),
}
_DOSES = frozenset({Aspect.ADDED, Aspect.GONE, Aspect.DOSE, Aspect.GIVEN_DOSE})
_NOON, _EVENING = time(12), time(18)


def difference_lines(w: Words, decision: Decision) -> tuple[Line, ...]:
    """Every difference, and the totals at last where they change; of a new patient the totals alone."""
    protocol = decision.after.schedule.protocol
    lines = [difference_line(w, one, protocol) for one in decision.differences()]
    before, after = decision.totals()
    if before != after and (before or after).injections:
        lines.append((w("In all"), "" if before is None else _totals(w, before), _totals(w, after)))
    return tuple(lines)


def line_sentence(w: Words, line: Line) -> str:
    """`Cycle 4, 10 injections: 4.5 million international units → 3 million international units`."""
    what, was, becomes = line
    return w("{where}: {facts}", where=what, facts=f"{was} → {becomes}" if was else becomes)


def difference_line(w: Words, difference: Difference, protocol: Protocol | None = None) -> Line:
    """`Cycles 4 to 8, 10 injections each` with the dose that was and that becomes."""
    if difference.visit is not None:
        parts = [named(w, difference.visit, protocol)]
    else:
        parts = [_cycles(w, difference.cycles), *_narrower(w, difference), _count(w, difference)]
    label = _LABELS.get(difference.aspect)
    if label is not None:
        parts.append(w(label))
    was = _value(w, difference.aspect, difference.before, protocol)
    becomes = _value(w, difference.aspect, difference.after, protocol)
    if difference.aspect is Aspect.ADDED:
        was, becomes = "", w("new, {dose}", dose=becomes)
    elif difference.aspect is Aspect.GONE:
        becomes = w("no longer planned")
    return ", ".join(parts), was, becomes


def _cycles(w: Words, numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return w("Cycle {number}", number=numbers[0])
    if _is_run(numbers):
        return w("Cycles {first} to {last}", first=numbers[0], last=numbers[-1])
    return w("Cycles {numbers}", numbers=", ".join(map(str, numbers)))


def _is_run(numbers: Sequence[int]) -> bool:
    return len(numbers) > 2 and all(b - a == 1 for a, b in pairwise(numbers))


def _narrower(w: Words, difference: Difference) -> list[str]:
    """The days and times, where it is not the whole course."""
    days, times = difference.days, difference.times
    said: list[str] = []
    if days is not None and len(days) == 1:
        said.append(w("day {day}", day=days[0]))
    elif days is not None and _is_run(days):
        said.append(w("days {first} to {last}", first=days[0], last=days[-1]))
    elif days is not None:
        said.append(w("days {numbers}", numbers=", ".join(map(str, days))))
    if times is not None:
        said.append(_times(w, times, one_day=days is not None and len(days) == 1))
    return said


def _times(w: Words, times: tuple[time, ...], *, one_day: bool) -> str:
    clocks = ", ".join(f"{at:%H:%M}" for at in times)
    if one_day or len(times) != 1 or _NOON <= min(times) < _EVENING:
        return w("at {time}", time=clocks)
    morning = min(times) < _NOON
    return w("mornings ({time})", time=clocks) if morning else w("evenings ({time})", time=clocks)


def _count(w: Words, difference: Difference) -> str:
    each = difference.count // len(difference.cycles)
    if len(difference.cycles) > 1:
        return w.plural("{count} injection each", "{count} injections each", each)
    return w.plural("{count} injection", "{count} injections", each)


def _value(w: Words, aspect: Aspect, value: Value, protocol: Protocol | None) -> str:  # noqa: PLR0911 - a table
    if value is None:
        return w("no dose") if aspect in _DOSES else "–"
    if isinstance(value, Status):
        return status_name(w, value)
    if isinstance(value, Place):
        return place_name(w, value)
    if isinstance(value, NotGiven):
        return not_given_name(w, value.value)
    if isinstance(value, datetime):
        return f"{w.staff_date(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return w.staff_date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return window_said(w, value)
    if isinstance(value, int):
        return w.dose(value)
    if aspect is Aspect.DRUG and protocol is not None and value in protocol.drugs:
        return protocol.drugs[value].said(w.language)
    return w.quoted(printable(value))


def window_said(w: Words, window: Window) -> str:
    """`-3/+3 days`, or the first and last date of the window."""
    first, last = window
    if isinstance(first, date) and isinstance(last, date):
        return w("{first} to {last}", first=w.staff_date(first), last=w.staff_date(last))
    return w("\u2212{before}/+{after} days", before=first, after=last)


def _totals(w: Words, totals: Totals) -> str:
    said = [
        w.plural("{count} cycle", "{count} cycles", totals.cycles),
        w.plural("{count} injection", "{count} injections", totals.injections),
    ]
    if totals.dose_iu is not None:
        said.append(w.dose(totals.dose_iu) if totals.dose_iu else w("no dose"))
    return ", ".join(said)
