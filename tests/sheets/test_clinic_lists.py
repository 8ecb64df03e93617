"""Day and week lists, and what changed: read back from the PDF and compared with the study, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from il2scheduler.commands.values import AddNote, MoveVisit
from il2scheduler.i18n import words
from il2scheduler.ledger import Table
from il2scheduler.study import Study
from il2scheduler.study.lists import check_list_print, due, overdue
from il2scheduler.study.outputs import Sheet, Wanted
from il2scheduler.study.printed import Print, latest, outdated
from il2scheduler.wording import appointment_name, place_name
from tests.sheets import clinic
from tests.sheets.clinic import LONG_CODE, TODAY, everything, printed
from tests.sheets.reading import faults, pages_of, plain, rows_of, text_of
from tests.study.studies import create, do, enrol

TICK = "☐"
PAPERS = (("en", "a4"), ("fr", "letter"))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    with clinic.study(tmp_path_factory.mktemp("clinic") / "study.il2") as made:
        yield made


def listed(day: date, kind: Sheet = Sheet.DAY, *only: str) -> Wanted:
    return Wanted("", kind, day=day, only=only)


def rows(data: bytes) -> list[list[str]]:
    """The rows of all tables; a code broken over lines is whole again."""
    found = [row for page in pages_of(data) for row in rows_of(page)]
    return [[cell.replace("- ", "-") for cell in row] for row in found]


# --- The day ---


@pytest.mark.parametrize(("language", "paper"), PAPERS)
def test_each_injection_of_the_day_is_a_row_by_the_clock(study: Study, language: str, paper: str) -> None:
    w = words(language)
    found = rows(printed(study, listed(TODAY), language, paper))
    expected: list[list[str]] = []
    for one in due(study, TODAY, TODAY):
        protocol = study.protocols[one.protocol].protocol
        for injection in one.appointment.injections:
            assert injection.dose_iu is not None
            what = appointment_name(w, one.appointment.code, protocol)
            where = place_name(w, injection.place)
            row = [f"{injection.time:%H:%M}", one.patient, f"{what} {protocol.short_title} {where}"]
            expected.append([*row, plain(w.dose(injection.dose_iu)), TICK])
    assert len(expected) == 6
    times = [row for row in found if re.fullmatch(r"\d\d:\d\d", row[0])]
    assert times == sorted(expected)


def test_samples_come_before_visits_and_visits_before_injections(study: Study) -> None:
    day = date(2026, 6, 22)
    data = printed(study, listed(day))
    text = text_of(data)
    order = ["Samples before the first injection", "Injections", "Added by hand"]
    places = [text.index(title) for title in order]
    assert places == sorted(places)
    assert "P002 study week 24 ETOILE ☐" in text[places[0] : places[1]]
    assert "Places taken: injections 2 of 2 (full); visits 3 of 2 (! 1 too many)." in text
    control = text[text.index("Visits", places[0]) : places[1]]
    assert "P003 study week 24" in control


def test_overdue_is_on_top_until_the_days_are_past(study: Study) -> None:
    found = rows(printed(study, listed(TODAY)))
    late = [one for one in overdue(study, TODAY) if one.appointment.planned != TODAY]
    groups = {(one.patient, one.appointment.cycle or one.appointment.code) for one in late}
    first = next(i for i, row in enumerate(found) if row[0] == "Time")
    above = [row for row in found[:first] if row[0] != "Planned"]
    assert len(above) == len(groups)
    assert above[4][:2] == ["Mon 19-Jan-2026 to Fri 23-Jan-2026", LONG_CODE]
    assert above[4][2:] == ["cycle 1, days 1 to 5 ETOILE 10 injections", "71 days", TICK]
    assert "Overdue" not in text_of(printed(study, listed(TODAY - timedelta(days=1))))
    week = pages_of(printed(study, listed(TODAY, Sheet.WEEK)))
    heads = [plain(" ".join(said.text for said in page.texts)) for page in week]
    assert "Week list – Overdue" in heads[1]
    assert "Week list – Overdue" not in heads[0] + heads[2]
    assert "Overdue on Tue 31-Mar-2026" in text_of(printed(study, listed(TODAY + timedelta(days=30))))


def test_what_is_recorded_is_printed_in_place_of_the_box(study: Study) -> None:
    thursday = [row for row in rows(printed(study, listed(date(2026, 1, 22)))) if row[1:2] == ["P001"]]
    dose = "4.5 million international units"
    assert thursday == [
        ["08:00", "P001", "cycle 1 day 4 day hospital", dose, "given 08:00", "the patient"],
        ["20:00", "P001", "cycle 1 day 4 home", dose, "not given", "R, refused by the patient"],
    ]


def test_an_empty_day_and_a_closed_one_say_so(study: Study) -> None:
    text = text_of(printed(study, listed(date(2026, 5, 17))))
    assert "The clinic is closed on this day of the week." in text
    assert "Nothing is planned on this day." in text
    holiday = text_of(printed(study, listed(date(2026, 5, 14)), "fr"))
    assert "Le service est fermé : jour férié (Ascension)." in holiday
    assert "cure 4 jour 4" in holiday


def test_a_list_of_some_patients_names_them_and_is_not_remembered(study: Study) -> None:
    text = text_of(printed(study, listed(TODAY, Sheet.DAY, "P002")))
    assert "Patients: only P002" in text
    assert LONG_CODE not in text.replace(" ", "")
    assert "P001" not in text


# --- The week ---


@pytest.mark.parametrize(("language", "paper"), PAPERS)
def test_each_day_of_the_week_has_its_patients(study: Study, language: str, paper: str) -> None:
    w = words(language)
    data = printed(study, listed(TODAY, Sheet.WEEK), language, paper)
    pages = pages_of(data)
    monday = TODAY - timedelta(days=TODAY.weekday())
    expected: list[list[str]] = []
    for one in due(study, monday, monday + timedelta(days=6)):
        if not one.appointment.injections:
            continue
        protocol = study.protocols[one.protocol].protocol
        what = f"{appointment_name(w, one.appointment.code, protocol)} {protocol.short_title}"
        doses: list[str] = []
        for i in one.appointment.injections:
            colon = " :" if language == "fr" else ":"
            assert i.dose_iu is not None
            doses.append(f"{i.time:%H:%M} {place_name(w, i.place)}{colon} {plain(w.dose(i.dose_iu))}")
        ticks = " ".join(f"{i.time:%H:%M} {TICK}" for i in one.appointment.injections)
        expected.append([one.patient, what, " ".join(doses), ticks])
    found = [row for row in rows(data) if len(row) == 4 and row[3].startswith("08:00")]
    assert found == expected
    days = [w.staff_date(monday + timedelta(days=n)) for n in range(7)]
    headings = dict.fromkeys(plain(said.text) for page in pages for said in page.texts)
    assert [text for text in headings if text in {plain(day) for day in days}] == [plain(day) for day in days]


def test_a_page_that_goes_on_with_a_day_names_it(tmp_path: Path) -> None:
    with create(tmp_path / "s.il2") as made:
        for n in range(40):
            enrol(made, f"P{n:03}" if n else LONG_CODE)
        for kind in (Sheet.DAY, Sheet.WEEK):
            for language, paper in PAPERS:
                pages = pages_of(printed(made, listed(date(2026, 1, 21), kind), language, paper))
                assert [fault for page in pages for fault in faults(page)] == []
        texts = [plain(" ".join(s.text for s in page.texts)) for page in pages]
    heads = [re.search(r"Liste de la semaine – (\w+\. \d\d)", text) for text in texts[1:-1]]
    assert all(heads)
    for head, text in zip(heads, texts[1:-1], strict=True):
        assert head is not None
        first = re.search(r"cure 1 jour (\d)", text)
        assert first is not None
        assert int(head[1][-2:]) == 18 + int(first[1])


# --- What changed ---


@pytest.mark.parametrize(("language", "paper"), PAPERS)
def test_what_changed_tells_each_date_that_is_different(study: Study, language: str, paper: str) -> None:
    w = words(language)
    data = printed(study, everything()["changes"], language, paper)
    before = study.store.rows_at(1, study.store.revision_entries(1, 1)[-1].number).table(Table.APPOINTMENT)
    after = study.store.patient_rows(1).table(Table.APPOINTMENT)
    found = rows(data)
    for key, row in after.items():
        old, code = before.get(key), str(key[1])
        gone = row["status"] in ("omitted", "cancelled")
        if old is not None and not gone and old["planned"] == row["planned"]:
            continue
        cycle = re.match(r"C(\d+)D", code)
        name = f"{w('cycle {number}', number=cycle[1])}, " if cycle else appointment_name(w, code)
        if code == "U1":
            name = w("unscheduled visit {number}", number=1)
        told = next(each for each in found if each[0].startswith(name.replace("W24", "")))
        if old is not None and "W" not in code:
            assert plain(w.staff_date(date.fromisoformat(str(old["planned"])))) in told[1]
        if not gone and "W" not in code:
            assert plain(w.staff_date(date.fromisoformat(str(row["planned"])))) in told[2]
    text = text_of(data)
    assert plain(f"{w.staff_date(date(2026, 6, 24))}") in text
    assert plain(w.dose(3_000_000)) in text
    assert "neutropénie" in text


def test_the_reasons_stand_once_with_who_and_when(study: Study) -> None:
    found = rows(printed(study, everything()["changes"]))
    signs = {row[0]: row for row in found if re.fullmatch(r"\([a-z]\)", row[0])}
    assert signs["(c)"][1:3] == ["Cycle 5 was omitted.", "“neutropénie”"]
    assert signs["(c)"][3].startswith(clinic.WHO)
    told = {row[0]: row for row in found}
    assert told["cycle 5, days 1 to 5"][2:] == ["omitted: decided by a person", "(b), (c)"]
    # By the rule, cycle 5 moved with cycle 4; omitted, it leaves cycle 6 where it was.
    assert "20:00 hospital" in told["cycle 6, days 1 to 5"][2]
    assert clinic.HOSTILE in text_of(printed(study, everything()["changes"]))


def test_the_prints_it_makes_old_are_named_but_not_those_of_a_cycle_that_is_over(study: Study) -> None:
    text = text_of(printed(study, everything()["changes"]))
    assert "Dosing sheets of cycle 3, printed at revision 1" in text
    assert "cycle 1, printed" not in text
    assert [(one.printed.patient, one.printed.cycle) for one in outdated(study.store)] == [("P001", 3)]


def test_nothing_changed_is_said(study: Study) -> None:
    text = text_of(printed(study, Wanted("P003", Sheet.CHANGES)))
    assert "No date, time, dose, place or status is different." in text


def test_changes_since_the_print_that_was_replaced(study: Study, tmp_path: Path) -> None:
    with create(tmp_path / "s.il2") as made:
        enrol(made)
        made.mark_printed([Print("P001", "visits", None, 1, "")])
        do(made, "P001", MoveVisit("W24", date(2026, 6, 24)))
        made.mark_printed([Print("P001", "visits", None, 2, "")])
        text = text_of(printed(made, Wanted("P001", Sheet.CHANGES)))
        assert "From revision 1 " in text
        assert "Wed 24-Jun-2026" in text
        made.undo(reason="wrong patient")
        assert "From revision 2 " in text_of(printed(made, Wanted("P001", Sheet.CHANGES)))
        since = text_of(printed(made, Wanted("P001", Sheet.CHANGES, since=1)))
        assert "No date, time, dose, place or status is different." in since


# --- What the study remembers ---


def test_a_list_is_current_until_something_on_its_days_changes(tmp_path: Path) -> None:
    with create(tmp_path / "s.il2") as made:
        enrol(made)
        head = made.store.head(None)
        days = (date(2026, 6, 22), date(2026, 6, 28))
        made.mark_printed([Print("", "week", None, head.entry, head.hash[:12], days[0])])
        assert [(p.sheet, p.day) for p in latest(made.store)] == [("week", days[0])]
        do(made, "P001", AddNote("called"))
        do(made, "P001", MoveVisit("W52", date(2027, 1, 5)))
        assert check_list_print(made, head.entry, head.hash[:12], *days).current
        assert not check_list_print(made, head.entry, head.hash[:12]).current
        assert outdated(made.store, days[0]) == ()
        do(made, "P001", MoveVisit("W24", date(2026, 7, 1)))
        check = check_list_print(made, head.entry, head.hash[:12], *days)
        assert check.superseded_by is not None
        assert "W24" in check.superseded_by.command
        assert [one.printed.sheet for one in outdated(made.store, days[1])] == ["week"]
        assert outdated(made.store, date(2026, 6, 29)) == ()
        assert not check_list_print(made, head.entry, "0" * 12).known
        print_entry = next(e for e in made.store.entries() if '"print"' in e.command)
        made.undo(print_entry.number, "the paper jammed")
        assert latest(made.store) == ()
        assert made.store.verify().sound
