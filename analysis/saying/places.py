"""The layout of charts that compare rows: bars, places, completions, parts of wholes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import hypot

from analysis.numbers import numerals
from analysis.numbers.quantity import Quantity
from analysis.saying.chart_blocks import Bars, Completions, Pair, Parts, Places, Task, Whole, same
from analysis.saying.sheet import (
    SMALL,
    TINY,
    Drawing,
    Scale,
    Sheet,
    Strokes,
    around,
    both,
    padded,
    paragraph,
    plain,
    said_of,
    wide,
    widest,
)
from analysis.saying.svg import Bilingual, Spot
from analysis.saying.texts import LANGUAGES, Shown, text_of
from analysis.saying.words import word

DOT, SUBJECT = 8.0, 13.0  # a place among others, and the one that a chart is about
STACK = 5.0  # by which a dot of a strip is lifted until it touches no other
ROW = 18.0  # a row of ranks, and the colours of its words
RANKS = ("muted", "ink", "ink", "muted")


# -------------------------------------------------------------------------------------------- bars


def bars(block: Bars, width: float) -> Drawing:
    """One bar for each row, with its label and number above it."""
    s, y = Sheet(width), 0.0
    values = [float(row.number.value) for row in block.rows]
    scale = Scale(min(0, *values), max(0, *values), 1, width - 1)
    for row, value in zip(block.rows, values, strict=True):
        number = both(text_of(row.number))
        room = width - widest([number], SMALL, bold=True) - 12
        y = s.lines(paragraph(both(row.label), room, SMALL, up=True), 0, y + 18, 15)
        s.say(number, width, y - 15, side="end", bold=True)
        left, right = sorted((scale(0), scale(value)))
        s.bar("subject" if row.main else "other", left, right, y - 3, 12)
        s.stroke("muted", 1, ((scale(0), y - 12), (scale(0), y + 6)))
        y += 10
    return s.drawing(y + 4)


# ----------------------------------------------------------------------------- places on one axis


def of_places(block: Places, width: float) -> Drawing:
    """One dot for each place: on one axis, or in rows where they are ranked and there is room."""
    return ranks(block, width) if block.ranked and width > 500 else strip(block, width)


def _falls(block: Places) -> bool:
    """True where every place fell: then the size of the fall is drawn, without its minus."""
    return all(row.number.high is not None and row.number.high <= 0 for row in block.rows)


def _size(number: Quantity, falls: bool) -> float:
    return abs(float(number.value)) if falls else float(number.value)


def _shown(number: Quantity, falls: bool) -> Bilingual:
    form = "fall" if falls and number.value < 0 else ""
    return both(text_of(Shown(value=number, form=form)))


def _named(row: Pair, falls: bool) -> Bilingual:
    number = _shown(row.number, falls)
    return {each: f"{words} {number[each]}" for each, words in both(row.label).items()}


def _scale(block: Places, start: float, end: float) -> Scale:
    """A scale for the places, the country and the norm."""
    rows, falls = [*block.rows, *filter(None, [block.country])], _falls(block)
    norm = [block.norm.low, block.norm.high] if block.norm else []
    numbers = [row.number for row in rows] + [each for each in norm if each is not None]
    return Scale(*padded((_size(each, falls) for each in numbers), 0.04), start, end)


def strip(block: Places, width: float) -> Drawing:
    """All places on one axis: the subject large, both ends named, the norm, the country dashed."""
    s, scale, falls = Sheet(width), _scale(block, 4, width - 4), _falls(block)
    stacked = _stacked([(row, scale(_size(row.number, falls))) for row in block.rows])
    words = _norm_lines(block, scale)
    crown = 46.0 + 15 * len(words)  # the highest dot stands here, below a line for a name
    base = crown + max(up for *_, up in stacked)
    if block.norm is not None:
        left, _ = s.band(scale, block.norm, 24, base)
        s.lines(words, left + 6, 39, 15, bold=True, colour="norm-text")
    s.axis(scale, base, block.rows[0].number.unit == "percent")
    others = [(row, x, base - up) for row, x, up in stacked if not row.main]
    under = len(s.marks)
    s.dots("other", DOT, *((x, y) for _, x, y in others))
    _country(s, block, scale, 18, base)
    for row, x, up in (each for each in stacked if each[0].main):
        _subject(s, _named(row, falls), (x, base - up), crown - 9, under)
    ends = sorted(others, key=lambda each: each[1])
    for (row, x, y), side in zip((*ends[:1], *ends[1:][-1:]), ("end", "start"), strict=False):
        if not s.narrow:
            beside = (x - 9 if side == "end" else x + 9, y + 4, side)
            s.place(_named(row, falls), [beside, *around(x, y)], colour="muted")
    return s.drawing(base + 22)


def _subject(s: Sheet, name: Bilingual, spot: Spot, above: float, under: int) -> None:
    """The subject and its name: beside its dot where there is room, else above all dots.

    A line then leads from the name to the dot, under the other dots.
    """
    x, y = spot
    s.dots("subject", SUBJECT, spot)
    near = s.options(name, around(x, y, 12), bold=True, colour="subject", size=13)
    if all(map(s.hidden, near)):
        s.marks.insert(under, Strokes([((x, above), (x, y))], "subject", 1))
        spots = [(x, above, "middle"), (x - 6, above, "start"), (x + 6, above, "end")]
        near = s.options(name, spots, bold=True, colour="subject", size=13)
    s.put(near)


def _stacked(rows: Sequence[tuple[Pair, float]]) -> list[tuple[Pair, float, float]]:
    """Each place with the height of its dot above the axis: as low as it touches no other."""
    stacked: list[tuple[Pair, float, float]] = []
    for row, x in sorted(rows, key=lambda each: (not each[0].main, each[1])):
        size = SUBJECT if row.main else DOT
        up = 3.5 + size / 2
        while any(_touch(row, x, up, *other) for other in stacked):
            up += STACK
        stacked.append((row, x, up))
    return stacked


def _touch(a: Pair, x: float, up: float, b: Pair, other: float, height: float) -> bool:
    room = 1 + ((SUBJECT if a.main else DOT) + (SUBJECT if b.main else DOT)) / 2
    return hypot(x - other, up - height) < room


def _norm_lines(block: Places, scale: Scale) -> list[Bilingual]:
    """The words of the norm in lines that fit its band and do not cross the line of the country."""
    if block.norm is None:
        return []
    low = scale(block.norm.low.value)
    high = scale.end if block.norm.high is None else scale(block.norm.high.value)
    if block.country is not None:
        middle = scale(_size(block.country.number, _falls(block)))
        high = middle if low + 90 < middle < high else high
    return paragraph(both(block.norm.label), high - low - 12, SMALL, bold=True)


def _country(s: Sheet, block: Places, scale: Scale, top: float, foot: float) -> None:
    if block.country is not None:
        falls = _falls(block)
        x = scale(_size(block.country.number, falls))
        s.line("ink", 1.6, ((x, top), (x, foot)), dash=(2.2, 1.5))
        s.place(_named(block.country, falls), [(x, top - 6, "middle")], bold=True)


def ranks(block: Places, width: float) -> Drawing:
    """One row for each place: rank, name, dot, number; equal numbers share a rank."""
    s, falls = Sheet(width), _falls(block)
    counts = [both(row.counts) for row in block.rows]
    numbers = [_shown(row.number, falls) for row in block.rows]
    left = 58 + widest((both(row.label) for row in block.rows), SMALL, bold=True)
    right = width - widest(counts, SMALL) - 20
    scale = _scale(block, left + 8, right - widest(numbers, SMALL, bold=True) - 20)
    top, foot = 50.0, 50.0 + ROW * len(block.rows)
    heights = [top + ROW * (place + 0.5) for place in range(len(block.rows))]
    dots = [(row, (scale(_size(row.number, falls)), y))
            for row, y in zip(block.rows, heights, strict=True)]  # fmt: skip
    subjects = [spot for row, spot in dots if row.main]
    s.stroke("tint", ROW, *(((0, y), (width, y)) for _, y in subjects))
    s.say(said_of("rank"), 32, 32, side="end", colour="muted")
    if block.norm is not None:
        spot = (sum(s.band(scale, block.norm, top - 8, foot)) / 2, 14, "middle")
        s.place(both(block.norm.label), [spot], bold=True, colour="norm-text")
    s.stroke("rule", 1, *(((scale.start, y), (scale.end, y)) for y in heights), dash=(1, 2))
    _country(s, block, scale, top - 12, foot)
    s.dots("other", DOT, *(spot for row, spot in dots if not row.main))
    s.stroke("subject", 1.6, *(((scale.start, y), (x, y)) for x, y in subjects))
    s.dots("subject", 11, *subjects)
    columns = (_ranked(block), [both(row.label) for row in block.rows], numbers, counts)
    for row, y, *cells in zip(block.rows, heights, *columns, strict=True):
        for words, x, key in zip(cells, (32, left, right, width), RANKS, strict=True):
            bold = row.main and key == "ink"
            s.say(words, x, y + 4, side="end", bold=bold, colour=key)
    s.axis(scale, foot + 4, block.rows[0].number.unit == "percent")
    return s.drawing(foot + 26)


def _ranked(block: Places) -> list[Bilingual]:
    """The rank of each row by its exact number, 1 for the largest; with “=” where it is shared."""
    falls, values = _falls(block), [row.number.value for row in block.rows]
    sizes = [abs(value) if falls else value for value in values]
    ranks = [sum(other > size for other in sizes) + 1 for size in sizes]
    told = (f"={rank}" if ranks.count(rank) > 1 else str(rank) for rank in ranks)
    return [dict.fromkeys(LANGUAGES, each) for each in told]


# ------------------------------------------------------------------------------------------ a of b


def completions(block: Completions, width: float) -> Drawing:
    """One row for each task: a dot between 0 and 100 %, the numbers, what is left, as printed."""
    s = Sheet(width)
    start, end = (6.0, width - 6) if s.narrow else _middle(block, width)
    scale, y = Scale(0, 100, start, end), 30.0
    grid: list[tuple[float, float]] = []  # from where to where rows of a group stand
    for group, rows in groupby(block.rows, key=lambda row: row.group):
        if group is not None:
            y = s.lines(paragraph(both(group), width, SMALL, bold=True), 0, y + 18, 16, bold=True)
            y -= 8
        top = y
        for row in rows:
            y = _below(s, row, scale, y) if s.narrow else _beside(s, row, scale, y)
        grid.append((top, y))
    lines = [((scale(at), a), (scale(at), b)) for at in (0, 25, 50, 75, 100) for a, b in grid]
    s.marks.insert(0, Strokes(lines, "rule", 1))
    for at in (0, 25, 50, 75, 100):
        spot = (scale(at), 18, "middle")
        s.place(plain(at, percent=True), [spot], colour="muted", halo=False)
    if not s.narrow:
        s.say(said_of("done_due"), end + 34, 18, colour="muted")
        s.say(said_of("left"), width, 18, side="end", colour="muted")
    return s.drawing(y + 8)


def _middle(block: Completions, width: float) -> tuple[float, float]:
    """The scale of the axis, between the labels and the numbers."""
    labels = min(300.0, widest((both(row.label) for row in block.rows), SMALL))
    sums = widest((both(row.sum) for row in block.rows), SMALL) + wide("100,0%", SMALL, bold=True)
    rests = max(widest((both(text_of(row.rest)) for row in block.rows), SMALL), 46)
    printed = [_printed(row.printed) for row in block.rows if row.printed is not None]
    return labels + 20, width - sums - rests - widest(printed, SMALL) - 34 - 40


def _beside(s: Sheet, row: Task, scale: Scale, top: float) -> float:
    """A row with its label left of the line and its numbers right of it."""
    lines = paragraph(both(row.label), scale.start - 20, SMALL)
    y = top + 15 + 7.5 * (len(lines) - 1) + (6 if row.later is not None else 0)
    s.lines(lines, scale.start - 18, y + 4 - 7.5 * (len(lines) - 1), 15, side="end")
    s.say(both(row.sum), scale.end + 34, y + 4, tail=both(text_of(row.rate)), tail_bold=True)
    _line(s, row, scale, y)
    s.say(both(text_of(row.rest)), s.width, y + 4, side="end", bold=bool(row.rest.value),
          colour="ink" if row.rest.value else "muted")  # fmt: skip
    if row.printed is not None:
        s.say(_printed(row.printed), s.width - 60, y + 4, side="end", colour="check")
    return y + 13 + 7.5 * (len(lines) - 1)


def _below(s: Sheet, row: Task, scale: Scale, top: float) -> float:
    """A row with its words above the line, for a phone."""
    number, sums = both(text_of(row.rate)), both(row.sum)
    room = s.width - widest([sums], SMALL) - widest([number], SMALL, bold=True) - 18
    lines = paragraph(both(row.label), max(room, 130), SMALL, up=True)
    y = s.lines(lines, 0, top + 16, 15, halo=True) - 15
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
        words = {each: _later(row, each) for each in LANGUAGES}
        above = [(to + 4, y - 10, "end"), (to, y - 10, "start")]
        spots = [(to, y + 19, "middle")] if s.narrow else above
        s.place(words, spots)
    s.dots(key, 9, (x, y))


def _later(row: Task, language: str) -> str:
    assert row.later is not None
    number, least = row.later, row.later.high is None
    shown = numerals.show(number.value, number.places, language, number.unit == "percent")
    day = row.day.words(language, "short") if row.day is not None else ""
    return f"{'≥ ' if least else ''}{shown} ({day})" if day else shown


def _printed(number: Quantity) -> Bilingual:
    return {each: f"{word('printed_as', each)} {number.words(each)}" for each in LANGUAGES}


# ------------------------------------------------------------------------------------------- parts


def parts(block: Parts, width: float) -> Drawing:
    """One bar of 100 % for each place; its words stand inside, or above and below."""
    s = Sheet(width)
    left = 0.0 if s.narrow else 20 + min(200, widest(_place_words(block), SMALL, bold=True))
    y = 0.0 if s.narrow else 24.0
    for place, row in enumerate(block.rows):
        if s.narrow:
            name = both(row.label if row.note is None else same(f"{row.label}, {row.note}"))
            y = s.lines(paragraph(name, width, SMALL, bold=True), 0, y + 14, 15, bold=True) - 8
        else:
            s.say(both(row.label), 0, y + (17 if row.note else 24), bold=True)
            if row.note:
                s.say(both(row.note), 0, y + 32, colour="muted", size=TINY)
        high = 30.0 if s.narrow else 38.0
        scale = Scale(0, float(row.whole.value), left, s.width)
        ends = cut(s, row, scale, y, y + high)
        y = _told(s, row, ends, y, high, head=not place)
    return s.drawing(y - 6)


def _place_words(block: Parts) -> list[Bilingual]:
    return [both(each) for row in block.rows for each in (row.label, row.note) if each]


def _looks(row: Whole) -> list[tuple[str, str]]:
    """The colour of each part and of the words in it; the last is hollow."""
    if row.main:
        solid, tints = ("subject", "paper"), [("t3", "t-low"), ("rule", "ink")]
    else:
        solid, tints = ("other", "on-other"), [("hairline", "on-other"), ("rule", "on-other")]
    return [*[solid, *tints][: len(row.parts) - 1], ("", "ink")]


def cut(s: Sheet, row: Whole, scale: Scale, top: float, bottom: float) -> list[Spot]:
    """Draw the bar of a place, and give the pixels where each part begins and ends."""
    ends: list[Spot] = []
    at = 0.0
    for part, (key, _) in zip(row.parts, _looks(row), strict=True):
        start, end = scale(at), scale(at := at + float(part.number.value))
        if key:
            s.bar(key, start, end - 1, (top + bottom) / 2, bottom - top)
        else:
            s.outline("subject" if row.main else "other", start, end, top, bottom)
        ends.append((start, end))
    return ends


def _told(s: Sheet, row: Whole, ends: Sequence[Spot], top: float, high: float, head: bool) -> float:
    """The words of a bar: numbers inside where they fit, else below; the names of parts above."""
    y = top + high + 15
    below: list[tuple[Bilingual, float, bool]] = []
    for part, (start, end), (_, ink) in zip(row.parts, ends, _looks(row), strict=True):
        last, share = part is row.parts[-1], row.share(part)
        number = both(same(f"{part.number} = {share}"))
        named = {each: f"{name} {number[each]}" for each, name in both(part.label).items()}
        count = both(text_of(part.number))
        if widest([number], SMALL, bold=True) + 16 > end - start and not last:
            number = count
        if widest([number], SMALL, bold=True) + 16 < end - start and not s.narrow:
            s.say(number, end - 8 if last else start + 8, top + high / 2 + 4,
                  side="end" if last else "start", bold=True, colour=ink)  # fmt: skip
        else:
            below.append((named, (start + end) / 2, last))
        if head and not s.narrow:
            side = "end" if last else "start"
            s.place(both(part.label), [(end if last else start, top - 8, side),
                    (end - 4, top - 8, "end"), (start, top - 22, "end")],
                    colour="ink" if last else "muted", bold=last)  # fmt: skip
    if s.narrow:
        for words, _, last in below:
            lines = paragraph(words, s.width, SMALL, bold=last)
            y = s.lines(lines, 0, y, 15, bold=last, colour="ink" if last else "muted")
        return y + 2
    for words, at, last in below:
        first = (s.width, y, "end") if last else (at, y, "middle")
        s.place(words, [first, (at, y + 15, "middle")], bold=last,
                colour="ink" if last else "muted")  # fmt: skip
    return y + (24 if below else 6)
