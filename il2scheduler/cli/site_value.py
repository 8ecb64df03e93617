"""`il2scheduler site-value`: the approved protocol's value for a field that the template leaves open.

With `--json` one document::

    {"format": 1, "preview": false, "batch": "site-value-...", "entries": [7, 9]|null,
     "values": [{"field": "visits.W52.window", "value": "-7/+14", "source": "version 3, p. 41"}],
     "protocols": [{"from": 1, "number": 2, "code": ..., "version": ..., "reading": ..., "sha256": ...,
                    "site_values": 1}],
     "open": [{"field": ..., "status": "assumed"|"unknown", "note": ...}],
     "patients": [ the document of every change, one for each patient ]}

`open` are the fields that are left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from il2scheduler.cli.acting import Acting, changes, in_apply, opened, tell, warn_personal
from il2scheduler.cli.documents import echo_json
from il2scheduler.cli.outcomes import Outcome, document, outcomes_of, print_outcome, refuse_first
from il2scheduler.cli.progress import collected
from il2scheduler.i18n import Words
from il2scheduler.ledger import Entry
from il2scheduler.study import Study, care, completing
from il2scheduler.study.completing import Completion, Typed
from il2scheduler.wording import entry_sentence, field_name, printable, provenance_name


@click.command("site-value")
@changes
@click.option("--protocol", metavar="CODE", help="The protocol, where the study holds several.")
@click.option("--field", required=True, metavar="PATH", help="The field, such as visits.W52.window.")
@click.option(
    "--value",
    required=True,
    metavar="V",
    help="Its value: -7/+14, 28, yes, 08:00, or TOML; none, or confirmed where it is as assumed.",
)
@click.option("--source", required=True, metavar="TEXT", help="Version and page of the approved protocol.")
def site_value(acting: Acting, *, protocol: str | None, field: str, value: str, source: str) -> int:
    """Enter the approved protocol's value for a field that is unknown or assumed."""
    typed = completing.readable(Typed(field, value, source))
    warn_personal(acting.words, typed.value, typed.source)
    with opened(acting) as study:
        with study.snapshot():
            begun = completing.begin(study, protocol, (typed,), acting.answers)
            making = completing.previewing(study, begun)
            previews = collected(acting.words("Deciding"), making, len(completing.affected(study, begun)))
        completion = replace(begun, previews=previews)
        entries: tuple[Entry, ...] = ()
        if not acting.preview:
            refuse_first(acting.words, completion.previews)
            if not in_apply():
                for _ in care.backing_up(acting.path, care.Target(), occasion=care.Occasion.AMENDMENT):
                    pass
            entries = completing.commit(study, completion)
        _tell(acting, study, completion, entries)
    return 0


def _tell(acting: Acting, study: Study, completion: Completion, entries: tuple[Entry, ...]) -> None:
    w = acting.words
    command = completion.new[-1].command
    entry = entries[len(completion.new) - 1] if entries else None
    if in_apply():
        tell(acting, Outcome(None, None, entry, 0, command=command))
        return
    outcomes = outcomes_of(study, completion.previews, entries)
    if acting.as_json:
        echo_json(_document(w, completion, entries, outcomes))
        return
    said = entry_sentence(w, command)
    if entry is None:
        click.echo(w("Preview, nothing is saved: {what}", what=said))
    else:
        click.echo(w("Entry {entry}: {what}", entry=entry.number, what=said))
    for outcome in outcomes:
        print_outcome(w, outcome)
    _print_open(w, completion)


def _print_open(w: Words, completion: Completion) -> None:
    left = completion.protocol.open_fields()
    if not left:
        click.echo(w("No field of the protocol is open any more."))
        return
    click.echo(w("{title}:", title=w("Still open")))
    for entry in left:
        click.echo(
            w(
                "  {path}  {name} ({status})",
                path=entry.field,
                name=printable(field_name(w, entry.field, completion.protocol)),
                status=provenance_name(w, entry.status),
            )
        )


def _document(
    w: Words, completion: Completion, entries: tuple[Entry, ...], outcomes: list[Outcome]
) -> dict[str, Any]:
    return {
        "format": 1,
        "preview": not entries,
        "batch": completion.batch if entries else None,
        "entries": [entries[0].number, entries[-1].number] if entries else None,
        "values": [
            {"field": one.field, "value": one.value, "source": one.source} for one in completion.typed
        ],
        "protocols": [
            {
                "from": version.number,
                "number": version.becomes,
                "code": version.after.code,
                "version": version.after.version,
                "reading": version.after.reading.name,
                "sha256": version.after.sha256,
                "site_values": version.after.site_values,
            }
            for version in completion.versions
        ],
        "open": [
            {
                "field": entry.field,
                "status": entry.status.value,
                "note": None if entry.note is None else entry.note.said(w.language),
            }
            for entry in completion.protocol.open_fields()
        ],
        "patients": [document(w, outcome) for outcome in outcomes],
    }
