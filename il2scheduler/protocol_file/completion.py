"""The open fields of a template's text, and the text with what a site enters for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from il2scheduler.protocol import FieldStatus, Protocol, Provenance
from il2scheduler.protocol_file import TemplateFile, read
from il2scheduler.protocol_file.problems import Fact, Problem, shown
from il2scheduler.protocol_file.readings import with_reading
from il2scheduler.protocol_file.shape import FieldShape, SiteValueShape
from il2scheduler.protocol_file.site_values import (
    enters,
    field_spot,
    instances,
    not_open,
    of_reading,
    parts,
    present,
    with_values,
)
from il2scheduler.protocol_file.spots import Kind, Spot
from il2scheduler.protocol_file.text import Tree, parse
from il2scheduler.protocol_file.toml_text import toml, with_tables
from il2scheduler.protocol_file.typed_values import CONFIRMED, NONE, value_of
from il2scheduler.refusal import Refusal

__all__ = [
    "Kind",
    "OpenField",
    "Spot",
    "Typed",
    "WrongValue",
    "completed_text",
    "left_out",
    "meaning",
    "open_fields",
]

_LISTED = (Provenance.ASSUMED, Provenance.UNKNOWN, Provenance.SITE)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person enters for one field: the value as it was typed, and the page it stands on."""

    field: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class OpenField:
    """A field that a site may enter: how it stands, what holds now, how it is written.

    `now` is in TOML, None where nothing holds. `general` is True for a field of every visit
    (`visits.*.window`), whose single ones follow it.
    """

    path: str
    standing: FieldStatus
    now: str | None
    spot: Spot

    @property
    def general(self) -> bool:
        """True for a path that names the same field of all tables of a list."""
        return "*" in self.path.split(".")


class WrongValue(Refusal):
    """A value that a field cannot have; `problem` says what was found and what was expected."""

    def __init__(self, field: str, problem: Problem) -> None:
        """Keep the field and its problem."""
        super().__init__("site-value-wrong", field=field)
        self.field, self.problem = field, problem


def completed_text(text: str, protocol: Protocol, typed: Sequence[Typed]) -> tuple[str, Protocol]:
    """The text of a template with values at its end, and what it then says in the reading of `protocol`.

    `WrongValue` for the first value that cannot be: no such field, not open, not of the form, or against
    what the rest of the protocol says.
    """
    made = protocol
    for one in typed:
        problem = _not_open(text, protocol, one.field)
        if problem is not None:
            raise WrongValue(one.field, problem)
        text = with_tables(text, "site_values", [_table(protocol, one)])
        file = read(text.encode("utf-8"))
        found = file.protocol(protocol.reading.name)
        if found is None:
            raise WrongValue(one.field, _first(file, one.field))
        made = found
    return text, made


def meaning(path: str, typed: str) -> str | None:
    """What a typed value means, in TOML; empty for none, None where it is not understood or only confirms."""
    word = typed.strip().lower()
    if word in NONE:
        return ""
    value = None if word in CONFIRMED else value_of(typed, field_spot(path))
    return None if value is None else toml(value)


def _table(protocol: Protocol, typed: Typed) -> dict[str, object]:
    table: dict[str, object] = {"field": typed.field, "source": typed.source}
    word = typed.value.strip().lower()
    if word in NONE or word in CONFIRMED:
        table["none" if word in NONE else "confirmed"] = True
    else:
        found = field_spot(typed.field)
        value = value_of(typed.value, found)
        if value is None:
            several = found.each or found.many
            facts: dict[str, Fact] = {
                "found": shown(typed.value),
                "form": f"{found.kind.value}s" if several else found.kind.value,
                "known": ", ".join(found.choices),
            }
            raise WrongValue(typed.field, Problem("", "site-form", facts))
        table["value"] = value
    table["reading"] = protocol.reading.name
    return table


