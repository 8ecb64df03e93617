"""A block or visit in the hand: where it would go, what the study says of that, what goes along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from il2scheduler.commands.values import MoveCycle, MoveVisit, PatientCommand
from il2scheduler.gui import language, sentences
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.items import Item, by_code, items_of
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind, Severity
from il2scheduler.study import Preview

TURN = 0.006
"""Seconds of each turn of the event loop in which further days are asked about."""
NEAR_DAYS = 28
MOST_REASONS = 3
_ASKED = frozenset({FindingKind.PAST_CAP, FindingKind.GAP_TOO_SHORT})
"""What a dialog asks about: a person may accept it there with a reason."""


class Verdict(StrEnum):
    """What a day is like for what is dragged."""

    STAYS = "stays"
    ALLOWED = "allowed"
    WARNED = "warned"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the study decided about one day; `preview` is exactly what would be committed.

    `asks` is True for a refused day that a person may still have: the dialog asks for it with a reason.
    """

    to: date
    verdict: Verdict
    preview: Preview | None
    reasons: tuple[str, ...] = ()
    asks: bool = False


class Drag(QObject):
    """One drag, by mouse or by keys, from where an item stands to where it is dropped or let go.

    Days are asked about once each, by `session.preview`: first the one in hand, then those in sight a few
    at a time, so that no frame waits.
    """

    changed = Signal()
    """Another day is in hand, or more is known of the days in sight."""

    def __init__(
        self, session: StudySession, patient: str, item: Item, parent: QObject | None = None
    ) -> None:
        """Take an item of a patient in hand; it stays where it is at first."""
        super().__init__(parent)
        self._session = session
        self.patient, self.item = patient, item
        self.to = item.first
        self._outcomes: dict[date, Outcome] = {}
        self._ghosts: tuple[date, tuple[Item, ...]] | None = None
        self._wanted: list[date] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look_on)

    # --- In hand ---

    def move_to(self, day: date) -> None:
        """Hold the item over another first day."""
        if day != self.to:
            self.to = day
            self.outcome()
            self.changed.emit()

    def move_by(self, days: int) -> None:
        """Hold the item some days later, or earlier."""
        self.move_to(self.to + timedelta(days=days))

    @property
    def moved(self) -> bool:
        """True while it is held over another day than its own."""
        return self.to != self.item.first

    def command(self, day: date) -> PatientCommand:
        """What dropping it on a day asks for."""
        if self.item.cycle is not None:
            return MoveCycle(self.item.cycle, to=day)
        return MoveVisit(self.item.code, to=day)

    def outcome(self, day: date | None = None) -> Outcome:
        """What the study says of a day, of the one in hand without any."""
        day = day or self.to
        known = self._outcomes.get(day)
        if known is None:
            known = self._outcomes[day] = self._decided(day)
        return known

    def known(self, day: date) -> Verdict | None:
        """The verdict on a day that was asked about; drawing asks nothing."""
        outcome = self._outcomes.get(day)
        return None if outcome is None else outcome.verdict

    def look_at(self, days: Iterable[date]) -> None:
        """Ask about these days when there is time, the nearest to the hand first."""
        self._wanted = sorted((day for day in days if day not in self._outcomes), key=self._far, reverse=True)
        if self._wanted:
            self._timer.start()

    @property
    def looking(self) -> bool:
        """True while days in sight are still to be asked about."""
        return self._timer.isActive()

    def stop(self) -> None:
        """Ask about nothing more."""
        self._wanted = []
        self._timer.stop()

    # --- What it shows ---

    def ghosts(self) -> tuple[Item, ...]:
        """What would stand elsewhere: the item in hand first, then all that goes with it."""
        if self._ghosts is None or self._ghosts[0] != self.to:
            self._ghosts = (self.to, self._made_ghosts())
        return self._ghosts[1]

    def gone(self) -> frozenset[str]:
        """The codes of what would leave its old place."""
        preview = self.outcome().preview
        moves = () if preview is None else preview.decision.moves()
        return frozenset({self.item.code, *(move.code for move in moves)}) if self.moved else frozenset()

    def label(self) -> str:
        """`+4 d, Fri 03-Apr`."""
        w = language.current()
        days = (self.to - self.item.first).days
        if not days:
            return w("stays on {date}", date=w.short_date(self.to))
        return w("{days} d, {date}", days=f"{days:+d}".replace("-", "−"), date=w.short_date(self.to))

    def says(self) -> tuple[str, ...]:
        """The label, what goes with it, and what the study finds or why it refuses."""
        w = language.current()
        outcome = self.outcome()
        said = [self.label()]
        others = len(self.gone()) - 1
        if others > 0:
            said.append(w.plural("{count} more moves with it", "{count} more move with it", others))
        said += outcome.reasons[:MOST_REASONS]
        rest = len(outcome.reasons) - MOST_REASONS
        if rest > 0:
            said.append(w.plural("and {count} more to be checked", "and {count} more to be checked", rest))
        return tuple(said)

    # --- Dropping it ---

    def ask(self) -> Ask | None:
        """What to ask for when it is dropped here; None where it stays, or where the day is refused.

        What a person may accept with a reason is asked for: the dialog says what it costs.
        """
        outcome = self.outcome()
        if outcome.verdict is Verdict.STAYS or (outcome.verdict is Verdict.REFUSED and not outcome.asks):
            return None
        what = What.DELAY if self.item.is_block else What.MOVE
        return Ask(what, self.patient, self.item.code, self.to)

    def refusal(self) -> str:
        """Why it cannot be dropped here, with the nearest day where it can."""
        w = language.current()
        reasons = " ".join(self.outcome().reasons)
        near = self.nearest()
        if near is None:
            return reasons
        return f"{reasons} " + w("The nearest day that is allowed: {date}.", date=w.staff_date(near))

    def nearest(self) -> date | None:
        """The nearest other day that is not refused, later before earlier; none within four weeks is None."""
        for distance in range(1, NEAR_DAYS + 1):
            for days in (distance, -distance):
                day = self.to + timedelta(days=days)
                if self.outcome(day).verdict in (Verdict.ALLOWED, Verdict.WARNED):
                    return day
        return None

    # --- Inside ---

    def _decided(self, day: date) -> Outcome:
        if day == self.item.first:
            return Outcome(day, Verdict.STAYS, None)
        found = self._session.preview(self.patient, self.command(day))
        if isinstance(found, Refusal):
            return Outcome(day, Verdict.REFUSED, None, (sentences.refusal(found),))
        decision = found.decision
        protocol = decision.after.schedule.protocol
        loud = [finding for finding in decision.findings if finding.severity is not Severity.NOTES]
        # What keeps it from being done is said first.
        loud.sort(key=lambda finding: finding.severity is not Severity.REFUSES)
        reasons = sentences.findings(loud, protocol)
        if decision.refused:
            asks = all(finding.kind in _ASKED for finding in decision.refused)
            return Outcome(day, Verdict.REFUSED, found, reasons, asks)
        return Outcome(day, Verdict.WARNED if loud else Verdict.ALLOWED, found, reasons)

    def _made_ghosts(self) -> tuple[Item, ...]:
        preview = self.outcome().preview
        if preview is None:
            return (_shifted(self.item, self.to),) if self.moved else ()
        decision = preview.decision
        codes = {move.code for move in decision.moves() if move.after is not None}
        schedule = decision.after.schedule
        items = items_of(schedule, by_code(schedule, decision.findings), codes | {self.item.code})
        return tuple(sorted(items, key=lambda item: item.code != self.item.code))

    def _look_on(self) -> None:
        ends = perf_counter() + TURN
        while self._wanted and perf_counter() < ends:
            self.outcome(self._wanted.pop())
        if not self._wanted:
            self._timer.stop()
        self.changed.emit()

    def _far(self, day: date) -> int:
        return abs((day - self.to).days)


def _shifted(item: Item, to: date) -> Item:
    """The item as it is held over a day that the study refuses: it has no schedule there."""
    from dataclasses import replace

    by = to - item.first
    marks = tuple(replace(mark, day=mark.day + by) for mark in item.marks)
    return replace(item, first=to, last=item.last + by, marks=marks)
