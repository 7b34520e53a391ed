"""A Sheet: where one drawing gets its marks and words, in pixels from its top left corner.

Labels stand beside their marks. `Sheet.place` tries one spot after the other until a label, in both
languages, lies inside the drawing and on no other label, dot or line; where no spot is free it
takes the one where it hides least. Words are wrapped and never cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from analysis.saying.chart_blocks import Norm
from analysis.saying.drawing.lettering import Box, box, paragraph, plain, widest
from analysis.saying.drawing.marks import SIZE, Bilingual, Dots, Drawing, Spot, Strokes, Word

GAP = 6.0  # pixels between words on one line, at least

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
        return self.start + (float(number) - self.low) * self.per_unit

    @property
    def per_unit(self) -> float:
        """How many pixels one unit takes."""
        return (self.end - self.start) / (self.high - self.low or 1)

    def ticks(self, apart: float) -> list[Decimal]:
        """Round numbers on the scale, at least `apart` pixels from each other."""
        least = apart / abs(self.per_unit)
        steps = (Decimal(m).scaleb(e) for e in range(-4, 9) for m in (1, 2, 5))
        step = next(step for step in steps if float(step) >= least)
        first = int(self.low / float(step))
        if self.low > 0 and self.low % float(step) > 1e-9:
            first += 1
        last = int(self.high / float(step) + 1e-9)
        return [step * place for place in range(first, last + 1)]


def padded(numbers: Iterable[float], share: float = 0.03) -> tuple[float, float]:
    """The ends of a scale that holds all numbers and leaves a margin."""
    low, high = min(listed := list(numbers)), max(listed)
    margin = share * (high - low or 1)
    return low - margin, high + margin


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
        self.bar("norm-fill", left, right, (top + foot) / 2, thick=foot - top)
        edges = (left,) if norm.high is None else (left, right)
        self.line("norm-edge", 1.2, *(((x, top), (x, foot)) for x in edges))
        return left, right

    def axis(self, scale: Scale, y: float, percent: bool, apart: float = 48) -> None:
        """Draw an axis at the height `y`, with round numbers at least `apart` pixels apart."""
        ticks = scale.ticks(apart)
        self.stroke("axis", 1, ((scale.start, y), (scale.end, y)))
        self.ticks([scale(tick) for tick in ticks], y)
        for tick in ticks:
            spot = (scale(tick), y + 17, "middle")
            self.place(plain(tick, percent), [spot], colour="muted", halo=False)

    def ticks(self, at: Iterable[float], y: float) -> None:
        """Draw the ticks of an axis at the height `y`."""
        self.stroke("axis", 1, *(((x, y), (x, y + 4)) for x in at))

    def dots(
        self, colour: str, size: float, *spots: Spot, hollow: bool = False, halo: float = 1.0
    ) -> None:
        """Draw dots that no label may lie on; hollow ones are filled with the paper's colour."""
        fill, edge, border = ("paper", colour, 1.8) if hollow else (colour, "paper", halo)
        self.marks.append(Dots(spots, fill, size, edge=edge, border=border))
        half = size / 2 + 1
        self.taken += [(x - half, y - half, x + half, y + half) for x, y in spots]

    def say(self, words: Bilingual, x: float, y: float, **looks: Any) -> Word:
        """Write words at a spot, whatever lies there; `looks` are the other fields of a Word."""
        word = Word(words, (x, y), **looks)
        return self._write(word)

    def _write(self, word: Word) -> Word:
        """Write words, and take their box with a gap before and after it."""
        left, top, right, foot = box(word)
        self.words.append(word)
        self.taken.append((left - GAP, top, right + GAP, foot))
        return word

    def lines(
        self, listed: Sequence[Bilingual], x: float, y: float, step: float = 15, **looks: Any
    ) -> float:
        """Write lines under each other, and give the height at which the next would stand."""
        for at, words in enumerate(listed):
            self.say(words, x, y + step * at, **looks)
        return y + step * len(listed)

    def wrap(
        self, words: Bilingual, room: float, x: float, y: float, step: float = 15, **looks: Any
    ) -> float:
        """The same for words that are broken into lines of a width."""
        broken = paragraph(words, room, looks.get("size", SIZE), looks.get("bold", False))
        return self.lines(broken, x, y, step, **looks)

    def row(self, label: Bilingual, number: Bilingual, y: float, **looks: Any) -> float:
        """Write a label at the left edge and a number at the right one, for a mark under both.

        Gives the height of the last line, where the number stands.
        """
        room = self.width - widest([number], bold=True) - 12
        y = self.lines(paragraph(label, room, up=True), 0, y, **looks) - 15
        self.say(number, self.width, y, side="end", bold=True, **looks)
        return y

    def place(
        self, words: Bilingual, spots: Iterable[tuple[float, float, str]], **looks: Any
    ) -> Word:
        """Write words at the first of the spots (x, y, side) where they hide nothing."""
        return self.put(self.options(words, spots, **looks))

    def options(
        self, words: Bilingual, spots: Iterable[tuple[float, float, str]], **looks: Any
    ) -> list[Word]:
        """The same words at each of the spots, for `put` to choose from; nothing is written yet."""
        looks = {"halo": True, **looks}
        placed = [Word(words, (x, y), side=side, **looks) for x, y, side in spots]
        return [self._inside(spot) if spot.side == "middle" else spot for spot in placed]

    def _inside(self, word: Word) -> Word:
        """Words moved so far sideways that they lie within the drawing."""
        left, _, right, _ = box(word)
        x, y = word.spot
        return replace(word, spot=(x + max(-left, 0) - max(right - self.width, 0), y))

    def put(self, options: Sequence[Word]) -> Word:
        """Write the first of the options that hides nothing, or else the one that hides least."""
        clean = (spot for spot in options if not self.hides(spot))
        return self._write(next(clean, None) or min(options, key=self.hides))

    def hides(self, word: Word) -> float:
        """How many square pixels words hide of what is drawn; beyond an edge each pixel is 50."""
        left, top, right, bottom = box(word)
        area = 50 * (max(0.0, -left) + max(0.0, right - self.width) + max(0.0, -top))
        for x, y, end, foot in self.taken:
            if x < right and end > left and y < bottom and foot > top:
                across, down = min(right, end) - max(left, x), min(bottom, foot) - max(top, y)
                area += across * down
        return area


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
