"""A problem is found by its line: the line of the key, or of the table that lacks it."""

from __future__ import annotations

import pytest

from il2scheduler.protocol_file.lines import line_of, lines_of

TEXT = '''format = 1  # remark
note = """
[[visits]]
at = 1
"""
[totals.treated]
cycles = 4

[[visits]]
code = "D1"
[[visits]] # second
code = "D29"
at = { day = 29 }
slots = [
  { time = "9:00" },
]
[[readings]]
name = "one"
[readings.set]
"cycles.course.dose" = { iu = 1 }
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("format", 1),
        ("totals.treated.cycles", 7),
        ("totals.treated.dose_iu", 6),
        ("visits[0].at", 9),
        ("visits[1].at.week", 13),
        ("visits[1].slots[0].time", 14),
        ("reading one: visits[1].at", 13),
        ("readings[0].set.'cycles.course.dose'", 20),
        ("visits[2].at", None),
        ("sponsor", None),
        ("line 3", None),
        ("", None),
    ],
)
def test_the_line_of_a_place(place: str, line: int | None) -> None:
    assert line_of(lines_of(TEXT), place) == line
