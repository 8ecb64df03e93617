"""Opening: a good file with every setting in force; everything else refused in one sentence, untouched."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from il2scheduler import store
from il2scheduler.i18n import words
from il2scheduler.ledger import Table
from il2scheduler.refusal import Refusal
from il2scheduler.store import (
    Busy,
    Damaged,
    Exists,
    Gone,
    NewerVersion,
    NotAStudy,
    ReadOnly,
    StoreRefusal,
    StudyFile,
    connection,
)
from il2scheduler.store.connection import header, pragma
from il2scheduler.wording.refusals import refusal_sentence
from tests.store.hostile import execute, raw
from tests.store.samples import PROGRAM, at, content, enrolment, first_entry, make, note, reopened, save


def said(refusal: Refusal) -> str:
    """The sentence; it names the file and nothing of the program or the computer."""
    sentence = refusal_sentence(words("en"), refusal)
    assert "/" not in sentence
    assert "sqlite" not in sentence.lower()
    return sentence


# --- Settings ---

WANTED = {
    "journal_mode": "delete",
    "synchronous": 3,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "busy_timeout": 5000,
    "temp_store": 2,
    "encoding": "UTF-8",
    "fullfsync": 1,
    "locking_mode": "normal",
}


def test_every_setting_is_in_force(study: StudyFile) -> None:
    assert {name: pragma(study._connection, name) for name in WANTED} == WANTED


def test_a_setting_that_does_not_take_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(path).close()
    settings = [("synchronous", "NORMAL", 3) if s[0] == "synchronous" else s for s in connection._SETTINGS]
    monkeypatch.setattr(connection, "_SETTINGS", settings)

    with pytest.raises(StoreRefusal) as refused:
        reopened(path)

    assert "synchronous is 1" in said(refused.value)


def test_a_file_left_in_wal_is_brought_back(path: Path) -> None:
    make(path).close()
    execute(path, "PRAGMA journal_mode=WAL")

    with reopened(path) as study:
        assert pragma(study._connection, "journal_mode") == "delete"
        assert study.verify().sound


def test_no_other_database_can_be_attached(study: StudyFile, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="too many attached"):
        study._connection.execute("ATTACH ? AS other", (str(tmp_path / "other"),))


# --- What is made ---


def test_a_new_file_says_what_it_is(path: Path) -> None:
    make(path).close()

    assert path.read_bytes()[68:72] == b"IL2S"
    assert header(path) == connection.Header(path.stat().st_size, True, False, 0x494C3253, 1)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_there_is_never_replaced(path: Path) -> None:
    path.write_text("shopping list", "utf-8")

    with pytest.raises(Exists) as refused:
        make(path)

    assert path.read_text("utf-8") == "shopping list"
    assert "already" in said(refused.value)


def test_a_study_that_cannot_be_filled_leaves_nothing(path: Path) -> None:
    with pytest.raises(store.Stale):
        store.create(path, [enrolment(1), enrolment(2, "P001")], at=at(), program=PROGRAM)

    assert list(path.parent.iterdir()) == []


def test_a_study_begins_with_an_entry(path: Path) -> None:
    with pytest.raises(ValueError, match="begins with"):
        store.create(path, [], at=at(), program=PROGRAM)


def test_a_folder_that_is_not_there(path: Path) -> None:
    with pytest.raises(StoreRefusal) as refused:
        store.create(path.parent / "gone" / "a.il2", [first_entry()], at=at(), program=PROGRAM)

    assert said(refused.value)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_the_rights_of_a_new_file_are_those_of_any_file(path: Path) -> None:
    make(path).close()
    other = path.with_name("other")
    other.touch()

    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


def test_names_that_mean_something_to_an_address(folder: Path) -> None:
    for name in ("a?mode=memory.il2", "a#b.il2", "50%41.il2", "é à.il2", "a&b=c.il2"):
        with make(folder / name):
            pass
        with reopened(folder / name) as study:
            assert study.last_entry() == 1
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        ["a?mode=memory.il2", "a#b.il2", "50%41.il2", "é à.il2", "a&b=c.il2"]
    )


# --- What is refused, byte for byte as it was ---


def pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)


def text(path: Path) -> None:
    path.write_text("P001;2026-01-05\n" * 500, "utf-8")


def empty(path: Path) -> None:
    path.touch()


def zeros(path: Path) -> None:
    path.write_bytes(bytes(8192))


def folder_of_that_name(path: Path) -> None:
    path.mkdir()


def another_database(path: Path) -> None:
    execute(path, "CREATE TABLE patient (id INTEGER)", "PRAGMA application_id = 7")


def newer(path: Path) -> None:
    make(path).close()
    execute(path, "PRAGMA user_version = 2")


def never_was(path: Path) -> None:
    make(path).close()
    execute(path, "PRAGMA user_version = 0")


def negative(path: Path) -> None:
    make(path).close()
    execute(path, "PRAGMA user_version = -1")


def first_half(path: Path) -> None:
    make(path, enrolment(1)).close()
    os.truncate(path, path.stat().st_size // 8192 * 4096)


def first_page(path: Path) -> None:
    make(path, enrolment(1)).close()
    os.truncate(path, 4096)


def first_bytes(path: Path) -> None:
    make(path, enrolment(1)).close()
    os.truncate(path, 60)


def only_our_name(path: Path) -> None:
    execute(
        path, "PRAGMA application_id = 1229730387", "PRAGMA user_version = 1", "CREATE TABLE entry (number)"
    )


def no_entries(path: Path) -> None:
    make(path).close()
    with raw(path) as found:
        for (name,) in found.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            found.execute(f"DROP TRIGGER {name}")
        found.execute("DELETE FROM entry_change")
        found.execute("DELETE FROM entry")


def wide_characters(path: Path) -> None:
    execute(
        path,
        "PRAGMA encoding = 'UTF-16'",
        "PRAGMA application_id = 1229730387",
        "PRAGMA user_version = 1",
        "CREATE TABLE entry (number)",
    )


REFUSED = [
    (pdf, NotAStudy, "is not a study"),
    (text, NotAStudy, "is not a study"),
    (empty, NotAStudy, "is empty"),
    (zeros, NotAStudy, "is not a study"),
    (folder_of_that_name, NotAStudy, "is a folder"),
    (another_database, NotAStudy, "is not a study"),
    (newer, NewerVersion, "newer version"),
    (never_was, NotAStudy, "never was"),
    (negative, NotAStudy, "never was"),
    (first_half, Damaged, "damaged"),
    (first_page, Damaged, "damaged"),
    (first_bytes, NotAStudy, "is not a study"),
    (only_our_name, Damaged, "altered by another program"),
    (no_entries, Damaged, "altered by another program"),
    (wide_characters, NotAStudy, "is not a study"),
]


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("prepare", "kind", "words_of_it"), REFUSED, ids=lambda v: getattr(v, "__name__", None)
)
def test_other_files_are_refused_and_not_touched(
    path: Path, prepare: object, kind: type[Refusal], words_of_it: str, *, read_only: bool
) -> None:
    assert callable(prepare)
    prepare(path)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}

    with pytest.raises(kind) as refused:
        reopened(path, read_only=read_only)

    assert words_of_it in said(refused.value)
    assert {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()} == before


def test_a_file_that_is_not_there_is_not_made(path: Path) -> None:
    with pytest.raises(Gone) as refused:
        reopened(path)

    assert "no study" in said(refused.value)
    assert not path.exists()


# --- A planted schema ---

PLANTED = [
    "CREATE TRIGGER tenfold AFTER INSERT ON injection BEGIN UPDATE injection SET dose_iu = dose_iu * 10; END",
    "CREATE TRIGGER quiet AFTER UPDATE ON appointment BEGIN DELETE FROM note; END",
    "CREATE VIEW agenda AS SELECT * FROM appointment",
    "CREATE TABLE extra (x)",
    "CREATE INDEX more ON appointment (hour)",
    "DROP INDEX appointment_planned",
    "DROP TRIGGER entry_is_kept",
    "ALTER TABLE note ADD COLUMN colour TEXT",
    "ANALYZE",
    "CREATE VIRTUAL TABLE words USING fts5(text)",
]


@pytest.mark.parametrize("statement", PLANTED, ids=lambda s: " ".join(s.split()[:3]))
def test_a_schema_is_ours_to_the_letter(path: Path, statement: str) -> None:
    make(path, enrolment(1)).close()
    execute(path, statement)

    with pytest.raises(Damaged) as refused:
        reopened(path)

    assert "altered by another program" in said(refused.value)


def test_a_schema_with_other_words_inside_is_refused(path: Path) -> None:
    make(path, enrolment(1)).close()
    other = "UPDATE sqlite_schema SET sql = replace(sql, 'erased', 'erasd') WHERE name = 'entry_is_kept'"
    execute(path, "PRAGMA writable_schema = ON", other)

    with pytest.raises(Damaged):
        reopened(path)


def test_two_tables_on_the_same_pages_are_refused(path: Path) -> None:
    make(path, enrolment(1)).close()
    execute(
        path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'choice')"
        " WHERE name = 'note'",
    )

    with pytest.raises(Damaged):
        reopened(path)


# --- Read only ---


def test_a_study_can_be_read_without_writing(path: Path) -> None:
    with make(path, enrolment(1)) as study:
        whole = content(study)
    before = path.read_bytes()

    with reopened(path, read_only=True) as study:
        assert study.read_only
        assert content(study) == whole
        assert study.verify().sound
        with pytest.raises(ReadOnly) as refused:
            save(study, note(1, 1, "x"))
        assert "may only be read" in said(refused.value)
        with pytest.raises(ReadOnly):
            study.announce(who="NA", computer="ward-1", at=at())
        with pytest.raises(ReadOnly):
            study.redact(2, who="NA", reason="x", at=at())
    assert path.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights as on Unix")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_not_be_written_is_said(path: Path, what: str) -> None:
    make(path, enrolment(1)).close()
    as_nobody(path.parent)
    (path if what == "file" else path.parent).chmod(0o444 if what == "file" else 0o555)
    try:
        with acting_as_nobody(), reopened(path) as study:
            assert study.last_entry() == 2
            assert study.read_only
            with pytest.raises(ReadOnly) as refused:
                save(study, note(1, 1, "x"))
            assert said(refused.value)
            assert study.patients()
    finally:
        path.parent.chmod(0o755)
        path.chmod(0o644)
    with reopened(path) as study:
        save(study, note(1, 1, "next try works"))
        assert study.verify().sound


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights as on Unix")
def test_what_may_not_be_read_is_said(path: Path) -> None:
    make(path).close()
    as_nobody(path.parent)
    path.chmod(0)
    with acting_as_nobody(), pytest.raises(StoreRefusal) as refused:
        reopened(path)
    path.chmod(0o644)

    assert "may not be read" in said(refused.value)


def as_nobody(folder: Path) -> None:
    """The administrator may do everything, so rights are tried as somebody without any."""
    if os.geteuid() == 0:
        for thing in (folder, *folder.iterdir()):
            os.chown(thing, 65534, 65534)


class acting_as_nobody:  # noqa: N801 - reads as what happens inside
    def __enter__(self) -> None:
        self._own = os.geteuid()
        if self._own == 0:
            os.seteuid(65534)

    def __exit__(self, *_: object) -> None:
        if self._own == 0:
            os.seteuid(0)


# --- The file goes away while it is open ---


def test_a_study_that_was_moved_loses_nothing(path: Path) -> None:
    elsewhere = path.with_name("moved.il2")
    with make(path, enrolment(1)) as study:
        path.rename(elsewhere)
        for ask in (study.last_entry, study.verify, lambda: save(study, note(1, 1, "x"))):
            with pytest.raises(Gone) as refused:
                ask()
            assert "moved or deleted" in said(refused.value)
        elsewhere.rename(path)
        save(study, note(1, 1, "back again"))
    with reopened(path) as study:
        assert study.last_entry() == 3
        assert study.verify().sound


def test_a_study_whose_place_another_took_is_not_written(path: Path) -> None:
    with make(path, enrolment(1)) as study:
        copy = path.with_name("copy")
        study.backup(copy)
        save(study, note(1, 1, "x"))
        path.rename(path.with_name("old.il2"))
        copy.rename(path)
        with pytest.raises(Gone) as refused:
            save(study, note(1, 2, "y"))
        assert "Another file" in said(refused.value)
    with reopened(path) as study:
        assert study.last_entry() == 2


def test_an_older_copy_written_over_the_file_is_noticed(path: Path) -> None:
    with make(path, enrolment(1)) as study:
        older = path.with_name("older")
        study.backup(older)
        save(study, note(1, 1, "x"))
        # The same file with an older content, as copying over it in a file manager leaves it.
        with raw(path) as target, raw(older) as source:
            source.backup(target)
        with pytest.raises(Gone):
            save(study, note(1, 2, "y"))


def test_a_study_that_was_deleted(path: Path) -> None:
    with make(path, enrolment(1)) as study:
        path.unlink()
        with pytest.raises(Gone):
            study.patients()


# --- Locks ---


def test_a_writer_that_does_not_end_is_waited_for_and_then_named(path: Path) -> None:
    make(path, enrolment(1)).close()
    with raw(path) as other, reopened(path, busy_seconds=0.1) as study:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy) as refused:
            save(study, note(1, 1, "x"))
        assert "try again" in said(refused.value)
        assert study.last_entry() == 2
        other.execute("ROLLBACK")
        assert save(study, note(1, 1, "x")) == 3


def test_the_header_is_not_read_from_under_a_connection(path: Path) -> None:
    """Closing any descriptor of the file drops the locks of this process: a second writer would come in."""
    make(path, enrolment(1)).close()
    with reopened(path) as study:
        study._connection.execute("BEGIN IMMEDIATE")
        assert header(path) is None
        with pytest.raises(Busy), reopened(path, busy_seconds=0.05) as second:
            save(second, note(1, 1, "x"))
        with raw(path) as other:
            other.execute("PRAGMA busy_timeout = 50")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        study._connection.execute("ROLLBACK")
    assert header(path) is not None


def test_connections_are_forgotten_when_they_close(path: Path) -> None:
    make(path).close()
    for _ in range(3):
        with reopened(path) as study:
            study.close()
    with raw(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Busy):
            reopened(path, busy_seconds=0.01)

    assert connection._connected[connection.identity(path)] == 0


def test_a_connection_stays_in_its_thread(study: StudyFile) -> None:
    faults: list[BaseException] = []

    def ask() -> None:
        try:
            study.last_entry()
        except sqlite3.ProgrammingError as fault:
            faults.append(fault)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert len(faults) == 1


# --- A crash left a journal ---


def with_hot_journal(path: Path) -> None:
    """The file as a crash in the middle of saving leaves it."""
    with raw(path) as crashing:
        crashing.execute("PRAGMA cache_size = 1")
        crashing.execute("BEGIN IMMEDIATE")
        crashing.execute("UPDATE injection SET dose_iu = dose_iu * 10, note = printf('%5000c', 'x')")
        for p in list(path.parent.iterdir()):
            shutil.copy(p, p.with_name("crashed" + p.name.removeprefix(path.name)))


def test_what_a_crash_left_is_rolled_back(path: Path) -> None:
    with make(path, enrolment(1)) as study:
        whole = content(study)
    with_hot_journal(path)
    crashed = path.with_name("crashed")
    assert crashed.with_name("crashed-journal").stat().st_size > 0
    assert crashed.read_bytes() != path.read_bytes()

    with reopened(crashed) as study:
        assert content(study) == whole
        assert study.verify().sound
        save(study, note(1, 1, "goes on"))
    assert not crashed.with_name("crashed-journal").exists()


def test_size_is_judged_after_recovery_only(path: Path) -> None:
    """A power cut can leave the first page empty while its contents are in the journal."""
    with make(path, enrolment(1)) as study:
        whole = content(study)
    with_hot_journal(path)
    crashed = path.with_name("crashed")
    data = bytearray(crashed.read_bytes())
    data[:4096] = bytes(4096)
    crashed.write_bytes(data)

    with reopened(crashed) as study:
        assert content(study) == whole


def test_a_foreign_journal_beside_a_foreign_file_is_not_played(path: Path) -> None:
    pdf(path)
    path.with_name(path.name + "-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600))
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}

    with pytest.raises(NotAStudy):
        reopened(path)

    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("left", ["journal", "wal"])
def test_whoever_may_write_mends_before_reading(path: Path, left: str, *, read_only: bool) -> None:
    with make(path, enrolment(1)) as study:
        whole = content(study)
    found = needs_mending(path, left)

    with reopened(found, read_only=read_only) as study:
        assert study.read_only is read_only
        assert content(study) == whole
    sides = {p.name for p in path.parent.iterdir()} - {path.name, found.name}
    assert sides == set()


def needs_mending(path: Path, left: str) -> Path:
    if left == "wal":
        execute(path, "PRAGMA journal_mode=WAL")
        return path
    with_hot_journal(path)
    return path.with_name("crashed")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights as on Unix")
@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("barred", ["file", "folder"])
@pytest.mark.parametrize(("left", "told"), [("journal", "was interrupted"), ("wal", "WAL")])
def test_whoever_may_not_write_is_told_who_must(
    path: Path, left: str, told: str, barred: str, *, read_only: bool
) -> None:
    make(path, enrolment(1)).close()
    found = needs_mending(path, left)
    as_nobody(path.parent)
    (found if barred == "file" else path.parent).chmod(0o444 if barred == "file" else 0o555)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    try:
        with acting_as_nobody(), pytest.raises(ReadOnly) as refused:
            reopened(found, read_only=read_only)
    finally:
        path.parent.chmod(0o755)
        found.chmod(0o644)

    assert told in said(refused.value)
    assert f"runs 'il2scheduler study info {found.name}'" in said(refused.value)
    if barred == "file":
        assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before
    with reopened(found, read_only=True) as study:
        assert study.verify().sound


def test_tables_are_plain_for_a_statistician(path: Path) -> None:
    make(path, enrolment(1)).close()
    with raw(path) as found:
        names = [row[1] for row in found.execute("PRAGMA table_info(injection)")]
        row = found.execute("SELECT planned FROM appointment WHERE code = 'W12'").fetchone()

    assert names[:4] == ["patient", "appointment", "slot", "drug"]
    assert row == ("2026-03-30",)
    assert {str(t) for t in Table} >= {"patient", "note"}
