"""Lists over all patients: a day, the overdue, the places of each day, what is out of the ordinary."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from il2scheduler.ledger import TABLES, Table
from il2scheduler.protocol import Place
from il2scheduler.schedule import Kind, Status
from il2scheduler.store.interface import DayCount
from il2scheduler.store.schema import quoted

Line = dict[str, str | int | None]

_APPOINTMENT = (*TABLES[Table.APPOINTMENT].key, *TABLES[Table.APPOINTMENT].values)
_INJECTION = (*TABLES[Table.INJECTION].key, *TABLES[Table.INJECTION].values)
_AWAY = f"('{Status.OMITTED}', '{Status.CANCELLED}')"


def appointments(connection: sqlite3.Connection, first: str, last: str) -> list[Line]:
    """Appointments planned from one date to another, by date and patient."""
    return _lines(
        connection,
        f"SELECT {quoted(_APPOINTMENT)} FROM appointment"
        " WHERE planned BETWEEN ? AND ? ORDER BY planned, patient, code",
        (first, last),
        _APPOINTMENT,
    )


def injections(connection: sqlite3.Connection, first: str, last: str) -> list[Line]:
    """Injections of the appointments planned from one date to another, with the planned date of each."""
    return _lines(
        connection,
        f"SELECT {_of('i', _INJECTION)}, a.planned FROM appointment AS a"
        " JOIN injection AS i ON i.patient = a.patient AND i.appointment = a.code"
        " WHERE a.planned BETWEEN ? AND ? ORDER BY a.planned, i.patient, i.appointment, i.slot",
        (first, last),
        (*_INJECTION, "planned"),
    )


def overdue(connection: sqlite3.Connection, before: str) -> list[Line]:
    """Appointments planned before a date and not, or not wholly, recorded."""
    return _lines(
        connection,
        f"SELECT {quoted(_APPOINTMENT)} FROM appointment"
        " WHERE status IN (?, ?) AND planned < ? ORDER BY planned, patient, code",
        (Status.PLANNED, Status.RUNNING, before),
        _APPOINTMENT,
    )


def counts(connection: sqlite3.Connection, first: str, last: str) -> dict[str, DayCount]:
    """What each day holds; a patient with one injection in the clinic needs a place there that day."""
    rows = connection.execute(
        "SELECT planned, sum(injects AND clinic), sum(injects AND NOT clinic), sum(visits) FROM ("
        " SELECT planned, patient, max(kind = ?3) AS injects, sum(kind = ?4) AS visits,"
        "  max(kind = ?3 AND EXISTS (SELECT 1 FROM injection AS i"
        "   WHERE i.patient = a.patient AND i.appointment = a.code"
        f"   AND i.place IS NOT ?5 AND i.status NOT IN {_AWAY})) AS clinic"
        " FROM appointment AS a"
        f" WHERE planned BETWEEN ?1 AND ?2 AND status NOT IN {_AWAY}"
        " GROUP BY planned, patient)"
        " GROUP BY planned ORDER BY planned",
        (first, last, Kind.INJECTIONS, Kind.VISIT, Place.HOME),
    )
    return {day: DayCount(clinic, home, visits) for day, clinic, home, visits in rows}


def unusual_appointments(connection: sqlite3.Connection) -> list[Line]:
    """Outside their window, moved, missed, omitted, or not wholly given."""
    return _lines(
        connection,
        f"SELECT {quoted(_APPOINTMENT)} FROM appointment"
        " WHERE status IN (?, ?, ?, ?) OR (status <> ? AND (planned IS NOT nominal"
        "  OR coalesce(actual, planned) < earliest OR coalesce(actual, planned) > latest))"
        " ORDER BY patient, planned, code",
        (Status.MISSED, Status.OMITTED, Status.NOT_GIVEN, Status.GIVEN_IN_PART, Status.CANCELLED),
        _APPOINTMENT,
    )


def unusual_injections(connection: sqlite3.Connection) -> list[Line]:
    """Not given, or given with another dose than planned."""
    return _lines(
        connection,
        f"SELECT {quoted(_INJECTION)} FROM injection"
        " WHERE not_given IS NOT NULL OR (given_iu IS NOT NULL AND given_iu IS NOT dose_iu)"
        " ORDER BY patient, appointment, slot",
        (),
        _INJECTION,
    )


def _of(table: str, names: Sequence[str]) -> str:
    return ", ".join(f'{table}."{name}"' for name in names)


def _lines(
    connection: sqlite3.Connection, sql: str, values: tuple[str, ...], names: Sequence[str]
) -> list[Line]:
    return [dict(zip(names, row, strict=True)) for row in connection.execute(sql, values)]
