"""What the tests of faults run in a process of its own: `child.py ACT PATH`; each line is a promise.

A line is printed and flushed only after the act is acknowledged, so what was printed must be in the file,
whatever happened to the process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from il2scheduler import exports
from il2scheduler.ledger import Change, NewEntry, Table
from il2scheduler.refusal import Refusal
from il2scheduler.store import Busy, Occasion, Stale, StudyFile, backing_up
from il2scheduler.store.migrating import migrate
from il2scheduler.store.schema import CURRENT, Format
from tests.store.samples import at, changed, command, reopened

EXTRA = "CREATE TABLE ward (\n  name TEXT PRIMARY KEY\n) STRICT, WITHOUT ROWID"
NEXT = Format(2, (*CURRENT.statements, EXTRA), CURRENT, (EXTRA,))
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def promise(line: object) -> None:
    os.write(1, f"{line}\n".encode())


def act(study: StudyFile, text: str) -> int:
    """One action of several rows: a note, and every injection of the first day with the same text."""
    rows = study.patient_rows(1)
    number = 1 + len(rows.table(Table.NOTE))
    injections = [
        changed(rows, Table.INJECTION, key, note=text, batch="x" * 2000)
        for key in rows.table(Table.INJECTION)
    ]
    changes = (Change(Table.NOTE, (1, number), None, {"text": text}), *injections)
    entry = NewEntry("NA", command("note", text=text), 1, text, revises=True, changes=changes)
    return study.append([entry], expected={1: study.head(1).entry}, at=at())[0].number


def write_on(path: Path) -> None:
    """Act until killed."""
    with reopened(path) as study:
        while True:
            number = act(study, f"text {study.last_entry() + 1}")
            promise(number)


def write_once(path: Path) -> None:
    """Act once; when refused, say so, and try again once: the next try works."""
    with reopened(path) as study:
        promise("opened")
        for _ in range(2):
            try:
                promise(act(study, f"text {study.last_entry() + 1}"))
            except Refusal as refusal:
                promise(f"refused {refusal.kind}")
            else:
                break


def count(path: Path, times: int) -> None:
    """Raise one number in the study again and again, beside others who do the same."""
    done = 0
    with reopened(path, busy_seconds=60) as study:
        while done < times:
            known = study.head(1).entry
            change = _raised(study)
            entry = NewEntry("NA", "{}", 1, "count", changes=(change,))
            try:
                study.append([entry], expected={1: known}, at=at())
            except (Stale, Busy):
                continue
            done += 1
    promise(done)


def _raised(study: StudyFile) -> Change:
    row = study.patient_rows(1).table(Table.NOTE)[1, 1]
    return Change(Table.NOTE, (1, 1), row, {"text": str(int(str(row["text"])) + 1)})


def export_on(path: Path) -> None:
    """Write one or the other content until killed."""
    contents = [bytes([65 + n]) * (400_000 + n) for n in range(2)]
    for times in range(10**9):
        exports.write(path, contents[times % 2])
        promise(times)


def back_up(path: Path) -> None:
    for _ in backing_up(path, Occasion.ASKED, NOW):
        pass
    promise("backed up")


def bring_over(path: Path) -> None:
    migrate(path, NOW, NEXT)
    promise("brought over")


ACTS: dict[str, Callable[[Path], None]] = {
    "write-on": write_on,
    "write-once": write_once,
    "export-on": export_on,
    "back-up": back_up,
    "bring-over": bring_over,
}


def main(words: Sequence[str]) -> None:
    if words[0] == "count":
        count(Path(words[1]), int(words[2]))
    else:
        ACTS[words[0]](Path(words[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
