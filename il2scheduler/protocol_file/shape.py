"""The shape of a template file: which keys a table may have and what each holds.

The models are strict (no bool for a number, no float for an integer, no unknown key), so NaN, infinity
and 10^30 cannot pass. They also give the JSON Schema that editors use. What the values mean together is
checked in `meaning`.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from il2scheduler.protocol import AnchorKind, Basis, CycleRule, Place, Provenance, Route

MAX_CYCLES = 400
MAX_OFFSET = 7320
MAX_INJECTIONS = 30_000
MAX_DOSE_IU = 200_000_000
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _one_line(text: str) -> str:
    return _visible(text, allowed="")


def _visible(text: str, allowed: str = "\n") -> str:
    bad = next((c for c in text if unicodedata.category(c) in _HIDDEN and c not in allowed), None)
    if bad is not None:
        raise PydanticCustomError("hidden_character", "hidden character", {"codepoint": f"U+{ord(bad):04X}"})
    return unicodedata.normalize("NFC", text)


def _plain(value: object) -> object:
    """A text among the values of a site; tables are checked where they are put in."""
    return _visible(value) if isinstance(value, str) else value


Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_one_line)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_visible)]
CODE = r"^[a-z0-9][a-z0-9-]{0,39}$"
VISIT_CODE = r"^[A-Z][A-Z0-9-]{0,15}$"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
DAYS = r"^[0-9]{1,3}(-[0-9]{1,3}(/[0-9]{1,2})?)?(, ?[0-9]{1,3}(-[0-9]{1,3}(/[0-9]{1,2})?)?)*$"
COUNTRY = r"^[A-Z]{2}$"
ZONE = r"^[A-Za-z][A-Za-z0-9_+/-]{1,63}$"
Code = Annotated[str, StringConstraints(pattern=CODE)]
VisitCode = Annotated[str, StringConstraints(pattern=VISIT_CODE)]
Clock = Annotated[str, StringConstraints(pattern=CLOCK)]
Days = Annotated[str, StringConstraints(pattern=DAYS)]
Week = Annotated[int, Field(ge=-104, le=1040)]
Offset = Annotated[int, Field(ge=-730, le=MAX_OFFSET)]
Gap = Annotated[int, Field(ge=1, le=MAX_OFFSET)]
DoseIu = Annotated[int, Field(ge=1, le=MAX_DOSE_IU)]
Count = Annotated[int, Field(ge=1, le=MAX_CYCLES)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PlaceName = Annotated[Place, Field(strict=False)]


class Shape(BaseModel):
    """A table with a closed set of keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class LabelShape(Shape):
    """A text in English and French."""

    en: Line
    fr: Line


class NoteShape(Shape):
    """A longer text in English and French."""

    en: Prose
    fr: Prose


class PointShape(Shape):
    """A point in time after the anchor: a study week, a study day or an offset in days."""

    week: Week | None = None
    day: Offset | None = None
    offset: Offset | None = None


class StartsShape(Shape):
    """When the cycles of a series begin, in exactly one of the forms.

    `by_site = 2`: two cycles that the site dates. `on_demand = 20`: up to so many further cycles, none of
    which is planned before a person dates it.
    """

    weeks: Annotated[list[Week], Field(min_length=1, max_length=MAX_CYCLES)] | None = None
    days: Annotated[list[Offset], Field(min_length=1, max_length=MAX_CYCLES)] | None = None
    offsets: Annotated[list[Offset], Field(min_length=1, max_length=MAX_CYCLES)] | None = None
    first: PointShape | None = None
    intervals: Annotated[list[Gap], Field(min_length=1, max_length=MAX_CYCLES)] | None = None
    every: Gap | None = None
    count: Count | None = None
    by_site: Count | None = None
    on_demand: Count | None = None


