"""Commands that show a study: its patients and their schedules, the day's list, deviations.

Documents printed with `--json`::

    show STUDY          {"format": 1, "study": {...}, "patients": [{"code", "protocol", "version", "reading",
                         "arm", "anchor", "stopped", "withdrawn", "lost", "revision", "head", "entry",
                         "next"}]}
    show STUDY P001     the object of `plan --json`, with "revision", "head" and what is recorded
    agenda              {"format": 1, "today", "first", "last", "overdue": [{"patient", "protocol", "days",
                         "awaiting_diary", ...appointment}], "due": [{"patient", "protocol", ...appointment}]}
    deviations          {"format": 1, "deviations": [{"patient", "kind", "where", "date", "message", "reason",
                         "entry"}], "moved": [the same, of visits moved where the source has no window]}
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import click

from il2scheduler import rules
from il2scheduler.cli.acting import reads
from il2scheduler.cli.documents import appointment_document, echo_json, finding_document, schedule_document
from il2scheduler.cli.screen import print_findings, print_schedule, print_unstated, status_said
from il2scheduler.cli.study import study_document
from il2scheduler.cli.values import DATE
from il2scheduler.i18n import Words, words
from il2scheduler.ledger import Row, Table
from il2scheduler.rules import Finding, FindingKind
from il2scheduler.study import Study
from il2scheduler.study.lists import (
    Deviation,
    Due,
    deviations,
    due,
    moved_without_window,
    overdue,
    patient_findings,
)
from il2scheduler.wording import (
    appointment_name,
    deviation_sentence,
    end_marks,
    finding_sentence,
    printable,
)

_ONE_DAY = timedelta(days=1)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_TODAY = click.option("--today", type=DATE, help="The date taken for today; the site's when absent.")
_HEAD_DIGITS = 12


@click.command()
@reads
@click.argument("patient", required=False, metavar="[PATIENT]")
@_TODAY
@_JSON
def show(study: Study, *, patient: str | None, today: date | None, language: str, as_json: bool) -> int:
    """Show the patients of a study, or one patient's schedule with its findings."""
    w = words(language)
    with study.snapshot():
        if patient is None:
            _show_all(w, study, today or study.today(), as_json=as_json)
        else:
            _show_one(w, study, patient, today or study.today(), as_json=as_json)
    return 0


def _show_all(w: Words, study: Study, today: date, *, as_json: bool) -> None:
    rows = study.patients()
    following, ended = _following(study, today), _ended(study)
    listed: list[dict[str, Any]] = [
        _patient_document(study, number, row)
        | _end_document(ended.get(number, {}))
        | {"next": following.get(number)}
        for number, row in sorted(rows.items(), key=lambda item: str(item[1]["code"]))
    ]
    if as_json:
        echo_json({"format": 1, "study": study_document(study), "patients": listed})
        return
    if not listed:
        click.echo(w("No patient is enrolled yet."))
    for told in listed:
        anchor = told["anchor"]
        known = study.protocols[int(rows[study.patient_id(told["code"])]["protocol"] or 0)].protocol
        arm = w("arm not shown") if known.arm(told["arm"]).blinded else told["arm"]
        start = w("no start date yet") if anchor is None else w.staff_date(date.fromisoformat(anchor))
        parts = [
            printable(told["code"]),
            f"{told['protocol']} {arm}",
            w("start {date}", date=start) if anchor is not None else start,
            w("revision {revision}", revision=told["revision"]),
            *end_marks(w, _day(told["stopped"]), _day(told["withdrawn"]), lost=told["lost"]),
        ]
        if told["next"] is not None:
            when = w.staff_date(date.fromisoformat(told["next"]["planned"]))
            name = appointment_name(w, told["next"]["code"], known)
            parts.append(w("next: {what} on {date}", what=name, date=when))
        click.echo("  ".join(parts))


def _patient_document(study: Study, number: int, row: Row) -> dict[str, Any]:
    protocol = study.protocols[int(row["protocol"] or 0)].protocol
    head = study.store.head(number)
    return {
        "code": row["code"],
        "protocol": protocol.code,
        "version": protocol.version,
        "reading": protocol.reading.name,
        "arm": row["arm"],
        "anchor": row["anchor"],
        "revision": head.revision,
        "head": head.hash[:_HEAD_DIGITS],
        "entry": head.entry,
    }


