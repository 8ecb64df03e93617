"""The diary, the visit calendar and the schedule of activities."""

from __future__ import annotations

from dataclasses import replace

import pytest

from il2scheduler.i18n import words
from il2scheduler.protocol import Place
from il2scheduler.schedule import Kind
from il2scheduler.sheets import Printing
from tests.sheets.reading import pages_of, plain, text_of
from tests.sheets.samples import printed, seeds, shapes

SEEDS, SHAPES = seeds(), shapes()


def page_texts(data: bytes) -> list[str]:
    return [plain(" ".join(said.text for said in page.texts)) for page in pages_of(data)]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", SEEDS)
def test_the_cover_of_the_diary_names_no_disease_and_no_trial(
    printing: Printing, name: str, language: str
) -> None:
    schedule = SEEDS[name]
    cover = page_texts(printed("diary", schedule, replace(printing, language=language)))[0].lower()

    assert schedule.protocol.neutral_title.said(language).lower() in cover
    for word in ("etoile", "vascu", "anrs", "hiv", "vih", "hcv", "vhc", "aldesle", "interleu", "retrovir"):
        assert word not in cover


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_diary_has_a_block_for_each_day_with_a_home_injection_and_no_other(
    printing: Printing, language: str
) -> None:
    w, schedule = words(language), SEEDS["etoile-w2"]
    texts = page_texts(printed("diary", schedule, replace(printing, language=language)))
    blocks = " ".join(text for text in texts if "0 1 2 3" in text)

    days = [a for a in schedule.appointments if a.kind is Kind.INJECTIONS]
    home = [a for a in days if any(i.place is Place.HOME for i in a.injections)]
    assert blocks.count("0 1 2 3") == 4 * len(home) == 160
    for day in home:
        assert day.planned is not None
        said = w.patient_date(day.planned)
        assert blocks.count(said[0].upper() + said[1:]) == 1
    at_home = {"en": "Evening 20:00 – AT HOME", "fr": "Soir 20:00 – À DOMICILE"}[language]
    at_clinic = {"en": "Morning 08:00 – AT THE CLINIC", "fr": "Matin 08:00 – À L'HÔPITAL"}[language]
    assert blocks.count(at_home) == blocks.count(at_clinic) == 40


def test_the_diary_is_set_in_twelve_points(printing: Printing) -> None:
    from il2scheduler.sheets import flow, page, patient_diary
    from il2scheduler.sheets.pdf import Laid

    kept: list[page.Page] = []
    finish = flow.Flow.finish

    def remember(self: flow.Flow, title: str, *, fronts: bool = False) -> Laid:
        data = finish(self, title, fronts=fronts)
        kept.extend(self.pages)
        return data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow.Flow, "finish", remember)
        patient_diary.document(SEEDS["etoile-w2"], (), printing)
    body = [
        mark
        for each in kept[:-1]
        for mark in each.marks
        if isinstance(mark, page.Text) and mark.y < each.high - 110
    ]
    assert min(mark.size for mark in body) >= 12


def test_a_diary_without_home_injections_says_so(printing: Printing) -> None:
    text = text_of(printed("diary", SEEDS["vascu-every-21-days"], printing))

    assert "No injection is planned at home: all are given at the clinic." in text
    assert "0 1 2 3" not in text
    assert "No injection is planned for you." in text_of(printed("diary", SEEDS["control"], printing))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", SEEDS)
def test_the_visit_calendar_lists_every_appointment_with_its_date_week_and_code(
    printing: Printing, name: str, language: str
) -> None:
    w, schedule = words(language), SEEDS[name]
    text = text_of(printed("visits", schedule, replace(printing, language=language)))
    for appointment in schedule.appointments:
        assert appointment.planned is not None
        week = appointment.planned.isocalendar().week
        assert f"{plain(w.staff_date(appointment.planned))} {week} " in text
        assert f" {appointment.code} " in text


def test_the_visit_calendar_tells_what_moved_and_what_clashes(printing: Printing) -> None:
    moved = text_of(printed("visits", SHAPES["moved"], printing))
    there = text_of(printed("visits", SEEDS["etoile-w2"], printing))

    assert "Moved from Mon 29-Mar-2027." in moved
    assert "! Study week 64 is on Mon 29-Mar-2027, a public holiday (Easter Monday)." in there
    assert "none in the source" in there


def test_month_grids_mark_days_with_letters(printing: Printing) -> None:
    texts = page_texts(printed("visits", SEEDS["etoile-w2"], printing))
    months = " ".join(text for text in texts if "I with shading" in text)

    assert "January 2026" in months
    assert "November 2027" in months
    assert "19 I 20 I 21 I 22 I 23 I" in months
    assert "22 B 23 I" in months
    assert "5 V" in months


def test_without_an_anchor_there_is_a_list_and_no_months(printing: Printing) -> None:
    text = text_of(printed("visits", SHAPES["no anchor"], printing))

    assert "I with shading" not in text
    assert "study week 52, study day 365" in text


@pytest.mark.parametrize("name", SEEDS)
def test_the_schedule_of_activities_has_each_activity_visit_and_source(printing: Printing, name: str) -> None:
    schedule = SEEDS[name]
    protocol = schedule.protocol
    text = text_of(printed("activities", schedule, printing))
    for activity in protocol.activities:
        assert activity.label.en in text
    for visit in protocol.visits:
        assert visit.label.en in text
    crosses = sum(
        len(visit.activities) for visit in protocol.visits if visit.belongs_to(schedule.patient.arm)
    )
    likely = text.count("X ") + text.count("X")
    assert likely >= crosses
    if schedule.starts:
        for entry in protocol.provenance:
            if entry.quote and entry.field.startswith(("cycles.", "activities")):
                assert plain(entry.quote) in text


def test_days_of_a_cycle_with_other_activities_have_their_own_column(printing: Printing) -> None:
    text = text_of(printed("activities", SEEDS["vascu-every-21-days"], printing))

    assert "cycle 1, day 1" in text
    assert "cycle 1, days 2 to 5" in text
    assert "C4D2 to C4D5" in text
