"""What the tests of views over a real study file share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from il2scheduler import demo, library
from il2scheduler.commands.values import Enrol
from il2scheduler.gui import language, theme
from il2scheduler.gui.study_session import StudySession
from il2scheduler.study import Answers, Settings, Study

TODAY = date(2026, 4, 1)
QUESTIONS = ("patient_rows", "counts", "appointments", "injections", "overdue", "patients", "entries")


def clock() -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)


def dress(app: QApplication, *, worn: str = "light", percent: int = 100, speech: str = "en") -> None:
    theme.style(app)
    theme.load_fonts()
    theme.dress(app, theme=worn, text_percent=percent)
    language.switch(app, speech)


@cache
def _made() -> bytes:
    """The demonstration study of 1 April 2026: made once, then copied."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "demo.il2"
        demo.make(path, who="Anna", clock=clock, today=TODAY).close()
        return path.read_bytes()


def demonstration(path: Path) -> StudySession:
    """A session with the demonstration study, today 1 April 2026."""
    path.write_bytes(_made())
    session = StudySession()
    session.take(Study.open(path, who="Anna", clock=clock), path)
    return session


def many(path: Path, patients: int) -> StudySession:
    """A session with so many patients on ETOILE, all from Mon 5 January 2026."""
    template = library.find("anrs-123-etoile")
    protocol = template.file.protocol(None)
    assert protocol is not None
    settings = Settings(study_id="", title="Many", site="Clinic")
    source = (template.path.read_text("utf-8"), protocol, "shipped")
    study = Study.create(path, source, settings, who="Anna", clock=clock)
    previews = []
    for number in range(patients):
        code = f"P{number:04}"
        enrol = Enrol(code=code, protocol=1, arm="il2", anchor=date(2026, 1, 5))
        previews.append(study.preview(code, enrol, Answers()))
        study.commit(previews[-1])
    session = StudySession()
    session.take(study, path)
    return session


def seen(qtbot: QtBot, view: QWidget, size: tuple[int, int] = (1200, 700)) -> None:
    """Show a view as the window does."""
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.setFocus()


class Calls:
    """Counts the questions to the store."""

    def __init__(self, session: StudySession, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: Counter[str] = Counter()
        store = session.study.store
        for name in QUESTIONS:
            monkeypatch.setattr(store, name, self._counting(name, getattr(store, name)), raising=True)

    def _counting(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def counted(*given: object, **named: object) -> object:
            self.asked[name] += 1
            return real(*given, **named)

        return counted
