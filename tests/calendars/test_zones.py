"""Clock changes: the VTIMEZONE of a site, and the times it cannot say."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr

from il2scheduler.calendars import zones
from tests.calendars.readers import tables, zone_names

PARIS = """\
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
"""
KOLKATA = """\
BEGIN:VTIMEZONE
TZID:Asia/Kolkata
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
TZNAME:IST
END:STANDARD
END:VTIMEZONE
"""


def local(zone: str, text: str, minutes: int = 15) -> list[str]:
    """What is written for an event that starts at this wall-clock time."""
    return zones.Zone(zone).span(datetime.fromisoformat(text), minutes).splitlines()


def utc(zone: str, text: str) -> str:
    return f"{zones.Zone(zone).instant(datetime.fromisoformat(text)):%Y-%m-%dT%H:%MZ}"


@pytest.mark.parametrize(("zone", "text"), [("Europe/Paris", PARIS), ("Asia/Kolkata", KOLKATA)])
def test_a_zone_is_one_rule_for_each_half_of_the_year(zone: str, text: str) -> None:
    assert "\n".join(zones.Zone(zone).lines()) + "\n" == text


@pytest.mark.parametrize(
    ("zone", "daylight", "standard"),
    [
        ("America/New_York", "BYDAY=2SU;BYMONTH=3", "BYDAY=1SU;BYMONTH=11"),
        ("Australia/Sydney", "BYDAY=1SU;BYMONTH=10", "BYDAY=1SU;BYMONTH=4"),
        ("Pacific/Chatham", "BYDAY=-1SU;BYMONTH=9", "BYDAY=1SU;BYMONTH=4"),
        ("America/Nuuk", "BYDAY=SA;BYMONTHDAY=24,25,26,27,28,29,30;BYMONTH=3", "BYDAY=-1SU;BYMONTH=10"),
    ],
)
def test_the_rule_of_each_half(zone: str, daylight: str, standard: str) -> None:
    rules = [line for line in zones.Zone(zone).lines() if line.startswith("RRULE")]

    assert rules == [f"RRULE:FREQ=YEARLY;{daylight}", f"RRULE:FREQ=YEARLY;{standard}"]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Africa/Casablanca", "America/Guadeloupe", "Asia/Tokyo"])
def test_a_zone_without_changes_has_standard_time_only(zone: str) -> None:
    lines = zones.Zone(zone).lines()

    assert lines.count("BEGIN:STANDARD") == 1
    assert not any(line.startswith(("BEGIN:DAYLIGHT", "RRULE")) for line in lines)


def test_utc_needs_no_timezone() -> None:
    assert zones.Zone("UTC").lines() == ()
    assert local("UTC", "2026-01-05T08:00") == ["DTSTART:20260105T080000Z", "DTEND:20260105T081500Z"]


# Scheduling rules, section 7.
@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2025-03-29T08:00", "2025-03-29T07:00Z"),
        ("2025-03-29T20:00", "2025-03-29T19:00Z"),
        ("2025-03-30T08:00", "2025-03-30T06:00Z"),
        ("2025-03-30T20:00", "2025-03-30T18:00Z"),
        ("2025-10-25T08:00", "2025-10-25T06:00Z"),
        ("2025-10-25T20:00", "2025-10-25T18:00Z"),
        ("2025-10-26T08:00", "2025-10-26T07:00Z"),
        ("2025-10-26T20:00", "2025-10-26T19:00Z"),
    ],
)
def test_eight_oclock_stays_eight_oclock(wall: str, instant: str) -> None:
    assert utc("Europe/Paris", wall) == instant
    assert (
        local("Europe/Paris", wall)[0]
        == f"DTSTART;TZID=Europe/Paris:{wall.replace('-', '').replace(':', '')}00"
    )


@pytest.mark.parametrize(
    ("zone", "wall", "written"),
    [
        # 02:30 is not there on 29 March 2026 and comes twice on 25 October: said as an instant.
        ("Europe/Paris", "2026-03-29T02:30", ["DTSTART:20260329T013000Z", "DTEND:20260329T014500Z"]),
        ("Europe/Paris", "2026-10-25T02:30", ["DTSTART:20261025T003000Z", "DTEND:20261025T004500Z"]),
        # An end inside the hour that comes twice.
        ("Europe/Paris", "2026-10-25T01:50", ["DTSTART:20261024T235000Z", "DTEND:20261025T000500Z"]),
        # An end beyond the hour that is not there is a real time again.
        (
            "Europe/Paris",
            "2026-03-29T01:50",
            ["DTSTART;TZID=Europe/Paris:20260329T015000", "DTEND;TZID=Europe/Paris:20260329T030500"],
        ),
        # Rules of the past: the change came in September until 1995, in April in America until 2006.
        ("Europe/Paris", "1995-10-02T08:00", ["DTSTART:19951002T070000Z", "DTEND:19951002T071500Z"]),
        ("America/New_York", "2006-03-20T08:00", ["DTSTART:20060320T130000Z", "DTEND:20060320T131500Z"]),
        # Daylight saving that is no more.
        ("America/Sao_Paulo", "2018-12-03T08:00", ["DTSTART:20181203T100000Z", "DTEND:20181203T101500Z"]),
        (
            "America/Sao_Paulo",
            "2026-12-03T08:00",
            [
                "DTSTART;TZID=America/Sao_Paulo:20261203T080000",
                "DTEND;TZID=America/Sao_Paulo:20261203T081500",
            ],
        ),
    ],
)
def test_what_the_rule_cannot_say_is_written_in_utc(zone: str, wall: str, written: list[str]) -> None:
    assert local(zone, wall) == written


def test_ramadan_follows_no_rule_of_the_suns_year() -> None:
    """Morocco went an hour back in Ramadan: whatever its rule is now, one of the two is written in UTC."""
    ramadan, later = (local("Africa/Casablanca", day)[0] for day in ("2025-03-10T08:00", "2025-05-05T08:00"))

    assert utc("Africa/Casablanca", "2025-03-10T08:00") == "2025-03-10T08:00Z"
    assert utc("Africa/Casablanca", "2025-05-05T08:00") == "2025-05-05T07:00Z"
    assert ("TZID" in ramadan) != ("TZID" in later)


def test_the_tables_are_those_of_the_program() -> None:
    """The computer's own, which may be older, are not asked."""
    code = "from il2scheduler.calendars.zones import Zone; print(Zone('Africa/Casablanca').lines())"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONTZPATH": path},
            capture_output=True,
            check=True,
        ).stdout
        for path in ("", "/usr/share/zoneinfo")
    }

    assert len(said) == 1


