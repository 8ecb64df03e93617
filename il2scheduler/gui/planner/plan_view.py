"""A plan in the middle of the window: whose it is, what it adds up to, the timeline and the list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, sentences
from il2scheduler.gui.fields import Pane, Wrapped
from il2scheduler.gui.flow import FlowLayout
from il2scheduler.gui.planner.appointment_table import AppointmentTable
from il2scheduler.gui.timeline import TimelineView
from il2scheduler.plan import Plan


class PlanView(QWidget):
    """Timeline and list show the same appointment: choosing one in either goes there in the other."""

    def __init__(self) -> None:
        """Show the empty state."""
        super().__init__()
        self._plan: Plan | None = None
        self.status = Wrapped()
        self.status.setObjectName("status")
        self.heading, self.totals, self.signs = (
            Wrapped(selectable=True),
            Wrapped(selectable=True),
            Wrapped(muted=True),
        )
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.timeline, self.table = TimelineView(), AppointmentTable()
        self.start, self.clash = QPushButton(), QPushButton()
        self.fewer, self.more = QPushButton(), QPushButton()
        self.empty = Wrapped()
        self._lay_out()
        self.start.clicked.connect(self.go_to_start)
        self.clash.clicked.connect(lambda: self.timeline.next_clash(1))
        self.fewer.clicked.connect(lambda: self.zoom_by(-1))
        self.more.clicked.connect(lambda: self.zoom_by(1))
        self.timeline.picked.connect(self.table.go_to)
        self.table.picked.connect(self.timeline.go_to)

    def _lay_out(self) -> None:
        row = QWidget()
        buttons = FlowLayout(row)
        for button in (self.start, self.clash, self.fewer, self.more):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        filled = QWidget()
        self._column = QVBoxLayout(filled)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.heading)
        self._column.addWidget(self.totals)
        self._column.addWidget(row)
        self._column.addWidget(self.timeline)
        self._column.addWidget(self.signs)
        invitation = QWidget()
        middle = QGridLayout(invitation)
        middle.addWidget(self.empty, 1, 1)
        for stretch in (middle.setRowStretch, middle.setColumnStretch):
            stretch(0, 1)
            stretch(1, 2)
            stretch(2, 1)
        scrolled = self.scrolled = Pane()
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled.setWidget(filled)
        self.pages = QStackedWidget()
        self.pages.addWidget(invitation)
        self.pages.addWidget(scrolled)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 0, 0)
        column.addWidget(self.status)
        column.addWidget(self.pages, 1)

    def put_below(self, lower: QSplitter) -> None:
        """Put the list and what stands beside it under the timeline."""
        lower.setMinimumHeight(lower.fontMetrics().height() * 10)
        self._column.addWidget(lower, 1)

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.start.setText(w("Jump to the start"))
        self.clash.setText(w("Next clash"))
        self.fewer.setText(w("Fewer days"))
        self.more.setText(w("More days"))
        signs = (
            ("!", w("clash")),
            ("H", w("public holiday or closure")),
            ("•", w("closed weekday")),
            ("1 … 5", w("day of the cycle")),
        )
        # A sign is never apart from its meaning.
        self.signs.setText("    ".join(f"{sign} {meaning}".replace(" ", "\u00a0") for sign, meaning in signs))
        self.timeline.setAccessibleName(w("Timeline"))
        self.table.setAccessibleName(w("Appointments"))
        self.timeline.setWhatsThis(
            w("Arrow keys go from day to day, F8 to the next clash. A tool tip says what is on a day.")
        )
        self.table.setWhatsThis(
            w("All appointments in the order of the days. A row shows its day in the timeline.")
        )
        self.empty.setText(
            w(
                "Choose the protocol, type the patient code and the start, and press Enter.\n\n"
                "The cycles and visits appear here on a timeline, with every clash with a closed day and what"
                " could be done about it. Nothing is written until you ask for the files (Ctrl+E)."
            )
        )
        self.show_plan(self._plan)

    def show_plan(self, plan: Plan | None) -> None:
        """Show another plan, or the empty state."""
        self._plan = plan
        here = self.timeline.currentIndex()
        self.timeline.days.show_plan(plan)
        self.table.rows.show_plan(plan)
        self.pages.setCurrentIndex(0 if plan is None else 1)
        if plan is None:
            return
        self.heading.setText(sentences.heading(plan))
        self.totals.setText(sentences.totals(plan.schedule))
        self.fit()
        if here.isValid():
            self.timeline.setCurrentIndex(self.timeline.days.index(here.row(), here.column()))

    def say_status(self, note: str) -> None:
        """Say what the template is and is not; it is always in sight."""
        self.status.setText(note)
        self.status.setVisible(bool(note))

    def fit(self) -> None:
        """Take the sizes from the font."""
        self.timeline.fit()
        self.table.fit()

    def zoom_by(self, steps: int) -> None:
        """Show more days (+1) or fewer (-1)."""
        self.timeline.zoom_by(steps)
        self._enable_zoom()

    def enable(self, on: bool) -> None:  # noqa: FBT001 - as Qt's setEnabled
        """Enable what needs a plan."""
        self.start.setEnabled(on)
        self.clash.setEnabled(on and bool(self.timeline.days.clash_places()))
        self._enable_zoom()

    def _enable_zoom(self) -> None:
        self.fewer.setEnabled(self.timeline.can_zoom(-1))
        self.more.setEnabled(self.timeline.can_zoom(1))

    def go_to(self, code: str) -> None:
        """Show an appointment or a cycle in the timeline and in the list."""
        self.timeline.go_to(code)
        self.table.go_to(code)

    def bring(self, pane: QWidget) -> None:
        """Scroll until a pane can be seen: with large texts not all of them can at once."""
        self.scrolled.ensureWidgetVisible(pane)

    def go_to_start(self) -> None:
        """Show the first appointment."""
        if self._plan is not None and self._plan.schedule.appointments:
            self.go_to(self._plan.schedule.appointments[0].code)
