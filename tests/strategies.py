"""Protocols and patients made up by Hypothesis: every rule, course, hook and choice, all of them valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from hypothesis import strategies as st

from il2scheduler.protocol import (
    Arm,
    CourseDay,
    CycleRule,
    CycleTemplate,
    DaysAfterCycle,
    Event,
    FromAnchor,
    FromCycle,
    FromEvent,
    FromLastInjection,
    Gate,
    Hook,
    InjectionTemplate,
    Label,
    Place,
    Protocol,
    VisitTemplate,
    Window,
)
from il2scheduler.schedule import OmissionCause, Patient, PlaceChoice
from tests.builders import series, template

NAME = Label("name", "nom")
BARE = template(series("weeks = [0]"))
TIMES = (time(6), time(14), time(22))
COURSES = ((1,), (1, 2, 3, 4, 5), (1, 3, 5), (1, 2, 8, 9), tuple(range(1, 15)))
GAPS = st.sampled_from([0, 1, 9, 23, 60])


@st.composite
def _courses(draw: st.DrawFn) -> tuple[tuple[CourseDay, ...], frozenset[int] | None, int | None]:
    """Days with their injections, the weekdays that pick among them, the most doses."""
    days = draw(st.sampled_from(COURSES))
    slots = [
        InjectionTemplate(
            at, "drug", draw(st.sampled_from([None, 1_500_000, 4_500_000])), draw(st.sampled_from(Place))
        )
        for at in TIMES[: draw(st.integers(1, 3))]
    ]
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1)) if len(days) == 14 else None
    most = draw(st.none() | st.integers(1, 12))
    return tuple(CourseDay(day, tuple(slots)) for day in days), weekdays, most


@st.composite
def _cycles(draw: st.DrawFn) -> tuple[CycleTemplate, ...]:
    """Cycles whose courses do not overlap nominally; some are dated by the site."""
    rule = draw(st.sampled_from(CycleRule))
    cycles: list[CycleTemplate] = []
    offset = draw(st.integers(-7, 30))
    last_offset: int | None = None
    for number in range(1, draw(st.sampled_from([4, 3, 2, 5, 1, 0])) + 1):
        days, weekdays, most = draw(_courses())
        by_site = draw(st.integers(0, 4)) == 0
        interval = None if by_site or last_offset is None else offset - last_offset
        gap = draw(st.sampled_from([interval, None if interval is None else min(interval, 14)]))
        if by_site:
            gap = draw(st.sampled_from([None, 28]))
        cycles.append(
            CycleTemplate(
                number=number,
                series="course",
                offset=None if by_site else offset,
                days=days,
                interval=interval,
                minimum_gap=gap,
                rule=draw(st.sampled_from(CycleRule)) if draw(st.booleans()) else rule,
                last_start=None,
                weekdays=weekdays,
                max_doses=most,
            )
        )
        last_offset = None if by_site else offset
        offset += days[-1].day + 1 + draw(GAPS)
    cap = draw(st.none() | st.integers(offset, offset + 60))
    return tuple(replace(cycle, last_start=cap) for cycle in cycles)


def _hooks(cycles: int) -> st.SearchStrategy[Hook]:
    days = st.integers(-10, 30).filter(bool)
    hooks: list[st.SearchStrategy[Hook]] = [
        st.builds(FromAnchor, st.integers(-100, 700)),
        st.builds(FromCycle, st.none(), days),
        st.builds(FromLastInjection, st.integers(0, 90)),
        st.builds(FromEvent, st.just("discharge"), st.integers(0, 90)),
    ]
    if cycles:
        hooks.append(st.builds(FromCycle, st.integers(1, cycles), days))
    return st.one_of(hooks)


@st.composite
def protocols(draw: st.DrawFn) -> Protocol:
    """A valid protocol with one arm, `il2`."""
    cycles = draw(_cycles())
    windows = st.none() | st.builds(Window, st.integers(0, 9), st.integers(0, 9), st.booleans())
    follow_up = (
        st.builds(DaysAfterCycle, st.integers(1, len(cycles)), st.integers(1, 60)) if cycles else st.none()
    )
    visits = tuple(
        VisitTemplate(
            code=f"V{number}",
            label=NAME,
            hook=draw(_hooks(len(cycles))),
            window=draw(windows),
            arms=(),
            activities=(),
            before_first_injection=draw(st.booleans()),
            min_days_after=draw(st.none() | follow_up),
        )
        for number in range(draw(st.integers(0, 5)))
    )
    numbers = tuple(cycle.number for cycle in cycles)
    return replace(
        BARE,
        arms=(Arm("il2", NAME, blinded=False, series=BARE.arms[0].series, cycles=cycles),),
        visits=visits,
        gates=(Gate("tolerance", NAME, 2, numbers[1:], Place.HOME),),
        events=(Event("discharge", NAME),),
    )


@st.composite
def _chosen(draw: st.DrawFn, protocol: Protocol, around: date) -> dict[str, date]:
    """Chosen dates, many of them so close to another cycle that courses meet, interlock or change order."""
    cycles = protocol.arm("il2").cycles
    offsets = [cycle.offset for cycle in cycles if cycle.offset is not None] or [0]
    close = st.builds(lambda offset, later: offset + later, st.sampled_from(offsets), st.integers(-9, 15))
    days = {cycle.code: draw(close) for cycle in cycles if draw(st.booleans())}
    others = st.sampled_from([*(visit.code for visit in protocol.visits), "C1-V0", "gone"])
    days |= draw(st.dictionaries(others, st.integers(-30, 300), max_size=2))
    return {code: around + timedelta(days=later) for code, later in days.items()}


@st.composite
def patients(draw: st.DrawFn, protocol: Protocol) -> Patient:
    """A patient of the protocol with any choices a site can make."""
    around = draw(st.dates(date(2001, 1, 1), date(2040, 12, 31)))
    anchor = around if draw(st.integers(0, 9)) else None
    cause: OmissionCause = draw(st.sampled_from(OmissionCause))
    numbers = [cycle.number for cycle in protocol.arm("il2").cycles]
    some = st.frozensets(st.sampled_from([*numbers, 99]), max_size=2)
    place = st.builds(
        PlaceChoice,
        st.sampled_from(Place),
        st.none() | st.integers(1, 5),
        st.none() | st.integers(1, 5),
        st.none() | st.sampled_from(TIMES),
    )
    return Patient(
        code="P001",
        arm="il2",
        anchor=anchor,
        prescribed_iu=draw(st.none() | st.just(1_800_000)),
        chosen=draw(_chosen(protocol, around)) if draw(st.integers(0, 3)) else {},
        exact=frozenset(f"C{number}" for number in numbers if draw(st.booleans())),
        omitted=dict.fromkeys(draw(some), cause) if draw(st.booleans()) else {},
        evening_starts=draw(some),
        gates_met=draw(st.sampled_from([frozenset[str](), frozenset({"tolerance"})])),
        places=tuple(draw(st.lists(place, max_size=2))),
        events={"discharge": around} if draw(st.booleans()) else {},
        accepted=frozenset(("gap-too-short", f"C{number}") for number in numbers if draw(st.booleans())),
    )


@st.composite
def plans(draw: st.DrawFn) -> tuple[Protocol, Patient]:
    """A protocol and a patient of it."""
    protocol = draw(protocols())
    return protocol, draw(patients(protocol))
