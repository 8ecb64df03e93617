"""What pictures.py asks beside the demonstration: a second study, and what is chosen in a dialog."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from il2scheduler import library
from il2scheduler.commands.values import Enrol, GiveCourse, PatientCommand
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.dialogs.calendar import CalendarDialog
from il2scheduler.gui.dialogs.calendar_choices import Profile
from il2scheduler.gui.dialogs.closures import ClosuresDialog
from il2scheduler.gui.dialogs.print import PrintDialog
from il2scheduler.study import Settings, Study
from il2scheduler.study.outputs import Sheet

SECOND = {
    What.DATE_CYCLE: Ask(What.DATE_CYCLE, "P101", "C4", date(2026, 4, 27)),
    What.DATE_EVENT: Ask(What.DATE_EVENT, "P102"),
}
"""The demonstration has neither cycles on demand nor events to date; the second study has both."""
CLOSED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//calendar//EN
BEGIN:VEVENT
UID:summer@example.org
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20260803
DTEND;VALUE=DATE:20260817
SUMMARY:Summer closure
END:VEVENT
BEGIN:VEVENT
UID:meeting@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Paris:20260504T140000
DTEND;TZID=Europe/Paris:20260504T160000
SUMMARY:Staff meeting
END:VEVENT
END:VCALENDAR
"""
"""What another program may say of closed days."""


def second_study(path: Path, who: str, clock: Callable[[], datetime]) -> Study:
    """A study with cycles on demand (P101) and with an event to date (P102)."""
    texts = []
    for code in ("esprit", "mirocals"):
        template = library.find(code)
        protocol = template.file.protocol()
        if protocol is None:
            raise LookupError(f"{code} cannot be read")
        texts.append((template.path.read_text("utf-8"), protocol, "shipped"))
    settings = Settings(study_id="", title="ESPRIT", site="Necker")
    study = Study.create(path, texts[0], settings, who=who, clock=clock)
    study.add_protocol(*texts[1], {"command": "add-protocol"}, None)
    commands: tuple[tuple[str, PatientCommand], ...] = (
        ("P101", Enrol("P101", 1, "il2", date(2025, 9, 1))),
        *(("P101", GiveCourse(cycle)) for cycle in (1, 2, 3)),
        ("P102", Enrol("P102", 2, texts[1][1].arms[0].code, date(2026, 4, 20))),
    )
    for code, command in commands:
        study.execute(code, command)
    return study


def _read(dialog: ClosuresDialog) -> None:
    """Closures taken from the file of another program."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "closed-days.ics"
        path.write_text(CLOSED, "utf-8", newline="\r\n")
        dialog.take(path)


def _profile(profile: Profile, dialog: CalendarDialog) -> None:
    dialog.calendars.profile.choose(profile)
    dialog.calendars.profile.activated.emit(dialog.calendars.profile.currentIndex())


def _only(kind: Sheet, dialog: PrintDialog) -> None:
    """Only one kind of sheet, of the patient whom the dialog is about."""
    for sheet, box in dialog.choices.sheets.items():
        box.setChecked(sheet is kind)


KINDS: dict[str, tuple[Ask, Callable[[Any], None]]] = {
    **{
        f"dialog-calendar-{profile.value}": (Ask(What.CALENDAR), partial(_profile, profile))
        for profile in Profile
        if profile is not Profile.FILE
    },
    **{
        f"dialog-print-{kind.value}": (Ask(What.PRINT, "P001", "C4"), partial(_only, kind))
        for kind in Sheet
        if kind is not Sheet.DOSING
    },
    "dialog-closures-read": (Ask(What.CLOSURES), _read),
}
"""What else a dialog is asked for: its picture's name, how it is opened, what is chosen in it."""
