"""Printed numbers, read with the precision they were printed with, and written back in either language."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis import numerals

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
    scaled = abs(value) * 10**places
    whole = math.floor(scaled + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**places)


# -- reading


@pytest.mark.parametrize(
    ("printed", "language", "value", "qualifier", "low", "high"),
    [
        ("1.221", "vi", "1221", "exact", "1221", "1221"),
        ("1,221", "en", "1221", "exact", "1221", "1221"),
        ("98,7%", "vi", "98.7", "exact", "98.65", "98.75"),
        ("98.7%", "en", "98.7", "exact", "98.65", "98.75"),
        ("14%", "vi", "14", "exact", "13.5", "14.5"),
        ("97,36 %", "vi", "97.36", "exact", "97.355", "97.365"),
        ("14 phần trăm", "vi", "14", "exact", "13.5", "14.5"),
        ("14 percent", "en", "14", "exact", "13.5", "14.5"),
        ("14 per cent", "en", "14", "exact", "13.5", "14.5"),
        ("hơn 66.000 hồ sơ", "vi", "66000", "at_least", "66000", None),
        ("more than 66,000 dossiers", "en", "66000", "at_least", "66000", None),
        ("từ trên 100 hộ", "vi", "100", "at_least", "100", None),
        ("30 điểm trở lên", "vi", "30", "at_least", "30", None),
        ("30 or more", "en", "30", "at_least", "30", None),
        ("dưới 30%", "vi", "30", "at_most", None, "30"),
        ("không quá 5 người", "vi", "5", "at_most", None, "5"),
        ("no more than 5 people", "en", "5", "at_most", None, "5"),
        ("gần 38.000 người", "vi", "38000", "about", "37500", "38500"),
        ("nearly 38,000 people", "en", "38000", "about", "37500", "38500"),
        ("khoảng 985 người", "vi", "985", "about", "984.5", "985.5"),
        ("1,9 triệu lượt", "vi", "1900000", "exact", "1850000", "1950000"),
        ("1.9 million visits", "en", "1900000", "exact", "1850000", "1950000"),
        ("hơn 1,9 triệu lượt", "vi", "1900000", "at_least", "1900000", None),
        ("6 triệu 325 nghìn", "vi", "6325000", "exact", "6324500", "6325500"),
        ("66 nghìn", "vi", "66000", "exact", "65500", "66500"),
        ("2,5 tháng", "vi", "2.5", "exact", "2.45", "2.55"),
    ],
)
def test_a_printed_number_reads_as_what_its_form_allows(
    printed: str, language: str, value: str, qualifier: str, low: str | None, high: str | None
) -> None:
    """A count is exact; a percentage, fraction or scaled number is the interval that rounds to it; a hedge
    is a bound, or half a unit of the last digit that is not zero on both sides."""
    numeral = numerals.read(printed, language)
    assert (numeral.value, numeral.qualifier) == (D(value), qualifier)
    assert numeral.low == (None if low is None else D(low))
    assert numeral.high == (None if high is None else D(high))


@pytest.mark.parametrize(
    ("printed", "language", "message"),
    [
        ("nhiều hồ sơ", "vi", "no number in “nhiều hồ sơ”"),
        ("", "vi", "no number in “”"),
        ("1.22", "vi", "“1.22” is not a number as printed in “vi”: it takes a full stop between thousands"),
        ("1.2210", "vi", "“1.2210” is not a number as printed in “vi”"),
        ("1.221.5", "vi", "“1.221.5” is not a number as printed in “vi”"),
        ("98.7%", "vi", "“98.7%” is not a number as printed in “vi”"),
        ("1,22", "en", "“1,22” is not a number as printed in “en”: it takes a comma between thousands"),
        ("98,7%", "en", "“98,7%” is not a number as printed in “en”"),
        ("67/126", "vi", "more than one number in “67/126”"),
        ("1.221 trên 1.238", "vi", "more than one number in “1.221 trên 1.238”"),
        ("6 triệu 7 người", "vi", "more than one number in “6 triệu 7 người”"),
    ],
)
def test_what_is_not_one_number_is_refused(printed: str, language: str, message: str) -> None:
    """No number, two numbers, or the other language's marks are an error that quotes what was printed."""
    with pytest.raises(numerals.NumeralError) as error:
        numerals.read(printed, language)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("language", "words", "hedge"),
    [(language, words, hedge) for language in numerals.HEDGES for words, hedge in numerals.HEDGES[language].items()],
)
def test_every_hedge_is_read_in_front_of_a_number(language: str, words: str, hedge: str) -> None:
    """Each hedge in the table is found whole, in small letters or at the start of a sentence."""
    for written in (words, words.capitalize()):
        numeral = numerals.read(f"{written} 500", language)
        assert (numeral.hedge, numeral.value) == (hedge, 500)


