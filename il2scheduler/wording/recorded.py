"""What an entry recorded or changed about injections and visits, said with the old and the new value.

The sentence of an entry says what was done; these lines say the facts behind it, so that a question about
a dose, a site, a batch, a place or a note is answered from the history alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from il2scheduler.i18n import N_, Words
from il2scheduler.ledger import Change, Row, Table, Value
from il2scheduler.protocol import Place, Protocol
from il2scheduler.wording.decisions import named, not_given_name
from il2scheduler.wording.refusals import printable
from il2scheduler.wording.terms import place_name

_LABELS = {
    "dose_iu": N_("planned dose"),
    "place": N_("place of care"),
    "given_at": N_("given at"),
    "given_iu": N_("dose given"),
    "site": N_("site of injection"),
    "batch": N_("batch"),
    "given_by": N_("given by"),
    "not_given": N_("code when not given"),
    "actual": N_("done on"),
    "hour": N_("time of day"),
    "note": N_("note"),
}
_INJECTION = ("dose_iu", "place", "given_at", "given_iu", "site", "batch", "given_by", "not_given", "note")
_VISIT = ("actual", "hour", "note")


def recorded_sentences(
    w: Words, changes: Iterable[Change], protocol: Protocol | None = None
) -> tuple[str, ...]:
    """`Cycle 1 day 1 at 08:00: site of injection: "left thigh" becomes "right thigh"`; like lines are one."""
    found: dict[str, list[str]] = {}
    for change in changes:
        facts = "; ".join(_facts(w, change))
        if facts:
            found.setdefault(facts, []).append(_where(w, change, protocol))
    return tuple(_line(w, names, facts) for facts, names in found.items())


def _line(w: Words, names: list[str], facts: str) -> str:
    if len(names) == 1:
        return w("{where}: {facts}", where=names[0], facts=facts)
    return w(
        "{where} and {count} more, the last {last}: {facts}",
        where=names[0],
        count=len(names) - 1,
        last=names[-1][:1].lower() + names[-1][1:],
        facts=facts,
    )


def _where(w: Words, change: Change, protocol: Protocol | None) -> str:
    where = named(w, str(change.key[1]), protocol)
    if change.table is Table.INJECTION:
        return w("{where} at {time}", where=where, time=change.key[2])
    return where


def _facts(w: Words, change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    if before is None or after is None or change.table not in (Table.INJECTION, Table.APPOINTMENT):
        return
    injection = change.table is Table.INJECTION
    if not injection and after.get("kind") != "visit":
        return
    first = before.get("status") == "planned"
    for name in _INJECTION if injection else _VISIT:
        old, new = before.get(name), after.get(name)
        if old == new or (first and _expected(name, change, after)):
            continue
        label = w(_LABELS[name])
        if old is None:
            yield w("{label} {value}", label=label, value=_value(w, name, new))
        else:
            yield w(
                "{label} {old} becomes {new}",
                label=label,
                old=_value(w, name, old),
                new=_value(w, name, new),
            )


def _expected(name: str, change: Change, after: Row) -> bool:
    """Whether a first record only repeats what the plan or the sentence of the entry says."""
    if name == "actual":
        return after.get("status") == "done"
    if name == "given_iu":
        return after.get(name) == after.get("dose_iu")
    if name == "given_at":
        return str(after.get(name) or "").endswith(f"T{change.key[2]}")
    return name == "not_given"


def _value(w: Words, name: str, value: Value) -> str:
    if value is None:
        return "–"
    if name in ("dose_iu", "given_iu"):
        return w.dose(int(value))
    if name == "place":
        return place_name(w, Place(str(value)))
    if name == "given_at":
        at = datetime.fromisoformat(str(value))
        return f"{w.staff_date(at.date())} {at:%H:%M}"
    if name == "actual":
        return w.staff_date(date.fromisoformat(str(value)))
    if name == "not_given":
        return not_given_name(w, str(value))
    return str(value) if name == "hour" else w.quoted(printable(str(value)))
