"""Closures of a clinic from calendar files of other programs: what closes a day, and what is too much."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest

from il2scheduler.calendars import closed_days
from il2scheduler.calendars.closed_days import MAX_DAYS, MAX_EVENTS, MAX_RECURRING
from il2scheduler.clinic import Closure
from il2scheduler.refusal import Refusal

PARIS = "Europe/Paris"


def written(folder: Path, *events: str, extra: str = "") -> Path:
    """A calendar file; of each event the lines between BEGIN and END."""
    file = folder / "works.ics"
    inside = "".join(f"BEGIN:VEVENT\nDTSTAMP:20250101T000000Z\n{event}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{extra}{inside}END:VCALENDAR\n"
    file.write_bytes(text.replace("\n", "\r\n").encode())
    return file


def closures(folder: Path, *events: str, timezone: str = PARIS) -> list[tuple[str, str]]:
    found = closed_days.read(written(folder, *events), timezone)
    return [(one.first.isoformat(), one.last.isoformat()) for one in found.closures]


def refused(file: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        closed_days.read(file, PARIS)
    return caught.value


@pytest.mark.parametrize(
    ("event", "first", "last"),
    [
        ("DTSTART;VALUE=DATE:20260803\nDTEND;VALUE=DATE:20260815", "2026-08-03", "2026-08-14"),
        ("DTSTART;VALUE=DATE:20260803", "2026-08-03", "2026-08-03"),
        ("DTSTART;VALUE=DATE:20260803\nDTEND;VALUE=DATE:20260803", "2026-08-03", "2026-08-03"),
        ("DTSTART;VALUE=DATE:20260803\nDURATION:P1W", "2026-08-03", "2026-08-09"),
        # Whole days of programs that know hours only: midnight to midnight, and to a minute before.
        ("DTSTART:20260803T000000\nDTEND:20260804T000000", "2026-08-03", "2026-08-03"),
        ("DTSTART:20260803T000000\nDTEND:20260803T235900", "2026-08-03", "2026-08-03"),
        ("DTSTART:20260802T220000Z\nDTEND:20260814T220000Z", "2026-08-03", "2026-08-14"),
        (
            "DTSTART;TZID=Europe/Paris:20260803T000000\nDTEND;TZID=Europe/Paris:20260805T000000",
            "2026-08-03",
            "2026-08-04",
        ),
        # The night the clocks change has 23 hours, and is a day all the same.
        ("DTSTART:20260328T230000Z\nDTEND:20260329T220000Z", "2026-03-29", "2026-03-29"),
        # From a morning to an evening days later: every day it touches.
        ("DTSTART:20260803T080000\nDTEND:20260807T180000", "2026-08-03", "2026-08-07"),
        ("DTSTART:20260803T080000\nDURATION:P2D", "2026-08-03", "2026-08-05"),
    ],
)
def test_what_closes_days(tmp_path: Path, event: str, first: str, last: str) -> None:
    assert closures(tmp_path, event) == [(first, last)]


def test_midnight_is_that_of_the_site(tmp_path: Path) -> None:
    event = "DTSTART:20260802T200000Z\nDTEND:20260803T200000Z"
    assert closures(tmp_path, event, timezone="Indian/Reunion") == [("2026-08-03", "2026-08-03")]
    assert closures(tmp_path, event) == [("2026-08-02", "2026-08-03")]


def test_a_meeting_closes_nothing_and_is_counted(tmp_path: Path) -> None:
    meeting = "DTSTART:20260803T090000\nDTEND:20260803T120000\nSUMMARY:Staff"
    point = "DTSTART:20260804T090000\nSUMMARY:Reminder"
    file = written(tmp_path, meeting, point, "DTSTART;VALUE=DATE:20260805\nSUMMARY:Works")
    found = closed_days.read(file, PARIS)
    assert found.closures == (Closure(date(2026, 8, 5), date(2026, 8, 5), "Works"),)
    assert found.with_hours == 2
    only = refused(written(tmp_path, meeting))
    assert (only.kind, only.facts["count"]) == ("calendar-hours-only", 1)


def test_a_recurring_closure_leaves_out_and_adds_dates(tmp_path: Path) -> None:
    event = (
        "UID:1\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=5\n"
        "EXDATE;VALUE=DATE:20260112,20260119\nRDATE;VALUE=DATE:20260304\nSUMMARY:Closed"
    )
    assert [first for first, _ in closures(tmp_path, event)] == [
        "2026-01-05",
        "2026-01-26",
        "2026-02-02",
        "2026-03-04",
    ]


def test_an_occurrence_that_was_moved_or_cancelled_stands_where_it_says(tmp_path: Path) -> None:
    whole = "UID:1\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=4"
    moved = "UID:1\nRECURRENCE-ID;VALUE=DATE:20260112\nDTSTART;VALUE=DATE:20260113"
    away = "UID:1\nRECURRENCE-ID;VALUE=DATE:20260119\nDTSTART;VALUE=DATE:20260119\nSTATUS:CANCELLED"
    other = "UID:2\nDTSTART;VALUE=DATE:20260119\nRRULE:FREQ=YEARLY;COUNT=1"
    found = [first for first, _ in closures(tmp_path, whole, moved, away)]
    assert found == ["2026-01-05", "2026-01-13", "2026-01-26"]
    assert "2026-01-19" in [first for first, _ in closures(tmp_path, whole, moved, away, other)]


def test_what_recurs_for_ever_is_read_for_twelve_years(tmp_path: Path) -> None:
    found = closures(tmp_path, "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY")
    assert len(found) == 13
    days = closures(tmp_path, "DTSTART:20260103T000000\nDURATION:P2D\nRRULE:FREQ=MONTHLY;BYDAY=1SA;COUNT=3")
    assert days == [("2026-01-03", "2026-01-04"), ("2026-02-07", "2026-02-08"), ("2026-03-07", "2026-03-08")]


def test_our_own_oracle_reads_the_same_days(tmp_path: Path) -> None:
    """A closure written by icalendar, with a Windows name of a time zone, as Outlook does."""
    calendar = icalendar.Calendar()
    event = icalendar.Event()
    event.add("dtstart", date(2026, 8, 3))
    event.add("dtend", date(2026, 8, 8))
    event.add("summary", "Été; fermé, \\ \U0001f3d6")
    calendar.add_component(event)
    file = tmp_path / "works.ics"
    file.write_bytes(calendar.to_ical())
    (found,) = closed_days.read(file, PARIS).closures
    assert found == Closure(date(2026, 8, 3), date(2026, 8, 7), "Été; fermé, \\ \U0001f3d6")
    outlook = (
        "DTSTART;TZID=Romance Standard Time:20260803T000000\nDTEND;TZID=Romance Standard Time:20260804T000000"
    )
    assert closures(tmp_path, outlook) == [("2026-08-03", "2026-08-03")]


ALARM = """BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT1S
REPEAT:999999999
DURATION:PT1S
END:VALARM"""


def test_a_hostile_alarm_rings_nowhere(tmp_path: Path) -> None:
    assert closures(tmp_path, f"DTSTART;VALUE=DATE:20260803\n{ALARM}") == [("2026-08-03", "2026-08-03")]
    many = "\n".join([ALARM] * 7000)
    assert refused(written(tmp_path, f"DTSTART;VALUE=DATE:20260803\n{many}")).kind == "calendar-too-big"


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("DTSTART;VALUE=DATE:20260803\nRRULE:FREQ=SECONDLY", "calendar-unreadable"),
        ("DTSTART;VALUE=DATE:20260803\nRRULE:FREQ=DAILY;INTERVAL=0", "calendar-unreadable"),
        ("DTSTART;VALUE=DATE:20260803\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", "calendar-unreadable"),
        ("DTSTART;VALUE=DATE:20260803\nRRULE:FREQ=DAILY", "calendar-too-big"),
        ("DTSTART;VALUE=DATE:20260803\nRRULE:FREQ=DAILY;COUNT=999999999", "calendar-too-big"),
        ("DTSTART;VALUE=DATE:20260803\nDTEND;VALUE=DATE:20290803", "calendar-too-long"),
        ("DTSTART;VALUE=DATE:20260803\nDURATION:P999999999D", "calendar-unreadable"),
        ("DTSTART;VALUE=DATE:20263303", "calendar-unreadable"),
        ("DTSTART;VALUE=DATE:99991231\nDURATION:P1D", "calendar-unreadable"),
        (f"DTSTART;TZID={'x' * 5000}:20260803T000000\nDURATION:P2D", "calendar-unreadable"),
        ("SUMMARY:no date", "calendar-empty"),
        ("DTSTART;VALUE=DATE:20260803\nSTATUS:CANCELLED", "calendar-empty"),
    ],
)
def test_what_no_clinic_needs_is_refused(tmp_path: Path, event: str, kind: str) -> None:
    assert refused(written(tmp_path, event)).kind == kind


def test_the_longest_closure_and_the_most_events(tmp_path: Path) -> None:
    end = date(2026, 1, 1) + timedelta(days=MAX_DAYS)
    assert len(closures(tmp_path, f"DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:{end:%Y%m%d}")) == 1
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(MAX_EVENTS)]
    assert len(closures(tmp_path, *(f"DTSTART;VALUE=DATE:{day:%Y%m%d}" for day in days))) == MAX_EVENTS
    yearly = ["DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;COUNT=1"] * (MAX_RECURRING + 1)
    assert refused(written(tmp_path, *yearly)).kind == "calendar-too-big"


@pytest.mark.parametrize("count", [100_000, 20_000, MAX_EVENTS + 1])
def test_too_many_events_are_refused_before_they_are_read(
    tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "works.ics"
    event = b"BEGIN:VEVENT\r\nDTSTART:20260101\r\nEND:VEVENT\r\n"
    file.write_bytes(b"BEGIN:VCALENDAR\r\n" + event * count + b"END:VCALENDAR\r\n")
    monkeypatch.setattr(icalendar.Calendar, "from_ical", None)
    assert refused(file).kind == "calendar-too-big"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\n" * 5000,
        b"END:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n",
    ],
)
def test_what_is_no_calendar_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "works.ics"
    file.write_bytes(data)
    assert refused(file).facts["file"] == "works.ics"
