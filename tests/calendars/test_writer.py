"""The file itself: its lines, its escaping and folding, and icalendar as a second opinion on it all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from il2scheduler import calendars
from il2scheduler.calendars import Alarm, Event
from il2scheduler.calendars.writer import escaped, folded
from il2scheduler.i18n import words
from il2scheduler.schedule import Schedule
from tests.calendars import readers

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "P014.ics"
CHANGED = datetime(2026, 1, 5, tzinfo=UTC)
VISIT = Event(
    uid="00000000-0000-5000-8000-000000000001",
    summary="Visit at study week 52 - P014",
    day=date(2027, 1, 4),
    changed=CHANGED,
    category="Visit",
)
INJECTION = Event(
    uid="00000000-0000-5000-8000-000000000002",
    summary="Injection 3 of 10 - P014",
    day=date(2026, 1, 20),
    at=time(8),
    minutes=15,
    changed=CHANGED,
    category="Injection",
)


class Choices(TypedDict, total=False):
    private: bool
    alarm: Alarm | None
    refresh: timedelta | None
    method: str | None


class Site(Choices, total=False):
    timezone: str
    name: str
    language: str


def write(
    *events: Event,
    timezone: str = "Europe/Paris",
    name: str = "P014",
    language: str = "en",
    **choices: Unpack[Choices],
) -> bytes:
    return calendars.write(events, timezone=timezone, name=name, language=language, **choices)


def lines(*events: Event, **choices: Unpack[Site]) -> list[str]:
    """The content lines, unfolded."""
    return write(*events, **choices).decode().replace("\r\n ", "").split("\r\n")


def event_lines(event: Event, **choices: Unpack[Site]) -> list[str]:
    found = lines(event, **choices)
    return found[found.index("BEGIN:VEVENT") + 1 : found.index("END:VEVENT")]


def test_a_visit_takes_the_whole_day_and_blocks_nothing() -> None:
    assert event_lines(VISIT) == [
        "UID:00000000-0000-5000-8000-000000000001",
        "DTSTAMP:20260105T000000Z",
        "LAST-MODIFIED:20260105T000000Z",
        "SEQUENCE:0",
        "DTSTART;VALUE=DATE:20270104",
        "DTEND;VALUE=DATE:20270105",
        "SUMMARY:Visit at study week 52 - P014",
        "CATEGORIES:Visit",
        "STATUS:CONFIRMED",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
    ]


def test_an_injection_has_its_hour_in_the_zone_of_the_site() -> None:
    assert event_lines(INJECTION)[4:] == [
        "DTSTART;TZID=Europe/Paris:20260120T080000",
        "DTEND;TZID=Europe/Paris:20260120T081500",
        "SUMMARY:Injection 3 of 10 - P014",
        "CATEGORIES:Injection",
        "STATUS:CONFIRMED",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
    ]


@pytest.mark.parametrize(("language", "prefix"), [("en", "CANCELLED"), ("fr", "SUPPRIMÉ")])
def test_a_cancelled_event_stays_and_says_so(language: str, prefix: str) -> None:
    cancelled = replace(
        INJECTION, cancelled=True, sequence=2, changed=datetime(2026, 2, 1, 9, 30, tzinfo=UTC)
    )
    found = event_lines(cancelled, language=language, alarm=Alarm(timedelta(minutes=30)))

    assert f"SUMMARY:{prefix} - Injection 3 of 10 - P014" in found
    assert {"STATUS:CANCELLED", "TRANSP:TRANSPARENT", "SEQUENCE:2", "DTSTAMP:20260201T093000Z"} <= {*found}
    assert "LAST-MODIFIED:20260201T093000Z" in found
    assert "BEGIN:VALARM" not in found


def test_the_last_day_of_a_year_and_a_leap_day() -> None:
    assert "DTEND;VALUE=DATE:20270101" in event_lines(replace(VISIT, day=date(2026, 12, 31)))
    assert "DTEND;VALUE=DATE:20280301" in event_lines(replace(VISIT, day=date(2028, 2, 29)))
    late = event_lines(replace(INJECTION, day=date(2026, 12, 31), at=time(23, 50)))
    assert "DTEND;TZID=Europe/Paris:20270101T000500" in late


def test_the_head_of_a_file() -> None:
    assert lines(VISIT, name="Site; A, B")[:7] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Study appointments//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        r"NAME:Site\; A\, B",
        r"X-WR-CALNAME:Site\; A\, B",
    ]
    assert lines()[-2:] == ["END:VCALENDAR", ""]


def test_a_zone_is_there_once_where_it_is_used() -> None:
    assert lines(INJECTION, VISIT, INJECTION).count("BEGIN:VTIMEZONE") == 1
    assert "BEGIN:VTIMEZONE" not in lines(VISIT)
    assert "BEGIN:VTIMEZONE" not in lines(INJECTION, timezone="UTC")


def test_choices() -> None:
    assert "CLASS:PUBLIC" in lines(VISIT, private=False)
    assert not any(line.startswith("METHOD") for line in lines(VISIT, method=None))
    asked = lines(VISIT, refresh=timedelta(hours=6))
    assert {"REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"} <= {*asked}
    assert "X-PUBLISHED-TTL:P1DT1H30M" in lines(VISIT, refresh=timedelta(days=1, hours=1, minutes=30))
    for refused in ("ORGANIZER", "ATTENDEE", "RRULE:FREQ=DAILY", "BEGIN:VALARM"):
        assert not any(line.startswith(refused) for line in lines(VISIT, INJECTION))


@pytest.mark.parametrize(
    ("event", "before", "trigger"),
    [
        (INJECTION, timedelta(minutes=30), "-PT30M"),
        (INJECTION, timedelta(days=1), "-P1D"),
        (INJECTION, timedelta(0), "PT0M"),
        # Nine in the morning of the day before.
        (VISIT, timedelta(minutes=30), "-PT15H"),
    ],
)
def test_a_reminder(event: Event, before: timedelta, trigger: str) -> None:
    found = event_lines(event, alarm=Alarm(before))

    assert found[found.index("BEGIN:VALARM") :] == [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{event.summary}",
        f"TRIGGER:{trigger}",
        "END:VALARM",
    ]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a,b;c\\d", r"a\,b\;c\\d"),
        ("one\ntwo\r\nthree\rfour", r"one\ntwo\nthree\nfour"),
        ("one\u2028two\u2029three\x85four\x0bfive\x0csix", r"one\ntwo\nthree\nfour\nfive\nsix"),
        ("tab\there", "tab here"),
        ("nul\0bell\x07escape\x1b[31mdelete\x7fc1\x9b", "nulbellescape[31mdeletec1"),
        ("half\ud800", "half"),
        ("P1\r\nSTATUS:CANCELLED", r"P1\nSTATUS:CANCELLED"),
        ("é €: \"quoted\" 'x'", "é €: \"quoted\" 'x'"),
    ],
)
def test_text_is_data(typed: str, written: str) -> None:
    assert escaped(typed) == written


@pytest.mark.parametrize("length", range(60, 90))
@pytest.mark.parametrize("character", ["a", "é", "€", "😀"])
def test_lines_are_folded_at_75_octets(length: int, character: str) -> None:
    line = "SUMMARY:" + character * length
    parts = folded(line).encode().split(b"\r\n")

    assert parts.pop() == b""
    assert all(len(part) <= 75 for part in parts)
    # No line is cut earlier than a whole character demands.
    assert all(len(part) > 75 - len(character.encode()) for part in parts[:-1])
    assert parts[0].decode() + "".join(part.decode()[1:] for part in parts[1:]) == line


# --- icalendar ---


def test_icalendar_writes_the_same_again(etoile: Callable[..., Schedule]) -> None:
    ours = calendars.patient_calendar(etoile(omitted=3), timezone="Europe/Paris", language="fr")
    theirs = icalendar.Calendar.from_ical(ours).to_ical(sorted=False)

    assert theirs == ours
    assert icalendar.Calendar.from_ical(theirs).to_ical(sorted=False) == theirs


def built(event: Event, prefix: str) -> icalendar.Event:
    """The event made with icalendar's own hands."""
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("dtstamp", event.changed)
    made.add("last-modified", event.changed)
    made.add("sequence", event.sequence)
    if event.at is None:
        made.add("dtstart", event.day)
        made.add("dtend", event.day + timedelta(days=1))
    else:
        start = datetime.combine(event.day, event.at, readers.tables("Europe/Paris"))
        made.add("dtstart", start)
        made.add("dtend", start + timedelta(minutes=event.minutes))
    made.add("summary", (prefix if event.cancelled else "") + event.summary)
    if event.description:
        made.add("description", event.description)
    made.add("categories", [event.category])
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT" if event.cancelled or event.at is None else "OPAQUE")
    return made


