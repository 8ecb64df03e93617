"""The stories of the made-up patients; each shows something that happens in a trial."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from il2scheduler.appointment import NotGiven
from il2scheduler.clinic import Closure
from il2scheduler.commands.values import (
    AddNote,
    AddVisit,
    CorrectInjection,
    CourseException,
    MoveCycle,
    MoveVisit,
    OmitCycle,
    PastCap,
    RecordVisit,
    SetDose,
    SetPlace,
    Stop,
    TickGate,
    Withdraw,
    Withhold,
)
from il2scheduler.demo.telling import COORDINATOR, DOCTOR, NURSE, ONE_DAY, Step, Story, Teller
from il2scheduler.ledger import Entry
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import Place
from il2scheduler.rules import FindingKind
from il2scheduler.study import Study

ETOILE, VASCU = "anrs-123-etoile", "anrs-hc21-vascu-il2"
WEEK = timedelta(weeks=1)
EVENING = time(20)


def running(t: Teller) -> Story:
    """Cycle 3 runs from Monday to Friday of this week; an injection of cycle 2 was refused."""
    yield from t.enrolled(ETOILE, "il2", t.monday - 12 * WEEK)
    yield from t.visited("W0")
    yield from t.given(1)
    yield from t.given(2, but=[CourseException(4, EVENING, NotGiven.REFUSED)])
    yield t.do(
        t.monday - 6 * ONE_DAY,
        "15:30",
        AddNote(t.w("Fever after the evening injections; paracetamol helps.")),
    )
    yield from t.day_by_day(3)


def over_the_weekend(t: Teller) -> Story:
    """Cycle 4 advanced to a Thursday, too close to cycle 3 and accepted; at home over the weekend."""
    thursday = t.today - (t.today.weekday() - 3) % 7 * ONE_DAY
    yield from t.enrolled(ETOILE, "il2", thursday + 4 * ONE_DAY - 18 * WEEK)
    yield from t.visited("W0")
    yield from t.given(1, 2, 3)
    yield t.do(
        thursday - 9 * ONE_DAY,
        "09:40",
        MoveCycle(4, to=thursday),
        t.w("the patient travels from Tuesday on; agreed with the sponsor"),
        who=COORDINATOR,
        accept=[FindingKind.GAP_TOO_SHORT],
    )
    for day, clock in ((3, "09:42"), (4, "09:43")):
        home = SetPlace(PlaceChoice(Place.HOME, cycle=4, day=day))
        yield t.do(thursday - 9 * ONE_DAY, clock, home, t.w("weekend: the home nurse comes"), who=COORDINATOR)
    yield from t.day_by_day(4)


def control(t: Teller) -> Story:
    """Control arm; the visit of week 24 is next week, moved by a day to an hour."""
    yield from t.enrolled(ETOILE, "control", t.monday - 23 * WEEK)
    yield from t.visited("W0")
    day = t.lately
    moved = MoveVisit("W24", t.monday + 8 * ONE_DAY, time(9, 30))
    yield t.do(day, "14:05", moved, t.w("the patient asked for the Tuesday"), who=COORDINATOR)
    yield t.do(day, "14:10", AddNote(t.w("Comes with the 8:12 train; fasting explained by telephone.")))


def no_date_yet(t: Teller) -> Story:
    """Enrolled, and the date of the optimised regimen is not known yet."""
    yield from t.enrolled(ETOILE, "il2", None, on=t.today - 4 * ONE_DAY)
    yield t.do(t.lately, "16:20", AddNote(t.w("Resistance test awaited; week 0 is fixed after it.")))


def delayed(t: Teller) -> Story:
    """Cycle 4 was to begin this Monday and is delayed by a week; cycle 8 falls past the last week."""
    yield from t.enrolled(ETOILE, "il2", t.monday - 18 * WEEK)
    yield from t.visited("W0")
    yield from t.given(1, 2, 3)
    yield t.do(
        t.monday - 3 * ONE_DAY,
        "14:10",
        MoveCycle(4, days=7),
        t.w("bronchitis with fever, seen by the investigator"),
        who=DOCTOR,
        past_cap=PastCap.OMIT,
    )


def withheld(t: Teller) -> Story:
    """Cycle 5 withheld from day 3; a lower dose from cycle 6 on."""
    start = t.monday - 2 * WEEK
    yield from t.enrolled(ETOILE, "il2", start - 24 * WEEK)
    yield from t.visited("W0")
    yield from t.given(1, 2, 3, 4)
    yield t.do(start, "08:05", RecordVisit("W24", start))
    yield from t.day_by_day(5, days=2)
    rest = t.w("fever of 39.5 degrees and low blood pressure")
    yield t.do(start + 2 * ONE_DAY, "09:00", Withhold(5, from_day=3), rest, who=DOCTOR)
    lower = t.w("poor tolerance of cycle 5; agreed with the sponsor")
    yield t.do(start + 9 * ONE_DAY, "17:15", SetDose(3_000_000, from_cycle=6), lower, who=DOCTOR)


def omitted(t: Teller) -> Story:
    """Cycle 2 was omitted; a record of cycle 1 was corrected; cycle 3 begins next Monday."""
    start = t.monday + WEEK
    yield from t.enrolled(ETOILE, "il2", start - 12 * WEEK)
    yield from t.visited("W0")
    unwell = [CourseException(3, EVENING, NotGiven.UNWELL), CourseException(4, EVENING, NotGiven.UNWELL)]
    yield from t.given(1, but=unwell)
    yield t.do(
        start - 9 * WEEK + 2 * ONE_DAY,
        "11:10",
        CorrectInjection(1, 4, EVENING, given=True, at=_evening(t, 4), by="patient"),
        t.w("the diary shows that it was given"),
        who=COORDINATOR,
    )
    no = t.w("platelets too low, decided by the investigator")
    yield t.do(start - 6 * WEEK - 3 * ONE_DAY, "15:45", OmitCycle(2), no, who=DOCTOR)


def stopped(t: Teller) -> Story:
    """Week 24 was missed, treatment stopped after cycle 5; an unscheduled visit is due soon."""
    w0 = t.monday - 31 * WEEK
    yield from t.enrolled(ETOILE, "il2", w0)
    yield from t.visited("W0")
    yield from t.given(1, 2, 3, 4)
    yield t.do(
        w0 + 24 * WEEK + 4 * ONE_DAY, "16:00", RecordVisit("W24", None, t.w("did not come, no answer"))
    )
    yield from t.given(5, but=[CourseException(5, EVENING, NotGiven.ABSENT)])
    later = w0 + 25 * WEEK + 2 * ONE_DAY
    why = t.w("samples of the missed week 24")
    yield t.do(later - 2 * ONE_DAY, "10:50", AddVisit(later), why, who=COORDINATOR)
    yield from t.visited("U1")
    yield t.do(
        w0 + 27 * WEEK + ONE_DAY,
        "12:30",
        Stop(w0 + 27 * WEEK + ONE_DAY),
        t.w("adverse event: thyroiditis"),
        who=DOCTOR,
    )
    yield t.do(t.lately, "09:20", AddVisit(t.soon), t.w("thyroid check"), who=DOCTOR)


def withdrawn(t: Teller) -> Story:
    """Lost to follow-up after cycle 4."""
    w0 = t.monday - 40 * WEEK
    yield from t.enrolled(ETOILE, "il2", w0)
    yield from t.visited("W0")
    yield from t.given(1, 2, 3)
    yield from t.given(4, but=[CourseException(5, EVENING, NotGiven.ABSENT)])
    day = w0 + 22 * WEEK + 2 * ONE_DAY
    yield t.do(
        day, "17:40", Withdraw(day, lost=True), t.w("moved away, three letters unanswered"), who=DOCTOR
    )


def planned(t: Teller) -> Story:
    """Begins next Monday in hospital; a note on the wrong patient was taken back."""
    yield from t.enrolled(VASCU, "il2", t.monday + WEEK, on=t.lately - 2 * ONE_DAY)
    yield t.do(t.lately, "11:00", AddNote(t.w("Asked for a room on the ground floor.")))
    yield _undone(t)


def tolerated(t: Teller) -> Story:
    """Cycle 1 in hospital was tolerated; cycle 2 runs this week in the day hospital, one dose halved."""
    yield from t.enrolled(VASCU, "il2", t.monday - 3 * WEEK)
    yield from t.given(1)
    yield t.do(
        t.monday - 4 * ONE_DAY,
        "16:45",
        TickGate("tolerance", met=True),
        t.w("no fever, no oedema"),
        who=DOCTOR,
    )
    yield from t.day_by_day(2, halved=2)


def followed_up(t: Teller) -> Story:
    """All four cycles given; week 11 was moved; week 37 is due this Monday."""
    start = t.monday - 37 * WEEK
    yield from t.enrolled(VASCU, "il2", start)
    yield from t.given(1)
    yield t.do(start + 2 * WEEK, "15:05", TickGate("tolerance", met=True), t.w("well tolerated"), who=DOCTOR)
    yield from t.given(2, 3, 4)
    week_11 = start + 11 * WEEK
    away = t.w("the patient is away on the Monday")
    yield t.do(week_11 - 5 * ONE_DAY, "09:15", MoveVisit("W11", week_11 + 2 * ONE_DAY), away, who=COORDINATOR)
    yield from t.visited("W11")


def closures(t: Teller) -> Story:
    """The clinic closes on the Wednesday of next week."""
    day = t.monday + 9 * ONE_DAY

    def close(study: Study) -> Entry:
        name = t.w("staff training")
        settings = study.settings
        closed = replace(settings, closures=(*settings.closures, Closure(day, day, name)))
        command = {"command": "closure", "first": day.isoformat(), "last": day.isoformat(), "name": name}
        return study.change_settings(closed, command, name)

    yield Step(datetime.combine(t.lately, time(17, 30)), COORDINATOR, close)


def _evening(t: Teller, day: int) -> datetime:
    """Twenty past eight in the evening of a day of cycle 1."""
    planned = t.schedule.course(1)[day - 1].planned or t.today
    return datetime.combine(planned, time(20, 20))


def _undone(t: Teller) -> Step:
    at = datetime.combine(t.lately, time(11, 2))
    return Step(at, NURSE, lambda study: study.undo(t.last))


STORIES: dict[str, Callable[[Teller], Story]] = {
    "P001": running,
    "P002": over_the_weekend,
    "P003": control,
    "P004": no_date_yet,
    "P005": delayed,
    "P006": withheld,
    "P007": omitted,
    "P008": stopped,
    "P009": withdrawn,
    "P010": planned,
    "P011": tolerated,
    "P012": followed_up,
}
