"""How the made-up past is told: steps of many stories, each at its time, in the order of the clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol as Shape
from zoneinfo import ZoneInfo

from il2scheduler.appointment import Appointment, Injection
from il2scheduler.commands.values import (
    CourseException,
    Enrol,
    Give,
    GiveCourse,
    PastCap,
    PatientCommand,
    RecordVisit,
)
from il2scheduler.i18n import Words
from il2scheduler.ledger import Entry
from il2scheduler.rules import FindingKind
from il2scheduler.schedule import Schedule
from il2scheduler.study import Answers, Study
from il2scheduler.wording.sites import site_names

NURSE, COORDINATOR, DOCTOR = "A. Martin", "B. Leroy", "C. Petit"
ONE_DAY = timedelta(days=1)
BATCH = "DEMO-07"


@dataclass(frozen=True, slots=True)
class Step:
    """One entry to be: what is done, by whom, and when by the clock of the site."""

    at: datetime
    who: str
    act: Callable[[Study], Entry]


Story = Generator[Step, None, None]


class Clock(Shape):
    """A clock that can be set."""

    now: datetime


class Teller:
    """What a story knows: its patient as the study has it, the days around today, the language."""

    def __init__(self, study: Study, code: str, today: date, w: Words) -> None:
        """Speak of the patient `code` in the language of `w`."""
        self.study = study
        self.code = code
        self.today = today
        self.monday = today - today.weekday() * ONE_DAY
        self.w = w
        self.last = 0

    @property
    def schedule(self) -> Schedule:
        """The patient's schedule at this moment of the story."""
        return self.study.state(self.code).schedule

    @property
    def lately(self) -> date:
        """The last weekday before today."""
        return _weekday(self.today - ONE_DAY, back=True)

    @property
    def soon(self) -> date:
        """The next day after today on which the clinic is open."""
        clinic, day = self.study.clinic(self.today), self.today + ONE_DAY
        while not clinic.is_open(day):
            day += ONE_DAY
        return day

    def protocol(self, code: str) -> int:
        """The row id of a protocol of the study."""
        return next(n for n, known in self.study.protocols.items() if known.protocol.code == code)

    def do(
        self,
        day: date,
        clock: str,
        command: PatientCommand,
        reason: str | None = None,
        *,
        who: str = NURSE,
        accept: Collection[FindingKind] = (),
        past_cap: PastCap | None = None,
    ) -> Step:
        """A command on the patient at a moment."""
        answers = Answers(reason=reason, accept=frozenset(accept), past_cap=past_cap)
        at = datetime.combine(day, time.fromisoformat(clock))
        return Step(at, who, lambda study: study.execute(self.code, command, answers))

    # --- What comes again in many stories ---

    def enrolled(self, protocol: str, arm: str, anchor: date | None, on: date | None = None) -> Story:
        """The patient is enrolled a week before the anchor date, or on a day."""
        day = on or (anchor or self.today) - 7 * ONE_DAY
        command = Enrol(self.code, self.protocol(protocol), arm, anchor)
        yield self.do(_weekday(day, back=True), "10:05", command, who=COORDINATOR)

    def visited(self, visit: str, on: date | None = None, note: str | None = None) -> Story:
        """A visit took place on its planned date or another."""
        day = on or self.schedule.appointment(visit).planned
        if day is not None:
            yield self.do(day, "11:40", RecordVisit(visit, day, note))

    def given(self, *cycles: int, but: Collection[CourseException] = ()) -> Story:
        """Whole courses, each recorded from the diary on the first weekday after it."""
        for cycle in cycles:
            last = self.schedule.course(cycle)[-1].planned
            if last is not None:
                command = GiveCourse(cycle, tuple(but), batch=BATCH)
                yield self.do(_weekday(last + ONE_DAY), "10:20", command)

    def day_by_day(self, cycle: int, days: int = 5, halved: int | None = None) -> Story:
        """A course as the ward records it: in the clinic at once, at home on the next weekday."""
        for day in self.schedule.course(cycle)[:days]:
            for injection in day.injections:
                yield self._one(day, injection, half=day.day == halved)

    def _one(self, day: Appointment, injection: Injection, *, half: bool) -> Step:
        planned, number, cycle = day.planned or self.today, day.day or 1, day.cycle or 1
        at = datetime.combine(planned, injection.time) + timedelta(minutes=(7 * number + 3 * cycle) % 15)
        clinic = injection.place.needs_clinic
        sites = site_names(self.w)
        command = Give(
            cycle,
            number,
            injection.time,
            at=at,
            dose_iu=(injection.dose_iu or 0) // 2 if half else None,
            site=sites[(2 * number + (injection.time.hour > 12)) % len(sites)],
            batch=BATCH,
            by=NURSE if clinic else "patient",
        )
        reason = self.w("half the dose: low blood pressure before the injection") if half else None
        recorded = planned if clinic else _weekday(planned + ONE_DAY)
        return self.do(recorded, "08:25" if clinic else "08:10", command, reason)


def tell(study: Study, tellers: Sequence[Teller], stories: Sequence[Story], clock: Clock) -> None:
    """Do the steps of all stories in the order of time, up to the evening before today.

    A story goes on only after its last step is in the ledger, so it may look at its patient.
    """
    zone = ZoneInfo(study.settings.timezone)
    waiting: list[tuple[datetime, int, Step]] = []

    def go_on(number: int) -> None:
        step = next(stories[number], None)
        if step is not None and step.at.date() < tellers[number].today:
            heapq.heappush(waiting, (step.at, number, step))

    for number in range(len(stories)):
        go_on(number)
    while waiting:
        at, number, step = heapq.heappop(waiting)
        # A moment of its own for each entry, as when people work.
        clock.now = max(at.replace(tzinfo=zone).astimezone(UTC), clock.now + timedelta(seconds=47))
        study.who = step.who
        tellers[number].last = step.act(study).number
        go_on(number)


def _weekday(day: date, *, back: bool = False) -> date:
    """The day, or the next (or last) one from Monday to Friday."""
    while day.weekday() > 4:
        day += -ONE_DAY if back else ONE_DAY
    return day
