"""How fast schedules are built: `build` beside a plain loop that makes the same records.

Usage: python benchmarks/schedules.py [--patients N ...]
The loop creates as many of the same dataclasses, with the same dates, and decides nothing: it is the floor.
Both are timed by turns in one process, in CPU time, so that noise of the computer cancels in the ratio.
Memory is that of the schedules kept at once, each number of patients in a process of its own.
"""
# ruff: noqa: INP001, S603, T201 - a script for the terminal, which starts itself

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from il2scheduler import library
from il2scheduler.clinic import clinic_of
from il2scheduler.cycle_starts import CycleStart
from il2scheduler.protocol import Protocol
from il2scheduler.rules import findings, proposals
from il2scheduler.schedule import Appointment, Injection, Patient, Schedule, build

START = date(2025, 1, 6)
ROUNDS = 3
Maker = Callable[[Protocol, Sequence[Patient]], list[Schedule]]


def etoile() -> Protocol:
    """46 appointments and 80 injections a patient."""
    return library.find("anrs-123-etoile").file.protocols[0]


def patients(number: int) -> list[Patient]:
    """So many patients, enrolled over two years."""
    return [Patient(f"P{n:05}", "il2", START + timedelta(days=n % 700)) for n in range(number)]


def ours(protocol: Protocol, enrolled: Sequence[Patient]) -> list[Schedule]:
    """By the engine."""
    return [build(protocol, patient) for patient in enrolled]


def plain(protocol: Protocol, enrolled: Sequence[Patient]) -> list[Schedule]:
    """The same records in a loop: all is known of each but its date."""
    model = build(protocol, Patient("P", "il2", START))
    rows = [(a, [(i.time, i.drug, i.dose_iu, i.place) for i in a.injections]) for a in model.appointments]
    made: list[Schedule] = []
    for patient in enrolled:
        anchor = patient.anchor or START
        starts: list[CycleStart] = []
        for start in model.starts:
            day = anchor + timedelta(days=start.template.offset or 0)
            starts.append(CycleStart(start.template, day, day, None, counted=day))
        appointments: list[Appointment] = []
        for known, injected in rows:
            day = anchor + timedelta(days=known.offset or 0)
            appointments.append(
                Appointment(
                    code=known.code,
                    kind=known.kind,
                    template=known.template,
                    cycle=known.cycle,
                    day=known.day,
                    offset=known.offset,
                    nominal=day,
                    window=None,
                    site_window=False,
                    planned=day,
                    injections=tuple(
                        [Injection(at, drug, dose, place) for at, drug, dose, place in injected]
                    ),
                )
            )
        made.append(Schedule(protocol, patient, tuple(starts), tuple(appointments)))
    return made


def seconds(make: Maker, protocol: Protocol, enrolled: Sequence[Patient]) -> float:
    """CPU time of one turn, without collecting garbage."""
    gc.collect()
    gc.disable()
    before = time.process_time()
    made = make(protocol, enrolled)
    after = time.process_time()
    gc.enable()
    assert len(made) == len(enrolled)  # noqa: S101 - what is timed was done
    return after - before


def measured(number: int) -> dict[str, float]:
    """The best of some turns of each, taken by turns, and the memory of the schedules."""
    protocol, enrolled = etoile(), patients(number)
    turns = max(1, 200 // number)
    best = dict.fromkeys(("build", "plain"), float("inf"))
    for _ in range(ROUNDS):
        for name, make in (("build", ours), ("plain", plain)):
            taken = seconds(make, protocol, enrolled * turns) / turns
            best[name] = min(best[name], taken)
    tracemalloc.start()
    kept = ours(protocol, enrolled)
    size = tracemalloc.get_traced_memory()[0] / len(kept)
    tracemalloc.stop()
    return {"patients": number, **best, "bytes": size}


def agree() -> bool:
    """True when the loop makes equal schedules: else the ratio would compare two different things."""
    protocol, enrolled = etoile(), patients(50)
    return ours(protocol, enrolled) == plain(protocol, enrolled)


def judging() -> tuple[float, float]:
    """Milliseconds of CPU time for the findings, and for the proposals, of a schedule with two clashes."""
    schedule = build(etoile(), Patient("P", "il2", date(2026, 1, 5)))
    clinic = clinic_of("FR", first_year=2024, last_year=2029)
    spent: list[float] = []
    for ask in (findings, proposals):
        before = time.process_time()
        for _ in range(50):
            ask(schedule, clinic)
        spent.append((time.process_time() - before) / 50 * 1000)
    return spent[0], spent[1]


def main() -> int:
    """Print one line for each number of patients."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--patients", type=int, nargs="+", default=[1, 100, 1000, 10_000])
    options.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one is not None:
        print(json.dumps(measured(chosen.one)))
        return 0
    if not agree():
        print("The plain loop does not make what the engine makes.", file=sys.stderr)
        return 1
    print(f"{'patients':>8}  {'built/s':>9}  {'plain/s':>9}  {'ratio':>5}  {'ms each':>7}  {'kB each':>7}")
    for number in chosen.patients:
        command = [sys.executable, __file__, "--one", str(number)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        built, floor = number / found["build"], number / found["plain"]
        each = 1000 * found["build"] / number
        print(
            f"{number:>8}  {built:>9.0f}  {floor:>9.0f}  {floor / built:>5.2f}  {each:>7.3f}  "
            f"{found['bytes'] / 1000:>7.1f}"
        )
    finding, proposing = judging()
    print(f"a schedule with two clashes: findings {finding:.2f} ms, proposals {proposing:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