@given(st.integers(0, 10**12), st.integers(0, 4), LANGUAGE, st.booleans())
def test_a_printed_number_survives_the_round_trip(digits: int, places: int, language: str, percent: bool) -> None:
    """Printed, read and shown again, a number is the number that was printed, mark for mark."""
    printed = as_printed(digits, places, language) + ("%" if percent else "")
    numeral = numerals.read(printed, language)
    assert numeral.value == D(digits).scaleb(-places)
    assert (numeral.places, numeral.percent) == (places, percent)
    shown = numerals.show(numeral.value, numeral.places, language, numeral.percent)
    millions = places == 0 and digits >= 10**6 and digits % 10**5 == 0
    if millions:
        assert numerals.read(shown, language).value == digits
    else:
        assert shown == printed


@given(st.integers(0, 10**12), st.integers(0, 4), st.sampled_from([("vi", "en"), ("en", "vi")]))
def test_a_number_crosses_into_the_other_language_and_back(digits: int, places: int, languages: tuple[str, str]) -> None:
    """What one language prints, the other shows in its own form, which reads as the same number."""
    first, second = languages
    value = numerals.read(as_printed(digits, places, first), first).value
    shown = numerals.show(value, places, second)
    assert numerals.read(shown, second).value == value


@given(st.fractions(0, 10**9), st.integers(0, 4), LANGUAGE)
def test_a_percentage_contains_the_truth_it_was_rounded_from(truth: Fraction, places: int, language: str) -> None:
    """Whatever the true share and however many digits were printed, it lies in [low, high)."""
    digits = int(half_up(truth, places) * 10**places)
    numeral = numerals.read(as_printed(digits, places, language) + "%", language)
    assert numeral.low is not None
    assert numeral.high is not None
    assert Fraction(numeral.low) <= truth < Fraction(numeral.high)


@given(st.integers(10**6, 10**12), st.integers(0, 3), LANGUAGE)
def test_a_number_printed_in_millions_contains_the_count(count: int, places: int, language: str) -> None:
    """A count printed as so many million, with any number of decimals, lies in [low, high)."""
    digits = int(half_up(Fraction(count, 10**6), places) * 10**places)
    word = {"vi": "triệu", "en": "million"}[language]
    numeral = numerals.read(f"{as_printed(digits, places, language)} {word}", language)
    assert numeral.low is not None
    assert numeral.high is not None
    assert numeral.low <= count < numeral.high


@given(st.integers(1, 10**9), st.integers(0, 8), LANGUAGE, st.sampled_from(["at_least", "at_most", "about"]))
def test_a_hedged_round_number_contains_the_count(count: int, zeros: int, language: str, qualifier: str) -> None:
    """A count rounded down, up or to the nearest and hedged to match lies within the bounds read from it."""
    unit = Fraction(count, 10**zeros)
    whole = {"at_least": math.floor(unit), "at_most": math.ceil(unit), "about": int(half_up(unit, 0))}
    printed = whole[qualifier] * 10**zeros
    assume(printed > 0)
    word = {
        "vi": {"at_least": "hơn", "at_most": "không quá", "about": "gần"},
        "en": {"at_least": "over", "at_most": "up to", "about": "almost"},
    }[language][qualifier]
    numeral = numerals.read(f"{word} {as_printed(printed, 0, language)}", language)
    assert numeral.qualifier == qualifier
    assert numeral.low is None or numeral.low <= count
    assert numeral.high is None or count <= numeral.high


