"""What a moved or omitted cycle does to the cycles after it: `fixed`, `floating`, `fixed_with_min_gap`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from il2scheduler.rules import FindingKind, Severity, findings
from il2scheduler.schedule import OmissionCause, Schedule, Status
from tests.builders import (
    ETOILE,
    changed,
    chosen,
    course,
    day,
    enrolled,
    france,
    kinds,
    planned,
    series,
    starts,
    template,
    visit,
    weekdays_only,
)

EVERY_28_DAYS = "first = { offset = 0 }, every = 28, count = 4"
NOMINAL = ["2026-01-05", "2026-02-02", "2026-03-02", "2026-03-30"]


def four_cycles(rule: str, more: str = "") -> Schedule:
    return enrolled(template(series(EVERY_28_DAYS, rule=rule, more=more), visit("W24", "week = 24")))


def omitting(schedule: Schedule, *numbers: int, cause: OmissionCause = OmissionCause.PERSON) -> Schedule:
    return changed(schedule, lambda patient: patient._replace(omitted=dict.fromkeys(numbers, cause)))


def accepting(schedule: Schedule, kind: FindingKind, where: str, *, exact: bool = False) -> Schedule:
    return changed(
        schedule,
        lambda patient: patient._replace(
            accepted=frozenset({(kind.value, where)}),
            exact=frozenset({where} if exact else ()),
        ),
    )


def refused(schedule: Schedule) -> dict[str, list[str]]:
    return kinds(findings(schedule, weekdays_only()), Severity.REFUSES)


# --- Section 6: the two delays worked out ---


def test_etoile_cycle_4_a_week_late_pushes_the_last_cycle_past_week_42() -> None:
    """W0 2025-01-06, cycle 4 +7: C5 to C7 a week later, C8 on 2025-11-03 in week 43; W52 stays."""
    late = chosen(planned(ETOILE, "2025-01-06"), C4="2025-05-19")
    found = kinds(findings(late, france()))

    assert starts(late)[3:] == ["2025-05-19", "2025-06-30", "2025-08-11", "2025-09-22", "2025-11-03"]
    assert refused(late) == {"past-cap": ["C8"]}
    assert "C6D5" in found["closed-day"]
    assert course(late, 6)[4] == "2025-08-15"
    assert late.appointment("W52").planned == day("2026-01-05")


def test_etoile_cycle_3_four_days_late_runs_over_the_easter_weekend() -> None:
    """W0 2026-01-05, cycle 3 on Friday 3 April: days 2 to 4 on Saturday, Sunday and Easter Monday."""
    late = chosen(planned(ETOILE, "2026-01-05"), C3="2026-04-03")
    found = findings(late, france())
    c3 = [str(f.date) for f in found if f.kind is FindingKind.CLOSED_DAY and f.where.startswith("C3")]
    (cap,) = (f for f in found if f.kind is FindingKind.PAST_CAP)

    expected = ["2026-04-03", "2026-05-15", "2026-06-26", "2026-08-07", "2026-09-18", "2026-10-30"]
    assert starts(late)[2:] == expected
    assert c3 == ["2026-04-04", "2026-04-05", "2026-04-06"]
    assert (cap.where, cap.severity, cap.facts["last"]) == ("C8", Severity.REFUSES, day("2026-10-26"))


def test_the_last_cycle_is_omitted_or_kept_only_when_a_person_says_so() -> None:
    late = chosen(planned(ETOILE, "2025-01-06"), C4="2025-05-19")
    omitted = omitting(late, 8, cause=OmissionCause.CAP)
    kept = accepting(late, FindingKind.PAST_CAP, "C8")

    assert refused(late) == {"past-cap": ["C8"]}
    assert refused(omitted) == refused(kept) == {}
    assert kinds(findings(kept, france()), Severity.WARNS)["past-cap"] == ["C8"]
    assert (omitted.totals().cycles, kept.totals().cycles) == (7, 8)
    assert omitted.starts[7].omitted is OmissionCause.CAP


@pytest.mark.parametrize("cycle", [1, 3, 4, 8])
def test_seven_days_later_and_seven_days_back_restores_every_date(cycle: int) -> None:
    """Computed from scratch each time: the cycle that was lost to the cap returns as well."""
    before = planned(ETOILE, "2026-01-05")
    start = before.starts[cycle - 1].planned
    assert start is not None
    there = chosen(before, **{f"C{cycle}": str(start + timedelta(days=7))})
    back = chosen(there, **{f"C{cycle}": str(start)})

    assert there.appointments != before.appointments
    assert back.appointments == before.appointments
    assert "past-cap" not in refused(back)


def test_visits_counted_from_the_anchor_never_move_with_cycles() -> None:
    before, late = planned(ETOILE, "2026-01-05"), chosen(planned(ETOILE, "2026-01-05"), C1="2026-02-02")

    assert late.visits() == before.visits()


# --- The rules ---


def test_fixed_leaves_later_cycles_on_their_dates_and_a_short_gap_is_a_finding() -> None:
    late = chosen(four_cycles("fixed"), C2="2026-02-09")

    assert starts(late) == ["2026-01-05", "2026-02-09", "2026-03-02", "2026-03-30"]
    assert refused(late) == {"gap-too-short": ["C3"]}


def test_fixed_with_min_gap_pushes_later_cycles_no_farther_than_the_gap() -> None:
    """A stated gap of 21 days between cycles 28 days apart: a week of delay is absorbed."""
    late = chosen(four_cycles("fixed_with_min_gap", "minimum_gap = 21"), C2="2026-02-13")

    assert starts(late) == ["2026-01-05", "2026-02-13", "2026-03-06", "2026-03-30"]
    assert refused(late) == {}


def test_floating_follows_the_previous_start_in_both_directions() -> None:
    protocol = four_cycles("floating", "minimum_gap = 21")

    assert starts(chosen(protocol, C2="2026-02-09")) == [
        "2026-01-05",
        "2026-02-09",
        "2026-03-09",
        "2026-04-06",
    ]
    assert starts(chosen(protocol, C2="2026-01-30")) == [
        "2026-01-05",
        "2026-01-30",
        "2026-02-27",
        "2026-03-27",
    ]
    assert protocol.starts[3].nominal == chosen(protocol, C2="2026-02-09").starts[3].nominal


def test_an_advanced_cycle_needs_its_short_gap_accepted_and_leaves_the_next_on_its_date() -> None:
    """Cycle 3 three days early: gap 39 where 42 are required; cycle 4 stays nominal."""
    before = planned(ETOILE, "2026-01-05")
    asked = chosen(before, C3="2026-03-27")
    exact = changed(asked, lambda patient: patient._replace(exact=frozenset({"C3"})))
    accepted = accepting(asked, FindingKind.GAP_TOO_SHORT, "C3", exact=True)

    assert starts(asked) == starts(before)
    assert refused(exact) == {"gap-too-short": ["C3"]}
    assert refused(accepted) == {}
    assert starts(accepted)[2:4] == ["2026-03-27", "2026-05-11"]
    (warned,) = (f for f in findings(accepted, france()) if f.kind is FindingKind.GAP_TOO_SHORT)
    assert (warned.severity, warned.facts["gap"], warned.facts["minimum"]) == (Severity.WARNS, 39, 42)


def test_an_accepted_gap_is_accepted_for_its_cycle_only() -> None:
    early = changed(
        chosen(planned(ETOILE, "2026-01-05"), C3="2026-03-27", C5="2026-06-19"),
        lambda patient: patient._replace(
            exact=frozenset({"C3", "C5"}),
            accepted=frozenset({("gap-too-short", "C3")}),
        ),
    )

    assert refused(early) == {"gap-too-short": ["C5"]}


@pytest.mark.parametrize("rule", ["fixed", "floating", "fixed_with_min_gap"])
def test_an_omitted_cycle_stays_visible_and_later_cycles_keep_their_dates(rule: str) -> None:
    omitted = omitting(four_cycles(rule), 2)

    assert starts(omitted) == NOMINAL
    assert {a.status for a in omitted.course(2)} == {Status.OMITTED}
    assert {i.status for a in omitted.course(2) for i in a.injections} == {Status.CANCELLED}
    assert omitted.totals().injections == 15
    assert [start.code for start in omitted.starts] == ["C1", "C2", "C3", "C4"]
    assert refused(omitted) == {}


def test_the_gap_after_an_omitted_cycle_counts_from_the_one_before_it() -> None:
    """Cycle 2 was a week late and pushed cycle 3; omitted, it leaves cycle 3 at nominal."""
    late = chosen(four_cycles("fixed_with_min_gap"), C2="2026-02-09")

    assert starts(late)[2] == "2026-03-09"
    assert starts(omitting(late, 2)) == ["2026-01-05", "2026-02-09", "2026-03-02", "2026-03-30"]
    assert starts(omitting(chosen(four_cycles("fixed_with_min_gap"), C1="2026-02-10"), 2))[2] == "2026-03-10"


def test_a_floating_cycle_omitted_after_a_delay_leaves_the_delay() -> None:
    late = omitting(chosen(four_cycles("floating"), C2="2026-02-09"), 3)

    assert starts(late) == ["2026-01-05", "2026-02-09", "2026-03-09", "2026-04-06"]


def test_a_date_chosen_for_an_omitted_cycle_is_kept_and_moves_nothing_else() -> None:
    both = omitting(chosen(four_cycles("fixed_with_min_gap"), C2="2026-02-20"), 2)

    assert starts(both) == ["2026-01-05", "2026-02-20", "2026-03-02", "2026-03-30"]
    assert refused(both) == {}


def test_all_cycles_may_be_omitted() -> None:
    none = omitting(four_cycles("floating"), 1, 2, 3, 4)

    assert (none.totals().injections, none.totals().dose_iu) == (0, 0)
    assert starts(none) == NOMINAL


# --- Cycles dated by the site ---


def interleaved(rule: str) -> Schedule:
    """Two dated cycles, one dated by the site, one dated again."""
    return enrolled(
        template(
            series("weeks = [0, 4]", code="first", rule=rule),
            series("by_site = 1", code="demand", rule=rule),
            series("weeks = [12]", code="last", rule=rule),
            codes=("first", "demand", "last"),
        )
    )


@pytest.mark.parametrize("rule", ["fixed", "floating", "fixed_with_min_gap"])
def test_a_cycle_dated_by_the_site_has_no_date_until_one_is_typed(rule: str) -> None:
    waiting = interleaved(rule)
    dated = chosen(waiting, C3="2026-03-02")

    assert starts(waiting) == ["2026-01-05", "2026-02-02", None, "2026-03-30"]
    assert starts(dated) == ["2026-01-05", "2026-02-02", "2026-03-02", "2026-03-30"]
    assert refused(waiting) == refused(dated) == {}


@pytest.mark.parametrize("rule", ["fixed", "floating", "fixed_with_min_gap"])
def test_a_typed_date_out_of_order_is_shown_as_typed_and_refused(rule: str) -> None:
    early = chosen(interleaved(rule), C3="2026-01-19")
    late = chosen(interleaved(rule), C3="2026-04-13")

    assert starts(early)[2] == "2026-01-19"
    assert refused(early) == {"cycle-order": ["C3"]}
    assert starts(late)[2] == "2026-04-13"
    assert refused(late) == {"cycle-order": ["C4"]}


def test_a_stated_gap_holds_for_cycles_dated_by_the_site() -> None:
    demand = enrolled(template(series("by_site = 2", more="minimum_gap = 56")))
    dated = chosen(demand, C1="2026-01-05", C2="2026-02-02")

    assert starts(demand) == [None, None]
    assert starts(dated) == ["2026-01-05", "2026-03-02"]


def test_the_second_may_be_dated_before_the_first_is() -> None:
    dated = chosen(enrolled(template(series("by_site = 2", more="minimum_gap = 56"))), C2="2026-02-02")

    assert starts(dated) == [None, "2026-02-02"]
    assert refused(dated) == {}
