"""Fields of a protocol and the values a site enters for them, said in words a coordinator understands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, cast

from il2scheduler.i18n import N_, Words
from il2scheduler.protocol import Basis, CycleRule, FieldStatus, Place, Protocol, Provenance
from il2scheduler.wording.terms import place_name

PROBLEMS = {
    "site-one-form": N_("give exactly one of value, none = true and confirmed = true"),
    "site-no-such-field": N_("{path} is no field of this protocol; did you mean {near}?"),
    "site-settled": N_(
        "{path} is settled by the sources of the protocol ({status}), so no value of the site is entered for "
        "it; amend the protocol instead"
    ),
    "site-not-open": N_("{path} is not a field that the protocol leaves open; those are {known}"),
    "site-needs-value": N_("{path} cannot be none; give the value of the approved protocol"),
    "site-nothing-to-confirm": N_(
        "nothing is assumed for {path} that could be confirmed; give the value of the approved protocol, "
        "or none"
    ),
    "site-dose-each": N_(
        "{path}: a dose is entered for each series of cycles by itself, never for all at once"
    ),
    "site-count": N_(
        "{found} given for {expected} injections a day; give one for all, or one for each of them"
    ),
    "site-form": N_("found {found}, expected {expected}"),
}
"""Problems of a site's values, by kind."""

_FORMS = {
    "window": N_("days before and after, such as -7/+14"),
    "number": N_("a whole number, such as 28"),
    "yes-no": N_("yes or no"),
    "clock": N_("a time such as 08:00"),
    "clocks": N_("times such as 08:00, 20:00"),
    "choice": N_("one of {known}"),
    "choices": N_("one of {known} for all, or one for each injection of the day"),
    "dose": N_("million international units, such as 4.5"),
    "doses": N_("million international units, such as 4.5, 3"),
    "stated-dose": N_("million international units for one injection, such as 4.5, or 1 per m2, or 1 per kg"),
    "after-cycle": N_("days after a cycle, such as 7 days after cycle 4"),
    "slots": N_("times with places, such as 08:00 day-hospital, 20:00 home"),
    "visits": N_("study weeks or days of further visits, such as W4, W8, D10, or none"),
    "table": N_("a value in TOML, such as { week = 42 }"),
    "line": N_("a short text"),
    "words": N_("what the approved protocol says, in a few words"),
}


def form_name(w: Words, form: str, known: str = "") -> str:
    """How a value is written: `days before and after, such as -7/+14`."""
    text = _FORMS.get(form) or _FORMS.get(form.removesuffix("s")) or _FORMS["table"]
    return w(text, known=known) if "{known}" in text else w(text)


_FIELDS = {
    "window": N_("window"),
    "before_first_injection": N_("before the first injection of the day"),
    "min_days_after": N_("least days after a cycle"),
    "minimum_gap": N_("minimum interval between cycles"),
    "rule": N_("what a delayed cycle does to later ones"),
    "slots": N_("times and places of the injections"),
    "time": N_("clock times of the injections"),
    "place": N_("places of the injections"),
    "levels_iu": N_("dose levels"),
    "maximum_iu": N_("highest dose"),
    "product": N_("product and its preparation"),
    "missed_dose": N_("missed doses"),
    "premedication": N_("premedication"),
    "starts": N_("starts of the cycles"),
    "cap": N_("limits of the cycles"),
    "last_start": N_("last start of a cycle"),
    "course": N_("injection days of a cycle"),
    "dose": N_("dose"),
    "route": N_("route"),
    "companions": N_("other drugs given with it"),
    "at": N_("date"),
    "arms": N_("arms"),
    "activities": N_("activities"),
}
_GROUPS = {
    "visits": N_("further visits"),
    "arms": N_("arms"),
    "activities": N_("activities"),
    "gates": N_("conditions of passage"),
    "early_termination": N_("visit at the end of treatment"),
    "anchor": N_("what the start date stands for"),
}
_EVERY = {
    "visits": N_("every visit: {what}"),
    "cycles": N_("every series of cycles: {what}"),
    "arms": N_("every arm: {what}"),
    "gates": N_("every condition of passage: {what}"),
}
_RULES = {
    CycleRule.FIXED: N_("later cycles stay on their nominal dates"),
    CycleRule.FLOATING: N_("later cycles follow at their intervals"),
    CycleRule.FIXED_WITH_MIN_GAP: N_("nominal dates, as long as the minimum interval holds"),
}


def field_name(w: Words, path: str, protocol: Protocol | None = None) -> str:
    """A dotted path in words: `visit at study week 52: window`; unknown parts as they stand in the file."""
    keys = path.split(".")
    if len(keys) == 1:
        return w(_GROUPS[path]) if path in _GROUPS else path
    what = w(_FIELDS[keys[-1]]) if keys[-1] in _FIELDS else keys[-1].replace("_", " ")
    group, code = keys[0], keys[1]
    if code == "*":
        every = _EVERY.get(group)
        return path if every is None else w(every, what=what)
    if group == "gates" and keys[-1] == "place":
        what = w("place of care")
    if len(keys) == 2:
        return _entry_name(w, group, code, protocol) or path
    name = _entry_name(w, group, code, protocol)
    if group == "cycles" and protocol is not None and len(_series(protocol)) == 1:
        return what
    return what if name is None else w("{where}: {what}", where=name, what=what)


