"""Several commands decided one after the other, each on what the ones before it lead to, and saved as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from il2scheduler.commands import PatientState, committable
from il2scheduler.commands.values import Enrol, PatientCommand
from il2scheduler.ledger import Table
from il2scheduler.refusal import Refusal
from il2scheduler.study import Answers, Preview, Study
from il2scheduler.study.acting import Basis, prepare


class Together:
    """Commands that are to be committed together, or none of them.

    All are decided as of the moment this was made. Places of the clinic are counted as they are in the
    study: the patients of the same undertaking do not yet take each other's.
    """

    def __init__(self, study: Study, today: date | None = None) -> None:
        """Take the study as it is now; `today` is for checks, as in `Answers`."""
        self._study = study
        with study.snapshot():
            self._basis = Basis(study.store.last_entry(), None, None, study.settings, dict(study.protocols))
            self._next = study.store.next_id(Table.PATIENT)
        self._today = today or study.today()
        self._states: dict[str, PatientState] = {}
        self.previews: list[Preview] = []

    def state(self, code: str) -> PatientState:
        """A patient as the commands so far leave it; `Refusal` where there is none."""
        return self._states.get(code) or self._study.state(code)

    def preview(self, code: str, command: PatientCommand, answers: Answers) -> Preview:
        """What one more command would change; it is not among those to be committed yet."""
        if isinstance(command, Enrol):
            if code in self._states or self._study.store.find_patient(code) is not None:
                raise Refusal("patient-exists", code=code)
            basis = replace(self._basis, new_patient=self._next)
        else:
            state = self.state(code)
            basis = replace(self._basis, patient=state.enrolled.id, state=state)
        return prepare(self._study.store, basis, code, command, answers, self._today)

    def take(self, preview: Preview) -> None:
        """Put a previewed command to those to be committed; the `Refusal` that keeps it from that."""
        committable(preview.decision, preview.context)
        self._states[preview.code] = preview.decision.after
        self._next += isinstance(preview.command, Enrol)
        self.previews.append(preview)
