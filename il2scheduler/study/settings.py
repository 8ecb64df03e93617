"""The settings of a study: the site, its clinic calendar, and where they stand in the study's tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from il2scheduler.clinic import (
    Clinic,
    Closure,
    RecurringClosure,
    known_countries,
    public_holidays,
    unknown_years,
)
from il2scheduler.dosing import Product, facts_of, product_of
from il2scheduler.ledger import Change, Row, Rows, Table
from il2scheduler.protocol import Label
from il2scheduler.refusal import Refusal

Holidays = Mapping[date, Label]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a study knows of its site. `study_id` is made once and names its calendar events.

    `holidays` are the public holidays of the years `first_year` to `last_year`, saved with the study so
    that they can be shown and corrected; `opened` are those the site works on. `product` is None until
    the site's pharmacy entered it.
    """

    study_id: str
    title: str = ""
    site: str = ""
    country: str = "FR"
    subdivision: str | None = None
    closed_weekdays: frozenset[int] = frozenset({5, 6})
    timezone: str = "Europe/Paris"
    places_injections: int | None = None
    places_visits: int | None = None
    warn_bridge_days: bool = False
    closures: tuple[Closure, ...] = ()
    recurring: tuple[RecurringClosure, ...] = ()
    opened: frozenset[date] = frozenset()
    first_year: int = 0
    last_year: int = -1
    holidays: Holidays = field(default_factory=dict[date, Label])
    # Calendars made of these settings, by their years: a preview asks for the same one again and again.
    _clinics: dict[tuple[int, int], Clinic] = field(
        default_factory=dict[tuple[int, int], Clinic], init=False, compare=False, repr=False
    )
    product: Product | None = None

    def clinic(self, first_year: int, last_year: int) -> Clinic:
        """The clinic's calendar for at least these years: saved holidays, and new ones beyond them."""
        years = min(first_year, self.first_year), max(last_year, self.last_year)
        known = self._clinics.get(years)
        if known is None:
            known = self._clinics[years] = self._clinic(*years)
        return known

    def _clinic(self, first: int, last: int) -> Clinic:
        holidays = dict(self.holidays)
        if first < self.first_year or last > self.last_year:
            made = public_holidays(self.country, self.subdivision, first, last)
            beyond = {d: n for d, n in made.items() if not self.first_year <= d.year <= self.last_year}
            holidays |= beyond
        again = (Closure(day, day, c.name) for c in self.recurring for day in c.dates(first, last))
        return Clinic(
            first_year=first,
            last_year=last,
            closed_weekdays=self.closed_weekdays,
            holidays=holidays,
            closures=(*self.closures, *again),
            opened=self.opened,
            places_injections=self.places_injections,
            places_visits=self.places_visits,
            warn_bridge_days=self.warn_bridge_days,
            unknown_years=unknown_years(self.country, first, last),
        )


def checked(settings: Settings) -> Settings:
    """The settings when they can be used; `Refusal` for an unknown country, subdivision or time zone."""
    from zoneinfo import ZoneInfo

    countries = known_countries()
    if settings.country not in countries:
        raise Refusal("country", found=settings.country[:60])
    known = countries[settings.country]
    if settings.subdivision is not None and settings.subdivision not in known:
        shown = ", ".join(known) or "-"
        raise Refusal("subdivision", found=settings.subdivision[:60], country=settings.country, known=shown)
    if len(settings.closed_weekdays) > 6:
        raise Refusal("never-open")
    try:
        ZoneInfo(settings.timezone)
    except (LookupError, ValueError, OSError):
        raise Refusal("timezone", found=settings.timezone[:60]) from None
    return settings


def rows_of_settings(settings: Settings) -> dict[str, Row]:
    """One row for each setting, its value as JSON; none for a product that was not entered."""
    values: dict[str, object] = {
        "study_id": settings.study_id,
        "title": settings.title,
        "site": settings.site,
        "country": settings.country,
        "subdivision": settings.subdivision,
        "closed_weekdays": sorted(settings.closed_weekdays),
        "timezone": settings.timezone,
        "places_injections": settings.places_injections,
        "places_visits": settings.places_visits,
        "warn_bridge_days": settings.warn_bridge_days,
        "closures": [[c.first.isoformat(), c.last.isoformat(), c.name] for c in settings.closures],
        "recurring": [[c.rule, c.first.isoformat(), c.name] for c in settings.recurring],
        "opened": sorted(day.isoformat() for day in settings.opened),
        "holiday_years": [settings.first_year, settings.last_year],
        "holidays": {day.isoformat(): [n.en, n.fr] for day, n in sorted(settings.holidays.items())},
    }
    if settings.product is not None:
        values["product"] = facts_of(settings.product)
    return {name: {"value": json.dumps(value, ensure_ascii=False)} for name, value in values.items()}


def settings_of(rows: Rows) -> Settings:
    """The settings that rows of the study give."""
    read = {str(key[0]): json.loads(str(row["value"])) for key, row in rows.table(Table.SETTING).items()}
    first_year, last_year = read["holiday_years"]
    return Settings(
        study_id=read["study_id"],
        title=read["title"],
        site=read["site"],
        country=read["country"],
        subdivision=read["subdivision"],
        closed_weekdays=frozenset(read["closed_weekdays"]),
        timezone=read["timezone"],
        places_injections=read["places_injections"],
        places_visits=read["places_visits"],
        warn_bridge_days=read["warn_bridge_days"],
        closures=tuple(Closure(_date(a), _date(b), name) for a, b, name in read["closures"]),
        recurring=tuple(
            RecurringClosure(rule, _date(first), name) for rule, first, name in read["recurring"]
        ),
        opened=frozenset(_date(day) for day in read["opened"]),
        first_year=first_year,
        last_year=last_year,
        holidays={_date(day): Label(*names) for day, names in read["holidays"].items()},
        product=product_of(read["product"]) if "product" in read else None,
    )


def setting_changes(before: Settings | None, after: Settings) -> tuple[Change, ...]:
    """The rows that differ."""
    old = {} if before is None else rows_of_settings(before)
    new = rows_of_settings(after)
    return tuple(
        Change(Table.SETTING, (name,), old.get(name), new.get(name))
        for name in sorted(old | new)
        if old.get(name) != new.get(name)
    )


def _date(text: str) -> date:
    return date.fromisoformat(text)
