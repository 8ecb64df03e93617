"""Why something of a patient is as it is: the entry that made it so, and the reason given then."""

from __future__ import annotations

from il2scheduler.ledger import Change, Entry, Table, Value
from il2scheduler.study import Study

_COLUMNS = {
    Table.APPOINTMENT: ("planned", "actual", "status"),
    Table.INJECTION: ("not_given", "given_iu"),
    Table.CHOICE: ("value",),
}


class Reasons:
    """The entries of a patient by what they set and to which value.

    Undo and redo set nothing of their own: what holds after them was set by an entry before.
    """

    def __init__(self, study: Study, patient: int) -> None:
        """Read the patient's entries."""
        self._set: dict[tuple[str, ...], list[tuple[Value, Entry]]] = {}
        for entry in study.store.entries(patient=patient, with_changes=True):
            if entry.reverts is None:
                for change in entry.changes:
                    self._take(entry, change)

    def _take(self, entry: Entry, change: Change) -> None:
        before, after = change.before or {}, change.after or {}
        for column in _COLUMNS.get(change.table, ()):
            if before.get(column) != after.get(column):
                key = (*(str(part) for part in change.key[1:]), column)
                self._set.setdefault(key, []).append((after.get(column), entry))

    def of(self, value: Value, *key: str) -> Entry | None:
        """The latest entry that set this to the value it has.

        `key` is a code and a column (`W52`, `planned`), a code, a slot and a column, or a kind of choice,
        its name and `value`.
        """
        made = [entry for after, entry in self._set.get(key, ()) if after == value]
        return made[-1] if made else None
