"""How much memory the commands take at most, with few and with many patients.

Usage: python benchmarks/memory.py [PATIENTS ...]      the default is 10 100 1000 10000.
Each command is a process of its own on a study file with so many patients on ETOILE; the figure is the most
memory that it had, in MB, as the system counted it.
"""
# ruff: noqa: INP001, S603, T201 - a script for the terminal, which starts the program

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from store import START, fill

SIZES = (10, 100, 1000, 10_000)
# Nothing is recorded in these studies: on a later day all that was planned would be overdue, and listed.
FIRST_DAY = START.isoformat()
COMMANDS = {
    "a week's agenda": ("agenda", "{study}", "--today", FIRST_DAY, "--week", FIRST_DAY, "--json"),
    "the list of all patients": ("show", "{study}", "--json"),
    "one calendar of all patients": ("calendar", "{study}", "--profile", "clinic", "--out", "{out}.ics"),
}
# The system's count for a process that has ended (ru_maxrss) begins with the size of the one that started it.
COMMAND = """
import re, sys
from pathlib import Path
from il2scheduler.__main__ import main

code = main()
print(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
sys.exit(code)
"""


def peak(*arguments: str) -> float:
    """The most memory that a command of the program had, in MB; Linux only."""
    command = [sys.executable, "-c", COMMAND, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(done.stderr.split()[-1]) / 1000


def measure(sizes: Sequence[int]) -> Iterator[tuple[str, int, float]]:
    """What was done, with how many patients, and the most memory in MB."""
    for patients in sizes:
        with tempfile.TemporaryDirectory() as folder:
            study = Path(folder) / "a.il2"
            fill(study, patients)
            for what, words in COMMANDS.items():
                out = Path(folder) / "made"
                yield what, patients, peak(*(word.format(study=study, out=out) for word in words))


def main() -> None:
    """Print one line for each command and size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("patients", nargs="*", type=int, default=SIZES)
    for what, patients, megabytes in measure(parser.parse_args().patients):
        print(f"{what:32}{patients:>8} patients {megabytes:>8.0f} MB", flush=True)


if __name__ == "__main__":
    main()
