"""Events written as an iCalendar file (RFC 5545, RFC 7986), byte for byte the same everywhere.

A writer of our own because calendars are what this program makes most of; the tests hold it against
other programs' readers. It knows no clock: stamps and sequence numbers are those of the events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from il2scheduler.calendars.zones import Zone, stamp, zone
from il2scheduler.i18n import words

# It names no drug and no version: the same study gives the same bytes after an update of the program.
PRODUCT = "-//Study appointments//Calendar//EN"
_FOLD_AT = 75
_ONE_DAY = timedelta(days=1)
# Control characters, the characters that some readers take for an end of line, and halves of characters.
_SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f\\\\;,\u2028\u2029\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Event:
    """One appointment as a calendar shows it.

    `at` is the wall-clock time of the site on `day` and `minutes` the length; without `at` the event
    takes the whole day. `changed` is when the event last changed in the study, in UTC. `sequence` counts
    the changes of its time or status and never goes down.
    """

    uid: str
    summary: str
    day: date
    changed: datetime
    at: time | None = None
    minutes: int = 0
    description: str = ""
    category: str = ""
    sequence: int = 0
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """How long before an event its reminder comes; for a whole day it is counted from midnight.

    Fifteen hours before midnight is nine in the morning of the day before.
    """

    before: timedelta
    before_day: timedelta = timedelta(hours=15)


def write(
    events: Iterable[Event],
    *,
    timezone: str,
    name: str,
    language: str,
    private: bool = True,
    alarm: Alarm | None = None,
    refresh: timedelta | None = None,
    method: str | None = "PUBLISH",
) -> bytes:
    """The .ics file of the events, in their order; `ValueError` for an unknown IANA time zone.

    `name` is the calendar's, `refresh` how often a subscriber should ask again. `method` is None for what
    goes to a CalDAV server, which must not be given one (RFC 4791, 4.1).
    """
    site = zone(timezone)
    said = _Writer(site, language, private=private, alarm=alarm)
    body = "".join([said.event(event) for event in events])
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    if method is not None:
        head.append(f"METHOD:{method}")
    title = escaped(name)
    head += [f"NAME:{title}", f"X-WR-CALNAME:{title}"]
    if refresh is not None:
        head += [
            f"REFRESH-INTERVAL;VALUE=DURATION:{_duration(refresh)}",
            f"X-PUBLISHED-TTL:{_duration(refresh)}",
        ]
    if said.names_zone:
        head += site.lines()
    text = "".join(map(folded, head)) + body + "END:VCALENDAR\r\n"
    return text.encode()


def escaped(text: str) -> str:
    """A text as a TEXT value: line ends escaped, a tab a space, other control characters left out."""
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(_escape, _LINE_END.sub("\n", text))


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in "\\;,":
        return "\\" + character
    return {"\n": "\\n", "\t": " "}.get(character, "")


def folded(line: str) -> str:
    """A content line ended by CRLF, folded at 75 octets and never inside a character (RFC 5545, 3.1)."""
    if len(line) <= _FOLD_AT and line.isascii():
        return line + "\r\n"
    data = line.encode()
    if len(data) <= _FOLD_AT:
        return line + "\r\n"
    parts: list[bytes] = []
    start, room = 0, _FOLD_AT
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(data[start:end])
        # A folded line begins with a space, which takes one of its octets.
        start, room = end, _FOLD_AT - 1
    parts.append(data[start:])
    return b"\r\n ".join(parts).decode() + "\r\n"


class _Writer:
    """What is the same for all events of a file, made once."""

    def __init__(self, site: Zone, language: str, *, private: bool, alarm: Alarm | None) -> None:
        self.names_zone = False
        self._zone = site
        w = words(language)
        self._prefix = w("CANCELLED - {summary}", summary="")
        visible = "PRIVATE" if private else "PUBLIC"
        self._planned = f"STATUS:CONFIRMED\r\nCLASS:{visible}\r\n"
        self._cancelled = f"STATUS:CANCELLED\r\nCLASS:{visible}\r\n"
        self._alarm = alarm
        self._spans: dict[tuple[date, time | None, int], str] = {}
        self._stamps: dict[datetime, str] = {}
        self._categories: dict[str, str] = {}

    def event(self, event: Event) -> str:
        """The lines of one event."""
        span = self._spans.get((event.day, event.at, event.minutes)) or self._span(event)
        changed = self._stamps.get(event.changed) or self._stamp(event.changed)
        summary = escaped(event.summary)
        if event.cancelled:
            summary = self._prefix + summary
        state = self._cancelled if event.cancelled else self._planned
        shown = "TRANSPARENT" if event.cancelled or event.at is None else "OPAQUE"
        text = folded("SUMMARY:" + summary)
        more = folded("DESCRIPTION:" + escaped(event.description)) if event.description else ""
        if event.category:
            more += self._categories.get(event.category) or self._category(event.category)
        if self._alarm is not None and not event.cancelled:
            end = f"TRANSP:{shown}\r\n{self._reminder(event, summary)}END:VEVENT\r\n"
        else:
            end = f"TRANSP:{shown}\r\nEND:VEVENT\r\n"
        begin = f"BEGIN:VEVENT\r\nUID:{event.uid}\r\n{changed}SEQUENCE:{event.sequence}\r\n"
        return f"{begin}{span}{text}{more}{state}{end}"

    def _span(self, event: Event) -> str:
        if event.at is None:
            last = event.day + _ONE_DAY
            span = f"DTSTART;VALUE=DATE:{_day(event.day)}\r\nDTEND;VALUE=DATE:{_day(last)}\r\n"
        else:
            span = self._zone.span(datetime.combine(event.day, event.at), event.minutes)
            self.names_zone |= "TZID" in span
        self._spans[event.day, event.at, event.minutes] = span
        return span

    def _stamp(self, changed: datetime) -> str:
        written = stamp(changed)
        text = f"DTSTAMP:{written}Z\r\nLAST-MODIFIED:{written}Z\r\n"
        self._stamps[changed] = text
        return text

    def _category(self, category: str) -> str:
        text = folded("CATEGORIES:" + escaped(category))
        self._categories[category] = text
        return text

    def _reminder(self, event: Event, summary: str) -> str:
        alarm = self._alarm
        if alarm is None:
            return ""
        before = alarm.before_day if event.at is None else alarm.before
        return (
            f"BEGIN:VALARM\r\nACTION:DISPLAY\r\n{folded('DESCRIPTION:' + summary)}"
            f"TRIGGER:{_duration(-before)}\r\nEND:VALARM\r\n"
        )


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _duration(length: timedelta) -> str:
    """`-PT15H`, `P1D`: the shortest form of whole minutes (RFC 5545, 3.3.6)."""
    total = round(length.total_seconds() / 60)
    days, rest = divmod(abs(total), 24 * 60)
    hours, minutes = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if total < 0 else ''}P{body or 'T0M'}"
