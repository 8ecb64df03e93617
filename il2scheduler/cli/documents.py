"""The JSON documents of the command line: stable keys, only ever added to."""

from __future__ import annotations

import json
import sys
from datetime import date, time
from typing import Any

import click

from il2scheduler.i18n import Words
from il2scheduler.plan import Plan
from il2scheduler.protocol import Protocol
from il2scheduler.rules import AnchorProposal, Finding, Proposal
from il2scheduler.schedule import Appointment, Injection, Schedule
from il2scheduler.wording import finding_sentence

Document = dict[str, Any]


def echo_json(document: Document) -> None:
    """Print a document; where the terminal is not UTF-8, every other letter is escaped, none is lost."""
    unicode = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(document, indent=1, ensure_ascii=not unicode))


def plan_document(w: Words, plan: Plan) -> Document:
    """The document of `plan --json`."""
    protocol = plan.request.protocol
    return schedule_document(w, plan.schedule, plan.findings, plan.proposals) | {
        "moved": [proposal_document(w, proposal, protocol) for proposal in plan.moved],
        "anchors": [_anchor(proposal) for proposal in plan.anchors],
    }


def schedule_document(
    w: Words,
    schedule: Schedule,
    findings: tuple[Finding, ...],
    proposals: tuple[Proposal, ...],
    *,
    recorded: bool = False,
) -> Document:
    """A patient's schedule; dates are ISO, doses whole international units, windows [earliest, latest].

    With `recorded` there is also what a study knows: what was given, when, by whom, and what was noted.
    """
    protocol, patient, totals = schedule.protocol, schedule.patient, schedule.totals()
    return {
        "format": 1,
        "protocol": {
            "code": protocol.code,
            "version": protocol.version,
            "reading": protocol.reading.name,
            "sha256": protocol.sha256,
        },
        "patient": {"code": patient.code, "arm": patient.arm, "anchor": _date(patient.anchor)},
        "appointments": [
            appointment_document(appointment, recorded=recorded) for appointment in schedule.appointments
        ],
        "findings": [finding_document(w, finding, protocol) for finding in findings],
        "proposals": [proposal_document(w, proposal, protocol) for proposal in proposals],
        "totals": {"cycles": totals.cycles, "injections": totals.injections, "dose_iu": totals.dose_iu},
    }


def _date(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _time(at: time) -> str:
    return at.isoformat("minutes")


def appointment_document(appointment: Appointment, *, recorded: bool = False) -> Document:
    """An appointment; with `recorded` also what became of it."""
    window = appointment.window
    document: Document = {
        "code": appointment.code,
        "kind": appointment.kind.value,
        "cycle": appointment.cycle,
        "day": appointment.day,
        "offset": appointment.offset,
        "nominal": _date(appointment.nominal),
        "window": None if window is None else [window[0].isoformat(), window[1].isoformat()],
        "planned": _date(appointment.planned),
        "actual": _date(appointment.actual),
        "status": appointment.status.value,
    }
    if recorded:
        document |= {
            "hour": None if appointment.hour is None else _time(appointment.hour),
            "provisional": appointment.provisional,
            "window_by_site": appointment.site_window,
            "note": appointment.note,
        }
    if appointment.injections:
        document["injections"] = [
            _injection(i) | (_recorded(i) if recorded else {}) for i in appointment.injections
        ]
    return document


def _recorded(injection: Injection) -> Document:
    given_at = injection.given_at
    return {
        "given_at": None if given_at is None else given_at.isoformat(timespec="minutes"),
        "given_iu": injection.given_iu,
        "site": injection.site,
        "batch": injection.batch,
        "given_by": injection.given_by,
        "not_given": None if injection.not_given is None else injection.not_given.value,
        "note": injection.note,
    }


def _injection(injection: Injection) -> Document:
    return {
        "time": _time(injection.time),
        "drug": injection.drug,
        "dose_iu": injection.dose_iu,
        "place": injection.place.value,
        "status": injection.status.value,
    }


def finding_document(w: Words, finding: Finding, protocol: Protocol) -> Document:
    """A finding with its sentence."""
    return {
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "where": finding.where,
        "date": _date(finding.date),
        "message": finding_sentence(w, finding, protocol),
    }


def proposal_document(w: Words, proposal: Proposal, protocol: Protocol) -> Document:
    """A proposal with what it costs."""
    return {
        "where": proposal.where,
        "from": proposal.from_.isoformat(),
        "to": proposal.to.isoformat(),
        "days": proposal.days,
        "within": proposal.within.value,
        "costs": [finding_document(w, cost, protocol) for cost in proposal.costs],
    }


def _anchor(proposal: AnchorProposal) -> Document:
    return {
        "anchor": proposal.anchor.isoformat(),
        "clashes": len(proposal.clashes),
        "instead_of": proposal.instead_of,
        "where": [clash.where for clash in proposal.clashes],
    }
