"""Whatever people do, in any order: replaying gives the tables, the chains hold, and undoing restores."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from il2scheduler.ledger import Change, Key, NewEntry, Row, Rows, Table
from il2scheduler.store import StoreRefusal
from tests.store.samples import at, changed, enrolment, make, note, reopened, setting, study_entry

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
SECONDS = st.integers(-1000, 100_000)


class Life(RuleBasedStateMachine):
    """The life of a study, beside a plain model of its rows."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)  # noqa: S108
        self.path = Path(self.folder.name) / "a.il2"
        self.study = make(self.path)
        self.rows: dict[tuple[Table, Key], Row] = {
            (change.table, change.key): change.after or {} for change in self.study.entry(1).changes
        }
        self.past: dict[int, dict[tuple[Table, Key], Row]] = {1: dict(self.rows)}

    def teardown(self) -> None:
        assert self.study.verify().sound
        self.study.close()
        self.folder.cleanup()

    def save(self, entry: NewEntry, seconds: int) -> None:
        last = self.study.last_entry()
        (done,) = self.study.append([entry], expected={entry.patient: last}, at=at(seconds))
        for change in done.changes:
            if change.after is None:
                del self.rows[change.table, change.key]
            else:
                self.rows[change.table, change.key] = change.after
        self.past[done.number] = dict(self.rows)

    def patients(self) -> list[int]:
        return sorted(self.study.patients())

    @rule(seconds=SECONDS)
    def enrol(self, seconds: int) -> None:
        self.save(enrolment(self.study.next_id(Table.PATIENT), visits=1), seconds)

    @precondition(lambda self: self.patients())
    @rule(data=st.data(), text=TEXTS, seconds=SECONDS, dose=st.integers(0, 2**53))
    def record(self, data: st.DataObject, text: str, seconds: int, dose: int) -> None:
        patient = data.draw(st.sampled_from(self.patients()))
        rows = self.study.patient_rows(patient)
        key = data.draw(st.sampled_from(sorted(rows.table(Table.INJECTION))))
        change = changed(rows, Table.INJECTION, key, status="given", given_iu=dose, note=text)
        self.save(NewEntry(text, "{}", patient, text, revises=bool(dose % 2), changes=(change,)), seconds)

    @precondition(lambda self: self.patients())
    @rule(data=st.data(), text=TEXTS, seconds=SECONDS)
    def write_note(self, data: st.DataObject, text: str, seconds: int) -> None:
        patient = data.draw(st.sampled_from(self.patients()))
        number = 1 + len(self.study.patient_rows(patient).table(Table.NOTE))
        if (Table.NOTE, (patient, number)) not in self.rows:
            self.save(note(patient, number, text), seconds)

    @rule(name=TEXTS, value=TEXTS, seconds=SECONDS)
    def set_something(self, name: str, value: str, seconds: int) -> None:
        row = self.rows.get((Table.SETTING, (name,)))
        before = None if row is None else str(row["value"])
        self.save(study_entry(setting(name, value, before)), seconds)

    @rule(data=st.data(), seconds=SECONDS)
    def undo(self, data: st.DataObject, seconds: int) -> None:
        numbers = [e.number for e in self.study.entries(first=2)]
        if not numbers:
            return
        entry = self.study.entry(data.draw(st.sampled_from(numbers)))
        back = tuple(change.reverted() for change in reversed(entry.changes))
        blocked = self.study.later_touching(entry.number)
        undo = NewEntry("NA", "{}", entry.patient, "undo", reverts=entry.number, changes=back)
        before = {(c.table, c.key): c.before for c in entry.changes}
        try:
            self.save(undo, seconds)
        except StoreRefusal as refused:
            # A later entry touched the same rows, or rows of others hang on what would go.
            if not blocked and refused.kind != "store-hangs-on":
                raise
            return
        for (table, key), row in before.items():
            assert self.rows.get((table, key)) == row

    @rule()
    def close_and_open(self) -> None:
        self.study.close()
        self.study = reopened(self.path)

    @invariant()
    def tables_are_the_model(self) -> None:
        found = {(table, key): row for table in Table for key, row in self.study.rows(table)}
        assert found == self.rows

    @precondition(lambda self: self.patients())
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.past)))
        patient = data.draw(st.sampled_from(self.patients()))
        then = {
            place: row
            for place, row in self.past[number].items()
            if (place[1][0] == patient and place[0] not in {Table.SETTING, Table.PROTOCOL, Table.PRINTED})
        }
        assert flat(self.study.rows_at(patient, number)) == then


def flat(rows: Rows) -> dict[tuple[Table, Key], Row]:
    return {(table, key): row for table, several in rows.tables().items() for key, row in several.items()}


Life.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLife = Life.TestCase


def test_a_change_undone_twice_is_itself() -> None:
    change = Change(Table.NOTE, (1, 1), None, {"text": "x"})

    assert change.reverted().reverted() == change
