"""A completed or amended protocol taken back, or put in again, in one go: versions and patients' entries."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from il2scheduler.ledger import Entry, NewEntry, Table
from il2scheduler.refusal import Refusal
from il2scheduler.study import IMMEDIATE_UNDO, Study, reverting
from il2scheduler.study.acting import said
from il2scheduler.study.commands_json import as_json

COMPLETION, AMENDMENT = "site-value-", "amend-"
"""How the batches of completions and amendments, and of their undos, begin."""


def to_undo(study: Study) -> tuple[Entry, ...]:
    """The entries of a whole batch where undo is next to take one of them back; empty where it is not.

    `Refusal` where there is nothing to undo.
    """
    return _whole(study, reverting.to_undo(study.store, study.who, None))


def to_redo(study: Study) -> tuple[Entry, ...]:
    """The entries of the undo of a batch where redo is next; errors as `to_undo`."""
    return _whole(study, reverting.to_redo(study.store, study.who))


def take_back(study: Study, entries: tuple[Entry, ...], name: str, reason: str | None) -> tuple[Entry, ...]:
    """Revert all of these entries, the latest first, or none; `name` is undo or redo.

    `Refusal` naming what stands in the way: a later entry of one of the patients, or a patient enrolled
    since in the version that would go.
    """
    last = study.store.last_entry()
    check(study, entries)
    mine = all(study.made_here(entry.number) and entry.who == study.who for entry in entries)
    given = said(reason) or (name if name == "redo" else IMMEDIATE_UNDO if mine else None)
    if given is None:
        raise Refusal("reason-needed")
    begins = next(name for name in (COMPLETION, AMENDMENT) if (entries[0].batch or "").startswith(name))
    batch = f"{begins}{uuid.uuid4().hex[:16]}"
    new = [
        NewEntry(
            who=study.who,
            command=as_json({"command": name, "entry": entry.number}),
            patient=entry.patient,
            reason=given,
            revises=entry.revises,
            reverts=entry.number,
            batch=batch,
            changes=tuple(change.reverted() for change in reversed(entry.changes)),
        )
        for entry in reversed(entries)
    ]
    return study.commit_all((), new, last=last)


def _whole(study: Study, number: int) -> tuple[Entry, ...]:
    batch = study.store.entry(number).batch
    if batch is None or not batch.startswith((COMPLETION, AMENDMENT)):
        return ()
    reverted = study.store.reverted()
    numbers = [e.number for e in study.store.entries(newest_first=True) if e.batch == batch]
    entries = study.store.entries(first=min(numbers), with_changes=True)
    return tuple(e for e in entries if e.batch == batch and e.number not in reverted)


def check(study: Study, entries: tuple[Entry, ...]) -> None:
    """Refuse as `take_back` does, and save nothing.

    Where nothing came after for these patients but prints and what was taken back, the rows are as they were.
    """
    for entry in entries:
        if entry.redacted_by is not None:
            raise Refusal("entry-redacted", entry=entry.number)
        if entry.patient is None:
            continue
        standing = _standing(study.store.entries(patient=entry.patient, first=entry.number + 1), entry.number)
        if standing:
            raise Refusal("undo-blocked", entry=entry.number, by=standing[0].number)
    patients = {entry.patient for entry in entries}
    gone = {
        change.key[0]
        for entry in entries
        for change in entry.changes
        if change.table is Table.PROTOCOL and change.before is None
    }
    on_it = [
        str(row["code"])
        for number, row in study.patients().items()
        if row["protocol"] in gone and number not in patients
    ]
    if on_it:
        raise Refusal("protocol-in-use", patient=on_it[0], count=len(on_it))


def _standing(later: Sequence[Entry], number: int) -> list[Entry]:
    """Those of the entries after `number` that hold: no prints, no pairs of an entry and its undo."""
    gone: set[int] = set()
    standing: list[Entry] = []
    for entry in sorted(later, key=lambda one: one.number, reverse=True):
        if entry.number in gone or json.loads(entry.command).get("command") == "print":
            continue
        if entry.reverts is not None and entry.reverts > number:
            gone.add(entry.reverts)
        else:
            standing.insert(0, entry)
    return standing
