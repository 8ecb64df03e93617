"""What was printed is remembered at its revision, survives undo, and is listed once the schedule changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from il2scheduler.commands.values import AddNote, GiveCourse, MoveVisit
from il2scheduler.dosing import Product
from il2scheduler.i18n import words
from il2scheduler.ledger import Table
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study
from il2scheduler.study.lists import check_print
from il2scheduler.study.outputs import (
    LISTS,
    Batch,
    Edition,
    Sheet,
    Wanted,
    cycles_of_week,
    making,
    printing_of,
)
from il2scheduler.study.printed import Print, before_product, latest, outdated
from il2scheduler.wording import entry_sentence
from tests.builders import day
from tests.study.studies import do, enrol

MOVED = MoveVisit("W24", to=day("2026-06-24"))
EDITION = Edition("en", "a4", "NA")


def printed(study: Study, *cycles: int | None, code: str = "P001") -> None:
    head = study.store.head(study.patient_id(code))
    study.mark_printed([Print(code, "dosing", cycle, head.revision, head.hash[:12]) for cycle in cycles])


def w24(study: Study) -> date | None:
    return next(a.planned for a in study.state("P001").schedule.appointments if a.code == "W24")


def test_a_print_is_one_entry_that_raises_no_revision(study: Study) -> None:
    enrol(study)
    before = study.store.head(1)
    printed(study, 1, 2)
    after = study.store.head(1)
    assert (after.entry, after.revision) == (before.entry + 1, before.revision)
    assert after.hash != before.hash
    assert [(p.cycle, p.revision) for p in latest(study.store)] == [(1, 1), (2, 1)]
    assert check_print(study, "P001", before.revision, before.hash[:12]).current
    entry = study.store.entry(after.entry)
    said = "Printed: dosing sheets of cycle 1, 2, revision 1."
    assert entry_sentence(words("en"), entry.command) == said
    assert study.store.verify().sound


def test_a_print_is_listed_once_the_schedule_changed(study: Study) -> None:
    enrol(study)
    printed(study, 1, 2)
    do(study, "P001", AddNote("called"))
    assert outdated(study.store) == ()
    do(study, "P001", MOVED)
    assert [(o.printed.cycle, o.printed.revision, o.now) for o in outdated(study.store)] == [
        (1, 1, 2),
        (2, 1, 2),
    ]
    printed(study, 2)
    assert [o.printed.cycle for o in outdated(study.store)] == [1]


def test_undo_goes_past_a_print_to_what_was_decided(study: Study) -> None:
    enrol(study)
    do(study, "P001", MOVED)
    printed(study, 2)
    study.undo()
    assert w24(study) == day("2026-06-22")
    assert [p.revision for p in latest(study.store)] == [2]
    printed(study, 2)
    study.redo()
    assert w24(study) == day("2026-06-24")
    assert study.store.verify().sound


def test_a_print_is_taken_back_from_the_history(study: Study) -> None:
    enrol(study)
    printed(study, None)
    study.undo(study.store.last_entry(), "the paper jammed")
    assert latest(study.store) == ()
    assert study.store.verify().sound


def test_what_was_printed_goes_and_comes_with_the_patient(study: Study) -> None:
    enrol(study)
    printed(study, None)
    study.undo()
    assert study.patients() == {}
    assert dict(study.store.rows(Table.PRINTED)) == {}
    study.redo()
    assert [p.patient for p in latest(study.store)] == ["P001"]
    assert study.store.verify().sound


def test_a_colleague_in_between_does_not_keep_a_print_from_being_remembered(
    study: Study, colleague: Study
) -> None:
    enrol(study)
    head = study.store.head(1)
    do(colleague, "P001", MOVED)
    study.mark_printed([Print("P001", "visits", None, head.revision, head.hash[:12])], saved=True)
    assert [(o.printed.sheet, o.printed.revision, o.now) for o in outdated(study.store)] == [("visits", 1, 2)]
    entry = study.store.entry(study.store.last_entry())
    assert entry_sentence(words("en"), entry.command) == "Saved as PDF: visit calendar, revision 1."


def test_nothing_printed_is_no_entry(study: Study) -> None:
    enrol(study)
    last = study.store.last_entry()
    assert study.mark_printed([]) == ()
    assert study.mark_printed([Print("P999", "diary", None, 1, "")]) == ()
    assert study.store.last_entry() == last


def test_the_cycles_of_a_week(study: Study) -> None:
    enrol(study)
    assert cycles_of_week(study, day("2026-01-23")) == {"P001": (1,)}
    assert cycles_of_week(study, day("2026-01-26")) == {}


SHEETS = tuple(sheet for sheet in Sheet if sheet not in LISTS)


def test_sheets_are_made_from_the_file_with_the_revision_on_them(study: Study, tmp_path: Path) -> None:
    enrol(study)
    batch = Batch()
    wanted = [Wanted("P001", sheet) for sheet in SHEETS]
    steps = list(making(tmp_path / "study.il2", wanted, EDITION, batch))
    assert (steps[-1].done, steps[-1].total) == (5, 5)
    assert [one.wanted for one in batch.made] == wanted
    assert all(one.data.startswith(b"%PDF") and one.revision == 1 for one in batch.made)
    assert batch.documents == [one.data for one in batch.made]
    printing = printing_of(study, "P001", EDITION)
    assert printing.chain_head == batch.made[0].head == study.store.head(1).hash[:12]


def test_sheets_of_nobody_are_refused(study: Study, tmp_path: Path) -> None:
    batch = Batch()
    with pytest.raises(Refusal):
        list(making(tmp_path / "study.il2", [Wanted("P009", Sheet.DIARY)], EDITION, batch))
    assert batch.documents == []


def test_sheets_printed_with_another_product_are_listed_until_they_are_printed_anew(study: Study) -> None:
    """The plan is the same, its revision too; the volumes on the paper may be wrong."""
    enrol(study)
    printed(study, 1, 2)
    assert before_product(study.store) == ()
    product = Product("X", "aldesleukin", 18_000_000, 18_000_000)
    study.change_settings(replace(study.settings, product=product), {"command": "product"})
    assert [one.cycle for one in before_product(study.store)] == [1, 2]
    assert outdated(study.store) == ()
    do(study, "P001", GiveCourse(1), None)
    assert [one.cycle for one in before_product(study.store)] == [2]
    printed(study, 2)
    assert before_product(study.store) == ()
    other = replace(product, concentration_iu=9_000_000)
    study.change_settings(replace(study.settings, product=other), {"command": "product"}, "thinner")
    printed(study, 3)
    assert [one.cycle for one in before_product(study.store)] == [2]
    study.undo()
    assert [one.cycle for one in before_product(study.store)] == [2, 3]
