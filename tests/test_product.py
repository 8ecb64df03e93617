"""What a product makes of doses: volumes as a syringe shows them, and the vials that are needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from il2scheduler.dosing import (
    Draw,
    Flag,
    Product,
    VialFor,
    opened,
    read_hours,
    read_ml,
    vials,
    volume,
)
from il2scheduler.refusal import Refusal

MILLION = 1_000_000
MADE_UP = Product("made up", "aldesleukin", 18 * MILLION, 18 * MILLION, Decimal("1.2"), 24)
MONDAY = datetime(2026, 1, 19, 8)  # noqa: DTZ001 - a local time of the site


def course(days: int = 5, dose: int = 4_500_000, patient: str = "P001") -> list[Draw]:
    """08:00 in the day hospital and 20:00 at home, as ETOILE."""
    return [
        Draw(MONDAY + timedelta(days=day, hours=hours), dose, patient, place)
        for day in range(days)
        for hours, place in ((0, "day-hospital"), (12, "home"))
    ]


# --- Typed ---


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1.2", "1.2"),
        ("1,2", "1.2"),
        ("1.20", "1.2"),
        (" 5 ", "5"),
        ("0,05", "0.05"),
        ("10", "10"),
        ("100", "100"),
    ],
)
def test_a_volume_is_read_exactly(typed: str, found: str) -> None:
    assert str(read_ml(typed)) == found


@pytest.mark.parametrize("typed", ["", "1.234", "1e1", "1_0", "１", "-1", "+1", ".5", "1 mL", "nan", "1,000"])
def test_what_is_no_volume_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="volume-form"):
        read_ml(typed)


@pytest.mark.parametrize("typed", ["0", "0.00", "100.01", "999"])
def test_a_volume_out_of_range_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="volume-range"):
        read_ml(typed)


@pytest.mark.parametrize("typed", ["", "0", "721", "1.5", "２４", "2_4", "-1", "24 h", "1000"])
def test_what_is_no_number_of_hours_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="hours-form"):
        read_hours(typed)
    assert [read_hours(text) for text in ("1", " 24 ", "720")] == [1, 24, 720]


# --- Volume ---


@pytest.mark.parametrize(
    ("dose", "per_ml", "exact", "shown", "flags"),
    [
        (4_500_000, 18 * MILLION, "1/4", "0.25", ()),
        (1_500_000, 18 * MILLION, "1/12", "0.08", (Flag.SMALL, Flag.ROUNDED)),  # 0.0833: 4 % too little
        (3_000_000, 18 * MILLION, "1/6", "0.17", ()),  # 0.1667: 2 % exactly is not above 2 %
        (1_800_000, 18 * MILLION, "1/10", "0.10", ()),
        (2_250_000, 18 * MILLION, "1/8", "0.13", (Flag.ROUNDED,)),  # a half is rounded up: 4 % too much
        (18 * MILLION, 18 * MILLION, "1", "1.00", ()),
        (18_180_000, 18 * MILLION, "1.01", "1.01", (Flag.LARGE,)),
        (18_001_000, 18 * MILLION, "18001/18000", "1.00", (Flag.LARGE,)),
        (50_000, 18 * MILLION, "1/360", "0.00", (Flag.SMALL, Flag.ROUNDED)),
    ],
)
def test_volumes(dose: int, per_ml: int, exact: str, shown: str, flags: tuple[Flag, ...]) -> None:
    found = volume(dose, per_ml)
    assert (found.exact, str(found.shown), found.flags) == (Fraction(exact), shown, flags)


@given(st.integers(1, 200 * MILLION), st.integers(1, 200 * MILLION))
def test_the_shown_volume_is_the_nearest_graduation(dose: int, per_ml: int) -> None:
    found = volume(dose, per_ml)
    assert abs(Fraction(found.shown) - found.exact) <= Fraction(1, 200)
    assert found.shown % Decimal("0.01") == 0
    assert found.exact * per_ml == dose
    assert (Flag.ROUNDED in found.flags) == (abs(Fraction(found.shown) * per_ml - dose) * 50 > dose)


def test_figures_that_hardly_go_together_are_noticed() -> None:
    # A real label: 1.2 mL into a vial of 22 million, 18 million in a mL; 18 or 22 million can be drawn.
    assert not MADE_UP.doubtful
    assert not replace(MADE_UP, vial_iu=22 * MILLION).doubtful
    assert replace(MADE_UP, concentration_iu=1_800_000).doubtful
    assert replace(MADE_UP, concentration_iu=180 * MILLION).doubtful
    assert not replace(MADE_UP, concentration_iu=1_800_000, diluent_ml=None).doubtful


# --- Vials ---


@pytest.mark.parametrize(
    ("changed", "needed"),
    [
        ({}, 5),  # a vial a day: the next morning comes exactly 24 hours later
        ({"use_within_hours": 25}, 4),
        ({"use_within_hours": 12}, 10),  # the evening comes exactly 12 hours later
        ({"use_within_hours": 13}, 5),
        ({"use_within_hours": 240}, 3),  # four doses in a vial: 4 + 4 + 2
        ({"use_within_hours": None}, 10),
        ({"vial_for": VialFor.INJECTION}, 10),
        ({"vial_for": VialFor.PLACE}, 10),
        ({"vial_for": VialFor.PLACE, "use_within_hours": 25}, 6),
        ({"vial_iu": 22 * MILLION, "use_within_hours": 240}, 3),
        ({"vial_iu": 4_499_000}, 20),  # a dose larger than a vial takes two
    ],
)
def test_the_vials_of_a_cycle_of_etoile(changed: dict[str, object], needed: int) -> None:
    assert vials(course(), replace(MADE_UP, **changed)) == needed  # type: ignore[arg-type]


def test_patients_share_a_vial_only_where_the_site_says_so() -> None:
    both = course() + course(patient="P002")
    assert vials(both, MADE_UP) == 10
    assert vials(both, replace(MADE_UP, vial_for=VialFor.ALL)) == 5
    assert {vial.patient for vial in opened(both, replace(MADE_UP, vial_for=VialFor.ALL))} == {""}


def test_what_two_vials_have_left_is_not_put_together() -> None:
    """9 of 22 are left after 13, too little for the next 13; the third finds 9 and 9, and takes a new one."""
    assert vials(course(2, 13 * MILLION)[:3], replace(MADE_UP, vial_iu=22 * MILLION)) == 3


def test_a_dose_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="dose_iu=0"):
        vials([Draw(MONDAY, 0)], MADE_UP)


DRAWS = st.lists(
    st.builds(
        Draw,
        st.integers(0, 96).map(lambda hours: MONDAY + timedelta(hours=hours)),
        st.integers(1, 30),
        st.sampled_from(["P001", "P002"]),
        st.sampled_from(["home", "hospital"]),
    ),
    max_size=8,
)
PRODUCTS = st.builds(
    Product,
    name=st.just("made up"),
    drug=st.just("aldesleukin"),
    vial_iu=st.integers(8, 24),
    concentration_iu=st.just(18),
    use_within_hours=st.none() | st.integers(1, 100),
    vial_for=st.sampled_from(VialFor),
)


@settings(max_examples=150)
@given(DRAWS, PRODUCTS)
def test_never_less_than_needed_nor_longer_than_allowed(draws: list[Draw], product: Product) -> None:
    found = opened(draws, product)
    assert sorted((d for vial in found for d in vial.draws), key=repr) == sorted(draws, key=repr)
    for vial in found:
        assert sum(draw.dose_iu for draw in vial.draws) <= vial.vials * product.vial_iu
        assert vial.at == min(draw.at for draw in vial.draws)
        hours = max(draw.at for draw in vial.draws) - vial.at
        if product.use_within_hours is None or product.vial_for is VialFor.INJECTION:
            assert len(vial.draws) == 1
        else:
            assert len(vial.draws) == 1 or hours < timedelta(hours=product.use_within_hours)
        if product.vial_for is not VialFor.ALL:
            assert {draw.patient for draw in vial.draws} == {vial.patient}
        if product.vial_for is VialFor.PLACE:
            assert len({draw.place for draw in vial.draws}) == 1
    assert [vial.at for vial in found] == sorted(vial.at for vial in found)


def _fewest(draws: tuple[Draw, ...], product: Product, *, any_vial: bool) -> int:
    """The fewest vials there can be, by trying all: one vial after another, or any for any injection."""

    def fits(group: tuple[Draw, ...]) -> bool:
        span = max(d.at for d in group) - min(d.at for d in group)
        within = len(group) == 1 or (
            product.use_within_hours is not None and span < timedelta(hours=product.use_within_hours)
        )
        return within and sum(d.dose_iu for d in group) <= product.vial_iu

    @cache
    def least(left: tuple[Draw, ...]) -> int:
        if not left:
            return 0
        first, *others = left
        best = len(left)
        for size in range(len(others) + 1):
            chosen = combinations(others, size) if any_vial else [tuple(others[:size])]
            for more in chosen:
                if fits((first, *more)):
                    kept = list(others)
                    for draw in more:
                        kept.remove(draw)
                    best = min(best, 1 + least(tuple(kept)))
        return best

    return least(draws)


@settings(max_examples=150)
@given(DRAWS, PRODUCTS)
def test_no_fewer_vials_would_do_one_after_the_other(draws: list[Draw], product: Product) -> None:
    alone = sorted((d for d in draws if d.patient == "P001" and d.dose_iu <= product.vial_iu),
                   key=lambda d: (d.at, d.patient, d.place, d.dose_iu))  # fmt: skip
    product = replace(product, vial_for=VialFor.PATIENT)
    assert vials(alone, product) == _fewest(tuple(alone), product, any_vial=False)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 60), max_size=6), st.integers(1, 24), PRODUCTS)
def test_with_like_doses_no_other_use_of_the_vials_needs_fewer(
    hours: list[int], dose: int, product: Product
) -> None:
    product = replace(product, vial_for=VialFor.PATIENT, vial_iu=24)
    draws = tuple(Draw(MONDAY + timedelta(hours=at), dose) for at in sorted(hours))
    assert vials(draws, product) == _fewest(draws, product, any_vial=True)


@settings(max_examples=150)
@given(DRAWS, PRODUCTS, st.data())
def test_less_to_do_or_a_better_product_never_needs_more(
    draws: list[Draw], product: Product, data: st.DataObject
) -> None:
    needed = vials(draws, product)
    if draws:
        without = list(draws)
        without.pop(data.draw(st.integers(0, len(draws) - 1)))
        assert vials(without, product) <= needed
    assert vials(draws, replace(product, vial_iu=product.vial_iu * 2)) <= needed
    if product.use_within_hours is not None:
        longer = product.use_within_hours + data.draw(st.integers(0, 50))
        assert vials(draws, replace(product, use_within_hours=longer)) <= needed
    alone = vials(draws, replace(product, vial_for=VialFor.INJECTION))
    assert needed <= alone == sum(-(-draw.dose_iu // product.vial_iu) for draw in draws)
