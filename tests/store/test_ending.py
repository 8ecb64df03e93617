"""The end of the chains at opening, and the rows that a change is built on at saving."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from il2scheduler.store import Damaged
from tests.store.hostile import execute, raw, without_triggers
from tests.store.samples import at, content, enrolment, make, move, note, reopened, save, setting, study_entry


@pytest.fixture
def filled(path: Path) -> Path:
    """Entries: 1 study, 2 and 3 patients, 4 move of patient 1, 5 setting, 6 note of patient 2."""
    with make(path, enrolment(1), enrolment(2)) as study:
        save(study, move(study, 1, "W12", "2026-04-01"))
        save(study, study_entry(setting("places", "4")))
        save(study, note(2, 1, "the last", reason="why"))
    return path


CUT = ("DELETE FROM entry_change WHERE entry > LAST", "DELETE FROM entry WHERE number > LAST")


def cut(last: int, *more: str) -> tuple[str, ...]:
    return (*(statement.replace("LAST", str(last)) for statement in CUT), *more)


HEAD_BACK = (
    "UPDATE head SET entry = 3, hash = (SELECT patient_hash FROM entry WHERE number = 3) WHERE patient = 2"
)
ALTERATIONS = [
    ("UPDATE entry SET reason = 'another' WHERE number = 6",),
    ("UPDATE entry SET command = '{}' WHERE number = 6",),
    ("UPDATE entry SET who = 'another' WHERE number = 6",),
    ("UPDATE entry SET at = '2020-01-01T00:00:00.000000Z' WHERE number = 6",),
    ("UPDATE entry SET hash = '00' WHERE number = 6",),
    ("UPDATE entry SET hash = '00' WHERE number = 5",),
    ("UPDATE entry SET patient_hash = '00' WHERE number = 6",),
    ("UPDATE entry SET revision = 9 WHERE number = 6",),
    ("UPDATE entry SET redacted_by = 6, reason = NULL WHERE number = 6",),
    ("UPDATE entry SET number = 8 WHERE number = 6",),
    ("UPDATE entry_change SET after = '{}' WHERE entry = 6",),
    ("DELETE FROM entry_change WHERE entry = 6",),
    cut(5),
    cut(3),
    cut(0),
    ("UPDATE head SET hash = '00' WHERE patient = 1",),
    ("UPDATE head SET revision = 7 WHERE patient = 1",),
    ("UPDATE head SET entry = 3 WHERE patient = 1",),
    ("DELETE FROM head WHERE patient = 1",),
    ("INSERT INTO head VALUES (9, 4, 1, 'x')",),
]
OF_THE_STUDY = [
    ("UPDATE setting SET value = 'x' WHERE name = 'site'",),
    ("UPDATE protocol SET text = 'x'",),
    # The last entry of the study itself cut, and all of the patients' put in order: its row is left.
    cut(4, HEAD_BACK, "DELETE FROM note WHERE patient = 2"),
]


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("statements", "kind"),
    [*((s, "store-broken-end") for s in ALTERATIONS), *((s, "store-altered-settings") for s in OF_THE_STUDY)],
    ids=range(len(ALTERATIONS) + len(OF_THE_STUDY)),
)
def test_a_file_whose_end_does_not_hold_is_not_opened(
    filled: Path, statements: tuple[str, ...], kind: str, *, read_only: bool
) -> None:
    without_triggers(filled, *statements)
    before = filled.read_bytes()

    with pytest.raises(Damaged) as refused:
        reopened(filled, read_only=read_only)

    assert refused.value.kind == kind
    assert filled.read_bytes() == before


def test_what_a_life_leaves_at_the_end_is_opened(path: Path) -> None:
    """One entry, an enrolment taken back, a redaction, one redacted itself, a clock set back."""
    make(path).close()
    reopened(path).close()
    with reopened(path) as study:
        save(study, enrolment(1))
        gone = tuple(change.reverted() for change in reversed(study.entry(2).changes))
        save(study, replace(note(1, 1, "x"), changes=gone, reverts=2), seconds=90)
    with reopened(path) as study:
        save(study, enrolment(2), seconds=30)
        named = save(study, note(2, 1, "Jeanne", reason="Jeanne"))
        erased = study.redact(named, who="NA", reason="Jeanne was named", at=at(99)).number
    with reopened(path) as study:
        assert (
            study.redact(erased, who="NA", reason="again", at=at(99), texts=["Jeanne"]).number == erased + 1
        )
    with reopened(path) as study:
        save(study, study_entry(setting("places", "4"), reason="Anna"))
        study.redact(study.last_entry(), who="NA", reason="x", at=at(99), texts=["Anna"])
    with reopened(path) as study:
        assert study.verify().sound


# --- What a change is built on ---

ROWS = [
    "UPDATE injection SET dose_iu = dose_iu * 10 WHERE patient = 1 AND appointment = 'C1D2'",
    "UPDATE appointment SET planned = '2026-04-09' WHERE patient = 1 AND code = 'W0'",
    "UPDATE patient SET anchor = '2026-01-06' WHERE id = 1",
    "UPDATE patient SET code = 'P009' WHERE id = 1",
    "DELETE FROM injection WHERE patient = 1 AND appointment = 'C1D1'",
    "INSERT INTO choice VALUES (1, 'dose', '1', '9')",
    "INSERT INTO printed VALUES (1, 1, 'dosing', 1, 1, 'x')",
    "UPDATE head SET hash = '00' WHERE patient = 1",
    "DELETE FROM head WHERE patient = 1",
]


@pytest.mark.parametrize("statement", ROWS)
def test_nothing_is_saved_on_rows_that_another_program_altered(filled: Path, statement: str) -> None:
    with reopened(filled) as study:
        known = study.last_entry()
        execute(filled, statement)
        whole = content(study)
        entry = note(1, 5, "an innocent note")
        several = (note(2, 5, "x"), entry)
        for act in (
            lambda: save(study, entry),
            lambda: study.append(several, expected={1: known, 2: known}, at=at(9)),
            lambda: study.redact(4, who="NA", reason="x", at=at(9)),
        ):
            with pytest.raises(Damaged) as refused:
                act()
            assert (refused.value.kind, refused.value.facts["patient"]) == ("store-altered-rows", "P001")
        with pytest.raises(Damaged):
            study.check_rows([2, 1])
        study.check_rows([2])
        assert content(study) == whole
        save(study, note(2, 5, "of another patient"))


def test_settings_that_another_program_altered_are_not_built_on(filled: Path) -> None:
    with reopened(filled) as study:
        execute(filled, "UPDATE setting SET value = '9' WHERE name = 'places'")
        with pytest.raises(Damaged) as refused:
            save(study, study_entry(setting("phone", "1")))
        assert refused.value.kind == "store-altered-settings"
        assert study.last_entry() == 6


def test_rows_planted_for_a_patient_to_come_collide(filled: Path) -> None:
    with raw(filled) as found:
        found.execute("INSERT INTO patient (id, code) VALUES (3, 'P003')")
    with reopened(filled) as study:
        with pytest.raises(Exception, match="store-stale-rows"):
            save(study, enrolment(3))
        assert study.last_entry() == 6
