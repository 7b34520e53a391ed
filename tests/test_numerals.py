"""Printed numbers are read with the precision they were printed with, and written back."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analysis.numbers import numerals

D = Decimal
LANGUAGE = st.sampled_from(["vi", "en"])
# How each language prints a number: mark between thousands, mark before decimals.
MARKS = {"vi": (".", ","), "en": (",", ".")}


def as_printed(digits: int, places: int, language: str) -> str:
    """`digits` / 10 ** `places` as a newspaper prints it, written without the code under test."""
    thousands, mark = MARKS[language]
    whole, rest = divmod(digits, 10**places)
    grouped = f"{whole:,}".replace(",", thousands)
    return f"{grouped}{mark}{rest:0{places}}" if places else grouped


def half_up(value: Fraction, places: int) -> Fraction:
    """Rounding half away from zero, by its definition."""
    whole = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**places)


# -- reading

READ = """
vi | 1.221              | 1221    | exact    | 1221    | 1221
en | 1,221              | 1221    | exact    | 1221    | 1221
vi | 98,7%              | 98.7    | exact    | 98.65   | 98.75
en | 98.7%              | 98.7    | exact    | 98.65   | 98.75
vi | 14%                | 14      | exact    | 13.5    | 14.5
vi | 97,36 %            | 97.36   | exact    | 97.355  | 97.365
vi | 14 phần trăm       | 14      | exact    | 13.5    | 14.5
en | 14 percent         | 14      | exact    | 13.5    | 14.5
en | 14 per cent        | 14      | exact    | 13.5    | 14.5
vi | hơn 66.000 hồ sơ   | 66000   | at_least | 66000   |
en | more than 66,000 dossiers | 66000 | at_least | 66000 |
vi | Hơn 66.000 hồ sơ   | 66000   | at_least | 66000   |
vi | từ trên 100 hộ     | 100     | at_least | 100     |
vi | 30 điểm trở lên    | 30      | at_least | 30      |
en | 30 or more         | 30      | at_least | 30      |
vi | dưới 30%           | 30      | at_most  |         | 30
vi | không quá 5 người  | 5       | at_most  |         | 5
en | no more than 5 people | 5    | at_most  |         | 5
vi | gần 38.000 người   | 38000   | about    | 37500   | 38500
en | nearly 38,000 people | 38000 | about    | 37500   | 38500
vi | khoảng 985 người   | 985     | about    | 984.5   | 985.5
vi | khoảng 10 hộ       | 10      | about    | 5       | 15
vi | 1,9 triệu lượt     | 1900000 | exact    | 1850000 | 1950000
en | 1.9 million visits | 1900000 | exact    | 1850000 | 1950000
vi | hơn 1,9 triệu lượt | 1900000 | at_least | 1900000 |
vi | 6 triệu 325 nghìn  | 6325000 | exact    | 6324500 | 6325500
vi | 66 nghìn           | 66000   | exact    | 65500   | 66500
vi | 2,5 tháng          | 2.5     | exact    | 2.45    | 2.55
"""


@pytest.mark.parametrize("line", READ.strip().splitlines())
def test_a_printed_number_reads_as_what_its_form_allows(line: str) -> None:
    """A count is exact; a percentage, fraction or scaled number is the interval that rounds to it.

    A hedge is a bound, or half a unit of the last digit that is not zero on both sides.
    """
    language, printed, value, qualifier, low, high = (each.strip() for each in line.split("|"))
    numeral = numerals.read(printed, language)
    assert (numeral.value, numeral.qualifier) == (D(value), qualifier)
    assert (numeral.low, numeral.high) == (D(low) if low else None, D(high) if high else None)


OTHER = "is no number as"


@pytest.mark.parametrize(
    ("language", "printed", "message"),
    [
        ("vi", "nhiều hồ sơ", "no number in “nhiều hồ sơ”"),
        ("vi", "", "no number in “”"),
        ("vi", "1.22", f"“1.22” {OTHER} “vi” prints it: “122” or “1,22” would be"),
        ("vi", "1.2210", f"“1.2210” {OTHER} “vi” prints it"),
        ("vi", "1.221.5", f"“1.221.5” {OTHER} “vi” prints it: “12.215” would be"),
        ("vi", "98.7%", f"“98.7” {OTHER} “vi” prints it"),
        ("en", "1,22", f"“1,22” {OTHER} “en” prints it: “122” or “1.22” would be"),
        ("en", "98,7%", f"“98,7” {OTHER} “en” prints it"),
        ("vi", "67/126", "more than one number in “67/126”"),
        ("vi", "1.221 trên 1.238", "more than one number in “1.221 trên 1.238”"),
        ("vi", "6 triệu 7 người", "more than one number in “6 triệu 7 người”"),
    ],
)
def test_what_is_not_one_number_is_refused(language: str, printed: str, message: str) -> None:
    """No number, two numbers, or the other language's marks are an error that quotes them."""
    with pytest.raises(numerals.NumeralError) as error:
        numerals.read(printed, language)
    assert str(error.value).startswith(message)


