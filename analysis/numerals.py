"""Printed numbers, Vietnamese or English, to value, qualifier and precision; and back in either language.

A number is read with the precision it was printed with. `98,7%` stands for any share that rounds to it,
so it reads as the interval from 98.65 to 98.75; `hơn 66.000` is a lower bound; `1.221` is a count and exact.
All arithmetic is on `Decimal`, and `round_half_up` is the only rounding in the project.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

LOCALES = {"vi": "vi", "en": "en_GB"}
QUALIFIERS = ("exact", "at_least", "at_most", "about")

# Hedges as the sources print them: what each says of the number, and the word it is shown with again.
# "gần" (nearly) and "khoảng" (about) both say that the number was rounded; only "dưới", "không quá" and
# their like set an upper bound.
HEDGES: dict[str, dict[str, str]] = {
    "vi": {
        "ít nhất": "at least",
        "từ trên": "more than",
        "trên": "more than",
        "hơn": "more than",
        "không quá": "at most",
        "nhiều nhất": "at most",
        "dưới": "under",
        "gần": "nearly",
        "khoảng": "about",
        "xấp xỉ": "about",
        "ước": "about",
    },
    "en": {
        "at least": "at least",
        "more than": "more than",
        "over": "more than",
        "no more than": "at most",
        "at most": "at most",
        "up to": "at most",
        "fewer than": "under",
        "less than": "under",
        "under": "under",
        "below": "under",
        "nearly": "nearly",
        "almost": "nearly",
        "about": "about",
        "around": "about",
        "approximately": "about",
    },
}
AFTER = {"trở lên": "at least", "or more": "at least"}
# A hedge's meaning for the bounds, and its word in each language.
MEANS = {
    "": "exact",
    "more than": "at_least",
    "at least": "at_least",
    "under": "at_most",
    "at most": "at_most",
    "nearly": "about",
    "about": "about",
}
_WORDS = {
    "vi": {
        "more than": "hơn",
        "at least": "ít nhất",
        "under": "dưới",
        "at most": "không quá",
        "nearly": "gần",
        "about": "khoảng",
    },
    "en": {word: word for word in MEANS if word},
}
SCALES: dict[str, dict[str, int]] = {
    "vi": {"nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9},
    "en": {"thousand": 10**3, "million": 10**6, "billion": 10**9},
}
_NUMERAL = {
    "vi": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"),
    "en": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"),
}


class NumeralError(ValueError):
    """A printed number that cannot be read in its language."""


@dataclass(frozen=True)
class Numeral:
    """A printed number as read.

    `value` in units (never thousands or millions), `hedge` the word it stands with, in English, `step` the smallest
    difference the printed form can
    show (1 for `1.221`, 0.1 for `98,7%`, 100000 for `1,9 triệu`), `rounded` whether the form itself says
    that the number was rounded (a percentage, a decimal fraction, a scale word).
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
        if self.qualifier == "at_most":
            return None
        return self.value if self.qualifier == "at_least" else self.value - self._slack

    @property
    def high(self) -> Decimal | None:
        """Largest value the printed form allows (for a rounded form the first one it excludes)."""
        if self.qualifier == "at_least":
            return None
        return self.value if self.qualifier == "at_most" else self.value + self._slack

    @property
    def _slack(self) -> Decimal:
        if self.rounded:
            return self.step / 2
        if self.qualifier == "about":
            return last_digit(self.value) / 2
        return Decimal(0)

    @property
    def places(self) -> int:
        """Digits after the decimal mark, as printed (0 where a scale word makes it a whole number)."""
        return max(0, -int(self.step.normalize().adjusted()))


