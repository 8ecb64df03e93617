"""What tests of the engine are made of: protocols written in a few lines, clinics, dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from il2scheduler import library, protocol_file
from il2scheduler.clinic import Clinic, Closure, clinic_of
from il2scheduler.protocol import Protocol
from il2scheduler.rules import Finding, FindingKind, Severity
from il2scheduler.schedule import Patient, Schedule, build

ETOILE, VASCU = "anrs-123-etoile", "anrs-hc21-vascu-il2"
ONE_SLOT = '{ time = "08:00", place = "hospital" }'
TWO_SLOTS = '{ time = "08:00", place = "day-hospital" }, { time = "20:00", place = "home" }'
HEAD = """
format = 1
code = "trial"
version = "1"
short_title = "Trial"
sponsor = "nobody"
registry = "none"
title = { en = "a trial", fr = "un essai" }
neutral_title = { en = "a trial", fr = "un essai" }
status_note = { en = "made up", fr = "inventé" }
anchor = { kind = "baseline", code = "W0", label = { en = "baseline", fr = "inclusion" } }
site = { country = "FR", timezone = "Europe/Paris" }
"""
LABEL = 'label = { en = "name", fr = "nom" }'


def day(text: str) -> date:
    """A date: `2026-01-05`."""
    return date.fromisoformat(text)


@cache
def seed(code: str = ETOILE, reading: str | None = None) -> Protocol:
    """A protocol that ships, in one of its readings."""
    protocol = library.find(code).file.protocol(reading)
    assert protocol is not None
    return protocol


def planned(code: str, anchor: str | None, *, arm: str = "il2", reading: str | None = None) -> Schedule:
    """The schedule of a seed's patient."""
    return build(seed(code, reading), Patient("P001", arm, None if anchor is None else day(anchor)))


def series(
    starts: str,
    course: str = 'days = "1-5"',
    *,
    code: str = "course",
    slots: str = ONE_SLOT,
    dose: str = "iu = 3_000_000",
    rule: str = "fixed_with_min_gap",
    more: str = "",
) -> str:
    """A `[[cycles]]` table; `more` is further lines of it."""
    return f"""
[[cycles]]
code = "{code}"
{LABEL}
drug = "drug"
route = "subcutaneous"
dose = {{ {dose} }}
starts = {{ {starts} }}
course = {{ {course} }}
slots = [{slots}]
rule = "{rule}"
{more}
"""


def visit(code: str, at: str, more: str = "") -> str:
    """A `[[visits]]` table."""
    return f'[[visits]]\ncode = "{code}"\n{LABEL}\nat = {{ {at} }}\n{more}\n'


def reading_of(
    *tables: str, head: str = "", codes: tuple[str, ...] = ("course",)
) -> protocol_file.TemplateFile:
    """A template with one arm, `il2`, that follows the series `codes`, and one without, `control`."""
    listed = ", ".join(f'"{code}"' for code in codes)
    text = f"""{HEAD}
{head}
[[drugs]]
code = "drug"
{LABEL}
[[arms]]
code = "il2"
{LABEL}
cycles = [{listed}]
[[arms]]
code = "control"
{LABEL}
cycles = []
"""
    return protocol_file.read((text + "\n".join(tables)).encode())


def template(*tables: str, head: str = "", codes: tuple[str, ...] = ("course",)) -> Protocol:
    """The protocol of such a template."""
    file = reading_of(*tables, head=head, codes=codes)
    assert not file.problems, file.problems
    return file.protocols[0]


def enrolled(protocol: Protocol, anchor: str | None = "2026-01-05", arm: str = "il2") -> Schedule:
    """The schedule of a patient of this protocol."""
    return build(protocol, Patient("P001", arm, None if anchor is None else day(anchor)))


def changed(schedule: Schedule, change: Callable[[Patient], Patient]) -> Schedule:
    """The same schedule for a patient who differs."""
    return build(schedule.protocol, change(schedule.patient))


def chosen(schedule: Schedule, **dates: str) -> Schedule:
    """The schedule with chosen dates, `C3="2026-04-03"`."""
    patient = schedule.patient
    for code, text in dates.items():
        patient = patient.with_chosen(code, day(text))
    return build(schedule.protocol, patient)


def starts(schedule: Schedule) -> list[str | None]:
    """Planned first days of all cycles."""
    return [None if start.planned is None else start.planned.isoformat() for start in schedule.starts]


def course(schedule: Schedule, cycle: int) -> list[str]:
    """Planned injection days of a cycle."""
    return [str(appointment.planned) for appointment in schedule.course(cycle)]


@cache
def france(subdivision: str | None = None) -> Clinic:
    """A clinic of 2024 to 2030, closed on weekends and public holidays."""
    return clinic_of("FR", first_year=2024, last_year=2030, subdivision=subdivision)


def weekdays_only(*closed: str) -> Clinic:
    """Closed on weekends and the named days; no public holidays."""
    return Clinic(1990, 2110, closures=tuple(Closure(day(text), day(text), "works") for text in closed))


def kinds(found: tuple[Finding, ...], severity: Severity | None = None) -> dict[str, list[str]]:
    """Where each kind of finding was made: `{"closed-day": ["C4D4", "W64"]}`."""
    by_kind: dict[str, list[str]] = {}
    for finding in found:
        if severity in (None, finding.severity) and finding.kind is not FindingKind.ASSUMED:
            by_kind.setdefault(finding.kind.value, []).append(finding.where)
    return by_kind
