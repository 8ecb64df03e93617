"""Proposals: the nearest dates off closed days, each judged on the whole schedule it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from il2scheduler.clinic import Clinic
from il2scheduler.patient import OmissionCause
from il2scheduler.protocol import Protocol
from il2scheduler.rules.findings import Fact, Finding, FindingKind, Taken, closed_days, findings
from il2scheduler.schedule import Appointment, CycleStart, Kind, Patient, Schedule, build

SITE_LIMIT_DAYS = 7
ANCHOR_SEARCH_DAYS = 28
NEXT_START_DAYS = 28
MAX_ANCHORS = 3
_COSTLY = frozenset(
    {
        FindingKind.CLOSED_DAY,
        FindingKind.OUTSIDE_WINDOW,
        FindingKind.GAP_TOO_SHORT,
        FindingKind.PAST_CAP,
        FindingKind.COURSE_SPLIT,
        FindingKind.COURSE_OVERLAP,
        FindingKind.CYCLE_ORDER,
        FindingKind.CLINIC_FULL,
        FindingKind.FOLLOW_UP_EARLY,
        FindingKind.SAMPLE_LATE,
    }
)
_FORBIDDEN = frozenset(
    {
        FindingKind.GAP_TOO_SHORT,
        FindingKind.COURSE_SPLIT,
        FindingKind.COURSE_OVERLAP,
        FindingKind.CYCLE_ORDER,
    }
)


class Within(StrEnum):
    """What bounds a proposal: the protocol's window, the site's own, or 7 days where there is none."""

    WINDOW = "window"
    SITE_WINDOW = "site-window"
    SITE_LIMIT = "site-limit"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Move `where` (a visit's code, or a cycle's: `C4`) from one date to another.

    `costs` are the findings that the move would add to the schedule; it is free without any.
    """

    where: str
    from_: date
    to: date
    within: Within
    costs: tuple[Finding, ...] = ()

    @property
    def days(self) -> int:
        """Whole days moved, negative when earlier."""
        return (self.to - self.from_).days

    @property
    def loses_cycle(self) -> bool:
        """True when a cycle would start past the protocol's cap."""
        return any(cost.kind is FindingKind.PAST_CAP for cost in self.costs)


@dataclass(frozen=True, slots=True)
class AnchorProposal:
    """Another anchor date, with the clashes it would still have."""

    anchor: date
    clashes: tuple[Finding, ...]
    instead_of: int


@dataclass(frozen=True, slots=True)
class _Basis:
    """What proposals are judged against: the findings there are, and the places that others take."""

    before: tuple[Finding, ...]
    taken: Mapping[date, Taken] | None = None


def proposals(
    schedule: Schedule, clinic: Clinic, *, earlier: bool = False, taken: Mapping[date, Taken] | None = None
) -> tuple[Proposal, ...]:
    """For each clashing visit or cycle the nearest date that ends its clash.

    A visit is searched inside its window at distance 0, 1, 2 ... days, later before earlier, bounds
    inclusive; without a window 7 days each way. A course is searched later only, 7 days, unless
    `earlier` asks for both. Where the nearest one costs something and a free one lies farther, both
    are given, the nearest first. `taken` are the places that other patients take: a full day is a cost.
    """
    before = findings(schedule, clinic, taken=taken)
    found: list[Proposal] = []
    for where in clashing(schedule, clinic):
        options = list(_options(schedule, clinic, where, _Basis(before, taken), earlier=earlier))
        if not options:
            continue
        found.append(options[0])
        free = next((option for option in options if not option.costs), None)
        if free is not None and free is not options[0]:
            found.append(free)
    return tuple(found)


def next_open_start(
    schedule: Schedule,
    clinic: Clinic,
    cycle: int,
    from_: date,
    taken: Mapping[date, Taken] | None = None,
) -> Proposal | None:
    """The first start of a cycle on or after a date with its whole course on open days, and what it costs.

    Searched 28 days ahead, for the person who delays a cycle to a date, or plans again one that a person
    omitted. None where no start fits, and for a cycle that has begun or is past the cap; `KeyError` where
    there is no such cycle. Where other patients have `taken` the places of its days, a later start with
    places is preferred.
    """
    start = schedule.start(cycle)
    if start.omitted is OmissionCause.PERSON:
        patient = schedule.patient
        omitted = {number: cause for number, cause in patient.omitted.items() if number != cycle}
        schedule = build(schedule.protocol, patient._replace(omitted=omitted))
        start = schedule.start(cycle)
    if start.begun or start.omitted is not None:
        return None
    basis = _Basis(findings(schedule, clinic, taken=taken), taken)
    full: Proposal | None = None
    for days in range(NEXT_START_DAYS + 1):
        day = from_ + timedelta(days=days)
        proposal = Proposal(start.code, start.planned or from_, day, Within.SITE_LIMIT)
        judged = _course_option(schedule, clinic, start, basis, proposal)
        if judged is not None and not _fills(judged, start):
            return judged
        full = full or judged
    return full


