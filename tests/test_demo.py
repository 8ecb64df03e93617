"""The demonstration: made on any day it is sound, lively, and shows what happens in a trial."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from il2scheduler import demo
from il2scheduler.cli import run
from il2scheduler.commands.values import Give
from il2scheduler.ledger import Table
from il2scheduler.rules import FindingKind
from il2scheduler.schedule import Status
from il2scheduler.store import Exists
from il2scheduler.study import Study
from il2scheduler.study.lists import DeviationKind, deviations, due, overdue, patient_findings
from tests.memory import memory_folder

# Every weekday, and around Christmas, Easter, May, the summer, the ends of February, both clock changes.
DAYS = (
    "2026-01-01",
    "2026-02-28",
    "2026-03-29",
    "2026-04-07",
    "2026-05-08",
    "2026-08-15",
    "2026-10-26",
    "2026-12-23",
    "2027-05-20",
    "2028-02-29",
)


def at(day: date) -> Callable[[], datetime]:
    return lambda: datetime(day.year, day.month, day.day, 8, 30, tzinfo=UTC)


@contextmanager
def made(folder: Path, text: str, language: str = "en") -> Generator[Study]:
    day = date.fromisoformat(text)
    with demo.make(
        folder / f"{text}-{language}.il2", who="N. Visitor", clock=at(day), language=language
    ) as study:
        yield study


@pytest.fixture(scope="module")
def folder() -> Generator[Path]:
    with memory_folder() as path:
        yield path


@pytest.fixture(scope="module")
def friday(folder: Path) -> Generator[Study]:
    with made(folder, "2026-11-20") as study:
        yield study


@pytest.mark.parametrize("day", DAYS)
def test_on_any_day_it_is_sound_and_something_is_due(folder: Path, day: str) -> None:
    today = date.fromisoformat(day)

    with made(folder, day) as study:
        week = due(study, today, today + timedelta(days=6))
        first = study.store.entries(limit=1)[0]
        last = study.store.entries(newest_first=True, limit=1)[0]

        assert study.store.verify().sound
        assert study.today() == today
        assert len({line.patient for line in week}) >= 4
        assert any(line.appointment.open for line in due(study, today, today))
        assert first.at[:10] < last.at[:10] < day
        assert all(entry.clock is None for entry in study.store.entries())
        assert all(_recorded_before(study, code, today) for code in _codes(study))


def _recorded_before(study: Study, code: str, today: date) -> bool:
    appointments = study.state(code).schedule.appointments
    return all(a.actual is None or a.actual < today for a in appointments)


def _codes(study: Study) -> list[str]:
    return [str(row["code"]) for row in study.patients().values()]


def test_it_holds_twelve_patients_of_two_protocols_and_both_arms(friday: Study) -> None:
    rows = list(friday.patients().values())

    assert sorted(_codes(friday)) == [f"P{number:03}" for number in range(1, 13)]
    assert {p.protocol.short_title for p in friday.protocols.values()} == {"ETOILE", "VASCU-IL2"}
    assert {str(row["arm"]) for row in rows} == {"il2", "control"}
    assert [str(row["code"]) for row in rows if row["anchor"] is None] == ["P004"]


def test_its_patients_stand_at_all_stages(friday: Study) -> None:
    schedules = {code: friday.state(code).schedule for code in _codes(friday)}
    cycles = {s.cycle_status(c.template.number) for s in schedules.values() for c in s.starts}
    visits = {visit.status for s in schedules.values() for visit in s.visits()}

    assert cycles == {
        Status.PLANNED,
        Status.RUNNING,
        Status.GIVEN,
        Status.GIVEN_IN_PART,
        Status.OMITTED,
        Status.CANCELLED,
    }
    assert visits == {Status.PLANNED, Status.DONE, Status.MISSED, Status.CANCELLED}
    assert any(s.patient.stopped for s in schedules.values())
    assert any(s.patient.withdrawn and s.patient.lost for s in schedules.values())
    assert any(s.patient.unscheduled for s in schedules.values())
    assert any(s.patient.hours for s in schedules.values())
    assert any(s.patient.gates_met for s in schedules.values())
    assert any(s.patient.doses for s in schedules.values())
    assert any(s.patient.places for s in schedules.values())


def test_it_has_findings_deviations_notes_and_something_overdue(friday: Study) -> None:
    found = {f.kind for code in _codes(friday) for f in patient_findings(friday, code, friday.today())}
    kinds = {deviation.kind for deviation in deviations(friday)}
    wanted = {
        FindingKind.CLOSED_DAY,
        FindingKind.NO_WINDOW,
        FindingKind.SAME_DAY,
        FindingKind.OVERDUE,
    }

    assert wanted <= found
    assert kinds >= {
        DeviationKind.VISIT_MISSED,
        DeviationKind.GAP_ACCEPTED,
        DeviationKind.INJECTION_NOT_GIVEN,
        DeviationKind.DOSE_DIFFERS,
        DeviationKind.CYCLE_OMITTED,
    }
    assert len(list(friday.store.rows(Table.NOTE))) >= 3
    assert overdue(friday, friday.today())[0].patient == "P012"


def test_people_of_the_clinic_made_its_entries_and_one_was_undone(friday: Study) -> None:
    entries = friday.store.entries()

    assert {entry.who for entry in entries} == {"A. Martin", "B. Leroy", "C. Petit"}
    assert sum(entry.reverts is not None for entry in entries) == 1
    assert friday.who == "N. Visitor"


def test_one_can_go_on_from_it(folder: Path) -> None:
    with made(folder, "2026-11-27") as study:
        entry = study.execute("P001", Give(3, 5, time(8)))

        assert entry.who == "N. Visitor"
        assert entry.at.startswith("2026-11-27T08:30")


def test_the_same_day_gives_the_same_study(folder: Path, friday: Study) -> None:
    def told(study: Study) -> list[tuple[object, ...]]:
        return [(e.at, e.who, e.command, e.reason, e.changes) for e in study.store.entries(with_changes=True)]

    again_there = folder / "again"
    again_there.mkdir()
    with made(again_there, "2026-11-20") as again:
        assert told(again) == told(friday)
        assert again.settings.study_id == friday.settings.study_id


def test_in_french_its_reasons_are_french(folder: Path, friday: Study) -> None:
    with made(folder, "2026-11-20", "fr") as study:
        pairs = list(zip(study.store.entries(), friday.store.entries(), strict=True))

        assert all((a.at, a.patient) == (b.at, b.patient) for a, b in pairs)
        assert all(a.reason != b.reason for a, b in pairs if a.reason and not a.reverts)


def test_it_never_overwrites_a_file(tmp_path: Path) -> None:
    path = tmp_path / "demonstration.il2"
    path.write_bytes(b"mine")

    with pytest.raises(Exists):
        demo.make(path, who="N. Visitor")

    assert path.read_bytes() == b"mine"


def test_what_fails_half_way_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("il2scheduler.demo.tell", broken)

    with pytest.raises(OSError, match="No space"):
        demo.make(tmp_path / "demonstration.il2", who="N. Visitor")

    assert list(tmp_path.iterdir()) == []


def test_the_command_line_makes_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "from-the-command-line.il2"

    assert run(["study", "demo", str(path), "--who", "N. Visitor", "--language", "fr"]) == 0
    assert "12 patients" in capsys.readouterr().out
    assert run(["study", "demo", str(path), "--language", "en"]) == 1
    assert "was not touched" in capsys.readouterr().err
    with Study.open(path, who="N. Visitor") as study:
        assert study.settings.title == "Démonstration"
        assert due(study, study.today(), study.today() + timedelta(days=7))
        assert study.store.verify().sound
