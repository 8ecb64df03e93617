"""Dates, doses and findings in words, in English and French, whatever the computer speaks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from il2scheduler.i18n import LANGUAGES, system_language, words
from il2scheduler.protocol import Place, Provenance, Route
from il2scheduler.rules import Severity, anchor_proposals, findings, proposals
from il2scheduler.schedule import Status
from il2scheduler.wording import (
    anchor_sentence,
    appointment_name,
    finding_sentence,
    place_name,
    proposal_sentence,
    provenance_name,
    route_name,
    severity_name,
    status_name,
    unsolved_sentence,
)
from tests.builders import (
    ETOILE,
    VASCU,
    chosen,
    day,
    enrolled,
    france,
    planned,
    seed,
    series,
    template,
    weekdays_only,
)

EN, FR = words("en"), words("fr")
MONDAY = day("2026-01-05")


def sentences(language: str, anchor: str = "2026-01-05", code: str = ETOILE) -> list[str]:
    schedule = planned(code, anchor)
    return [finding_sentence(words(language), f, seed(code)) for f in findings(schedule, france())]


# --- Dates ---


def test_staff_read_a_date_with_its_weekday_and_month_in_letters() -> None:
    assert EN.staff_date(MONDAY) == "Mon 05-Jan-2026"
    assert FR.staff_date(MONDAY) == "lun. 05-janv.-2026"
    assert (EN.short_date(MONDAY), FR.short_date(MONDAY)) == ("Mon 05-Jan", "lun. 05-janv.")


def test_patients_read_a_date_in_full() -> None:
    assert EN.patient_date(MONDAY) == "Monday 5 January 2026"
    assert FR.patient_date(MONDAY) == "lundi 5 janvier 2026"
    assert EN.patient_date(day("2026-11-01")) == "Sunday 1 November 2026"
    assert FR.patient_date(day("2026-11-01")) == "dimanche 1er novembre 2026"
    assert FR.patient_date(day("2026-11-11")) == "mercredi 11 novembre 2026"


def test_months_and_weekdays_have_their_names() -> None:
    assert (EN.month(MONDAY), FR.month(MONDAY)) == ("January 2026", "janvier 2026")
    assert (EN.weekday(MONDAY), FR.weekday(MONDAY)) == ("Monday", "lundi")
    assert (EN.short_weekday(MONDAY), FR.short_weekday(MONDAY)) == ("Mon", "lun.")


def test_no_two_dates_of_a_year_look_alike() -> None:
    """A month in figures could be read as a day."""
    for w in (EN, FR):
        assert (
            len({w.staff_date(day(f"2026-{m:02}-{d:02}")) for m in range(1, 13) for d in range(1, 13)}) == 144
        )


# --- Doses ---


@pytest.mark.parametrize(
    ("iu", "english", "french"),
    [
        (4_500_000, "4.5 million international units", "4,5 millions d'unités internationales"),
        (1_500_000, "1.5 million international units", "1,5 million d'unités internationales"),
        (1_000_000, "1 million international units", "1 million d'unités internationales"),
        (2_000_000, "2 million international units", "2 millions d'unités internationales"),
        (330_000, "0.33 million international units", "0,33 million d'unités internationales"),
        (360_000_000, "360 million international units", "360 millions d'unités internationales"),
        (1, "0.000001 million international units", "0,000001 million d'unités internationales"),
    ],
)
def test_a_dose_is_said_in_full_and_never_as_iu(iu: int, english: str, french: str) -> None:
    """ "IU" is misread as "IV" or 10. French counts from two on as plural. A figure keeps to its unit."""
    assert EN.dose(iu).replace("\u00a0", " ") == english
    assert FR.dose(iu).replace("\u00a0", " ") == french
    assert "\u00a0million" in EN.dose(iu)


def test_a_number_has_no_trailing_zeros_and_no_exponent() -> None:
    """ "4.0" is misread as 40."""
    assert [EN.number(n) for n in (Decimal("4.0"), Decimal("4.50"), 100, 0, Decimal("0.10"))] == [
        "4",
        "4.5",
        "100",
        "0",
        "0.1",
    ]
    assert FR.number(Decimal("52.5")) == "52,5"
    assert EN.millions(52_500_000) == "52.5"


# --- Which language ---


def test_an_unknown_language_is_english() -> None:
    assert words("de").language == "en"
    assert words("fr") is words("fr")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "fr", "LANG": "de_DE"}, "fr"),
        ({"LC_ALL": "", "LANG": "FR"}, "fr"),
    ],
)
def test_the_computers_language_is_found_in_its_usual_places(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert system_language() == expected


def test_one_and_many_are_told_apart() -> None:
    said = [EN.plural("{count} day", "{count} days", n) for n in (1, 2)]

    assert said == ["1 day", "2 days"]
    assert [FR.plural("{count} day", "{count} days", n) for n in (0, 1, 2)] == ["0 jour", "1 jour", "2 jours"]


# --- Sentences ---


def test_an_appointment_is_named_in_words() -> None:
    named = [appointment_name(EN, code, seed()) for code in ("C4D4", "C4", "W64", "C3-W64", "X9")]

    assert named == ["cycle 4 day 4", "cycle 4", "study week 64", "study week 64 of cycle 3", "X9"]
    assert appointment_name(FR, "C4D4") == "cure 4 jour 4"


def test_a_closed_day_is_said_with_its_date_and_name() -> None:
    assert "Cycle 4 day 4 is on Thu 14-May-2026, a public holiday (Ascension Day)." in sentences("en")
    assert "Cure 4 jour 4 tombe le jeu. 14-mai-2026, un jour férié (Ascension)." in sentences("fr")


def test_a_proposal_is_said_with_what_it_costs() -> None:
    cycle_4, w64 = proposals(planned(ETOILE, "2026-01-05"), france())
    said = proposal_sentence(EN, cycle_4, seed())

    assert said.startswith(
        "Cycle 4: Mon 11-May-2026 becomes Mon 18-May-2026 (+7 days, no window in the source). Costs:"
    )
    assert "Cycle 8 would start on Mon 02-Nov-2026, past Mon 26-Oct-2026" in said
    assert proposal_sentence(EN, w64, seed()) == (
        "Study week 64: Mon 29-Mar-2027 becomes Tue 30-Mar-2027 (+1 day, no window in the source)."
    )


def test_where_nothing_fits_that_is_said() -> None:
    assert unsolved_sentence(EN, "C4").startswith("Cycle 4: no date fits")


def test_another_anchor_is_said_with_the_clashes_it_would_have() -> None:
    schedule = planned(ETOILE, "2026-01-05")
    said = [
        anchor_sentence(EN, p, seed())
        for p in anchor_proposals(schedule.protocol, schedule.patient, france())
    ]

    assert all("instead of 2" in sentence for sentence in said)
    assert all(seed().anchor.label.en in sentence for sentence in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_of_many_schedules_is_a_whole_sentence(language: str) -> None:
    w = words(language)
    interlocked = chosen(
        enrolled(template(series("weeks = [0, 4]", 'days = "1-5/2"', rule="fixed"))), C2="2026-01-06"
    )
    found = [
        *findings(interlocked, weekdays_only(), today=day("2026-02-01")),
        *findings(chosen(planned(ETOILE, "2025-01-06"), C4="2025-05-19"), france(), today=day("2025-06-01")),
        *findings(chosen(planned(VASCU, "2026-01-05"), C4="2026-03-20", C2="2026-01-05"), france()),
    ]
    said = [finding_sentence(w, f) for f in found]

    assert len({f.kind for f in found}) >= 9
    assert all(s[0].isupper() and s.rstrip()[-1] in ".!" and "{" not in s for s in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_a_name(language: str) -> None:
    w = words(language)
    names = [
        *(place_name(w, place) for place in Place),
        *(route_name(w, route) for route in Route),
        *(status_name(w, status) for status in Status),
        *(severity_name(w, severity) for severity in Severity),
        *(provenance_name(w, status) for status in Provenance),
    ]

    assert all(names)


def test_french_differs_from_english_for_every_place_and_severity() -> None:
    assert all(place_name(EN, place) != place_name(FR, place) for place in Place)
    assert all(severity_name(EN, s) != severity_name(FR, s) for s in (Severity.REFUSES, Severity.WARNS))
    assert not set(sentences("en")) & set(sentences("fr"))


def test_a_dose_and_a_date_do_not_depend_on_the_computers_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")

    assert EN.staff_date(day("2026-02-02")) == "Mon 02-Feb-2026"
    assert EN.dose(4_500_000).startswith("4.5")