def _series(protocol: Protocol) -> dict[str, str]:
    return {series.code: series.code for arm in protocol.arms for series in arm.series}


def _entry_name(w: Words, group: str, code: str, protocol: Protocol | None) -> str | None:
    """The label of a visit, a series of cycles, a condition; the code where no protocol is known."""
    if protocol is None:
        return code if code != "course" else None
    labels = {
        "visits": {visit.code: visit.label for visit in protocol.visits},
        "cycles": {series.code: series.label for arm in protocol.arms for series in arm.series},
        "gates": {gate.code: gate.label for gate in protocol.gates},
        "activities": {activity.code: activity.label for activity in protocol.activities},
        "arms": {arm.code: arm.label for arm in protocol.arms},
    }
    known = labels.get(group, {})
    label = known.get(code)
    if label is None:
        return code
    said = label.said(w.language)
    alike = sum(other.said(w.language) == said for other in known.values())
    return said if alike == 1 else f"{said} ({code})"


def value_name(w: Words, path: str, toml: str) -> str:
    """A value in TOML as people say it: `-7/+14 days`, `4.5 million international units`, `day hospital`."""
    if not toml:
        return w("none")
    try:
        value: object = tomllib.loads(f"value = {toml}")["value"]
    except tomllib.TOMLDecodeError:
        return toml
    return _said(w, path.rsplit(".", 1)[-1], value)


def _said(w: Words, key: str, value: object) -> str:
    if isinstance(value, bool):
        return w("yes") if value else w("no")
    if isinstance(value, int):
        if key == "iu" or key.endswith("_iu"):
            return w.dose(value)
        if key in ("minimum_gap", "before", "after", "late", "days", "every"):
            return w.plural("{count} day", "{count} days", value)
        return str(value)
    if isinstance(value, str):
        return _text(w, key, value)
    if isinstance(value, list):
        entries = [_said(w, key, entry) for entry in cast("list[object]", value)]
        return ", ".join(entries) if entries else w("none")
    if isinstance(value, dict):
        return _table(w, cast("dict[str, Any]", value))
    return str(value)


def _text(w: Words, key: str, value: str) -> str:
    if key == "place" and value in set(Place):
        return place_name(w, Place(value))
    if key == "rule" and value in set(CycleRule):
        return w(_RULES[CycleRule(value)])
    return value if key == "time" else w.quoted(value)


def rule_name(w: Words, rule: str) -> str:
    """`later cycles stay on their nominal dates`."""
    return _text(w, "rule", rule)


def _table(w: Words, value: Mapping[str, Any]) -> str:
    if {"before", "after"} <= set(value):
        before, after = int(value["before"]), int(value["after"])
        said = w("\u2212{before}/+{after} days", before=before, after=after)
        if "late" in value:
            return w("{window}, late up to +{days}", window=said, days=value["late"])
        return said
    if set(value) == {"cycle", "days"}:
        days = w.plural("{count} day", "{count} days", int(value["days"]))
        return w("{days} after the start of cycle {cycle}", days=days, cycle=value["cycle"])
    if set(value) <= {"iu", "basis"}:
        return _dose(w, value)
    if set(value) == {"time", "place"}:
        return f"{value['time']} {_text(w, 'place', str(value['place']))}"
    if "label" in value and "code" in value:
        label = cast("dict[str, str]", value["label"])
        return label[w.language]
    return ", ".join(f"{key} {_said(w, key, entry)}" for key, entry in value.items())


def _dose(w: Words, value: Mapping[str, Any]) -> str:
    if "iu" not in value:
        return w("placebo")
    dose = w.dose(int(value["iu"]))
    if value.get("basis") == Basis.PER_M2:
        return f"{dose} {w('per square metre of body surface area')}"
    return f"{dose} {w('per kilogram')}" if value.get("basis") == Basis.PER_KG else dose


def site_value_sentence(w: Words, entry: FieldStatus, protocol: Protocol | None = None) -> str:
    """`Visit at study week 52: window: -7/+14 days, entered by the site (protocol v3, p. 41).`."""
    name = field_name(w, entry.field, protocol)
    name = name[:1].upper() + name[1:]
    source = w.quoted(entry.source or "-")
    if entry.status is not Provenance.SITE or entry.value is None:
        note = "" if entry.note is None else entry.note.said(w.language)
        said = w("{field}: confirmed by the site ({source}).", field=name, source=source)
        return f"{said} {note}".strip()
    return w(
        "{field}: {value}, entered by the site ({source}).",
        field=name,
        value=value_name(w, entry.field, entry.value),
        source=source,
    )


def version_name(w: Words, protocol: Protocol) -> str:
    """`1`; `1, with 3 values of the site` where the site completed the protocol."""
    if not protocol.site_values:
        return protocol.version
    return w.plural(
        "{version}, with {count} value of the site",
        "{version}, with {count} values of the site",
        protocol.site_values,
        version=protocol.version,
    )
