"""The first window: the form, the timeline, the list of appointments and the findings of one plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWhatsThis,
    QWidget,
)

from il2scheduler.gui import language, sentences, tasks, theme
from il2scheduler.gui.about import AboutDialog
from il2scheduler.gui.actions import Actions
from il2scheduler.gui.background import Background, ProgressStrip
from il2scheduler.gui.fields import below
from il2scheduler.gui.notice import Foot, NoticeBar
from il2scheduler.gui.planner.findings_panel import FindingsPanel
from il2scheduler.gui.planner.plan_form import Missing, PlanForm
from il2scheduler.gui.planner.plan_view import PlanView
from il2scheduler.gui.planner.session import News, Session
from il2scheduler.gui.settings import Settings
from il2scheduler.i18n import LANGUAGES
from il2scheduler.refusal import Refusal

if TYPE_CHECKING:
    from il2scheduler.gui.planner.export_dialog import ExportDialog


class MainWindow(QMainWindow):
    """Puts the panes together: they speak to the session, and the session's news goes to all of them."""

    def __init__(self, settings: Settings) -> None:
        """Build the window; `warm_up` brings the protocols after it is on the screen."""
        super().__init__()
        self.settings = settings
        self.session = Session(self)
        self.background = Background(self)
        self.form = PlanForm()
        self.view = PlanView()
        self.findings = FindingsPanel()
        self.bar = NoticeBar()
        self.foot = Foot()
        self.strip = ProgressStrip(self.background)
        self.actions_of = Actions(self, self._deeds())
        self.export_dialog: ExportDialog | None = None
        self.warm = False
        self._add_choices()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._enable()
        self._restore()

    def _deeds(self) -> dict[str, Callable[[], object]]:
        return {
            "make": self.make,
            "clear": self._clear,
            "export": lambda: tasks.export(self),
            "quit": self.close,
            "undo": self.session.undo,
            "redo": self.session.redo,
            "move_all": self.session.take_all,
            "next_clash": lambda: self.view.timeline.next_clash(1),
            "previous_clash": lambda: self.view.timeline.next_clash(-1),
            "go_start": self._go_start,
            "zoom_in": lambda: self.view.zoom_by(-1),
            "zoom_out": lambda: self.view.zoom_by(1),
            "next_pane": lambda: self._next_pane(1),
            "previous_pane": lambda: self._next_pane(-1),
            "help": self._help,
            "about": self._about,
        }

    def _add_choices(self) -> None:
        settings = self.settings
        self.actions_of.add_choice("language", LANGUAGES, settings.language, self._set_language)
        self.actions_of.add_choice("text", theme.TEXT_SIZES, settings.text_percent, self._set_text)
        self.actions_of.add_choice("theme", theme.THEMES, settings.theme, self._set_theme)

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
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(6, 6, 6, 0)
        column.addWidget(self.bar)
        column.addWidget(self.panes, 1)
        column.addWidget(self.strip)
        column.addWidget(self.foot)
        self.setCentralWidget(content)

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
        self.background.done.connect(partial(tasks.export_done, self))
        self.background.cancelled.connect(partial(tasks.export_cancelled, self))
        self.background.failed.connect(partial(tasks.export_failed, self))
        self.background.began.connect(self._enable)

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        self.actions_of.retranslate()
        for part in (self.form, self.view, self.findings, self.bar, self.strip):
            part.retranslate()
        self.bar.hide()
        self._title()
        self._say_status()
        self.foot.say("")
        self._say_attention()

    def warm_up(self) -> None:
        """Bring what takes long to import: protocols, countries, time zones. Called after the first paint."""
        from zoneinfo import available_timezones

        from il2scheduler import library
        from il2scheduler.clinic import known_countries

        templates = library.templates()
        self.form.offer(templates, known_countries(), sorted(available_timezones()))
        self.warm = True
        self._say_status()
        if not self.form.patient.hasFocus():
            self.form.protocol.setFocus()
        for template in templates:
            if template.file.problems:
                self.bar.say(tasks.template_problem(template))
        QTimer.singleShot(0, tasks.import_printers)

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
        self._title()
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

    def _clear(self) -> None:
        self.bar.hide()
        self.session.clear()
        self.form.show_plan(None)
        self.form.patient.setFocus()

    def _enable(self) -> None:
        plan = self.session.plan
        self.actions_of.enable(
            undo=self.session.can_undo,
            redo=self.session.can_redo,
            export=plan is not None and not self.background.busy,
            move_all=plan is not None and any(not p.loses_cycle for p in plan.proposals),
            next_clash=plan is not None,
            previous_clash=plan is not None,
            go_start=plan is not None,
            zoom_in=plan is not None,
            zoom_out=plan is not None,
        )
        self.view.enable(plan is not None)

    def refresh_actions(self) -> None:
        """Enable what can be done now."""
        self._enable()

    def _title(self) -> None:
        plan = self.session.plan
        name = (
            "il2scheduler"
            if plan is None
            else f"{plan.request.patient} - {plan.request.protocol.short_title}"
        )
        self.setWindowTitle(name if plan is None else f"{name} - il2scheduler")

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

    def _next_pane(self, step: int) -> None:
        panes: list[QWidget] = [self.form, self.view.timeline, self.view.table, self.findings]
        focus = QApplication.focusWidget()
        inside = [focus is not None and (pane is focus or pane.isAncestorOf(focus)) for pane in panes]
        here = inside.index(True) if True in inside else -1 if step > 0 else 0
        pane = panes[(here + step) % len(panes)]
        target = self.form.protocol if pane is self.form else pane
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if pane is not self.form:
            self.view.bring(pane)

    def _help(self) -> None:
        widget = QApplication.focusWidget()
        while widget is not None and not widget.whatsThis():
            widget = widget.parentWidget()
        if widget is None:
            self._about()
        else:
            QWhatsThis.showText(below(widget), widget.whatsThis(), widget)

    def _about(self) -> None:
        dialog = AboutDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _set_language(self, value: object) -> None:
        self.settings.language = str(value)
        language.switch(_application(), self.settings.language)
        self.retranslate()

    def _set_text(self, value: object) -> None:
        self.settings.text_percent = int(str(value))
        self.dress()

    def _set_theme(self, value: object) -> None:
        self.settings.theme = str(value)
        self.dress()

    def dress(self) -> None:
        """Put on the colours and the size of text of the settings."""
        theme.dress(_application(), theme=self.settings.theme, text_percent=self.settings.text_percent)
        self.view.fit()
        self.findings.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts the message away."""
        if event.key() == Qt.Key.Key_Escape and self.bar.isVisible():
            self.bar.hide()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the work that is under way, and remember the window's place."""
        self.background.finish()
        self.settings.keep_bytes("geometry", self.saveGeometry())
        self.settings.keep_bytes("panes", self.panes.saveState())
        self.settings.keep_bytes("bottom", self.bottom.saveState())
        super().closeEvent(event)

    def _restore(self) -> None:
        geometry = self.settings.bytes_of("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1280, 800)
        for key, splitter in (("panes", self.panes), ("bottom", self.bottom)):
            state = self.settings.bytes_of(key)
            if state is not None:
                splitter.restoreState(state)


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("no QApplication")
    return app
