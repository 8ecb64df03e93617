"""One byte of a closed study changed, as a failing disk does it: refused, found by the check, or harmless."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from il2scheduler.refusal import Refusal
from il2scheduler.store import Verdict, checking
from tests.faults.doing import LONG
from tests.store.samples import content, enrolment, make, note, reopened

PARTS = 8


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "a.il2"
    make(path, enrolment(1, days=1, visits=1), note(1, 1, "x", reason="why")).close()
    return path.read_bytes()


@pytest.mark.parametrize("part", range(PARTS))
def test_each_flipped_byte(good: bytes, memory: Path, part: int) -> None:
    path = memory / "a.il2"
    path.write_bytes(good)
    with reopened(path) as study:
        whole = content(study)
    chance = random.Random(part)
    places = range(part, len(good), PARTS)
    for place in places if LONG else [*chance.sample(places, 60), *(p for p in places if p < 100)]:
        flip = 1 << chance.randrange(8) if chance.random() < 0.8 else 0xFF
        path.write_bytes(good[:place] + bytes([good[place] ^ flip]) + good[place + 1 :])
        assert found(path) or contents(path) == whole, f"byte {place} ^ {flip:#x} changed the study unseen"


def found(path: Path) -> bool:
    """Refused when it is opened, or named by the check."""
    verdict = Verdict()
    try:
        for _ in checking(path, verdict):
            pass
        with reopened(path):
            pass
    except Refusal:
        return True
    return not verdict.sound


def contents(path: Path) -> object:
    with reopened(path) as study:
        return content(study)


def test_cut_anywhere(good: bytes, memory: Path) -> None:
    path = memory / "a.il2"
    for size in range(0, len(good), 1024 if LONG else 4096):
        path.write_bytes(good[:size])
        assert found(path), f"cut to {size} bytes"
