"""The fonts of the sheets: DejaVu, registered once, with widths and the characters they lack."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache, lru_cache
from types import ModuleType
from typing import cast

from il2scheduler import resources

REGULAR = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_SPACES = str.maketrans("\t\n\r\v\f\x85", "      ")


@contextmanager
def shielded() -> Generator[None]:
    """Import reportlab without running anybody's files.

    While it is imported, reportlab executes `reportlab_mods` and `reportlab_settings` from anywhere on
    the path, else `~/.reportlab_mods` and `~/.reportlab_settings`, and takes RL_... variables. An empty
    module under each name satisfies the import, so that the files in the home folder are never opened;
    the variables are hidden while the settings are read, so that every computer prints the same bytes.
    """
    for name in ("reportlab_mods", "reportlab_settings"):
        sys.modules.setdefault(name, ModuleType(name))
    hidden = {name: os.environ.pop(name) for name in tuple(os.environ) if name.startswith("RL_")}
    try:
        yield
    finally:
        os.environ.update(hidden)


@cache
def _glyphs() -> tuple[frozenset[int], ...]:
    """Register both fonts; the code points each of them has."""
    with shielded():
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
    register = cast("Callable[[TTFont], None]", pdfmetrics.registerFont)  # pyright: ignore[reportUnknownMemberType]
    found: list[frozenset[int]] = []
    for name in (REGULAR, BOLD):
        font = TTFont(name, str(resources.path("fonts", f"{name}.ttf")))
        register(font)
        found.append(frozenset(font.face.charToGlyph))
    return tuple(found)


def ready() -> None:
    """Make sure that the fonts are registered."""
    _glyphs()


@cache
def _measure() -> Callable[[str, str, float], float]:
    ready()
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return stringWidth


@lru_cache(maxsize=8192)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text in points."""
    return _measure()(text, BOLD if bold else REGULAR, size)


def plain(text: str) -> str:
    """A text as it is printed: NFC, line ends and tabs as spaces."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text).replace("\r\n", " ").translate(_SPACES)


def missing_glyphs(text: str) -> set[str]:
    """The characters that cannot be printed: not in both fonts, invisible, or written from right to left.

    Letters written from right to left are in the fonts, but would come out in the wrong order.
    """
    return set(_missing(plain(text)))


def spelt(text: str) -> str:
    """A text typed once and for all; what cannot be printed stands as its code point, `[U+4E2D]`.

    What stands in the history cannot be written with other characters afterwards; it keeps no sheet from
    being printed.
    """
    for character in sorted(missing_glyphs(text)):
        text = text.replace(character, f"[U+{ord(character):04X}]")
    return text


@lru_cache(maxsize=8192)
def _missing(text: str) -> frozenset[str]:
    regular, bold = _glyphs()
    return frozenset(
        character
        for character in set(text)
        if ord(character) not in regular
        or ord(character) not in bold
        or unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(character) in _RIGHT_TO_LEFT
    )
