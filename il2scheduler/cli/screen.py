"""A plan as tables for people, in the terminal."""

from __future__ import annotations

from datetime import date

import click

from il2scheduler.i18n import Words
from il2scheduler.plan import Plan
from il2scheduler.protocol import Protocol, study_week
from il2scheduler.rules import Finding, FindingKind, Proposal
from il2scheduler.schedule import Appointment, Injection, Schedule, Status
from il2scheduler.wording import (
    anchor_sentence,
    appointment_name,
    arm_name,
    end_marks,
    finding_lines,
    finding_sentence,
    not_given_name,
    on_demand_sentence,
    place_name,
    proposal_sentence,
    severity_name,
    status_name,
    unsolved_sentence,
)
from il2scheduler.wording.findings import capital

_Row = tuple[str, str, str, str, str]
_QUIET = (FindingKind.NO_WINDOW, FindingKind.ASSUMED)


def print_plan(w: Words, plan: Plan) -> None:
    """Who and what, the dates, the findings and what could be done about them, the totals."""
    protocol = plan.request.protocol
    print_schedule(w, plan.schedule, plan.findings)
    moved = [proposal_sentence(w, p, protocol) for p in plan.moved]
    _section(w, w("Moved off closed days"), moved)
    print_findings(w, plan.findings, plan.proposals, plan.unsolved, protocol)
    _section(w, w("Other start dates"), [anchor_sentence(w, p, protocol) for p in plan.anchors])
    print_unstated(w, plan.findings, protocol)


def print_schedule(w: Words, schedule: Schedule, findings: tuple[Finding, ...]) -> None:
    """Who and what, the dates with a mark where something was found, and the totals."""
    protocol = schedule.protocol
    arm = schedule.arm
    click.echo(f"{protocol.title.said(w.language)}")
    click.echo(
        w(
            "Reading {name}: {label}",
            name=protocol.reading.name,
            label=protocol.reading.label.said(w.language),
        )
    )
    click.echo(w("Patient {code}, arm {arm}", code=schedule.patient.code, arm=arm_name(w, arm)))
    anchor = schedule.patient.anchor
    if anchor is not None:
        label = protocol.anchor.label.said(w.language)
        click.echo(w("Start: {date}, {anchor}", date=w.staff_date(anchor), anchor=label))
    patient = schedule.patient
    for mark in end_marks(w, patient.stopped, patient.withdrawn, lost=patient.lost):
        click.echo(capital(mark))
    click.echo()
    _print_rows(w, schedule, _flags(findings))
    click.echo()
    _print_totals(w, schedule)


def _flags(findings: tuple[Finding, ...]) -> set[str]:
    return {f.where for f in findings if f.kind not in _QUIET and f.kind is not FindingKind.SAME_DAY}


def _print_rows(w: Words, schedule: Schedule, flagged: set[str]) -> None:
    rows = [
        _row(w, schedule, appointment, flagged=appointment.code in flagged)
        for appointment in schedule.appointments
    ]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)]
        click.echo("  ".join([*cells, row[4]]).rstrip())


def _row(w: Words, schedule: Schedule, appointment: Appointment, *, flagged: bool) -> _Row:
    planned = appointment.planned
    when = w("no date yet") if planned is None else w.staff_date(planned)
    week = ""
    anchor = schedule.patient.anchor
    if planned is not None and anchor is not None:
        number = study_week((planned - anchor).days, schedule.protocol.week_origin)
        week = w("week {number}", number=number)
    name = appointment_name(w, appointment.code, schedule.protocol)
    name = f"{appointment.code}: {name}" if not appointment.injections else name
    details = [_doses(w, appointment)] if appointment.injections else []
    if appointment.hour is not None:
        details.append(f"{appointment.hour:%H:%M}")
    if appointment.status is not Status.PLANNED:
        details.append(status_said(w, appointment))
    if planned != appointment.nominal and appointment.nominal is not None:
        details.append(w("moved from {date}", date=w.staff_date(appointment.nominal)))
    return ("!" if flagged else " ", when, week, name, w("; ").join(details))


