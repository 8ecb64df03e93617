"""The choices of a calendar export: which files, for whom, in which program, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGroupBox

from il2scheduler.calendars import Alarm
from il2scheduler.gui import language
from il2scheduler.gui.dialogs.calendar_programs import (
    PROGRAMS,
    Program,
    Way,
    advice,
    changes_advice,
    subscription_advice,
)
from il2scheduler.gui.fields import Choice, Wrapped
from il2scheduler.i18n import N_
from il2scheduler.study.calendar_files import REFRESH, Content
from il2scheduler.study.calendar_targets import MAX_NAME, Target, folded


class Profile(StrEnum):
    """Which calendar files there will be."""

    FILE = "file"
    CLINIC = "clinic"
    SUBSCRIPTION = "subscription"
    CHANGES = "changes"


_PROFILES = {
    Profile.FILE: (N_("One for each patient"), N_("One for each patient: CODE.ics")),
    Profile.CLINIC: (N_("One of all ticked patients"), N_("One of all ticked patients: clinic.ics")),
    Profile.SUBSCRIPTION: (
        N_("One to subscribe to"),
        N_("One of all ticked patients that programs read again by themselves: subscription.ics"),
    ),
    Profile.CHANGES: (
        N_("Only what changed"),
        N_("Only what is new, changed or cancelled since the last export: changes.ics"),
    ),
}
_REMINDERS = (None, 0, 30, 60, 120, 24 * 60)
"""Minutes before an injection or a visit with an hour."""


class CalendarChoices(QGroupBox):
    """What is chosen for calendar files."""

    changed = Signal()
    """Something else is chosen."""

    def __init__(
        self, targets: Sequence[Target], last: Callable[[Target], str], *, read_only: bool = False
    ) -> None:
        """Offer the targets the study knows; `last` says when one of them was given something last.

        A study that cannot be written cannot remember a target, so it has no changes for one either.
        """
        w = language.current()
        super().__init__(w("Calendar files (.ics)"))
        self._targets: dict[str, Target] = {}
        self._last, self._read_only = last, read_only
        self.profile, self.program, self.privacy, self.reminder = Choice(), Choice(), Choice(), Choice()
        self.target = QComboBox()
        self.doses = QCheckBox(w("Say the d&ose of each injection"))
        self.advice, self.about_target = Wrapped(muted=True), Wrapped(muted=True)
        self._offer()
        self._lay_out()
        self.learn(targets)
        for choice in (self.profile, self.program, self.privacy, self.reminder):
            choice.activated.connect(self._chosen)
        self.target.editTextChanged.connect(self._chosen)
        self.doses.toggled.connect(self._chosen)

    def _offer(self) -> None:
        w = language.current()
        offered = [one for one in _PROFILES if not (self._read_only and one is Profile.CHANGES)]
        self.profile.offer([(w(_PROFILES[one][0]), w(_PROFILES[one][1]), one) for one in offered])
        self.program.offer([(w(p.name), w(p.name), p) for p in PROGRAMS])
        private = w("Private: others see only that the time is taken")
        public = w("Public: for a mailbox that a team shares")
        self.privacy.offer([(w("Private"), private, True), (w("Public"), public, False)])
        whole_days = w("; whole days: 9:00 the day before")
        self.reminder.offer(
            [(_reminder(m), _reminder(m) + ("" if m is None else whole_days), m) for m in _REMINDERS]
        )
        self.target.setEditable(True)
        self.target.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.target.setMinimumContentsLength(12)
        line = self.target.lineEdit()
        if line is not None:
            line.setMaxLength(MAX_NAME)
            line.setPlaceholderText(w("nobody in particular"))
            line.setAccessibleName(w("Exported for"))
        self.target.setEnabled(not self._read_only)

    def _lay_out(self) -> None:
        w = language.current()
        rows = QFormLayout(self)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        named = (
            (w("Fil&es"), w("Files"), self.profile),
            (w("E&xported for"), w("Exported for"), self.target),
            (w("&Calendar program"), w("Calendar program"), self.program),
            (w("E&vents are"), w("Events are"), self.privacy),
            (w("Re&minder"), w("Reminder"), self.reminder),
        )
        for label, name, field in named:
            field.setAccessibleName(name)
            rows.addRow(label, field)
            if field is self.target:
                rows.addRow(self.about_target)
            if field is self.program:
                rows.addRow(self.advice)
        rows.addRow(self.doses)

    # --- What is chosen ---

    def chosen_profile(self) -> Profile:
        """Which files are asked for."""
        return Profile(str(self.profile.chosen()))

    def chosen_program(self) -> Program:
        """The calendar program that is chosen."""
        return PROGRAMS[max(0, self.program.currentIndex())]

    def target_name(self) -> str:
        """For whom the export is, as typed; empty for nobody in particular."""
        return self.target.currentText().strip()

    def known_target(self) -> Target | None:
        """The target of the study that is meant."""
        return self._targets.get(folded(self.target_name()))

    def content(self, spoken: str) -> Content:
        """What the files say, in a language."""
        minutes = self.reminder.chosen()
        subscribed = self.chosen_profile() is Profile.SUBSCRIPTION
        hints = subscribed or self.chosen_program().way is Way.SUBSCRIBE
        return Content(
            spoken,
            private=bool(self.privacy.chosen()),
            alarm=Alarm(timedelta(minutes=minutes)) if isinstance(minutes, int) else None,
            doses=self.doses.isChecked(),
            refresh=REFRESH if hints and self.chosen_profile() is not Profile.CHANGES else None,
            to_server=self.chosen_program().server,
        )

    def lacks(self) -> str:
        """What is still to be said before files can be written; empty when nothing is."""
        w = language.current()
        if self.chosen_profile() is Profile.CHANGES and not self.target_name():
            return w("Say for whom the changes are: the study remembers what each was given last.")
        return ""

    def learn(self, targets: Sequence[Target]) -> None:
        """Take the targets as the study knows them now; what is typed stays."""
        self._targets = {folded(target.name): target for target in targets}
        typed, blocked = self.target.currentText(), self.target.blockSignals(True)
        self.target.clear()
        self.target.addItem("")
        self.target.addItems([target.name for target in targets])
        self.target.setEditText(typed)
        self.target.blockSignals(blocked)
        self._say()

    # --- Saying it ---

    def _chosen(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        w = language.current()
        self.advice.setText(self._advice())
        target, name = self.known_target(), self.target_name()
        if self._read_only:
            said = w("This study cannot be written, so it cannot remember for whom files are.")
        elif target is not None:
            said = w("{target} was last given files on {date}.", target=target.name, date=self._last(target))
        elif name:
            said = w("{target} was given nothing yet: all appointments are new.", target=name)
        else:
            said = w("Name a ward or a mailbox, and next time only what changed can be exported for it.")
        self.about_target.setText(said)

    def _advice(self) -> str:
        profile = self.chosen_profile()
        if profile is Profile.SUBSCRIPTION:
            return subscription_advice()
        if profile is Profile.CHANGES:
            return changes_advice(self.chosen_program())
        return advice(self.chosen_program())


def _reminder(minutes: int | None) -> str:
    w = language.current()
    if minutes is None:
        return w("No reminder")
    if minutes == 0:
        return w("When it begins")
    if minutes < 60:
        return w.plural("{count} minute before", "{count} minutes before", minutes)
    return w.plural("{count} hour before", "{count} hours before", minutes // 60)