@pytest.mark.parametrize(("language", "prefix"), [("en", "CANCELLED - "), ("fr", "SUPPRIMÉ - ")])
def test_icalendar_would_have_written_the_same(
    etoile: Callable[..., Schedule], language: str, prefix: str
) -> None:
    events = calendars.events(etoile(patient="P014, \\;é" + "€" * 30, omitted=2), language=language)
    ours = icalendar.Calendar.from_ical(write(*events, language=language))

    theirs = [built(event, prefix) for event in events]
    assert [event.to_ical() for event in ours.walk("VEVENT")] == [event.to_ical() for event in theirs]


ANY_TEXT = st.text(st.characters(), max_size=200)
NASTY = st.lists(
    st.sampled_from(
        ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "END:VEVENT", "DTSTART:1", "\\", "\\n", ";", ",", " "]
    ),
    max_size=12,
).map("".join)


def plain(text: str) -> str:
    """What is left of a text: line ends are one kind, tabs spaces, other control characters gone."""
    text = re.sub("\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text).replace("\t", " ")
    return "".join(
        c for c in text if c == "\n" or not (ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000)
    )


@settings(deadline=None, max_examples=300)
@given(summary=ANY_TEXT | NASTY, description=ANY_TEXT | NASTY, name=ANY_TEXT | NASTY, cancelled=st.booleans())
def test_no_text_starts_a_property(summary: str, description: str, name: str, *, cancelled: bool) -> None:
    event = replace(INJECTION, summary=summary, description=description, cancelled=cancelled)
    data = write(event, name=name, alarm=Alarm(timedelta(hours=1)))

    assert all(len(line) <= 75 and line.decode() for line in data.removesuffix(b"\r\n").split(b"\r\n"))
    assert len(re.findall(rb"\r|\n", data)) == 2 * data.count(b"\r\n")
    assert len(data.decode().splitlines()) == data.count(b"\r\n")
    calendar = icalendar.Calendar.from_ical(data)
    (read,) = calendar.walk("VEVENT")
    ordinary = icalendar.Calendar.from_ical(
        write(replace(event, summary="a", description="a" * bool(description)))
    )
    assert read.keys() == ordinary.walk("VEVENT")[0].keys()
    assert calendar.keys() == ordinary.keys()
    assert str(read["SUMMARY"]) == ("CANCELLED - " if cancelled else "") + plain(summary)
    assert str(read.get("DESCRIPTION", "")) == plain(description)
    # icalendar leaves the escapes of a calendar's name as they are.
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == escaped(name)
    assert [read.decoded("DTSTART"), read["STATUS"]] == [
        datetime(2026, 1, 20, 7, tzinfo=UTC),
        "CANCELLED" if cancelled else "CONFIRMED",
    ]


@settings(deadline=None, max_examples=100)
@given(st.lists(ANY_TEXT | NASTY, min_size=1, max_size=3).map("".join))
def test_folding_loses_nothing_and_splits_no_character(text: str) -> None:
    line = escaped(text)
    parts = folded(line).encode().split(b"\r\n")[:-1]

    assert all(len(part) <= 75 for part in parts)
    assert parts[0].decode() + "".join(part.decode()[1:] for part in parts[1:]) == line


def test_ical_js_reads_hostile_text_as_text(tmp_path: Path) -> None:
    texts = [
        "P1\r\nSTATUS:CANCELLED",
        "a\\nb\\,c;d,e\n f",
        "é€😀" * 40,
        "  spaces  ",
        "END:VEVENT",
        ":;,\\",
        "\u2028x",
    ]
    events = [replace(INJECTION, uid=f"u{n}", summary=text, description=text) for n, text in enumerate(texts)]
    file = tmp_path / "hostile.ics"
    file.write_bytes(write(*events))
    (read,) = readers.icaljs_reads(file)

    assert [event["summary"] for event in read["events"]] == [plain(text) for text in texts]
    assert [event["description"] for event in read["events"]] == [plain(text) for text in texts]
    assert {event["status"] for event in read["events"]} == {"CONFIRMED"}


# --- The same bytes everywhere ---

PLAN = """
import sys
from datetime import date
from il2scheduler import calendars, library
from il2scheduler.schedule import OmissionCause, Patient, build
protocol = library.find("anrs-123-etoile").file.protocols[0]
patient = Patient("P014", "il2", date(2026, 1, 5), omitted={8: OmissionCause.PERSON})
heavy = {"icalendar", "babel", "PySide6", "reportlab", "dateutil"} & set(sys.modules)
assert not heavy, heavy
schedule = build(protocol, patient)
sys.stdout.buffer.write(calendars.patient_calendar(schedule, timezone="Europe/Paris", language="fr"))
"""


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Asia/Tokyo", "LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8"},
        {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "1"},
        {"TZ": "", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "de", "PYTHONHASHSEED": "2", "PYTHONTZPATH": ""},
    ],
)
def test_one_patients_file(surroundings: dict[str, str]) -> None:
    """Byte for byte what was looked at and kept: remove the file and run again to keep a new one."""
    done = subprocess.run(
        [sys.executable, "-c", PLAN],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    if not GOLDEN.exists():
        GOLDEN.write_bytes(done.stdout)
        pytest.fail(f"{GOLDEN.name} was written anew: look at it")

    assert done.stdout == GOLDEN.read_bytes()


def test_the_words_are_there_in_french() -> None:
    w = words("fr")

    assert w("Injection {number} of {count} - {patient}", number=3, count=10, patient="P014") == (
        "Injection 3 sur 10 - P014"
    )
    assert b"NAME:Rendez-vous - P014\r\n" in GOLDEN.read_bytes()
