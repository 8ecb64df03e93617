"""Month grids: injection days by shading and a letter, visits by a letter, days to check by a frame."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date

from il2scheduler.schedule import Kind, Schedule
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE
from il2scheduler.sheets.page import GREY, HAIR, PALE, THICK, THIN, base_of
from il2scheduler.sheets.phrases import upper

_ACROSS = 2
_GAP = 20.0
_WEEK = 28.0
_ROW = 18.0
_TITLE = 18.0
_HIGH = _TITLE + 7 * _ROW + 6


def months(flow: Flow, to_check: AbstractSet[str]) -> None:
    """A grid for each month from the first appointment to the last; `to_check` are codes of appointments."""
    w, schedule = flow.w, flow.furniture.schedule
    letters = _letters(flow)
    flagged = {a.planned for a in schedule.appointments if a.code in to_check and a.active}
    span = schedule.span()
    if span is None:
        return
    # The first months stand below the notes where they fit.
    if flow.room < 40 + _HIGH:
        flow.start(w("months"))
    flow.part = w("months")
    flow.page.bookmarks.append((w("Months"), 0))
    flow.heading(w("Months"))
    _legend(flow)
    wide = (flow.wide - (_ACROSS - 1) * _GAP) / _ACROSS
    for i, month in enumerate(_months(*span)):
        column = i % _ACROSS
        if column == 0:
            if i:
                flow.y += _HIGH
            if flow.room < _HIGH - 6:
                flow.start(w("months"))
                _legend(flow)
        _grid(flow, month, flow.left + column * (wide + _GAP), wide, letters, flagged)
    flow.y += _HIGH


def _legend(flow: Flow) -> None:
    w = flow.w
    flow.paragraph(
        w(
            "I with shading: injection day. V: visit. B with shading: both, visit and injections. "
            "Thick frame: to check, see the list. The first column is the calendar week."
        )
    )
    flow.y += 2


def _letters(flow: Flow) -> dict[date, str]:
    """The letter of each date: injections, visit, or both."""
    w, found = flow.w, dict[date, set[Kind]]()
    schedule: Schedule = flow.furniture.schedule
    for appointment in schedule.appointments:
        if appointment.planned is not None and appointment.active:
            found.setdefault(appointment.planned, set()).add(appointment.kind)
    both = w.context("letter of a day with visit and injections", "B")
    visit = w.context("letter of a day with a visit", "V")
    injections = w.context("letter of a day with injections", "I")
    return {
        day: both if len(kinds) > 1 else visit if Kind.VISIT in kinds else injections
        for day, kinds in found.items()
    }


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _grid(
    flow: Flow,
    month: date,
    left: float,
    wide: float,
    letters: dict[date, str],
    flagged: AbstractSet[date | None],
) -> None:
    w, page = flow.w, flow.page
    injections = {
        a.planned for a in flow.furniture.schedule.appointments if a.kind is Kind.INJECTIONS and a.active
    }
    day_wide = (wide - _WEEK) / 7
    page.centred(left + wide / 2, flow.y + base_of(12, _TITLE), upper(w.month(month)), 12, bold=True)
    y = flow.y + _TITLE
    page.box(left, y, wide, _ROW, THIN, GREY)
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    for i, day in enumerate(weeks[0]):
        middle = left + _WEEK + (i + 0.5) * day_wide
        page.centred(middle, y + base_of(SIZE, _ROW), upper(w.weekday(day)[:2]), SIZE, bold=True)
    frames: list[tuple[float, float]] = []
    for week in weeks:
        y += _ROW
        page.box(left, y, _WEEK, _ROW, HAIR, PALE)
        page.centred(left + _WEEK / 2, y + base_of(SIZE, _ROW), str(week[0].isocalendar().week), SIZE)
        for i, day in enumerate(week):
            x = left + _WEEK + i * day_wide
            page.box(
                x, y, day_wide, _ROW, HAIR, GREY if day in injections and day.month == month.month else None
            )
            if day.month != month.month:
                continue
            letter = letters.get(day, "")
            text = f"{day.day}\u00a0{letter}" if letter else str(day.day)
            page.centred(x + day_wide / 2, y + base_of(SIZE, _ROW), text, SIZE, bold=bool(letter))
            if day in flagged:
                frames.append((x, y))
    for x, y in frames:
        page.box(x, y, day_wide, _ROW, THICK + 0.6)
