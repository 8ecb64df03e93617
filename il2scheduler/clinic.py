"""The clinic's calendar: open weekdays, public holidays, closures and places per day."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from il2scheduler.protocol import Label

_ONE_DAY = timedelta(days=1)
_RULE = re.compile(r"[A-Z]+=[^=;:\s]+(?:;[A-Z]+=[^=;:\s]+)*")
_THURSDAY, _TUESDAY, _FRIDAY, _MONDAY = 3, 1, 4, 0


class ClosedBy(StrEnum):
    """Why the clinic is closed on a date."""

    WEEKDAY = "weekday"
    HOLIDAY = "holiday"
    CLOSURE = "closure"


class NoCalendar(LookupError):  # noqa: N818 - an answer, not a fault
    """A clinic's calendar was not made for this year."""

    def __init__(self, year: int) -> None:
        """Keep the year that was asked for."""
        super().__init__(f"no clinic calendar for {year}")
        self.year = year


@dataclass(frozen=True, slots=True)
class Closed:
    """One reason to be closed; `name` is that of the holiday or closure, None for a weekday."""

    by: ClosedBy
    name: Label | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which the clinic is closed, both inclusive; `name` as typed by the site."""

    first: date
    last: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class RecurringClosure:
    """A closure that comes again by an RFC 5545 rule, e.g. `FREQ=MONTHLY;BYDAY=1WE` from `first` on."""

    rule: str
    first: date
    name: str = ""

    def dates(self, first_year: int, last_year: int) -> tuple[date, ...]:
        """Its dates in the years, both inclusive. `ValueError` for a rule unreadable or finer than days."""
        from dateutil.rrule import rrulestr

        rule = self.rule.strip().upper().removeprefix("RRULE:")
        parts = dict(part.split("=", 1) for part in rule.split(";")) if _RULE.fullmatch(rule) else {}
        finer = {"SECONDLY", "MINUTELY", "HOURLY", "BYHOUR", "BYMINUTE", "BYSECOND"} & {
            *parts,
            parts.get("FREQ"),
        }
        # dateutil never ends an interval of 0, and RFC 5545 forbids UNTIL beside COUNT.
        endless = not parts.get("INTERVAL", "1").strip("0") or {"UNTIL", "COUNT"} <= parts.keys()
        if not parts or finer or endless:
            raise ValueError(self.rule)
        start = datetime.combine(self.first, datetime.min.time())
        first, last = datetime(first_year, 1, 1), datetime(last_year, 12, 31)  # noqa: DTZ001 - whole days, no zone
        try:
            moments = rrulestr(rule, dtstart=start, ignoretz=True).between(first, last, inc=True)
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:
            raise ValueError(self.rule) from error
        return tuple(moment.date() for moment in moments)


@dataclass(frozen=True, slots=True)
class Clinic:
    """When the clinic is open, for the years `first_year` to `last_year`, both inclusive.

    Weekdays are those of `date.weekday` (Monday 0). `opened` holds public holidays the site works on.
    `places_injections` and `places_visits` are the patients a day has room for, None where unlimited.
    `unknown_years` are those whose public holidays nobody has published yet: they are not covered.
    """

    first_year: int
    last_year: int
    closed_weekdays: frozenset[int] = frozenset({5, 6})
    holidays: Mapping[date, Label] = field(default_factory=dict[date, Label])
    closures: tuple[Closure, ...] = ()
    opened: frozenset[date] = frozenset()
    places_injections: int | None = None
    places_visits: int | None = None
    warn_bridge_days: bool = False
    unknown_years: frozenset[int] = frozenset()
    _answers: dict[date, Closed | None] = field(
        default_factory=dict[date, "Closed | None"], init=False, repr=False, compare=False
    )

    def covers(self, day: date) -> bool:
        """True when the calendar was made for the year of this date."""
        return self.first_year <= day.year <= self.last_year and day.year not in self.unknown_years

    def closed(self, day: date) -> Closed | None:
        """Why the clinic is closed on a date, None when it is open.

        A named reason comes before the weekday. `NoCalendar` for a year the calendar was not made for:
        silence there would be read as "open".
        """
        try:
            return self._answers[day]
        except KeyError:
            answer = self._answers[day] = self._closed(day)
            return answer

    def _closed(self, day: date) -> Closed | None:
        if not self.covers(day):
            raise NoCalendar(day.year)
        for closure in self.closures:
            if closure.first <= day <= closure.last:
                return Closed(ClosedBy.CLOSURE, Label(closure.name, closure.name))
        name = self.holidays.get(day)
        if name is not None and day not in self.opened:
            return Closed(ClosedBy.HOLIDAY, name)
        return Closed(ClosedBy.WEEKDAY) if day.weekday() in self.closed_weekdays else None

    def is_open(self, day: date) -> bool:
        """True when the clinic is open on a date."""
        return self.closed(day) is None

    def bridge(self, day: date) -> Label | None:
        """The holiday a bridge day belongs to: the Friday after a Thursday, the Monday before a Tuesday."""
        neighbour = {_FRIDAY: day - _ONE_DAY, _MONDAY: day + _ONE_DAY}.get(day.weekday())
        if neighbour is None or neighbour.weekday() not in (_THURSDAY, _TUESDAY):
            return None
        return None if neighbour in self.opened else self.holidays.get(neighbour)


@lru_cache(maxsize=64)
def public_holidays(
    country: str, subdivision: str | None, first_year: int, last_year: int
) -> Mapping[date, Label]:
    """Public holidays with their names in English and French, from the `holidays` package.

    France has 11, two more in Alsace-Moselle (subdivisions `57` and `6AE`). Where the package has no
    French names the country's own are used. `NotImplementedError` for a country or subdivision it lacks.
    """
    import holidays

    unknown = unknown_years(country, first_year, last_year)
    years = [year for year in range(first_year, last_year + 1) if year not in unknown]
    own = holidays.country_holidays(country, subdiv=subdivision, years=years)
    languages: tuple[str, ...] = own.supported_languages
    spoken = {
        "en": next((tag for tag in ("en_US", "en_GB", "en") if tag in languages), None),
        "fr": next((tag for tag in ("fr", "fr_FR", "fr_CA", "fr_BE", "fr_CH") if tag in languages), None),
    }
    names: dict[str, Mapping[date, str]] = {}
    for language, tag in spoken.items():
        if tag is None:
            names[language] = dict(own)
        else:
            names[language] = dict(
                holidays.country_holidays(country, subdiv=subdivision, years=years, language=tag)
            )
    return {day: Label(names["en"].get(day, own[day]), names["fr"].get(day, own[day])) for day in sorted(own)}


@lru_cache(maxsize=64)
def unknown_years(country: str, first_year: int, last_year: int) -> frozenset[int]:
    """Years of these, both inclusive, of which the package knows too little: it warns, or its data ends."""
    import holidays

    last_known: int = getattr(getattr(holidays, country, None), "end_year", last_year)
    unknown = set(range(last_known + 1, last_year + 1))
    for year in range(first_year, last_year + 1):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                holidays.country_holidays(country, years=year)
            except UserWarning:
                unknown.add(year)
    return frozenset(unknown)


def known_countries() -> Mapping[str, tuple[str, ...]]:
    """ISO 3166 codes the holidays package knows, each with its subdivisions."""
    import holidays

    return {code: tuple(subdivisions) for code, subdivisions in holidays.list_supported_countries().items()}


def clinic_of(  # noqa: PLR0913 - each is one setting of a clinic
    country: str,
    *,
    first_year: int,
    last_year: int,
    subdivision: str | None = None,
    closed_weekdays: Iterable[int] = (5, 6),
    closures: Iterable[Closure] = (),
    recurring: Iterable[RecurringClosure] = (),
    opened: Iterable[date] = (),
    warn_bridge_days: bool = False,
) -> Clinic:
    """The calendar of a clinic with the public holidays of its country; errors as `public_holidays`."""
    again = (
        Closure(day, day, closure.name)
        for closure in recurring
        for day in closure.dates(first_year, last_year)
    )
    return Clinic(
        first_year=first_year,
        last_year=last_year,
        closed_weekdays=frozenset(closed_weekdays),
        holidays=public_holidays(country, subdivision, first_year, last_year),
        closures=(*closures, *again),
        opened=frozenset(opened),
        warn_bridge_days=warn_bridge_days,
        unknown_years=unknown_years(country, first_year, last_year),
    )
