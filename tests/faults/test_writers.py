"""Several computers at once: nobody's change is lost, nobody waits for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from il2scheduler.ledger import Table
from tests.faults.doing import LONG, start
from tests.store.samples import note, reopened, save


@pytest.mark.parametrize("writers", [2, 8] if LONG else [3])
def test_every_writers_change_is_counted(path: Path, writers: int) -> None:
    times = 200 if LONG else 15
    with reopened(path) as study:
        save(study, note(1, 1, "0"))
    children = [start("count", path, times) for _ in range(writers)]
    for child in children:
        out, errors = child.communicate(timeout=600)
        assert (errors, out) == (b"", f"{times}\n".encode())

    with reopened(path) as study:
        assert study.patient_rows(1).table(Table.NOTE)[1, 1] == {"text": str(writers * times)}
        assert study.last_entry() == 3 + writers * times
        assert study.verify().sound
