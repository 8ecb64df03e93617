"""What is found in the days to come is what the whole schedule of each patient would say of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from il2scheduler.commands.values import Enrol, MoveVisit
from il2scheduler.rules import Severity, findings
from il2scheduler.study import Answers, Study
from il2scheduler.study.attention import coming
from tests.gui import studies

LAST = studies.TODAY + timedelta(days=28)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return studies.small(tmp_path / "study.il2")


def told(study: Study, first: date = studies.TODAY, last: date = LAST) -> list[tuple[str, str, set[str]]]:
    found = coming(study, first, last, study.clinic(first, last))
    return [(one.patient, one.where, {finding.kind.value for finding in one.findings}) for one in found]


def test_a_cycle_that_begins_on_a_holiday(study: Study) -> None:
    assert told(study) == [("P002", "C3", {"closed-day"})]


def test_nothing_past_the_last_day(study: Study) -> None:
    assert told(study, last=date(2026, 4, 5)) == []


def test_full_days_count_the_other_patients(study: Study) -> None:
    settings = replace(study.settings, places_injections=1)
    study.change_settings(settings, {"command": "set", "values": {"places-injections": "1"}}, "one nurse")
    assert told(study) == [("P002", "C3", {"closed-day"})]
    study.execute("P006", Enrol("P006", 1, "il2", date(2026, 1, 12)))
    assert told(study) == [
        ("P002", "C3", {"closed-day", "clinic-full"}),
        ("P006", "C3", {"closed-day", "clinic-full"}),
    ]


def test_the_same_as_the_whole_schedule_says(study: Study) -> None:
    study.execute("P003", MoveVisit("W24", date(2026, 4, 11)), Answers(reason="travels"))
    clinic = study.clinic(studies.TODAY, date(2028, 12, 31))
    whole: dict[str, set[str]] = {}
    for code in ("P001", "P002", "P003", "P005"):
        for finding in findings(study.state(code).schedule, clinic):
            near = finding.date is not None and studies.TODAY <= finding.date <= LAST
            if near and finding.severity is Severity.WARNS:
                whole.setdefault(code, set()).add(finding.kind.value)
    assert {patient: kinds for patient, _, kinds in told(study)} == whole
    assert whole == {"P002": {"closed-day"}, "P003": {"closed-day"}}
