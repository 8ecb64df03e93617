"""Sentences, dates and doses in English or French: the language of the document, not of the computer."""

from __future__ import annotations

import gettext
import os
from functools import cache
from typing import TYPE_CHECKING

from il2scheduler import resources

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

LANGUAGES = ("en", "fr")
DOMAIN = "il2scheduler"


def N_(text: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a text for translation where it is declared; it is translated where it is said."""
    return text


class Words:
    """One language: call it with an English text to have it said, `{name}` filled from the keywords."""

    def __init__(self, language: str) -> None:
        """Load the catalogue of `language`; English needs none."""
        self.language = language
        if language == "en":
            self._catalogue = gettext.NullTranslations()
        else:
            self._catalogue = gettext.translation(DOMAIN, resources.path("locale"), [language])

    def __call__(self, text: str, /, **facts: object) -> str:
        """The text in this language with its facts filled in."""
        said = self._catalogue.gettext(text)
        return said.format(**facts) if facts else said

    def plural(self, one: str, many: str, count: int, /, **facts: object) -> str:
        """The text for a count, which is also the fact `{count}`."""
        return self._catalogue.ngettext(one, many, count).format(count=count, **facts)

    def context(self, where: str, text: str, /) -> str:
        """A short text whose translation depends on where it stands."""
        return self._catalogue.pgettext(where, text)

    def quoted(self, text: str) -> str:
        """A text that a person typed or a source says, as it is, in the quotation marks of the language."""
        return f"\u00ab\u00a0{text}\u00a0\u00bb" if self.language == "fr" else f"\u201c{text}\u201d"

    def staff_date(self, day: date) -> str:
        """`Mon 05-Jan-2026`, `lun. 05-janv.-2026`: on every paper and screen for staff."""
        return _formatted(self.language, "EEE dd-MMM-yyyy", day)

    def patient_date(self, day: date) -> str:
        """`Monday 5 January 2026`, `lundi 5 janvier 2026`: in full, for patients."""
        number = "'1er'" if self.language == "fr" and day.day == 1 else "d"
        return _formatted(self.language, f"EEEE {number} MMMM yyyy", day)

    def short_date(self, day: date) -> str:
        """`Mon 05-Jan`, `lun. 05-janv.`: where the year stands beside it."""
        return _formatted(self.language, "EEE dd-MMM", day)

    def month(self, day: date) -> str:
        """`January 2026`, `janvier 2026`."""
        return _formatted(self.language, "LLLL yyyy", day)

    def weekday(self, day: date) -> str:
        """`Monday`, `lundi`."""
        return _formatted(self.language, "EEEE", day)

    def short_weekday(self, day: date) -> str:
        """`Mon`, `lun.`."""
        return _formatted(self.language, "EEE", day)

    def number(self, value: Decimal | int) -> str:
        """A number without trailing zeros: `4.5`, `4,5`; never in groups."""
        from decimal import Decimal

        plain = format(Decimal(value).normalize(), "f")
        return plain.replace(".", ",") if self.language == "fr" else plain

    def millions(self, dose_iu: int) -> str:
        """The figure of a dose in million international units: 4 500 000 is `4.5`."""
        from decimal import Decimal

        return self.number(Decimal(dose_iu) / 1_000_000)

    def dose(self, dose_iu: int) -> str:
        """A dose in words: `4.5 million international units`, `4,5 millions d'unités internationales`.

        French counts from two on as plural: `1,5 million d'unités internationales`.
        """
        amount = self.millions(dose_iu)
        if self.language == "fr":
            million = "million" if dose_iu < 2_000_000 else "millions"
            return f"{amount}\u00a0{million} d'unités internationales"
        return f"{amount}\u00a0million international units"


@cache
def words(language: str) -> Words:
    """The words of a language, loaded once."""
    return Words(language if language in LANGUAGES else "en")


def system_language() -> str:
    """`fr` where the computer's language is French, else `en`; `LANGUAGE` goes first, as for all programs."""
    locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    wanted = os.environ.get("LANGUAGE", "")
    if not wanted or locale in {"", "C", "POSIX"}:
        wanted = locale
    return "fr" if wanted.lower().startswith("fr") else "en"


@cache
def _formatted(language: str, pattern: str, day: date) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, locale=language)
