"""Every problem, finding and refusal has its sentence, with all its facts, in both languages."""

from __future__ import annotations

import ast
import errno
import os
import string
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from il2scheduler import protocol_file
from il2scheduler.i18n import words
from il2scheduler.protocol import Label
from il2scheduler.protocol_file import Problem, read
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Finding, FindingKind, Severity
from il2scheduler.rules.findings import Fact
from il2scheduler.wording import (
    finding_lines,
    finding_sentence,
    printable,
    problem_sentence,
    refusal_sentence,
)
from il2scheduler.wording.action_refusals import ACTIONS
from il2scheduler.wording.advice import _SENTENCES as ADVICE
from il2scheduler.wording.faults import fault_reason
from il2scheduler.wording.import_refusals import IMPORTS
from il2scheduler.wording.problems import _SENTENCES as PROBLEMS
from il2scheduler.wording.refusals import _SENTENCES as REFUSALS
from tests.template_file.seeds import ETOILE, changed
from tests.template_file.test_hostile_files import HOSTILE

HERE = Path(__file__).parents[1]
LANGUAGES = ("en", "fr")
CHEAP = (
    *("two mebibytes", "not UTF-8", "dotted key", "half a million digits", "long list"),
    *("401 cycles in one arm", "millions of injections"),
)
MADE_ELSEWHERE = {"unreadable", "site-form", "site-dose-each"}  # test_library.py, test_site_value.py


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Every place of the program where one of these is made, with its file and line."""
    for path in sorted((HERE / "il2scheduler").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
            if isinstance(node, ast.Call) and name in names:
                yield f"{path.relative_to(HERE)}:{node.lineno}", node


def text_of(node: ast.Call, position: int) -> str | None:
    argument = node.args[position] if len(node.args) > position else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


# --- Problems of templates ---


def test_every_kind_of_problem_and_of_advice_has_a_sentence() -> None:
    made = {(where, kind) for where, node in calls("Problem") if (kind := text_of(node, 1)) is not None}
    advising = ("protocol_file/advice.py", "protocol_file/slips.py")
    advised = {kind for where, kind in made if any(file in where for file in advising)}
    problems = {kind for where, kind in made} - advised

    assert (problems | set(protocol_file._KINDS.values())) - set(PROBLEMS) == set()
    assert advised == set(ADVICE)


def some_problems() -> Iterator[Problem]:
    data = tomllib.loads((HERE / "tests" / "data" / "broken_templates.toml").read_text("utf-8"))
    for change in data["change"]:
        yield from read(changed(ETOILE, (change["old"], change["new"])).encode()).problems
    for name in CHEAP:
        yield from read(HOSTILE[name][0]).problems
    yield from read("".join(f"key{i} = {i}\n" for i in range(1_000)).encode()).problems


def test_every_sentence_is_said_of_some_file_and_none_lacks_a_fact() -> None:
    said: set[str] = set()
    for problem in some_problems():
        said.add(problem.kind)
        for language in LANGUAGES:
            sentence = problem_sentence(words(language), problem)
            assert printable(sentence) == sentence

    assert set(PROBLEMS) - said == MADE_ELSEWHERE


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unreadable_template_is_said(language: str) -> None:
    assert "reason" in problem_sentence(words(language), Problem("", "unreadable", {"reason": "reason"}))


# --- Refusals ---

SENTENCES = {**REFUSALS, **ACTIONS, **IMPORTS}


def test_no_refusal_has_two_sentences() -> None:
    assert len(SENTENCES) == len(REFUSALS) + len(ACTIONS) + len(IMPORTS)


def test_every_refusal_that_is_raised_has_a_sentence_and_its_facts() -> None:
    wrong = [
        f"{where}: {kind} lacks {placeholders(SENTENCES.get(kind, '{sentence}')) - given}"
        for where, node in calls("Refusal", "StoreRefusal")
        if (kind := text_of(node, 0)) is not None
        and not placeholders(SENTENCES.get(kind, "{sentence}")) <= (given := {k.arg for k in node.keywords})
        and None not in given
    ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SENTENCES)
def test_a_refusal_is_one_sentence_on_one_line(kind: str, language: str) -> None:
    facts = dict.fromkeys(placeholders(SENTENCES[kind]), "F\u202e\n{x}")

    sentence = refusal_sentence(words(language), Refusal(kind, **facts))

    assert printable(sentence) == sentence
    assert sentence.endswith(".")
    assert sentence.count("F\\u202e\\n{x}") >= len(facts)


def test_dates_of_a_refusal_are_said_in_its_language() -> None:
    late = Refusal("too-late", date=date(2100, 12, 31), year=2100)

    assert "Fri 31-Dec-2100" in refusal_sentence(words("en"), late)
    assert "ven. 31-déc.-2100" in refusal_sentence(words("fr"), late)


# --- Findings ---

DAY = date(2026, 5, 14)
HOLIDAY = Label("Ascension Day", "Ascension")
FACTS: dict[FindingKind, list[dict[str, object]]] = {
    FindingKind.CLOSED_DAY: [
        {"by": "weekday", "name": None},
        {"by": "holiday", "name": HOLIDAY},
        {"by": "holiday", "name": HOLIDAY, "bridge": True},
        {"by": "closure", "name": Label("", "")},
        {"by": "closure", "name": Label("works", "travaux")},
    ],
    FindingKind.OUTSIDE_WINDOW: [
        {"earliest": DAY, "latest": DAY},
        {"earliest": DAY, "latest": DAY, "site": True},
    ],
    FindingKind.NO_WINDOW: [{}],
    FindingKind.GAP_TOO_SHORT: [{"gap": 38, "previous": "C3", "minimum": 42}],
    FindingKind.PAST_CAP: [{"last": DAY}],
    FindingKind.COURSE_SPLIT: [{"cycle": 4, "expected": DAY}],
    FindingKind.COURSE_OVERLAP: [{"other": "C3D5"}],
    FindingKind.CYCLE_ORDER: [{"previous": "C3", "previous_date": DAY, "gap": 0}],
    FindingKind.SAME_DAY: [{"other": "C5D1"}],
    FindingKind.CLINIC_FULL: [{"wanted": 5, "places": 4}],
    FindingKind.FOLLOW_UP_EARLY: [{"days": 7, "cycle": 4, "start": DAY}],
    FindingKind.SAMPLE_LATE: [{"other": "C1D1", "other_date": DAY}],
    FindingKind.DOSE_NOT_LISTED: [
        {"dose_iu": 3_000_000, "levels": True, "listed": "1500000 4500000"},
        {"dose_iu": 3_000_000, "levels": False, "listed": "4500000"},
        {"dose_iu": 3_000_000, "levels": False, "listed": ""},
        {"dose_iu": 9_000_000, "levels": False, "listed": "4500000", "highest_iu": 4_500_000},
    ],
    FindingKind.DOSE_JUMP: [
        {"dose_iu": 3_000_000, "previous_iu": 1_500_000},
        {"dose_iu": 1_500_000, "previous_iu": 4_500_000},
    ],
    FindingKind.END_DATE: [
        {"why": "recorded", "count": 1, "last": "C1D1", "last_date": DAY},
        {"why": "recorded", "count": 7, "last": "C1D1", "last_date": DAY},
        {"why": "before-start", "start": DAY},
        {"why": "long-ago", "days": 400},
        {"why": "to-come", "days": 1},
        {"why": "to-come", "days": 40},
    ],
    FindingKind.FAR_DATE: [
        {"why": why, "other": DAY, "days": 900} for why in ("stood", "schedule", "today", "start")
    ],
    FindingKind.PLACE_KEPT: [{"count": 1, "places": "home"}, {"count": 5, "places": "home hospital"}],
    FindingKind.OVERDUE: [{"days": 1}, {"days": 3}, {"days": 3, "awaiting_diary": True}],
    FindingKind.ASSUMED: [
        {"status": "assumed", "note": Label("note", "note")},
        {"status": "unknown", "note": Label("note", "note")},
        {"status": "unknown", "note": None},
    ],
}


def test_every_kind_of_finding_is_here() -> None:
    assert set(FACTS) == set(FindingKind)


@pytest.mark.parametrize("kind", FindingKind)
def test_a_finding_is_a_sentence_in_both_languages(kind: FindingKind) -> None:
    for facts in FACTS[kind]:
        finding = Finding(kind, Severity.WARNS, "C4D4", DAY, facts)  # type: ignore[arg-type]
        english, french = (finding_sentence(words(language), finding) for language in LANGUAGES)
        assert english != french
        assert english[:1].isupper()
        assert french[:1].isupper()
        for sentence in (english, french):
            assert printable(sentence) == sentence
            assert "{" not in sentence
            assert "None" not in sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", '""'),
        ("P001", "P001"),
        ("4,5\u00a0millions", "4,5\u00a0millions"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202eabc\u200b", "\\u202eabc\\u200b"),
        ("\udcff", "\\udcff"),
        ("\u2028", "\\u2028"),
        ("é漢💉", "é漢💉"),
    ],
)
def test_printable_shows_what_would_hide(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_days_of_a_cycle_that_are_alike_are_one_sentence() -> None:
    def full(where: str, day: date, wanted: int = 4, places: int = 3) -> Finding:
        facts = {"places": places, "wanted": wanted}
        return Finding(FindingKind.CLINIC_FULL, Severity.WARNS, where, day, facts)

    monday = date(2026, 5, 18)
    course = [full(f"C4D{day + 1}", monday + timedelta(days=day), 4 + day % 2) for day in range(5)]
    apart = [full("C5D1", date(2026, 6, 29), places=1), full("C5D3", date(2026, 7, 1), places=1)]
    works: dict[str, Fact] = {"by": "closure", "name": Label("works", "travaux")}
    shut = [
        Finding(FindingKind.CLOSED_DAY, Severity.WARNS, f"C6D{day}", date(2026, 8, day), works)
        for day in (3, 4)
    ]
    visit = full("W24", date(2026, 6, 22))
    found = [course[0], visit, *course[1:], *apart, *shut]
    assert [said for _, said in finding_lines(words("en"), found)] == [
        "Cycle 4: up to 5 patients for 3 places, each day from Mon 18-May-2026 to Fri 22-May-2026.",
        finding_sentence(words("en"), visit),
        "Cycle 5: up to 4 patients for 1 place, Mon 29-Jun-2026, Wed 01-Jul-2026.",
        "Cycle 6: inside a closure (works), each day from Mon 03-Aug-2026 to Tue 04-Aug-2026.",
    ]
    french = finding_lines(words("fr"), found)
    assert french[0] == (
        Severity.WARNS,
        "Cure 4 : jusqu'à 5 patients pour 3 places, chaque jour du lun. 18-mai-2026 au ven. 22-mai-2026.",
    )
    assert finding_lines(words("en"), course[:1]) == (
        (Severity.WARNS, finding_sentence(words("en"), course[0])),
    )


# --- Faults of the system ---


def test_why_the_system_would_not_write_is_said_in_french() -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/shared/x.pdf")

    assert fault_reason(words("en"), full) == "No space left on device"
    assert fault_reason(words("fr"), full) == "plus de place sur le disque"
    assert fault_reason(words("fr"), OSError(9999, "Something {new}")) == "Something {new}"
    assert fault_reason(words("fr"), TimeoutError()) == "TimeoutError"
    assert (
        fault_reason(words("en"), OSError(errno.ENOENT, "Le chemin est introuvable"))
        == "No such file or directory"
    )
