"""The texts people typed freely, in rows and commands: they can be erased, the program's words cannot."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from il2scheduler.ledger import Entry, Key, Row, Table, Value
from il2scheduler.store import chain, protocol_text
from il2scheduler.store.chain import REDACTED, Json

Erase = Callable[[str], str]
"""Gives a text without what is to be erased of it."""

_COLUMNS: Mapping[Table, frozenset[str]] = {
    Table.APPOINTMENT: frozenset({"note"}),
    Table.INJECTION: frozenset({"note", "site", "batch", "given_by"}),
    Table.NOTE: frozenset({"text"}),
}
_IN_JSON = frozenset({Table.SETTING, Table.CHOICE})
"""Their value is JSON: a study could not be read any more were a date or a time zone of it erased."""
_WORDS = frozenset(
    {"reason", "note", "text", "by", "given_by", "batch", "site", "name", "title", "file", "source", "value"}
)
_BY_PATIENT = "patient"
"""Who gave an injection, as the program says it."""
_OWN_SETTINGS = frozenset({"study_id", "country", "subdivision", "timezone"})


def typed_in(entry: Entry) -> frozenset[str]:
    """The texts people typed in an entry: its reason, notes, and the typed values of its rows and command.

    A setting lists what was typed earlier, too: of it only what this entry brought.
    """
    texts = {entry.reason or ""}
    for change in entry.changes:
        before, after = (_texts(change.table, change.key, row) for row in (change.before, change.after))
        texts |= after - before if change.table in _IN_JSON else after | before
    found = set[str]()
    _value_without(json.loads(entry.command), _noting(found))
    return frozenset(text for text in texts | found if text not in {"", REDACTED, _BY_PATIENT})


def command_without(command: str, erase: Erase) -> str:
    """A command of the ledger without what people typed in it."""
    told = json.loads(command)
    left = _value_without(told, erase)
    return command if left == told else chain.compact(left)


def row_without(table: Table, key: Key, row: Row | None, erase: Erase) -> Row | None:
    """A row without what people typed in it."""
    if row is None:
        return None
    if table is Table.PROTOCOL:
        return {**row, "text": protocol_text.without(str(row["text"]), erase)}
    if table in _IN_JSON:
        return {**row, "value": _json_without(table, key, str(row["value"]), erase)}
    names = _COLUMNS.get(table, frozenset())

    def left(name: str, value: Value) -> Value:
        return erase(value) if name in names and isinstance(value, str) else value

    return {name: left(name, value) for name, value in row.items()}


def _noting(found: set[str]) -> Erase:
    """Erases nothing, and keeps what could be erased."""

    def note(text: str) -> str:
        found.add(text)
        return text

    return note


def _texts(table: Table, key: Key, row: Row | None) -> set[str]:
    found = set[str]()
    if table is not Table.PROTOCOL:
        row_without(table, key, row, _noting(found))
    return found


def _json_without(table: Table, key: Key, value: str, erase: Erase) -> str:
    """A setting or a choice; lists of closures have the name last, all else that is typed has its word."""
    try:
        told: Json = json.loads(value)
    except ValueError:
        return erase(value) if table is Table.SETTING else value
    left: Json = told
    if isinstance(told, str):
        left = erase(told) if table is Table.SETTING and key[0] not in _OWN_SETTINGS else told
    elif isinstance(told, dict):
        left = _value_without(told, erase)
    elif isinstance(told, list):
        left = [_named_last(one, erase) for one in told]
    return value if left == told else json.dumps(left, ensure_ascii=False)


def _named_last(entry: Json, erase: Erase) -> Json:
    if not isinstance(entry, list) or not entry or not isinstance(entry[-1], str):
        return entry
    return [*entry[:-1], erase(entry[-1])]


def _value_without(value: Json, erase: Erase) -> Json:
    """What stands under the words for typed texts, however deep."""
    if isinstance(value, list):
        return [_value_without(inner, erase) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        name: erase(inner) if name in _WORDS and isinstance(inner, str) else _value_without(inner, erase)
        for name, inner in value.items()
    }
