"""How fast sheets are made: our layout and reportlab, beside reportlab alone drawing the same marks.

Usage: python benchmarks/sheets.py [--patients N]     each patient has the four sheets, some 57 pages.
The marks of our pages are turned once into the calls by which reportlab draws them; replaying these on a bare
canvas is what a program takes that knows already where everything stands. Speeds are per second of CPU time,
all in this run.
"""
# ruff: noqa: INP001, T201 - a script for the terminal

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple

from il2scheduler import library, rules
from il2scheduler.clinic import clinic_of
from il2scheduler.rules import Finding
from il2scheduler.schedule import Patient, Schedule, build
from il2scheduler.sheets import Printing, activities, dosing_sheet, fonts, patient_diary, pdf, visit_dates
from il2scheduler.sheets.page import Page, Ring, Rule, Text

PRINTING = Printing("fr", "a4", site="Lyon", printed_on=datetime(2026, 1, 2, 14, 5), printed_by="NA")  # noqa: DTZ001
MAKERS = {
    "dosing sheets": dosing_sheet.document,
    "diary": patient_diary.document,
    "visit calendar": visit_dates.document,
    "schedule of activities": activities.document,
}
Call = tuple[str, tuple[Any, ...]]


def schedules(patients: int) -> list[tuple[Schedule, tuple[Finding, ...]]]:
    """Patients of ETOILE with what the rules find at a French clinic."""
    protocol = library.find("anrs-123-etoile").file.protocols[0]
    clinic = clinic_of("FR", first_year=2024, last_year=2031)
    start = date(2026, 1, 5)
    made = [
        build(protocol, Patient(f"P{n:04}", "il2", start + timedelta(days=7 * (n % 50))))
        for n in range(patients)
    ]
    return [(schedule, rules.findings(schedule, clinic)) for schedule in made]


def bare(recorded: list[list[Call]]) -> bytes:
    """The recorded pages by reportlab alone."""
    from reportlab.pdfgen.canvas import Canvas

    file = BytesIO()
    canvas: Any = Canvas(file, pageCompression=1, invariant=1)
    for calls in recorded:
        for name, values in calls:
            getattr(canvas, name)(*values)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def recorded(laid: pdf.Laid) -> list[list[Call]]:
    """The calls by which reportlab draws each page, as its manual has them."""
    return [[("setPageSize", ((page.wide, page.high),)), *calls(page)] for page in laid.pages]


def calls(page: Page) -> Iterator[Call]:
    """The calls that draw the marks of a page."""
    for mark in page.marks:
        if isinstance(mark, Text):
            yield "setFont", (fonts.BOLD if mark.bold else fonts.REGULAR, mark.size)
            yield "drawString", (mark.x, page.high - mark.y, mark.text)
            continue
        yield "setLineWidth", (mark.width,)
        if isinstance(mark, Rule):
            yield "line", (mark.x1, page.high - mark.y1, mark.x2, page.high - mark.y2)
        elif isinstance(mark, Ring):
            yield "circle", (mark.x, page.high - mark.y, mark.radius)
        else:
            low, filled = page.high - mark.y - mark.high, mark.fill is not None
            if filled:
                yield "setFillGray", (mark.fill,)
            yield "rect", (mark.x, low, mark.wide, mark.high, int(mark.width > 0), int(filled))
            if filled:
                yield "setFillGray", (0,)


def timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


class Measured(NamedTuple):
    """CPU seconds for the documents of one kind: ours, the layout alone, reportlab alone."""

    name: str
    pages: int
    ours: float
    laying: float
    least: float


def measured(patients: int) -> Iterator[Measured]:
    """Each kind of sheet of so many patients."""
    known = schedules(patients)
    for name, make in MAKERS.items():
        pdf.written(make(*known[0], PRINTING))
        pages, ours, laying, least = 0, 0.0, 0.0, 0.0
        # Both in turn, so that what else the computer does hits both alike.
        for schedule, found in known:
            laid: list[pdf.Laid] = []
            laying += timed(lambda: laid.append(make(schedule, found, PRINTING)))  # noqa: B023 - called at once
            ours += timed(lambda: pdf.written(make(schedule, found, PRINTING)))  # noqa: B023
            replay = recorded(laid[0])
            least += timed(lambda: bare(replay))  # noqa: B023
            pages += len(laid[0].pages)
        yield Measured(name, pages, ours, laying, least)


def rows(sizes: Sequence[int]) -> Iterator[tuple[str, int, float, float | None, str]]:
    """Milliseconds a page for `benchmarks/run.py`."""
    most = 100 if max(sizes) > 100 else 10
    for patients in (size for size in sizes if size <= most):
        total = [0.0, 0.0, 0.0]
        for one in measured(patients):
            each = [seconds / one.pages * 1000 for seconds in (one.ours, one.least)]
            yield f"{one.name}, each page, beside reportlab alone", patients, each[0], each[1], "ms"
            total = [total[0] + one.ours, total[1] + one.least, total[2] + one.pages]
        ours, least = (seconds / total[2] * 1000 for seconds in total[:2])
        yield "all sheets, each page, beside reportlab alone", patients, ours, least, "ms"


def main() -> None:
    """Measure each kind of sheet, and all of them, and print sheets per second and the ratio."""
    parser = argparse.ArgumentParser(description="How fast sheets are made.")
    parser.add_argument("--patients", type=int, default=20, help="four documents each (default 20)")
    asked = parser.parse_args()
    total = least = 0.0
    for one in measured(asked.patients):
        print(
            f"{one.name:>22}: {asked.patients / one.ours:6.1f} documents, {one.pages / one.ours:6.0f} pages "
            f"a second (laid out: {one.laying / one.ours:3.0%} of it); "
            f"reportlab alone {one.pages / one.least:6.0f} pages; ratio {one.ours / one.least:.2f}"
        )
        total, least = total + one.ours, least + one.least
    print(f"{'ratio':>22}: {total / least:.2f} times the time of reportlab alone, layout included")


if __name__ == "__main__":
    main()
