"""What a dotted path of a template may hold, as the shape has it: a window, days, times, a choice, words."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from enum import Enum, StrEnum

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from il2scheduler.protocol_file.shape import (
    CLOCK,
    AfterCycleShape,
    DoseShape,
    SlotShape,
    TemplateShape,
    VisitShape,
    WindowShape,
)


class Kind(StrEnum):
    """How a person writes a value."""

    WINDOW = "window"
    NUMBER = "number"
    YES_NO = "yes-no"
    CLOCK = "clock"
    CHOICE = "choice"
    DOSE = "dose"
    STATED_DOSE = "stated-dose"
    AFTER_CYCLE = "after-cycle"
    SLOTS = "slots"
    VISITS = "visits"
    LINE = "line"
    TABLE = "table"
    WORDS = "words"
    """A field that the language has no key for: the words of the protocol are kept and printed."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One field: how it is written, the names to choose from, whether it may be absent.

    `each` is True where the path leads to a field of every table of a list (`slots.time`): a value for each.
    `many` is True where the field is a list itself.
    """

    kind: Kind
    choices: tuple[str, ...] = ()
    optional: bool = False
    each: bool = False
    many: bool = False


WORDS = Spot(Kind.WORDS, optional=True)
# The engine takes the nominal interval where no minimum is stated, so "none" would not mean what it says.
_NEVER_NONE = frozenset({"minimum_gap"})


def spot(keys: tuple[str, ...]) -> Spot | None:
    """The field at a path, None where the language has none there. `*` and codes name tables of a list."""
    found: object = TemplateShape
    optional = each = False
    pattern: str | None = None
    at = 0
    while at < len(keys):
        model = _model(found)
        item = _item(found)
        if model is None and item is not None and _is_coded(item):
            found, optional, at = item, False, at + 1
            continue
        if model is None and item is not None:
            model, each = _model(item), True
        if model is None or keys[at] not in model.model_fields:
            return None
        info = model.model_fields[keys[at]]
        found, optional, pattern = info.annotation, not info.is_required(), _pattern(info)
        at += 1
    optional = optional and keys[-1] not in _NEVER_NONE
    kind, choices = _kind(found, keys[-1], pattern)
    return Spot(kind, choices, optional, each, _item(found) is not None)


def is_table_list(keys: tuple[str, ...]) -> bool:
    """True for a list of tables with codes, such as `visits`: it takes more, and keeps those it has."""
    if len(keys) != 1 or keys[0] not in TemplateShape.model_fields:
        return False
    item = _item(TemplateShape.model_fields[keys[0]].annotation)
    return item is not None and _is_coded(item)


def _kind(found: object, key: str, pattern: str | None) -> tuple[Kind, tuple[str, ...]]:
    inner = _plain(found)
    item = _item(found)
    kind, choices = Kind.LINE, tuple[str, ...]()
    if key == "iu" or key.endswith("_iu"):
        kind = Kind.DOSE
    elif inner is WindowShape:
        kind = Kind.WINDOW
    elif inner is DoseShape:
        kind = Kind.STATED_DOSE
    elif inner is AfterCycleShape:
        kind = Kind.AFTER_CYCLE
    elif inner is bool:
        kind = Kind.YES_NO
    elif inner is int:
        kind = Kind.NUMBER
    elif isinstance(inner, type) and issubclass(inner, Enum):
        kind, choices = Kind.CHOICE, tuple(str(member.value) for member in inner)
    elif inner is str:
        kind = Kind.CLOCK if pattern == CLOCK else Kind.LINE
    elif item is not None and _model(item) is SlotShape:
        kind = Kind.SLOTS
    elif item is not None and _model(item) is VisitShape:
        kind = Kind.VISITS
    else:
        kind = Kind.TABLE
    return kind, choices


def _plain(annotation: object) -> object:
    """The type inside `Annotated[...]` and `X | None`."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _plain(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        inside = [a for a in typing.get_args(annotation) if a is not type(None)]
        return _plain(inside[0]) if len(inside) == 1 else annotation
    return annotation


def _model(annotation: object) -> type[BaseModel] | None:
    inner = _plain(annotation)
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _item(annotation: object) -> object | None:
    """What a list or a table by codes holds."""
    inner = _plain(annotation)
    if typing.get_origin(inner) is list:
        return typing.cast("object", typing.get_args(inner)[0])
    if typing.get_origin(inner) is dict:
        return typing.cast("object", typing.get_args(inner)[1])
    return None


def _is_coded(item: object) -> bool:
    model = _model(item)
    return model is not None and ("code" in model.model_fields or "name" in model.model_fields)


def _pattern(info: FieldInfo) -> str | None:
    return next((p for p in (getattr(m, "pattern", None) for m in info.metadata) if p is not None), None)
