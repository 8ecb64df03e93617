"""The sentences of the window: those of `wording`, and what a row, a cell and the foot say.

`wording` is imported when the first sentence is said: it takes long, and the window is to be up before.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from il2scheduler.clinic import Clinic, ClosedBy
from il2scheduler.gui import language
from il2scheduler.gui.planner.session import News
from il2scheduler.plan import Plan
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.rules import AnchorProposal, Finding, FindingKind, Proposal, Severity
from il2scheduler.schedule import Appointment, Schedule


def finding(found: Finding, protocol: Protocol) -> str:
    """A finding as one sentence."""
    from il2scheduler.wording import finding_sentence

    return finding_sentence(language.current(), found, protocol)


def findings(found: Iterable[Finding], protocol: Protocol) -> tuple[str, ...]:
    """Findings as sentences; the days of a cycle that are alike are one."""
    from il2scheduler.wording import finding_lines

    return tuple(said for _, said in finding_lines(language.current(), found, protocol))


def proposal(offered: Proposal, protocol: Protocol) -> str:
    """A proposal with what it costs."""
    from il2scheduler.wording import proposal_sentence

    return proposal_sentence(language.current(), offered, protocol)


def anchor(offered: AnchorProposal, protocol: Protocol) -> str:
    """Another start and the clashes it would have."""
    from il2scheduler.wording import anchor_sentence

    return anchor_sentence(language.current(), offered, protocol)


def refusal(refused: Refusal) -> str:
    """Why something was refused and what to do."""
    from il2scheduler.wording import refusal_sentence

    return refusal_sentence(language.current(), refused)


def fault(error: OSError) -> str:
    """Why the system would not read or write."""
    from il2scheduler.wording.faults import fault_reason

    return fault_reason(language.current(), error)


def name(code: str, protocol: Protocol) -> str:
    """An appointment or cycle by its name, beginning with a capital."""
    from il2scheduler.wording import appointment_name

    return capital(appointment_name(language.current(), code, protocol))


def name_inside(code: str, protocol: Protocol) -> str:
    """An appointment or cycle by its name, inside of a sentence."""
    from il2scheduler.wording import appointment_name

    return appointment_name(language.current(), code, protocol)


def tool_tip(text: str) -> str:
    """A text as a tool tip: it wraps, and what people typed is never read as markup."""
    return "<p>" + html.escape(text).replace("\n", "<br>") + "</p>" if text else ""


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def protocol_choices(protocols: Mapping[str, Protocol]) -> list[tuple[str, str, object]]:
    """Protocols by their codes as a list offers them, sorted: `ETOILE (NCT00113282)`, and its title."""
    w = language.current()
    choices: list[tuple[str, str, object]] = []
    for code, protocol in sorted(protocols.items(), key=lambda entry: entry[1].short_title.casefold()):
        short = f"{protocol.short_title} ({protocol.registry})"
        said = w("{code}: {label}", code=short, label=protocol.title.said(w.language))
        choices.append((short, said, code))
    return choices


def reading_choices(protocols: Sequence[Protocol]) -> list[tuple[str, str, object]]:
    """The readings of a template as a list offers them: the name, and what it says."""
    w = language.current()
    return [
        (
            one.reading.name,
            w("{code}: {label}", code=one.reading.name, label=one.reading.label.said(w.language)),
            one.reading.name,
        )
        for one in protocols
    ]


def what(appointment: Appointment, protocol: Protocol) -> str:
    """What is done: `2 injections of aldesleukin (interleukin-2)`, or the activities of a visit."""
    w = language.current()
    if appointment.injections:
        drugs = Counter(injection.drug for injection in appointment.injections)
        return "; ".join(
            w.plural(
                "{count} injection of {drug}",
                "{count} injections of {drug}",
                count,
                drug=_drug(drug, protocol),
            )
            for drug, count in drugs.items()
        )
    template = next((visit for visit in protocol.visits if visit.code == appointment.template), None)
    known = {activity.code: activity.label.said(w.language) for activity in protocol.activities}
    wanted = () if template is None else template.activities
    return ", ".join(known.get(code, code) for code in wanted)


def _drug(code: str, protocol: Protocol) -> str:
    label = protocol.drugs.get(code)
    return code if label is None else label.said(language.current().language)


def dose(appointment: Appointment) -> str:
    """The dose of each injection in words; `each` where there are several of one dose."""
    w = language.current()
    said = [w("prescribed") if i.dose_iu is None else w.dose(i.dose_iu) for i in appointment.injections]
    different = list(dict.fromkeys(said))
    if len(said) > 1 and len(different) == 1:
        return w("{dose} each", dose=different[0])
    return "; ".join(different)


def places(appointment: Appointment) -> str:
    """When and where: `08:00 day hospital, 20:00 home`; a visit is at the clinic."""
    from il2scheduler.wording import place_name

    w = language.current()
    if not appointment.injections:
        hour = "" if appointment.hour is None else f"{appointment.hour:%H:%M} "
        return hour + w("clinic")
    return ", ".join(f"{i.time:%H:%M} {place_name(w, i.place)}" for i in appointment.injections)


def closed(clinic: Clinic, day: date) -> str:
    """Why the clinic is closed on a date, empty when it is open."""
    w = language.current()
    reason = clinic.closed(day) if clinic.covers(day) else None
    if reason is None:
        return ""
    if reason.by is ClosedBy.WEEKDAY:
        return w("clinic closed on this weekday")
    name_of = "" if reason.name is None else reason.name.said(w.language)
    if reason.by is ClosedBy.HOLIDAY:
        return w("public holiday ({name})", name=name_of)
    return w("closure ({name})", name=name_of) if name_of else w("closure")


def appointment(due: Appointment, protocol: Protocol) -> str:
    """An appointment in one line, without its date."""
    parts = [name(due.code, protocol), what(due, protocol), dose(due), places(due)]
    return ", ".join(part for part in parts if part)


def totals(schedule: Schedule) -> str:
    """What the plan adds up to, from when to when, and whether more cycles may be asked for."""
    from il2scheduler.wording import on_demand_sentence

    w = language.current()
    sums = schedule.totals()
    visits = sum(1 for visit in schedule.visits() if visit.active)
    parts: list[str] = []
    if sums.cycles:
        parts.append(w.plural("{count} cycle", "{count} cycles", sums.cycles))
        parts.append(w.plural("{count} injection", "{count} injections", sums.injections))
        if sums.dose_iu is not None:
            parts.append(w("{dose} in all", dose=w.dose(sums.dose_iu)))
    else:
        parts.append(w("no injections in this arm"))
    parts.append(w.plural("{count} visit", "{count} visits", visits))
    said = capital(", ".join(parts))
    span = schedule.span()
    if span is None:
        said = f"{said}."
    else:
        first, last = (w.staff_date(day) for day in span)
        said = w("{totals}; from {first} to {last}.", totals=said, first=first, last=last)
    return f"{said} {on_demand_sentence(w, schedule)}".strip()


def heading(plan: Plan) -> str:
    """Whose plan is on the screen: patient, trial, reading, arm, start."""
    w = language.current()
    protocol = plan.schedule.protocol
    return w(
        "Patient {code}: {trial}, reading {reading}, arm {arm}, start {date}",
        code=plan.request.patient,
        trial=protocol.short_title,
        reading=protocol.reading.name,
        arm=plan.schedule.arm.code,
        date=w.staff_date(plan.request.anchor),
    )


def clashes(plan: Plan) -> tuple[Finding, ...]:
    """The findings that need a person: everything but notes."""
    return tuple(
        f for f in plan.findings if f.kind is FindingKind.CLOSED_DAY or f.severity is not Severity.NOTES
    )


def clashes_by_appointment(plan: Plan) -> dict[str, list[Finding]]:
    """The same by appointment; what is found of a whole cycle (`C8`) stands with its first day."""
    first_days = {start.code: plan.schedule.course(start.template.number) for start in plan.schedule.starts}
    found: dict[str, list[Finding]] = {}
    for clash in clashes(plan):
        course = first_days.get(clash.where)
        found.setdefault(course[0].code if course else clash.where, []).append(clash)
    return found


def forbidden(plan: Plan) -> tuple[str, ...]:
    """What the protocol does not allow of a plan, one sentence each."""
    protocol = plan.schedule.protocol
    return tuple(finding(found, protocol) for found in plan.findings if found.severity is Severity.REFUSES)


def attention(count: int) -> str:
    """How many findings need a person."""
    w = language.current()
    if not count:
        return w("Nothing needs attention")
    return w.plural("{count} needs attention", "{count} need attention", count)


def happened(news: News, plan: Plan | None) -> str:
    """The line at the foot after a change."""
    w = language.current()
    said = _happened(news, plan)
    if news.dropped:
        lost = w.plural("{count} move was left behind.", "{count} moves were left behind.", news.dropped)
        return f"{said} {lost}"
    return said


def _happened(news: News, plan: Plan | None) -> str:
    w = language.current()
    if news.kind == "moved" and news.proposal is not None and plan is not None:
        where = name(news.proposal.where, plan.schedule.protocol)
        return w("{where} moved to {date}.", where=where, date=w.staff_date(news.proposal.to))
    if news.kind == "moved-all":
        return w.plural("{count} move made.", "{count} moves made.", news.count)
    if plan is None:
        return w("The plan was cleared.")
    if news.kind == "undone":
        return w("The last change is undone.")
    if news.kind == "redone":
        return w("The change is made again.")
    planned = w(
        "Patient {code} is planned from {date}.",
        code=plan.request.patient,
        date=w.staff_date(plan.request.anchor),
    )
    if news.kind == "planned" and news.count:
        moved = w.plural("{count} move made.", "{count} moves made.", news.count)
        return f"{planned} {moved}"
    return planned
