"""`il2scheduler amend`: an amended protocol for the patients on it, previewed whole and saved whole.

With `--json` one document::

    {"format": 1, "preview": false, "batch": "amend-...", "entries": [7, 9]|null, "open_again": [field, ...],
     "protocol": {"number": 2, "code": ..., "version": ..., "reading": ..., "sha256": ..., "new": true},
     "patients": [ the document of every change, one for each patient ]}
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from il2scheduler.cli.acting import Acting, changes, opened
from il2scheduler.cli.documents import echo_json
from il2scheduler.cli.outcomes import Outcome, document, outcomes_of, print_outcome, refuse_first
from il2scheduler.cli.progress import collected
from il2scheduler.cli.study import template_text
from il2scheduler.i18n import words
from il2scheduler.ledger import Entry
from il2scheduler.study import Study, amending, care
from il2scheduler.wording import field_name, printable


@click.command()
@changes
@click.argument("patients", nargs=-1, metavar="[PATIENT]...")
@click.option(
    "--protocol", required=True, metavar="FILE", help="The amended template, or a code of the list."
)
@click.option("--reading", metavar="NAME", help="The reading; that of the patients when absent.")
def amend(acting: Acting, *, patients: tuple[str, ...], protocol: str, reading: str | None) -> int:
    """Put patients on an amended protocol; what is recorded stays as it was recorded."""
    with opened(acting) as study:
        source = template_text(protocol, _reading(study, protocol, reading, acting.language), acting.language)
        with study.snapshot():
            begun = amending.begin(study, source, patients, acting.answers)
            making = amending.previewing(study, begun)
            previews = collected(acting.words("Deciding"), making, len(begun.codes))
        amendment = replace(begun, previews=previews)
        entries: tuple[Entry, ...] = ()
        if not acting.preview:
            refuse_first(acting.words, amendment.previews)
            for _ in care.backing_up(acting.path, care.Target(), occasion=care.Occasion.AMENDMENT):
                pass
            entries = amending.commit(study, amendment)
        _tell(acting, study, amendment, entries)
    return 0


def _reading(study: Study, protocol: str, reading: str | None, language: str) -> str | None:
    """The reading typed, else the one that the patients of the protocol are on, where the file has it."""
    if reading is not None:
        return reading
    _, said, _ = template_text(protocol, None, language)
    known = {
        entry.protocol.reading.name for entry in study.protocols.values() if entry.protocol.code == said.code
    }
    present = {r.name for r in said.readings}
    return known.pop() if len(known) == 1 and known <= present else None


def _tell(acting: Acting, study: Study, amendment: amending.Amendment, entries: tuple[Entry, ...]) -> None:
    outcomes = outcomes_of(study, amendment.previews, entries)
    w = words(acting.language)
    if acting.as_json:
        echo_json(_document(acting, amendment, entries, outcomes))
        return
    if amendment.left_out:
        names = [printable(field_name(w, one.field, amendment.protocol)) for one in amendment.left_out]
        click.echo(
            w(
                "What the site entered before is open again in this version: {fields}. Enter it anew with "
                "`il2scheduler site-value`.",
                fields=w("; ").join(names),
            )
        )
    for outcome in outcomes:
        print_outcome(w, outcome)


def _document(
    acting: Acting, amendment: amending.Amendment, entries: tuple[Entry, ...], outcomes: list[Outcome]
) -> dict[str, Any]:
    protocol = amendment.protocol
    return {
        "format": 1,
        "preview": not entries,
        "batch": amendment.batch if entries else None,
        "entries": [entries[0].number, entries[-1].number] if entries else None,
        "protocol": {
            "number": amendment.number,
            "code": protocol.code,
            "version": protocol.version,
            "reading": protocol.reading.name,
            "sha256": protocol.sha256,
            "new": amendment.new is not None,
        },
        "open_again": [one.field for one in amendment.left_out],
        "patients": [document(acting.words, outcome) for outcome in outcomes],
    }
