"""Deviations, and visits moved without a window, as rows of a table and of a list on paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from il2scheduler import tables
from il2scheduler.i18n import Words
from il2scheduler.sheets.audit import Listed
from il2scheduler.study.lists import Deviation

_NAMES = ("patient", "date", "kind", "where", "what", "reason", "entry")


@dataclass(frozen=True, slots=True)
class Told:
    """A deviation and the sentence that says it."""

    found: Deviation
    said: str


def as_csv(told: Iterable[Told]) -> bytes:
    """A row for each."""
    return tables.table(
        _NAMES,
        (
            {
                "patient": one.found.patient,
                "date": one.found.date,
                "kind": one.found.kind.value,
                "where": one.found.where,
                "what": one.said,
                "reason": one.found.reason,
                "entry": one.found.entry,
            }
            for one in told
        ),
    )


def columns(w: Words) -> list[tuple[str, float, float]]:
    """The columns on paper: name, width in points, share of what room is left."""
    return [
        (w("Patient"), 60.0, 0.0),
        (w("Date"), 112.0, 0.0),
        (w("What"), 0.0, 1.2),
        (w("Why"), 0.0, 1.0),
        (w("Entry"), 50.0, 0.0),
    ]


def rows(w: Words, told: Iterable[Told]) -> list[Listed]:
    """The rows on paper."""
    return [
        Listed(
            (
                (one.found.patient,),
                ("\u2013" if one.found.date is None else w.staff_date(one.found.date),),
                (one.said,),
                (one.found.reason or "\u2013",),
                ("" if one.found.entry is None else str(one.found.entry),),
            )
        )
        for one in told
    ]
