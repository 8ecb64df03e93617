"""A completed or amended protocol taken back, or put in again, in one go: versions and patients' entries."""

from __future__ import annotations

import uuid

from il2scheduler.ledger import Entry, NewEntry
from il2scheduler.refusal import Refusal
from il2scheduler.study import IMMEDIATE_UNDO, Study, reverting
from il2scheduler.study.acting import said
from il2scheduler.study.commands_json import as_json

COMPLETION, AMENDMENT = "site-value-", "amend-"
"""How the batches of completions and amendments, and of their undos, begin."""


def to_undo(study: Study, number: int | None = None) -> tuple[Entry, ...]:
    """The entries of a whole batch where undo is to take one of them back; empty where it is not.

    A named entry is the whole batch where it is the one of the study, which holds the version; that of a
    patient is that patient's alone. `Refusal` where there is nothing to undo.
    """
    found = reverting.to_undo(study.store, study.who, number)
    if number is not None and study.store.entry(found).patient is not None:
        return ()
    return _whole(study, found)


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
    mine = all(study.made_here(entry) for entry in entries)
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
    entries = study.store.entries(first=min(numbers), last=max(numbers), with_changes=True)
    return tuple(e for e in entries if e.batch == batch and reverting.undone_by(e.number, reverted) is None)


def check(study: Study, entries: tuple[Entry, ...]) -> None:
    """Refuse as `take_back` does, and save nothing.

    Where nothing came after for these patients but prints and what was taken back, the rows are as they were.
    """
    of_study = next((entry for entry in entries if entry.patient is None), entries[0])
    for entry in entries:
        if entry.redacted_by is not None:
            raise Refusal("entry-redacted", entry=entry.number)
        if entry.patient is None:
            continue
        later = study.store.entries(patient=entry.patient, first=entry.number + 1)
        standing = reverting.standing(later, entry.number)
        if standing:
            by = _of_study(study, standing[-1])
            raise Refusal("undo-blocked", entry=of_study.number, by=by)
    reverting.versions_may_go(study.store, entries)


def _of_study(study: Study, entry: Entry) -> int:
    """The entry to be undone for this one: of a batch that is taken back whole, the one of the study."""
    if entry.batch is None or not entry.batch.startswith((COMPLETION, AMENDMENT)):
        return entry.number
    whole = _whole(study, entry.number)
    return next((one.number for one in whole if one.patient is None), entry.number)
