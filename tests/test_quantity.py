"""Numbers computed from figures carry bounds, a unit, a formula, and everything they rest on."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from small_data import printed

from analysis.numbers import numerals, quantity, recipes
from analysis.numbers.inline import FormError
from analysis.numbers.quantity import Quantity, UnitError

D = Decimal
# Decimal keeps 28 digits; a bound may be off by its last one.
LITTLE = Fraction(1, 10**15)


def bounds(item: Quantity) -> tuple[str | None, ...]:
    """Bounds as text, for comparison with literals."""
    return tuple(None if end is None else numerals.plain(end) for end in (item.low, item.high))


BEFORE, AFTER = printed("32.933", "before"), printed("18.350", "after")
RATE = quantity.relative_change(BEFORE, AFTER)
GROWTH = quantity.relative_change(AFTER, BEFORE)
UNKNOWN = quantity.unknown("later", "person")
VILLAGES = printed("5.369", "villages", "village")
HUNDRED, THOUSAND = printed("100"), printed("1.000")
UP_TO_20 = quantity.difference(printed("khoảng 20"), printed("khoảng 10"))  # from 0
UP_TO_105 = quantity.difference(printed("khoảng 300"), printed("khoảng 250"))  # from -5
DUE, STATED, FELL = printed("1.238", "due"), printed("98,7%", "stated"), printed("44,2%", "fell")
AREAS = {"1,91": "about 55,100", "81,27": "1,296", "2": "52,651"}


# -- single results


def test_a_whole_ratio_has_the_digits_that_its_bounds_allow() -> None:
    """105,301 on 1.91 may be 54,990 to 55,280, so it is about 55,100; on 81.27 it is 1,296."""
    people = printed("105.301", "people")
    of = {area: quantity.per(people, printed(area, "area", "km2"), None) for area in AREAS}
    assert {area: ratio.words("en") for area, ratio in of.items()} == AREAS
    again = recipes.rebuild(
        of["1,91"].recipe, {"people": people, "area": printed("1,91", "area", "km2")}.__getitem__
    )
    assert again == of["1,91"]


def test_a_printed_figure_is_a_quantity_that_rests_on_itself() -> None:
    """It keeps value, bounds, hedge and digits as printed; its formula is empty."""
    assert (STATED.value, bounds(STATED), STATED.places) == (D("98.7"), ("98.65", "98.75"), 1)
    assert (STATED.figures, STATED.formula, STATED.kind) == (("stated",), "", "printed")
    assert (STATED.exact, DUE.exact) == (False, True)
    assert printed("hơn 66.000 hồ sơ").words("vi") == "hơn 66.000"
    assert printed("1,9 triệu lượt").words("en") == "1.9\u00a0million"


@pytest.mark.parametrize(
    ("item", "formula", "unit", "words"),
    [
        # 1,221 of 1,238 is 98.6 %, not the 98.7 % that was printed
        (quantity.share(printed("1.221", "held"), DUE), "held ÷ due", "percent", "98.6%"),
        (quantity.difference(BEFORE, AFTER), "before − after", "person", "14,583"),
        # rounded, not truncated: 44.28 %
        (RATE, "(after − before) ÷ before", "percent", "−44.3%"),
        (quantity.total(BEFORE, AFTER), "before + after", "person", "51,283"),
        (quantity.net([BEFORE, AFTER, DUE, DUE], "++--"), "before + after − due − due", "person",
         "48,807"),
        (quantity.net([DUE], "-"), "− due", "person", "−1,238"),
        (quantity.part_of(STATED, DUE), "stated × due", "person", "about 1,222"),
        (quantity.times(BEFORE, AFTER), "before ÷ after", "times", "1.8"),
        (quantity.per(BEFORE, VILLAGES), "before ÷ villages", "person-per-village", "6.1"),
        # what is not known is not counted, and each figure rests once
        (quantity.counted([BEFORE, UNKNOWN, AFTER, BEFORE], "claim"),
         "count of before; after; before", "claim", "3"),
        (quantity.share(quantity.difference(BEFORE, AFTER), BEFORE, 2),
         "(before − after) ÷ before", "percent", "44.28%"),
        # all of a whole is 100 %, not 100.0 %: nothing was rounded
        (quantity.share(DUE, DUE), "due ÷ due", "percent", "100%"),
        # percentages differ by percentage points
        (quantity.difference(STATED, FELL), "stated − fell", "percentage-point", "about 54.5"),
    ],
    ids=lambda item: getattr(item, "kind", ""),
)  # fmt: skip
def test_a_computed_number_says_how_it_follows_from_figures(
    item: Quantity, formula: str, unit: str, words: str
) -> None:
    """Each calculation has its formula, its unit, its words, and every figure it rests on once."""
    assert (item.formula, item.unit, item.words("en")) == (formula, unit, words)
    assert sorted(item.figures) == sorted(set(re.findall("[a-z]+", formula)) - {"count", "of"})


@pytest.mark.parametrize(
    ("item", "low", "high", "words"),
    [
        # 14 % of more than 66,000 is at least 13.5 % of 66,000, not 9,240
        (quantity.part_of(printed("14%"), printed("hơn 66.000")), "8910", None, "at least 8,910"),
        # of more than 1,000, 100 is at most 10 %; more than 100 of them bounds nothing
        (quantity.share(HUNDRED, printed("hơn 1.000")), None, "10", "at most 10.0%"),
        (quantity.share(printed("hơn 100"), printed("hơn 1.000")), None, None, "about 10.0%"),
        # a whole that may be nothing bounds no share from above
        (quantity.share(printed("5"), UP_TO_20), "25", None, "at least 25.0%"),
        (quantity.share(printed("21"), UP_TO_105), "20", None, "at least 20.0%"),
        (quantity.share(UP_TO_105, printed("10")), "-50", "1050", "about 500.0%"),
        # bounds that round to the same digits need no hedge
        (quantity.share(printed("khoảng 985"), THOUSAND, 0), "98.45", "98.55", "about 99%"),
        (quantity.share(printed("khoảng 985"), printed("10.000"), 0), "9.845", "9.855", "10%"),
        (quantity.difference(printed("98,6%"), printed("97,36%")), "1.185", "1.295", "about 1.24"),
        (quantity.total(printed("1,9 triệu"), HUNDRED), "1850100", "1950100", "about 1,900,100"),
        (quantity.total(printed("hơn 50"), printed("51")), "101", None, "at least 101"),
        (quantity.total(printed("không quá 50"), printed("51")), None, "101", "at most 101"),
        (quantity.net([printed("50"), printed("gần 20")], "+-"), "25", "35", "about 30"),
        (quantity.net([printed("50"), printed("2"), printed("19"), printed("6")], "++--"),
         "27", "27", "27"),
    ],
    ids=lambda item: getattr(item, "kind", ""),
)  # fmt: skip
def test_bounds_follow_from_the_precision_of_what_was_printed(
    item: Quantity, low: str | None, high: str | None, words: str
) -> None:
    """A result is hedged where its bounds leave its digits open; one bound alone is its value."""
    assert (bounds(item), item.words("en")) == ((low, high), words)
    assert item.exact == (low == high is not None)
    if (low is None) != (high is None):
        assert numerals.plain(item.value) in {low, high}


def test_the_number_needed_gives_the_printed_percentage() -> None:
    """98.7 % of 1,238 takes 1,222; a fall of 44.2 % from 32,933 takes 18,361 to 18,393."""
    (only,) = quantity.needed(DUE, STATED, "share")
    assert (only.value, only.figures) == (D(1222), ("due", "stated"))
    assert only.formula == "whole number giving stated with due"
    ends = quantity.needed(BEFORE, FELL, "relative_change", falls=True)
    assert [end.value for end in ends] == [18361, 18393]
    # 1.5 % is printed as 2 %: 3 of 200, or 197 after 200, would not give 1 %
    fell_by_one = quantity.needed(printed("200"), printed("1%"), "relative_change", falls=True)
    assert [end.value for end in fell_by_one] == [198, 199]
    one_in_hundred = quantity.needed(printed("200"), printed("1%"), "share")
    assert [end.value for end in one_in_hundred] == [1, 2]
    assert quantity.needed(printed("10"), printed("14%"), "share") == ()
    assert quantity.needed(BEFORE, printed("hơn 99%"), "share") == ()
    assert quantity.needed(BEFORE, printed("5%"), "sum") == ()


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (DUE, "1,238 person, from due"),
        (STATED, "98.7% (98.65 to 98.75), from stated"),
        (RATE, "−44.3% (−44.28…), from before, after"),
        (quantity.total(printed("5", "a.b.c"), printed("4", "a.b.d")), "9 person, from a.b.c, .d"),
        (quantity.part_of(printed("14%"), printed("hơn 66.000")), "at least 8,910 person, from x"),
        (quantity.counted([printed("5", f"a.{i}") for i in range(8)], "claim"),
         "8 claim, from a.0, .1, .2, .3, .4, .5 and 2 more"),
        (UNKNOWN, "– (not known), from later"),
    ],
)  # fmt: skip
def test_a_number_says_in_a_line_what_it_is_and_rests_on(item: Quantity, line: str) -> None:
    """Words, unit, bounds or one more digit, ids that leave out what they share."""
    assert repr(item) == line


def test_signs_of_arithmetic_keep_bounds_and_recipe() -> None:
    """`a + b` is the total and `a - b` the difference; `a / b` asks which ratio is meant; a number
    of one's own has no source, so nothing is computed with it."""
    assert quantity.total(DUE, DUE) == DUE + DUE
    assert quantity.difference(DUE, DUE) == DUE - DUE
    assert float(DUE) == 1238.0
    with pytest.raises(UnitError, match=r"quantity.share\(a, b\) in percent"):
        DUE / DUE
    for wrong in (lambda: DUE + 1, lambda: quantity.share(DUE, 5), lambda: DUE - "held"):
        with pytest.raises(UnitError, match="is no Quantity, so no "):
            wrong()


