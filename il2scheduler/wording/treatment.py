"""What a protocol says of the treatment of an arm, in lines: to be read beside the protocol itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from il2scheduler.i18n import Words
from il2scheduler.protocol import (
    Arm,
    Basis,
    CourseDay,
    CycleSeries,
    CycleTemplate,
    Protocol,
    Route,
    study_week,
)
from il2scheduler.wording.day_lists import days, frequency, joined
from il2scheduler.wording.site_values import rule_name
from il2scheduler.wording.terms import basis_note, place_name, route_name

_MONDAY = date(2001, 1, 1)


def treatment_lines(w: Words, protocol: Protocol, arm: Arm) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each series of an arm: its name with its cycles, and what is given when, where, and by which rules."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for series in arm.series:
        cycles = [cycle for cycle in arm.possible_cycles if cycle.series == series.code]
        if cycles:
            name = f"{series.label.said(w.language)}, {_numbers(w, [cycle.number for cycle in cycles])}"
            if cycles[0] in arm.on_demand:
                name = w("{cycles}, on demand", cycles=name)
            found.append((name, tuple(_series(w, protocol, series, cycles))))
    return tuple(found)


def question_lines(w: Words, protocol: Protocol, arm: Arm) -> tuple[str, ...]:
    """The gates of an arm, the events that people date, and the visit of an early end."""
    lines = [
        w(
            "Before {cycle}: {question} If so, {cycles}: {place}.",
            cycle=_numbers(w, [gate.before_cycle]),
            question=gate.label.said(w.language),
            cycles=_numbers(w, gate.cycles),
            place=place_name(w, gate.place),
        )
        for gate in protocol.gates
        if len(arm.possible_cycles) >= gate.before_cycle
    ]
    if protocol.events:
        named = joined(w, [event.label.said(w.language) for event in protocol.events])
        lines.append(w("Dated when it happens: {events}.", events=named))
    if protocol.early_termination is not None:
        label = protocol.early_termination.label.said(w.language)
        lines.append(w("When treatment is stopped: {visit}.", visit=label))
    return tuple(lines)


def _series(w: Words, protocol: Protocol, series: CycleSeries, cycles: list[CycleTemplate]) -> Iterator[str]:
    label = protocol.drugs.get(series.drug)
    drug = series.drug if label is None else label.said(w.language)
    yield f"{drug}, {route_name(w, series.route)}"
    groups: dict[tuple[object, ...], list[CycleTemplate]] = {}
    for cycle in cycles:
        groups.setdefault((cycle.days, cycle.max_doses, cycle.companions), []).append(cycle)
    for alike in groups.values():
        prefix = "" if len(groups) == 1 else f"{_numbers(w, [cycle.number for cycle in alike])}: "
        for line in (*_given(w, series, alike[0]), *_companions(w, alike[0])):
            yield prefix + line
    if note := basis_note(w, series):
        yield note
    if series.levels_iu:
        yield w("dose levels: {doses}", doses=joined(w, [w.dose(level) for level in series.levels_iu]))
    yield from _rules(w, protocol, series, cycles)


def _given(w: Words, series: CycleSeries, cycle: CycleTemplate) -> Iterator[str]:
    runs: dict[tuple[str, ...], list[CourseDay]] = {}
    for day in cycle.course() if cycle.weekdays is None else cycle.days:
        runs.setdefault(tuple(_slots(w, series, day)), []).append(day)
    for slots, alike in runs.items():
        numbers = [day.day for day in alike]
        often = () if series.route is Route.CONTINUOUS_INFUSION else (frequency(w, len(slots), numbers),)
        when = days(w, numbers)
        if cycle.weekdays is not None:
            named = [w.weekday(_MONDAY.replace(day=1 + weekday)) for weekday in sorted(cycle.weekdays)]
            often = ()
            when = w(
                "every {weekdays} of days 1 to {last}", weekdays=joined(w, named), last=cycle.days[-1].day
            )
        yield ": ".join((", ".join((when, *often)), "; ".join(slots)))
    if cycle.max_doses is not None:
        yield w.plural(
            "at most {count} injection a cycle", "at most {count} injections a cycle", cycle.max_doses
        )


def _slots(w: Words, series: CycleSeries, day: CourseDay) -> Iterator[str]:
    for injection in day.injections:
        dose = "" if injection.dose_iu is None else w.dose(injection.dose_iu)
        if series.basis is Basis.PLACEBO:
            dose = w("placebo")
        where = f"{injection.time:%H:%M} {place_name(w, injection.place)}"
        yield f"{where}, {dose}" if dose else where


def _companions(w: Words, cycle: CycleTemplate) -> Iterator[str]:
    for companion in cycle.companions:
        yield w(
            "with {drug} from day {first} to day {last}",
            drug=companion.label.said(w.language),
            first=companion.first_day,
            last=companion.last_day,
        )


def _rules(w: Words, protocol: Protocol, series: CycleSeries, cycles: list[CycleTemplate]) -> Iterator[str]:
    gaps = {cycle.minimum_gap for cycle in cycles if cycle.minimum_gap is not None}
    if any(cycle.number > 1 for cycle in cycles):
        least = w("{days} days or more between two starts", days=min(gaps)) if gaps else ""
        delay = w("after a delay: {rule}", rule=rule_name(w, cycles[-1].rule))
        yield "; ".join(part for part in (delay, least) if part)
    if series.max_cycles is not None:
        yield w.plural("at most {count} cycle", "at most {count} cycles", series.max_cycles)
    if series.last_start is not None:
        week = study_week(series.last_start, protocol.week_origin)
        yield w("no start after offset {offset} (study week {week})", offset=series.last_start, week=week)


def _numbers(w: Words, numbers: list[int] | tuple[int, ...]) -> str:
    if len(numbers) == 1:
        return w("cycle {number}", number=numbers[0])
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return w("cycles {first} to {last}", first=numbers[0], last=numbers[-1])
    return w("cycles {list}", list=joined(w, [str(number) for number in numbers]))
