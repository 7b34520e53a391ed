"""A Sheet: where one drawing gets its marks and words, in pixels from its top left corner.

Labels stand beside their marks. `Sheet.place` tries one spot after the other until a label, in both
languages, lies inside the drawing and on no other label, dot or line; where no spot is free it
takes the one where it hides least. Words are wrapped and never cut.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any, TypeAlias

from analysis.numbers import numerals
from analysis.saying.chart_blocks import Norm
from analysis.saying.svg import SIZE, Bilingual, Spot, Word
from analysis.saying.texts import LANGUAGES, Text
from analysis.saying.words import word

SMALL, TINY = 12.0, 11.0  # sizes of words, in pixels
Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Strokes:
    """Straight lines of one look, each from spot to spot; a bar is a thick line."""

    lines: Sequence[tuple[Spot, Spot]]
    colour: str
    thick: float
    dash: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Dots:
    """Round marks of one look, with a border of another colour."""

    spots: Sequence[Spot]
    colour: str
    size: float
    edge: str
    border: float


@dataclass(frozen=True)
class Drawing:
    """A chart laid out: its size, marks and words."""

    width: float
    height: float
    marks: Sequence[Strokes | Dots]
    words: Sequence[Word]


# ------------------------------------------------------------------------------------------ scales


@dataclass(frozen=True)
class Scale:
    """A scale: numbers from `low` to `high` stand at pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, number: Decimal | float) -> float:
        """The pixel at which a number stands."""
        return self.start + (float(number) - self.low) * self.each

    @property
    def each(self) -> float:
        """How many pixels one unit takes."""
        return (self.end - self.start) / (self.high - self.low or 1)

    def ticks(self, apart: float) -> list[Decimal]:
        """Round numbers on the scale, at least `apart` pixels from each other."""
        least = apart / abs(self.each)
        steps = (Decimal(m).scaleb(e) for e in range(-4, 9) for m in (1, 2, 5))
        step = next(each for each in steps if float(each) >= least)
        first = int(self.low / float(step)) + (self.low > 0 and self.low % float(step) > 1e-9)
        last = int(self.high / float(step) + 1e-9)
        return [step * place for place in range(first, last + 1)]


def padded(numbers: Iterable[float], share: float = 0.03) -> tuple[float, float]:
    """The ends of a scale that holds all numbers and leaves a margin."""
    low, high = min(listed := list(numbers)), max(listed)
    margin = share * (high - low or 1)
    return low - margin, high + margin


# ------------------------------------------------------------------------------------------- words

_WIDTHS = {
    **dict.fromkeys("ijltfI.,:;'’|!·", 0.33),
    **dict.fromkeys(" ()/-r\u00a0", 0.4),
    **dict.fromkeys("mwMW%→=≥−", 0.84),
}


def wide(words: str, size: float = SIZE, bold: bool = False) -> float:
    """The most pixels that words can take, in the widest of the fonts that pages name first."""
    plain = (
        each for each in unicodedata.normalize("NFD", words) if not unicodedata.combining(each)
    )
    return (
        size
        * (1.09 if bold else 1)
        * sum(_WIDTHS.get(each, 0.68 if each.isupper() else 0.56) for each in plain)
    )


def both(text: Text) -> Bilingual:
    """The words of a Text in both languages; a word of more than sixty letters is shortened."""
    return {each: re.sub(r"(\S{40})\S{20,}", r"\1…", text.plain(each)) for each in LANGUAGES}


def said_of(key: str) -> Bilingual:
    """A word of words.toml in both languages."""
    return {each: word(key, each) for each in LANGUAGES}


def plain(number: Decimal | int, percent: bool = False) -> Bilingual:
    """A number on an axis, with the digits that it has, in both languages."""
    places = max(0, -int(Decimal(number).as_tuple().exponent))
    return {each: numerals.show(Decimal(number), places, each, percent) for each in LANGUAGES}


def widest(listed: Iterable[Bilingual], size: float = SIZE, bold: bool = False) -> float:
    """The width of the widest of some words, in either language."""
    return max((wide(words, size, bold) for each in listed for words in each.values()), default=0)


