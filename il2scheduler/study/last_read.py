"""What was read last of a study: good until there is a newer entry, whoever made it."""

from __future__ import annotations

from collections.abc import Mapping

from il2scheduler.commands import PatientState
from il2scheduler.ledger import Key, Row, Table
from il2scheduler.refusal import Refusal
from il2scheduler.store import Store
from il2scheduler.study.acting import state_from
from il2scheduler.study.reading import StudyProtocol, protocols_of
from il2scheduler.study.settings import Settings, settings_of

Site = tuple[Settings, Mapping[int, StudyProtocol]]


class LastRead:
    """The site, the patients' own rows, and one patient: who tries several dates asks for the same again.

    The newest entry is asked before the rows: what is kept may be newer than its number, never older.
    """

    def __init__(self, store: Store) -> None:
        """Nothing is read yet."""
        self._store = store
        self._site: tuple[int, Site] | None = None
        self._setting_rows: Mapping[Key, Row] = {}
        self._protocol_rows: Mapping[Key, Row] = {}
        self._patients: tuple[int, Mapping[int, Row]] | None = None
        self._state: tuple[int, str, PatientState] | None = None

    def site(self, last: int | None = None) -> Site:
        """Settings and protocols; `last` is the newest entry where it is known already."""
        last = self._store.last_entry() if last is None else last
        if self._site is None or self._site[0] != last:
            self._site = last, self._read_site()
        return self._site[1]

    def patients(self) -> Mapping[int, Row]:
        """Every patient's own row by id."""
        last = self._store.last_entry()
        if self._patients is None or self._patients[0] != last:
            self._patients = last, self._store.patients()
        return self._patients[1]

    def state(self, code: str, last: int) -> PatientState:
        """A patient with schedule, as the rows have it; `Refusal` where there is none of this code."""
        if self._state is None or self._state[:2] != (last, code):
            _, protocols = self.site(last)
            self._state = last, code, self._read_state(code, protocols)
        return self._state[2]

    def _read_site(self) -> Site:
        """Settings and protocols are made anew only where their rows are other than before."""
        rows = self._store.study_rows()
        settings, protocols = rows.table(Table.SETTING), rows.table(Table.PROTOCOL)
        known = None if self._site is None else self._site[1]
        same_settings = known is not None and settings == self._setting_rows
        same_protocols = known is not None and protocols == self._protocol_rows
        self._setting_rows, self._protocol_rows = settings, protocols
        return (
            known[0] if known is not None and same_settings else settings_of(rows),
            known[1] if known is not None and same_protocols else protocols_of(protocols),
        )

    def _read_state(self, code: str, protocols: Mapping[int, StudyProtocol]) -> PatientState:
        number = self._store.find_patient(code)
        state = None if number is None else state_from(self._store.patient_rows(number), protocols)
        if state is None:
            raise Refusal("no-patient", found=code[:60])
        return state
