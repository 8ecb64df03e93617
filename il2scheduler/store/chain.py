"""The hash chains of a study: each entry seals the one before it, for the study and for each patient.

The payload of an entry (command, reason, changes) is hashed with a salt of its own, and the chain runs over
that hash. So the typed text of a payload can be erased later and the chain still holds, and nobody can guess
a short text from its hash. All hashes are SHA-256 in hex, over UTF-8 JSON arrays without spaces:

    payload hash   [salt, command, reason, [[table, key, before, after], ...]]
    entry hash     ["il2scheduler entry 1", hash of the previous entry, *sealed]
    patient hash   ["il2scheduler patient 1", patient hash of the patient's previous entry, *sealed]
    sealed         [number, at, clock, who, patient, revises, reverts, transcribed, batch, program, revision,
                   payload hash]

Before the first entry the hash is the empty text. The chains make tampering evident, not impossible: who can
write the file can compute every hash anew, and then differs from each printed sheet and each backup.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from il2scheduler.ledger import TABLES, Change, Key, Row, Table

StoredChange = tuple[str, str, str | None, str | None]
"""A change as its row of `entry_change` holds it: table, key, before and after, the last three as JSON."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

REDACTED = "[redacted]"

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Sealed:
    """What an entry's hash covers besides the hash before it."""

    number: int
    at: str
    clock: str | None
    who: str
    patient: int | None
    revises: bool
    reverts: int | None
    transcribed: bool
    batch: str | None
    program: str
    revision: int
    payload_hash: str

    def entry_hash(self, previous: str) -> str:
        """The study's chain head after this entry."""
        return self._hash("il2scheduler entry 1", previous)

    def patient_hash(self, previous: str) -> str | None:
        """The patient's chain head after this entry; None for an entry of the study."""
        return None if self.patient is None else self._hash("il2scheduler patient 1", previous)

    def _hash(self, purpose: str, previous: str) -> str:
        return hashed(
            [
                purpose,
                previous,
                self.number,
                self.at,
                self.clock,
                self.who,
                self.patient,
                self.revises,
                self.reverts,
                self.transcribed,
                self.batch,
                self.program,
                self.revision,
                self.payload_hash,
            ]
        )


def new_salt() -> str:
    """128 random bits in hex."""
    return secrets.token_hex(16)


def payload_hash(salt: str, command: str, reason: str | None, changes: Sequence[StoredChange]) -> str:
    """The hash of what an entry says, which a redaction can take away."""
    return hashed([salt, command, reason, changes])


def hashed(parts: Sequence[object]) -> str:
    """SHA-256 in hex of a JSON array."""
    return sha256(compact(parts).encode()).hexdigest()


def compact(value: object) -> str:
    """JSON with sorted keys and without spaces."""
    return _ENCODER.encode(value)


def stored(change: Change) -> StoredChange:
    """A change as the ledger keeps it; columns without a value are left out."""
    before = None if change.before is None else stored_row(change.before)
    after = None if change.after is None else stored_row(change.after)
    return (change.table.value, compact(list(change.key)), before, after)


def stored_row(row: Row) -> str:
    """A row as the ledger keeps it; the same row is always the same text."""
    return compact({name: value for name, value in row.items() if value is not None})


def change_of(line: StoredChange) -> Change:
    """A change read back from the ledger, every column present."""
    table, key, before, after = line
    place = Table(table)
    return Change(place, tuple(json.loads(key)), _row(place, before), _row(place, after))


def key_of(text: str) -> Key:
    """A row's key from its JSON."""
    return tuple(json.loads(text))


def _row(table: Table, text: str | None) -> Row | None:
    return None if text is None else {**EMPTY[table], **json.loads(text)}


EMPTY: dict[Table, dict[str, None]] = {
    table: dict.fromkeys(columns.values) for table, columns in TABLES.items()
}
"""A row of each table without any value, in the order of its columns."""


def plain(change: Change) -> Change:
    """The change with every column of its table, truth values as 0 and 1; `ValueError` for any other."""
    table = change.table
    return Change(table, change.key, _plain_row(table, change.before), _plain_row(table, change.after))


def _plain_row(table: Table, row: Row | None) -> Row | None:
    if row is None:
        return None
    whole: dict[str, str | int | None] = dict(EMPTY[table])
    for name, value in row.items():
        if name not in whole:
            raise ValueError(f"the table {table} has no column {name}")
        whole[name] = int(value) if isinstance(value, bool) else value
    return whole


def erased_by(command: str) -> dict[str, str]:
    """What a redaction's command says it erased: entry number to the hash of the payload that is left."""
    if '"redact"' not in command:
        return {}
    with contextlib.suppress(ValueError, AttributeError):
        told = json.loads(command)
        if told.get("command") == "redact" and isinstance(told.get("erased"), dict):
            return {str(number): str(hash_) for number, hash_ in told["erased"].items()}
    return {}
