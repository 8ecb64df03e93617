"""What the window looks at by itself: changes from elsewhere, backups that are due, nobody being there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from il2scheduler.gui import study_files, tasks
from il2scheduler.gui.idle import IdleWatch

if TYPE_CHECKING:
    from il2scheduler.gui.main_window import MainWindow

LOOK_EVERY_MS = 5_000
"""How often the window sees whether another one changed the study."""
BACK_UP_EVERY_MS = 10 * 60_000
"""How often the window asks whether a backup is due; one is made every 30 minutes at most."""


class Watch(QObject):
    """The timers of a window."""

    def __init__(self, window: MainWindow) -> None:
        """Rest until a study is open."""
        super().__init__(window)
        self._window = window
        self.idle = IdleWatch(window.settings, self)
        self.looks, self.backups = QTimer(self), QTimer(self)
        self.looks.setInterval(LOOK_EVERY_MS)
        self.backups.setInterval(BACK_UP_EVERY_MS)
        self.idle.idle.connect(partial(tasks.acting_as, window, idle=True))
        self.looks.timeout.connect(self.look)
        self.backups.timeout.connect(self.back_up)

    def begin(self) -> None:
        """The window is on the screen: there are keys and clicks to see."""
        self.idle.watch(self._window)

    def start(self) -> None:
        """A study is open."""
        self.looks.start()
        self.backups.start()

    def stop(self) -> None:
        """No study is open any more."""
        self.looks.stop()
        self.backups.stop()

    def look(self) -> None:
        """See whether another window changed the study, and who is there."""
        window = self._window
        if not window.has_study:
            return
        from il2scheduler.store import Busy, StoreRefusal

        try:
            window.session.look()
        except Busy:
            return
        except StoreRefusal as refusal:
            # It is said once: the file does not come back every five seconds.
            if self.looks.isActive():
                self.looks.stop()
                tasks.refused(window, refusal)
            return
        self.looks.start()
        tasks.say_others(window)

    def back_up(self) -> None:
        """Make the backup that is due."""
        from il2scheduler.store import Occasion

        session = self._window.session
        if session.path is not None and not session.read_only:
            study_files.back_up(self._window, session.path, Occasion.TIMER)
