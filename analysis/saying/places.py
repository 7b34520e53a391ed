"""Charts of many in a row, laid out: places on an axis, tasks done, what a whole is made of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from analysis.numbers import numerals
from analysis.numbers.quantity import Quantity
from analysis.saying.drawn import Completions, Mark, Parts, Places, Task, Whole, same
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
    wide,
    widest,
)
from analysis.saying.svg import Said, Spot
from analysis.saying.texts import LANGUAGES, Shown, Text, text_of
from analysis.saying.words import word

DOT, STACK = 8.0, 10.0  # a dot of a strip, and how far above each other two are that would touch


# ----------------------------------------------------------------------------- places on one axis


def of_places(block: Places, width: float) -> Drawing:
    """A dot a place: stacked on one line, or in rows where they are ranked and there is room."""
    return ranks(block, width) if block.ranked and width > 500 else strip(block, width)


def _falls(block: Places) -> bool:
    """Whether every place fell: then the size of the fall is drawn."""
    return all(row.number.high is not None and row.number.high <= 0 for row in block.rows)


def _shown(number: Quantity, falls: bool) -> Text:
    way = "" if not falls or number.value > 0 else "fall"
    return text_of(Shown(value=number, form=way))


def _axis(block: Places, start: float, end: float) -> tuple[Scale, list[float]]:
    """The scale of a strip, and where its places stand."""
    falls = _falls(block)
    listed = [*block.rows, *filter(None, [block.country])]
    sizes = [abs(float(row.number.value)) if falls else float(row.number.value) for row in listed]
    ends = [float(each.value) for each in _bounds(block)]
    scale = Scale(*padded([*sizes, *ends], 0.04), start, end)
    return scale, [scale(size) for size in sizes]


def _bounds(block: Places) -> list[Quantity]:
    return [each for each in (block.norm.low, block.norm.high) if each] if block.norm else []


def strip(block: Places, width: float) -> Drawing:
    """One axis: the subject large and named, the ends named, a band, the country dashed."""
    s = Sheet(width)
    scale, at = _axis(block, 4, width - 4)
    spots = dict(zip(map(id, block.rows), at, strict=False))
    levels = _levels(block.rows, spots)
    words = _norm_lines(block, scale)
    base = 40.0 + 15 * len(words) + STACK * max(levels.values(), default=0)
    _band(s, block, scale, 24, base)
    s.lines(words, scale(float(block.norm.low.value)) + 6 if block.norm else 0, 39, 15,
            bold=True, colour="norm-text", size=SMALL)  # fmt: skip
    s.axis(scale, base, block.rows[0].number.unit == "percent")
    others = [row for row in block.rows if not row.main]
    s.dots("other", DOT, *((spots[id(r)], base - 8 - STACK * levels[id(r)]) for r in others))
    _country(s, block, at[-1], 18, base)
    for row in (row for row in block.rows if row.main):
        x, y = spots[id(row)], base - 10 - STACK * levels[id(row)]
        s.dots("subject", 13, (x, y))
        s.place(_named(row, block), around(x, y, 12), bold=True, colour="subject", size=13)
    if not s.narrow:
        ordered = sorted(others, key=lambda row: spots[id(row)])
        for row, away in zip((*ordered[:1], *ordered[1:][-1:]), (-9, 9), strict=False):
            x, y = spots[id(row)], base - 8 - STACK * levels[id(row)]
            beside = (x + away, y + 4, "end" if away < 0 else "start")
            s.place(_named(row, block), [beside, *around(x, y, 7)], colour="muted")
    return s.drawing(base + 22)


def _named(row: Mark, block: Places) -> Said:
    number = both(_shown(row.number, _falls(block)))
    return {each: f"{words} {number[each]}" for each, words in both(row.label).items()}


def _levels(rows: Sequence[Mark], spots: dict[int, float]) -> dict[int, int]:
    """How high each dot stands: on the lowest level where it touches none; the subject below."""
    last: dict[int, float] = {}
    levels = {}
    for row in sorted(rows, key=lambda row: (not row.main, spots[id(row)])):
        x, room = spots[id(row)], 13.0 if row.main else DOT + 1
        level = 0
        while level in last and abs(x - last[level]) < room:
            level += 1
        levels[id(row)] = level
        if row.main:
            continue
        last[level] = x
    return levels


def _norm_lines(block: Places, scale: Scale) -> list[Said]:
    if block.norm is None:
        return []
    low, high = _span(block, scale)
    if block.country is not None:  # its line does not run through the words
        middle = scale(abs(float(block.country.number.value)))
        high = middle if low + 90 < middle < high else high
    return paragraph(both(block.norm.label), high - low - 12, SMALL, bold=True)


def _span(block: Places, scale: Scale) -> tuple[float, float]:
    """Where the band of a norm begins and ends; a target has no end."""
    assert block.norm is not None
    high = block.norm.high
    return scale(block.norm.low.value), scale.end if high is None else scale(high.value)


def _band(s: Sheet, block: Places, scale: Scale, top: float, foot: float) -> None:
    if block.norm is not None:
        high = block.norm.high
        s.band(scale, block.norm.low.value, None if high is None else high.value, top, foot)


def _country(s: Sheet, block: Places, x: float, top: float, bottom: float) -> None:
    if block.country is not None:
        s.line("ink", 1.6, ((x, top), (x, bottom)), dash=(2.2, 1.5))
        label = _named(block.country, block)
        s.place(label, [(x, top - 6, "middle")], bold=True)


def ranks(block: Places, width: float) -> Drawing:
    """A row a place: its rank, name, dot and number; equal numbers share a rank."""
    s, falls = Sheet(width), _falls(block)
    besides = [
        both(row.beside) if row.beside else dict.fromkeys(LANGUAGES, "") for row in block.rows
    ]
    numbers = [both(_shown(row.number, falls)) for row in block.rows]
    left = 44 + widest(map(both, (row.label for row in block.rows)), SMALL, bold=True) + 14
    right = width - widest(besides, SMALL) - 16
    number_at = right - 4
    scale, at = _axis(block, left + 8, right - widest(numbers, SMALL, bold=True) - 24)
    top, bottom = 50.0, 50.0 + 20 * len(block.rows)
    rows = [
        (row, x, top + 10 + 20 * place)
        for place, (row, x) in enumerate(zip(block.rows, at, strict=False))
    ]
    for _, _, y in (each for each in rows if each[0].main):
        s.bar("tint", 0, width, y, 20)
    _band(s, block, scale, top - 8, bottom)
    _heads(s, block, scale)
    s.stroke("rule", 1, *(((scale.start, y), (scale.end, y)) for _, _, y in rows), dash=(1, 2))
    _country(s, block, at[-1], top - 12, bottom)
    s.dots("other", DOT, *((x, y) for row, x, y in rows if not row.main))
    for _, x, y in (each for each in rows if each[0].main):
        s.stroke("subject", 1.6, ((scale.start, y), (x, y)))
        s.dots("subject", 11, (x, y))
    for (row, _, y), rank, number, beside in zip(
        rows, _ranked(block), numbers, besides, strict=True
    ):
        s.say(dict.fromkeys(LANGUAGES, rank), 32, y + 4, side="end", colour="muted", size=SMALL)
        s.say(both(row.label), left, y + 4, side="end", bold=row.main)
        s.say(number, number_at, y + 4, side="end", bold=row.main)
        s.say(beside, width, y + 4, side="end", colour="muted")
    s.axis(scale, bottom + 4, block.rows[0].number.unit == "percent")
    return s.drawing(bottom + 26)


def _heads(s: Sheet, block: Places, scale: Scale) -> None:
    s.say({each: word("rank", each) for each in LANGUAGES}, 32, 32, side="end", colour="muted")
    if block.norm is not None:
        low, high = _span(block, scale)
        s.say(both(block.norm.label), (low + high) / 2, 14, side="middle", bold=True,
              colour="norm-text")  # fmt: skip


def _ranked(block: Places) -> list[str]:
    """The place of each by its exact number, the largest first; “=” where it is shared."""
    sizes = [abs(row.number.value) if _falls(block) else row.number.value for row in block.rows]
    ahead = [sum(other > size for other in sizes) + 1 for size in sizes]
    return [f"={rank}" if ahead.count(rank) > 1 else str(rank) for rank in ahead]


# ------------------------------------------------------------------------------------------ a of b


def completions(block: Completions, width: float) -> Drawing:
    """A dot a task between 0 and 100 %; beside it the numbers, what is left, what was printed."""
    s = Sheet(width)
    start, end = (6.0, width - 6) if s.narrow else _middle(block, width)
    scale, y = Scale(0, 100, start, end), 30.0
    grid: list[tuple[float, float]] = []
    for group, rows in groupby(block.rows, key=lambda row: row.group):
        if group is not None:
            y = s.lines(paragraph(both(group), width, SMALL, bold=True), 0, y + 18, 16, bold=True)
            y -= 8
        grid.append((y, 0))
        for row in rows:
            y = _below(s, row, scale, y) if s.narrow else _beside(s, row, scale, y)
        grid[-1] = (grid[-1][0], y)
    lines = [((scale(at), a), (scale(at), b)) for at in (0, 25, 50, 75, 100) for a, b in grid]
    s.marks.insert(0, Strokes(lines, "rule", 1))
    for at in (0, 25, 50, 75, 100):
        side = {0: "start", 100: "end"}.get(at, "middle") if s.narrow else "middle"
        x = {0: 0, 100: width}.get(at, scale(at)) if s.narrow else scale(at)
        s.say(plain(at, percent=True), x, 18, side=side, colour="muted")
    if not s.narrow:
        s.say(_word("done_due"), end + 34, 18, colour="muted")
        s.say(_word("left"), width, 18, side="end", colour="muted")
    return s.drawing(y + 8)


def _middle(block: Completions, width: float) -> tuple[float, float]:
    """Where the axis stands between the labels and the numbers."""
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
        left = s.width - 46 - 14
        s.say(_printed(row.printed), left, y + 4, side="end", colour="check")
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
    """The line of a task: solid as far as it is done, dotted to the end, hollow later."""
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


def _printed(number: Quantity) -> Said:
    return {each: f"{word('printed_as', each)} {number.words(each)}" for each in LANGUAGES}


def _word(key: str) -> Said:
    return {each: word(key, each) for each in LANGUAGES}


# ------------------------------------------------------------------------------------------- parts


def parts(block: Parts, width: float) -> Drawing:
    """A bar of 100 % a place: solid, tint, hollow; its words inside, or above and below."""
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


def _place_words(block: Parts) -> list[Said]:
    return [both(each) for row in block.rows for each in (row.label, row.note) if each]


def _looks(row: Whole) -> list[tuple[str, str]]:
    """The colour of each part and of the words in it; the last is hollow."""
    if row.main:
        solid, tints = ("subject", "paper"), [("t3", "t-low"), ("rule", "ink")]
    else:
        solid, tints = ("other", "on-other"), [("hairline", "on-other"), ("rule", "on-other")]
    return [*[solid, *tints][: len(row.parts) - 1], ("", "ink")]


def cut(s: Sheet, row: Whole, scale: Scale, top: float, bottom: float) -> list[Spot]:
    """Draws the bar of a place; where each of its parts begins and ends."""
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
    below: list[tuple[Said, float, bool]] = []
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
