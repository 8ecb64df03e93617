"""Bring the French catalogue up to date with the sources: extract, merge, compile.

New texts are left empty in the .po file for a person to translate; a test names every one that is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "locale" / "fr" / "LC_MESSAGES"
KEYWORDS = {
    "N_": None,
    "w": None,
    "words": None,
    "plural": (1, 2),
    "context": ((1, "c"), 2),
}


def extracted() -> Catalog:
    """Every text of the program that is said to a person."""
    catalogue = Catalog(domain="il2scheduler", charset="utf-8")
    found = extract_from_dir(ROOT / "il2scheduler", [("**.py", "python")], keywords=KEYWORDS)
    for name, _line, message, comments, context in found:
        catalogue.add(message, locations=[(f"il2scheduler/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def main() -> int:
    """Update the .po file and write the .mo file beside it; says how many texts wait for a translation."""
    path = FOLDER / "il2scheduler.po"
    with path.open("rb") as file:
        french = read_po(file, locale="fr", domain="il2scheduler")
    french.update(extracted(), no_fuzzy_matching=True)
    french.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, french, width=110, sort_output=True, no_location=True, omit_header=False)
    with (FOLDER / "il2scheduler.mo").open("wb") as file:
        write_mo(file, french)
    missing = [m.id for m in french if m.id and not (all(m.string) if m.pluralizable else m.string)]
    print(f"{len(french)} texts, {len(missing)} without French")
    for message in missing:
        print(f"  {message!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
