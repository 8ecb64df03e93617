"""Values that a site entered from the approved protocol: put in after the reading, where a field is open."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from il2scheduler.protocol import FieldStatus, Protocol, Provenance, Reading
from il2scheduler.protocol_file.problems import Fact, Problem, shown
from il2scheduler.protocol_file.readings import MISSING, PROTECTED, step
from il2scheduler.protocol_file.shape import FieldShape, SiteValueShape
from il2scheduler.protocol_file.spots import WORDS, Kind, Spot, is_table_list, spot
from il2scheduler.protocol_file.text import Tree
from il2scheduler.protocol_file.toml_text import toml

Keys = tuple[str, ...]
Entries = Sequence[FieldShape | FieldStatus]
_OPEN = frozenset({Provenance.ASSUMED, Provenance.UNKNOWN, Provenance.SITE})
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class SiteValue:
    """One value with its path taken apart, and its place in the file."""

    keys: Keys
    shape: SiteValueShape
    place: str


def of_reading(values: Sequence[SiteValueShape], reading: Reading) -> tuple[SiteValue, ...]:
    """The values that hold in a reading: the last one of each field, in the order of the file."""
    last: dict[str, SiteValue] = {}
    for i, shape in enumerate(values):
        if shape.reading in (None, reading.name):
            last.pop(shape.field, None)
            last[shape.field] = SiteValue(tuple(shape.field.split(".")), shape, f"site_values[{i}]")
    return tuple(last.values())


def with_values(tree: Tree, provenance: Entries, values: Sequence[SiteValue]) -> tuple[Tree, list[Problem]]:
    """A copy of the tree with the values put in, and those that cannot be.

    The general goes before the particular: what is entered for every visit gives way to what is entered for
    one, in whatever order the two were typed.
    """
    if not values:
        return tree, []
    filled = copy.deepcopy(tree)
    problems: list[Problem] = []
    for value in sorted(values, key=lambda v: (len(v.keys), "*" not in v.keys)):
        problem = _form(value) or not_open(tree, filled, provenance, value.keys, value.place)
        problem = problem or _put(tree, filled, provenance, value)
        if problem is not None:
            problems.append(problem)
    return filled, problems


def not_open(before: Tree, filled: Tree, provenance: Entries, keys: Keys, place: str) -> Problem | None:
    """Why a field may not be entered: it is settled by its sources, is not open, or does not exist."""
    path = ".".join(keys)
    where = f"{place}.field"
    known = known_paths(filled, provenance)
    found = instances(filled, keys)
    if not found or (spot(keys) is None and path not in known):
        near = difflib.get_close_matches(path, known, n=1, cutoff=_NEAR)
        facts: dict[str, Fact] = {"path": shown(path), "near": near[0] if near else ", ".join(known)}
        return Problem(where, "site-no-such-field", facts)
    if any(_is_open(before, provenance, each) for each in found):
        return None
    entry = standing(provenance, found[0])
    if entry is not None and (entry.status not in _OPEN or _get(before, found[0]) is not MISSING):
        status = Provenance.STATED if entry.status in _OPEN else entry.status
        return Problem(where, "site-settled", {"path": path, "status": status.value})
    return Problem(where, "site-not-open", {"path": path, "known": ", ".join(known)})


def _is_open(before: Tree, provenance: Entries, keys: Keys) -> bool:
    """An open field; one that is unknown where the file states it nevertheless is not open."""
    entry = standing(provenance, keys)
    if keys[0] in PROTECTED or entry is None or entry.status not in _OPEN:
        return False
    stated = entry.status is Provenance.UNKNOWN and _get(before, keys) is not MISSING
    return not stated or is_table_list(keys)


def standing(provenance: Entries, keys: Keys) -> FieldShape | FieldStatus | None:
    """The entry that speaks of a field most closely, None where none does.

    A list of tables that is open, such as `visits`, may get more of them: those it has are not open.
    """
    best: FieldShape | FieldStatus | None = None
    rank = (-1, 0)
    for entry in provenance:
        pattern = tuple(entry.field.split("."))
        if not covers(pattern, keys):
            continue
        if len(pattern) < len(keys) and entry.status in _OPEN and is_table_list(pattern):
            continue
        closeness = (len(pattern), -pattern.count("*"))
        if closeness > rank:
            best, rank = entry, closeness
    return best


def covers(pattern: Keys, keys: Keys) -> bool:
    """True where a path is, or holds, another one; `*` stands for any code."""
    if len(pattern) > len(keys):
        return False
    return all(p in ("*", k) for p, k in zip(pattern, keys, strict=False))


def enters(pattern: Keys, keys: Keys) -> bool:
    """True where what is entered at a path settles another; more visits settle nothing of those there are."""
    return covers(pattern, keys) and (pattern == keys or not is_table_list(pattern))


def instances(tree: Tree, keys: Keys) -> tuple[Keys, ...]:
    """The fields that a path with `*` names, by the codes there are; none where a code is not there."""
    found: list[tuple[Keys, object]] = [((), tree)]
    for key in keys:
        below: list[tuple[Keys, object]] = []
        for path, node in found:
            if key == "*":
                entries = cast("list[object]", node) if isinstance(node, list) else []
                below += [((*path, code), entry) for entry in entries if (code := _code(entry))]
            else:
                there = step(node, key)
                coded = isinstance(node, list) and any(_code(e) for e in cast("list[object]", node))
                below += [] if coded and there is MISSING else [((*path, key), there)]
        found = below
    return tuple(path for path, _ in found)


def known_paths(tree: Tree, provenance: Entries) -> tuple[str, ...]:
    """Every path that may be entered, in the order of the file: open fields, and their parts."""
    found: dict[str, None] = {}
    for entry in provenance:
        if entry.status not in _OPEN:
            continue
        keys = tuple(entry.field.split("."))
        found[entry.field] = None
        for each in instances(tree, keys):
            found[".".join(each)] = None
            found |= dict.fromkeys(".".join((*each, part)) for part in parts(tree, each))
    return tuple(found)


def parts(tree: Tree, keys: Keys) -> tuple[str, ...]:
    """The fields of the tables in a list without codes: `time` and `place` of `slots`."""
    node = _get(tree, keys)
    if is_table_list(keys) or not isinstance(node, list):
        return ()
    tables = [cast("dict[str, object]", t) for t in cast("list[object]", node) if isinstance(t, dict)]
    return tuple(dict.fromkeys(key for table in tables for key in table))


def present(tree: Tree, path: str) -> str | None:
    """What stands at a path, in TOML: a list where several tables say it, None where it says nothing."""
    keys = tuple(path.split("."))
    if "*" in keys:
        return None
    node = _get(tree, keys)
    if node is not MISSING:
        return toml(node)
    above = _get(tree, keys[:-1])
    if isinstance(above, list):
        said = [step(entry, keys[-1]) for entry in cast("list[object]", above)]
        return None if MISSING in said else toml(said)
    return None


def field_spot(path: str) -> Spot:
    """How a field is written; words where the language has no key for it."""
    return spot(tuple(path.split("."))) or WORDS


def _form(value: SiteValue) -> Problem | None:
    shape = value.shape
    forms = (shape.value is not None, shape.none is not None, shape.confirmed is not None)
    return None if sum(forms) == 1 else Problem(value.place, "site-one-form")


def _put(before: Tree, filled: Tree, provenance: Entries, value: SiteValue) -> Problem | None:
    found, shape = spot(value.keys) or WORDS, value.shape
    path = shape.field
    if shape.confirmed is not None:
        entry = standing(provenance, instances(filled, value.keys)[0])
        assumed = entry is not None and entry.status is not Provenance.UNKNOWN
        return None if assumed else Problem(value.place, "site-nothing-to-confirm", {"path": path})
    if shape.none is not None and not found.optional:
        return Problem(value.place, "site-needs-value", {"path": path})
    if found.kind is Kind.STATED_DOSE and "*" in value.keys:
        return Problem(value.place, "site-dose-each", {"path": path})
    if found.kind is Kind.WORDS:
        wrong: dict[str, Fact] = {"found": shown(shape.value), "expected": "text"}
        said = shape.none is not None or (isinstance(shape.value, str) and shape.value.strip())
        return None if said else Problem(f"{value.place}.value", "wrong-type", wrong)
    for keys in instances(filled, value.keys):
        present_already = "*" in value.keys and _get(filled, keys) is not MISSING
        unknown = (entry := standing(provenance, keys)) is not None and entry.status is Provenance.UNKNOWN
        if not _is_open(before, provenance, keys) or (present_already and unknown):
            continue
        tables = _tables(filled, keys)
        given: object = shape.value
        values: list[object] = [given] * len(tables)
        if found.each and isinstance(given, list):
            values = cast("list[object]", given)
            if len(values) != len(tables):
                counts: dict[str, Fact] = {"found": len(values), "expected": len(tables)}
                return Problem(f"{value.place}.value", "site-count", counts)
        for table, one in zip(tables, values, strict=True):
            _set(table, keys, one, none=shape.none is not None)
    return None


def _set(table: dict[str, object], keys: Keys, value: object, *, none: bool) -> None:
    key = keys[-1]
    if is_table_list(keys):
        if isinstance(value, list):
            known = cast("list[object]", table.get(key, []))
            table[key] = [*known, *copy.deepcopy(cast("list[object]", value))]
        elif not none:
            table[key] = value
    elif none:
        table.pop(key, None)
    else:
        table[key] = copy.deepcopy(value)


def _tables(tree: Tree, keys: Keys) -> list[dict[str, object]]:
    """The tables that hold the last key of a path: one, or all of a list without codes."""
    nodes: list[object] = [tree]
    for key in keys[:-1]:
        below: list[object] = []
        for node in nodes:
            found = step(node, key)
            if found is MISSING and isinstance(node, dict):
                found = cast("dict[str, object]", node).setdefault(key, {})
            if found is MISSING and isinstance(node, list):
                below += [step(entry, key) for entry in cast("list[object]", node)]
            else:
                below.append(found)
        nodes = below
    spread: list[object] = []
    for node in nodes:
        spread += cast("list[object]", node) if isinstance(node, list) else [node]
    return [cast("dict[str, object]", node) for node in spread if isinstance(node, dict)]


def _get(tree: Tree, keys: Keys) -> object:
    node: object = tree
    for key in keys:
        node = step(node, key)
    return node


def _code(entry: object) -> str | None:
    table: Mapping[str, object] = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
    code = table.get("code") or table.get("name")
    return code if isinstance(code, str) else None


# --- What the protocol then says of itself ---


def completed(protocol: Protocol, values: Sequence[SiteValue], before: Tree, filled: Tree) -> Protocol:
    """The protocol with the standing of its fields after the site's values, and its site windows marked."""
    if not values:
        return protocol
    known = {visit.code for visit in protocol.visits if step(before.get("visits"), visit.code) is not MISSING}
    visits = tuple(
        replace(visit, window=replace(visit.window, by_site=True))
        if visit.window is not None
        and (
            visit.code not in known
            or any(
                covers(value.keys, ("visits", visit.code, "window"))
                and _is_open(before, protocol.provenance, ("visits", visit.code, "window"))
                for value in values
            )
        )
        else visit
        for visit in protocol.visits
    )
    return replace(protocol, visits=visits, provenance=tuple(_standings(protocol, values, before, filled)))