def _fills(proposal: Proposal, start: CycleStart) -> bool:
    """True where a day of the cycle itself would have no place left."""
    own = f"{start.code}D"
    return any(cost.kind is FindingKind.CLINIC_FULL and cost.where.startswith(own) for cost in proposal.costs)


def apply(schedule: Schedule, proposal: Proposal) -> Schedule:
    """The schedule with a proposal taken: the date becomes a chosen one."""
    return build(schedule.protocol, schedule.patient.with_chosen(proposal.where, proposal.to))


def avoid_closed_days(
    schedule: Schedule, clinic: Clinic, taken: Mapping[date, Taken] | None = None
) -> tuple[Schedule, tuple[Proposal, ...]]:
    """Take every proposal that leaves fewer clashes and loses no cycle, one after another.

    Each is judged on the schedule that the earlier ones led to; whole courses move, never single days.
    Days on which other patients have `taken` all places are used last.
    """
    moves: list[Proposal] = []
    while True:
        clashes = len(closed_days(schedule, clinic))
        for proposal in sorted(proposals(schedule, clinic, taken=taken), key=_is_full):
            moved = apply(schedule, proposal)
            if not proposal.loses_cycle and len(closed_days(moved, clinic)) < clashes:
                break
        else:
            return schedule, tuple(moves)
        moves.append(proposal)
        schedule = moved


def _is_full(proposal: Proposal) -> bool:
    return any(cost.kind is FindingKind.CLINIC_FULL for cost in proposal.costs)


def anchor_proposals(protocol: Protocol, patient: Patient, clinic: Clinic) -> tuple[AnchorProposal, ...]:
    """Other anchor dates with fewer clashes: the best of the 28 days before and after, at most three.

    Fewest clashes first, then the nearest, later before earlier. Chosen dates are left out of the
    comparison: they were chosen for the present anchor.
    """
    if patient.anchor is None:
        return ()
    bare = patient._replace(chosen={}, exact=frozenset(), omitted={})
    present = len(closed_days(build(protocol, bare), clinic))
    found: list[tuple[int, int, bool, AnchorProposal]] = []
    for distance in range(1, ANCHOR_SEARCH_DAYS + 1):
        for days in (distance, -distance):
            anchor = patient.anchor + timedelta(days=days)
            if not clinic.covers(anchor) or not clinic.is_open(anchor):
                continue
            moved = build(protocol, bare._replace(anchor=anchor))
            if not _covered(moved, clinic):
                continue
            clashes = closed_days(moved, clinic)
            if len(clashes) < present:
                proposal = AnchorProposal(anchor, clashes, present)
                found.append((len(clashes), distance, days < 0, proposal))
    found.sort(key=lambda entry: entry[:3])
    return tuple(entry[3] for entry in found[:MAX_ANCHORS])


def clashing(schedule: Schedule, clinic: Clinic) -> tuple[str, ...]:
    """Codes of the visits and cycles with a clash, in date order, each once."""
    codes: dict[str, None] = {}
    for finding in closed_days(schedule, clinic):
        appointment = schedule.appointment(finding.where)
        in_course = appointment.kind is Kind.INJECTIONS
        codes[f"C{appointment.cycle}" if in_course else appointment.code] = None
    return tuple(codes)


def _options(
    schedule: Schedule, clinic: Clinic, where: str, basis: _Basis, *, earlier: bool
) -> Iterator[Proposal]:
    start = next((start for start in schedule.starts if start.code == where), None)
    if start is not None:
        yield from _course_options(schedule, clinic, start, basis, earlier=earlier)
    else:
        yield from _visit_options(schedule, clinic, schedule.appointment(where), basis)


