"""`il2scheduler study`: make a study, say what is in it, add protocols, change its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from il2scheduler import library, typed_text
from il2scheduler.cli.acting import Acting, changes, opened, reads, tell
from il2scheduler.cli.closed_now import newly_closed, offered
from il2scheduler.cli.documents import echo_json
from il2scheduler.cli.outcomes import Outcome
from il2scheduler.cli.product import (
    new_product,
    product_line,
    product_options,
    take_product,
    warn_doubtful,
    warn_printed,
)
from il2scheduler.cli.templates import open_protocol
from il2scheduler.cli.values import WEEKDAYS
from il2scheduler.dosing import facts_of
from il2scheduler.i18n import Words, words
from il2scheduler.ledger import Entry
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.study import Settings, Study, amending, pharmacy, with_holidays
from il2scheduler.study.commands_json import as_json
from il2scheduler.study.settings import checked, setting_changes
from il2scheduler.wording import printable

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NO_LIMIT = 0


@click.group(no_args_is_help=False)
def study() -> None:
    """Make a study file, say what is in it, change its settings, check it, copy it.

    A study is one file, which holds one clinic's patients on one or more protocols.
    """


def _site_options(function: Any) -> Any:  # noqa: ANN401 - a decorator of click's
    options = (
        click.option("--site", metavar="NAME", help="The site's name, for the sheets."),
        click.option("--country", metavar="FR", help="Country of the public holidays."),
        click.option("--subdivision", metavar="57", help="Subdivision with its own holidays; none: none."),
        click.option("--closed", type=WEEKDAYS, help="Closed weekdays, such as sat,sun; none: none."),
        click.option("--timezone", metavar="ZONE", help="Time zone of the site."),
        click.option(
            "--places-injections",
            type=click.IntRange(0, 9999),
            help="Places a day for injections; 0: no limit.",
        ),
        click.option(
            "--places-visits", type=click.IntRange(0, 9999), help="Places a day for visits; 0: no limit."
        ),
        click.option("--warn-bridge-days/--no-warn-bridge-days", default=None, help="Warn of bridge days."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@study.command()
@changes
@click.option(
    "--protocol", required=True, metavar="CODE|FILE", help="A code of the list, or a template file."
)
@click.option("--reading", metavar="NAME", help="The reading of disputed fields; the default when absent.")
@_site_options
def new(acting: Acting, *, protocol: str, reading: str | None, **typed: Any) -> int:  # noqa: ANN401
    """Make a new study file with a protocol."""
    text, said, status = template_text(protocol, reading, acting.language)
    plain = Settings("", country=said.site.country, timezone=said.site.timezone)
    settings = checked(replace(plain, **_typed_settings(typed)))
    if acting.path.exists():
        raise Refusal("store-exists", file=acting.path.name)
    if acting.preview:
        told = as_json({"command": "new", "protocol": said.code, "reading": said.reading.name})
        tell(acting, Outcome(None, None, None, 0, command=told))
        return 0
    with Study.create(
        acting.path, (text, said, status), settings, who=acting.who, accept_cloud=acting.accept_cloud
    ) as made:
        entry = made.store.entry(made.store.last_entry())
    tell(acting, Outcome(None, None, entry, 0))
    return 0


@study.command("add-protocol")
@changes
@click.argument("protocol", metavar="CODE|FILE")
@click.option("--reading", metavar="NAME", help="The reading of disputed fields; the default when absent.")
def add_protocol(acting: Acting, *, protocol: str, reading: str | None) -> int:
    """Add a protocol to a study."""
    text, said, status = template_text(protocol, reading, acting.language)
    told = amending.adding(said)
    with opened(acting) as held:
        same = (said.sha256, said.reading.name)
        if any((p.protocol.sha256, p.protocol.reading.name) == same for p in held.protocols.values()):
            raise Refusal("protocol-known")
        if not acting.preview:
            held.add_protocol(text, said, status, told, acting.reason)
        tell(acting, study_outcome(acting, held, told))
    return 0


@study.command("set")
@changes
@click.option("--title", metavar="TEXT", help="A title for lists.")
@_site_options
@product_options
def set_(acting: Acting, *, title: str | None, **typed: Any) -> int:  # noqa: ANN401
    """Change settings of the site, or the pharmacy's product.

    Appointments stay where they are, and findings tell what the settings hit.
    """
    product = take_product(typed)
    values = _typed_settings(typed)
    if title is not None:
        values["title"] = typed_text.line(title)
    if product:
        if values:
            raise click.UsageError("Change the product and other settings with a command each.")
        with opened(acting) as held:
            made = new_product(held, product)
            warn_doubtful(acting.words, made)
            change_settings(acting, held, replace(held.settings, product=made), pharmacy.entry_of(made))
            if not acting.preview:
                warn_printed(acting.words, held)
        return 0
    if not values:
        raise click.UsageError("Give at least one setting to change.")
    shown = {name: _shown(value) for name, value in values.items()}
    told: dict[str, object] = {"command": "set", "values": shown}
    with opened(acting) as held:
        change_settings(acting, held, replace(held.settings, **values), told)
    return 0


def change_settings(
    acting: Acting, held: Study, settings: Settings, told: Mapping[str, object], *, why: str | None = None
) -> None:
    """Preview or save other settings, and tell the outcome; `why` is the reason where none was typed."""
    before, today = held.settings, acting.today or held.today()
    settings = checked(settings)
    if (settings.country, settings.subdivision) != (before.country, before.subdivision):
        settings = with_holidays(settings, held.today().year)
    altered = any(change.before is not None for change in setting_changes(before, settings))
    if acting.preview:
        if settings == before:
            raise Refusal("nothing-changes")
    else:
        held.change_settings(settings, told, acting.reason or why)
    outcome = study_outcome(acting, held, told)
    hits = newly_closed(held, before, settings, today)
    offers, needs = offered(held, settings, hits), altered and why is None
    told_of = replace(outcome, hits=hits, offers=offers, needs_reason=needs, reason=acting.reason)
    tell(acting, told_of)


def study_outcome(acting: Acting, held: Study, told: Mapping[str, object]) -> Outcome:
    """The outcome of what concerns the study itself: its last entry, none in a preview."""
    entry: Entry | None = None if acting.preview else held.store.entry(held.store.last_entry())
    return Outcome(None, None, entry, 0, command=as_json(dict(told)))


def template_text(name: str, reading: str | None, language: str) -> tuple[str, Protocol, str]:
    """The full text of a template, what it says in a reading, and whether it ships or came from a file."""
    open_protocol(name, reading, language)
    return library.source(library.find(name), reading)


def _typed_settings(typed: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in typed.items() if value is not None}
    if "site" in values:
        values["site"] = typed_text.line(values["site"])
    if values.get("subdivision") == "none":
        values["subdivision"] = None
    if "closed" in values:
        values["closed_weekdays"] = values.pop("closed")
    for name in ("places_injections", "places_visits"):
        if values.get(name) == _NO_LIMIT:
            values[name] = None
    return values


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return ",".join(_WEEKDAYS[number] for number in range(7) if number in value) or "none"
    return "none" if value is None else str(value)


@study.command()
@reads
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def info(held: Study, *, language: str, as_json: bool) -> int:
    """Say what is in a study: site, protocols, patients, entries."""
    told = study_document(held)
    if as_json:
        echo_json({"format": 1, "study": told})
        return 0
    w = words(language)
    for line in _info_lines(w, told, product_line(w, held.settings.product)):
        click.echo(line)
    return 0


def study_document(held: Study) -> dict[str, Any]:
    """The study itself: the object under `study` of `study info --json` and `show --json`."""
    settings, head = held.settings, held.store.head(None)
    return {
        "id": settings.study_id,
        "title": settings.title,
        "site": settings.site,
        "country": settings.country,
        "subdivision": settings.subdivision,
        "closed": _shown(settings.closed_weekdays).split(","),
        "timezone": settings.timezone,
        "places_injections": settings.places_injections,
        "places_visits": settings.places_visits,
        "warn_bridge_days": settings.warn_bridge_days,
        "product": None if settings.product is None else facts_of(settings.product),
        "closures": [
            {"first": c.first.isoformat(), "last": c.last.isoformat(), "name": c.name}
            for c in settings.closures
        ],
        "recurring": [
            {"rule": c.rule, "first": c.first.isoformat(), "name": c.name} for c in settings.recurring
        ],
        "opened": sorted(day.isoformat() for day in settings.opened),
        "protocols": [
            {
                "number": number,
                "code": entry.protocol.code,
                "version": entry.protocol.version,
                "reading": entry.protocol.reading.name,
                "status": entry.status,
                "sha256": entry.protocol.sha256,
                "site_values": entry.protocol.site_values,
            }
            for number, entry in sorted(held.protocols.items())
        ],
        "patients": len(held.patients()),
        "entries": head.entry,
        "head": head.hash,
    }


def _info_lines(w: Words, told: dict[str, Any], product: str) -> list[str]:
    unlimited = w("no limit")
    lines = [
        w("Site: {site}", site=printable(told["site"] or "-")),
        w("Country {country}, time zone {timezone}", country=told["country"], timezone=told["timezone"]),
        w("Closed: {days}", days=", ".join(told["closed"])),
        w(
            "Places a day: {injections} for injections, {visits} for visits",
            injections=told["places_injections"] or unlimited,
            visits=told["places_visits"] or unlimited,
        ),
        product,
    ]
    lines += [
        w("Protocol {code}, version {version}, reading {reading}", **{**p, "code": printable(p["code"])})
        + (
            w.plural(", {count} value of the site", ", {count} values of the site", p["site_values"])
            if p["site_values"]
            else ""
        )
        for p in told["protocols"]
    ]
    lines.append(w.plural("{count} patient", "{count} patients", told["patients"]))
    lines.append(w.plural("{count} entry", "{count} entries", told["entries"]))
    lines.append(w("Head of the chain: {head}", head=told["head"][:12]))
    return lines
