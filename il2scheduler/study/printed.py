"""What was printed at which revision, of each patient and of the clinic, and which prints are out of date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from il2scheduler.ledger import Change, Entry, NewEntry, Row, Rows, Table
from il2scheduler.store import Stale, Store
from il2scheduler.study.commands_json import as_json
from il2scheduler.study.settings import Settings, settings_of

COMMAND = "print"
DOSING = "dosing"
CHANGES = "changes"
"""The kind of the list of what changed: it belongs to a print and is not out of date by itself."""
LISTS = {"day": 1, "week": 7}
"""The lists over all patients, with the number of their days."""
_ATTEMPTS = 3
_LISTED = frozenset(
    {"site", "places_injections", "places_visits", "closed_weekdays", "closures", "recurring", "opened"}
    | {"country", "subdivision", "holidays", "holiday_years"}
)
"""The settings that say something on a list."""
_OVER = frozenset({"given", "given-in-part", "not-given"})


@dataclass(frozen=True, slots=True)
class Print:
    """A sheet that was printed: `cycle` None for all of a document, `head` the digits printed on it.

    A list over all patients has no `patient`, the first day it is of, and as `revision` the newest entry of
    the study.
    """

    patient: str
    sheet: str
    cycle: int | None
    revision: int
    head: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Outdated:
    """A print that is older than the patient's schedule, or the days, it shows; `now` is the revision."""

    printed: Print
    now: int


@dataclass(slots=True)
class _Batch:
    """The prints of one patient, or the lists of the study."""

    prints: list[Print] = field(default_factory=list[Print])

    def command(self, *, saved: bool) -> str:
        first = self.prints[0]
        kinds = dict.fromkeys(one.sheet for one in self.prints)
        said: dict[str, object] = {
            "command": COMMAND,
            "sheets": [self._sheet(kind) for kind in kinds],
            "revision": first.revision,
            "to": "file" if saved else "paper",
        }
        if first.patient:
            said["patient"] = first.patient
        return as_json(said)

    def _sheet(self, kind: str) -> dict[str, object]:
        prints = [one for one in self.prints if one.sheet == kind]
        if kind in LISTS:
            return {"sheet": kind, "days": [one.day.isoformat() for one in prints if one.day is not None]}
        return {"sheet": kind, "cycles": [one.cycle for one in prints if one.cycle]}


