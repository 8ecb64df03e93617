"""The plan on the screen: what was asked for, what came of it, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QObject, Signal

from il2scheduler import plan as planning
from il2scheduler.plan import Plan, Request
from il2scheduler.refusal import Refusal
from il2scheduler.rules import Proposal


@dataclass(frozen=True, slots=True)
class News:
    """What just happened, as data; the foot of the window says it.

    `kind` is one of planned, moved, moved-all, restarted, undone, redone, cleared. `dropped` counts the
    moves that a change of the request left behind.
    """

    kind: str
    proposal: Proposal | None = None
    count: int = 0
    dropped: int = 0


class Session(QObject):
    """Holds the plan and its history. Every change passes here, and `changed` is the one news of it."""

    changed = Signal(object)
    """Carries `News`."""
    refused = Signal(object)
    """Carries the `Refusal`; the plan is what it was."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without a plan."""
        super().__init__(parent)
        self.plan: Plan | None = None
        self._past: list[Plan | None] = []
        self._future: list[Plan | None] = []

    @property
    def can_undo(self) -> bool:
        """True when there is a change to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """True when a change was taken back and nothing was done since."""
        return bool(self._future)

    def ask(self, request: Request) -> bool:
        """Plan what the form asks for; False when it was refused. The same request again changes nothing."""
        before = self.plan
        if before is not None and before.request == request:
            return True
        made = self._tried(lambda: planning.make(request))
        if made is None:
            return False
        dropped = 0
        if before is not None:
            if _same_dates(before.request, request):
                for proposal in before.moved[len(made.moved) :]:
                    made = planning.take(made, proposal)
            else:
                dropped = len(_by_hand(before))
        self._keep(made, News("planned", count=len(made.moved), dropped=dropped))
        return True

    def take(self, proposal: Proposal) -> None:
        """Take one proposal."""
        before = self.plan
        if before is not None:
            self._keep(planning.take(before, proposal), News("moved", proposal))

    def take_all(self) -> None:
        """Take every proposal that loses no cycle."""
        before = self.plan
        if before is not None:
            made = planning.take_all(before)
            self._keep(made, News("moved-all", count=len(made.moved) - len(before.moved)))

    def start_on(self, anchor: date) -> None:
        """Plan from another start; moves that were made for the old one are left behind."""
        before = self.plan
        if before is None:
            return
        made = self._tried(lambda: planning.make(replace(before.request, anchor=anchor)))
        if made is not None:
            self._keep(made, News("restarted", dropped=len(_by_hand(before))))

    def clear(self) -> None:
        """Put the plan away; undo brings it back."""
        if self.plan is not None:
            self._keep(None, News("cleared"))

    def undo(self) -> None:
        """Take the last change back."""
        if self._past:
            self._future.append(self.plan)
            self.plan = self._past.pop()
            self.changed.emit(News("undone"))

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self._future:
            self._past.append(self.plan)
            self.plan = self._future.pop()
            self.changed.emit(News("redone"))

    def _keep(self, made: Plan | None, news: News) -> None:
        self._past.append(self.plan)
        self._future.clear()
        self.plan = made
        self.changed.emit(news)

    def _tried(self, make: Callable[[], Plan]) -> Plan | None:
        try:
            return make()
        except Refusal as refusal:
            self.refused.emit(refusal)
            return None


def _same_dates(one: Request, other: Request) -> bool:
    """True when two requests differ in nothing that dates hang on."""
    return replace(one, patient=other.patient, site=other.site, timezone=other.timezone) == other


def _by_hand(plan: Plan) -> tuple[Proposal, ...]:
    """The moves a person took, without those the tick box took at the start."""
    if not plan.request.avoid_closed_days:
        return plan.moved
    return plan.moved[len(planning.make(plan.request).moved) :]
