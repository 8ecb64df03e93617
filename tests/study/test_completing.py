"""Completing any open field of the seeds: recorded days stand, undo brings all back, texts are data."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from il2scheduler import library
from il2scheduler.commands.values import GiveCourse, MoveCycle, OmitCycle, RecordVisit
from il2scheduler.i18n import words
from il2scheduler.protocol import Provenance
from il2scheduler.protocol_file import read
from il2scheduler.protocol_file.completion import Kind, Typed, WrongValue, completed_text, open_fields
from il2scheduler.refusal import Refusal
from il2scheduler.study import Answers, completing
from il2scheduler.study.completing import OpenField
from il2scheduler.wording import field_name, value_name
from tests.builders import ETOILE, VASCU, day
from tests.study.studies import all_rows, create, do, enrol, replayed, shipped

VALUES: dict[Kind, tuple[str, ...]] = {
    Kind.WINDOW: ("-7/+14", "0/+3", "none"),
    Kind.NUMBER: ("21", "1"),
    Kind.YES_NO: ("yes", "no"),
    Kind.CLOCK: ("09:00", "07:15"),
    Kind.CHOICE: ("home", "hospital", "fixed", "floating"),
    Kind.DOSE: ("3; 4.5", "4_500_000"),
    Kind.AFTER_CYCLE: ("10 days after cycle 4", "none"),
    Kind.SLOTS: ("09:00 home, 21:00 home",),
    Kind.VISITS: ("W8, W30", "none"),
    Kind.WORDS: ("as in the appendix", 'a "quoted" \\ text', "none"),
}


def typed_for(field: OpenField) -> st.SearchStrategy[Typed]:
    values = (*VALUES.get(field.spot.kind, ("none",)), "confirmed")
    if field.path.endswith("slots.time") and field.now and "," in field.now:
        values = ("09:00, 21:00", "confirmed")
    return st.sampled_from(values).map(lambda value: Typed(field.path, value, "protocol 3.0, p. 7"))


@pytest.mark.parametrize("code", [ETOILE, VASCU])
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_completing_any_field_never_moves_a_recorded_day_and_is_undone(
    code: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with create(tmp_path_factory.mktemp("s") / "s.il2", code=code) as study:
        enrol(study)
        do(study, "P001", GiveCourse(1))
        do(study, "P001", OmitCycle(len(study.state("P001").schedule.starts)))
        do(study, "P001", MoveCycle(3, days=5))
        first = next(iter(study.state("P001").schedule.visits()))
        if first.planned is not None:
            do(study, "P001", RecordVisit(first.code, first.planned))
        recorded = [a for a in study.state("P001").schedule.appointments if a.recorded]
        before, last = all_rows(study), study.store.last_entry()
        entered: set[str] = set()
        refused: set[str] = set()
        for field in data.draw(st.lists(st.sampled_from(completing.open_fields(study)), max_size=4)):
            typed = data.draw(typed_for(field))
            try:
                completing.commit(study, completing.preview(study, None, [typed], Answers()))
            except Refusal as refusal:
                refused.add(refusal.kind)
                continue
            entered.add(typed.field)
        assert refused <= {"site-value-wrong", "nothing-changes", "finding-refuses"}
        schedule = study.state("P001").schedule
        assert [a for a in schedule.appointments if a.recorded] == recorded
        statuses = {e.field: e.status for e in schedule.protocol.provenance}
        assert {field for field in entered if statuses[field] is not Provenance.SITE} == set()
        assert replayed(study) == all_rows(study)
        for number in range(study.store.last_entry(), last, -1):
            study.undo(number, "wrong page")
        assert all_rows(study) == before


@pytest.mark.parametrize("code", [ETOILE, VASCU])
def test_every_field_entered_leaves_none_open(code: str) -> None:
    text, protocol, _ = shipped(code)
    for field in open_fields(text, protocol):
        if field.general:
            continue
        value = {
            Kind.WINDOW: "-7/+7",
            Kind.NUMBER: "21",
            Kind.YES_NO: "yes",
            Kind.DOSE: "3",
            Kind.VISITS: "none",
            Kind.WORDS: "see the appendix",
            Kind.CLOCK: "09:00, 21:00" if code == ETOILE else "09:00",
        }.get(field.spot.kind, "confirmed")
        text, protocol = completed_text(text, protocol, [Typed(field.path, value, "p. 1")])
    assert protocol.open_fields() == ()
    listed = open_fields(text, protocol)
    assert {field.standing.status for field in listed} == {Provenance.SITE}
    assert next(f for f in listed if f.path == "cycles.course.minimum_gap").now == "21"


@settings(max_examples=60, deadline=None)
@given(value=st.text(max_size=40), source=st.text(max_size=20), field=st.text(max_size=20))
def test_whatever_is_typed_is_data_or_refused(value: str, source: str, field: str) -> None:
    text, protocol, _ = shipped()
    for path in ("cycles.course.product", field):
        try:
            one = completing.readable(Typed(path, value, source))
            completed, after = completed_text(text, protocol, [one])
        except Refusal:
            continue
        assert completed.startswith(text)
        status = next(entry for entry in after.provenance if entry.field == one.field)
        assert (status.status, status.source) == (Provenance.SITE, one.source)
        assert after.arms == protocol.arms


@pytest.mark.parametrize(
    "value",
    ['x"\n[[site_values]]', "x\\", '"""', "'", "\u2028", "\ud800", "]]", "#", "true", "1979-05-27", "1.5"],
)
def test_hostile_values_never_leave_their_place(value: str, tmp_path: Path) -> None:
    with create(tmp_path / "s.il2") as study:
        enrol(study)
        rows = all_rows(study)
        for path in ("cycles.course.product", "cycles.course.minimum_gap", "visits.W52.window", "visits"):
            try:
                made = completing.preview(study, None, [Typed(path, value, "p. 1")], Answers())
            except (WrongValue, Refusal):
                assert all_rows(study) == rows
                continue
            assert path == "cycles.course.product"
            assert made.protocol.site_values == 1
            found = made.protocol.site_value("cycles", "course", "product")
            assert found is not None
            assert found.value is not None