def _not_open(text: str, protocol: Protocol, field: str) -> Problem | None:
    filled, provenance = _tree(text, protocol)
    before, _ = _tree(text, protocol, completed=False)
    return not_open(before, filled, provenance, tuple(field.split(".")), "")


def _first(file: TemplateFile, field: str) -> Problem:
    """The first problem; of its place what lies inside the field."""
    problem = file.problems[0]
    parts = problem.place.rsplit(": ", 1)[-1].split(".")
    names = [part.split("[", 1)[0] for part in parts]
    last = field.rsplit(".", 1)[-1]
    if problem.kind.startswith("site-"):
        return Problem("", problem.kind, problem.facts)
    if last in names:
        return Problem(".".join(parts[names.index(last) + 1 :]), problem.kind, problem.facts)
    return problem


def open_fields(text: str, protocol: Protocol) -> tuple[OpenField, ...]:
    """Every field of the text that its site may enter, those it entered included, in the order of the file.

    A field of every visit is followed by the same field of each; of a list of tables without codes (the
    clock times and places of a day) the fields are listed, each of all tables.
    """
    now, provenance = _tree(text, protocol)
    before, _ = _tree(text, protocol, completed=False)
    found: dict[str, OpenField] = {}
    for entry in protocol.provenance:
        if entry.status not in _LISTED:
            continue
        keys = tuple(entry.field.split("."))
        paths = [".".join((*keys, part)) for part in parts(now, keys)] or [entry.field]
        if "*" in keys:
            each = [one for one in instances(now, keys) if not_open(before, now, provenance, one, "") is None]
            paths += [".".join(one) for one in each]
        for path in paths:
            if "*" in path.split(".") and field_spot(path).kind is Kind.STATED_DOSE:
                continue
            said = present(now, path) if path != "visits" else None
            listed = OpenField(path, entry, said, field_spot(path))
            known = found.get(path)
            closer = known is not None and entry.status is Provenance.SITE and known.standing.field != path
            if known is None or closer or entry.field == path:
                found[path] = listed
    return tuple(found.values())


def _tree(text: str, protocol: Protocol, *, completed: bool = True) -> tuple[Tree, tuple[FieldShape, ...]]:
    """The tree of the reading, with the site's values in it unless left out, and how its fields stand."""
    tree = parse(text.encode("utf-8"))
    if isinstance(tree, Problem):
        raise Refusal("protocol-unreadable", code=protocol.code, version=protocol.version)
    readings: Sequence[Tree] = tree.get("readings", [])
    chosen = [r.get("set", {}) for r in readings if r.get("name") == protocol.reading.name]
    changes: Tree = chosen[0] if chosen else {}
    read_so, _ = with_reading(tree, changes, "")
    provenance = tuple(FieldShape.model_validate(entry) for entry in tree.get("provenance", []))
    if not completed:
        return read_so, provenance
    values = [SiteValueShape.model_validate(value) for value in tree.get("site_values", [])]
    return with_values(read_so, provenance, of_reading(values, protocol.reading))[0], provenance


def left_out(before: Protocol, after: Protocol) -> tuple[FieldStatus, ...]:
    """What a site entered in one version of a protocol, and another leaves open again.

    What was entered for a visit or a series of cycles that the other has no more is not among it.
    """
    entered = {entry.field for entry in after.provenance if entry.status is Provenance.SITE}
    opened = [tuple(entry.field.split(".")) for entry in after.open_fields()]
    known = {
        "visits": {"*", *(visit.code for visit in after.visits)},
        "cycles": {"*", *(series.code for arm in after.arms for series in arm.series)},
    }
    found: list[FieldStatus] = []
    for entry in before.provenance:
        keys = tuple(entry.field.split("."))
        there = len(keys) == 1 or keys[1] in known.get(keys[0], {keys[1]})
        if entry.status is Provenance.SITE and entry.field not in entered and there:
            found += [entry] if any(enters(keys, one) or enters(one, keys) for one in opened) else []
    return tuple(found)
