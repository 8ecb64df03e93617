"""Four other programs read our files alike, and as they are meant: icalendar, khal, ical.js, Radicale."""

from __future__ import annotations

import itertools
import zoneinfo
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from il2scheduler import calendars
from il2scheduler.calendars import Event
from il2scheduler.protocol import Protocol
from il2scheduler.schedule import OmissionCause, Patient, Schedule, build
from tests.calendars import readers
from tests.calendars.readers import Seen, said

ZONES = (
    "Europe/Paris",
    "America/New_York",
    "Australia/Sydney",
    "Asia/Kolkata",
    "UTC",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "America/Guadeloupe",
)
CHANGED = datetime(2025, 1, 6, tzinfo=UTC)
STUDY = calendars.plan_id("test")


def meant(events: Iterable[Event], timezone: str, prefix: str = "CANCELLED - ") -> set[Seen]:
    """What every reader should see, by the tables of time zones."""
    zone = readers.tables(timezone)
    seen: list[Seen] = []
    for event in events:
        start, end = event.day, event.day + timedelta(days=1)
        if event.at is not None:
            start = datetime.combine(event.day, event.at, zone).astimezone(UTC)
            end = start + timedelta(minutes=event.minutes)
        summary = (prefix if event.cancelled else "") + event.summary
        status = "CANCELLED" if event.cancelled else "CONFIRMED"
        seen.append(Seen(event.uid, said(start), said(end), summary, status))
    return readers.unique(seen)


@pytest.fixture(scope="module", autouse=True)
def _same_tables() -> Iterator[None]:
    """Readers inside this process ask the locked tables too: those of a computer may be years old."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()


def clock_change_days(timezone: str) -> list[date]:
    """The days round every change of a zone's clocks in 2025 and 2026, a leap day and a year's end."""
    zone = readers.tables(timezone)
    days = {date(2026, 1, 15), date(2026, 7, 15), date(2028, 2, 29), date(2026, 12, 31)}
    for n in range(2 * 365):
        day = date(2025, 1, 1) + timedelta(days=n)
        now, then = (datetime.combine(day + timedelta(days=i), time(0), zone).utcoffset() for i in (0, 1))
        if now != then:
            days |= {day + timedelta(days=i) for i in (-1, 0, 1)}
    return sorted(days)


def hard_events(timezone: str) -> list[Event]:
    """Injections at 08:00 and 20:00, and at the hours that are not there or come twice, and whole days."""
    hours = (None, time(0), time(1, 50), time(2, 30), time(2, 50), time(3), time(8), time(20), time(23, 50))
    return [
        Event(
            uid=calendars.uid(STUDY, timezone, f"{day}", at),
            summary=f"Injection {n} of 10 - P0é{n}",
            day=day,
            changed=CHANGED,
            at=at,
            minutes=15,
            cancelled=n == 5,
        )
        for day in clock_change_days(timezone)
        for n, at in enumerate(hours)
    ]


@pytest.fixture(scope="module")
def hard_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file for each zone."""
    folder = tmp_path_factory.mktemp("zones")
    files: dict[str, Path] = {}
    for zone in ZONES:
        files[zone] = folder / f"{zone.replace('/', '-')}.ics"
        data = calendars.write(hard_events(zone), timezone=zone, name=zone, language="en")
        files[zone].write_bytes(data)
    return files


@pytest.fixture(scope="module")
def hard_meant() -> dict[str, set[Seen]]:
    return {zone: meant(hard_events(zone), zone) for zone in ZONES}


@pytest.mark.parametrize("zone", ZONES)
def test_icalendar_reads_each_zone(
    zone: str, hard_files: dict[str, Path], hard_meant: dict[str, set[Seen]]
) -> None:
    assert readers.icalendar_sees(hard_files[zone].read_bytes()) == hard_meant[zone]


