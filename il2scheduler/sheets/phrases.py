"""What sheets say about cycles, days, doses and places, in whole words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from il2scheduler.i18n import LANGUAGES, Words, words
from il2scheduler.protocol import CycleSeries, Protocol, Route, study_day, study_week
from il2scheduler.rules import Finding, FindingKind
from il2scheduler.schedule import (
    EARLY_TERMINATION,
    UNSCHEDULED,
    Appointment,
    CycleStart,
    Injection,
    Kind,
    OmissionCause,
    Schedule,
    Status,
)
from il2scheduler.sheets import fonts
from il2scheduler.wording import finding_sentence, route_name
from il2scheduler.wording.day_lists import days, frequency, joined
from il2scheduler.wording.sites import site_names

Flags = Mapping[str, tuple[Finding, ...]]
BLANK = "_" * 14
# These stand elsewhere on every sheet: the banner lists what is assumed, the window column what is missing.
_ELSEWHERE = frozenset({FindingKind.ASSUMED, FindingKind.NO_WINDOW, FindingKind.OVERDUE})


def letter(index: int) -> str:
    """The sign of a footnote: `a` for 0, `z` for 25, `aa` for 26."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def upper(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def clock(injection: Injection) -> str:
    """`08:00`, `20:00`."""
    return f"{injection.time:%H:%M}"


def drug_name(w: Words, protocol: Protocol, code: str) -> str:
    """`aldesleukin (interleukin-2)`."""
    label = protocol.drugs.get(code)
    return code if label is None else label.said(w.language)


