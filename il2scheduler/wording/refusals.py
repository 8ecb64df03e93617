"""Refusals said as sentences: what, where, what was expected, what to do."""

from __future__ import annotations

from datetime import date

from il2scheduler.i18n import N_, Words
from il2scheduler.refusal import Refusal

_SENTENCES = {
    "patient-code": N_(
        "The patient code {found} cannot be used: it needs 1 to 32 capital letters, "
        "digits, - or _, such as P001."
    ),
    "date-range": N_("The date {date} is outside the years {first} to {last}."),
    "too-late": N_(
        "With the start {date} the schedule would run past the year {year}; choose an earlier start."
    ),
    "never-open": N_("The clinic would be closed on every day of the week; leave at least one weekday open."),
    "timezone": N_("{found} is not a known time zone; give one such as Europe/Paris."),
    "arm-needed": N_("This protocol has several arms; choose one of {known}."),
    "arm": N_("The protocol has no arm {found}; choose one of {known}."),
    "country": N_("{found} is not a country whose public holidays are known; give a code such as FR."),
    "subdivision": N_("{country} has no subdivision {found}; known are {known}."),
}


def refusal_sentence(w: Words, refusal: Refusal) -> str:
    """One sentence for a person; text typed by people is shown without control characters."""
    facts = {
        name: w.staff_date(fact)
        if isinstance(fact, date)
        else printable(fact)
        if isinstance(fact, str)
        else fact
        for name, fact in refusal.facts.items()
    }
    return w(_SENTENCES[refusal.kind], **facts)


def printable(text: str) -> str:
    """Text typed by a person on one line, control and invisible characters escaped, empty text visible."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text) or '""'
