"""Findings that are alike said together: the days of a cycle are one sentence, not one each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import cast

from il2scheduler.i18n import Words
from il2scheduler.protocol import Label, Protocol
from il2scheduler.rules import Finding, FindingKind, Severity
from il2scheduler.wording.findings import capital, finding_sentence
from il2scheduler.wording.terms import appointment_name

_DAY = re.compile(r"(C[0-9]+)D[0-9]+")


def finding_lines(
    w: Words, findings: Iterable[Finding], protocol: Protocol | None = None
) -> tuple[tuple[Severity, str], ...]:
    """How grave and what, in the order of the findings.

    Days of a cycle without a place left, and those within one closure, are said together; the data of each
    finding stays what it is.
    """
    groups: list[list[Finding]] = []
    for finding in findings:
        like = next((group for group in groups if _alike(group[0], finding)), None)
        if like is None:
            groups.append([finding])
        else:
            like.append(finding)
    return tuple((group[0].severity, _said(w, group, protocol)) for group in groups)


def _alike(one: Finding, other: Finding) -> bool:
    cycle = _cycle(one)
    if cycle is None or cycle != _cycle(other) or (one.kind, one.severity) != (other.kind, other.severity):
        return False
    if one.kind is FindingKind.CLINIC_FULL:
        return one.facts["places"] == other.facts["places"]
    return one.facts == other.facts and one.facts.get("by") == "closure"


def _cycle(finding: Finding) -> str | None:
    """The cycle of a day that may be said together with others."""
    if finding.kind not in (FindingKind.CLINIC_FULL, FindingKind.CLOSED_DAY) or finding.date is None:
        return None
    day = _DAY.fullmatch(finding.where)
    return None if day is None else day[1]


def _said(w: Words, group: list[Finding], protocol: Protocol | None) -> str:
    first, cycle = group[0], _cycle(group[0])
    if cycle is None or len(group) == 1:
        return finding_sentence(w, first, protocol)
    where = capital(appointment_name(w, cycle, protocol))
    dates = _dates(w, sorted({finding.date for finding in group if finding.date is not None}))
    if first.kind is FindingKind.CLINIC_FULL:
        return w.plural(
            "{where}: up to {wanted} patients for {count} place, {dates}.",
            "{where}: up to {wanted} patients for {count} places, {dates}.",
            cast("int", first.facts["places"]),
            where=where,
            wanted=max(cast("int", finding.facts["wanted"]) for finding in group),
            dates=dates,
        )
    name = first.facts.get("name")
    said = name.said(w.language) if isinstance(name, Label) else ""
    if not said:
        return w("{where}: inside a closure, {dates}.", where=where, dates=dates)
    return w("{where}: inside a closure ({name}), {dates}.", where=where, name=said, dates=dates)


def _dates(w: Words, days: list[date]) -> str:
    if len(days) > 1 and days[-1] - days[0] == timedelta(days=len(days) - 1):
        return w("each day from {first} to {last}", first=w.staff_date(days[0]), last=w.staff_date(days[-1]))
    return ", ".join(w.staff_date(day) for day in days)