def _ended(study: Study) -> dict[int, dict[str, str]]:
    """What ended for whom: `stopped` and `withdrawn` with their dates, `lost`; only who has any of them."""
    found: dict[int, dict[str, str]] = {}
    for (number, kind, *_), row in study.store.rows(Table.CHOICE):
        if kind in ("stopped", "withdrawn", "lost"):
            found.setdefault(int(number), {})[str(kind)] = str(row["value"])
    return found


def _end_document(ended: dict[str, str]) -> dict[str, Any]:
    return {
        "stopped": ended.get("stopped"),
        "withdrawn": ended.get("withdrawn"),
        "lost": "lost" in ended,
    }


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _following(study: Study, today: date) -> dict[int, dict[str, Any]]:
    """The next open appointment of each patient, from today on."""
    found: dict[int, dict[str, Any]] = {}
    for line in study.store.appointments(today.isoformat(), "9999-12-31"):
        if line["status"] in ("planned", "running"):
            found.setdefault(int(line["patient"] or 0), {"code": line["code"], "planned": line["planned"]})
    return found


def _show_one(w: Words, study: Study, code: str, today: date, *, as_json: bool) -> None:
    state = study.state(code)
    schedule = state.schedule
    clinic = study.clinic(*(schedule.span() or ()))
    found = patient_findings(study, code, today)
    offered = rules.proposals(schedule, clinic, taken=study.taken(state))
    head = study.store.head(state.enrolled.id)
    if as_json:
        told = schedule_document(w, schedule, found, offered, recorded=True)
        patient = state.patient
        told |= {
            "revision": head.revision,
            "head": head.hash[:_HEAD_DIGITS],
            "entry": head.entry,
            "stopped": None if patient.stopped is None else patient.stopped.isoformat(),
            "withdrawn": None if patient.withdrawn is None else patient.withdrawn.isoformat(),
            "lost": patient.lost,
        }
        echo_json(told)
        return
    print_schedule(w, schedule, found)
    click.echo(w("Revision {revision}, head {head}", revision=head.revision, head=head.hash[:_HEAD_DIGITS]))
    where = {proposal.where for proposal in offered}
    unsolved = tuple(code for code in rules.clashing(schedule, clinic) if code not in where)
    print_findings(w, found, offered, unsolved, schedule.protocol)
    print_unstated(w, found, schedule.protocol)


@click.command()
@reads
@click.option("--on", type=DATE, help="One day; today when absent.")
@click.option("--week", type=DATE, help="The week, Monday to Sunday, of this date.")
@_TODAY
@_JSON
def agenda(
    study: Study, *, on: date | None, week: date | None, today: date | None, language: str, as_json: bool
) -> int:
    """List what is overdue, then what is due on a day or in a week, over all patients."""
    if on is not None and week is not None:
        raise click.UsageError("Give either --on or --week.")
    w = words(language)
    with study.snapshot():
        now = today or study.today()
        first = on or now if week is None else week - timedelta(days=week.weekday())
        last = first if week is None else first + timedelta(days=6)
        late = [(d, f) for d, f in _late(study, now) if not first <= (d.appointment.planned or now) <= last]
        listed = due(study, first, last)
        if as_json:
            echo_json(_agenda_document(w, study, now, (first, last), late, listed))
        else:
            _print_agenda(w, study, (first, last), late, listed)
    return 0


def _late(study: Study, today: date) -> list[tuple[Due, Finding | None]]:
    """What is overdue, with its finding: whether it only awaits the diary is known by the patient's rules."""
    entries = overdue(study, today)
    found: dict[tuple[str, str], Finding] = {}
    for code in {entry.patient for entry in entries}:
        for finding in patient_findings(study, code, today):
            if finding.kind is FindingKind.OVERDUE:
                found[code, finding.where] = finding
    return [(entry, found.get((entry.patient, entry.appointment.code))) for entry in entries]


