"""The preparation block of a dosing sheet: from dose to volume, and a line for each preparation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from il2scheduler.dosing import Draw, Product, VialFor, for_drug, vials, volume
from il2scheduler.i18n import Words
from il2scheduler.protocol import Place
from il2scheduler.schedule import Appointment, CycleStart, Injection
from il2scheduler.sheets import fonts, phrases
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE, quotation
from il2scheduler.sheets.page import base_of, wrapped
from il2scheduler.sheets.table import PAD, Cell, Column, Row, cell, table
from il2scheduler.wording import day_lists
from il2scheduler.wording.product import formula, heed, listed, product_facts_said

LINE = 21.0
_HOME_LINES = 3
"""How often vials may be handed out where every injection of a cycle is given at home."""
_DAY_ZERO = datetime(2000, 1, 1)  # noqa: DTZ001 - only the time between injections counts


def preparation(flow: Flow, start: CycleStart, course: Sequence[Appointment]) -> None:
    """Draw the block: filled in from the site's product, or blank where none was entered for the drug."""
    w = flow.w
    flow.heading(w("Preparation"), keep=150)
    drug = flow.furniture.schedule.arm.series_of(start.template).drug
    product = for_drug(flow.furniture.printing.product, drug)
    if product is None:
        base = flow.y + base_of(SIZE, LINE)
        half = flow.left + flow.wide * 0.55
        flow.blank(w("Product:"), flow.left, half - 8, base)
        flow.blank(w("Concentration:"), half, flow.right, base)
        flow.y += LINE + 2
    else:
        said = _computed(w, flow.furniture.schedule.patient.code, product, course)
        # In bold where no formula is broken by it.
        short = all(len(wrapped(text, SIZE, flow.wide - 6, bold=True)) == 1 for text, bold in said if bold)
        flow.boxed([(text, bold and short) for text, bold in said])
    _preparations(flow, product, course)


def _computed(
    w: Words, patient: str, product: Product, course: Sequence[Appointment]
) -> list[tuple[str, bool]]:
    """The product and, for each dose, its formula and what to heed."""
    # The concentration stands in each formula.
    facts = product_facts_said(w, product, concentration=False)
    draws = _draws(patient, course)
    if draws and product.vial_for is not VialFor.ALL:
        count = vials(draws, product)
        facts.append(w.plural("{count} vial for this cycle", "{count} vials for this cycle", count))
    name = quotation(w, product.name)
    said = [(w("Product: {name}: {facts}.", name=name, facts=listed(w, facts)), False)]
    for dose_iu, when in _doses(w, course):
        if dose_iu is None:
            written = w(
                "{dose} ÷ {concentration} per mL = {volume}",
                dose=phrases.dose(w, None),
                concentration=w.dose(product.concentration_iu),
                volume=w("{volume} mL", volume=phrases.BLANK),
            )
            said.append((w("{when}: {formula}", when=when, formula=written), True))
            continue
        written = formula(w, dose_iu, product)
        said.append((w("{when}: {formula}", when=when, formula=written), True))
        flags = heed(w, dose_iu, product)
        said += [(f"! {flags}", False)] if flags else []
    return said


def _doses(w: Words, course: Sequence[Appointment]) -> list[tuple[int | None, str]]:
    """Each dose of the course, and on which days it is given; the time where a day has several doses."""
    found: dict[tuple[int | None, str], list[int]] = {}
    for day in course:
        due = phrases.due(day)
        several = len({injection.dose_iu for injection in due}) > 1
        for injection in due:
            if injection.dose_iu == 0:  # a placebo
                continue
            numbers = found.setdefault((injection.dose_iu, phrases.clock(injection) if several else ""), [])
            if day.day is not None and day.day not in numbers:
                numbers.append(day.day)
    said: list[tuple[int | None, str]] = []
    for (dose_iu, time), numbers in found.items():
        days = phrases.upper(day_lists.days(w, numbers))
        said.append((dose_iu, w("{days} at {time}", days=days, time=time) if time else days))
    return said


def _draws(patient: str, course: Sequence[Appointment]) -> list[Draw] | None:
    """The injections of the course by its days, also while they have no date; None where a dose is open."""
    found: list[Draw] = []
    for day in course:
        for injection in phrases.due(day):
            if injection.dose_iu is None or day.day is None:
                return None
            if injection.dose_iu == 0:
                continue
            clock = timedelta(hours=injection.time.hour, minutes=injection.time.minute)
            at = _DAY_ZERO + timedelta(days=day.day) + clock
            found.append(Draw(at, injection.dose_iu, patient, injection.place.value))
    return found


def _preparations(flow: Flow, product: Product | None, course: Sequence[Appointment]) -> None:
    """A line for each injection that is given at the clinic, with the volume that two people work out."""
    w = flow.w
    rows = [
        Row((cell(_when(w, day, injection)), *_volume(w, product, injection), *(Cell() for _ in range(6))))
        for day in course
        for injection in phrases.due(day)
        if injection.place is not Place.HOME
    ]
    if rows:
        flow.paragraph(
            w(
                "Check 1 by the one who prepares, check 2 by another: each works out the volume alone, mL "
                "and initials."
            )
        )
        wide = max(fonts.width(text, SIZE) for row in rows for text in row.cells[0].texts) + 2 * PAD + 1
        columns = [
            Column(w("For the injection of"), wide),
            *([Column(w("Volume (mL)"), 50)] if product else []),
            Column(w("Batch"), share=1.2),
            Column(w("Expires"), share=1),
            Column(w("Reconstituted at"), 76),
            Column(w("Use until"), 46),
            Column(w("Check\u00a01"), 66),
            Column(w("Check\u00a02"), 66),
        ]
        table(flow, columns, rows, least=LINE)
        flow.y -= 2
    if any(injection.place is Place.HOME for day in course for injection in phrases.due(day)):
        for _ in range(1 if rows else _HOME_LINES):
            _for_home(flow)


def _for_home(flow: Flow) -> None:
    """What is handed out for the injections at home."""
    w = flow.w
    flow.need(LINE)
    base = flow.y + base_of(SIZE, LINE)
    x = flow.page.text(flow.left, base, w("Handed out for home:"), SIZE, bold=True) + 5
    labels = (w("vials"), w("batch"), w("expiry"), w("date"), w("initials"))
    shares = (0.6, 1.2, 1.0, 1.2, 0.9)
    room = flow.right - x - sum(fonts.width(label, SIZE) + 9 for label in labels) + 5
    for label, share in zip(labels, shares, strict=True):
        end = x + fonts.width(label, SIZE) + 4 + room * share / sum(shares)
        flow.blank(label, x, end, base)
        x = end + 5
    flow.y += LINE


def _when(w: Words, day: Appointment, injection: Injection) -> str:
    named = w("day {day}", day=day.day) if day.planned is None else w.staff_date(day.planned)
    return f"{phrases.upper(named) if day.planned is None else named}, {phrases.clock(injection)}"


def _volume(w: Words, product: Product | None, injection: Injection) -> tuple[Cell, ...]:
    """The cell of the volume, empty where the dose is open; no cell where no product was entered."""
    if product is None:
        return ()
    shown = volume(injection.dose_iu, product.concentration_iu).shown if injection.dose_iu else None
    return (cell(w.number(shown), bold=True) if shown else Cell(),)