def mark(
    store: Store, prints: Iterable[Print], *, who: str, at: str, saved: bool = False
) -> tuple[Entry, ...]:
    """Remember prints, one entry for each patient and one for lists of the study; no revision rises.

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
        patient = store.find_patient(code) if code else None
        if code and patient is None:
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


def _row(patient: int | None, one: Print) -> Row:
    # The table has no column for a day: a list's stands behind its kind, `week 2026-03-30`.
    kind = one.sheet if one.day is None else f"{one.sheet} {one.day.isoformat()}"
    return {
        "patient": patient,
        "kind": kind,
        "cycle": one.cycle,
        "revision": one.revision,
        "head": one.head,
    }


def _print(code: str, row: Row) -> Print:
    kind, _, day = str(row["kind"]).partition(" ")
    cycle = None if row["cycle"] is None else int(row["cycle"])
    on = date.fromisoformat(day) if day else None
    return Print(code, kind, cycle, int(row["revision"] or 0), str(row["head"]), on)


def latest(store: Store) -> tuple[Print, ...]:
    """The newest print of each sheet: the lists by day, then by patient, sheet and cycle."""
    codes = {number: str(row["code"]) for number, row in store.patients().items()}
    found: dict[tuple[str, str, int, date], Print] = {}
    for _, row in store.rows(Table.PRINTED):
        code = "" if row["patient"] is None else codes.get(int(row["patient"]))
        if code is None:
            continue
        one = _print(code, row)
        found[code, one.sheet, one.cycle or 0, one.day or date.min] = one
    return tuple(found[key] for key in sorted(found))


def outdated(store: Store, today: date | None = None) -> tuple[Outdated, ...]:
    """Printed before and changed since: the newest print of a sheet is of an earlier revision.

    A dosing sheet of a cycle that is over needs no new print. With `today`, lists that are not past and of
    whose days something was planned otherwise since come first.
    """
    prints = latest(store)
    if not prints:
        return ()
    heads = store.heads()
    codes = {str(row["code"]): number for number, row in store.patients().items()}
    now = {code: heads[number].revision for code, number in codes.items() if number in heads}
    of_patients = [
        Outdated(one, now[one.patient])
        for one in prints
        if one.patient and one.sheet != CHANGES and one.revision < now.get(one.patient, 0)
    ]
    in_use = _in_use(store, codes, [one.printed for one in of_patients])
    of_patients = [one for one in of_patients if one.printed in in_use]
    lists = () if today is None else _lists(store, [one for one in prints if not one.patient], today)
    return (*lists, *of_patients)


def before_product(store: Store) -> tuple[Print, ...]:
    """Dosing sheets in use that were printed before the pharmacy's product changed: volumes may differ."""
    entries = store.entries(study_only=True, newest_first=True, with_changes=True)
    changed = next((e.number for e in entries if any(c.key == ("product",) for c in e.changes)), None)
    if changed is None:
        return ()
    since = {
        (str(told.get("patient")), int(cycle or 0))
        for told in (json.loads(e.command) for e in store.entries(first=changed + 1) if COMMAND in e.command)
        if told.get("command") == COMMAND
        for one in told["sheets"]
        if one["sheet"] == DOSING
        for cycle in one["cycles"] or [0]
    }
    codes = {str(row["code"]): number for number, row in store.patients().items()}
    old = [one for one in latest(store) if one.sheet == DOSING and (one.patient, one.cycle or 0) not in since]
    in_use = _in_use(store, codes, old)
    return tuple(one for one in old if one in in_use)


def silent_changes(store: Store, patient: int, entry: int) -> tuple[tuple[str, Entry], ...]:
    """What a sheet of a patient shows besides the plan and was changed after `entry`, without a new revision.

    `protocol`: the version or the site's values, such as windows; `product`: the pharmacy's, so the volumes
    of dosing sheets. Each with the newest entry that changed it; what was changed back is left out.
    """
    found: list[tuple[str, Entry]] = []
    for what, entries, shown in (
        ("protocol", store.entries(patient=patient, first=entry + 1, with_changes=True), _protocol),
        ("product", store.entries(study_only=True, first=entry + 1, with_changes=True), _product),
    ):
        changes = [
            (one, *values) for one in entries for values in map(shown, one.changes) if values is not None
        ]
        if changes and changes[0][1] != changes[-1][2]:
            found.append((what, changes[-1][0]))
    return tuple(found)


def _protocol(change: Change) -> tuple[object, object] | None:
    """A patient's protocol before and after a change; None where it changes something else."""
    if change.table is not Table.PATIENT or change.before is None or change.after is None:
        return None
    before, after = change.before["protocol"], change.after["protocol"]
    return None if before == after else (before, after)


def _product(change: Change) -> tuple[object, object] | None:
    if change.table is not Table.SETTING or change.key != ("product",):
        return None
    return change.before, change.after


def _in_use(store: Store, codes: Mapping[str, int], prints: Iterable[Print]) -> set[Print]:
    """The prints without the sheets of cycles that are over: those are filled in."""
    over: dict[str, set[int]] = {}
    found: set[Print] = set()
    for one in prints:
        if one.patient not in over:
            over[one.patient] = _cycles_over(store, codes[one.patient])
        if one.cycle not in over[one.patient]:
            found.add(one)
    return found


