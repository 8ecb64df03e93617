"""The guide of docs/guide built into the pages that the program shows: resources/guide/LANGUAGE/PAGE.html.

Usage: packaging/guide.py [--check | --pictures FOLDER]

--check changes nothing and fails where a page would be another. --pictures takes the pictures that the pages
name from a FOLDER that packaging/pictures.py filled.

A heading may name its place: `## Delay a cycle {#delay}`. Help opens `nurse#delay` by that name.
"""

from __future__ import annotations

import html
import re
import sys
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from PIL import Image

ROOT = Path(__file__).parents[1]
SOURCES, PAGES = ROOT / "docs" / "guide", ROOT / "resources" / "guide"
LOOKS = {"en": "light", "fr": "french"}
"""Each language, and the folder of pictures in which the window speaks it."""
_COLOURS = 48
_PLACE = re.compile(r"\s*\{#([a-z0-9-]+)\}$")
_STYLE = """
body { font-family: "DejaVu Sans", sans-serif; line-height: 1.45; max-width: 52em; margin: 1em; }
h1 { font-size: 1.7em; } h2 { font-size: 1.3em; margin-top: 1.6em; } h3 { font-size: 1.1em; }
table { border-collapse: collapse; }
th, td { border: 1px solid #777; padding: 0.3em 0.6em; text-align: left; }
code { font-family: "DejaVu Sans Mono", monospace; } img { max-width: 100%; border: 1px solid #777; }
"""


def page(source: str, language: str) -> str:
    """One page of Markdown as HTML; headings get the places they name."""
    reader = MarkdownIt("commonmark").enable("table")
    tokens = reader.parse(source)
    title = ""
    for heading, text in pairwise(tokens):
        if heading.type != "heading_open" or text.children is None:
            continue
        found = _PLACE.search(text.content)
        if found is not None:
            heading.attrSet("id", found[1])
            text.children[-1].content = _PLACE.sub("", text.children[-1].content)
        title = title or _PLACE.sub("", text.content)
    for token in tokens:
        for child in token.children or ():
            href = child.attrGet("href") if child.type == "link_open" else None
            if isinstance(href, str):
                child.attrSet("href", re.sub(r"^([a-z]+)\.md", r"\1.html", href))
    body = reader.renderer.render(tokens, reader.options, {})
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def pages() -> dict[Path, str]:
    """Every page that should be there, by its file."""
    return {
        PAGES / language / f"{source.stem}.html": page(source.read_text("utf-8"), language)
        for language in LOOKS
        for source in sorted((SOURCES / language).glob("*.md"))
    }


def take_pictures(folder: Path) -> None:
    """Copy the pictures the pages name, with few colours: a window has not many, and the pages are small."""
    for language, look in LOOKS.items():
        there = PAGES / language / "pictures"
        wanted = {
            name
            for source in (SOURCES / language).glob("*.md")
            for name in re.findall(r"\]\(pictures/([^)]+)\)", source.read_text("utf-8"))
        }
        there.mkdir(parents=True, exist_ok=True)
        for old in {picture.name for picture in there.iterdir()} - wanted:
            (there / old).unlink()
        for name in sorted(wanted):
            with Image.open(folder / look / name) as picture:
                picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(
                    there / name, optimize=True
                )


def main() -> int:
    """Build the pages, or say which are not up to date."""
    if sys.argv[1:2] == ["--pictures"]:
        take_pictures(Path(sys.argv[2]))
    built = pages()
    there = set(PAGES.glob("*/*.html"))
    if sys.argv[1:] == ["--check"]:
        old = [p for p, text in built.items() if p not in there or p.read_text("utf-8") != text]
        for path in sorted([*old, *(there - set(built))]):
            sys.stdout.write(f"{path.relative_to(ROOT)}: not up to date; run packaging/guide.py\n")
        return 1 if old or there - set(built) else 0
    for path in there - set(built):
        path.unlink()
    for path, text in built.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
