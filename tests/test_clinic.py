"""The clinic's calendar: public holidays, closures, weekdays, bridge days, and the years it was made for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from il2scheduler import plan as planning
from il2scheduler.clinic import (
    Clinic,
    Closed,
    ClosedBy,
    Closure,
    RecurringClosure,
    clinic_of,
    known_countries,
    public_holidays,
)
from il2scheduler.protocol import Label
from tests.builders import day, france, series, template, visit

FRENCH_2026 = [
    "2026-01-01",
    "2026-04-06",
    "2026-05-01",
    "2026-05-08",
    "2026-05-14",
    "2026-05-25",
    "2026-07-14",
    "2026-08-15",
    "2026-11-01",
    "2026-11-11",
    "2026-12-25",
]


def of_2026(**settings_: object) -> Clinic:
    return replace(clinic_of("FR", first_year=2026, last_year=2026), **settings_)  # type: ignore[arg-type]


def dates(rule: str, first: str = "2026-01-01", years: tuple[int, int] = (2026, 2026)) -> list[str]:
    return [str(found) for found in RecurringClosure(rule, day(first)).dates(*years)]


# --- Public holidays ---


def test_france_has_eleven_public_holidays() -> None:
    assert [str(holiday) for holiday in public_holidays("FR", None, 2026, 2026)] == FRENCH_2026


@pytest.mark.parametrize("subdivision", ["57", "6AE"])
def test_alsace_and_moselle_have_two_more(subdivision: str) -> None:
    """Good Friday and St Stephen's Day, in Moselle (57) and Alsace (6AE)."""
    more = set(public_holidays("FR", subdivision, 2026, 2026)) - {day(text) for text in FRENCH_2026}

    assert sorted(str(holiday) for holiday in more) == ["2026-04-03", "2026-12-26"]
    assert not france(subdivision).is_open(day("2026-04-03"))
    assert france().is_open(day("2026-04-03"))


def test_holidays_have_their_names_in_both_languages() -> None:
    ascension = public_holidays("FR", None, 2026, 2026)[day("2026-05-14")]

    assert ascension == Label("Ascension Day", "Ascension")


def test_where_there_is_no_french_name_the_countrys_own_is_used() -> None:
    names = public_holidays("JP", None, 2026, 2026)

    assert all(label.en and label.fr for label in names.values())


def test_an_unknown_country_or_subdivision_is_refused() -> None:
    for country, subdivision in (("XX", None), ("FR", "99")):
        with pytest.raises(NotImplementedError):
            public_holidays(country, subdivision, 2026, 2026)
    assert "6AE" in known_countries()["FR"]


# --- Closed, and why ---


def test_a_closed_day_says_why_and_a_name_comes_before_the_weekday() -> None:
    clinic = of_2026(closures=(Closure(day("2026-08-03"), day("2026-08-14"), "works"),))

    assert clinic.closed(day("2026-08-01")) == Closed(ClosedBy.WEEKDAY)
    assert clinic.closed(day("2026-08-15")) == Closed(ClosedBy.HOLIDAY, Label("Assumption Day", "Assomption"))
    assert clinic.closed(day("2026-08-08")) == Closed(ClosedBy.CLOSURE, Label("works", "works"))
    assert clinic.closed(day("2026-08-17")) is None


def test_a_holiday_that_the_site_works_on_is_open() -> None:
    """Whit Monday is often worked; a holiday on a Saturday that is switched off is still a Saturday."""
    clinic = of_2026(opened=frozenset({day("2026-05-25"), day("2026-08-15")}))

    assert clinic.is_open(day("2026-05-25"))
    assert clinic.closed(day("2026-08-15")) == Closed(ClosedBy.WEEKDAY)
    assert not of_2026().is_open(day("2026-05-25"))


def test_a_closure_holds_even_on_a_holiday_that_is_worked() -> None:
    whit_monday = day("2026-05-25")
    clinic = of_2026(opened=frozenset({whit_monday}), closures=(Closure(whit_monday, whit_monday, "works"),))

    assert clinic.closed(whit_monday) == Closed(ClosedBy.CLOSURE, Label("works", "works"))


def test_closures_include_both_ends_and_may_run_over_the_new_year() -> None:
    clinic = replace(france(), closures=(Closure(day("2026-12-24"), day("2027-01-05")),))
    closed = [day("2026-12-24") + timedelta(days=n) for n in range(13)]

    assert not any(clinic.is_open(date_) for date_ in closed)
    assert clinic.is_open(day("2026-12-23"))
    assert clinic.is_open(day("2027-01-06"))


def test_a_closure_that_ends_before_it_begins_closes_nothing() -> None:
    assert of_2026(closures=(Closure(day("2026-08-14"), day("2026-08-03")),)).is_open(day("2026-08-10"))


def test_weekends_need_not_be_saturday_and_sunday() -> None:
    friday_and_saturday = Clinic(2026, 2026, closed_weekdays=frozenset({4, 5}))

    assert [friday_and_saturday.is_open(day(f"2026-01-{n:02}")) for n in (1, 2, 3, 4)] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("text", ["2025-12-31", "2027-01-01"])
def test_outside_its_years_a_calendar_gives_no_answer(text: str) -> None:
    """Silence there would be read as "open"."""
    with pytest.raises(LookupError, match=text[:4]):
        of_2026().closed(day(text))
    assert not of_2026().covers(day(text))


