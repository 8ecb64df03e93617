"""The pharmacy's product on the command line: the options of `study set`, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from il2scheduler.dosing import Product, VialFor
from il2scheduler.i18n import Words
from il2scheduler.study import Study, pharmacy
from il2scheduler.study.printed import before_product
from il2scheduler.wording import printable
from il2scheduler.wording.product import doubt_said, product_sentence

_OPTIONS = {
    "product": "name",
    "vial": "vial",
    "concentration": "concentration",
    "diluent": "diluent",
    "use_within_hours": "use_within_hours",
    "vial_for": "vial_for",
    "product_drug": "drug",
}


def product_options(function: Any) -> Any:  # noqa: ANN401 - a decorator of click's
    """The options that say what the pharmacy has."""
    options = (
        click.option("--product", metavar="NAME", help="The pharmacy's product; none: take it out again."),
        click.option(
            "--vial", metavar="MILLION", help="Million international units that can be drawn from one vial."
        ),
        click.option(
            "--concentration",
            metavar="MILLION",
            help="Million international units in one mL after reconstitution.",
        ),
        click.option("--diluent", metavar="ML", help="mL of diluent added to a vial; none: not known."),
        click.option(
            "--use-within-hours",
            metavar="HOURS",
            help="Hours a vial may be used after reconstitution; none: nothing is drawn from it later.",
        ),
        click.option(
            "--vial-for",
            type=click.Choice([choice.value for choice in VialFor]),
            help="Who may share a vial within these hours; one-patient when never said.",
        ),
        click.option(
            "--product-drug",
            metavar="CODE",
            help="The drug it is, where the protocols have several.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def take_product(typed: dict[str, Any]) -> dict[str, str]:
    """Take the options of the product out of what was typed."""
    found = {field: typed.pop(option) for option, field in _OPTIONS.items()}
    return {field: value for field, value in found.items() if value is not None}


def new_product(study: Study, typed: Mapping[str, str]) -> Product | None:
    """The product as it will be, None where it is taken out; `Refusal` where it cannot be used."""
    if typed.get("name") == pharmacy.NONE:
        if len(typed) > 1:
            raise click.UsageError("--product none takes the product out; give no other option of it.")
        return None
    texts = {field: value for field, value in typed.items() if field != "vial_for"}
    vial_for = VialFor(typed["vial_for"]) if "vial_for" in typed else None
    said = pharmacy.Typed(**texts, vial_for=vial_for)
    return pharmacy.product_typed(said, study.settings.product, pharmacy.drugs(study.protocols))


def warn_doubtful(w: Words, product: Product | None) -> None:
    """A word of caution on stderr where vial, diluent and concentration hardly go together."""
    said = "" if product is None else doubt_said(w, product)
    if said:
        click.echo(said, err=True)


def warn_printed(w: Words, study: Study) -> None:
    """Name on stderr the dosing sheets in use whose volumes are of another product."""
    for one in before_product(study.store):
        name = w("dosing sheets")
        if one.cycle is not None:
            name = w("{sheets} of cycle {cycles}", sheets=name, cycles=one.cycle)
        said = w("{patient}: {sheet}, printed with another product", patient=one.patient, sheet=name)
        click.echo(printable(w("To be printed anew: {what}", what=said)), err=True)


def product_line(w: Words, product: Product | None) -> str:
    """The product in `study info`."""
    if product is None:
        return w("Pharmacy's product: not entered")
    return w("Pharmacy's product: {product}", product=printable(product_sentence(w, product)))
