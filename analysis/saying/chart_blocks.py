"""The blocks that are charts: which numbers each draws, and the words beside them.

A block holds printed numbers; what follows from them (the share of a part) is computed here. From
`marks` one rule describes every chart, and the gate holds it against its table.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field, model_validator

from analysis.numbers import quantity
from analysis.numbers.quantity import Quantity
from analysis.saying import texts
from analysis.saying.block import Rows, Titled
from analysis.saying.texts import Day, Frozen, Named, Number, Text, text_of


class Mark(NamedTuple):
    """One mark that a chart draws: its label, its number, and words that describe it.

    Marks of one `scale` are drawn on the same scale, so their numbers have one unit. `of` are
    numbers that it is drawn from.
    """

    label: Text
    number: Quantity
    words: Text
    scale: str = ""
    of: tuple[Quantity, ...] = ()


class Chart(Titled):
    """The base of charts: title, subtitle (measure, unit, place, day) and the table behind it."""

    subtitle: Text
    table: Rows
    required: ClassVar[tuple[str, ...]] = ("title", "subtitle")
    shape: ClassVar[str] = "chart"

    def marks(self) -> Iterator[Mark]:
        """Every mark that it draws, in the order of its table."""
        raise NotImplementedError


class Norm(Frozen):
    """A band that a source states, in its words; without `high` a target, met from `low` up.

    On an axis of time it begins at `since`.
    """

    label: Text
    low: Number
    high: Number | None = None
    since: Day | None = None


# ---------------------------------------------------------------------------------- many in a row


class Bar(Frozen):
    """A label and a number from zero; `main` is what the chart is about, others are there to
    compare."""

    label: Text
    number: Number
    main: bool = True


class Bars(Chart):
    """Horizontal bars from zero, in the order given."""

    block: Literal["bars"] = "bars"
    rows: tuple[Bar, ...]

    def marks(self) -> Iterator[Mark]:
        """One mark for each row."""
        return (Mark(row.label, row.number, text_of(row.number)) for row in self.rows)


class Pair(Frozen):
    """A place and what was counted there before and after."""

    label: Text
    before: Number
    after: Number
    main: bool = True

    @cached_property
    def number(self) -> Quantity:
        """The relative change, in percent."""
        return quantity.relative_change(self.before, self.after)

    @property
    def counts(self) -> Text:
        """“a→b”."""
        return texts.same(f"{self.before}→{self.after}")


class Places(Chart):
    """The relative change of many places on one axis, as dots, with a norm and the country.

    `ranked` gives each a row of its own where there is room; `tiles` shows each as a square that
    leads to its page, too, where the site has tiles.
    """

    block: Literal["places"] = "places"
    rows: tuple[Pair, ...]
    country: Pair | None = None
    norm: Norm | None = None
    ranked: bool = False
    tiles: bool = False

    def marks(self) -> Iterator[Mark]:
        """One mark for each place, and the country last."""
        rows = self.rows if self.country is None else (*self.rows, self.country)
        for row in rows:
            yield Mark(row.label, row.number, text_of(row.number), of=(row.before, row.after))


class Task(Frozen):
    """A part of a whole that is done.

    `later` is the share on a later `day`, `printed` a printed share that does not hold.
    """

    label: Text
    part: Number
    whole: Number
    group: Text | None = None
    later: Number | None = None
    day: Day | None = None
    printed: Number | None = None
    main: bool = True

    @cached_property
    def rate(self) -> Quantity:
        """The share done, in percent."""
        return quantity.share(self.part, self.whole)

    @cached_property
    def rest(self) -> Quantity:
        """What is left."""
        return quantity.difference(self.whole, self.part)

    @property
    def sum(self) -> Text:
        """“a / b =”, before the share."""
        return texts.same(f"{self.part} / {self.whole} =")


class Completions(Chart):
    """Every “a of b” as a dot between 0 and 100 %, in groups."""

    block: Literal["completions"] = "completions"
    rows: tuple[Task, ...]

    def marks(self) -> Iterator[Mark]:
        """One mark for each task."""
        for row in self.rows:
            words = f"{row.part}/{row.whole} = {row.rate}"
            if row.later is not None and row.day is not None:
                words += f", {row.later} ({row.day:short})"
            of = filter(None, (row.rest, row.later, row.printed))
            yield Mark(row.label, row.rate, texts.same(words), of=tuple(of))


class Part(Frozen):
    """One part of a whole."""

    label: Text
    number: Number


class Whole(Frozen):
    """A place and the parts it is made of, which add up to `whole`; the last is drawn hollow."""

    label: Text
    whole: Number
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=4)]
    note: Text | None = None
    main: bool = True

    def share(self, part: Part) -> Quantity:
        """What a part is of the whole, in percent."""
        return quantity.share(part.number, self.whole)


class Parts(Chart):
    """One bar of 100 % for each place, all cut into the same parts."""

    block: Literal["parts"] = "parts"
    rows: tuple[Whole, ...]

    @model_validator(mode="after")
    def _adds_up(self) -> Parts:
        for row in self.rows:
            total = sum(part.number.value for part in row.parts)
            if total != row.whole.value:
                sums = f"add up to {total}, not to {row.whole.value}"
                raise texts.ProseError(f"the parts of “{row.label.plain('en')}” {sums}")
            if [each.label for each in row.parts] != [each.label for each in self.rows[0].parts]:
                raise texts.ProseError("each bar has the same parts, in the same order")
        return self

    def marks(self) -> Iterator[Mark]:
        """One mark for each part of each place."""
        for row in self.rows:
            for part in row.parts:
                words = texts.same(f"{part.label} {part.number} = {row.share(part)}")
                yield Mark(row.label, row.share(part), words)


# ------------------------------------------------------------------------------------ over time


class Point(Frozen):
    """A count on a day; `joined` to the point before it unless the series breaks there.

    A `step` is proved not to have moved in between, `dotted` is not one series; `hollow` is planned
    or of another scope. `rate` is written on the line that leads here, `note` beside the number,
    `printed` what is printed and does not hold.
    """

    day: Day
    number: Number
    joined: bool = True
    line: Literal["straight", "step", "dotted"] = "straight"
    hollow: bool = False
    rate: Number | None = None
    note: Text | None = None
    printed: Text | None = None

    @model_validator(mode="after")
    def _tells_a_change(self) -> Point:
        if self.rate is not None and self.rate.kind != "relative_change":
            raise texts.ProseError(f"the rate of a point is a computed change: {self.rate!s}")
        return self


class Line(Frozen):
    """A named series of points, each later than the one before; `unit` says what is counted."""

    label: Text
    points: tuple[Point, ...]
    unit: Text | None = None

    @model_validator(mode="after")
    def _goes_forward(self) -> Line:
        days = [each.day.last_day for each in self.points]
        if sorted({*days}) != days or any(each.rate is not None for each in self.points[:1]):
            after = "each point is later than the one before, and the first has no rate"
            raise texts.ProseError(f"“{self.label.plain('en')}”: {after}")
        return self

    def marks(self, scale: str = "") -> Iterator[Mark]:
        """One mark for each point."""
        for point in self.points:
            words = f"{point.number} ({point.day:short})"
            words += "" if point.rate is None else f", {point.rate:sign}"
            yield Mark(self.label, point.number, texts.same(words), scale)


class Span(Frozen):
    """A reform from its first day to its last, or on one day; its name says when it began."""

    label: Text
    start: Day
    end: Day | None = None


class Panels(Chart):
    """Counts over time, each from zero, on one axis of years under the reforms."""

    block: Literal["panels"] = "panels"
    lines: tuple[Line, ...]
    spans: tuple[Span, ...] = ()

    def marks(self) -> Iterator[Mark]:
        """One mark for each point."""
        for place, line in enumerate(self.lines):
            yield from line.marks(str(place))


class Spell(Frozen):
    """A share that holds for a period."""

    label: Text
    number: Number
    day: Day
    main: bool = True


class Periods(Chart):
    """Shares over time: bars as long as the period and as thick as the range of rounding."""

    block: Literal["periods"] = "periods"
    rows: tuple[Spell, ...]
    norm: Norm | None = None

    def marks(self) -> Iterator[Mark]:
        """One mark for each period."""
        for row in self.rows:
            yield Mark(row.label, row.number, texts.same(f"{row.number} ({row.day:short})"))


# ----------------------------------------------------------------------------------------- on a map


class Measure(Frozen):
    """A measure of a map: the number of the marked place in a listing, and the listing's median.

    `listed` names the list, whose numbers are drawn as ticks. A `doubted` number cannot be right:
    the list has none of that place.
    """

    label: Text
    listed: str
    own: Number | None
    median: Number
    doubted: bool = False

    @model_validator(mode="after")
    def _is_of_the_list(self) -> Measure:
        if self.median.known and self.median.how != self.listed:
            raise ValueError(f"the median is not that of the list “{self.listed}”")
        return self


class Map(Chart):
    """The places within an area, a dot each at its point, one marked; the tables say where, and
    which numbers a list holds.

    Beside it, for each measure, a tick a place on an axis, with the median. `named` are further
    places with their names, for bearings.
    """

    block: Literal["map"] = "map"
    area: Named
    within: str
    named: tuple[Named, ...] = ()
    measures: tuple[Measure, ...] = ()

    def marks(self) -> Iterator[Mark]:
        """The marked place and the median, for each measure."""
        for place, each in enumerate(self.measures):
            for number in filter(None, (each.own, each.median)):
                yield Mark(each.label, number, text_of(number), str(place))
