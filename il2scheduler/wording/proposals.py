"""Proposals said as sentences."""

from __future__ import annotations

from il2scheduler.i18n import Words
from il2scheduler.protocol import Protocol
from il2scheduler.rules import AnchorProposal, Proposal, Within
from il2scheduler.wording.alike import finding_lines
from il2scheduler.wording.findings import capital, signed_days
from il2scheduler.wording.terms import appointment_name


def proposal_sentence(w: Words, proposal: Proposal, protocol: Protocol | None = None) -> str:
    """`Cycle 4: Mon 11-May-2026 becomes Mon 18-May-2026 (+7 days, no window in the source); costs: ...`."""
    bounds = {
        Within.WINDOW: w("inside the window"),
        Within.SITE_WINDOW: w("inside the site's window"),
        Within.SITE_LIMIT: w("no window in the source"),
    }
    said = w(
        "{where}: {old} becomes {new} ({days}, {within})",
        where=capital(appointment_name(w, proposal.where, protocol)),
        old=w.staff_date(proposal.from_),
        new=w.staff_date(proposal.to),
        days=signed_days(w, proposal.days),
        within=bounds[proposal.within],
    )
    costs = " ".join(said for _, said in finding_lines(w, proposal.costs, protocol))
    return f"{said}. {w('Costs:')} {costs}" if costs else f"{said}."


def unsolved_sentence(w: Words, where: str, protocol: Protocol | None = None) -> str:
    """`Cycle 4: no open date within 7 days.`."""
    name = capital(appointment_name(w, where, protocol))
    return w(
        "{where}: no date fits within reach; another start date or a choice by hand is needed.", where=name
    )


def anchor_sentence(w: Words, proposal: AnchorProposal, protocol: Protocol) -> str:
    """`W0 on Mon 12-Jan-2026 has 1 clash (cycle 3 day 1) instead of 2.`."""
    where = ", ".join(appointment_name(w, clash.where, protocol) for clash in proposal.clashes)
    facts = {
        "anchor": protocol.anchor.label.said(w.language),
        "date": w.staff_date(proposal.anchor),
        "instead": proposal.instead_of,
    }
    if not where:
        return w("With {anchor} on {date} there is no clash, instead of {instead}.", **facts)
    return w.plural(
        "With {anchor} on {date} there is {count} clash ({where}) instead of {instead}.",
        "With {anchor} on {date} there are {count} clashes ({where}) instead of {instead}.",
        len(proposal.clashes),
        where=where,
        **facts,
    )
