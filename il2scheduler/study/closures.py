"""Closures put into the settings of a study, and days opened in spite of one or of a public holiday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from il2scheduler.clinic import Closure
from il2scheduler.i18n import Words
from il2scheduler.refusal import Refusal
from il2scheduler.study.settings import Settings


def with_closures(settings: Settings, added: tuple[Closure, ...]) -> Settings:
    """The settings with more closures; one that is there already is not put in twice."""
    closures = [*settings.closures, *(c for c in added if c not in settings.closures)]
    open_days = frozenset(day for day in settings.opened if not any(c.first <= day <= c.last for c in added))
    return replace(
        settings,
        closures=tuple(sorted(set(closures), key=lambda c: (c.first, c.last, c.name))),
        opened=open_days,
    )


def opened_on(settings: Settings, day: date) -> Settings:
    """The settings with the clinic open on a day: a holiday worked on, a closure taken away or cut."""
    closures: list[Closure] = []
    for one in settings.closures:
        closures += _without(one, day)
    holiday = day in settings.clinic(day.year, day.year).holidays
    cut = len(closures) != len(settings.closures) or tuple(closures) != settings.closures
    if not holiday and not cut:
        raise Refusal("holiday-unknown", date=day)
    opened = settings.opened | {day} if holiday else settings.opened
    return replace(settings, closures=tuple(closures), opened=opened)


def _without(closure: Closure, day: date) -> list[Closure]:
    if not closure.first <= day <= closure.last:
        return [closure]
    before = Closure(closure.first, date.fromordinal(day.toordinal() - 1), closure.name)
    after = Closure(date.fromordinal(day.toordinal() + 1), closure.last, closure.name)
    return [part for part in (before, after) if part.first <= part.last]


def left_out(w: Words, count: int) -> str:
    """That events of a calendar file were left out because they take only hours."""
    return w.plural(
        "{count} event takes only some hours of a day and was left out: a closure takes whole days.",
        "{count} events take only some hours of a day and were left out: a closure takes whole days.",
        count,
    )
