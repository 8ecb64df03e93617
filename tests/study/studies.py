"""Studies in a folder of the test, with a clock that goes on by a minute with every question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from il2scheduler import library
from il2scheduler.commands.values import Enrol, PatientCommand
from il2scheduler.ledger import Entry, Key, Row, Table
from il2scheduler.protocol import Protocol
from il2scheduler.schedule import build
from il2scheduler.study import Answers, Settings, Study
from il2scheduler.study.settings import Settings as SiteSettings
from tests.builders import ETOILE, day

NOON = datetime(2028, 12, 31, 11, tzinfo=UTC)
WHY = Answers(reason="why")


@dataclass
class Clock:
    """A minute later each time it is read."""

    now: datetime = NOON
    read: int = field(default=0)

    def __call__(self) -> datetime:
        self.read += 1
        return self.now + timedelta(minutes=self.read)


def shipped(code: str = ETOILE) -> tuple[str, Protocol, str]:
    """A template that ships, as a study takes it."""
    found = library.find(code)
    protocol = found.file.protocol(None)
    assert protocol is not None
    return found.path.read_text("utf-8"), protocol, "shipped"


def create(path: Path, *, who: str = "NA", settings: Settings | None = None, code: str = ETOILE) -> Study:
    """A new study with one protocol that ships."""
    chosen = settings or SiteSettings(study_id="12345678-1234-4234-8234-123456789abc")
    return Study.create(path, shipped(code), chosen, who=who, clock=Clock())


def reopen(path: Path, who: str = "NB") -> Study:
    """The same file opened once more, by somebody else."""
    return Study.open(path, who=who, clock=Clock(NOON + timedelta(days=1)))


def enrol(study: Study, code: str = "P001", anchor: str | None = "2026-01-05", arm: str = "il2") -> Entry:
    """Enrol a patient on the first protocol of the study."""
    return study.execute(code, Enrol(code, 1, arm, None if anchor is None else day(anchor)))


def do(study: Study, code: str, command: PatientCommand, reason: str | None = "why") -> Entry:
    """Execute a command with a reason."""
    return study.execute(code, command, Answers(reason=reason))


def all_rows(study: Study) -> Mapping[tuple[Table, Key], Row]:
    """Every row of the study's tables."""
    return dict(_rows(study))


def _rows(study: Study) -> Iterator[tuple[tuple[Table, Key], Row]]:
    for table in Table:
        for key, row in study.store.rows(table):
            yield (table, key), row


def replayed(study: Study) -> Mapping[tuple[Table, Key], Row]:
    """The rows that the changes of all entries give, applied here and not by the store."""
    flat: dict[tuple[Table, Key], Row] = {}
    for entry in study.store.entries(with_changes=True):
        for change in entry.changes:
            place = (change.table, change.key)
            before = flat.pop(place, None)
            assert change.before != change.after, "a change that changes nothing"
            assert (before is None) == (change.before is None)
            assert before is None or dict(before) == dict(change.before or {})
            if change.after is not None:
                flat[place] = change.after
    return flat


def check_built(study: Study) -> None:
    """Every patient's rows are what the engine builds of the choices in them."""
    for row in study.patients().values():
        state = study.state(str(row["code"]))
        assert build(state.schedule.protocol, state.patient) == state.schedule
