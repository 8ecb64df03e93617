"""How a sheet is printed: language, paper, site, who and when; and the text that no font can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from il2scheduler.dosing import Product
from il2scheduler.refusal import Refusal

LANGUAGES = ("en", "fr")
PAPERS = ("a4", "letter")


@dataclass(frozen=True, slots=True)
class Printing:
    """What a print says of itself.

    `language` ("en", "fr") is that of the document, not of the computer; `paper` is "a4" or "letter".
    `printed_on` is a local time of the site without zone, None for output that must be the same bytes
    each time: the date is then ruled blank. `revision` is that of the patient's schedule, 0 for a bare
    plan; `chain_head` the start of the patient's chain of entries. An empty `site` is a ruled blank.
    `product` is the site's, for the preparation block of dosing sheets.
    """

    language: str
    paper: str
    site: str = ""
    printed_on: datetime | None = None
    printed_by: str = ""
    program_version: str = ""
    revision: int = 0
    supersedes: int | None = None
    chain_head: str | None = None
    product: Product | None = None

    def __post_init__(self) -> None:
        """`ValueError` for a language or paper that there is none of."""
        if self.language not in LANGUAGES or self.paper not in PAPERS:
            raise ValueError((self.language, self.paper))


class UnprintableText(Refusal):
    """A text holds a character that the fonts of the sheets cannot print; nothing was drawn."""

    def __init__(self, character: str, text: str) -> None:
        """Remember the character and the text it stands in."""
        super().__init__(
            "unprintable", character=character, codepoint=f"U+{ord(character):04X}", text=text[:200]
        )
        self.character = character
        self.text = text
