"""What a person must see of a plan, by severity, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, sentences
from il2scheduler.gui.fields import Disclosure, Pane, Wrapped
from il2scheduler.plan import Plan
from il2scheduler.rules import Finding, FindingKind, Proposal, Severity

_SIGNS = {Severity.REFUSES: "×", Severity.WARNS: "!", Severity.NOTES: "i"}


class FindingsPanel(Pane):
    """Findings with their proposals, other starts, and notes. It is made anew with every change."""

    move_asked = Signal(object)
    """Carries the `Proposal`."""
    move_all_asked = Signal()
    start_asked = Signal(object)
    """Carries the `date`."""
    show_asked = Signal(str)
    """Carries the code to show in the timeline."""

    def __init__(self) -> None:
        """Start without a plan."""
        super().__init__()
        self._plan: Plan | None = None
        self._notes_open = False
        self.moves: list[QPushButton] = []
        self.starts: list[QPushButton] = []
        self.shows: list[QPushButton] = []
        self.move_all: QPushButton | None = None
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._rebuild()

    def show_plan(self, plan: Plan | None) -> None:
        """Show another plan, or none. The focus stays here when it was on a button that is gone."""
        focus = QApplication.focusWidget()
        held = focus is not None and self.isAncestorOf(focus)
        self._plan = plan
        self._rebuild()
        if held:
            first = next(iter((*self.moves, *self.starts, *self.shows)), None)
            (first or self).setFocus()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.setAccessibleName(w("Findings"))
        self._rebuild()

    def _rebuild(self) -> None:
        self.moves, self.starts, self.shows, self.move_all = [], [], [], None
        content = QWidget()
        content.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(content)
        plan = self._plan
        w = language.current()
        if plan is None:
            column.addWidget(Wrapped(w("Findings and proposals appear here."), muted=True))
        else:
            self._add_clashes(column, plan)
            self._add_anchors(column, plan)
            self._add_moved(column, plan)
            self._add_notes(column, plan)
        column.addStretch(1)
        self.setWidget(content)
        self.updateGeometry()

    def _add_clashes(self, column: QVBoxLayout, plan: Plan) -> None:
        w = language.current()
        attention = sentences.clashes(plan)
        column.addWidget(_title(sentences.attention(len(attention))))
        unanswered = list(plan.proposals)
        for severity in (Severity.REFUSES, Severity.WARNS):
            found = [finding for finding in attention if finding.severity is severity]
            for at, finding in enumerate(found):
                self._add_finding(column, plan, finding)
                owner = _owner(plan, finding)
                if any(_owner(plan, later) == owner for later in found[at + 1 :]):
                    continue
                mine = [offered for offered in unanswered if offered.where == owner]
                unanswered = [offered for offered in unanswered if offered.where != owner]
                for offered in mine:
                    self._add_proposal(column, plan, offered)
                if not mine and finding.kind is FindingKind.CLOSED_DAY:
                    column.addWidget(
                        _indented(Wrapped(w("No open day close by fits; see the other starts."), muted=True))
                    )
        if any(not offered.loses_cycle for offered in plan.proposals):
            said = w("Move all that lose no cycle")
            self.move_all = self._button(w("Move all"), self.move_all_asked.emit)
            self.move_all.setAccessibleName(said)
            column.addWidget(_row("→", said, self.move_all))

    def _add_finding(self, column: QVBoxLayout, plan: Plan, finding: Finding) -> None:
        w = language.current()
        said = sentences.finding(finding, plan.schedule.protocol)
        show = self._button(w("Show"), lambda: self.show_asked.emit(finding.where))
        show.setAccessibleName(w("Show: {sentence}", sentence=said))
        self.shows.append(show)
        ground = "refusal" if finding.severity is Severity.REFUSES else "notice"
        column.addWidget(_row(_SIGNS[finding.severity], said, show, ground=ground))

    def _add_proposal(self, column: QVBoxLayout, plan: Plan, offered: Proposal) -> None:
        w = language.current()
        said = sentences.proposal(offered, plan.schedule.protocol)
        move = self._button(w("Move"), lambda: self.move_asked.emit(offered))
        move.setAccessibleName(w("Move: {sentence}", sentence=said))
        self.moves.append(move)
        column.addWidget(_indented(_row("→", said, move)))

    def _add_anchors(self, column: QVBoxLayout, plan: Plan) -> None:
        if not plan.anchors or not any(f.kind is FindingKind.CLOSED_DAY for f in plan.findings):
            return
        w = language.current()
        column.addWidget(_title(w("Other starts")))
        for offered in plan.anchors:
            said = sentences.anchor(offered, plan.schedule.protocol)
            day = offered.anchor
            use = self._button(w("Use"), partial(self.start_asked.emit, day))
            use.setAccessibleName(w("Use this start: {sentence}", sentence=said))
            self.starts.append(use)
            column.addWidget(_row("→", said, use))

    def _add_moved(self, column: QVBoxLayout, plan: Plan) -> None:
        if not plan.moved:
            return
        w = language.current()
        column.addWidget(_title(w("Moved")))
        for taken in plan.moved:
            said = sentences.proposal(taken, plan.schedule.protocol)
            column.addWidget(_row("✓", said, None))

    def _add_notes(self, column: QVBoxLayout, plan: Plan) -> None:
        w = language.current()
        notes = [
            f for f in plan.findings if f.severity is Severity.NOTES and f not in sentences.clashes(plan)
        ]
        if not notes:
            return
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 0, 0, 0)
        for note in notes:
            rows.addWidget(
                _row(_SIGNS[Severity.NOTES], sentences.finding(note, plan.schedule.protocol), None)
            )
        heading = Disclosure(content, is_open=self._notes_open)
        heading.setText(w.plural("{count} note", "{count} notes", len(notes)))
        heading.toggled.connect(self._keep_notes)
        column.addSpacing(6)
        column.addWidget(heading)
        column.addWidget(content)

    def _keep_notes(self, is_open: bool) -> None:  # noqa: FBT001 - a slot
        self._notes_open = is_open

    def _button(self, text: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        # `clicked` carries a bool that `do` does not want.
        button.clicked.connect(lambda: do())  # noqa: PLW0108
        return button


def _owner(plan: Plan, finding: Finding) -> str:
    """What would be moved to end a clash: the visit, or the whole cycle of an injection day."""
    try:
        due = plan.schedule.appointment(finding.where)
    except KeyError:
        return finding.where
    return f"C{due.cycle}" if due.injections else due.code


def _title(text: str) -> QLabel:
    label = Wrapped(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, 6, 0, 0)
    return label


def _indented(widget: QWidget) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(18, 0, 0, 0)
    row.addWidget(widget)
    return box


def refusal_row(text: str) -> QFrame:
    """A sentence about what the protocol does not allow, with its sign and ground."""
    return _row(_SIGNS[Severity.REFUSES], text, None, ground="refusal")


def _row(sign: str, text: str, button: QPushButton | None, *, ground: str = "") -> QFrame:
    box = QFrame()
    box.setObjectName(ground)
    row = QHBoxLayout(box)
    row.setContentsMargins(6, 4, 6, 4)
    mark = QLabel(sign)
    font = mark.font()
    font.setBold(True)
    mark.setFont(font)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Wrapped(text, selectable=True), 1)
    if button is not None:
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return box
