"""What a schedule must satisfy, and how its clashes could be mended: findings and proposals."""

from il2scheduler.rules.findings import Finding, FindingKind, Severity, findings, late_until, start_findings
from il2scheduler.rules.proposals import (
    AnchorProposal,
    Proposal,
    Within,
    anchor_proposals,
    apply,
    avoid_closed_days,
    clashing,
    next_open_start,
    proposals,
)

__all__ = [
    "AnchorProposal",
    "Finding",
    "FindingKind",
    "Proposal",
    "Severity",
    "Within",
    "anchor_proposals",
    "apply",
    "avoid_closed_days",
    "clashing",
    "findings",
    "late_until",
    "next_open_start",
    "proposals",
    "start_findings",
]
