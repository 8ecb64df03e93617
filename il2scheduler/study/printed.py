"""What was printed of each patient at which revision, and which prints are no longer what the study says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from il2scheduler.ledger import Change, Entry, NewEntry, Row, Table
from il2scheduler.store import Stale, Store
from il2scheduler.study.commands_json import as_json

COMMAND = "print"
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Print:
    """A sheet that was printed: `cycle` None for all of a document, `head` the digits printed on it."""

    patient: str
    sheet: str
    cycle: int | None
    revision: int
    head: str


@dataclass(frozen=True, slots=True)
class Outdated:
    """A print that is older than the patient's schedule, whose revision is `now`."""

    printed: Print
    now: int


@dataclass(slots=True)
class _Batch:
    """The prints of one patient."""

    prints: list[Print] = field(default_factory=list[Print])

    def command(self, *, saved: bool) -> str:
        first = self.prints[0]
        kinds = dict.fromkeys(one.sheet for one in self.prints)
        named = [
            {"sheet": kind, "cycles": [p.cycle for p in self.prints if p.sheet == kind and p.cycle]}
            for kind in kinds
        ]
        return as_json(
            {
                "command": COMMAND,
                "patient": first.patient,
                "sheets": named,
                "revision": first.revision,
                "to": "file" if saved else "paper",
            }
        )


def mark(
    store: Store, prints: Iterable[Print], *, who: str, at: str, saved: bool = False
) -> tuple[Entry, ...]:
    """Remember prints, one entry for each patient; no revision rises and no chain of dates is touched.

    What is printed is printed: an entry that somebody else made meanwhile does not keep it from being
    remembered. `store.StoreRefusal` where the study cannot be written.
    """
    batches: dict[str, _Batch] = {}
    for one in prints:
        batches.setdefault(one.patient, _Batch()).prints.append(one)
    if not batches:
        return ()
    for _ in range(_ATTEMPTS - 1):
        try:
            return _append(store, batches, who=who, at=at, saved=saved)
        except Stale:
            continue
    return _append(store, batches, who=who, at=at, saved=saved)


def _append(store: Store, batches: dict[str, _Batch], *, who: str, at: str, saved: bool) -> tuple[Entry, ...]:
    last = store.last_entry()
    next_id = store.next_id(Table.PRINTED)
    entries: list[NewEntry] = []
    for code, batch in batches.items():
        patient = store.find_patient(code)
        if patient is None:
            # The enrolment was undone while the printer ran: there is nobody left to remember it of.
            continue
        changes: list[Change] = []
        for one in batch.prints:
            changes.append(Change(Table.PRINTED, (next_id,), None, _row(patient, one)))
            next_id += 1
        command = batch.command(saved=saved)
        entries.append(NewEntry(who=who, command=command, patient=patient, changes=tuple(changes)))
    if not entries:
        return ()
    expected: dict[int | None, int] = {entry.patient: last for entry in entries}
    return store.append(entries, expected=expected, at=at)


def _row(patient: int, one: Print) -> Row:
    return {
        "patient": patient,
        "kind": one.sheet,
        "cycle": one.cycle,
        "revision": one.revision,
        "head": one.head,
    }


def latest(store: Store) -> tuple[Print, ...]:
    """The newest print of each sheet of each patient, by patient, sheet and cycle."""
    codes = {number: str(row["code"]) for number, row in store.patients().items()}
    found: dict[tuple[str, str, int], Print] = {}
    for _, row in store.rows(Table.PRINTED):
        code = codes.get(int(row["patient"] or 0))
        if code is None:
            continue
        cycle = None if row["cycle"] is None else int(row["cycle"])
        one = Print(code, str(row["kind"]), cycle, int(row["revision"] or 0), str(row["head"]))
        found[code, one.sheet, cycle or 0] = one
    return tuple(found[key] for key in sorted(found))


def outdated(store: Store) -> tuple[Outdated, ...]:
    """Printed before and changed since: the newest print of a sheet is of an earlier revision."""
    prints: Sequence[Print] = latest(store)
    if not prints:
        return ()
    heads = store.heads()
    codes = {str(row["code"]): number for number, row in store.patients().items()}
    now = {code: heads[number].revision for code, number in codes.items() if number in heads}
    return tuple(Outdated(one, now[one.patient]) for one in prints if one.revision < now.get(one.patient, 0))
