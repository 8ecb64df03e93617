"""`il2scheduler check`: every problem of template files, or their nominal tables."""

from __future__ import annotations

from pathlib import Path

import click

from il2scheduler import library
from il2scheduler.cli.templates import problem_lines
from il2scheduler.i18n import Words, words
from il2scheduler.protocol import FromAnchor, Protocol, study_day, study_week
from il2scheduler.wording import appointment_name, printable


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", help="Language of the output.")
def check(*, files: tuple[str, ...], language: str) -> int:
    """Check template files: every problem, or the nominal table where there is none."""
    w = words(language)
    bad = False
    for name in files:
        path = Path(name)
        try:
            template = library.Template(path, shipped=False, file=library.read_file(path))
        except (OSError, ValueError) as error:
            bad = True
            reason = getattr(error, "strerror", None) or w("not a file name")
            click.echo(printable(w("{file}: cannot be read: {reason}", file=name, reason=reason)))
            continue
        if template.file.problems:
            bad = True
            for line in problem_lines(template, name, language):
                click.echo(line)
        else:
            click.echo(w("{file}: no problems", file=printable(name)))
            for protocol in template.file.protocols:
                _nominal_table(w, protocol)
    return 1 if bad else 0


def _nominal_table(w: Words, protocol: Protocol) -> None:
    for arm in protocol.arms:
        click.echo()
        reading = protocol.reading
        click.echo(f"  {protocol.code}, {w('reading')} {reading.name}, {w('arm')} {arm.code}")
        rows: list[tuple[int, str]] = []
        for cycle in arm.cycles:
            if cycle.offset is None:
                click.echo(f"    {appointment_name(w, cycle.code)}: {w('dated by the site')}")
                continue
            totals = cycle.totals()
            said = w.plural("{count} injection", "{count} injections", totals.injections)
            dose = "" if totals.dose_iu is None else f", {w.dose(totals.dose_iu)}"
            rows.append((cycle.offset, f"{appointment_name(w, cycle.code)}: {said}{dose}"))
        rows.extend(
            (visit.hook.offset, f"{visit.code}: {visit.label.said(w.language)}")
            for visit in protocol.visits
            if visit.belongs_to(arm.code) and isinstance(visit.hook, FromAnchor)
        )
        for offset, text in sorted(rows):
            day = study_day(offset, day_zero=protocol.day_zero)
            week = study_week(offset, protocol.week_origin)
            place = w("offset {offset}, study week {week}, day {day}", offset=offset, week=week, day=day)
            click.echo(f"    {text} ({place})")
