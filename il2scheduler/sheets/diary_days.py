"""One day of the diary: its injections, what was felt, and why an injection was not taken."""

from __future__ import annotations

from datetime import time

from il2scheduler.i18n import N_, Words
from il2scheduler.protocol import Place
from il2scheduler.schedule import Appointment, Injection, Status
from il2scheduler.sheets import phrases
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.page import GREY, HAIR, THIN, base_of, leading_of

SIZE = 12.0
LINE = 20.5
DAY_PARTS = (
    (time(12), N_("Morning")),
    (time(18), N_("Afternoon")),
    (time.max, N_("Evening")),
)


def day_part(w: Words, at: time) -> str:
    """`Morning`, `Afternoon`, `Evening`."""
    return next(w(name) for end, name in DAY_PARTS if at <= end)


def place_for_patient(w: Words, place: Place) -> str:
    """`AT HOME`, or `AT THE CLINIC` for hospital and day hospital."""
    return w("AT HOME") if place is Place.HOME else w("AT THE CLINIC")


def still_planned(day: Appointment) -> list[Injection]:
    """The injections of a day that are still to come; what is recorded needs no diary."""
    return [injection for injection in day.injections if injection.status is Status.PLANNED]


def day_block(flow: Flow, day: Appointment) -> None:
    """A framed block for one injection day, never split over two pages."""
    w = flow.w
    symptoms = (
        (w("Fever, chills"), w("Tiredness")),
        (w("Redness or pain at the site"), w("Nausea, vomiting")),
    )
    injections = [_injection_height(injection) for injection in still_planned(day)]
    high = 24 + sum(injections) + LINE * (1 + len(symptoms)) + 4 + 2 * len(injections)
    if flow.need(high):
        scale(flow)
    page, top = flow.page, flow.y
    page.box(flow.left, top, flow.wide, 24, THIN, GREY)
    x, base = flow.left + 6, top + base_of(SIZE, 24)
    name = w("cycle {number}, day {day}", number=day.cycle, day=day.day)
    if day.planned is None:
        page.rule(x, base + 2, x + 190, base + 2, HAIR)
    else:
        page.text(x, base, phrases.upper(w.patient_date(day.planned)), SIZE, bold=True)
    page.to_right(flow.right - 6, base, phrases.upper(name), SIZE, bold=True)
    flow.y = top + 24
    for injection in still_planned(day):
        _injection(flow, injection)
    _temperature(flow)
    middle = flow.left + flow.wide / 2
    for pair in symptoms:
        base = flow.y + base_of(SIZE, LINE)
        for label, left, right in ((pair[0], x, middle - 8), (pair[1], middle + 4, flow.right - 6)):
            page.text(left, base, label, SIZE)
            page.to_right(right, base, "0   1   2   3".replace(" ", "\u00a0"), SIZE, bold=True)
        flow.y += LINE
    flow.y += 4
    page.box(flow.left, top, flow.wide, flow.y - top, THIN)
    flow.y += 8


def scale(flow: Flow) -> None:
    """What the figures beside the complaints mean, once on each page."""
    flow.paragraph(flow.w("Circle how strong each one was: 0 none, 1 mild, 2 moderate, 3 severe."), size=SIZE)


def _injection_height(injection: Injection) -> float:
    return 18 + 2 * LINE if injection.place is Place.HOME else 18 + LINE


def _injection(flow: Flow, injection: Injection) -> None:
    w, page = flow.w, flow.page
    x, right = flow.left + 6, flow.right - 6
    base = flow.y + 3 + base_of(SIZE, leading_of(SIZE))
    where = place_for_patient(w, injection.place)
    page.text(
        x, base, f"{day_part(w, injection.time)} {phrases.clock(injection)} \u2013 {where}", SIZE, bold=True
    )
    page.to_right(right, base, phrases.dose(w, injection.dose_iu), SIZE, bold=True)
    flow.y += 18
    base = flow.y + base_of(SIZE, LINE)
    if injection.place is Place.HOME:
        after = page.text(page.tick_box(x, base, SIZE), base, w("taken"), SIZE) + 14
        flow.blank(w("at (time):"), after, after + 150, base, size=SIZE)
        flow.blank(w("Site number (1 to 6):"), after + 164, right, base, size=SIZE)
        flow.y += LINE
        base = flow.y + base_of(SIZE, LINE)
        flow.blank(w("not taken, because:"), page.tick_box(x, base, SIZE), right, base, size=SIZE)
    else:
        page.text(
            page.tick_box(x, base, SIZE),
            base,
            w("given by the nurse, who writes it on the dosing sheet"),
            SIZE,
        )
    flow.y += LINE + 2
    page.rule(flow.left, flow.y, flow.right, flow.y, HAIR)


def _temperature(flow: Flow) -> None:
    w, page = flow.w, flow.page
    x, right = flow.left + 6, flow.right - 6
    base = flow.y + base_of(SIZE, LINE)
    middle = flow.left + flow.wide * 0.5
    flow.blank(w("Highest temperature (°C):"), x, middle - 12, base, size=SIZE)
    after = page.text(middle, base, w("Paracetamol:"), SIZE) + 6
    after = page.text(page.tick_box(after, base, SIZE), base, w("no"), SIZE) + 8
    after = page.text(page.tick_box(after, base, SIZE), base, w("yes"), SIZE) + 8
    flow.blank(w("at:"), after, right, base, size=SIZE)
    flow.y += LINE