def read(printed: str, language: str) -> Numeral:
    """The value, qualifier and precision of a number as printed, e.g. `hơn 1,9 triệu lượt truy cập`.

    Raises `NumeralError` where the text holds no number, more than one, or a form the language does not
    have: `1.22` is not a Vietnamese number, and is not guessed to be an English one.
    """
    text = printed.strip()
    hedge, rest = _hedge(text, language)
    found = list(_NUMERAL[language].finditer(rest))
    if not found:
        raise NumeralError(f"no number in “{printed}”")
    first = found[0]
    around = rest[max(0, first.start() - 1) : first.start()] + rest[first.end() : first.end() + 2]
    if re.search(r"^[.,\d]|^[^\d]?[.,]\d", around):
        mark = (
            "full stop between thousands and a comma before decimals"
            if language == "vi"
            else "comma between thousands and a full stop before decimals"
        )
        raise NumeralError(f"“{printed}” is not a number as printed in “{language}”: it takes a {mark}")
    value, step, scaled = _value(first.group(), language), _step(first.group(), language), False
    tail = rest[first.end() :]
    for word, scale in SCALES[language].items():
        if re.match(rf"\s*{word}\b", tail):
            value, step, scaled = value * scale, step * scale, True
            tail = re.sub(rf"^\s*{word}\b", "", tail)
            # "6 triệu 325 nghìn": a second, smaller part belongs to the same number.
            more = re.match(rf"\s+({_NUMERAL[language].pattern})\s+(\w+)", tail)
            if more and SCALES[language].get(more.group(2), scale) < scale:
                smaller = SCALES[language][more.group(2)]
                value, step = value + _value(more.group(1), language) * smaller, step * smaller / scale
                tail = tail[more.end() :]
            break
    if _NUMERAL[language].search(re.sub(r"\([^)]*\)", "", tail)):
        raise NumeralError(f"more than one number in “{printed}”")
    for words, after in AFTER.items():
        if words in tail:
            hedge = after
    percent = bool(re.match(r"\s*(%|phần trăm|per ?cent)", tail))
    return Numeral(value, hedge, step, percent, percent or scaled or step < 1)


def _hedge(text: str, language: str) -> tuple[str, str]:
    for words in sorted(HEDGES[language], key=len, reverse=True):
        if text.lower().startswith(words + " "):
            return HEDGES[language][words], text[len(words) :]
    return "", text


def _value(numeral: str, language: str) -> Decimal:
    return Decimal(numeral.replace(".", "").replace(",", ".") if language == "vi" else numeral.replace(",", ""))


def _step(numeral: str, language: str) -> Decimal:
    _, mark, decimals = numeral.partition("," if language == "vi" else ".")
    if not mark or (language == "en" and not decimals):
        return Decimal(1)
    return Decimal(1).scaleb(-len(decimals))


def last_digit(value: Decimal) -> Decimal:
    """The unit of the last digit that is not zero: 1000 for 38000, 1 for 985."""
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent)


def round_half_up(value: Decimal, places: int) -> Decimal:
    """`value` with `places` digits after the mark; a half goes away from zero (98.65 gives 98.7)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def truncate(value: Decimal, places: int) -> Decimal:
    """`value` cut off after `places` digits (44.28 gives 44.2)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)


def plain(value: Decimal) -> str:
    """`value` as a plain decimal: no exponent, no thousands mark, no needless zeros (`98.6`, `66000`)."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


@lru_cache(maxsize=4096)
def show(value: Decimal, places: int, language: str, percent: bool = False, sign: bool = False) -> str:
    """`value` rounded half up and written as `language` writes it: `1.221`, `98,7%`; `1,221`, `98.7%`.

    Whole millions and tenths of a million are written with the word (`1,9 triệu`, `1.9 million`).
    `sign` puts a plus before increases; a fall always carries a true minus sign.
    """
    rounded = round_half_up(value, places)
    body, word = abs(rounded), ""
    if body >= 10**6 and not places and body % 10**5 == 0:
        body, word = body / 10**6, {"vi": "\u00a0triệu", "en": "\u00a0million"}[language]
        places = 0 if body == body.to_integral_value() else 1
    pattern = "#,##0." + "0" * places if places else "#,##0"
    text = format_decimal(body, format=pattern, locale=_locale(language), decimal_quantization=False)
    prefix = "−" if rounded < 0 else "+" if sign and rounded > 0 else ""
    return f"{prefix}{text}{word}{'%' if percent else ''}"


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])


def hedged(text: str, hedge: str, language: str) -> str:
    """A shown number with its hedge: `hơn 66.000` as printed, `ít nhất 8.910` where the bound was computed."""
    return f"{_WORDS[language][hedge]} {text}" if hedge else text
