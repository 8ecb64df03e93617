"""Record a visit, or one injection of a day, or all of the day at once."""

from __future__ import annotations

from datetime import time
from itertools import pairwise

from PySide6.QtWidgets import QVBoxLayout, QWidget

from il2scheduler.appointment import Status
from il2scheduler.commands.values import (
    CourseException,
    CourseInjection,
    Give,
    GiveCourse,
    NotGive,
    PatientCommand,
    RecordVisit,
)
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.dialogs.injection_block import InjectionBlock
from il2scheduler.gui.dialogs.visit_block import VisitBlock
from il2scheduler.gui.fields import Pane, Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal
from il2scheduler.study import Preview


class RecordDialog(CommandDialog):
    """What happened at an appointment. Begins with what was planned: Enter records it so."""

    def __init__(
        self,
        session: StudySession,
        code: str,
        appointment: str,
        slot: time | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`slot` ticks one injection of the day; otherwise all that are open. `Refusal` where none is."""
        w = language.current()
        schedule = session.state(code).schedule
        due = schedule.appointment(appointment)
        name = sentences.name_inside(due.code, schedule.protocol)
        title = w("Record {what} of {patient}", what=name, patient=code)
        super().__init__(session, code, title, w("Re&cord"), parent)
        self._due = due
        self.blocks: list[InjectionBlock] = []
        self.visit: VisitBlock | None = None
        self.table.hide()
        if due.planned is not None:
            self.rows.addRow(w("Planned"), Wrapped(w.staff_date(due.planned)))
        if due.injections:
            self._add_blocks(slot)
        else:
            self.visit = self._add_visit()

    def command(self) -> PatientCommand | str:
        """One injection, several of the day in one entry, or the visit."""
        return self._of_injections() if self.visit is None else self._of_visit(self.visit)

    def _show(self, preview: Preview) -> None:
        super()._show(preview)
        self.table.setVisible(bool(preview.decision.moves()))

    # --- Injections ---

    def _add_blocks(self, slot: time | None) -> None:
        open_to = [i for i in self._due.injections if i.status is Status.PLANNED]
        if not open_to:
            at = self._due.injections[0].time.isoformat("minutes")
            raise Refusal("injection-recorded", code=self._due.code, time=at)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        schedule = self.session.state(self.code).schedule
        for injection in open_to:
            block = InjectionBlock(schedule, self._due, injection, self.session.study.who)
            if len(open_to) > 1:
                block.setCheckable(True)
                block.setChecked(slot in (None, injection.time))
            block.changed.connect(self._block_changed)
            self.blocks.append(block)
            column.addWidget(block)
        column.addStretch(1)
        pane = Pane()
        pane.setFrameShape(Pane.Shape.NoFrame)
        pane.setWidget(content)
        self.rows.addRow(pane)
        self.give_room_to_rows()
        first = next((block for block in self.blocks if block.wanted()), self.blocks[0])
        first.result.setFocus()

    def _block_changed(self) -> None:
        """The evening's previous site is the morning's that is being typed."""
        for above, block in pairwise(self.blocks):
            block.follow(above)
        self.changed()

    def _of_injections(self) -> PatientCommand | str:
        w = language.current()
        told = [block.said() for block in self.blocks if block.wanted()]
        if not told:
            return w("Tick at least one injection.")
        for said in told:
            if isinstance(said, str):
                return said
        given = tuple(said for said in told if isinstance(said, CourseInjection))
        missed = tuple(said for said in told if isinstance(said, CourseException))
        cycle = self._due.cycle or 0
        if len(told) > 1:
            return GiveCourse(cycle, missed, details=given, part=True)
        if missed:
            one = missed[0]
            return NotGive(cycle, one.day, one.slot, one.code, one.note)
        only = given[0]
        return Give(cycle, only.day, only.slot, only.at, only.dose_iu, only.site, only.batch, only.by)

    # --- A visit ---

    def _add_visit(self) -> VisitBlock:
        w = language.current()
        if self._due.recorded:
            raise Refusal("visit-recorded", visit=self._due.code)
        what = sentences.what(self._due, self.session.state(self.code).schedule.protocol)
        if what:
            self.rows.addRow(w("What is done"), Wrapped(what))
        block = VisitBlock(self._due, self.session.today)
        block.changed.connect(self.changed)
        self.rows.addRow(block)
        block.setFocus()
        return block

    def _of_visit(self, block: VisitBlock) -> PatientCommand | str:
        said = block.said()
        return said if isinstance(said, str) else RecordVisit(self._due.code, *said)
