"""A trial protocol as its sources state it: arms, cycles, doses, visits, windows, gates and readings.

Everything here is a frozen value. Offsets are whole days after the anchor (the anchor is offset 0),
doses are whole international units, clock times are wall-clock times of the site.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum


class Provenance(StrEnum):
    """How well a field of a template is supported by its sources."""

    STATED = "stated"
    RESOLVED = "resolved"
    ASSUMED = "assumed"
    UNKNOWN = "unknown"
    SITE = "site"


class Place(StrEnum):
    """Where an injection is given; only `HOME` needs no open clinic."""

    HOSPITAL = "hospital"
    DAY_HOSPITAL = "day-hospital"
    HOME = "home"

    @property
    def needs_clinic(self) -> bool:
        """True where the clinic must be open on the day."""
        return self is not Place.HOME


class Basis(StrEnum):
    """What a stated dose refers to; per m2 or kg it is prescribed per patient and typed."""

    FLAT = "flat"
    PER_M2 = "per-m2"
    PER_KG = "per-kg"
    PLACEBO = "placebo"

    @property
    def prescribed(self) -> bool:
        """True where the dose of a patient is typed."""
        return self in (Basis.PER_M2, Basis.PER_KG)


class Route(StrEnum):
    """How the drug is given."""

    SUBCUTANEOUS = "subcutaneous"
    INTRAVENOUS = "intravenous"
    CONTINUOUS_INFUSION = "continuous-infusion"


class CycleRule(StrEnum):
    """What a moved cycle does to the cycles after it."""

    FIXED = "fixed"
    FLOATING = "floating"
    FIXED_WITH_MIN_GAP = "fixed_with_min_gap"


class AnchorKind(StrEnum):
    """The event the anchor date stands for."""

    BASELINE = "baseline"
    RANDOMISATION = "randomisation"
    FIRST_INJECTION = "first-injection"
    DISCHARGE = "discharge"
    AFTER_RUN_IN = "after-run-in"


@dataclass(frozen=True, slots=True)
class Label:
    """A text in the two languages of the program."""

    en: str
    fr: str

    def said(self, language: str) -> str:
        """The text in `language` ("en" or "fr")."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Window:
    """Days a date may lie before and after its nominal date, both inclusive.

    Where the source states no window there is no `Window` at all. `by_site` marks a window that the
    site entered: it guides proposals and "days left" but its breach is never a deviation. `late` is a
    second tier: days after the nominal date up to which a visit that missed its window may still be held.
    """

    before: int
    after: int
    by_site: bool = False
    late: int | None = None

    def around(self, nominal: date) -> tuple[date, date]:
        """Earliest and latest date, inclusive."""
        return nominal - timedelta(days=self.before), nominal + timedelta(days=self.after)


@dataclass(frozen=True, slots=True)
class InjectionTemplate:
    """One injection of a course day. `dose_iu` is None where it is prescribed per patient, 0 of a placebo."""

    time: time
    drug: str
    dose_iu: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class CourseDay:
    """Day `day` of a cycle (day 1 is its first day) with one to three injections in clock order."""

    day: int
    injections: tuple[InjectionTemplate, ...]


@dataclass(frozen=True, slots=True)
class Companion:
    """Another drug given on days `first_day` to `last_day` of a cycle; day -1 is the day before day 1."""

    code: str
    label: Label
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over cycles; `dose_iu` is None where a dose is prescribed per patient and not yet typed."""

    cycles: int
    injections: int
    dose_iu: int | None


def _sum_known(doses: Sequence[int | None]) -> int | None:
    known = [dose for dose in doses if dose is not None]
    return sum(known) if len(known) == len(doses) else None


def _at_most(days: tuple[CourseDay, ...], doses: int) -> tuple[CourseDay, ...]:
    kept: list[CourseDay] = []
    for day in days:
        room = doses - sum(len(k.injections) for k in kept)
        if room <= 0:
            break
        kept.append(CourseDay(day.day, day.injections[:room]))
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class CycleTemplate:
    """One cycle of an arm, with everything a schedule needs to know of it.

    `offset` is None for a cycle dated by the site or on demand. `minimum_gap` and `interval` are days from
    the previous cycle's start, None for the first cycle. `last_start` is the last offset it may start on.
    `weekdays` (Monday 0) replaces the fixed `days` by those dates of the cycle that fall on them:
    `days` then lists every candidate day.
    """

    number: int
    series: str
    offset: int | None
    days: tuple[CourseDay, ...]
    interval: int | None
    minimum_gap: int | None
    rule: CycleRule
    last_start: int | None
    weekdays: frozenset[int] | None = None
    max_doses: int | None = None
    companions: tuple[Companion, ...] = ()
    code: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Name the cycle: `C3` for cycle 3."""
        object.__setattr__(self, "code", f"C{self.number}")

    def course(self, start: date | None = None, *, evening_start: bool = False) -> tuple[CourseDay, ...]:
        """The injection days of the cycle when it begins on `start` (a Monday where no date is known).

        A weekday pattern picks its days from the start date. With an evening start the first slot of
        day 1 is given at the first slot of the day after the last one: the count stays the same.
        """
        days = self.days
        if self.weekdays is not None:
            first = 0 if start is None else start.weekday()
            days = tuple(d for d in days if (first + d.day - 1) % 7 in self.weekdays)
        if self.max_doses is not None:
            days = _at_most(days, self.max_doses)
        if evening_start and days and len(days[0].injections) > 1:
            first_day, *others = days
            late = CourseDay(days[-1].day + 1, first_day.injections[:1])
            days = (CourseDay(first_day.day, first_day.injections[1:]), *others, late)
        return days

    def totals(self) -> Totals:
        """Nominal totals of the cycle."""
        injections = [injection for day in self.course() for injection in day.injections]
        return Totals(1, len(injections), _sum_known([i.dose_iu for i in injections]))


