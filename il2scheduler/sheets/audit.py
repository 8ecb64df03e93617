"""Long tables of a whole study on paper: the audit trail, the list of deviations, in an archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from il2scheduler.i18n import Words, words
from il2scheduler.sheets import fonts, pdf
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import MARGIN, SIZE, SMALL, Field, Furniture, flowing
from il2scheduler.sheets.page import THICK, THIN, Page, base_of, leading_of, wrapped
from il2scheduler.sheets.printing import Printing
from il2scheduler.sheets.table import Column, Row, cell, table


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above every page: what the list is, of which study, up to which entry of its ledger."""

    title: str
    study: str
    entries: int
    patient: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list: its cells, each of them paragraphs. `shade` marks it beside a word that says why."""

    cells: tuple[tuple[str, ...], ...]
    shade: bool = False


@dataclass(frozen=True, slots=True)
class _ListFurniture:
    """The head and foot of a list, in the place of those of a patient's sheet."""

    heading: Heading
    printing: Printing
    banner_page: int = 1

    @property
    def w(self) -> Words:
        return words(self.printing.language)

    def head(self, page: Page, y: float, *, part: str = "", remind: bool = False) -> float:  # noqa: ARG002 - as Furniture
        w, right, big = self.w, page.wide - MARGIN, 13.0
        title = f"{self.heading.title} \u2013 {part}" if part else self.heading.title
        y = page.lines(MARGIN, y, list(wrapped(title, big, right - MARGIN, bold=True)), big, bold=True)
        fields = [Field(w("Study:"), self.heading.study), Field(w("Site:"), self.printing.site, blank=220)]
        if self.heading.patient:
            fields.insert(0, Field(w("Patient:"), self.heading.patient))
        y = flowing(page, y, [field for field in fields if field.value or field.blank], SIZE)
        page.rule(MARGIN, y + 3, right, y + 3, THICK)
        return y + 7

    def foot_height(self, page: Page, number: int, *, neutral: bool = False) -> float:  # noqa: ARG002 - as Furniture
        return 8 + leading_of(SMALL) * len(self._notes(page)) + 4

    def foot(self, page: Page, number: int, count: int, *, neutral: bool = False) -> None:
        right = page.wide - MARGIN
        y = page.high - MARGIN - self.foot_height(page, number, neutral=neutral) + 4
        page.rule(MARGIN, y, right, y, THIN)
        numbered = self.w("page {number} of {count}", number=number, count=count)
        page.to_right(right, y + 3 + base_of(SIZE, leading_of(SIZE)), numbered, SIZE, bold=True)
        page.lines(MARGIN, y + 3, self._notes(page), SMALL)

    def _notes(self, page: Page) -> list[str]:
        w, printing = self.w, self.printing
        said = [w("Copied from the study file, entries 1 to {count}.", count=self.heading.entries)]
        if printing.chain_head:
            said.append(w("Chain {head}.", head=printing.chain_head[:12]))
        if printing.program_version:
            said.append(f"il2scheduler {printing.program_version}.")
        return list(wrapped(" ".join(said), SMALL, page.wide - 2 * MARGIN - 120))


def document(
    heading: Heading,
    printing: Printing,
    columns: Sequence[tuple[str, float, float]],
    rows: Iterable[Listed],
    *,
    intro: Sequence[str] = (),
) -> bytes:
    """The PDF of a list; a column is its heading, its width in points and, where it has none, its share.

    What no font can print stands as its code point, `[U+4E2D]`: the text is whole in the table beside it.
    """
    heading = replace(heading, study=printed(heading.study))
    printing = replace(printing, site=printed(printing.site))
    # A flow asks of its furniture only what both kinds have.
    furniture = cast("Furniture", _ListFurniture(heading, printing))
    flow = Flow(furniture, landscape=True)
    flow.start(bookmark=heading.title)
    for text in intro:
        flow.paragraph(printed(text))
    flow.y += 4
    laid = [Row(tuple(cell(*map(printed, texts)) for texts in row.cells), shade=row.shade) for row in rows]
    if laid:
        table(flow, [Column(name, wide, share) for name, wide, share in columns], laid)
    return pdf.written(flow.finish(f"{heading.title} \u2013 {heading.study}"))


def printed(text: str) -> str:
    """A text with each character that no font has written as its code point; it stands on one line."""
    return fonts.spelt(" ".join(text.split()))
