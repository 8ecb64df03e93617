"""Other people's programs that read calendar files, each asked what it sees.

None of them is skipped: one that is missing is named, and the test fails.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from http.client import HTTPConnection
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parents[1] / "readers"
SCRIPTS = Path(sys.executable).parent
# khal walks through every day it is asked for.
YEARS = ("2024-01-01", "2029-01-01")


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """An event as a reader sees it: times as instants (`2026-01-19T07:00Z`), whole days as dates."""

    uid: str
    start: str
    end: str
    summary: str
    status: str


def zone_names() -> list[str]:
    """All time zones of the tables that the program comes with."""
    return sorted(files("tzdata").joinpath("zones").read_text("ascii").split())


@cache
def tables(name: str) -> ZoneInfo:
    """The truth about a time zone: the same tables as the program's, whatever the computer's say."""
    with files("tzdata").joinpath(f"zoneinfo/{name}").open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def said(moment: date) -> str:
    """A date as it is, a time with a zone as the instant."""
    if isinstance(moment, datetime):
        assert moment.tzinfo is not None
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    return moment.isoformat()


def program(name: str, *, folder: Path = SCRIPTS) -> str:
    """The path of a reader's command; fails, naming it, where it is not installed."""
    found = shutil.which(name, path=str(folder))
    if found is None:
        raise AssertionError(f"the reader {name} is missing: run packaging/setup.sh test")
    return found


def run(*command: str, **env: str) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore", "PYTHONTZPATH": "", **env},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


# --- icalendar ---


def icalendar_sees(data: bytes) -> set[Seen]:
    import icalendar

    calendar = icalendar.Calendar.from_ical(data)
    seen: list[Seen] = []
    for event in calendar.walk("VEVENT"):
        start, end = event.decoded("DTSTART"), event.decoded("DTEND")
        seen.append(
            Seen(str(event["UID"]), said(start), said(end), str(event["SUMMARY"]), str(event["STATUS"]))
        )
    return unique(seen)


# --- khal ---

KHAL = """\
[calendars]
[[clinic]]
path = {folder}/clinic
type = calendar
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
default_calendar = clinic
"""


class Khal:
    """A khal of one computer, in the time zone of that computer."""

    def __init__(self, folder: Path, zone: str) -> None:
        self.zone = tables(zone)
        (folder / "clinic").mkdir(parents=True)
        self.config = folder / "config"
        self.config.write_text(KHAL.format(folder=folder, zone=zone), "utf-8")
        self.home = str(folder)

    def khal(self, *arguments: str) -> str:
        command = (program("khal"), "-c", str(self.config), *arguments)
        return run(*command, HOME=self.home, XDG_CACHE_HOME=self.home, TZ=self.zone.key or "UTC")

    def imports(self, *files: Path) -> None:
        self.khal("import", "--batch", *map(str, files))

    def sees(self) -> set[Seen]:
        fields = ("uid", "start-long-full", "end-long-full", "title", "status", "all-day")
        asked = [word for field in fields for word in ("--json", field)]
        seen: list[Seen] = []
        for line in self.khal("list", "--once", *asked, *YEARS).splitlines():
            seen += [self.seen(row) for row in json.loads(line)]
        return unique(seen)

    def transparent(self) -> set[str]:
        """The UIDs of the events that khal keeps as taking no time."""
        texts = [file.read_text("utf-8") for file in (self.config.parent / "clinic").glob("*.ics")]
        kept = [text for text in texts if "\nTRANSP:TRANSPARENT" in text]
        return {line[4:] for text in kept for line in text.splitlines() if line.startswith("UID:")}

    def seen(self, row: dict[str, str]) -> Seen:
        start, end = (datetime.fromisoformat(row[f"{edge}-long-full"]) for edge in ("start", "end"))
        if row["all-day"] == "True":
            # khal says the last day, the file the day after.
            edges = said(start.date()), said(end.date() + timedelta(days=1))
        else:
            edges = said(start.replace(tzinfo=self.zone)), said(end.replace(tzinfo=self.zone))
        return Seen(row["uid"], *edges, row["title"], row["status"])


# --- ical.js ---


