"""What a well-shaped template means: the protocol of one reading, or everything that contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from il2scheduler.protocol import (
    Activity,
    Anchor,
    Arm,
    Basis,
    CycleSeries,
    CycleTemplate,
    EarlyTermination,
    Event,
    FieldStatus,
    Gate,
    Label,
    Protocol,
    Provenance,
    Reading,
    SiteDefaults,
    Source,
)
from il2scheduler.protocol_file import expand
from il2scheduler.protocol_file.expand import label, point_offset
from il2scheduler.protocol_file.problems import Fact, Problem, place_of, shown
from il2scheduler.protocol_file.readings import exists
from il2scheduler.protocol_file.shape import (
    MAX_CYCLES,
    MAX_INJECTIONS,
    CycleShape,
    NoteShape,
    ReadingShape,
    TemplateShape,
)
from il2scheduler.protocol_file.text import Tree
from il2scheduler.protocol_file.visits import unknown_codes, visits_of


def protocol_of(
    template: TemplateShape, tree: Tree, reading: Reading, sha256: str
) -> Protocol | list[Problem]:
    """The protocol of one reading, or all its problems."""
    problems = [*_repeated_codes(template), *_dangling(template), *_provenance_problems(template, tree)]
    arms, arm_problems = _arms(template)
    problems += arm_problems
    visits, visit_problems = visits_of(template, arms)
    problems += visit_problems
    if not arm_problems:
        problems += [*_gate_problems(template, arms), *_total_problems(template, arms)]
    if problems:
        return problems
    return Protocol(
        code=template.code,
        version=template.version,
        sha256=sha256,
        short_title=template.short_title,
        title=label(template.title),
        neutral_title=label(template.neutral_title),
        sponsor=template.sponsor,
        registry=template.registry,
        status_note=_note(template.status_note),
        anchor=Anchor(template.anchor.kind, template.anchor.code, label(template.anchor.label)),
        week_origin=template.week_origin,
        day_zero=template.day_zero,
        site=SiteDefaults(template.site.country, template.site.timezone),
        reading=reading,
        readings=readings_of(template),
        arms=arms,
        visits=visits,
        activities=tuple(
            Activity(a.code, label(a.label), tuple(a.cycle_days), None if a.note is None else _note(a.note))
            for a in template.activities
        ),
        gates=tuple(
            Gate(g.code, label(g.label), g.before_cycle, tuple(g.cycles), g.place) for g in template.gates
        ),
        events=tuple(Event(e.code, label(e.label)) for e in template.events),
        sources=tuple(Source(s.code, s.title, s.reference, s.approved) for s in template.sources),
        provenance=tuple(
            FieldStatus(f.field, f.status, f.source, f.quote, None if f.note is None else _note(f.note))
            for f in template.provenance
        ),
        early_termination=_early_termination(template),
        drugs={drug.code: label(drug.label) for drug in template.drugs},
    )


def _early_termination(template: TemplateShape) -> EarlyTermination | None:
    shape = template.early_termination
    return None if shape is None else EarlyTermination(label(shape.label), tuple(shape.activities))


def readings_of(template: TemplateShape) -> tuple[Reading, ...]:
    """The readings a template names; one called `default` where it names none."""
    if not template.readings:
        return (Reading("default", Label("as written", "telle quelle"), default=True),)
    return tuple(Reading(r.name, label(r.label), r.default) for r in template.readings)


def reading_problems(readings: Sequence[ReadingShape]) -> Iterator[Problem]:
    """Repeated names, and not exactly one default."""
    yield from _repeats("readings", [r.name for r in readings], ".name")
    defaults = sum(r.default for r in readings)
    if readings and defaults != 1:
        yield Problem("readings", "one-default-reading", {"found": defaults})


def _note(shape: NoteShape) -> Label:
    return Label(shape.en, shape.fr)


def _repeats(place: str, codes: Iterable[str], key: str = ".code") -> Iterator[Problem]:
    seen: set[str] = set()
    for i, code in enumerate(codes):
        if code in seen:
            yield Problem(f"{place}[{i}]{key}", "repeated-code", {"code": code})
        seen.add(code)


def _repeated_codes(template: TemplateShape) -> Iterator[Problem]:
    for place, entries in (
        ("arms", template.arms),
        ("cycles", template.cycles),
        ("visits", template.visits),
        ("activities", template.activities),
        ("gates", template.gates),
        ("events", template.events),
        ("sources", template.sources),
        ("drugs", template.drugs),
    ):
        yield from _repeats(place, [entry.code for entry in entries])


def _dangling(template: TemplateShape) -> Iterator[Problem]:
    """Every code that is used somewhere must be declared."""
    series = {c.code for c in template.cycles}
    arms = {a.code for a in template.arms}
    activities = {a.code for a in template.activities}
    drugs = {d.code for d in template.drugs}
    for i, arm in enumerate(template.arms):
        yield from unknown_codes(f"arms[{i}].cycles", "cycles", arm.cycles, series)
        yield from _repeats(f"arms[{i}].cycles", arm.cycles, "")
    for i, cycle in enumerate(template.cycles):
        if cycle.drug not in drugs:
            facts = {"code": cycle.drug, "of": "drugs", "known": ", ".join(sorted(drugs))}
            yield Problem(f"cycles[{i}].drug", "unknown-code", facts)
        companions = {c.code for c in cycle.companions}
        for j, change in enumerate(cycle.changes):
            place = f"cycles[{i}].changes[{j}].without"
            yield from unknown_codes(place, "companions", change.without or (), companions)
    for i, visit in enumerate(template.visits):
        yield from unknown_codes(f"visits[{i}].arms", "arms", visit.arms or (), arms)
        yield from unknown_codes(f"visits[{i}].activities", "activities", visit.activities, activities)
    if template.early_termination is not None:
        used = template.early_termination.activities
        yield from unknown_codes("early_termination.activities", "activities", used, activities)
    for code in template.totals:
        if code not in arms:
            facts = {"code": shown(code), "of": "arms", "known": ", ".join(sorted(arms))}
            yield Problem(place_of(("totals", code)), "unknown-code", facts)


def _provenance_problems(template: TemplateShape, tree: Tree) -> Iterator[Problem]:
    sources = {s.code for s in template.sources}
    for i, entry in enumerate(template.provenance):
        place = f"provenance[{i}]"
        if entry.source is not None and entry.source not in sources:
            facts = {"code": entry.source, "of": "sources", "known": ", ".join(sorted(sources)) or "-"}
            yield Problem(f"{place}.source", "unknown-code", facts)
        if entry.status is Provenance.STATED and (entry.quote is None or entry.source is None):
            yield Problem(place, "stated-without-quote", {"field": entry.field})
        if (
            entry.status in (Provenance.RESOLVED, Provenance.ASSUMED, Provenance.UNKNOWN)
            and entry.note is None
        ):
            yield Problem(place, "status-without-note", {"field": entry.field, "status": entry.status})
        # That a visit has no window is a statement too.
        path = entry.field.removesuffix(".window")
        if entry.status in (Provenance.STATED, Provenance.RESOLVED) and not exists(tree, path):
            yield Problem(f"{place}.field", "no-such-field", {"path": entry.field})


def _arms(template: TemplateShape) -> tuple[tuple[Arm, ...], list[Problem]]:
    problems: list[Problem] = []
    expanded: dict[str, tuple[list[int | None], list[int]]] = {}
    for i, shape in enumerate(template.cycles):
        place = f"cycles[{i}]"
        offsets, start_problems = expand.starts(shape.starts, template, f"{place}.starts")
        days, day_problems = expand.course_days(shape, place)
        problems += [*start_problems, *day_problems, *_series_problems(shape, place, template, offsets, days)]
        expanded[shape.code] = (offsets, days)
    problems += _size_problems(template, expanded)
    if problems:
        return (), problems
    arms: list[Arm] = []
    by_code = {shape.code: shape for shape in template.cycles}
    for i, arm in enumerate(template.arms):
        written: list[CycleTemplate] = []
        shapes = [by_code[code] for code in arm.cycles if code in by_code]
        planned = 0
        for j, shape in enumerate(shapes):
            if shape.starts.on_demand is None and planned < len(written):
                problems.append(Problem(f"arms[{i}].cycles[{j}]", "on-demand-last", {"code": shape.code}))
            written.extend(expand.cycles(shape, template, *expanded[shape.code], list(written)))
            planned = len(written) if shape.starts.on_demand is None else planned
        problems += _overlaps(f"arms[{i}]", written)
        series = tuple(_series(shape, template) for shape in shapes)
        cycles, on_demand = tuple(written[:planned]), tuple(written[planned:])
        arms.append(Arm(arm.code, label(arm.label), arm.blinded, series, cycles, on_demand))
    return tuple(arms), problems


def _size_problems(
    template: TemplateShape, expanded: Mapping[str, tuple[list[int | None], list[int]]]
) -> Iterator[Problem]:
    """What would fill memory when written out: far more cycles or injections than any trial has."""
    injections = 0
    slots = {shape.code: len(shape.slots) for shape in template.cycles}
    for i, arm in enumerate(template.arms):
        used = [(code, *expanded[code]) for code in arm.cycles if code in expanded]
        if sum(len(offsets) for _, offsets, _ in used) > MAX_CYCLES:
            yield Problem(f"arms[{i}].cycles", "too-many-cycles", {"limit": MAX_CYCLES})
        injections += sum(len(offsets) * len(days) * slots[code] for code, offsets, days in used)
    if injections > MAX_INJECTIONS:
        yield Problem("cycles", "too-many-injections", {"found": injections, "limit": MAX_INJECTIONS})


def _series(shape: CycleShape, template: TemplateShape) -> CycleSeries:
    cap = shape.cap
    return CycleSeries(
        code=shape.code,
        label=label(shape.label),
        drug=shape.drug,
        route=shape.route,
        basis=shape.dose.basis,
        basis_iu=shape.dose.iu if shape.dose.basis.prescribed else None,
        levels_iu=tuple(shape.levels_iu or ()),
        maximum_iu=shape.maximum_iu,
        max_cycles=None if cap is None else cap.cycles,
        last_start=None if cap is None or cap.last_start is None else point_offset(cap.last_start, template),
    )


def _series_problems(
    shape: CycleShape, place: str, template: TemplateShape, offsets: list[int | None], days: list[int]
) -> Iterator[Problem]:
    times = [slot.time for slot in shape.slots]
    for i in range(1, len(times)):
        if times[i] <= times[i - 1]:
            facts: dict[str, Fact] = {"value": times[i], "previous": times[i - 1]}
            yield Problem(f"{place}.slots[{i}].time", "times-not-increasing", facts)
    if shape.course.doses_iu is not None and days and len(shape.course.doses_iu) != len(days):
        facts = {"found": len(shape.course.doses_iu), "expected": len(days)}
        yield Problem(f"{place}.course.doses_iu", "doses-per-day", facts)
    for i, change in enumerate(shape.changes):
        for j, number in enumerate(change.cycles):
            if offsets and number > len(offsets):
                facts = {"found": number, "count": len(offsets)}
                yield Problem(f"{place}.changes[{i}].cycles[{j}]", "no-such-cycle", facts)
    for i, companion in enumerate(shape.companions):
        if companion.last_day < companion.first_day or 0 in (companion.first_day, companion.last_day):
            yield Problem(f"{place}.companions[{i}]", "companion-days", {"code": companion.code})
    yield from _dose_problems(shape, place)
    yield from _cap_problems(shape, place, template, offsets)
    if shape.minimum_gap is not None:
        known = [o for o in offsets if o is not None]
        for i in range(1, len(known)):
            if known[i] - known[i - 1] < shape.minimum_gap:
                facts = {"found": known[i] - known[i - 1], "minimum": shape.minimum_gap, "cycle": i + 1}
                yield Problem(f"{place}.minimum_gap", "nominal-gap-too-short", facts)


def _dose_problems(shape: CycleShape, place: str) -> Iterator[Problem]:
    stated = [(f"{place}.dose.iu", shape.dose)]
    stated += [(f"{place}.changes[{i}].dose.iu", c.dose) for i, c in enumerate(shape.changes) if c.dose]
    for where, dose in stated:
        if dose.basis is Basis.PLACEBO and dose.iu is not None:
            yield Problem(where, "placebo-with-dose")
        elif dose.basis is not Basis.PLACEBO and dose.iu is None:
            yield Problem(where, "missing")
    doses = [(f"{place}.course.doses_iu[{i}]", iu) for i, iu in enumerate(shape.course.doses_iu or ())]
    # A dose per m2 or kg is another quantity: the limits are of what is injected.
    doses += [(where, d.iu) for where, d in stated if d.iu is not None and d.basis is Basis.FLAT]
    levels = shape.levels_iu or []
    for where, iu in doses:
        if shape.maximum_iu is not None and iu > shape.maximum_iu:
            yield Problem(where, "dose-above-maximum", {"found": iu, "maximum": shape.maximum_iu})
        if levels and iu >= 10 * max(levels):
            yield Problem(where, "dose-far-above-levels", {"found": iu, "largest": max(levels)})


def _cap_problems(
    shape: CycleShape, place: str, template: TemplateShape, offsets: list[int | None]
) -> Iterator[Problem]:
    if shape.cap is None:
        return
    if shape.cap.cycles is not None and len(offsets) > shape.cap.cycles:
        facts = {"found": len(offsets), "cap": shape.cap.cycles}
        yield Problem(f"{place}.cap.cycles", "more-cycles-than-cap", facts)
    if shape.cap.last_start is None:
        return
    last = point_offset(shape.cap.last_start, template)
    if last is None:
        yield Problem(f"{place}.cap.last_start", "point-one-form")
        return
    for i, offset in enumerate(offsets, start=1):
        if offset is not None and offset > last:
            facts = {"cycle": i, "found": offset, "cap": last}
            yield Problem(f"{place}.starts", "start-past-cap", facts)


def _overlaps(place: str, cycles: list[CycleTemplate]) -> Iterator[Problem]:
    """Two courses of one arm may not share a day, nor may a later cycle begin before an earlier one."""
    dated = [cycle for cycle in cycles if cycle.offset is not None]
    for earlier, later in pairwise(dated):
        last_day = earlier.days[-1].day
        apart = (later.offset or 0) - (earlier.offset or 0)
        if apart < last_day:
            facts = {"first": earlier.number, "second": later.number, "apart": apart, "days": last_day}
            yield Problem(place, "courses-overlap", facts)


def _gate_problems(template: TemplateShape, arms: tuple[Arm, ...]) -> Iterator[Problem]:
    cycles = max((len(arm.cycles) for arm in arms), default=0)
    for i, gate in enumerate(template.gates):
        for j, number in enumerate([gate.before_cycle, *gate.cycles]):
            if number > cycles:
                where = f"gates[{i}].before_cycle" if j == 0 else f"gates[{i}].cycles[{j - 1}]"
                yield Problem(where, "no-such-cycle", {"found": number, "count": cycles})


def _total_problems(template: TemplateShape, arms: tuple[Arm, ...]) -> Iterator[Problem]:
    """The sums must come out; that of the doses not where a site entered a dose instead of an assumed one."""
    keys = {key for value in template.site_values for key in value.field.split(".")}
    own_dose = bool(keys & {"dose", "doses_iu"})
    for arm in arms:
        stated = template.totals.get(arm.code)
        if stated is None:
            continue
        counted = arm.totals()
        for name, found, expected in (
            ("cycles", stated.cycles, counted.cycles),
            ("injections", stated.injections, counted.injections),
            ("dose_iu", stated.dose_iu, counted.dose_iu),
        ):
            if found != expected and not (own_dose and name == "dose_iu"):
                facts = {
                    "found": "-" if found is None else found,
                    "expected": "-" if expected is None else expected,
                }
                yield Problem(f"totals.{arm.code}.{name}", "wrong-total", facts)
