"""The visits of a template: what each hangs on, and what contradicts itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from il2scheduler.protocol import (
    Arm,
    DaysAfterCycle,
    FromAnchor,
    FromCycle,
    FromEvent,
    FromLastInjection,
    Hook,
    VisitTemplate,
    Window,
    day_offset,
    week_offset,
)
from il2scheduler.protocol_file.expand import label, point_offset
from il2scheduler.protocol_file.problems import Fact, Problem
from il2scheduler.protocol_file.shape import AtShape, TemplateShape, VisitShape, WindowShape

_LABELLED = re.compile(r"^(W|D)([0-9]+)$")
_RESERVED = re.compile(r"^(C[0-9]+(D[0-9]+|-.*)?|U[0-9]+|ET)$")


def visits_of(
    template: TemplateShape, arms: tuple[Arm, ...]
) -> tuple[tuple[VisitTemplate, ...], list[Problem]]:
    """The visits of a template, and all their problems."""
    problems: list[Problem] = []
    visits: list[VisitTemplate] = []
    cycles = max((len(arm.cycles) for arm in arms), default=0)
    for i, shape in enumerate(template.visits):
        place = f"visits[{i}]"
        if _RESERVED.match(shape.code):
            problems.append(Problem(f"{place}.code", "reserved-code", {"code": shape.code}))
        after = shape.min_days_after
        if arms and after is not None and after.cycle > cycles:
            facts = {"found": after.cycle, "count": cycles}
            problems.append(Problem(f"{place}.min_days_after.cycle", "no-such-cycle", facts))
        if shape.window is not None and (shape.window.late or 366) <= shape.window.after:
            facts = {"late": shape.window.late or 0, "after": shape.window.after}
            problems.append(Problem(f"{place}.window.late", "late-inside-window", facts))
        hook = _hook(shape.at, template)
        if isinstance(hook, str):
            problems.append(Problem(f"{place}.at", hook))
            continue
        problems += _hook_problems(shape, hook, place, template, cycles if arms else None)
        visits.append(
            VisitTemplate(
                code=shape.code,
                label=label(shape.label),
                hook=hook,
                window=_window(shape.window),
                arms=tuple(shape.arms or ()),
                activities=tuple(shape.activities),
                before_first_injection=shape.before_first_injection,
                min_days_after=None if after is None else DaysAfterCycle(after.cycle, after.days),
            )
        )
    return tuple(visits), problems


def _window(shape: WindowShape | None) -> Window | None:
    return None if shape is None else Window(shape.before, shape.after, late=shape.late)


def _hook(at: AtShape, template: TemplateShape) -> Hook | str:
    """What a visit hangs on, or the kind of the problem."""
    given = {k for k in ("cycle", "after_last_injection", "event") if getattr(at, k) is not None}
    timed = {k for k in ("week", "day", "offset") if getattr(at, k) is not None}
    if given == {"cycle"} and timed == {"day"} and at.day is not None:
        if at.day == 0:
            return "no-day-zero"
        return FromCycle(None if at.cycle == "every" else at.cycle, at.day)
    if given == {"after_last_injection"} and not timed and at.after_last_injection is not None:
        return FromLastInjection(at.after_last_injection)
    if given == {"event"} and timed <= {"offset"} and at.event is not None:
        return FromEvent(at.event, at.offset or 0)
    if given or len(timed) != 1:
        return "at-one-form"
    offset = point_offset(at, template)
    return "no-day-zero" if offset is None else FromAnchor(offset)


def _hook_problems(
    shape: VisitShape, hook: Hook, place: str, template: TemplateShape, cycles: int | None
) -> Iterator[Problem]:
    if isinstance(hook, FromEvent):
        events = {e.code for e in template.events}
        if hook.event not in events:
            unknown: dict[str, Fact] = {"code": hook.event, "of": "events"}
            unknown["known"] = ", ".join(sorted(events)) or "-"
            yield Problem(f"{place}.at.event", "unknown-code", unknown)
    if isinstance(hook, FromCycle) and hook.cycle is not None and cycles is not None and hook.cycle > cycles:
        yield Problem(f"{place}.at.cycle", "no-such-cycle", {"found": hook.cycle, "count": cycles})
    match = _LABELLED.match(shape.code)
    if match is None or not isinstance(hook, FromAnchor):
        return
    number = int(match[2])
    if match[1] == "W":
        offset = week_offset(number, template.week_origin)
    elif number == 0 and not template.day_zero:
        yield Problem(f"{place}.code", "no-day-zero")
        return
    else:
        offset = day_offset(number, day_zero=template.day_zero)
    if offset != hook.offset:
        facts: dict[str, Fact] = {"code": shape.code, "expected": offset, "found": hook.offset}
        yield Problem(f"{place}.at", "label-against-offset", facts)


def unknown_codes(place: str, kind: str, used: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    """Codes that are used in a list and declared nowhere."""
    listed = sorted(known)
    for i, code in enumerate(used):
        if code not in listed:
            facts = {"code": code, "of": kind, "known": ", ".join(listed) or "-"}
            yield Problem(f"{place}[{i}]", "unknown-code", facts)
