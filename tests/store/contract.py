"""What every store must do, as tests: another kind of store inherits them with a fixture of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from il2scheduler.ledger import Change, Head, NewEntry, Row, Table
from il2scheduler.store import DayCount, Stale, Store
from tests.store.samples import (
    PROGRAM,
    at,
    changed,
    command,
    enrolment,
    move,
    note,
    patient_row,
    save,
    setting,
    study_entry,
    visit_row,
)


class StoreContract:
    """Inherit with a fixture `target` that gives a store with one entry (`samples.first_entry`)."""

    # --- Appending ---

    def test_a_new_study_holds_its_first_entry(self, target: Store) -> None:
        (entry,) = target.entries(with_changes=True)

        assert (entry.number, entry.at, entry.who, entry.program) == (1, at(), "NA", PROGRAM)
        assert (entry.patient, entry.revision, entry.patient_hash) == (None, 0, None)
        assert json.loads(entry.command) == {"command": "new"}
        assert target.heads() == {None: Head(1, 1, entry.hash)}
        assert dict(target.study_rows().table(Table.SETTING)) == {("site",): {"value": "CHU"}}
        assert target.study_rows().table(Table.PROTOCOL)[1,]["code"] == "ETOILE"

    def test_an_entry_comes_back_as_it_was_given(self, target: Store) -> None:
        new = replace(
            enrolment(1), who="Zoé Ünal", reason="a “reason” – with 漢字", transcribed=True, batch="import-1"
        )

        (entry,) = target.append([new], expected={1: 0}, at=at(3))

        assert entry == target.entry(2)
        assert entry == target.entries(patient=1, with_changes=True)[0]
        assert (entry.who, entry.reason, entry.batch) == (new.who, new.reason, new.batch)
        assert (entry.transcribed, entry.revises, entry.revision) == (True, True, 1)
        assert entry.changes == new.changes
        assert target.head(1) == Head(2, 1, entry.patient_hash or "")

    def test_rows_are_those_of_the_changes(self, target: Store) -> None:
        new = enrolment(1)
        save(target, new)
        rows = target.patient_rows(1)

        assert {(c.table, c.key): c.after for c in new.changes} == {
            (table, key): row for table, several in rows.tables().items() for key, row in several.items()
        }

    def test_a_changed_and_a_removed_row(self, target: Store) -> None:
        save(target, enrolment(1))
        save(target, note(1, 1, "first"))
        save(target, move(target, 1, "W12", "2026-04-01"))
        save(target, NewEntry("NA", command("undo"), 1, changes=(target.entry(3).changes[0].reverted(),)))
        rows = target.patient_rows(1)

        assert rows.table(Table.APPOINTMENT)[1, "W12"]["planned"] == "2026-04-01"
        assert rows.table(Table.NOTE) == {}

    def test_columns_that_are_not_named_are_empty(self, target: Store) -> None:
        change = Change(Table.PATIENT, (1,), None, {"code": "P001"})
        save(target, NewEntry("NA", command("enrol"), 1, changes=(change,)))

        assert target.patients()[1] == {
            "code": "P001",
            "protocol": None,
            "arm": None,
            "anchor": None,
            "prescribed_iu": None,
        }

    def test_truth_values_are_whole_numbers(self, target: Store) -> None:
        row = {**visit_row(date(2026, 2, 2)), "provisional": True}
        save(target, enrolment(1))
        save(target, NewEntry("NA", "{}", 1, changes=(Change(Table.APPOINTMENT, (1, "U1"), None, row),)))

        found = target.entry(3).changes[0].after
        assert found is not None
        assert found["provisional"] == 1
        assert not isinstance(found["provisional"], bool)
        assert target.verify().sound

    def test_several_entries_are_saved_together_or_not_at_all(self, target: Store) -> None:
        good, bad = enrolment(1), enrolment(2, "P001")

        with pytest.raises(Stale):
            target.append([good, bad], expected={1: 0, 2: 0}, at=at(1))

        assert target.last_entry() == 1
        assert target.patients() == {}
        assert [e.number for e in target.append([good, enrolment(2)], expected={1: 0, 2: 0}, at=at(1))] == [
            2,
            3,
        ]

    def test_the_revision_counts_what_revises(self, target: Store) -> None:
        save(target, enrolment(1))
        save(target, note(1, 1, "x"))
        save(target, move(target, 1, "W12", "2026-04-01"))
        save(target, note(1, 2, "y"))

        assert [e.revision for e in target.entries(patient=1)] == [1, 1, 2, 2]
        assert target.head(1).revision == 2
        assert [e.number for e in target.revision_entries(1, 1)] == [2, 3]
        assert [e.number for e in target.revision_entries(1, 2)] == [4, 5]
        assert [e.number for e in target.revision_entries(None, 3)] == [3]
        assert target.revision_entries(1, 9) == ()

    def test_chains_link_the_study_and_each_patient(self, target: Store) -> None:
        for entry in (enrolment(1), enrolment(2), note(1, 1, "x")):
            save(target, entry)
        hashes = [e.hash for e in target.entries()]
        of_first = [e.patient_hash for e in target.entries(patient=1)]

        assert len({*hashes, *of_first}) == 6
        assert all(len(h or "") == 64 for h in (*hashes, *of_first))
        assert target.heads()[1].hash == of_first[-1]
        assert target.heads()[None] == Head(4, 4, hashes[-1])

    def test_the_same_text_gives_another_hash_each_time(self, target: Store) -> None:
        save(target, enrolment(1))
        save(target, enrolment(2))
        first, second = target.entries(first=2)

        assert first.patient_hash != second.patient_hash

    # --- Time ---

    def test_an_entry_is_never_dated_before_its_predecessor(self, target: Store) -> None:
        save(target, enrolment(1), seconds=60)
        save(target, note(1, 1, "clock set back"), seconds=30)
        save(target, note(1, 2, "and right again"), seconds=90)

        assert [(e.at, e.clock) for e in target.entries(patient=1)] == [
            (at(60), None),
            (at(60), at(30)),
            (at(90), None),
        ]
        assert target.verify().sound

    @pytest.mark.parametrize(
        "wrong", ["2026-01-05", "2026-01-05T08:00:00Z", "2026-01-05T08:00:00.000000+00:00"]
    )
    def test_a_time_has_one_form(self, target: Store, wrong: str) -> None:
        with pytest.raises(ValueError, match="is not a time"):
            target.append([enrolment(1)], expected={1: 0}, at=wrong)

    # --- The basis of a decision ---

    def test_a_newer_entry_of_the_patient_makes_a_decision_stale(self, target: Store) -> None:
        save(target, enrolment(1))
        known = target.last_entry()
        mine = move(target, 1, "W12", "2026-04-02")
        save(target, replace(move(target, 1, "W12", "2026-04-01"), who="Somebody else"))

        with pytest.raises(Stale) as refused:
            target.append([mine], expected={1: known}, at=at(9))

        assert [e.who for e in refused.value.newer] == ["Somebody else"]
        assert refused.value.facts == {"entry": 3, "who": "Somebody else"}
        assert target.entry(3) == refused.value.newer[0]
        assert target.last_entry() == 3

    def test_entries_of_others_do_not_disturb(self, target: Store) -> None:
        save(target, enrolment(1))
        known = target.last_entry()
        save(target, enrolment(2))
        save(target, study_entry(setting("places", "4")))

        target.append([note(1, 1, "x")], expected={1: known}, at=at(9))

    def test_a_change_of_settings_disturbs_who_relied_on_them(self, target: Store) -> None:
        save(target, enrolment(1))
        known = target.last_entry()
        save(target, study_entry(setting("places", "4")))

        with pytest.raises(Stale):
            target.append([note(1, 1, "x")], expected={1: known, None: known}, at=at(9))

    def test_a_basis_that_the_study_does_not_have_is_stale(self, target: Store) -> None:
        with pytest.raises(Stale):
            target.append([enrolment(1)], expected={1: 7}, at=at(9))

    def test_a_row_that_is_not_as_before_is_stale(self, target: Store) -> None:
        save(target, enrolment(1))
        change = changed(target.patient_rows(1), Table.APPOINTMENT, (1, "W12"), planned="2026-04-01")
        wrong = Change(change.table, change.key, {**(change.before or {}), "hour": "09:00"}, change.after)
        gone = Change(Table.NOTE, (1, 5), {"text": "x"}, None)
        there = Change(Table.APPOINTMENT, (1, "W12"), None, change.after)

        for bad in (wrong, gone, there):
            with pytest.raises(Stale):
                save(target, NewEntry("NA", "{}", 1, changes=(bad,)))
        assert target.last_entry() == 2
        assert target.verify().sound

    def test_the_basis_must_be_given(self, target: Store) -> None:
        with pytest.raises(ValueError, match="no expected entry"):
            target.append([enrolment(1)], expected={None: 1}, at=at(1))

    # --- Mistakes of the program ---

    @pytest.mark.parametrize(
        ("patient", "change"),
        [
            (1, Change(Table.NOTE, (2, 1), None, {"text": "another patient's"})),
            (1, Change(Table.SETTING, ("site",), None, {"value": "x"})),
            (None, Change(Table.NOTE, (1, 1), None, {"text": "x"})),
            (1, Change(Table.PRINTED, (1,), None, {"patient": 2})),
            (1, Change(Table.NOTE, (1, 1), None, None)),
            (1, Change(Table.NOTE, (1, 1), None, {"colour": "red"})),
        ],
    )
    def test_an_entry_changes_its_own_rows_only(
        self, target: Store, patient: int | None, change: Change
    ) -> None:
        save(target, enrolment(1))
        save(target, enrolment(2))

        with pytest.raises(ValueError, match=r"column|rows|cannot change"):
            save(target, NewEntry("NA", "{}", patient, changes=(change,)))
        assert target.last_entry() == 3

    def test_a_redaction_cannot_be_made_up(self, target: Store) -> None:
        made_up = NewEntry("NA", '{"command": "redact", "erased": {"1": "00"}}')

        with pytest.raises(ValueError, match="redact"):
            save(target, made_up)

    # --- Reading ---

    def test_entries_can_be_asked_in_part(self, target: Store) -> None:
        for entry in (enrolment(1), enrolment(2), note(1, 1, "x"), study_entry(setting("places", "4"))):
            save(target, entry)

        def numbers(**narrowed: int | bool) -> list[int]:
            return [e.number for e in target.entries(**narrowed)]  # type: ignore[arg-type]

        assert numbers() == [1, 2, 3, 4, 5]
        assert numbers(patient=1) == [2, 4]
        assert numbers(study_only=True) == [1, 5]
        assert numbers(first=2, last=4) == [2, 3, 4]
        assert numbers(newest_first=True, limit=2) == [5, 4]
        assert target.entries()[1].changes == ()
        assert target.changes([4, 5])[5] == (setting("places", "4"),)
        with pytest.raises(KeyError):
            target.entry(99)

    def test_what_was_undone_and_what_stands_on_it(self, target: Store) -> None:
        save(target, enrolment(1))
        moved = save(target, move(target, 1, "W12", "2026-04-01"))
        again = save(target, move(target, 1, "W12", "2026-04-02"))
        other = save(target, note(1, 1, "x"))

        assert target.later_touching(moved) == (again,)
        assert target.later_touching(other) == ()
        assert set(target.later_touching(2)) == {moved, again}
        undo = NewEntry(
            "NA", "{}", 1, "why", True, again, changes=(target.entry(again).changes[0].reverted(),)
        )
        undone = save(target, undo)
        assert target.reverted() == {again: undone}
        assert target.reverted([moved]) == {}

    def test_rows_as_they_were(self, target: Store) -> None:
        save(target, enrolment(1))
        before = target.patient_rows(1)
        save(target, move(target, 1, "W12", "2026-04-01"))
        save(target, note(1, 1, "x"))

        then = target.rows_at(1, 2)
        assert then.table(Table.APPOINTMENT) == before.table(Table.APPOINTMENT)
        assert target.rows_at(1, 3).table(Table.APPOINTMENT)[1, "W12"]["planned"] == "2026-04-01"
        assert target.rows_at(1, 3).table(Table.NOTE) == {}
        assert target.rows_at(None, 4).table(Table.SETTING) == {("site",): {"value": "CHU"}}
        assert target.rows_at(1, 1).tables() == {}

    def test_patients_by_code_and_id(self, target: Store) -> None:
        save(target, enrolment(1))
        save(target, enrolment(2))

        assert target.find_patient("P002") == 2
        assert target.find_patient("p002") is None
        assert target.patients() == {1: patient_row("P001"), 2: patient_row("P002")}
        assert target.next_id(Table.PATIENT) == 3
        assert target.next_id(Table.PROTOCOL) == 2

    def test_a_patients_id_is_never_used_again(self, target: Store) -> None:
        save(target, enrolment(1))
        undone = tuple(change.reverted() for change in reversed(target.entry(2).changes))
        save(target, NewEntry("NA", command("undo"), 1, "wrong", reverts=2, changes=undone))

        assert target.patients() == {}
        assert target.next_id(Table.PATIENT) == 2
        assert target.verify().sound
        with pytest.raises(ValueError, match="no ids"):
            target.next_id(Table.NOTE)

    def test_the_rows_of_a_table_in_order(self, target: Store) -> None:
        for patient in (2, 1):
            save(target, enrolment(patient, days=1, visits=0))

        assert [key for key, _ in target.rows(Table.INJECTION)] == [
            (1, "C1D1", "08:00"),
            (1, "C1D1", "20:00"),
            (2, "C1D1", "08:00"),
            (2, "C1D1", "20:00"),
        ]

    def test_printed_sheets_are_of_a_patient_or_of_the_study(self, target: Store) -> None:
        save(target, enrolment(1))
        sheet: Row = {"patient": 1, "kind": "dosing", "cycle": 1, "revision": 1, "head": "0" * 12}
        save(target, NewEntry("NA", "{}", 1, changes=(Change(Table.PRINTED, (1,), None, sheet),)))
        listed: Row = {**sheet, "patient": None, "kind": "day"}
        save(target, NewEntry("NA", "{}", None, changes=(Change(Table.PRINTED, (2,), None, listed),)))

        assert dict(target.patient_rows(1).table(Table.PRINTED)) == {(1,): sheet}
        assert target.next_id(Table.PRINTED) == 3
        assert target.verify().sound

    # --- Lists over all patients ---

    def test_a_days_appointments_and_injections(self, target: Store) -> None:
        save(target, enrolment(1))
        save(target, enrolment(2))

        found = target.appointments("2026-01-05", "2026-01-05")
        assert [(a["patient"], a["code"], a["planned"]) for a in found] == [
            (1, "C1D1", "2026-01-05"),
            (1, "W0", "2026-01-05"),
            (2, "C1D1", "2026-01-05"),
            (2, "W0", "2026-01-05"),
        ]
        injections = target.injections("2026-01-06", "2026-01-06")
        assert [(i["patient"], i["appointment"], i["slot"], i["planned"]) for i in injections] == [
            (1, "C1D2", "08:00", "2026-01-06"),
            (1, "C1D2", "20:00", "2026-01-06"),
            (2, "C1D2", "08:00", "2026-01-06"),
            (2, "C1D2", "20:00", "2026-01-06"),
        ]

    def test_overdue_is_planned_before_and_not_recorded(self, target: Store) -> None:
        save(target, enrolment(1))
        done = changed(
            target.patient_rows(1), Table.APPOINTMENT, (1, "W0"), status="done", actual="2026-01-05"
        )
        save(target, NewEntry("NA", "{}", 1, changes=(done,)))

        assert [a["code"] for a in target.overdue("2026-01-06")] == ["C1D1"]
        assert [a["code"] for a in target.overdue("2026-01-05")] == []

    def test_places_of_each_day(self, target: Store) -> None:
        for patient in (1, 2, 3):
            save(target, enrolment(patient))
        rows = target.patient_rows(1)
        save(
            target,
            NewEntry(
                "NA",
                "{}",
                1,
                changes=(
                    changed(rows, Table.INJECTION, (1, "C1D1", "08:00"), place="day-hospital"),
                    changed(
                        rows, Table.INJECTION, (1, "C1D2", "08:00"), place="hospital", status="cancelled"
                    ),
                ),
            ),
        )
        omitted = changed(target.patient_rows(3), Table.APPOINTMENT, (3, "C1D1"), status="omitted")
        save(target, NewEntry("NA", "{}", 3, changes=(omitted,)))

        assert target.counts("2026-01-01", "2026-03-30") == {
            "2026-01-05": DayCount(clinic_patients=1, home_patients=1, visits=3),
            "2026-01-06": DayCount(home_patients=3),
            "2026-03-30": DayCount(visits=3),
        }
        assert target.counts("2027-01-01", "2027-12-31") == {}

    def test_what_is_out_of_the_ordinary(self, target: Store) -> None:
        for patient in (1, 2, 3):
            save(target, enrolment(patient))
        save(target, move(target, 1, "W12", "2026-05-01"))
        missed = changed(target.patient_rows(2), Table.APPOINTMENT, (2, "W0"), status="missed")
        late = changed(
            target.patient_rows(2), Table.APPOINTMENT, (2, "W12"), status="done", actual="2026-04-07"
        )
        save(target, NewEntry("NA", "{}", 2, changes=(missed, late)))
        rows = target.patient_rows(3)
        absent = changed(rows, Table.INJECTION, (3, "C1D1", "08:00"), status="not-given", not_given="A")
        half = changed(rows, Table.INJECTION, (3, "C1D1", "20:00"), status="given", given_iu=3_000_000)
        full = changed(rows, Table.INJECTION, (3, "C1D2", "08:00"), status="given", given_iu=4_500_000)
        save(target, NewEntry("NA", "{}", 3, changes=(absent, half, full)))

        assert [(a["patient"], a["code"]) for a in target.unusual_appointments()] == [
            (1, "W12"),
            (2, "W0"),
            (2, "W12"),
        ]
        assert [(i["patient"], i["slot"], i["appointment"]) for i in target.unusual_injections()] == [
            (3, "08:00", "C1D1"),
            (3, "20:00", "C1D1"),
        ]

    # --- Care ---

    def test_a_study_that_was_only_appended_to_is_sound(self, target: Store) -> None:
        for patient in (1, 2):
            save(target, enrolment(patient))
            save(target, move(target, patient, "W12", "2026-04-01"))
        verdict = target.verify()

        assert verdict.sound
        assert (verdict.entries, verdict.patients) == (5, 2)
        assert verdict.head == target.head(None).hash
        assert verdict.first_broken is None

    def test_a_moment_is_read_whole(self, target: Store) -> None:
        save(target, enrolment(1))

        with target.snapshot():
            with target.snapshot():
                assert target.last_entry() == 2
            assert target.head(1).entry == 2
        save(target, note(1, 1, "and writing goes on"))

    def test_windows_inform(self, target: Store) -> None:
        assert target.announce(who="NA", computer="ward-1", at=at()) == ()
        assert target.windows() == ()
