"""Schedules of all shapes, and the four sheets as functions by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from il2scheduler import rules, sheets
from il2scheduler.schedule import NotGiven, OmissionCause, Patient, Schedule, Status, Unscheduled, build
from il2scheduler.sheets import Printing
from tests.builders import ETOILE, LABEL, VASCU, enrolled, france, planned, seed, series, template, visit

Sheet = Callable[[Schedule, tuple[rules.Finding, ...], Printing], bytes]

SHEETS: Mapping[str, Sheet] = {
    "dosing": sheets.dosing_sheets,
    "diary": sheets.diary,
    "visits": sheets.visit_calendar,
    "activities": sheets.schedule_of_activities,
}
MONDAY = "2026-01-05"
LONG = "Une visite au libellé très long, " * 6
COMPANION = (
    'companions = [{ code = "arv", label = { en = "antiretrovirals", fr = "antirétroviraux" }, '
    "first_day = -3, last_day = 7 }]"
)
VECTOR = 'days = "1-5, 8-12", doses_iu = [18_000_000, 18_000_000, 9_000_000, 9_000_000, 9_000_000, '
VECTOR += "9_000_000, 9_000_000, 9_000_000, 9_000_000, 9_000_000]"


def findings(schedule: Schedule) -> tuple[rules.Finding, ...]:
    """What the rules find at a French clinic."""
    return rules.findings(schedule, france())


def printed(kind: str, schedule: Schedule, printing: Printing) -> bytes:
    """One of the four sheets with the schedule's findings."""
    return SHEETS[kind](schedule, findings(schedule), printing)


def seeds() -> dict[str, Schedule]:
    """Both seeds in every reading, and the control arm."""
    found = {f"etoile-{reading}": planned(ETOILE, MONDAY, reading=reading) for reading in ("w2", "w0", "w4")}
    found |= {
        f"vascu-{name}": planned(VASCU, MONDAY, reading=name) for name in ("every-21-days", "literal-weeks")
    }
    found["control"] = planned(ETOILE, MONDAY, arm="control")
    return found


def shapes() -> dict[str, Schedule]:
    """What the seeds do not have: other courses, no dates, no doses, omitted cycles, long labels."""
    three = ", ".join(f'{{ time = "{at}", place = "home" }}' for at in ("06:00", "14:00", "22:00"))
    daily = template(series("weeks = [0]", 'days = "1-84"', slots='{ time = "08:00", place = "home" }'))
    etoile, omitted = seed(ETOILE), {3: OmissionCause.PERSON, 8: OmissionCause.CAP}
    body = template(series("weeks = [0, 12]", 'days = "1-3"', dose='iu = 1_000_000, basis = "per-m2"'))
    labelled = template(
        series("weeks = [0, 4]", more=COMPANION),
        *(visit(f"W{week}", f"week = {week}").replace('en = "name"', f'en = "{LONG}"') for week in (1, 2, 3)),
    )
    return {
        "84 daily": enrolled(daily),
        "one injection": enrolled(template(series("weeks = [0]", 'days = "1"'))),
        "three a day": enrolled(template(series("weeks = [0, 6]", slots=three))),
        "every other day": enrolled(template(series("weeks = [0]", 'days = "1-13/2"'))),
        "doses by day": enrolled(template(series("weeks = [0]", VECTOR, dose="iu = 9_000_000"))),
        "no dose": enrolled(body),
        "prescribed dose": build(body, Patient("P001", "il2", date(2026, 1, 5), prescribed_iu=1_750_000)),
        "no anchor": build(etoile, Patient("P001", "il2", None)),
        "omitted": build(
            etoile,
            Patient("P001", "il2", date(2026, 1, 5), chosen={"C4": date(2026, 5, 18)}, omitted=omitted),
        ),
        "long labels": enrolled(labelled),
        "long code": build(etoile, Patient("PATIENT-0123456789-ABCDEFGHIJKLM", "il2", date(2026, 1, 5))),
        "recorded": recorded_in_part("Une longue note. " * 118),
        "stopped": build(etoile, Patient("P001", "il2", date(2026, 1, 5), stopped=date(2026, 4, 1))),
        "moved": build(etoile, Patient("P001", "il2", date(2026, 1, 5), chosen={"W64": date(2027, 3, 30)})),
    }


def recorded_in_part(note: str) -> Schedule:
    """ETOILE with the first day of cycle 1 recorded: one given, one refused; W0 done, one visit added."""
    schedule = planned(ETOILE, MONDAY)
    day, visit = schedule.appointment("C1D1"), schedule.appointment("W0")
    morning, evening = day.injections
    given = morning._replace(
        status=Status.GIVEN,
        given_at=datetime(2026, 1, 19, 8, 12),  # noqa: DTZ001 - a local time of the site
        given_iu=3_000_000,
        site="left thigh",
        batch="B-1",
        given_by="patient",
    )
    refused = evening._replace(status=Status.NOT_GIVEN, not_given=NotGiven.REFUSED, note=note)
    held = {
        "C1D1": day._replace(injections=(given, refused), status=Status.GIVEN_IN_PART, actual=day.planned),
        "W0": visit._replace(status=Status.DONE, actual=date(2026, 1, 6), note=note),
    }
    added = (Unscheduled("U1", date(2026, 2, 3), "Fièvre <38,5>"),)
    return build(schedule.protocol, schedule.patient._replace(held=held, unscheduled=added))


__all__ = ["LABEL", "LONG", "MONDAY", "SHEETS", "findings", "printed", "recorded_in_part", "seeds", "shapes"]
