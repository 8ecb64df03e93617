"""A window with a second tier: a visit that missed its window may still be held for some days, late."""

from __future__ import annotations

from pathlib import Path

import pytest

from il2scheduler import nominal, protocol_file
from il2scheduler.commands.values import MoveVisit, RecordVisit
from il2scheduler.i18n import words
from il2scheduler.protocol import Protocol
from il2scheduler.rules import FindingKind, findings
from il2scheduler.sheets import Printing, schedule_of_activities, visit_calendar
from il2scheduler.study import Settings, Study
from il2scheduler.study.lists import deviations
from il2scheduler.wording import deviation_sentence, finding_sentence, nominal_table
from tests.builders import HEAD, chosen, day, enrolled, series, template, visit, weekdays_only
from tests.sheets.reading import text_of
from tests.study.studies import Clock, do, enrol

COURSE = series("weeks = [0]")
W12 = visit("W12", "week = 12", "window = { before = 3, after = 7, late = 21 }")


@pytest.fixture
def protocol() -> Protocol:
    """W12 of a patient from 2026-01-05 is on 2026-03-30: in its window to 6 April, late to 20 April."""
    return template(COURSE, W12)


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2026-04-06", None),
        (
            "2026-04-07",
            "late: its window is Fri 27-Mar-2026 to Mon 06-Apr-2026; it may be held until Mon 20-Apr-2026",
        ),
        (
            "2026-04-20",
            "late: its window is Fri 27-Mar-2026 to Mon 06-Apr-2026; it may be held until Mon 20-Apr-2026",
        ),
        ("2026-04-21", "outside its window, Fri 27-Mar-2026 to Mon 06-Apr-2026"),
        ("2026-03-26", "outside its window, Fri 27-Mar-2026 to Mon 06-Apr-2026"),
    ],
)
def test_a_visit_after_its_window_is_late_and_then_outside(
    protocol: Protocol, date: str, said: str | None
) -> None:
    schedule = chosen(enrolled(protocol), W12=date)

    found = [f for f in findings(schedule, weekdays_only()) if f.kind is FindingKind.OUTSIDE_WINDOW]

    sentences = [finding_sentence(words("en"), finding, protocol) for finding in found]
    assert len(sentences) == (said is not None)
    assert all(said is not None and said in sentence for sentence in sentences)


def test_paper_and_table_name_the_second_tier(protocol: Protocol) -> None:
    schedule = enrolled(protocol)
    found = findings(schedule, weekdays_only())
    printing = Printing("en", "a4")

    dates = " ".join(text_of(visit_calendar(schedule, found, printing)).split())
    activities = " ".join(text_of(schedule_of_activities(schedule, found, printing)).split())
    (row,) = (row for row in nominal.rows(nominal.schedule(protocol, "il2")) if row.code == "W12")

    assert "Fri 27-Mar-2026 to Mon 06-Apr-2026 late until Mon 20-Apr-2026" in dates
    assert "late up to 21 days after" in activities
    assert nominal_table.row_window(words("en"), protocol, row).endswith(
        "7 days after, late up to 21 days after"
    )


@pytest.mark.parametrize(
    ("date", "said"),
    [("2026-04-20", "is late: after its window"), ("2026-04-21", "is outside its window")],
)
def test_a_late_visit_is_a_deviation_that_says_so(tmp_path: Path, date: str, said: str) -> None:
    text = HEAD + '\n[[drugs]]\ncode = "drug"\nlabel = { en = "name", fr = "nom" }\n'
    text += (
        '[[arms]]\ncode = "il2"\nlabel = { en = "name", fr = "nom" }\ncycles = ["course"]\n' + COURSE + W12
    )
    read = protocol_file.read(text.encode()).protocols[0]
    settings = Settings(study_id="12345678-1234-4234-8234-123456789abc")
    with Study.create(tmp_path / "s.il2", (text, read, "own"), settings, who="NA", clock=Clock()) as study:
        enrol(study)
        do(study, "P001", MoveVisit("W12", day(date)))
        do(study, "P001", RecordVisit("W12", day(date)), reason=None)

        (found,) = deviations(study)
        w = words("en")
        assert said in deviation_sentence(w, found.kind.value, found.where, found.date, found.facts, read)