def status_said(w: Words, appointment: Appointment) -> str:
    """`given`; `done on Fri 13-Feb-2026`; `given in part, 08:00 given at 08:12, 20:00 not given: A, absent`.

    Each injection is told where they do not all stand the same, or one was given otherwise than planned.
    """
    status, injections = status_name(w, appointment.status), appointment.injections
    if not injections:
        actual = appointment.actual
        if actual is None or actual == appointment.planned:
            return status
        return w("done on {date}", date=w.staff_date(actual))
    stand = [_stands(w, one, appointment.planned) for one in injections]
    if set(stand) == {status} or (len(set(stand)) == 1 and appointment.status is Status.NOT_GIVEN):
        return stand[0]
    return ", ".join([status, *(f"{i.time:%H:%M} {said}" for i, said in zip(injections, stand, strict=True))])


def _stands(w: Words, injection: Injection, planned: date | None) -> str:
    """`given at 08:12: 3 million ...`: where an injection stands, with what differs from its plan."""
    said = status_name(w, injection.status)
    if injection.not_given is not None:
        return w("{where}: {facts}", where=said, facts=not_given_name(w, injection.not_given.value))
    at = injection.given_at
    if at is not None and at.date() != planned:
        said = w("given on {date} at {time}", date=w.staff_date(at.date()), time=f"{at:%H:%M}")
    elif at is not None and (at.hour, at.minute) != (injection.time.hour, injection.time.minute):
        said = w("given at {time}", time=f"{at:%H:%M}")
    if injection.given_iu in (None, injection.dose_iu):
        return said
    return w("{where}: {facts}", where=said, facts=w.dose(injection.given_iu or 0))


def _doses(w: Words, appointment: Appointment) -> str:
    """`08:00 day hospital, 20:00 home: 4.5 million ... each`; dose by dose where they differ."""
    injections = appointment.injections
    doses = [w("dose as prescribed") if i.dose_iu is None else w.dose(i.dose_iu) for i in injections]
    slots = [f"{i.time:%H:%M} {place_name(w, i.place)}" for i in injections]
    if len(set(doses)) > 1:
        return ", ".join(f"{slot} {dose}" for slot, dose in zip(slots, doses, strict=True))
    said = w("{slots}: {dose}", slots=", ".join(slots), dose=doses[0])
    return said if len(doses) == 1 else w("{injections} each", injections=said)


def _print_totals(w: Words, schedule: Schedule) -> None:
    totals = schedule.totals()
    if not totals.injections:
        click.echo(w("No injections in this arm."))
        return
    cycles = w.plural("{count} cycle", "{count} cycles", totals.cycles)
    injections = w.plural("{count} injection", "{count} injections", totals.injections)
    dose = w("doses as prescribed") if totals.dose_iu is None else w.dose(totals.dose_iu)
    click.echo(w("In all: {cycles}, {injections}, {dose}", cycles=cycles, injections=injections, dose=dose))
    if more := on_demand_sentence(w, schedule):
        click.echo(more)


def print_findings(
    w: Words,
    findings: tuple[Finding, ...],
    proposals: tuple[Proposal, ...],
    unsolved: tuple[str, ...],
    protocol: Protocol,
) -> None:
    """What was found, and what could be done about it."""
    loud = [finding for finding in findings if finding.kind not in _QUIET]
    said = [
        w("{severity}: {sentence}", severity=severity_name(w, severity), sentence=sentence)
        for severity, sentence in finding_lines(w, loud, protocol)
    ]
    _section(w, w("Findings"), said)
    offered = [proposal_sentence(w, p, protocol) for p in proposals]
    offered += [unsolved_sentence(w, where, protocol) for where in unsolved]
    _section(w, w("Proposals"), offered)


def print_unstated(w: Words, findings: tuple[Finding, ...], protocol: Protocol) -> None:
    """What the sources do not state, and how far the template may be trusted."""
    bare = sum(f.kind is FindingKind.NO_WINDOW for f in findings)
    notes = [finding_sentence(w, f, protocol) for f in findings if f.kind is FindingKind.ASSUMED]
    if bare:
        notes.insert(
            0,
            w.plural(
                "{count} visit has no window in the source.",
                "{count} visits have no window in the source.",
                bare,
            ),
        )
    _section(w, w("Not stated by the sources"), notes)
    click.echo()
    click.echo(protocol.status_note.said(w.language))


def _section(w: Words, title: str, lines: list[str]) -> None:
    if lines:
        click.echo()
        click.echo(w("{title}:", title=title))
        for line in lines:
            click.echo(f"  - {line}")