def test_a_number_shows_its_bounds_formula_and_sources_in_a_table() -> None:
    """In JupyterLab each figure stands with where it was printed; words of tables are escaped."""
    held = quantity.printed("held", numerals.read("98,7%", "vi"), "percent", "“98,7%”, <Báo>, p2")
    shown = re.sub(r" style=\"[^\"]*\"", "", quantity.difference(held, FELL)._repr_html_())
    assert shown.startswith("<table><caption>about 54.5 percentage-point (54.4 to 54.6), from held")
    assert "<tr><th>at least</th><td>54.4</td></tr><tr><th>at most</th><td>54.6</td></tr>" in shown
    assert "<th>formula</th><td>held − fell</td>" in shown
    assert "<th>held</th><td>98.7%: “98,7%”, &lt;Báo&gt;, p2</td>" in shown
    assert "<th>exactly</th><td>1238</td>" in re.sub(' style="[^"]*"', "", DUE._repr_html_())


# -- forms

HALVED = quantity.relative_change(HUNDRED, printed("khoảng 50"))
AT_MOST_HALF = quantity.relative_change(HUNDRED, printed("không quá 50"))


@pytest.mark.parametrize(
    ("item", "form", "vi", "en"),
    [
        (RATE, "fall", "44,3%", "44.3%"),
        (RATE, "sign", "−44,3%", "−44.3%"),
        (GROWTH, "rise", "79,5%", "79.5%"),
        (GROWTH, "sign", "+79,5%", "+79.5%"),
        (printed("hơn 66.000"), "more", "hơn 66.000", "more than 66,000"),
        (HALVED, "sign", "khoảng −50,0%", "about −50.0%"),
        (AT_MOST_HALF, "fall", "ít nhất 50,0%", "at least 50.0%"),
    ],
)
def test_a_form_says_direction_and_degree(item: Quantity, form: str, vi: str, en: str) -> None:
    """A fall is written without its sign, and its hedge turns with it; no form loses the hedge."""
    assert (item.words("vi", form), item.words("en", form)) == (vi, en)
    assert (RATE.shown_value("fall"), RATE.shown_value()) == (D("44.3"), D("-44.3"))


