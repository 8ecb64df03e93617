"""A clinic's closures read from a calendar file that another program wrote."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from il2scheduler.calendars.zones import named_zone
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
_MIDNIGHT = time(0)
# Parsing takes a while for each line, so that a file of nothing but begins is refused before it.
_BEGINS = re.compile(rb"^BEGIN:", re.IGNORECASE | re.MULTILINE)
_BEGINS_AN_EVENT = re.compile(rb"^BEGIN:VEVENT", re.IGNORECASE | re.MULTILINE)
_MOST_BEGINS = 3 * MAX_EVENTS


@dataclass(frozen=True, slots=True)
class Found:
    """The closures of a file, and how many of its events are none because they take some hours of a day."""

    closures: tuple[Closure, ...]
    with_hours: int = 0


def read(path: Path, timezone: str, last_year: int | None = None) -> Found:
    """The events of a calendar as closures, whole days, by date; those that are cancelled are left out.

    An event with hours closes the days it touches when it lasts a day or more, by the clock of the site's
    IANA `timezone`; a shorter one closes nothing and is counted. Recurring events give a closure each time
    up to `last_year` (12 years after they begin when None), and stay within what RFC 5545 allows for whole
    days; an occurrence that was moved or cancelled stands where its own event says. `Refusal` for a file
    that is no calendar, holds no closure, or is beyond what a clinic needs; `OSError` for one that cannot
    be read.
    """
    with path.open("rb") as file:
        data = file.read(MAX_KIB * 1024 + 1)
    if len(data) > MAX_KIB * 1024:
        raise Refusal("calendar-too-big", file=path.name, limit=MAX_KIB, what="KiB")
    if len(_BEGINS_AN_EVENT.findall(data)) > MAX_EVENTS or len(_BEGINS.findall(data)) > _MOST_BEGINS:
        raise Refusal("calendar-too-big", file=path.name, limit=MAX_EVENTS, what="VEVENT")
    events = _events(data, path.name)
    if sum("RRULE" in event for event in events) > MAX_RECURRING:
        raise Refusal("calendar-too-big", file=path.name, limit=MAX_RECURRING, what="RRULE")
    site = _Site(named_zone(timezone), last_year, path.name)
    closures, with_hours = site.closures(events)
    if not closures:
        kind = "calendar-hours-only" if with_hours else "calendar-empty"
        raise Refusal(kind, file=path.name, count=with_hours)
    listed = sorted(closures, key=lambda closure: (closure.first, closure.last, closure.name))
    return Found(tuple(listed), with_hours)


def _events(data: bytes, name: str) -> list[Any]:
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(data, multiple=True)
        return [event for calendar in calendars for event in _walked(calendar)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError) as error:
        # OSError: a time zone's name is looked up as that of a file, and some cannot be one.
        raise Refusal("calendar-unreadable", file=name) from error


def _walked(calendar: Any) -> list[Any]:  # noqa: ANN401 - icalendar's
    found: list[Any] = calendar.walk("VEVENT")
    return found


class _Site:
    """How the events of one file are read at one site."""

    def __init__(self, zone: ZoneInfo, last_year: int | None, name: str) -> None:
        self._zone, self._last_year, self._name = zone, last_year, name

    def closures(self, events: Iterable[Any]) -> tuple[set[Closure], int]:
        """The closures, and how many events are none because of their hours."""
        events = list(events)
        found: set[Closure] = set()
        with_hours = 0
        try:
            moved = self._moved(events)
            for event in events:
                if str(event.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in event:
                    continue
                days = self._days(event)
                if days is None:
                    with_hours += 1
                    continue
                found.update(self._each(event, days, moved))
                if len(found) > MAX_EVENTS:
                    raise Refusal("calendar-too-big", file=self._name, limit=MAX_EVENTS, what="VEVENT")
        except (ValueError, AttributeError, KeyError, TypeError, OverflowError) as error:
            raise Refusal("calendar-unreadable", file=self._name) from error
        return found, with_hours

    def _moved(self, events: Iterable[Any]) -> Mapping[str, set[date]]:
        """The dates of occurrences that have an event of their own, by the identity of the recurring one."""
        found: dict[str, set[date]] = defaultdict(set)
        for event in events:
            if "RECURRENCE-ID" in event:
                found[str(event.get("UID", ""))].add(self._date(event["RECURRENCE-ID"].dt))
        return found

    def _each(self, event: Any, days: tuple[date, date], moved: Mapping[str, set[date]]) -> Iterator[Closure]:  # noqa: ANN401 - icalendar's
        """A closure for each time the event comes."""
        first, last = days
        if not 0 <= (last - first).days < MAX_DAYS:
            raise Refusal("calendar-too-long", file=self._name, limit=MAX_DAYS)
        starts = {first} | self._recurring(event, first) | self._dates(event, "RDATE")
        if len(starts) > MAX_EVENTS:
            raise Refusal("calendar-too-big", file=self._name, limit=MAX_EVENTS, what="VEVENT")
        starts -= self._dates(event, "EXDATE")
        if "RECURRENCE-ID" not in event:
            starts -= moved.get(str(event.get("UID", "")), set())
        said = _said(event)
        for day in starts:
            yield Closure(day, day + (last - first), said)

    def _recurring(self, event: Any, first: date) -> set[date]:  # noqa: ANN401 - icalendar's
        rule = event.get("RRULE")
        if rule is None:
            return set()
        if isinstance(rule, list):
            # RFC 5545 allows one; which of them is meant cannot be known.
            raise TypeError("several rules")
        until = min(self._last_year or first.year + LAST_YEAR_AHEAD, first.year + 2 * LAST_YEAR_AHEAD)
        dates = RecurringClosure(rule.to_ical().decode("utf-8"), first).dates(first.year, until)
        return set(dates)

    def _dates(self, event: Any, name: str) -> set[date]:  # noqa: ANN401 - icalendar's
        """The dates of a list such as EXDATE; a period stands for the day it begins."""
        held = event.get(name, [])
        groups = cast("Iterable[Any]", held) if isinstance(held, list) else (held,)
        moments = [one.dt for group in groups for one in group.dts]
        days: list[date] = [moment[0] if type(moment) is tuple else moment for moment in moments]
        return {self._date(day) for day in days}

    def _days(self, event: Any) -> tuple[date, date] | None:  # noqa: ANN401 - icalendar's
        """The first and last day an event closes; None where it takes only hours."""
        start = event["DTSTART"].dt
        end = event["DTEND"].dt if "DTEND" in event else None
        if end is None and "DURATION" in event:
            end = start + event["DURATION"].dt
        if not isinstance(start, datetime):
            # The end is exclusive; of the same day it is the mistake of a program that means one day.
            return start, max(self._date(end) - _ONE_DAY, start) if end is not None else start
        begin = self._clock(start)
        finish = begin if end is None else self._clock(end)
        if finish - begin < _ONE_DAY - timedelta(minutes=1):
            return None
        last = finish.date() - (_ONE_DAY if finish.time() == _MIDNIGHT else timedelta(0))
        return begin.date(), max(last, begin.date())

    def _date(self, moment: date) -> date:
        return self._clock(moment).date() if isinstance(moment, datetime) else moment

    def _clock(self, moment: date) -> datetime:
        """A moment by the site's clock; one without a zone is by that clock already."""
        if not isinstance(moment, datetime):
            return datetime.combine(moment, _MIDNIGHT)
        return moment if moment.tzinfo is None else moment.astimezone(self._zone).replace(tzinfo=None)


def _said(event: Any) -> str:  # noqa: ANN401 - icalendar's
    """The summary as a line; what cannot be shown in one is left out."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(event.get("SUMMARY", ""))).split())
    return line(text[:MAX_LINE]) if text else "-"
