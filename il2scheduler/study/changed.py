"""What changed in the schedule of a patient since a revision, or since it was last printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from il2scheduler.appointment import Appointment, Status
from il2scheduler.commands import appointments_of
from il2scheduler.i18n import Words
from il2scheduler.ledger import Entry, Rows, Table
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import order
from il2scheduler.sheets.what_changed import Changes, Difference, OldPrint, Why
from il2scheduler.study import Study
from il2scheduler.study.printed import CHANGES, outdated
from il2scheduler.study.reverting import undone_by
from il2scheduler.wording import entry_sentence
from il2scheduler.wording.entries import sheet_name


def printed_revision(study: Study, code: str) -> int:
    """The revision that what is in use was printed at; 1, that of the enrolment, where nothing was printed.

    Of several prints that are no longer current it is the oldest. Where all were printed anew, it is the
    newest that they replaced, so that the changes can still be handed out with them.
    """
    number = study.patient_id(code)
    now = study.store.head(number).revision
    old = [one.printed.revision for one in outdated(study.store) if one.printed.patient == code]
    if old:
        return min(old)
    rows = study.store.patient_rows(number).table(Table.PRINTED).values()
    earlier = [int(row["revision"] or 0) for row in rows if row["kind"] != CHANGES]
    return max((revision for revision in earlier if 0 < revision < now), default=min(1, now))


def changes_since(study: Study, code: str, since: int, w: Words) -> Changes:
    """What is different now from how it stood at a revision; `Refusal` where there was no such revision.

    What was recorded is no change: a difference is one of date, time, dose, place, or of what is cancelled.
    """
    number = study.patient_id(code)
    now = study.store.head(number).revision
    then = study.store.revision_entries(number, since) if 0 < since <= now else ()
    if not then:
        raise Refusal("no-revision", revision=since, now=now)
    zone = ZoneInfo(study.settings.timezone)
    before = _by_code(study.store.rows_at(number, then[-1].number))
    after = _by_code(study.store.patient_rows(number))
    protocol = study.state(code).schedule.protocol
    whys = _whys(study, number, then[-1].number + 1, protocol, w, zone)
    differences = [
        Difference(before.get(one), after.get(one), whys.get(one, ()))
        for one in before.keys() | after.keys()
        if _shown(before.get(one)) != _shown(after.get(one))
    ]
    differences.sort(key=lambda d: (order(d.about), d.about.code))
    prints = [one.printed for one in outdated(study.store) if one.printed.patient == code]
    old = tuple(OldPrint(sheet_name(w, one.sheet), one.cycle, one.revision) for one in prints)
    return Changes(since, _local(then[0].at, zone), tuple(differences), old)


def _by_code(rows: Rows) -> Mapping[str, Appointment]:
    return {one.code: one for one in appointments_of(rows)}


def _shown(one: Appointment | None) -> tuple[object, ...] | None:
    """What of an appointment counts as a change; one that is omitted or cancelled stands nowhere."""
    if one is None:
        return None
    if not one.active:
        return (one.status,)
    slots = tuple((i.time, i.dose_iu, i.place, i.status is Status.CANCELLED) for i in one.injections)
    return one.planned, one.hour, slots


def _whys(
    study: Study, number: int, first: int, protocol: Protocol, w: Words, zone: ZoneInfo
) -> Mapping[str, tuple[Why, ...]]:
    """The entries that changed each appointment, without those that were undone and the undoing."""
    entries = study.store.entries(patient=number, first=first, with_changes=True)
    reverted = study.store.reverted()
    gone = {
        one.number
        for one in entries
        if one.reverts is not None or undone_by(one.number, reverted) is not None
    }
    found: dict[str, list[Why]] = {}
    undone: dict[str, Why] = {}
    for entry in entries:
        if not entry.revises:
            continue
        why = _why(entry, protocol, w, zone)
        for code in _touched(entry):
            if entry.number in gone:
                undone[code] = why
            else:
                found.setdefault(code, []).append(why)
    # Where only an undo made the difference, of what was done before that revision, the undo says why.
    return {code: tuple(found.get(code, [])) or (undone[code],) for code in found.keys() | undone.keys()}


def _touched(entry: Entry) -> Iterable[str]:
    codes = (
        str(change.key[1])
        for change in entry.changes
        if change.table in (Table.APPOINTMENT, Table.INJECTION) and change.before != change.after
    )
    return dict.fromkeys(codes)


def _why(entry: Entry, protocol: Protocol, w: Words, zone: ZoneInfo) -> Why:
    said = entry_sentence(w, entry.command, protocol)
    return Why(entry.number, said, entry.who, _local(entry.at, zone), entry.reason)


def _local(at: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(at).astimezone(zone)
