"""The window: the welcome page, an open study, or the plan of one patient; menus, bar, line at the foot."""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import deeds, language, study_files, tasks, theme
from il2scheduler.gui.actions import Actions, Page
from il2scheduler.gui.background import Background, ProgressStrip
from il2scheduler.gui.notice import Foot, NoticeBar
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.watch import Watch
from il2scheduler.gui.welcome import Welcome
from il2scheduler.i18n import LANGUAGES

if TYPE_CHECKING:
    from il2scheduler.gui.planner.page import PlannerPage
    from il2scheduler.gui.study_page import StudyPage
    from il2scheduler.gui.study_session import StudySession
    from il2scheduler.study import Study


_FRAME = QSize(16, 48)
"""What a window manager puts around a window, at most."""


class MainWindow(QMainWindow):
    """Shows one page at a time; what takes long to import comes with the page that needs it."""

    def __init__(self, settings: Settings) -> None:
        """Build the window with its welcome page."""
        super().__init__()
        self.settings = settings
        self.background, self.quiet = Background(self), Background(self)
        self.bar, self.foot = NoticeBar(), Foot()
        self.strip = ProgressStrip(self.background)
        self.welcome = Welcome()
        self.pages = QStackedWidget()
        self.dialog: QDialog | None = None
        self.warm = False
        self.no_backup_said = False
        self.actions_of = Actions(self, deeds.of(self))
        self.watch = Watch(self)
        self._add_choices()
        self._lay_out()
        self._connect()
        self.show_welcome()
        self.retranslate()
        self._restore()

    # --- Building ---

    @cached_property
    def session(self) -> StudySession:
        """The open study, if any; made when it is first needed."""
        from il2scheduler.gui.study_session import StudySession

        made = StudySession(self)
        made.changed.connect(partial(tasks.told, self))
        made.elsewhere.connect(partial(tasks.told_elsewhere, self))
        made.refused.connect(partial(tasks.refused, self))
        return made

    @cached_property
    def study_page(self) -> StudyPage:
        """The page of an open study."""
        from il2scheduler.gui.study_page import StudyPage

        made = StudyPage(self.session)
        made.asked.connect(partial(tasks.ask, self))
        made.view_changed.connect(self._enable)
        self.pages.addWidget(made)
        return made

    @cached_property
    def planner(self) -> PlannerPage:
        """The page that plans one patient without a study."""
        from il2scheduler.gui.planner.page import PlannerPage

        made = PlannerPage(self.settings, self.background, self.bar, self.foot)
        made.can_change.connect(self._enable)
        self.background.began.connect(self._enable)
        self.pages.addWidget(made)
        return made

    def _add_choices(self) -> None:
        settings = self.settings
        self.actions_of.add_choice("language", LANGUAGES, settings.language, self._set_language)
        self.actions_of.add_choice("text", theme.TEXT_SIZES, settings.text_percent, self._set_text)
        self.actions_of.add_choice("theme", theme.THEMES, settings.theme, self._set_theme)

    def _lay_out(self) -> None:
        self.pages.addWidget(self.welcome)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(6, 6, 6, 0)
        column.addWidget(self.bar)
        column.addWidget(self.pages, 1)
        column.addWidget(self.strip)
        column.addWidget(self.foot)
        self.setCentralWidget(content)

    def _connect(self) -> None:
        welcome = self.welcome
        welcome.demo_asked.connect(partial(study_files.demo, self))
        welcome.demo_elsewhere_asked.connect(partial(study_files.demo_elsewhere, self))
        welcome.new_asked.connect(partial(study_files.new_study, self))
        welcome.open_asked.connect(partial(study_files.open_study, self))
        welcome.plan_asked.connect(self.show_planner)
        welcome.recent_asked.connect(partial(study_files.open_file, self))
        welcome.language_asked.connect(self._set_language)
        self.foot.acting.clicked.connect(partial(deeds.do, self, "acting"))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        deeds.help_in_dialogs(self, now)

    def warm_up(self) -> None:
        """Import what the next click will need, while nobody waits for it. Called after the first paint."""
        import holidays
        import reportlab

        from il2scheduler.gui import study_page

        del holidays, reportlab, study_page
        self.warm = True

    # --- Pages ---

    @property
    def page(self) -> Page:
        """What fills the window."""
        shown = self.pages.currentWidget()
        if shown is self.welcome:
            return Page.WELCOME
        return Page.PLAN if "planner" in self.__dict__ and shown is self.planner else Page.STUDY

    def show_welcome(self) -> None:
        """Show the page without a study."""
        self.welcome.show_recent(self.settings.recent)
        self._show(self.welcome)
        self.welcome.demo.setFocus()

    def show_planner(self) -> None:
        """Show the page that plans one patient; an open study stays open behind it."""
        self.bar.hide()
        self._show(self.planner)
        self.planner.entered()

    def take(self, study: Study, path: Path) -> None:
        """Show a study that was opened or made."""
        if self.session.is_open:
            self.session.close()
        page = self.study_page
        self.session.take(study, path)
        self._show(page)
        page.open()
        self.say_who()
        self.watch.start()
        study_files.opened(self, path)
        tasks.say_others(self)

    def show_view(self, name: str) -> None:
        """Show a view of the open study."""
        if self.page is Page.STUDY:
            self.study_page.show_view(name)

    def go_to_finder(self) -> None:
        """Go to the field that finds a patient."""
        if self.page is Page.STUDY:
            self.study_page.finder.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.study_page.finder.selectAll()

    def _show(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self.foot.say("")
        self.foot.attention.setText("")
        if page is self.welcome:
            self.foot.say_others("")
            self.watch.stop()
        self.say_who()
        self._enable()

    def leave_page(self) -> None:
        """Leave the planner for the study behind it, then the study for the welcome page."""
        self.bar.hide()
        if self.page is Page.PLAN and self.has_study:
            self._show(self.study_page)
        elif self.has_study:
            study_files.close_study(self)
        else:
            self.show_welcome()

    @property
    def has_study(self) -> bool:
        """True while a study is open, also behind another page; asks nothing that takes long."""
        return "session" in self.__dict__ and self.session.is_open

    # --- Saying ---

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        self.actions_of.retranslate()
        for part in (self.welcome, self.bar, self.strip):
            part.retranslate()
        for name in ("planner", "study_page"):
            if name in self.__dict__:
                self.__dict__[name].retranslate()
        for value, action in self.actions_of.choices["language"].items():
            action.setChecked(value == self.settings.language)
        self.bar.hide()
        self.foot.say("")
        self.say_who()
        if self.page is Page.STUDY and self.has_study:
            tasks.say_others(self)
        self._enable()

    def say_who(self) -> None:
        """Say at the foot who is acting; the title names the study."""
        shown = self.page is Page.STUDY and self.session.is_open
        self.foot.say_who(self.session.who if shown else None)
        self._title()

    def _title(self) -> None:
        page = self.page
        name = ""
        if page is Page.PLAN:
            name = self.planner.title()
        elif page is Page.STUDY and self.session.is_open:
            known = self.session.study.settings
            path = self.session.path
            parts = (known.title or known.site, "" if path is None else path.name)
            name = " - ".join(part for part in parts if part)
            if self.session.read_only:
                name = language.current()("{study} (read-only)", study=name)
        self.setWindowTitle(f"{name} - il2scheduler" if name else "il2scheduler")

    def _enable(self) -> None:
        page = self.page
        self.actions_of.show_page(page, self._absent_views())
        if page is Page.PLAN:
            self.actions_of.enable(**self.planner.enabled())
        elif page is Page.STUDY and self.session.is_open:
            reading = self.session.read_only
            self.actions_of.enable(undo=not reading, redo=not reading)
        self._title()

    def _absent_views(self) -> frozenset[str]:
        if self.page is not Page.STUDY:
            return frozenset()
        views = self.study_page.views
        return frozenset(name for name in deeds.views() if name.removeprefix(deeds.VIEW) not in views)

    # --- Preferences ---

    def _set_language(self, value: object) -> None:
        self.settings.language = str(value)
        self.put_on_settings()

    def _set_text(self, value: object) -> None:
        self.settings.text_percent = int(str(value))
        self.dress()

    def _set_theme(self, value: object) -> None:
        self.settings.theme = str(value)
        self.dress()

    def put_on_settings(self) -> None:
        """Speak the language and wear the colours and the size of text of the settings."""
        language.switch(_application(), self.settings.language)
        self.retranslate()
        self.dress()

    def dress(self) -> None:
        """Put on the colours and the size of text of the settings."""
        theme.dress(_application(), theme=self.settings.theme, text_percent=self.settings.text_percent)
        chosen = {"text": self.settings.text_percent, "theme": self.settings.theme}
        for name, now in chosen.items():
            for value, action in self.actions_of.choices[name].items():
                action.setChecked(value == now)
        self.welcome.fit()
        if "planner" in self.__dict__:
            self.planner.fit()
        if "study_page" in self.__dict__:
            self.study_page.refresh()

    # --- Events ---

    def changeEvent(self, event: QEvent) -> None:
        """Whoever comes back to the window sees what others did meanwhile."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            QTimer.singleShot(0, self, self.watch.look)

    def showEvent(self, event: QShowEvent) -> None:
        """From now on there are keys and clicks to see."""
        super().showEvent(event)
        self.watch.begin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The welcome page is as wide as it reads well, or as the window allows."""
        super().resizeEvent(event)
        self.welcome.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts the message away."""
        if event.key() == Qt.Key.Key_Escape and self.bar.isVisible():
            self.bar.hide()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the work that is under way, close the study, and remember the window's place."""
        self.watch.stop()
        self.background.finish()
        self.quiet.finish()
        self.settings.keep_bytes("geometry", self.saveGeometry())
        if "planner" in self.__dict__:
            self.planner.keep()
        if "study_page" in self.__dict__:
            self.settings.keep_bytes("study-panes", self.study_page.panes.saveState())
        if self.has_study:
            self.hide()
            study_files.close_for_good(self)
        super().closeEvent(event)

    def _restore(self) -> None:
        geometry = self.settings.bytes_of("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            # With its frame it must not be higher than a small screen: the line at the foot would be hidden.
            room = self.screen().availableSize() - _FRAME
            self.resize(QSize(1280, 800).boundedTo(room))


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("no QApplication")
    return app
