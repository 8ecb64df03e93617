"""Which events a schedule gives, what they are called, and who they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from il2scheduler import calendars
from il2scheduler.calendars import Stamp
from il2scheduler.protocol import (
    FromAnchor,
    FromCycle,
    FromEvent,
    FromLastInjection,
    Hook,
    Label,
    Protocol,
    VisitTemplate,
    Window,
)
from il2scheduler.schedule import Kind, Patient, Schedule, Status, build

STUDY = UUID("12345678-1234-4234-8234-123456789abc")
REVEALING = re.compile(
    r"hiv|hcv|vih|vhc|il-?2\b|interleu|aldesleu|proleukin|vascu|etoile|anrs|arm\b|bras|control|\biu\b|\bui\b|million",
    re.IGNORECASE,
)


def with_visit(protocol: Protocol, code: str, hook: Hook, *, window: Window | None = None) -> Protocol:
    """The protocol with one more visit, whose label says what a calendar must not."""
    label = Label("HIV RNA under interleukin-2", "ARN VIH sous interleukine-2")
    visit = VisitTemplate(
        code, label, hook, window, (), (), before_first_injection=False, min_days_after=None
    )
    return replace(protocol, visits=(*protocol.visits, visit))


def summaries(protocol: Protocol, code: str, language: str = "en", **facts: object) -> list[str]:
    """What the events of a visit are called."""
    schedule = build(protocol, Patient("P014", "il2", date(2026, 1, 5))._replace(**facts))  # type: ignore[arg-type]
    codes = [a.code for a in schedule.appointments if a.template == code]
    events = {event.uid: event for event in calendars.events(schedule, language=language, study_id=STUDY)}
    return [events[calendars.uid(STUDY, "P014", code, None)].summary for code in codes]


def test_etoile(etoile: Callable[..., Schedule]) -> None:
    events = calendars.events(etoile(), language="en")

    assert len(events) == 86
    assert [e.summary for e in events[:4]] == [
        "Visit at study week 0 - P014",
        "Injection 1 of 10 - P014",
        "Injection 2 of 10 - P014",
        "Injection 3 of 10 - P014",
    ]
    assert [(e.day, e.at) for e in events[:3]] == [
        (date(2026, 1, 5), None),
        (date(2026, 1, 19), time(8)),
        (date(2026, 1, 19), time(20)),
    ]
    assert events[-1].summary == "Visit at study week 96 - P014"
    assert events[-1].day == date(2027, 11, 8)
    assert {e.minutes for e in events if e.at is not None} == {15}
    assert {(e.changed, e.sequence) for e in events} == {(datetime(2026, 1, 5, tzinfo=UTC), 0)}


def test_the_sample_of_week_24_comes_before_the_injection_of_the_day(etoile: Callable[..., Schedule]) -> None:
    described = {e.summary: e.description for e in calendars.events(etoile(), language="en") if e.at is None}

    assert described["Visit at study week 24 - P014"] == "Before the first injection of the day"
    assert described["Visit at study week 52 - P014"] == ""


def test_the_control_arm_has_visits_only(etoile: Callable[..., Schedule]) -> None:
    events = calendars.events(etoile(arm="control"), language="fr")

    assert [e.summary for e in events] == [
        f"Visite de la semaine d'étude {n} - P014" for n in (0, 24, 52, 64, 76, 96)
    ]


def test_no_date_no_event(etoile: Callable[..., Schedule], protocols: tuple[Protocol, ...]) -> None:
    assert calendars.events(etoile(None), language="en") == ()
    undated = with_visit(protocols[0], "OUT", FromEvent("discharge", 30))
    assert summaries(undated, "W52") == ["Visit at study week 52 - P014"]
    with pytest.raises(KeyError):
        summaries(undated, "OUT")


@pytest.mark.parametrize(
    ("code", "hook", "english", "french"),
    [
        ("M6", FromAnchor(182), "Visit at study week 26 - P014", "Visite de la semaine d'étude 26 - P014"),
        ("D29", FromAnchor(28), "Visit on study day 29 - P014", "Visite au jour d'étude 29 - P014"),
        ("HIV", FromAnchor(10), "Visit on study day 11 - P014", "Visite au jour d'étude 11 - P014"),
        ("SCR", FromAnchor(-14), "Visit at study week -2 - P014", "Visite de la semaine d'étude -2 - P014"),
        ("HIV", FromCycle(3, 1), "Visit on cycle 3 day 1 - P014", "Visite à la cure 3, J1 - P014"),
        ("PRE", FromCycle(3, -1), "Visit before cycle 3 - P014", "Visite avant la cure 3 - P014"),
        (
            "END",
            FromLastInjection(28),
            "Visit after the last injection - P014",
            "Visite après la dernière injection - P014",
        ),
        ("OUT", FromEvent("discharge", 30), "Follow-up visit - P014", "Visite de suivi - P014"),
    ],
)
def test_every_visit_has_a_neutral_name(
    code: str, hook: Hook, english: str, french: str, protocols: tuple[Protocol, ...]
) -> None:
    protocol = with_visit(protocols[0], code, hook)
    events = {"discharge": date(2026, 3, 1)}

    assert summaries(protocol, code, events=events) == [english]
    assert summaries(protocol, code, "fr", events=events) == [french]


def test_a_visit_of_every_cycle_names_its_cycle(protocols: tuple[Protocol, ...]) -> None:
    protocol = with_visit(protocols[0], "PRE", FromCycle(None, -1))

    assert summaries(protocol, "PRE") == [f"Visit before cycle {n} - P014" for n in range(1, 9)]


@pytest.mark.parametrize(
    ("code", "english"),
    [
        ("U2", "Unscheduled visit 2 - P014"),
        ("ET", "Early termination visit - P014"),
        ("HIV", "Visit - P014"),
    ],
)
def test_visits_that_no_template_has(code: str, english: str, etoile: Callable[..., Schedule]) -> None:
    schedule = etoile()
    visit = schedule.visits()[1]._replace(code=code, template=code)
    (event,) = calendars.events(replace(schedule, appointments=(visit,)), language="en")

    assert event.summary == english


def test_a_window_is_said(protocols: tuple[Protocol, ...]) -> None:
    w10 = FromAnchor(70)
    for window, english in (
        (Window(3, 7), "Window: Fri 13-Mar-2026 to Mon 23-Mar-2026"),
        (Window(0, 0, by_site=True), "Site window: Mon 16-Mar-2026 to Mon 16-Mar-2026"),
    ):
        schedule = build(
            with_visit(protocols[0], "W10", w10, window=window), Patient("P014", "il2", date(2026, 1, 5))
        )
        said = {e.summary: e.description for e in calendars.events(schedule, language="en")}
        assert said["Visit at study week 10 - P014"] == english


def test_a_date_that_hangs_on_the_last_injection_says_so(protocols: tuple[Protocol, ...]) -> None:
    schedule = build(
        with_visit(protocols[0], "END", FromLastInjection(28)), Patient("P014", "il2", date(2026, 1, 5))
    )
    said = {e.summary: e.description for e in calendars.events(schedule, language="en")}

    assert said["Visit after the last injection - P014"] == "Provisional: the date follows the last injection"


def test_a_visit_with_an_hour_is_timed(etoile: Callable[..., Schedule]) -> None:
    schedule = etoile()
    visit = schedule.appointment("W52")._replace(hour=time(10, 30))
    (event,) = calendars.events(replace(schedule, appointments=(visit,)), language="en")

    assert (event.at, event.minutes) == (time(10, 30), calendars.VISIT_MINUTES)


def test_what_is_omitted_or_cancelled_stays(etoile: Callable[..., Schedule]) -> None:
    schedule = etoile(omitted=3)
    events = calendars.events(schedule, language="en")
    assert len(events) == 86
    assert {e.day for e in events if e.cancelled} == {date(2026, 3, 30) + timedelta(days=n) for n in range(5)}
    assert len([e for e in events if e.cancelled]) == 10

    whole = schedule.appointment("C1D5")
    first, second = whole.injections
    half = whole._replace(injections=(first, second._replace(status=Status.CANCELLED)))
    dropped = schedule.appointment("W52")._replace(status=Status.CANCELLED)
    events = calendars.events(replace(schedule, appointments=(half, dropped)), language="en")
    assert [e.cancelled for e in events] == [False, True, True]


def test_nothing_in_a_file_reveals(protocols: tuple[Protocol, ...]) -> None:
    for protocol in protocols:
        for arm in protocol.arms:
            shown = with_visit(protocol, "HIV", FromAnchor(70), window=Window(3, 3))
            for language in ("en", "fr"):
                schedule = build(shown, Patient("P014", arm.code, date(2026, 1, 5)))
                text = calendars.patient_calendar(
                    schedule, timezone="Europe/Paris", language=language
                ).decode()
                assert REVEALING.search(text) is None, REVEALING.search(text)


# --- Who an event is ---


def test_identities_are_opaque_different_and_stay(etoile: Callable[..., Schedule]) -> None:
    events = calendars.events(etoile(), language="en")
    moved = calendars.events(etoile(date(2026, 2, 2)), language="fr")

    assert len({e.uid for e in events}) == 86
    assert [e.uid for e in events] == [e.uid for e in moved]
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f-]{17}", e.uid) for e in events)
    others = calendars.events(etoile(patient="P015"), language="en")
    assert not {e.uid for e in events} & {e.uid for e in others}
    in_study = calendars.events(etoile(), language="en", study_id=STUDY)
    assert not {e.uid for e in events} & {e.uid for e in in_study}


def test_an_identity_is_what_it_always_was() -> None:
    """These are in people's calendars: a change here would double every appointment."""
    assert calendars.uid(STUDY, "P014", "C1D1", time(8)) == "13ae853c-48ca-5156-b670-c1ac1f0a25e3"
    assert (
        calendars.uid(calendars.plan_id("anrs-123-etoile"), "P014", "W52", None)
        == "df94dcd0-ec2e-5f7d-9173-d8e0b4355bb3"
    )


