"""Calendars of a study through the command line, read by other people's programs, again after a change."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import icalendar
import pytest

from il2scheduler import calendars
from il2scheduler.study.calendar_files import Content, clinic_calendar
from il2scheduler.study.exporting import exporting
from tests.calendars import readers
from tests.calendars.readers import Khal, Radicale, Seen
from tests.cli.desk import Desk
from tests.cli.running import ETOILE, CommandLine, process
from tests.faults.doing import tracer

HOSTILE = (
    "P1\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\r\nSTATUS:CANCELLED",
    "a;b,c\\d:e\"f'\\n\\;",
    "x\n " * 500,
    "é€\U0001f489" * 400,
    "a" * 66 + "\U0001f489\U0001f489\U0001f489" + "b" * 74 + "\U0001f489",
    "file:///etc/shadow <img src='http://127.0.0.1/x'> =HYPERLINK(1) \u202ePRIVATE\u2028END:VCALENDAR",
    "\x00\x1b]0;x\x07\x85BEGIN:VALARM",
)


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Two patients of ETOILE; the first starts on Monday 5 January 2026."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("IL2SCHEDULER_WHO", "Anne")
    made = Desk(CommandLine(capsys), tmp_path / "s.il2")
    made.done("study new", "--protocol", ETOILE, "--site", "Metz")
    made.done("enrol", "P001", "--arm", "il2", "--start", "2026-01-05")
    made.done("enrol", "P002", "--arm", "il2", "--start", "2026-02-02")
    return made


def exported(desk: Desk, file: Path, *arguments: str) -> Path:
    answer = desk("calendar", *arguments, "--out", str(file))
    assert answer.code == 0, answer.err
    return file


def parsed(file: Path) -> Any:  # noqa: ANN401 - icalendar's
    """A file as icalendar reads it."""
    return icalendar.Calendar.from_ical(file.read_bytes())


def cancelled(seen: set[Seen]) -> set[Seen]:
    return {event for event in seen if event.status == "CANCELLED"}


def day_of(event: Seen) -> str:
    return event.start[:10]


# --- A change, imported again ---


def test_a_cancelled_cycle_is_shown_and_blocks_no_time(desk: Desk, tmp_path: Path, server: Radicale) -> None:
    """Cycle 3 of P001, 30 March to 3 April 2026, in khal, and on a server asked for free and busy time."""
    khal = Khal(tmp_path / "khal", "Europe/Paris")
    week = datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC)
    file = exported(desk, tmp_path / "all.ics", "--profile", "clinic", "--target", "ward")
    khal.imports(file)
    assert server.put("/nurse/ward/", file.read_bytes()) == 201
    assert server.busy("/nurse/ward/", *week) == 10

    desk.done("omit", "P001", "--cycle", "3", "--reason", "fever")
    desk.done("move", "P002", "--visit", "W52", "--to", "2027-02-03", "--time", "09:30", "--reason", "r")
    exported(desk, file, "--profile", "clinic")
    changes = exported(desk, tmp_path / "changes.ics", "--profile", "changes", "--target", "ward")
    expected = readers.icalendar_sees(file.read_bytes())
    news = readers.icalendar_sees(changes.read_bytes())
    assert len(news) == 11
    assert news < expected

    # Known events one by one, as a program does that imports the changes.
    khal.imports(changes)
    for name, data in single(changes):
        server.put(f"/nurse/ward/{name}.ics", data)
    assert khal.sees() == server.sees("/nurse/ward/") == expected
    gone = cancelled(khal.sees())
    assert {day_of(event) for event in gone} == {f"2026-03-{n}" for n in (30, 31)} | {
        f"2026-04-0{n}" for n in (1, 2, 3)
    }
    assert all(event.summary.startswith("CANCELLED - Injection ") for event in gone)
    assert server.busy("/nurse/ward/", *week) == 0
    assert khal.transparent() >= {event.uid for event in gone}
    # The whole file put in the place of the old one says the same.
    assert server.put("/nurse/ward/", file.read_bytes()) == 201
    assert server.sees("/nurse/ward/") == expected
    assert server.busy("/nurse/ward/", *week) == 0
    moved = datetime(2027, 2, 3, 8, 30, tzinfo=UTC)
    assert server.busy("/nurse/ward/", moved, moved + timedelta(minutes=1)) == 1


def single(file: Path) -> list[tuple[str, bytes]]:
    """Each event of a file as a calendar of its own, without a method, as CalDAV wants it."""
    whole = parsed(file)
    zones = whole.walk("VTIMEZONE")
    found: list[tuple[str, bytes]] = []
    for event in whole.walk("VEVENT"):
        made = icalendar.Calendar()
        made.add("version", "2.0")
        made.add("prodid", "-//test//")
        for component in (*zones, event):
            made.add_component(component)
        found.append((str(event["UID"]), made.to_ical()))
    return found


def test_what_is_planned_anew_is_seen_beside_what_was_cancelled(desk: Desk, tmp_path: Path) -> None:
    khal = Khal(tmp_path / "khal", "Asia/Tokyo")
    file = tmp_path / "P001.ics"
    for change in ((), ("omit", "P001", "--cycle", "8", "--reason", "r"), ("undo", "--reason", "r")):
        if change:
            desk.done(*change)
        khal.imports(exported(desk, file, "--patient", "P001"))
    seen = khal.sees()
    assert seen == readers.icalendar_sees(file.read_bytes()) == readers.icaljs_sees(file)[0]
    assert len(cancelled(seen)) == 10
    assert len(seen) == 96


def test_an_undone_enrolment_empties_the_calendar_of_the_ward(desk: Desk, tmp_path: Path) -> None:
    khal = Khal(tmp_path / "khal", "Europe/Paris")
    khal.imports(exported(desk, tmp_path / "all.ics", "--profile", "clinic"))
    desk.done("undo", "--reason", "wrong patient")
    khal.imports(exported(desk, tmp_path / "all.ics", "--profile", "clinic"))
    gone = {e.summary[-4:] for e in cancelled(khal.sees())}
    assert gone == {"P002"}
    assert {e.summary[-4:] for e in khal.sees() - cancelled(khal.sees())} == {"P001"}
    exported(desk, tmp_path / "cal")
    assert cancelled(readers.icalendar_sees((tmp_path / "cal" / "P002.ics").read_bytes())) == cancelled(
        khal.sees()
    )


def test_reminders_doses_and_privacy_are_read_by_two_programs(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "P001.ics"
    exported(desk, file, "--patient", "P001", "--reminder", "30", "--doses", "--public", "--language", "fr")
    calendar = parsed(file)
    events = calendar.walk("VEVENT")
    triggers = {(len(e.walk("VALARM")), e.walk("VALARM")[0]["TRIGGER"].dt) for e in events}
    assert triggers == {(1, timedelta(minutes=-30)), (1, timedelta(hours=-15))}
    assert {str(e["CLASS"]) for e in events} == {"PUBLIC"}
    said = {str(e.get("DESCRIPTION", "")) for e in events if "Injection" in str(e["SUMMARY"])}
    assert said == {"Dose : 4,5\u00a0millions d'unités internationales"}
    (read,) = readers.icaljs_reads(file)
    assert {e["description"] for e in read["events"] if "Injection" in e["summary"]} == said


def test_icalendar_writes_a_whole_study_the_same_again(desk: Desk, tmp_path: Path) -> None:
    """Moved, cancelled, planned anew, dropped with an enrolment; with reminders, doses and a visit's hour."""
    desk.done("omit", "P001", "--cycle", "8", "--reason", "r")
    desk.done("undo", "--reason", "r")
    desk.done("delay", "P001", "--cycle", "4", "--days", "7", "--reason", "r", "--past-cap", "omit")
    desk.done("move", "P001", "--visit", "W52", "--to", "2027-01-06", "--time", "09:30", "--reason", "r")
    desk.done("not-given", "P001", "--cycle", "1", "--day", "1", "--time", "08:00", "--code", "A")
    desk.done("enrol", "P003", "--arm", "control", "--start", "2026-02-02")
    desk.done("undo", "--reason", "r")
    options = ("--reminder", "45", "--doses", "--language", "fr")
    file = exported(desk, tmp_path / "all.ics", "--profile", "subscription", *options)
    calendar = parsed(file)
    assert calendar.to_ical(sorted=False) == file.read_bytes()
    events = calendar.walk("VEVENT")
    assert len(events) == 86 + 10 + 86 + 6
    assert {e["SEQUENCE"] for e in events} == {0, 1}
    for event in events:
        gone, whole_day = event["STATUS"] == "CANCELLED", not isinstance(event["DTSTART"].dt, datetime)
        assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt
        assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)
        assert event["TRANSP"] == ("TRANSPARENT" if gone or whole_day else "OPAQUE")
        assert str(event["SUMMARY"]).startswith("SUPPRIMÉ - ") == gone
        assert len(event.walk("VALARM")) == (0 if gone else 1)
        assert re.fullmatch(r"[0-9a-f-]{36}", event["UID"])
        assert not {"RRULE", "ORGANIZER", "ATTENDEE", "LOCATION"} & event.keys()
    (moved,) = [e for e in events if str(e["SUMMARY"]) == "Visite de la semaine d'étude 52 - P001"]
    assert moved.decoded("DTSTART").astimezone(UTC) == datetime(2027, 1, 6, 8, 30, tzinfo=UTC)
    assert readers.icaljs_sees(file)[0] == readers.icalendar_sees(file.read_bytes())


