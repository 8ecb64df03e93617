"""Days of a cycle in words, and how often something is done on them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from il2scheduler.i18n import Words


def joined(w: Words, parts: Sequence[str]) -> str:
    """`1, 3 and 5`."""
    if len(parts) < 2:
        return "".join(parts)
    return w("{some} and {last}", some=", ".join(parts[:-1]), last=parts[-1])


def days(w: Words, numbers: Sequence[int]) -> str:
    """`day 1`, `days 1 to 5`, `every other day from day 1 to day 13`, `days 1 to 3, 8 and 10`."""
    first, last = numbers[0], numbers[-1]
    steps = {b - a for a, b in pairwise(numbers)}
    if len(numbers) == 1:
        return w("day {day}", day=first)
    if steps == {1}:
        return w("days {first} to {last}", first=first, last=last)
    if len(numbers) > 2 and steps == {2}:
        return w("every other day from day {first} to day {last}", first=first, last=last)
    if len(numbers) > 2 and len(steps) == 1:
        return w("every {step} days from day {first} to day {last}", step=steps.pop(), first=first, last=last)
    runs = [str(a) if a == b else w("{first} to {last}", first=a, last=b) for a, b in _runs(numbers)]
    return w("days {list}", list=joined(w, runs))


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def frequency(w: Words, count: int, numbers: Sequence[int]) -> str:
    """`twice daily`; where the days do not follow each other, `two injections a day`."""
    daily = len(numbers) > 1 and all(b - a == 1 for a, b in pairwise(numbers))
    if daily:
        said = {1: w("once daily"), 2: w("twice daily"), 3: w("three times daily")}
    else:
        said = {1: w("one injection a day"), 2: w("two injections a day"), 3: w("three injections a day")}
    return said.get(count) or w("{count} injections a day", count=count)
