"""What can be asked about a row of the Today view, each with its key."""

from __future__ import annotations

from dataclasses import dataclass

from il2scheduler.appointment import Status
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.study_session import StudySession
from il2scheduler.gui.today_rows import Row, Section
from il2scheduler.i18n import N_


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to ask: its text in English and its keys."""

    name: str
    text: str
    keys: tuple[str, ...]


ACTS = (
    Act("record", N_("Record…"), ("Space", "Return", "Enter")),
    Act("correct", N_("Correct…"), ("C",)),
    Act("delay", N_("Delay…"), ("D",)),
    Act("omit", N_("Omit…"), ("O",)),
    Act("withhold", N_("Withhold the rest…"), ("W",)),
    Act("move", N_("Move…"), ("M",)),
    Act("fix", N_("Fix…"), ("F",)),
    Act("anchor", N_("Type the date…"), ("T",)),
)


def asks(session: StudySession, row: Row | None) -> dict[str, Ask]:
    """What makes sense for a row, by the name of the act; the schedule of its patient is read."""
    if row is None or row.heading:
        return {}
    if not row.appointments:
        return {"anchor": Ask(What.ANCHOR, row.patient)}
    found: dict[str, Ask] = {}
    recordable = row.day is not None and row.day <= session.today
    if row.open and recordable and row.section is not Section.ATTENTION:
        what = What.RECORD_COURSE if len(row.appointments) > 1 else What.RECORD
        found["record"] = Ask(what, row.patient, row.code, slot=row.slot)
    elif row.recorded:
        found["correct"] = _correct(row)
    if row.cycle is not None:
        found |= _of_cycle(session, row)
    elif row.open:
        found["move"] = Ask(What.MOVE, row.patient, row.code)
    if row.section is Section.ATTENTION:
        found["fix"] = Ask(What.PROPOSALS, row.patient, row.code)
    return found


def _correct(row: Row) -> Ask:
    first = next(a for a in row.appointments if a.recorded)
    return Ask(What.CORRECT, row.patient, first.code, slot=row.slot)


def _of_cycle(session: StudySession, row: Row) -> dict[str, Ask]:
    """A cycle moves and is omitted as a block, and only before it has begun; then its rest is withheld."""
    schedule = session.state(row.patient).schedule
    cycle = row.cycle or 0
    if not 1 <= cycle <= len(schedule.starts):
        return {}
    code = f"C{cycle}"
    status = schedule.cycle_status(cycle)
    if status is Status.PLANNED:
        return {"delay": Ask(What.DELAY, row.patient, code), "omit": Ask(What.OMIT, row.patient, code)}
    if status is Status.RUNNING:
        where = row.code if row.single is not None else row.due.code
        return {"withhold": Ask(What.WITHHOLD, row.patient, where)}
    return {}