def icaljs_reads(*files: Path) -> list[dict[str, Any]]:
    """What ical.js sees in each file: its name and its events, raw."""
    if not (HERE / "node_modules" / "ical.js").is_dir():
        raise AssertionError("the reader ical.js is missing: run packaging/setup.sh test")
    read: list[dict[str, Any]] = json.loads(run(program("node"), str(HERE / "read.mjs"), *map(str, files)))
    return read


def icaljs_sees(*files: Path) -> list[set[Seen]]:
    return [unique([icaljs_seen(event) for event in file["events"]]) for file in icaljs_reads(*files)]


def icaljs_seen(event: dict[str, Any]) -> Seen:
    edges = [
        edge if isinstance(edge, str) else said(datetime.fromtimestamp(edge / 1000, UTC))
        for edge in (event["start"], event["end"])
    ]
    return Seen(event["uid"], edges[0], edges[1], event["summary"], event["status"])


# --- Radicale, and vobject, with which it reads ---


def vobject_sees(text: str) -> list[Seen]:
    import vobject  # type: ignore[import-untyped]

    seen: list[Seen] = []
    for event in vobject.readOne(text).vevent_list:
        start, end = event.dtstart.value, event.dtend.value
        seen.append(Seen(event.uid.value, said(start), said(end), event.summary.value, event.status.value))
    return seen


class Radicale:
    """A CalDAV server that was started for the test."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, {"Authorization": "Basic bnVyc2U6", **named})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def put(self, path: str, data: bytes) -> int:
        return self.ask("PUT", path, data, Content_Type="text/calendar; charset=utf-8")[0]

    def get(self, path: str) -> str:
        status, text = self.ask("GET", path)
        assert status == 200, text
        return text

    def sees(self, path: str) -> set[Seen]:
        return unique(vobject_sees(self.get(path)))

    def busy(self, path: str, start: datetime, end: datetime) -> int:
        """How many spans of time the server says are taken."""
        span = f'start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"'
        caldav = 'xmlns:C="urn:ietf:params:xml:ns:caldav"'
        query = f"<C:free-busy-query {caldav}><C:time-range {span}/></C:free-busy-query>"
        status, text = self.ask("REPORT", path, query.encode(), Content_Type="application/xml", Depth="1")
        assert status == 200, text
        return sum(line.startswith("FREEBUSY") for line in text.splitlines())

    def between(self, path: str, start: datetime, end: datetime) -> set[str]:
        """The UIDs of the events that the server finds in a span of time."""
        query = (
            '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>'
            '<C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR">'
            f'<C:comp-filter name="VEVENT"><C:time-range start="{start:%Y%m%dT%H%M%SZ}" '
            f'end="{end:%Y%m%dT%H%M%SZ}"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>'
        )
        status, text = self.ask("REPORT", path, query.encode(), Content_Type="application/xml", Depth="1")
        assert status == 207, text
        data = ET.fromstring(text).iter("{urn:ietf:params:xml:ns:caldav}calendar-data")  # noqa: S314 - our own server
        return {event.uid for element in data for event in vobject_sees(element.text or "")}


@contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    """Run a server on a free port of this computer only."""
    command = program("radicale")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "--server-hosts": f"127.0.0.1:{port}",
        "--storage-filesystem-folder": str(folder),
        "--auth-type": "none",
        "--rights-type": "authenticated",
        "--config": "",
    }
    arguments = [word for setting in settings.items() for word in setting]
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen([command, *arguments], stdout=output, stderr=output, cwd=folder)
        try:
            wait_for(lambda: answers(port), lambda: process.poll() is not None, log)
            yield Radicale(port)
        finally:
            process.terminate()
            process.wait(30)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(ready: Callable[[], bool], ended: Callable[[], bool], log: Path) -> None:
    for _ in range(600):
        if ready():
            return
        assert not ended(), log.read_text("utf-8")
        time.sleep(0.05)
    raise AssertionError("the reader radicale did not start: " + log.read_text("utf-8"))


def unique(seen: Sequence[Seen]) -> set[Seen]:
    """As a set, of which no event was lost."""
    assert len({event.uid for event in seen}) == len(seen)
    return set(seen)
