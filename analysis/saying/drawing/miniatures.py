"""The small form of a chart, for a card: the one comparison that it is about, without an axis."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.numbers.claims import Recomputed
from analysis.saying.chart_blocks import (
    Bar,
    Bars,
    Chart,
    Completions,
    Parts,
    Strip,
    Task,
)
from analysis.saying.drawing import bars, strips
from analysis.saying.drawing.lettering import both, interface, paragraph, widest
from analysis.saying.drawing.marks import Drawing
from analysis.saying.drawing.sheet import Scale, Sheet
from analysis.saying.texts import Formed
from analysis.saying.time_blocks import Panels, Point

WIDTH, MOST = 330, 4  # pixels; rows or columns


def of(block: Chart) -> Drawing | None:
    """The small form of a chart; None where it has none."""
    match block:
        case Panels():
            return _columns(block)
        case Strip():
            return strips.strip(block, WIDTH)
        case Completions():
            return _shares(sorted(block.rows, key=lambda row: row.rate.value)[: MOST - 1])
        case Bars():
            return bars.bars(block.model_copy(update={"rows": block.rows[:MOST]}), WIDTH)
        case Parts() if block.about is not None:
            return bars.bars(_of_one_part(block), WIDTH)
    return None


def _of_one_part(block: Parts) -> Bars:
    """The part that a chart is about, of each place."""
    rows = tuple(
        Bar(label=row.label, number=part.number)
        for row in block.rows[:MOST]
        for part in row.parts
        if part.label == block.about
    )
    return Bars(name=block.name, title=block.title, subtitle=block.subtitle, rows=rows)


_SQUARES = {
    "off": ("does_not_hold", "holds_if_truncated"),
    "differ": ("contradicts",),
    "holds": ("holds",),
    "unknown": ("cannot_be_checked",),
}


def verdicts(checked: Sequence[Recomputed]) -> Drawing:
    """A square for each claim: those that do not hold as printed, two numbers that differ, those
    that hold, the others; below, what each look means."""
    s, step = Sheet(WIDTH), 11.0
    looks = [look for look, those in _SQUARES.items() for x in checked if x.verdict in those]
    across = int(WIDTH / step)
    for place, look in enumerate(looks):
        down, right = divmod(place, across)
        _square(s, look, right * step, down * step)
    y, at = ((len(looks) - 1) // across + 1) * step + 14, 0.0
    for look in dict.fromkeys(looks):
        name = interface(f"squares_{look}")
        if at and at + 15 + widest([name]) > WIDTH:
            y, at = y + 16, 0.0
        _square(s, look, at, y - 8.5)
        s.say(name, at + 15, y, colour="muted")
        at += widest([name]) + 30
    return s.drawing(y + 5)


def _square(s: Sheet, look: str, x: float, y: float, size: float = 8.5) -> None:
    """A square: full where a claim is off or holds, half full where two numbers differ and either
    may be right, hollow where nothing could be recomputed."""
    if look in ("differ", "unknown"):
        s.outline("check" if look == "differ" else "other", x, x + size, top=y, bottom=y + size)
    if look == "differ":
        s.bar("check", x, x + size, y + size * 0.75, thick=size / 2)
    if look in ("off", "holds"):
        s.bar("check" if look == "off" else "hairline", x, x + size, y + size / 2, thick=size)


def _last_change(block: Panels) -> Sequence[Point]:
    """The two points of the last change of the first panel that tells of one."""
    for line in block.lines:
        ends = [at for at, point in enumerate(line.points) if point.rate is not None]
        if ends:
            return line.points[line.base(ends[-1])], line.points[ends[-1]]
    return ()


def _columns(block: Panels) -> Drawing | None:
    """Two columns from zero, before and after; a planned count is hollow.

    None where no panel tells of a change.
    """
    s, foot, points = Sheet(WIDTH), 62.0, _last_change(block)
    if not points:
        return None
    y = Scale(0, max(float(point.number.value) for point in points), foot, 18)
    for at, point in enumerate(points):
        left, top = at * WIDTH / MOST, y(point.number.value)
        right = left + WIDTH / MOST - 16
        if point.hollow:
            s.outline("subject", left, right, top=top, bottom=foot)
        else:
            colour = "subject" if at else "other"
            s.bar(colour, left, right, (top + foot) / 2, thick=foot - top)
        middle = (left + right) / 2
        s.say(both(point.number), middle, top - 5, side="middle", bold=True)
        day = Formed(value=point.day, form="short" if point.day.start else "year")
        s.say(both(day), middle, foot + 15, side="middle", colour="muted")
    return s.drawing(84)


def _shares(rows: Sequence[Task]) -> Drawing:
    """One dot for each share on a line from zero, its label left of it, its number right."""
    s, y = Sheet(WIDTH), 0.0
    left = 10 + min(150.0, widest(both(row.label) for row in rows))
    right = WIDTH - widest((both(row.rate) for row in rows), bold=True) - 14
    x = Scale(0, 100, left, right)
    for row in rows:
        lines = paragraph(both(row.label), left - 8, up=True)
        s.lines(lines, 0, y + 16, 14)
        key, end = "subject" if row.main else "other", x(row.rate.value)
        middle = y + 12 + 7 * (len(lines) - 1)
        s.stroke(key, 1.8, ((left, middle), (end, middle)))
        s.dots(key, 8, (end, middle))
        s.say(both(row.rate), WIDTH, middle + 4, side="end", bold=True)
        y += 24 + 14 * (len(lines) - 1)
    return s.drawing(y)
