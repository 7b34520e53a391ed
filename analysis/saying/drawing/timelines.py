"""Charts over time: panels of counts, and shares that hold for a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, pairwise

from analysis.numbers import periods
from analysis.numbers.figures import Figures
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.numbers.rows import public_from
from analysis.numbers.schema import LANGUAGES
from analysis.saying.chart_blocks import Norm
from analysis.saying.drawing.lettering import both, box, paragraph, plain, widest, width_of
from analysis.saying.drawing.marks import SIZE, Bilingual, Drawing, Spot, Strokes
from analysis.saying.drawing.sheet import GAP, Scale, Sheet, around
from analysis.saying.texts import Formed, same
from analysis.saying.time_blocks import Line, Panels, Periods, Point, Span, Spell

DOT = 8.0
FULL = 0.35  # from this many years on, a reform tints the panels; a shorter one is a line


def moment(period: Period, known: Figures) -> float:
    """The end of a period as a year with its fraction.

    A month or year in which its figure was printed ends on that day: a source knows no later.
    """
    end = period.last_day + timedelta(days=1) if len(period.end) < 8 else period.last_day
    if period.figure:
        source = known.entry("sources", known.row(period.figure)["source"])
        printed = date.fromisoformat(public_from(source))
        end = printed if period.first_day <= printed < end else end
    return _year(end)


def _year(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


# ------------------------------------------------------------------------------------------ panels


def panels(block: Panels, known: Figures, width: float, part: slice = slice(None)) -> Drawing:
    """Panels under each other on one axis of years, each from zero, with the reforms above.

    Of a tall chart in parts, those of `part`, on the same axis.
    """
    s, drawn = Sheet(width), block.lines[part]
    names = widest((both(line.label) for line in block.lines), bold=True)
    left = 8.0 if s.narrow else 34 + max(150.0, min(210.0, names))
    years = [[moment(point.day, known) for point in line.points] for line in block.lines]
    spans = [_ends(span, known) for span in block.spans]
    times = [*chain(*years), *chain(*spans)]
    room = 62.0 if s.narrow else 104.0  # for the numbers of the last points
    x = Scale(min(times) - 0.3, max(times) + 0.1, left, width - room)
    top = _reforms(s, [*zip(block.spans, spans, strict=True)], x)
    high, head = (66.0, 42.0) if s.narrow else (74.0, 30.0)  # of a panel, and above it
    feet = [top + (head + high + 4) * number - 4 for number in range(1, len(drawn) + 1)]
    lines, under = _through(s, spans, x, top=top - 2, bottom=feet[-1]), len(s.marks)
    for line, days, foot in zip(drawn, years[part], feet, strict=True):
        _name(s, line, known, foot=foot, high=high, left=left)
        _panel(s, line, x, days, foot=foot, high=high)
    gapped = [piece for at in lines for piece in _free(s, at, top - 2, feet[-1])]
    s.marks.insert(under, Strokes(gapped, "hairline", 1))
    _years(s, x, feet[-1])
    return s.drawing(feet[-1] + 26)


def _ends(span: Span, known: Figures) -> tuple[float, float]:
    start = _year(span.start.first_day)
    return start, start if span.end is None else max(start, moment(span.end, known))


def _reforms(s: Sheet, spans: Sequence[tuple[Span, tuple[float, float]]], x: Scale) -> float:
    """Draw the reforms as bars, each in its lane, with names; give where the panels begin."""
    y = 4.0
    for span, ends in spans:
        start, end = map(x, ends)
        end = max(end, start + 4)
        label = both(span.label)
        need = widest([label], bold=True)
        if start - 8 - need >= 0:
            s.say(label, start - 8, y + 12, side="end", bold=True)
        elif end + 8 + need <= s.width:
            s.say(label, end + 8, y + 12, bold=True)
        else:
            lines, late = paragraph(label, s.width, bold=True), start > s.width / 2
            need = widest(lines, bold=True)
            at = max(end, need) if late else min(start, s.width - need)
            y = s.lines(lines, at, y + 11, bold=True, side="end" if late else "start") - 15
        s.bar("ink", start, end, y + 8, thick=5)
        y += 20
    return y + 4


def _through(
    s: Sheet, spans: Sequence[tuple[float, float]], x: Scale, top: float, bottom: float
) -> list[float]:
    """Continue each reform through the panels: as a tint; where it is short, a thin line will do.

    Gives the pixels of those lines, which are drawn when all words are known.
    """
    tinted, thin = x.low, []
    for start, end in sorted(spans):
        if end - start >= FULL and start >= tinted:
            s.bar("tint", x(start), x(end), (top + bottom) / 2, thick=bottom - top)
            tinted = end
        else:
            thin.append(x(start))
    return thin


def _free(s: Sheet, x: float, top: float, bottom: float) -> list[tuple[Spot, Spot]]:
    """An upright line at `x` in pieces, because it crosses no words."""
    boxes = (box(word) for word in s.words)
    crossed = sorted((a, b) for left, a, right, b in boxes if left - 2 < x < right + 2)
    pieces = []
    for start, end in [*crossed, (bottom, bottom)]:
        if min(start, bottom) - top > 1:
            pieces.append(((x, top), (x, min(start, bottom))))
        top = max(top, end)
    return pieces


def _name(s: Sheet, line: Line, known: Figures, *, foot: float, high: float, left: float) -> None:
    """The name of a panel and its unit, left of it or, on a phone, above it; and its zero line."""
    if s.narrow:
        s.wrap(both(line.label), s.width, 0, foot - high - 24, bold=True, halo=True)
        return
    lines = paragraph(both(line.label), left - 36, bold=True, up=True)
    y = s.lines(lines, 0, foot - high / 2 - 8, bold=True)
    counted = known.entry("indicators", known.indicator_of(line.points[0].number.figures[0]))
    unit = {language: counted[f"unit_{language}"] for language in LANGUAGES}
    s.wrap(unit, left - 36, 0, y, colour="muted")
    s.say(plain(0), left - 6, foot + 3, side="end", colour="muted")


def _panel(s: Sheet, line: Line, x: Scale, days: Sequence[float], foot: float, high: float) -> None:
    """The line of a panel; `days` has the moment of each point, in years."""
    top = max((float(point.number.value) for point in line.points), default=0) or 1
    y = Scale(0, top, foot, foot - high)
    s.stroke("axis", 1, ((x.start, foot), (x.end, foot)))
    s.taken.append((x.start, foot, x.end, foot + 3))
    spots = [(x(at), y(point.number.value)) for at, point in zip(days, line.points, strict=True)]
    steps = zip(pairwise(spots), line.points[1:], strict=True)
    for (a, b), point in (step for step in steps if step[1].joined):
        dash = (1, 1.6) if point.line == "dotted" else ()
        s.line("subject", 1.8, *_joint(a, b, point), dash=dash)
    dots = list(zip(spots, line.points, strict=True))
    for hollow in (False, True):
        listed = (spot for spot, point in dots if point.hollow == hollow)
        s.dots("subject", DOT, *listed, hollow=hollow)
    for at, (spot, point) in enumerate(dots):
        after, before = dots[at + 1 : at + 2], dots[max(at - 1, 0) : at]
        _number(s, spot, point, _crowded(spot, point, after), _crowded(spot, point, before))
    for at, point in enumerate(line.points):
        if point.rate is not None and line.base(at) == at - 1:
            _rate(s, spots[at - 1], spots[at], point)
        elif point.rate is not None:
            _bracket(s, spots[line.base(at) : at + 1], both(Formed(value=point.rate, form="sign")))


def _joint(a: Spot, b: Spot, point: Point) -> list[tuple[Spot, Spot]]:
    corner = (b[0], a[1])
    return [(a, corner), (corner, b)] if point.line == "step" else [(a, b)]


def _crowded(spot: Spot, point: Point, neighbour: Sequence[tuple[Spot, Point]]) -> bool:
    """True where the numbers of a point and of its neighbour, if any, would touch above them."""
    for (x, y), other in neighbour:
        need = widest([both(point.number)], bold=True) + widest([both(other.number)], bold=True)
        return abs(x - spot[0]) < need / 2 + GAP and abs(y - spot[1]) < SIZE
    return False


def _number(s: Sheet, spot: Spot, point: Point, left: bool, right: bool) -> None:
    """The number of a point, and its note: on the same line where there is room, else below.

    It gives way to the `left` or to the `right` of its dot, from a neighbour's number.
    """
    number, (x, y), at = both(point.number), spot, around(*spot)
    if left != right:
        aside, side = (x + 2, "end") if left else (x - 2, "start")
        at = [*((aside, y - up, side) for up in (8, 12)), *at]
    beside = ((point.note, "muted"), (point.printed if point.rate is None else None, "check"))
    tails = [(both(each), key) for each, key in beside if each is not None]
    options = s.options(number, at, bold=True)
    if tails:
        (words, key), *others = tails
        sides = [spot for spot in at if spot[2] != "middle"]
        inline = s.options(number, sides, bold=True, tail=words, tail_colour=key)
        if not all(map(s.hides, inline)):
            options, tails = inline, others
    start, _, _, foot = box(s.put(options))
    for words, key in tails:
        lines = paragraph(words, max(84.0, s.width - start))
        x = min(start, s.width - widest(lines))
        foot = s.lines(lines, x, foot + 11, 13, colour=key, halo=True) - 11


def _rate(s: Sheet, a: Spot, b: Spot, point: Point) -> None:
    """The relative change, on the line that leads to a point, and after it what was printed."""
    assert point.rate is not None
    words, looks = both(Formed(value=point.rate, form="sign")), {"bold": True, "colour": "subject"}
    (x, y), (to_x, to_y) = a, b
    if point.line == "step":  # what changed, changed at its end
        x = to_x
    middle, level, right = (x + to_x) / 2, (y + to_y) / 2, max(x, to_x)
    under = [(middle, level + 18, "middle"), (middle, level - 8, "middle")]
    beside = [(right + 8, level + up, "start") for up in (4, -8, 20)]
    near = [(middle + 6, level - 6, "start"), (middle - 6, level + 16, "end")]
    spots = [*under, *beside, *near, (x - 8, level, "end")]
    if point.printed is not None:
        looks |= {"tail": both(point.printed), "tail_colour": "check"}
        spots = [*beside, *under, *near]
    s.place(words, spots, **looks)


def _bracket(s: Sheet, spots: Sequence[Spot], words: Bilingual) -> None:
    """The relative change between the first and the last of some points, on a bracket below them
    that joins the two it compares and passes those between."""
    (left, start), (right, end) = spots[0], spots[-1]
    level = max(y for _, y in spots) + 14
    feet = ((left, start + 6), (left, level)), ((right, end + 6), (right, level))
    s.stroke("subject", 1, *feet, ((left, level), (right, level)))
    s.place(words, [((left + right) / 2, level + 4, "middle")], bold=True, colour="subject")


def _years(s: Sheet, x: Scale, foot: float) -> None:
    """The years under the last panel, each from its tick on; as many as have room on the axis."""
    years = range(int(x.low), int(x.high) + 1)
    s.ticks(map(x, years[1:]), foot)
    need = width_of("2013")
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100) if n * x.per_unit > need + 8)
    for year in years:
        left = max(x(year), x.start)
        until = x.end if left == x(year) else min(x(year + 1) - 8, x.end)  # a year cut at its start
        if year % every == 0 and left + need <= until:
            s.say(dict.fromkeys(LANGUAGES, str(year)), left, foot + 18, colour="muted")


# ---------------------------------------------------------------------------- shares for a period


def spells(block: Periods, width: float) -> Drawing:
    """Shares on an axis of time; on a phone in rows, with their periods in the labels."""
    s = Sheet(width)
    highs = [float(row.number.high or row.number.value) for row in block.rows]
    highs += [float(block.norm.low.value) * 1.15] if block.norm else []
    top = min(100.0, 20.0 * (int(max(highs) / 20) + 1))
    return _in_rows(s, block, top) if s.narrow else _over_time(s, block, top)


def _over_time(s: Sheet, block: Periods, top: float) -> Drawing:
    """A bar for each period, at the height of its share, on an axis of months."""
    ends = [_stretch(row.day) for row in block.rows]
    first, last = min(a for a, _ in ends), max(b for _, b in ends)
    x = Scale(first, last + 0.02 * (last - first), 48, s.width - 170)
    y = Scale(0, top, 240, 16)
    percent = block.rows[0].number.unit == "percent"
    if block.norm is not None:
        _target(s, block.norm, x, y)
    ticks = y.ticks(50)
    s.stroke("rule", 1, *(((x.start, y(at)), (x.end, y(at))) for at in ticks if at), dash=(1, 2))
    s.stroke("axis", 1, ((x.start, y(0)), (x.end, y(0))))
    for at in ticks:
        s.say(plain(at, percent), x.start - 8, y(at) + 4, side="end", colour="muted")
    _months(s, x, y(0))
    bars = [(row, x(a), max(x(b), x(a) + 3)) for row, (a, b) in zip(block.rows, ends, strict=True)]
    for row, left, right in bars:
        _interval(s, row, left=left, right=right, y=y)
    for row, left, right in sorted(bars, key=lambda bar: bar[1] - bar[2]):
        level, ups = y(row.number.value), (-9, 18, 33, -24, 48)
        spots = [(right + 8, level + 4, "start"), *((left, level + up, "start") for up in ups)]
        spots += [(right, level + up, "end") for up in ups] + [(left - 8, level + 4, "end")]
        key = "subject" if row.main else "ink"
        s.place(both(row.number), spots, bold=True, colour=key, tail=_with_period(row))
    return s.drawing(y(0) + 28)


def _target(s: Sheet, norm: Norm, x: Scale, y: Scale) -> None:
    """The band of a norm over the time it holds, its words right of it; a target's at its edge.

    No other label lies on the end of the band.
    """
    since = x.start if norm.since is None else max(x.start, x(_year(norm.since.first_day)))
    low, high = y(norm.low.value), y.end if norm.high is None else y(norm.high.value)
    s.bar("norm-fill", since, x.end, (low + high) / 2, thick=low - high)
    s.stroke("norm-edge", 1.2, ((since, low), (x.end, low)))
    at = low + 4 if norm.high is None else (low + high) / 2
    s.wrap(both(norm.label), s.width - x.end - 8, x.end + 8, at, colour="norm-text")
    s.taken.append((x.end - 1, high, x.end + 1, low))


def _with_period(row: Spell) -> Bilingual:
    return both(same(f"{row.label}, {row.day:short}"))


def _stretch(day: Period) -> tuple[float, float]:
    return _year(day.first_day), _year(day.last_day + timedelta(days=1))


def _interval(s: Sheet, row: Spell, left: float, right: float, y: Scale) -> None:
    """A bar as long as its period and as thick as its rounding interval, at least four pixels."""
    low, high = (y(end) for end in _bounds(row.number))
    thick = max(4.0, low - high)
    middle, key = (low + high) / 2, "subject" if row.main else "ink"
    s.line(key, thick, ((left, middle), (right, middle)))


def _bounds(number: Quantity) -> tuple[Decimal, Decimal]:
    """The bounds of a number; its value on a side without bound."""
    low, high = (number.value if end is None else end for end in (number.low, number.high))
    return low, high


def _months(s: Sheet, x: Scale, foot: float) -> None:
    """The months under the axis, each at its first day; as many as have room."""
    days = [date(year, month, 1) for year in range(int(x.low), int(x.high) + 1)
            for month in range(1, 13)]  # fmt: skip
    at = {day: x(_year(day)) for day in days if x.start - 1 <= x(_year(day)) <= x.end}
    names = [both(Formed(value=periods.read(f"{day:%Y-%m}"), form="short")) for day in at]
    every = next(n for n in (1, 2, 3, 6, 12, 24, 60) if n * x.per_unit / 12 > widest(names) + 12)
    s.ticks(at.values(), foot)
    for name, middle in [*zip(names, at.values(), strict=True)][::every]:
        s.say(name, middle, foot + 18, side="middle", colour="muted")


def _in_rows(s: Sheet, block: Periods, top: float) -> Drawing:
    """A bar for each period on an axis of shares, for a phone."""
    x, norm, y = Scale(0, top, 4, s.width - 4), block.norm, 18.0
    if norm is not None:
        lines = paragraph(both(norm.label), s.width)
        at = min(x(norm.low.value), s.width - widest(lines))
        y = s.lines(lines, at, 12, colour="norm-text") + 4
    first, marks = y - 10, []
    for row in block.rows:
        y = s.row(_with_period(row), both(row.number), y + 8, halo=True) + 24
        marks.append((row, y - 13))
    if norm is not None:
        s.band(x, norm, first, y)
    s.stroke("hairline", 1.2, *(((x.start, at), (x.end, at)) for _, at in marks), dash=(1, 2.5))
    for row, at in marks:
        low, high_x = (x(end) for end in _bounds(row.number))
        half, middle = max(2.5, (high_x - low) / 2), (low + high_x) / 2
        s.bar("subject" if row.main else "ink", middle - half, middle + half, at, thick=10)
    s.axis(x, y, block.rows[0].number.unit == "percent")
    return s.drawing(y + 24)
