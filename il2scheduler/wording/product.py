"""The site's product said in words: what it is, the volume of a dose with its formula, and what to heed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal

from il2scheduler.dosing import GRADUATION_ML, Flag, Product, VialFor, Volume, volume
from il2scheduler.i18n import N_, Words

VIAL_FOR = {
    VialFor.INJECTION: N_("a vial is for one injection only"),
    VialFor.PLACE: N_("a vial is for injections of one patient at one place"),
    VialFor.PATIENT: N_("a vial is for injections of one patient"),
    VialFor.ALL: N_("patients share a vial"),
}


def product_facts_said(w: Words, product: Product, *, concentration: bool = True) -> list[str]:
    """What the pharmacy entered, one short statement each; hours and diluent only where they are known."""
    said = [w("one vial gives {dose}", dose=w.dose(product.vial_iu))]
    if product.diluent_ml is not None:
        said.append(w("diluent {volume} mL", volume=w.number(product.diluent_ml)))
    if concentration:
        said.append(w("{dose} per mL after reconstitution", dose=w.dose(product.concentration_iu)))
    if product.use_within_hours is None:
        said.append(w("nothing is drawn later from a vial that was opened"))
        return said
    said.append(
        w.plural(
            "to be used within {count} hour of reconstitution",
            "to be used within {count} hours of reconstitution",
            product.use_within_hours,
        )
    )
    said.append(w(VIAL_FOR[product.vial_for]))
    return said


def listed(w: Words, said: Sequence[str]) -> str:
    """Statements one after the other."""
    return w("; ").join(said)


def product_sentence(w: Words, product: Product) -> str:
    """The product and all that was entered of it, in one sentence."""
    return w("{product}: {facts}.", product=product.name, facts=listed(w, product_facts_said(w, product)))


def doubt_said(w: Words, product: Product) -> str:
    """What to check where vial, diluent and concentration hardly go together; empty where they do."""
    if product.diluent_ml is None or not product.doubtful:
        return ""
    drawn = (Decimal(product.vial_iu) / Decimal(product.concentration_iu)).quantize(GRADUATION_ML)
    return w(
        "Check the figures with the label: one vial would give {drawn} mL, with {diluent} mL of diluent "
        "in it.",
        drawn=w.number(drawn),
        diluent=w.number(product.diluent_ml),
    )


def volume_said(w: Words, dose_iu: int, product: Product) -> str:
    """The volume to inject: `0.25 mL`; that it is less than a syringe shows where it cannot be measured."""
    shown = volume(dose_iu, product.concentration_iu).shown
    if not shown:
        return w("less than {limit} mL", limit=w.number(GRADUATION_ML))
    return w("{volume} mL", volume=w.number(shown)).replace(" ", "\u00a0")


def formula(w: Words, dose_iu: int, product: Product) -> str:
    """Dose ÷ concentration = volume, in whole words."""
    return w(
        "{dose} ÷ {concentration} per mL = {volume}",
        dose=w.dose(dose_iu),
        concentration=w.dose(product.concentration_iu),
        volume=volume_said(w, dose_iu, product),
    )


def heed(w: Words, dose_iu: int, product: Product) -> str:
    """What the person who prepares the dose must heed, in one line; empty where all is well."""
    found = volume(dose_iu, product.concentration_iu)
    said = {
        Flag.SMALL: w("under {limit} mL, hard to measure", limit=w.number(Decimal("0.1"))),
        Flag.LARGE: w("over 1 mL, it may need two syringes and two sites"),
        Flag.ROUNDED: _rounded(w, found),
    }
    flags = [said[flag] for flag in found.flags]
    if not flags:
        return ""
    said_together = listed(w, flags)
    return w("{flags}. Ask the pharmacy.", flags=said_together[:1].upper() + said_together[1:])


def _rounded(w: Words, found: Volume) -> str:
    if not found.shown:
        return w("not to be measured with this concentration")
    part = abs(found.rounding) * 100
    percent = (Decimal(part.numerator) / Decimal(part.denominator)).quantize(Decimal("0.1"), ROUND_UP)
    text = N_("rounded to {percent} % more than the dose")
    if found.rounding < 0:
        text = N_("rounded to {percent} % less than the dose")
    return w(text, percent=w.number(percent))
