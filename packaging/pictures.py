"""Pictures of every view and dialog from the demonstration study: what `make pictures` makes.

Usage: packaging/pictures.py FOLDER [PART]

Each way the window can look has a folder: light, dark, contrast, large (200 % text), french, french-large,
pseudo (a language whose words are half as long again). PART leaves out pictures whose name lacks it.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import picture_asks
from picture_asks import KINDS, SECOND
from PySide6.QtCore import QSettings, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from il2scheduler import demo, i18n
from il2scheduler.gui import app as window_app
from il2scheduler.gui import entry_words, language, tasks
from il2scheduler.gui.about import AboutDialog
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.guide_window import GuideWindow
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.planner.export_dialog import ExportDialog
from il2scheduler.gui.settings import Settings

SCREEN = (1440, 900)
NURSE, TODAY = "A. Martin", date(2026, 4, 3)
SIZE = (1280, 800)
PATIENTS = 12
WAIT_MS, STEPS = 20, 500
VIEWS = {"today": "today", "timeline": "study_timeline", "month": "month", "history": "history"}
"""Each picture's name and its view."""


@dataclass(frozen=True, slots=True)
class Look:
    """One way the window can look."""

    name: str
    theme: str = "light"
    percent: int = 100
    speech: str = "en"
    pseudo: bool = False


LOOKS = (
    Look("light"),
    Look("dark", theme="dark"),
    Look("contrast", theme="contrast"),
    Look("large", percent=200),
    Look("french", speech="fr"),
    Look("french-large", speech="fr", percent=200),
    Look("pseudo", pseudo=True),
)


class Pictures:
    """Takes pictures into a folder and keeps what went wrong."""

    def __init__(self, folder: Path, part: str) -> None:
        """Only pictures with `part` in their name are taken."""
        self.folder, self.part = folder, part
        self.taken = 0
        self.wrong: list[str] = []

    def take(self, widget: QWidget, name: str) -> None:
        """Save what a widget looks like now."""
        QTest.qWait(WAIT_MS)
        path = self.folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not widget.grab().save(str(path)):
            raise OSError(f"{path} could not be written")
        self.taken += 1

    def attempt(self, name: str, do: Callable[[], object]) -> None:
        """Do something for a picture; a view that is not there yet, or fails, is said; the next comes."""
        if self.part not in name:
            return
        try:
            do()
        except Exception as error:  # noqa: BLE001 - one broken dialog does not keep the others from being seen
            self.wrong.append(f"{self.folder.name}/{name}: {type(error).__name__}: {error}")


# --- The window ---


def photograph(app: QApplication, look: Look, pictures: Pictures, study: Path) -> None:
    """Every page, view and dialog in one look."""
    said = i18n.words
    if look.pseudo:
        language.words = _pseudo_words  # type: ignore[attr-defined] # the one place that all labels pass
    try:
        with tempfile.TemporaryDirectory() as scratch:
            settings = Settings(QSettings(str(Path(scratch) / "s.ini"), QSettings.Format.IniFormat))
            settings.language, settings.theme, settings.who = look.speech, look.theme, NURSE
            settings.text_percent = look.percent
            settings.folder = Path("/home/martin/Documents")
            window = window_app.open_window(app, settings)
            window.resize(*SIZE)
            _until(lambda: window.warm)
            pictures.attempt("welcome", partial(pictures.take, window, "welcome"))
            _study(window, pictures, study)
            pictures.attempt(
                "dialog-about", partial(_dialog, pictures, "dialog-about", lambda: AboutDialog(window))
            )
            pictures.attempt("planner", partial(_planner, window, pictures))
            pictures.attempt("guide", partial(_guide, window, pictures))
            window.close()
            window.deleteLater()
            app.processEvents()
    finally:
        language.words = said  # type: ignore[attr-defined] # as above


