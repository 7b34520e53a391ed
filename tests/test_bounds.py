"""Bounds of a computed number contain the truth, whatever was printed of the operands."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st
from small_data import printed
from test_quantity import LITTLE, D

from analysis.numbers import quantity
from analysis.numbers.quantity import Quantity


@st.composite
def operands(
    draw: st.DrawFn, percent: bool = False, most: int = 10**6
) -> tuple[Fraction, Quantity]:
    """A true value above zero, and a figure as it may have been printed of it."""
    digits = draw(st.integers(1, most))
    if percent:
        places = draw(st.integers(0, 3))
        mark = f"{digits / 10**places:.{places}f}".replace(".", ",")
        item = printed(f"{mark}%")
    else:
        hedge = draw(st.sampled_from(["", "", "hơn ", "không quá ", "khoảng "]))
        scale = draw(st.sampled_from(["", "", " nghìn", " triệu"]))
        item = printed(f"{hedge}{digits}{scale}")
    low = Fraction(item.value) / 3 if item.low is None else Fraction(item.low)
    high = Fraction(item.value) * 7 if item.high is None else Fraction(item.high)
    truth = low + (high - low) * draw(st.fractions(0, 1, max_denominator=1000))
    assume(truth > 0)
    return truth, item


Pair = tuple[Fraction, Quantity]
FEW = operands(most=40)


def contains(result: Quantity, truth: Fraction) -> None:
    """Fails unless the truth, and the value shown, lie within the result's bounds."""
    slack = LITTLE * max(1, abs(truth))
    if result.low is not None:
        assert Fraction(result.low) <= truth + slack
        assert result.low <= result.value
    if result.high is not None:
        assert truth - slack <= Fraction(result.high)
        assert result.value <= result.high


@given(operands(), operands(), operands(percent=True))
def test_two_numbers_compared_contain_the_truth(a: Pair, b: Pair, rate: Pair) -> None:
    """Whatever true values two printed forms allow, what is computed is within its bounds."""
    contains(quantity.difference(a[1], b[1]), a[0] - b[0])
    contains(quantity.share(a[1], b[1]), a[0] / b[0] * 100)
    contains(quantity.times(a[1], b[1]), a[0] / b[0])
    contains(quantity.relative_change(b[1], a[1]), (a[0] - b[0]) / b[0] * 100)
    contains(quantity.part_of(rate[1], a[1]), rate[0] * a[0] / 100)


@given(st.lists(operands(), min_size=1, max_size=5), st.lists(operands(), max_size=3))
def test_a_sum_contains_the_true_sum(ups: list[Pair], downs: list[Pair]) -> None:
    """Whatever true values the printed terms allow, sum and net lie within the bounds."""
    more, less = (sum((truth for truth, _ in each), Fraction(0)) for each in (ups, downs))
    contains(quantity.total(*(item for _, item in ups)), more)
    signs = "+" * len(ups) + "-" * len(downs)
    contains(quantity.net([item for _, item in (*ups, *downs)], signs), more - less)


@given(FEW, FEW, FEW)
def test_what_is_computed_of_a_difference_contains_the_truth(a: Pair, b: Pair, c: Pair) -> None:
    """A fall may be a rise: whichever sign its ends have, a share of it or in it has its bounds.

    So has a part by a rate of change.
    """
    fall, rate = quantity.difference(a[1], b[1]), quantity.relative_change(a[1], b[1])
    contains(quantity.part_of(rate, c[1]), (b[0] - a[0]) / a[0] * c[0])
    contains(quantity.share(fall, c[1]), (a[0] - b[0]) / c[0] * 100)
    if a[0] > b[0] and fall.value > 0:
        contains(quantity.share(c[1], fall), c[0] / (a[0] - b[0]) * 100)


@given(operands(), operands())
def test_an_unhedged_result_shows_digits_that_the_truth_has(part: Pair, whole: Pair) -> None:
    """A share shown without a hedge rounds to the digits that the true share rounds to."""
    share = quantity.share(part[1], whole[1])
    if not share.hedge:
        truth = part[0] / whole[0] * 100
        nearest = Decimal(truth.numerator) / Decimal(truth.denominator)
        assert abs(share.shown_value() - nearest) <= D("0.0500001")
