"""What the history says of an entry: whose it is, what it moved, and the facts behind its sentence.

The terminal, the window and the archive tell the same. A patient whose enrolment was undone is still named:
the code stands in the ledger.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date

from il2scheduler.commands import Move
from il2scheduler.i18n import Words
from il2scheduler.ledger import Change, Entry, Key, Row, Table
from il2scheduler.protocol import Protocol
from il2scheduler.study import Study
from il2scheduler.wording import move_sentence, recorded_sentences

_DAY_OF_CYCLE = re.compile(r"(C[0-9]+)D[0-9]+")
_AWAY = ("omitted", "cancelled")


class Telling:
    """The entries of one study in words; what is looked up for one is kept for the next."""

    def __init__(self, study: Study) -> None:
        """Nothing is looked up yet."""
        self._study = study
        self._gone: dict[int, Row | None] = {}
        self._planned: dict[int, dict[str, date]] = {}

    def row(self, patient: int | None) -> Row | None:
        """A patient's own row; of one whose enrolment was undone, that of the enrolment."""
        if patient is None:
            return None
        row = self._study.patients().get(patient)
        if row is not None:
            return row
        if patient not in self._gone:
            first = self._study.store.entries(patient=patient, limit=1, with_changes=True)
            changes = first[0].changes if first else ()
            found = (change.after for change in changes if change.table is Table.PATIENT)
            self._gone[patient] = next(found, None)
        return self._gone[patient]

    def code(self, patient: int | None) -> str | None:
        """The code of a patient; None for the study itself."""
        row = self.row(patient)
        return None if row is None else str(row["code"])

    def protocol(self, patient: int | None) -> Protocol | None:
        """The protocol of a patient; None where it is not in the study any more."""
        row = self.row(patient)
        known = None if row is None else self._study.protocols.get(int(row["protocol"] or 0))
        return None if known is None else known.protocol

    def gone(self, code: str) -> tuple[int, ...]:
        """The row ids of patients of this code whose enrolment was undone, in the order of enrolment."""
        return tuple(number for number, known in self.unenrolled().items() if known == code)

    def unenrolled(self) -> Mapping[int, str]:
        """The codes of the patients whose enrolment was undone, by row id, in the order of enrolment."""
        there = self._study.patients()
        numbers = sorted(n for n in self._study.store.heads() if n is not None and n not in there)
        return {number: code for number in numbers if (code := self.code(number)) is not None}

    def facts(self, w: Words, entry: Entry) -> tuple[str, ...]:
        """What was recorded, accepted or changed besides dates; the entry has its changes."""
        protocol = self.protocol(entry.patient)
        again = self._accepted_again(entry)
        return recorded_sentences(w, entry.changes, protocol, again=again, on=self._days(entry))

    def moves(self, w: Words, entry: Entry) -> tuple[str, ...]:
        """What an entry moved, from when to when; it has its changes."""
        protocol = self.protocol(entry.patient)
        return tuple(move_sentence(w, move, protocol) for move in moved(entry))

    def _accepted_again(self, entry: Entry) -> tuple[tuple[str, str], ...]:
        """Findings, with their cycles, that the entry accepted and that stood accepted before it.

        Such a cycle was moved once more.
        """
        told = json.loads(entry.command)
        answers = {*told.get("accept", ()), *(["past-cap"] if told.get("past_cap") == "keep" else ())}
        if not answers or entry.patient is None:
            return ()
        own = {change.key[2] for change in entry.changes if change.table is Table.CHOICE}
        cycles = {move.code for move in moved(entry)}
        found: list[tuple[str, str]] = []
        for key in sorted(self._study.store.rows_at(entry.patient, entry.number).table(Table.CHOICE)):
            finding, _, code = str(key[2]).partition("/")
            if key[1] == "accepted" and finding in answers and key[2] not in own and code in cycles:
                found.append((finding, code))
        return tuple(found)

    def _days(self, entry: Entry) -> Callable[[str], date | None]:
        """When an appointment was planned as the entry recorded it."""

        def on(code: str) -> date | None:
            store, patient = self._study.store, entry.patient or 0
            # A recorded day stays where it is, unless the record was taken back.
            if patient not in self._study.patients() or store.reverted([entry.number]):
                return _planned(store.rows_at(patient, entry.number).table(Table.APPOINTMENT)).get(code)
            if patient not in self._planned:
                rows = store.patient_rows(patient).table(Table.APPOINTMENT)
                self._planned[patient] = _planned(rows)
            return self._planned[patient].get(code)

        return on


def _planned(rows: Mapping[Key, Row]) -> dict[str, date]:
    days = {str(key[1]): row["planned"] for key, row in rows.items()}
    return {code: date.fromisoformat(str(day)) for code, day in days.items() if day is not None}


def moved(entry: Entry) -> tuple[Move, ...]:
    """Cycles and visits whose date an entry changed; a cycle is named once, by its first day.

    Where day 1 of a cycle stays and other days come or go, as when the rest of a course is stopped, the days
    are named.
    """
    moves: dict[str, Move] = {}
    whole = {str(c.key[1]).removesuffix("D1") for c in entry.changes if _starts(c)}
    for change in entry.changes:
        if change.table is not Table.APPOINTMENT:
            continue
        code = str(change.key[1])
        before, after = _stood(change.before), _stood(change.after)
        if before == after:
            continue
        match = _DAY_OF_CYCLE.fullmatch(code)
        name = code if match is None or match[1] not in whole else match[1]
        known = moves.get(name)
        if known is not None:
            before = min((day for day in (known.before, before) if day is not None), default=None)
            after = min((day for day in (known.after, after) if day is not None), default=None)
        moves[name] = Move(name, before, after)
    return tuple(sorted(moves.values(), key=lambda move: (move.after or move.before or date.max, move.code)))


def _starts(change: Change) -> bool:
    """Whether the date of a cycle's day 1 changed."""
    day_1 = change.table is Table.APPOINTMENT and str(change.key[1]).endswith("D1")
    return day_1 and _stood(change.before) != _stood(change.after)


def _stood(row: Row | None) -> date | None:
    if row is None or row["planned"] is None or row["status"] in _AWAY:
        return None
    return date.fromisoformat(str(row["planned"]))
