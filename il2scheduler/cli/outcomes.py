"""The outcome of a command that changes something: as a JSON document, and as sentences for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from il2scheduler.cli.closed_now import Offered
from il2scheduler.cli.documents import finding_document, proposal_document
from il2scheduler.commands import Decision
from il2scheduler.commands.differences import Difference, json_value
from il2scheduler.i18n import Words
from il2scheduler.ledger import Entry
from il2scheduler.protocol import Protocol, Totals
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Finding, FindingKind, Proposal
from il2scheduler.study import Preview, Study
from il2scheduler.study.acting import command_of
from il2scheduler.study.lists import Due
from il2scheduler.wording import (
    appointment_name,
    difference_line,
    difference_lines,
    entry_sentence,
    finding_lines,
    finding_sentence,
    line_sentence,
    move_sentence,
    printable,
    proposal_sentence,
    refusal_sentence,
    severity_name,
    unsolved_sentence,
)

_FEW = 5
"""So many patients' proposals are told in full."""
_QUIET = (FindingKind.NO_WINDOW, FindingKind.ASSUMED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did or would do: to which patient, decided how, saved as which entry.

    `needs_reason` is for what is not decided on a patient, or demands a reason whatever was decided; `reason`
    is what was given for it.
    """

    patient: str | None
    preview: Preview | None
    entry: Entry | None
    revision: int
    decision: Decision | None = None
    command: str | None = None
    hits: tuple[Due, ...] = ()
    offers: tuple[Offered, ...] = ()
    open_start: Proposal | None = None
    erases: tuple[int, ...] = ()
    needs_reason: bool = False
    reason: str | None = None

    @property
    def reasoned(self) -> bool:
        """True where a reason was given."""
        given = self.reason if self.preview is None else self.preview.answers.reason
        return given is not None

    @property
    def demands_reason(self) -> bool:
        """True for what is not saved without a reason, given or not."""
        return self.needs_reason or (self.decided is not None and self.decided.needs_reason)

    @property
    def decided(self) -> Decision | None:
        """The decision behind it; None for what concerns the study itself."""
        return self.decision if self.preview is None else self.preview.decision


def outcomes_of(study: Study, previews: Sequence[Preview], entries: Sequence[Entry]) -> list[Outcome]:
    """What was done or would be done to each patient of a batch; `entries` is empty for a preview."""
    of_patients = {entry.patient: entry for entry in entries if entry.patient is not None}
    found: list[Outcome] = []
    for one in previews:
        number = one.decision.after.enrolled.id
        entry = of_patients.get(number)
        revision = study.store.head(number).revision + (one.decision.revises if entry is None else 0)
        found.append(Outcome(one.code, one, entry, revision))
    return found


def refuse_first(w: Words, previews: Sequence[Preview]) -> None:
    """Refuse a batch for the first patient for whom it cannot be done, named; return where there is none."""
    for one in previews:
        if one.decision.refused:
            said = refused_sentence(w, one.decision)
        elif one.decision.needs_reason and one.answers.reason is None:
            said = refusal_sentence(w, Refusal("reason-needed"))
        else:
            continue
        raise click.ClickException(w("{patient}: {sentence}", patient=printable(one.code), sentence=said))


def document(w: Words, outcome: Outcome) -> dict[str, Any]:
    """The document that `acting` describes."""
    decision, offered = outcome.decided, outcome.open_start
    told: dict[str, Any] = {
        "format": 1,
        "entry": None if outcome.entry is None else outcome.entry.number,
        "preview": outcome.entry is None,
        "patient": outcome.patient,
        "revision": outcome.revision,
        "needs_reason": outcome.demands_reason,
        "moves": [],
        "changes": [],
        "totals": None,
        "findings": [],
        "solved": [],
        "refused": [],
    }
    if outcome.erases:
        told["erases"] = list(outcome.erases)
    if decision is None:
        told["hits"] = [
            {"patient": hit.patient, "code": hit.appointment.code, "planned": str(hit.appointment.planned)}
            for hit in outcome.hits
        ]
        told["proposals"] = [
            {"patient": offer.patient} | proposal_document(w, proposal, offer.protocol)
            for offer in outcome.offers
            for proposal in offer.proposals
        ]
        return told
    protocol = decision.after.schedule.protocol
    if offered is not None:
        told["open_start"] = proposal_document(w, offered, protocol)
    told["moves"] = [
        {
            "code": move.code,
            "from": None if move.before is None else move.before.isoformat(),
            "to": None if move.after is None else move.after.isoformat(),
        }
        for move in decision.moves()
    ]
    told["changes"] = [_change(w, difference, protocol) for difference in decision.differences()]
    told["totals"] = dict(zip(("before", "after"), map(_totals, decision.totals()), strict=True))
    for name, found in (
        ("findings", decision.findings),
        ("solved", decision.solved),
        ("refused", decision.refused),
    ):
        told[name] = [finding_document(w, finding, protocol) for finding in found]
    return told


def _change(w: Words, difference: Difference, protocol: Protocol) -> dict[str, Any]:
    days, times = difference.days, difference.times
    return {
        "what": difference.aspect.value,
        "visit": difference.visit,
        "cycles": list(difference.cycles),
        "days": None if days is None else list(days),
        "times": None if times is None else [at.isoformat("minutes") for at in times],
        "injections": difference.count,
        "from": json_value(difference.before),
        "to": json_value(difference.after),
        "message": line_sentence(w, difference_line(w, difference, protocol)),
    }


def _totals(totals: Totals | None) -> dict[str, int | None] | None:
    if totals is None:
        return None
    return {"cycles": totals.cycles, "injections": totals.injections, "dose_iu": totals.dose_iu}


def print_outcome(w: Words, outcome: Outcome) -> None:
    """What was done or would be, what it moves, and the findings it brings and ends."""
    said = entry_sentence(w, _command(outcome), _protocol(outcome))
    if outcome.entry is None:
        click.echo(w("Preview, nothing is saved: {what}", what=said))
    else:
        click.echo(w("Entry {entry}: {what}", entry=outcome.entry.number, what=said))
    decision = outcome.decided
    if decision is None:
        _print_hits(w, outcome.hits)
        _print_offers(w, outcome.offers)
        _print_erased(w, outcome.erases)
        _ask_reason(w, outcome)
        return
    if outcome.patient is not None:
        click.echo(w("Patient {code}, revision {revision}", code=outcome.patient, revision=outcome.revision))
    protocol = decision.after.schedule.protocol
    for move in decision.moves():
        click.echo(f"  {move_sentence(w, move, protocol)}")
    for line in difference_lines(w, decision):
        click.echo(f"  {line_sentence(w, line)}")
    _print_findings(w, w("New findings"), decision.findings, protocol)
    _print_findings(w, w("No longer"), decision.solved, protocol)
    if outcome.open_start is not None:
        offered = proposal_sentence(w, outcome.open_start, protocol)
        click.echo(w("First start with every day open: {proposal}", proposal=offered))
    if outcome.entry is None and decision.refused:
        click.echo(refused_sentence(w, decision))
    _ask_reason(w, outcome)


def _ask_reason(w: Words, outcome: Outcome) -> None:
    if outcome.entry is None and outcome.demands_reason and not outcome.reasoned:
        click.echo(w("It needs a reason: --reason TEXT."))


def _print_hits(w: Words, hits: tuple[Due, ...]) -> None:
    if hits:
        click.echo(w("{title}:", title=w("Appointments on days that are closed now")))
    for hit in hits:
        day, name = hit.appointment.planned, appointment_name(w, hit.appointment.code)
        when = "-" if day is None else w.staff_date(day)
        click.echo(f"  {printable(hit.patient)}  {name}, {when}")


def _print_offers(w: Words, offers: tuple[Offered, ...]) -> None:
    """What is proposed for each hit: the nearest date alone where many are hit."""
    if not offers:
        return
    short = len({offer.patient for offer in offers}) > _FEW
    click.echo(w("{title}:", title=w("Proposals")))
    for offer in offers:
        shown = offer.proposals[:1] if short else offer.proposals
        said = [proposal_sentence(w, proposal, offer.protocol) for proposal in shown]
        for sentence in said or [unsolved_sentence(w, offer.where, offer.protocol)]:
            click.echo(f"  {printable(offer.patient)}  {sentence}")
    if short:
        click.echo(w("Only the nearest date is listed; 'show STUDY PATIENT' has all that is proposed."))
    click.echo(w("Nothing is moved by itself: move a cycle with 'delay', a visit with 'move'."))


def _print_erased(w: Words, entries: tuple[int, ...]) -> None:
    if entries:
        said = w.plural(
            "The text goes from {count} entry: {entries}.",
            "The same text goes from {count} entries, wherever it stands: {entries}.",
            len(entries),
            entries=", ".join(str(number) for number in entries),
        )
        click.echo(said)


def _print_findings(w: Words, title: str, found: tuple[Finding, ...], protocol: Protocol) -> None:
    loud = [finding for finding in found if finding.kind not in _QUIET]
    if loud:
        click.echo(w("{title}:", title=title))
    for severity, sentence in finding_lines(w, loud, protocol):
        said = w("{severity}: {sentence}", severity=severity_name(w, severity), sentence=sentence)
        click.echo(f"  - {said}")


def refused_sentence(w: Words, decision: Decision) -> str:
    """The first finding that refuses, in its own words, and what can be done about it."""
    finding = decision.refused[0]
    said = finding_sentence(w, finding, decision.after.schedule.protocol)
    more = len({(f.kind, f.where) for f in decision.refused}) - 1
    if more:
        counted = w.plural("({count} more like it.)", "({count} more like it.)", more)
        said = f"{said} {counted}"
    return f"{said} {_way_out(w, finding)}"


def _way_out(w: Words, finding: Finding) -> str:
    if finding.kind is FindingKind.PAST_CAP:
        return w(
            "Nothing was saved: choose --past-cap omit (the cycle is left out) or --past-cap keep "
            "(a deviation, with --reason)."
        )
    if finding.kind is FindingKind.GAP_TOO_SHORT:
        return w(
            "Nothing was saved: choose a later date, or accept it as a deviation with "
            "--accept gap-too-short --reason TEXT."
        )
    return w("Nothing was saved: choose another date.")


def _command(outcome: Outcome) -> str:
    if outcome.entry is not None:
        return outcome.entry.command
    if outcome.preview is not None:
        return command_of(outcome.preview)
    return outcome.command or "{}"


def _protocol(outcome: Outcome) -> Protocol | None:
    decision = outcome.decided
    return None if decision is None else decision.after.schedule.protocol
