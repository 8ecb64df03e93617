"""The page that plans one patient without a study: form, timeline, list of appointments and findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from il2scheduler.gui import language, sentences
from il2scheduler.gui.background import Background
from il2scheduler.gui.notice import Foot, NoticeBar
from il2scheduler.gui.planner import tasks
from il2scheduler.gui.planner.findings_panel import FindingsPanel
from il2scheduler.gui.planner.plan_form import Missing, PlanForm
from il2scheduler.gui.planner.plan_view import PlanView
from il2scheduler.gui.planner.session import News, Session
from il2scheduler.gui.settings import Settings
from il2scheduler.refusal import Refusal

if TYPE_CHECKING:
    from il2scheduler.gui.planner.export_dialog import ExportDialog


class PlannerPage(QWidget):
    """Puts the panes together: they speak to the session, and the session's news goes to all of them."""

    can_change = Signal()
    """Other actions can be done now than before, or the page has another title."""

    def __init__(self, settings: Settings, background: Background, bar: NoticeBar, foot: Foot) -> None:
        """Build the page; `warm_up` brings the protocols."""
        super().__init__()
        self.settings, self.background, self.bar, self.foot = settings, background, bar, foot
        self.session = Session(self)
        self.form = PlanForm()
        self.view = PlanView()
        self.findings = FindingsPanel()
        self.export_dialog: ExportDialog | None = None
        self.warm = False
        self._lay_out()
        self._connect()
        self.retranslate()
        self._restore()

    def deeds(self) -> dict[str, Callable[[], object]]:
        """What the actions of this page do, by their names."""
        return {
            "make": self.make,
            "clear": self.clear,
            "export": lambda: tasks.export(self),
            "move_all": self.session.take_all,
            "next_clash": lambda: self.view.timeline.next_clash(1),
            "previous_clash": lambda: self.view.timeline.next_clash(-1),
            "go_start": self._go_start,
            "zoom_in": lambda: self.view.zoom_by(-1),
            "zoom_out": lambda: self.view.zoom_by(1),
        }

    def enabled(self) -> dict[str, bool]:
        """Which actions of this page can be done now."""
        plan = self.session.plan
        there = plan is not None
        return {
            "undo": self.session.can_undo,
            "redo": self.session.can_redo,
            "export": there and not self.background.busy,
            "move_all": plan is not None and any(not p.loses_cycle for p in plan.proposals),
            "next_clash": there,
            "previous_clash": there,
            "go_start": there,
            "zoom_in": there,
            "zoom_out": there,
        }

    def title(self) -> str:
        """Whose plan it is, for the title of the window; empty without a plan."""
        plan = self.session.plan
        return "" if plan is None else f"{plan.request.patient} - {plan.request.protocol.short_title}"

    def _lay_out(self) -> None:
        self.bottom = QSplitter(Qt.Orientation.Horizontal)
        self.bottom.addWidget(self.view.table)
        self.bottom.addWidget(self.findings)
        self.view.put_below(self.bottom)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.addWidget(self.form)
        self.panes.addWidget(self.view)
        self.panes.setStretchFactor(0, 0)
        self.panes.setStretchFactor(1, 1)
        self.bottom.setStretchFactor(0, 4)
        self.bottom.setStretchFactor(1, 3)
        for splitter in (self.bottom, self.panes):
            splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panes)

    def _connect(self) -> None:
        self.form.committed.connect(self._committed)
        self.form.asked.connect(self.make)
        self.form.protocol_chosen.connect(self._say_status)
        self.form.refused.connect(self.bar.say)
        self.findings.move_asked.connect(self.session.take)
        self.findings.move_all_asked.connect(self.session.take_all)
        self.findings.start_asked.connect(self.session.start_on)
        self.findings.show_asked.connect(self.view.go_to)
        self.session.changed.connect(self._changed)
        self.session.refused.connect(self._refused)

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        for part in (self.form, self.view, self.findings):
            part.retranslate()
        self._say_status()

    def warm_up(self) -> None:
        """Bring what takes long to import: protocols, countries, time zones."""
        if self.warm:
            return
        from zoneinfo import available_timezones

        from il2scheduler import library
        from il2scheduler.clinic import known_countries

        templates = library.templates()
        self.form.offer(templates, known_countries(), sorted(available_timezones()))
        self.warm = True
        self._say_status()
        for template in templates:
            if template.file.problems:
                self.bar.say(tasks.template_problem(template))

    def entered(self) -> None:
        """The page is shown: say where the plan stands, and go to the form."""
        self.warm_up()
        self._say_attention()
        self._enable()
        if not self.form.patient.hasFocus():
            self.form.protocol.setFocus()

    def make(self) -> bool:
        """Plan what the form asks for; says what is missing."""
        wanted = self.form.request()
        if isinstance(wanted, Missing):
            self.bar.say(wanted.sentence)
            wanted.field.setFocus()
            return False
        self.bar.hide()
        return self.session.ask(wanted)

    def _committed(self) -> None:
        """A field was finished: plan as soon as there is enough, and complain only of what is wrong."""
        wanted = self.form.request()
        if isinstance(wanted, Missing):
            if not wanted.empty:
                self.bar.say(wanted.sentence)
            return
        self.bar.hide()
        self.session.ask(wanted)

    def _changed(self, news: News) -> None:
        plan = self.session.plan
        self.view.show_plan(plan)
        self.findings.show_plan(plan)
        if news.kind != "planned":
            self.form.show_plan(plan)
        self.bar.hide()
        if news.proposal is not None:
            self.view.go_to(news.proposal.where)
        elif plan is not None and news.kind != "moved-all":
            self.view.go_to_start()
        self._say_status()
        self._enable()
        self._say_attention()
        w = language.current()
        undo = w("Undo") if self.session.can_undo and news.kind != "undone" else ""
        self.foot.say(sentences.happened(news, plan), undo, self.session.undo)

    def _refused(self, refusal: Refusal) -> None:
        self.bar.say(sentences.refusal(refusal))
        field = {
            "patient-code": self.form.patient,
            "date-range": self.form.start,
            "too-late": self.form.start,
        }
        if refusal.kind in field:
            field[refusal.kind].setFocus()

    def clear(self) -> None:
        """Begin anew with an empty form."""
        self.bar.hide()
        self.session.clear()
        self.form.show_plan(None)
        self.form.patient.setFocus()

    def _enable(self) -> None:
        self.view.enable(self.session.plan is not None)
        self.can_change.emit()

    def _say_status(self) -> None:
        protocol = self.form.chosen_protocol()
        self.view.say_status(
            "" if protocol is None else protocol.status_note.said(language.current().language)
        )

    def _say_attention(self) -> None:
        plan = self.session.plan
        self.foot.attention.setText("" if plan is None else sentences.attention(len(sentences.clashes(plan))))

    def _go_start(self) -> None:
        self.view.go_to_start()
        self.view.timeline.setFocus()

    def next_pane(self, step: int) -> None:
        """Go to the next pane, or back (-1)."""
        panes: list[QWidget] = [self.form, self.view.timeline, self.view.table, self.findings]
        focus = QApplication.focusWidget()
        inside = [focus is not None and (pane is focus or pane.isAncestorOf(focus)) for pane in panes]
        here = inside.index(True) if True in inside else -1 if step > 0 else 0
        pane = panes[(here + step) % len(panes)]
        target = self.form.protocol if pane is self.form else pane
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if pane is not self.form:
            self.view.bring(pane)

    def fit(self) -> None:
        """Take sizes and colours anew."""
        self.view.fit()
        self.findings.retranslate()

    def keep(self) -> None:
        """Remember where the panes stand."""
        self.settings.keep_bytes("panes", self.panes.saveState())
        self.settings.keep_bytes("bottom", self.bottom.saveState())

    def _restore(self) -> None:
        for key, splitter in (("panes", self.panes), ("bottom", self.bottom)):
            state = self.settings.bytes_of(key)
            if state is not None:
                splitter.restoreState(state)
