"""Long work as a generator of progress, which knows no thread and no screen."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple


class Progress(NamedTuple):
    """`done` of `total` steps; `what` names the step that begins now (a file name, a patient code)."""

    done: int
    total: int
    what: str


Job = Generator[Progress, None, None]
"""A job is run by iterating; closing it early cancels it, and its `finally` cleans up."""
