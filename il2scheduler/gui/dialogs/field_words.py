"""What the dialog that completes a protocol says of a field, of what was typed, and of what it changes."""

from __future__ import annotations

from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.field_model import FieldModel
from il2scheduler.protocol import Provenance
from il2scheduler.refusal import Refusal
from il2scheduler.study import completing
from il2scheduler.study.completing import OpenField


def about(field: OpenField) -> str:
    """What is known of a field, and how its value is written."""
    from il2scheduler.wording import form_name, provenance_name

    w = language.current()
    standing = field.standing
    parts: list[str] = []
    if standing.status is Provenance.SITE:
        parts.append(w("Entered by the site: {source}.", source=w.quoted(standing.source or "-")))
    else:
        parts.append(sentences.capital(provenance_name(w, standing.status)) + ".")
    if standing.note is not None:
        parts.append(standing.note.said(w.language))
    if standing.quote is not None:
        parts.append(w("Source: {quote}", quote=w.quoted(standing.quote)) + ".")
    if not options(field):
        form = field.spot.kind.value + ("s" if field.spot.each or field.spot.many else "")
        written = form_name(w, form, ", ".join(field.spot.choices))
        parts.append(w("How it is written: {form}.", form=written))
    return " ".join(parts)


def options(field: OpenField) -> list[tuple[str, str]]:
    """Names and values to choose from; none for what is typed."""
    from il2scheduler.wording import value_name

    w = language.current()
    spot = field.spot
    if spot.each or spot.kind not in (completing.Kind.YES_NO, completing.Kind.CHOICE):
        return []
    if spot.kind is completing.Kind.YES_NO:
        found = [(w("yes"), "yes"), (w("no"), "no")]
    else:
        found = [(value_name(w, field.path, f'"{code}"'), code) for code in spot.choices]
    return [(w("not entered"), ""), *found]


def read_as(field: OpenField, typed: str) -> str:
    """What was typed, said back as it was understood; as it was typed where it was not."""
    from il2scheduler.wording import value_name

    w = language.current()
    toml = completing.meaning(field.path, typed)
    return typed if toml is None else value_name(w, field.path, toml)


def said(refusal: Refusal, model: FieldModel) -> str:
    """Why something cannot be saved; a field is named as in the list."""
    from il2scheduler.wording import problem_sentence

    if not isinstance(refusal, completing.WrongValue):
        return sentences.refusal(refusal)
    named = next((model.name(f) for f in model.fields if f.path == refusal.field), refusal.field)
    w = language.current()
    return w("{field}: {problem}.", field=named, problem=problem_sentence(w, refusal.problem))