def _cycles_over(store: Store, patient: int) -> set[int]:
    """The cycles of which every injection is recorded."""
    statuses: dict[int, set[str]] = {}
    for row in store.patient_rows(patient).table(Table.APPOINTMENT).values():
        if row["kind"] == "injections":
            statuses.setdefault(int(row["cycle"] or 0), set()).add(str(row["status"]))
    return {cycle for cycle, found in statuses.items() if found <= _OVER}


def _lists(store: Store, prints: Iterable[Print], today: date) -> tuple[Outdated, ...]:
    found: list[Outdated] = []
    now = store.last_entry()
    for one in prints:
        if one.day is None:
            continue
        last = one.day + timedelta(days=LISTS[one.sheet] - 1)
        if last >= today and superseding(store, one.revision, one.day, last) is not None:
            found.append(Outdated(one, now))
    return tuple(found)


def superseding(
    store: Store, entry: int, first: date | None = None, last: date | None = None
) -> Entry | None:
    """The first entry after `entry` that made a list another one, on any day or from `first` to `last`.

    It planned otherwise, or changed what the list says of the site and of its days.
    """
    days = () if first is None or last is None else _days(first, last)
    found = [_planning(store, entry, days), _setting(store, entry, days)]
    return min((one for one in found if one is not None), key=lambda one: one.number, default=None)


def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def _planning(store: Store, entry: int, days: Sequence[date]) -> Entry | None:
    """The first entry after `entry` that planned otherwise."""
    revising = [one for one in store.entries(first=entry + 1) if one.revises]
    if not days:
        return revising[0] if revising else None
    texts = {day.isoformat() for day in days}
    changes = store.changes([one.number for one in revising])
    return next((one for one in revising if _touches(store, one, changes.get(one.number, ()), texts)), None)


def _setting(store: Store, entry: int, days: Sequence[date]) -> Entry | None:
    """The first entry after `entry` that changed a setting which a list of these days, or of any, shows."""
    later = store.entries(study_only=True, first=entry + 1, newest_first=True, with_changes=True)
    rows = dict(store.study_rows().table(Table.SETTING))
    found: Entry | None = None
    for one in later:
        changes = [change for change in one.changes if change.table is Table.SETTING]
        if not {change.key[0] for change in changes} & _LISTED:
            continue
        after = settings_of(Rows.of({Table.SETTING: rows}))
        for change in changes:
            if change.before is None:
                rows.pop(change.key, None)
            else:
                rows[change.key] = change.before
        if not days or _said(settings_of(Rows.of({Table.SETTING: rows})), days) != _said(after, days):
            found = one
    return found


def _said(settings: Settings, days: Sequence[date]) -> tuple[object, ...]:
    """What a list of these days says of the site: its name, its places, and why it is closed."""
    clinic = settings.clinic(days[0].year, days[-1].year)
    closed = tuple(clinic.closed(day) if clinic.covers(day) else None for day in days)
    return settings.site, settings.places_injections, settings.places_visits, closed


def _touches(store: Store, entry: Entry, changes: Iterable[Change], days: set[str]) -> bool:
    """True when an appointment came to one of these days, left it, or is otherwise on it."""
    plans: dict[str, list[Row]] = {}
    doses: set[str] = set()
    for change in changes:
        if change.table is Table.APPOINTMENT:
            rows = [row for row in (change.before, change.after) if row is not None]
            plans[str(change.key[1])] = [row for row in rows if _shown(change)]
        elif change.table is Table.INJECTION:
            doses.add(str(change.key[1]))
    if any(row["planned"] in days for rows in plans.values() for row in rows):
        return True
    doses -= {code for code, rows in plans.items() if rows}
    if not doses or entry.patient is None:
        return False
    there = store.patient_rows(entry.patient).table(Table.APPOINTMENT)
    return any(row["planned"] in days for key, row in there.items() if key[1] in doses)


def _shown(change: Change) -> bool:
    """Whether a list shows the difference."""
    before, after = change.before or {}, change.after or {}
    return any(before.get(name) != after.get(name) for name in ("planned", "hour", "status"))
