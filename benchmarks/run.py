"""Measure everything and write the tables of docs/performance.md: `make bench`.

Usage: python benchmarks/run.py [--quick] [--most PATIENTS] [--only NAME ...]     prints the rows as they come
Each benchmark yields rows of one kind: what, with how many patients, ours, the yardstick, in which unit. A
ratio is ours divided by the yardstick, both from the same run; less is better. A module of this folder that
has a function `rows(sizes)` is asked for its rows itself; for the others the rows are made here.
"""
# ruff: noqa: INP001, S603, T201 - a script for the terminal, which starts the benchmarks

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: written by `make bench` -->", "<!-- /measured -->"
SIZES, QUICK = (10, 100, 1000, 10_000), (10, 100)


class Row(NamedTuple):
    """One measurement; `yardstick` is None where nothing compares, `patients` 0 where none count."""

    part: str
    what: str
    patients: int
    ours: float
    yardstick: float | None
    unit: str

    @property
    def ratio(self) -> float | None:
        """Ours in yardsticks."""
        return None if not self.yardstick else self.ours / self.yardstick


class Target(NamedTuple):
    """What is aimed at: of a row, the ratio (or the figure itself where `of_figure`) is at most `most`."""

    what: str
    row: str
    patients: int
    most: float
    of_figure: bool = False


TARGETS = (
    Target("The first window is there within 1.5 times an empty QMainWindow", "first window", 0, 1.5),
    Target(
        "Schedules are built within 3 times a plain loop that makes the same records",
        "schedules",
        10_000,
        3.0,
    ),
    Target("Opening a study takes at most 3 times the same reads in sqlite3", "open, with", 10_000, 3.0),
    Target("Today's list takes at most 3 times the same reads in sqlite3", "today's list", 10_000, 3.0),
    Target(
        "Another date for a delay just previewed takes at most 3 times the same reads in sqlite3",
        "preview of a delay: again",
        10_000,
        3.0,
    ),
    Target(
        "The first preview of a delay of a patient takes at most 3 times the same reads in sqlite3",
        "preview of a delay: first",
        10_000,
        3.0,
    ),
    Target(
        "Calendars are written at least 10 times as fast as by icalendar",
        "calendar events, each, beside icalendar",
        1000,
        0.1,
    ),
    Target(
        "A frame while a cycle is dragged takes 16 ms at most", "a drag preview", 10_000, 16.0, of_figure=True
    ),
    Target(
        "Memory grows with the patients and no faster (1.2 times per patient)", "agenda growth", 10_000, 1.2
    ),
    Target("Memory of the list of all patients likewise", "list growth", 10_000, 1.2),
)


# --- The rows of each benchmark ---


def start(sizes: Sequence[int]) -> Iterator[Row]:
    """Milliseconds to the first window."""
    ours, empty = importlib.import_module("start").measure(5 if max(sizes) < 1000 else 15)
    yield Row("Start", "first window, beside an empty QMainWindow", 0, ours, empty, "ms")


def schedules(sizes: Sequence[int]) -> Iterator[Row]:
    """Microseconds a schedule."""
    for patients in sizes:
        told = _own_process("schedules.py", "--one", str(patients))
        each = [told[name] / patients * 1e6 for name in ("build", "plain")]
        yield Row("Schedules", "schedules, each, beside a plain loop", patients, *each, "µs")
        yield Row("Schedules", "memory of a schedule", patients, told["bytes"] / 1000, None, "kB")


def calendars(sizes: Sequence[int]) -> Iterator[Row]:
    """Microseconds an event."""
    for patients in (size for size in sizes if size <= 1000):
        told = [
            _own_process("calendars.py", "--patients", str(patients), "--writer", writer)
            for writer in ("ours", "icalendar", "libical")
        ]
        each = [facts["writing"] / facts["events"] * 1e6 for facts in told if "missing" not in facts]
        ours = each.pop(0)
        # libical needs a C compiler and its headers (Debian: gcc libical-dev), which may not be here.
        for name, theirs in zip(("icalendar", "libical, in C"), each, strict=False):
            yield Row("Calendars", f"calendar events, each, beside {name}", patients, ours, theirs, "µs")


def store(sizes: Sequence[int]) -> Iterator[Row]:
    """Milliseconds of the study file beside plain sqlite3."""
    module = importlib.import_module("store")
    from tempfile import TemporaryDirectory

    for patients in sorted({*sizes, *([500] if max(sizes) > 500 else [])}):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "a.il2"
            module.fill(path, patients)
            with module.store.open_(path, program="0", accept_cloud=True) as study:
                found = [*module.measures(path, study, patients), *module.preview(path, patients)]
        for what, ours, theirs in found:
            yield Row("Study file", what, patients, ours * 1000, theirs * 1000, "ms")


def window(sizes: Sequence[int]) -> Iterator[Row]:
    """Milliseconds a frame."""
    for patients in [size for size in (500, 10_000) if size <= max(sizes)] or [100]:
        told = _run("window.py", "--patients", str(patients), "--rounds", "25" if patients > 100 else "5")
        for what, middle in re.findall(r"^(\D+?) +\d+ +([\d.]+) +[\d.]+ ", told, re.MULTILINE):
            yield Row("Window", what.strip(), patients, float(middle), None, "ms")