# --- Targets and paths on the command line ---


def test_a_file_profile_of_several_patients_is_a_folder(desk: Desk, tmp_path: Path) -> None:
    said = desk.refused("calendar", "--out", str(tmp_path / "x.ics"))
    assert "there are 2 patients" in said
    assert "clinic" in said
    assert not (tmp_path / "x.ics").exists()
    exported(desk, tmp_path / "x.ics", "--patient", "P001")
    exported(desk, tmp_path / "sub.ics", "--profile", "subscription")
    assert len(readers.icalendar_sees((tmp_path / "sub.ics").read_bytes())) == 172
    exported(desk, tmp_path / "folder", "--profile", "clinic")
    assert [file.name for file in (tmp_path / "folder").iterdir()] == ["clinic.ics"]


def test_a_subscription_is_replaced_whole(desk: Desk, tmp_path: Path) -> None:
    file = exported(desk, tmp_path / "sub.ics", "--profile", "subscription")
    held = file.open("rb")
    first, inode = file.read_bytes(), file.stat().st_ino
    desk.done("omit", "P001", "--cycle", "8", "--reason", "r")
    exported(desk, file, "--profile", "subscription")
    # Who reads the old file while the new one comes reads all of the old one.
    assert held.read() == first
    held.close()
    assert file.stat().st_ino != inode
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H" in file.read_bytes()
    assert {one.name for one in tmp_path.iterdir() if one.suffix == ".part"} == set()


