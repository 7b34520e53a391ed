"""Where everything in a chart stands: a chart block as scales, marks and words.

What depends on the length of words (lines, margins) goes by the longer language, so that the marks
stand alike in both. Words are wrapped and never cut, so no two labels become one.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, zip_longest

from analysis.numbers import compare, numerals
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.saying import blocks
from analysis.saying.blocks import Chart, Mark
from analysis.saying.svg import SIZE, Said, Spot, Word
from analysis.saying.texts import LANGUAGES, Label, Shown, Text, text_of

WIDE, NARROW = 680, 328
SMALL, TINY = 11.5, 11.0


@dataclass(frozen=True)
class Strokes:
    """Straight lines of one look, each from spot to spot; a bar is a thick one."""

    lines: Sequence[tuple[Spot, Spot]]
    colour: str
    thick: float
    alpha: float | None = None


@dataclass(frozen=True)
class Dots:
    """Marks of one look; `shape` is matplotlib's letter for it, `edge` the colour of its border."""

    spots: Sequence[Spot]
    shape: str
    colour: str
    size: float
    edge: str = ""
    border: float = 1.0
    hollow: bool = False


@dataclass(frozen=True)
class Drawing:
    """A chart laid out: its scales (left to right, bottom to top), marks, words and margins.

    Most charts measure y in units of the drawing, from the top.
    """

    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    marks: Sequence[Strokes | Dots]
    words: Sequence[Word]
    sides: tuple[float, float] = (1.0, 1.0)
    foot: float = 0.0


def of(block: Chart, width: float, cells: Mapping[str, Mapping[str, compare.Cell]]) -> Drawing:
    """The layout of a chart; `cells` are what a `Coverage` shows, by topic and reform."""
    if isinstance(block, blocks.Coverage):
        return _matrix(block, cells, width)
    if isinstance(block, blocks.Series):
        return _series(block, width)
    if isinstance(block, blocks.Shares):
        return _shares(block, width)
    assert isinstance(block, blocks.Bars)
    return _compact(block, width) if block.compact else _bars(block, width)


# ----------------------------------------------------------------------------------- bars and dots


def _bars(block: blocks.Bars, width: float) -> Drawing:
    values, low, high = _lengths(block)
    x = (low, high or 0.005 * (high - low or 1))
    words, heights, end = _rows(block.rows, width - 2, x, "sign" if low < 0 else "")
    bottom = end + 10
    marks = [*_thick(block, values, heights), _zero([(y - 9, y + 9) for y in heights])]
    return Drawing(bottom, x, (bottom, 0), marks, words)


def _compact(block: blocks.Bars, width: float) -> Drawing:
    """Labels beside the bars, where there is room; the longest bar leaves room for its number."""
    values, low, high = _lengths(block)
    labels = [_said(row.label) for row in block.rows]
    numbers = [_beside(row, "sign" if low < 0 else "") for row in block.rows]
    margin, room = _widest(labels, SMALL) + 10, _widest(numbers, SMALL) + 14
    if margin + room > width * 2 / 3:
        return _bars(block, width)
    spare = (high - low or 1) * room / (width - margin - 1 - room)
    x = (low - spare if low < 0 else 0, high + spare if high > 0 or low == 0 else low / -200)
    edge, away = (x[1], 1) if low < 0 else (x[0], -1)
    heights = [14.5 + 19 * place for place in range(len(values))]
    bottom = 19 * len(values) + 10
    words = []
    for label, number, value, y in zip(labels, numbers, values, heights, strict=True):
        words.append(_aside(number, (value, y), -1 if value < 0 else 1))
        words.append(_aside(label, (edge, y), away))
    marks = [*_thick(block, values, heights), _zero([(2, bottom - 2)])]
    sides = (1, margin) if low < 0 else (margin, 1)
    return Drawing(bottom, x, (bottom, 0), marks, words, sides)


def _shares(block: blocks.Shares, width: float) -> Drawing:
    x = (-1.5, 101.5)
    words, heights, end = _rows(block.rows, width - 12, x, "")
    marks: list[Strokes | Dots] = [Strokes([((0, y), (100, y)) for y in heights], "rule", 1.2)]
    for main, shape, key, size in ((True, "o", "c1", 8.0), (False, "D", "c2", 7.0)):
        rows = [(row.number, y) for row, y in zip(block.rows, heights, strict=True)
                if row.main == main]  # fmt: skip
        ranges = [(low, high, y) for number, y in rows for low, high in _range(number)]
        marks.append(Strokes([((low, y), (high, y)) for low, high, y in ranges], key, 5, 0.4))
        marks.append(Dots([(float(number.value), y) for number, y in rows], shape, key, size))
    axis, bottom = end + 4, end + 26
    marks.append(Strokes([((at, axis), (at, axis + 3.5)) for at in (0, 50, 100)], "muted", 0.8))
    for at, side in ((0, "start"), (50, "middle"), (100, "end")):
        words.append(Word(_plain(at, percent=True), (at, axis), 0, 16.4, side, colour="muted"))
    return Drawing(bottom, x, (bottom, 0), marks, words, (6, 6))


