"""A refused action, as data: what a person asked for that cannot be done; `wording` makes the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

Fact = str | int | date


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Raised where a person's input cannot be used; `kind` and `facts` make its one sentence."""

    def __init__(self, kind: str, **facts: Fact) -> None:
        """Keep the kind and the facts of the sentence."""
        super().__init__(kind)
        self.kind = kind
        self.facts: Mapping[str, Fact] = facts
