"""The whole check: each kind of alteration is found, and the first broken entry is named."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from il2scheduler.ledger import Table
from il2scheduler.store import StudyFile, Verdict, Wrong, checking
from tests.store.hostile import execute, raw, without_triggers
from tests.store.samples import (
    changed,
    enrolment,
    first_entry,
    make,
    move,
    note,
    reopened,
    save,
    setting,
    study_entry,
)


@pytest.fixture
def filled(path: Path) -> Path:
    """Entries: 1 study, 2 and 3 patients, 4 move of patient 1, 5 note of patient 1, 6 setting, 7 note."""
    with make(path, enrolment(1), enrolment(2)) as study:
        save(study, move(study, 1, "W12", "2026-04-01"))
        save(study, note(1, 1, "first"))
        save(study, study_entry(setting("places", "4")))
        save(study, note(2, 1, "second"))
    return path


def checked(path: Path) -> Verdict:
    verdict = Verdict()
    for _ in checking(path, verdict):
        pass
    return verdict


def test_a_whole_study_is_sound(filled: Path) -> None:
    verdict = checked(filled)

    assert (verdict.sound, verdict.entries, verdict.patients, verdict.faults) == (True, 7, 2, [])


def test_the_check_tells_how_far_it_is(filled: Path) -> None:
    verdict = Verdict()
    steps = list(checking(filled, verdict))

    assert [step.what for step in steps] == ["database", "entries", "rows"]
    assert all(0 <= step.done <= step.total for step in steps)


def test_a_check_that_was_given_up_says_nothing_is_sound(filled: Path) -> None:
    verdict = Verdict()
    job = checking(filled, verdict)
    next(job)
    job.close()

    assert not verdict.complete
    assert not verdict.sound


ALTERATIONS = [
    ("UPDATE entry SET reason = 'another' WHERE number = 4", Wrong.PAYLOAD, 4),
    ("UPDATE entry SET command = '{}' WHERE number = 4", Wrong.PAYLOAD, 4),
    ("UPDATE entry SET salt = 'x' WHERE number = 4", Wrong.PAYLOAD, 4),
    ("UPDATE entry SET who = 'another' WHERE number = 4", Wrong.CHAIN, 4),
    ("UPDATE entry SET at = '2026-01-05T08:00:01.000001Z' WHERE number = 4", Wrong.CHAIN, 4),
    ("UPDATE entry SET program = '9' WHERE number = 4", Wrong.CHAIN, 4),
    ("UPDATE entry SET transcribed = 1 WHERE number = 4", Wrong.CHAIN, 4),
    ("UPDATE entry SET revises = 0 WHERE number = 4", Wrong.REVISION, 4),
    ("UPDATE entry SET batch = 'x' WHERE number = 4", Wrong.CHAIN, 4),
    ("UPDATE entry SET clock = 'x' WHERE number = 4", Wrong.CHAIN, 4),
    ("UPDATE entry SET reverts = 3 WHERE number = 4", Wrong.CHAIN, 4),
    ("UPDATE entry SET patient = 2 WHERE number = 4", Wrong.PATIENT_CHAIN, 4),
    ("UPDATE entry SET hash = 'x' WHERE number = 4", Wrong.CHAIN, 4),
    ("UPDATE entry SET patient_hash = 'x' WHERE number = 4", Wrong.PATIENT_CHAIN, 4),
    ("UPDATE entry SET payload_hash = 'x' WHERE number = 4", Wrong.PAYLOAD, 4),
    ("UPDATE entry SET redacted_by = 6, reason = '' WHERE number = 4", Wrong.REDACTION, 4),
    (
        "UPDATE entry_change SET after = replace(after, '2026-04-01', '2026-04-02') WHERE entry = 4",
        Wrong.PAYLOAD,
        4,
    ),
    ("UPDATE entry_change SET after = 'not json' WHERE entry = 4", Wrong.PAYLOAD, 4),
    ("UPDATE entry_change SET in_table = 'x' WHERE entry = 4", Wrong.PAYLOAD, 4),
    ("DELETE FROM entry_change WHERE entry = 4", Wrong.PAYLOAD, 4),
    ("DELETE FROM entry WHERE number = 4", Wrong.NUMBER, 4),
    ("DELETE FROM entry WHERE number = 1", Wrong.NUMBER, 1),
    ("UPDATE entry SET number = 40 WHERE number = 4", Wrong.NUMBER, 4),
]


@pytest.mark.parametrize(("alteration", "wrong", "entry"), ALTERATIONS, ids=range(len(ALTERATIONS)))
def test_an_altered_entry_is_named(filled: Path, alteration: str, wrong: Wrong, entry: int) -> None:
    without_triggers(filled, alteration)
    verdict = checked(filled)

    assert not verdict.sound
    assert verdict.first_broken == entry
    assert wrong in {fault.wrong for fault in verdict.faults if fault.entry == entry}


ROWS = [
    ("UPDATE injection SET dose_iu = dose_iu * 10 WHERE patient = 1", Table.INJECTION, 4),
    (
        "UPDATE appointment SET planned = '2026-04-09' WHERE patient = 1 AND code = 'W12'",
        Table.APPOINTMENT,
        1,
    ),
    ("DELETE FROM note WHERE patient = 2", Table.NOTE, 1),
    ("INSERT INTO note VALUES (2, 9, 'never written')", Table.NOTE, 1),
    ("UPDATE patient SET anchor = '2026-01-06' WHERE id = 2", Table.PATIENT, 1),
    ("UPDATE setting SET value = 'x' WHERE name = 'site'", Table.SETTING, 1),
    ("UPDATE protocol SET text = 'x'", Table.PROTOCOL, 1),
    ("INSERT INTO printed VALUES (1, NULL, 'day', NULL, 1, 'x')", Table.PRINTED, 1),
    ("INSERT INTO printed VALUES (1, 77, 'day', NULL, 1, 'x')", Table.PRINTED, 1),
    ("INSERT INTO patient (id, code) VALUES (9, 'P009')", Table.PATIENT, 1),
]


@pytest.mark.parametrize(("alteration", "table", "count"), ROWS, ids=range(len(ROWS)))
def test_an_altered_row_is_named(filled: Path, alteration: str, table: Table, count: int) -> None:
    execute(filled, alteration)
    verdict = checked(filled)

    assert verdict.count == count
    assert {(fault.wrong, fault.table) for fault in verdict.faults} == {(Wrong.ROW, table)}


def test_altered_heads_are_found(filled: Path) -> None:
    execute(filled, "UPDATE head SET revision = 7 WHERE patient = 1", "DELETE FROM head WHERE patient = 2")
    verdict = checked(filled)

    assert {(fault.wrong, fault.patient) for fault in verdict.faults} == {(Wrong.HEAD, 1), (Wrong.HEAD, 2)}


def test_a_cut_tail_is_found(filled: Path) -> None:
    """Whoever cuts the newest entries must also put back rows and heads, and then differs from the paper."""
    without_triggers(
        filled, "DELETE FROM entry_change WHERE entry >= 5", "DELETE FROM entry WHERE number >= 5"
    )
    verdict = checked(filled)

    assert {fault.wrong for fault in verdict.faults} == {Wrong.HEAD, Wrong.ROW}
    assert verdict.entries == 4


def test_a_cut_tail_is_noticed_by_an_open_window(filled: Path) -> None:
    with reopened(filled) as study:
        with raw(filled) as attacker:
            for name in ("entry_is_kept", "entry_change_is_kept"):
                attacker.execute(f"DROP TRIGGER {name}")
            attacker.execute("DELETE FROM entry_change WHERE entry = 7")
            attacker.execute("DELETE FROM entry WHERE number = 7")
        with pytest.raises(Exception, match="store-replaced"):
            save(study, note(1, 2, "x"))


def test_many_faults_are_counted_and_some_kept(path: Path) -> None:
    make(path, *(enrolment(n, days=5, visits=0) for n in range(1, 15))).close()
    execute(path, "UPDATE injection SET dose_iu = 1")
    verdict = checked(path)

    assert (verdict.count, len(verdict.faults)) == (140, 100)


def test_a_planted_trigger_is_a_fault_of_the_check(filled: Path) -> None:
    execute(filled, "CREATE TRIGGER quiet AFTER UPDATE ON appointment BEGIN DELETE FROM note; END")

    assert [(f.wrong, f.detail) for f in checked(filled).faults] == [(Wrong.DATABASE, "schema")]


def test_a_damaged_index_is_found(filled: Path) -> None:
    move_root = (
        "UPDATE sqlite_schema SET rootpage ="
        " (SELECT rootpage FROM sqlite_schema WHERE name = 'entry_reverts')"
        " WHERE name = 'appointment_planned'"
    )
    execute(filled, "PRAGMA writable_schema = ON", move_root)
    verdict = checked(filled)

    assert not verdict.sound
    assert Wrong.DATABASE in {fault.wrong for fault in verdict.faults}


def test_values_of_another_kind_are_found(filled: Path) -> None:
    """As a flipped bit in the head of a record leaves them."""
    with raw(filled) as found:
        found.execute("DROP TRIGGER entry_is_only_redacted")
        found.execute("PRAGMA writable_schema = ON")
        found.execute("UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'entry'")
    with raw(filled) as found:
        found.execute("UPDATE entry SET command = x'00ff' WHERE number = 4")
    verdict = checked(filled)

    assert verdict.complete
    assert not verdict.sound


def test_others_can_write_while_it_is_checked(filled: Path) -> None:
    verdict = Verdict()
    with reopened(filled) as study, reopened(filled, busy_seconds=0.1) as other:
        for count, _ in enumerate(study.verification(verdict)):
            save(other, note(1, 10 + count, "meanwhile"))

    assert verdict.sound


def test_the_chain_begins_with_the_first_entry(path: Path) -> None:
    """Two studies with the same first entry have different heads: nothing can be taken over from another."""
    with make(path) as one, make(path.with_name("other.il2")) as two:
        assert one.entry(1).command == two.entry(1).command == first_entry().command
        assert one.head(None) != two.head(None)


def test_the_memory_of_a_check_does_not_grow_with_the_entries(study: StudyFile) -> None:
    def peak() -> int:
        tracemalloc.start()
        assert study.verify().sound
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    def rewrite(times: int) -> None:
        """One note written again and again: many entries, few rows."""
        for _ in range(times):
            text = "x" * (1 + study.last_entry() % 2) * 500
            change = changed(study.patient_rows(1), Table.NOTE, (1, 1), text=text)
            save(study, replace(note(1, 1, text), changes=(change,)))

    save(study, note(1, 1, "x"))
    rewrite(150)
    few = peak()
    rewrite(450)

    assert peak() < 1.5 * few
