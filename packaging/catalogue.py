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

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "locale" / "fr" / "LC_MESSAGES"
SAYING = {"w", "_w", "N_", "tr"}
MAKERS = {"command", "group", "acting"}
"""What makes a command of a function whose docstring is its help."""
TO_WRITERS = {
    "Value must be an iterable.",
    "Could not determine name for option with declarations {decls!r}",
    (
        "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? "
        "Did you mean to pass '--{name}'?"
    ),
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Name '{name}' defined twice",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
    "Do you want to continue?",
    "Confirm the action without prompting.",
    "deprecated",
    "unknown error",
    "Choice({choices})",
}
"""What click says only of a command that is written wrongly, or that we have not."""
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


def of_the_terminal(source: str) -> Iterator[str]:
    """The help of the commands and options of a module, and what is wrong with how they are used."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(
            _name(_called(d)) in MAKERS for d in node.decorator_list
        ):
            yield from filter(None, [ast.get_docstring(node)])
        elif isinstance(node, ast.Call):
            values = [word.value for word in node.keywords if word.arg == "help"]
            values += node.args[:1] if _name(node.func) == "UsageError" else []
            constants = [v.value for v in values if isinstance(v, ast.Constant)]
            yield from (text for text in constants if isinstance(text, str))


def of_click() -> Iterator[str | tuple[str, str]]:
    """What click itself says to those who use a command, not to those who write one."""
    for name in ("core", "decorators", "exceptions", "parser", "formatting", "types"):
        source = Path(click.__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and _name(node.func) in {"_", "ngettext"}:
                said = [
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                ]
                if said and said[0] not in TO_WRITERS:
                    yield said[0] if len(said) == 1 else (said[0], said[1])
    yield "required"


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


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
    for path in sorted((ROOT / "il2scheduler" / "cli").rglob("*.py")):
        for text in of_the_terminal(path.read_text(encoding="utf-8")):
            catalogue.add(text)
    for message in of_click():
        catalogue.add(message)
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
