"""Long work in a terminal, with a bar that shows how far it is."""

from __future__ import annotations

import sys

import click

from il2scheduler.jobs import Job


def run_job(label: str, job: Job) -> None:
    """Run long work with a progress bar on a terminal."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for progress in job:
            bar.length = max(progress.total, 1)
            bar.update(progress.done - bar.pos)
