"""A protocol template file read into its protocols, one for each reading, or every problem in it."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from il2scheduler.protocol import Protocol
from il2scheduler.protocol_file import meaning, site_values
from il2scheduler.protocol_file.lines import line_of, lines_of
from il2scheduler.protocol_file.problems import Fact, Problem, place_of, shown
from il2scheduler.protocol_file.readings import with_reading
from il2scheduler.protocol_file.shape import (
    CLOCK,
    CODE,
    COUNTRY,
    DAYS,
    MAX_CYCLES,
    VISIT_CODE,
    ZONE,
    TemplateShape,
)
from il2scheduler.protocol_file.text import MAX_BYTES, Tree, parse

__all__ = ["MAX_BYTES", "Problem", "TemplateFile", "json_schema", "read"]

_TYPES = {
    "int_type": "whole-number",
    "int_from_float": "whole-number",
    "int_parsing_size": "smaller-number",
    "string_type": "text",
    "bool_type": "true-or-false",
    "list_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "model_attributes_type": "table",
}
_KINDS = {
    "missing": "missing",
    "extra_forbidden": "unknown-key",
    "greater_than_equal": "too-small",
    "less_than_equal": "too-large",
    "too_long": "list-too-long",
    "too_short": "list-too-short",
    "string_too_long": "text-too-long",
    "string_too_short": "text-empty",
    "string_pattern_mismatch": "bad-form",
    "literal_error": "not-one-of",
    "enum": "not-one-of",
    "multiple_of": "not-multiple-of",
    "hidden_character": "hidden-character",
}
_FORMS = {
    CODE: "code",
    VISIT_CODE: "visit-code",
    CLOCK: "clock",
    DAYS: "days",
    COUNTRY: "country",
    ZONE: "zone",
}
MAX_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A file that was read: its protocols, the default reading first; or its problems, and no protocol.

    `totalled` are the arms whose totals the file states, so that they were checked. `lines` says on which
    line each of the problems stands, by its place.
    """

    protocols: tuple[Protocol, ...]
    problems: tuple[Problem, ...]
    totalled: frozenset[str] = frozenset()
    lines: Mapping[str, int] = dataclasses.field(default_factory=dict[str, int])

    def protocol(self, reading: str | None = None) -> Protocol | None:
        """The protocol of a reading (the default one when None); None where the file has none such."""
        for protocol in self.protocols:
            if reading in (None, protocol.reading.name):
                return protocol
        return None


def read(data: bytes) -> TemplateFile:
    """Read a template file. Every problem is reported at once; nothing is raised for bad content."""
    tree = parse(data)
    if isinstance(tree, Problem):
        return TemplateFile((), (tree,))
    template, problems = _shaped(tree, "")
    if template is None:
        return _refused(data, problems)
    problems += meaning.reading_problems(template.readings)
    sha256 = hashlib.sha256(data).hexdigest()
    protocols: list[Protocol] = []
    for i, reading in enumerate(meaning.readings_of(template)):
        changes = template.readings[i].set if template.readings else {}
        patched, reading_problems = with_reading(tree, changes, f"readings[{i}]")
        site = site_values.of_reading(template.site_values, reading)
        completed, site_problems = site_values.with_values(patched, template.provenance, site)
        inside = f"reading {reading.name}: " if changes else ""
        shaped, shape_problems = _shaped(completed, inside)
        problems += [*reading_problems, *(p for p in site_problems if p not in problems), *shape_problems]
        site = () if site_problems else site
        if shaped is None:
            continue
        meant = meaning.protocol_of(shaped, completed, reading, sha256)
        if isinstance(meant, Protocol):
            protocols.append(site_values.completed(meant, site, patched, completed))
        else:
            fresh = [p for p in meant if p not in problems]
            problems += [Problem(inside + p.place, p.kind, p.facts) for p in fresh]
    if problems:
        return _refused(data, problems)
    protocols.sort(key=lambda protocol: not protocol.reading.default)
    return TemplateFile(tuple(protocols), (), frozenset(template.totals))


def json_schema() -> str:
    """The JSON Schema of the language, for editors."""
    schema = TemplateShape.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "il2scheduler protocol template"
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _shaped(tree: Tree, prefix: str) -> tuple[TemplateShape | None, list[Problem]]:
    try:
        return TemplateShape.model_validate(tree), []
    except ValidationError as error:
        found = error.errors(include_url=False)
    problems: list[Problem] = []
    last = ""
    for entry in found[: MAX_PROBLEMS + 1]:
        problem = _shape_problem(entry, prefix)
        if problem.kind != "cycle-or-every" or problem.place != last:  # one for each type that was tried
            problems.append(problem)
        last = problem.place
    return None, problems


def _shape_problem(entry: ErrorDetails, prefix: str) -> Problem:
    location = entry["loc"]
    if location[0] == "visits" and location[2:-1] == ("at", "cycle"):  # then the type that was tried
        facts: dict[str, Fact] = {"found": shown(entry["input"]), "limit": MAX_CYCLES}
        return Problem(prefix + place_of(location[:-1]), "cycle-or-every", facts)
    kind = _KINDS.get(entry["type"])
    if kind == "missing":  # what was found is the whole table around it
        return Problem(prefix + place_of(location), kind)
    facts = {}
    if kind is None:
        kind = "wrong-type"
        facts["expected"] = _TYPES.get(entry["type"], entry["type"])
    facts["found"] = shown(entry["input"])
    for name, value in (entry.get("ctx") or {}).items():
        facts[name] = value if isinstance(value, int | str) else str(value)
    if kind == "bad-form":
        facts["form"] = _FORMS[str(facts["pattern"])]
    if kind == "not-one-of":  # pydantic's list in English words
        facts["expected"] = str(facts["expected"]).replace(" or ", ", ")
    if kind == "unknown-key":
        key = str(location[-1])
        facts = {"key": shown(key), "near": _nearest(key, location[:-1])}
    return Problem(prefix + place_of(location), kind, facts)


def _refused(data: bytes, problems: list[Problem]) -> TemplateFile:
    kept = _at_most(problems)
    known = lines_of(data.decode("utf-8").removeprefix("\ufeff"))
    lines = {problem.place: line_of(known, problem.place) for problem in kept}
    return TemplateFile((), kept, lines={place: line for place, line in lines.items() if line is not None})


def _at_most(problems: list[Problem]) -> tuple[Problem, ...]:
    """The first problems of a file: nobody reads thousands, and a hostile file has as many as it likes."""
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    return (*problems[:MAX_PROBLEMS], Problem("", "more-problems", {"limit": MAX_PROBLEMS}))


def _nearest(key: str, location: tuple[str | int, ...]) -> str:
    model: type[BaseModel] = TemplateShape
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    known = list(model.model_fields)
    close = difflib.get_close_matches(key[:80], known, n=1, cutoff=0.5)
    return close[0] if close else ", ".join(known)


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The table inside `list[Table]`, `Annotated[...]`, `Table | None` or `dict[str, Table]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in typing.get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
