"""Templates written from the guide alone, of made-up trials unlike those that ship."""

from __future__ import annotations

from pathlib import Path

from il2scheduler.protocol import Protocol
from il2scheduler.protocol_file import read

FOLDER = Path(__file__).parents[1] / "data" / "templates"
AUTHORED = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.toml"))}


def protocol(code: str, reading: str | None = None) -> Protocol:
    """The protocol of one of them."""
    file = read(AUTHORED[code].encode())
    assert file.problems == ()
    found = file.protocol(reading)
    assert found is not None
    return found
