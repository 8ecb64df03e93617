"""Findings said as sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import cast

from il2scheduler.i18n import Words
from il2scheduler.protocol import Label, Place, Protocol
from il2scheduler.rules import Finding, FindingKind
from il2scheduler.wording.site_values import field_name
from il2scheduler.wording.terms import appointment_name, place_name

_Sayer = Callable[[Words, Finding, str, Protocol | None], str]


def finding_sentence(w: Words, finding: Finding, protocol: Protocol | None = None) -> str:
    """One sentence: what, where, when. `protocol` gives visits their labels."""
    where = capital(appointment_name(w, finding.where, protocol))
    return _SAYERS[finding.kind](w, finding, where, protocol)


def signed_days(w: Words, days: int) -> str:
    """`+7 days`, `-1 day`."""
    said = w.plural("{count} day", "{count} days", abs(days))
    return f"+{said}" if days > 0 else f"\u2212{said}" if days < 0 else said


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def _date(finding: Finding, fact: str) -> date:
    return cast("date", finding.facts[fact])


def _day(w: Words, finding: Finding) -> str:
    return w("no date yet") if finding.date is None else w.staff_date(finding.date)


def _closed_day(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    name = finding.facts.get("name")
    day = _day(w, finding)
    if finding.facts.get("bridge"):
        return w(
            "{where} is on {date}, a bridge day next to {name}.", where=where, date=day, name=_name(w, name)
        )
    if finding.facts["by"] == "weekday" or finding.date is None:
        return w("{where} is on {date}, a day on which the clinic is closed.", where=where, date=day)
    if finding.facts["by"] == "holiday":
        return w(
            "{where} is on {date}, a public holiday ({name}).", where=where, date=day, name=_name(w, name)
        )
    if not _name(w, name):
        return w("{where} is on {date}, inside a closure.", where=where, date=day)
    return w("{where} is on {date}, inside a closure ({name}).", where=where, date=day, name=_name(w, name))


def _name(w: Words, name: object) -> str:
    return name.said(w.language) if isinstance(name, Label) else ""


def _outside_window(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    facts = {
        "where": where,
        "date": _day(w, finding),
        "earliest": w.staff_date(_date(finding, "earliest")),
        "latest": w.staff_date(_date(finding, "latest")),
    }
    if finding.facts.get("site"):
        return w("{where} on {date} is outside the site's window, {earliest} to {latest}.", **facts)
    if finding.facts.get("late_until") is not None:
        facts["late"] = w.staff_date(_date(finding, "late_until"))
        return w(
            "{where} on {date} is late: its window is {earliest} to {latest}; it may be held until {late}.",
            **facts,
        )
    return w("{where} on {date} is outside its window, {earliest} to {latest}.", **facts)


def _no_window(w: Words, _finding: Finding, where: str, _protocol: Protocol | None) -> str:
    return w("{where} has no window in the source: check with the sponsor.", where=where)


def _gap_too_short(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    return w(
        "{where} would start on {date}, {gap} days after {previous}; at least {minimum} days are required.",
        where=where,
        date=_day(w, finding),
        gap=finding.facts["gap"],
        previous=appointment_name(w, str(finding.facts["previous"])),
        minimum=finding.facts["minimum"],
    )


def _past_cap(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    return w(
        "{where} would start on {date}, past {last}, the last day the protocol allows a cycle to start.",
        where=where,
        date=_day(w, finding),
        last=w.staff_date(_date(finding, "last")),
    )


def _course_split(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    return w("{where} on {date} is apart from the rest of its course.", where=where, date=_day(w, finding))


def _course_overlap(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    other, day = appointment_name(w, str(finding.facts["other"])), _day(w, finding)
    if "other_date" in finding.facts:
        until = w.staff_date(_date(finding, "other_date"))
        return w(
            "{where} is on {date}, before {other} on {other_date}: the courses overlap.",
            where=where,
            other=other,
            date=day,
            other_date=until,
        )
    return w("{where} and {other} are both on {date}.", where=where, other=other, date=day)


def _cycle_order(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    return w(
        "{where} would start on {date}, not after {previous} ({previous_date}).",
        where=where,
        date=_day(w, finding),
        previous=appointment_name(w, str(finding.facts["previous"])),
        previous_date=w.staff_date(_date(finding, "previous_date")),
    )


def _same_day(w: Words, finding: Finding, where: str, protocol: Protocol | None) -> str:
    other = appointment_name(w, str(finding.facts["other"]), protocol)
    return w(
        "{where} and {other} are on the same day, {date}.", where=where, other=other, date=_day(w, finding)
    )


def _clinic_full(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    return w(
        "{where} on {date} would be number {wanted} of {places} places.",
        where=where,
        date=_day(w, finding),
        wanted=finding.facts["wanted"],
        places=finding.facts["places"],
    )


def _follow_up_early(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    return w(
        "{where} on {date} is less than {days} days after the start of cycle {cycle} ({start}).",
        where=where,
        date=_day(w, finding),
        days=finding.facts["days"],
        cycle=finding.facts["cycle"],
        start=w.staff_date(_date(finding, "start")),
    )


def _overdue(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    if finding.facts.get("awaiting_diary"):
        return w("{where} of {date} is awaiting the diary.", where=where, date=_day(w, finding))
    days = cast("int", finding.facts["days"])
    return w.plural(
        "{where} of {date} is overdue by {count} day.",
        "{where} of {date} is overdue by {count} days.",
        days,
        where=where,
        date=_day(w, finding),
    )


def _assumed(w: Words, finding: Finding, _where: str, protocol: Protocol | None) -> str:
    note = finding.facts.get("note")
    said = note.said(w.language) if isinstance(note, Label) else finding.where
    if finding.facts.get("settled"):
        paths = str(finding.facts["settled"]).split(", ")
        names = w("; ").join(field_name(w, path, protocol) for path in paths)
        said = w("{note} Entered by the site so far: {fields}.", note=said, fields=names)
    if finding.facts["status"] == "unknown":
        return w("Unknown: {note}", note=said)
    return w("Assumed, check with the sponsor: {note}", note=said)


def _sample_late(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    return w(
        "{where} on {date} comes after the injection it must come before: {other} on {other_date}.",
        where=where,
        date=_day(w, finding),
        other=appointment_name(w, str(finding.facts["other"])),
        other_date=w.staff_date(_date(finding, "other_date")),
    )


def _iu(w: Words, finding: Finding, fact: str) -> str:
    return w.dose(cast("int", finding.facts[fact]))


def _dose_not_listed(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    listed = w("; ").join(w.dose(int(one)) for one in str(finding.facts["listed"]).split())
    where = w("The prescribed dose") if finding.where == "enrol" else where
    facts = {"where": where, "dose": _iu(w, finding, "dose_iu"), "listed": listed}
    if "per" in finding.facts:
        times, low, high = (
            w.number(Decimal(int(str(finding.facts[name]))) / 100)
            for name in ("hundredths", "low_hundredths", "high_hundredths")
        )
        facts |= {"stated": _iu(w, finding, "basis_iu"), "times": times, "low": low, "high": high}
        if finding.facts["per"] == "kg":
            return w(
                "{where}: {dose} is {times} times what the protocol states per kg ({stated}), and an adult's "
                "dose is {low} to {high} times; check the prescription and confirm it with a reason.",
                **facts,
            )
        return w(
            "{where}: {dose} is {times} times what the protocol states per m² ({stated}), and an adult's "
            "dose is {low} to {high} times; check the prescription and confirm it with a reason.",
            **facts,
        )
    if "highest_iu" in finding.facts:
        return w(
            "{where}: {dose} is above the highest dose the protocol states ({highest}); check it, and "
            "confirm it with a reason if it was really given.",
            **facts,
            highest=_iu(w, finding, "highest_iu"),
        )
    if not listed:
        return w(
            "{where}: the protocol states no dose to compare {dose} with; confirm it with a reason.",
            **facts,
        )
    if finding.facts["levels"]:
        return w(
            "{where}: {dose} is not in the protocol's list of doses ({listed}); confirm it with a reason.",
            **facts,
        )
    return w(
        "{where}: {dose} is not the dose the protocol states ({listed}), and it has no list of others; "
        "confirm it with a reason.",
        **facts,
    )


def _dose_jump(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    facts = {
        "where": where,
        "dose": _iu(w, finding, "dose_iu"),
        "previous": _iu(w, finding, "previous_iu"),
    }
    if cast("int", finding.facts["dose_iu"]) > cast("int", finding.facts["previous_iu"]):
        return w(
            "{where}: {dose} is at least twice the dose before ({previous}); confirm it with a reason.",
            **facts,
        )
    return w(
        "{where}: {dose} is at most half of the dose before ({previous}); confirm it with a reason.", **facts
    )


def _end_date(w: Words, finding: Finding, _where: str, _protocol: Protocol | None) -> str:
    facts, day = finding.facts, _day(w, finding)
    if facts["why"] == "recorded":
        return w.plural(
            "The end on {date} would cut off {count} day that is recorded and stays ({last} on {last_date}); "
            "check the date.",
            "The end on {date} would cut off {count} days that are recorded and stay (the last: {last} on "
            "{last_date}); check the date.",
            cast("int", facts["count"]),
            date=day,
            last=appointment_name(w, str(facts["last"])),
            last_date=w.staff_date(_date(finding, "last_date")),
        )
    if facts["why"] == "before-start":
        start = w.staff_date(_date(finding, "start"))
        return w(
            "{date} lies before the patient's start date ({start}); check the date.", date=day, start=start
        )
    if facts["why"] == "long-ago":
        return w("{date} lies {days} days before today; check the date.", date=day, days=facts["days"])
    return w.plural(
        "{date} lies {count} day after today; what stands before it stays planned.",
        "{date} lies {count} days after today; what stands before it stays planned.",
        cast("int", facts["days"]),
        date=day,
    )


def _far_date(w: Words, finding: Finding, where: str, protocol: Protocol | None) -> str:
    if finding.where == "anchor":
        where = w("The start date") if protocol is None else protocol.anchor.label.said(w.language)
    elif finding.where == "U":
        where = w("The visit")
    facts = {
        "where": where,
        "date": _day(w, finding),
        "days": finding.facts["days"],
        "other": w.staff_date(_date(finding, "other")),
    }
    if finding.facts["why"] == "today":
        return w("{where} on {date} is {days} days away from today; check the date.", **facts)
    if finding.facts["why"] == "start":
        return w.plural(
            "{where} on {date} lies {count} day before the patient's start date ({other}); check the date.",
            "{where} on {date} lies {count} days before the patient's start date ({other}); check the date.",
            cast("int", finding.facts["days"]),
            **facts,
        )
    if finding.facts["why"] == "schedule":
        return w(
            "{where} on {date} is {days} days away from the rest of the schedule ({other}); check the date.",
            **facts,
        )
    return w("{where} on {date} is {days} days away from where it stood ({other}); check the date.", **facts)


def _place_kept(w: Words, finding: Finding, where: str, _protocol: Protocol | None) -> str:
    places = [place_name(w, Place(place)) for place in str(finding.facts["places"]).split()]
    return w.plural(
        "{where}: {count} injection keeps the place that was set for it before ({places}); "
        "change it there, too.",
        "{where}: {count} injections keep the place that was set for them before ({places}); "
        "change it there, too.",
        cast("int", finding.facts["count"]),
        where=where,
        places=", ".join(places),
    )


_SAYERS: dict[FindingKind, _Sayer] = {
    FindingKind.CLOSED_DAY: _closed_day,
    FindingKind.OUTSIDE_WINDOW: _outside_window,
    FindingKind.NO_WINDOW: _no_window,
    FindingKind.GAP_TOO_SHORT: _gap_too_short,
    FindingKind.PAST_CAP: _past_cap,
    FindingKind.COURSE_SPLIT: _course_split,
    FindingKind.COURSE_OVERLAP: _course_overlap,
    FindingKind.CYCLE_ORDER: _cycle_order,
    FindingKind.SAME_DAY: _same_day,
    FindingKind.CLINIC_FULL: _clinic_full,
    FindingKind.FOLLOW_UP_EARLY: _follow_up_early,
    FindingKind.OVERDUE: _overdue,
    FindingKind.ASSUMED: _assumed,
    FindingKind.SAMPLE_LATE: _sample_late,
    FindingKind.DOSE_NOT_LISTED: _dose_not_listed,
    FindingKind.DOSE_JUMP: _dose_jump,
    FindingKind.END_DATE: _end_date,
    FindingKind.FAR_DATE: _far_date,
    FindingKind.PLACE_KEPT: _place_kept,
}
