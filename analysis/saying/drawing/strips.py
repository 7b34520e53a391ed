"""Charts of places: each a dot by its relative change, on one axis or in rows by rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import hypot

from analysis.numbers.schema import LANGUAGES
from analysis.saying.chart_blocks import Norm, Pair, Places
from analysis.saying.drawing.lettering import both, interface, paragraph, widest
from analysis.saying.drawing.marks import LARGE, Bilingual, Drawing, Spot, Strokes
from analysis.saying.drawing.sheet import Scale, Sheet, around, padded
from analysis.saying.texts import Formed

DOT, SUBJECT = 8.0, 13.0  # a place among others, and the one that a chart is about
STACK = 5.0  # by which a dot of a strip is lifted until it touches no other
ROW = 18.0  # a row of ranks, and the colours of its words
FEW = 12  # places that have rows on a phone, too
RANKS = ("muted", "ink", "ink", "muted")


@dataclass(frozen=True)
class _Place:
    """A place, the change that is drawn, and the number in words."""

    row: Pair
    change: Decimal
    number: Bilingual

    @property
    def dot(self) -> float:
        """How wide its dot is."""
        return SUBJECT if self.row.main else DOT

    @property
    def named(self) -> Bilingual:
        """Its name and its number."""
        return {each: f"{name} {self.number[each]}" for each, name in both(self.row.label).items()}


def _places(block: Places) -> tuple[list[_Place], _Place | None]:
    """The places and the country; where every place fell, with the size of the fall, unsigned."""
    fell = all(row.number.high is not None and row.number.high <= 0 for row in block.rows)

    def placed(row: Pair) -> _Place:
        value = row.number.value
        form = Formed(value=row.number, form="fall" if fell and value < 0 else "")
        return _Place(row, abs(value) if fell else value, both(form))

    return [*map(placed, block.rows)], None if block.country is None else placed(block.country)


def _scale(
    places: Sequence[_Place], country: _Place | None, norm: Norm | None, start: float, end: float
) -> Scale:
    """A scale for the places, the country and the norm."""
    changes = [each.change for each in places]
    if country is not None:
        changes.append(country.change)
    if norm is not None:
        changes += [each.value for each in (norm.low, norm.high) if each is not None]
    low, high = padded(map(float, changes), 0.04)
    return Scale(low, high, start, end)


def of_places(block: Places, width: float) -> Drawing:
    """One dot for each place: on one axis, or in rows where they are ranked and there is room."""
    room = width > 500 or len(block.rows) <= FEW
    return ranks(block, width) if block.ranked and room else strip(block, width)


def _country(s: Sheet, country: _Place | None, scale: Scale, top: float, foot: float) -> None:
    """The country as a dashed line with its name above."""
    if country is not None:
        x = scale(country.change)
        s.line("ink", 1.6, ((x, top), (x, foot)), dash=(2.2, 1.5))
        s.place(country.named, [(x, top - 6, "middle")], bold=True)


# ------------------------------------------------------------------------------------ on one axis


def strip(block: Places, width: float) -> Drawing:
    """All places on one axis: the subject large, both ends named, the norm, the country dashed."""
    s, (places, country) = Sheet(width), _places(block)
    scale = _scale(places, country, block.norm, start=4, end=width - 4)
    stacked = _stacked([(each, scale(each.change)) for each in places])
    words = [] if block.norm is None else _norm_lines(block.norm, country, scale)
    crown = 46.0 + 15 * len(words)  # the highest dot stands here, below a line for a name
    base = crown + max(up for *_, up in stacked)
    if block.norm is not None:
        left, _ = s.band(scale, block.norm, 24, base)
        s.lines(words, left + 6, 39, bold=True, colour="norm-text")
    s.axis(scale, base, block.rows[0].number.unit == "percent")
    others = [(place, (x, base - up)) for place, x, up in stacked if not place.row.main]
    under = len(s.marks)
    s.dots("other", DOT, *(spot for _, spot in others))
    _country(s, country, scale, top=18, foot=base)
    for place, x, up in (each for each in stacked if each[0].row.main):
        _subject(s, place.named, (x, base - up), above=crown - 9, under=under)
    ends = sorted(others, key=lambda each: each[1])
    outermost = ends if len(ends) < 2 else [ends[0], ends[-1]]
    for (place, (x, y)), side in zip(outermost, ("end", "start"), strict=False):
        if not s.narrow:
            beside = (x - 9 if side == "end" else x + 9, y + 4, side)
            s.place(place.named, [beside, *around(x, y)], colour="muted")
    return s.drawing(base + 22)


def _subject(s: Sheet, name: Bilingual, spot: Spot, above: float, under: int) -> None:
    """The subject and its name: beside its dot where there is room, else above all dots.

    A line then leads from the name to the dot, under the other dots.
    """
    x, y = spot
    looks = {"bold": True, "colour": "subject", "size": LARGE}
    s.dots("subject", SUBJECT, spot)
    near = s.options(name, around(x, y, 12), **looks)
    if all(map(s.hidden, near)):
        s.marks.insert(under, Strokes([((x, above), (x, y))], "subject", 1))
        spots = [(x, above, "middle"), (x - 6, above, "start"), (x + 6, above, "end")]
        near = s.options(name, spots, **looks)
    s.put(near)


def _stacked(places: Sequence[tuple[_Place, float]]) -> list[tuple[_Place, float, float]]:
    """Each place with the height of its dot above the axis: as low as it touches no other."""
    stacked: list[tuple[_Place, float, float]] = []
    for place, x in sorted(places, key=lambda each: (not each[0].row.main, each[1])):
        up = 3.5 + place.dot / 2
        while any(
            hypot(x - other_x, up - height) < 1 + (place.dot + other.dot) / 2
            for other, other_x, height in stacked
        ):
            up += STACK
        stacked.append((place, x, up))
    return stacked


def _norm_lines(norm: Norm, country: _Place | None, scale: Scale) -> list[Bilingual]:
    """The words of the norm in lines that fit its band and do not cross the line of the country."""
    low = scale(norm.low.value)
    high = scale.end if norm.high is None else scale(norm.high.value)
    if country is not None:
        middle = scale(country.change)
        high = middle if low + 90 < middle < high else high
    return paragraph(both(norm.label), high - low - 12, bold=True)


# ---------------------------------------------------------------------------------------- in rows


def ranks(block: Places, width: float) -> Drawing:
    """One row for each place: rank, name, dot, number; equal numbers share a rank."""
    s, (places, country), norm = Sheet(width), _places(block), block.norm
    columns = [
        _ranked(places),
        [both(row.label) for row in block.rows],
        [place.number for place in places],
        [both(row.counts) for row in block.rows],
    ]
    if s.narrow:  # the names and the numbers alone
        columns[0] = columns[3] = [dict.fromkeys(LANGUAGES, "")] * len(places)
    left = (2 if s.narrow else 58) + widest(columns[1], bold=True)
    right = width - (0 if s.narrow else widest(columns[3]) + 20)
    numbers = widest(columns[2], bold=True)
    scale = _scale(places, country, norm, start=left + 8, end=right - numbers - 20)
    top, foot = 50.0, 50.0 + ROW * len(places)
    heights = [top + ROW * (rank + 0.5) for rank in range(len(places))]
    spots = [(scale(each.change), y) for each, y in zip(places, heights, strict=True)]
    subjects = [at for each, at in zip(block.rows, spots, strict=True) if each.main]
    s.stroke("tint", ROW, *(((0, y), (width, y)) for _, y in subjects))
    if not s.narrow:
        s.say(interface("rank"), 32, 32, side="end", colour="muted")
    if norm is not None:
        spot = (sum(s.band(scale, norm, top - 8, foot)) / 2, 14, "middle")
        s.place(both(norm.label), [spot], bold=True, colour="norm-text")
    s.stroke("rule", 1, *(((scale.start, y), (scale.end, y)) for y in heights), dash=(1, 2))
    _country(s, country, scale, top=top - 12, foot=foot)
    s.dots("other", DOT, *(spot for spot in spots if spot not in subjects))
    s.dots("subject", 11, *subjects)
    for row, y, *cells in zip(block.rows, heights, *columns, strict=True):
        for words, x, key in zip(cells, (32, left, right, width), RANKS, strict=True):
            s.say(words, x, y + 4, side="end", bold=row.main and key == "ink", colour=key)
    s.axis(scale, foot + 4, block.rows[0].number.unit == "percent")
    return s.drawing(foot + 26)


def _ranked(places: Sequence[_Place]) -> list[Bilingual]:
    """The rank of each place by its exact number, 1 for the largest, with “=” where shared."""
    changes = [place.change for place in places]
    ranks = [sum(other > change for other in changes) + 1 for change in changes]
    shared = (f"={rank}" if ranks.count(rank) > 1 else str(rank) for rank in ranks)
    return [dict.fromkeys(LANGUAGES, each) for each in shared]
