"""Maps of dots: the places around an area, one of them marked, and its measures.

North is up and a kilometre is as long in both directions; no borders are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.numbers import numerals
from analysis.numbers.figures import Figures
from analysis.numbers.places import Place
from analysis.numbers.schema import LANGUAGES
from analysis.saying.chart_blocks import Map, Measure
from analysis.saying.drawing.lettering import both, box, interface
from analysis.saying.drawing.marks import LARGE, Bilingual, Drawing, Spot
from analysis.saying.drawing.sheet import Scale, Sheet, around

KILOMETRES = 111.2  # of a degree of latitude
BAR = 10  # kilometres of the scale bar
TICK = 18.0  # pixels that a tick is high
BESIDE = 12  # spots around a dot that need no line to it
WIDTH, HIGH, EDGE = 350.0, 330.0, 14.0  # of the map, at most, and around its dots


def of_map(block: Map, known: Figures) -> list[Drawing]:
    """The map, and the strips of its measures under each other: a page sets them side by side.

    Both are drawn once for all widths, because a page of either width has room for one of them.
    The tables say where places are and which numbers a list holds.
    """
    dots, strips, y = Sheet(WIDTH), Sheet(WIDTH), 0.0
    places = known.places(block.within)
    ground = ground_of(places, WIDTH)
    _dots(dots, block, places, ground)
    for measure in block.measures:
        listed = known.listed(measure.listed).numbers.values()
        numbers = [float(number.value) for number in listed]
        y = _strip(strips, measure, numbers, Scale(0, 1, 6, WIDTH - 12), top=y)
    drawings = [dots.drawing(ground.foot)]
    if block.measures:
        drawings.append(strips.drawing(y))
    return drawings


# ------------------------------------------------------------------------------------------ the map


@dataclass(frozen=True)
class Ground:
    """The spot of each place, the pixels of a kilometre, and the height of the map."""

    spots: Mapping[str, Spot]
    kilometre: float
    foot: float


def ground_of(places: Sequence[Place], width: float) -> Ground:
    """Where some places stand on a map of a width in pixels; there is at least one."""
    points = [(float(place.longitude), float(place.latitude)) for place in places]
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    turn = math.cos(math.radians((north + south) / 2))
    across, up = (east - west) * turn or 0.01, north - south or 0.01
    degree = min((width - 2 * EDGE) / across, (HIGH - 2 * EDGE) / up)
    left = (width - across * degree) / 2
    spots = [
        (round(left + (x - west) * turn * degree), round(EDGE + (north - y) * degree))
        for x, y in points
    ]
    areas = (place.area for place in places)
    return Ground(dict(zip(areas, spots, strict=True)), degree / KILOMETRES, 2 * EDGE + up * degree)


def _dots(s: Sheet, block: Map, places: Sequence[Place], ground: Ground) -> None:
    """The places as dots, the marked one large, a few with their names."""
    named = {label.code for label in block.named}
    spots = {area: at for area, at in ground.spots.items() if area != block.area.code}
    s.dots("other", 6, *(at for area, at in spots.items() if area not in named))
    s.dots("muted", 6, *(at for area, at in spots.items() if area in named))
    s.line("muted", 2, ((2, ground.foot - 4), (2 + BAR * ground.kilometre, ground.foot - 4)))
    s.place(dict.fromkeys(LANGUAGES, f"{BAR} km"), [(2, ground.foot - 10, "start")], colour="muted")
    if block.area.code in ground.spots:
        spot, looks = ground.spots[block.area.code], {"colour": "subject", "size": LARGE}
        s.dots("subject", 20, spot, hollow=True)
        s.dots("subject", 9, spot)
        _label(s, _name(block, places), spot, 15, ground.foot, bold=True, **looks)
    for place in (place for place in places if place.area in named & set(spots)):
        names = dict.fromkeys(LANGUAGES, place.name)
        _label(s, names, spots[place.area], 7, ground.foot, colour="muted")


def _name(block: Map, places: Sequence[Place]) -> Bilingual:
    return dict.fromkeys(LANGUAGES, next(p.name for p in places if p.area == block.area.code))


def _label(s: Sheet, words: Bilingual, spot: Spot, away: float, foot: float, **looks: Any) -> None:
    """The name of a dot, `away` from its middle; in a cluster outside of it, at the end of a line.

    It lies on no dot and no other name, and above `foot`. The line lies under all dots.
    """
    x, y = spot
    beside = around(x, y, away)[:BESIDE]
    turns = [(math.cos(turn / 12 * math.pi), math.sin(turn / 12 * math.pi)) for turn in range(24)]
    outside = [
        (x + far * across, y + far * down, "start" if across > 0 else "end")
        for far in range(24, 200, 6)
        for across, down in turns
    ]
    for at, place in enumerate([*beside, *outside]):
        end, led = place[:2], at >= len(beside)
        shift = {"start": 3, "end": -3}[place[2]] if led else 0
        (word,) = s.options(words, [(end[0] + shift, end[1] + 4 * led, place[2])], **looks)
        if box(word)[3] < foot and not s.hides(word) and not (led and _crosses(s, (spot, end))):
            s.put([word])
            if led:
                s.line(looks["colour"], 1, (spot, end))
                s.marks.insert(0, s.marks.pop())
            return
    s.place(words, beside, **looks)


def _crosses(s: Sheet, line: tuple[Spot, Spot]) -> bool:
    """True where a line crosses words that are written."""
    (x, y), (to_x, to_y) = line
    boxes = [box(word) for word in s.words]
    return any(
        left < x + (to_x - x) * part / 40 < right and top < y + (to_y - y) * part / 40 < bottom
        for part in range(41)
        for left, top, right, bottom in boxes
    )


# ----------------------------------------------------------------------------------------- a strip


def _strip(s: Sheet, measure: Measure, numbers: Sequence[float], ends: Scale, top: float) -> float:
    """Draw a tick for each place, longer for the median and the marked one; give where it ends."""
    own = None if measure.own is None else float(measure.own.value)
    scale = Scale(0, max([*numbers, own or 0]) or 1, ends.start, ends.end)
    y = s.wrap(_head(measure), ends.end - ends.start, ends.start - 6, top + 16, bold=True)
    base = round(y + 42)
    _ticks(s, sorted({round(scale(number)) for number in numbers}), base - 10)
    middle = scale(measure.median.value)
    s.line("ink", 2.4, ((middle, base - 23), (middle, base - 1)))
    if own is not None and measure.own is not None:
        colour = "check" if measure.doubted else "subject"
        s.line(colour, 3.4, ((scale(own), base - 28), (scale(own), base - 1)))
        words = both(measure.own)
        spots = [(scale(own), base - 33, side) for side in ("middle", "start", "end")]
        s.place(words, spots, bold=True, colour=colour, size=LARGE)
    s.axis(scale, base, percent=False, apart=60)
    return base + 30


def _ticks(s: Sheet, at: Sequence[int], y: float) -> None:
    """Draw a tick of one pixel for each place, as the dashes of one thick line, to save bytes."""
    runs: list[list[int]] = []
    for x in at:
        if runs and x == runs[-1][1] + 1:
            runs[-1][1] = x
        else:
            runs.append([x, x])
    dashes: list[float] = []
    for (start, end), (after, _) in zip(runs, [*runs[1:], [at[-1] + 2, 0]], strict=True):
        dashes += [(end - start + 1) / TICK, (after - end - 1) / TICK]  # in parts of its thickness
    ends = ((at[0] - 0.5, y), (at[-1] + 0.5, y))
    s.stroke("other", TICK, ends, dash=tuple(dashes))


def _head(measure: Measure) -> Bilingual:
    """What is measured, and which line is the median."""
    median, label, line = measure.median, both(measure.label), interface("median_line")
    number = {
        language: numerals.show(median.value, median.places, language) for language in LANGUAGES
    }
    return {
        language: f"{label[language]} · {line[language]} {number[language]}"
        for language in LANGUAGES
    }
