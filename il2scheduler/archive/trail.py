"""The audit trail in plain words: each entry with who, when, what, why, and the rows before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from il2scheduler.i18n import Words
from il2scheduler.ledger import Change, Entry, Row, Table, Value
from il2scheduler.sheets.audit import Listed
from il2scheduler.study import Study
from il2scheduler.study.telling import Telling
from il2scheduler.tables import Cell
from il2scheduler.wording import entry_sentence

ENTRY_COLUMNS = (
    "entry",
    "at_utc",
    "at_site",
    "who",
    "patient",
    "what",
    "reason",
    "revision",
    "undoes_entry",
    "transcribed",
    "batch",
    "erased_by_entry",
    "clock_utc",
    "program",
    "command",
    "facts",
)
CHANGE_COLUMNS = ("entry", "patient", "table", "row", "column", "before", "after")
_LONG = 200
# The rows of a protocol and of a setting hold whole texts: they are files of the archive.
_WHOLE = frozenset({Table.PROTOCOL, Table.SETTING})


@dataclass(frozen=True, slots=True)
class Trail:
    """What is needed to say entries: the words, the site's time zone, and whose patients they are."""

    w: Words
    zone: ZoneInfo
    telling: Telling

    @classmethod
    def of(cls, study: Study, w: Words) -> Trail:
        """The trail of a study; a patient whose enrolment was undone has the code of that enrolment."""
        return cls(w, ZoneInfo(study.settings.timezone), Telling(study))

    def code(self, entry: Entry) -> str | None:
        """The code of the patient of an entry, None where it is of the study."""
        return self.telling.code(entry.patient)

    def what(self, entry: Entry) -> str:
        """What an entry did, in one sentence."""
        return entry_sentence(self.w, entry.command, self.telling.protocol(entry.patient))

    def local(self, at: str) -> datetime:
        """A moment of the ledger at the site."""
        return datetime.fromisoformat(at).astimezone(self.zone)

    def line(self, entry: Entry) -> Mapping[str, Cell]:
        """An entry as a row of the table."""
        return {
            "entry": entry.number,
            "at_utc": entry.at,
            "at_site": self.local(entry.at).isoformat(timespec="seconds"),
            "who": entry.who,
            "patient": self.code(entry),
            "what": self.what(entry),
            "reason": entry.reason,
            "revision": entry.revision,
            "undoes_entry": entry.reverts,
            "transcribed": int(entry.transcribed),
            "batch": entry.batch,
            "erased_by_entry": entry.redacted_by,
            "clock_utc": entry.clock,
            "program": entry.program,
            "command": entry.command,
            "facts": " | ".join(self.telling.facts(self.w, entry)),
        }

    def changes(self, entry: Entry) -> Iterator[Mapping[str, Cell]]:
        """Every value that an entry changed, one a row."""
        for change in entry.changes:
            for column, before, after in _values(change):
                yield {
                    "entry": entry.number,
                    "patient": self.code(entry),
                    "table": change.table.value,
                    "row": _place(change),
                    "column": column,
                    "before": before,
                    "after": after,
                }

    def listed(self, entry: Entry) -> Listed:
        """An entry as a row on paper."""
        w, local = self.w, self.local(entry.at)
        notes = [w("Undoes entry {entry}.", entry=entry.reverts)] if entry.reverts else []
        if entry.transcribed:
            notes.append(w("Transcribed from earlier records."))
        if entry.redacted_by is not None:
            notes.append(w("Text was erased by entry {entry}.", entry=entry.redacted_by))
        if entry.clock is not None:
            notes.append(w("The clock said {time}.", time=entry.clock))
        at = (
            f"{entry.at[:10]} {entry.at[11:19]}",
            w("UTC; at the site"),
            f"{w.staff_date(local.date())} {local:%H:%M}",
        )
        if entry.reason:
            notes.insert(0, w("Reason: {reason}", reason=entry.reason))
        return Listed(
            (
                (str(entry.number),),
                at,
                (entry.who,),
                (self.code(entry) or "\u2013",),
                (self.what(entry), *self.telling.facts(w, entry), *notes),
                tuple(_told(w, entry)),
            )
        )


def _told(w: Words, entry: Entry) -> Iterator[str]:
    """The rows changed: what changed alike in several rows in one line; new and dropped rows are counted."""
    made: Counter[Table] = Counter()
    gone: Counter[Table] = Counter()
    alike: dict[str, list[str]] = {}
    for change in entry.changes:
        if change.before is None:
            made[change.table] += 1
        elif change.after is None:
            gone[change.table] += 1
        elif change.table in _WHOLE:
            yield f"{change.table.value} {_place(change)}"
        else:
            for column, before, after in _values(change):
                was = "" if before is None else f"{_short(before)} "
                text = f"{column} {was}\u2192 {_short(after)}"
                alike.setdefault(text, []).append(_place(change))
    single: dict[str, list[str]] = {}
    for text, places in alike.items():
        if len(places) == 1:
            single.setdefault(places[0], []).append(text)
        else:
            yield f"{text} ({', '.join(places)})"
    yield "; ".join(f"{place}: {', '.join(texts)}" for place, texts in single.items())
    for table, count in made.items():
        yield w("{table}: {count} new", table=table.value, count=count)
    for table, count in gone.items():
        yield w("{table}: {count} gone", table=table.value, count=count)


def _values(change: Change) -> Iterator[tuple[str, Value, Value]]:
    before: Row = change.before or {}
    after: Row = change.after or {}
    for column in dict.fromkeys([*before, *after]):
        if before.get(column) != after.get(column):
            yield column, before.get(column), after.get(column)


def _place(change: Change) -> str:
    """The row by its key; of a patient's row without the patient, who stands beside it."""
    key = change.key if change.table in _WHOLE or len(change.key) == 1 else change.key[1:]
    return " ".join(str(part) for part in key if part != "") or change.table.value


def _short(value: Value) -> str:
    if value is None:
        return "\u2013"
    text = str(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]} \u2026"
