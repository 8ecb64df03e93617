"""How fast calendars are written: our writer beside icalendar and libical, on the same events.

Usage: python benchmarks/calendars.py [--patients N]      1000 patients, the default, make 92 000 events.
All patients go into one file. Speeds are in events per second of CPU time, so that other work on the
computer hardly counts; each writer has a process of its own, so that its peak of memory is its own.
libical (in C) is compiled here where there are a C compiler and its headers (Debian: gcc libical-dev), and
left out, with a word, where there are none.
"""
# ruff: noqa: INP001, S603, T201 - a script for the terminal, which starts itself

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from il2scheduler import calendars, library
from il2scheduler.protocol import FromCycle, Label, VisitTemplate
from il2scheduler.schedule import Patient, Schedule, build

ZONE = "Europe/Paris"


def schedules(patients: int) -> list[Schedule]:
    """ETOILE with visits before its first six cycles, as a site may add them: 92 events a patient."""
    protocol = library.find("anrs-123-etoile").file.protocols[0]
    label = Label("added by the site", "ajoutée par le centre")
    added = tuple(
        VisitTemplate(
            f"X{n}", label, FromCycle(n, -1), None, (), (), before_first_injection=False, min_days_after=None
        )
        for n in range(1, 7)
    )
    protocol = replace(protocol, visits=(*protocol.visits, *added))
    start = date(2025, 1, 6)
    return [
        build(protocol, Patient(f"P{n:04}", "il2", start + timedelta(days=n % 700))) for n in range(patients)
    ]


def ours(events: Sequence[calendars.Event]) -> bytes:
    """The file by our writer."""
    return calendars.write(events, timezone=ZONE, name="Clinic", language="en")


def theirs(events: Sequence[calendars.Event]) -> bytes:
    """The file by icalendar, with the same properties; its VTIMEZONE is left out."""
    import icalendar

    zone = ZoneInfo(ZONE)
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Study appointments//Calendar//EN")
    for event in events:
        made = icalendar.Event()
        made.add("uid", event.uid)
        made.add("dtstamp", event.changed)
        made.add("last-modified", event.changed)
        made.add("sequence", event.sequence)
        if event.at is None:
            made.add("dtstart", event.day)
            made.add("dtend", event.day + timedelta(days=1))
        else:
            start = datetime.combine(event.day, event.at, zone)
            made.add("dtstart", start)
            made.add("dtend", start + timedelta(minutes=event.minutes))
        made.add("summary", event.summary)
        made.add("categories", [event.category])
        made.add("status", "CONFIRMED")
        made.add("class", "PRIVATE")
        made.add("transp", "TRANSPARENT" if event.at is None else "OPAQUE")
        calendar.add_component(made)
    written: bytes = calendar.to_ical(sorted=False)
    return written


WRITERS: dict[str, Callable[[Sequence[calendars.Event]], bytes]] = {"ours": ours, "icalendar": theirs}


def measure(writer: str, patients: int) -> dict[str, float]:
    """CPU seconds and memory of one writer, with one small file written before as a warm-up."""
    made = schedules(patients)
    WRITERS[writer](calendars.events(made[0], language="en"))
    begun = time.process_time()
    events = [event for schedule in made for event in calendars.events(schedule, language="en")]
    preparing = time.process_time() - begun
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    data = WRITERS[writer](events)
    writing = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "events": len(events),
        "bytes": len(data),
        "preparing": preparing,
        "writing": writing,
        "before_mib": before / 1024,
        "peak_mib": peak / 1024,
    }


def lines(events: Sequence[calendars.Event]) -> str:
    """The events as the C program reads them."""
    found: list[str] = []
    for event in events:
        day = f"{event.day:%Y%m%d}"
        if event.at is None:
            span = (day, f"{event.day + timedelta(days=1):%Y%m%d}")
        else:
            start = datetime.combine(event.day, event.at)
            span = (f"{start:%Y%m%dT%H%M%S}", f"{start + timedelta(minutes=event.minutes):%Y%m%dT%H%M%S}")
        status = "CANCELLED" if event.cancelled else "CONFIRMED"
        stamp = f"{event.changed:%Y%m%dT%H%M%SZ}"
        description = event.description.replace("\n", " ")
        fields = (event.uid, stamp, event.sequence, *span, event.summary, description, event.category, status)
        found.append("\t".join(map(str, fields)) + "\n")
    return "".join(found)


def libical(patients: int) -> dict[str, float] | str:
    """As `measure`, for libical; why not where it cannot be."""
    compiler = shutil.which("cc")
    if compiler is None:
        return "no C compiler here"
    with tempfile.TemporaryDirectory() as folder:
        program, source = Path(folder) / "writer", Path(__file__).with_name("calendars_libical.c")
        command = [compiler, "-O2", "-D_GNU_SOURCE", "-o", str(program), str(source), "-lical"]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            return "its headers are not here (Debian: libical-dev)"
        made = [
            event for schedule in schedules(patients) for event in calendars.events(schedule, language="en")
        ]
        listed = Path(folder) / "events"
        listed.write_text(lines(made), "utf-8")
        done = subprocess.run([program, listed, ZONE], check=True, capture_output=True, text=True)
    writing, size, before, peak = map(float, done.stdout.split())
    return {
        "events": len(made),
        "bytes": size,
        "writing": writing,
        "before_mib": before / 1024,
        "peak_mib": peak / 1024,
    }


def said(writer: str, facts: dict[str, float]) -> None:
    """Print what was measured of a writer."""
    speed, seconds = facts["events"] / facts["writing"], facts["writing"]
    print(
        f"{writer:>9}: {facts['events']:.0f} events in {seconds:.2f} CPU s, {speed:,.0f} a second, "
        f"{facts['bytes'] / 1e6:.0f} MB; memory {facts['before_mib']:.0f} -> {facts['peak_mib']:.0f} MiB"
    )


def main() -> None:
    """Measure each writer in a process of its own and print them, and their ratios."""
    parser = argparse.ArgumentParser(description="How fast calendars are written.")
    parser.add_argument("--patients", type=int, default=1000, help="92 events each (default 1000)")
    one = [*sorted(WRITERS), "libical"]
    parser.add_argument("--writer", choices=one, help="measure only this one and print JSON")
    asked = parser.parse_args()
    if asked.writer == "libical":
        told = libical(asked.patients)
        print(json.dumps({"missing": told} if isinstance(told, str) else told))
        return
    if asked.writer is not None:
        print(json.dumps(measure(asked.writer, asked.patients)))
        return
    found: dict[str, dict[str, float]] = {}
    for writer in WRITERS:
        command = [sys.executable, __file__, "--patients", str(asked.patients), "--writer", writer]
        found[writer] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        said(writer, found[writer])
    in_c = libical(asked.patients)
    if isinstance(in_c, str):
        print(f"  libical: not measured, {in_c}")
    else:
        found["libical"] = in_c
        said("libical", in_c)
    ours_ = found["ours"]
    print(f" prepared: {ours_['events'] / ours_['preparing']:,.0f} events a second, from schedules")
    for writer in found:
        if writer != "ours":
            print(f"    ratio: {found[writer]['writing'] / ours_['writing']:.1f} times as fast as {writer}")


if __name__ == "__main__":
    main()
