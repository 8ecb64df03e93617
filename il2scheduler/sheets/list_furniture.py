"""What stands on every page of a list over all patients: the days, the site, the study's revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from il2scheduler.i18n import Words, words
from il2scheduler.sheets import fonts
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import (
    MARGIN,
    SIZE,
    SMALL,
    Field,
    Furniture,
    flowing,
    printed_said,
    signed_foot,
    signed_height,
)
from il2scheduler.sheets.page import THICK, Page, base_of, leading_of, wrapped
from il2scheduler.sheets.printing import Printing


@dataclass(frozen=True, slots=True)
class ListFurniture:
    """The head and foot of a list; `corner` stands opposite the title, as the patient does on a sheet.

    The revision and the chain head of `printing` are those of the study; `reconstructed` is False where
    every protocol of the list was typed from the approved one.
    """

    title: str
    corner: str
    fields: tuple[Field, ...]
    printing: Printing
    banner_page: int = 1
    reconstructed: bool = True

    @property
    def w(self) -> Words:
        """The words of the document's language."""
        return words(self.printing.language)

    def head(self, page: Page, y: float, *, part: str = "", remind: bool = False) -> float:
        """Draw the head from `y` down; returns where the content may begin.

        `remind` changes nothing: a list says on its first page what is not settled.
        """
        del remind
        right, big = page.wide - MARGIN, 13.0
        title = f"{self.title} \u2013 {part}" if part else self.title
        page.to_right(right, y + base_of(big, leading_of(big)), self.corner, big, bold=True)
        room = right - MARGIN - fonts.width(fonts.plain(self.corner), big, bold=True) - 16
        y = page.lines(MARGIN, y, list(wrapped(title, big, max(room, 150.0), bold=True)), big, bold=True)
        y = flowing(page, y, [*self.fields, Field(self.w("Site:"), self.printing.site, blank=220)], SIZE)
        page.rule(MARGIN, y + 3, right, y + 3, THICK)
        return y + 7

    def foot_height(self, page: Page, _number: int, *, neutral: bool = False) -> float:
        """How much of the bottom of a page the foot takes."""
        del neutral
        return signed_height(self._notes(page))

    def foot(self, page: Page, number: int, count: int, *, neutral: bool = False) -> None:
        """Draw the foot: signatures, what the list is not, revision, print, page x of y."""
        del neutral
        signed_foot(self.w, page, number, count, self._notes(page))

    def _notes(self, page: Page) -> list[str]:
        w, printing = self.w, self.printing
        revision = w("Study revision {revision}", revision=printing.revision)
        if printing.chain_head:
            revision += ", " + w("chain {head}", head=printing.chain_head[:12])
        said = [w("Not a prescription."), f"{revision}.", printed_said(w, printing)]
        if self.reconstructed:
            said.insert(1, w("Reconstructed, not the approved protocol."))
        if printing.program_version:
            said.append(f"il2scheduler {printing.program_version}.")
        return list(wrapped(" ".join(said), SMALL, page.wide - 2 * MARGIN))


def list_flow(furniture: ListFurniture, *, landscape: bool = False) -> Flow:
    """Pages for a list: a flow asks of its furniture only what both kinds have."""
    return Flow(cast("Furniture", furniture), landscape=landscape)
