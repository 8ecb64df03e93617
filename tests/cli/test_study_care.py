"""Care of a study at the terminal: what another program altered, what a crash left, places of copies."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from il2scheduler.i18n import words
from il2scheduler.store.interface import Wrong
from il2scheduler.wording import check_sentence
from il2scheduler.wording.checks import Facts
from tests.cli.desk import Desk
from tests.cli.running import ETOILE, CommandLine
from tests.store.hostile import execute, raw, without_triggers

TENFOLD = "UPDATE injection SET dose_iu = 45000000 WHERE appointment = 'C3D1'"
VERIFY = "run 'il2scheduler study verify s.il2'"


def checked(desk: Desk, language: str = "en") -> list[str]:
    answer = desk("study verify", "--language", language)
    assert answer.code == 1
    return answer.out.splitlines()


@pytest.mark.parametrize(
    ("statements", "line"),
    [
        (("UPDATE entry SET reason = 'x' WHERE number = 3",), "Entry 3, patient P001: what it says"),
        (("UPDATE entry SET hash = 'x' WHERE number = 3",), "Entry 3, patient P001: it does not follow from"),
        (
            ("DELETE FROM entry_change WHERE entry = 3", "DELETE FROM entry WHERE number = 3"),
            "Patient P001: the number, revision and hash that the study keeps",
        ),
        (
            ("UPDATE head SET hash = '00'",),
            "Patient P001: the number, revision and hash that the study keeps",
        ),
    ],
)
def test_a_study_whose_end_was_altered_is_not_used(
    desk: Desk, statements: tuple[str, ...], line: str
) -> None:
    desk.done("note", "P001", "--text", "the last")
    without_triggers(Path(desk.path), *statements)
    before = Path(desk.path).read_bytes()
    for command in (("show", "P001"), ("note", "P001", "--text", "x"), ("study info",), ("history",)):
        answer = desk(*command)
        assert answer.code == 1
        assert VERIFY in answer.sentence()
    assert Path(desk.path).read_bytes() == before
    assert checked(desk)[0].startswith(line)


def test_a_dose_altered_by_another_program_is_not_mended_under_a_persons_name(desk: Desk) -> None:
    execute(Path(desk.path), TENFOLD)
    for command in (("note", "P001", "--text", "x"), ("delay", "P001", "--cycle", "4", "--days", "7")):
        reason = ("--reason", "r", "--past-cap", "omit") if command[0] == "delay" else ()
        said = desk.refused(*command, *reason)
        assert "patient P001 is not what the patient's entries give" in said
        assert VERIFY in said
    assert "no copy of it was made" in desk("study backup").sentence()
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2025-01-06")
    assert checked(desk) == [
        "Patient P001, injection C3D1 08:00: not what the entries give.",
        "Patient P001, injection C3D1 20:00: not what the entries give.",
    ]
    assert checked(desk, "fr")[0] == (
        "Patient P001, injection C3D1 08:00\u00a0: ce n'est pas ce que donnent les entrées."
    )


def test_what_the_check_finds_is_in_its_document_too(desk: Desk) -> None:
    execute(Path(desk.path), TENFOLD)
    answer = desk("study verify", "--json")
    assert answer.code == 1
    assert '"key": "1/C3D1/08:00"' in answer.out
    assert '"code": "P001"' in answer.out
    assert '"message": "Patient P001, injection C3D1 08:00: not what the entries give."' in answer.out


@pytest.mark.parametrize("wrong", Wrong)
@pytest.mark.parametrize("detail", ["", "schema", "reference from note", "row 3 missing from index x"])
def test_every_fault_is_a_sentence_in_both_languages(wrong: Wrong, detail: str) -> None:
    facts: Facts = {
        "wrong": wrong.value,
        "entry": 4,
        "code": "P1",
        "table": None,
        "key": None,
        "detail": detail,
    }
    english, french = (check_sentence(words(language), facts) for language in ("en", "fr"))
    assert english != french
    assert english.endswith(".")
    assert wrong is Wrong.DATABASE or english.startswith("Entry 4, patient P1")


def test_a_version_that_never_was_is_no_sound_study(desk: Desk) -> None:
    execute(Path(desk.path), "PRAGMA user_version = 0")
    said = {desk(command).sentence() for command in ("study verify", "study info", "show", "study backup")}
    assert len(said) == 1
    assert "version that never was" in said.pop()


# --- What a crash or another program left ---


def interrupted(path: Path) -> None:
    """The study as a power cut in the middle of saving leaves it."""
    with raw(path) as crashing:
        crashing.execute("PRAGMA cache_size = 1")
        crashing.execute("BEGIN IMMEDIATE")
        crashing.execute("UPDATE injection SET dose_iu = 1, note = printf('%5000c', 'x')")
        left = {side: path.with_name(path.name + side).read_bytes() for side in ("", "-journal")}
    for side, data in left.items():
        path.with_name(path.name + side).write_bytes(data)


def left_in_wal(path: Path) -> None:
    execute(path, "PRAGMA journal_mode = WAL")


@pytest.mark.parametrize("leave", [interrupted, left_in_wal])
@pytest.mark.parametrize(
    "command",
    [
        ("study verify",),
        ("study info",),
        ("show", "P001"),
        ("study backup",),
        ("study restore", "--out", "N"),
    ],
)
def test_a_command_that_only_reads_mends_first(
    desk: Desk, tmp_path: Path, leave: object, command: tuple[str, ...]
) -> None:
    assert callable(leave)
    leave(Path(desk.path))
    arguments = [str(tmp_path / "new.il2") if a == "N" else a for a in command]
    answer = desk(*arguments)
    assert (answer.code, answer.err) == (0, "")
    assert {p.name for p in tmp_path.iterdir()} <= {"s.il2", "s backups", "new.il2", "data"}
    assert desk("study verify").code == 0


# --- Places of copies ---


@pytest.mark.parametrize(
    ("fault", "said"),
    [(errno.EROFS, "may only be read"), (errno.EACCES, "may only be read"), (errno.ENOSPC, "is full")],
)
@pytest.mark.parametrize("out", [(), ("--out",)])
def test_a_place_that_takes_no_copy_is_named_and_not_the_study(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int, said: str, out: tuple[str, ...]
) -> None:
    folder = tmp_path / "elsewhere" if out else tmp_path / "s backups"
    folder.mkdir()
    arguments = (*out, str(folder / "copy.il2")) if out else ()

    def refuse(*_: object) -> int:
        raise OSError(fault, "as a disk says it")

    with monkeypatch.context() as patch:
        patch.setattr("os.open", refuse)
        sentence = desk("study backup", *arguments).sentence()
    assert said in sentence
    assert f"the folder {folder} " in sentence
    assert "the study s.il2" not in sentence
    assert list(folder.iterdir()) == []


def test_a_new_study_on_a_disk_that_is_only_read(
    il2: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, "as a disk says it")

    with monkeypatch.context() as patch:
        patch.setattr("os.open", refuse)
        said = il2("study", "new", str(tmp_path / "new.il2"), "--protocol", ETOILE).sentence()
    assert said.startswith("The disk of new.il2 may only be read")


def test_folders_that_a_service_copies(desk: Desk, tmp_path: Path) -> None:
    """A study is refused there unless accepted; a copy is closed, so it is made, and it is said where."""
    folder = tmp_path / "Dropbox"
    folder.mkdir()
    study, made, copy, new = (str(folder / name) for name in ("s.il2", "d.il2", "c.il2", "n.il2"))
    shutil.copy(desk.path, study)
    csv = tmp_path / "patients.csv"
    csv.write_text("patient,arm,start,what,date\nP009,il2,2025-01-06,,\n", "utf-8")
    for command in (
        ("import", study, str(csv)),
        ("study", "demo", made),
        ("study", "restore", desk.path, "--out", new),
    ):
        answer = desk.il2(*command)
        assert answer.code == 1
        assert "Dropbox" in answer.sentence()
        assert "--accept-cloud" in answer.sentence()
        assert "Dropbox" not in desk.il2(*command, "--accept-cloud").err
    assert (Path(made).exists(), Path(new).exists()) == (True, True)

    answer = desk("study backup", "--out", copy)
    assert (answer.code, Path(copy).exists()) == (0, True)
    assert "copied elsewhere by Dropbox" in answer.sentence()
