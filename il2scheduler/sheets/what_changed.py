"""What changed in a patient's schedule since a revision: was, is now, why, by whom; for a new print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from il2scheduler.appointment import Appointment, Injection, Status
from il2scheduler.i18n import Words, words
from il2scheduler.schedule import EARLY_TERMINATION, UNSCHEDULED, Schedule
from il2scheduler.sheets import fonts, phrases
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import Furniture, quotation
from il2scheduler.sheets.pdf import Laid
from il2scheduler.sheets.printing import Printing
from il2scheduler.sheets.table import Cell, Column, Row, cell, table
from il2scheduler.wording import appointment_name, cycle_label, day_lists, place_name, status_name


@dataclass(frozen=True, slots=True)
class Why:
    """An entry that changed something: what it did in a sentence, who, when (local time), and the reason."""

    entry: int
    said: str
    who: str
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """An appointment as it was and as it is, None where there was or is none; the oldest reason first."""

    before: Appointment | None
    after: Appointment | None
    whys: tuple[Why, ...] = ()

    @property
    def about(self) -> Appointment:
        """The appointment, as it is where it still is."""
        found = self.after or self.before
        if found is None:
            raise ValueError(self)
        return found


@dataclass(frozen=True, slots=True)
class OldPrint:
    """A sheet that was printed at an earlier revision; `cycle` None for all of a document."""

    sheet: str
    cycle: int | None
    revision: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since revision `since`, in the order of the schedule, and the prints it makes old.

    `since_at` is when that revision came to be (local time).
    """

    since: int
    since_at: datetime
    differences: tuple[Difference, ...]
    old_prints: tuple[OldPrint, ...] = ()


def document(schedule: Schedule, changes: Changes, printing: Printing) -> Laid:
    """The pages for one patient; one that says so where nothing changed."""
    w = words(printing.language)
    title = w("What changed")
    flow = Flow(Furniture(schedule, printing, title, banner_page=0))
    flow.start(bookmark=title)
    facts = {
        "old": changes.since,
        "at": f"{w.staff_date(changes.since_at.date())} {changes.since_at:%H:%M}",
        "new": printing.revision,
    }
    flow.heading(w("From revision {old} (of {at}) to revision {new}", **facts))
    if changes.differences:
        _table(flow, changes.differences)
    else:
        flow.paragraph(w("No date, time, dose, place or status is different."), bold=True)
    _old_prints(flow, changes.old_prints)
    _received(flow)
    return flow.finish(w("What changed \u2013 patient {code}", code=schedule.patient.code))


def _old_prints(flow: Flow, prints: Sequence[OldPrint]) -> None:
    if not prints:
        return
    w = flow.w
    flow.heading(w("Printed before, to be replaced"), keep=40)
    flow.paragraph(w("Mark these prints as superseded, or take them out of use:"))
    for one in prints:
        name = one.sheet
        if one.cycle is not None:
            name = w("{sheets} of cycle {cycles}", sheets=name, cycles=one.cycle)
        said = w("{sheet}, printed at revision {revision}", sheet=phrases.upper(name), revision=one.revision)
        flow.need(20)
        base = flow.y + 13
        flow.page.text(flow.page.tick_box(flow.left, base, 10), base, said, 10)
        flow.y += 18


def _received(flow: Flow) -> None:
    """Who was told: the list goes with a new print."""
    w = flow.w
    flow.heading(w("Told to"), keep=80)
    columns = [
        Column(w("Name"), share=1.4),
        Column(w("Role"), share=1),
        Column(w("Signature"), share=1.2),
        Column(w("Date"), 90),
    ]
    table(flow, columns, [Row((Cell(), Cell(), Cell(), Cell())) for _ in range(3)], least=21)


# --- The table ---


