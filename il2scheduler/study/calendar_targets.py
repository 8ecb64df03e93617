"""For whom calendars were exported, and up to which entry of the ledger each of them knows the study."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from il2scheduler.ledger import Change, Entry, NewEntry, Row, Table
from il2scheduler.refusal import Refusal
from il2scheduler.store import Stale, Store
from il2scheduler.study.commands_json import as_json
from il2scheduler.typed_text import line

COMMAND = "calendar"
MAX_NAME = 60
_KEY = "calendar-target-"
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Known:
    """The entries that a target knows: up to one number, and up to others of some patients (row ids)."""

    entry: int = 0
    patients: Mapping[int, int] = field(default_factory=dict[int, int])

    def of(self, patient: int) -> int:
        """The last entry of which the target knows a patient; 0 where it never was given any."""
        return self.patients.get(patient, self.entry)


@dataclass(frozen=True, slots=True)
class Export:
    """What a target was given: the study as of an entry, all of it or some patients (ids), as a profile.

    `events` is how many the changes were, None for another profile.
    """

    target: str
    up_to: int
    profile: str
    events: int | None = None
    patients: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A target by the name it was first given, what it knows, and its number in the study."""

    name: str
    known: Known
    number: int


def targets(store: Store) -> Mapping[str, Target]:
    """The targets of a study by the name in which capitals do not matter."""
    found: dict[str, Target] = {}
    for key, row in store.study_rows().table(Table.SETTING).items():
        if str(key[0]).startswith(_KEY):
            target = _target(int(str(key[0]).removeprefix(_KEY)), row)
            found[folded(target.name)] = target
    return dict(sorted(found.items()))


def name_of(typed: str) -> str:
    """A target's name when it can be one: a line of at most 60 characters; errors as `typed_text.line`."""
    name = line(typed)
    if len(name) > MAX_NAME:
        raise Refusal("text-too-long", found=len(name), limit=MAX_NAME)
    return name


def folded(name: str) -> str:
    """The same for `Ward` and `ward`: two targets that differ in capitals only would be one by mistake."""
    return unicodedata.normalize("NFKC", name).casefold()


def mark(store: Store, export: Export, *, who: str, at: str) -> Entry:
    """Remember an export.

    What was written is written: an entry that somebody else made meanwhile does not keep it from being
    remembered. `store.StoreRefusal` where the study cannot be written.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _append(store, export, who, at)
        except Stale:
            continue
    return _append(store, export, who, at)


def _append(store: Store, export: Export, who: str, at: str) -> Entry:
    last = store.last_entry()
    held = targets(store)
    before = held.get(folded(export.target))
    target = before or Target(export.target, Known(), 1 + max((t.number for t in held.values()), default=0))
    known = _known(target.known, export)
    key = (f"{_KEY}{target.number}",)
    old = None if before is None else store.study_rows().table(Table.SETTING)[key]
    change = Change(Table.SETTING, key, old, _row(replace(target, known=known)))
    told: dict[str, object] = {
        "command": COMMAND,
        "name": target.name,
        "profile": export.profile,
        "events": export.events,
        "up_to": export.up_to,
    }
    entry = NewEntry(who=who, command=as_json(told), changes=(change,))
    return store.append([entry], expected={None: last}, at=at)[0]


def _known(before: Known, export: Export) -> Known:
    """What a target knows now; it never knows less than before."""
    up_to = export.up_to
    if export.patients is None:
        later = {number: entry for number, entry in before.patients.items() if entry > up_to}
        return Known(max(before.entry, up_to), later)
    given = {number: max(up_to, before.of(number)) for number in export.patients}
    return Known(before.entry, {**before.patients, **given})


def _row(target: Target) -> Row:
    value = {
        "name": target.name,
        "entry": target.known.entry,
        "patients": {str(number): target.known.patients[number] for number in sorted(target.known.patients)},
    }
    return {"value": json.dumps(value, ensure_ascii=False)}


def _target(number: int, row: Row) -> Target:
    read = json.loads(str(row["value"]))
    patients = {int(patient): int(entry) for patient, entry in read["patients"].items()}
    return Target(str(read["name"]), Known(int(read["entry"]), patients), number)


def last_export(store: Store, target: Target) -> Entry | None:
    """The newest entry with which a target was given something, whether that was undone or not."""
    for entry in store.entries(study_only=True, newest_first=True):
        told = json.loads(entry.command)
        if told.get("command") == COMMAND and told.get("name") == target.name:
            return entry
    return None