@pytest.mark.parametrize(
    ("item", "form", "message"),
    [
        (
            RATE,
            "rise",
            r"−44\.3% \(\(after − before\) ÷ before\) is not surely a rise\. .*\{x:sign\}",
        ),
        (BEFORE, "fall", r"32,933 \(before\) is not surely a fall"),
        (quantity.difference(AFTER, AFTER), "fall", "not surely a fall"),
        # at least 90 of 100: fewer, or many more
        (quantity.relative_change(HUNDRED, printed("hơn 90")), "fall", "not surely a fall"),
        (quantity.relative_change(printed("khoảng 100"), printed("98")), "fall", "surely a fall"),
        (quantity.difference(printed("khoảng 100"), printed("98")), "rise", "not surely a rise"),
        (BEFORE, "more", "is not printed as “more than”"),
    ],
)
def test_a_form_that_the_number_does_not_bear_out_is_refused(
    item: Quantity, form: str, message: str
) -> None:
    """“Fell” of a rise, of no change, or of what may have risen stops the report."""
    with pytest.raises(FormError, match=message):
        item.words("en", form)


def test_quantities_are_not_ordered_by_a_sign() -> None:
    """`<` would forget bounds and unknown numbers: the error says what to write instead."""
    for compare in (lambda: BEFORE < AFTER, lambda: BEFORE >= 3, lambda: max(BEFORE, AFTER)):
        with pytest.raises(quantity.UnitError, match=r"compare\.below\(a, b\)"):
            compare()


