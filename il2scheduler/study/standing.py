"""The findings of a patient as things stand: who tries several dates compares each with the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from il2scheduler.clinic import Clinic
from il2scheduler.commands import PatientState
from il2scheduler.rules import Finding, findings
from il2scheduler.rules.findings import Taken


class Standing:
    """The findings of the state asked about last; a state read anew is another one, and judged anew."""

    def __init__(self) -> None:
        """Nothing is judged yet."""
        self._known: tuple[PatientState, Clinic, tuple[Finding, ...]] | None = None

    def of(self, state: PatientState, clinic: Clinic, taken: Mapping[date, Taken]) -> tuple[Finding, ...]:
        """As `rules.findings`; `taken` is what others take as of the entry that the state was read at."""
        if self._known is None or self._known[0] is not state or self._known[1] is not clinic:
            self._known = state, clinic, findings(state.schedule, clinic, taken=taken)
        return self._known[2]
