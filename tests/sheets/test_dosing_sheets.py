"""The dosing sheets: every injection's date, time, dose and place in its row, and the sums."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from il2scheduler import sheets
from il2scheduler.appointment import DROPPED
from il2scheduler.i18n import words
from il2scheduler.schedule import Schedule, build
from il2scheduler.sheets import Printing
from il2scheduler.wording import place_name
from tests.sheets.reading import PageRead, Said, pages_of, plain, text_of
from tests.sheets.samples import printed, recorded_in_part, seeds, shapes

SEEDS, SHAPES = seeds(), shapes()
MM = 72 / 25.4


def cycle_pages(data: bytes, language: str) -> dict[int, list[PageRead]]:
    """The fronts of each cycle's sheet by its number."""
    word = {"en": "Dosing sheet – cycle", "fr": "Feuille d'administration – cure"}[language]
    found: dict[int, list[PageRead]] = {}
    for page in pages_of(data):
        texts = [plain(said.text) for said in page.texts]
        title = next((m for m in (re.fullmatch(rf"{word} (\d+)", text) for text in texts) if m), None)
        if title:
            found.setdefault(int(title[1]), []).append(page)
    return found


def rows(page: PageRead) -> list[tuple[str, str, str]]:
    """The printed lines of each row, from the top: date and day; time and place; dose."""
    clocks = [said for said in page.texts if re.match(r"\d\d:\d\d", said.text)]
    found: list[tuple[str, str, str]] = []
    for clock in sorted(clocks, key=lambda said: -said.top):
        above = next(s for s in page.texts if s != clock and near(s, clock, 12.5))
        below = next(s for s in page.texts if s != clock and near(s, clock, -12.5))
        found.append((plain(above.text), plain(clock.text), plain(below.text)))
    return found


def near(said: Said, clock: Said, distance: float) -> bool:
    """True when a text stands in the same column, one line above (or below) another."""
    middle, other = (said.top + said.bottom) / 2, (clock.top + clock.bottom) / 2
    return abs(said.left - clock.left) < 3 and abs(middle - other - distance) < 5


def expected(schedule: Schedule, cycle: int, language: str) -> list[tuple[str, str, str]]:
    w = words(language)
    found: list[tuple[str, str, str]] = []
    for day in schedule.course(cycle):
        for injection in day.injections:
            assert day.planned is not None
            assert injection.dose_iu is not None
            date = f"{w.staff_date(day.planned)}, {w('day {day}', day=day.day)}"
            place = f"{injection.time:%H:%M} – {place_name(w, injection.place)}"
            found.append((plain(date), plain(place), plain(w.dose(injection.dose_iu))))
    return found


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", [name for name in SEEDS if name != "control"])
def test_each_row_is_an_injection_of_the_schedule(
    printing: Printing, name: str, language: str, paper: str
) -> None:
    schedule = SEEDS[name]
    data = printed("dosing", schedule, replace(printing, language=language, paper=paper))
    pages = cycle_pages(data, language)

    assert sorted(pages) == [start.template.number for start in schedule.starts]
    for cycle, fronts in pages.items():
        assert len(fronts) == 1, "ten rows fit one page together with the order"
        assert rows(fronts[0]) == expected(schedule, cycle, language)


@pytest.mark.parametrize(
    "name", ["84 daily", "one injection", "three a day", "every other day", "doses by day", "prescribed dose"]
)
def test_courses_of_other_shapes_flow_over_pages(printing: Printing, name: str) -> None:
    schedule = SHAPES[name]
    pages = cycle_pages(printed("dosing", schedule, printing), "en")

    for start in schedule.starts:
        cycle = start.template.number
        assert [row for page in pages[cycle] for row in rows(page)] == expected(schedule, cycle, "en")
        for page in pages[cycle]:
            assert any("Dose to give" in said.text for said in page.texts), "the heading is repeated"
            assert any(said.text.startswith("Not given: one code") for said in page.texts)


def test_the_rows_point_to_the_page_that_tells_how_they_are_filled_in(printing: Printing) -> None:
    for schedule in (*SEEDS.values(), *SHAPES.values()):
        texts = [
            plain(" ".join(said.text for said in page.texts))
            for page in pages_of(printed("dosing", schedule, printing))
        ]
        told = {int(number) for text in texts for number in re.findall(r"More on page (\d+)", text)}
        guides = [n for n, text in enumerate(texts, start=1) if "how to fill in" in text]
        assert guides[:1] == sorted(told)
        assert len(guides) == (1 if schedule.starts else 0), "it is one page"