def _table(flow: Flow, differences: Sequence[Difference]) -> None:
    """What is different, with letters for the decisions, which are told once below."""
    w = flow.w
    numbers = sorted({why.entry for one in differences for why in one.whys})
    letters = {entry: f"({phrases.letter(i)})" for i, entry in enumerate(numbers)}
    decided = {why.entry: why for one in differences for why in one.whys}
    columns = [
        Column(w("What"), 112),
        Column(w("Was"), share=1),
        Column(w("Is now"), share=1),
        Column(w("Why"), 62),
    ]
    groups = [list(group) for _, group in groupby(differences, _alike)]
    table(flow, columns, [_row(w, flow.furniture.schedule, each, letters) for each in groups], least=22)
    flow.heading(w("Decided"), keep=60)
    columns = [
        Column(w("Why"), 40),
        Column(w("What"), share=1),
        Column(w("Reason"), share=1.4),
        Column(w("By whom, when"), share=0.9),
    ]
    table(flow, columns, [_decision(w, letters[entry], decided[entry]) for entry in numbers], least=22)


def _decision(w: Words, sign: str, why: Why) -> Row:
    reason = quotation(w, why.reason) if why.reason else "\u2013"
    at = f"{w.staff_date(why.at.date())} {why.at:%H:%M}"
    return Row(
        (cell(sign, bold=True), cell(fonts.spelt(why.said)), cell(reason), cell(fonts.spelt(why.who), at))
    )


def _alike(one: Difference) -> tuple[object, ...]:
    """Days of a cycle that were changed in the same way, for the same reasons, make one row."""
    about = one.about
    if not about.injections or about.cycle is None:
        return (about.code,)
    before, after = one.before, one.after
    moved = None
    if before is not None and after is not None and before.planned is not None and after.planned is not None:
        moved = (after.planned - before.planned).days
    return (
        about.cycle,
        moved,
        before is None or before.planned is None,
        after is None or after.planned is None,
        None if before is None else _plan(before),
        None if after is None else _plan(after),
        tuple(why.entry for why in one.whys),
    )


def _plan(day: Appointment) -> tuple[object, ...]:
    away = day.status if not day.active else None
    return away, tuple((i.time, i.dose_iu, i.place, i.status is Status.CANCELLED) for i in day.injections)


def _row(w: Words, schedule: Schedule, group: Sequence[Difference], letters: Mapping[int, str]) -> Row:
    first = group[0]
    sides = [[d.before for d in group], [d.after for d in group]]
    planned = first.before is None or first.after is None or _plan(first.before) != _plan(first.after)
    was, now = (_side(w, schedule, [day for day in side if day is not None], plan=planned) for side in sides)
    signs = ", ".join(letters[why.entry] for why in first.whys)
    return Row((cell(*_name(w, schedule, group), bold=True), cell(*was), cell(*now, bold=True), cell(signs)))


def _name(w: Words, schedule: Schedule, group: Sequence[Difference]) -> list[str]:
    about = group[0].about
    if not about.injections:
        if about.template in (UNSCHEDULED, EARLY_TERMINATION):
            return [phrases.visit_label(w, schedule, about)]
        return [appointment_name(w, about.code, schedule.protocol)]
    numbers = [one.about.day or 0 for one in group]
    return [f"{cycle_label(w, about.cycle or 0)}, {day_lists.days(w, numbers)}"]


def _side(w: Words, schedule: Schedule, days: Sequence[Appointment], *, plan: bool) -> list[str]:
    """How some appointments of one row stood, or stand: every date, then what else is different."""
    if not days:
        return [w("not in the schedule")]
    first = days[0]
    said = [_dated(w, day.planned, day) for day in days]
    if not first.active:
        away = status_name(w, first.status)
        for start in schedule.starts:
            if start.template.number == first.cycle and start.omitted is not None:
                away = phrases.omission(w, start.omitted)
        return [away] if first.status is Status.OMITTED else [*said, away]
    if plan:
        said += [text for injection in first.injections for text in _injection(w, injection)]
    return said


def _dated(w: Words, day: date | None, one: Appointment) -> str:
    said = w("no date yet") if day is None else w.staff_date(day)
    return said if one.hour is None else w("{date} at {time}", date=said, time=f"{one.hour:%H:%M}")


def _injection(w: Words, injection: Injection) -> list[str]:
    at = phrases.clock(injection)
    if injection.status is Status.CANCELLED:
        return [w("{time}: cancelled", time=at)]
    place, dose = place_name(w, injection.place), phrases.dose(w, injection.dose_iu)
    return [w("{time} {place}: {dose}", time=at, place=place, dose=dose)]