def _visit_options(
    schedule: Schedule, clinic: Clinic, visit: Appointment, basis: _Basis
) -> Iterator[Proposal]:
    if visit.planned is None or visit.nominal is None:
        return
    centre = visit.planned
    if visit.window is None:
        within = Within.SITE_LIMIT
        limit = timedelta(days=SITE_LIMIT_DAYS)
        earliest, latest = centre - limit, centre + limit
    else:
        within = Within.SITE_WINDOW if visit.site_window else Within.WINDOW
        earliest, latest = visit.window
    sample_by = _sample_by(schedule, visit, centre)
    for day in nearest(centre, earliest, latest if sample_by is None else min(latest, sample_by)):
        if clinic.covers(day) and clinic.is_open(day):
            proposal = Proposal(visit.code, centre, day, within)
            yield _judged(clinic, proposal, basis, apply(schedule, proposal))


def _sample_by(schedule: Schedule, visit: Appointment, centre: date) -> date | None:
    """The last day of a visit that must come before a first injection: it may not pass the next one."""
    templates = {t.code for t in schedule.protocol.visits if t.before_first_injection}
    days = (a.planned for a in schedule.appointments if a.injections and a.active and a.planned is not None)
    return min((day for day in days if day >= centre), default=None) if visit.template in templates else None


def _course_options(
    schedule: Schedule, clinic: Clinic, start: CycleStart, basis: _Basis, *, earlier: bool
) -> Iterator[Proposal]:
    if start.planned is None:
        return
    latest = start.planned + timedelta(days=SITE_LIMIT_DAYS)
    earliest = start.planned - timedelta(days=SITE_LIMIT_DAYS) if earlier else start.planned
    for day in nearest(start.planned, earliest, latest):
        proposal = Proposal(start.code, start.planned, day, Within.SITE_LIMIT)
        judged = _course_option(schedule, clinic, start, basis, proposal)
        if judged is not None:
            yield judged


def _course_option(
    schedule: Schedule, clinic: Clinic, start: CycleStart, basis: _Basis, proposal: Proposal
) -> Proposal | None:
    """A course on open days only, where the rule leaves it and every gap and order holds; else None."""
    number = start.template.number
    if start.template.weekdays is None and not _stays_open(schedule, clinic, number, proposal.days):
        return None
    moved = apply(schedule, proposal)
    if not _covered(moved, clinic) or not all(_is_open(a, clinic) for a in moved.course(number)):
        return None
    judged = _judged(clinic, proposal, basis, moved)
    stands = moved.start(number).planned == proposal.to
    return judged if stands and not any(cost.kind in _FORBIDDEN for cost in judged.costs) else None


def _stays_open(schedule: Schedule, clinic: Clinic, cycle: int, days: int) -> bool:
    """True when a course moved as a block meets open days; asked first, it spares most whole schedules."""
    shift = timedelta(days=days)
    for day in schedule.course(cycle):
        if day.planned is None or not day.needs_clinic:
            continue
        if not clinic.covers(day.planned + shift) or not clinic.is_open(day.planned + shift):
            return False
    return True


def _covered(schedule: Schedule, clinic: Clinic) -> bool:
    """True when the clinic's calendar was made for all years of the schedule; only then can it be judged."""
    span = schedule.span()
    return span is None or (clinic.covers(span[0]) and clinic.covers(span[1]))


def _is_open(appointment: Appointment, clinic: Clinic) -> bool:
    return appointment.planned is None or not appointment.needs_clinic or clinic.is_open(appointment.planned)


def nearest(centre: date, earliest: date, latest: date) -> Iterator[date]:
    """Dates from `earliest` to `latest`, nearest to `centre` first, later before earlier."""
    farthest = max((latest - centre).days, (centre - earliest).days, 0)
    for distance in range(farthest + 1):
        for days in (distance, -distance) if distance else (0,):
            day = centre + timedelta(days=days)
            if earliest <= day <= latest:
                yield day


def _judged(clinic: Clinic, proposal: Proposal, basis: _Basis, moved: Schedule) -> Proposal:
    """The proposal with what it costs: findings of the whole schedule after it that were not there before."""
    known = {_identity(f) for f in basis.before}
    after = findings(moved, clinic, taken=basis.taken)
    costs = tuple(f for f in after if f.kind in _COSTLY and _identity(f) not in known)
    return replace(proposal, costs=costs)


def _identity(finding: Finding) -> tuple[FindingKind, str, Fact]:
    """A cycle past the cap is lost once, whatever its date; a gap that shrinks further is a new finding."""
    if finding.kind is FindingKind.PAST_CAP:
        return finding.kind, finding.where, None
    if finding.kind is FindingKind.GAP_TOO_SHORT:
        return finding.kind, finding.where, finding.facts["gap"]
    return finding.kind, finding.where, finding.date