def test_a_server_is_given_no_method(desk: Desk, tmp_path: Path, server: Radicale) -> None:
    file = exported(desk, tmp_path / "P001.ics", "--patient", "P001", "--to-server")
    assert "METHOD" not in parsed(file)
    assert server.put("/nurse/no-method/", file.read_bytes()) == 201
    assert server.sees("/nurse/no-method/") == readers.icalendar_sees(file.read_bytes())


def test_an_export_that_is_cancelled_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    old = exported(desk, tmp_path / "clinic.ics", "--profile", "clinic")
    before, names = old.read_bytes(), sorted(tmp_path.iterdir())
    desk.done("omit", "P001", "--cycle", "8", "--reason", "r")
    make = partial(clinic_calendar, wanted=("P001", "P002"), content=Content("en"))
    steps = ["", "clinic.ics", "P001", "P002"]
    for stop in range(1, len(steps) + 1):
        job = exporting(Path(desk.path), "NA", {old: make, tmp_path / "more.ics": make})
        assert [next(job).what for _ in range(stop)] == steps[:stop]
        job.close()
        assert old.read_bytes() == before
        assert sorted(tmp_path.iterdir()) == names


def test_changes_say_what_to_print(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "changes.ics"
    assert "needs --target" in desk.wrong("calendar", "--profile", "changes", "--out", str(file))
    first = desk("calendar", "--profile", "changes", "--target", "Ward 3", "--out", str(file))
    assert "Nothing was exported to Ward 3 before" in first.out
    assert len(readers.icalendar_sees(file.read_bytes())) == 172
    file.unlink()
    nothing = desk("calendar", "--profile", "changes", "--target", "ward 3", "--out", str(file))
    assert "Nothing has changed for Ward 3" in nothing.out
    assert not file.exists()
    desk.done("omit", "P002", "--cycle", "8", "--reason", "r")
    answer = desk("calendar", "--profile", "changes", "--target", "ward 3", "--out", str(file))
    assert "10 appointments are new, changed or cancelled since the last export to Ward 3" in answer.out
    command = next(line for line in answer.out.splitlines() if "sheets" in line)
    program, *arguments = command.split()
    assert program == "il2scheduler"
    printed = tmp_path / "P002-what-changed.pdf"
    printing = desk.il2(*arguments[:-1], str(printed))
    assert printing.code == 0, printing.err
    assert "Cycle 8" in readers.run("pdftotext", "-layout", str(printed), "-")
    history = desk("history").out
    assert "10 changed appointments were exported for Ward 3" in history


def test_a_target_of_some_patients(desk: Desk, tmp_path: Path) -> None:
    exported(desk, tmp_path / "P001.ics", "--patient", "P001", "--target", "home nurse")
    desk.done("omit", "P001", "--cycle", "8", "--reason", "r")
    file = tmp_path / "changes.ics"
    exported(desk, file, "--profile", "changes", "--target", "home nurse", "--patient", "P001")
    assert len(readers.icalendar_sees(file.read_bytes())) == 10
    exported(desk, file, "--profile", "changes", "--target", "home nurse")
    assert {event.summary[-4:] for event in readers.icalendar_sees(file.read_bytes())} == {"P002"}


# --- The same bytes everywhere ---


def test_every_profile_is_the_same_everywhere(desk: Desk, tmp_path: Path) -> None:
    exported(desk, tmp_path / "first.ics", "--profile", "clinic", "--target", "ward")
    desk.done("delay", "P001", "--cycle", "4", "--days", "7", "--reason", "r", "--past-cap", "omit")
    surroundings = (
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Europe/Paris", "LC_ALL": "fr_FR.UTF-8", "PYTHONHASHSEED": "2"},
    )
    for profile in ("file", "clinic", "subscription", "changes"):
        made: set[bytes] = set()
        for number, env in enumerate(surroundings):
            study = tmp_path / f"{profile}-{number}.il2"
            shutil.copyfile(desk.path, study)
            file = tmp_path / f"{profile}-{number}.ics"
            options = ["--profile", profile, "--language", "fr", "--reminder", "15", "--doses"]
            options += ["--target", "ward"] if profile == "changes" else []
            options += ["--patient", "P001"] if profile == "file" else []
            answer = process("calendar", str(study), *options, "--out", str(file), env=env)
            assert answer.code == 0, answer.err
            made.add(file.read_bytes())
        assert len(made) == 1, profile


# --- Hostile text ---


def test_hostile_text_makes_no_property_in_three_programs(tmp_path: Path) -> None:
    plain = [
        calendars.Event(
            uid=f"u{number}",
            summary="a",
            description="b",
            category="c",
            day=date(2026, 1, 20),
            at=None,
            changed=datetime(2026, 1, 5, tzinfo=UTC),
        )
        for number in range(len(HOSTILE))
    ]
    hostile = [
        calendars.Event(event.uid, text, event.day, event.changed, description=text, category=text)
        for event, text in zip(plain, HOSTILE, strict=True)
    ]
    files = [tmp_path / "plain.ics", tmp_path / "hostile.ics"]
    for file, events, name in zip(files, (plain, hostile), ("d", "".join(HOSTILE)), strict=True):
        alarm = calendars.Alarm(timedelta(minutes=5))
        data = calendars.write(events, timezone="Europe/Paris", name=name, language="en", alarm=alarm)
        file.write_bytes(data)
        assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    quiet, loud = readers.icaljs_reads(*files)
    assert [e["properties"] for e in loud["events"]] == [e["properties"] for e in quiet["events"]]
    assert [e["uid"] for e in loud["events"]] == [e.uid for e in plain]
    read = [parsed(file) for file in files]
    shapes = [[(c.name, sorted(c.keys())) for c in calendar.walk()] for calendar in read]
    assert shapes[0] == shapes[1]
    seen = readers.vobject_sees(files[1].read_bytes().decode())
    assert [(one.uid, one.status) for one in seen] == [(e.uid, "CONFIRMED") for e in plain]
    assert [e["summary"] for e in loud["events"]] == [str(e["SUMMARY"]) for e in read[1].walk("VEVENT")]


OPENS = re.compile(r'(?:open|openat|creat)\((?:AT_FDCWD|\d+)?,? ?"((?:[^"\\]|\\.)*)", ([A-Z_|]+).*= \d+')


def test_exporting_opens_nothing_else_and_no_socket(desk: Desk, tmp_path: Path) -> None:
    """What people typed names files and addresses; the calls to the system show that none is looked at."""
    for text in ("file:///etc/shadow", "http://127.0.0.1:9/x", "<img src='/etc/passwd'>", "END:VEVENT\nX:1"):
        desk.done("note", "P001", "--text", text)
        desk.done("unscheduled", "P001", "--on", "2026-03-05", "--reason", text)
    folder = tmp_path / "out"
    folder.mkdir()
    log = tmp_path / "calls"
    strace = tracer()
    if strace is None:
        pytest.skip("strace is not there or may not trace")
    tracing = [strace, "-f", "-qq", "-s", "500", "-o", str(log)]
    calls = ["-e", "trace=open,openat,creat,socket,connect,sendto,execve,unlink,rename"]
    export = ["calendar", desk.path, "--profile", "clinic", "--language", "en", "--reminder", "5"]
    command = [sys.executable, "-m", "il2scheduler", *export, "--out", str(folder / "all.ics")]
    done = subprocess.run(
        [*tracing, *calls, *command], capture_output=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr.decode()
    text = log.read_text("utf-8", "replace")
    assert not re.search(r"^\d+ +(socket|connect|sendto)\(", text, re.MULTILINE)
    assert len(re.findall(r"\bexecve\(", text)) == 1

    opened = [(Path(path), flags) for path, flags in OPENS.findall(text)]
    assert len(opened) > 100
    writes = {path for path, flags in opened if "WRONLY" in flags or "RDWR" in flags}
    assert {path.parent for path in writes} == {folder}
    code = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]), sysconfig.get_paths()["stdlib"])
    system = (
        "/usr/lib",
        "/lib",
        "/etc/ld.so.cache",
        "/proc",
        "/sys/fs/cgroup",
        "/dev/null",
        "/usr/share/locale",
        "/dev/urandom",
    )
    others = {
        path
        for path, flags in opened
        if not str(path).startswith((*code, *system)) and path.is_absolute() and "DIRECTORY" not in flags
    }
    mine = {Path(desk.path), *writes, folder}
    assert {path for path in others if path not in mine} <= {Path("/etc/localtime"), Path(os.devnull)}
    written = (folder / "all.ics").read_bytes()
    assert not any(word in written for word in (b"shadow", b"127.0.0.1", b"passwd", b"X:1"))
