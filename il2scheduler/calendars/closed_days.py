"""A clinic's closures read from a calendar file that another program wrote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from il2scheduler.clinic import Closure, RecurringClosure
from il2scheduler.refusal import Refusal
from il2scheduler.typed_text import MAX_LINE, line

MAX_KIB = 1024
MAX_EVENTS = 2000
MAX_DAYS = 400
# A rule that never comes true is followed to the last year there is, which takes seconds.
MAX_RECURRING = 50
LAST_YEAR_AHEAD = 12
_ONE_DAY = timedelta(days=1)


def read(path: Path, last_year: int | None = None) -> tuple[Closure, ...]:
    """The events of a calendar as closures, whole days, by date; those that are cancelled are left out.

    Recurring events give a closure each time up to `last_year` (12 years after they begin when None), and
    stay within what RFC 5545 allows for whole days. `Refusal` for a file that is no calendar, holds no event,
    or is beyond what a clinic needs; `OSError` where it cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(MAX_KIB * 1024 + 1)
    if len(data) > MAX_KIB * 1024:
        raise Refusal("calendar-too-big", file=path.name, limit=MAX_KIB, what="KiB")
    found: set[Closure] = set()
    recurring = 0
    for number, event in enumerate(_events(data, path.name)):
        recurring += "RRULE" in event
        if number >= MAX_EVENTS or recurring > MAX_RECURRING:
            limit = MAX_EVENTS if number >= MAX_EVENTS else MAX_RECURRING
            raise Refusal("calendar-too-big", file=path.name, limit=limit, what="VEVENT")
        found.update(_closures(event, last_year, path.name))
        if len(found) > MAX_EVENTS:
            raise Refusal("calendar-too-big", file=path.name, limit=MAX_EVENTS, what="VEVENT")
    if not found:
        raise Refusal("calendar-empty", file=path.name)
    return tuple(sorted(found, key=lambda closure: (closure.first, closure.last, closure.name)))


def _events(data: bytes, name: str) -> list[Any]:
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(data, multiple=True)
        return [event for calendar in calendars for event in _walked(calendar)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Refusal("calendar-unreadable", file=name) from error


def _walked(calendar: Any) -> list[Any]:  # noqa: ANN401 - icalendar's
    found: list[Any] = calendar.walk("VEVENT")
    return found


def _closures(event: Any, last_year: int | None, name: str) -> list[Closure]:  # noqa: ANN401 - icalendar's
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in event:
        return []
    try:
        first = _day(event["DTSTART"].dt)
        last = _last(event, first)
        rule = event.get("RRULE")
        if isinstance(rule, list) or "RDATE" in event:
            raise Refusal("calendar-unreadable", file=name)
        starts: tuple[date, ...] = (first,)
        if rule is not None:
            again = RecurringClosure(rule.to_ical().decode("utf-8"), first)
            until = min(last_year or first.year + LAST_YEAR_AHEAD, first.year + 2 * LAST_YEAR_AHEAD)
            starts = again.dates(first.year, until)
        left_out = _left_out(event)
    except (ValueError, AttributeError, KeyError, TypeError, OverflowError) as error:
        raise Refusal("calendar-unreadable", file=name) from error
    if not 0 <= (last - first).days < MAX_DAYS:
        raise Refusal("calendar-too-long", file=name, limit=MAX_DAYS)
    if len(starts) > MAX_EVENTS:
        raise Refusal("calendar-too-big", file=name, limit=MAX_EVENTS, what="VEVENT")
    said = _name(event)
    return [Closure(day, day + (last - first), said) for day in starts if day not in left_out]


def _left_out(event: Any) -> set[date]:  # noqa: ANN401 - icalendar's
    dates = event.get("EXDATE", [])
    groups = cast("Iterable[Any]", dates) if isinstance(dates, list) else (dates,)
    return {_day(one.dt) for group in groups for one in group.dts}


def _last(event: Any, first: date) -> date:  # noqa: ANN401 - icalendar's
    """The last day: the end is exclusive, of whole days and of an event that ends at midnight."""
    if "DTEND" in event:
        end = event["DTEND"].dt
        midnight = not isinstance(end, datetime) or (end.hour, end.minute, end.second) == (0, 0, 0)
        return max(_day(end) - (_ONE_DAY if midnight else timedelta(0)), first)
    if "DURATION" in event:
        return first + timedelta(days=max(event["DURATION"].dt.days - 1, 0))
    return first


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _name(event: Any) -> str:  # noqa: ANN401 - icalendar's
    """The summary as a line; what cannot be shown in one is left out."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(event.get("SUMMARY", ""))).split())
    return line(text[:MAX_LINE]) if text else "-"
