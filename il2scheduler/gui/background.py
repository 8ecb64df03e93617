"""Long work off the screen's thread: a job is run, its progress shown, and cancelled by closing it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import NamedTuple

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from il2scheduler.gui import language
from il2scheduler.jobs import Job, Progress

SHOWN_AFTER_MS = 400


class _Signals(QObject):
    progress = Signal(object)
    ended = Signal(object)
    """Carries None when the job came to its end, else the exception (`Cancelled` after a cancel)."""


class Cancelled(Exception):  # noqa: N818 - not a fault
    """The job was cancelled; whatever it had begun is cleaned up."""


class _Runner(QRunnable):
    """Runs one job on a thread of the pool. Only this thread touches the generator."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.signals = _Signals()
        self.cancelled = Event()
        self._job = job

    def run(self) -> None:
        """Run to the end, or until cancelled; never raises."""
        ended: BaseException | None = None
        try:
            for progress in self._job:
                if self.cancelled.is_set() and progress.done < progress.total:
                    ended = Cancelled()
                    break
                self.signals.progress.emit(progress)
        except BaseException as error:  # noqa: BLE001 - handed to the screen's thread, which raises it
            ended = error
        finally:
            self._job.close()
        self.signals.ended.emit(ended)


def _nothing() -> None:
    pass


class After(NamedTuple):
    """What is done when a job has come to its end, was cancelled, or failed (with the exception)."""

    done: Callable[[], None] = _nothing
    cancelled: Callable[[], None] = _nothing
    failed: Callable[[Exception], None] | None = None


class Background(QObject):
    """At most one job at a time."""

    began = Signal(str)
    """Carries what the work is called; empty where each step names itself."""
    progress = Signal(object)
    """Carries `Progress`."""
    done = Signal()
    cancelled = Signal()
    failed = Signal(object)
    """Carries the exception."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start idle."""
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._runner: _Runner | None = None
        self._ended: _Runner | None = None
        self._after = After()

    @property
    def busy(self) -> bool:
        """True while a job runs."""
        return self._runner is not None

    def run(self, job: Job, after: After | None = None, *, says: str = "") -> bool:
        """Run a job; False when another one is not done yet. `says` is what the strip calls it."""
        if self._runner is not None:
            return False
        self._after = after or After()
        # The thread may still be on its way out of the runner before: it is let go only now.
        self._pool.waitForDone()
        self._ended = None
        runner = _Runner(job)
        runner.signals.progress.connect(self.progress)
        runner.signals.ended.connect(self._end)
        self._runner = runner
        self.began.emit(says)
        self._pool.start(runner)
        return True

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        if self._runner is not None:
            self._runner.cancelled.set()

    def finish(self) -> None:
        """Cancel and wait: the window is closing."""
        self.cancel()
        self._pool.waitForDone()

    def _end(self, ended: object) -> None:
        self._ended, self._runner = self._runner, None
        after, self._after = self._after, After()
        if ended is None:
            self.done.emit()
            after.done()
        elif isinstance(ended, Cancelled):
            self.cancelled.emit()
            after.cancelled()
        else:
            self.failed.emit(ended)
            if after.failed is None or not isinstance(ended, Exception):
                raise ended if isinstance(ended, BaseException) else TypeError(ended)
            after.failed(ended)


class ProgressStrip(QFrame):
    """What long work is doing, how far it is, and Cancel; shown when it takes longer than 0.4 seconds."""

    def __init__(self, background: Background) -> None:
        """Follow a background; hidden while it is idle."""
        super().__init__()
        self.what = QLabel()
        self.bar = QProgressBar()
        self.cancel = QPushButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.addWidget(self.what)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self._says = ""
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(SHOWN_AFTER_MS)
        self.timer.timeout.connect(self.show)
        background.began.connect(self._begin)
        background.progress.connect(self._follow)
        for ended in (background.done, background.cancelled, background.failed):
            ended.connect(self._end)
        self.cancel.clicked.connect(background.cancel)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.cancel.setText(w("Cancel"))
        self.bar.setAccessibleName(w("Progress"))

    def _begin(self, says: str) -> None:
        self._says = says
        self.what.setText(says)
        self.bar.setRange(0, 0)
        self.timer.start()

    def _follow(self, progress: Progress) -> None:
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        w = language.current()
        if progress.what and not self._says:
            self.what.setText(w("Making {name}", name=progress.what))

    def _end(self) -> None:
        self.timer.stop()
        self.hide()
