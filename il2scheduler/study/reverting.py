"""Undo and redo: entries that revert entries. Nothing is erased, and the audit trail is the undo log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from il2scheduler.commands import Context, Draft, PatientState, difference, patient_of, settle
from il2scheduler.commands.rows import Flat
from il2scheduler.commands.state import Decision
from il2scheduler.ledger import Change, Entry, Key, Row, Rows, Table, Value
from il2scheduler.refusal import Refusal
from il2scheduler.store import Store
from il2scheduler.study.reading import StudyProtocol

SITE = "site"
"""The status of a version of a protocol that holds values of the site."""


@dataclass(frozen=True, slots=True)
class Chain:
    """An entry and the entries that reverted it, reverted that, and so on; `top` is the last of them."""

    original: Entry
    top: int
    depth: int

    @property
    def in_effect(self) -> bool:
        """True when what the original entry did holds now."""
        return self.depth % 2 == 0


def chain_of(original: Entry, reverted: Mapping[int, int]) -> Chain:
    """Follow the reverting entries of an original one."""
    top, depth = original.number, 0
    while top in reverted:
        top, depth = reverted[top], depth + 1
    return Chain(original, top, depth)


def undone_by(number: int, reverted: Mapping[int, int]) -> int | None:
    """The entry that took this one back; None where nothing did, or where that was taken back in turn."""
    top, depth = number, 0
    while top in reverted:
        top, depth = reverted[top], depth + 1
    return reverted[number] if depth % 2 else None


def to_undo(store: Store, who: str, number: int | None) -> int:
    """The entry that undo reverts: the named one, or the latest of this person that is in effect."""
    reverted = store.reverted()
    if number is not None:
        entry = _named(store, number)
        by = undone_by(number, reverted)
        if by is not None:
            raise Refusal("entry-undone", entry=number, by=by)
        if _is_redaction(entry):
            raise Refusal("redaction-stays", entry=number)
        return entry.number
    for entry in _mine(store, who):
        chain = chain_of(entry, reverted)
        if chain.in_effect:
            return chain.top
    raise Refusal("nothing-to-undo", who=who)


def _named(store: Store, number: int) -> Entry:
    try:
        return store.entry(number)
    except KeyError:
        raise Refusal("no-entry", entry=number, last=store.last_entry()) from None


def to_redo(store: Store, who: str) -> int:
    """The entry that redo reverts: this person's latest undo, when they did nothing else since."""
    reverted = store.reverted()
    entries = store.entries(newest_first=True)
    for entry in entries:
        if entry.who != who:
            continue
        if entry.reverts is None and not is_output(entry):
            break
        if entry.reverts is None or entry.number in reverted:
            continue
        original = _original(entry, {e.number: e for e in entries})
        if not chain_of(original, reverted).in_effect:
            return entry.number
    raise Refusal("nothing-to-redo", who=who)


def _mine(store: Store, who: str) -> Sequence[Entry]:
    mine = [e for e in store.entries(newest_first=True) if e.who == who and e.reverts is None]
    return [e for e in mine if not (_is_first(e) or _is_redaction(e) or is_output(e))]


def _is_redaction(entry: Entry) -> bool:
    """True for an entry that erased typed text: what is erased never comes back."""
    return bool(json.loads(entry.command).get("command") == "redact")


def is_output(entry: Entry) -> bool:
    """True for an entry that remembers a print or an export: undoing what was done takes no paper back."""
    return json.loads(entry.command).get("command") in {"print", "calendar"}


def _is_first(entry: Entry) -> bool:
    return entry.number == 1


def _original(entry: Entry, entries: Mapping[int, Entry]) -> Entry:
    while entry.reverts is not None:
        entry = entries[entry.reverts]
    return entry


def _taken_out(store: Store, version: int) -> int:
    """The newest entry that took a version out of the study."""
    entries = store.entries(study_only=True, newest_first=True, with_changes=True)
    return next(
        entry.number
        for entry in entries
        for change in entry.changes
        if change.table is Table.PROTOCOL and change.key == (version,) and change.after is None
    )


def reverted_rows(store: Store, entry: Entry, rows: Rows) -> Flat:
    """The rows with an entry's changes taken back; `Refusal` naming the later entry that touched them."""
    flat = _flat(rows)
    for change in reversed(entry.changes):
        present = flat.get((change.table, change.key))
        if not _same(present, change.after):
            raise blocked(store, entry)
        if change.before is None:
            flat.pop((change.table, change.key), None)
        else:
            flat[change.table, change.key] = change.before
    return flat


def _same(present: Row | None, after: Row | None) -> bool:
    if present is None or after is None:
        return present is after
    return dict(present) == dict(after)


def _flat(rows: Rows) -> Flat:
    return {(table, key): row for table, entries in rows.tables().items() for key, row in entries.items()}


def rows_from(flat: Flat) -> Rows:
    """Rows by table."""
    tables: dict[Table, dict[Key, Row]] = {}
    for (table, key), row in flat.items():
        tables.setdefault(table, {})[key] = row
    return Rows.of(tables)


def study_revert(store: Store, entry: Entry) -> tuple[Change, ...]:
    """The changes that take back an entry of the study; never its first, nor a protocol patients are on.

    Nor a version whose values a later one holds: that one would keep them.
    """
    if _is_first(entry):
        raise Refusal("entry-first")
    versions_may_go(store, (entry,))
    rows = dict(store.study_rows().tables())
    if any(change.table is Table.PRINTED for change in entry.changes):
        lists = ((key, row) for key, row in store.rows(Table.PRINTED) if row["patient"] is None)
        rows[Table.PRINTED] = dict(lists)
    reverted_rows(store, entry, Rows.of(rows))
    return tuple(change.reverted() for change in reversed(entry.changes))