def _study(window: MainWindow, pictures: Pictures, path: Path) -> None:
    from il2scheduler.study import Study

    def clock() -> datetime:
        from datetime import UTC

        return datetime(TODAY.year, TODAY.month, TODAY.day, 9, 30, tzinfo=UTC)

    _second(window, pictures, path.with_name(f"second-{path.name}"), clock)
    window.take(Study.open(path, who=NURSE, clock=clock), path)
    _until(lambda: not window.quiet.busy)
    for name in VIEWS:
        pictures.attempt(name, partial(_view, window, pictures, name))
    for name, act in STATES.items():
        pictures.attempt(name, partial(_state, window, pictures, name, act))
    for name, ask in _asks(window):
        pictures.attempt(name, partial(_dialog, pictures, name, partial(_made, window, ask)))
    pictures.attempt("dialog-delay-meanwhile", partial(_overtaken, window, pictures, path))
    for name, (ask, choose) in KINDS.items():
        made = partial(_made, window, ask)
        pictures.attempt(name, partial(_dialog, pictures, name, made, choose))
    for module, kind, given in (
        ("acting", "ActingDialog", {}),
        ("preferences", "PreferencesDialog", {"settings": window.settings}),
        ("new_study", "NewStudyDialog", {"who": NURSE, "folder": Path("/home/martin/Documents")}),
        ("restore", "RestoreDialog", {"study": path}),
    ):
        name = f"dialog-{module}"
        pictures.attempt(
            name, partial(_dialog, pictures, name, partial(_by_name, window, module, kind, given))
        )


def _second(window: MainWindow, pictures: Pictures, path: Path, clock: Callable[[], datetime]) -> None:
    """The dialogs of protocols with cycles on demand and with events."""
    window.take(picture_asks.second_study(path, NURSE, clock), path)
    _until(lambda: not window.quiet.busy)
    for ask in SECOND.values():
        name = f"dialog-{ask.what.value}"
        pictures.attempt(name, partial(_dialog, pictures, name, partial(_made, window, ask)))


def _view(window: MainWindow, pictures: Pictures, name: str) -> None:
    _show(window, VIEWS[name])
    pictures.take(window, name)


def _show(window: MainWindow, view: str) -> Any:  # noqa: ANN401 - known by its name only
    """A view with what it reads between two frames, and a patient in the panel."""
    window.show_view(view)
    window.study_page.show_patient("P001")
    window.study_page.jump_to_today()
    shown: Any = window.study_page.views[view]
    QTest.qWait(WAIT_MS)
    _until(lambda: not getattr(shown, "reading", False))
    return shown


# --- What a view looks like while something goes on ---


def _week(window: MainWindow) -> None:
    _show(window, "today").days.show_days(7)


def _far(window: MainWindow) -> None:
    view = _show(window, "study_timeline")
    while view.can_zoom(1):
        view.zoom_by(1)


def _near(window: MainWindow) -> None:
    view = _show(window, "study_timeline")
    while view.can_zoom(-1):
        view.zoom_by(-1)


def _dragged(window: MainWindow) -> None:
    view = _show(window, "study_timeline")
    view.go_to(date(2026, 5, 11))
    view.show_patient("P001", "C4")
    _carry(view, view.table, 3)


def _dragged_in_month(window: MainWindow) -> None:
    view = _show(window, "month")
    view.go_to(date(2026, 4, 7))
    _until(lambda: not view.reading)
    view.grid.choose_code(date(2026, 4, 7), "P003", "W24")
    _carry(view, view.grid, 2)


def _carry(view: Any, table: Any, days: int) -> None:  # noqa: ANN401 - known by its name only
    _until(lambda: not view.reading)
    table.carry(days)
    _until(lambda: table.drag is None or not table.drag.looking)


def _listed(window: MainWindow) -> None:
    view = _show(window, "month")
    view.go_to(date(2026, 4, 7))
    _until(lambda: not view.reading)
    view.open_list()


def _said(window: MainWindow) -> None:
    from il2scheduler.commands.values import AddNote, OmitCycle

    _show(window, "today")
    window.session.execute("P001", AddNote("…"))
    window.session.execute("P001", OmitCycle(3))


def _found(window: MainWindow) -> None:
    """Today has no row of the patient that is shown."""
    _show(window, "today")
    window.study_page.show_patient("P009")


STATES: dict[str, Callable[[MainWindow], None]] = {
    "today-said": _said,
    "today-week": _week,
    "today-found": _found,
    "timeline-far": _far,
    "timeline-near": _near,
    "timeline-drag": _dragged,
    "month-drag": _dragged_in_month,
    "month-list": _listed,
}


