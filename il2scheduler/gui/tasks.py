"""What a person does in an open study, one function each: every `Ask` of a view, undo, who acts, the line."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from il2scheduler.gui import language, troubles
from il2scheduler.gui.asking import Ask, What
from il2scheduler.refusal import Refusal

if TYPE_CHECKING:
    from il2scheduler.gui.main_window import MainWindow
    from il2scheduler.gui.study_session import StudySession
    from il2scheduler.ledger import Entry
    from il2scheduler.schedule import Appointment, Schedule
    from il2scheduler.study import Changed

DIALOGS = {
    What.RECORD: ("record", "RecordDialog"),
    What.RECORD_COURSE: ("record_course", "RecordCourseDialog"),
    What.CORRECT: ("correct", "CorrectDialog"),
    What.DELAY: ("delay", "DelayDialog"),
    What.OMIT: ("omit", "OmitDialog"),
    What.DATE_CYCLE: ("date_cycle", "DateCycleDialog"),
    What.DATE_EVENT: ("date_event", "DateEventDialog"),
    What.MOVE: ("move", "MoveDialog"),
    What.WITHHOLD: ("withhold", "WithholdDialog"),
    What.ADD_VISIT: ("add_visit", "AddVisitDialog"),
    What.DOSE: ("dose_level", "DoseLevelDialog"),
    What.GATE: ("gate", "GateDialog"),
    What.PLACE: ("place", "PlaceDialog"),
    What.EVENING_START: ("evening_start", "EveningStartDialog"),
    What.ANCHOR: ("anchor", "AnchorDialog"),
    What.STOP: ("stop", "StopDialog"),
    What.WITHDRAW: ("withdraw", "WithdrawDialog"),
    What.NOTE: ("note", "NoteDialog"),
    What.AMEND: ("amend", "AmendDialog"),
    What.COMPLETE: ("complete", "CompleteDialog"),
    What.ADD_PROTOCOL: ("add_protocol", "AddProtocolDialog"),
    What.ENROL: ("enrol", "EnrolDialog"),
    What.PROPOSALS: ("proposals", "ProposalsDialog"),
    What.PRINT: ("print", "PrintDialog"),
    What.CALENDAR: ("calendar", "CalendarDialog"),
    What.UNDO_ENTRY: ("undo_entry", "UndoEntryDialog"),
    What.CLOSURES: ("closures", "ClosuresDialog"),
    What.IMPORT: ("import_patients", "ImportPatientsDialog"),
    What.PROTOCOL: ("protocol_view", "ProtocolDialog"),
    What.TABLES: ("tables", "TablesDialog"),
    What.PRODUCT: ("product", "ProductDialog"),
}
"""The dialog that each ask opens: its module in `dialogs` and its class."""

OF_THE_STUDY = frozenset(
    {
        *(What.ENROL, What.PRINT, What.CALENDAR, What.UNDO_ENTRY),
        *(What.CLOSURES, What.IMPORT, What.PROTOCOL, What.COMPLETE, What.ADD_PROTOCOL),
        *(What.TABLES, What.PRODUCT),
    }
)
"""What makes sense without a patient."""

ONLY_READS = frozenset({What.PRINT, What.CALENDAR, What.PROTOCOL, What.TABLES})
"""What can be asked of a study that is open for reading only."""

_CYCLE = re.compile(r"C([0-9]+)(?:$|[D-])")


def ask(window: MainWindow, wanted: Ask) -> None:
    """Do what a view or a menu asks: show something, or open the dialog for it."""
    if wanted.what is What.SHOW:
        return
    w = language.current()
    if wanted.what not in OF_THE_STUDY and wanted.patient is None:
        window.foot.say(w("Choose a patient first: type a part of the code."))
        window.go_to_finder()
        return
    if window.session.read_only and wanted.what not in ONLY_READS:
        from il2scheduler.store import ReadOnly

        path = window.session.path
        refusal = ReadOnly("store-read-only", file="" if path is None else path.name)
        troubles.say(window, refusal, troubles.of_acting(window, refusal))
        return
    if wanted.what is What.GATE and not window.session.state(wanted.patient or "").schedule.protocol.gates:
        window.foot.say(w("This protocol has no gate."))
        return
    try:
        dialog = _dialog(window, wanted)
    except Refusal as refusal:
        troubles.say(window, refusal, troubles.of_acting(window, refusal))
        return
    if dialog is None:
        window.foot.say(w("There is nothing of this patient to do that with."))
        return
    window.bar.hide()
    told = getattr(dialog, "told", None)
    if told is not None:
        told.connect(window.foot.say)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    window.dialog = dialog
    dialog.open()


def _dialog(window: MainWindow, wanted: Ask) -> QDialog | None:
    """Make a dialog. It gets what its parameters name of what is known; None where one is not to be had."""
    import inspect

    module, name = DIALOGS[wanted.what]
    make: Callable[..., QDialog] = getattr(import_module(f"il2scheduler.gui.dialogs.{module}"), name)
    known = _facts(window, wanted)
    given: dict[str, object] = {}
    for parameter in inspect.signature(make).parameters.values():
        fact = known.get(parameter.name)
        if fact is not None:
            given[parameter.name] = fact
        elif parameter.default is inspect.Parameter.empty:
            return None
    return make(**given)


def _facts(window: MainWindow, wanted: Ask) -> dict[str, object]:
    """What is known of an ask, by the names under which dialogs ask for it."""
    session = window.session
    facts: dict[str, object] = {
        "session": session,
        "parent": window,
        "settings": window.settings,
        "background": window.background,
        "ask": wanted,
        "what": wanted.what,
        "slot": wanted.slot,
        "to": wanted.to,
        "first": wanted.to,
        "code": wanted.patient,
        "patient": wanted.patient,
    }
    if wanted.what is What.UNDO_ENTRY and wanted.code is not None:
        facts["entry"] = int(wanted.code)
    if wanted.patient is None or wanted.what in OF_THE_STUDY:
        return facts
    facts["gate"] = wanted.code if wanted.what is What.GATE else None
    facts["event"] = wanted.code if wanted.what is What.DATE_EVENT else None
    if wanted.what is What.DATE_CYCLE:
        return facts | {"cycle": _to_date(session.state(wanted.patient).schedule, wanted.code or "")}
    about = _about(session, wanted)
    if about is not None:
        facts |= {"where": about.code, "appointment": about.code, "cycle": about.cycle}
        # A whole cycle (`C3`) names no day.
        facts["day"] = about.day if wanted.code == about.code else None
        facts["visit"] = about.code if about.cycle is None else None
        if wanted.to is not None and about.cycle is not None:
            start = session.state(wanted.patient).schedule.start(about.cycle).planned
            facts["days"] = None if start is None else (wanted.to - start).days
    return facts


def _to_date(schedule: Schedule, code: str) -> int | None:
    """The cycle that is to be dated: the one named, else the first without a date, else one on demand."""
    named = _CYCLE.match(code)
    numbers = {start.template.number for start in schedule.starts if start.template.offset is None}
    following = schedule.next_on_demand
    if following is not None:
        numbers.add(following.number)
    if named is not None and int(named[1]) in numbers:
        return int(named[1])
    undated = [s.template.number for s in schedule.starts if s.planned is None and s.omitted is None]
    return next(iter(undated), None if following is None else following.number)


def _about(session: StudySession, wanted: Ask) -> Appointment | None:
    """The appointment an ask is about: the one it names, or the next that it could be about."""
    appointments = session.state(wanted.patient or "").schedule.appointments
    code = wanted.code or ""
    named = next((a for a in appointments if a.code == code), None)
    cycle = _CYCLE.match(code)
    if named is None and cycle is not None:
        named = next((a for a in appointments if a.injections and a.cycle == int(cycle[1])), None)
    if wanted.what in _OF_A_CYCLE:
        if named is not None and named.cycle is not None:
            return named
        return next((a for a in appointments if a.injections and a.cycle is not None and a.open), None)
    if wanted.what is What.MOVE:
        if named is not None and named.cycle is None:
            return named
        return next((a for a in appointments if not a.injections and a.open), None)
    if wanted.what is What.CORRECT:
        return named or next((a for a in reversed(appointments) if a.recorded), None)
    return named or next((a for a in appointments if a.open), None)


_OF_A_CYCLE = frozenset(
    {What.DELAY, What.OMIT, What.WITHHOLD, What.DOSE, What.EVENING_START, What.RECORD_COURSE}
)


# --- Undo and redo ---


def undo(window: MainWindow) -> None:
    """Take back my latest action of this session; earlier ones are undone in History, with a reason."""
    window.bar.hide()
    window.session.undo()


def redo(window: MainWindow) -> None:
    """Do again what I undid last."""
    window.bar.hide()
    window.session.redo()


# --- What happened ---


def told(window: MainWindow, news: Changed) -> None:
    """Say an entry that was just saved here in the line at the foot, with the way back."""
    from il2scheduler.gui import entry_words

    w = language.current()
    if not window.session.is_mine(news.entry):
        return
    window.bar.hide()
    said = entry_words.said(window.session, news.entry)
    if entry_words.kind(news.entry) in {"print", "calendar"}:
        # Undo goes past a print and an export: beside this line it would take back something else.
        window.foot.say(said)
    elif news.entry.reverts is not None:
        window.foot.say(said, w("Redo"), lambda: redo(window))
    else:
        window.foot.say(said, w("Undo"), lambda: undo(window))


def told_elsewhere(window: MainWindow, entries: tuple[Entry, ...]) -> None:
    """Say what another window saved meanwhile; the views show it already."""
    from il2scheduler.gui import entry_words

    w = language.current()
    last = entries[-1]
    said = entry_words.said(window.session, last)
    if len(entries) == 1:
        text = w("Meanwhile {who}: {what}", who=last.who, what=said)
    else:
        text = w.plural(
            "{count} entry was made meanwhile; the last by {who}: {what}",
            "{count} entries were made meanwhile; the last by {who}: {what}",
            len(entries),
            who=last.who,
            what=said,
        )
    window.foot.say(text, w("Show the history"), lambda: window.show_view("history"))


def refused(window: MainWindow, refusal: Refusal) -> None:
    """Say in the bar why an action was refused, and offer the way out."""
    from il2scheduler.gui import sentences

    w = language.current()
    if refusal.kind in {"nothing-to-undo", "nothing-to-redo"}:
        window.foot.say(sentences.refusal(refusal))
        return
    if refusal.kind == "reason-needed":
        way = troubles.of_acting(window, refusal)
        text = w("Your last action is of an earlier session: undo it in the history, with a reason.")
        window.foot.say(text, way.label, lambda: window.show_view("history"))
        return
    troubles.say(window, refusal, troubles.of_acting(window, refusal))


def refused_anywhere(window: MainWindow, refusal: Refusal) -> None:
    """Say a refusal of the study file that nothing on the way awaited, once this event is over."""
    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, window, partial(_refused_once, window, refusal))


def _refused_once(window: MainWindow, refusal: Refusal) -> None:
    from il2scheduler.gui import sentences

    # What is painted again and again would say it again and again.
    if window.bar.isVisible() and window.bar.text.said == sentences.refusal(refusal):
        return
    if window.has_study:
        # It was no action that could be tried again.
        window.session.again = None
        refused(window, refusal)


# --- Who is there ---


def acting_as(window: MainWindow, *, idle: bool = False) -> None:
    """Ask who acts from now on; History will name them."""
    from il2scheduler.gui.dialogs.acting import ActingDialog

    if not window.session.is_open:
        return
    dialog = ActingDialog(window.session, idle=idle, parent=window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.chosen.connect(partial(now_acts, window))
    window.dialog = dialog
    dialog.open()


def now_acts(window: MainWindow, name: str) -> None:
    """Somebody acts from now on, here and the next time a study is opened."""
    window.settings.who = name
    if window.session.is_open:
        window.session.acting_as(name)
    window.say_who()


def preferences(window: MainWindow) -> None:
    """Language, text size, colours, the name used in History, when it is asked again."""
    from il2scheduler.gui.dialogs.preferences import PreferencesDialog

    dialog = PreferencesDialog(window.settings, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.changed.connect(window.put_on_settings)
    dialog.named.connect(partial(now_acts, window))
    window.dialog = dialog
    dialog.open()


def say_others(window: MainWindow) -> None:
    """Say who else has the study open."""
    w = language.current()
    others = window.session.others()
    if not others:
        window.foot.say_others("")
        return
    names = ", ".join(
        dict.fromkeys(w("{who} on {computer}", who=one.who, computer=one.computer) for one in others)
    )
    window.foot.say_others(w("Also open: {names}", names=names))