# -- rounding


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 5))
def test_rounding_is_half_up(value: Decimal, places: int) -> None:
    """Rounding gives the nearest number of that many digits; a half goes away from zero."""
    assert Fraction(numerals.round_half_up(value, places)) == half_up(Fraction(value), places)


@pytest.mark.parametrize(
    ("value", "places", "rounded", "cut"),
    [
        ("98.65", 1, "98.7", "98.6"),
        ("98.6268", 1, "98.6", "98.6"),
        ("44.2808", 1, "44.3", "44.2"),
        ("-44.2808", 1, "-44.3", "-44.2"),
        ("2.5", 0, "3", "2"),
        ("-2.5", 0, "-3", "-2"),
        ("0.5", 0, "1", "0"),
        ("66.905", 2, "66.91", "66.90"),
    ],
)
def test_rounding_and_truncation_differ(value: str, places: int, rounded: str, cut: str) -> None:
    """Half up, not half even; truncation drops digits without looking at them."""
    assert str(numerals.round_half_up(D(value), places)) == rounded
    assert str(numerals.truncate(D(value), places)) == cut


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 5))
def test_truncation_never_leaves_the_last_digit(value: Decimal, places: int) -> None:
    """Cutting off brings a number nearer to zero, by less than one unit of the last digit kept."""
    cut = numerals.truncate(value, places)
    assert cut == 0 or (cut > 0) == (value > 0)
    assert 0 <= abs(value) - abs(cut) < D(1).scaleb(-places)
    assert cut == cut.quantize(D(1).scaleb(-places))


# -- showing


@pytest.mark.parametrize(
    ("value", "places", "percent", "sign", "vi", "en"),
    [
        ("1221", 0, False, False, "1.221", "1,221"),
        ("98.627", 1, True, False, "98,6%", "98.6%"),
        ("98", 1, True, False, "98,0%", "98.0%"),
        ("-44.281", 1, True, False, "−44,3%", "−44.3%"),
        ("-14583", 0, False, True, "−14.583", "−14,583"),
        ("59", 0, False, True, "+59", "+59"),
        ("0", 0, False, True, "0", "0"),
        ("-0.04", 1, False, True, "0,0", "0.0"),
        ("1900000", 0, False, False, "1,9\u00a0triệu", "1.9\u00a0million"),
        ("2000000", 0, False, False, "2\u00a0triệu", "2\u00a0million"),
        ("1950000", 0, False, False, "1.950.000", "1,950,000"),
        ("999999", 0, False, False, "999.999", "999,999"),
    ],
)
def test_a_number_is_written_as_each_language_writes_it(
    value: str, places: int, percent: bool, sign: bool, vi: str, en: str
) -> None:
    """Marks, percent, a true minus, a plus where asked for, and the word for whole tenths of a million."""
    assert numerals.show(D(value), places, "vi", percent, sign) == vi
    assert numerals.show(D(value), places, "en", percent, sign) == en


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
def test_a_hedge_is_shown_in_words_that_read_back(hedge: str, qualifier: str, vi: str, en: str) -> None:
    """“More than” stays “more than” and “nearly” stays “nearly”, in both languages; each has one meaning for the bounds."""
    for language, words in (("vi", vi), ("en", en)):
        assert numerals.hedged("5", hedge, language) == words
        numeral = numerals.read(words, language)
        assert (numeral.hedge, numeral.qualifier) == (hedge, qualifier)


@given(st.decimals(-(10**12), 10**12, places=6) | st.integers(-(10**15), 10**15).map(Decimal))
def test_a_plain_decimal_keeps_its_value(value: Decimal) -> None:
    """`plain` writes any number without exponent, thousands mark or needless zeros, and reads back as it."""
    text = numerals.plain(value)
    assert D(text) == value
    assert set(text) <= set("-0123456789.")
    assert "." not in text or text[-1] not in "0."
    assert text != "-0"


@pytest.mark.parametrize(("value", "unit"), [("38000", "1000"), ("985", "1"), ("66000", "1000"), ("10", "10"), ("2.50", "0.1")])
def test_the_last_digit_that_is_not_zero_gives_the_precision(value: str, unit: str) -> None:
    """A round number printed with “about” was rounded to its last digit that is not zero."""
    assert numerals.last_digit(D(value)) == D(unit)