def memory(sizes: Sequence[int]) -> Iterator[Row]:
    """The most memory of a command, and how what one patient adds grows."""
    found = list(importlib.import_module("memory").measure(sizes))
    for what, patients, megabytes in found:
        yield Row("Memory", what, patients, megabytes, None, "MB")
    for short, name in (("agenda growth", "a week's agenda"), ("list growth", "the list of all patients")):
        by_size = {patients: megabytes for what, patients, megabytes in found if what == name}
        few, some, many = sorted(by_size)[-3:] if len(by_size) > 2 else (*sorted(by_size), max(by_size))
        if many != some:
            adds = [(by_size[b] - by_size[a]) / (b - a) * 1000 for a, b in ((some, many), (few, some))]
            what = f"{short}: what a patient adds from {some} to {many}, beside from {few} to {some}"
            yield Row("Memory", what, many, *(max(one, 0.1) for one in adds), "kB")


PARTS: dict[str, Callable[[Sequence[int]], Iterator[Row]]] = {
    "start": start,
    "schedules": schedules,
    "calendars": calendars,
    "sheets": lambda sizes: _of_module("sheets", sizes),
    "store": store,
    "window": window,
    "memory": memory,
}


def _of_module(name: str, sizes: Sequence[int]) -> Iterator[Row]:
    """The rows of a module that makes them itself: (what, patients, ours, yardstick or None, unit)."""
    if not (HERE / f"{name}.py").is_file():
        return
    module = importlib.import_module(name)
    if hasattr(module, "rows"):
        for what, patients, ours, yardstick, unit in module.rows(sizes):
            yield Row(name.capitalize(), what, patients, ours, yardstick, unit)


def _run(script: str, *arguments: str) -> str:
    command = [sys.executable, str(HERE / script), *arguments]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=env).stdout


def _own_process(script: str, *arguments: str) -> dict[str, float]:
    told: dict[str, float] = json.loads(_run(script, *arguments))
    return told


# --- The page ---


def machine() -> str:
    """What it was measured on; nothing that names the computer."""
    processor, memory_of_all = platform.processor() or platform.machine(), ""
    for path, pattern in (
        ("/proc/cpuinfo", r"^model name\s*: (.+)$"),
        ("/proc/meminfo", r"^MemTotal:\s+(\d+)"),
    ):
        if Path(path).is_file() and (
            found := re.search(pattern, Path(path).read_text("utf-8"), re.MULTILINE)
        ):
            if path.endswith("cpuinfo"):
                processor = found[1]
            else:
                memory_of_all = f", {int(found[1]) / 1e6:.0f} GB of memory"
    from PySide6.QtCore import qVersion

    return (
        f"{os.cpu_count()} cores of {processor}{memory_of_all}; {platform.system()}, Python "
        f"{platform.python_version()}, Qt {qVersion()}, SQLite {sqlite3.sqlite_version}."
    )


def figure(value: float | None) -> str:
    """Three digits that mean something."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def verdict(target: Target, rows: Sequence[Row]) -> str:
    """A line of the table of targets."""
    of = [r for r in rows if r.what.startswith(target.row) and r.patients <= target.patients]
    if not of:
        return f"| {target.what} | not measured | |"
    row = max(of, key=lambda r: r.patients)
    value = row.ours if target.of_figure else row.ratio
    said = f"{figure(value)} ms" if target.of_figure else figure(value)
    if row.patients:
        said += f", with {row.patients} patients"
    return f"| {target.what} | {said} | {'yes' if value is not None and value <= target.most else '**no**'} |"


def page(rows: Sequence[Row]) -> str:
    """The measured part of the page."""
    lines = [BEGIN, "", f"Measured on {machine()}", "", "| Target | Measured | Met |", "|---|---|---|"]
    lines += [verdict(target, rows) for target in TARGETS]
    for part in dict.fromkeys(row.part for row in rows):
        lines += [
            "",
            f"### {part}",
            "",
            "| What | Patients | Ours | Yardstick | Ratio |",
            "|---|--:|--:|--:|--:|",
        ]
        for row in sorted((r for r in rows if r.part == part), key=lambda r: (r.what, r.patients)):
            yardstick = "" if row.yardstick is None else f"{figure(row.yardstick)} {row.unit}"
            cells = (
                row.what,
                str(row.patients or ""),
                f"{figure(row.ours)} {row.unit}",
                yardstick,
                figure(row.ratio),
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", END])


def main() -> int:
    """Measure, print, write."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument(
        "--quick", action="store_true", help="few patients and few rounds: whether it works at all"
    )
    options.add_argument("--only", nargs="+", choices=PARTS, help="only these; the page stays as it is")
    options.add_argument("--most", type=int, default=SIZES[-1], help="leave out larger numbers of patients")
    given = options.parse_args()
    sizes = QUICK if given.quick else tuple(size for size in SIZES if size <= given.most)
    # What the program compiled once is kept, as on a computer where it is installed.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rows: list[Row] = []
    for name in given.only or PARTS:
        for row in PARTS[name](sizes):
            rows.append(row)
            against = "" if row.ratio is None else f"  {figure(row.yardstick)}  ratio {figure(row.ratio)}"
            print(
                f"{row.part:11}{row.what:60}{row.patients or '':>7}  {figure(row.ours)} {row.unit}{against}",
                flush=True,
            )
    if given.only is None and not given.quick:
        text = PAGE.read_text("utf-8")
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        PAGE.write_text(before + page(rows) + after, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
