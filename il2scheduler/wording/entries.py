"""Entries of the ledger said as sentences, from the command that each of them keeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from il2scheduler.dosing import product_of
from il2scheduler.i18n import N_, Words
from il2scheduler.protocol import Place, Protocol
from il2scheduler.wording.decisions import named, not_given_name
from il2scheduler.wording.product import product_sentence
from il2scheduler.wording.refusals import printable
from il2scheduler.wording.site_values import field_name
from il2scheduler.wording.terms import place_name

_Facts = Mapping[str, Any]
_Sayer = Callable[[Words, _Facts, Protocol | None], str]


def entry_sentence(w: Words, command: str, protocol: Protocol | None = None) -> str:
    """What an entry did, in one sentence; a command of another version is named by its own word."""
    try:
        facts = json.loads(command)
        name = str(facts["command"])
        return _SAYERS[name](w, facts, protocol) if name in _SAYERS else w(_PLAIN[name], **_shown(facts))
    except (ValueError, KeyError, TypeError, AttributeError):
        return w("Something was changed: {command}", command=printable(command[:200]))


def _shown(facts: _Facts) -> dict[str, object]:
    return {name: printable(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}


def _date(w: Words, text: object) -> str:
    return w.staff_date(date.fromisoformat(str(text)))


def _enrol(w: Words, facts: _Facts, protocol: Protocol | None) -> str:
    code, arm = printable(str(facts["patient"])), printable(str(facts["arm"]))
    blinded = () if protocol is None else (known.code for known in protocol.arms if known.blinded)
    if facts["arm"] in blinded:
        if "anchor" not in facts:
            return w("{patient} was enrolled in a blinded arm, without a start date yet.", patient=code)
        start = _date(w, facts["anchor"])
        return w("{patient} was enrolled in a blinded arm, start {date}.", patient=code, date=start)
    if "anchor" not in facts:
        return w("{patient} was enrolled in arm {arm}, without a start date yet.", patient=code, arm=arm)
    return w(
        "{patient} was enrolled in arm {arm}, start {date}.",
        patient=code,
        arm=arm,
        date=_date(w, facts["anchor"]),
    )


def _anchor(w: Words, facts: _Facts, protocol: Protocol | None) -> str:
    label = w("start date") if protocol is None else protocol.anchor.label.said(w.language)
    return w("{anchor}: set to {date}.", anchor=label[:1].upper() + label[1:], date=_date(w, facts["to"]))


def _delay(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    if "to" in facts:
        return w("Cycle {cycle} was moved to {date}.", cycle=facts["cycle"], date=_date(w, facts["to"]))
    days = int(facts["days"])
    if not days:  # Only an omitted cycle can be.
        return w("Cycle {cycle} was planned again where it stood.", cycle=facts["cycle"])
    if days < 0:
        return w.plural(
            "Cycle {cycle} was advanced by {count} day.",
            "Cycle {cycle} was advanced by {count} days.",
            -days,
            cycle=facts["cycle"],
        )
    return w.plural(
        "Cycle {cycle} was delayed by {count} day.",
        "Cycle {cycle} was delayed by {count} days.",
        days,
        cycle=facts["cycle"],
    )


def _date_cycle(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    return w("Cycle {cycle} was dated {date}.", cycle=facts["cycle"], date=_date(w, facts["on"]))


def _move(w: Words, facts: _Facts, protocol: Protocol | None) -> str:
    said = {"visit": named(w, str(facts["visit"]), protocol), "date": _date(w, facts["to"])}
    if "hour" in facts:
        return w("{visit} was moved to {date} at {time}.", **said, time=facts["hour"])
    return w("{visit} was moved to {date}.", **said)


def _unscheduled(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    return w("An unscheduled visit on {date} was added.", date=_date(w, facts["on"]))


def _injection(w: Words, facts: _Facts) -> dict[str, object]:
    return {
        "where": named(w, f"C{facts['cycle']}D{facts['day']}"),
        "time": facts["slot"],
        **_dose(w, facts),
    }


def _dose(w: Words, facts: _Facts) -> dict[str, object]:
    return {"dose": w.dose(int(facts["dose_iu"]))} if "dose_iu" in facts else {}


def _give(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    said = _injection(w, facts)
    if "dose" in said:
        return w("{where} at {time} was given: {dose}.", **said)
    return w("{where} at {time} was given.", **said)


def _give_course(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    exceptions = _course_list(w, facts.get("exceptions", []))
    if facts.get("part"):
        given = _course_list(w, facts.get("details", []))
        said = [w("given: {listed}", listed=", ".join(given))] if given else []
        said += [w("not given: {listed}", listed=", ".join(exceptions))] if exceptions else []
        return w(
            "Cycle {cycle} was recorded in part; {listed}.", cycle=facts["cycle"], listed=w("; ").join(said)
        )
    if not exceptions:
        return w("All injections still planned in cycle {cycle} were given.", cycle=facts["cycle"])
    return w(
        "All injections still planned in cycle {cycle} were given, except {listed}.",
        cycle=facts["cycle"],
        listed=", ".join(exceptions),
    )


def _course_list(w: Words, told: list[_Facts]) -> list[str]:
    """`day 4 20:00 R`: injections of a course, each with its code where it was not given."""
    return [f"{w('day {day}', day=one['day'])} {one['slot']} {one.get('code', '')}".strip() for one in told]


def _not_given(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    code = not_given_name(w, str(facts["code"]))
    return w("{where} at {time} was not given ({code}).", **_injection(w, facts), code=code)


def _withhold(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    return w(
        "The rest of cycle {cycle} was withheld from day {day} on.",
        cycle=facts["cycle"],
        day=facts["from_day"],
    )


def _visit(w: Words, facts: _Facts, protocol: Protocol | None) -> str:
    visit = named(w, str(facts["visit"]), protocol)
    if "done" in facts:
        return w("{visit} was done on {date}.", visit=visit, date=_date(w, facts["done"]))
    return w("{visit} was missed.", visit=visit)


def _correct_injection(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    return w("The record of {where} at {time} was corrected.", **_lower(w, facts))


def _lower(w: Words, facts: _Facts) -> dict[str, object]:
    said = _injection(w, facts)
    where = str(said["where"])
    return {**said, "where": where[:1].lower() + where[1:]}


def _correct_visit(w: Words, facts: _Facts, protocol: Protocol | None) -> str:
    visit = named(w, str(facts["visit"]), protocol)
    if "done" in facts:
        return w("{visit}: corrected to done on {date}.", visit=visit, date=_date(w, facts["done"]))
    return w("{visit}: corrected to missed.", visit=visit)


def _dose_level(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    return w("The dose from cycle {cycle} on is {dose}.", cycle=facts["from_cycle"], **_dose(w, facts))


def _gate(w: Words, facts: _Facts, protocol: Protocol | None) -> str:
    gates = () if protocol is None else protocol.gates
    label = next((g.label.said(w.language) for g in gates if g.code == facts["gate"]), str(facts["gate"]))
    text = N_("{gate}: met.") if facts.get("met") else N_("{gate}: not met.")
    return w(text, gate=label[:1].upper() + label[1:])


def _place(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    choice = facts["choice"]
    place = place_name(w, Place(choice["place"]))
    if "cycle" not in choice:
        return w("All cycles: the place is {place}.", place=place)
    where = named(w, f"C{choice['cycle']}" + (f"D{choice['day']}" if "day" in choice else ""))
    if "at" in choice:
        return w("{where} at {time}: the place is {place}.", where=where, time=choice["at"], place=place)
    return w("{where}: the place is {place}.", where=where, place=place)


def _evening_start(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    if facts.get("on", True):
        return w("Cycle {cycle} begins in the evening.", cycle=facts["cycle"])
    return w("Cycle {cycle} begins in the morning again.", cycle=facts["cycle"])


def _event(w: Words, facts: _Facts, protocol: Protocol | None) -> str:
    events = () if protocol is None else protocol.events
    label = next((e.label.said(w.language) for e in events if e.code == facts["event"]), str(facts["event"]))
    return w("{event}: {date}.", event=label[:1].upper() + label[1:], date=_date(w, facts["on"]))


def _stop(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    return w("Treatment was stopped on {date}.", date=_date(w, facts["on"]))


def _withdraw(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    if facts.get("lost"):
        return w("The patient was lost to follow-up on {date}.", date=_date(w, facts["on"]))
    return w("The patient withdrew on {date}.", date=_date(w, facts["on"]))


def _take_proposals(w: Words, facts: _Facts, protocol: Protocol | None) -> str:
    moves = ", ".join(f"{named(w, str(m[0]), protocol)}: {_date(w, m[1])}" for m in facts["moves"])
    return w("Proposals were taken: {moves}.", moves=moves)


def _amend(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    code, version = printable(str(facts["protocol_code"])), printable(str(facts["protocol_version"]))
    if "site_values" in facts:
        return w.plural(
            "Put on version {version} of the protocol {code}, with {count} value of the site.",
            "Put on version {version} of the protocol {code}, with {count} values of the site.",
            int(facts["site_values"]),
            code=code,
            version=version,
        )
    return w("Put on version {version} of the protocol {code}.", code=code, version=version)


def _site_value(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    values = [
        w("{field} = {value}", field=field_name(w, str(one["field"])), value=one["value"])
        for one in facts["values"]
    ]
    return w.plural(
        "A value of the site was entered in the protocol {protocol}: {values}.",
        "Values of the site were entered in the protocol {protocol}: {values}.",
        len(values),
        protocol=printable(str(facts["protocol"])),
        values=printable(w("; ").join(values)),
    )


def _closure(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    if "open" in facts:
        return w("The clinic is open on {date}.", date=_date(w, facts["open"]))
    if "file" in facts:
        return w.plural(
            "{count} closure was read from {file}.",
            "{count} closures were read from {file}.",
            int(facts["count"]),
            file=printable(str(facts["file"])),
        )
    if facts.get("removed"):
        first, last = _date(w, facts["first"]), _date(w, facts["last"])
        if first == last:
            return w("The closure on {first} was taken away.", first=first)
        return w("The closure from {first} to {last} was taken away.", first=first, last=last)
    said = {"name": printable(str(facts.get("name", ""))), "first": _date(w, facts["first"])}
    if facts["first"] == facts["last"]:
        return w("The clinic is closed on {first} ({name}).", **said)
    return w("The clinic is closed from {first} to {last} ({name}).", **said, last=_date(w, facts["last"]))


def _set(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    values = ", ".join(f"{name} = {value}" for name, value in sorted(facts["values"].items()))
    return w("Settings of the study were changed: {values}.", values=printable(values))


def _product(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    if "name" not in facts:
        return w("The pharmacy's product was taken out.")
    product = replace(product_of(facts), name=printable(str(facts["name"])))
    return w("The pharmacy's product: {product}", product=product_sentence(w, product))


_SHEETS = {
    "dosing": N_("dosing sheets"),
    "diary": N_("patient diary"),
    "visits": N_("visit calendar"),
    "activities": N_("schedule of activities"),
    "changes": N_("what changed"),
    "day": N_("day list"),
    "week": N_("week list"),
}


def sheet_name(w: Words, kind: str) -> str:
    """`dosing sheets`, `day list`: the name of a kind of print."""
    return w(_SHEETS[kind])


def _print(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    said: list[str] = []
    for one in facts["sheets"]:
        name = sheet_name(w, one["sheet"])
        cycles = ", ".join(str(int(cycle)) for cycle in one.get("cycles", []))
        days = ", ".join(_date(w, day) for day in one.get("days", []))
        if cycles:
            said.append(w("{sheets} of cycle {cycles}", sheets=name, cycles=cycles))
        elif days:
            said.append(w("{sheets} of {days}", sheets=name, days=days))
        else:
            said.append(name)
    text = N_("Saved as PDF: {sheets}, revision {revision}.")
    if facts["to"] == "paper":
        text = N_("Printed: {sheets}, revision {revision}.")
    return w(text, sheets=", ".join(said), revision=facts["revision"])


def _calendar(w: Words, facts: _Facts, _protocol: Protocol | None) -> str:
    said = {"target": printable(str(facts["name"]))}
    if "events" in facts:
        return w.plural(
            "{count} changed appointment was exported for {target} as a calendar file.",
            "{count} changed appointments were exported for {target} as a calendar file.",
            int(facts["events"]),
            **said,
        )
    return w("Calendar files were exported for {target}.", **said)


_SAYERS: dict[str, _Sayer] = {
    "enrol": _enrol,
    "anchor": _anchor,
    "delay": _delay,
    "date-cycle": _date_cycle,
    "move": _move,
    "unscheduled": _unscheduled,
    "give": _give,
    "give-course": _give_course,
    "not-given": _not_given,
    "withhold": _withhold,
    "visit": _visit,
    "correct-injection": _correct_injection,
    "correct-visit": _correct_visit,
    "dose-level": _dose_level,
    "gate": _gate,
    "place": _place,
    "evening-start": _evening_start,
    "event": _event,
    "stop": _stop,
    "withdraw": _withdraw,
    "take-proposals": _take_proposals,
    "amend": _amend,
    "site-value": _site_value,
    "closure": _closure,
    "set": _set,
    "product": _product,
    "print": _print,
    "calendar": _calendar,
}
_PLAIN = {
    "new": N_("The study was made, with the protocol {protocol}, reading {reading}."),
    "add-protocol": N_("The protocol {protocol}, version {version}, reading {reading}, was added."),
    "omit": N_("Cycle {cycle} was omitted."),
    "note": N_("Note: {text}"),
    "undo": N_("Entry {entry} was undone."),
    "redo": N_("Redone: the undo in entry {entry} was taken back."),
    "redact": N_("Typed text of entry {entry} was erased."),
}
