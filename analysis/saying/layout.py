"""Where everything in a chart stands: a chart block as scales, marks and words.

What depends on the length of words (lines, margins) goes by the longer language, so that the marks
stand alike in both. Words are wrapped and never cut, so no two labels become one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, zip_longest
from typing import Any

from analysis.numbers import compare
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.saying import blocks, places, times
from analysis.saying.blocks import Chart, Mark
from analysis.saying.sheet import (
    SMALL,
    TINY,
    Dots,
    Drawing,
    Strokes,
    both,
    paragraph,
    plain,
    wide,
    widest,
    wrapped,
)
from analysis.saying.svg import Said, Spot, Word
from analysis.saying.texts import LANGUAGES, Label, Shown, Text, text_of

WIDE, NARROW, MINI = 944, 328, 330
_SHEETS: dict[type[Chart], Callable[[Any, float], Drawing]] = {
    blocks.Places: places.of_places,
    blocks.Completions: places.completions,
    blocks.Parts: places.parts,
    blocks.Panels: times.panels,
    blocks.Periods: times.periods,
    blocks.Numberline: times.numberline,
}


def of(block: Chart, width: float, cells: Mapping[str, Mapping[str, compare.Cell]]) -> Drawing:
    """The layout of a chart; `cells` are what a `Coverage` shows, by topic and reform."""
    if type(block) in _SHEETS:
        return _SHEETS[type(block)](block, width)
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
    labels = [both(row.label) for row in block.rows]
    numbers = [_beside(row, "sign" if low < 0 else "") for row in block.rows]
    margin, room = widest(labels, SMALL) + 10, widest(numbers, SMALL) + 14
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
    for main, shape, key, size in ((True, "o", "subject", 8.0), (False, "D", "other", 7.0)):
        rows = [(row.number, y) for row, y in zip(block.rows, heights, strict=True)
                if row.main == main]  # fmt: skip
        ranges = [(low, high, y) for number, y in rows for low, high in _range(number)]
        marks.append(Strokes([((low, y), (high, y)) for low, high, y in ranges], key, 5, 0.4))
        marks.append(Dots([(float(number.value), y) for number, y in rows], shape, key, size))
    axis, bottom = end + 4, end + 26
    marks.append(Strokes([((at, axis), (at, axis + 3.5)) for at in (0, 50, 100)], "muted", 0.8))
    for at, side in ((0, "start"), (50, "middle"), (100, "end")):
        words.append(Word(plain(at, percent=True), (at, axis), 0, 16.4, side, colour="muted"))
    return Drawing(bottom, x, (bottom, 0), marks, words, (6, 6))


def _rows(
    rows: Sequence[Mark], width: float, x: tuple[float, float], form: str
) -> tuple[list[Word], list[float], float]:
    """The words above each mark, the heights of the marks, and where the last row ends.

    Where one language needs fewer lines than the other, its words stand next to the mark.
    """
    words, heights, top = [], [], 0.0
    for row in rows:
        label, beside = both(row.label), _beside(row, form)
        lines = {each: _lines(label[each], beside[each], width)[::-1] for each in LANGUAGES}
        pairs = list(zip_longest(*lines.values(), fillvalue=("", "")))
        base = top + 21.6 + 16 * (len(pairs) - 1)
        for place, pair in reversed(list(enumerate(pairs))):
            left, right = (dict(zip(lines, said, strict=True)) for said in zip(*pair, strict=True))
            y = base - 16 * place
            words += [Word(left, (x[0], y)), Word(right, (x[1], y), side="end", bold=True)]
        heights.append(base + 12)
        top = base + 20.4
    return words, heights, top


def _lines(label: str, beside: str, width: float) -> list[tuple[str, str]]:
    """Lines of words as (left, right): the label, then the numbers, on one line where both fit."""
    left, right = wrapped(label, width), wrapped(beside, width)
    shared = []
    if wide(left[-1]) + wide(right[0]) + 12 < width:
        shared = [(left.pop(), right.pop(0))]
    return [*((line, "") for line in left), *shared, *(("", line) for line in right)]


def _lengths(block: blocks.Bars) -> tuple[list[float], float, float]:
    values = [float(row.number.value) for row in block.rows]
    return values, min([0.0, *values]), max([0.0, *values])


def _thick(block: blocks.Bars, values: list[float], heights: list[float]) -> Iterable[Strokes]:
    for main, key in ((True, "subject"), (False, "other")):
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
    words = [Word(plain(0), (x[0], 0), -3.5, 4.7, "end", colour="muted")]
    words += _years([point.day for point in points], 36 * (x[1] - x[0]) / (width - 28))
    for key, shape, line in zip(
        ("subject", "other", "ink", "axis"), "osD^", block.lines, strict=False
    ):
        spots = [(_year(point.day), float(point.number.value)) for point in line.points]
        steps = zip(pairwise(spots), line.points[1:], strict=True)
        marks.append(Strokes([step for step, point in steps if point.joined], key, 1.8))
        marks.append(Dots(spots, shape, key, 6.8, "paper", 0.5))
        numbers = [both(text_of(point.number)) for point in line.points]
        words += [_near(said, spots, place, top) for place, said in enumerate(numbers)]
        if len(block.lines) > 1:
            words += _names(both(line.label), spots, width / 2, key)
    y = (0, top * (1.17 if len(block.lines) == 1 else 1.3))
    return Drawing(260, x, y, marks, words, (18, 10), 24)


def _names(said: Said, spots: Sequence[Spot], width: float, key: str) -> list[Word]:
    """The name of a line at its first dot: above the number, or below where the line rises."""
    rises = len(spots) > 1 and spots[1][1] > spots[0][1]
    lines = paragraph(said, width, SMALL, up=not rises)
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
    "printed": Dots([], "s", "subject", 10),
    "computed": Dots([], "o", "ink", 9.7, border=2, hollow=True),
    "level": Dots([], "o", "other", 4.7),
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
        for said in paragraph(both(text_of(each.topic)), width - 8, up=True):
            words.append(Word(said, (x[0], top + 13), 2, size=12))
            top += 16
        for column, cell in enumerate(cells[each.topic.code].values()):
            spots[cell.state].append((column, top + 11))
            if not narrow:
                said = both(state(cell))
                words.append(Word(said, (column, top + 15), 11, size=TINY, colour="muted"))
        top += 30
        rules.append(((x[0], top), (x[1], top)))
    marks = [replace(dots, spots=spots[name]) for name, dots in _STATES.items()]
    return Drawing(top + 4, x, (top + 4, 0), [Strokes(rules, "rule", 0.8), *marks], words, (2, 2))


def _heads(reforms: Sequence[Label], narrow: bool) -> tuple[list[Word], float]:
    """The heads of the columns, and where they end."""
    heads = [paragraph(both(text_of(each)), 83 if narrow else 141, TINY) for each in reforms]
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


def _beside(row: Mark, form: str) -> Said:
    return both(row.beside or text_of(Shown(value=row.number, form=form)))


def _aside(said: Said, spot: Spot, sign: int) -> Word:
    """Words to the right of a spot (`sign` 1) or to the left of it (-1), halfway up."""
    return Word(said, spot, 4 * sign, 4, "start" if sign > 0 else "end", SMALL)
