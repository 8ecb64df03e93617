"""Findings: each kind with its severity, where it stands, and when it is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from il2scheduler.clinic import Closure
from il2scheduler.protocol import Label, Place, Protocol, VisitTemplate, Window
from il2scheduler.rules import Finding, FindingKind, Severity, findings
from il2scheduler.rules.findings import Taken
from il2scheduler.schedule import OmissionCause, Patient, PlaceChoice, Schedule, build
from tests.builders import (
    ETOILE,
    TWO_SLOTS,
    VASCU,
    changed,
    chosen,
    day,
    enrolled,
    france,
    kinds,
    planned,
    series,
    template,
    visit,
    weekdays_only,
)

WINDOW = "window = { before = 3, after = 7 }"


def only(found: tuple[Finding, ...], kind: FindingKind) -> list[Finding]:
    return [finding for finding in found if finding.kind is kind]


def exact(schedule: Schedule, *cycles: str) -> Schedule:
    return changed(schedule, lambda patient: patient._replace(exact=frozenset(cycles)))


def with_site_window(protocol: Protocol, code: str, window: Window) -> Protocol:
    def entered(template_: VisitTemplate) -> VisitTemplate:
        return replace(template_, window=window) if template_.code == code else template_

    return replace(protocol, visits=tuple(entered(template_) for template_ in protocol.visits))


# --- Closed days ---


def test_a_closed_day_warns_and_names_the_holiday() -> None:
    """ETOILE, W0 Mon 2026-01-05: cycle 4 day 4 is Thu 2026-05-14, Ascension."""
    first, second = only(findings(planned(ETOILE, "2026-01-05"), france()), FindingKind.CLOSED_DAY)

    assert (first.where, first.date, first.severity) == ("C4D4", day("2026-05-14"), Severity.WARNS)
    assert first.facts == {"by": "holiday", "name": Label("Ascension Day", "Ascension")}
    assert (second.where, second.facts["name"]) == ("W64", Label("Easter Monday", "Lundi de Pâques"))


def test_a_weekend_and_a_closure_are_closed_days_too() -> None:
    clinic = replace(france(), closures=(Closure(day("2026-01-05"), day("2026-01-05"), "works"),))
    found = only(findings(planned(VASCU, "2026-01-04"), clinic), FindingKind.CLOSED_DAY)

    assert [(f.where, f.facts["by"]) for f in found[:2]] == [("C1D1", "weekday"), ("C1D2", "closure")]


def test_a_day_with_one_injection_in_the_clinic_needs_it_open() -> None:
    home = changed(
        planned(ETOILE, "2026-01-05"), lambda p: p._replace(places=(PlaceChoice(Place.HOME, cycle=4, day=4),))
    )

    assert planned(ETOILE, "2026-01-05").appointment("C4D4").needs_clinic
    assert kinds(findings(home, france()))["closed-day"] == ["W64"]


def test_a_bridge_day_warns_only_when_the_site_asks_for_it() -> None:
    """C4 day 5 is the Friday after Ascension; a bridge day is open, so nothing is proposed for it."""
    asking = replace(france(), warn_bridge_days=True)
    schedule = planned(ETOILE, "2026-01-05")
    bridges = [f for f in findings(schedule, asking) if f.facts.get("bridge")]

    assert [(f.where, f.severity) for f in bridges] == [("C4D5", Severity.WARNS)]
    assert [f for f in findings(schedule, france()) if f.facts.get("bridge")] == []


def test_an_omitted_cycle_meets_no_closed_day_and_no_other_finding() -> None:
    omitted = changed(planned(ETOILE, "2026-01-05"), lambda p: p._replace(omitted={4: OmissionCause.PERSON}))

    assert kinds(findings(omitted, france()))["closed-day"] == ["W64"]
    assert not [f for f in findings(omitted, france()) if f.where.startswith("C4")]


def test_a_schedule_past_the_years_of_the_calendar_is_not_called_free_of_clashes() -> None:
    with pytest.raises(LookupError, match="2031"):
        findings(planned(ETOILE, "2029-06-04"), france())


# --- Windows ---


def test_outside_its_window_warns_and_the_bounds_are_inside() -> None:
    before = enrolled(template(series("weeks = [0]"), visit("W4", "week = 4", WINDOW)))
    outside = {
        text: kinds(findings(chosen(before, W4=text), weekdays_only())).get("outside-window", [])
        for text in ("2026-01-29", "2026-01-30", "2026-02-09", "2026-02-10")
    }
    (finding,) = only(findings(chosen(before, W4="2026-02-10"), weekdays_only()), FindingKind.OUTSIDE_WINDOW)

    assert outside == {"2026-01-29": ["W4"], "2026-01-30": [], "2026-02-09": [], "2026-02-10": ["W4"]}
    assert finding.severity is Severity.WARNS
    assert finding.facts == {"earliest": day("2026-01-30"), "latest": day("2026-02-09"), "site": False}


def test_a_window_of_0_days_is_left_by_one_day_and_no_window_by_none() -> None:
    said = template(
        series("weeks = [0]"),
        visit("W4", "week = 4", "window = { before = 0, after = 0 }"),
        visit("W8", "week = 8"),
    )
    moved = chosen(enrolled(said), W4="2026-02-03", W8="2026-03-20")

    assert kinds(findings(moved, weekdays_only()))["outside-window"] == ["W4"]
    assert kinds(findings(moved, weekdays_only()), Severity.NOTES)["no-window"] == ["W8"]


def test_a_window_of_the_site_is_marked_and_nothing_is_left_to_ask_the_sponsor() -> None:
    said = with_site_window(
        template(series("weeks = [0]"), visit("W4", "week = 4")), "W4", Window(2, 2, by_site=True)
    )
    found = findings(chosen(enrolled(said), W4="2026-02-10"), weekdays_only())

    assert only(found, FindingKind.OUTSIDE_WINDOW)[0].facts["site"] is True
    assert "no-window" not in kinds(found)


# --- Courses, order, gaps, cap ---


def test_a_gap_too_short_refuses_and_says_how_short() -> None:
    """Cycle starts 38 days apart where 42 are required."""
    early = exact(chosen(planned(ETOILE, "2026-01-05"), C3="2026-03-26"), "C3")
    (finding,) = only(findings(early, weekdays_only()), FindingKind.GAP_TOO_SHORT)

    assert (finding.where, finding.severity, finding.date) == ("C3", Severity.REFUSES, day("2026-03-26"))
    assert (finding.facts["gap"], finding.facts["minimum"], finding.facts["previous"]) == (38, 42, "C2")


def test_past_the_cap_refuses_until_a_person_chooses() -> None:
    """ETOILE: no cycle may start after week 42; the last day itself is allowed."""
    at_the_cap = planned(ETOILE, "2026-01-05")
    past = chosen(at_the_cap, C8="2026-10-27")
    (finding,) = only(findings(past, france()), FindingKind.PAST_CAP)

    assert only(findings(at_the_cap, france()), FindingKind.PAST_CAP) == []
    assert (finding.where, finding.severity) == ("C8", Severity.REFUSES)
    assert finding.facts == {"last": day("2026-10-26"), "offset": 294}


def test_two_courses_on_one_date_are_refused_whatever_is_accepted() -> None:
    overlapping = changed(
        chosen(planned(ETOILE, "2026-01-05"), C2="2026-01-22"),
        lambda p: p._replace(exact=frozenset({"C2"}), accepted=frozenset({("gap-too-short", "C2")})),
    )

    assert kinds(findings(overlapping, france()), Severity.REFUSES) == {"course-overlap": ["C2D1", "C2D2"]}


def test_an_evening_start_may_run_into_the_next_course_and_is_refused_then() -> None:
    """The tenth injection, on day 6, would share a date with day 1 of the next cycle."""
    before = enrolled(template(series("offsets = [0, 5]", slots=TWO_SLOTS)))
    evening = changed(before, lambda p: p._replace(evening_starts=frozenset({1})))

    assert kinds(findings(before, weekdays_only()), Severity.REFUSES) == {}
    assert kinds(findings(evening, weekdays_only()), Severity.REFUSES) == {"course-overlap": ["C2D1"]}


def test_every_other_day_courses_that_interlock_overlap_without_sharing_a_date() -> None:
    """Days 1, 3, 5 and days 2, 4, 6: two courses at once, though no date holds two."""
    before = enrolled(template(series("weeks = [0, 4]", 'days = "1-5/2"', rule="fixed")))
    inside = changed(
        chosen(before, C2="2026-01-06"), lambda p: p._replace(accepted=frozenset({("gap-too-short", "C2")}))
    )
    (finding,) = only(findings(inside, weekdays_only()), FindingKind.COURSE_OVERLAP)

    assert (finding.where, finding.severity) == ("C2D1", Severity.REFUSES)
    assert finding.facts == {"other": "C1D5", "other_date": day("2026-01-09")}
    assert kinds(findings(chosen(before, C2="2026-01-10"), weekdays_only()), Severity.REFUSES) == {
        "gap-too-short": ["C2"]
    }


def test_cycles_out_of_order_are_refused() -> None:
    before = enrolled(template(series("weeks = [0, 4, 8]", rule="fixed")))
    swapped = chosen(before, C2="2026-03-16")
    same = chosen(before, C2="2026-03-02")

    assert kinds(findings(swapped, weekdays_only()), Severity.REFUSES)["cycle-order"] == ["C3"]
    assert kinds(findings(same, weekdays_only()), Severity.REFUSES)["cycle-order"] == ["C3"]


def test_a_course_torn_apart_is_refused_even_when_only_its_records_say_so() -> None:
    """No operation splits a course; should a schedule hold a split one, it is seen."""
    whole = planned(VASCU, "2026-01-05")
    torn = replace(
        whole,
        appointments=tuple(
            a._replace(planned=a.planned + timedelta(days=3)) if a.code == "C2D5" and a.planned else a
            for a in whole.appointments
        ),
    )
    (finding,) = only(findings(torn, weekdays_only()), FindingKind.COURSE_SPLIT)

    assert (finding.where, finding.severity) == ("C2D5", Severity.REFUSES)


# --- Notes and places ---


def test_two_appointments_on_one_day_are_noted() -> None:
    """W24 and cycle 5 day 1 share a date in ETOILE."""
    (finding,) = only(findings(planned(ETOILE, "2026-01-05"), france()), FindingKind.SAME_DAY)

    assert (finding.where, finding.date, finding.severity) == ("W24", day("2026-06-22"), Severity.NOTES)
    assert finding.facts == {"other": "C5D1"}


def test_three_on_one_day_are_two_notes_and_an_omitted_one_is_none() -> None:
    said = template(series("weeks = [4]"), visit("W4", "week = 4"), visit("D29", "day = 29"))
    schedule = enrolled(said)
    omitted = changed(schedule, lambda p: p._replace(omitted={1: OmissionCause.PERSON}))

    assert kinds(findings(schedule, weekdays_only()))["same-day"] == ["W4", "D29"]
    assert kinds(findings(omitted, weekdays_only()))["same-day"] == ["W4"]


def test_a_full_clinic_warns_with_the_places_of_injections_and_visits_apart() -> None:
    clinic = replace(france(), places_injections=4, places_visits=2)
    taken = {
        day("2026-01-05"): Taken(injections=4, visits=0),
        day("2026-01-06"): Taken(injections=3, visits=9),
    }
    (finding,) = only(findings(planned(VASCU, "2026-01-05"), clinic, taken=taken), FindingKind.CLINIC_FULL)

    assert (finding.where, finding.severity) == ("C1D1", Severity.WARNS)
    assert finding.facts == {"places": 4, "wanted": 5}
    assert only(findings(planned(VASCU, "2026-01-05"), france(), taken=taken), FindingKind.CLINIC_FULL) == []


def test_a_follow_up_too_early_after_a_delayed_cycle_warns() -> None:
    """VASCU, assumed: W11 at least 7 days after cycle 4 starts; 7 days are enough, 6 are not."""
    before = planned(VASCU, "2026-01-05")
    enough, early = chosen(before, C4="2026-03-16"), chosen(before, C4="2026-03-17")
    (finding,) = only(findings(early, france()), FindingKind.FOLLOW_UP_EARLY)

    assert only(findings(enough, france()), FindingKind.FOLLOW_UP_EARLY) == []
    assert (finding.where, finding.severity) == ("W11", Severity.WARNS)
    assert finding.facts == {"cycle": 4, "start": day("2026-03-17"), "days": 7}


def test_without_a_today_nothing_is_overdue() -> None:
    """A bare plan has no today."""
    assert "overdue" not in kinds(findings(planned(VASCU, "2024-01-08"), france()))


def test_what_was_planned_before_today_is_overdue() -> None:
    found = findings(planned(VASCU, "2026-01-05"), france(), today=day("2026-01-07"))

    assert [(f.where, f.severity, f.facts["days"]) for f in only(found, FindingKind.OVERDUE)] == [
        ("C1D1", Severity.NOTES, 2),
        ("C1D2", Severity.NOTES, 1),
    ]


@pytest.mark.parametrize(
    ("today", "waiting"), [("2026-03-23", True), ("2026-03-24", True), ("2026-03-25", False)]
)
def test_home_injections_await_the_diary_until_the_day_after_the_next_visit(
    today: str, *, waiting: bool
) -> None:
    """W11 is on 23 March: cycle 4 at home awaits its diary until the 24th."""
    home = changed(planned(VASCU, "2026-01-05"), lambda p: p._replace(places=(PlaceChoice(Place.HOME),)))
    found = only(findings(home, france(), today=day(today)), FindingKind.OVERDUE)

    assert {f.facts["awaiting_diary"] for f in found if f.where.startswith("C4")} == {waiting}


def test_home_injections_after_the_last_visit_go_on_awaiting_the_diary() -> None:
    said = template(series("weeks = [0]", slots='{ time = "08:00", place = "home" }'))
    found = findings(enrolled(said), weekdays_only(), today=day("2026-06-01"))

    assert {f.facts["awaiting_diary"] for f in only(found, FindingKind.OVERDUE)} == {True}


def test_findings_come_in_date_order_undated_ones_last() -> None:
    dates = [f.date for f in findings(planned(ETOILE, "2026-01-05"), france())]
    dated = [date_ for date_ in dates if date_ is not None]

    assert dated == sorted(dated)
    assert dates[: len(dated)] == dated


def test_an_undated_schedule_has_notes_only() -> None:
    found = findings(
        build(template(series("weeks = [0]"), visit("W4", "week = 4")), Patient("P", "il2", None)), france()
    )

    assert kinds(found) == {"no-window": ["W4"]}
    assert [finding.date for finding in found] == [None]
