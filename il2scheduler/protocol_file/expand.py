"""A series of cycles written out: every start, course day and injection of an arm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from itertools import pairwise

from il2scheduler.protocol import (
    Basis,
    Companion,
    CourseDay,
    CycleTemplate,
    InjectionTemplate,
    Label,
    day_offset,
    week_offset,
)
from il2scheduler.protocol_file.problems import Fact, Problem
from il2scheduler.protocol_file.shape import (
    MAX_CYCLES,
    MAX_OFFSET,
    AtShape,
    ChangeShape,
    CycleShape,
    LabelShape,
    PointShape,
    StartsShape,
    TemplateShape,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_COURSE_DAYS = 400


def label(shape: LabelShape) -> Label:
    """The label of a shape."""
    return Label(shape.en, shape.fr)


def point_offset(point: PointShape | AtShape, template: TemplateShape) -> int | None:
    """Offset of a point given as exactly one of week, day or offset; None where it is not exactly one."""
    given = [value for value in (point.week, point.day, point.offset) if value is not None]
    if len(given) != 1 or (point.day == 0 and not template.day_zero):
        return None
    if point.week is not None:
        return week_offset(point.week, template.week_origin)
    if point.day is not None:
        return day_offset(point.day, day_zero=template.day_zero)
    return point.offset


def starts(shape: StartsShape, template: TemplateShape, place: str) -> tuple[list[int | None], list[Problem]]:
    """Offsets of the cycles of a series (None: dated by a person), and what is wrong with them."""
    forms = {
        "weeks": shape.weeks,
        "days": shape.days,
        "offsets": shape.offsets,
        "first": shape.first,
        "by_site": shape.by_site,
        "on_demand": shape.on_demand,
    }
    given = [name for name, value in forms.items() if value is not None]
    extra = [n for n in ("intervals", "every", "count") if getattr(shape, n) is not None]
    if len(given) != 1 or (extra and given != ["first"]):
        return [], [Problem(place, "starts-one-form", {"found": ", ".join(given + extra) or "-"})]
    undated = shape.by_site or shape.on_demand
    if undated is not None:
        return [None] * undated, []
    if shape.first is not None:
        return _from_first(shape, template, place)
    return _listed(shape, template, place)


def _listed(
    shape: StartsShape, template: TemplateShape, place: str
) -> tuple[list[int | None], list[Problem]]:
    if shape.weeks is not None:
        unit, values = "week", shape.weeks
        offsets = [week_offset(week, template.week_origin) for week in values]
    elif shape.days is not None:
        unit, values = "day", shape.days
        zero = [Problem(f"{place}.days[{i}]", "no-day-zero") for i, day in enumerate(values) if day == 0]
        if zero and not template.day_zero:
            return [], zero
        offsets = [day_offset(day, day_zero=template.day_zero) for day in values]
    else:
        unit, values = "offset", shape.offsets or []
        offsets = list(values)
    problems: list[Problem] = []
    for i in range(1, len(values)):
        if values[i] <= values[i - 1]:
            facts: dict[str, Fact] = {"unit": unit, "value": values[i], "previous": values[i - 1]}
            problems.append(Problem(f"{place}.{unit}s[{i}]", "starts-not-increasing", facts))
    return list(offsets), problems


def _from_first(
    shape: StartsShape, template: TemplateShape, place: str
) -> tuple[list[int | None], list[Problem]]:
    if shape.first is None or (offset := point_offset(shape.first, template)) is None:
        return [], [Problem(f"{place}.first", "point-one-form")]
    regular = shape.every is not None and shape.count is not None and shape.intervals is None
    listed = shape.intervals is not None and shape.every is None and shape.count is None
    single = shape.every is None and shape.count is None and shape.intervals is None
    if not (regular or listed or single):
        return [], [Problem(place, "starts-first-form")]
    steps = shape.intervals or [shape.every or 0] * ((shape.count or 1) - 1)
    if len(steps) >= MAX_CYCLES:
        return [], [Problem(place, "too-many-cycles", {"limit": MAX_CYCLES})]
    offsets: list[int | None] = [offset]
    for days in steps:
        offset += days
        offsets.append(offset)
    if offset > MAX_OFFSET:
        return [], [Problem(place, "too-late", {"offset": offset, "limit": MAX_OFFSET})]
    return offsets, []


def course_days(shape: CycleShape, place: str) -> tuple[list[int], list[Problem]]:
    """Day numbers of a course: `1-5`, `1-13/2`, `1, 3, 5`, or every candidate day of a weekday pattern."""
    course = shape.course
    pattern = course.weekdays is not None and course.length is not None
    if (course.days is None) == (course.weekdays is None) or (course.weekdays is not None) != (
        course.length is not None
    ):
        return [], [Problem(f"{place}.course", "course-one-form")]
    if pattern:
        return list(range(1, (course.length or 0) + 1)), []
    days: list[int] = []
    for part in (course.days or "").split(","):
        span, _, by = part.strip().partition("/")
        first, _, last = span.partition("-")
        run = range(int(first), int(last or first) + 1, int(by or 1) or MAX_COURSE_DAYS + 1)
        if not run or (by and int(by) == 0):
            return [], [Problem(f"{place}.course.days", "days-not-increasing", {"found": course.days or ""})]
        days.extend(run)
        if len(days) > MAX_COURSE_DAYS:
            return [], [Problem(f"{place}.course.days", "too-many-days", {"limit": MAX_COURSE_DAYS})]
    if not days or days[0] != 1 or any(b <= a for a, b in pairwise(days)):
        return [], [Problem(f"{place}.course.days", "days-not-increasing", {"found": course.days or ""})]
    return days, []


def cycles(
    shape: CycleShape,
    template: TemplateShape,
    offsets: list[int | None],
    days: list[int],
    before: list[CycleTemplate],
) -> Iterator[CycleTemplate]:
    """The cycles of a series, numbered on after those of the series before it in the arm."""
    previous = before[-1].offset if before else None
    cap = (
        None
        if shape.cap is None or shape.cap.last_start is None
        else point_offset(shape.cap.last_start, template)
    )
    weekdays = shape.course.weekdays
    course: tuple[CourseDay, ...] = ()
    for position, offset in enumerate(offsets, start=1):
        # Cycles that are alike share their days: what is the same object is seen to be alike at once.
        own = _days(shape, position, days)
        course = course if own == course else own
        interval = None if offset is None or previous is None else offset - previous
        yield CycleTemplate(
            number=len(before) + position,
            series=shape.code,
            offset=offset,
            days=course,
            interval=interval,
            minimum_gap=shape.minimum_gap if shape.minimum_gap is not None else interval,
            rule=shape.rule,
            last_start=cap,
            weekdays=None if weekdays is None else frozenset(WEEKDAYS.index(name) for name in weekdays),
            max_doses=shape.course.max_doses,
            companions=_companions(shape, position),
        )
        previous = offset


def _changes(shape: CycleShape, position: int) -> list[ChangeShape]:
    return [change for change in shape.changes if position in change.cycles]


def _days(shape: CycleShape, position: int, days: list[int]) -> tuple[CourseDay, ...]:
    dose, place = shape.dose, None
    doses = shape.course.doses_iu
    for change in _changes(shape, position):
        if change.dose is not None:
            dose, doses = change.dose, None
        place = change.place or place
    course: list[CourseDay] = []
    for index, day in enumerate(days):
        iu = 0 if dose.basis is Basis.PLACEBO else None if dose.basis.prescribed else dose.iu
        if doses is not None:
            iu = doses[index]
        slots = tuple(
            InjectionTemplate(time.fromisoformat(s.time), shape.drug, iu, place or s.place)
            for s in shape.slots
        )
        same = bool(course) and course[-1].injections == slots
        course.append(CourseDay(day, course[-1].injections if same else slots))
    return tuple(course)


def _companions(shape: CycleShape, position: int) -> tuple[Companion, ...]:
    without = {code for change in _changes(shape, position) for code in change.without or ()}
    return tuple(
        Companion(c.code, label(c.label), c.first_day, c.last_day)
        for c in shape.companions
        if c.code not in without
    )
