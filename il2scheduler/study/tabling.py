"""Tables of a study: schedules, the agenda, deviations, injections and the drug supply, as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from il2scheduler import exports
from il2scheduler.i18n import Words, words
from il2scheduler.jobs import Job, Progress
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study
from il2scheduler.study.lists import Deviation, Due, deviations, due, moved_without_window, overdue
from il2scheduler.study.supply import BY_PATIENT, SUPPLY, Forecast, blinded_patients
from il2scheduler.study.table_words import ABOUT, KIND_NAMES, meanings, notes
from il2scheduler.tables import (
    BLINDED,
    SCHEDULE_COLUMNS,
    Cell,
    Part,
    drained,
    schedule_rows,
    table_steps,
    workbook_steps,
)
from il2scheduler.wording import appointment_name, deviation_sentence, place_name, status_name


class Kind(StrEnum):
    """The tables there are."""

    SCHEDULE = "schedule"
    AGENDA = "agenda"
    DEVIATIONS = "deviations"
    INJECTIONS = "injections"
    SUPPLY = "supply"


ENDINGS = (".xlsx", ".csv")
DATED = frozenset({Kind.AGENDA, Kind.INJECTIONS, Kind.SUPPLY})
"""The kinds of which dates can be chosen."""
AGENDA = (
    "list", "week", "date", "weekday", "time", "patient", "protocol", "code", "what", "place", "dose_iu",
    "status", "status_in_words",
)  # fmt: skip
DEVIATIONS = ("patient", "kind", "where", "date", "what", "reason", "entry")
INJECTIONS = (
    "patient", "code", "cycle", "day", "planned_date", "time", "drug", "dose_iu", "place", "status",
    "given_at", "given_iu", "site", "batch", "given_by", "not_given", "note",
)  # fmt: skip
_FIRST, _LAST = date.min, date.max
_DAYS_AHEAD = 27

Row = dict[str, Cell]
Piece = Callable[[], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which table, of which patients (all where none is named), from and to which dates, both inclusive.

    The agenda and the supply begin today where no first date is said; the agenda then ends after four weeks.
    """

    kind: Kind
    language: str
    ending: str = ".csv"
    patients: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


