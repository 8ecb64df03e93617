"""Long work in a terminal, with a bar that shows how far it is."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TypeVar

import click

from il2scheduler.jobs import Job

Made = TypeVar("Made")


def run_job(label: str, job: Job) -> None:
    """Run long work with a progress bar on a terminal."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for progress in job:
            bar.length = max(progress.total, 1)
            bar.update(progress.done - bar.pos)


def collected(label: str, making: Iterable[Made], count: int) -> tuple[Made, ...]:
    """Everything that is made one by one, with a progress bar on a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(making, length=count, label=label, file=sys.stderr, hidden=hidden) as bar:
        return tuple(bar)