@pytest.mark.parametrize("computer", ["Europe/Paris", "Asia/Tokyo"])
def test_khal_reads_the_zones_on_a_computer_in(
    computer: str, hard_files: dict[str, Path], hard_meant: dict[str, set[Seen]], tmp_path: Path
) -> None:
    khal = readers.Khal(tmp_path, computer)
    zones = ZONES if computer == "Asia/Tokyo" else ZONES[:2]
    khal.imports(*(hard_files[zone] for zone in zones))
    seen = khal.sees()

    expected = {event for zone in zones for event in hard_meant[zone]}
    # What khal prints in the hour that comes twice in Paris could mean either: only Tokyo can tell.
    unclear = {event.uid for event in expected if computer == "Europe/Paris" and twice_in_paris(event)}
    assert {e for e in seen if e.uid not in unclear} == {e for e in expected if e.uid not in unclear}
    assert {e.uid for e in seen} == {e.uid for e in expected}
    assert len(unclear) < 30


def twice_in_paris(event: Seen) -> bool:
    if "T" not in event.start:
        return False
    moments = [
        datetime.fromisoformat(edge).astimezone(readers.tables("Europe/Paris"))
        for edge in (event.start, event.end)
    ]
    return any(m.replace(fold=0).utcoffset() != m.replace(fold=1).utcoffset() for m in moments)


def test_icaljs_reads_all_zones(hard_files: dict[str, Path], hard_meant: dict[str, set[Seen]]) -> None:
    seen = readers.icaljs_sees(*hard_files.values())

    for zone, events in zip(hard_files, seen, strict=True):
        assert events == hard_meant[zone], zone


@pytest.mark.parametrize("zone", ZONES)
def test_radicale_serves_each_zone(
    zone: str, hard_files: dict[str, Path], hard_meant: dict[str, set[Seen]], server: readers.Radicale
) -> None:
    path = f"/nurse/{zone.replace('/', '-').lower()}/"

    assert server.put(path, hard_files[zone].read_bytes()) == 201
    # vobject, with which the server reads and writes, puts a VTIMEZONE of its own making in the place of
    # ours, and that knows nothing of Ramadan: there the events must be right by their TZID.
    if zone != "Africa/Casablanca":
        assert server.sees(path) == hard_meant[zone]
    assert readers.icalendar_sees(server.get(path).encode()) == hard_meant[zone]


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone != "UTC"])
def test_the_rule_alone_says_it_too(zone: str, hard_files: dict[str, Path], tmp_path: Path) -> None:
    """Under a name that no reader knows it must take the times from the VTIMEZONE and not from its tables."""
    file = tmp_path / "renamed.ics"
    # Another name for each zone: readers remember a name and what they once read about it.
    data = hard_files[zone].read_bytes()
    for sign in (b":", b"="):
        data = data.replace(b"TZID" + sign + zone.encode(), b"TZID" + sign + b"Site" + zone[-4:].encode())
    file.write_bytes(data)
    expected = meant(hard_events(zone), zone)

    assert readers.icaljs_sees(file) == [expected]
    # vobject takes a zone that is at +0000 all year for UTC, and then no longer knows its name.
    if zone != "Africa/Casablanca":
        assert readers.unique(readers.vobject_sees(file.read_text("utf-8"))) == expected
    assert readers.icalendar_sees(file.read_bytes()) == expected


# --- The protocols ---


def cases(protocols: tuple[Protocol, ...]) -> Iterator[tuple[Schedule, str]]:
    """Every reading, arm and language, from a leap day and from a year's end, with a cycle omitted."""
    anchors = (date(2024, 2, 29), date(2025, 12, 31))
    for p, protocol in enumerate(protocols):
        for arm in protocol.arms:
            omitted = {2: OmissionCause.PERSON} if arm.cycles else {}
            for (n, anchor), language in itertools.product(enumerate(anchors), ("en", "fr")):
                code = f"{language}-{p}-{arm.code}-{n}".upper()
                yield build(protocol, Patient(code, arm.code, anchor, omitted=omitted)), language


