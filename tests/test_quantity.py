"""Numbers computed from figures carry bounds, a formula, and everything they rest on."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis import numerals, quantity
from analysis.quantity import Quantity

D = Decimal
# Decimal keeps 28 digits; a bound may be off by its last one.
LITTLE = Fraction(1, 10**15)


def printed(token: str, figure: str = "x", unit: str = "person") -> Quantity:
    """A printed figure, from its Vietnamese form."""
    return quantity.printed(figure, numerals.read(token, "vi"), "percent" if "%" in token else unit)


def bounds(item: Quantity | None) -> tuple[str | None, str | None]:
    """Bounds as text, for comparison with literals."""
    assert item is not None
    return tuple(None if end is None else numerals.plain(end) for end in (item.low, item.high))  # type: ignore[return-value]


def shown(item: Quantity | None, form: str = "") -> tuple[str, str]:
    """What a reader sees in each language."""
    assert item is not None
    return item.text("vi", form), item.text("en", form)


# -- single results


def test_a_printed_figure_is_a_quantity_that_rests_on_itself() -> None:
    """It keeps value, bounds, hedge and digits as printed; its formula is empty."""
    rate = printed("98,7%", "congress.rate")
    assert (rate.value, bounds(rate), rate.places) == (D("98.7"), ("98.65", "98.75"), 1)
    assert (rate.figures, rate.formula, rate.kind, rate.exact) == (("congress.rate",), "", "printed", False)
    assert printed("1.221").exact
    assert shown(printed("hơn 66.000 hồ sơ")) == ("hơn 66.000", "more than 66,000")
    assert shown(printed("1,9 triệu lượt")) == ("1,9\u00a0triệu", "1.9\u00a0million")


def test_a_share_of_exact_counts_is_exact() -> None:
    """1,221 of 1,238 is 98.6 %, not the 98.7 % that was printed."""
    share = quantity.share(printed("1.221", "held"), printed("1.238", "due"))
    assert share is not None
    assert shown(share) == ("98,6%", "98.6%")
    assert share.exact
    assert (share.formula, share.figures, share.unit) == ("held ÷ due", ("held", "due"), "percent")
    assert share.shown_value() == D("98.6")


def test_a_change_is_rounded_not_truncated() -> None:
    """32,933 → 18,350 is −44.28 %: 44.3 % fewer, and 14,583 people."""
    before, after = printed("32.933", "before"), printed("18.350", "after")
    change = quantity.relative_change(before, after)
    assert shown(change, "sign") == ("−44,3%", "−44.3%")
    assert shown(change, "size") == ("44,3%", "44.3%")
    assert change is not None
    assert change.shown_value("size") == D("44.3")
    assert change.formula == "(after − before) ÷ before"
    fall = quantity.difference(before, after)
    assert fall is not None
    assert (shown(fall, "sign")[1], fall.formula, fall.unit) == ("+14,583", "before − after", "person")


def test_a_share_of_more_than_so_many_is_at_least_so_many() -> None:
    """14 % of more than 66,000 is at least 8,910 (13.5 % of 66,000), not 9,240."""
    filed = quantity.part_of(printed("14%", "share"), printed("hơn 66.000", "received"))
    assert filed is not None
    assert (filed.value, bounds(filed), filed.qualifier) == (D(8910), ("8910", None), "at_least")
    assert shown(filed) == ("ít nhất 8.910", "at least 8,910")


def test_a_share_of_an_unbounded_whole_is_at_most_so_much() -> None:
    """100 of more than 1,000 is at most 10 %; more than 100 of more than 1,000 bounds nothing."""
    assert shown(quantity.share(printed("100"), printed("hơn 1.000"))) == ("không quá 10,0%", "at most 10.0%")
    open_share = quantity.share(printed("hơn 100"), printed("hơn 1.000"))
    assert bounds(open_share) == (None, None)
    assert shown(open_share)[1] == "about 10.0%"


def test_a_share_of_what_may_be_nothing_has_no_upper_bound() -> None:
    """Where the whole's bounds reach zero, nothing bounds the share from above."""
    whole = quantity.difference(printed("khoảng 20"), printed("khoảng 10"))
    assert bounds(whole) == ("0", "20")
    assert bounds(quantity.share(printed("5"), whole)) == ("25", None)
    below = quantity.difference(printed("khoảng 300"), printed("khoảng 250"))
    assert bounds(below) == ("-5", "105")
    assert bounds(quantity.share(printed("21"), below)) == ("20", None)
    assert bounds(quantity.share(below, printed("10"))) == ("-50", "1050")
    assert quantity.share(printed("5"), quantity.difference(printed("9"), printed("9"))) is None


