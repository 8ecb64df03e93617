"""What the dialogs that record share: clock times, doses said back in words, sites, how it went."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from il2scheduler.appointment import Injection, NotGiven, Status
from il2scheduler.dosing import read_million
from il2scheduler.gui import language, sentences
from il2scheduler.gui.fields import Choice, TextField, Wrapped
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import Schedule

BY_PATIENT = "patient"
_CLOCK = re.compile(
    r"(?P<hour>[01]?[0-9]|2[0-3])(?:[:hH.] ?)(?P<minute>[0-5][0-9])|(?P<both>[0-9]{4})", re.ASCII
)


def read_clock(text: str) -> time | None:
    """A clock time as people type it: `20:05`, `8.05`, `20h05` or `2005`; None where it is none."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    both = match["both"]
    hour, minute = (both[:2], both[2:]) if both else (match["hour"], match["minute"])
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None


def said_dose(text: str) -> str:
    """A dose typed in millions, said back in words, or why it is none."""
    try:
        return language.current().dose(read_million(text))
    except Refusal as refusal:
        return sentences.refusal(refusal)


@dataclass(frozen=True, slots=True)
class Before:
    """The injection that was given before another one: where, and from which batch."""

    day: date
    at: time
    site: str
    batch: str


def said_before(previous: Before | None) -> str:
    """Where the injection before was given."""
    w = language.current()
    if previous is None:
        return w("no injection before")
    return w(
        "previous site: {site} ({date} {time})",
        site=previous.site or w("not noted"),
        date=w.staff_date(previous.day),
        time=f"{previous.at:%H:%M}",
    )


def before(schedule: Schedule, code: str, slot: time) -> Before | None:
    """The last given injection that stands before this one; None for the first."""
    found: Before | None = None
    for due in schedule.appointments:
        for injection in due.injections:
            if due.code == code and injection.time >= slot:
                return found
            if injection.status is Status.GIVEN and due.planned is not None:
                found = Before(due.planned, injection.time, injection.site or "", injection.batch or "")
    return found


def slot_place(injection: Injection) -> str:
    """`08:00, day hospital`."""
    from il2scheduler.wording import place_name

    return f"{injection.time:%H:%M}, {place_name(language.current(), injection.place)}"


def slot_name(injection: Injection) -> str:
    """`08:00, day hospital, 4.5 million international units`."""
    w = language.current()
    dose = w("prescribed") if injection.dose_iu is None else w.dose(injection.dose_iu)
    return f"{slot_place(injection)}, {dose}"


def recorded(injection: Injection) -> str:
    """What is recorded of an injection, in one line."""
    from il2scheduler.wording import not_given_name

    w = language.current()
    if injection.not_given is not None:
        said = [w("not given: {code}", code=not_given_name(w, injection.not_given.value)), injection.note]
        return ", ".join(part for part in said if part)
    at = (
        "" if injection.given_at is None else f"{w.staff_date(injection.given_at)} {injection.given_at:%H:%M}"
    )
    dose = "" if injection.given_iu is None else w.dose(injection.given_iu)
    parts = (w("given"), at, dose, injection.site, injection.batch, injection.given_by)
    return ", ".join(part for part in parts if part)


def results() -> list[tuple[str, str, object]]:
    """How an injection went: given (None), or not given with a code."""
    from il2scheduler.wording import not_given_name

    w = language.current()
    found: list[tuple[str, str, object]] = [(w("given"), w("given"), None)]
    for code in NotGiven:
        name = w("not given: {code}", code=not_given_name(w, code.value))
        found.append((name, name, code))
    return found


def usual_giver(injection: Injection, who: str) -> str:
    """Who most likely gave it: the patient at home, else who records it."""
    return who if injection.place.needs_clinic else BY_PATIENT


class ResultField(Choice):
    """Given, or not given with its code."""

    def __init__(self) -> None:
        """Start with given."""
        super().__init__()
        self.offer(results())
        self.setAccessibleName(language.current()("How it went"))

    def code(self) -> NotGiven | None:
        """The code of what was not given; None when it was given."""
        value = self.chosen()
        # A combo box gives back plain text for a code.
        return NotGiven(value) if isinstance(value, str) else None


class Suggesting(QComboBox):
    """A line of text with suggestions to pick from; anything else can be typed."""

    def __init__(self, name: str, suggestions: tuple[str, ...]) -> None:
        """Start empty; `name` is for a screen reader."""
        super().__init__()
        self.setEditable(True)
        self.setLineEdit(TextField())
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self.addItems(list(dict.fromkeys(text for text in suggestions if text)))
        self.setAccessibleName(name)
        # What is completed unasked would be saved without having been picked: the list is opened instead.
        self.setCompleter(None)  # type: ignore[arg-type]
        edit = self.lineEdit()
        if edit is not None:
            edit.setMaxLength(200)
            edit.setAccessibleName(name)
        self.setCurrentIndex(-1)
        self.setEditText("")

    def text(self) -> str | None:
        """What is typed or picked, None when empty."""
        return self.currentText().strip() or None


def asks_dose(schedule: Schedule, injection: Injection) -> bool:
    """Whether the dose given is typed: neither in a blinded arm nor of a placebo."""
    return not schedule.arm.blinded and injection.dose_iu != 0


class DoseField(QWidget):
    """A dose in million international units, said back in words beneath."""

    changed = Signal()

    def __init__(self, planned_iu: int | None) -> None:
        """Start with the planned dose."""
        super().__init__()
        w = language.current()
        self.edit = TextField()
        self.edit.setMaxLength(20)
        self.edit.setAccessibleName(w("Dose in million international units"))
        self.said = Wrapped(muted=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.edit)
        column.addWidget(self.said)
        self.setFocusProxy(self.edit)
        self.edit.setText("" if planned_iu is None else w.millions(planned_iu))
        self.edit.textChanged.connect(self._say)
        self._say()

    def dose(self) -> int | str:
        """International units, or the sentence that says why the text is no dose."""
        try:
            return read_million(self.edit.text())
        except Refusal as refusal:
            return sentences.refusal(refusal)

    def _say(self) -> None:
        self.said.setText(said_dose(self.edit.text()))
        self.edit.setAccessibleDescription(self.said.said)
        self.changed.emit()


def batches(schedule: Schedule) -> tuple[str, ...]:
    """The batches a patient had, the latest first."""
    found = [i.batch for due in schedule.appointments for i in due.injections if i.batch]
    return tuple(dict.fromkeys(reversed(found)))


def givers(schedule: Schedule, who: str) -> tuple[str, ...]:
    """Who gave injections so far, the patient and who records first."""
    found = [i.given_by for due in schedule.appointments for i in due.injections if i.given_by]
    return (BY_PATIENT, who, *dict.fromkeys(reversed(found)))
