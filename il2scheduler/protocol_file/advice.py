"""What a careful reader would ask about a template that has no problem: each with its place.

A problem keeps a file from being used; advice does not. Every check works on the protocol of a reading,
so what only one reading brings about is said with the reading's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zoneinfo import available_timezones

from il2scheduler.clinic import known_countries
from il2scheduler.protocol import (
    Arm,
    Basis,
    CycleTemplate,
    FromAnchor,
    FromCycle,
    Label,
    Protocol,
    VisitTemplate,
    Window,
    day_offset,
    week_offset,
)
from il2scheduler.protocol_file.problems import Fact, Problem
from il2scheduler.protocol_file.slips import idle_readings, slips

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_WORD = re.compile(r"[^\W\d_]{3,}")
_WEEK = re.compile(r"\b(?:week|semaine(?: d['\u2019]\u00e9tude)?)\s(\d{1,3})\b", re.IGNORECASE)
_DAY = re.compile(r"\b(?:day|jour)\s(\d{1,4})\b", re.IGNORECASE)
_CODE = re.compile(r"^(S|J)(\d{1,4})$")
_NO_WINDOW = Window(0, 0)


def advice(protocols: Sequence[Protocol], totals: frozenset[str]) -> tuple[Problem, ...]:
    """Advice on a template: `protocols` are its readings, the default first; `totals` the arms it totals."""
    if not protocols:
        return ()
    found = [*_site(protocols[0]), *_about(protocols[0]), *_without_totals(protocols[0], totals)]
    for protocol in protocols[1:]:
        prefix = f"reading {protocol.reading.name}: "
        fresh = [entry for entry in _about(protocol) if entry not in found]
        found += [Problem(prefix + entry.place, entry.kind, entry.facts) for entry in fresh]
    found += idle_readings(protocols)
    return tuple(found)


def _about(protocol: Protocol) -> Iterator[Problem]:
    yield from slips(protocol)
    yield from _label_texts(protocol)
    yield from _visit_labels(protocol)
    for arm in protocol.arms:
        yield from _course_spacing(arm)
        yield from _visit_spacing(protocol, arm)
        yield from _cycle_visits(protocol, arm)
        yield from _follow_up(protocol, arm)
    yield from _caps(protocol)
    yield from _levels(protocol)
    yield from _idle_gates(protocol)
    yield from _unused_activities(protocol)
    yield from _without_provenance(protocol)


def _site(protocol: Protocol) -> Iterator[Problem]:
    """A country without known holidays, a time zone nobody knows: no study could be made as it stands."""
    if protocol.site.country not in known_countries():
        yield Problem("site.country", "country-unknown", {"found": protocol.site.country})
    if protocol.site.timezone not in available_timezones():
        yield Problem("site.timezone", "zone-unknown", {"found": protocol.site.timezone})


def _labels(protocol: Protocol) -> Iterator[tuple[str, Label]]:
    for arm in protocol.arms:
        yield f"arms.{arm.code}.label", arm.label
    for series in {s.code: s for arm in protocol.arms for s in arm.series}.values():
        yield f"cycles.{series.code}.label", series.label
    for kind, entries in (
        ("visits", protocol.visits),
        ("activities", protocol.activities),
        ("gates", protocol.gates),
        ("events", protocol.events),
    ):
        for entry in entries:
            yield f"{kind}.{entry.code}.label", entry.label


def _label_texts(protocol: Protocol) -> Iterator[Problem]:
    """A label never translated, or translated with another number."""
    labels = list(_labels(protocol))
    one_language = len(labels) > 1 and all(label.en == label.fr for _, label in labels)
    if one_language:
        yield Problem("title", "one-language")
    for place, label in labels:
        if label.en == label.fr and len(_WORD.findall(label.en)) > 1 and not one_language:
            yield Problem(place, "french-is-english", {"text": label.en})
        numbers = [
            sorted(n.replace(",", ".") for n in _NUMBER.findall(text)) for text in (label.en, label.fr)
        ]
        if numbers[0] != numbers[1]:
            yield Problem(place, "label-numbers-differ", {"en": label.en, "fr": label.fr})


def _visit_labels(protocol: Protocol) -> Iterator[Problem]:
    """A label that names one study week or day, and an offset that is another one.

    A "D17" that stood at offset 15 was printed in a published protocol.
    """
    for visit in protocol.visits:
        if not isinstance(visit.hook, FromAnchor):
            continue
        for text in (visit.code, visit.label.en, visit.label.fr):
            expected = _named_offset(protocol, _CODE.sub(_in_words, text))
            if expected is not None and expected != visit.hook.offset:
                facts: dict[str, Fact] = {"text": text, "expected": expected, "found": visit.hook.offset}
                yield Problem(f"visits.{visit.code}.label", "label-names-other-day", facts)
                break


def _in_words(code: re.Match[str]) -> str:
    """A French code: S24 is week 24, J29 day 29."""
    return f"{'semaine' if code[1] == 'S' else 'jour'} {code[2]}"


def _named_offset(protocol: Protocol, text: str) -> int | None:
    weeks, days = _WEEK.findall(text), _DAY.findall(text)
    if len(weeks) == 1 and not days:
        return week_offset(int(weeks[0]), protocol.week_origin)
    if len(days) == 1 and not weeks and (protocol.day_zero or int(days[0]) > 0):
        return day_offset(int(days[0]), day_zero=protocol.day_zero)
    return None


def _dated(arm: Arm) -> list[tuple[CycleTemplate, int]]:
    return [(cycle, cycle.offset) for cycle in arm.cycles if cycle.offset is not None]


def _course_spacing(arm: Arm) -> Iterator[Problem]:
    for (earlier, first), (later, second) in pairwise(_dated(arm)):
        if second - first == earlier.days[-1].day:
            facts: dict[str, Fact] = {"first": earlier.number, "second": later.number}
            yield Problem(f"arms.{arm.code}", "courses-touch", facts)


def _visit_spacing(protocol: Protocol, arm: Arm) -> Iterator[Problem]:
    dated = [
        (visit.hook.offset, visit)
        for visit in protocol.visits
        if visit.belongs_to(arm.code) and isinstance(visit.hook, FromAnchor)
    ]
    dated.sort(key=lambda entry: entry[0])
    for (first, earlier), (second, later) in pairwise(dated):
        place = f"visits.{later.code}"
        if first == second:
            yield Problem(place, "visits-on-one-day", {"first": earlier.code, "second": later.code})
            continue
        latest = first + (earlier.window or _NO_WINDOW).after
        earliest = second - (later.window or _NO_WINDOW).before
        if latest >= earliest:
            facts: dict[str, Fact] = {
                "first": earlier.code,
                "second": later.code,
                "days": latest - earliest + 1,
            }
            yield Problem(f"{place}.window", "windows-overlap", facts)


def _cycle_visits(protocol: Protocol, arm: Arm) -> Iterator[Problem]:
    offsets = {cycle.number: offset for cycle, offset in _dated(arm)}
    injection_days = {offset + day.day - 1 for cycle, offset in _dated(arm) for day in cycle.days}
    for visit in protocol.visits:
        if not visit.belongs_to(arm.code):
            continue
        place, hook = f"visits.{visit.code}", visit.hook
        if isinstance(hook, FromCycle):
            if hook.cycle is not None and hook.cycle > len(arm.cycles):
                facts: dict[str, Fact] = {"arm": arm.code, "cycle": hook.cycle, "count": len(arm.cycles)}
                yield Problem(f"{place}.at", "visit-of-no-cycle", facts)
            yield from _after_next_cycle(visit, hook, offsets)
        if visit.before_first_injection and not _on_injection_day(visit, arm, injection_days) and arm.cycles:
            yield Problem(f"{place}.before_first_injection", "no-injection-that-day", {"arm": arm.code})


def _on_injection_day(visit: VisitTemplate, arm: Arm, injection_days: set[int]) -> bool:
    hook = visit.hook
    if isinstance(hook, FromAnchor):
        return hook.offset in injection_days
    if isinstance(hook, FromCycle):
        cycles = [cycle for cycle in arm.cycles if hook.cycle in (None, cycle.number)]
        return any(day.day == hook.day for cycle in cycles for day in cycle.days)
    return True


def _after_next_cycle(visit: VisitTemplate, hook: FromCycle, offsets: dict[int, int]) -> Iterator[Problem]:
    for number, offset in offsets.items():
        following = offsets.get(number + 1)
        if following is None or hook.cycle not in (None, number) or hook.day < 1:
            continue
        if hook.day - 1 >= following - offset:
            facts: dict[str, Fact] = {"cycle": number, "next": number + 1, "days": following - offset}
            yield Problem(f"visits.{visit.code}.at", "visit-after-next-cycle", facts)
            return


def _follow_up(protocol: Protocol, arm: Arm) -> Iterator[Problem]:
    """No dated visit lies after the last dated course, and nothing in the file says why."""
    if any(entry.field == "visits" for entry in protocol.open_fields()):
        return
    dated = _dated(arm)
    belonging = [visit for visit in protocol.visits if visit.belongs_to(arm.code)]
    if not dated or not all(isinstance(visit.hook, FromAnchor) for visit in belonging):
        return
    cycle, offset = dated[-1]
    end = offset + cycle.days[-1].day - 1
    latest = max((v.hook.offset for v in belonging if isinstance(v.hook, FromAnchor)), default=None)
    if latest is None or latest < end:
        yield Problem(f"arms.{arm.code}", "no-visit-after-treatment", {"cycle": cycle.number, "end": end})


def _caps(protocol: Protocol) -> Iterator[Problem]:
    seen: set[str] = set()
    for arm in protocol.arms:
        for series in arm.series:
            cycles = [cycle for cycle in arm.cycles if cycle.series == series.code]
            if series.code in seen or not cycles:
                continue
            seen.add(series.code)
            place = f"cycles.{series.code}.cap"
            if series.max_cycles is not None and series.max_cycles > len(cycles):
                facts: dict[str, Fact] = {"found": len(cycles), "cap": series.max_cycles}
                yield Problem(f"{place}.cycles", "cap-never-reached", facts)
            last = cycles[-1]
            if series.last_start is None or last.offset is None or last.interval is None:
                continue
            if len(cycles) != series.max_cycles and last.offset + last.interval <= series.last_start:
                facts = {"last": last.offset, "cap": series.last_start, "interval": last.interval}
                yield Problem(f"{place}.last_start", "cap-allows-another", facts)


def _levels(protocol: Protocol) -> Iterator[Problem]:
    seen: set[str] = set()
    for arm in protocol.arms:
        for series in arm.series:
            if series.code in seen or series.basis is not Basis.FLAT or not series.levels_iu:
                continue
            seen.add(series.code)
            doses = {
                injection.dose_iu
                for cycle in arm.cycles
                if cycle.series == series.code
                for day in cycle.days
                for injection in day.injections
                if injection.dose_iu is not None
            }
            for dose in sorted(doses - set(series.levels_iu)):
                yield Problem(f"cycles.{series.code}.levels_iu", "dose-not-a-level", {"found": dose})


def _idle_gates(protocol: Protocol) -> Iterator[Problem]:
    for gate in protocol.gates:
        moved = {
            injection.place
            for arm in protocol.arms
            for cycle in arm.cycles
            if cycle.number in gate.cycles
            for day in cycle.days
            for injection in day.injections
        }
        if moved == {gate.place}:
            yield Problem(f"gates.{gate.code}.place", "gate-changes-nothing", {"place": gate.place})


def _unused_activities(protocol: Protocol) -> Iterator[Problem]:
    ending = protocol.early_termination
    used = {code for visit in protocol.visits for code in visit.activities}
    used |= set() if ending is None else set(ending.activities)
    for activity in protocol.activities:
        if activity.code not in used and not activity.cycle_days:
            yield Problem(f"activities.{activity.code}", "activity-never-done")


def _without_provenance(protocol: Protocol) -> Iterator[Problem]:
    """The fields that decide a date, a dose or a place, and of which nobody says where they come from."""
    wanted: list[str] = []
    for series in {s.code: s for arm in protocol.arms for s in arm.series}.values():
        cycles = max(
            sum(cycle.series == series.code for cycle in arm.cycles) for arm in protocol.arms if arm.cycles
        )
        fields = ["dose", "starts", "slots", *(["rule", "minimum_gap"] if cycles > 1 else [])]
        wanted += [f"cycles.{series.code}.{field}" for field in fields]
    for visit in protocol.visits:
        wanted.append(f"visits.{visit.code}")
        if visit.window is None:
            wanted.append(f"visits.{visit.code}.window")
    entered = [entry.field for entry in protocol.provenance]
    for path in wanted:
        if not any(_covers(field, path) for field in entered):
            yield Problem("provenance", "no-provenance", {"path": path})


def _covers(field: str, path: str) -> bool:
    """An entry speaks of a field, of a part of it, or of what it is part of; `*` stands for any code.

    A window is only covered by an entry that names windows: that a visit is stated says nothing of it.
    """
    named, asked = field.split("."), path.split(".")
    if asked[-1] == "window" and named[-1] != "window":
        return False
    return all(n in ("*", a) for n, a in zip(named, asked, strict=False))


def _without_totals(protocol: Protocol, totals: frozenset[str]) -> Iterator[Problem]:
    for arm in protocol.arms:
        if arm.cycles and arm.code not in totals:
            counted = arm.totals()
            facts: dict[str, Fact] = {
                "cycles": counted.cycles,
                "injections": counted.injections,
                "dose_iu": "-" if counted.dose_iu is None else counted.dose_iu,
            }
            yield Problem(f"totals.{arm.code}", "no-totals", facts)