def wrapped(words: str, width: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """Words broken at spaces into lines of a width; a word too long for a line stays whole.

    A number stays on the line of the word before it: “Đề án 21” is a name.
    """
    bound = re.sub(r" (?=\d)", "\0", words)
    letters = max(1, int(width / (wide(words, size, bold) / max(1, len(words)) or 1)))
    while letters > 1:
        lines = textwrap.wrap(bound, letters, break_long_words=False)
        if all(wide(line, size, bold) <= width or " " not in line for line in lines):
            break
        letters -= 1
    return [line.replace("\0", " ") for line in lines] if words else [""]


def paragraph(
    words: Bilingual, width: float, size: float = SIZE, bold: bool = False, up: bool = False
) -> list[Bilingual]:
    """Words wrapped in both languages, as lines of a width.

    Where one language needs fewer lines, its last ones are empty, or its first ones with `up`.
    """
    step = -1 if up else 1
    lines = {each: wrapped(line, width, size, bold)[::step] for each, line in words.items()}
    both: list[Bilingual] = [
        dict(zip(lines, line, strict=True)) for line in zip_longest(*lines.values(), fillvalue="")
    ]
    return both[::step]


def box(word: Word) -> Box:
    """The box that words take up, in the language that needs more room."""
    width = widest([word.said], word.size, word.bold)
    if word.tail:
        width += widest([word.tail], word.size, word.tail_bold) + 0.33 * word.size
    x, y = word.spot
    left = x - {"start": 0, "middle": width / 2, "end": width}[word.side]
    return left, y - 0.85 * word.size, left + width, y + 0.22 * word.size


# ------------------------------------------------------------------------------------------- sheet


class Sheet:
    """A drawing in the making: its marks, its words, and the boxes that are taken already."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.marks: list[Strokes | Dots] = []
        self.words: list[Word] = []
        self.taken: list[Box] = []

    @property
    def narrow(self) -> bool:
        """True for the form that is drawn for a phone."""
        return self.width < 500

    def drawing(self, height: float) -> Drawing:
        """The finished drawing, of a height in pixels."""
        return Drawing(self.width, height, self.marks, self.words)

    def stroke(self, colour: str, thick: float, *lines: tuple[Spot, Spot], **more: Any) -> None:
        """Draw lines of one look, which labels may lie on."""
        self.marks.append(Strokes(lines, colour, thick, **more))

    def line(self, colour: str, thick: float, *lines: tuple[Spot, Spot], **more: Any) -> None:
        """Draw lines that no label may lie on."""
        self.stroke(colour, thick, *lines, **more)
        for (x, y), (to_x, to_y) in lines:
            steps = max(1, int(max(abs(to_x - x), abs(to_y - y)) / 5))
            for step in range(steps + 1):
                at_x, at_y = x + (to_x - x) * step / steps, y + (to_y - y) * step / steps
                self.taken.append((at_x - 2, at_y - 2, at_x + 2, at_y + 2))

    def bar(self, colour: str, left: float, right: float, y: float, thick: float) -> None:
        """Draw a filled bar with its middle at the height `y`."""
        self.stroke(colour, thick, ((left, y), (right, y)))

    def outline(self, colour: str, left: float, right: float, top: float, bottom: float) -> None:
        """Draw a hollow bar whose edge lies inside the four sides."""
        a, b, c, d = left + 0.75, right - 0.75, top + 0.75, bottom - 0.75
        self.stroke(colour, 1.5, ((left, c), (right, c)), ((left, d), (right, d)),
                    ((a, top), (a, bottom)), ((b, top), (b, bottom)))  # fmt: skip

    def band(self, scale: Scale, norm: Norm, top: float, foot: float) -> tuple[float, float]:
        """Draw the band of a norm, and give the pixels where it begins and ends.

        A norm without `high` is a target; its band goes to the end of the scale.
        """
        left, right = scale(norm.low.value), scale.end
        right = right if norm.high is None else scale(norm.high.value)
        self.bar("norm-fill", left, right, (top + foot) / 2, foot - top)
        edges = (left,) if norm.high is None else (left, right)
        self.line("norm-edge", 1.2, *(((x, top), (x, foot)) for x in edges))
        return left, right

    def axis(self, scale: Scale, y: float, percent: bool, apart: float = 48) -> None:
        """Draw an axis at the height `y`, with round numbers at least `apart` pixels apart."""
        ticks = scale.ticks(apart)
        self.stroke("axis", 1, ((scale.start, y), (scale.end, y)))
        self.stroke("axis", 1, *(((scale(tick), y), (scale(tick), y + 4)) for tick in ticks))
        for tick in ticks:
            spot = (scale(tick), y + 17, "middle")
            self.place(plain(tick, percent), [spot], colour="muted", halo=False)

    def dots(
        self, colour: str, size: float, *spots: Spot, hollow: bool = False, halo: float = 1.0
    ) -> None:
        """Draw dots that no label may lie on; hollow ones are filled with the paper's colour."""
        fill, edge, border = ("paper", colour, 1.8) if hollow else (colour, "paper", halo)
        self.marks.append(Dots(spots, fill, size, edge, border))
        half = size / 2 + 1
        self.taken += [(x - half, y - half, x + half, y + half) for x, y in spots]

    def say(self, words: Bilingual, x: float, y: float, **looks: Any) -> Word:
        """Write words at a spot, whatever lies there."""
        word = Word(words, (x, y), **{"size": SMALL, **looks})
        self.words.append(word)
        self.taken.append(box(word))
        return word

    def lines(
        self, listed: Sequence[Bilingual], x: float, y: float, step: float, **looks: Any
    ) -> float:
        """Write lines under each other, and give the height at which the next would stand."""
        for place, words in enumerate(listed):
            self.say(words, x, y + step * place, **looks)
        return y + step * len(listed)

    def place(
        self, words: Bilingual, spots: Iterable[tuple[float, float, str]], **looks: Any
    ) -> Word:
        """Write words at the first of the spots (x, y, side) where they hide nothing."""
        return self.put(self.options(words, spots, **looks))

    def options(
        self, words: Bilingual, spots: Iterable[tuple[float, float, str]], **looks: Any
    ) -> list[Word]:
        """The same words at each of the spots, for `put` to choose from; nothing is written yet."""
        looks = {"size": SMALL, "halo": True, **looks}
        found = [Word(words, (x, y), side=side, **looks) for x, y, side in spots]
        return [self._inside(each) if each.side == "middle" else each for each in found]

    def _inside(self, word: Word) -> Word:
        """Words moved so far sideways that they lie within the drawing."""
        left, _, right, _ = box(word)
        x, y = word.spot
        return replace(word, spot=(x + max(-left, 0) - max(right - self.width, 0), y))

    def put(self, options: Sequence[Word]) -> Word:
        """Write the first of the options that hides nothing, or else the one that hides least."""
        clean = (each for each in options if not self.hidden(each))
        best = next(clean, None) or min(options, key=self.hidden)
        self.words.append(best)
        self.taken.append(box(best))
        return best

    def hidden(self, word: Word) -> float:
        """How many square pixels words hide of what is drawn; beyond an edge each pixel is 50."""
        left, top, right, bottom = box(word)
        hides = 50 * (max(0.0, -left) + max(0.0, right - self.width) + max(0.0, -top))
        for x, y, end, foot in self.taken:
            if x < right and end > left and y < bottom and foot > top:
                across, down = min(right, end) - max(left, x), min(bottom, foot) - max(top, y)
                hides += across * down
        return hides


def around(x: float, y: float, away: float = 7) -> list[tuple[float, float, str]]:
    """The spots for a label at a dot: above, below, to the right, to the left, then the corners."""
    up, down, level = y - away - 1, y + away + 9, y + 4
    return [
        *((x, up, "middle"), (x, down, "middle"), (x + away, level, "start")),
        *((x - away, level, "end"), (x + 2, up, "start"), (x - 2, up, "end")),
        *((x + 2, down, "start"), (x - 2, down, "end")),
        *((x + away, up, "start"), (x - away, up, "end"), (x + away, down, "start")),
        *((x - away, down, "end"), (x, up - 13, "middle"), (x, down + 13, "middle")),
    ]
