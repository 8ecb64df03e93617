"""Named readings of a template: the tree of tables with the values of one reading put in."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, cast

from il2scheduler.protocol_file.problems import Problem, shown
from il2scheduler.protocol_file.text import Tree

MISSING = object()
PROTECTED = {"readings", "format", "code", "provenance", "sources", "site_values"}


def step(node: object, key: str) -> object:
    """The value below `node`: a key of a table, or the table of a list that has this code or name."""
    if isinstance(node, dict):
        return cast("dict[str, object]", node).get(key, MISSING)
    if isinstance(node, list):
        for entry in cast("list[object]", node):
            table = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
            if key in (table.get("code"), table.get("name")):
                return table
    return MISSING


def exists(tree: Tree, path: str) -> bool:
    """True when a dotted path (`cycles.course.starts`, `visits.*.window`) leads somewhere in the file."""
    nodes: list[object] = [tree]
    for key in path.split("."):
        below: list[object] = []
        for node in nodes:
            found = step(node, key)
            entries = cast("list[object]", node) if isinstance(node, list) else []
            if key == "*":
                below.extend(entries)
            else:
                below.extend([found] if found is not MISSING else [step(entry, key) for entry in entries])
        nodes = [node for node in below if node is not MISSING]
        if not nodes:
            return False
    return True


def with_reading(tree: Tree, changes: Mapping[str, Any], place: str) -> tuple[Tree, list[Problem]]:
    """A copy of the tree with the values of a reading set, and the paths that lead nowhere."""
    patched = copy.deepcopy(tree)
    problems: list[Problem] = []
    for path, value in changes.items():
        where = f"{place}.set.{shown(path)}"
        *parents, last = path.split(".")
        node: object = patched
        for key in parents:
            node = step(node, key)
        if (parents or [last])[0] in PROTECTED:
            problems.append(Problem(where, "reading-protected", {"path": shown(path)}))
        elif isinstance(node, dict):
            cast("dict[str, object]", node)[last] = copy.deepcopy(value)
        else:
            problems.append(Problem(where, "no-such-field", {"path": shown(path)}))
    return patched, problems
