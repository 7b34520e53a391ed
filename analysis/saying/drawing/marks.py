"""What a drawing is made of: strokes, dots and words at spots, in pixels from the top left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

# Each colour means one thing on every page. The style of a page sets variables of these names, with
# other values in dark mode; the values here are the fallback. `t3` is a light tint of `subject`,
# `t-low` words on it, `on-other` words on `other`.
COLOURS = {
    "subject": "#12436d",  # this place, now
    "other": "#828c97",  # before, other places
    "norm-fill": "#fbf1d6",  # a band or target that a source states
    "norm-edge": "#a07c1c",
    "norm-text": "#644d00",
    "check": "#9b1c31",  # a printed number that does not hold
    "ink": "#17202a",  # words; the country
    "muted": "#525e69",
    "axis": "#7c8791",
    "rule": "#d5dadf",
    "hairline": "#b9c2ca",
    "tint": "#f3f5f7",
    "t3": "#86accf",
    "paper": "#ffffff",
    "t-low": "#17202a",
    "on-other": "#17202a",
}
ON_MARKS = {"paper": "subject", "t-low": "t3", "on-other": "other"}  # colour of words: of the mark
SIZE, LARGE = 12.0, 13.0  # of words, in pixels; none is smaller
Bilingual: TypeAlias = Mapping[str, str]  # words by language
Spot: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Strokes:
    """Straight lines of one look, each from spot to spot; a bar is a thick line.

    `dash` has the lengths of ink and gap by turns, in parts of the line's thickness.
    """

    lines: Sequence[tuple[Spot, Spot]]
    colour: str
    thick: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Dots:
    """Round marks of one look, with a border of another colour."""

    spots: Sequence[Spot]
    colour: str
    size: float
    edge: str
    border: float


@dataclass(frozen=True)
class Word:
    """Words by language at a spot.

    `side` is the part of the words that stands at the spot: start, middle or end. Words "" write
    nothing in that language. `tail` follows on the same line, with a weight and colour of its own.
    A `halo` of the paper's colour keeps words apart from the marks under them.
    """

    words: Bilingual
    spot: Spot
    side: str = "start"
    size: float = SIZE
    bold: bool = False
    colour: str = "ink"
    halo: bool = False
    tail: Bilingual | None = None
    tail_colour: str = "muted"
    tail_bold: bool = False


@dataclass(frozen=True)
class Drawing:
    """A chart laid out: its size in pixels, its marks from the lowest to the topmost, its words."""

    width: float
    height: float
    marks: Sequence[Strokes | Dots]
    words: Sequence[Word]
