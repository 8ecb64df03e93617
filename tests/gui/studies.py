"""Small studies for the tests of views and dialogs, and what every widget of them must keep to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from il2scheduler import library
from il2scheduler.appointment import NotGiven
from il2scheduler.commands.values import (
    AddNote,
    CourseException,
    Enrol,
    Give,
    GiveCourse,
    NotGive,
    PatientCommand,
    RecordVisit,
)
from il2scheduler.gui import language, theme
from il2scheduler.gui.study_session import StudySession
from il2scheduler.study import Answers, Settings, Study

ETOILE, VASCU = "anrs-123-etoile", "anrs-hc21-vascu-il2"
TODAY = date(2026, 4, 3)
"""The Friday before Easter."""
MORNING, EVENING = time(8), time(20)


def clock() -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 9, 30, tzinfo=UTC)


def empty(path: Path, protocols: tuple[str, ...] = (ETOILE,), now: Callable[[], datetime] = clock) -> Study:
    """A study without patients."""
    texts = []
    for code in protocols:
        template = library.find(code)
        said = template.file.protocol()
        assert said is not None
        texts.append((template.path.read_text("utf-8"), said, "shipped"))
    study = Study.create(
        path, texts[0], Settings(study_id="", title="ETOILE", site="Necker"), who="A. Martin", clock=now
    )
    for text, said, status in texts[1:]:
        study.add_protocol(text, said, status, {"command": "add-protocol"}, None)
    return study


@cache
def _small() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.il2"
        _make_small(path).close()
        return path.read_bytes()


def small(path: Path) -> Study:
    """A fresh copy of `_make_small`'s study."""
    path.write_bytes(_small())
    return Study.open(path, who="A. Martin", clock=clock)


def _make_small(path: Path) -> Study:
    """Five patients on Fri 03-Apr-2026.

    P001 is on day 5 of cycle 3. The diary of P002's cycle 2 is not back, and its cycle 3 begins on Easter
    Monday. P003 and P005 are of the control arm; the first visit of P005 is today. P004 has no date yet.
    """
    study = empty(path)

    def do(code: str, command: PatientCommand, reason: str | None = None) -> None:
        study.execute(code, command, Answers(reason=reason))

    do("P001", Enrol("P001", 1, "il2", date(2026, 1, 5)))
    do("P001", RecordVisit("W0", date(2026, 1, 5)))
    do("P001", GiveCourse(1, batch="B1", by="patient"))
    do("P001", GiveCourse(2, (CourseException(4, EVENING, NotGiven.REFUSED),), batch="B2", by="patient"))
    for day in (1, 2, 3):
        do("P001", Give(3, day, MORNING, site="left thigh", batch="B3", by="A. Martin"))
        do("P001", Give(3, day, EVENING, site="right thigh", batch="B3", by="patient"))
    do("P001", Give(3, 4, MORNING, site="abdomen, left", batch="B3", by="A. Martin"))
    do("P001", NotGive(3, 4, EVENING, NotGiven.UNWELL, "fever"))
    do("P001", AddNote("Prefers <b>mornings</b> & tea."))
    do("P002", Enrol("P002", 1, "il2", date(2026, 1, 12)))
    do("P002", RecordVisit("W0", date(2026, 1, 12)))
    do("P002", GiveCourse(1))
    do("P003", Enrol("P003", 1, "control", date(2026, 1, 5)))
    do("P003", RecordVisit("W0", date(2026, 1, 5)))
    do("P004", Enrol("P004", 1, "il2", None))
    do("P005", Enrol("P005", 1, "control", TODAY))
    return study


def session_of(study: Study, path: Path) -> StudySession:
    """A study on the screen."""
    session = StudySession()
    session.take(study, path)
    return session


def dress(app: QApplication, *, percent: int = 100, shades: str = "light", speech: str = "en") -> None:
    """A theme, a size of text, a language."""
    language.switch(app, speech)
    theme.style(app)
    theme.load_fonts()
    theme.dress(app, theme=shades, text_percent=percent)
