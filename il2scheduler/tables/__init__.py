"""A patient's schedule as a table, for spreadsheet programs and for statisticians."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time

from il2scheduler.appointment import Appointment, Injection
from il2scheduler.i18n import Words, words
from il2scheduler.protocol import study_day, study_week
from il2scheduler.schedule import Schedule
from il2scheduler.wording import appointment_name, place_name, status_name

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
# What a spreadsheet program may take for a formula, in wide characters too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_BLINDED = "not shown"

Cell = str | int | date | time | None


def schedule_csv(schedule: Schedule, *, language: str) -> bytes:
    """One row for each injection and each visit, in the schedule's order; those without a date too.

    Commas, CRLF, UTF-8 with a byte order mark (spreadsheet programs take it for Latin-1 otherwise); dates
    YYYY-MM-DD, times HH:MM, doses whole international units. Study week and day are those of the nominal
    date. In a blinded arm the arm and its doses are not shown. A text that a spreadsheet program would
    take for a formula begins with an apostrophe; numbers below zero are numbers.
    """
    return table(SCHEDULE_COLUMNS, _schedule_rows(schedule, words(language)))


def schedules_csv(schedules: Iterable[Schedule], *, language: str) -> bytes:
    """The schedules of several patients in one table, as `schedule_csv` describes it."""
    w = words(language)
    return table(SCHEDULE_COLUMNS, (row for schedule in schedules for row in _schedule_rows(schedule, w)))


def table(columns: tuple[str, ...], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """A CSV file of rows that name their cells, as `schedule_csv` describes it; what a row lacks is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([written(row.get(column)) for column in columns] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def written(cell: Cell) -> str | int:
    """A cell as it stands in the file; empty where nothing is known."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return "'" + cell if cell.startswith(_FORMULA) else cell


def _schedule_rows(schedule: Schedule, w: Words) -> Iterator[dict[str, Cell]]:
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
        "arm": _BLINDED if schedule.arm.blinded else schedule.arm.code,
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
        "drug": injection.drug,
        "dose_iu": dose,
        "dose_in_words": None if dose is None else w.dose(dose),
        "place": injection.place.value,
        "place_in_words": place_name(w, injection.place),
        "status": injection.status.value,
        "status_in_words": status_name(w, injection.status),
    }
