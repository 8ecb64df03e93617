"""Correct what was recorded; the old value stays in History."""

from __future__ import annotations

from datetime import time

from PySide6.QtWidgets import QVBoxLayout, QWidget

from il2scheduler.appointment import Appointment
from il2scheduler.commands.values import (
    CorrectInjection,
    CorrectVisit,
    CourseException,
    PatientCommand,
)
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs import recording_fields as told
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.dialogs.injection_block import InjectionBlock
from il2scheduler.gui.dialogs.visit_block import VisitBlock
from il2scheduler.gui.fields import Choice, Pane, Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal
from il2scheduler.study import Preview


class CorrectDialog(CommandDialog):
    """A recorded injection or visit told anew, with a reason. A field that is emptied is empty afterwards."""

    def __init__(
        self,
        session: StudySession,
        code: str,
        appointment: str,
        slot: time | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`slot` names the injection of the day; else the first that is recorded. `Refusal` without any."""
        w = language.current()
        schedule = session.state(code).schedule
        due = schedule.appointment(appointment)
        name = sentences.name_inside(due.code, schedule.protocol)
        super().__init__(
            session, code, w("Correct {what} of {patient}", what=name, patient=code), w("&Correct"), parent
        )
        self._due = due
        self.visit: VisitBlock | None = None
        self.block: InjectionBlock | None = None
        self.which = Choice()
        self.now = Wrapped()
        self.table.hide()
        if due.injections:
            self._add_injections(slot)
        else:
            self.visit = self._add_visit(due)

    def command(self) -> PatientCommand | str:
        """The correction, or what is missing."""
        if self.visit is not None:
            said = self.visit.said()
            if isinstance(said, str):
                return said
            done, note = said
            return CorrectVisit(self._due.code, done, note, _emptied(note=(self._due.note, note)))
        return "" if self.block is None else self._of_injection(self.block)

    def _show(self, preview: Preview) -> None:
        super()._show(preview)
        if not preview.decision.changes:
            self._say(language.current()("This is what is recorded: change what is to be corrected."))

    # --- Injections ---

    def _add_injections(self, slot: time | None) -> None:
        w = language.current()
        recorded = [i for i in self._due.injections if i.recorded]
        if not recorded:
            at = (slot or self._due.injections[0].time).isoformat("minutes")
            raise Refusal("not-recorded", cycle=self._due.cycle or 0, day=self._due.day or 0, time=at)
        choices: list[tuple[str, str, object]] = [
            (told.slot_place(i), told.slot_place(i), i.time.isoformat("minutes")) for i in recorded
        ]
        chosen = None if slot is None else slot.isoformat("minutes")
        self.which.setAccessibleName(w("Which injection"))
        self.which.offer(choices, chosen)
        self.which.setVisible(len(recorded) > 1)
        self.rows.addRow(w("&Which injection"), self.which)
        self.rows.setRowVisible(self.which, len(recorded) > 1)
        self.rows.addRow(w("Recorded now"), self.now)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        pane = Pane()
        pane.setFrameShape(Pane.Shape.NoFrame)
        pane.setWidget(self._content)
        self.rows.addRow(pane)
        self.give_room_to_rows()
        self.which.currentIndexChanged.connect(self._other)
        self._other()

    def _other(self) -> None:
        """Show the injection that was chosen."""
        injection = self._due.injection(time.fromisoformat(str(self.which.chosen())))
        if self.block is not None:
            self.block.hide()
            self.block.deleteLater()
        schedule = self.session.state(self.code).schedule
        self.block = InjectionBlock(schedule, self._due, injection, self.session.study.who)
        self.block.changed.connect(self.changed)
        self.now.setText(told.recorded(injection))
        column = self._content.layout()
        if column is not None:
            column.addWidget(self.block)
        self.block.result.setFocus()
        self.changed()

    def _of_injection(self, block: InjectionBlock) -> PatientCommand | str:
        said = block.said()
        if isinstance(said, str):
            return said
        cycle, day, was = self._due.cycle or 0, self._due.day or 0, block.injection
        if isinstance(said, CourseException):
            clear = _emptied(note=(was.note, said.note))
            return CorrectInjection(cycle, day, said.slot, not_given=said.code, note=said.note, clear=clear)
        return CorrectInjection(
            cycle,
            day,
            said.slot,
            given=True,
            at=said.at,
            dose_iu=said.dose_iu,
            site=said.site,
            batch=said.batch,
            by=said.by,
            clear=_emptied(
                site=(was.site, said.site), batch=(was.batch, said.batch), by=(was.given_by, said.by)
            ),
        )

    # --- A visit ---

    def _add_visit(self, due: Appointment) -> VisitBlock:
        from il2scheduler.wording import status_name

        if not due.recorded:
            raise Refusal("visit-not-recorded", visit=due.code)
        w = language.current()
        when = "" if due.actual is None else w.staff_date(due.actual)
        parts = (status_name(w, due.status), when, due.note)
        self.now.setText(", ".join(part for part in parts if part))
        self.rows.addRow(w("Recorded now"), self.now)
        block = VisitBlock(due, self.session.today)
        block.changed.connect(self.changed)
        self.rows.addRow(block)
        block.setFocus()
        return block


def _emptied(**fields: tuple[str | None, str | None]) -> tuple[str, ...]:
    """The names of fields that hold something now and are to hold nothing."""
    return tuple(name for name, (was, told) in fields.items() if was and not told)