@dataclass(frozen=True, slots=True)
class CycleSeries:
    """A run of like cycles as the protocol words it; the order line of a sheet is made from it."""

    code: str
    label: Label
    drug: str
    route: Route
    basis: Basis
    basis_iu: int | None
    levels_iu: tuple[int, ...]
    maximum_iu: int | None
    max_cycles: int | None
    last_start: int | None


@dataclass(frozen=True, slots=True)
class Arm:
    """A treatment group. `cycles` is empty for an arm with visits only.

    `on_demand` are the cycles that may follow these: nothing of them is planned until a person dates one.
    Of a `blinded` arm a schedule holds no doses: what is not there cannot be shown by mistake.
    """

    code: str
    label: Label
    blinded: bool
    series: tuple[CycleSeries, ...]
    cycles: tuple[CycleTemplate, ...]
    on_demand: tuple[CycleTemplate, ...] = ()

    @property
    def possible_cycles(self) -> tuple[CycleTemplate, ...]:
        """The planned cycles and, after them, those on demand."""
        return self.cycles + self.on_demand

    @property
    def prescribed(self) -> bool:
        """True where a dose is prescribed per patient and typed: the protocol states it per m2 or kg."""
        if self.blinded:
            return False
        days = (day for cycle in self.possible_cycles for day in cycle.days)
        return any(injection.dose_iu is None for day in days for injection in day.injections)

    def cycle(self, number: int) -> CycleTemplate:
        """The cycle with this number, planned or on demand; `KeyError` where the arm has none."""
        possible = self.possible_cycles
        if 1 <= number <= len(possible):
            return possible[number - 1]
        raise KeyError(number)

    def totals(self) -> Totals:
        """Nominal totals over all planned cycles of the arm."""
        each = [cycle.totals() for cycle in self.cycles]
        injections = sum(total.injections for total in each)
        return Totals(len(each), injections, _sum_known([total.dose_iu for total in each]))

    def series_of(self, cycle: CycleTemplate) -> CycleSeries:
        """The series a cycle belongs to."""
        return next(series for series in self.series if series.code == cycle.series)


@dataclass(frozen=True, slots=True)
class FromAnchor:
    """A visit `offset` days after the anchor; it never moves with cycles."""

    offset: int


@dataclass(frozen=True, slots=True)
class FromCycle:
    """A visit on day `day` of cycle `cycle`, or of every cycle when None; day -1 is the day before day 1."""

    cycle: int | None
    day: int


@dataclass(frozen=True, slots=True)
class FromLastInjection:
    """A visit `offset` days after the last injection: provisional until that injection is recorded."""

    offset: int


@dataclass(frozen=True, slots=True)
class FromEvent:
    """A visit `offset` days after an event of the patient, undated until the event is dated."""

    event: str
    offset: int


Hook = FromAnchor | FromCycle | FromLastInjection | FromEvent


@dataclass(frozen=True, slots=True)
class DaysAfterCycle:
    """A visit must be at least `days` days after the start of cycle `cycle`."""

    cycle: int
    days: int


@dataclass(frozen=True, slots=True)
class VisitTemplate:
    """A visit of the protocol. `arms` is empty when every arm has it."""

    code: str
    label: Label
    hook: Hook
    window: Window | None
    arms: tuple[str, ...]
    activities: tuple[str, ...]
    before_first_injection: bool
    min_days_after: DaysAfterCycle | None

    def belongs_to(self, arm: str) -> bool:
        """True when patients of this arm have the visit."""
        return not self.arms or arm in self.arms


