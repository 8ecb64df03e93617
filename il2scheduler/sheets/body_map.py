"""The map of injection sites: a figure seen from the front, with the six sites numbered."""

from __future__ import annotations

from il2scheduler.i18n import Words
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE
from il2scheduler.sheets.page import HAIR, THIN, Page, Ring


def map_title(w: Words) -> str:
    """What stands above the map, by which it is told how wide the box must be."""
    return w("Sites (seen from the front)")


def body_map(flow: Flow, x: float, y: float, wide: float, high: float, *, size: float = SIZE) -> None:
    """Draw the figure in the given box; the patient's left side is on the right of the picture."""
    w, page = flow.w, flow.page
    page.box(x, y, wide, high, THIN)
    page.centred(x + wide / 2, y + size + 4, map_title(w), size, bold=True)
    page.text(x + 5, y + 2 * size + 8, w.context("side of the body", "right"), size)
    page.to_right(x + wide - 5, y + 2 * size + 8, w.context("side of the body", "left"), size)
    _figure(page, x + wide / 2, y + size + 11, high - size - 15, size)


def _figure(page: Page, middle: float, top: float, high: float, size: float) -> None:
    unit = high / 108
    broad = 1.5 * unit
    head, shoulder, hip, foot = top + 8 * unit, top + 19 * unit, top + 66 * unit, top + 106 * unit
    page.marks.append(Ring(middle, head, 8 * unit, THIN))
    wide = 13 * broad
    page.box(middle - wide, shoulder, 2 * wide, hip - shoulder, HAIR)
    for side in (-1, 1):
        arm = middle + side * (wide + 2)
        page.box(min(arm, arm + side * 10 * broad), shoulder, 10 * broad, 42 * unit, HAIR)
        leg = middle + side
        page.box(min(leg, leg + side * 12 * broad), hip, 12 * broad, foot - hip, HAIR)
    sites = (
        (7, 52, "1"),
        (-7, 52, "2"),
        (7, 80, "3"),
        (-7, 80, "4"),
        (20, 30, "5"),
        (-20, 30, "6"),
    )
    for across, down, number in sites:
        x, y = middle + across * broad, top + down * unit
        page.centred(x, y + 0.35 * size, number, size, bold=True)
