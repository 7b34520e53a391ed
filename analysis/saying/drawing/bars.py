"""Charts of bars and shares from zero, row by row: bars, completions, parts of wholes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from analysis.numbers import numerals
from analysis.numbers.quantity import Quantity
from analysis.numbers.schema import LANGUAGES
from analysis.saying.chart_blocks import Bars, Completions, Parts, Task, Whole
from analysis.saying.drawing.lettering import (
    both,
    interface,
    paragraph,
    plain,
    widest,
    width_of,
    wrapped,
)
from analysis.saying.drawing.marks import Bilingual, Drawing, Strokes
from analysis.saying.drawing.sheet import Scale, Sheet
from analysis.saying.texts import Text, same


def bars(block: Bars, width: float) -> Drawing:
    """One bar for each row, with its label and number above it."""
    s, y = Sheet(width), 0.0
    values = [float(row.number.value) for row in block.rows]
    scale = Scale(min(0, *values), max(0, *values), 1, width - 1)
    for row, value in zip(block.rows, values, strict=True):
        y = s.row(both(row.label), both(row.number), y + 18) + 15
        left, right = sorted((scale(0), scale(value)))
        s.bar("subject" if row.main else "other", left, right, y - 3, thick=12)
        s.stroke("muted", 1, ((scale(0), y - 12), (scale(0), y + 6)))
        y += 10
    return s.drawing(y + 4)


# ------------------------------------------------------------------------------------------ a of b


def completions(block: Completions, width: float) -> Drawing:
    """One row for each task: a dot between 0 and 100 %, the numbers, the rest, what is printed."""
    s = Sheet(width)
    start, end = (6.0, width - 6) if s.narrow else _middle(block, width)
    scale, y = Scale(0, 100, start, end), 30.0
    grid: list[tuple[float, float]] = []  # from where to where rows of a group stand
    for group, rows in groupby(block.rows, key=lambda row: row.group):
        if group is not None:
            y = s.wrap(both(group), width, 0, y + 18, step=16, bold=True) - 8
        top = y
        for row in rows:
            y = _below(s, row, scale, y) if s.narrow else _beside(s, row, scale, y)
        grid.append((top, y))
    lines = [((scale(at), a), (scale(at), b)) for at in (0, 25, 50, 75, 100) for a, b in grid]
    s.marks.insert(0, Strokes(lines, "rule", 1))
    for at in (0, 25, 50, 75, 100) if end - start > 200 else (0, 50, 100):
        spot = (scale(at), 18, "middle")
        s.place(plain(at, percent=True), [spot], colour="muted", halo=False)
    if not s.narrow:
        _, part, whole, rest = block.heads
        s.say(both(same(f"{part} / {whole}")), end + 34, 18, colour="muted")
        s.say(both(rest), width, 18, side="end", colour="muted")
    return s.drawing(y + 8)


def _middle(block: Completions, width: float) -> tuple[float, float]:
    """The scale of the axis, between the labels and the numbers. Where it would be short, printed
    shares stand below the numbers and not behind them."""
    labels = min(300.0, widest(both(row.label) for row in block.rows))
    sums = widest(both(row.quotient) for row in block.rows) + width_of("100,0%", bold=True)
    rests = max(widest(both(row.rest) for row in block.rows), 46)
    printed = widest(_printed(row.printed) for row in block.rows if row.printed is not None)
    start, end = labels + 20, width - sums - rests - 34 - 40
    return start, end - printed if end - printed - start > 160 else end


def _beside(s: Sheet, row: Task, scale: Scale, top: float) -> float:
    """A row with its label left of the line and its numbers right of it."""
    label = both(row.label)
    high = 7.5 * (len(paragraph(label, scale.start - 18)) - 1)
    y = top + 12 + high + (6 if row.later is not None else 0)
    for each, words in label.items():  # each language in the middle: its lines may be fewer
        lines = wrapped(words, scale.start - 18)
        only = [{**dict.fromkeys(label, ""), each: line} for line in lines]
        s.lines(only, scale.start - 18, y + 4 - 7.5 * (len(lines) - 1), side="end")
    s.say(both(row.quotient), scale.end + 34, y + 4, tail=both(row.rate), tail_bold=True)
    _line(s, row, scale, y)
    looks = {"bold": True} if row.rest.value else {"colour": "muted"}
    s.say(both(row.rest), s.width, y + 4, side="end", **looks)
    below = 0.0
    if row.printed is not None:
        printed, sums = _printed(row.printed), scale.end + 34
        taken = widest([both(row.quotient)]) + widest([both(row.rate)], bold=True) + 8
        if sums + taken + widest([printed]) > s.width - 60:
            below = 15.0
            s.say(printed, sums, y + 4 + below, colour="check")
        else:
            s.say(printed, s.width - 60, y + 4, side="end", colour="check")
    return y + 10 + max(below, high)


def _below(s: Sheet, row: Task, scale: Scale, top: float) -> float:
    """A row with its words above the line, for a phone."""
    number, sums = both(row.rate), both(row.quotient)
    room = s.width - widest([sums]) - widest([number], bold=True) - 18
    lines = paragraph(both(row.label), max(room, 130), up=True)
    y = s.lines(lines, 0, top + 16, halo=True) - 15
    s.say(sums, s.width, y, side="end", tail=number, tail_bold=True, halo=True)
    _line(s, row, scale, y + 14)
    if row.printed is not None:
        s.say(_printed(row.printed), s.width, y + 32, side="end", colour="check")
    return y + 26 + (14 if row.printed is not None or row.later is not None else 0)


def _line(s: Sheet, row: Task, scale: Scale, y: float) -> None:
    """The line of a task: solid to its share, then dotted; a hollow dot for the later share."""
    key, x = "subject" if row.main else "other", scale(min(float(row.rate.value), 100))
    s.stroke("hairline", 1.2, ((x, y), (scale.end, y)), dash=(1, 2.5))
    s.line(key, 1.8, ((scale.start, y), (x, y)))
    if row.later is not None:
        to = scale(min(float(row.later.value), 100))
        s.line(key, 1.2, ((x, y), (to, y)), dash=(2, 1.5))
        s.dots(key, 9, (to, y), hollow=True)
        above = [(to + 4, y - 10, "end"), (to, y - 10, "start")]
        s.place(_later(row), [(to, y + 19, "middle")] if s.narrow else above)
    s.dots(key, 9, (x, y))


def _later(row: Task) -> Bilingual:
    """The later share, “≥” where it is at least that, and its day."""
    assert row.later is not None
    number, least = row.later, "≥ " if row.later.high is None else ""
    percent = number.unit == "percent"
    return {
        language: f"{least}{numerals.show(number.value, number.places, language, percent)}"
        + ("" if row.day is None else f" ({row.day.words(language, 'short')})")
        for language in LANGUAGES
    }


def _printed(number: Quantity) -> Bilingual:
    """A printed share that does not hold."""
    words = interface("printed_as")
    return {language: f"{words[language]} {number.words(language)}" for language in LANGUAGES}


# ------------------------------------------------------------------------------- parts of a whole


SWATCH = 9.0  # the side of a square that shows how a part is drawn
_Ends: TypeAlias = tuple[float, float]  # the pixels where a part begins and ends


@dataclass(frozen=True)
class _Look:
    """How a part is drawn: its colour, "" where it is hollow, that of words in it, its weight."""

    colour: str
    ink: str
    bold: bool = False


def parts(block: Parts, width: float) -> Drawing:
    """One bar of 100 % for each place; its words stand inside, or above and below."""
    s = Sheet(width)
    words = (both(text) for row in block.rows for text in (row.label, row.note) if text)
    left = 0.0 if s.narrow else 20 + min(200, widest(words, bold=True))
    y, high = (0.0, 30.0) if s.narrow else (24.0, 38.0)
    for number, row in enumerate(block.rows):
        if s.narrow:
            name = row.label if row.note is None else same(f"{row.label}, {row.note}")
            y = s.wrap(both(name), width, 0, y + 14, bold=True) - 8
        else:
            s.say(both(row.label), 0, y + (17 if row.note else 24), bold=True)
            if row.note:
                s.say(both(row.note), 0, y + 32, colour="muted")
        looks, scale = _looks(row, block.about), Scale(0, float(row.whole.value), left, width)
        ends = _cut(s, row, looks, scale, top=y, bottom=y + high)
        if not number and not s.narrow:
            _part_names(s, row, looks, ends, y)
        y = _part_numbers(s, row, looks, ends, top=y, high=high)
    return s.drawing(y - 6)


def _looks(row: Whole, about: Text | None) -> list[_Look]:
    """How each part is drawn: solid what the chart is about, or else the last one hollow."""
    solid = _Look("subject", "paper", bold=True) if row.main else _Look("other", "on-other", True)
    tints = [_Look("t3", "t-low"), _Look("rule", "ink"), _Look("hairline", "ink")]
    if not row.main:
        tints = [_Look("hairline", "on-other"), _Look("rule", "on-other"), _Look("rule", "ink")]
    if about is None:
        filled = [_Look(solid.colour, solid.ink), *tints][: len(row.parts) - 1]
        return [*filled, _Look("", "ink", bold=True)]
    others = iter([tints[0], _Look("other", "on-other"), *tints[1:]])
    return [solid if part.label == about else next(others) for part in row.parts]


def _cut(
    s: Sheet, row: Whole, looks: Sequence[_Look], scale: Scale, top: float, bottom: float
) -> list[_Ends]:
    """Draw the bar of a place, and give the pixels where each part begins and ends."""
    ends: list[_Ends] = []
    at = 0.0
    for part, look in zip(row.parts, looks, strict=True):
        start, end = scale(at), scale(at := at + float(part.number.value))
        if look.colour:
            s.bar(look.colour, start, end - 1, (top + bottom) / 2, thick=bottom - top)
        else:
            s.outline("subject" if row.main else "other", start, end, top=top, bottom=bottom)
        ends.append((start, end))
    return ends


def _part_names(
    s: Sheet, row: Whole, looks: Sequence[_Look], ends: Sequence[_Ends], top: float
) -> None:
    """The names of the parts above the first bar."""
    for part, look, (start, end) in zip(row.parts, looks, ends, strict=True):
        last = part is row.parts[-1]
        first = (end, top - 8, "end") if last else (start, top - 8, "start")
        spots = [first, (end - 4, top - 8, "end"), (start, top - 22, "end")]
        s.place(both(part.label), spots, colour="ink" if look.bold else "muted", bold=look.bold)


def _part_numbers(
    s: Sheet, row: Whole, looks: Sequence[_Look], ends: Sequence[_Ends], top: float, high: float
) -> float:
    """The numbers of the parts: inside where they fit, else below the bar with their names."""
    y, below = top + high + 15, []
    for part, look, (start, end) in zip(row.parts, looks, ends, strict=True):
        last, room = part is row.parts[-1], end - start - 16
        full = both(same(f"{part.number} = {row.share(part)}"))
        forms = [full] if last else [full, both(part.number)]
        fitting = [form for form in forms if widest([form], bold=True) < room and not s.narrow]
        if fitting:
            x, side = (end - 8, "end") if last else (start + 8, "start")
            s.say(fitting[0], x, top + high / 2 + 4, side=side, bold=True, colour=look.ink)
        else:
            at = (s.width, "end") if last else ((start + end) / 2, "middle")
            below.append((both(same(f"{part.label} {part.number} = {row.share(part)}")), at, look))
    for words, (x, side), look in below:
        style: dict[str, Any] = {"bold": look.bold, "colour": "ink" if look.bold else "muted"}
        if s.narrow:
            _swatch(s, look, row.main, y)
            y = s.wrap(words, s.width - SWATCH - 6, SWATCH + 6, y, **style)
        else:
            s.place(words, [(x, y, side), (x, y + 15, side)], **style)
    return y + (2 if s.narrow else 24 if below else 6)


def _swatch(s: Sheet, look: _Look, main: bool, y: float) -> None:
    """A small square filled as a part is, before the first of its words on the line at `y`."""
    top, bottom = y - SWATCH, y
    if look.colour:
        s.bar(look.colour, 0, SWATCH, (top + bottom) / 2, thick=SWATCH)
    else:
        s.outline("subject" if main else "other", 0, SWATCH, top=top, bottom=bottom)
