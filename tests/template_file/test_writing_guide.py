"""The template that docs/protocols.md writes step by step is a good one, and means what its text says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from il2scheduler.patient import Patient
from il2scheduler.protocol_file import read
from il2scheduler.protocol_file.advice import advice
from il2scheduler.schedule import build
from tests.template_file.authored import AUTHORED

GUIDE = Path(__file__).parents[2] / "docs" / "protocols.md"
START = date(2026, 9, 7)


def example() -> bytes:
    text = GUIDE.read_text("utf-8")
    told = text.split("## Your own trial", 1)[1].split("\n## ", 1)[0]
    return "\n".join(re.findall(r"```toml\n(.*?)```", told, re.DOTALL)).encode()


def test_the_example_has_no_problem_and_needs_no_advice() -> None:
    file = read(example())

    assert file.problems == ()
    assert advice(file.protocols, file.totalled) == ()


def test_the_example_means_what_the_guide_says() -> None:
    protocol = read(example()).protocols[0]
    schedule = build(protocol, Patient("P001", "treated", START))

    course = [a.planned for a in schedule.course(1)]
    assert course == [date(2026, 9, day) for day in (7, 9, 11, 13, 15)]
    assert [s.planned for s in schedule.starts] == [
        date(2026, 9, 7),
        date(2026, 10, 19),
        date(2026, 11, 30),
        date(2027, 1, 11),
    ]
    assert schedule.appointment("D29").planned == date(2026, 10, 5)
    assert schedule.appointment("W24").window == (date(2027, 2, 15), date(2027, 3, 1))
    assert schedule.totals().injections == 20
    assert schedule.totals().dose_iu == 40_000_000
    assert [field.field for field in protocol.open_fields()] == ["cycles.course.slots"]


def test_every_key_of_the_table_of_needs_stands_so_in_a_template_that_was_written_from_it() -> None:
    table = GUIDE.read_text("utf-8").split("### 9. ", 1)[1].split("\n## ", 1)[0]
    pieces = re.findall(r"`([a-z_]+ = [^`]+)`", table)

    assert len(pieces) > 20
    assert [piece for piece in pieces if not any(piece in text for text in AUTHORED.values())] == []