def test_an_unknown_zone_is_refused() -> None:
    for name in ("Europe/Pariss", "../etc/passwd", "", "Europe/Paris\r\nX-A:1"):
        with pytest.raises(ValueError, match="time zone"):
            zones.Zone(name)


def test_every_zone_of_the_world_is_read_back_right() -> None:
    """A TZID is written only where the VTIMEZONE gives the tables' offset: a day a week of some years."""
    local_times = rules = 0
    for name in zone_names():
        zone, truth = zones.Zone(name), tables(name)
        rules += len([line for line in zone.lines() if line.startswith("RRULE")])
        for year in (2008, 2027, 2032):
            for week in range(52):
                wall = datetime(year, 1, 1) + timedelta(days=7 * week, hours=9 + week % 12)  # noqa: DTZ001
                right = wall.replace(tzinfo=truth)
                assert zone.instant(wall) == right.astimezone(UTC)
                if zone.reads(wall):
                    local_times += 1
                    assert zone.offset(wall) == right.utcoffset()

    assert rules > 200
    assert local_times > 60_000


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Sydney", "America/Nuuk"])
def test_the_rules_begin_on_a_date_of_their_own(zone: str) -> None:
    """Readers differ on a start that is off its rule: the rule must yield its own first onset, in 1970."""
    lines = zones.Zone(zone).lines()
    starts = [datetime.fromisoformat(line[8:]) for line in lines if line.startswith("DTSTART:")]
    rules = [line for line in lines if line.startswith("RRULE:")]

    assert len(starts) == len(rules) == 2
    for start, rule in zip(starts, rules, strict=True):
        assert start.year == 1970
        assert rrulestr(rule, dtstart=start)[0] == start
