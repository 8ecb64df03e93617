"""Problems of a template file said as sentences: what was found, and what was expected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from il2scheduler.i18n import N_, Words
from il2scheduler.protocol import Provenance
from il2scheduler.wording.site_values import PROBLEMS, form_name
from il2scheduler.wording.terms import provenance_name

if TYPE_CHECKING:
    from il2scheduler.protocol_file import Problem, TemplateFile

_LINE = re.compile(r"line (?P<number>[0-9]+)")
_END = "end of file"
_DOSES = frozenset({"wrong-total", "dose-above-maximum", "dose-far-above-levels"})
_BRACKETS = {("list", "{"): "one-bracket", ("table", "["): "two-brackets"}
_EXPECTED = {
    "whole-number": N_("a whole number"),
    "smaller-number": N_("a far smaller number"),
    "text": N_("a text in quotes"),
    "true-or-false": N_("true or false"),
    "list": N_("a list in [ ]"),
    "table": N_("a table in { }"),
}
_FORMS = {
    "code": N_("small letters a to z without accents, digits and -, at most 40, such as il2"),
    "visit-code": N_("capital letters, digits and -, at most 16, beginning with a letter, such as W24"),
    "clock": N_("a time such as 08:00"),
    "days": N_('days such as "1-5", "1-13/2" or "1, 3, 5"'),
    "country": N_("a country code such as FR"),
    "zone": N_("a time zone such as Europe/Paris"),
}
_UNITS = {"week": N_("week"), "day": N_("day"), "offset": N_("offset")}
_MISTAKES = {
    "curly-quotes": N_('quotes as a word processor makes them; write straight ones: "'),
    "open-text": N_(
        'a text is opened and never closed on this line; a straight " stands on both sides of it'
    ),
    "open-table": N_(
        "a table in { } is not closed; it stands on one line, has a comma between two keys, "
        "and its numbers have no space: 2_000_000"
    ),
    "open-list": N_("a list in [ ] is not closed, or lacks a comma between two entries"),
    "key-twice": N_("this key stands twice in one table; leave one out"),
    "table-twice": N_("this table stands twice; where there are several alike, each begins with [[name]]"),
    "no-equals-sign": N_(
        "a key has = after it; a key has no space or accent, and a number has no comma: 2_000_000"
    ),
    "bad-name": N_(
        "a name has letters a to z without accents, digits, - and _, and stands between [ ] or [[ ]] "
        "where a table begins; a table in { } stands on one line"
    ),
    "more-on-line": N_(
        "more stands behind the value; one line holds one key, and a number has no space or unit: 2_000_000"
    ),
    "bad-value": N_(
        'after = stands a text in straight quotes "...", a number such as 2_000_000, true, false, '
        "a list in [ ] or a table in { }"
    ),
    "bad-line": N_("a line is [table], [[table]], key = value, or a remark behind #"),
    "backslash": N_("a backslash in a text is written twice"),
}
_SENTENCES = {
    "unreadable": N_("the file cannot be read: {reason}"),
    "too-big": N_("the file is too big; a template has at most {limit} KiB"),
    "not-utf8": N_("the byte {byte} is not UTF-8; save the file as UTF-8"),
    "too-deep": N_("keys or brackets are nested more than {limit} deep; a template needs far less"),
    "number-too-long": N_("the number {found} is far too long"),
    "more-problems": N_("there are more problems; only the first {limit} are listed"),
    "syntax": N_("not readable as TOML: {what}"),
    "missing": N_("missing; the key is required"),
    "cycle-or-every": N_('found {found}, expected a whole number from 1 to {limit}, or "every"'),
    "unknown-key": N_("unknown key {key}; did you mean {near}?"),
    "wrong-type": N_("found {found}, expected {expected}"),
    "too-small": N_("found {found}, expected {ge} or more"),
    "too-large": N_("found {found}, expected {le} or less"),
    "list-too-long": N_("a list of {actual_length} entries; at most {max_length} are allowed"),
    "list-too-short": N_("the list is empty; at least {min_length} entry is required"),
    "text-too-long": N_("the text is longer than {max_length} characters"),
    "text-empty": N_("the text is empty"),
    "bad-form": N_("found {found}, expected {form}"),
    "not-one-of": N_("found {found}, expected one of {expected}"),
    "not-multiple-of": N_("found {found}, expected a multiple of {multiple_of}"),
    "hidden-character": N_("holds the invisible character {codepoint}; remove it"),
    "repeated-code": N_("{code} stands twice; codes must differ"),
    "unknown-code": N_("{code} is not one of the {of} of this file ({known})"),
    "one-default-reading": N_("{found} readings are marked as default; exactly one must be"),
    "reading-protected": N_("a reading cannot change {path}"),
    "no-such-field": N_("{path} leads to no field of this file"),
    "stated-without-quote": N_("{field} is marked stated, but its quote or source is missing"),
    "status-without-note": N_("{field} is marked {status}, but the note that says so in words is missing"),
    "starts-one-form": N_(
        "found {found}; give exactly one of weeks, days, offsets, by_site, on_demand, or first "
        "with intervals or with every and count"
    ),
    "starts-first-form": N_("with first give either intervals, or every and count, or neither"),
    "starts-not-increasing": N_("{unit} {value} is listed after {unit} {previous}; starts must increase"),
    "too-many-cycles": N_("more than {limit} cycles"),
    "too-many-injections": N_("{found} injections in all arms together; at most {limit} are allowed"),
    "too-late": N_("the last cycle starts {offset} days after the anchor; at most {limit} are allowed"),
    "point-one-form": N_("give exactly one of week, day and offset (there is no Day 0)"),
    "no-day-zero": N_("there is no Day 0: Day 1 follows Day -1 (or set day_zero = true)"),
    "course-one-form": N_('give either days = "1-5", or weekdays with length'),
    "days-not-increasing": N_("found {found}; days must start at 1 and increase"),
    "too-many-days": N_("more than {limit} days in one course"),
    "doses-per-day": N_("{found} doses for {expected} days; give one dose for each day"),
    "times-not-increasing": N_("{value} comes after {previous}; times of a day must increase"),
    "no-such-cycle": N_("there is no cycle {found}; there are {count}"),
    "companion-days": N_("the days of {code} must increase, and there is no day 0"),
    "dose-above-maximum": N_("{found} is above the maximum of {maximum} (international units)"),
    "dose-far-above-levels": N_(
        "{found} is ten times the largest level, {largest}, or more (international units); check the zeros"
    ),
    "more-cycles-than-cap": N_("{found} cycles are planned, the cap is {cap}"),
    "start-past-cap": N_(
        "cycle {cycle} starts {found} days after the anchor, past {cap}, the last start allowed"
    ),
    "nominal-gap-too-short": N_(
        "cycle {cycle} starts {found} days after the one before; the minimum gap is {minimum}"
    ),
    "late-inside-window": N_("late is {late}, inside the window of {after} days after; give a larger number"),
    "placebo-with-dose": N_("a placebo has no dose: leave iu out, or give the basis of the dose"),
    "on-demand-last": N_("{code} is planned, so it must stand before the cycles on demand"),
    "courses-overlap": N_(
        "the courses overlap: cycle {second} starts {apart} days after cycle {first}, "
        "whose course has {days} days"
    ),
    "reserved-code": N_(
        "{code} looks like a code the program gives itself (C3, C3D1, C3-..., U1, ET); choose another"
    ),
    "at-one-form": N_(
        "give exactly one of week, day or offset; or cycle with day; or after_last_injection; "
        "or event with offset"
    ),
    "label-against-offset": N_("{code} means offset {expected}, but the visit is at offset {found}"),
    "wrong-total": N_("the file says {found}, its cycles add up to {expected}"),
    **PROBLEMS,
}


# Said of a kind where nothing was found, or where the slip is a usual one.
_VARIANTS = {
    "unknown-code-none": N_("{code} is declared nowhere: the file has no {of}; add it there"),
    "starts-one-form-none": N_(
        "says no start; give exactly one of weeks, days, offsets, by_site, on_demand, or first "
        "with intervals or with every and count"
    ),
    "total-per-patient": N_("the dose is typed for each patient, so it has no sum; leave dose_iu out"),
    "total-not-stated": N_("not stated; count it in the protocol (its cycles add up to {expected})"),
    "one-bracket": N_("one of several stands under [[ ]], with two brackets on each side"),
    "two-brackets": N_("there is one only; it stands under [ ], with one bracket on each side"),
}


def problem_sentence(w: Words, problem: Problem) -> str:
    """`cycles[0].starts.weeks[3]: week 10 is listed after week 12; starts must increase`."""
    facts: dict[str, object] = dict(problem.facts)
    if problem.kind == "wrong-type":
        expected = str(facts["expected"])
        facts["expected"] = w(_EXPECTED.get(expected, expected))
    if problem.kind == "bad-form":
        facts["form"] = w(_FORMS[str(facts["form"])])
    if "unit" in facts:
        facts["unit"] = w(_UNITS[str(facts["unit"])])
    if problem.kind == "site-form":
        facts["expected"] = form_name(w, str(facts["form"]), str(facts["known"]))
    if problem.kind == "site-settled":
        facts["status"] = provenance_name(w, Provenance(str(facts["status"])))
    if problem.kind == "syntax" and facts["mistake"] in _MISTAKES:
        facts["what"] = w(_MISTAKES[str(facts["mistake"])])
    if problem.kind in _DOSES:
        facts = {name: _as_written(fact) for name, fact in facts.items()}
    said = w(_sentence(problem), **facts)
    place = _place(w, problem.place)
    return f"{place}: {said}" if place else said


def problem_lines(w: Words, file: TemplateFile, name: str) -> tuple[str, ...]:
    """`FILE: line 81: place: what, expected`, one line a problem; texts of the file as they stand in it."""
    said: list[str] = []
    for problem in file.problems:
        line = file.lines.get(problem.place)
        where = name if line is None else f"{name}: {w('line {number}', number=line)}"
        said.append(f"{where}: {problem_sentence(w, problem)}")
    return tuple(said)


def _sentence(problem: Problem) -> str:
    facts, kind = problem.facts, problem.kind
    nothing = {"unknown-code": "known", "starts-one-form": "found"}.get(kind)
    if nothing is not None and facts[nothing] == "-":
        return _VARIANTS[f"{kind}-none"]
    if kind == "wrong-total" and facts["expected"] == "-":
        return _VARIANTS["total-per-patient"]
    if kind == "wrong-total" and facts["found"] == "-":
        return _VARIANTS["total-not-stated"]
    slip = (str(facts.get("expected")), str(facts.get("found"))[0])
    if kind == "wrong-type" and problem.place.isidentifier() and slip in _BRACKETS:
        return _VARIANTS[_BRACKETS[slip]]
    return _SENTENCES[kind]


def _as_written(fact: object) -> object:
    """A dose as a template writes it, 4_500_000: nobody counts seven zeros."""
    return f"{fact:_}" if isinstance(fact, int) else fact


def _place(w: Words, place: str) -> str:
    """A place in the file as it is, a line of a file that is not TOML in words."""
    if line := _LINE.fullmatch(place):
        return w("line {number}", number=line["number"])
    return w("end of the file") if place == _END else place
