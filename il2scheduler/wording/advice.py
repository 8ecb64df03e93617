"""Advice on a template said as sentences: what was seen, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from il2scheduler.i18n import N_, Words
from il2scheduler.protocol import Place
from il2scheduler.wording.terms import place_name

if TYPE_CHECKING:
    from il2scheduler.protocol_file import Problem

_SENTENCES = {
    "country-unknown": N_(
        "the public holidays of {found} are not known; give the two letters of the country, such as FR, "
        "or choose another country when the study is made"
    ),
    "zone-unknown": N_("{found} is no known time zone; give one such as Europe/Paris"),
    "french-is-english": N_('"{text}" stands in both languages; translate it where it is not yet'),
    "one-language": N_(
        "every text is the same in both languages; translate them, or leave them: sheets in the other "
        "language then show them as they are"
    ),
    "dose-very-small": N_(
        "{found} international units is far less than any dose in use; 2 million is written 2_000_000"
    ),
    "starts-before-anchor": N_(
        "cycle {cycle} starts {days} days before the start of the trial; check week_origin and the weeks"
    ),
    "gate-after-cycle": N_(
        "the question is asked before cycle {before} but changes cycle {cycle}, which is over by then; "
        "check before_cycle and cycles"
    ),
    "arm-not-blinded": N_(
        "arm {other} is blinded and {arm} is not: its sheets name the arm and the dose; "
        "write blinded = true, or leave it where this arm is open"
    ),
    "reading-changes-nothing": N_(
        "this reading says the same as the default one; give the values that differ under [readings.set]"
    ),
    "label-numbers-differ": N_('the numbers in "{en}" and "{fr}" are not the same; mend the wrong one'),
    "label-names-other-day": N_(
        '"{text}" means {expected} days after the start, but the visit is {found} days after it; '
        "change the name or the date"
    ),
    "courses-touch": N_(
        "cycle {second} begins on the day after the course of cycle {first} ends; "
        "check the starts, or write both as one course"
    ),
    "visits-on-one-day": N_(
        "{first} and {second} are on the same day; make them one visit, or check their dates"
    ),
    "windows-overlap": N_(
        "the windows of {first} and {second} share {days} days, so that a date could belong to both; "
        "make one of them narrower"
    ),
    "visit-of-no-cycle": N_(
        "arm {arm} has no cycle {cycle} (it has {count}); "
        "name the arms that have this visit with arms = [...]"
    ),
    "visit-after-next-cycle": N_(
        "the visit of cycle {cycle} comes after cycle {next} has begun, {days} days later; check its day"
    ),
    "no-injection-that-day": N_(
        "there is no injection on the day of this visit in arm {arm}; leave before_first_injection out, "
        "or check the date"
    ),
    "no-visit-after-treatment": N_(
        "no visit comes after the last injection, cycle {cycle} ({end} days after the start); "
        "add the follow-up visits, or say in the provenance of visits that there are none"
    ),
    "cap-never-reached": N_(
        "the cap is {cap} cycles, but only {found} are planned; plan them or lower the cap"
    ),
    "cap-allows-another": N_(
        "the last cycle starts {last} days after the start and the last allowed start is {cap}: "
        "another cycle, {interval} days later, would fit; check the starts and the cap"
    ),
    "dose-not-a-level": N_("{dose} is given but is not among the levels; add it to levels_iu"),
    "gate-changes-nothing": N_(
        "the cycles are at {place} already, so the gate changes nothing; check the slots or the place"
    ),
    "activity-never-done": N_(
        "no visit and no day of a cycle names this activity; add it to a visit or remove it"
    ),
    "no-provenance": N_(
        "nothing says where {path} comes from; add an entry with status stated, resolved, assumed or unknown"
    ),
    "no-totals": N_(
        "the totals are not stated, so they are not checked: count them in the source and write cycles, "
        "injections and dose_iu (they add up to {cycles}, {injections} and {dose_iu})"
    ),
}


def advice_sentence(w: Words, advice: Problem) -> str:
    """`visits.W52.window: the windows of W48 and W52 share 3 days, ...; make one of them narrower`."""
    facts: dict[str, object] = dict(advice.facts)
    if advice.kind == "dose-not-a-level":
        facts["dose"] = w.dose(int(advice.facts["found"]))
    if advice.kind == "gate-changes-nothing":
        facts["place"] = place_name(w, Place(str(advice.facts["place"])))
    return f"{advice.place}: {w(_SENTENCES[advice.kind], **facts)}"