def _state(window: MainWindow, pictures: Pictures, name: str, act: Callable[[MainWindow], None]) -> None:
    act(window)
    QTest.qWait(WAIT_MS)
    popup = QApplication.activePopupWidget()
    pictures.take(popup or window, name)
    if popup is not None:
        popup.close()
    for view in window.study_page.views.values():
        for table in (getattr(view, "table", None), getattr(view, "grid", None)):
            if hasattr(table, "let_go"):
                table.let_go()
    window.bar.hide()
    window.foot.say("")


# --- Dialogs ---


ABOUT = {
    What.RECORD: ("P001", "C3D4"),
    What.RECORD_COURSE: ("P001", "C3"),
    What.CORRECT: ("P001", "C3D4"),
    What.WITHHOLD: ("P001", "C3D5"),
    What.MOVE: ("P003", "W24"),
    What.GATE: ("P010", None),
    What.ANCHOR: ("P004", None),
}
"""What a dialog is about in the demonstration; the others are about cycle 4 of P001, which is to come."""
FILLED = {
    What.ENROL: {"patient": "P013", "start": "2026-04-13"},
    What.MOVE: {"date": "2026-04-09"},
    What.DATE_EVENT: {"date": "2026-04-20"},
}
"""What is typed into a dialog so that it has something to show."""
MORE = {
    "dialog-record-visit": Ask(What.RECORD, "P012", "W37"),
    "dialog-record-day": Ask(What.RECORD, "P002", "C4D2"),
    "dialog-delay-advanced": Ask(What.DELAY, "P001", "C4", date(2026, 4, 27)),
    "dialog-anchor-chosen": Ask(What.ANCHOR, "P003"),
}


def _completed(dialog: Any) -> None:  # noqa: ANN401 - known by its name only
    """Two values of the site, on the second of them."""
    for path, value in (("visits.*.window", "-7/+14"), ("cycles.course.slots.time", "8h30, 20h30")):
        row = next(i for i, field in enumerate(dialog.model.fields) if field.path == path)
        dialog.list.setCurrentIndex(dialog.model.index(row, 0))
        dialog.value.setText(value)
        dialog.page.setText("version 3.0, p. 41")


def _asks(window: MainWindow) -> Iterator[tuple[str, Ask]]:
    """What each dialog is asked for, with something of the study that it can be about."""
    for what in tasks.DIALOGS:
        name = f"dialog-{what.value}"
        if what in SECOND:
            continue
        if what is What.UNDO_ENTRY:
            entries = window.session.study.store.entries(newest_first=True, limit=20)
            moved = next(entry for entry in entries if entry_words.kind(entry) == "move")
            yield name, Ask(what, code=str(moved.number))
        elif what in tasks.OF_THE_STUDY:
            yield name, Ask(what)
        else:
            yield name, Ask(what, *ABOUT.get(what, ("P001", "C4")))
    yield from MORE.items()


def _made(window: MainWindow, ask: Ask) -> QDialog:
    dialog = tasks._dialog(window, ask)  # noqa: SLF001 - as the window makes it, without its bar
    if dialog is None:
        raise LookupError("nothing in the study is of that kind")
    for name, text in FILLED.get(ask.what, {}).items():
        field: Any = getattr(dialog, name)
        getattr(field, "edit", field).setText(text)
    if ask.what is What.COMPLETE:
        _completed(dialog)
    return dialog


def _by_name(window: MainWindow, module: str, kind: str, given: dict[str, object]) -> QDialog:
    make: Any = getattr(import_module(f"il2scheduler.gui.dialogs.{module}"), kind)
    known = {"session": window.session, "parent": window, **given}
    names = inspect.signature(make).parameters
    return make(**{name: value for name, value in known.items() if name in names})


def _dialog(
    pictures: Pictures,
    name: str,
    make: Callable[[], QDialog],
    choose: Callable[[Any], None] | None = None,
) -> None:
    dialog = make()
    dialog.show()
    if choose is not None:
        choose(dialog)
    background = getattr(dialog, "background", None)
    QTest.qWait(WAIT_MS)
    if background is not None:
        _until(lambda: not background.busy)
    _until(lambda: not getattr(dialog, "looking", False))
    pictures.take(dialog, name)
    tabs = getattr(dialog, "tabs", None)
    for place in range(1, 0 if tabs is None else tabs.count()):
        tabs.setCurrentIndex(place)
        QTest.qWait(WAIT_MS)
        pictures.take(dialog, f"{name}-{place + 1}")
    dialog.reject()
    dialog.deleteLater()


