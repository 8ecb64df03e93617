"""The French catalogue: every text, the same facts in it, no abbreviation that has killed."""

from __future__ import annotations

import io
import re
import runpy
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from il2scheduler import resources

HERE = Path(__file__).parents[1]
FOLDER = resources.path("locale", "fr", "LC_MESSAGES")
# Read as another unit, drug or rhythm they have led to wrong doses (ISMP and JCAHO lists of abbreviations).
FORBIDDEN = re.compile(
    r"(?<![\w'-])(U|IU|UI|MIU|MUI|MU|SC|SQ|bid|BID|b\.i\.d\.?|q\.?d\.?|QD|TIW|tiw)(?![\w-])"
)


def catalogue() -> Catalog:
    with (FOLDER / "il2scheduler.po").open("rb") as file:
        return read_po(file, locale="fr", domain="il2scheduler")


MESSAGES = [message for message in catalogue() if message.id]


def texts(side: object) -> tuple[str, ...]:
    """One text, or the singular and the plural."""
    return (side,) if isinstance(side, str) else tuple(side) if isinstance(side, list | tuple) else ()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def named(message: Message) -> str:
    return texts(message.id)[0][:60]


def test_every_text_of_the_program_is_in_the_catalogue_and_no_other() -> None:
    extracted: Catalog = runpy.run_path(str(HERE / "packaging" / "catalogue.py"))["extracted"]()
    wanted = {(texts(m.id), m.context) for m in extracted if m.id}

    assert wanted == {(texts(m.id), m.context) for m in MESSAGES}


def test_every_text_has_its_french() -> None:
    missing = [texts(m.id)[0] for m in MESSAGES if not texts(m.string) or not all(texts(m.string))]

    assert missing == []


def test_nothing_waits_for_a_second_look() -> None:
    assert [named(m) for m in MESSAGES if m.fuzzy] == []


def test_the_same_facts_stand_in_both_languages() -> None:
    unlike = [
        named(message)
        for message in MESSAGES
        for form, text in enumerate(texts(message.string))
        if text and placeholders(text) | {"count"} not in allowed(texts(message.id), form)
    ]

    assert unlike == []


def allowed(english: tuple[str, ...], form: int) -> list[set[str]]:
    """The facts of a form (click's differ in the singular), or of all; the count may be left out."""
    of_all = set().union({"count"}, *map(placeholders, english))
    return [of_all, placeholders(english[min(form, len(english) - 1)]) | {"count"}]


def faces() -> Iterator[str]:
    for message in MESSAGES:
        yield from texts(message.id)
        yield from filter(None, texts(message.string))


def test_no_dangerous_abbreviation_is_said() -> None:
    assert [text for text in faces() if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize("word", ["4.5 MIU", "10 U", "SC injection", "1 UI", "bid", "b.i.d.", "q.d.", "TIW,"])
def test_the_search_for_abbreviations_finds_them(word: str) -> None:
    assert FORBIDDEN.search(word)


def test_the_compiled_catalogue_is_that_of_the_texts() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    shipped = (FOLDER / "il2scheduler.mo").read_bytes()

    assert held(shipped) == held(compiled.getvalue())


def held(compiled: bytes) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {texts(m.id): texts(m.string) for m in read_mo(io.BytesIO(compiled)) if m.id}
