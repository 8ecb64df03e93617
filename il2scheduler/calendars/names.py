"""What an event is called, in neutral words: numbers alone, no disease, drug, arm, name or dose."""

from __future__ import annotations

import re
from dataclasses import dataclass

from il2scheduler.i18n import N_, Words
from il2scheduler.protocol import (
    FromCycle,
    FromEvent,
    FromLastInjection,
    Protocol,
    VisitTemplate,
    study_day,
    study_week,
)
from il2scheduler.schedule import EARLY_TERMINATION

_COUNTED_IN_DAYS = re.compile(r"[DJ]-?[0-9]+")
_UNSCHEDULED = re.compile(r"U([0-9]+)")
_ONE_WEEK = 7


@dataclass(frozen=True, slots=True)
class Name:
    """A name before it is said in a language: the text and its facts but for the patient's code."""

    text: str
    facts: tuple[tuple[str, int], ...] = ()

    def said(self, w: Words, patient: str) -> str:
        """The summary of the event."""
        return w(self.text, **dict(self.facts), patient=patient)


def injection_name(number: int, count: int) -> Name:
    """`Injection 3 of 10 - P014`; injections are counted in their cycle."""
    facts = (("number", number), ("count", count))
    return Name(N_("Injection {number} of {count} - {patient}"), facts)


def visit_name(
    protocol: Protocol | None, template: VisitTemplate | None, code: str, cycle: int | None
) -> Name:
    """What a visit is, from numbers alone: codes and labels of a template may name the disease.

    `template` is None for a visit that the protocol does not have; `cycle` is that of the appointment.
    """
    if protocol is None or template is None:
        return _own_visit_name(code)
    hook = template.hook
    if isinstance(hook, FromCycle):
        number = (cycle or 0) if hook.cycle is None else hook.cycle
        if hook.day < 0:
            return Name(N_("Visit before cycle {number} - {patient}"), (("number", number),))
        facts = (("number", number), ("day", hook.day))
        return Name(N_("Visit on cycle {number} day {day} - {patient}"), facts)
    if isinstance(hook, FromEvent):
        return Name(N_("Follow-up visit - {patient}"))
    if isinstance(hook, FromLastInjection):
        return Name(N_("Visit after the last injection - {patient}"))
    if hook.offset % _ONE_WEEK or _COUNTED_IN_DAYS.fullmatch(template.code):
        day = study_day(hook.offset, day_zero=protocol.day_zero)
        return Name(N_("Visit on study day {day} - {patient}"), (("day", day),))
    week = study_week(hook.offset, protocol.week_origin)
    return Name(N_("Visit at study week {week} - {patient}"), (("week", week),))


def _own_visit_name(code: str) -> Name:
    """A visit that no template has: unscheduled (`U1`) or at early termination (`ET`)."""
    unscheduled = _UNSCHEDULED.fullmatch(code)
    if unscheduled is not None:
        number = int(unscheduled[1])
        return Name(N_("Unscheduled visit {number} - {patient}"), (("number", number),))
    if code == EARLY_TERMINATION:
        return Name(N_("Early termination visit - {patient}"))
    return Name(N_("Visit - {patient}"))
