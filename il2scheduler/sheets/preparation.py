"""The preparation block of a dosing sheet: from dose to volume, checked twice, and a row a day to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from il2scheduler.dosing import Draw, Product, VialFor, for_drug, vials, volume
from il2scheduler.i18n import Words
from il2scheduler.schedule import Appointment, CycleStart
from il2scheduler.sheets import phrases
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE, quotation
from il2scheduler.sheets.page import HAIR, THIN, base_of, wrapped
from il2scheduler.sheets.table import Cell, Column, Row, cell, table
from il2scheduler.wording import day_lists
from il2scheduler.wording.product import formula, heed, listed, product_facts_said

LINE = 21.0
_GAP = 8.0
_FIGURE = 36.0
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
    _checks(flow)
    _days(flow, product, course)


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


def _checks(flow: Flow) -> None:
    """Two boxes, in which two people write what each of them computed alone."""
    w, page, high = flow.w, flow.page, LINE + 2
    wide = (flow.wide - _GAP) / 2
    flow.need(high + _GAP)
    base = flow.y + base_of(SIZE, high)
    for number in (1, 2):
        x = flow.left + (number - 1) * (wide + _GAP)
        page.box(x, flow.y, wide, high, THIN)
        after = page.text(x + 4, base, w("Independent check {number}:", number=number), SIZE) + 4
        page.rule(after, base + 2, after + _FIGURE, base + 2, HAIR)
        after = page.text(after + _FIGURE + 3, base, "mL", SIZE)
        flow.blank(w("Initials:"), after + 6, x + wide - 4, base)
    flow.y += high + 5


def _days(flow: Flow, product: Product | None, course: Sequence[Appointment]) -> None:
    w = flow.w
    columns = [
        Column(w("Date"), phrases.date_wide(flow.furniture.schedule, w)),
        Column(w("Batch"), share=1.2),
        Column(w("Expiry"), share=1),
        Column(w("Reconstituted at"), 76),
        Column(w("Use before"), 60),
        Column(w("Volume (mL)"), 58),
        Column(w("Prepared by"), 56),
        Column(w("Checked by"), 54),
    ]
    rows: list[Row] = []
    for day in course:
        date = Cell(ruled=True) if day.planned is None else cell(w.staff_date(day.planned))
        empty = [Cell() for _ in range(4)]
        rows.append(Row((date, *empty, _volumes(w, product, day), Cell(), Cell())))
    table(flow, columns, rows, least=LINE)


def _volumes(w: Words, product: Product | None, day: Appointment) -> Cell:
    """The volume of each injection of a day, `2 × 0.25` where they are alike; empty where one is open."""
    if product is None:
        return Cell()
    said: list[tuple[str, str]] = []
    for injection in phrases.due(day):
        shown = None
        if injection.dose_iu:
            shown = volume(injection.dose_iu, product.concentration_iu).shown
        if not shown:
            return Cell()
        said.append((phrases.clock(injection), w.number(shown)))
    if len({text for _, text in said}) > 1:
        return Cell(tuple(f"{at}: {text}" for at, text in said), bold=True)
    return cell(f"{len(said)} × {said[0][1]}" if len(said) > 1 else said[0][1], bold=True)
