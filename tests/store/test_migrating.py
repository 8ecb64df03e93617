"""A file of an older version: backed up, brought over in one transaction, checked; or left as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from il2scheduler.store import Damaged, NewerVersion, OlderVersion, StudyFile, backups_of
from il2scheduler.store.file import open_connection
from il2scheduler.store.migrating import migrate
from il2scheduler.store.schema import CURRENT, Format
from tests.store.hostile import execute
from tests.store.samples import PROGRAM, content, enrolment, make, note, save

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
EXTRA = "CREATE TABLE ward (\n  name TEXT PRIMARY KEY\n) STRICT, WITHOUT ROWID"
INDEX = "CREATE INDEX entry_who ON entry (who)"
SECOND = Format(2, (*CURRENT.statements, EXTRA), CURRENT, (EXTRA,))
THIRD = Format(3, (*SECOND.statements, INDEX), SECOND, (INDEX,))
BROKEN = Format(2, (*CURRENT.statements, EXTRA), CURRENT, (EXTRA, "UPDATE injection SET dose_iu = 0"))
FAILING = Format(2, (*CURRENT.statements, EXTRA), CURRENT, (EXTRA, "CREATE TABLE ward (x)"))
OTHER_TEXT = Format(2, (*CURRENT.statements, EXTRA), CURRENT, (EXTRA.replace("name", "code"),))


@pytest.fixture
def old(path: Path) -> Path:
    make(path, enrolment(1)).close()
    return path


def study_of(path: Path, format_: Format) -> StudyFile:
    return StudyFile(open_connection(path, format_=format_), path, program=PROGRAM, read_only=False)


def test_an_older_file_must_be_brought_over_first(old: Path) -> None:
    before = old.read_bytes()
    with pytest.raises(OlderVersion):
        open_connection(old, format_=SECOND)

    assert old.read_bytes() == before


@pytest.mark.parametrize("format_", [SECOND, THIRD])
def test_an_older_file_is_brought_over_with_everything_in_it(old: Path, format_: Format) -> None:
    with study_of(old, CURRENT) as study:
        whole = content(study)
    backup = migrate(old, NOW, format_)

    with study_of(old, format_) as study:
        assert content(study) == whole
        save(study, note(1, 1, "goes on"))
    assert backup is not None
    assert [one.path for one in backups_of(old)] == [backup]
    with study_of(backup, CURRENT) as study:
        assert content(study) == whole
    with pytest.raises(NewerVersion):
        open_connection(old)


def test_nothing_is_done_twice(old: Path) -> None:
    assert migrate(old, NOW, CURRENT) is None
    migrate(old, NOW, SECOND)
    before = old.read_bytes()

    assert migrate(old, NOW, SECOND) is None
    assert old.read_bytes() == before


@pytest.mark.parametrize("format_", [BROKEN, FAILING, OTHER_TEXT], ids=["rows", "statement", "schema"])
def test_a_step_that_goes_wrong_leaves_the_file_as_it_was(old: Path, format_: Format) -> None:
    before = old.read_bytes()
    with pytest.raises(Exception, match=r"store-damaged|already exists"):
        migrate(old, NOW, format_)

    assert old.read_bytes() == before
    with study_of(old, CURRENT) as study:
        assert study.verify().sound


def test_a_planted_trigger_never_runs(old: Path) -> None:
    execute(old, "CREATE TRIGGER quiet AFTER UPDATE ON note BEGIN DELETE FROM note; END")
    before = old.read_bytes()

    with pytest.raises(Damaged):
        migrate(old, NOW, SECOND)
    assert old.read_bytes() == before
    assert backups_of(old) == ()
