"""Where the guide speaks of what: its pages, and the place for each view and dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from il2scheduler.i18n import N_

PAGES = {
    "start": N_("The first ten minutes"),
    "nurse": N_("A nurse's day"),
    "coordinator": N_("A coordinator's week"),
    "protocol": N_("Making a protocol"),
    "calendars": N_("Calendars in each program"),
    "backups": N_("Backups and a new computer"),
    "limits": N_("What the program does not do"),
    "it": N_("For the IT department"),
}
"""The pages in the order in which they are read; each is a file of the guide."""

FIRST = "start"

PLACES = {
    "welcome": "start#welcome",
    "today": "nurse#today",
    "study_timeline": "nurse#timeline",
    "month": "nurse#month",
    "history": "nurse#history",
    "patient_panel": "nurse#patient",
    "filter_pane": "nurse#find",
    "planner": "start#planner",
    "record": "nurse#record",
    "record_course": "nurse#course",
    "correct": "nurse#correct",
    "delay": "nurse#delay",
    "omit": "nurse#omit",
    "withhold": "nurse#withhold",
    "move": "nurse#move",
    "add_visit": "nurse#unscheduled",
    "dose_level": "nurse#dose",
    "gate": "nurse#gate",
    "place": "nurse#place",
    "evening_start": "nurse#evening",
    "date_cycle": "nurse#date-cycle",
    "date_event": "nurse#event",
    "anchor": "coordinator#anchor",
    "enrol": "coordinator#enrol",
    "stop": "coordinator#stop",
    "withdraw": "coordinator#stop",
    "note": "nurse#note",
    "amend": "coordinator#amend",
    "complete": "protocol#complete",
    "add_protocol": "coordinator#protocols",
    "proposals": "nurse#proposals",
    "print": "coordinator#print",
    "calendar": "calendars#export",
    "tables": "coordinator#tables",
    "product": "coordinator#product",
    "undo_entry": "nurse#undo",
    "closures": "coordinator#closures",
    "import_patients": "coordinator#import",
    "protocol_view": "protocol#view",
    "new_study": "start#new",
    "restore": "backups#restore",
    "acting": "nurse#acting",
    "preferences": "start#preferences",
}
"""The place of the guide for a view or dialog, by the name of its module."""


def place_of(widget: QWidget | None) -> str:
    """`nurse#delay` for whatever lies in the dialog that delays; the first page where nothing is known."""
    while widget is not None:
        for module in reversed(type(widget).__module__.split(".")):
            if module in PLACES:
                return PLACES[module]
        above: Callable[[], QWidget | None] = widget.parentWidget
        widget = above()
    return FIRST
