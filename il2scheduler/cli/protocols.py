"""`il2scheduler protocols`: the templates that ship, and those of the user's own folder."""

from __future__ import annotations

from collections.abc import Sequence

import click

from il2scheduler import library, resources
from il2scheduler.cli.documents import echo_json
from il2scheduler.i18n import Words, system_language, words
from il2scheduler.protocol import Protocol
from il2scheduler.wording import printable, problem_sentence


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def protocols(*, as_json: bool) -> None:
    """List the protocols that ship with the program and your own."""
    found = library.templates()
    if as_json:
        echo_json({"format": 1, "protocols": [_entry(t) for t in found]})
        return
    w = words(system_language())
    _print_listed(w, found)
    click.echo(w("All of one protocol: il2scheduler check --table {code}", code=found[0].code))
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


def _print_listed(w: Words, found: Sequence[library.Template]) -> None:
    """Two lines a protocol, in columns: what to type, what it is, its arms and readings; then its title."""
    protocols = [p for template in found if (p := template.file.protocol()) is not None]
    wide = max((len(protocol.code) for protocol in protocols), default=0)
    for template in found:
        protocol = template.file.protocol()
        if protocol is None:
            click.echo(w("{file}: has problems; see il2scheduler check {file}", file=template.path))
            continue
        name = f"{protocol.short_title} ({protocol.registry})"
        click.echo(printable(f"{protocol.code.ljust(wide)}  {name}: {_choices(w, protocol)}"))
        click.echo(printable(" " * (wide + 2) + protocol.title.said(w.language)))
    click.echo()


def _choices(w: Words, protocol: Protocol) -> str:
    """`arms il2, control; readings w2 (default), w0, w4`: what `--arm` and `--reading` take."""
    arms = ", ".join(arm.code for arm in protocol.arms)
    said = w.plural("arm {codes}", "arms {codes}", len(protocol.arms), codes=arms)
    if len(protocol.readings) == 1:
        return said
    names = [r.name + (w(" (default)") if r.default else "") for r in protocol.readings]
    return w("{arms}; readings {names}", arms=said, names=", ".join(names))
