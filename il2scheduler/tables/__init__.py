"""Tables for spreadsheet programs and statisticians: a patient's schedule, and files of any rows."""

from __future__ import annotations

from collections.abc import Iterator

from il2scheduler.appointment import Appointment, Injection
from il2scheduler.i18n import Words, words
from il2scheduler.protocol import study_day, study_week
from il2scheduler.schedule import Schedule
from il2scheduler.tables.files import Cell, Part, drained, table, table_steps, workbook_steps, written
from il2scheduler.wording import appointment_name, place_name, status_name

__all__ = [
    "BLINDED",
    "SCHEDULE_COLUMNS",
    "Cell",
    "Part",
    "drained",
    "schedule_csv",
    "schedule_rows",
    "table",
    "table_steps",
    "workbook_steps",
    "written",
]

# The names and codes are the same in every language, as in `plan --json`: scripts rely on them. The
# columns called `..._in_words`, and `what` and `weekday`, are for people, in the language asked for.
SCHEDULE_COLUMNS = (
    "patient",
    "arm",
    "code",
    "kind",
    "what",
    "cycle",
    "day",
    "injection",
    "study_week",
    "study_day",
    "nominal_date",
    "planned_date",
    "weekday",
    "time",
    "window_earliest",
    "window_latest",
    "window_by_site",
    "provisional",
    "actual_date",
    "drug",
    "dose_iu",
    "dose_in_words",
    "place",
    "place_in_words",
    "status",
    "status_in_words",
)
BLINDED = "not shown"
"""Stands for the arm and the drug of a blinded arm."""


def schedule_csv(schedule: Schedule, *, language: str) -> bytes:
    """One row for each injection and each visit, in the schedule's order; those without a date too.

    The file is as `files.as_csv` describes it. Doses are whole international units; study week and day are
    those of the nominal date. In a blinded arm the arm, its drug and its doses are not shown.
    """
    return table(SCHEDULE_COLUMNS, schedule_rows(schedule, words(language)))


def schedule_rows(schedule: Schedule, w: Words) -> Iterator[dict[str, Cell]]:
    """The rows of `schedule_csv`."""
    for appointment in schedule.appointments:
        common = _appointment_cells(schedule, appointment, w)
        if not appointment.injections:
            status = appointment.status
            yield {**common, "status": status.value, "status_in_words": status_name(w, status)}
        for number, injection in enumerate(appointment.injections, 1):
            yield {**common, "injection": number, **_injection_cells(schedule, injection, w)}


def _appointment_cells(schedule: Schedule, appointment: Appointment, w: Words) -> dict[str, Cell]:
    protocol, offset = schedule.protocol, appointment.offset
    earliest, latest = appointment.window or (None, None)
    return {
        "patient": schedule.patient.code,
        "arm": BLINDED if schedule.arm.blinded else schedule.arm.code,
        "code": appointment.code,
        "kind": appointment.kind.value,
        "what": appointment_name(w, appointment.code, protocol),
        "cycle": appointment.cycle,
        "day": appointment.day,
        "study_week": None if offset is None else study_week(offset, protocol.week_origin),
        "study_day": None if offset is None else study_day(offset, day_zero=protocol.day_zero),
        "nominal_date": appointment.nominal,
        "planned_date": appointment.planned,
        "weekday": None if appointment.planned is None else w.weekday(appointment.planned),
        "time": appointment.hour,
        "window_earliest": earliest,
        "window_latest": latest,
        "window_by_site": None if appointment.window is None else int(appointment.site_window),
        "provisional": int(appointment.provisional),
        "actual_date": appointment.actual,
    }


def _injection_cells(schedule: Schedule, injection: Injection, w: Words) -> dict[str, Cell]:
    dose = None if schedule.arm.blinded else injection.dose_iu
    return {
        "time": injection.time,
        "drug": BLINDED if schedule.arm.blinded else injection.drug,
        "dose_iu": dose,
        "dose_in_words": None if dose is None else w.dose(dose),
        "place": injection.place.value,
        "place_in_words": place_name(w, injection.place),
        "status": injection.status.value,
        "status_in_words": status_name(w, injection.status),
    }