def _rows(
    rows: Sequence[Mark], width: float, x: tuple[float, float], form: str
) -> tuple[list[Word], list[float], float]:
    """The words above each mark, the heights of the marks, and where the last row ends.

    Where one language needs fewer lines than the other, its words stand next to the mark.
    """
    words, heights, top = [], [], 0.0
    for row in rows:
        label, beside = _said(row.label), _beside(row, form)
        lines = {each: _lines(label[each], beside[each], width)[::-1] for each in LANGUAGES}
        both = list(zip_longest(*lines.values(), fillvalue=("", "")))
        base = top + 21.6 + 16 * (len(both) - 1)
        for place, pair in reversed(list(enumerate(both))):
            left, right = (dict(zip(lines, said, strict=True)) for said in zip(*pair, strict=True))
            y = base - 16 * place
            words += [Word(left, (x[0], y)), Word(right, (x[1], y), side="end", bold=True)]
        heights.append(base + 12)
        top = base + 20.4
    return words, heights, top


def _lines(label: str, beside: str, width: float) -> list[tuple[str, str]]:
    """Lines of words as (left, right): the label, then the numbers, on one line where both fit."""
    left, right = _wrapped(label, width), _wrapped(beside, width)
    shared = []
    if _wide(left[-1]) + _wide(right[0]) + 12 < width:
        shared = [(left.pop(), right.pop(0))]
    return [*((line, "") for line in left), *shared, *(("", line) for line in right)]


def _lengths(block: blocks.Bars) -> tuple[list[float], float, float]:
    values = [float(row.number.value) for row in block.rows]
    return values, min([0.0, *values]), max([0.0, *values])


def _thick(block: blocks.Bars, values: list[float], heights: list[float]) -> Iterable[Strokes]:
    for main, key in ((True, "c1"), (False, "c2")):
        rows = zip(block.rows, values, heights, strict=True)
        bars = [((0.0, y), (value, y)) for row, value, y in rows if row.main == main]
        yield Strokes(bars, key, 12)


def _zero(ends: Iterable[tuple[float, float]]) -> Strokes:
    return Strokes([((0, start), (0, end)) for start, end in ends], "muted", 1)


def _range(share: Quantity) -> Iterable[tuple[float, float]]:
    """What the printed precision leaves open; nothing for a share that is exact or unbounded."""
    if not share.exact and (share.low is not None or share.high is not None):
        hundred = Decimal(100)
        high = hundred if share.high is None else min(share.high, hundred)
        yield float(share.low or 0), float(high)


# ------------------------------------------------------------------------------ series and matrices


def _series(block: blocks.Series, width: float) -> Drawing:
    points = [point for line in block.lines for point in line.points]
    days = [_year(point.day) for point in points]
    top = max(float(point.number.value) for point in points) or 1.0
    first, last = min(days), max(days)
    # Left of the first day there is room for its year, beside the zero.
    x = (first - max(0.9, 0.15 * (last - first)), last + 0.9)
    marks: list[Strokes | Dots] = [Strokes([((x[0], 0), (x[1], 0))], "rule", 1)]
    words = [Word(_plain(0), (x[0], 0), -3.5, 4.7, "end", colour="muted")]
    words += _years([point.day for point in points], 36 * (x[1] - x[0]) / (width - 28))
    for key, shape, line in zip(("c1", "c2", "c3", "c4"), "osD^", block.lines, strict=False):
        spots = [(_year(point.day), float(point.number.value)) for point in line.points]
        steps = zip(pairwise(spots), line.points[1:], strict=True)
        marks.append(Strokes([step for step, point in steps if point.joined], key, 1.8))
        marks.append(Dots(spots, shape, key, 6.8, "paper", 0.5))
        numbers = [_said(text_of(point.number)) for point in line.points]
        words += [_near(said, spots, place, top) for place, said in enumerate(numbers)]
        if len(block.lines) > 1:
            words += _names(_said(line.label), spots, width / 2, key)
    y = (0, top * (1.17 if len(block.lines) == 1 else 1.3))
    return Drawing(260, x, y, marks, words, (18, 10), 24)


def _names(said: Said, spots: Sequence[Spot], width: float, key: str) -> list[Word]:
    """The name of a line at its first dot: above the number, or below where the line rises."""
    rises = len(spots) > 1 and spots[1][1] > spots[0][1]
    lines = _paragraph(said, width, SMALL, up=not rises)
    base = 20 if rises else -8 - 14 * len(lines)
    return [Word(line, spots[0], 0, base + 14 * place, size=SMALL, colour=key)
            for place, line in enumerate(lines)]  # fmt: skip


def _near(said: Said, spots: Sequence[Spot], place: int, top: float) -> Word:
    """A number above its dot, or below where the line or another number stands above.

    Where the line then falls away, the number stands to the right of the dot.
    """
    day, value = spots[place]
    earlier, before = spots[place - 1] if place else (day - 99, value)
    last = place == len(spots) - 1
    crowded = day - earlier < 1.6 and abs(value - before) < top / 10
    if crowded and not last and spots[place + 1][1] < value:
        return Word(said, (day, value), 8, 0, "start", SMALL)
    below = crowded or (last and value < before)
    return Word(said, (day, value), 0, 17 if below else -8, "middle", SMALL)


