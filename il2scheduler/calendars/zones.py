"""A site's time zone as a calendar file can say it: one rule for summer, one for winter."""

from __future__ import annotations

import calendar
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FIRST_YEAR = 1970
# The years a zone's rule is read from: so late that only the rule for all time to come is left, and
# 28 of them, so that each date falls on each weekday in ordinary and leap years.
_RULE_YEARS = range(2400, 2428)
_ONE_WEEK = 7
_UTC_NAMES = frozenset(
    {"UTC", "UCT", "Universal", "Zulu", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu"},
)


@dataclass(frozen=True, slots=True)
class Onset:
    """When one half of the year begins, every year, in the wall-clock time that holds until then.

    `weekday` counts from Monday 0. `nth` is 1 to 5 from the month's first day, -1 for the last; 0 means
    the first such weekday on or after `day`.
    """

    month: int
    weekday: int
    nth: int
    day: int
    at: time

    def date_in(self, year: int) -> date | None:
        """The date in a year; None where the month has no such weekday."""
        if self.nth < 0:
            last = date(year, self.month, calendar.monthrange(year, self.month)[1])
            return last - timedelta(days=(last.weekday() - self.weekday) % _ONE_WEEK)
        first = date(year, self.month, self.day)
        found = first + timedelta(days=(self.weekday - first.weekday()) % _ONE_WEEK)
        return found if found.month == self.month else None

    def moment_in(self, year: int) -> datetime | None:
        """The wall-clock moment in a year."""
        day = self.date_in(year)
        return None if day is None else datetime.combine(day, self.at)

    def rule(self) -> str:
        """The RFC 5545 rule that yields it every year."""
        weekday = _WEEKDAYS[self.weekday]
        if self.nth:
            return f"FREQ=YEARLY;BYDAY={self.nth}{weekday};BYMONTH={self.month}"
        days = ",".join(str(self.day + n) for n in range(_ONE_WEEK))
        return f"FREQ=YEARLY;BYDAY={weekday};BYMONTHDAY={days};BYMONTH={self.month}"


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of the clocks: its wall-clock moment before, the offsets and the name after."""

    moment: datetime
    before: timedelta
    after: timedelta
    name: str


@dataclass(frozen=True, slots=True)
class _Half:
    """One half of the year: when it begins, its offset from UTC, its name."""

    onset: Onset
    offset: timedelta
    name: str


class Zone:
    """An IANA time zone; `ValueError` for a name that is none.

    The VTIMEZONE has exactly one DAYLIGHT and one STANDARD rule from 1970 on (Outlook and ical.js misread
    lists of dates), or one STANDARD without changes. It states what holds from now on; a time of which
    it says anything else than the tables, or that exists twice or not at all, is written in UTC.
    """

    def __init__(self, name: str) -> None:
        """Find the zone's rule."""
        self._zone = named_zone(name)
        self.name = name
        self._is_utc = name in _UTC_NAMES
        self._halves = _halves(self._zone)
        distant = datetime(_RULE_YEARS[0], 1, 1, tzinfo=self._zone)
        self._offset = distant.utcoffset() or timedelta(0)
        self._abbreviation = distant.tzname() or name

    def lines(self) -> tuple[str, ...]:
        """The content lines of the VTIMEZONE; none for UTC."""
        if self._is_utc:
            return ()
        if self._halves is None:
            always = datetime(_FIRST_YEAR, 1, 1)  # noqa: DTZ001 - wall-clock time
            inside = _lines("STANDARD", always, self._offset, self._offset, self._abbreviation)
        else:
            summer, winter = self._halves
            inside = (
                *_half_lines("DAYLIGHT", summer, winter.offset),
                *_half_lines("STANDARD", winter, summer.offset),
            )
        return ("BEGIN:VTIMEZONE", f"TZID:{self.name}", *inside, "END:VTIMEZONE")

    def instant(self, wall: datetime) -> datetime:
        """A wall-clock time in UTC: the first of two; by the offset before where there is none (RFC 5545)."""
        return wall.replace(tzinfo=self._zone, fold=0).astimezone(UTC)

    def offset(self, wall: datetime) -> timedelta | None:
        """The offset a reader takes from the VTIMEZONE; None where it would have to guess."""
        if wall.year <= _FIRST_YEAR:
            return None
        if self._halves is None:
            return self._offset
        daylight, standard = self._halves
        summer, winter = daylight.onset.moment_in(wall.year), standard.onset.moment_in(wall.year)
        if summer is None or winter is None:
            return None
        saved = daylight.offset - standard.offset
        # Besides the hours that come twice or not at all: the hour after the second kind, because servers
        # that use vobject (Radicale) hand out a winter time that begins an hour late.
        if winter - saved <= wall < winter + saved or summer <= wall < summer + saved:
            return None
        # Between the two onsets lies summer in the north and winter in the south.
        inside = summer <= wall < winter if summer < winter else not winter <= wall < summer
        return daylight.offset if inside else standard.offset

    def reads(self, wall: datetime) -> bool:
        """True when the time exists once and every reader of the VTIMEZONE finds the right instant."""
        first = wall.replace(tzinfo=self._zone, fold=0).utcoffset()
        second = wall.replace(tzinfo=self._zone, fold=1).utcoffset()
        return first == second == self.offset(wall)

    def span(self, start: datetime, minutes: int) -> str:
        """DTSTART and DTEND of an event, each ended by CRLF; both local, or both UTC where one must be."""
        begin = self.instant(start)
        finish = begin + timedelta(minutes=minutes)
        end = finish.astimezone(self._zone).replace(tzinfo=None)
        if self._is_utc or not (self.reads(start) and self.reads(end)):
            return f"DTSTART:{stamp(begin)}Z\r\nDTEND:{stamp(finish)}Z\r\n"
        return f"DTSTART;TZID={self.name}:{stamp(start)}\r\nDTEND;TZID={self.name}:{stamp(end)}\r\n"


@lru_cache(maxsize=64)
def zone(name: str) -> Zone:
    """The zone of this name, its rule found once; `ValueError` where there is none."""
    return Zone(name)


def stamp(moment: datetime) -> str:
    """`20260105T080000`, four digits of year on every system (strftime differs below 1000)."""
    return moment.isoformat(timespec="seconds").replace("-", "").replace(":", "")[:15]


def _lines(
    part: str, start: datetime, before: timedelta, after: timedelta, name: str, *rule: str
) -> tuple[str, ...]:
    return (
        f"BEGIN:{part}",
        f"DTSTART:{stamp(start)}",
        f"TZOFFSETFROM:{_signed(before)}",
        f"TZOFFSETTO:{_signed(after)}",
        f"TZNAME:{name}",
        *rule,
        f"END:{part}",
    )


def _half_lines(part: str, half: _Half, before: timedelta) -> tuple[str, ...]:
    moments = (half.onset.moment_in(year) for year in range(_FIRST_YEAR, _FIRST_YEAR + 2 * _ONE_WEEK))
    start = next(moment for moment in moments if moment is not None)
    return _lines(part, start, before, half.offset, half.name, f"RRULE:{half.onset.rule()}")


def _signed(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{minutes:02}" + (f"{left:02}" if left else "")


@cache
def _names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split())


def named_zone(name: str) -> ZoneInfo:
    """The zone from the tables that come with the program, and not from the computer's.

    Else two computers would write different files: Debian 12 knew nothing of Morocco's change of 2026.
    """
    if name not in _names():
        raise ValueError(f"no such time zone: {name!r}")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def _halves(zone_info: ZoneInfo) -> tuple[_Half, _Half] | None:
    """Summer and winter; None for a zone whose clocks are not changed twice a year by a rule."""
    changes = [change for year in _RULE_YEARS for change in _changes(zone_info, year)]
    # By the offset and not by what the zone calls it: Dublin calls its summer standard and its winter saving.
    to_summer = [change for change in changes if change.after > change.before]
    to_winter = [change for change in changes if change.after < change.before]
    if len(to_summer) != len(_RULE_YEARS) or len(to_winter) != len(_RULE_YEARS):
        return None
    summer, winter = _half(to_summer), _half(to_winter)
    return None if summer is None or winter is None else (summer, winter)


def _half(changes: Sequence[_Change]) -> _Half | None:
    first = changes[0]
    weekday, at = first.moment.weekday(), first.moment.time()
    if any((c.moment.weekday(), c.moment.time(), c.after) != (weekday, at, first.after) for c in changes):
        return None
    dates = [change.moment.date() for change in changes]
    return _Half(_onset(dates, weekday, at), first.after, first.name)


def _onset(dates: Sequence[date], weekday: int, at: time) -> Onset:
    """The rule that yields most of the dates: the last or nth weekday of the month where one does.

    In Cairo the clocks go back the night after the last Thursday of October, which may be in November: no
    rule of one month yields all of it. The few days of difference are written in UTC like all that differs.
    """
    month = Counter(day.month for day in dates).most_common(1)[0][0]
    days = [day.day for day in dates if day.month == month]
    shortest = calendar.monthrange(2001, month)[1]
    candidates = [Onset(month, weekday, -1, 1, at)]
    candidates += [Onset(month, weekday, nth, 1 + _ONE_WEEK * (nth - 1), at) for nth in (1, 2, 3, 4)]
    candidates += [Onset(month, weekday, 0, min(days), at)] if min(days) + _ONE_WEEK - 1 <= shortest else []
    return max(candidates, key=lambda onset: sum(onset.date_in(day.year) == day for day in dates))


def _changes(zone_info: ZoneInfo, year: int) -> list[_Change]:
    """The changes of a year, found month by month and then to the second."""
    edges = [datetime(year, month, 1, tzinfo=UTC) for month in range(1, 13)]
    edges.append(datetime(year + 1, 1, 1, tzinfo=UTC))
    found: list[_Change] = []
    for low, high in itertools.pairwise(edges):
        before, after = _offset_at(zone_info, low), _offset_at(zone_info, high)
        if before != after:
            moment = _first_with(zone_info, after, low, high)
            name = moment.astimezone(zone_info).tzname() or ""
            found.append(_Change(moment.replace(tzinfo=None) + before, before, after, name))
    return found


def _first_with(zone_info: ZoneInfo, offset: timedelta, low: datetime, high: datetime) -> datetime:
    """The first second in (low, high] with an offset that changes once between the two."""
    seconds = int((high - low).total_seconds())
    first, last = 0, seconds
    while last - first > 1:
        middle = (first + last) // 2
        if _offset_at(zone_info, low + timedelta(seconds=middle)) == offset:
            last = middle
        else:
            first = middle
    return low + timedelta(seconds=last)


def _offset_at(zone_info: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone_info).utcoffset() or timedelta(0)
