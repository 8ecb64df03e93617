"""Studies and what is made of them: new, settings, closures, apply, lists, calendars, sheets, tables."""

from __future__ import annotations

import csv
import errno
import io
import json
from pathlib import Path
from typing import Any

import icalendar
import pypdfium2  # type: ignore[import-untyped]
import pytest

from il2scheduler import resources
from tests.cli.desk import Desk
from tests.cli.running import ETOILE, VASCU, CommandLine, process


def lines_of(path: Path, *commands: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(command, ensure_ascii=False) + "\n" for command in commands), "utf-8")
    return str(path)


def events_of(path: Path) -> dict[str, icalendar.Event]:
    """The events of a calendar file by identity."""
    read = icalendar.Calendar.from_ical(path.read_bytes())
    return {str(event["UID"]): event for event in read.walk("VEVENT")}  # type: ignore[misc]


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


# --- Studies ---


def test_a_study_holds_the_template_itself_and_takes_a_file(il2: CommandLine, tmp_path: Path) -> None:
    template = tmp_path / "mine.toml"
    template.write_bytes((resources.path("protocols") / f"{VASCU}.toml").read_bytes())
    desk = Desk(il2, tmp_path / "s.il2")
    desk.done("study new", "--protocol", str(template))
    template.unlink()
    (protocol,) = desk.done("study info")["study"]["protocols"]
    assert (protocol["code"], protocol["status"]) == (VASCU, "file")
    desk.done("enrol", "P001", "--arm", "il2", "--start", "2026-01-05")
    assert desk.planned("C4D5") == ["2026-03-13"]


def test_a_folder_that_is_copied_elsewhere_is_refused_unless_accepted(
    il2: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Dropbox").mkdir()
    desk = Desk(il2, tmp_path / "Dropbox" / "s.il2")
    assert "Dropbox" in desk("study new", "--protocol", ETOILE).sentence()
    desk.done("study new", "--protocol", ETOILE, "--accept-cloud")
    enrol = ("enrol", "P001", "--arm", "il2", "--start", "2026-01-05")
    assert "Dropbox" in desk.refused(*enrol)
    monkeypatch.setenv("IL2SCHEDULER_ACCEPT_CLOUD", "1")
    desk.done(*enrol)


def test_a_file_is_never_replaced_by_a_new_study(desk: Desk) -> None:
    before = Path(desk.path).read_bytes()
    assert "s.il2" in desk("study new", "--protocol", ETOILE).sentence()
    assert Path(desk.path).read_bytes() == before


def test_a_preview_of_a_new_study_makes_no_file(il2: CommandLine, tmp_path: Path) -> None:
    assert il2("study", "new", str(tmp_path / "s.il2"), "--protocol", ETOILE, "--preview").code == 0
    assert not (tmp_path / "s.il2").exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--protocol", "nothing"), 2),
        (("--protocol", ETOILE, "--reading", "w9"), 2),
        (("--protocol", ETOILE, "--country", "XX"), 1),
        (("--protocol", ETOILE, "--timezone", "Mars/Base"), 1),
        (("--protocol", ETOILE, "--closed", "mon,tue,wed,thu,fri,sat,sun"), 1),
    ],
)
def test_a_study_that_cannot_be_made_leaves_no_file(
    il2: CommandLine, tmp_path: Path, options: tuple[str, ...], code: int
) -> None:
    answer = il2("study", "new", str(tmp_path / "s.il2"), *options)
    assert answer.code == code
    answer.sentence()
    assert list(tmp_path.iterdir()) == []


def test_a_study_in_a_folder_that_is_not_there_says_so(il2: CommandLine, tmp_path: Path) -> None:
    said = il2("study", "new", str(tmp_path / "gone" / "s.il2"), "--protocol", ETOILE).sentence()
    assert "The folder of the study s.il2" in said


