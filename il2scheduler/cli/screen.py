"""A plan as tables for people, in the terminal."""

from __future__ import annotations

import click

from il2scheduler.i18n import Words
from il2scheduler.plan import Plan
from il2scheduler.protocol import Protocol, study_week
from il2scheduler.rules import Finding, FindingKind, Proposal
from il2scheduler.schedule import Appointment, Schedule, Status
from il2scheduler.wording import (
    anchor_sentence,
    appointment_name,
    arm_name,
    finding_lines,
    finding_sentence,
    on_demand_sentence,
    place_name,
    proposal_sentence,
    severity_name,
    status_name,
    unsolved_sentence,
)

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
    if appointment.status is not Status.PLANNED:
        details.append(status_said(w, appointment))
    if planned != appointment.nominal and appointment.nominal is not None:
        details.append(w("moved from {date}", date=w.staff_date(appointment.nominal)))
    return ("!" if flagged else " ", when, week, name, "; ".join(details))


def status_said(w: Words, appointment: Appointment) -> str:
    """`given`; where its injections do not all stand the same, `given in part, 08:00 given, 20:00 cancelled`.

    An evening that was cancelled must not look like one that is still to be given.
    """
    status, injections = status_name(w, appointment.status), appointment.injections
    if len({injection.status for injection in injections}) < 2:
        return status
    return ", ".join([status, *(f"{one.time:%H:%M} {status_name(w, one.status)}" for one in injections)])


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