def test_the_order_says_dose_route_how_often_days_and_sums(printing: Printing) -> None:
    text = text_of(printed("dosing", SEEDS["etoile-w2"], printing))

    order = (
        "aldesleukin (interleukin-2), 4.5 million international units, subcutaneously, twice daily, "
        "days 1 to 5 = 10 injections, 45 million international units this cycle"
    )
    assert order in text
    assert "Days 1 to 5: 9 million international units a day." in text
    assert "Planned: 80 injections in all, 360 million international units." in text
    assert "42 days after the start of cycle 2 (Mon 16-Feb-2026), minimum 42." in text


def test_half_a_dose_in_the_first_cycle_is_said_as_such(printing: Printing) -> None:
    text = text_of(printed("dosing", SEEDS["vascu-every-21-days"], replace(printing, language="fr")))

    assert "1,5 million d'unités internationales" in text
    assert "= 5 injections, 7,5 millions d'unités internationales pour cette cure" in text
    assert "Prévu : 20 injections en tout, 52,5 millions d'unités internationales." in text
    assert "tolérance satisfaisante" in text


def test_a_line_to_write_on_is_at_least_seven_millimetres_high(printing: Printing) -> None:
    data = printed("dosing", SEEDS["etoile-w2"], replace(printing, language="fr", paper="letter"))
    page = cycle_pages(data, "fr")[4][0]
    clocks = [said.top for said in page.texts if re.match(r"\d\d:\d\d", said.text)]
    # Every second row has the same text, whose ink is as high.
    gaps = [above - below for above, below in zip(clocks, clocks[2:], strict=False)]

    assert min(gaps) / 4 >= 7 * MM - 0.02


def test_every_cycle_begins_on_the_front_of_a_sheet_of_paper(printing: Printing) -> None:
    for schedule in (*SEEDS.values(), *SHAPES.values()):
        pages = pages_of(printed("dosing", schedule, printing))
        fronts = [
            number
            for number, page in enumerate(pages, start=1)
            if any(re.fullmatch(r"Dosing sheet – cycle \d+", plain(said.text)) for said in page.texts)
            and any(said.text.startswith("Before cycle") for said in page.texts)
        ]
        assert all(number % 2 for number in fronts)
        assert len(fronts) == len(schedule.starts) - sum(
            schedule.cycle_status(s.template.number) in DROPPED for s in schedule.starts
        )


def test_an_arm_without_cycles_gets_one_page_that_says_so(printing: Printing) -> None:
    pages = pages_of(printed("dosing", SEEDS["control"], printing))

    assert len(pages) == 1
    assert any("This patient's arm has no injections" in said.text for said in pages[0].texts)


def test_a_dose_that_is_not_typed_yet_is_a_ruled_blank(printing: Printing) -> None:
    text = text_of(printed("dosing", SHAPES["no dose"], printing))

    assert "as prescribed: ______________" in text
    assert "The protocol states 1 million international units per square metre" in text
    assert "None" not in text
    assert " 0 million" not in text


def test_without_an_anchor_dates_are_blank_and_days_are_told(printing: Printing) -> None:
    text = text_of(printed("dosing", SHAPES["no anchor"], printing))

    assert "Study days 15 to 19." in text
    assert "None" not in text
    assert not re.search(r"\d\d-[A-Z][a-z]{2}-20(?!26 at 14:05)", text)


def test_omitted_cycles_stay_in_the_overview_and_have_no_sheet(printing: Printing) -> None:
    data = printed("dosing", SHAPES["omitted"], printing)

    assert sorted(cycle_pages(data, "en")) == [1, 2, 4, 5, 6, 7]
    assert "omitted: decided by a person" in text_of(data)
    assert "omitted: past the last day on which the protocol lets a cycle start" in text_of(data)


def test_only_the_cycles_that_are_asked_for(printing: Printing) -> None:
    data = sheets.dosing_sheets(SEEDS["etoile-w2"], (), printing, cycles={3})

    assert sorted(cycle_pages(data, "en")) == [3]


def test_a_closed_day_is_marked_in_its_row_and_said_above(printing: Printing) -> None:
    page = cycle_pages(printed("dosing", SEEDS["etoile-w2"], printing), "en")[4][0]
    texts = [plain(said.text) for said in page.texts]

    assert "(a) Cycle 4 day 4 is on Thu 14-May-2026, a public holiday (Ascension Day)." in texts
    assert texts.count("(a)") == 2, "beside both injections of the day"