@dataclass(frozen=True, slots=True)
class EarlyTermination:
    """The visit the protocol asks for when treatment is stopped, on that day."""

    label: Label
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """Something done at visits or on cycle days: a row of the schedule of activities."""

    code: str
    label: Label
    cycle_days: tuple[int, ...] = ()
    note: Label | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A question a person answers before cycle `before_cycle`; met, the named cycles move to `place`."""

    code: str
    label: Label
    before_cycle: int
    cycles: tuple[int, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Event:
    """A dated happening of a patient that visits may hang on, e.g. discharge."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class Source:
    """What was read for the template: a public record, or the approved protocol itself."""

    code: str
    title: str
    reference: str
    approved: bool = False


@dataclass(frozen=True, slots=True)
class FieldStatus:
    """Where one field of the template comes from. `field` is its dotted path in the file.

    Of a value that a site entered `source` is the page it named, and `value` is the value in TOML: empty
    where the approved protocol has none, None where it says what was assumed (then `note` says that).
    `settled` are the parts of an open field that the site has entered.
    """

    field: str
    status: Provenance
    source: str | None
    quote: str | None
    note: Label | None
    value: str | None = None
    settled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A named way of reading disputed fields, chosen when a study is made."""

    name: str
    label: Label
    default: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the anchor date of a patient stands for, and its short code (`W0`)."""

    kind: AnchorKind
    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class SiteDefaults:
    """Where the trial was run: the defaults of a new study."""

    country: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """One reading of one template file. `sha256` is of the file's bytes."""

    code: str
    version: str
    sha256: str
    short_title: str
    title: Label
    neutral_title: Label
    sponsor: str
    registry: str
    status_note: Label
    anchor: Anchor
    week_origin: int
    day_zero: bool
    site: SiteDefaults
    reading: Reading
    readings: tuple[Reading, ...]
    arms: tuple[Arm, ...]
    visits: tuple[VisitTemplate, ...]
    activities: tuple[Activity, ...]
    gates: tuple[Gate, ...]
    events: tuple[Event, ...]
    sources: tuple[Source, ...]
    provenance: tuple[FieldStatus, ...]
    early_termination: EarlyTermination | None = None
    drugs: Mapping[str, Label] = field(default_factory=dict[str, Label])

    def arm(self, code: str) -> Arm:
        """The arm with this code; `KeyError` where there is none."""
        for arm in self.arms:
            if arm.code == code:
                return arm
        raise KeyError(code)

    def window(self, visit: str) -> Window | None:
        """The window of the visit with this code; None where it has none or there is no such visit."""
        return next((known.window for known in self.visits if known.code == visit), None)

    def late_days(self, visit: str) -> int:
        """Days after its window in which a visit may still be held, late; 0 where the protocol has none."""
        window = self.window(visit)
        return 0 if window is None or window.late is None else window.late - window.after

    @property
    def reconstructed(self) -> bool:
        """True unless the template was typed from the approved protocol."""
        return not any(source.approved for source in self.sources)

    @property
    def site_values(self) -> int:
        """How many fields a site has entered."""
        return len(self._entered())

    def _entered(self) -> list[FieldStatus]:
        entered = Provenance.SITE
        return [entry for entry in self.provenance if entry.status is entered]

    def site_value(self, *keys: str) -> FieldStatus | None:
        """What the site entered for a field, itself or for all of its kind (`visits.*.window`); else None."""
        own = self._entered()
        general = ".".join((keys[0], "*", *keys[2:]))
        for path in (".".join(keys), general):
            for entry in own:
                if entry.field == path:
                    return entry
        return None

    def open_fields(self) -> tuple[FieldStatus, ...]:
        """The fields that no source settles (assumed or unknown), in the order of the file."""
        unsettled = (Provenance.ASSUMED, Provenance.UNKNOWN)
        return tuple([entry for entry in self.provenance if entry.status in unsettled])


def week_offset(week: int, week_origin: int) -> int:
    """Offset of study week `week`: 7n counted from week 0, 7(n-1) counted from week 1."""
    return 7 * (week - week_origin)


def study_week(offset: int, week_origin: int) -> int:
    """The study week an offset lies in; the inverse of `week_offset` on whole weeks."""
    return offset // 7 + week_origin


def study_day(offset: int, *, day_zero: bool = False) -> int:
    """The study day of an offset: 0 is Day 1 and -1 is Day -1 (CDISC SDTM has no Day 0).

    A protocol that counts from Day 0 says so (`day_zero`); then the day equals the offset.
    """
    if day_zero or offset < 0:
        return offset
    return offset + 1


def day_offset(day: int, *, day_zero: bool = False) -> int:
    """Offset of a study day, the inverse of `study_day`; `ValueError` for a Day 0 that does not exist."""
    if day_zero or day < 0:
        return day
    if day == 0:
        raise ValueError("there is no Day 0")
    return day - 1
