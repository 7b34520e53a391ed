"""A number with what its printed inputs allow, and arithmetic that keeps to it.

An open side is None. Every result holds whatever true numbers the inputs can stand for.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeAlias

HUNDRED = Decimal(100)
NAN = Decimal("NaN")  # one object: NaN equals nothing, but an object equals itself inside a tuple
Bound: TypeAlias = "Decimal | None"


@dataclass(frozen=True)
class Interval:
    """A value and its bounds, None where nothing bounds it on that side."""

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

    def percent_of(self, whole: Interval) -> Interval:
        """This ÷ the whole, in percent; unknown where the whole is nothing."""
        if self.value.is_nan() or whole.value.is_nan() or not whole.value:
            return UNKNOWN
        low = _percent(self.low, whole.high, whole.low)
        high = _percent(self.high, whole.low, whole.high)
        return Interval(self.value / whole.value * HUNDRED, low, high)

    def over(self, divisor: Decimal) -> Interval:
        """This ÷ a number above zero."""
        low, high = (_of(operator.truediv, end, divisor) for end in (self.low, self.high))
        return Interval(self.value / divisor, low, high)

    def apart_from(self, other: Interval) -> bool:
        """True where the two can stand for no number in common."""
        gap = self - other
        above = gap.low is not None and gap.low > 0
        return above or (gap.high is not None and gap.high < 0)


UNKNOWN = Interval(NAN, None, None)


def exactly(value: Decimal) -> Interval:
    """A number that is known to its last digit."""
    return Interval(value, value, value)


def whole_numbers(
    base: Decimal, percent: Interval, change: bool, falls: bool
) -> tuple[Decimal, ...]:
    """First and last whole number which `percent` can stand for, as part of `base`.

    With `change` the number comes after `base`, and the percentage is a rise, or a fall if it
    `falls`. Empty where no whole number will do, or the percentage is open on a side.
    """
    if percent.low is None or percent.high is None or base.is_nan():
        return ()
    start, sign = (HUNDRED if change else Decimal(0)), (-1 if falls else 1)
    low, high = sorted((start + sign * end) * base / HUNDRED for end in (percent.low, percent.high))
    first, last = low.to_integral_value(ROUND_CEILING), high.to_integral_value(ROUND_FLOOR)
    # The upper end of a rounded share is the first value that rounds to the next one: it does not
    # count. A fall turns the interval over, and with it the end that is left out.
    if not falls and last == high:
        last -= 1
    if falls and first == low:
        first += 1
    return (first, last) if first <= last else ()


def _percent(part: Bound, whole: Bound, opposite: Bound) -> Bound:
    """One bound of a share: the part's in percent of the whole's (below zero, of the opposite one).

    None where either is open, or the whole may be nothing: then no share is too large.
    """
    base = whole if part is None or part >= 0 else opposite
    return None if part is None or base is None or base <= 0 else part / base * HUNDRED


def _of(compute: Callable[..., Decimal], *bounds: Bound) -> Bound:
    """What is computed from bounds; None where one of them is open."""
    return None if None in bounds else compute(*bounds)
