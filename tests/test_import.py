"""Patients already under way, from a CSV file: read strictly, told whole, saved whole or not at all."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from il2scheduler import library
from il2scheduler.cli import run
from il2scheduler.commands.values import Enrol, GiveCourse, MoveCycle, PastCap, RecordVisit
from il2scheduler.ledger import Entry, NewEntry, Table
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import Status
from il2scheduler.store import DiskFull, Stale, writing
from il2scheduler.study import Answers, Settings, Study
from il2scheduler.study.transcription import save, transcribe
from tests.builders import ETOILE, VASCU, day
from tests.memory import memory_folder

TODAY = "2026-06-01"
DOC = Path(__file__).parents[1] / "docs" / "import.md"
ENROL = "patient,what,arm,date\nP021,enrol,il2,2026-01-05\n"

Import = Callable[..., dict[str, Any]]


def new_study(path: Path, *codes: str) -> Path:
    first, *others = codes or (ETOILE,)
    with Study.create(path, template(first), Settings(""), who="maker") as study:
        for code in others:
            text, said, status = template(code)
            study.add_protocol(text, said, status, {"command": "add-protocol"}, None)
    return path


def template(code: str) -> tuple[str, Any, str]:
    found = library.find(code)
    return found.path.read_bytes().decode("utf-8"), found.file.protocol(None), "shipped"


@pytest.fixture
def tmp_path() -> Generator[Path]:
    with memory_folder() as folder:
        yield folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_study(tmp_path / "study.il2")


@pytest.fixture
def import_(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Import:
    """Run `import --json` on a text; its document, with the exit code under `code`."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def importing(text: str | bytes, *options: str) -> dict[str, Any]:
        file = tmp_path / "patients.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        capsys.readouterr()
        arguments = ["import", str(path), str(file), "--json", "--who", "copyist", "--today", TODAY, *options]
        code = run(arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        document: dict[str, Any] = json.loads(printed.out)
        return {**document, "code": code}

    return importing


def problems(document: dict[str, Any]) -> list[tuple[int | None, str | None]]:
    return [(problem["row"], problem["column"]) for problem in document["problems"]]


def example() -> str:
    match = re.search(r"```csv\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    assert match is not None
    return match[1]


def rows_of(path: Path, code: str) -> dict[Table, Any]:
    with Study.open(path, who="reader", read_only=True) as study:
        rows = study.store.patient_rows(study.patient_id(code))
        return {table: dict(several) for table, several in rows.tables().items()}


def entries(path: Path) -> int:
    with Study.open(path, who="reader", read_only=True) as study:
        assert study.store.verify().sound
        return study.store.last_entry()


# --- The example of the documentation ---


def test_the_example_is_imported(import_: Import, path: Path) -> None:
    told = import_(example())

    assert told["code"] == 0
    assert told["problems"] == []
    assert told["entries"] == [2, 12]
    by_code = {patient["code"]: patient for patient in told["patients"]}
    assert (by_code["P021"]["given"], by_code["P021"]["not_given"], by_code["P021"]["done"]) == (29, 1, 1)
    assert by_code["P022"]["arm"] == "control"
    assert by_code["P023"]["anchor"] is None
    with Study.open(path, who="reader", read_only=True) as study:
        schedule = study.state("P021").schedule
        assert str(schedule.start(3).planned) == "2026-03-31"
        assert schedule.cycle_status(8) is Status.OMITTED
        made = study.store.entries(first=2)
        assert all(entry.transcribed and entry.who == "copyist" for entry in made)
        assert {entry.batch for entry in made} == {told["batch"]}
        assert study.store.verify().sound


def test_a_preview_tells_the_same_and_saves_nothing(import_: Import, path: Path) -> None:
    before = path.read_bytes()
    preview = import_(example(), "--preview")

    assert path.read_bytes() == before
    assert preview["preview"] is True
    assert preview["entries"] is None
    assert import_(example())["patients"] == preview["patients"]


def test_it_gives_what_typing_the_commands_gives(import_: Import, path: Path, tmp_path: Path) -> None:
    import_(example())
    by_hand = new_study(tmp_path / "by-hand.il2")
    reason = Answers(reason="transport strike", past_cap=PastCap.OMIT, today=day(TODAY))
    with Study.open(by_hand, who="typist") as study:
        today = Answers(today=day(TODAY))
        study.execute("P021", Enrol("P021", 1, "il2", day("2026-01-05")), today)
        study.execute("P021", RecordVisit("W0", day("2026-01-05")), today)
        study.execute("P021", GiveCourse(1, batch="A4411"), today)
        study.execute("P021", GiveCourse(2, batch="A4411"), today)
        study.execute("P021", MoveCycle(3, to=day("2026-03-31")), reason)
        study.execute("P021", GiveCourse(3, batch="A4500"), today)
    imported, typed = rows_of(path, "P021"), rows_of(by_hand, "P021")
    key = (1, "C2D4", "20:00")

    assert imported[Table.INJECTION].pop(key)["not_given"] == "R"
    assert typed[Table.INJECTION].pop(key)["status"] == "given"
    assert imported[Table.APPOINTMENT].pop((1, "C2D4"))["status"] == "given-in-part"
    assert typed[Table.APPOINTMENT].pop((1, "C2D4"))["status"] == "given"
    assert imported == typed


def test_rows_may_stand_in_any_order(import_: Import, path: Path, tmp_path: Path) -> None:
    first, *rest = example().splitlines()
    told = import_("\n".join([first, *reversed(rest)]))

    assert told["code"] == 0
    straight = import_(example().replace("P02", "P03"))
    facts = [{**p, "code": p["code"].replace("P03", "P02")} for p in straight["patients"]]
    assert sorted(told["patients"], key=lambda p: p["code"]) == facts


def test_a_backup_is_made_before(import_: Import, path: Path) -> None:
    import_(example())

    (backup,) = path.with_name("study backups").iterdir()
    assert entries(backup) == 1


# --- The file ---


@pytest.mark.parametrize(
    "write",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace(",", ";").replace("\n", "\r\n").encode(),
        lambda text: text.replace(",", "\t").replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("P021", '"P021"').replace("il2", ' "il2"'.strip()).encode(),
        lambda text: (text + ",,,\n\n").encode(),
        lambda text: text.replace("patient,what", " Patient ,WHAT").encode(),
    ],
)
def test_what_spreadsheet_programs_write_is_read(import_: Import, write: Callable[[str], bytes]) -> None:
    told = import_(write(ENROL))

    assert told["code"] == 0, told["problems"]
    assert [patient["code"] for patient in told["patients"]] == ["P021"]


def test_a_decimal_comma_and_a_quoted_text_of_two_lines(import_: Import, path: Path) -> None:
    told = import_(
        "patient;what;arm;date;cycle;day;time;at;dose;reason;note\n"
        "P021;enrol;il2;2026-01-05;;;;;;;\n"
        "P021;given;;;1;1;8:00;2026-01-19 08:12;2,25;half a dose;\n"
        'P021;note;;;;;;;;;"one; two\nand ""three"""\n'
    )

    assert told["problems"] == []
    rows = rows_of(path, "P021")
    assert rows[Table.INJECTION][1, "C1D1", "08:00"]["given_iu"] == 2_250_000
    assert rows[Table.INJECTION][1, "C1D1", "08:00"]["given_at"] == "2026-01-19T08:12"
    assert rows[Table.NOTE][1, 1]["text"] == 'one; two\nand "three"'


@pytest.mark.parametrize(
    ("data", "found", "said"),
    [
        (b"", (None, None), "holds no rows"),
        (b"patient,what\n", (None, None), "holds no rows"),
        (ENROL.encode("utf-16"), (None, None), "not UTF-8"),
        (ENROL.encode("utf-16-be"), (None, None), "not UTF-8"),
        (b"PK\x03\x04" + b"\0" * 50, (None, None), "not UTF-8"),
        ("patient,what,note\nP1,note,été".encode("latin-1"), (None, None), "not UTF-8"),
        (b"patient,what,colour\n", (1, None), "no column colour"),
        (b"patient,what,what\n", (1, "what"), "two columns what"),
        (b"patient,arm\n", (1, None), "column what is missing"),
        (b'patient,what,note\nP021,note,"never closed\n', (2, None), "quotation marks"),
        (b"patient,what,note\nP021,note,a,b\n", (2, None), "more cells"),
        (b"patient,what,note\nP021,note,=1+1\n", (2, None), "no row enrols"),
        (b"patient,what,note\nP021,note," + b"a" * 5000, (2, "note"), "at most"),
        (b"patient,what\n" + b"P1,enrol\n" * 20_001, (20_002, None), "more than 20000 rows"),
        (b"x" * 4_000_001, (None, None), "larger than 4 million"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    import_: Import, data: bytes, found: tuple[int | None, str | None], said: str
) -> None:
    told = import_(data)

    assert told["code"] == 1
    assert found in problems(told)
    assert any(said in problem["message"] for problem in told["problems"]), told["problems"][:3]


def test_every_problem_is_told_at_once_and_nothing_is_saved(import_: Import, path: Path) -> None:
    before = path.read_bytes()
    told = import_(
        "patient,what,arm,date,cycle,day,time,dose,visit,code,reason,accept\n"
        "P021,enrol,il2,2026-01-05,,,,,,,,\n"
        "P021,given,,,1,,,,,,,\n"
        "P021,visit,,05/01/2026,,,,,W0,,,\n"
        "P021,not-given,,,2,4,20h,,,Z,,\n"
        "P021,dose,,,4,,,18.000,,,lower,\n"
        "P021,cycle,,2026-03-28,3,,,,,,,\n"
        "P021,given,,,9,,,,,,,\n"
        "P021,visit,,2026-07-01,,,,,W24,,,\n"
        "P021,party,,,,,,,,,,\n"
        "P022,given,,,1,,,,,,,\n"
        "p023,enrol,il2,2026-01-05,,,,,,,,\n"
        "P024,enrol,placebo,2026-01-05,,,,,,,,\n"
        "P021,missed,,2026-01-05,,,,,W52,,,\n"
    )

    assert told["code"] == 1
    assert problems(told) == [
        (4, "date"),
        (5, "time"),
        (6, "dose"),
        (7, "reason"),
        (8, None),
        (9, None),
        (10, "what"),
        (11, None),
        (12, "patient"),
        (13, None),
        (14, "date"),
    ]
    assert told["entries"] is None
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text", ["2026-W05-1", "20260105", "2026-1-5", "05.01.2026", "2026-02-30", "1985-01-01"]
)
def test_dates_are_strict(import_: Import, text: str) -> None:
    assert problems(import_(ENROL.replace("2026-01-05", text))) == [(2, "date")]


@pytest.mark.parametrize("text", ["19/01/2026 08:12", "2026-01-19", "08:12", "2026-01-19 8h12"])
def test_a_moment_is_asked_for_whole(import_: Import, text: str) -> None:
    told = import_(
        f"patient,what,arm,date,cycle,day,time,at\nP021,enrol,il2,2026-01-05,,,,\nP021,given,,,1,1,08:00,{text}\n"
    )

    assert problems(told) == [(3, "at")]
    said = f"{text} is not a date with a time; write it as 2026-01-05 08:12."
    assert said in told["problems"][0]["message"]


@pytest.mark.parametrize("text", ["4_5", "１２", "18.000", "1e6", "-3", "0", "4.5M", "=4.5"])
def test_doses_are_strict(import_: Import, text: str) -> None:
    row = f"patient,what,arm,date,cycle,dose,reason\nP021,enrol,il2,,,,\nP021,dose,,,4,{text},lower\n"

    assert problems(import_(row)) == [(3, "dose")]


@pytest.mark.parametrize(
    ("column", "text"), [("dose", "3"), ("at", "2026-01-19 08:40"), ("site", "left arm")]
)
def test_what_is_of_one_injection_is_not_said_of_a_course(import_: Import, column: str, text: str) -> None:
    """Who only emptied the cell would have the planned dose recorded as given."""
    head = f"patient,what,arm,date,cycle,day,time,{column}\nP021,enrol,il2,2026-01-05,,,,\n"
    told = import_(f"{head}P021,given,,,1,,,{text}\n")
    assert problems(told) == [(3, column)]
    assert "write a row for each injection, with its day and time" in told["problems"][0]["message"]
    assert problems(import_(f"{head}P021,given,,,1,1,,{text}\n")) == [(3, "time")]


@pytest.mark.parametrize("row", ["given,,2026-01-20,1,,,", "not-given,,2026-01-20,1,1,08:00,A"])
def test_the_day_of_a_cycle_that_began_on_another_is_not_left_out(import_: Import, row: str) -> None:
    told = import_(f"patient,what,arm,date,cycle,day,time,code\nP021,enrol,il2,2026-01-05,,,,\nP021,{row}\n")
    assert problems(told) == [(3, "date")]
    assert "Where the cycle began on another day" in told["problems"][0]["message"]


def test_an_overdose_that_happened_is_imported_with_its_reason(import_: Import, path: Path) -> None:
    head = "patient,what,arm,date,cycle,day,time,dose,reason\nP021,enrol,il2,2026-01-05,,,,,\n"
    assert problems(import_(head + "P021,given,,,1,1,08:00,9,\n")) == [(3, "reason")]
    assert not problems(import_(head + "P021,given,,,1,1,08:00,9,vial misread\n"))
    rows = rows_of(path, "P021")[Table.INJECTION]
    assert [row["given_iu"] for row in rows.values() if row["given_iu"] is not None] == [9_000_000]


def test_a_cycle_is_not_omitted_and_dated(import_: Import) -> None:
    head = "patient,what,arm,date,cycle,reason\nP021,enrol,il2,2026-01-05,,\nP021,omitted,,,3,surgery\n"
    assert problems(import_(head + "P021,cycle,,2026-04-06,3,strike\n")) == [(4, "cycle")]


def test_texts_that_cannot_be_seen_are_refused_and_formulas_are_texts(import_: Import, path: Path) -> None:
    hidden = import_(f"{ENROL.replace('date', 'date,note')}P021,note,,,left\u202eright\n")
    assert problems(hidden) == [(3, "note")]

    formula = '=HYPERLINK("http://x")'
    quoted = formula.replace('"', '""')
    assert import_(f'{ENROL.replace("date", "date,note")}P021,note,,,"{quoted}"\n')["code"] == 0
    assert rows_of(path, "P021")[Table.NOTE][1, 1]["text"] == formula


def test_texts_that_look_personal_are_pointed_out(import_: Import) -> None:
    told = import_(f"{ENROL.replace('date', 'date,note')}P021,note,,,born 03/04/1961\n")

    assert told["code"] == 0
    assert told["personal"] == [{"row": 3, "column": "note"}]


# --- The facts ---


def test_a_gap_too_short_is_accepted_in_its_column(import_: Import) -> None:
    head = "patient,what,arm,date,cycle,reason,accept\nP021,enrol,il2,2026-01-05,,,\n"
    row = "P021,cycle,,2026-03-26,3,travels,"
    refused = import_(f"{head}{row}\n")

    assert problems(refused) == [(3, "accept")]
    assert "38" in refused["problems"][0]["message"]
    assert "gap-too-short" in refused["problems"][0]["message"]
    assert import_(f"{head}{row}gap-too-short\n")["code"] == 0


def test_cycles_past_the_cap_are_asked_for(import_: Import, path: Path) -> None:
    head = "patient,what,arm,date,cycle,reason,past_cap\nP021,enrol,il2,2026-01-05,,,\n"
    row = "P021,cycle,,2026-04-02,3,fever,"

    assert problems(import_(f"{head}{row}\n")) == [(3, "past_cap")]
    assert import_(f"{head}{row}keep\n")["code"] == 0
    with Study.open(path, who="reader", read_only=True) as study:
        assert ("past-cap", "C8") in study.state("P021").patient.accepted


def test_a_whole_life(import_: Import, path: Path) -> None:
    told = import_(
        "patient,what,arm,date,cycle,day,time,visit,code,dose,by,site,reason,note\n"
        "P031,enrol,il2,2026-01-05,,,,,,,,,,\n"
        "P031,note,,,,,,,,,,,,lives far away\n"
        "P031,omitted,,,2,,,,,,,,platelets,\n"
        "P031,given,,,1,1,08:00,,,,nurse,left thigh,,\n"
        "P031,given,,,1,,,,,,patient,,,\n"
        "P031,dose,,,3,,,,,3,,,tolerance,\n"
        "P031,given,,,3,,,,,,,,,\n"
        "P031,missed,,,,,,W0,,,,,,on strike\n"
        "P031,unscheduled,,2026-04-20,,,,,,,,,rash,\n"
        "P031,visit,,2026-04-20,,,,U1,,,,,,\n"
        "P031,moved,,2026-06-23,,,09:30,W24,,,,,asked for it,\n"
        "P031,stopped,,2026-05-01,,,,,,,,,thyroiditis,\n"
        "P031,lost,,2026-05-20,,,,,,,,,moved away,\n"
    )

    assert told["problems"] == []
    with Study.open(path, who="reader", read_only=True) as study:
        state = study.state("P031")
        schedule, patient = state.schedule, state.patient
        first = schedule.course(1)[0].injections[0]
        assert [schedule.cycle_status(n) for n in (1, 2, 3, 4)] == [
            Status.GIVEN,
            Status.OMITTED,
            Status.GIVEN,
            Status.CANCELLED,
        ]
        assert (first.given_by, first.site) == ("nurse", "left thigh")
        assert {i.given_iu for a in schedule.course(3) for i in a.injections} == {3_000_000}
        assert schedule.appointment("U1").status is Status.DONE
        assert schedule.appointment("W0").status is Status.MISSED
        assert patient.stopped == day("2026-05-01")
        assert patient.lost
        assert state.notes == 1


def test_gates_and_several_protocols(tmp_path: Path) -> None:
    path = new_study(tmp_path / "two.il2", ETOILE, VASCU)
    head = "patient,what,protocol,arm,date,code,reason\n"
    with Study.open(path, who="copyist") as study:
        unnamed = transcribe(study, f"{head}V1,enrol,,il2,2026-03-02,,\n".encode())
        wrong = transcribe(study, f"{head}V1,enrol,etoile,il2,2026-03-02,,\n".encode())
        rows = f"{head}V1,enrol,{VASCU},il2,2026-03-02,,\nV1,gate,,,,tolerance,well\n"
        right = transcribe(study, rows.encode(), today=day(TODAY))
        save(study, right)

        assert [p.place.column for p in (*unnamed.problems, *wrong.problems)] == ["protocol", "protocol"]
        assert [p.refusal.kind for p in (*unnamed.problems, *wrong.problems)] == [
            "protocol-needed",
            "no-protocol",
        ]
        assert study.state("V1").patient.gates_met == {"tolerance"}
        assert study.state("V1").schedule.protocol.code == VASCU


# --- All or nothing ---


def test_a_file_is_not_imported_twice(import_: Import, path: Path) -> None:
    import_(example())
    before = entries(path)
    again = import_(example())

    assert {row for row, _ in problems(again)} == {2, 9, 11}
    assert entries(path) == before


def test_what_the_disk_refuses_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Study.open(path, who="copyist") as study:
        read = transcribe(study, example().encode(), today=day(TODAY))
        calls: list[int] = []
        real = writing.written

        def failing(connection: sqlite3.Connection, new: NewEntry, place: writing.Place) -> Entry:
            calls.append(place.number)
            if len(calls) == 7:
                raise DiskFull("store-disk-full", file="study.il2")
            return real(connection, new, place)

        monkeypatch.setattr(writing, "written", failing)
        with pytest.raises(DiskFull):
            save(study, read)
        monkeypatch.undo()
        assert study.store.last_entry() == 1
        assert study.store.verify().sound
        assert len(save(study, read)) == 11


def test_who_was_overtaken_saves_nothing(path: Path) -> None:
    with Study.open(path, who="copyist") as study, Study.open(path, who="other") as other:
        read = transcribe(study, example().encode(), today=day(TODAY))
        other.execute("P099", Enrol("P099", 1, "il2", None))
        with pytest.raises(Stale):
            save(study, read)

        assert study.store.last_entry() == 2


def test_a_file_with_a_problem_cannot_be_saved(path: Path) -> None:
    with Study.open(path, who="copyist") as study:
        read = transcribe(study, b"patient,what\nP1,party\n")
        with pytest.raises(Refusal, match="import-refused"):
            save(study, read)


def test_an_imported_entry_can_be_undone(import_: Import, path: Path) -> None:
    import_(example())
    with Study.open(path, who="copyist") as study:
        theirs = study.store.entries(patient=study.patient_id("P021"))
        course = next(e for e in theirs if json.loads(e.command).get("batch") == "A4500")
        study.undo(course.number, "copied from the wrong diary")

        assert study.state("P021").schedule.cycle_status(3) is Status.PLANNED
        assert study.store.verify().sound


# --- For people ---


def test_problems_are_told_with_row_and_column(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "patients.csv"
    file.write_text("patient,what,arm,date\nP021,enrol,il2,05/01/2026\nP022,enrol,placebo,\n", "utf-8")

    assert run(["import", str(path), str(file), "--language", "en"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"{file}: row 2, column date: 05/01/2026 is not a date")
    assert lines[1].startswith(f"{file}: row 3: The protocol has no arm placebo")
    assert lines[2] == "Nothing was imported: 2 problems to mend."
    assert run(["import", str(path), str(file), "--language", "fr"]) == 1
    assert "ligne 2, colonne date" in capsys.readouterr().err


def test_a_preview_for_people(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "patients.csv"
    file.write_text(example(), "utf-8")

    assert run(["import", str(path), str(file), "--preview", "--today", TODAY, "--language", "en"]) == 0
    out = capsys.readouterr().out
    assert "P021: anrs-123-etoile, arm il2, Mon 05-Jan-2026; injections given 29, not given 1" in out
    assert "P023: anrs-123-etoile, arm il2, no start date" in out
    assert out.rstrip().endswith("Preview, nothing is saved.")
