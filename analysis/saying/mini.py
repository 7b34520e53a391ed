"""The small form of a chart, for a card: the one comparison that it is about, without an axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.saying import places
from analysis.saying.chart_blocks import Bars, Chart, Completions, Panels, Parts, Places, Point
from analysis.saying.sheet import SMALL, TINY, Drawing, Scale, Sheet, both, paragraph, widest
from analysis.saying.svg import Bilingual
from analysis.saying.texts import Shown, text_of

WIDTH, MOST = 330, 4


def of(block: Chart) -> Drawing | None:
    """The small form of a chart; None where it has none."""
    match block:
        case Panels():
            return _columns(block)
        case Parts():
            return _bars(block)
        case Places():
            return places.strip(block, WIDTH)
        case Completions():
            least = sorted(block.rows, key=lambda row: row.rate.value)[: MOST - 1]
            rows = ((row.label, row.rate.value, row.rate, row.main) for row in least)
            return _dots(((both(a), float(b), both(text_of(c)), d) for a, b, c, d in rows), 100)
        case Bars():
            return places.bars(block.model_copy(update={"rows": block.rows[:MOST]}), WIDTH)
    return None


def steps(points: Sequence[Point]) -> list[Point]:
    """The points of a panel for a card, at most four: the first, and those that have a rate."""
    return [points[0], *(each for each in points[1:] if each.rate is not None)][-MOST:]


def _columns(block: Panels) -> Drawing | None:
    """Columns from zero, for the panel with the most rates; planned counts are hollow.

    None where no panel tells of a change.
    """
    s, high = Sheet(WIDTH), 44.0
    shown = max((steps(line.points) for line in block.lines), key=len)
    if len(shown) < 2:
        return None
    y = Scale(0, max(float(each.number.value) for each in shown), 18 + high, 18)
    room = WIDTH / MOST
    for place, point in enumerate(shown):
        left, top, foot = place * room, y(point.number.value), 18 + high
        if point.hollow:
            s.outline("subject", left, left + room - 16, top, foot)
        else:
            s.bar("subject", left, left + room - 16, (top + foot) / 2, foot - top)
        middle = left + (room - 16) / 2
        s.say(both(text_of(point.number)), middle, top - 5, side="middle", bold=True)
        day = Shown(value=point.day, form="year" if not point.day.start else "short")
        s.say(both(text_of(day)), middle, foot + 15, side="middle", colour="muted", size=TINY)
    return s.drawing(84)


def _bars(block: Parts) -> Drawing:
    """One thin bar for each place, with the share of its last part."""
    s = Sheet(WIDTH)
    left = 10 + widest((both(row.label) for row in block.rows), SMALL)
    ends = [both(text_of(row.share(row.parts[-1]))) for row in block.rows]
    right = WIDTH - widest(ends, SMALL, bold=True) - 8
    for place, (row, share) in enumerate(zip(block.rows, ends, strict=True)):
        y = 4.0 + 26 * place
        s.say(both(row.label), 0, y + 12)
        places.cut(s, row, Scale(0, float(row.whole.value), left, right), y, y + 16)
        s.say(share, WIDTH, y + 12, side="end", bold=True)
    return s.drawing(26.0 * len(block.rows))


def _dots(rows: Iterable[tuple[Bilingual, float, Bilingual, bool]], most: float = 0) -> Drawing:
    """One dot for each row on a line from zero, with its label left and its number right.

    `most` is the end of the scale; without it the largest number is.
    """
    s, listed = Sheet(WIDTH), list(rows)
    left = 10 + min(150.0, widest((label for label, *_ in listed), SMALL))
    right = WIDTH - widest((number for _, _, number, _ in listed), SMALL, bold=True) - 14
    x, y = Scale(0, most or max(size for _, size, *_ in listed), left, right), 0.0
    for label, size, number, main in listed:
        lines = paragraph(label, left - 8, SMALL, up=True)
        s.lines(lines, 0, y + 16, 14)
        key, middle = "subject" if main else "other", y + 12 + 7 * (len(lines) - 1)
        s.stroke(key, 1.8, ((left, middle), (x(size), middle)))
        s.dots(key, 8, (x(size), middle))
        s.say(number, WIDTH, middle + 4, side="end", bold=True)
        y += 24 + 14 * (len(lines) - 1)
    return s.drawing(y)
