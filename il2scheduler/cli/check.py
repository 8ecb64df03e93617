"""`il2scheduler check`: every problem of template files; or advice on them and their tables."""

from __future__ import annotations

from pathlib import Path

import click

from il2scheduler import library, nominal
from il2scheduler.cli.protocol_table import print_advice, print_nominal, print_protocol
from il2scheduler.i18n import Words, words
from il2scheduler.library import Template
from il2scheduler.wording import printable, problem_lines
from il2scheduler.wording.faults import fault_reason


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--table", is_flag=True, help="Readings side by side, activities and sources as well.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", help="Language of the output.")
def check(*, files: tuple[str, ...], table: bool, language: str) -> int:
    """Check template files: every problem; or advice and the nominal table where there is none.

    FILE is a file, or the code of a protocol.
    """
    w = words(language)
    bad = False
    for name in files:
        path = _path(name)
        try:
            template = Template(path, shipped=False, file=library.read_file(path))
        except (OSError, ValueError) as error:
            bad = True
            reason = fault_reason(w, error) if isinstance(error, OSError) else w("not a file name")
            click.echo(printable(w("{file}: cannot be read: {reason}", file=name, reason=reason)))
            continue
        if template.file.problems:
            bad = True
            for line in problem_lines(w, template.file, name):
                click.echo(printable(line))
        else:
            click.echo(w("{file}: no problems", file=printable(name)))
            _print(w, template, name, table=table)
    return 1 if bad else 0


def _path(name: str) -> Path:
    """A file, or that of the template with this code."""
    path = Path(name)
    if path.suffix:
        return path
    return next((template.path for template in library.templates() if template.code == name), path)


def _print(w: Words, template: Template, name: str, *, table: bool) -> None:
    from il2scheduler.protocol_file.advice import advice
    from il2scheduler.wording.advice import advice_sentence

    found = advice(template.file.protocols, template.file.totalled)
    print_advice(name, [advice_sentence(w, entry) for entry in found], w)
    if table:
        click.echo()
        print_protocol(w, template.file.protocols)
        return
    for protocol in template.file.protocols:
        for arm in protocol.arms:
            click.echo()
            reading = protocol.reading
            click.echo(f"  {protocol.code}, {w('reading')} {reading.name}, {w('arm')} {arm.code}")
            print_nominal(w, nominal.schedule(protocol, arm.code))
