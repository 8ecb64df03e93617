"""What stands in a patient's row of the timeline: cycles as blocks, visits, their signs and their windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from il2scheduler.appointment import Appointment, NotGiven, Status
from il2scheduler.rules import Finding, FindingKind, Severity
from il2scheduler.schedule import Schedule

GIVEN, IN_PART, WITHHELD, NOT_GIVEN, CANCELLED = "✓", "/", "H", "×", "–"
OVERDUE, AWAITED, CHECK = "!", "…", "▲"
"""The signs. An overdue one counts before one to check."""

_SIGNS = {
    Status.GIVEN: GIVEN,
    Status.DONE: GIVEN,
    Status.RUNNING: IN_PART,
    Status.GIVEN_IN_PART: IN_PART,
    Status.NOT_GIVEN: NOT_GIVEN,
    Status.MISSED: NOT_GIVEN,
    Status.CANCELLED: CANCELLED,
}
_ONE_DAY = timedelta(days=1)


class Look(StrEnum):
    """How a day of an item is coloured; its sign says the same."""

    OPEN = "open"
    RECORDED = "recorded"
    STRUCK = "struck"
    FADED = "faded"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Mark:
    """One day of an item: the appointment's code, its short text and sign."""

    day: date
    code: str
    text: str
    sign: str
    look: Look


@dataclass(frozen=True, slots=True)
class Item:
    """A cycle (`C3`) as a block, or a visit. `first` and `last` are where it stands now.

    `window` is (earliest, latest) of a visit, `by_site` where the site entered it. `cycle` is None for a
    visit that is moved by itself. `together` counts the visits of the same date.
    """

    code: str
    cycle: int | None
    first: date
    last: date
    marks: tuple[Mark, ...]
    window: tuple[date, date] | None = None
    by_site: bool = False
    place: int = 0
    together: int = 1

    @property
    def is_block(self) -> bool:
        """True for a cycle."""
        return self.cycle is not None

    @property
    def struck(self) -> bool:
        """True where it is left out."""
        return all(mark.look is Look.STRUCK for mark in self.marks)

    @property
    def entry(self) -> date:
        """The day to begin with: the first that is still to be recorded, else the first."""
        waiting = (mark.day for mark in self.marks if mark.look in (Look.OPEN, Look.ALARM))
        return next(waiting, self.first)

    @property
    def days(self) -> Iterable[date]:
        """Every date it covers."""
        day = self.first
        while day <= self.last:
            yield day
            day += _ONE_DAY

    def mark_on(self, day: date) -> Mark | None:
        """The mark of a date, None between the days of a course."""
        return next((mark for mark in self.marks if mark.day == day), None)


def items_of(
    schedule: Schedule, found: Mapping[str, tuple[Finding, ...]], codes: Iterable[str] | None = None
) -> tuple[Item, ...]:
    """The items of a schedule, or only those with these codes, by date; `found` are findings by code."""
    wanted = None if codes is None else set(codes)
    items: list[Item] = []
    courses: dict[int, list[Appointment]] = {}
    visits: dict[date, list[Appointment]] = {}
    for due in schedule.appointments:
        if due.planned is None:
            continue
        if due.injections and due.cycle is not None:
            courses.setdefault(due.cycle, []).append(due)
        else:
            visits.setdefault(due.actual or due.planned, []).append(due)
    for cycle, course in courses.items():
        if wanted is None or f"C{cycle}" in wanted:
            items.append(_block(cycle, course, found))
    for day, there in visits.items():
        items.extend(
            _visit(due, day, place, len(there), found)
            for place, due in enumerate(there)
            if wanted is None or due.code in wanted
        )
    items.sort(key=lambda item: (item.first, item.is_block, item.place))
    return tuple(items)


def by_code(schedule: Schedule, findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """Findings that a person should look at, by appointment; a cycle's stand with its first day."""
    first_days = {
        start.code: course[0].code
        for start in schedule.starts
        if (course := schedule.course(start.template.number))
    }
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity is not Severity.NOTES or finding.kind is FindingKind.OVERDUE:
            found.setdefault(first_days.get(finding.where, finding.where), []).append(finding)
    return {code: tuple(there) for code, there in found.items()}


def _block(cycle: int, course: list[Appointment], found: Mapping[str, tuple[Finding, ...]]) -> Item:
    marks = tuple(_mark(due, str(due.day), found) for due in course)
    days = [mark.day for mark in marks]
    return Item(f"C{cycle}", cycle, min(days), max(days), marks)


def _visit(
    due: Appointment, day: date, place: int, together: int, found: Mapping[str, tuple[Finding, ...]]
) -> Item:
    mark = _mark(due, due.code, found, day)
    window = due.window if due.active else None
    return Item(due.code, None, day, day, (mark,), window, due.site_window, place, together)


def _mark(
    due: Appointment, text: str, found: Mapping[str, tuple[Finding, ...]], day: date | None = None
) -> Mark:
    about = found.get(due.code, ())
    return Mark(day or due.planned or date.min, due.code, text, sign_of(due, about), look_of(due, about))


def sign_of(due: Appointment, about: tuple[Finding, ...]) -> str:
    """The sign of an appointment, of which this was found."""
    sign = _SIGNS.get(due.status, "")
    if due.status is Status.NOT_GIVEN and {i.not_given for i in due.injections} == {NotGiven.WITHHELD}:
        sign = WITHHELD
    return sign + alarm(about) if due.open else sign


def look_of(due: Appointment, about: tuple[Finding, ...]) -> Look:
    """How an appointment is coloured."""
    if due.open and about:
        return Look.ALARM
    if due.status is Status.OMITTED:
        return Look.STRUCK
    if due.status is Status.CANCELLED:
        return Look.FADED
    return Look.OPEN if due.open else Look.RECORDED


def alarm(found: tuple[Finding, ...]) -> str:
    """The sign for what was found of an appointment."""
    late = [finding for finding in found if finding.kind is FindingKind.OVERDUE]
    if any(not finding.facts.get("awaiting_diary") for finding in late):
        return OVERDUE
    if late:
        return AWAITED
    return CHECK if found else ""