def test_next_cycle_is_told_as_planned_and_earliest(printing: Printing) -> None:
    text = text_of(printed("dosing", SEEDS["etoile-w2"], printing))

    assert "Cycle 2: as planned, Mon 16-Feb-2026 changed to" in text
    assert "Cycle 3: earliest Mon 30-Mar-2026 (start of this cycle + 42 days)." in text
    assert "This is the last planned cycle." in text


def test_what_is_recorded_is_printed_in_its_row(printing: Printing) -> None:
    note = "Fièvre à 39 °C, <b>rappelé</b> " * 20
    data = printed("dosing", recorded_in_part(note), printing)
    pages = cycle_pages(data, "en")[1]
    text = plain(" ".join(said.text for page in pages for said in page.texts))

    assert (
        "Given: Mon 19-Jan-2026 at 08:12, 3 million international units (part of the dose). "
        "Site: 3, left thigh. Batch: “B-1”."
    ) in text
    assert "Given by: the patient." in text
    # The long note would push the rows off the page: it is below them.
    assert "Not given, code R. Note (1), below." in text
    assert f"(1) “{plain(note)}" in text
    assert rows(pages[0]) == expected(recorded_in_part(note), 1, "en")


def test_a_condition_is_asked_for_until_it_is_noted_as_met(printing: Printing) -> None:
    asked = SEEDS["vascu-every-21-days"]
    met = build(asked.protocol, asked.patient._replace(gates_met=frozenset({"tolerance"})))
    for schedule, said in ((asked, "Before this cycle: yes no"), (met, "Noted in the study as met:")):
        text = " ".join(text_of(printed("dosing", schedule, printing)).split())
        assert text.count(f"{said} tolerance satisfactory: later cycles ambulatory") == 1
        assert ("Before this cycle:" in text) == (schedule is asked)


@pytest.mark.parametrize(("language", "said"), [("en", "Decided on (date):"), ("fr", "Décidé le :")])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_date_can_be_written_beside_the_decision(
    printing: Printing, language: str, said: str, paper: str
) -> None:
    sheets_of = printed("dosing", SEEDS["etoile-w2"], replace(printing, language=language, paper=paper))
    blanks: list[float] = []
    for page in pages_of(sheets_of):
        for label in (one for one in page.texts if plain(one.text) == said):
            beside = [
                x2 - x1 for x1, y1, x2, y2 in page.lines if y1 == y2 and label.right < x1 < label.right + 8
            ]
            blanks.append(min(beside))
    assert len(blanks) == 8
    assert min(blanks) >= 17 * MM


def test_treatment_that_was_stopped_leaves_no_sheets_for_what_is_cancelled(printing: Printing) -> None:
    schedule = SEEDS["etoile-w2"]
    stopped = build(schedule.protocol, schedule.patient._replace(stopped=date(2026, 4, 1)))
    data = printed("dosing", stopped, printing)

    assert sorted(cycle_pages(data, "en")) == [1, 2, 3]
    assert "days 1 to 2 = 4 injections, 18 million international units this cycle" in text_of(data)
    assert text_of(data).count("Cancelled.") == 6
    assert "Planned from Mon 30-Mar-2026 to Tue 31-Mar-2026." in text_of(data)


def test_the_site_of_the_last_injection_is_printed_on_the_next_sheet(printing: Printing) -> None:
    pages = cycle_pages(printed("dosing", recorded_in_part("short"), printing), "en")
    texts = {cycle: plain(" ".join(s.text for page in pages[cycle] for s in page.texts)) for cycle in (1, 2)}

    assert "Last site before: 3, left thigh" in texts[2]
    assert "Last site" not in texts[1]
    blank = cycle_pages(printed("dosing", SEEDS["etoile-w2"], printing), "en")[2]
    assert any(plain(said.text) == "Last site, cycle 1:" for page in blank for said in page.texts)


def test_a_day_of_three_injections_stands_on_one_page(printing: Printing) -> None:
    pages = [
        page
        for found in cycle_pages(printed("dosing", SHAPES["three a day"], printing), "en").values()
        for page in found
    ]
    for page in pages:
        days = [date for date, _, _ in rows(page)]
        assert all(days.count(day) == 3 for day in days)