def test_the_readings_of_a_protocol_are_one_plan(protocols: tuple[Protocol, ...]) -> None:
    """Planned again with another reading, the same appointments move and no new ones appear."""
    files = [
        {
            e.uid
            for e in calendars.events(
                build(protocol, Patient("P014", "il2", date(2026, 1, 5))), language="en"
            )
        }
        for protocol in protocols
        if protocol.code == "anrs-123-etoile"
    ]

    assert len(files) == 3
    assert all(file == files[0] for file in files)


PARTS = st.text(st.sampled_from("AB/%1-"), max_size=4)


@given(PARTS, PARTS, PARTS, PARTS)
def test_no_two_appointments_share_an_identity(patient: str, code: str, other: str, second: str) -> None:
    same = calendars.uid(STUDY, patient, code, None) == calendars.uid(STUDY, other, second, None)

    assert same == ((patient, code) == (other, second))


def test_any_text_has_an_identity() -> None:
    assert len({calendars.uid(STUDY, text, "W1", None) for text in ("é", "\ud800", "\\ud800x", "€", "")}) == 5


def test_an_evening_start_keeps_the_injections_that_stay(protocols: tuple[Protocol, ...]) -> None:
    """Only the first morning goes and a morning after the last day comes: the others are who they were."""
    patient = Patient("P014", "il2", date(2026, 1, 5))
    usual, evening = (
        {e.uid for e in calendars.events(build(protocols[0], p), language="en")}
        for p in (patient, patient._replace(evening_starts=frozenset({1})))
    )

    assert usual - evening == {calendars.uid(calendars.plan_id("anrs-123-etoile"), "P014", "C1D1", time(8))}
    assert evening - usual == {calendars.uid(calendars.plan_id("anrs-123-etoile"), "P014", "C1D6", time(8))}


