"""A study of two protocols with much in it, and everything there is to print of it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from il2scheduler import library
from il2scheduler.commands.values import (
    AddVisit,
    CourseException,
    Enrol,
    GiveCourse,
    MoveCycle,
    MoveVisit,
    OmitCycle,
    PastCap,
    PatientCommand,
    RecordVisit,
    SetDose,
    SetPlace,
)
from il2scheduler.dosing import Product
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import Place
from il2scheduler.schedule import NotGiven
from il2scheduler.sheets import pdf
from il2scheduler.study import Answers, Study
from il2scheduler.study.outputs import Edition, Sheet, Wanted, laid
from il2scheduler.study.printed import Print
from il2scheduler.study.settings import Settings
from tests.builders import VASCU
from tests.study.studies import create, enrol

SITE = "Centre hospitalier universitaire de Saint-Étienne, pôle nord"
WHO = "Anne-Sophie de La Rochefoucauld-Montbel, infirmière de l'essai"
HOSTILE = '<b>&<img src="file:///etc/hostname"/><a href="http://localhost:9/">x</a>'
LONG_CODE = "PATIENT-0123456789-ABCDEFGHIJKLM"
TODAY = date(2026, 3, 31)
AT = datetime(2026, 3, 31, 9, 5)  # noqa: DTZ001 - a local time of the site


def note(length: int = 2000) -> str:
    """A note as long as one may be."""
    return (f"{HOSTILE} Fièvre à 39,5 °C, rappelé le soir même. " * 40)[:length].strip()


def study(path: Path) -> Study:
    """Four patients of ETOILE, one of VASCU; what was done and changed until Tuesday of cycle 3."""
    product = Product("Proleukin <b>", "aldesleukin", 18_000_000, 18_000_000, Decimal("1.2"), 24)
    settings = Settings(study_id="test", site=SITE, places_injections=2, places_visits=2, product=product)
    made = create(path, who=WHO, settings=settings)
    found = library.find(VASCU)
    vascu = made.add_protocol(
        found.path.read_text("utf-8"), found.file.protocols[0], "shipped", {"command": "add-protocol"}, None
    )
    for code in ("P001", "P002", LONG_CODE):
        enrol(made, code)
    enrol(made, "P003", "2026-01-05", arm="control")
    made.execute("V001", Enrol("V001", vascu, "il2", date(2026, 1, 12)), Answers(today=TODAY))
    made.mark_printed([Print("P001", "dosing", n, 1, "0" * 12) for n in (1, 3)])
    do(made, "P001", RecordVisit("W0", date(2026, 1, 6), note()))
    course = (CourseException(4, time(20), NotGiven.REFUSED, note()),)
    do(made, "P001", GiveCourse(1, course, batch="B-1 <b>", by="patient"))
    do(made, "P001", GiveCourse(2))
    do(made, "P001", MoveVisit("W24", date(2026, 6, 24), time(9, 30)), HOSTILE)
    do(made, "P001", MoveCycle(4, days=7), note(500))
    do(made, "P001", OmitCycle(5), "neutropénie")
    do(made, "P001", SetPlace(PlaceChoice(Place.HOSPITAL, cycle=6, at=time(20))), "souhait du patient")
    do(made, "P001", SetDose(3_000_000, from_cycle=7), "tolérance")
    do(made, "P001", AddVisit(date(2026, 4, 1)), "fièvre")
    do(made, "P002", GiveCourse(1))
    return made


def do(made: Study, code: str, command: PatientCommand, reason: str | None = None) -> None:
    """Execute a command as of Tuesday of cycle 3."""
    made.execute(code, command, Answers(reason=reason, today=TODAY, past_cap=PastCap.OMIT))


def everything() -> dict[str, Wanted]:
    """One of each kind of print."""
    sheets = {kind.value: Wanted("P001", kind) for kind in Sheet if kind not in (Sheet.DAY, Sheet.WEEK)}
    lists = {kind.value: Wanted("", kind, day=TODAY) for kind in (Sheet.DAY, Sheet.WEEK)}
    return {**sheets, **lists}


def printed(made: Study, wanted: Wanted, language: str = "en", paper: str = "a4") -> bytes:
    """One print of the study."""
    return pdf.written(laid(made, wanted, Edition(language, paper, WHO, AT))[0])