def dose(w: Words, dose_iu: int | None) -> str:
    """A dose in words; a ruled blank where it is prescribed per patient and not typed yet, or blinded."""
    if dose_iu is not None:
        return w.dose(dose_iu)
    return w("as prescribed: {blank}", blank=BLANK)


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a cycle in words: a line for each run of like days, and the sums."""

    lines: tuple[str, ...]
    per_day: tuple[str, ...]
    sums: str


def order(w: Words, schedule: Schedule, course: Sequence[Appointment], series: CycleSeries) -> Order:
    """What is ordered for a cycle: drug, dose per injection, route, how often, which days, and the sums."""
    groups: dict[tuple[int | None, ...], list[int]] = {}
    for appointment in course:
        doses = tuple(injection.dose_iu for injection in due(appointment))
        if not doses:
            continue
        groups.setdefault(doses, []).append(appointment.day or 0)
    drug, route = drug_name(w, schedule.protocol, series.drug), route_name(w, series.route)
    lines: list[str] = []
    per_day: list[str] = []
    for doses, numbers in groups.items():
        each = dose(w, doses[0]) if len(set(doses)) == 1 else joined(w, [dose(w, one) for one in doses])
        # What runs all day is not given so many times a day.
        continuous = series.route is Route.CONTINUOUS_INFUSION
        often = () if continuous else (frequency(w, len(doses), numbers),)
        lines.append(", ".join((drug, each, route, *often, days(w, numbers))))
        daily = [one for one in doses if one is not None]
        if len(daily) == len(doses):
            per_day.append(w("{days}: {dose} a day", days=upper(days(w, numbers)), dose=w.dose(sum(daily))))
    return Order(tuple(lines), tuple(per_day), _sums(w, course))


def _sums(w: Words, course: Sequence[Appointment]) -> str:
    injections = [injection for appointment in course for injection in due(appointment)]
    known = [injection.dose_iu for injection in injections if injection.dose_iu is not None]
    count = w.plural("{count} injection", "{count} injections", len(injections))
    if len(known) < len(injections):
        return count
    return w("{injections}, {dose} this cycle", injections=count, dose=w.dose(sum(known)))


def omission(w: Words, cause: OmissionCause) -> str:
    """Why a cycle is omitted."""
    if cause is OmissionCause.CAP:
        return w("omitted: past the last day on which the protocol lets a cycle start")
    return w("omitted: decided by a person")


def site(w: Words, text: str) -> str:
    """`3, left thigh`: a recorded site with its number on the map; what a person typed instead, in quotes."""
    for language in LANGUAGES:
        names = site_names(words(language))
        if text in names:
            place = names.index(text)
            return w("{number}, {site}", number=place + 1, site=site_names(w)[place])
    return w.quoted(fonts.spelt(text))


def staff_day(w: Words, day: date | None) -> str:
    """A date for staff, a ruled blank where it is not known."""
    return BLANK if day is None else w.staff_date(day)


def date_wide(schedule: Schedule, w: Words) -> float:
    """Width of a table column that holds any staff date of the schedule on one line."""
    planned = {a.planned for a in schedule.appointments if a.planned is not None}
    dates = planned | {start.planned for start in schedule.starts if start.planned is not None}
    widest = max((fonts.width(w.staff_date(day), 10, bold=True) for day in dates), default=90.0)
    return widest + 7


def companion_lines(w: Words, start: CycleStart, *, for_patient: bool = False) -> list[str]:
    """`antiretrovirals, from ... to ...`: the other drugs of a cycle, with their dates."""
    lines: list[str] = []
    for companion in start.template.companions:
        dates = [companion_days(start.planned, day) for day in (companion.first_day, companion.last_day)]
        said = [w.patient_date(d) if for_patient and d is not None else staff_day(w, d) for d in dates]
        label = companion.label.said(w.language)
        lines.append(w("{label}, from {first} to {last}", label=label, first=said[0], last=said[1]))
    return lines


def companion_days(start: date | None, day: int) -> date | None:
    """The date of a day of a cycle; day -1 is the day before day 1."""
    return None if start is None else start + timedelta(days=day - 1 if day > 0 else day)


def active_starts(schedule: Schedule) -> list[CycleStart]:
    """The cycles of which an injection is planned or recorded, in order."""
    return [start for start in schedule.starts if dropped(schedule, start) is None]


def dropped(schedule: Schedule, start: CycleStart) -> Status | None:
    """`OMITTED` or `CANCELLED` for a cycle that will not be given, else None."""
    status = schedule.cycle_status(start.template.number)
    return status if status in (Status.OMITTED, Status.CANCELLED) else None


def course_due(schedule: Schedule, cycle: int) -> list[Appointment]:
    """The days of a course on which an injection is not cancelled."""
    return [day for day in schedule.course(cycle) if due(day)]


def due(day: Appointment) -> list[Injection]:
    """The injections of a day that are not cancelled."""
    return [injection for injection in day.injections if injection.status is not Status.CANCELLED]


def before_and_after(schedule: Schedule, start: CycleStart) -> tuple[CycleStart | None, CycleStart | None]:
    """The cycles before and after a cycle, omitted ones passed over."""
    active = active_starts(schedule)
    place = active.index(start)
    return (active[place - 1] if place else None, active[place + 1] if place + 1 < len(active) else None)


def flags(findings: Sequence[Finding]) -> Flags:
    """The findings to be shown beside a row, by the code of the appointment or cycle."""
    found: dict[str, tuple[Finding, ...]] = {}
    for finding in findings:
        if finding.kind not in _ELSEWHERE:
            found[finding.where] = (*found.get(finding.where, ()), finding)
    return found


def sentence(w: Words, finding: Finding, protocol: Protocol) -> str:
    """A finding said in a sentence."""
    return fonts.spelt(finding_sentence(w, finding, protocol))


def study_time(w: Words, protocol: Protocol, offset: int | None) -> str:
    """`study week 2, day 15`: weeks elapsed and the study day of an offset."""
    if offset is None:
        return ""
    return w(
        "study week {week}, study day {day}",
        week=study_week(offset, protocol.week_origin),
        day=study_day(offset, day_zero=protocol.day_zero),
    )


def visit_label(w: Words, schedule: Schedule, appointment: Appointment) -> str:
    """The protocol's label of a visit, with its cycle where it comes in every one."""
    for visit in schedule.protocol.visits:
        if visit.code == appointment.template:
            label = visit.label.said(w.language)
            if appointment.code != visit.code and appointment.cycle is not None:
                return w("{visit} of cycle {number}", visit=label, number=appointment.cycle)
            return label
    if appointment.template == UNSCHEDULED:
        return w("unscheduled visit {number}", number=appointment.code.removeprefix(UNSCHEDULED))
    ending = schedule.protocol.early_termination
    if appointment.template == EARLY_TERMINATION and ending is not None:
        return ending.label.said(w.language)
    return appointment.code


def before_injection(schedule: Schedule, visit: Appointment) -> bool:
    """True for a visit whose sample is taken before the first injection of the same day."""
    if not any(v.code == visit.template and v.before_first_injection for v in schedule.protocol.visits):
        return False
    if visit.planned is None:
        days = [a for a in schedule.appointments if a.offset == visit.offset]
    else:
        days = list(schedule.on(visit.planned))
    return any(a.kind is Kind.INJECTIONS and a.active for a in days)


def label_of(w: Words, schedule: Schedule, appointment: Appointment) -> str:
    """A visit's label, or `cycle 3 day 1`."""
    if appointment.kind is Kind.INJECTIONS:
        return w("cycle {number} day {day}", number=appointment.cycle, day=appointment.day)
    return visit_label(w, schedule, appointment)
