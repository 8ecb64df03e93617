"""Advice on a template without problems: each thing a careful reader would ask, with its place."""

from __future__ import annotations

import pytest

from il2scheduler import library
from il2scheduler.i18n import words
from il2scheduler.protocol_file import read
from il2scheduler.protocol_file.advice import advice
from il2scheduler.wording.advice import advice_sentence
from tests.template_file.authored import AUTHORED
from tests.template_file.seeds import ETOILE, VASCU, changed

TOTALS = "[totals.il2]"
SOURCES = "[[sources]]"


DOSES = ("high", "low", "placebo")


def visit(code: str, en: str, fr: str, at: str) -> str:
    """One more visit, before the sources."""
    label = f'label = {{ en = "{en}", fr = "{fr}" }}'
    return f'[[visits]]\ncode = "{code}"\n{label}\nat = {{ {at} }}\n\n{SOURCES}'


def said(text: str, language: str = "en") -> list[str]:
    """The advice on a template, which has no problem, as sentences."""
    file = read(text.encode())
    assert file.problems == ()
    return [advice_sentence(words(language), entry) for entry in advice(file.protocols, file.totalled)]


@pytest.mark.parametrize("template", library.templates(), ids=lambda template: template.path.stem)
def test_the_templates_that_ship_need_no_advice(template: library.Template) -> None:
    assert template.file.problems == ()
    found = advice(template.file.protocols, template.file.totalled)

    assert [advice_sentence(words("en"), entry) for entry in found] == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('country = "FR"', 'country = "XX"', "site.country: the public holidays of XX are not known"),
        ('"Europe/Paris"', '"Europe/Pariss"', "site.timezone: Europe/Pariss is no known time zone"),
        (
            'fr = "modifications des antirétroviraux"',
            'fr = "changes of antiretrovirals"',
            'activities.antiretroviral-changes.label: "changes of antiretrovirals" stands in both languages',
        ),
        (
            'fr = "taux de CD4"',
            'fr = "taux de CD8"',
            'activities.cd4.label: the numbers in "CD4 count" and "taux de CD8" are not the same',
        ),
        (
            "at = { week = 64 }",
            "at = { week = 64 }\nwindow = { before = 3, after = 84 }",
            "visits.W76.window: ",
        ),
        (
            'code = "cdc-events"',
            'code = "ecg"\nlabel = { en = "ECG", fr = "ECG" }\n\n[[activities]]\ncode = "cdc-events"',
            "activities.ecg: no visit and no day of a cycle names this activity",
        ),
        (
            "cap = { cycles = 8,",
            "cap = { cycles = 9,",
            "cycles.course.cap.cycles: the cap is 9 cycles, but only 8",
        ),
        (
            'rule = "fixed',
            'levels_iu = [3_000_000, 6_000_000]\nrule = "fixed',
            "cycles.course.levels_iu: 4.5\u00a0million international units is given but is not",
        ),
        (
            "at = { week = 52 }\n",
            "at = { week = 52 }\nbefore_first_injection = true\n",
            "visits.W52.before_first_injection: there is no injection on the day of this visit in arm il2",
        ),
        (
            SOURCES,
            visit("MONTH-12", "one year", "un an", "week = 52"),
            "visits.MONTH-12: W52 and MONTH-12 are on the same day",
        ),
        (
            SOURCES,
            visit("LATE", "late", "tardive", "cycle = 2, day = 60"),
            "visits.LATE.at: the visit of cycle 2 comes after cycle 3 has begun, 42 days later",
        ),
        (
            SOURCES,
            visit("NEXT", "study week 53", "semaine d'étude 53", "week = 54"),
            'visits.NEXT.label: "study week 53" means 371 days after the start, but the visit is 378',
        ),
        (
            'field = "cycles.course.dose"',
            'field = "cycles.course.route"',
            "provenance: nothing says where cycles.course.dose",
        ),
        (
            'field = "visits.*.window"',
            'field = "visits.W52.activities"',
            "provenance: nothing says where visits.W0.window",
        ),
    ],
)
def test_one_change_and_the_advice_on_it(old: str, new: str, line: str) -> None:
    found = said(changed(ETOILE, (old, new)))

    assert any(entry.startswith(line) for entry in found), found


