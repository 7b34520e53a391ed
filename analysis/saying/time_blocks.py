"""The blocks that are charts over time: counts in panels, and shares that hold for a period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.saying import texts
from analysis.saying.chart_blocks import Chart, Listed, Mark, Norm
from analysis.saying.texts import Day, Frozen, Number, Text, text

_POINTS = (
    text("Dãy số", "Series"),
    text("Thời điểm", "Day or period"),
    text("Số lượng", "Count"),
    text("Tỷ lệ tăng, giảm", "Relative change"),
    text("Ghi chú", "Note"),
)
_PERIODS = (text("Nơi", "Place"), text("Thời gian", "Period"), text("Tỷ lệ", "Share"))


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
        _on_its_day(self.number, self.day)
        if self.rate is not None and self.rate.kind != "relative_change":
            raise texts.ProseError(f"the rate of a point is a computed change: {self.rate!s}")
        return self


class Line(Frozen):
    """A named series of points, each later than the one before."""

    label: Text
    points: tuple[Point, ...]

    @model_validator(mode="after")
    def _goes_forward(self) -> Line:
        days = [point.day.last_day for point in self.points]
        if sorted({*days}) != days or any(point.rate is not None for point in self.points[:1]):
            after = "each point is later than the one before, and the first has no rate"
            raise texts.ProseError(f"“{self.label.words('en')}”: {after}")
        return self

    def base(self, at: int) -> int:
        """The place of the point from which the rate of the point at a place is computed.

        That is the point before it, unless the rate names an earlier one.
        """
        rate = self.points[at].rate
        before = [point.number.figures for point in self.points[:at]]
        named = rate.operands[0].figures if rate is not None else ()
        return before.index(named) if named in before else at - 1

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

    @model_validator(mode="after")
    def _begins_when_it_says(self) -> Span:
        days = [each for each in texts.values_in(self.label) if isinstance(each, Period)]
        if self.start and any(day != self.start for day in days):
            raise texts.ProseError(f"the span “{self.label.words('en')}” begins on another day")
        if self.start and self.end and self.end.last_day < self.start.first_day:
            raise texts.ProseError(f"the span “{self.label.words('en')}” ends before it begins")
        return self


class Panels(Chart):
    """Counts over time, each from zero, on one axis of years under the reforms."""

    block: Literal["panels"] = "panels"
    lines: tuple[Line, ...]
    spans: tuple[Span, ...] = ()

    def columns_and_rows(self) -> Listed:
        """A point of a series a row, with the change that leads to it and what stands beside it."""
        return _POINTS, [
            (line.label, point.day, point.number, point.rate, point.printed or point.note)
            for line in self.lines
            for point in line.points
        ]

    def marks(self) -> Iterator[Mark]:
        """One mark for each point."""
        for at, line in enumerate(self.lines):
            yield from line.marks(str(at))


class Spell(Frozen):
    """A share that holds for a period."""

    label: Text
    number: Number
    day: Day
    main: bool = True

    @model_validator(mode="after")
    def _stands_on_its_day(self) -> Spell:
        _on_its_day(self.number, self.day)
        return self


class Periods(Chart):
    """Shares over time: bars as long as the period and as thick as the range of rounding."""

    block: Literal["periods"] = "periods"
    rows: tuple[Spell, ...]
    norm: Norm | None = None

    @model_validator(mode="after")
    def _has_a_norm_of_its_days(self) -> Periods:
        since = self.norm and self.norm.since
        own = [row.day for row in self.rows]
        if since and not since.event and since.figure not in [day.figure for day in own]:
            raise texts.ProseError(f"the norm holds from {since!s}, the day of another figure")
        return self

    def columns_and_rows(self) -> Listed:
        """A place, a period and the share in it a row."""
        return _PERIODS, [(row.label, row.day, row.number) for row in self.rows]

    def marks(self) -> Iterator[Mark]:
        """One mark for each period."""
        for row in self.rows:
            yield Mark(row.label, row.number, texts.same(f"{row.number} ({row.day:short})"))


def _on_its_day(number: Quantity, day: Period) -> None:
    """Raises `ProseError` where a number stands on the day of another figure."""
    if not number.figure or number.figure != day.figure:
        raise texts.ProseError(f"{number!s} stands on the day of {day.figure or 'no figure'}")
