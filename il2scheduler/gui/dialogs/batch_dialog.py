"""A command for many patients: looked at one by one while nobody waits, and saved in one go."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs import batch_words
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.fields import room_for
from il2scheduler.gui.study_session import StudySession
from il2scheduler.ledger import Entry
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind
from il2scheduler.study import Preview, care

_SLICE_S, _PATIENCE_S = 0.03, 0.4


class BatchDialog(CommandDialog):
    """Asks for what is done to many patients. A subclass gives `begin`, `save` and how it is summed up."""

    OF_MANY = True

    needs_reason = True

    def __init__(
        self, session: StudySession, code: str, title: str, act: str, parent: QWidget | None
    ) -> None:
        """`code` is the patient it was asked at, empty for none; `act` labels the button that commits."""
        super().__init__(session, code, title, act, parent)
        self.previews: tuple[Preview, ...] | None = None
        self._steps: Iterator[Preview] | None = None
        self._found: list[Preview] = []
        self._began = 0.0
        self._stepper = QTimer(self)
        self._stepper.setInterval(0)
        self._stepper.timeout.connect(self._step)

    def begin(self) -> Iterator[Preview] | str:
        """What it means for each patient; or the sentence that says what is missing. `Refusal` as usual."""
        raise NotImplementedError

    def save(self, previews: tuple[Preview, ...]) -> Entry:
        """Save it for all of them, or for nobody."""
        raise NotImplementedError

    def sum_up(self, count: int) -> str:
        """What happens to so many patients."""
        raise NotImplementedError

    def refusal_text(self, refusal: Refusal) -> str:
        """Why it cannot be done."""
        return sentences.refusal(refusal)

    @property
    def looking(self) -> bool:
        """True while it is looked at what changes for each patient."""
        return self._steps is not None

    def _ask(self) -> None:
        self._stepper.stop()
        self.previews, self._steps, self._found = None, None, []
        try:
            begun = self.begin()
        except Refusal as refusal:
            begun = self.refusal_text(refusal)
        if isinstance(begun, str):
            self._tell(begun)
            return
        self._steps = begun
        self._began = monotonic()
        self._enable()
        self._step()

    def _tell(self, text: str) -> None:
        """Say why nothing can be saved; nothing changes then."""
        self.table.show_moves(None)
        self._say(text)

    def _step(self) -> None:
        """Look at a few patients more, as long as nobody notices; go on when the keys have had their turn."""
        until = monotonic() + _SLICE_S
        steps = self._steps
        if steps is None:
            self._stepper.stop()
            return
        while monotonic() < until:
            try:
                found = next(steps, None)
            except Refusal as refusal:
                self._stepper.stop()
                self._steps = None
                self._tell(self.refusal_text(refusal))
                return
            if found is None:
                self._stepper.stop()
                self._steps = None
                self.previews = tuple(self._found)
                self.show_all()
                return
            self._found.append(found)
        self._stepper.start()
        if monotonic() - self._began > _PATIENCE_S:
            w = language.current()
            self._tell(w("Looking at patients: {count} so far.", count=len(self._found)))

    def show_all(self) -> None:
        """Show what changes for whom, and what stands against it."""
        self.table.show_rows(batch_words.rows(self._found))
        # The fields are typed in while this is read: both are to be in sight, in large text, too.
        self.table.setMaximumHeight(room_for(self).height() // 4)
        refused = {finding.kind for one in self._found for finding in one.decision.refused}
        self.cap.setVisible(FindingKind.PAST_CAP in refused or self.answers().past_cap is not None)
        self.accept_gap.setVisible(FindingKind.GAP_TOO_SHORT in refused or self.accept_gap.isChecked())
        self._say(batch_words.summary(self.sum_up(len(self._found)), self._found))
        self._fit()

    def _enable(self) -> None:
        refused = any(one.decision.refused for one in self._found)
        missing = self.needs_reason and self.reason_text() is None
        self.act.setEnabled(self.previews is not None and not refused and not missing)
        w = language.current()
        self.reason.setPlaceholderText(w("required") if self.needs_reason else w("not required"))

    def _commit(self) -> None:
        previews = self.previews
        if previews is None or not self.act.isEnabled() or self.came_between():
            return
        if self.session.tried(lambda: self._saved(previews)) is not None:
            self.accept()
        elif self._refusal is not None:
            self._say(sentences.refusal(self._refusal))

    def _saved(self, previews: tuple[Preview, ...]) -> Entry:
        """Save a copy of the study as it was, then all of it."""
        if self.session.path is not None:
            for _ in care.backing_up(self.session.path, care.Target(), occasion=care.Occasion.AMENDMENT):
                pass
        return self.save(previews)