def test_stamps_are_those_of_the_study(etoile: Callable[..., Schedule]) -> None:
    when = datetime(2026, 3, 1, 8, 15, 30, tzinfo=UTC)
    stamps = {
        ("C1D1", time(20)): Stamp(when, sequence=3),
        ("W52", None): Stamp(when, sequence=1, generation=1),
    }
    events = calendars.events(etoile(), language="en", study_id=STUDY, patient_id="7", stamps=stamps)
    by_uid = {e.uid: e for e in events}

    moved = by_uid[calendars.uid(STUDY, "7", "C1D1", time(20))]
    assert (moved.changed, moved.sequence) == (when, 3)
    anew = by_uid[calendars.uid(STUDY, "7", "W52", None, generation=1)]
    assert (anew.changed, anew.sequence) == (when, 1)
    assert calendars.uid(STUDY, "7", "W52", None) not in by_uid
    assert by_uid[calendars.uid(STUDY, "7", "C1D1", time(8))].sequence == 0


def test_a_recorded_visit_is_where_it_happened(etoile: Callable[..., Schedule]) -> None:
    schedule = etoile()
    done = schedule.appointment("W52")._replace(actual=date(2027, 1, 6))
    (event,) = calendars.events(replace(schedule, appointments=(done,)), language="en")

    assert event.day == date(2027, 1, 6)
    assert done.kind is Kind.VISIT
