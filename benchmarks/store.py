"""How fast a study file is: our store beside the same reads in plain sqlite3, on the same file in one run.

Usage: python benchmarks/store.py [PATIENTS ...]      the default is 10 100 1000 10000, in ETOILE's il2 arm.
Times are the best of several; the ratio is ours to plain, and a reader's own work with the rows comes on top.
The preview of a delay decides besides: it builds the new schedule, judges it and says which dates move,
which no read in sqlite3 does. Its lines: the reads alone; a first preview, of another patient each time,
which reads and judges the old schedule too; another date for the patient just previewed, as in a drag or a
dialog. What was read is kept as long as there is no newer entry: of the study in both, of the patient in
the last. The rows that would be saved are made when they are saved. All three ratios are to the same plain
reads.
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
from itertools import cycle
from pathlib import Path

from il2scheduler import library, store
from il2scheduler.commands.values import Enrol, MoveCycle, PastCap
from il2scheduler.ledger import Change, NewEntry, Table
from il2scheduler.store import StudyFile
from il2scheduler.study import Answers, Settings, Study

START = date(2025, 1, 6)
AT = "2026-01-05T08:00:00.000000Z"
BATCH = 500
ANCHORS = 700
PATIENT_TABLES = ("choice", "appointment", "injection", "note", "printed")


def new_study(path: Path) -> Study:
    """A study of ETOILE without patients."""
    template = library.find("anrs-123-etoile")
    said = template.file.protocol()
    if said is None:
        raise SystemExit("the template cannot be read")
    protocol = (template.path.read_text("utf-8"), said, "shipped")
    return Study.create(path, protocol, Settings("", site="CHU"), who="NA", accept_cloud=True)


class Enrolments:
    """Entries that enrol patients, decided once for each anchor date and then told of other patients."""

    def __init__(self, study: Study) -> None:
        """Decide on the study as it is without patients."""
        self._study = study
        self._decided: dict[date, tuple[Change, ...]] = {}

    def of(self, patient: int) -> NewEntry:
        """The enrolment of a patient: 46 appointments with 80 injections, 127 rows."""
        anchor = START + timedelta(days=7 * (patient % (ANCHORS // 7)))
        if anchor not in self._decided:
            command = Enrol("P00001", 1, "il2", anchor)
            self._decided[anchor] = self._study.preview("P00001", command).decision.changes
        changes = tuple(self._of(change, patient) for change in self._decided[anchor])
        return NewEntry("NA", '{"command":"enrol"}', patient, revises=True, changes=changes)

    def _of(self, change: Change, patient: int) -> Change:
        row = change.after
        if change.table is Table.PATIENT and row is not None:
            row = {**row, "code": code_of(patient)}
        return Change(change.table, (patient, *change.key[1:]), None, row)


def code_of(patient: int) -> str:
    """The code of a patient."""
    return f"P{patient:05}"


def fill(path: Path, patients: int) -> None:
    """A study with so many patients, an entry for each, some hundred in a transaction."""
    with new_study(path) as study:
        enrolments = Enrolments(study)
        for first in range(1, patients + 1, BATCH):
            several = [enrolments.of(n) for n in range(first, min(first + BATCH, patients + 1))]
            last = study.store.last_entry()
            study.store.append(several, expected={new.patient: last for new in several}, at=AT)


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


def preview(path: Path, patients: int) -> Iterator[tuple[str, float, float]]:
    """The preview of a delay: its reading, a first one, another date; plain reads the same."""
    patient = patients // 2 + 1
    code, others = code_of(patient), cycle((code_of(patient), code_of(patient - 1)))
    days = cycle((7, 14, 21))
    answers = Answers(reason="fever", past_cap=PastCap.OMIT, today=START)

    def plain_reads() -> None:
        raw.execute("SELECT max(number) FROM entry").fetchone()
        for table in ("setting", "protocol"):
            raw.execute(f"SELECT * FROM {table}").fetchall()
        raw.execute("SELECT id FROM patient WHERE code = ?", (code,)).fetchone()
        raw.execute("SELECT * FROM patient WHERE id = ?", (patient,)).fetchall()
        for table in PATIENT_TABLES:
            raw.execute(f"SELECT * FROM {table} WHERE patient = ?", (patient,)).fetchall()

    def our_reads() -> None:
        with study.snapshot():
            store_ = study.store
            store_.last_entry()
            store_.study_rows()
            store_.patient_rows(store_.find_patient(code) or 0)

    def first() -> None:
        study.preview(next(others), MoveCycle(3, days=next(days)), answers).decision.moves()

    def again() -> None:
        study.preview(code, MoveCycle(3, days=next(days)), answers).decision.moves()

    with Study.open(path, who="NA", accept_cloud=True) as study, closing(plain(path)) as raw:
        theirs = best(plain_reads)
        yield "preview of a delay: reads", best(our_reads), theirs
        yield "preview of a delay: first", best(first), theirs
        yield "preview of a delay: again", best(again), theirs


def measures(path: Path, study: StudyFile, patients: int) -> Iterator[tuple[str, float, float]]:
    """What is measured, our seconds, and plain seconds."""
    day = (START + timedelta(days=350)).isoformat()
    last = (START + timedelta(days=391)).isoformat()
    middle = patients // 2 + 1
    known = path.with_name("plain.il2")

    def patient_plain() -> None:
        for table in PATIENT_TABLES:
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
                rows = [*measures(path, study, patients), *preview(path, patients)]
            for what, ours, theirs in rows:
                print(f"  {what:26} {ours * 1000:10.2f} ms {theirs * 1000:10.2f} ms   {ours / theirs:6.1f}")


if __name__ == "__main__":
    main()
