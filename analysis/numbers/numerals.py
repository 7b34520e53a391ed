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

from babel.numbers import format_decimal

from analysis.errors import UserError

LOCALES = {"vi": "vi", "en": "en_GB"}

# Each hedge by its English word, and what it means for the bounds. “Nearly” and “about” say that
# the number was rounded.
MEANS = {
    "": "exact",
    "more than": "at_least",
    "at least": "at_least",
    "under": "at_most",
    "at most": "at_most",
    "nearly": "about",
    "about": "about",
}
# Each hedge as the sources print it; pages write the first form.
_PRINTED: dict[str, dict[str, tuple[str, ...]]] = {
    "vi": {
        "more than": ("hơn", "trên", "từ trên"),
        "at least": ("ít nhất",),
        "under": ("dưới",),
        "at most": ("không quá", "nhiều nhất"),
        "nearly": ("gần",),
        "about": ("khoảng", "xấp xỉ", "ước"),
    },
    "en": {
        "more than": ("more than", "over"),
        "at least": ("at least",),
        "under": ("under", "fewer than", "less than", "below"),
        "at most": ("at most", "no more than", "up to"),
        "nearly": ("nearly", "almost"),
        "about": ("about", "around", "approximately"),
    },
}
HEDGES = {
    language: {words: hedge for hedge, forms in hedges.items() for words in forms}
    for language, hedges in _PRINTED.items()
}
AFTER = {"trở lên": "at least", "or more": "at least"}  # hedges that follow their number
SCALES: dict[str, dict[str, int]] = {
    "vi": {"nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9},
    "en": {"thousand": 10**3, "million": 10**6, "billion": 10**9},
}
_MARKS = {
    "vi": "full stop between thousands and a comma before decimals",
    "en": "comma between thousands and a full stop before decimals",
}
_NUMERAL = {
    "vi": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"),
    "en": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"),
}
_PLAIN = {"vi": str.maketrans(",", ".", "."), "en": str.maketrans("", "", ",")}


class NumeralError(UserError):
    """A printed number that cannot be read in its language."""


@dataclass(frozen=True)
class Numeral:
    """A printed number as read.

    `value` is in units, never in thousands or millions; `hedge` is the English word of the hedge.
    `step` is the smallest difference that the printed form can show: 1 for `1.221`, 0.1 for
    `98,7%`, 100000 for `1,9 triệu`. `rounded` is true where the form itself says that the number
    was rounded: a percentage, a decimal fraction, a scale word.
    """

    value: Decimal
    hedge: str
    step: Decimal
    percent: bool
    rounded: bool

    @property
    def qualifier(self) -> str:
        """exact, at_least, at_most or about, as the hedge says."""
        return MEANS[self.hedge]

    @property
    def low(self) -> Decimal | None:
        """Smallest value the printed form allows; None where it sets no lower bound."""
        return None if self.qualifier == "at_most" else self.value - self._slack

    @property
    def high(self) -> Decimal | None:
        """Largest value the printed form allows (for a rounded form the first one it excludes)."""
        return None if self.qualifier == "at_least" else self.value + self._slack

    @property
    def _slack(self) -> Decimal:
        if self.qualifier in {"at_least", "at_most"}:
            return Decimal(0)
        if self.rounded:
            return self.step / 2
        # “About 38.000” was rounded to its last digit that is not zero.
        return _last_digit(self.value.normalize()) / 2 if self.hedge else Decimal(0)

    @property
    def places(self) -> int:
        """Digits after the mark, as printed; 0 where a scale word makes it a whole number."""
        return max(0, -self.step.adjusted())


def read(printed: str, language: str) -> Numeral:
    """The value, hedge and precision of a number as printed, e.g. `hơn 1,9 triệu lượt truy cập`.

    Raises `NumeralError` where the text holds no number, more than one, or a form the language does
    not have: `1.22` is not a Vietnamese number, and is not guessed to be an English one.
    """
    hedge, rest = _hedge(printed.strip(), language)
    first = _NUMERAL[language].search(rest)
    if not first:
        raise NumeralError(f"no number in “{printed}”")
    around = rest[max(0, first.start() - 1) : first.start()] + rest[first.end() : first.end() + 2]
    if re.search(r"^[.,\d]|^[^\d]?[.,]\d", around):
        raise NumeralError(
            f"“{printed}” is not a number as printed in “{language}”: it takes a {_MARKS[language]}"
        )
    value, step, tail = _scaled(first.group(), rest[first.end() :], language)
    if _NUMERAL[language].search(re.sub(r"\([^)]*\)", "", tail)):
        raise NumeralError(f"more than one number in “{printed}”")
    hedge = next((after for words, after in AFTER.items() if words in tail), hedge)
    percent = bool(re.match(r"\s*(%|phần trăm|per ?cent)", tail))
    scaled = tail != rest[first.end() :]
    return Numeral(value, hedge, step, percent, percent or scaled or step < 1)


def _hedge(text: str, language: str) -> tuple[str, str]:
    for words in sorted(HEDGES[language], key=len, reverse=True):
        if text.lower().startswith(words + " "):
            return HEDGES[language][words], text[len(words) :]
    return "", text


def _scaled(numeral: str, tail: str, language: str) -> tuple[Decimal, Decimal, str]:
    """Value and step of a numeral with the scale word behind it, and what follows the two."""
    scales = SCALES[language]
    value = Decimal(numeral.translate(_PLAIN[language]))
    step = _last_digit(value)
    word = re.match(rf"\s*({'|'.join(scales)})\b", tail)
    if not word:
        return value, step, tail
    scale, tail = scales[word.group(1)], tail[word.end() :]
    value, step = value * scale, step * scale
    # "6 triệu 325 nghìn": a second, smaller part belongs to the same number.
    more = re.match(rf"\s+({_NUMERAL[language].pattern})\s+(\w+)", tail)
    smaller = scales.get(more.group(2), scale) if more else scale
    if more and smaller < scale:
        value += Decimal(more.group(1).translate(_PLAIN[language])) * smaller
        step, tail = step * smaller / scale, tail[more.end() :]
    return value, step, tail


def _last_digit(value: Decimal) -> Decimal:
    """One in the last digit that is written: 0.1 for 98.7, 1 for 1221, 1000 for 38E3."""
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
    pattern = "#,##0." + "0" * places if places else "#,##0"
    text = format_decimal(body, pattern, LOCALES[language], decimal_quantization=False)
    prefix = "−" if rounded < 0 else "+" if sign and rounded > 0 else ""
    return f"{prefix}{text}{word}{'%' if percent else ''}"


def hedged(text: str, hedge: str, language: str) -> str:
    """A shown number with its hedge in the language: `hơn 66.000`, `at least 8,910`."""
    return f"{_PRINTED[language][hedge][0]} {text}" if hedge else text