def _agenda_document(
    w: Words,
    study: Study,
    today: date,
    days: tuple[date, date],
    late: list[tuple[Due, Finding | None]],
    listed: tuple[Due, ...],
) -> dict[str, Any]:
    overdue_lines: list[dict[str, Any]] = []
    for entry, finding in late:
        told = _due_document(study, entry)
        if finding is not None:
            protocol = study.protocols[entry.protocol].protocol
            told |= dict(finding.facts) | {"message": finding_document(w, finding, protocol)["message"]}
        overdue_lines.append(told)
    return {
        "format": 1,
        "today": today.isoformat(),
        "first": days[0].isoformat(),
        "last": days[1].isoformat(),
        "overdue": overdue_lines,
        "due": [_due_document(study, entry) for entry in listed],
    }


def _due_document(study: Study, entry: Due) -> dict[str, Any]:
    code = study.protocols[entry.protocol].protocol.code
    return {"patient": entry.patient, "protocol": code} | appointment_document(
        entry.appointment, recorded=True
    )


def _print_agenda(
    w: Words,
    study: Study,
    days: tuple[date, date],
    late: list[tuple[Due, Finding | None]],
    listed: tuple[Due, ...],
) -> None:
    if late:
        click.echo(w("{title}:", title=w("Overdue")))
    for entry, finding in late:
        protocol = study.protocols[entry.protocol].protocol
        said = _what(w, study, entry) if finding is None else finding_sentence(w, finding, protocol)
        click.echo(f"  {printable(entry.patient)}  {said}")
    day = days[0]
    while day <= days[1]:
        of_day = [entry for entry in listed if entry.appointment.planned == day]
        if of_day or days[0] == days[1]:
            click.echo(w("{title}:", title=w.staff_date(day)))
        if not of_day and days[0] == days[1]:
            click.echo(f"  {w('nothing')}")
        for entry in of_day:
            click.echo(f"  {printable(entry.patient)}  {_what(w, study, entry)}")
        day += _ONE_DAY


def _what(w: Words, study: Study, entry: Due) -> str:
    """`cycle 3 day 1, 08:00, 20:00 (planned)`."""
    appointment = entry.appointment
    name = appointment_name(w, appointment.code, study.protocols[entry.protocol].protocol)
    times = [injection.time.isoformat("minutes") for injection in appointment.injections]
    if appointment.hour is not None:
        times = [appointment.hour.isoformat("minutes")]
    said = ", ".join([name, *times])
    return f"{said} ({status_said(w, appointment)})"


@click.command("deviations")
@reads
@click.option(
    "--patient", "patients", multiple=True, metavar="CODE", help="Only of this patient; repeatable."
)
@_JSON
def deviations_(study: Study, *, patients: tuple[str, ...], language: str, as_json: bool) -> int:
    """List what deviates from the protocol, then visits moved where it has no window: of whom, what, why."""
    w = words(language)
    for code in patients:
        study.patient_id(code)
    with study.snapshot():
        listed = _deviation_documents(w, study, deviations(study, patients))
        moved = _deviation_documents(w, study, moved_without_window(study, patients))
    if as_json:
        echo_json({"format": 1, "deviations": listed, "moved": moved})
        return 0
    if not listed:
        click.echo(w("No deviations."))
    _print_deviations(w, listed)
    if moved:
        click.echo(w("Moved, no window in the source (no deviations):"))
        _print_deviations(w, moved)
    return 0


def _deviation_documents(w: Words, study: Study, found: tuple[Deviation, ...]) -> list[dict[str, Any]]:
    protocols = {str(row["code"]): int(row["protocol"] or 0) for row in study.patients().values()}
    listed: list[dict[str, Any]] = []
    for one in found:
        protocol = study.protocols[protocols[one.patient]].protocol
        listed.append(
            {
                "patient": one.patient,
                "kind": one.kind.value,
                "where": one.where,
                "date": None if one.date is None else one.date.isoformat(),
                "message": deviation_sentence(w, one.kind.value, one.where, one.date, one.facts, protocol),
                "reason": one.reason,
                "entry": one.entry,
            }
        )
    return listed


def _print_deviations(w: Words, listed: list[dict[str, Any]]) -> None:
    for told in listed:
        why = f" {w('Reason: {reason}', reason=printable(told['reason']))}" if told["reason"] else ""
        click.echo(f"{printable(told['patient'])}  {printable(told['message'])}{why}")
