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
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from il2scheduler.cli.acting import reads
from il2scheduler.cli.documents import echo_json
from il2scheduler.i18n import Words, words
from il2scheduler.ledger import Entry
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study
from il2scheduler.study.telling import Telling, moved
from il2scheduler.wording import entry_sentence, printable

_AT_ONCE = 200
_MOST = 999_999_999


@click.command()
@reads
@click.argument("patient", required=False, metavar="[PATIENT]")
@click.option("--last", type=click.IntRange(1, _MOST), help="Only the last entries, this many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def history(study: Study, *, patient: str | None, last: int | None, language: str, as_json: bool) -> int:
    """Say who changed what, when and why, oldest first; of a patient whose enrolment was undone, too."""
    w = words(language)
    telling = Telling(study)
    numbers = () if patient is None else _numbers(study, telling, patient)
    zone = study.settings.timezone
    listed: list[dict[str, Any]] = []
    for entries in _slices(study, numbers, last):
        with study.snapshot():
            told = [_told(w, telling, entry, zone) for entry in entries]
        if as_json:
            listed += told
            continue
        for entry, one in zip(entries, told, strict=True):
            _print(w, telling, entry, one, zone)
    if as_json:
        echo_json({"format": 1, "timezone": zone, "entries": listed})
    return 0


def _numbers(study: Study, telling: Telling, code: str) -> tuple[int, ...]:
    """The row ids of every patient that had this code: one may be enrolled anew after an undone enrolment."""
    there = study.store.find_patient(code)
    found = (*telling.gone(code), *(() if there is None else (there,)))
    if not found:
        raise Refusal("no-patient", found=code[:60])
    return tuple(sorted(found))


def _slices(study: Study, patients: tuple[int, ...], last: int | None) -> Iterator[tuple[Entry, ...]]:
    """The entries with their changes, oldest first, some at a time: those of a large study fill the memory.

    Nobody who writes is kept waiting while they are printed, and what is saved meanwhile is left out.
    """
    if len(patients) > 1:
        each = (study.store.entries(patient=number, with_changes=True) for number in patients)
        found = sorted((entry for entries in each for entry in entries), key=lambda one: one.number)
        yield tuple(found if last is None else found[-last:])
        return
    patient = patients[0] if patients else None
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


def _told(w: Words, telling: Telling, entry: Entry, zone: str) -> dict[str, Any]:
    moment = datetime.fromisoformat(entry.at).astimezone(ZoneInfo(zone))
    return {
        "entry": entry.number,
        "at": entry.at,
        "local": moment.isoformat(timespec="seconds"),
        "who": entry.who,
        "patient": telling.code(entry.patient),
        "command": json.loads(entry.command),
        "what": entry_sentence(w, entry.command, telling.protocol(entry.patient)),
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
        "facts": list(telling.facts(w, entry)),
    }


def _print(w: Words, telling: Telling, entry: Entry, told: dict[str, Any], zone: str) -> None:
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
    for line in (*telling.moves(w, entry), *told["facts"]):
        click.echo(f"    {line}")
