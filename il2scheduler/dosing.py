"""Doses as people type them, and what the site's product makes of a dose: volume, syringe, vials."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from il2scheduler.refusal import Refusal

MAX_MILLION = 200
MAX_ML = 100
MAX_HOURS = 720
GRADUATION_ML = Decimal("0.01")
"""What a syringe of 1 mL shows, the one for subcutaneous doses."""
SMALLEST_ML, LARGEST_ML, MOST_ROUNDED = Fraction(1, 10), Fraction(1), Fraction(2, 100)
"""Volumes outside the first two, in mL, and a rounding by more than the third of the dose are flagged."""
LEAST_OF_DILUENT, MOST_OF_DILUENT = Fraction(1, 2), Fraction(11, 10)
_DOSE = re.compile(r"(?P<whole>[0-9]{1,3})(?:[.,](?P<part>[0-9]{1,3}))?", re.ASCII)
_ML = re.compile(r"(?P<whole>[0-9]{1,3})(?:[.,](?P<part>[0-9]{1,2}))?", re.ASCII)
_HOURS = re.compile(r"[0-9]{1,3}", re.ASCII)


# --- As people type them ---


def read_million(text: str) -> int:
    """International units of a dose typed in millions: `4.5` and `4,5` are 4 500 000.

    ASCII digits only, at most three decimals, no sign, no exponent, no separator of groups: `18,000` is 18
    in one language and 18 000 in another, so three decimals behind a whole number are refused, those of
    `0.333` are not. `Refusal` otherwise.
    """
    match = _DOSE.fullmatch(text.strip(" "))
    if match is None:
        raise Refusal("dose-form", found=text[:40])
    if len(match["part"] or "") == 3 and match["whole"].strip("0"):
        raise Refusal("dose-ambiguous", found=text[:40])
    units = int(match["whole"]) * 1_000_000 + int((match["part"] or "").ljust(6, "0"))
    if not 0 < units <= MAX_MILLION * 1_000_000:
        raise Refusal("dose-range", found=text[:40], limit=MAX_MILLION)
    return units


def possible(units: int) -> int:
    """International units that can be a dose at all, however they came in; `Refusal` otherwise."""
    if not 0 < units <= MAX_MILLION * 1_000_000:
        raise Refusal("dose-range", found=f"{units / 1_000_000:g}", limit=MAX_MILLION)
    return units


def read_ml(text: str) -> Decimal:
    """A volume typed in mL, more than 0 and at most 100, with at most two decimals; `Refusal` otherwise."""
    match = _ML.fullmatch(text.strip(" "))
    if match is None:
        raise Refusal("volume-form", found=text[:40])
    found = Decimal(f"{match['whole']}.{match['part'] or 0}").normalize()
    if not 0 < found <= MAX_ML:
        raise Refusal("volume-range", found=text[:40], limit=MAX_ML)
    return Decimal(format(found, "f"))  # 10 and not 1E+1


def read_hours(text: str) -> int:
    """Whole hours, 1 to 720 (30 days); `Refusal` otherwise."""
    typed = text.strip(" ")
    if not _HOURS.fullmatch(typed) or not 0 < int(typed) <= MAX_HOURS:
        raise Refusal("hours-form", found=text[:40], limit=MAX_HOURS)
    return int(typed)


# --- The product ---


class VialFor(StrEnum):
    """Which injections may be drawn from one vial, within the hours it may be used."""

    INJECTION = "one-injection"
    PLACE = "one-place"
    PATIENT = "one-patient"
    ALL = "all-patients"


@dataclass(frozen=True, slots=True)
class Product:
    """What the site's pharmacy entered of the product of one drug; nothing of it is ever supposed.

    `drug` is the drug's code in the protocols. `vial_iu` is what can be drawn from one vial and
    `concentration_iu` what one mL holds after reconstitution, both in international units; `diluent_ml` is
    what is added to a vial, None where nobody said. `use_within_hours` counts from reconstitution; without
    it nothing is drawn later from a vial that was opened. `VialFor.PLACE` is one patient at one place.
    """

    name: str
    drug: str
    vial_iu: int
    concentration_iu: int
    diluent_ml: Decimal | None = None
    use_within_hours: int | None = None
    vial_for: VialFor = VialFor.PATIENT

    @property
    def vial_ml(self) -> Fraction:
        """What can be drawn from one vial, in mL."""
        return Fraction(self.vial_iu, self.concentration_iu)

    @property
    def doubtful(self) -> bool:
        """True where a vial would give less than half, or over a tenth more, than the diluent put into it.

        The two seldom agree exactly: powder takes room, and some of a vial cannot be drawn.
        """
        if self.diluent_ml is None:
            return False
        return not LEAST_OF_DILUENT <= self.vial_ml / Fraction(self.diluent_ml) <= MOST_OF_DILUENT


def facts_of(product: Product) -> dict[str, object]:
    """A product as it stands in a study, in an entry and in JSON documents."""
    return {
        "name": product.name,
        "drug": product.drug,
        "vial_iu": product.vial_iu,
        "concentration_iu": product.concentration_iu,
        "diluent_ml": None if product.diluent_ml is None else str(product.diluent_ml),
        "use_within_hours": product.use_within_hours,
        "vial_for": product.vial_for.value,
    }


def product_of(facts: Mapping[str, Any]) -> Product:
    """The product that `facts_of` gave the facts of; what is unknown may be left out."""
    diluent = facts.get("diluent_ml")
    return Product(
        name=facts["name"],
        drug=facts["drug"],
        vial_iu=facts["vial_iu"],
        concentration_iu=facts["concentration_iu"],
        diluent_ml=None if diluent is None else Decimal(diluent),
        use_within_hours=facts.get("use_within_hours"),
        vial_for=VialFor(facts["vial_for"]),
    )


def for_drug(product: Product | None, drug: str) -> Product | None:
    """The product where one was entered and it is of this drug."""
    return product if product is not None and product.drug == drug else None


# --- Volume ---


class Flag(StrEnum):
    """What the person who prepares a dose must be told of its volume."""

    SMALL = "under-smallest"
    LARGE = "over-largest"
    ROUNDED = "rounded"


@dataclass(frozen=True, slots=True)
class Volume:
    """The volume of a dose: exact, and as the syringe shows it, both in mL.

    `shown` is zero where the volume is less than half a graduation: such a dose cannot be measured.
    """

    exact: Fraction
    shown: Decimal

    @property
    def rounding(self) -> Fraction:
        """The part of the dose by which the shown volume is too much, or below zero too little."""
        return Fraction(self.shown) / self.exact - 1

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What is to be told: under 0.1 mL, over 1 mL, rounded by more than 2 % of the dose."""
        found = {
            Flag.SMALL: self.exact < SMALLEST_ML,
            Flag.LARGE: self.exact > LARGEST_ML,
            Flag.ROUNDED: abs(self.rounding) > MOST_ROUNDED,
        }
        return tuple(flag for flag, is_so in found.items() if is_so)


