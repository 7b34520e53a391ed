"""A number with the bounds that its printed form allows, and arithmetic that carries the bounds.

A bound of None is open: nothing limits the number on that side. Whatever the true numbers behind
the inputs are, the true result lies within the bounds of the result.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

HUNDRED = Decimal(100)
# The value of what is unknown. Always this one object: NaN equals nothing, not even itself, but
# tuples and dataclasses that hold the same object still compare equal.
NAN = Decimal("NaN")
Bound: TypeAlias = "Decimal | None"


@dataclass(frozen=True)
class Interval:
    """A value and its bounds; a bound is None where nothing limits the number on that side."""

    value: Decimal
    low: Bound
    high: Bound

    def __neg__(self) -> Interval:
        return Interval(-self.value, _of(operator.neg, self.high), _of(operator.neg, self.low))

    def __add__(self, other: Interval) -> Interval:
        low, high = _of(operator.add, self.low, other.low), _of(operator.add, self.high, other.high)
        return Interval(self.value + other.value, low, high)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        value, ends = self.value * other.value, (self.low, self.high, other.low, other.high)
        if all(end is None or end >= 0 for end in ends):
            low = _of(operator.mul, self.low, other.low)
            return Interval(value, low, _of(operator.mul, self.high, other.high))
        if None in ends:
            return Interval(value, None, None)
        corners = [a * b for a in ends[:2] for b in ends[2:] if a is not None and b is not None]
        return Interval(value, min(corners), max(corners))

    def ratio(self, whole: Interval, scale: Decimal = HUNDRED) -> Interval:
        """This ÷ whole × scale (100 for percent); unknown where the whole is zero."""
        if self.value.is_nan() or whole.value.is_nan() or not whole.value:
            return UNKNOWN
        low = _ratio(self.low, whole.high, whole.low, scale)
        high = _ratio(self.high, whole.low, whole.high, scale)
        return Interval(self.value / whole.value * scale, low, high)

    @property
    def places(self) -> int:
        """Digits after the mark that the bounds allow a whole number, 0 or less: −2 for hundreds,
        where they lie hundreds apart."""
        if self.low is None or self.high is None or self.low == self.high:
            return 0
        return min(0, -(self.high - self.low).adjusted())

    def apart_from(self, other: Interval) -> bool:
        """True where no number lies within the bounds of both."""
        gap = self - other
        above = gap.low is not None and gap.low > 0
        return above or (gap.high is not None and gap.high < 0)

    def within(self, outer: Interval) -> bool:
        """True where every number that this one allows lies within the bounds of the outer one."""
        above = outer.low is None or (self.low is not None and outer.low <= self.low)
        return above and (outer.high is None or (self.high is not None and self.high <= outer.high))


UNKNOWN = Interval(NAN, None, None)


def exactly(value: Decimal | int) -> Interval:
    """An Interval without slack: value and both bounds are the same number."""
    return Interval(Decimal(value), Decimal(value), Decimal(value))


def _ratio(part: Bound, whole: Bound, opposite: Bound, scale: Decimal) -> Bound:
    """One bound of a ratio: a bound of the part over a bound of the whole.

    A negative part is divided by the opposite bound of the whole, because that gives the extreme.
    None where either bound is open, or the whole may be zero: then no ratio is too large.
    """
    base = whole if part is None or part >= 0 else opposite
    return None if part is None or base is None or base <= 0 else part / base * scale


def _of(compute: Callable[..., Decimal], *bounds: Bound) -> Bound:
    """`compute` of some bounds; None where one of them is open."""
    return None if None in bounds else compute(*bounds)
