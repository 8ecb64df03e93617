"""How fast a study file is: our store beside the same reads in plain sqlite3, on the same file in one run.

Usage: python benchmarks/store.py [PATIENTS ...]      the default is 10 100 1000 10000; 93 rows a patient.
Times are the best of several; the ratio is ours to plain, and a reader's own work with the rows comes on top.
"""
# ruff: noqa: INP001, S608, T201 - a script for the terminal, with its own SQL

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from il2scheduler import store
from il2scheduler.ledger import Change, NewEntry, Row, Table
from il2scheduler.store import StudyFile

START = date(2025, 1, 6)
AT = "2026-01-05T08:00:00.000000Z"
BATCH = 500
APPOINTMENT: Row = {
    "kind": "visit",
    "template": "W",
    "site_window": 0,
    "status": "planned",
    "provisional": 0,
}
INJECTION: Row = {"drug": "aldesleukin", "dose_iu": 4_500_000, "place": "home", "status": "planned"}


def enrolment(patient: int) -> NewEntry:
    """Eight cycles of five days with an injection each, and twelve visits: 93 rows."""
    start = START + timedelta(days=patient % 700)

    def appointment(code: str, day: int, **facts: str | int) -> Change:
        planned = (start + timedelta(days=day)).isoformat()
        row = {**APPOINTMENT, "offset_days": day, "nominal": planned, "planned": planned, **facts}
        return Change(Table.APPOINTMENT, (patient, code), None, row)

    row: Row = {"code": f"P{patient:05}", "protocol": 1, "arm": "il2", "anchor": start.isoformat()}
    changes = [Change(Table.PATIENT, (patient,), None, row)]
    for cycle in range(1, 9):
        for day in range(1, 6):
            code = f"C{cycle}D{day}"
            changes.append(appointment(code, 42 * (cycle - 1) + day - 1, kind="injections", cycle=cycle))
            changes.append(Change(Table.INJECTION, (patient, code, "08:00"), None, INJECTION))
    changes += [appointment(f"W{4 * week}", 28 * week) for week in range(12)]
    return NewEntry("NA", '{"command":"enrol"}', patient, revises=True, changes=tuple(changes))


def fill(path: Path, patients: int) -> None:
    """A study with so many patients, an entry for each, some hundred in a transaction."""
    site = Change(Table.SETTING, ("site",), None, {"value": "CHU"})
    with store.create(path, [NewEntry("NA", "{}", changes=(site,))], at=AT, program="0") as study:
        for first in range(1, patients + 1, BATCH):
            several = [enrolment(n) for n in range(first, min(first + BATCH, patients + 1))]
            study.append(several, expected={new.patient: 0 for new in several}, at=AT)


def best(work: Callable[[], object], seconds: float = 1.0) -> float:
    """Seconds of the fastest run; as many runs as fit into the time, three at least."""
    runs: list[float] = []
    until = time.perf_counter() + seconds
    while len(runs) < 3 or time.perf_counter() < until:
        begin = time.perf_counter()
        work()
        runs.append(time.perf_counter() - begin)
    return min(runs)


def plain(path: Path) -> sqlite3.Connection:
    """A connection as a hurried program would make it."""
    return sqlite3.connect(path, isolation_level=None)


def open_plain(path: Path) -> None:
    """Connect, check as quickly, and read one row."""
    with closing(plain(path)) as connection:
        connection.execute("PRAGMA quick_check(1)").fetchall()
        connection.execute("SELECT max(number) FROM entry").fetchone()


def measures(path: Path, study: StudyFile, patients: int) -> Iterator[tuple[str, float, float]]:
    """What is measured, our seconds, and plain seconds."""
    day = (START + timedelta(days=350)).isoformat()
    last = (START + timedelta(days=391)).isoformat()
    middle = patients // 2 + 1
    known = path.with_name("plain.il2")

    def patient_plain() -> None:
        for table in ("choice", "appointment", "injection", "note", "printed"):
            raw.execute(f"SELECT * FROM {table} WHERE patient = ?", (middle,)).fetchall()
        raw.execute("SELECT * FROM patient WHERE id = ?", (middle,)).fetchall()

    def today() -> None:
        study.appointments(day, day)
        study.injections(day, day)

    def today_plain() -> None:
        raw.execute("SELECT * FROM appointment WHERE planned = ?", (day,)).fetchall()
        raw.execute(
            "SELECT i.*, planned FROM appointment AS a JOIN injection AS i"
            " ON i.patient = a.patient AND i.appointment = a.code WHERE planned = ?",
            (day,),
        ).fetchall()

    def counts_plain() -> None:
        raw.execute(
            "SELECT planned, kind, count(DISTINCT patient) FROM appointment"
            " WHERE planned BETWEEN ? AND ? GROUP BY planned, kind",
            (day, last),
        ).fetchall()

    def append() -> None:
        entry = NewEntry("NA", "{}", middle, "x")
        study.append([entry], expected={middle: study.last_entry()}, at=AT)

    def append_plain() -> None:
        beside.execute("BEGIN IMMEDIATE")
        beside.execute("INSERT INTO line (who, text, patient) VALUES ('NA', '{}', 1)")
        beside.execute("COMMIT")

    with closing(plain(path)) as raw, closing(plain(known)) as beside:
        beside.execute("PRAGMA synchronous = EXTRA")
        beside.execute("CREATE TABLE line (number INTEGER PRIMARY KEY, who, text, patient)")
        opening = best(lambda: store.open_(path, program="0", accept_cloud=True).close())
        yield "open, with its checks", opening, best(lambda: open_plain(path))
        yield "one patient's rows", best(lambda: study.patient_rows(middle)), best(patient_plain)
        yield "today's list", best(today), best(today_plain)
        yield "places of 42 days", best(lambda: study.counts(day, last)), best(counts_plain)
        heads = "SELECT patient, entry, revision, hash FROM head"
        yield "all heads", best(study.heads), best(lambda: raw.execute(heads).fetchall())
        yield "save one entry, durably", best(append), best(append_plain)
        integrity = best(lambda: raw.execute("PRAGMA integrity_check").fetchall(), 0)
        begin = time.perf_counter()
        if not study.verify().sound:
            raise SystemExit("the study is not sound")
        yield "the whole check", time.perf_counter() - begin, integrity


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("patients", nargs="*", type=int, default=[10, 100, 1000, 10_000])
    for patients in parser.parse_args().patients:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.il2"
            begin = time.perf_counter()
            fill(path, patients)
            took = time.perf_counter() - begin
            size = path.stat().st_size / 1e6
            now = datetime.now(UTC).strftime("%H:%M:%S")
            print(f"\n{now}  {patients} patients: {size:.1f} MB, filled in {took:.1f} s")
            with store.open_(path, program="0", accept_cloud=True) as study:
                for what, ours, theirs in measures(path, study, patients):
                    print(
                        f"  {what:24} {ours * 1000:10.2f} ms {theirs * 1000:10.2f} ms   {ours / theirs:6.1f}"
                    )


if __name__ == "__main__":
    main()
