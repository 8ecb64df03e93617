"""How long a frame of the study's views takes: dragging, scrolling, switching, on few and on many patients.

Usage: python benchmarks/window.py [--patients 500 10000] [--rounds N] [--places N]
Each study is made anew in a folder of its own, with patients on ETOILE from 100 different Mondays. A frame is
one step of a person with all that follows before the window is painted again; what goes on between frames
(rows and days that are read little by little) is counted apart, one turn of the event loop each. Times are in
milliseconds of wall clock, offscreen; the aim is a median of 16 or less.
"""
# ruff: noqa: INP001, T201 - a script for the terminal

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from il2scheduler import library
from il2scheduler.commands.values import Enrol
from il2scheduler.gui import theme
from il2scheduler.gui.month import MonthView
from il2scheduler.gui.study_session import StudySession
from il2scheduler.gui.study_timeline import StudyTimeline
from il2scheduler.study import Answers, Settings, Study
from il2scheduler.study.together import Together

TODAY = date(2026, 4, 1)
AIM = 16.0
_AT_ONCE = 500


def made(path: Path, patients: int, places: int) -> StudySession:
    """A session with a study of so many patients; its places are set once all are enrolled."""
    template = library.find("anrs-123-etoile")
    protocol = template.file.protocol(None)
    if protocol is None:
        raise LookupError
    clock = lambda: datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)  # noqa: E731 - a clock
    source = (template.path.read_text("utf-8"), protocol, "shipped")
    study = Study.create(path, source, Settings(study_id="", title="", site=""), who="A", clock=clock)
    for start in range(0, patients, _AT_ONCE):
        together = Together(study)
        for number in range(start, min(start + _AT_ONCE, patients)):
            code = f"P{number:05}"
            anchor = date(2024, 11, 4) + timedelta(weeks=number % 100)
            together.take(together.preview(code, Enrol(code, 1, "il2", anchor), Answers()))
        study.commit_all(together.previews)
    limited = replace(study.settings, places_injections=places, places_visits=places)
    study.change_settings(limited, {"command": "places"}, "so many places")
    session = StudySession()
    session.take(study, path)
    return session


class Bench:
    """One study in both views, and the frames that were measured."""

    def __init__(self, app: QApplication, session: StudySession, rounds: int) -> None:
        """Show the views in a stack, as the window does."""
        self.app, self.session, self.rounds = app, session, rounds
        self.timeline, self.month = StudyTimeline(session), MonthView(session)
        self.stack = QStackedWidget()
        for view in (self.timeline, self.month):
            self.stack.addWidget(view)
        self.stack.resize(1280, 760)
        self.between: list[float] = []

    def settle(self) -> None:
        """Let what goes on between frames come to its end."""
        table = self.timeline.table
        while (
            self.timeline.reading
            or self.month.reading
            or table.ahead.looking
            or (table.drag is not None and table.drag.looking)
        ):
            self.between.append(_milliseconds(self.app.processEvents))
        self.app.processEvents()

    def measure(self, steps: Iterator[Callable[[], object]], painted: QWidget) -> list[float]:
        """The frames of some steps; what follows each of them between frames goes into `between`."""
        self.between = []
        frames: list[float] = []
        for step in steps:
            frames.append(_milliseconds(lambda step=step: (step(), painted.repaint())))
            self.settle()
        return frames

    def opening(self) -> float:
        """From the first sight of the timeline to its first picture."""
        return _milliseconds(lambda: (self.stack.show(), self.app.processEvents()))

    def dragging(self) -> Iterator[Callable[[], object]]:
        """A cycle is carried over ever other days, each asked about for the first time."""
        table = self.timeline.table
        for number in range(self.rounds):
            row = number % max(self.timeline.table.days.rowCount(), 1)
            line = table.days.line(row)
            if line is None:
                return
            self.timeline.show_patient(line.code, "C8")
            self.settle()
            for _ in range(4):
                yield lambda: table.carry(1)
            table.let_go()

    def scrolling(self, *, rows: bool) -> Iterator[Callable[[], object]]:
        """By the wheel: a third of a row, or three days."""
        table = self.timeline.table
        bar = table.verticalScrollBar() if rows else table.horizontalScrollBar()
        step = bar.singleStep() * 3
        for _ in range(self.rounds * 4):
            yield lambda: bar.setValue(bar.value() + step if bar.value() + step < bar.maximum() else 0)

    def jumping(self) -> Iterator[Callable[[], object]]:
        """By the scroll bar, to rows that were not seen yet."""
        bar = self.timeline.table.verticalScrollBar()
        for number in range(self.rounds):
            yield lambda at=number: bar.setValue(bar.maximum() * (at * 37 % 100) // 100)

    def switching(self) -> Iterator[Callable[[], object]]:
        """From one view to the other and back, both read before."""
        for number in range(self.rounds * 2):
            yield lambda at=number: self.stack.setCurrentIndex(at % 2)

    def paging(self) -> Iterator[Callable[[], object]]:
        """From month to month."""
        for number in range(self.rounds):
            yield lambda at=number: self.month.go_to(TODAY + timedelta(days=30 * (at % 12)))


def _milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def table(app: QApplication, patients: int, rounds: int, places: int) -> None:
    """Print the frames of one study."""
    with TemporaryDirectory() as folder:
        session = made(Path(folder) / "study.il2", patients, places)
        bench = Bench(app, session, rounds)
        print(f"\n{patients} patients; the first picture took {bench.opening():.0f} ms")
        bench.settle()
        print(f"{'a frame of':<34}{'frames':>8}{'median':>9}{'95 %':>9}{'turn between':>15}")
        screen = bench.timeline.table.viewport()
        runs = (
            ("a drag preview", bench.dragging(), screen),
            ("scrolling the timeline, rows", bench.scrolling(rows=True), screen),
            ("scrolling the timeline, days", bench.scrolling(rows=False), screen),
            ("a jump to rows not seen yet", bench.jumping(), screen),
            ("switching views", bench.switching(), bench.stack),
            ("another month", bench.paging(), bench.month.grid.viewport()),
        )
        for name, steps, painted in runs:
            if name == "another month":
                bench.stack.setCurrentIndex(1)
            frames = bench.measure(steps, painted)
            middle, late = statistics.median(frames), statistics.quantiles(frames, n=20)[-1]
            turn = f"{statistics.median(bench.between):.1f}" if bench.between else "-"
            sign = "" if middle <= AIM else "  above the aim"
            print(f"{name:<34}{len(frames):>8}{middle:>9.1f}{late:>9.1f}{turn:>15}{sign}")
        bench.stack.close()
        session.close()


def main() -> None:
    """Print a table for each size of study."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--patients", type=int, nargs="+", default=[500, 10_000])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--places", type=int, default=6)
    given = parser.parse_args()
    app = QApplication([])
    theme.style(app)
    theme.load_fonts()
    theme.dress(app, theme="light", text_percent=100)
    for patients in given.patients:
        table(app, patients, given.rounds, given.places)


if __name__ == "__main__":
    main()
