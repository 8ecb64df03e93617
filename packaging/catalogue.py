"""Bring the French catalogue up to date with the sources: extract, merge, compile.

New texts are left empty in the .po file for a person to translate; a test names every one that is missing.
The texts are found in the syntax tree, so that one inside an f-string or a long call is found as well.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "locale" / "fr" / "LC_MESSAGES"
SAYING = {"w", "_w", "N_", "tr"}
# Stands in the header instead of the time of the run, so that the same texts give the same files.
STAMP = datetime(2026, 1, 1, tzinfo=UTC)


def texts(source: str) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Every text said in a module: the text, or its singular and plural; and its context."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        said = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in SAYING and said:
            yield said[0], None
        elif name == "plural" and len(said) >= 2:
            yield (said[0], said[1]), None
        elif name == "context" and len(said) >= 2:
            yield said[1], said[0]


def _name(func: ast.expr) -> str:
    """`w` of `w(...)`, `plural` of `w.plural(...)`; `w` as well for `language.current()(...)`."""
    if isinstance(func, ast.Call):
        return "w" if _name(func.func) in {"current", "words"} else ""
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def extracted() -> Catalog:
    """Every text of the program that is said to a person."""
    catalogue = Catalog(domain="il2scheduler", charset="utf-8")
    for path in sorted((ROOT / "il2scheduler").rglob("*.py")):
        for message, context in texts(path.read_text(encoding="utf-8")):
            catalogue.add(message, context=context)
    return catalogue


def main() -> int:
    """Update the .po file and write the .mo file beside it; says how many texts wait for a translation."""
    path = FOLDER / "il2scheduler.po"
    with path.open("rb") as file:
        french = read_po(file, locale="fr", domain="il2scheduler")
    french.update(extracted(), no_fuzzy_matching=True)
    french.obsolete.clear()
    french.project, french.version = "il2scheduler", "1"
    french.creation_date = french.revision_date = STAMP
    with path.open("wb") as file:
        write_po(file, french, width=110, sort_output=True, no_location=True)
    with (FOLDER / "il2scheduler.mo").open("wb") as file:
        write_mo(file, french)
    missing = [m.id for m in french if m.id and not (all(m.string) if m.pluralizable else m.string)]
    print(f"{len(french)} texts, {len(missing)} without French")
    for message in missing:
        print(f"  {message!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
