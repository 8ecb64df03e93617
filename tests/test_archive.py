"""An archive: everything of a study in a folder that is read and checked without the program."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from il2scheduler import archive, demo, exports
from il2scheduler.cli import run
from il2scheduler.commands.values import AddNote, AddVisit, Enrol, MoveVisit
from il2scheduler.dosing import Product
from il2scheduler.ledger import TABLES, Table
from il2scheduler.refusal import Refusal
from il2scheduler.study import Answers, Study, pharmacy
from il2scheduler.study.calendar_targets import Export
from il2scheduler.study.printed import Print
from il2scheduler.version import VERSION
from tests.memory import memory_folder
from tests.sheets.reading import pages_of, plain

TODAY = date(2026, 11, 20)
ENGLISH = archive.Edition(program_version="1")


def clock() -> datetime:
    return datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def tmp_path() -> Generator[Path]:
    with memory_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def path() -> Generator[Path]:
    """The demonstration with a patient whose texts are hostile, one taken back, and an erased note."""
    with memory_folder() as folder:
        study_file = folder / "study.il2"
        with demo.make(study_file, who="N. Visitor", clock=clock, today=TODAY) as study:
            study.execute("P901", Enrol("P901", 1, "il2", date(2026, 11, 23)))
            study.execute("P901", AddNote('=HYPERLINK("http://x","<b>y</b>")'))
            study.execute("P901", AddVisit(date(2026, 12, 1)), Answers(reason="seen in 北京"))
            study.execute("P901", MoveVisit("W24", date(2027, 5, 11)), Answers(reason="on holiday"))
            product = Product("Proleukin", "aldesleukin", 18_000_000, 18_000_000)
            study.change_settings(replace(study.settings, product=product), pharmacy.entry_of(product))
            study.mark_exported(Export("Ward 3", study.store.last_entry(), "clinic"))
            study.mark_printed([Print("P901", "diary", None, 2, "0" * 12)])
            taken_back = study.execute("P902", Enrol("P902", 1, "il2", None))
            study.undo(taken_back.number)
            study.execute("P901", AddNote("Jean Dupont came along"))
            study.redact(study.store.last_entry(), "a name")
        yield study_file


@pytest.fixture(scope="module")
def folder(path: Path) -> Generator[Path]:
    with memory_folder() as parent:
        out = parent / "archive"
        assert run(["archive", str(path), "--out", str(out), "--language", "en"]) == 0
        yield out


def rows(file: Path) -> list[dict[str, str]]:
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def flat(file: Path) -> str:
    """The text of a PDF in the order it was drawn: cell after cell."""
    return plain(" ".join(said.text for page in pages_of(file.read_bytes()) for said in page.texts))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def written(path: Path, out: Path, edition: archive.Edition = ENGLISH) -> dict[str, bytes]:
    with Study.open(path, who="archivist", read_only=True) as study:
        for _ in archive.write(study, out, edition):
            pass
    return files(out)


# --- What is in it ---


def test_it_holds_every_file_that_the_text_names(folder: Path) -> None:
    names = set(files(folder))
    codes = [f"P{number:03}" for number in range(1, 13)] + ["P901"]
    sheets = {f"patients/{code}-schedule.{kind}" for code in codes for kind in ("csv", "pdf")}
    others = {
        "audit-trail.csv",
        "audit-trail.pdf",
        "audit-trail-changes.csv",
        "deviations.csv",
        "deviations.pdf",
        "moved-visits.csv",
        "moved-visits.pdf",
        "handed-out.csv",
    }
    tables = {f"tables/{t}.csv" for t in ("patient", "choice", "appointment", "injection", "note", "printed")}

    assert sheets | others | tables <= names
    assert names - sheets - others - tables == {
        "README.txt",
        "SHA256SUMS",
        "ledger.jsonl",
        "settings.csv",
        "protocols/1-anrs-123-etoile-1.toml",
        "protocols/2-anrs-hc21-vascu-il2-1.toml",
    }


def test_the_text_says_what_each_file_is(folder: Path) -> None:
    text = (folder / "README.txt").read_bytes().decode("utf-8")

    assert "Study: Demonstration\r\n" in text
    assert "Patients: 13\r\n" in text
    assert all(len(line) <= 110 for line in text.splitlines())
    for name in files(folder).keys() - {"README.txt"}:
        stem = name.split("/")[0] + "/" if "/" in name else name
        assert stem in text, name


def test_the_sums_are_those_of_the_files(folder: Path) -> None:
    held = files(folder)
    listed = dict(line.split("  ")[::-1] for line in held.pop("SHA256SUMS").decode().splitlines())

    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in held.items()}


def test_the_trail_holds_who_when_what_why_of_every_entry(folder: Path, path: Path) -> None:
    lines = rows(folder / "audit-trail.csv")
    with Study.open(path, who="reader", read_only=True) as study:
        entries = study.store.entries()

    assert [(e.number, e.at, e.who, e.command) for e in entries] == [
        (int(line["entry"]), line["at_utc"], line["who"], line["command"]) for line in lines
    ]
    by_what = {line["what"]: line for line in lines}
    delayed = by_what["Cycle 4 was delayed by 7 days."]
    assert delayed["patient"] == "P005"
    assert delayed["reason"] == "bronchitis with fever, seen by the investigator"
    assert delayed["at_utc"] == "2026-11-13T13:10:00.000000Z"
    assert delayed["at_site"] == "2026-11-13T14:10:00+01:00"
    assert not [line["what"] for line in lines if line["what"].startswith("Something was changed")]
    taken_back = [line for line in lines if line["patient"] == "P902"]
    assert [json.loads(line["command"])["command"] for line in taken_back] == ["enrol", "undo"]
    visit = by_what["Study week 24 was moved to Tue 11-May-2027."]
    assert visit["patient"] == "P901"
    facts = [line["facts"] for line in lines if "in cycle 1 were given" in line["what"]]
    assert facts
    assert all(": given from " in told for told in facts)


def test_the_trail_holds_every_value_before_and_after(folder: Path) -> None:
    lines = rows(folder / "audit-trail-changes.csv")
    number = next(
        r["entry"] for r in rows(folder / "audit-trail.csv") if r["what"].endswith("delayed by 7 days.")
    )
    delayed = [line for line in lines if line["entry"] == number and line["row"] == "C4D1"]

    assert {"column": "planned", "before": "2026-11-16", "after": "2026-11-23"}.items() <= next(
        line for line in delayed if line["column"] == "planned"
    ).items()


def test_the_tables_are_those_of_the_study(folder: Path, path: Path) -> None:
    with Study.open(path, who="reader", read_only=True) as study:
        for table in (Table.PATIENT, Table.APPOINTMENT, Table.INJECTION):
            columns = (*TABLES[table].key, *TABLES[table].values)
            wanted = [
                ["" if v is None else str(v) for v in (*key, *row.values())]
                for key, row in study.store.rows(table)
            ]
            found = [
                [line[column] for column in columns] for line in rows(folder / f"tables/{table.value}.csv")
            ]
            assert found == wanted


def test_deviations_and_schedules_are_there_for_people(folder: Path) -> None:
    found = {(line["patient"], line["kind"]) for line in rows(folder / "deviations.csv")}
    schedule = rows(folder / "patients/P001-schedule.csv")

    assert {("P002", "gap-accepted"), ("P008", "visit-missed"), ("P011", "dose-differs")} <= found
    assert [line["status"] for line in schedule if line["code"] == "C2D4"] == ["given", "not-given"]
    assert "the patient travels from Tuesday on" in flat(folder / "deviations.pdf")


def test_moved_visits_the_product_and_what_was_handed_out_are_there(folder: Path) -> None:
    moved = {(line["patient"], line["where"]): line for line in rows(folder / "moved-visits.csv")}
    handed = rows(folder / "handed-out.csv")
    settings = {line["setting"]: line["value"] for line in rows(folder / "settings.csv")}

    assert moved["P901", "W24"]["reason"] == "on holiday"
    assert moved["P901", "W24"]["date"] == "2027-05-11"
    assert "on holiday" in flat(folder / "moved-visits.pdf")
    assert not {"P901"} & {line["patient"] for line in rows(folder / "deviations.csv")}
    assert ("P901", "Printed: patient diary, revision 2.") in {
        (one["patient"], one["what"]) for one in handed
    }
    assert any("Ward 3" in one["what"] and one["patient"] == "" for one in handed)
    assert all(one["at_utc"] and one["at_site"] and one["who"] for one in handed)
    assert json.loads(settings["calendar-target-1"])["name"] == "Ward 3"
    assert json.loads(settings["product"])["concentration_iu"] == 18_000_000
    text = " ".join((folder / "README.txt").read_bytes().decode("utf-8").split())
    assert "Pharmacy's product: Proleukin: one vial gives 18" in text


def test_the_trail_on_paper_says_what_and_why(folder: Path) -> None:
    text = flat(folder / "audit-trail.pdf")

    assert "Cycle 4 was delayed by 7 days." in text
    assert "Reason: bronchitis with fever, seen by the investigator" in text
    assert "planned 2026-11-16 \u2192 2026-11-23" in text
    assert "seen in [U+5317][U+4EAC]" in text
    assert "<b>y</b>" in text


def test_protocols_are_there_as_they_are(folder: Path, path: Path) -> None:
    with Study.open(path, who="reader", read_only=True) as study:
        sums = {known.protocol.sha256 for known in study.protocols.values()}

    assert {hashlib.sha256(f.read_bytes()).hexdigest() for f in (folder / "protocols").iterdir()} == sums


def test_texts_of_people_are_no_formulas_and_what_no_font_has_is_in_the_tables(folder: Path) -> None:
    (formula, *_) = [line["text"] for line in rows(folder / "tables/note.csv") if "HYPERLINK" in line["text"]]
    (visit,) = [
        line
        for line in rows(folder / "tables/appointment.csv")
        if line["code"] == "U1" and line["note"] == "seen in 北京"
    ]

    assert formula == '\'=HYPERLINK("http://x","<b>y</b>")'
    assert visit["patient_code"] == "P901"
    assert (folder / "patients/P901-schedule.pdf").read_bytes().startswith(b"%PDF")


def test_what_was_erased_is_nowhere(folder: Path) -> None:
    for name, data in files(folder).items():
        assert b"Dupont" not in data, name
    (erased,) = [line for line in rows(folder / "audit-trail.csv") if line["erased_by_entry"]]
    assert "[redacted]" in erased["what"]


# --- The chain, by the text alone ---


def sha(parts: list[Any]) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def broken(lines: list[str]) -> list[int]:
    """The entries that are not as they were sealed, found as README.txt tells."""
    entries = [json.loads(line) for line in lines]
    erased: dict[str, str] = {}
    for entry in entries:
        erased |= json.loads(entry["command"]).get("erased", {})
    found: list[int] = []
    before = ""
    of_patient: dict[int, str] = {}
    for e in entries:
        sealed = [
            *(e["number"], e["at"], e["clock"], e["who"], e["patient"], e["revises"], e["reverts"]),
            *(e["transcribed"], e["batch"], e["program"], e["revision"], e["payload_hash"]),
        ]
        payload = sha([e["salt"], e["command"], e["reason"], e["changes"]])
        wanted = erased.get(str(e["number"]), e["payload_hash"])
        sound = payload == wanted and sha(["il2scheduler entry 1", before, *sealed]) == e["hash"]
        if e["patient"] is not None:
            mine = sha(["il2scheduler patient 1", of_patient.get(e["patient"], ""), *sealed])
            sound = sound and mine == e["patient_hash"]
            of_patient[e["patient"]] = e["patient_hash"]
        before = e["hash"]
        if not sound:
            found.append(e["number"])
    return found


def test_the_chain_is_checked_by_the_text_alone(folder: Path) -> None:
    lines = (folder / "ledger.jsonl").read_text("utf-8").splitlines()
    head = json.loads(lines[-1])["hash"]
    readme = (folder / "README.txt").read_text("utf-8")

    assert broken(lines) == []
    assert head in readme
    assert any(json.loads(line)["redacted_by"] for line in lines)


def test_a_changed_entry_is_found(folder: Path) -> None:
    lines = (folder / "ledger.jsonl").read_text("utf-8").splitlines()
    number = next(i for i, line in enumerate(lines) if "bronchitis" in line)

    for old, new in (("bronchitis", "bronchiole"), ("C. Petit", "C. Grand"), ("2026-11-13T", "2026-11-12T")):
        changed = [*lines]
        changed[number] = lines[number].replace(old, new)
        assert changed[number] != lines[number]
        assert broken(changed) == [number + 1]


# --- The folder ---


def test_the_same_study_gives_the_same_bytes(
    path: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    edition = archive.Edition(program_version=VERSION)

    assert written(path, tmp_path / "again", edition) == files(folder)


def test_in_french(path: Path, folder: Path, tmp_path: Path) -> None:
    french = written(path, tmp_path / "fr", archive.Edition("fr", "a4", "1"))

    assert french["README.txt"].decode().startswith("ARCHIVE D'UNE ÉTUDE")
    assert "Qui a fait quoi" in french["README.txt"].decode()
    assert "Wednesday" not in french["patients/P001-schedule.csv"].decode()
    assert french["tables/injection.csv"] == (folder / "tables/injection.csv").read_bytes()


def test_an_empty_folder_is_taken_and_another_refused(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, full, file = tmp_path / "empty", tmp_path / "full", tmp_path / "file"
    empty.mkdir()
    full.mkdir()
    (full / "mine.txt").write_text("mine", "utf-8")
    file.write_text("mine", "utf-8")
    command = ["archive", str(path), "--language", "en", "--out"]

    assert run([*command, str(empty)]) == 0
    assert (empty / "README.txt").exists()
    capsys.readouterr()
    for target in (full, file, empty):
        before = files(tmp_path)
        assert run([*command, str(target)]) == 1
        assert "nothing was written" in capsys.readouterr().err
        assert files(tmp_path) == before


def test_a_cancelled_archive_leaves_nothing(path: Path, tmp_path: Path) -> None:
    with Study.open(path, who="archivist", read_only=True) as study:
        for stop_after in (1, 4, 20):
            job = archive.write(study, tmp_path / "archive", ENGLISH)
            for _ in range(stop_after):
                next(job)
            job.close()

            assert list(tmp_path.iterdir()) == []


def test_progress_goes_from_none_to_all(path: Path, tmp_path: Path) -> None:
    with Study.open(path, who="archivist", read_only=True) as study:
        told = list(archive.write(study, tmp_path / "archive", ENGLISH))

    assert [p.done for p in told] == list(range(told[-1].total + 1))
    assert len(told) - 1 == len(files(tmp_path / "archive")) - 1


def test_a_full_disk_leaves_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = exports.write

    def full(file: Path, data: bytes) -> None:
        if file.name == "SHA256SUMS":
            raise OSError(28, "No space left on device", str(file))
        real(file, data)

    monkeypatch.setattr(exports, "write", full)

    with pytest.raises(OSError, match="No space"):
        written(path, tmp_path / "archive")
    assert list(tmp_path.iterdir()) == []


def test_a_study_changed_meanwhile_gives_no_archive(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.il2"
    with Study.open(path, who="archivist", read_only=True) as study:
        study.store.backup(copy)
    with Study.open(copy, who="archivist", read_only=True) as study, Study.open(copy, who="other") as other:
        job = archive.write(study, tmp_path / "archive", ENGLISH)
        next(job)
        other.execute("P001", AddNote("meanwhile"))
        with pytest.raises(Refusal, match="archive-changed"):
            list(job)

    assert list(tmp_path.iterdir()) == [copy]