def test_values_hold_in_the_reading_they_were_entered_for() -> None:
    """A minimum of 28 days fits w2; in a reading with shorter intervals it would not."""
    text, protocol, _ = shipped()
    text, _ = completed_text(text, protocol, [Typed("visits.W52.window", "-7/+7", "p. 1")])
    file = read(text.encode())
    windows = {p.reading.name: next(v for v in p.visits if v.code == "W52").window for p in file.protocols}
    assert windows["w2"] is not None
    assert windows["w0"] is None


def test_a_file_that_says_a_wrong_thing_of_itself_is_refused_whole() -> None:
    text, _, _ = shipped()
    table = '\n[[site_values]]\nfield = "{}"\nsource = "p. 1"\n{}\n'
    for field, form, kind in (
        ("cycles.course.dose", "value = 3", "site-settled"),
        ("visits.W52.window", "", "site-one-form"),
        ("visits.W52.window", "value = 3\nnone = true", "site-one-form"),
        ("visits.W52.window", "value = 2026-01-05", "wrong-type"),
        ("cycles.course.product", "value = 3", "wrong-type"),
        ("cycles.course.product", 'value = "a\\u0007"', "hidden-character"),
        ("visits.W3.window", "none = true", "site-no-such-field"),
        ("cycles.course.slots.time", 'value = ["08:00"]', "site-count"),
        ("cycles.course.levels_iu", "confirmed = true", "site-nothing-to-confirm"),
        ("cycles.course.minimum_gap", "none = true", "site-needs-value"),
        ("visits.W24.label", "none = true", "site-not-open"),
    ):
        file = read((text + table.format(field, form)).encode())
        assert kind in {problem.kind for problem in file.problems}, (field, form, file.problems)


def test_patients_who_must_choose_keep_everything_unsaved(tmp_path: Path) -> None:
    """Cycle 3 was delayed: were later cycles to follow it, the last would start past study week 42."""
    with create(tmp_path / "s.il2") as study:
        enrol(study)
        gap = [Typed("cycles.course.minimum_gap", "21", "p. 9")]
        completing.commit(study, completing.preview(study, None, gap, Answers()))
        do(study, "P001", MoveCycle(3, to=day("2026-04-03")), reason="fever")
        rows = all_rows(study)
        typed = [Typed("cycles.course.rule", "floating", "p. 9")]
        made = completing.preview(study, None, typed, Answers())
        assert made.previews[0].decision.refused
        with pytest.raises(Refusal, match="finding-refuses"):
            completing.commit(study, made)
        assert all_rows(study) == rows


@pytest.mark.parametrize("template", library.templates(), ids=lambda t: t.code)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_open_field_of_every_template_has_a_name_of_its_own(
    template: library.Template, language: str
) -> None:
    w = words(language)
    protocol = template.file.protocols[0]
    fields = open_fields(template.path.read_text("utf-8"), protocol)
    names = [field_name(w, field.path, protocol) for field in fields]
    assert len(set(names)) == len(names), sorted(names)
    assert not [name for name in names if "*" in name or "_" in name]
    for field in fields:
        if field.now is not None:
            assert value_name(w, field.path, field.now)


def test_a_dose_is_entered_for_each_series_by_itself() -> None:
    """In a placebo-controlled protocol one dose for all would be a dose of the placebo, too."""
    template = library.find("lupil-2")
    text, protocol = template.path.read_text("utf-8"), template.file.protocols[0]
    paths = {field.path for field in open_fields(text, protocol)}
    assert "cycles.il2-weekly.dose" in paths
    assert not paths & {"cycles.*.dose", "cycles.il2.dose"}
    with pytest.raises(WrongValue) as refused:
        completed_text(text, protocol, [Typed("cycles.*.dose", "1.5", "p. 1")])
    assert refused.value.problem.kind == "site-dose-each"
