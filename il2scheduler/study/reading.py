"""Patients and protocols of a study as the engine knows them, read from the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from il2scheduler.commands import PatientState, appointments_of, patient_of
from il2scheduler.cycle_starts import cycle_starts
from il2scheduler.ledger import Key, Row, Rows, Table
from il2scheduler.protocol import Protocol
from il2scheduler.protocol_file import read
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import Schedule, in_order


@dataclass(frozen=True, slots=True)
class StudyProtocol:
    """A protocol version of the study: its row id, how it came in, and what it says.

    `readings` are all readings of its text; `protocol` is the one the study uses.
    """

    id: int
    status: str
    protocol: Protocol
    readings: tuple[Protocol, ...] = ()


def protocols_of(rows: Mapping[Key, Row]) -> Mapping[int, StudyProtocol]:
    """The study's protocol versions by row id; the text in the study counts, never that of the program."""
    return {int(key[0]): _protocol(int(key[0]), row) for key, row in rows.items()}


def _protocol(number: int, row: Row) -> StudyProtocol:
    file = read(str(row["text"]).encode("utf-8"))
    protocol = file.protocol(str(row["reading"]))
    if protocol is None:
        raise Refusal("protocol-unreadable", code=str(row["code"]), version=str(row["version"]))
    return StudyProtocol(number, str(row["status"]), protocol, file.protocols)


def one_text_a_version(known: Mapping[int, StudyProtocol], protocol: Protocol) -> None:
    """Refuse a template with the code and version of another one in the study: nobody could tell them apart.

    A text with values of the site says so in its name, and stands beside the one it came from.
    """
    if protocol.site_values:
        return
    for one in (entry.protocol for entry in known.values()):
        same_name = (one.code, one.version) == (protocol.code, protocol.version)
        if same_name and not one.site_values and one.sha256 != protocol.sha256:
            raise Refusal("version-taken", code=protocol.code, version=protocol.version)


def state_of(rows: Rows, protocols: Mapping[int, StudyProtocol]) -> PatientState:
    """A patient as the rows have it: the appointments are those of the rows, not built anew.

    What was printed years ago so stays what it was, whatever the version of the program.
    """
    appointments = appointments_of(rows)
    enrolled, patient = patient_of(rows, appointments)
    protocol = protocols[enrolled.protocol].protocol
    starts = cycle_starts(protocol.arm(patient.arm), patient)
    schedule = Schedule(protocol, patient, starts, in_order(protocol, appointments))
    notes = max((int(key[1]) for key in rows.table(Table.NOTE)), default=0)
    return PatientState(enrolled, schedule, notes)
