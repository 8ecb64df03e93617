"""What people type: plain text in one form, nothing hidden in it, and a look at what seems personal."""

from __future__ import annotations

import time
import unicodedata

import pytest

from il2scheduler.refusal import Refusal
from il2scheduler.typed_text import line, looks_personal, note, patient_code


def refusal(text: str, *, one_line: bool = False) -> Refusal:
    with pytest.raises(Refusal) as caught:
        (line if one_line else note)(text)
    return caught.value


# --- Notes ---


@pytest.mark.parametrize(
    "text",
    [
        "fever 38.5 °C",
        "été",
        "two\nlines",
        "=1+1",
        "<img src='/etc/passwd'>",
        "日本語",
        "👍",
        "a\u00a0: b",
        "-",
    ],
)
def test_any_text_that_can_be_seen_is_kept_as_it_is(text: str) -> None:
    assert note(text) == text


def test_a_note_is_kept_in_one_form_without_space_around_it() -> None:
    apart = unicodedata.normalize("NFD", "été à Brière")

    assert note(f"  {apart}\n") == "été à Brière"
    assert note(note(apart)) == note(apart)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u00a0"])
def test_nothing_is_no_note(text: str) -> None:
    assert refusal(text).kind == "text-empty"


@pytest.mark.parametrize(
    "hidden",
    [
        *("\x00", "\x07", "\x1b", "\x7f", "\x85", "\r", "\t"),
        *("\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2069", "\u200e", "\u200f", "\u061c"),
        *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\u3164", "\ufe0f"),
        *("\u115f", "\u1160", "\uffa0", "\U000e0061", "\U000e0100"),
        *("\u2028", "\u2029", "\ud800", "\ue000", "\uffff", "\ufff9"),
    ],
)
def test_characters_that_cannot_be_seen_are_refused_by_their_number(hidden: str) -> None:
    told = refusal(f"a{hidden}b")

    assert (told.kind, told.facts["codepoint"]) == ("text-hidden", f"U+{ord(hidden):04X}")


def test_a_note_has_at_most_2000_characters_and_a_line_200() -> None:
    assert note("é" * 2000) == "é" * 2000
    assert note("e\u0301" * 2000) == "é" * 2000
    assert refusal("é" * 2001).facts == {"found": 2001, "limit": 2000}
    assert line("x" * 200) == "x" * 200
    assert refusal("x" * 201, one_line=True).facts == {"found": 201, "limit": 200}


def test_a_line_is_one_line() -> None:
    assert line(" B12 \n") == "B12"
    assert refusal("a\nb", one_line=True).facts["codepoint"] == "U+000A"


# --- Codes ---


@pytest.mark.parametrize("code", ["P001", "0", "A-1_2", "CONA", "A" * 32, "COM", "LPT"])
def test_a_patient_code_is_capital_letters_digits_and_dashes(code: str) -> None:
    assert patient_code(code) == code


@pytest.mark.parametrize(
    "code",
    [
        "",
        "p001",
        "-1",
        "_1",
        "P 1",
        "P001\n",
        "É1",
        "Ａ1",
        "٤",
        "A" * 33,
        "P/1",
        "..",
        "CON",
        "NUL",
        "COM1",
        "LPT9",
    ],
)
def test_a_code_that_could_not_name_a_file_or_holds_more_is_refused(code: str) -> None:
    with pytest.raises(Refusal) as caught:
        patient_code(code)

    assert caught.value.kind == "patient-code"


# --- What seems personal ---


@pytest.mark.parametrize(
    "text",
    [
        "born 01/02/1970",
        "né le 1.2.1970",
        "31-12-2001",
        "born 1970-02-01",
        "call 06 12 34 56 78",
        "+33 6 12 34 56 78",
        "0612345678",
        "record 1700275114201",
        "1 70 02 75 114 201",
    ],
)
def test_a_date_of_birth_a_telephone_or_a_record_number_is_noticed(text: str) -> None:
    assert looks_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fever 38.5, 4 500 000 IU",
        "seen on 2026-01-19 at 08:25",
        "2026-01-19 08:00, 2026-01-20 08:00",
        "2026-01-19 20",
        "batch B12-3456",
        "W52, C3D1",
        "32/13/1970",
    ],
)
def test_what_notes_are_full_of_is_not(text: str) -> None:
    assert not looks_personal(text)


@pytest.mark.parametrize("text", ["1 " * 1000, "1" * 2000, "+1" * 1000, "1-" * 1000 + "x", "01/01/" * 300])
def test_a_long_text_is_looked_at_in_no_time(text: str) -> None:
    begun = time.perf_counter()
    looks_personal(text)

    assert time.perf_counter() - begun < 0.5