@given(st.integers(0, 10**12), st.integers(0, 4), LANGUAGE, st.booleans())
def test_a_printed_number_survives_the_round_trip(
    digits: int, places: int, language: str, percent: bool
) -> None:
    """Printed, read and shown again, a number is the number that was printed, mark for mark.

    In the other language it is shown in that one's form, and reads as the same number there.
    """
    printed = as_printed(digits, places, language) + ("%" if percent else "")
    numeral = numerals.read(printed, language)
    assert numeral.value == D(digits).scaleb(-places)
    assert (numeral.places, numeral.percent) == (places, percent)
    for each in MARKS:
        shown = numerals.show(numeral.value, numeral.places, each, numeral.percent)
        assert numerals.read(shown, each).value == numeral.value
        if each == language and "triệu" not in shown and "million" not in shown:
            assert shown == printed


@given(st.fractions(0, 10**9), st.integers(0, 4), LANGUAGE, st.booleans())
def test_a_rounded_number_contains_the_truth_it_was_rounded_from(
    truth: Fraction, places: int, language: str, millions: bool
) -> None:
    """Whatever share or number of millions, and however many digits, it lies in [low, high)."""
    digits = int(half_up(truth, places) * 10**places)
    suffix = {"vi": " triệu", "en": " million"}[language] if millions else "%"
    numeral = numerals.read(as_printed(digits, places, language) + suffix, language)
    assert numeral.low is not None
    assert numeral.high is not None
    scale = 10**6 if millions else 1
    assert Fraction(numeral.low) <= truth * scale < Fraction(numeral.high)


HEDGED = {
    "at_least": (math.floor, {"vi": "hơn", "en": "over"}),
    "at_most": (math.ceil, {"vi": "không quá", "en": "up to"}),
    "about": (lambda value: int(half_up(value, 0)), {"vi": "gần", "en": "almost"}),
}


@given(st.integers(1, 10**9), st.integers(0, 8), LANGUAGE, st.sampled_from(list(HEDGED)))
def test_a_hedged_round_number_contains_the_count(
    count: int, zeros: int, language: str, qualifier: str
) -> None:
    """A count rounded down, up or to the nearest, hedged to match, lies within the bounds read."""
    rounded, words = HEDGED[qualifier]
    printed = rounded(Fraction(count, 10**zeros)) * 10**zeros
    assume(printed > 0)
    numeral = numerals.read(f"{words[language]} {as_printed(printed, 0, language)}", language)
    assert numeral.qualifier == qualifier
    assert numeral.low is None or numeral.low <= count
    assert numeral.high is None or count <= numeral.high


# -- rounding and showing


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 5))
@example(D("98.65"), 1)
@example(D("-2.5"), 0)
def test_rounding_is_half_up(value: Decimal, places: int) -> None:
    """Rounding gives the nearest number of that many digits; a half goes away from zero."""
    assert Fraction(numerals.round_half_up(value, places)) == half_up(Fraction(value), places)


@pytest.mark.parametrize(
    ("value", "places", "how", "vi", "en"),
    [
        ("1221", 0, "", "1.221", "1,221"),
        ("98.627", 1, "percent", "98,6%", "98.6%"),
        ("98", 1, "percent", "98,0%", "98.0%"),
        ("-44.281", 1, "percent", "−44,3%", "−44.3%"),
        ("-14583", 0, "sign", "−14.583", "−14,583"),
        ("59", 0, "sign", "+59", "+59"),
        ("0", 0, "sign", "0", "0"),
        ("-0.04", 1, "sign", "0,0", "0.0"),
        ("1900000", 0, "", "1,9\u00a0triệu", "1.9\u00a0million"),
        ("2000000", 0, "", "2\u00a0triệu", "2\u00a0million"),
        ("1950000", 0, "", "1.950.000", "1,950,000"),
        ("999999", 0, "", "999.999", "999,999"),
    ],
)
def test_a_number_is_written_as_each_language_writes_it(
    value: str, places: int, how: str, vi: str, en: str
) -> None:
    """Marks, percent, a true minus, a plus if asked for, and the word for tenths of a million."""
    for language, written in (("vi", vi), ("en", en)):
        shown = numerals.show(D(value), places, language, how == "percent", how == "sign")
        assert shown == written


@pytest.mark.parametrize(
    ("hedge", "qualifier", "vi", "en"),
    [
        ("", "exact", "5", "5"),
        ("more than", "at_least", "hơn 5", "more than 5"),
        ("at least", "at_least", "ít nhất 5", "at least 5"),
        ("under", "at_most", "dưới 5", "under 5"),
        ("at most", "at_most", "không quá 5", "at most 5"),
        ("nearly", "about", "gần 5", "nearly 5"),
        ("about", "about", "khoảng 5", "about 5"),
    ],
)
def test_a_hedge_is_shown_in_words_that_read_back(
    hedge: str, qualifier: str, vi: str, en: str
) -> None:
    """“More than” stays “more than” in both languages; each hedge has one meaning for bounds."""
    for language, words in (("vi", vi), ("en", en)):
        assert numerals.hedged("5", hedge, language) == words
        numeral = numerals.read(words, language)
        assert (numeral.hedge, numeral.qualifier) == (hedge, qualifier)


@given(st.decimals(-(10**12), 10**12, places=6) | st.integers(-(10**15), 10**15).map(Decimal))
def test_a_plain_decimal_keeps_its_value(value: Decimal) -> None:
    """`plain` writes any number without exponent or needless zeros, and reads back as it."""
    text = numerals.plain(value)
    assert D(text) == value
    assert set(text) <= set("-0123456789.")
    assert "." not in text or text[-1] not in "0."
    assert text != "-0"