def test_the_calendar_of_a_plan_reaches_visits_years_before_the_anchor() -> None:
    """Screening may be up to 104 weeks before the anchor; the plan judges it like any other day."""
    said = template(series("weeks = [0]"), visit("SCR", "week = -104"))
    made = planning.make(planning.Request(said, day("2026-01-05"), arm="il2"))

    assert made.schedule.appointment("SCR").planned == day("2024-01-08")
    assert made.clinic.covers(day("2023-12-25"))


# --- Bridge days ---


def test_the_friday_after_ascension_and_the_monday_before_a_tuesday_are_bridge_days() -> None:
    clinic = france()

    assert clinic.bridge(day("2026-05-15")) == Label("Ascension Day", "Ascension")
    assert clinic.bridge(day("2026-07-13")) == Label("National Day", "Fête nationale")
    assert clinic.bridge(day("2026-05-13")) is None
    assert clinic.bridge(day("2026-05-22")) is None


def test_next_to_a_holiday_that_is_worked_there_is_no_bridge() -> None:
    assert of_2026(opened=frozenset({day("2026-05-14")})).bridge(day("2026-05-15")) is None


# --- Recurring closures ---


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=1WE;COUNT=3", ["2026-01-07", "2026-02-04", "2026-03-04"]),
        ("RRULE:FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=24", ["2026-06-24"]),
        ("freq=weekly;byday=fr;until=20260116", ["2026-01-02", "2026-01-09", "2026-01-16"]),
        (" FREQ=MONTHLY;INTERVAL=6;BYDAY=-1FR ", ["2026-01-30", "2026-07-31"]),
        ("FREQ=DAILY;UNTIL=20260103T000000Z", ["2026-01-01", "2026-01-02", "2026-01-03"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", []),
    ],
)
def test_a_closure_comes_again_by_an_rfc_5545_rule(rule: str, expected: list[str]) -> None:
    assert dates(rule) == expected


def test_a_rule_counts_from_its_first_date_and_gives_the_years_asked_for() -> None:
    fortnightly = "FREQ=WEEKLY;INTERVAL=2"

    assert dates(fortnightly, "2025-12-26")[:2] == ["2026-01-09", "2026-01-23"]
    assert dates("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", years=(2026, 2032)) == ["2028-02-29", "2032-02-29"]
    assert dates("FREQ=DAILY", "2026-12-30") == ["2026-12-30", "2026-12-31"]
    assert dates("FREQ=DAILY", "2027-01-01") == []


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every Friday",
        "FREQ=",
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=99MO",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=8",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=000",
        "FREQ=DAILY;UNTIL=20260105;COUNT=2",
        "FREQ=DAILY\nRDATE:20260101",
        "EXRULE:FREQ=DAILY",
        "RDATE:20260101",
        "DTSTART:20200101 FREQ=DAILY",
        "BYDAY=MO",
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(rule: str) -> None:
    """An interval of 0 never ends, an hour is finer than a day, UNTIL beside COUNT says two things."""
    with pytest.raises(ValueError, match=r".*"):
        dates(rule)


PARTS = st.sampled_from(
    [
        *(
            "FREQ=DAILY",
            "FREQ=WEEKLY",
            "FREQ=MONTHLY",
            "FREQ=YEARLY",
            "FREQ",
            "FREQ=X",
            "INTERVAL=0",
            "INTERVAL=3",
        ),
        *("BYDAY=MO,TU", "BYDAY=1WE", "BYDAY=-9SU", "COUNT=5", "UNTIL=20260601", "UNTIL=X", "BYSETPOS=1"),
        *(
            "BYMONTH=2",
            "BYMONTH=13",
            "WKST=SU",
            "BYWEEKNO=53",
            "BYEASTER=1",
            "BYYEARDAY=-1",
            "X-A=1",
            "=",
            "",
        ),
    ]
)


@given(st.lists(PARTS, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_rule_gives_dates_of_the_years_or_is_refused(parts: list[str]) -> None:
    closure = RecurringClosure(";".join(parts), date(2026, 1, 1))
    try:
        found = closure.dates(2026, 2027)
    except ValueError:
        return
    assert all(date(2026, 1, 1) <= date_ <= date(2027, 12, 31) for date_ in found)
    assert list(found) == sorted(found)


def test_recurring_closures_and_settings_reach_the_calendar() -> None:
    first_wednesdays = RecurringClosure("FREQ=MONTHLY;BYDAY=1WE", day("2026-01-01"), "staff meeting")
    clinic = clinic_of(
        "FR",
        first_year=2026,
        last_year=2027,
        closed_weekdays=(6,),
        recurring=(first_wednesdays,),
        closures=(Closure(day("2026-08-03"), day("2026-08-07"), "works"),),
        opened=(day("2026-05-25"),),
        warn_bridge_days=True,
    )

    assert clinic.closed(day("2027-03-03")) == Closed(
        ClosedBy.CLOSURE, Label("staff meeting", "staff meeting")
    )
    assert not clinic.is_open(day("2026-08-05"))
    assert clinic.is_open(day("2026-05-25"))
    assert clinic.is_open(day("2026-01-03"))
    assert clinic.warn_bridge_days


def test_years_whose_holidays_nobody_knows_are_not_taken_for_open() -> None:
    """India's are published to 2035; silence about 2036 would be read as open."""
    clinic = clinic_of("IN", first_year=2034, last_year=2037)
    assert clinic.unknown_years == {2036, 2037}
    assert clinic.closed(date(2035, 1, 26)) is not None
    with pytest.raises(LookupError):
        clinic.closed(date(2036, 1, 28))
