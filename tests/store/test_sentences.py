"""Every refusal of the store has a sentence in both languages, and every fact it needs."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import il2scheduler.store
from il2scheduler.i18n import words
from il2scheduler.ledger import Entry
from il2scheduler.refusal import Refusal
from il2scheduler.store import Stale
from il2scheduler.store.refusals import said_plainly
from il2scheduler.wording.refusals import _SENTENCES, refusal_sentence

HERE = Path(il2scheduler.store.__file__).parent
OURS = {kind: text for kind, text in _SENTENCES.items() if kind.startswith("store-")}


def kinds_in_use() -> set[str]:
    return {
        node.value
        for file in HERE.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"store-[a-z-]+", node.value)
    }


def test_every_kind_has_a_sentence_and_every_sentence_is_used() -> None:
    assert kinds_in_use() == set(OURS)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(OURS))
def test_sentences_are_said_in_both_languages(kind: str, language: str) -> None:
    facts = {name: "X1" for _, name, _, _ in Formatter().parse(OURS[kind]) if name}
    sentence = refusal_sentence(words(language), Refusal(kind, **facts))

    assert sentence.endswith(".")
    assert sentence.count("X1") == OURS[kind].count("{")
    if language == "fr":
        assert sentence != refusal_sentence(words("en"), Refusal(kind, **facts))


def test_the_newest_of_the_others_is_named() -> None:
    entry = Entry(7, "", "NB", "{}", 1, None, False, None, False, None, "", 1, "", None, None)

    assert "NB" in refusal_sentence(words("en"), Stale((entry,)))
    assert refusal_sentence(words("en"), Stale())


def test_a_fault_of_the_disk_is_a_sentence() -> None:
    with pytest.raises(Refusal) as refused, said_plainly(Path("/srv/ward/a.il2")):
        raise OSError(5, "Input/output error", "/srv/ward/a.il2")

    sentence = refusal_sentence(words("en"), refused.value)
    assert "a.il2" in sentence
    assert "EIO" in sentence
    assert "/srv" not in sentence