class CourseShape(Shape):
    """The injection days of a cycle: `days = "1-5"`, `"1-13/2"` (every other day), or weekdays."""

    days: Days | None = None
    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)] | None = None
    length: Annotated[int, Field(ge=7, le=364, multiple_of=7)] | None = None
    doses_iu: Annotated[list[DoseIu], Field(min_length=1, max_length=400)] | None = None
    max_doses: Annotated[int, Field(ge=1, le=1200)] | None = None


class SlotShape(Shape):
    """A clock time of the day and the place of care at that time."""

    time: Clock
    place: PlaceName


class DoseShape(Shape):
    """The dose of one injection; per m2 or per kg it is information, and the prescribed dose is typed.

    A placebo has no dose: `dose = { basis = "placebo" }`.
    """

    iu: DoseIu | None = None
    basis: Annotated[Basis, Field(strict=False)] = Basis.FLAT


class CapShape(Shape):
    """Limits of the protocol on a series: how many cycles, and the last point one may start on."""

    cycles: Count | None = None
    last_start: PointShape | None = None


class ChangeShape(Shape):
    """What differs in some cycles of a series (numbered from 1 within the series)."""

    cycles: Annotated[list[Count], Field(min_length=1, max_length=MAX_CYCLES)]
    dose: DoseShape | None = None
    place: PlaceName | None = None
    without: Annotated[list[Code], Field(min_length=1, max_length=20)] | None = None


class CompanionShape(Shape):
    """Another drug given around a course; day -1 is the day before day 1."""

    code: Code
    label: LabelShape
    first_day: Annotated[int, Field(ge=-60, le=400)]
    last_day: Annotated[int, Field(ge=-60, le=400)]


class CycleShape(Shape):
    """A series of like cycles."""

    code: Code
    label: LabelShape
    drug: Code
    route: Annotated[Route, Field(strict=False)]
    dose: DoseShape
    levels_iu: Annotated[list[DoseIu], Field(min_length=1, max_length=20)] | None = None
    maximum_iu: DoseIu | None = None
    starts: StartsShape
    course: CourseShape
    slots: Annotated[list[SlotShape], Field(min_length=1, max_length=3)]
    rule: Annotated[CycleRule, Field(strict=False)]
    minimum_gap: Gap | None = None
    cap: CapShape | None = None
    changes: Annotated[list[ChangeShape], Field(max_length=100)] = []
    companions: Annotated[list[CompanionShape], Field(max_length=20)] = []


class ArmShape(Shape):
    """A treatment group and the series of cycles it follows, in order."""

    code: Code
    label: LabelShape
    blinded: bool = False
    cycles: Annotated[list[Code], Field(max_length=10)]


class WindowShape(Shape):
    """Days before and after the nominal date, both inclusive. No window in the source: leave the key out.

    `late`: days after the nominal date up to which a visit that missed its window may still be held.
    """

    before: Annotated[int, Field(ge=0, le=365)]
    after: Annotated[int, Field(ge=0, le=365)]
    late: Annotated[int, Field(ge=1, le=365)] | None = None


class AtShape(Shape):
    """What a visit hangs on: a study week, day or offset; a day of a cycle; the last injection; an event."""

    week: Week | None = None
    day: Offset | None = None
    offset: Offset | None = None
    cycle: Count | Literal["every"] | None = None
    after_last_injection: Annotated[int, Field(ge=0, le=MAX_OFFSET)] | None = None
    event: Code | None = None


class AfterCycleShape(Shape):
    """A visit must come at least `days` days after the start of cycle `cycle`."""

    cycle: Count
    days: Gap


class VisitShape(Shape):
    """A visit of the protocol."""

    code: VisitCode
    label: LabelShape
    at: AtShape
    window: WindowShape | None = None
    arms: Annotated[list[Code], Field(min_length=1, max_length=20)] | None = None
    activities: Annotated[list[Code], Field(max_length=60)] = []
    before_first_injection: bool = False
    min_days_after: AfterCycleShape | None = None