def test_all_readings_arms_and_languages_are_read_alike(
    protocols: tuple[Protocol, ...], tmp_path: Path, server: readers.Radicale
) -> None:
    expected: dict[Path, set[Seen]] = {}
    for schedule, language in cases(protocols):
        prefix = {"en": "CANCELLED - ", "fr": "SUPPRIMÉ - "}[language]
        file = tmp_path / f"{schedule.patient.code}.ics"
        file.write_bytes(calendars.patient_calendar(schedule, timezone="Europe/Paris", language=language))
        expected[file] = meant(calendars.events(schedule, language=language), "Europe/Paris", prefix)
    assert len(expected) == 32

    by_icaljs = readers.icaljs_sees(*expected)
    for file, seen in zip(expected, by_icaljs, strict=True):
        assert len(seen) in {6, 22, 86}
        assert seen == expected[file] == readers.icalendar_sees(file.read_bytes())
    # The slow readers see one in five: both protocols, arms and languages are among them.
    some = list(expected)[::5]
    khal = readers.Khal(tmp_path / "khal", "Europe/Paris")
    khal.imports(*some)
    assert khal.sees() == {event for file in some for event in expected[file]}
    for file in some:
        assert server.put(f"/nurse/{file.stem}/", file.read_bytes()) == 201
        assert server.sees(f"/nurse/{file.stem}/") == expected[file]


# --- Again, after a change ---


def changed(events: tuple[Event, ...]) -> list[Event]:
    """The first injection moved by a day, the second cancelled, the rest as it was."""
    moved, dropped = [event for event in events if event.at is not None][:2]
    later = {
        moved.uid: replace(
            moved, day=moved.day + timedelta(days=1), sequence=1, changed=CHANGED + timedelta(days=400)
        ),
        dropped.uid: replace(dropped, cancelled=True, sequence=1, changed=CHANGED + timedelta(days=400)),
    }
    return [later.get(event.uid, event) for event in events]


def test_a_second_import_changes_and_cancels(
    protocols: tuple[Protocol, ...], tmp_path: Path, server: readers.Radicale
) -> None:
    vascu = build(protocols[-1], Patient("P014", "il2", date(2026, 1, 5)))
    before = calendars.events(vascu, language="en")
    after = changed(before)
    assert meant(before, "Europe/Paris") != meant(after, "Europe/Paris")
    khal = readers.Khal(tmp_path / "khal", "Europe/Paris")
    file = tmp_path / "P014.ics"
    for events in (before, after):
        data = calendars.write(events, timezone="Europe/Paris", name="P014", language="en")
        file.write_bytes(data)
        khal.imports(file)
        server.put("/nurse/again/", data)

        assert khal.sees() == server.sees("/nurse/again/") == meant(events, "Europe/Paris")


def test_a_server_takes_single_events_and_finds_them_at_their_hour(
    etoile: Callable[..., Schedule], server: readers.Radicale
) -> None:
    """One resource an event, without a method, as CalDAV wants it; found again by the minute they begin."""
    events = calendars.events(etoile(date(2025, 3, 17)), language="fr")[:12]
    server.ask("MKCALENDAR", "/nurse/single/")
    for event in events:
        data = calendars.write([event], timezone="Europe/Paris", name="P014", language="fr", method=None)
        assert server.put(f"/nurse/single/{event.uid}.ics", data) == 201

    for event in events:
        if event.at is not None:
            start = datetime.combine(event.day, event.at, readers.tables("Europe/Paris")).astimezone(UTC)
            minute = timedelta(minutes=1)
            assert event.uid in server.between("/nurse/single/", start, start + minute)
            assert event.uid not in server.between("/nurse/single/", start - minute, start)


def test_an_empty_calendar_is_read(etoile: Callable[..., Schedule], tmp_path: Path) -> None:
    file = tmp_path / "P014.ics"
    file.write_bytes(calendars.patient_calendar(etoile(None), timezone="Europe/Paris", language="en"))
    khal = readers.Khal(tmp_path / "khal", "Europe/Paris")
    khal.imports(file)

    assert khal.sees() == readers.icalendar_sees(file.read_bytes()) == readers.icaljs_sees(file)[0] == set()


def test_a_missing_reader_fails_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "HERE", tmp_path)
    with pytest.raises(AssertionError, match="the reader nobody is missing"):
        readers.program("nobody")
    with pytest.raises(AssertionError, match=r"the reader ical\.js is missing"):
        readers.icaljs_reads()
