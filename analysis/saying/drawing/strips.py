"""Charts of places: each a dot by its relative change, on one axis or in rows by rank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import hypot

from analysis.numbers.schema import LANGUAGES
from analysis.saying.chart_blocks import Norm, Pair, Strip
from analysis.saying.drawing.lettering import both, interface, paragraph, widest
from analysis.saying.drawing.marks import LARGE, Bilingual, Drawing, Spot, Strokes
from analysis.saying.drawing.sheet import Scale, Sheet, around, padded
from analysis.saying.texts import Formed

DOT, SUBJECT = 8.0, 13.0  # a place among others, and the one that a chart is about
STACK = 5.0  # by which a dot of a strip is lifted until it touches no other
ROW = 18.0  # the height of a row of ranks
FEW = 12  # places that have rows on a phone, too, and in rows a scale from zero
_HEAD = 32.0  # above the rows, for the name of the country
RANKS = ("muted", "ink", "ink", "muted")  # the colours of the words in a row of ranks


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
        return {
            language: f"{name} {self.number[language]}"
            for language, name in both(self.row.label).items()
        }


def _places(block: Strip) -> tuple[list[_Place], _Place | None]:
    """The places and the country; where every place fell, with the size of the fall, unsigned."""
    fell = all(row.number.high is not None and row.number.high <= 0 for row in block.every)

    def placed(row: Pair) -> _Place:
        value = row.number.value
        form = Formed(value=row.number, form="fall" if fell and value < 0 else "")
        return _Place(row, abs(value) if fell else value, both(form))

    return [*map(placed, block.rows)], None if block.country is None else placed(block.country)


def _scale(block: Strip, start: float, end: float) -> Scale:
    """A scale for the places, the country and the norm; in rows of a few places from zero."""
    (places, country), norm = _places(block), block.norm
    changes = [place.change for place in places]
    if country is not None:
        changes.append(country.change)
    if norm is not None:
        changes += [end.value for end in (norm.low, norm.high) if end is not None]
    from_zero = block.ranked and len(places) <= FEW
    low, high = padded(map(float, [*changes, Decimal(0)] if from_zero else changes), 0.04)
    return Scale(0 if from_zero and min(changes) >= 0 else low, high, start, end)


def of_strip(block: Strip, width: float) -> Drawing:
    """One dot for each place: on one axis, or in rows where they are ranked and there is room."""
    few = len(block.rows) <= FEW
    if not block.ranked or (width < 500 and not few):
        return strip(block, width)
    return ranks(block, width) if width > 500 else _on_a_phone(block, width)


def _others(s: Sheet, placed: Iterable[tuple[_Place, Spot]]) -> None:
    """The dots of all but the subject; of plans hollow."""
    for hollow in (False, True):
        spots = [
            spot for place, spot in placed if not place.row.main and place.row.hollow == hollow
        ]
        if spots:
            s.dots("other", DOT, *spots, hollow=hollow)


def _country(s: Sheet, country: _Place | None, scale: Scale, top: float, foot: float) -> None:
    """The country as a dashed line with its name above."""
    if country is not None:
        x = scale(country.change)
        s.line("ink", 1.6, ((x, top), (x, foot)), dash=(2.2, 1.5))
        s.place(country.named, [(x, top - 6, "middle")], bold=True)


# ------------------------------------------------------------------------------------ on one axis


def strip(block: Strip, width: float) -> Drawing:
    """All places on one axis: the subject large, both ends and who is above the norm named."""
    s, (places, country) = Sheet(width), _places(block)
    scale = _scale(block, start=4, end=width - 4)
    stacked = _stacked([(place, scale(place.change)) for place in places])
    words = [] if block.norm is None else _norm_lines(block.norm, country, scale)
    crown = 50.0 + 15 * len(words)  # the highest dot stands here, below a line for a name
    base = crown + max(up for *_, up in stacked)
    if block.norm is not None:
        left, _ = s.band(scale, block.norm, 24, base)
        s.lines(words, left + 6, 39, bold=True, colour="norm-text")
    s.axis(scale, base, block.rows[0].number.unit == "percent")
    others = [(place, (x, base - up)) for place, x, up in stacked if not place.row.main]
    under = len(s.marks)
    _others(s, others)
    _country(s, country, scale, top=18, foot=base)
    for place, x, up in (dot for dot in stacked if dot[0].row.main):
        _subject(s, place, (x, base - up), above=crown - 9, under=under)
    ends = sorted(others, key=lambda each: each[1])
    outermost = ends if len(ends) < 2 else [ends[0], ends[-1]]
    for (place, (x, y)), side in zip(outermost, ("end", "start"), strict=False):
        if not s.narrow:
            beside = (x - 9 if side == "end" else x + 9, y + 4, side)
            s.place(place.named, [beside, *around(x, y)], colour="muted")
    _above(s, block.norm, ends if s.narrow else ends[1:-1])
    return s.drawing(base + 22)


def _above(s: Sheet, norm: Norm | None, others: Sequence[tuple[_Place, Spot]]) -> None:
    """The names of places above the range of a norm, where they hide nothing."""
    if norm is None or norm.high is None:
        return
    for place, (x, y) in others:
        if place.change > norm.high.value:
            options = s.options(place.named, around(x, y), colour="muted")
            if not all(map(s.hides, options)):
                s.put(options)


def _subject(s: Sheet, place: _Place, spot: Spot, above: float, under: int) -> None:
    """The subject and its name: beside its dot where there is room, else above all dots.

    A line then leads from the name to the dot, under the other dots.
    """
    (x, y), name = spot, place.named
    looks = {"bold": True, "colour": "subject", "size": LARGE}
    s.dots("subject", SUBJECT, spot, hollow=place.row.hollow)
    near = s.options(name, around(x, y, 12), **looks)
    if all(map(s.hides, near)):
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


def ranks(block: Strip, width: float) -> Drawing:
    """One row for each place: rank, name, dot, number; equal numbers share a rank."""
    s, (places, _) = Sheet(width), _places(block)
    columns = [
        _ranked(places),
        [both(row.label) for row in block.rows],
        [place.number for place in places],
        [both(row.counts) for row in block.rows],
    ]
    left = 58 + widest(columns[1], bold=True)
    right = width - widest(columns[3]) - 20
    numbers = widest(columns[2], bold=True)
    scale = _scale(block, start=left + 8, end=right - numbers - 20)
    top = _HEAD if block.norm is None else _HEAD + 18
    heights = [top + ROW * (rank + 0.5) for rank in range(len(places))]
    subjects = [y for row, y in zip(block.rows, heights, strict=True) if row.main]
    s.stroke("tint", ROW, *(((0, y), (width, y)) for y in subjects))
    s.say(interface("rank"), 32, top - 18, side="end", colour="muted")
    foot = top + ROW * len(places)
    _in_rows(s, block, scale, heights, top=top, foot=foot)
    for row, y, *cells in zip(block.rows, heights, *columns, strict=True):
        for words, x, key in zip(cells, (32, left, right, width), RANKS, strict=True):
            s.say(words, x, y + 4, side="end", bold=row.main and key == "ink", colour=key)
    return s.drawing(foot + 26)


def _on_a_phone(block: Strip, width: float) -> Drawing:
    """The rows of a few places: the name and the number above the line of each."""
    s, (places, country) = Sheet(width), _places(block)
    scale = _scale(block, start=7, end=width - 7)
    top = (24.0 if country else 2.0) if block.norm is None else 42.0
    y, heights = top - 6, []
    for place in places:
        looks = {"colour": "subject"} if place.row.main else {}
        y = s.row(both(place.row.label), place.number, y + 20, halo=True, **looks) + 13
        heights.append(y)
    _in_rows(s, block, scale, heights, top=top, foot=y + 8)
    return s.drawing(y + 34)


def _in_rows(
    s: Sheet, block: Strip, scale: Scale, heights: Sequence[float], top: float, foot: float
) -> None:
    """The dots of places, each on a line of its own, over the norm; the country; the axis."""
    places, country = _places(block)
    placed = [(place, (scale(place.change), y)) for place, y in zip(places, heights, strict=True)]
    if block.norm is not None:
        middle = sum(s.band(scale, block.norm, top - 8, foot)) / 2
        s.place(both(block.norm.label), [(middle, 14, "middle")], bold=True, colour="norm-text")
    s.stroke("rule", 1, *(((scale.start, y), (scale.end, y)) for y in heights), dash=(1, 2))
    _country(s, country, scale, top=top - 12, foot=foot)
    _others(s, placed)
    for place, spot in placed:
        if place.row.main:
            s.dots("subject", 11, spot, hollow=place.row.hollow)
    s.axis(scale, foot + 4, block.rows[0].number.unit == "percent")


def _ranked(places: Sequence[_Place]) -> list[Bilingual]:
    """The rank of each place by its exact number, 1 for the largest, with “=” where shared."""
    changes = [place.change for place in places]
    ranks = [sum(other > change for other in changes) + 1 for change in changes]
    shared = (f"={rank}" if ranks.count(rank) > 1 else str(rank) for rank in ranks)
    return [dict.fromkeys(LANGUAGES, words) for words in shared]