class EarlyTerminationShape(Shape):
    """The visit on the day treatment is stopped; left out where the protocol has none."""

    label: LabelShape
    activities: Annotated[list[Code], Field(max_length=60)] = []


class ActivityShape(Shape):
    """Something done at visits or on days of a cycle."""

    code: Code
    label: LabelShape
    cycle_days: Annotated[list[Count], Field(max_length=60)] = []
    note: NoteShape | None = None


class GateShape(Shape):
    """A question that a person answers before a cycle; met, the named cycles move to `place`."""

    code: Code
    label: LabelShape
    before_cycle: Count
    cycles: Annotated[list[Count], Field(min_length=1, max_length=MAX_CYCLES)]
    place: PlaceName


class NamedShape(Shape):
    """A code and its label."""

    code: Code
    label: LabelShape


class AnchorShape(Shape):
    """What the anchor date stands for."""

    kind: Annotated[AnchorKind, Field(strict=False)]
    code: VisitCode
    label: LabelShape


class SiteShape(Shape):
    """Where the trial was run: the defaults of a new study."""

    country: Annotated[str, StringConstraints(pattern=COUNTRY)]
    timezone: Annotated[str, StringConstraints(pattern=ZONE)]


class SourceShape(Shape):
    """What was read: a public record, or with `approved = true` the approved protocol itself."""

    code: Code
    title: Line
    reference: Line
    approved: bool = False


class FieldShape(Shape):
    """Where a field comes from."""

    field: Line
    status: Annotated[Provenance, Field(strict=False)]
    source: Code | None = None
    quote: Prose | None = None
    note: NoteShape | None = None


class ReadingShape(Shape):
    """A named reading: the values it sets, by dotted path (`"cycles.il2.starts.weeks"`)."""

    name: Code
    label: LabelShape
    default: bool = False
    set: dict[str, Any] = {}


class SiteValueShape(Shape):
    """What a site entered for an open field, from the approved protocol; the last for a field holds.

    Give exactly one of `value`, `none = true` (the protocol has none) and `confirmed = true` (it says what
    was assumed). `source` is the page; `reading` is the reading it was entered for, all when left out.
    """

    field: Line
    source: Line
    value: Annotated[Any, AfterValidator(_plain)] = None
    none: Literal[True] | None = None
    confirmed: Literal[True] | None = None
    reading: Code | None = None


class TotalsShape(Shape):
    """Sums of one arm that must come out of the template."""

    cycles: Annotated[int, Field(ge=0, le=MAX_CYCLES)]
    injections: Annotated[int, Field(ge=0, le=500_000)]
    dose_iu: Annotated[int, Field(ge=0, le=10**12)] | None = None


class TemplateShape(Shape):
    """A whole template file."""

    format: Literal[1]
    code: Code
    version: Line
    short_title: Line
    title: LabelShape
    neutral_title: LabelShape
    sponsor: Line
    registry: Line
    status_note: NoteShape
    week_origin: Literal[0, 1] = 0
    day_zero: bool = False
    anchor: AnchorShape
    site: SiteShape
    drugs: Annotated[list[NamedShape], Field(min_length=1, max_length=20)]
    arms: Annotated[list[ArmShape], Field(min_length=1, max_length=20)]
    cycles: Annotated[list[CycleShape], Field(max_length=20)] = []
    visits: Annotated[list[VisitShape], Field(max_length=200)] = []
    early_termination: EarlyTerminationShape | None = None
    activities: Annotated[list[ActivityShape], Field(max_length=100)] = []
    gates: Annotated[list[GateShape], Field(max_length=20)] = []
    events: Annotated[list[NamedShape], Field(max_length=20)] = []
    sources: Annotated[list[SourceShape], Field(max_length=40)] = []
    provenance: Annotated[list[FieldShape], Field(max_length=200)] = []
    readings: Annotated[list[ReadingShape], Field(max_length=20)] = []
    site_values: Annotated[list[SiteValueShape], Field(max_length=400)] = []
    totals: dict[str, TotalsShape] = {}