def ending_of(path: Path) -> str:
    """`.csv` or `.xlsx`, by the name of a file; `Refusal` for another."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise Refusal("table-ending", file=path.name)
    return ending


def made(
    study: Study,
    kind: Kind,
    *,
    language: str,
    patients: tuple[str, ...] = (),
    first: date | None = None,
    last: date | None = None,
    ending: str = ".csv",
) -> bytes:
    """A table as a file; inside a snapshot it is of one moment. `Refusal` for dates in the wrong order."""
    return drained(making(study, Wanted(kind, language, ending, patients, first, last)))


def making(study: Study, wanted: Wanted) -> Generator[Progress, None, bytes]:
    """Make a table step by step; what the generator returns is the file."""
    w = words(wanted.language)
    first = wanted.first
    if first is None and wanted.kind in (Kind.AGENDA, Kind.SUPPLY):
        first = study.today()
    if first is not None and wanted.last is not None and wanted.last < first:
        raise Refusal("dates-order", first=first, last=wanted.last)
    columns, pieces, more = _content(study, wanted, w, first or _FIRST, wanted.last)
    title = w(KIND_NAMES[wanted.kind.value])
    begun = 0

    def rows() -> Iterator[Row]:
        nonlocal begun
        for piece in pieces:
            begun += 1
            yield from piece()

    if wanted.ending == ".csv":
        steps = table_steps(columns, rows())
    else:
        about = [*meanings(w, columns), *notes(w, wanted.kind.value, study.settings.product)]
        parts = [Part(title, columns, rows()), *more, Part(w("About this table"), ABOUT, about)]
        steps = workbook_steps(parts, title=title)
    while True:
        yield Progress(max(0, begun - 1), len(pieces), title)
        try:
            next(steps)
        except StopIteration as end:
            data: bytes = end.value
            return data


def saving(path: Path, who: str, wanted: Wanted, file: Path) -> Job:
    """Write a table of the study at `path` into a file, whole or not at all.

    The study is opened for reading in the thread that runs the job: a connection stays where it was opened.
    """
    yield Progress(0, 1, "")
    with Study.open(path, who=who, read_only=True) as study, study.snapshot():
        data = yield from making(study, wanted)
    exports.write(file, data)
    yield Progress(1, 1, "")


def _content(
    study: Study, wanted: Wanted, w: Words, first: date, last: date | None
) -> tuple[tuple[str, ...], Sequence[Piece], tuple[Part, ...]]:
    """The columns of a table, the pieces its rows come in, and the other worksheets of its workbook."""
    codes = wanted.patients

    if wanted.kind is Kind.SCHEDULE:
        every = codes or tuple(sorted(str(row["code"]) for row in study.patients().values()))
        return SCHEDULE_COLUMNS, [_schedule(study, code, w) for code in every], ()
    if wanted.kind is Kind.AGENDA:
        until = last or first + timedelta(days=_DAYS_AHEAD)
        return AGENDA, [lambda: _agenda(w, study, first, until, codes)], ()
    if wanted.kind is Kind.DEVIATIONS:
        apart = Part(w("Moved, no window in the source"), DEVIATIONS, _moved(w, study, codes))
        return DEVIATIONS, [lambda: _deviations(w, study, deviations(study, codes))], (apart,)
    if wanted.kind is Kind.INJECTIONS:
        return INJECTIONS, [lambda: _injections(study, first, last or _LAST, codes)], ()
    forecast = Forecast.of(study, first, last or _LAST, codes)
    by_patient = Part(w("By patient"), BY_PATIENT, forecast.by_patient())
    return SUPPLY, [forecast.rows], (by_patient,)


def _schedule(study: Study, code: str, w: Words) -> Piece:
    return lambda: schedule_rows(study.state(code).schedule, w)


def _agenda(w: Words, study: Study, first: date, last: date, patients: tuple[str, ...]) -> Iterator[Row]:
    """What is overdue on the first date, then what stands up to the last."""
    blinded = blinded_patients(study)
    for listed, entries in (("overdue", overdue(study, first)), ("due", due(study, first, last))):
        for entry in entries:
            if not patients or entry.patient in patients:
                yield from _due_rows(w, study, entry, listed, shown=entry.patient_id not in blinded)


def _due_rows(w: Words, study: Study, entry: Due, listed: str, *, shown: bool) -> Iterator[Row]:
    appointment, protocol = entry.appointment, study.protocols[entry.protocol].protocol
    day = appointment.planned
    common: Row = {
        "list": listed,
        "week": None if day is None else day - timedelta(days=day.weekday()),
        "date": day,
        "weekday": None if day is None else w.weekday(day),
        "time": appointment.hour,
        "patient": entry.patient,
        "protocol": protocol.code,
        "code": appointment.code,
        "what": appointment_name(w, appointment.code, protocol),
        "status": appointment.status.value,
        "status_in_words": status_name(w, appointment.status),
    }
    if not appointment.injections:
        yield common
    for injection in appointment.injections:
        yield common | {
            "time": injection.time,
            "place": place_name(w, injection.place),
            "dose_iu": injection.dose_iu if shown else None,
            "status": injection.status.value,
            "status_in_words": status_name(w, injection.status),
        }


def _moved(w: Words, study: Study, patients: tuple[str, ...]) -> Iterator[Row]:
    """Visits that were moved where the source has no window: no deviations, so apart from them."""
    yield from _deviations(w, study, moved_without_window(study, patients))


def _deviations(w: Words, study: Study, listed: Iterable[Deviation]) -> Iterator[Row]:
    protocols = {str(row["code"]): int(row["protocol"] or 0) for row in study.patients().values()}
    for found in listed:
        protocol = study.protocols[protocols[found.patient]].protocol
        what = deviation_sentence(w, found.kind.value, found.where, found.date, found.facts, protocol)
        yield {
            "patient": found.patient,
            "kind": found.kind.value,
            "where": found.where,
            "date": found.date,
            "what": what,
            "reason": found.reason,
            "entry": found.entry,
        }


def _injections(study: Study, first: date, last: date, patients: tuple[str, ...]) -> Iterator[Row]:
    codes = {number: str(row["code"]) for number, row in study.patients().items()}
    span = (first.isoformat(), last.isoformat())
    days = {
        (int(line["patient"] or 0), str(line["code"])): (line["cycle"], line["day"])
        for line in study.store.appointments(*span)
    }
    blinded = blinded_patients(study)
    for line in study.store.injections(*span):
        number, appointment = int(line["patient"] or 0), str(line["appointment"])
        if patients and codes[number] not in patients:
            continue
        cycle, day = days[number, appointment]
        given_at = line["given_at"]
        row: Row = {name: line.get(name) for name in INJECTIONS}
        row |= {"patient": codes[number], "code": appointment, "cycle": cycle, "day": day}
        row |= {
            "planned_date": date.fromisoformat(str(line["planned"])),
            "time": datetime.strptime(str(line["slot"]), "%H:%M").time(),  # noqa: DTZ007 - a clock time
            "given_at": None if given_at is None else datetime.fromisoformat(str(given_at)),
        }
        if number in blinded:
            row |= {"drug": BLINDED, "dose_iu": None, "given_iu": None}
        yield row
