"""The places on the body where an injection is given, as the dosing sheet's map has them."""

from __future__ import annotations

from il2scheduler.i18n import N_, Words

SITES = (
    N_("left side of the abdomen"),
    N_("right side of the abdomen"),
    N_("left thigh"),
    N_("right thigh"),
    N_("left arm"),
    N_("right arm"),
)
"""In the order of the map."""


def site_names(words: Words) -> tuple[str, ...]:
    """Every site in a language; what a person types beside them is kept as it is."""
    return tuple(words(site) for site in SITES)