def test_a_share_of_an_interval_is_hedged_where_its_digits_are_open() -> None:
    """Bounds that round to the same digits need no hedge; bounds that do not are shown with “about”."""
    assert shown(quantity.share(printed("khoảng 985"), printed("1.000"), 0))[1] == "about 99%"
    assert shown(quantity.share(printed("khoảng 985"), printed("10.000"), 0))[1] == "10%"


def test_all_of_a_whole_is_a_hundred_percent_without_decimals() -> None:
    """126 of 126 is 100 %, not 100.0 %: nothing was rounded."""
    assert shown(quantity.share(printed("126"), printed("126"))) == ("100%", "100%")


def test_a_difference_of_percentages_is_in_percentage_points() -> None:
    """97.36 % and 98.6 % differ by 1.24 points, between 1.185 and 1.295."""
    gap = quantity.difference(printed("98,6%"), printed("97,36%"))
    assert gap is not None
    assert (gap.unit, gap.value, bounds(gap)) == ("percentage-point", D("1.24"), ("1.185", "1.295"))
    assert shown(gap, "bare") == ("1,24", "1.24")


def test_a_sum_adds_bounds() -> None:
    """Bounds add up; one part without an upper bound leaves the sum without one."""
    parts = [printed("75", "communes"), printed("51", "wards")]
    added = quantity.total(*parts)
    assert added is not None
    assert (added.value, added.formula, added.exact) == (D(126), "communes + wards", True)
    assert bounds(quantity.total(printed("1,9 triệu"), printed("100"))) == ("1850100", "1950100")
    assert shown(quantity.total(printed("hơn 50"), printed("51"))) == ("ít nhất 101", "at least 101")
    assert shown(quantity.total(printed("không quá 50"), printed("51"))) == ("không quá 101", "at most 101")


def test_a_net_change_subtracts_the_decreases() -> None:
    """50 less 19 dissolved and 6 transferred plus 2 new is 27; a hedged term leaves it unbounded."""
    base, new = printed("50", "base"), printed("2", "new")
    downs = (printed("19", "dissolved"), printed("6", "transferred"))
    net = quantity.net((base,), (new,), downs)
    assert (net.value, net.exact) == (D(27), True)
    assert net.formula == "base + new − dissolved − transferred"
    loose = quantity.net((base,), (), (printed("gần 20", "dissolved"),))
    assert (bounds(loose), loose.qualifier) == ((None, None), "about")


def test_a_multiple_is_a_share_over_a_hundred() -> None:
    """559 procedures after 80 before are 7.0 times as many."""
    multiple = quantity.times(printed("559"), printed("80"))
    assert shown(multiple) == ("7,0", "7.0")
    assert multiple is not None
    assert multiple.unit == "times"


def test_a_count_of_figures_rests_on_all_of_them() -> None:
    """Counting drops what is not known, names each figure once, and is None where nothing is left."""
    counted = quantity.counted([printed("1", "a"), None, printed("2", "b"), printed("3", "a")], "claim")
    assert counted is not None
    assert (counted.value, counted.figures, counted.formula) == (D(3), ("a", "b"), "count of a; b; a")
    assert quantity.counted([None], "claim") is None


@pytest.mark.parametrize(
    "compute",
    [quantity.difference, quantity.share, quantity.relative_change, quantity.part_of, quantity.times, quantity.total],
)
def test_what_rests_on_an_unknown_figure_is_unknown(compute: Callable[..., Any]) -> None:
    """A figure that is not known on a day gives None, never zero."""
    assert compute(None, printed("5")) is None
    assert compute(printed("5"), None) is None


