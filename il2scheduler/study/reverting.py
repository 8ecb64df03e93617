"""Undo and redo: entries that revert entries. Nothing is erased, and the audit trail is the undo log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from il2scheduler.commands import Context, Draft, PatientState, difference, patient_of, settle
from il2scheduler.commands.rows import Flat
from il2scheduler.commands.state import Decision
from il2scheduler.ledger import Change, Entry, Key, Row, Rows, Table
from il2scheduler.refusal import Refusal
from il2scheduler.store import Store
from il2scheduler.study.reading import StudyProtocol


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


def to_undo(store: Store, who: str, number: int | None) -> int:
    """The entry that undo reverts: the named one, or the latest of this person that is in effect."""
    reverted = store.reverted()
    if number is not None:
        try:
            entry = store.entry(number)
        except KeyError:
            raise Refusal("no-entry", entry=number, last=store.last_entry()) from None
        if number in reverted:
            raise Refusal("entry-undone", entry=number, by=reverted[number])
        if _is_redaction(entry):
            raise Refusal("entry-redacted", entry=number)
        return entry.number
    for entry in _mine(store, who):
        chain = chain_of(entry, reverted)
        if chain.in_effect:
            return chain.top
    raise Refusal("nothing-to-undo", who=who)


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


def reverted_rows(store: Store, entry: Entry, rows: Rows) -> Flat:
    """The rows with an entry's changes taken back; `Refusal` naming the later entry that touched them."""
    flat: dict[tuple[Table, Key], Row] = {
        (table, key): row for table, entries in rows.of.items() for key, row in entries.items()
    }
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


def rows_from(flat: Flat) -> Rows:
    """Rows by table."""
    tables: dict[Table, dict[Key, Row]] = {}
    for (table, key), row in flat.items():
        tables.setdefault(table, {})[key] = row
    return Rows(tables)


def study_revert(store: Store, entry: Entry) -> tuple[Change, ...]:
    """The changes that take back an entry of the study; never its first, nor a protocol patients are on."""
    if _is_first(entry):
        raise Refusal("entry-first")
    rows = dict(store.study_rows().of)
    if any(change.table is Table.PRINTED for change in entry.changes):
        lists = ((key, row) for key, row in store.rows(Table.PRINTED) if row["patient"] is None)
        rows[Table.PRINTED] = dict(lists)
    reverted_rows(store, entry, Rows(rows))
    changes = tuple(change.reverted() for change in reversed(entry.changes))
    gone = {change.key[0] for change in changes if change.table is Table.PROTOCOL and change.after is None}
    on_it = [row["code"] for row in store.patients().values() if row["protocol"] in gone]
    if on_it:
        raise Refusal("protocol-in-use", patient=str(on_it[0]), count=len(on_it))
    return changes


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
    return changes


def blocked(store: Store, entry: Entry) -> Refusal:
    """Why an entry cannot be taken back: the latest one that stands on it."""
    later = store.later_touching(entry.number)
    if not later:
        later = tuple(e.number for e in store.entries(patient=entry.patient, first=entry.number + 1))
    return Refusal("undo-blocked", entry=entry.number, by=later[-1] if later else entry.number)


def decide_revert(
    store: Store, entry: Entry, state: PatientState, protocols: Mapping[int, StudyProtocol], context: Context
) -> Decision | tuple[Change, ...]:
    """What taking back an entry of a patient changes: built anew from what people decided before it.

    The changes alone where the entry enrolled the patient: then nothing of the patient is left.
    """
    rows = store.patient_rows(state.enrolled.id)
    before = {(table, key): row for table, entries in rows.of.items() for key, row in entries.items()}
    flat = reverted_rows(store, entry, rows)
    if not any(table is Table.PATIENT for table, _ in flat):
        # What was printed of a patient goes with the patient; anything else hangs on the enrolment.
        if any(table is not Table.PRINTED for table, _ in flat):
            raise blocked(store, entry)
        return difference(before, {})
    enrolled, patient = patient_of(rows_from(flat))
    draft = Draft(patient, protocols[enrolled.protocol].protocol, enrolled, needs_reason=False)
    decision = settle(draft, state, context)
    notes = tuple(
        change.reverted() for change in entry.changes if change.table in (Table.NOTE, Table.PRINTED)
    )
    if not notes:
        return decision
    return replace(decision, changes=(*decision.changes, *notes))
