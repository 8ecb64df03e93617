"""The templates that ship as texts, changed in one place, and what the reader says of them."""

from __future__ import annotations

from il2scheduler import resources
from il2scheduler.i18n import words
from il2scheduler.protocol_file import TemplateFile, read
from il2scheduler.wording import problem_sentence

ETOILE, VASCU = (
    resources.path("protocols", f"{code}.toml").read_text("utf-8")
    for code in ("anrs-123-etoile", "anrs-hc21-vascu-il2")
)

SHIPPED = tuple(path.read_text("utf-8") for path in sorted(resources.path("protocols").glob("*.toml")))


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each old piece, which must be there, made a new one (only its first occurrence)."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def said(file: TemplateFile, language: str = "en") -> list[str]:
    """The problems of a file as sentences."""
    w = words(language)
    return [problem_sentence(w, problem) for problem in file.problems]


def problems(text: str | bytes) -> list[str]:
    """What is said of a template."""
    return said(read(text if isinstance(text, bytes) else text.encode()))
