"""For the gate: a chart draws numbers of one unit on a scale, and nothing that contradicts them.

A norm, a later share and a change written on a line are drawn, too, so they follow the same rules:
of the unit of their scale, and of the numbers that they stand between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from analysis.numbers.quantity import UnitError
from analysis.saying import blocks
from analysis.saying.chart_blocks import Mark

_PLACES = "Take a list of the places on the map."
_APART = "Draw one chart for each unit."
_BELONGS = "Give the change from the point before."


def wrong(chart: blocks.Chart) -> Iterator[str]:
    """What is wrong with a chart: what was found, and below it what to do."""
    if _is_empty(chart):
        yield f"{chart.anchor} draws nothing, or a line without points\nLeave it out."
        return
    try:
        marks = [*chart.marks()]
        if unknown := [mark for mark in marks if not mark.number.known]:
            name = f"{chart.anchor}: “{unknown[0].label.plain('en')}”"
            yield f"{name} is drawn from numbers that give none\nLeave it out."
            return
        yield from _unlike_units(chart, marks)
    except UnitError as error:
        yield f"{chart.anchor}: {error}\n{_APART}"
        return
    match chart:
        case blocks.Panels():
            yield from _other_changes(chart)
        case blocks.Completions():
            yield from _no_tasks(chart)
        case blocks.Strip() | blocks.Periods():
            yield from _norm_that_fits_none(chart)
        case blocks.Map():
            yield from _another_place(chart)


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
                name = f"{chart.anchor}: {point.rate!s} on the line “{line.label.plain('en')}”"
                yield f"{name} leads from no earlier point to {point.number!s}\n{_BELONGS}"
            earlier.append(number)


def _no_tasks(chart: blocks.Completions) -> Iterator[str]:
    """A part that is more than its whole, or a share of a later day without it."""
    for row in chart.rows:
        name = f"{chart.anchor}: “{row.label.plain('en')}”"
        if row.part.value > row.whole.value:
            yield f"{name} has a part that is more than its whole\nExchange the two."
        if (row.later is None) != (row.day is None):
            yield f"{name} has a later share without its day, or a day alone\nGive both."


def _norm_that_fits_none(chart: blocks.Strip | blocks.Periods) -> Iterator[str]:
    """A norm beside rises and falls, as it is stated without a sign; a band upside down."""
    norm, ways = chart.norm, {row.number.value < 0 for row in chart.rows}
    if norm is not None and len(ways) > 1:
        yield f"{chart.anchor} draws a norm beside rises and falls\nLeave the norm out."
    if norm and norm.high and norm.low.known and norm.high.value <= norm.low.value:
        yield f"{chart.anchor}: its norm ends before it begins\nExchange the two."


def _another_place(chart: blocks.Map) -> Iterator[str]:
    """A measure whose number is not that of the marked place, or whose list is of other places."""
    for measure in chart.measures:
        shape, _, within = measure.listed.partition(" in ")
        own = {shape.replace("*", chart.area.code)}
        if within != chart.within or (measure.own is not None and {*measure.own.figures} != own):
            name = f"{chart.anchor}: “{measure.label.plain('en')}”"
            yield f"{name} is of other places than the map\n{_PLACES}"
