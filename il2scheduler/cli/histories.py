"""`il2scheduler history`: who did what, when and why, and what it moved.

With `--json` one document::

    {
        "format": 1,
        "timezone": "Europe/Paris",
        "entries": [
            {
                "entry": 12,
                "at": "2026-03-20T10:15:02.000000Z",
                "local": "2026-03-20T11:15:02+01:00",
                "who": "...",
                "patient": "P001" | null,
                "command": {...},
                "what": "...",
                "reason": "..." | null,
                "revision": 3,
                "revises": true,
                "reverts": null,
                "transcribed": false,
                "batch": null,
                "redacted_by": null,
                "clock": null,
                "moved": [{"code": "C3", "from": "2026-03-30", "to": "2026-04-03"}],
                "facts": ["Cycle 1 day 1 at 08:00: batch ..."],
            }
        ],
    }
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from il2scheduler.cli.acting import reads
from il2scheduler.cli.documents import echo_json
from il2scheduler.commands import Move
from il2scheduler.i18n import Words, words
from il2scheduler.ledger import Change, Entry, Row, Table
from il2scheduler.protocol import Protocol
from il2scheduler.study import Study
from il2scheduler.wording import entry_sentence, move_sentence, printable, recorded_sentences

_MOST = 999_999_999
_DAY_OF_CYCLE = re.compile(r"(C[0-9]+)D[0-9]+")
_AWAY = ("omitted", "cancelled")
_AT_ONCE = 200


@click.command()
@reads
@click.argument("patient", required=False, metavar="[PATIENT]")
@click.option("--last", type=click.IntRange(1, _MOST), help="Only the last entries, this many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def history(study: Study, *, patient: str | None, last: int | None, language: str, as_json: bool) -> int:
    """Say who changed what, when and why, oldest first."""
    w = words(language)
    number = None if patient is None else study.patient_id(patient)
    zone = study.settings.timezone
    listed: list[dict[str, Any]] = []
    for entries in _slices(study, number, last):
        with study.snapshot():
            told = [_told(w, study, entry, zone) for entry in entries]
        if as_json:
            listed += told
            continue
        for entry, one in zip(entries, told, strict=True):
            _print(w, study, entry, one, zone)
    if as_json:
        echo_json({"format": 1, "timezone": zone, "entries": listed})
    return 0


def _slices(study: Study, patient: int | None, last: int | None) -> Iterator[tuple[Entry, ...]]:
    """The entries with their changes, oldest first, some at a time: those of a large study fill the memory.

    Nobody who writes is kept waiting while they are printed, and what is saved meanwhile is left out.
    """
    end = study.store.last_entry()
    if last is not None:
        yield tuple(
            reversed(study.store.entries(patient=patient, newest_first=True, limit=last, with_changes=True))
        )
        return
    first = 1
    while entries := study.store.entries(
        patient=patient, first=first, last=end, limit=_AT_ONCE, with_changes=True
    ):
        yield entries
        first = entries[-1].number + 1


def local_time(w: Words, at: str, zone: str) -> str:
    """A moment of the ledger (UTC) at the site: `Fri 20-Mar-2026 11:15`."""
    moment = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
    return f"{w.staff_date(moment.date())} {moment:%H:%M}"


def moved(entry: Entry) -> tuple[Move, ...]:
    """Cycles and visits whose date an entry changed; a cycle is named once, by its first day.

    Where day 1 of a cycle stays and other days come or go, as when the rest of a course is stopped, the days
    are named.
    """
    moves: dict[str, Move] = {}
    whole = {str(c.key[1]).removesuffix("D1") for c in entry.changes if _starts(c)}
    for change in entry.changes:
        if change.table is not Table.APPOINTMENT:
            continue
        code = str(change.key[1])
        before, after = _stood(change.before), _stood(change.after)
        if before == after:
            continue
        match = _DAY_OF_CYCLE.fullmatch(code)
        name = code if match is None or match[1] not in whole else match[1]
        known = moves.get(name)
        if known is not None:
            before = min((day for day in (known.before, before) if day is not None), default=None)
            after = min((day for day in (known.after, after) if day is not None), default=None)
        moves[name] = Move(name, before, after)
    return tuple(sorted(moves.values(), key=lambda move: (move.after or move.before or date.max, move.code)))


def _starts(change: Change) -> bool:
    """Whether the date of a cycle's day 1 changed."""
    day_1 = change.table is Table.APPOINTMENT and str(change.key[1]).endswith("D1")
    return day_1 and _stood(change.before) != _stood(change.after)


def _stood(row: Row | None) -> date | None:
    if row is None or row["planned"] is None or row["status"] in _AWAY:
        return None
    return date.fromisoformat(str(row["planned"]))


def _told(w: Words, study: Study, entry: Entry, zone: str) -> dict[str, Any]:
    row = study.patients().get(entry.patient or 0)
    moment = datetime.fromisoformat(entry.at).astimezone(ZoneInfo(zone))
    return {
        "entry": entry.number,
        "at": entry.at,
        "local": moment.isoformat(timespec="seconds"),
        "who": entry.who,
        "patient": _code(entry, row),
        "command": json.loads(entry.command),
        "what": entry_sentence(w, entry.command, _protocol(study, row)),
        "reason": entry.reason,
        "revision": entry.revision,
        "revises": entry.revises,
        "reverts": entry.reverts,
        "transcribed": entry.transcribed,
        "batch": entry.batch,
        "redacted_by": entry.redacted_by,
        "clock": entry.clock,
        "moved": [
            {
                "code": move.code,
                "from": None if move.before is None else move.before.isoformat(),
                "to": None if move.after is None else move.after.isoformat(),
            }
            for move in moved(entry)
        ],
        "facts": list(recorded_sentences(w, entry.changes, _protocol(study, row))),
    }


def _code(entry: Entry, row: Row | None) -> str | None:
    """The patient's code; of a patient whose enrolment was undone, the one the entry has."""
    if row is not None:
        return str(row["code"])
    for change in entry.changes:
        if change.table is Table.PATIENT:
            return str((change.before or change.after or {}).get("code"))
    return None


def _protocol(study: Study, row: Row | None) -> Protocol | None:
    return None if row is None else study.protocols[int(row["protocol"] or 0)].protocol


def _print(w: Words, study: Study, entry: Entry, told: dict[str, Any], zone: str) -> None:
    head = [str(entry.number), local_time(w, entry.at, zone), printable(entry.who)]
    if told["patient"] is not None:
        head.append(printable(told["patient"]))
    click.echo(f"{'  '.join(head)}  {printable(told['what'])}")
    if entry.reason:
        click.echo(f"    {w('Reason: {reason}', reason=printable(entry.reason))}")
    if entry.transcribed:
        click.echo(f"    {w('Transcribed from earlier records.')}")
    if entry.redacted_by is not None:
        click.echo(f"    {w('Text was erased by entry {entry}.', entry=entry.redacted_by)}")
    protocol = _protocol(study, study.patients().get(entry.patient or 0))
    for move in moved(entry):
        click.echo(f"    {move_sentence(w, move, protocol)}")
    for fact in told["facts"]:
        click.echo(f"    {fact}")