def _no_room(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_fault_while_a_study_is_made_names_the_study(
    il2: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("os.open", _no_room)
        said = il2("study", "new", str(tmp_path / "s.il2"), "--protocol", ETOILE).sentence()
    assert said == "The disk is full, so nothing was saved in the study s.il2; make room on it and try again."


def test_a_second_protocol_and_patients_of_both(desk: Desk) -> None:
    desk.done("study add-protocol", VASCU)
    assert "already" in desk.refused("study add-protocol", VASCU)
    assert VASCU in desk.refused("enrol", "V001", "--arm", "il2", "--start", "2026-01-05")
    desk.done("enrol", "V001", "--arm", "il2", "--start", "2026-01-05", "--protocol", VASCU)
    patients = desk.done("show")["patients"]
    assert [(p["code"], p["protocol"]) for p in patients] == [("P001", ETOILE), ("V001", VASCU)]


def test_settings_change_findings_and_not_dates(desk: Desk) -> None:
    before = desk.planned("C1D1", "C4D4")
    assert "reason" in desk.refused("study set", "--closed", "mon,sat,sun")
    desk.done("study set", "--closed", "mon,sat,sun", "--places-visits", "2", "--reason", "strike")
    assert desk.planned("C1D1", "C4D4") == before
    found = {(f["kind"], f["where"]) for f in desk.done("show", "P001")["findings"]}
    assert ("closed-day", "C1D1") in found
    assert desk.done("study info")["study"]["places_visits"] == 2
    desk.done("study set", "--places-visits", "0", "--reason", "enough rooms")
    assert desk.done("study info")["study"]["places_visits"] is None
    assert "so already" in desk.refused("study set", "--closed", "mon,sat,sun", "--reason", "r")


# --- Closures ---


def closed(desk: Desk) -> set[str]:
    return {f["where"] for f in desk.done("show", "P001")["findings"] if f["kind"] == "closed-day"}


def test_days_are_closed_and_opened_again(desk: Desk) -> None:
    desk.done("closure", "--days", "2025-01-20..2025-01-22", "--name", "works", "--reason", "r")
    assert closed(desk) >= {"C1D1", "C1D2", "C1D3"}
    desk.done("closure", "--open", "2025-01-21", "--reason", "r")
    assert "C1D2" not in closed(desk)
    assert closed(desk) >= {"C1D1", "C1D3"}
    desk.done("undo", "--reason", "r")
    assert "C1D2" in closed(desk)
    assert "no public holiday" in desk.refused("closure", "--open", "2025-03-05", "--reason", "r")


def test_a_closure_names_the_appointments_it_hits_and_moves_none(desk: Desk) -> None:
    close = ("--days", "2025-01-20..2025-01-22", "--name", "works", "--today", "2025-01-10")
    preview = desk.done("closure", *close, "--preview")
    assert [(hit["patient"], hit["code"]) for hit in preview["hits"]] == [
        ("P001", "C1D1"),
        ("P001", "C1D2"),
        ("P001", "C1D3"),
    ]
    done = desk("closure", *close, "--reason", "r")
    assert "P001  cycle 1 day 3, Wed 22-Jan-2025" in done.out
    assert desk.planned("C1D1") == ["2025-01-20"]


def test_the_name_of_a_closure_is_its_reason_unless_another_is_given(desk: Desk) -> None:
    desk.done("closure", "--days", "2025-01-20", "--name", "works")
    assert desk.done("history")["entries"][-1]["reason"] == "works"


def test_a_public_holiday_can_be_worked_on(desk: Desk) -> None:
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2026-01-05")
    desk.done("closure", "--open", "2026-05-14", "--reason", "Ascension is worked")
    found = desk.done("show", "P002")["findings"]
    assert "C4D4" not in {f["where"] for f in found if f["kind"] == "closed-day"}


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20250120
DTEND;VALUE=DATE:20250122
SUMMARY:Works\\, \u202ewing B
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20250103
RRULE:FREQ=MONTHLY;COUNT=3
SUMMARY:Stocktaking
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20250217
STATUS:CANCELLED
SUMMARY:Strike
END:VEVENT
END:VCALENDAR
"""


def test_closures_are_read_from_a_calendar(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "works.ics"
    file.write_text(CALENDAR.replace("\n", "\r\n"), "utf-8")
    desk.done("closure", "--from-ics", str(file), "--reason", "plan of the year")
    read = [(c["first"], c["last"], c["name"]) for c in desk.done("study info")["study"]["closures"]]
    assert read == [
        ("2025-01-03", "2025-01-03", "Stocktaking"),
        ("2025-01-20", "2025-01-21", "Works, wing B"),
        ("2025-02-03", "2025-02-03", "Stocktaking"),
        ("2025-03-03", "2025-03-03", "Stocktaking"),
    ]
    assert {"C1D1", "C1D2"} <= closed(desk)
    assert "so already" in desk.refused("closure", "--from-ics", str(file), "--reason", "again")


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        CALENDAR.replace("FREQ=MONTHLY;COUNT=3", "FREQ=SECONDLY"),
        CALENDAR.replace("FREQ=MONTHLY;COUNT=3", "FREQ=DAILY;COUNT=99999"),
        CALENDAR.replace("20250122", "20290122"),
        "x" * 2_000_000,
    ],
)
def test_calendars_beyond_what_a_clinic_needs_are_refused(desk: Desk, tmp_path: Path, text: str) -> None:
    file = tmp_path / "works.ics"
    file.write_text(text, "utf-8")
    assert "works.ics" in desk.refused("closure", "--from-ics", str(file), "--reason", "r")


# --- Apply ---


def test_apply_does_one_command_a_line_and_says_so(desk: Desk, tmp_path: Path) -> None:
    file = lines_of(
        tmp_path / "c.jsonl",
        {"command": "enrol", "patient": "P002", "arm": "il2", "start": "2026-01-05"},
        {"command": "delay", "patient": "P002", "cycle": 3, "days": 4, "reason": "é", "past-cap": "omit"},
        {"command": "give", "patient": "P002", "cycle": 1, "all": True, "except": ["4@20:00=R"]},
        {"command": "give", "patient": "P002", "cycle": 2, "day": 1, "time": "08:00", "dose": 4.5},
        {"command": "delay", "patient": "P002", "cycle": 4, "days": -1, "reason": "r", "past_cap": "omit",
         "accept": ["gap-too-short"]},
        {"command": "undo", "reason": "typed wrong"},
        {"command": "closure", "days": "2026-08-03..2026-08-14", "name": "summer", "reason": "decided"},
    )  # fmt: skip
    answer = desk("apply", file)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "ok 3 enrol P002",
        "ok 4 delay P002",
        "ok 5 give P002",
        "ok 6 give P002",
        "ok 7 delay P002",
        "ok 8 undo P002",
        "ok 9 closure -",
    ]
    assert desk.planned("C3D1", "C4D1", patient="P002") == ["2026-04-03", "2026-05-15"]


def test_apply_stops_at_the_first_refusal_and_names_its_line(desk: Desk, tmp_path: Path) -> None:
    file = lines_of(
        tmp_path / "c.jsonl",
        {"command": "note", "patient": "P001", "text": "one"},
        {"command": "omit", "patient": "P001", "cycle": 8},
        {"command": "note", "patient": "P001", "text": "three"},
    )
    answer = desk("apply", file)
    assert (answer.code, answer.out) == (1, "ok 3 note P001\n")
    assert answer.sentence().startswith("Line 2: A reason is needed")
    assert desk.entries() == 3


def test_apply_with_preview_tries_everything_on_a_copy(desk: Desk, tmp_path: Path) -> None:
    file = lines_of(
        tmp_path / "c.jsonl",
        {"command": "enrol", "patient": "P002", "arm": "il2", "start": "2026-01-05"},
        {"command": "omit", "patient": "P002", "cycle": 8, "reason": "r"},
    )
    answer = desk("apply", file, "--preview")
    assert (answer.code, len(answer.out.splitlines())) == (0, 2)
    assert desk.entries() == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "not one JSON object"),
        ("[1]", "not one JSON object"),
        ("[" * 50_000, "not one JSON object"),
        ('{"command": "show", "patient": "P001"}', "no command of a line"),
        ('{"command": ["omit"]}', "no command of a line"),
        ('{"patient": "P001"}', "command is missing"),
        ('{"command": null}', "command is missing"),
        ('{"command": "closure", "from-ics": "a\\u0000b.ics", "reason": "r"}', "invisible"),
        ('{"command": "omit", "cycle": 8, "reason": "r"}', "patient"),
        ('{"command": "omit", "patient": "P001", "reason": "r"}', "--cycle"),
        ('{"command": "omit", "patient": "P001", "cycle": true, "reason": "r"}', "cycle"),
        ('{"command": "omit", "patient": "P001", "cycle": [8], "reason": "r"}', "cycle"),
        ('{"command": "omit", "patient": "P001", "cycle": 8, "cycle": 7}', "twice"),
        ('{"command": "omit", "patient": "P001", "cycle": 8, "colour": "red"}', "colour"),
        ('{"command": "omit", "patient": "P001", "cycle": 8, "study": "x.il2"}', "study"),
        ('{"command": "omit", "patient": "P001", "cycle": 8, "preview": true}', "preview"),
        ('{"command": "note", "patient": "P001", "text": "a\\u202eb"}', "invisible"),
        ('{"command": "give", "patient": "P001", "cycle": 1, "all": "yes"}', "all"),
        ('{"command": "note", "patient": "P001", "text": "' + "x" * 200_000 + '"}', "longer"),
        ("\udcff", "UTF-8"),
    ],
)
def test_lines_that_are_no_command_are_told_with_their_number(
    desk: Desk, tmp_path: Path, line: str, said: str
) -> None:
    file = tmp_path / "c.jsonl"
    file.write_bytes(b"\n" + line.encode("utf-8", "surrogateescape") + b"\n")
    sentence = desk.refused("apply", str(file))
    assert sentence.startswith(("Line 2: ", "Line 1: "))
    assert said in sentence


def test_apply_as_a_process_and_as_json(desk: Desk, tmp_path: Path) -> None:
    file = lines_of(tmp_path / "c.jsonl", {"command": "note", "patient": "P001", "text": "--preview"})
    answer = process("apply", desk.path, file, "--who", "script")
    assert (answer.code, answer.out, answer.err) == (0, "ok 3 note P001\n", "")
    entry = desk.done("history")["entries"][-1]
    assert (entry["who"], entry["what"]) == ("script", "Note: --preview")
    told = json.loads(desk("apply", file, "--json").out)
    assert (told["entry"], told["command"], told["preview"]) == (4, "note", False)


# --- Lists ---


def test_the_agenda_begins_with_what_is_overdue(desk: Desk) -> None:
    desk.done("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00")
    agenda = desk.done("agenda", "--on", "2025-01-22", "--today", "2025-01-22")
    assert [(d["patient"], d["code"]) for d in agenda["overdue"]] == [
        ("P001", c) for c in ("W0", "C1D1", "C1D2")
    ]
    assert [d["awaiting_diary"] for d in agenda["overdue"]] == [False, True, False]
    assert [d["code"] for d in agenda["due"]] == ["C1D3"]
    printed = desk("agenda", "--week", "2025-01-22", "--today", "2025-01-20").out
    assert printed.index("overdue by 14 days") < printed.index("Mon 20-Jan-2025:")
    assert printed.count("cycle 1 day") == 5
    assert "nothing" in desk("agenda", "--on", "2025-01-11", "--today", "2025-01-05").out


def test_an_evening_that_was_cancelled_does_not_look_like_one_to_come(desk: Desk) -> None:
    desk.done("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00")
    today = ("agenda", "--on", "2025-01-20", "--today", "2025-01-20")
    assert "cycle 1 day 1, 08:00, 20:00 (running, 08:00 given, 20:00 planned)" in desk(*today).out
    desk.done("stop", "P001", "--on", "2025-01-20", "--reason", "fever")
    assert "cycle 1 day 1, 08:00, 20:00 (given in part, 08:00 given, 20:00 cancelled)" in desk(*today).out
    assert "each; given in part, 08:00 given, 20:00 cancelled\n" in desk("show", "P001").out


def test_the_shown_patient_has_the_keys_of_a_plan_and_the_revision(desk: Desk) -> None:
    plan = desk.il2.plan(start="2025-01-06")
    shown = desk.done("show", "P001", "--today", "2025-01-06")
    assert shown["revision"] == 1
    for key in ("format", "protocol", "patient", "totals", "proposals", "findings"):
        assert shown[key] == plan[key]
    for planned, one in zip(plan["appointments"], shown["appointments"], strict=True):
        assert {key: one[key] for key in planned if key != "injections"} == {
            key: value for key, value in planned.items() if key != "injections"
        }
    printed = desk("show", "P001").out
    assert "Revision 1, head " in printed
    assert "P001" in desk("show").out


# --- Calendars, sheets, tables ---


def test_events_keep_their_identity_and_count_their_changes(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "P001.ics"
    assert desk("calendar", "--patient", "P001", "--out", str(file)).code == 0
    first = events_of(file)
    assert len(first) == 86
    assert all(event["SEQUENCE"] == 0 for event in first.values())
    desk.done("delay", "P001", "--cycle", "4", "--days", "7", "--reason", "r", "--past-cap", "omit")
    desk("calendar", "--patient", "P001", "--out", str(file))
    second = events_of(file)
    assert second.keys() == first.keys()
    changed = {uid for uid in first if second[uid]["SEQUENCE"] == 1}
    assert len(changed) == 50
    others = {uid: event for uid, event in first.items() if uid not in changed and event != second[uid]}
    # Cycle 5 no longer begins on the day of the visit of week 24, which says so: text, not time.
    assert [str(event["SUMMARY"]) for event in others.values()] == ["Visit at study week 24 - P001"]
    assert sum(str(event.get("STATUS")) == "CANCELLED" for event in second.values()) == 10


def test_an_event_planned_anew_is_another_one_and_the_old_stays_cancelled(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "P001.ics"
    desk.done("omit", "P001", "--cycle", "8", "--reason", "r")
    desk("calendar", "--patient", "P001", "--out", str(file))
    omitted = events_of(file)
    desk.done("undo", "--reason", "r")
    desk("calendar", "--patient", "P001", "--out", str(file))
    again = events_of(file)
    assert omitted.keys() < again.keys()
    assert len(again) == len(omitted) + 10
    cancelled = [uid for uid, event in again.items() if str(event.get("STATUS")) == "CANCELLED"]
    assert len(cancelled) == 10
    assert set(cancelled) <= omitted.keys()


def test_the_same_study_gives_the_same_calendar_bytes(desk: Desk, tmp_path: Path) -> None:
    here, there = tmp_path / "a.ics", tmp_path / "b.ics"
    desk("calendar", "--patient", "P001", "--out", str(here))
    env = {"TZ": "America/New_York", "LC_ALL": "fr_FR.UTF-8"}
    arguments = ("--patient", "P001", "--language", "en", "--out", str(there))
    assert process("calendar", desk.path, *arguments, env=env).code == 0
    assert there.read_bytes() == here.read_bytes()


def test_calendars_of_all_patients_in_a_folder_or_in_one_file(desk: Desk, tmp_path: Path) -> None:
    desk.done("enrol", "P002", "--arm", "control", "--start", "2026-01-05")
    desk("calendar", "--out", str(tmp_path / "cal"))
    assert sorted(path.name for path in (tmp_path / "cal").iterdir()) == ["P001.ics", "P002.ics"]
    desk("calendar", "--profile", "clinic", "--out", str(tmp_path / "all.ics"))
    assert len(events_of(tmp_path / "all.ics")) == 86 + 6
    desk("calendar", "--profile", "subscription", "--out", str(tmp_path / "sub"))
    assert b"REFRESH-INTERVAL" in (tmp_path / "sub" / "P001.ics").read_bytes()
    assert "no patient P9" in desk("calendar", "--patient", "P9", "--out", str(tmp_path / "x.ics")).sentence()
    assert not (tmp_path / "x.ics").exists()


@pytest.mark.parametrize("kind", ["dosing", "diary", "visits", "activities"])
def test_sheets_bear_the_revision_and_the_head_of_the_chain(desk: Desk, tmp_path: Path, kind: str) -> None:
    desk.done("delay", "P001", "--cycle", "4", "--days", "7", "--reason", "r", "--past-cap", "omit")
    told = desk.done("show", "P001")
    file = tmp_path / "sheet.pdf"
    cycle = ("--cycle", "4") if kind == "dosing" else ()
    answer = desk("sheets", "--kind", kind, "--patient", "P001", *cycle, "--out", str(file))
    assert answer.code == 0, answer.err
    pdf = pypdfium2.PdfDocument(file)
    text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    pdf.close()
    assert told["head"] in text
    assert "P001" in text


@pytest.mark.parametrize("command", ["sheets", "calendar", "archive"])
def test_a_place_that_is_not_named_or_not_there_is_told(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    kind = ("--kind", "visits") if command == "sheets" else ()
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert "the name is empty" in desk.wrong(command, *kind, "--out", "")
    assert "s.il2" in desk.refused(command, *kind, "--out", "s.il2/there")
    assert "part" not in desk.refused(command, *kind, "--out", "s.il2/there")
    assert sorted(tmp_path.iterdir()) == before


def test_a_sheet_of_a_cycle_there_is_not_is_refused(desk: Desk, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "d.pdf"))
    assert "no cycle 9" in desk("sheets", "--kind", "dosing", "--cycle", "9", *out).sentence()
    assert desk("sheets", "--kind", "diary", "--cycle", "1", *out).code == 2
    assert not (tmp_path / "d.pdf").exists()


def test_tables(desk: Desk, tmp_path: Path) -> None:
    desk.done("give", "P001", "--cycle", "1", "--all", "--except", "4@20:00=R", "--batch", "=1+1")
    desk.done("omit", "P001", "--cycle", "8", "--reason", "=cmd")

    def rows(kind: str, *options: str) -> list[dict[str, str]]:
        file = tmp_path / f"{kind}.csv"
        answer = desk("table", "--kind", kind, *options, "--out", str(file))
        assert answer.code == 0, answer.err
        return rows_of(file)

    assert len(rows("schedule")) == 86
    assert [r["kind"] for r in rows("deviations")] == ["injection-not-given", "cycle-omitted"]
    assert rows("deviations")[1]["reason"] == "'=cmd"
    injections = rows("injections")
    assert len(injections) == 80
    assert (injections[0]["batch"], injections[0]["given_at"]) == ("'=1+1", "2025-01-20T08:00")
    agenda = rows("agenda", "--on", "2025-02-17")
    assert [r["list"] for r in agenda][:2] == ["overdue", "due"]
    supply = rows("supply", "--on", "2025-02-01")
    assert (supply[0]["week"], supply[0]["injections"], supply[0]["dose_iu"]) == (
        "2025-02-17",
        "10",
        "45000000",
    )
    assert desk("table", "--kind", "schedule", "--out", str(tmp_path / "x.txt")).code == 2