# -- what is unknown


BINARY: list[Callable[[Quantity, Quantity], Quantity]] = [
    quantity.difference, quantity.share, quantity.relative_change, quantity.times,
    quantity.per, quantity.total, lambda a, b: quantity.net([a, b], "+-"),
]  # fmt: skip


@pytest.mark.parametrize("compute", BINARY)
def test_what_rests_on_an_unknown_figure_is_unknown(
    compute: Callable[[Quantity, Quantity], Quantity],
) -> None:
    """It flows through arithmetic without an `if`, is false, and shows a dash in any form."""
    for result in (compute(UNKNOWN, BEFORE), compute(BEFORE, UNKNOWN)):
        assert (result.known, bool(result), result.words("vi", "fall")) == (False, False, "–")
        assert result == compute(*result.operands)
        assert not quantity.share(result, result).known
        assert quantity.with_places(result, 2) is result


def test_nothing_is_not_a_number() -> None:
    """A sum of no parts, a count of nothing, a share of nothing are unknown, not 0; a zero is."""
    assert not quantity.total().known
    assert not quantity.net([], "").known
    assert not quantity.counted([UNKNOWN], "claim").known
    assert not quantity.part_of(quantity.unknown("later", "percent"), BEFORE).known
    assert not quantity.share(HUNDRED, quantity.difference(HUNDRED, HUNDRED)).known
    assert quantity.needed(UNKNOWN, printed("5%"), "share") == ()
    assert bool(printed("0"))


# -- units and digits


@pytest.mark.parametrize("compute", [each for each in BINARY if each is not quantity.per])
def test_unlike_units_are_never_joined(compute: Callable[[Quantity, Quantity], Quantity]) -> None:
    """People less villages, or villages of people, is an error that names both, known or not."""
    with pytest.raises(UnitError, match="before counts person, villages counts village: no "):
        compute(BEFORE, VILLAGES)
    with pytest.raises(UnitError):
        compute(UNKNOWN, VILLAGES)


def test_a_part_is_a_percentage_of_a_whole() -> None:
    """Only a percentage can be taken of something; the result counts what the whole counts."""
    assert quantity.part_of(printed("50%"), VILLAGES).unit == "village"
    with pytest.raises(UnitError, match="before counts person; a part needs a percentage"):
        quantity.part_of(BEFORE, AFTER)


def test_other_digits_can_be_shown_of_a_computed_ratio() -> None:
    """44.2808 % may be shown as 44.28 % or 44 %, hedged where its bounds then differ."""
    assert quantity.with_places(RATE, 2).words("en", "fall") == "44.28%"
    assert quantity.with_places(RATE, 0).words("en", "fall") == "44%"
    loose = quantity.share(printed("khoảng 985"), printed("10.000"), 0)
    assert quantity.with_places(loose, 2).words("en") == "about 9.85%"


@pytest.mark.parametrize(
    ("item", "places", "message"),
    [
        (quantity.difference(BEFORE, AFTER), -3, "keeps its digits: it is printed, or a count"),
        (BEFORE, -3, "before keeps its digits"),
        (STATED, 0, "stated keeps its digits"),
        (RATE, -1, "-1 digits after the mark; 0 to 4 can be shown"),
        (RATE, 5, "5 digits after the mark"),
    ],
)
def test_no_number_is_rounded_out_of_sight(item: Quantity, places: int, message: str) -> None:
    """7,970 villages cannot be shown as 8,000, nor a printed 98.7 % as 99 %."""
    with pytest.raises(FormError, match=message):
        quantity.with_places(item, places)
