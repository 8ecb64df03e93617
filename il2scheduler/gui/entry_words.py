"""An entry of the ledger in the words of the window: what it did, to whom, and when by the clock here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from il2scheduler.gui import language

if TYPE_CHECKING:
    from il2scheduler.gui.study_session import StudySession
    from il2scheduler.ledger import Entry


def said(session: StudySession, entry: Entry) -> str:
    """What an entry did, with its patient; of an undo, what was undone."""
    w = language.current()
    if entry.reverts is not None:
        original = session.study.store.entry(entry.reverts)
        if original.reverts is not None:
            again = session.study.store.entry(original.reverts)
            return w("Done again: {what}", what=said(session, again))
        return w("Undone: {what}", what=said(session, original))
    told = plain(session, entry)
    code = patient_code(session, entry)
    # An enrolment names its patient itself.
    return told if code is None or code in told else w("{patient}: {what}", patient=code, what=told)


def plain(session: StudySession, entry: Entry) -> str:
    """What an entry did, without its patient."""
    from il2scheduler.study.telling import Telling
    from il2scheduler.wording import entry_sentence

    return entry_sentence(language.current(), entry.command, Telling(session.study).protocol(entry.patient))


def lines(session: StudySession, entry: Entry) -> tuple[str, ...]:
    """What an entry moved, and the facts behind its sentence; the entry has its changes."""
    from il2scheduler.study.telling import Telling

    w, telling = language.current(), Telling(session.study)
    return (*telling.moves(w, entry), *telling.facts(w, entry))


def patient_code(session: StudySession, entry: Entry) -> str | None:
    """The code of an entry's patient, also of one whose enrolment was undone; None for the study's own."""
    from il2scheduler.study.telling import Telling

    return Telling(session.study).code(entry.patient)


def unenrolled(session: StudySession) -> Mapping[int, str]:
    """The codes of patients whose enrolment was undone, by row id."""
    from il2scheduler.study.telling import Telling

    return Telling(session.study).unenrolled()


def kind(entry: Entry) -> str:
    """The name of the command that an entry keeps; empty where it cannot be read."""
    try:
        found: object = json.loads(entry.command).get("command")
    except (ValueError, AttributeError):
        return ""
    return found if isinstance(found, str) else ""


def moment(session: StudySession, entry: Entry) -> datetime:
    """When an entry was made, by the clock of the site."""
    utc = datetime.fromisoformat(entry.at)
    return utc.astimezone(ZoneInfo(session.study.settings.timezone))


def moment_said(session: StudySession, entry: Entry) -> str:
    """`Mon 05-Jan-2026 09:12`."""
    at = moment(session, entry)
    return f"{language.current().staff_date(at.date())} {at:%H:%M}"


def reason(entry: Entry) -> str:
    """Why an entry was made; what the program writes itself is said in the language of the window."""
    w = language.current()
    own = {"immediate undo": w("undone at once"), "redo": w("done again")}
    return own.get(entry.reason or "", entry.reason or "")
