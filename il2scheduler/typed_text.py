"""Text that people type: what may be saved, and what looks like it should not be."""

from __future__ import annotations

import re
import unicodedata

from il2scheduler.refusal import Refusal

MAX_NOTE = 2000
MAX_LINE = 200
_PATIENT_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")
_RESERVED_FILE_NAMES = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters and marks that show nothing: the joiner, Hangul and Khmer fillers, variation selectors.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_LIKE_BIRTH_DATE = re.compile(
    r"\b(0?[1-9]|[12][0-9]|3[01])[./-](0?[1-9]|1[0-2])[./-](19|20)[0-9]{2}\b"
    r"|\b(19[0-9]{2}|200[0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\b"
)
_MOMENT = re.compile(r"\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b( [0-2][0-9](:[0-5][0-9])?\b)?")
_LIKE_PHONE = re.compile(r"(?<!\d)(\+\d{1,3}[ .-]?)?(\d[ .-]?){9,}\d(?!\d)")


def patient_code(text: str) -> str:
    """A patient's code when it can be one; it also names files."""
    if not _PATIENT_CODE.fullmatch(text) or _RESERVED_FILE_NAMES.fullmatch(text):
        raise Refusal("patient-code", found=text[:60])
    return text


def note(text: str, limit: int = MAX_NOTE) -> str:
    """A note or reason in NFC; `Refusal` when empty, too long, or with characters that cannot be seen."""
    plain = unicodedata.normalize("NFC", text).strip()
    if not plain:
        raise Refusal("text-empty")
    if len(plain) > limit:
        raise Refusal("text-too-long", found=len(plain), limit=limit)
    for character in plain:
        hidden = unicodedata.category(character) in _HIDDEN or _BLANK.match(character)
        if hidden and character != "\n":
            raise Refusal("text-hidden", codepoint=f"U+{ord(character):04X}")
    return plain


def line(text: str) -> str:
    """A short text on one line: a site, a batch, a name; errors as `note`."""
    plain = note(text, MAX_LINE)
    if "\n" in plain:
        raise Refusal("text-hidden", codepoint="U+000A")
    return plain


def looks_personal(text: str) -> bool:
    """True when a text holds what looks like a date of birth or a telephone or record number.

    Dates of visits as the program writes them, 2026-01-19 08:00, are neither.
    """
    return bool(_LIKE_BIRTH_DATE.search(text) or _LIKE_PHONE.search(_MOMENT.sub("", text)))
