"""A dose as people type it, in million international units, read without any guess."""

from __future__ import annotations

import re

from il2scheduler.refusal import Refusal

MAX_MILLION = 200
_DOSE = re.compile(r"(?P<whole>[0-9]{1,3})(?:[.,](?P<part>[0-9]{1,3}))?", re.ASCII)


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
