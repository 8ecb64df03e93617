"""Templates mutated by chance: the reader answers each with protocols or problems, in time and in words.

Run alone for the long set: `.venv/bin/python tests/faults/mutate_templates.py [COUNT] [SEED]`.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from il2scheduler import nominal
from il2scheduler.i18n import words
from il2scheduler.protocol_file import TemplateFile, read
from il2scheduler.protocol_file.advice import advice
from il2scheduler.schedule import Patient, build
from il2scheduler.wording import problem_sentence
from il2scheduler.wording.advice import advice_sentence
from il2scheduler.wording.treatment import question_lines, treatment_lines
from tests.template_file.authored import AUTHORED
from tests.template_file.seeds import SHIPPED

LONGEST_SECONDS = 5.0
TUESDAY = date(2026, 9, 8)
SEEDS = (*SHIPPED, *AUTHORED.values())
SPLICES = [
    *("0", "-1", "1e9", "1000000000", "4.5", "nan", "inf", "true", "0x" + "f" * 5000, "9" * 30, "2026-01-05"),
    *(
        '""',
        "''",
        '"""',
        "[",
        "]",
        "{",
        "}",
        "[[",
        "]]",
        "=",
        ".",
        ",",
        "#",
        "\\",
        '"',
        "'",
        "\n",
        "\r",
        "\0",
    ),
    *(
        "week",
        "day = 0",
        "offset = -1",
        "every = 1",
        "count = 400",
        "by_site = 3",
        "on_demand = 3",
        'basis = "placebo"',
        "cycle = 'every'",
        "first",
    ),
    *(
        '"1-400"',
        '"5-1"',
        '"1-5/0"',
        "int",
        "cycle",
        "after_last_injection = 3",
        "event = 'x'",
        "day_zero = true",
    ),
    *(
        "\u202e",
        "\u200b",
        "\ufeff",
        "é",
        "\U0001f489",
        "\ud7ff",
        "format = 2\n",
        "[readings.set]\n",
        "x." * 30,
    ),
]


def mutated(chance: random.Random, text: str) -> bytes:
    """The text after one to four mutations; now and then of its bytes."""
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(MUTATIONS)(chance, text)
    data = text.encode("utf-8", errors="surrogatepass")
    if chance.random() < 0.1:
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.randbytes(chance.randint(1, 4)) + data[at:]
    return data


def _tokens(text: str) -> list[str]:
    """The text in pieces that make sense: words, numbers, marks, spaces."""
    pieces: list[str] = []
    for letter in text:
        if pieces and letter.isalnum() and pieces[-1][-1].isalnum():
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _splice(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(SPLICES) + text[at:]


def _replace(chance: random.Random, text: str) -> str:
    pieces = _tokens(text) or [""]
    pieces[chance.randrange(len(pieces))] = chance.choice([*SPLICES, chance.choice(pieces)])
    return "".join(pieces)


def _number(chance: random.Random, text: str) -> str:
    pieces = _tokens(text) or [""]
    places = [i for i, piece in enumerate(pieces) if piece.isdigit()] or [0]
    pieces[chance.choice(places)] = str(chance.choice([0, 1, 2, 5, 8, 41, 42, 43, 366, 401, 7321, 10**9, -1]))
    return "".join(pieces)


def _lines(chance: random.Random, text: str) -> str:
    """Lines taken out, doubled or moved."""
    lines = text.split("\n")
    first = chance.randrange(len(lines))
    block = lines[first : first + chance.randint(1, 6)]
    kept = lines[:first] + lines[first + len(block) :]
    if chance.random() < 0.4:
        return "\n".join(kept)
    rest = kept if chance.random() < 0.5 else lines
    to = chance.randrange(len(rest) + 1)
    return "\n".join(rest[:to] + block + rest[to:])


def _cut(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.randint(1, 30) :]


def _cross(chance: random.Random, text: str) -> str:
    other = chance.choice(SEEDS)
    at = chance.randrange(len(other))
    to = chance.randrange(len(text) + 1)
    return text[:to] + other[at : at + chance.randint(1, 400)] + text[to:]


MUTATIONS: list[Callable[[random.Random, str], str]] = [
    _splice,
    _replace,
    _number,
    _number,
    _lines,
    _cut,
    _cross,
]


def judged(data: bytes) -> tuple[TemplateFile, float]:
    """Read a file, say its problems or all it says in both languages, build its schedules; and the time."""
    begun = time.process_time()
    file = read(data)
    took = time.process_time() - begun
    assert bool(file.problems) != bool(file.protocols)
    assert took < LONGEST_SECONDS, took
    for language in ("en", "fr"):
        w = words(language)
        said = [problem_sentence(w, problem) for problem in file.problems]
        said += [advice_sentence(w, entry) for entry in advice(file.protocols, file.totalled)]
        for line in said:
            assert "\n" not in line
            assert len(line) < 1_500, len(line)
        for protocol in file.protocols:
            for arm in protocol.arms:
                treatment_lines(w, protocol, arm)
                question_lines(w, protocol, arm)
    for protocol in file.protocols:
        for arm in protocol.arms:
            for start in (None, TUESDAY):
                build(protocol, Patient("P001", arm.code, start))
            nominal.columns(nominal.schedule(protocol, arm.code))
    return file, took


def run(count: int, seed: int) -> tuple[int, int, float]:
    """How many mutants were read as protocols, how many refused, and the longest time of one."""
    chance = random.Random(seed)
    good = 0
    longest = 0.0
    for number in range(count):
        data = mutated(chance, chance.choice(SEEDS))
        try:
            file, took = judged(data)
        except Exception:
            Path(f"mutant-{seed}-{number}.toml").write_bytes(data)
            raise
        good += bool(file.protocols)
        longest = max(longest, took)
    return good, count - good, longest


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:3]]
    asked, begin = [*numbers, *(10_000, 20260105)[len(numbers) :]]
    read_, refused, slowest = run(asked, begin)
    print(f"{read_} read, {refused} refused, slowest {slowest:.2f} s")  # noqa: T201
