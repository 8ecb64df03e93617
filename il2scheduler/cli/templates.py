"""Opening a protocol for a command: by its code or from a file."""

from __future__ import annotations

import click

from il2scheduler import library
from il2scheduler.i18n import words
from il2scheduler.protocol import Protocol
from il2scheduler.wording import printable, problem_lines


class BadTemplate(click.ClickException):
    """A template with problems; each is one line, so the message is not folded into one sentence."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        """Keep the lines."""
        super().__init__("; ".join(lines))
        self.lines = lines


def open_protocol(name: str, reading: str | None, language: str) -> Protocol:
    """The protocol asked for; a usage error for an unknown name, `BadTemplate` for its problems."""
    try:
        template = library.find(name)
    except library.UnknownProtocol as unknown:
        shown, known = printable(name[:80]), ", ".join(unknown.known)
        raise click.BadParameter(
            words(language)(
                "{name} is neither a protocol nor a file; the protocols are {known}.", name=shown, known=known
            ),
            param_hint="PROTOCOL",
        ) from None
    if template.file.problems:
        lines = problem_lines(words(language), template.file, name)
        raise BadTemplate(tuple(printable(line) for line in lines))
    protocol = template.file.protocol(reading)
    if protocol is None:
        known = ", ".join(p.reading.name for p in template.file.protocols)
        shown = printable((reading or "")[:60])
        raise click.BadParameter(
            words(language)(
                "{protocol} has no reading {name}; it has {known}.",
                protocol=template.code,
                name=shown,
                known=known,
            ),
            param_hint="--reading",
        )
    return protocol
