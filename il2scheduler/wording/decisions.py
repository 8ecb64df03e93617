"""What a decision moves, and what deviates from the protocol, said as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from il2scheduler.appointment import NotGiven
from il2scheduler.commands import Move
from il2scheduler.i18n import N_, Words
from il2scheduler.protocol import Protocol
from il2scheduler.wording.findings import signed_days
from il2scheduler.wording.terms import appointment_name

Fact = str | int | date | None

_NOT_GIVEN = {
    NotGiven.ABSENT: N_("absent"),
    NotGiven.WITHHELD: N_("withheld"),
    NotGiven.NO_DRUG: N_("drug not available"),
    NotGiven.REFUSED: N_("refused by the patient"),
    NotGiven.UNWELL: N_("unwell"),
    NotGiven.OTHER: N_("other reason"),
}


def not_given_name(w: Words, code: str) -> str:
    """`H, withheld`: a not-given code with its meaning."""
    return f"{code}, {w(_NOT_GIVEN[NotGiven(code)])}"


def move_sentence(w: Words, move: Move, protocol: Protocol | None = None) -> str:
    """`Cycle 3: Mon 30-Mar-2026 becomes Fri 03-Apr-2026 (+4 days)`; new and dropped ones are said so."""
    where = named(w, move.code, protocol)
    if move.before is None:
        return w("{where}: {date}", where=where, date=_day(w, move.after))
    if move.after is None:
        return w("{where}: no longer planned (was {date})", where=where, date=_day(w, move.before))
    return w(
        "{where}: {old} becomes {new} ({days})",
        where=where,
        old=w.staff_date(move.before),
        new=w.staff_date(move.after),
        days=signed_days(w, (move.after - move.before).days),
    )


def deviation_sentence(
    w: Words, kind: str, where: str, day: date | None, facts: Mapping[str, Fact], protocol: Protocol | None
) -> str:
    """A deviation in one sentence; `kind` and `facts` are those of `study.lists.Deviation`."""
    said: dict[str, object] = {"where": named(w, where, protocol), "date": _day(w, day)}
    for name, fact in facts.items():
        said[name] = w.staff_date(fact) if isinstance(fact, date) else fact
    if kind == "injection-not-given":
        said["code"] = not_given_name(w, str(facts["code"]))
    for name in ("given_iu", "planned_iu"):
        dose = facts.get(name)
        said[name] = w("no dose") if not isinstance(dose, int) else w.dose(dose)
    if kind == "visit-outside-window" and "late_until" in facts:
        return w(_LATE, **said)
    if kind == "cycle-omitted" and facts.get("cause") == "cap":
        return w("{where} was omitted: it would have started past the cap.", **said)
    return w(_DEVIATIONS[kind], **said)


_LATE = N_(
    "{where} on {date} is late: after its window, {earliest} to {latest}, and not later than {late_until}."
)
_DEVIATIONS = {
    "visit-outside-window": N_("{where} on {date} is outside its window, {earliest} to {latest}."),
    "visit-missed": N_("{where} of {date} was missed."),
    "gap-accepted": N_("{where} on {date} starts sooner than the minimum interval; it was accepted."),
    "cap-accepted": N_("{where} on {date} starts past the cap; it was accepted."),
    "injection-not-given": N_("{where} at {time} on {date} was not given ({code})."),
    "dose-differs": N_("{where} at {time} on {date}: {given_iu} given, {planned_iu} planned."),
    "cycle-omitted": N_("{where} was omitted."),
    "moved-no-window": N_("{where} was moved from {nominal} to {date}."),
}


def named(w: Words, code: str, protocol: Protocol | None = None) -> str:
    """The name of an appointment or cycle at the beginning of a sentence."""
    name = appointment_name(w, code, protocol)
    return name[:1].upper() + name[1:]


def _day(w: Words, day: date | None) -> str:
    return w("no date yet") if day is None else w.staff_date(day)
