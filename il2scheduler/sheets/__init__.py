"""Printed sheets (PDF): dosing sheets, patient diary, visit calendar, schedule of activities.

Nothing of the PDF library is imported before the first sheet is asked for: the window starts without it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from il2scheduler.sheets.printing import Printing, UnprintableText

if TYPE_CHECKING:
    from il2scheduler.rules import Finding
    from il2scheduler.schedule import Schedule

__all__ = [
    "Printing",
    "UnprintableText",
    "diary",
    "dosing_sheets",
    "missing_glyphs",
    "schedule_of_activities",
    "visit_calendar",
]


def dosing_sheets(
    schedule: Schedule,
    findings: Sequence[Finding],
    printing: Printing,
    cycles: Collection[int] | None = None,
) -> bytes:
    """A PDF with an overview and one dosing sheet a cycle (all, or those of `cycles`).

    Omitted cycles are in the overview and have no sheet. An arm without cycles gives one page that says
    so. `UnprintableText` when a text holds a character that cannot be printed.
    """
    from il2scheduler.sheets import dosing_sheet, pdf

    return pdf.written(dosing_sheet.document(schedule, tuple(findings), printing, cycles))


def diary(schedule: Schedule, findings: Sequence[Finding], printing: Printing) -> bytes:
    """The patient's diary as a PDF: cover, advice, dates, and the days with a home injection.

    `UnprintableText` when a text holds a character that cannot be printed.
    """
    from il2scheduler.sheets import patient_diary, pdf

    return pdf.written(patient_diary.document(schedule, tuple(findings), printing))


def visit_calendar(schedule: Schedule, findings: Sequence[Finding], printing: Printing) -> bytes:
    """Month grids and a list of all appointments as a PDF; without an anchor only the list, with blanks.

    `UnprintableText` when a text holds a character that cannot be printed.
    """
    from il2scheduler.sheets import pdf, visit_dates

    return pdf.written(visit_dates.document(schedule, tuple(findings), printing))


def schedule_of_activities(schedule: Schedule, findings: Sequence[Finding], printing: Printing) -> bytes:
    """The table of activities by visit and cycle day of the patient's arm, with source phrases, as a PDF.

    `UnprintableText` when a text holds a character that cannot be printed.
    """
    from il2scheduler.sheets import activities, pdf

    return pdf.written(activities.document(schedule, tuple(findings), printing))


def missing_glyphs(text: str) -> set[str]:
    """The characters of a text that cannot be printed; empty when the text can be printed as it is."""
    from il2scheduler.sheets import fonts

    return fonts.missing_glyphs(text)
