"""Start the window: application, font, colours, language, and how it ends."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from il2scheduler import resources
from il2scheduler.gui import errors, language, study_files, tasks, theme
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.settings import Settings
from il2scheduler.version import VERSION


def run(argv: list[str], study: Path | None = None) -> int:
    """Open the window, on a study where one is named, and stay until it is closed; returns the exit code."""
    app = application(argv)
    settings = Settings()
    errors.install()
    ends: list[_Ends] = []

    def settle(window: MainWindow) -> None:
        ends.append(_Ends(window))
        errors.install(partial(tasks.refused_anywhere, window))
        if study is not None:
            QTimer.singleShot(0, window, partial(study_files.open_file, window, study))

    open_window(app, settings, settle)
    # What was imported stays until the end: the collector need not look at it, now or later.
    gc.freeze()
    gc.enable()
    code = app.exec()
    for end in ends:
        end.close()
    return code


def application(argv: list[str]) -> QApplication:
    """The one QApplication, with our font and style."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        app = there
        theme.style(app)
    else:
        app = QApplication([*argv, *theme.STYLE])
        theme.take_text_size(app)
    app.setApplicationName("il2scheduler")
    app.setApplicationVersion(VERSION)
    app.setDesktopFileName("il2scheduler")
    theme.load_fonts()
    return app


def open_window(
    app: QApplication, settings: Settings, settle: Callable[[MainWindow], None] | None = None
) -> MainWindow:
    """Show the window; what takes long to import comes after its first paint, and `settle` too."""
    theme.colour(app, theme=settings.theme, text_percent=settings.text_percent)
    language.switch(app, settings.language)
    window = MainWindow(settings)
    theme.finish(app)
    app.styleHints().colorSchemeChanged.connect(window.dress)
    after = _AfterFirstPaint(window, settle)
    window.installEventFilter(after)
    window.show()
    return window


class _AfterFirstPaint(QObject):
    """Warms the window up as soon as it has been painted once."""

    def __init__(self, window: MainWindow, settle: Callable[[MainWindow], None] | None) -> None:
        super().__init__(window)
        self._window, self._settle = window, settle

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._window, self._painted)
        return False

    def _painted(self) -> None:
        if self._settle is not None:
            self._settle(self._window)
        _put_on_icon()
        self._window.warm_up()


def _put_on_icon() -> None:
    """The icon in title bars and lists of windows, where the desktop does not know it from the menu entry."""
    from PySide6.QtGui import QIcon

    icon = QIcon()
    for size in (16, 32, 48, 128):
        icon.addFile(str(resources.path("icons", f"il2scheduler-{size}.png")))
    QApplication.setWindowIcon(icon)


class _Ends(QObject):
    """Closes the window when the system asks for it (SIGTERM, SIGINT).

    Python runs its handlers between two of its own instructions and Qt waits in C++: a byte that Python
    writes into a socket wakes Qt up.
    """

    def __init__(self, window: MainWindow) -> None:
        import signal
        import socket

        from PySide6.QtCore import QSocketNotifier

        super().__init__()
        self._window = window
        self._ours, self._pythons = socket.socketpair()
        for end in (self._ours, self._pythons):
            end.setblocking(False)
        signal.set_wakeup_fd(self._pythons.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        QTimer.singleShot(0, self._window, self._window.close)

    def _read(self) -> None:
        self._ours.recv(64)

    def close(self) -> None:
        """Give the signals back."""
        import signal

        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._pythons.close()