def volume(dose_iu: int, concentration_iu: int) -> Volume:
    """Dose divided by concentration (international units per mL), to the nearest 0.01 mL, halves up."""
    exact = Fraction(dose_iu, concentration_iu)
    graduations = exact / Fraction(GRADUATION_ML)
    # A half exactly is rounded up, as on paper; Python would round it to the even neighbour.
    whole = Decimal((graduations + Fraction(1, 2)).__floor__())
    return Volume(exact, (whole * GRADUATION_ML).quantize(GRADUATION_ML, ROUND_HALF_UP))


# --- Vials ---


@dataclass(frozen=True, slots=True)
class Draw:
    """An injection to be drawn from a vial: when by the clock of the site, how much, for whom and where."""

    at: datetime
    dose_iu: int
    patient: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """One or more vials opened together for injections: of one patient, "" where patients share them."""

    at: datetime
    vials: int
    patient: str
    draws: tuple[Draw, ...]


def opened(draws: Iterable[Draw], product: Product) -> tuple[Opened, ...]:
    """The vials that injections need, by the time of opening; none is used longer than the product allows.

    In the order of time each injection is drawn from the vial in use, while that holds the whole dose and
    its hours are not over; then the next is opened. What two vials have left is never put together, and a
    dose larger than a vial has vials of its own. A vial is reconstituted before its first injection, so one
    that comes exactly `use_within_hours` later is past the limit. Doses must be above zero (`ValueError`).
    """
    groups: defaultdict[tuple[str, str], list[Draw]] = defaultdict(list)
    for draw in sorted(draws, key=lambda one: (one.at, one.patient, one.place, one.dose_iu)):
        if draw.dose_iu <= 0:
            raise ValueError(draw)
        groups[_sharing(draw, product.vial_for)].append(draw)
    found = [vial for (patient, _), group in groups.items() for vial in _one_by_one(patient, group, product)]
    return tuple(sorted(found, key=lambda vial: (vial.at, vial.patient)))


def vials(draws: Iterable[Draw], product: Product) -> int:
    """How many vials injections need, opened as `opened` says."""
    return sum(vial.vials for vial in opened(draws, product))


def _sharing(draw: Draw, vial_for: VialFor) -> tuple[str, str]:
    """What injections that may share a vial have in common; for one injection only, patient is enough."""
    if vial_for is VialFor.ALL:
        return "", ""
    return draw.patient, draw.place if vial_for is VialFor.PLACE else ""


def _one_by_one(patient: str, draws: Sequence[Draw], product: Product) -> list[Opened]:
    shared = product.use_within_hours is not None and product.vial_for is not VialFor.INJECTION
    hours = timedelta(hours=product.use_within_hours or 0)
    found: list[Opened] = []
    in_use: list[Draw] = []
    for draw in draws:
        if draw.dose_iu > product.vial_iu:
            whole = -(-draw.dose_iu // product.vial_iu)
            found.append(Opened(draw.at, whole, patient, (draw,)))
            continue
        left = product.vial_iu - sum(one.dose_iu for one in in_use)
        if in_use and not (shared and draw.dose_iu <= left and draw.at - in_use[0].at < hours):
            found.append(Opened(in_use[0].at, 1, patient, tuple(in_use)))
            in_use = []
        in_use.append(draw)
    if in_use:
        found.append(Opened(in_use[0].at, 1, patient, tuple(in_use)))
    return found
