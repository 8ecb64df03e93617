"""Noticing that nobody touched the window for a while, so that the next person is asked for their name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from il2scheduler.gui.settings import Settings

_TOUCHES = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel})


class IdleWatch(QObject):
    """Tells when keys and mouse rested for the minutes of the settings."""

    idle = Signal()

    def __init__(self, settings: Settings, parent: QObject) -> None:
        """Begin to count; `watch` says where."""
        super().__init__(parent)
        self._settings = settings
        self._watched: QObject | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self._rested)
        self.touched()

    def watch(self, window: QWidget) -> None:
        """See the keys and clicks of a window that is on the screen.

        The window's own handle is watched, not the whole application: few events pass there.
        """
        handle = window.windowHandle()
        if handle is not self._watched:
            self._watched = handle
            handle.installEventFilter(self)

    def touched(self) -> None:
        """Somebody is there: begin to count anew."""
        minutes = self._settings.idle_minutes
        if minutes:
            self.timer.start(minutes * 60_000)
        else:
            self.timer.stop()

    def _rested(self) -> None:
        # Somebody in the middle of a dialog is not asked; the dialog shows whose it is.
        if QApplication.activeModalWidget() is None:
            self.idle.emit()
        self.touched()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See keys and clicks go by."""
        if event.type() in _TOUCHES:
            self.touched()
        return super().eventFilter(watched, event)