def test_the_advice_says_what_to_do_in_french_too() -> None:
    found = said(changed(ETOILE, ('country = "FR"', 'country = "XX"')), "fr")

    assert found[0].startswith("site.country: ")
    assert "public holidays" not in found[0]


def test_courses_that_touch_are_named_with_their_reading() -> None:
    touching = changed(
        VASCU,
        ('days = "1-5"', 'days = "1-14"'),
        ("injections = 20", "injections = 56"),
        ("dose_iu = 52_500_000", "dose_iu = 147_000_000"),
    )

    found = [line for line in said(touching) if "begins on the day after" in line]

    told = (
        "cycle 2 begins on the day after the course of cycle 1 ends; check the starts, or write both as one"
    )
    assert found == [f"reading literal-weeks: arms.il2: {told} course"]


def test_totals_that_are_not_stated_are_counted() -> None:
    start = ETOILE.index(TOTALS)
    rest = ETOILE.find("\n[", start + 1)
    without = ETOILE[:start] + (ETOILE[rest + 1 :] if rest > 0 else "")

    assert any(
        line.startswith("totals.il2: the totals are not stated") and "8, 80 and 360000000" in line
        for line in said(without)
    )


def test_a_template_without_any_visit_after_treatment() -> None:
    pieces = ETOILE.split("[[visits]]")
    short = "[[visits]]".join(pieces[:3]) + "[[sources]]" + pieces[-1].split("[[sources]]", 1)[1]
    for code in ("W52", "W96"):
        short = short.replace(f'field = "visits.{code}"', 'field = "visits.W24"')

    assert not any(line.startswith("arms.il2: no visit comes after") for line in said(short))
    short = short.replace('field = "visits"\nstatus = "unknown"', 'field = "visits.W24"\nstatus = "unknown"')
    assert any(
        line.startswith("arms.il2: no visit comes after the last injection, cycle 8") for line in said(short)
    )


@pytest.mark.parametrize(
    ("code", "changes", "line"),
    [
        (
            "corail",
            [
                ("{ iu = 1_000_000 }", "{ iu = 1 }"),
                ("levels_iu = [500_000, 1_000_000, 1_500_000, 2_000_000]\n", ""),
                ("dose_iu = 52_500_000", "dose_iu = 47_500_005"),
            ],
            "cycles.cure.dose: 1 international units is far less than any dose in use",
        ),
        (
            "kilo",
            [("maximum_iu = 3_000_000", "maximum_iu = 3")],
            "cycles.planned.maximum_iu: 3 international units is far less",
        ),
        (
            "trilobe",
            [("weeks = [1, 5]", "weeks = [0, 4]")],
            "cycles.high-loading.starts: cycle 1 starts 7 days before the start of the trial",
        ),
        (
            "trilobe",
            [("before_cycle = 5", "before_cycle = 6")],
            "gates.home.before_cycle: the question is asked before cycle 6 but changes cycle 5",
        ),
        (
            "trilobe",
            [("blinded = true\n", "")],
            "arms.high.blinded: arm low is blinded and high is not",
        ),
        (
            "trilobe",
            [(f'"cycles.{arm}-maintenance.starts.first" = {{ week = 12 }}\n', "") for arm in DOSES],
            "readings.week-12: this reading says the same as the default one",
        ),
        (
            "corail",
            [("at = { week = 48 }", "at = { week = 47 }")],
            'visits.S48.label: "S48" means 336 days after the start, but the visit is 329 days after it',
        ),
        ("corail", [], "title: every text is the same in both languages"),
        (
            "corail",
            [('en = "semaine 48"', 'en = "study week 48"')],
            'cycles.cure.label: "cure de cinq jours" stands in both languages; translate it',
        ),
    ],
)
def test_slips_of_a_coordinator(code: str, changes: list[tuple[str, str]], line: str) -> None:
    found = said(changed(AUTHORED[code], *changes))

    assert sum(entry.startswith(line) for entry in found) == 1, found
