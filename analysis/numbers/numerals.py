"""Printed numbers, Vietnamese or English, read as value, hedge and precision, and written again.

A number is read with the precision it was printed with. `98,7%` stands for any share that rounds to
it, so it reads as the interval from 98.65 to 98.75; `hơn 66.000` is a lower bound; `1.221` is a
count and exact. All arithmetic is on `Decimal`; `round_half_up` is the only rounding there is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from analysis.errors import UserError

LOCALES = {"vi": "vi", "en": "en_GB"}
# A row for each hedge: the qualifier it stands for, its words in Vietnamese, its words in English.
# Pages write the first word of a language, and the first English one is the hedge's name in code.
# “Nearly” counts as “about”: it says that the number was rounded.
_HEDGES = (
    ("at_least", "hơn, trên, từ trên", "more than, over"),
    ("at_least", "ít nhất", "at least"),
    ("at_most", "dưới", "under, fewer than, less than, below"),
    ("at_most", "không quá, nhiều nhất", "at most, no more than, up to"),
    ("about", "gần", "nearly, almost"),
    ("about", "khoảng, xấp xỉ, ước", "about, around, approximately"),
)
# The qualifier of each hedge, by its name: {"": "exact", "more than": "at_least", …}.
MEANS = {"": "exact"} | {en.split(", ")[0]: means for means, _, en in _HEDGES}
# The name of the hedge that each word stands for, by language: HEDGES["vi"]["hơn"] is "more than".
HEDGES = {
    language: {word: hedge for hedge, row in zip([*MEANS][1:], _HEDGES, strict=True)
               for word in row[column].split(", ")}
    for column, language in ((1, "vi"), (2, "en"))
}  # fmt: skip
AFTER = {"trở lên": "at least", "or more": "at least"}  # hedges that follow their number
SCALES: dict[str, dict[str, int]] = {
    "vi": {"nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9},
    "en": {"thousand": 10**3, "million": 10**6, "billion": 10**9},
}
_DIGITS = re.compile(r"\d[\d.,]*\d|\d")


class NumeralError(UserError):
    """A printed number that cannot be read in its language."""


@dataclass(frozen=True)
class Numeral:
    """A printed number as read.

    `value` is the whole number, scale words multiplied in. `low` and `high` are what the printed
    form allows, None where it sets no bound; for a rounded form `high` is the first value that it
    excludes. `hedge` is the name of the hedge, a key of `MEANS`; `places` are the digits after the
    mark, as printed.
    """

    value: Decimal
    low: Decimal | None
    high: Decimal | None
    hedge: str
    places: int
    percent: bool

    @property
    def qualifier(self) -> str:
        """What the hedge stands for: exact, at_least, at_most or about."""
        return MEANS[self.hedge]


def read(printed: str, language: str) -> Numeral:
    """The value, hedge and precision of a number as printed, e.g. `hơn 1,9 triệu lượt truy cập`.

    Raises `NumeralError` where the text holds no number, more than one, or a form the language does
    not have: `1.22` is not a Vietnamese number, and is not guessed to be an English one.
    """
    text = printed.strip()
    hedges = sorted(HEDGES[language], key=len, reverse=True)
    word = next((hedge for hedge in hedges if text.lower().startswith(f"{hedge} ")), "")
    first = _DIGITS.search(text, len(word))
    if not first:
        raise NumeralError(f"no number in “{printed}”")
    after = text[first.end() :]
    value, step, tail = _scaled(_decimal(first[0], language), after, language)
    if _DIGITS.search(re.sub(r"\([^)]*\)", "", tail)):
        raise NumeralError(f"more than one number in “{printed}”")
    hedge = next((AFTER[words] for words in AFTER if words in tail), HEDGES[language].get(word, ""))
    percent = bool(re.match(r"\s*(%|phần trăm|per ?cent)", tail))
    slack = Decimal(0)  # how far the true number can lie from the printed one
    if percent or tail != after or step < 1:  # a percentage, scale word or fraction was rounded
        slack = step / 2
    elif MEANS[hedge] == "about":  # “about 38.000” was rounded to its last digit that is not zero
        slack = _last_digit(value.normalize()) / 2
    sides = {"at_least": (value, None), "at_most": (None, value)}
    low, high = sides.get(MEANS[hedge], (value - slack, value + slack))
    places = max(0, -step.adjusted())
    return Numeral(value, low, high, hedge=hedge, places=places, percent=percent)


def _decimal(digits: str, language: str) -> Decimal:
    """The value of digits and marks: `1.221` is 1221 in Vietnamese and 1.221 in English.

    Raises `NumeralError`, with what was perhaps meant.
    """
    try:
        return parse_decimal(digits, LOCALES[language], strict=True)
    except NumberFormatError as error:
        meant = " or ".join(f"“{form}”" for form in error.suggestions or ())
        hint = f": {meant} would be" if meant else ""
        raise NumeralError(f"“{digits}” is no number as “{language}” prints it{hint}") from None


def _scaled(value: Decimal, tail: str, language: str) -> tuple[Decimal, Decimal, str]:
    """A number times the scale word behind it, one in its last printed digit, and the text left.

    `1,9` before ` triệu lượt` gives 1900000, 100000, ` lượt`.
    """
    scales, step = SCALES[language], _last_digit(value)
    word = re.match(rf"\s*({'|'.join(scales)})\b", tail)
    if not word:
        return value, step, tail
    scale, tail = scales[word[1]], tail[word.end() :]
    value, step = value * scale, step * scale
    # "6 triệu 325 nghìn": a second, smaller part belongs to the same number.
    more = re.match(rf"\s+({_DIGITS.pattern})\s+(\w+)", tail)
    smaller = scales.get(more[2], scale) if more else scale
    if more and smaller < scale:
        value += _decimal(more[1], language) * smaller
        step, tail = step * smaller / scale, tail[more.end() :]
    return value, step, tail


def _last_digit(value: Decimal) -> Decimal:
    """One in the last digit of a Decimal: 0.1 for 98.7, 1 for 1221, 1000 for 38E+3."""
    return Decimal(1).scaleb(value.adjusted() + 1 - len(value.as_tuple().digits))


def round_half_up(value: Decimal, places: int) -> Decimal:
    """`value` with `places` digits after the mark; a half goes away from zero: 98.65 to 98.7."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """`value` as a plain decimal, without exponent, thousands mark or needless zeros: `98.6`."""
    return f"{value.normalize() + 0:f}"  # + 0 takes the sign from a zero


@lru_cache(maxsize=4096)
def show(
    value: Decimal, places: int, language: str, percent: bool = False, sign: bool = False
) -> str:
    """`value` rounded half up, as `language` writes it: `1.221`, `98,7%`; `1,221`, `98.7%`.

    Whole millions and tenths of a million are written with the word (`1,9 triệu`, `1.9 million`).
    `sign` puts a plus before increases; a fall always carries a true minus sign.
    """
    rounded = round_half_up(value, places)
    body, word = abs(rounded), ""
    if body >= 10**6 and not places and body % 10**5 == 0:
        body, word = body / 10**6, {"vi": "\u00a0triệu", "en": "\u00a0million"}[language]
        places = 0 if body == body.to_integral_value() else 1
    pattern = "#,##0." + "0" * places if places > 0 else "#,##0"
    text = format_decimal(body, pattern, LOCALES[language], decimal_quantization=False)
    prefix = "−" if rounded < 0 else "+" if sign and rounded > 0 else ""
    return f"{prefix}{text}{word}{'%' if percent else ''}"


def hedged(text: str, hedge: str, language: str) -> str:
    """A shown number behind the first word of its hedge: `hơn 66.000`, `at least 8,910`."""
    words = (word for word, name in HEDGES[language].items() if name == hedge)
    return f"{next(words)} {text}" if hedge else text
