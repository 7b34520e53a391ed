"""How much room words take, and words broken into lines.

Pages choose their font on the reader's machine, so a drawing reckons with the widest of them.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from itertools import zip_longest
from typing import Any, TypeAlias

from analysis.numbers import numerals
from analysis.numbers.schema import LANGUAGES
from analysis.saying.drawing.marks import SIZE, Bilingual, Word
from analysis.saying.texts import text_of
from analysis.saying.words import word

Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom

_WIDTHS = {
    **dict.fromkeys("ijltfI.,:;'’|!·", 0.33),
    **dict.fromkeys(" ()/-r\u00a0", 0.4),
    **dict.fromkeys("mwMW%→=≥−", 0.84),
}


def width_of(words: str, size: float = SIZE, bold: bool = False) -> float:
    """The most pixels that words can take, in the widest of the fonts that pages name first."""
    letters = (x for x in unicodedata.normalize("NFD", words) if not unicodedata.combining(x))
    ems = sum(_WIDTHS.get(letter, 0.68 if letter.isupper() else 0.56) for letter in letters)
    return size * (1.09 if bold else 1) * ems


def both(given: Any) -> Bilingual:
    """The words of a Text, number, day or label in both languages.

    A word of more than sixty letters is shortened.
    """
    text = text_of(given)
    return {
        language: re.sub(r"(\S{40})\S{20,}", r"\1…", text.words(language)) for language in LANGUAGES
    }


def interface(key: str) -> Bilingual:
    """A word of words.toml in both languages."""
    return {language: word(key, language) for language in LANGUAGES}


def plain(number: Decimal | int, percent: bool = False) -> Bilingual:
    """A number on an axis, with the digits that it has, in both languages."""
    places = max(0, -int(Decimal(number).as_tuple().exponent))
    return {
        language: numerals.show(Decimal(number), places, language, percent)
        for language in LANGUAGES
    }


def widest(listed: Iterable[Bilingual], size: float = SIZE, bold: bool = False) -> float:
    """The width of the widest of some words, in either language."""
    return max(
        (width_of(words, size, bold) for line in listed for words in line.values()), default=0
    )


def wrapped(words: str, width: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """Words broken at spaces into lines of a width; a word too long for a line stays whole.

    A number stays on the line of the word before it: “Đề án 21” is a name.
    """
    bound, lines = re.sub(r" (?=\d)", "\0", words), [""]
    most = int(width / (width_of(words, size, bold) / max(1, len(words)) or 1))
    for letters in range(max(1, most), 0, -1):
        lines = textwrap.wrap(bound, letters, break_long_words=False) or lines
        if all(width_of(line, size, bold) <= width or " " not in line for line in lines):
            break
    return [line.replace("\0", " ") for line in lines]


def paragraph(
    words: Bilingual, width: float, size: float = SIZE, bold: bool = False, up: bool = False
) -> list[Bilingual]:
    """Words wrapped in both languages, as lines of a width.

    Where one language needs fewer lines, its last ones are empty, or its first ones with `up`.
    """
    step = -1 if up else 1
    lines = {language: wrapped(line, width, size, bold)[::step] for language, line in words.items()}
    aligned: Iterable[tuple[str, ...]] = zip_longest(*lines.values(), fillvalue="")
    rows: list[Bilingual] = [dict(zip(lines, line, strict=True)) for line in aligned]
    return rows[::step]


def box(word: Word) -> Box:
    """The box that words take up, in the language that needs more room."""
    width = widest([word.words], word.size, word.bold)
    if word.tail:
        width += widest([word.tail], word.size, word.tail_bold) + 0.33 * word.size
    x, y = word.spot
    left = x - {"start": 0, "middle": width / 2, "end": width}[word.side]
    return left, y - 0.85 * word.size, left + width, y + 0.22 * word.size
