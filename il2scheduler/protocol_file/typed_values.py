"""Values of fields as people type them: `-7/+14`, `28`, `yes`, `08:00 and 20:00`, or TOML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from il2scheduler.protocol_file.problems import Problem
from il2scheduler.protocol_file.spots import Kind, Spot
from il2scheduler.protocol_file.text import parse

NONE = frozenset({"none", "aucun", "aucune"})
CONFIRMED = frozenset({"confirmed", "confirmé", "confirmée"})
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " "})
_WINDOW = re.compile(r"-?(?P<before>[0-9]{1,4})\s*/\s*\+?(?P<after>[0-9]{1,4})(?:\s*(?:d|j|days?|jours?))?")
_EVEN = re.compile(r"(?:\u00b1|\+/?-)\s*(?P<days>[0-9]{1,4})(?:\s*(?:d|j|days?|jours?))?")
_DAYS = re.compile(r"(?P<days>[0-9]{1,6})(?:\s*(?:d|j|days?|jours?))?")
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})(?::|h)(?P<minute>[0-9]{2})?")
_VISIT = re.compile(r"(?P<unit>[WSDJ])(?P<number>[0-9]{1,4})")
_AFTER = re.compile(
    r"(?P<days>[0-9]{1,4})(?:\s*(?:d|j|days?|jours?))?\s+(?:after|apr\u00e8s)\s+"
    r"(?:cycle|cure|la cure)\s+(?P<cycle>[0-9]{1,3})",
    re.IGNORECASE,
)
_IU = re.compile(r"[0-9]{1,3}(?:[_ ]?[0-9]{3}){1,2}")
_MILLIONS = re.compile(r"(?P<whole>[0-9]{1,3})(?:[.,](?P<part>[0-9]{1,2}))?|0[.,](?P<small>[0-9]{3})")
_YES = {"yes": True, "oui": True, "true": True, "no": False, "non": False, "false": False}
_NAMED = {
    "day hospital": "day-hospital",
    "h\u00f4pital de jour": "day-hospital",
    "hopital de jour": "day-hospital",
    "h\u00f4pital": "hospital",
    "domicile": "home",
}
_BETWEEN = re.compile(r"\s*[;,]\s+|\s*;\s*|,(?=[^0-9])|\s+(?:and|et)\s+|\s+")
_AND = re.compile(r"\s*[;,]\s*|\s+(?:and|et)\s+")
_MAX_MILLION = 200
_LEAST_IU = 10_000
_PER = re.compile(r"\s*(?:per|par|/)\s*(?P<of>m2|m\u00b2|kg)$")


def value_of(text: str, found: Spot) -> object | None:
    """What a text means for a field, None where it means nothing there.

    Whether the value fits the field (a gap of 0 days, a place that does not exist) is for the shape to say.
    """
    plain = text.translate(_MINUS).strip()
    reader = _READERS.get(found.kind)
    if reader is not None:
        one = found.kind in _WHOLE or not (found.each or found.many)
        read = reader(plain, found) if one else _listed(plain, found, reader)
        if read is not None:
            return read
    if found.kind not in (Kind.WORDS, Kind.LINE):
        value = _as_toml(plain)
        fits = isinstance(value, _TYPES.get(found.kind, object)) and _in_units(value, found.kind)
        return value if fits else None
    quoted = plain[:1] in ('"', "'")
    return (_as_toml(plain) if quoted else None) or plain


def _in_units(value: object, kind: Kind) -> bool:
    """False for a dose that is not in international units."""
    if kind is Kind.STATED_DOSE and isinstance(value, dict):
        stated = cast("dict[str, object]", value)
        return "iu" not in stated or _doses(stated["iu"])
    return kind is not Kind.DOSE or _doses(value)


def _doses(value: object) -> bool:
    """International units and nothing else: `[3]` would be three of them, not three million."""
    listed = cast("list[object]", value) if isinstance(value, list) else [value]
    return all(isinstance(one, int) and one >= _LEAST_IU for one in listed)


def _as_toml(text: str) -> object | None:
    if "\n" in text or "\r" in text:
        return None
    tree = parse(f"value = {text}".encode("utf-8", "surrogatepass"))
    if isinstance(tree, Problem) or set(tree) != {"value"}:
        return None
    value: object = tree["value"]
    return value if _plain(value) else None


def _plain(value: object) -> bool:
    """Templates hold texts, whole numbers, truths, lists and tables; no decimals, no dates."""
    if isinstance(value, list):
        return all(_plain(entry) for entry in cast("list[object]", value))
    if isinstance(value, dict):
        return all(_plain(entry) for entry in cast("dict[str, object]", value).values())
    return isinstance(value, bool | int | str)


_Reader = Callable[[str, Spot], object | None]


def _listed(text: str, found: Spot, reader: _Reader) -> object | None:
    """One value, or several: `08:00, 20:00`, `4,5; 3`."""
    for name, code in _NAMED.items():
        text = text.replace(name, code)
    read = [reader(part, found) for part in _BETWEEN.split(text)]
    if not read or None in read:
        return None
    return read[0] if len(read) == 1 and not found.many else read


def _window(text: str, _found: Spot) -> object | None:
    even = _EVEN.fullmatch(text)
    if even is not None:
        return {"before": int(even["days"]), "after": int(even["days"])}
    match = _WINDOW.fullmatch(text)
    return None if match is None else {"before": int(match["before"]), "after": int(match["after"])}


def _number(text: str, _found: Spot) -> object | None:
    match = _DAYS.fullmatch(text)
    return None if match is None else int(match["days"])


def _yes_no(text: str, _found: Spot) -> object | None:
    return _YES.get(text.lower())


def _clock(text: str, _found: Spot) -> object | None:
    match = _CLOCK.fullmatch(text.lower())
    return None if match is None else f"{int(match['hour']):02}:{match['minute'] or '00'}"


def _choice(text: str, found: Spot) -> object | None:
    lower = text.lower()
    name = _NAMED.get(lower, lower)
    codes = {re.sub(r"[_ -]", "", code): code for code in found.choices}
    return codes.get(re.sub(r"[_ -]", "", name))


def _dose(text: str, _found: Spot) -> object | None:
    """International units: a figure up to 200 is millions, one from 10 000 on is units; nothing between."""
    if _IU.fullmatch(text) and (units := int(re.sub(r"[_ ]", "", text))) >= _LEAST_IU:
        return units
    match = _MILLIONS.fullmatch(text)
    if match is None:
        return None
    units = int(match["whole"] or 0) * 1_000_000 + int((match["part"] or match["small"] or "").ljust(6, "0"))
    return units if units <= _MAX_MILLION * 1_000_000 else None


def _stated_dose(text: str, _found: Spot) -> object | None:
    """`7.5`, `1 per m2`, `0.6 per kg`: the dose of one injection and what it refers to."""
    match = _PER.search(text)
    iu = _dose(text if match is None else text[: match.start()], _found)
    basis = "flat" if match is None else "per-m2" if match["of"] in ("m2", "m\u00b2") else "per-kg"
    return None if iu is None else {"iu": iu, "basis": basis}


def _after_cycle(text: str, _found: Spot) -> object | None:
    """`7 days after cycle 4`."""
    match = _AFTER.fullmatch(text)
    return None if match is None else {"cycle": int(match["cycle"]), "days": int(match["days"])}


def _slots(text: str, _found: Spot) -> object | None:
    """`08:00 day-hospital, 20:00 home`."""
    slots: list[object] = []
    for part in _AND.split(text):
        at, _, place = part.partition(" ")
        clock, known = _clock(at, _found), _choice(place, Spot(Kind.CHOICE, _PLACES))
        if clock is None or known is None:
            return None
        slots.append({"time": clock, "place": known})
    return slots


def _visits(text: str, _found: Spot) -> object | None:
    """`W4, W8, D10`: visits at these study weeks and days."""
    visits: list[object] = []
    for part in _BETWEEN.split(text):
        match = _VISIT.fullmatch(part.upper())
        if match is None:
            return None
        number = int(match["number"])
        if match["unit"] in "WS":
            label = {"en": f"study week {number}", "fr": f"semaine d'\u00e9tude {number}"}
            visits.append({"code": f"W{number}", "label": label, "at": {"week": number}})
        else:
            label = {"en": f"study day {number}", "fr": f"jour {number} de l'\u00e9tude"}
            visits.append({"code": f"D{number}", "label": label, "at": {"day": number}})
    return visits


_TYPES: dict[Kind, type] = {
    Kind.WINDOW: dict,
    Kind.AFTER_CYCLE: dict,
    Kind.STATED_DOSE: dict,
    Kind.SLOTS: list,
    Kind.VISITS: list,
    Kind.YES_NO: bool,
}
_WHOLE = (Kind.SLOTS, Kind.VISITS)
_PLACES = ("hospital", "day-hospital", "home")
_READERS: dict[Kind, _Reader] = {
    Kind.WINDOW: _window,
    Kind.NUMBER: _number,
    Kind.YES_NO: _yes_no,
    Kind.CLOCK: _clock,
    Kind.CHOICE: _choice,
    Kind.AFTER_CYCLE: _after_cycle,
    Kind.DOSE: _dose,
    Kind.STATED_DOSE: _stated_dose,
    Kind.SLOTS: _slots,
    Kind.VISITS: _visits,
}
