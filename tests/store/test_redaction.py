"""Erasing what should not have been typed: gone from every byte, and everything else as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from il2scheduler.ledger import Change, NewEntry, Table
from il2scheduler.store import StoreRefusal, StudyFile, Verdict, Wrong, checking
from tests.store.hostile import raw, without_triggers
from tests.store.samples import (
    at,
    changed,
    command,
    enrolment,
    make,
    move,
    note,
    reopened,
    save,
    setting,
    study_entry,
)

NAME = "Jeanne Dûpont-Lefèvre"


def bytes_in(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def redact(study: StudyFile, number: int, *texts: str) -> int:
    return study.redact(number, who="NA", reason="typed by mistake", at=at(99), texts=texts or None).number


def test_the_text_is_gone_from_every_byte(path: Path) -> None:
    with make(path, enrolment(1), note(1, 1, NAME, reason=NAME)) as study:
        assert NAME.encode() in path.read_bytes()
        redact(study, 3)
        assert NAME.encode() not in bytes_in(path.parent)

        entry = study.entry(3)
        assert (entry.reason, entry.redacted_by) == ("[redacted]", 4)
        assert json.loads(entry.command) == {"command": "note", "text": "[redacted]"}
        assert entry.changes == (Change(Table.NOTE, (1, 1), None, {"text": "[redacted]"}),)
        assert study.patient_rows(1).table(Table.NOTE) == {(1, 1): {"text": "[redacted]"}}
        assert study.verify().sound


def test_a_long_text_on_pages_of_its_own_is_gone(path: Path) -> None:
    with make(path, enrolment(1), note(1, 1, f"{NAME} " * 90)) as study:
        for number in range(2, 60):
            save(study, note(1, number, "x" * number * 7))
        redact(study, 3, NAME)

    assert NAME.encode() not in bytes_in(path.parent)
    assert b"Lef\xc3\xa8vre" not in bytes_in(path.parent)


def test_only_the_typed_text_goes(study: StudyFile) -> None:
    given = changed(
        study.patient_rows(1),
        Table.INJECTION,
        (1, "C1D1", "08:00"),
        status="given",
        given_iu=4_500_000,
        note=f"{NAME} was dizzy",
        batch="B12",
        given_by="nurse",
    )
    told = command("give", note=f"{NAME} was dizzy", batch="B12", by="nurse", day=1)
    number = save(study, NewEntry("NA", told, 1, changes=(given,)))
    redact(study, number, NAME)
    row = study.patient_rows(1).table(Table.INJECTION)[1, "C1D1", "08:00"]

    assert row == {**(given.after or {}), "note": "[redacted] was dizzy"}
    assert json.loads(study.entry(number).command)["batch"] == "B12"
    assert study.verify().sound


def test_the_same_text_in_later_entries_goes_too(study: StudyFile) -> None:
    first = save(study, note(1, 1, NAME))
    rewritten = changed(study.patient_rows(1), Table.NOTE, (1, 1), text="corrected")
    second = save(
        study, NewEntry("NA", command("correct", text="corrected"), 1, "typo", changes=(rewritten,))
    )
    back = study.entry(second).changes[0].reverted()
    third = save(study, NewEntry("NA", command("undo"), 1, "undo", reverts=second, changes=(back,)))
    fourth = redact(study, first)

    assert [e.redacted_by for e in study.entries(first=first)] == [fourth, fourth, fourth, None]
    assert study.entry(third).changes[0].after == {"text": "[redacted]"}
    assert study.entry(second).changes[0].after == {"text": "corrected"}
    assert NAME.encode() not in study.path.read_bytes()
    assert study.verify().sound


def test_other_patients_are_not_touched(study: StudyFile) -> None:
    save(study, enrolment(2))
    save(study, note(2, 1, NAME))
    redact(study, save(study, note(1, 1, NAME)))

    assert study.patient_rows(2).table(Table.NOTE) == {(2, 1): {"text": NAME}}


def test_chains_and_heads_stay(study: StudyFile) -> None:
    number = save(study, note(1, 1, NAME))
    before = study.entries()
    redact(study, number)

    assert [(e.hash, e.patient_hash, e.at, e.who) for e in study.entries()[:3]] == [
        (e.hash, e.patient_hash, e.at, e.who) for e in before
    ]
    assert study.head(1).revision == 1


def test_a_redaction_is_an_entry_and_can_be_redacted(study: StudyFile) -> None:
    number = save(study, note(1, 1, NAME))
    done = study.redact(number, who="NB", reason=f"{NAME} was named", at=at(99))
    assert (done.who, done.patient, done.revises) == ("NB", 1, False)
    assert json.loads(done.command)["entry"] == number
    redact(study, done.number, NAME)

    assert study.entry(done.number).reason == "[redacted] was named"
    assert NAME.encode() not in study.path.read_bytes()
    assert study.verify().sound


def test_twice_the_same_entry(study: StudyFile) -> None:
    number = save(study, note(1, 1, f"{NAME}, born 1970-01-01"))
    redact(study, number, NAME)
    second = redact(study, number, "1970-01-01")

    assert study.entry(number).redacted_by == second
    assert study.patient_rows(1).table(Table.NOTE)[1, 1] == {"text": "[redacted], born [redacted]"}
    assert study.verify().sound


def test_a_setting_of_the_study(study: StudyFile) -> None:
    number = save(study, study_entry(setting("contact", f"ask {NAME}"), reason="new"))
    redact(study, number, NAME)

    assert study.study_rows().table(Table.SETTING)[("contact",)] == {"value": "ask [redacted]"}
    assert study.study_rows().table(Table.SETTING)[("site",)] == {"value": "CHU"}
    assert study.verify().sound


def test_nothing_to_erase_is_said(study: StudyFile) -> None:
    for number, texts, kind in (
        (2, (), "store-nothing-typed"),
        (99, (), "store-no-entry"),
        (2, ("xyz",), "store-nothing-typed"),
    ):
        with pytest.raises(StoreRefusal) as refused:
            redact(study, number, *texts)
        assert refused.value.kind == kind
    assert study.last_entry() == 2


def test_rows_as_they_were_show_the_erasure(study: StudyFile) -> None:
    number = save(study, note(1, 1, NAME))
    redact(study, number)

    assert study.rows_at(1, number).table(Table.NOTE) == {(1, 1): {"text": "[redacted]"}}


def test_work_goes_on_after_it(study: StudyFile) -> None:
    redact(study, save(study, note(1, 1, NAME)))
    save(study, move(study, 1, "W12", "2026-04-01"))

    assert study.verify().sound


def test_a_redaction_cannot_hide_an_alteration(path: Path) -> None:
    with make(path, enrolment(1), note(1, 1, NAME)) as study:
        redact(study, 3)
    without_triggers(path, "UPDATE entry SET reason = 'made up' WHERE number = 3")

    with reopened(path) as study:
        assert study.verify().first_broken == 3


def test_an_erased_text_put_back_is_found(path: Path) -> None:
    with make(path, enrolment(1), note(1, 1, NAME)) as study:
        with raw(path) as found:
            old = found.execute("SELECT command, reason, salt FROM entry WHERE number = 3").fetchone()
            row = found.execute("SELECT after FROM entry_change WHERE entry = 3").fetchone()
        redact(study, 3)
    with raw(path) as found:
        for name in ("entry_is_only_redacted", "entry_change_is_only_redacted"):
            found.execute(f"DROP TRIGGER {name}")
        found.execute(
            "UPDATE entry SET command = ?, reason = ?, salt = ?, redacted_by = NULL WHERE number = 3", old
        )
        found.execute("UPDATE entry_change SET after = ? WHERE entry = 3", row)
        found.execute("UPDATE note SET text = ?", (NAME,))
    verdict = Verdict()
    for _ in checking(path, verdict):
        pass

    assert (Wrong.REDACTION, 3) in {(fault.wrong, fault.entry) for fault in verdict.faults}


def test_a_file_that_cannot_be_written_anew_says_so(study: StudyFile) -> None:
    number = save(study, note(1, 1, NAME))
    with reopened(study.path) as other:
        study._connection.execute("PRAGMA busy_timeout = 50")
        reader = other._connection.execute("SELECT number FROM entry")
        reader.fetchone()
        with pytest.raises(StoreRefusal) as refused:
            redact(study, number)
        reader.close()

    assert refused.value.kind in {"store-busy", "store-not-vacuumed"}
