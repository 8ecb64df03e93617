"""The ledger against SQL: what was written stays, whoever connects and with whatever settings."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from il2scheduler.store import StudyFile
from tests.store.hostile import raw
from tests.store.samples import content, enrolment, make, note, reopened, save

COPY = (
    "SELECT {}, at, clock, who, patient, revises, reverts, transcribed, batch, program, revision,"
    " command, reason, salt, payload_hash, hash, patient_hash, {} FROM entry WHERE number = 3"
)
ATTACKS = [
    "DELETE FROM entry",
    "DELETE FROM entry WHERE number = 3",
    "DELETE FROM entry_change",
    "UPDATE entry SET who = 'somebody else'",
    "UPDATE entry SET reason = 'another reason' WHERE number = 3",
    "UPDATE entry SET command = '{}'",
    "UPDATE entry SET number = 99 WHERE number = 3",
    "UPDATE entry SET at = '2020-01-01T00:00:00.000000Z'",
    "UPDATE entry SET hash = 'x', payload_hash = 'x', patient_hash = 'x'",
    "UPDATE entry SET redacted_by = 1",
    "UPDATE entry SET redacted_by = 3, reason = '' WHERE number = 3",
    "UPDATE entry SET redacted_by = 4, reason = '' WHERE number = 2",
    "UPDATE entry SET redacted_by = 3, who = 'x' WHERE number = 2",
    "UPDATE entry_change SET after = '{}'",
    "UPDATE entry_change SET entry = 2 WHERE entry = 3",
    "UPDATE entry_change SET row_key = '[9]'",
    "UPDATE OR REPLACE entry SET number = 2 WHERE number = 3",
    "UPDATE OR REPLACE entry_change SET position = 0",
    "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE number = 3",
    "REPLACE INTO entry SELECT * FROM entry WHERE number = 2",
    "REPLACE INTO entry_change SELECT * FROM entry_change WHERE entry = 3",
    "INSERT INTO entry_change SELECT 2, 99, in_table, row_key, NULL, NULL FROM entry_change WHERE entry = 3",
    "INSERT INTO entry " + COPY.format(9, "NULL"),
    "INSERT INTO entry " + COPY.format(-1, "NULL"),
    "INSERT INTO entry " + COPY.format(4, "3"),
    "WITH gone AS (SELECT 3 AS n) DELETE FROM entry WHERE number IN (SELECT n FROM gone)",
    "INSERT INTO entry SELECT * FROM entry WHERE number = 3 ON CONFLICT (number) DO UPDATE SET who = 'x'",
]


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_sql_cannot_change_what_was_written(path: Path, attack: str, recursive: str) -> None:
    with make(path, enrolment(1), note(1, 1, "x", reason="why")) as study:
        whole = content(study)
    with raw(path) as attacker:
        attacker.execute(f"PRAGMA recursive_triggers = {recursive}")
        with pytest.raises(sqlite3.IntegrityError, match=r"entries|changes"):
            attacker.execute(attack)

    with reopened(path) as study:
        assert content(study) == whole
        assert study.verify().sound


def test_the_programs_own_connection_is_bound_as_well(study: StudyFile) -> None:
    save(study, note(1, 1, "x", reason="why"))
    for attack in ATTACKS:
        with pytest.raises(sqlite3.IntegrityError, match=r"entries|changes"):
            study._connection.execute(attack)


def test_ledger_tables_cannot_be_dropped_unnoticed(path: Path) -> None:
    make(path, enrolment(1)).close()
    with raw(path) as attacker:
        attacker.execute("DROP TABLE entry_change")

    with pytest.raises(Exception, match="store-altered-schema"):
        reopened(path)


def test_appending_goes_on_after_an_attack(path: Path) -> None:
    make(path, enrolment(1)).close()
    with raw(path) as attacker, pytest.raises(sqlite3.IntegrityError):
        attacker.execute(ATTACKS[0])

    with reopened(path) as study:
        assert save(study, note(1, 1, "x")) == 3
