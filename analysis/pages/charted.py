"""For the gate: a chart draws numbers of one unit on a scale, and nothing that contradicts them.

A norm, a later share and a change written on a line are drawn, too, so they follow the same rules:
of the unit of their scale, and of the numbers that they stand between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from analysis.numbers import listing
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity, UnitError
from analysis.numbers.rows import is_planned
from analysis.pages.contradictions import Tables
from analysis.saying import blocks, texts
from analysis.saying.chart_blocks import Mark, Pair
from analysis.saying.time_blocks import Point

_PLACES = "Take a list of the places on the map."
_APART = "Draw one chart for each unit."
_APART_PLACES = "Draw one line for each place."
_AROUND = "Take the numbers of what is around them."
_STATED = "Take the stated number of a claim with these operands."
_HOLLOW, _SOLID = "Draw it hollow.", "Draw it solid."
_BELONGS = "Give the change from the point before."


def wrong(chart: blocks.Chart, tables: Tables, as_of: Callable[[str], Period]) -> Iterator[str]:
    """What is wrong with a chart: what was found, and below it what to do."""
    if _is_empty(chart):
        yield f"{chart.anchor} draws nothing, or a line without points\nLeave it out."
        return
    try:
        marks = [*chart.marks()]
        if unknown := [mark for mark in marks if not mark.number.known]:
            name = f"{chart.anchor}: “{unknown[0].label.words('en')}”"
            yield f"{name} is drawn from numbers that give none\nLeave it out."
            return
        yield from _unlike_units(chart, marks)
    except UnitError as error:
        yield f"{chart.anchor}: {error}\n{_APART}"
        return
    yield from _plans_as_facts(chart, tables)
    match chart:
        case blocks.Panels():
            yield from _other_changes(chart)
            yield from _no_series(chart, tables)
        case blocks.Completions():
            yield from _no_tasks(chart, tables, as_of)
        case blocks.Strip():
            yield from _norm_that_fits_none(chart)
            yield from _no_country(chart, tables)
        case blocks.Periods():
            yield from _norm_that_fits_none(chart)
        case blocks.Map():
            yield from _another_place(chart)


def _plans_as_facts(chart: blocks.Chart, tables: Tables) -> Iterator[str]:
    """What is planned, drawn like what was counted; or in a strip the other way round."""
    marks: list[Pair | Point] = []
    if isinstance(chart, blocks.Strip):
        marks += chart.rows
    if isinstance(chart, blocks.Panels):
        marks += [point for line in chart.lines for point in line.points]
    for mark in marks:
        planned = any(is_planned(tables["figures"][figure]) for figure in mark.number.figures)
        if planned and not mark.hollow:
            yield f"{chart.anchor} draws {mark.number.name}, which is planned, as a fact\n{_HOLLOW}"
        if mark.hollow and not planned and isinstance(mark, Pair):
            yield f"{chart.anchor} draws {mark.number.name} as planned\n{_SOLID}"


def _is_empty(chart: blocks.Chart) -> bool:
    """True where there is nothing to draw; a map has its places from the tables."""
    drawn = chart.lines if isinstance(chart, blocks.Panels) else getattr(chart, "rows", (chart,))
    return not drawn or any(not getattr(mark, "points", (mark,)) for mark in drawn)


def _unlike_units(chart: blocks.Chart, marks: Sequence[Mark]) -> Iterator[str]:
    """Numbers of several units on one scale, or of another unit than the scale always has."""
    units: dict[str, set[str]] = defaultdict(set)
    for mark in marks:
        units[mark.scale].add(mark.number.unit)
    if isinstance(chart, blocks.Strip | blocks.Periods) and (norm := chart.norm):
        units[""] |= {bound.unit for bound in (norm.low, norm.high) if bound is not None}
    if isinstance(chart, blocks.Completions | blocks.Periods):
        units[""].add("percent")
    if isinstance(chart, blocks.Completions):
        further = (number for row in chart.rows for number in (row.later, row.printed))
        units[""] |= {number.unit for number in further if number is not None}
    for mixed in (sorted(of_axis) for of_axis in units.values() if len(of_axis) > 1):
        yield f"{chart.anchor} draws unlike units on one scale: {', '.join(mixed)}\n{_APART}"


def _other_changes(chart: blocks.Panels) -> Iterator[str]:
    """A change that is written on a line, but is not one from an earlier point to this one."""
    for line in chart.lines:
        earlier: list[tuple[Decimal, str]] = []
        for point in line.points:
            number = (point.number.value, point.number.unit)
            ends = (
                [(operand.value, operand.unit) for operand in point.rate.operands]
                if point.rate
                else []
            )
            if ends and ends not in [[before, number] for before in earlier]:
                name = f"{chart.anchor}: {point.rate!s} on the line “{line.label.words('en')}”"
                yield f"{name} leads from no earlier point to {point.number!s}\n{_BELONGS}"
            earlier.append(number)


def _no_series(chart: blocks.Panels, tables: Tables) -> Iterator[str]:
    """A line through several places; a printed number beside a change that no claim says it is."""
    for line in chart.lines:
        name = f"{chart.anchor}: “{line.label.words('en')}”"
        places = {*_places(tables, *(point.number for point in line.points))}
        if len(places) > 1:
            yield f"{name} goes through {' and '.join(sorted(places))}\n{_APART_PLACES}"
        for point in line.points:
            beside = [] if point.printed is None else texts.values_in(point.printed)
            for number in (each for each in beside if isinstance(each, Quantity)):
                if not point.rate or not _stated(tables, number, point.rate.operands):
                    yield f"{name}: {number!s} is not printed of this change\n{_STATED}"


def _no_country(chart: blocks.Strip, tables: Tables) -> Iterator[str]:
    """A country, or what else is around all places, that is of the level of a place."""
    around = {*_places(tables, chart.country.number)} if chart.country else set()
    level = {tables["areas"][place]["level"] for place in around}
    rows = {*_places(tables, *(row.number for row in chart.rows))} - around
    if level & {tables["areas"][place]["level"] for place in rows}:
        yield f"{chart.anchor}: {' '.join(sorted(around))} is not around the places\n{_AROUND}"


def _places(tables: Tables, *numbers: Quantity) -> Iterator[str]:
    """The areas of the figures that numbers rest on."""
    for number in numbers:
        yield from (tables["figures"][figure]["area"] for figure in number.figures)


def _stated(tables: Tables, printed: Quantity, of: Sequence[Quantity]) -> bool:
    """Whether a claim says that a printed number follows from these figures."""
    operands = " ".join(each.figure for each in of)
    rows = tables["claims"].values()
    return any((row["stated"], row["operands"]) == (printed.figure, operands) for row in rows)


def _no_tasks(
    chart: blocks.Completions, tables: Tables, as_of: Callable[[str], Period]
) -> Iterator[str]:
    """A part that is more than its whole; a later share that is none; a share printed of other
    numbers."""
    for row in chart.rows:
        name = f"{chart.anchor}: “{row.label.words('en')}”"
        if row.part.value > row.whole.value:
            yield f"{name} has a part that is more than its whole\nExchange the two."
        if row.printed is not None and not _stated(tables, row.printed, (row.part, row.whole)):
            yield f"{name}: {row.printed!s} is not printed of these numbers\n{_STATED}"
        own = [as_of(figure) for figure in row.part.figures]
        if row.day is not None and not all(day.last_day < row.day.last_day for day in own):
            yield f"{name} has a later share of {row.day!s}, which is not later\nLeave it out."


def _norm_that_fits_none(chart: blocks.Strip | blocks.Periods) -> Iterator[str]:
    """A norm beside rises and falls, as it is stated without a sign; a band upside down."""
    norm, ways = chart.norm, {row.number.value < 0 for row in chart.rows}
    if norm is not None and len(ways) > 1:
        yield f"{chart.anchor} draws a norm beside rises and falls\nLeave the norm out."
    if norm and norm.high and norm.low.known and norm.high.value <= norm.low.value:
        yield f"{chart.anchor}: its norm ends before it begins\nExchange the two."


def _another_place(chart: blocks.Map) -> Iterator[str]:
    """A measure whose list is of other places."""
    for measure in chart.measures:
        if listing.within(measure.listed) != chart.within:
            name = f"{chart.anchor}: “{measure.label.words('en')}”"
            yield f"{name} is of other places than the map\n{_PLACES}"