def test_a_nested_result_rests_on_every_figure_once() -> None:
    """The formula nests in brackets and the ids are those of all operands, in order of first use."""
    fall = quantity.difference(printed("10.035", "before"), printed("3.321", "after"))
    share = quantity.share(fall, printed("10.035", "before"), 2)
    assert share is not None
    assert (share.formula, share.figures) == ("(before − after) ÷ before", ("before", "after"))
    assert shown(share)[1] == "66.91%"
    assert shown(quantity.with_places(share, 0))[1] == "67%"


# -- bounds contain the truth


@st.composite
def operands(draw: st.DrawFn, percent: bool = False, most: int = 10**6) -> tuple[Fraction, Quantity]:
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
    low = Fraction(item.low) if item.low is not None else Fraction(item.value) / 3
    high = Fraction(item.high) if item.high is not None else Fraction(item.value) * 7
    truth = low + (high - low) * draw(st.fractions(0, 1, max_denominator=1000))
    assume(truth > 0)
    return truth, item


Pair = tuple[Fraction, Quantity]


def contains(result: Quantity | None, truth: Fraction) -> None:
    """Fails unless the truth, and the value shown, lie within the result's bounds."""
    assert result is not None
    slack = LITTLE * max(1, abs(truth))
    if result.low is not None:
        assert Fraction(result.low) <= truth + slack
        assert result.low <= result.value
    if result.high is not None:
        assert truth - slack <= Fraction(result.high)
        assert result.value <= result.high


@given(operands(), operands())
def test_a_difference_contains_the_true_difference(a: Pair, b: Pair) -> None:
    """Whatever true values the two printed forms allow, their difference lies within the bounds."""
    contains(quantity.difference(a[1], b[1]), a[0] - b[0])


@given(st.lists(operands(), min_size=1, max_size=5))
def test_a_sum_contains_the_true_sum(parts: list[Pair]) -> None:
    """Whatever true values the printed parts allow, their sum lies within the bounds."""
    contains(quantity.total(*(item for _, item in parts)), sum((truth for truth, _ in parts), Fraction(0)))


@given(operands(), operands())
def test_a_share_contains_the_true_share(part: Pair, whole: Pair) -> None:
    """Whatever true values part and whole can have, 100 times their ratio lies within the bounds."""
    contains(quantity.share(part[1], whole[1]), part[0] / whole[0] * 100)
    contains(quantity.times(part[1], whole[1]), part[0] / whole[0])


@given(operands(), operands())
def test_a_relative_change_contains_the_true_change(before: Pair, after: Pair) -> None:
    """Whatever true values before and after can have, the relative change lies within the bounds."""
    contains(quantity.relative_change(before[1], after[1]), (after[0] - before[0]) / before[0] * 100)


@given(operands(percent=True), operands())
def test_a_part_contains_the_true_part(rate: Pair, whole: Pair) -> None:
    """Whatever true rate and whole the printed forms allow, their product lies within the bounds."""
    contains(quantity.part_of(rate[1], whole[1]), rate[0] * whole[0] / 100)


@given(operands(most=40), operands(most=40), operands(most=40))
def test_a_share_of_a_difference_contains_the_true_share(a: Pair, b: Pair, whole: Pair) -> None:
    """A fall may be a rise: the share of a difference is bounded whichever sign its ends have."""
    fall = quantity.difference(a[1], b[1])
    contains(quantity.share(fall, whole[1]), (a[0] - b[0]) / whole[0] * 100)


@given(operands(most=40), operands(most=40), operands(most=40))
def test_a_share_in_a_difference_contains_the_true_share(part: Pair, a: Pair, b: Pair) -> None:
    """A whole that is itself a difference, and may reach zero, still gives bounds that hold."""
    assume(a[0] > b[0])
    whole = quantity.difference(a[1], b[1])
    assert whole is not None
    assume(whole.value > 0)
    contains(quantity.share(part[1], whole), part[0] / (a[0] - b[0]) * 100)


@given(operands(), operands())
def test_an_unhedged_result_shows_digits_that_the_truth_has(part: Pair, whole: Pair) -> None:
    """A share shown without a hedge rounds to the digits that the true share rounds to."""
    share = quantity.share(part[1], whole[1])
    assert share is not None
    if share.qualifier == "exact":
        truth = part[0] / whole[0] * 100
        nearest = Decimal(truth.numerator) / Decimal(truth.denominator)
        assert abs(share.shown_value() - nearest) <= D("0.0500001")