def _standings(
    protocol: Protocol, values: Sequence[SiteValue], before: Tree, filled: Tree
) -> Iterator[FieldStatus]:
    """Each field as it stood; an open one gives way to what was entered of it, as far as it was."""
    told: set[str] = set()
    for entry in protocol.provenance:
        keys = tuple(entry.field.split("."))
        under = [v for v in values if enters(keys, v.keys) or enters(v.keys, keys)]
        if entry.status not in _OPEN or not under:
            yield entry
            continue
        leaves = list(_leaves(protocol, entry, before, filled))
        entered = [leaf for leaf in leaves if any(enters(value.keys, leaf) for value in under)]
        own = [v for v in under if _of(protocol, entry, filled, v)]
        if not leaves or len(entered) < len(leaves):
            yield replace(entry, settled=tuple(v.shape.field for v in own))
        for value in own:
            if value.shape.field not in told:
                told.add(value.shape.field)
                yield _entered(value, entry, filled)


def _of(protocol: Protocol, entry: FieldStatus, filled: Tree, value: SiteValue) -> bool:
    return any(standing(protocol.provenance, keys) is entry for keys in instances(filled, value.keys))


def _entered(value: SiteValue, entry: FieldStatus, filled: Tree) -> FieldStatus:
    shape = value.shape
    confirmed = shape.confirmed is not None
    entered = "" if shape.none is not None or confirmed else toml(shape.value)
    text = present(filled, shape.field) if confirmed else entered
    return FieldStatus(
        field=shape.field,
        status=Provenance.SITE,
        source=shape.source,
        quote=None,
        note=entry.note if text is None else None,
        value=text,
    )


def _leaves(protocol: Protocol, entry: FieldStatus, before: Tree, filled: Tree) -> Iterator[Keys]:
    """The single fields that an open entry speaks of."""
    for keys in instances(filled, tuple(entry.field.split("."))):
        for leaf in _below(before, keys):
            if standing(protocol.provenance, leaf) is entry and _is_open(before, protocol.provenance, keys):
                yield leaf


def _below(tree: Tree, keys: Keys) -> Iterator[Keys]:
    node = _get(tree, keys)
    if is_table_list(keys):
        yield keys
    elif isinstance(node, dict) and node:
        for key in cast("dict[str, object]", node):
            yield from _below(tree, (*keys, key))
    elif named := parts(tree, keys):
        yield from ((*keys, name) for name in named)
    else:
        yield keys