def _years(days: Iterable[Period], apart: float) -> list[Word]:
    """The years of the days, each under its middle; of two that would touch, the later."""
    kept: list[Word] = []
    for year, day in sorted({day.last_day.year: day for day in days}.items(), reverse=True):
        if not kept or kept[-1].spot[0] - (year + 0.5) >= apart:
            said = {each: day.words(each, "year") for each in LANGUAGES}
            kept.append(Word(said, (year + 0.5, 0), 0, 12.9, "middle", colour="muted"))
    return kept


def _year(period: Period) -> float:
    day = period.last_day
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


# A filled square is printed, a ring computed, a dot a level alone, a dash missing.
_STATES = {
    "printed": Dots([], "s", "c1", 10),
    "computed": Dots([], "o", "c4", 9.7, border=2, hollow=True),
    "level": Dots([], "o", "c2", 4.7),
    "missing": Dots([], "_", "muted", 7.7, border=2),
}


def _matrix(
    block: blocks.Coverage, cells: Mapping[str, Mapping[str, compare.Cell]], width: float
) -> Drawing:
    narrow = width < WIDE
    x = (-0.35, len(block.reforms) - (0.55 if narrow else 0.15))
    words, top = _heads(block.reforms, narrow)
    spots: dict[str, list[Spot]] = {state: [] for state in _STATES}
    rules = []
    for each in block.topics:
        for said in _paragraph(_said(text_of(each.topic)), width - 8, up=True):
            words.append(Word(said, (x[0], top + 13), 2, size=12))
            top += 16
        for column, cell in enumerate(cells[each.topic.code].values()):
            spots[cell.state].append((column, top + 11))
            if not narrow:
                said = _said(state(cell))
                words.append(Word(said, (column, top + 15), 11, size=TINY, colour="muted"))
        top += 30
        rules.append(((x[0], top), (x[1], top)))
    marks = [replace(dots, spots=spots[name]) for name, dots in _STATES.items()]
    return Drawing(top + 4, x, (top + 4, 0), [Strokes(rules, "rule", 0.8), *marks], words, (2, 2))


def _heads(reforms: Sequence[Label], narrow: bool) -> tuple[list[Word], float]:
    """The heads of the columns, and where they end."""
    heads = [_paragraph(_said(text_of(each)), 83 if narrow else 141, TINY) for each in reforms]
    dx, side = (0, "middle") if narrow else (-5, "start")
    words = [
        Word(said, (column, 14 + 13 * place), dx, 0, side, TINY)
        for column, lines in enumerate(heads)
        for place, said in enumerate(lines)
    ]
    return words, 14.0 + 13 * max(map(len, heads), default=0)


# ------------------------------------------------------------------------------------------- words


def state(cell: compare.Cell) -> Text:
    """The state of a cell in words."""
    return Text.of_word(f"state_{cell.state}")


def _said(text: Text) -> Said:
    """A text in both languages; a word of more than sixty letters, which no line holds, is cut."""
    return {each: re.sub(r"(\S{40})\S{20,}", r"\1…", text.plain(each)) for each in LANGUAGES}


def _beside(row: Mark, form: str) -> Said:
    return _said(row.beside or text_of(Shown(value=row.number, form=form)))


def _plain(number: int, percent: bool = False) -> Said:
    return {each: numerals.show(Decimal(number), 0, each, percent) for each in LANGUAGES}


def _aside(said: Said, spot: Spot, sign: int) -> Word:
    """Words to the right of a spot (`sign` 1) or to the left of it (-1), halfway up."""
    return Word(said, spot, 4 * sign, 4, "start" if sign > 0 else "end", SMALL)


def _wide(words: str, size: float = SIZE) -> float:
    """About how wide words are drawn (a system's font is narrower than DejaVu Sans)."""
    return 0.58 * size * len(words)


def _widest(listed: Iterable[Said], size: float) -> float:
    return max((_wide(words, size) for said in listed for words in said.values()), default=0)


def _wrapped(words: str, width: float, size: float = SIZE) -> list[str]:
    """Words in lines of a width, broken at spaces; one that is too long for a line stays whole.

    A number stays with the word before it: “(Đề án 21)” is a name.
    """
    bound = re.sub(r" (?=\d)", "\0", words)
    lines = textwrap.wrap(bound, int(width / _wide("x", size)), break_long_words=False)
    return [line.replace("\0", " ") for line in lines] or [""]


def _paragraph(said: Said, width: float, size: float = SIZE, up: bool = False) -> list[Said]:
    """The lines of a width; where one language needs fewer, its first (`up`) or last are empty."""
    step = -1 if up else 1
    lines = {each: _wrapped(words, width, size)[::step] for each, words in said.items()}
    both: list[Said] = [
        dict(zip(lines, line, strict=True)) for line in zip_longest(*lines.values(), fillvalue="")
    ]
    return both[::step]