def versions_may_go(store: Store, entries: Sequence[Entry]) -> None:
    """Refuse where taking back these entries takes out a version that something else stands on.

    Such are a version completed from it, and patients who are on it by other entries than these. Refused
    too where a version would come again in whose place another one was put since.
    """
    there = store.study_rows().table(Table.PROTOCOL)
    for entry in entries:
        for change in entry.changes:
            if change.table is Table.PROTOCOL and change.after is None and change.key in there:
                raise Refusal("undo-blocked", entry=entry.number, by=_brought_in(store, change.key))
    gone = {
        change.key: change.after
        for entry in entries
        for change in entry.changes
        if change.table is Table.PROTOCOL and change.before is None and change.after is not None
    }
    if not gone:
        return
    numbers = {key[0] for key in gone}
    patients = {entry.patient for entry in entries}
    rows = store.patients()
    on_it = [n for n, row in rows.items() if row["protocol"] in numbers and n not in patients]
    if on_it:
        row = rows[on_it[0]]
        by = _put_on(store, on_it[0], row["protocol"])
        raise Refusal("protocol-in-use", patient=str(row["code"]), count=len(on_it), by=by)
    kinds = {_kind_of(row) for row in gone.values()}
    later = [
        key
        for key, row in there.items()
        if key not in gone and key > min(gone) and row["status"] == SITE and _kind_of(row) in kinds
    ]
    if later:
        of_study = next((entry for entry in entries if entry.patient is None), entries[0])
        raise Refusal("undo-blocked", entry=of_study.number, by=_brought_in(store, later[-1]))


def _kind_of(row: Row) -> tuple[Value, ...]:
    """What a protocol and the same one with more values of the site have in common."""
    return row["code"], row["version"], row["reading"]


def _put_on(store: Store, patient: int, version: Value) -> int:
    """The newest entry that put a patient on a version."""
    entries = store.entries(patient=patient, newest_first=True, with_changes=True)
    return next(
        entry.number
        for entry in entries
        for change in entry.changes
        if change.table is Table.PATIENT
        and (change.after or {}).get("protocol") == version
        and (change.before or {}).get("protocol") != version
    )


def _brought_in(store: Store, version: Key) -> int:
    """The newest entry that put a version into the study."""
    entries = store.entries(study_only=True, newest_first=True, with_changes=True)
    return next(
        entry.number
        for entry in entries
        for change in entry.changes
        if change.table is Table.PROTOCOL and change.key == version and change.after is not None
    )


def enrolled_again(store: Store, entry: Entry) -> tuple[Change, ...]:
    """The changes that bring back a patient whose enrolment was undone."""
    changes = tuple(change.reverted() for change in reversed(entry.changes))
    if any(change.before is not None for change in changes):
        raise blocked(store, entry)
    for change in changes:
        if change.table is Table.PATIENT and change.after is not None:
            code = str(change.after["code"])
            if store.find_patient(code) is not None:
                raise Refusal("patient-exists", code=code)
            version = int(change.after["protocol"] or 0)
            if (version,) not in store.study_rows().table(Table.PROTOCOL):
                raise Refusal("undo-blocked", entry=entry.number, by=_taken_out(store, version))
    return changes


def blocked(store: Store, entry: Entry) -> Refusal:
    """Why an entry cannot be taken back: the latest one that stands on it."""
    of_study = entry.patient is None
    later = store.entries(patient=entry.patient, study_only=of_study, first=entry.number + 1)
    holds = [one.number for one in standing(later, entry.number)]
    touching = set(store.later_touching(entry.number))
    named = [number for number in holds if number in touching] or holds or sorted(touching)
    return Refusal("undo-blocked", entry=entry.number, by=named[-1] if named else entry.number)


def standing(later: Sequence[Entry], number: int) -> list[Entry]:
    """Those of the entries after `number` that hold: no prints, no pairs of an entry and its undo."""
    gone: set[int] = set()
    holds: list[Entry] = []
    for entry in sorted(later, key=lambda one: one.number, reverse=True):
        if entry.number in gone or json.loads(entry.command).get("command") == "print":
            continue
        if entry.reverts is not None and entry.reverts > number:
            gone.add(entry.reverts)
        else:
            holds.insert(0, entry)
    return holds


def decide_revert(
    store: Store, entry: Entry, state: PatientState, protocols: Mapping[int, StudyProtocol], context: Context
) -> Decision | tuple[Change, ...]:
    """What taking back an entry of a patient changes: built anew from what people decided before it.

    The changes alone where the entry enrolled the patient: then nothing of the patient is left.
    """
    rows = store.patient_rows(state.enrolled.id)
    flat = reverted_rows(store, entry, rows)
    if not any(table is Table.PATIENT for table, _ in flat):
        # What was printed of a patient goes with the patient; anything else hangs on the enrolment.
        if any(table is not Table.PRINTED for table, _ in flat):
            raise blocked(store, entry)
        return difference(_flat(rows), {})
    enrolled, patient = patient_of(rows_from(flat))
    if enrolled.protocol not in protocols:
        # The version the patient was on then was taken out of the study since.
        raise Refusal("undo-blocked", entry=entry.number, by=_taken_out(store, enrolled.protocol))
    draft = Draft(patient, protocols[enrolled.protocol].protocol, enrolled, needs_reason=False)
    decision = settle(draft, state, context)
    notes = tuple(
        change.reverted() for change in entry.changes if change.table in (Table.NOTE, Table.PRINTED)
    )
    if not notes:
        return decision
    return replace(decision, besides=(*decision.besides, *notes))
