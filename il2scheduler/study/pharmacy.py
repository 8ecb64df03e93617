"""The site's product of a study: read from what the pharmacy types, taken out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from il2scheduler import typed_text
from il2scheduler.dosing import Product, VialFor, facts_of, read_hours, read_million, read_ml
from il2scheduler.refusal import Refusal
from il2scheduler.study.reading import StudyProtocol

MOST_LETTERS = 60
NONE = "none"
"""Typed for a diluent or for hours that are not known."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed of a product, as text; None where nothing is said, so that it stays as it is."""

    name: str | None = None
    vial: str | None = None
    concentration: str | None = None
    diluent: str | None = None
    use_within_hours: str | None = None
    vial_for: VialFor | None = None
    drug: str | None = None


def drugs(protocols: Mapping[int, StudyProtocol]) -> tuple[str, ...]:
    """The codes of the drugs that the study's protocols inject, in order."""
    arms = (arm for entry in protocols.values() for arm in entry.protocol.arms)
    return tuple(sorted({series.drug for arm in arms for series in arm.series}))


def product_typed(typed: Typed, known: Product | None, of_study: tuple[str, ...]) -> Product:
    """The product as typed, what is not said as it was; `Refusal` where it cannot be used."""
    if known is None and typed.name is None:
        raise Refusal("product-needed")
    if known is None and (typed.vial is None or typed.concentration is None):
        raise Refusal("product-incomplete")
    made = known or Product(name="", drug=_drug(typed.drug, of_study), vial_iu=0, concentration_iu=0)
    if typed.name is not None:
        made = replace(made, name=_name(typed.name))
    if typed.vial is not None:
        made = replace(made, vial_iu=read_million(typed.vial))
    if typed.concentration is not None:
        made = replace(made, concentration_iu=read_million(typed.concentration))
    if typed.diluent is not None:
        made = replace(made, diluent_ml=None if _is_none(typed.diluent) else read_ml(typed.diluent))
    if typed.use_within_hours is not None:
        hours = None if _is_none(typed.use_within_hours) else read_hours(typed.use_within_hours)
        made = replace(made, use_within_hours=hours)
    if typed.vial_for is not None:
        made = replace(made, vial_for=typed.vial_for)
    return made if typed.drug is None else replace(made, drug=_drug(typed.drug, of_study))


def entry_of(product: Product | None) -> dict[str, object]:
    """The command that an entry of the ledger keeps; without a name it takes the product out."""
    return {"command": "product", **({} if product is None else facts_of(product))}


def _name(text: str) -> str:
    name = typed_text.line(text)
    if len(name) > MOST_LETTERS:
        raise Refusal("text-too-long", found=len(name), limit=MOST_LETTERS)
    return name


def _is_none(text: str) -> bool:
    return text.strip(" ") in ("", NONE)


def _drug(typed: str | None, known: tuple[str, ...]) -> str:
    listed = ", ".join(known) or "-"
    if typed is not None:
        if typed not in known:
            raise Refusal("no-drug", found=typed[:60], known=listed)
        return typed
    if len(known) != 1:
        raise Refusal("drug-needed", known=listed)
    return known[0]