def _overtaken(window: MainWindow, pictures: Pictures, path: Path) -> None:
    """Another window moves the cycle that is about to be delayed."""
    from il2scheduler.commands.values import MoveCycle
    from il2scheduler.study import Answers, Study

    def meanwhile(dialog: Any) -> None:  # noqa: ANN401 - known by its name only
        QTest.qWait(WAIT_MS)
        with Study.open(path, who="B. Leroy") as other:
            other.execute("P011", MoveCycle(3, days=2), Answers(reason="train"))
        window.session.look()
        dialog.reason.setText("train")

    made = partial(_made, window, Ask(What.DELAY, "P011", "C3"))
    _dialog(pictures, "dialog-delay-meanwhile", made, meanwhile)


def _planner(window: MainWindow, pictures: Pictures) -> None:
    window.show_planner()
    protocol = window.planner.form.protocol
    protocol.choose("anrs-123-etoile")
    protocol.activated.emit(protocol.currentIndex())
    window.planner.form.patient.setText("P001")
    window.planner.form.start.edit.setText("2026-01-05")
    window.planner.make()
    pictures.take(window, "planner")
    window.planner.form.disclosure.setChecked(True)
    pictures.take(window, "planner-clinic")
    plan = window.planner.session.plan
    if plan is not None:
        _dialog(pictures, "dialog-write-files", lambda: ExportDialog(plan, window.settings, window))


def _guide(window: MainWindow, pictures: Pictures) -> None:
    guide = GuideWindow(window)
    guide.go_to("nurse#delay")
    guide.resize(guide.sizeHint())
    guide.show()
    pictures.take(guide, "guide")
    guide.close()


def _until(done: Callable[[], bool]) -> None:
    for _ in range(STEPS):
        if done():
            return
        QTest.qWait(WAIT_MS)
    raise TimeoutError


# --- Long words ---


class _Pseudo(i18n.Words):
    """English, half as long again, with accents: what a label must have room for in another language."""

    def __call__(self, text: str, /, **values: object) -> str:
        return _longer(super().__call__(text, **values))

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        return _longer(super().plural(one, many, count, **values))


_ACCENTS = str.maketrans("aeiouncAEIOU", "àéîöüñçÀÉÎÖÜ")


def _longer(text: str) -> str:
    more = "·" * (len(text) // 2)
    return text.translate(_ACCENTS) + more


def _pseudo_words(code: str) -> i18n.Words:
    plain = i18n.words(code)
    made = object.__new__(_Pseudo)
    made.__dict__.update(plain.__dict__)
    return made


def _hush(_kind: QtMsgType, _where: object, text: str) -> None:
    if "This plugin does not support" not in text:
        print(text, file=sys.stderr)


def _draw_in_memory(folder: Path) -> None:
    """Qt draws without a screen, as if there were one as large as that of a small notebook."""
    screens = folder / "screens.json"
    screens.write_text(
        json.dumps({"screens": [{"x": 0, "y": 0, "width": SCREEN[0], "height": SCREEN[1]}]}), "utf-8"
    )
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screens}"


def main() -> int:
    """Make all pictures; 1 where one could not be made."""
    if len(sys.argv) not in {2, 3}:
        print("usage: pictures.py FOLDER [PART]", file=sys.stderr)
        return 2
    folder, part = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) == 3 else ""
    qInstallMessageHandler(_hush)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        _draw_in_memory(Path(scratch))
        app = window_app.application(sys.argv[:1])
        for look in LOOKS:
            study = Path(scratch) / f"{look.name}.il2"
            demo.make(study, who=NURSE, today=TODAY, language=look.speech).close()
            pictures = Pictures(folder / look.name, part)
            photograph(app, look, pictures, study)
            print(f"{pictures.folder}: {pictures.taken} pictures")
            wrong += pictures.wrong
    for one in wrong:
        print(one, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
