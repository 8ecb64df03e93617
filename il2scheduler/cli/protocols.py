"""`il2scheduler protocols`: the templates that ship, and those of the user's own folder."""

from __future__ import annotations

import click

from il2scheduler import library, resources
from il2scheduler.cli.documents import echo_json
from il2scheduler.i18n import Words, system_language, words
from il2scheduler.protocol import Protocol
from il2scheduler.wording import problem_sentence


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def protocols(*, as_json: bool) -> None:
    """List the protocols that ship with the program and your own."""
    found = library.templates()
    if as_json:
        echo_json({"format": 1, "protocols": [_entry(t) for t in found]})
        return
    w = words(system_language())
    for template in found:
        _print(w, template)
    shipped = resources.path("protocols")
    click.echo(w("These templates, and the schema for editors, are in {folder}", folder=shipped))
    click.echo(w("Your own templates are read from {folder}", folder=library.own_folder()))


def _entry(template: library.Template) -> dict[str, object]:
    english = words("en")
    entry: dict[str, object] = {
        "code": template.code,
        "shipped": template.shipped,
        "file": template.path.name,
        "problems": [problem_sentence(english, problem) for problem in template.file.problems],
    }
    protocol = template.file.protocol()
    if protocol is not None:
        entry |= {
            "version": protocol.version,
            "sha256": protocol.sha256,
            "title": {"en": protocol.title.en, "fr": protocol.title.fr},
            "registry": protocol.registry,
            "readings": [
                {"name": r.name, "default": r.default, "en": r.label.en, "fr": r.label.fr}
                for r in protocol.readings
            ],
            "arms": [{"code": a.code, "en": a.label.en, "fr": a.label.fr} for a in protocol.arms],
        }
    return entry


def _print(w: Words, template: library.Template) -> None:
    protocol = template.file.protocol()
    if protocol is None:
        click.echo(w("{file}: has problems; see il2scheduler check {file}", file=template.path))
        click.echo()
        return
    click.echo(f"{protocol.code}  {protocol.title.said(w.language)} ({protocol.registry})")
    for arm in protocol.arms:
        click.echo(
            f"    {w('arm')} {arm.code}: {arm.label.said(w.language)}; {_totals(w, protocol, arm.code)}"
        )
    for reading in protocol.readings:
        mark = w(" (default)") if reading.default else ""
        click.echo(f"    {w('reading')} {reading.name}{mark}: {reading.label.said(w.language)}")
    click.echo()


def _totals(w: Words, protocol: Protocol, arm: str) -> str:
    totals = protocol.arm(arm).totals()
    if not totals.injections:
        return w("no injections")
    said = w.plural("{count} injection", "{count} injections", totals.injections)
    return said if totals.dose_iu is None else f"{said}, {w.dose(totals.dose_iu)}"
