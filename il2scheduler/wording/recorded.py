"""What an entry recorded or changed about injections and visits, said with the old and the new value.

The sentence of an entry says what was done; these lines say the facts behind it, so that a question about
a dose, a site, a batch, a place or a note is answered from the history alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from enum import Enum

from il2scheduler.commands.differences import Windowed, window_change
from il2scheduler.i18n import N_, Words
from il2scheduler.ledger import Change, Row, Table, Value
from il2scheduler.protocol import Place, Protocol
from il2scheduler.wording.decisions import named, not_given_name
from il2scheduler.wording.differences import window_said
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
    "window": N_("window"),
}
_INJECTION = ("dose_iu", "place", "given_at", "given_iu", "site", "batch", "given_by", "not_given", "note")
_VISIT = ("actual", "hour", "note")


_ACCEPTED = {
    "gap-too-short": N_("{where}: the start sooner than the minimum interval was accepted"),
    "past-cap": N_("{where}: the start past the cap was accepted"),
}
_NO_LONGER_ACCEPTED = {
    "gap-too-short": N_("{where}: the start sooner than the minimum interval is no longer accepted"),
    "past-cap": N_("{where}: the start past the cap is no longer accepted"),
}


class _When(Enum):
    """How the day of a first record is said: it was given at its planned time, or not given or missed."""

    GIVEN = 1
    PLANNED = 2


_Days = Callable[[str], date | None]


def recorded_sentences(
    w: Words,
    changes: Iterable[Change],
    protocol: Protocol | None = None,
    *,
    again: Iterable[tuple[str, str]] = (),
    on: _Days | None = None,
) -> tuple[str, ...]:
    """`Cycle 1 day 1 at 08:00: site of injection: "left thigh" becomes "right thigh"`; like lines are one.

    `again` are findings and cycles that were accepted before and by this entry once more; `on` says when an
    appointment was planned, for records that have no date of their own.
    """
    changes = tuple(changes)
    # With a patient come, or go, all injections: that is said by the entry itself.
    whole = any(c.table is Table.PATIENT and (c.before is None or c.after is None) for c in changes)
    days = {str(c.key[1]): c for c in changes if c.table is Table.APPOINTMENT}
    found: dict[tuple[_When | None, str], list[tuple[str, date | None]]] = {}
    for change in changes:
        when, day = _recorded_on(change, days, on)
        facts = w("; ").join(_facts(w, change) if change.before and change.after else _came(w, change, whole))
        if facts or when is not None:
            found.setdefault((when, facts), []).append((_where(w, change, protocol), day))
    lines = [_line(w, [name for name, _ in told], _dated(w, *key, told)) for key, told in found.items()]
    return (*_accepted(w, changes, again, protocol), *lines)


def _recorded_on(
    change: Change, days: dict[str, Change], on: _Days | None
) -> tuple[_When | None, date | None]:
    """The day of a first record that nothing else of the entry says."""
    before, after = change.before, change.after
    if before is None or after is None or before.get("status") != "planned":
        return None, None
    if change.table is Table.APPOINTMENT and after.get("status") == "missed":
        return _planned(after)
    if change.table is not Table.INJECTION:
        return None, None
    given_at = str(after.get("given_at") or "")
    if given_at and _expected("given_at", change, after):
        return _When.GIVEN, datetime.fromisoformat(given_at).date()
    if after.get("not_given") is None:
        return None, None
    own = days.get(str(change.key[1]))
    if own is not None and own.after is not None:
        return _planned(own.after)
    day = None if on is None else on(str(change.key[1]))
    return (None, None) if day is None else (_When.PLANNED, day)


def _planned(row: Row) -> tuple[_When | None, date | None]:
    planned = row.get("planned")
    return (None, None) if planned is None else (_When.PLANNED, date.fromisoformat(str(planned)))


def _dated(w: Words, when: _When | None, facts: str, told: list[tuple[str, date | None]]) -> str:
    """The facts, after the day or days they are of."""
    days = sorted(day for _, day in told if day is not None)
    if when is None or not days:
        return facts
    said = {"first": w.staff_date(days[0]), "last": w.staff_date(days[-1])}
    if when is _When.GIVEN:
        text = N_("given on {first}") if days[0] == days[-1] else N_("given from {first} to {last}")
    else:
        text = N_("planned on {first}") if days[0] == days[-1] else N_("planned from {first} to {last}")
    return w("; ").join([w(text, **said), *([facts] if facts else [])])


def _came(w: Words, change: Change, whole: bool) -> Iterator[str]:  # noqa: FBT001 - of this module
    """An injection that is new or no longer planned."""
    if change.table is not Table.INJECTION or whole:
        return
    if change.after is None:
        yield w("no longer planned")
        return
    dose = change.after["dose_iu"]
    yield w("new") if dose is None else w("new, {dose}", dose=w.dose(int(dose)))
    yield w("{label} {value}", label=w(_LABELS["place"]), value=_value(w, "place", change.after["place"]))


def _accepted(
    w: Words, changes: Iterable[Change], again: Iterable[tuple[str, str]], protocol: Protocol | None
) -> Iterator[str]:
    """Gaps and caps that a person accepted, or omitted a cycle for."""
    for change in changes:
        if change.table is not Table.CHOICE:
            continue
        kind, name = str(change.key[1]), str(change.key[2])
        if kind == "omitted" and (change.after or {}).get("value") == "cap":
            where = named(w, f"C{name}", protocol)
            yield w("{where} was omitted: it would have started past the cap.", where=where)
        finding, _, code = name.partition("/")
        if kind == "accepted" and finding in _ACCEPTED:
            texts = _NO_LONGER_ACCEPTED if change.after is None else _ACCEPTED
            yield w(texts[finding], where=named(w, code, protocol))
    for finding, code in again:
        yield w(_ACCEPTED[finding], where=named(w, code, protocol))


def _line(w: Words, names: list[str], facts: str) -> str:
    if len(names) == 1:
        return w("{where}: {facts}", where=names[0], facts=facts)
    last = names[-1][:1].lower() + names[-1][1:]
    if len(names) == 2:
        return w("{where} and {last}: {facts}", where=names[0], last=last, facts=facts)
    return w(
        "{where} and {count} more, the last {last}: {facts}",
        where=names[0],
        count=len(names) - 1,
        last=last,
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
    if not injection and before.get("nominal") and after.get("nominal"):
        yield from _window(w, before, after)
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


def _window(w: Words, before: Row, after: Row) -> Iterator[str]:
    """A window that is another one, in days before and after the date it is of, or by its dates."""
    old, new = window_change(_windowed(before), _windowed(after))
    if old != new:
        label, becomes = w(_LABELS["window"]), "–" if new is None else window_said(w, new)
        if old is None:
            yield w("{label} {value}", label=label, value=becomes)
        else:
            yield w("{label} {old} becomes {new}", label=label, old=window_said(w, old), new=becomes)


def _windowed(row: Row) -> Windowed:
    earliest, latest, nominal, planned = (
        None if row.get(name) is None else date.fromisoformat(str(row[name]))
        for name in ("earliest", "latest", "nominal", "planned")
    )
    window = None if earliest is None or latest is None else (earliest, latest)
    return Windowed(window, nominal, planned, row.get("cycle") is not None)


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
