"""A Quantity: a printed figure, or a number computed from figures, with bounds, unit and recipe.

Bounds follow from the precision that the figures were printed with. They are not confidence
intervals: these are administrative counts, not samples. A recipe is how a Quantity follows from
figures: kind, operands, places. A figure that was not printed yet is an unknown Quantity: it flows
through arithmetic, and what shows it is hidden.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeAlias

from analysis.errors import UserError
from analysis.numbers import cards, numerals
from analysis.numbers.inline import FormError, Inline
from analysis.numbers.intervals import NAN, UNKNOWN, Bound, Interval, exactly

if TYPE_CHECKING:
    from analysis.numbers.listing import Listing

MOST_PLACES = 4
RATIOS = frozenset({"percent", "percentage-point", "times"})

# A figure's id, or {"kind": …, "of": [recipe, …], "places": …}, with "how" where a kind needs more.
Recipe: TypeAlias = "str | dict[str, Any]"


class UnitError(UserError):
    """Numbers of unlike units, which no sum, difference or share can join."""


@dataclass(frozen=True)
class Quantity(cards.Card, Inline):
    """A number that may reach a reader.

    `value` in `unit` (a unit code of `indicators.csv`; shares in `percent`); `low` and `high` bound
    what the printed inputs allow, None where nothing bounds it; `places` digits are shown after the
    mark; `figure` is the id of a printed figure, `source` says where it stands. Where only one side
    is bounded, `value` is that bound: 14 % of more than 66,000 is at least 8,910. An unknown
    Quantity has the value NaN and is false. `a + b` and `a - b` keep bounds and recipe; for what
    `÷` can mean, see `quantity`; `float(a)` gives the value alone.
    """

    value: Decimal
    low: Bound
    high: Bound
    unit: str
    places: int
    figure: str = ""
    hedge: str = ""
    kind: str = "printed"
    operands: tuple[Quantity, ...] = ()
    how: str = ""
    source: str = field(default="", compare=False)

    forms: ClassVar[frozenset[str]] = frozenset({"", "fall", "rise", "more", "sign"})

    @property
    def known(self) -> bool:
        """True where every figure it rests on was printed by the day of the report."""
        return not self.value.is_nan()

    @property
    def interval(self) -> Interval:
        """Its value with its bounds."""
        return Interval(self.value, self.low, self.high)

    @cached_property
    def printed(self) -> tuple[Quantity, ...]:
        """The printed figures it rests on, each once."""
        if self.kind == "printed":
            return (self,)
        return tuple({q.figure: q for each in self.operands for q in each.printed}.values())

    @property
    def figures(self) -> tuple[str, ...]:
        """The ids of the figures it rests on, each once."""
        return tuple(each.figure for each in self.printed)

    @property
    def recipe(self) -> Recipe:
        """How it follows from figures: a figure's id, or kind, operands and places."""
        if self.kind == "printed":
            return self.figure
        of = [operand.recipe for operand in self.operands]
        how = {"how": self.how} if self.how else {}
        return {"kind": self.kind, "of": of, "places": self.places, **how}

    @cached_property
    def formula(self) -> str:
        """The calculation in words and figure ids; empty for a printed figure."""
        terms = [
            each.figure if each.kind == "printed" else f"({each.formula})" for each in self.operands
        ]
        if self.kind in {"sum", "net"}:
            signs = (self.how or "+" * len(terms)).replace("-", "−")
            signed = (f"{sign} {term}" for sign, term in zip(signs, terms, strict=True))
            return " ".join(signed).removeprefix("+ ")
        if self.kind in {"rank", "median"}:
            return f"{self.kind} of {', '.join(terms)} among {self.how}"
        if self.kind == "count":
            return f"count of {'; '.join(' '.join(each.figures) for each in self.operands)}"
        return _FORMULAS[self.kind].format(*terms)

    @property
    def exact(self) -> bool:
        """True where the printed inputs allow one value alone."""
        return self.low == self.high == self.value

    def shown_value(self, form: str = "") -> Decimal:
        """The number that `words` writes, after rounding."""
        value = abs(self.value) if form == "fall" else self.value
        return numerals.round_half_up(value, self.places)

    def words(self, language: str, form: str = "") -> str:
        """The number as `language` shows it, with its hedge; “–” where it is unknown.

        `fall` writes the size of a fall and `rise` that of a rise, `more` a number printed as “more
        than”, `sign` a plus or minus. Raises `FormError` where the number is none of the kind.
        """
        if not self.known:
            return "–"
        self._check(form)
        number, percent = self.shown_value(form), self.unit == "percent"
        shown = numerals.show(number, self.places, language, percent, form == "sign")
        hedge = _TURNED.get(self.hedge, self.hedge) if form == "fall" else self.hedge
        return numerals.hedged(shown, hedge, language)

    def _check(self, form: str) -> None:
        """Refuse a word of direction or degree that the bounds do not bear out."""
        low, high = self.low, self.high
        wrong = {
            "fall": ("surely a fall", self.value >= 0 or high is None or high > 0),
            "rise": ("surely a rise", self.value <= 0 or low is None or low < 0),
            "more": ("printed as “more than”", self.hedge != "more than"),
        }
        said, refused = wrong.get(form, ("", False))
        if refused:
            raise FormError(f"{numerals.plain(self.value)} ({self.name}) is not {said}. Reword it.")

    @property
    def name(self) -> str:
        """The figure's id, or the formula: what an error message calls it."""
        return self.figure or self.formula

    def __add__(self, other: Quantity) -> Quantity:
        return total(self, other)

    def __sub__(self, other: Quantity) -> Quantity:
        return difference(self, other)

    def __truediv__(self, other: Quantity) -> NoReturn:
        raise UnitError(
            "Say which: quantity.share(a, b) in percent, quantity.times(a, b) as a multiple, "
            "quantity.per(a, b) of unlike units."
        )

    def __float__(self) -> float:
        return float(self.value)

    def __repr__(self) -> str:
        return cards.line(self)

    def facts(self) -> list[tuple[str, str]]:
        """What its card says."""
        return cards.facts(self)


_FORMULAS = {
    "printed": "",
    "difference": "{0} − {1}",
    "relative_change": "({1} − {0}) ÷ {0}",
    "part_of": "{0} × {1}",
    **dict.fromkeys(("share", "times", "per"), "{0} ÷ {1}"),
    "needed": "whole number giving {1} with {0}",
}
# What a hedge becomes where the sign of its number is left out.
_TURNED = {"at least": "at most", "at most": "at least", "more than": "under", "under": "more than"}


def printed(figure: str, numeral: numerals.Numeral, unit: str, source: str = "") -> Quantity:
    """The Quantity of one printed figure."""
    value, low, high, places = numeral.value, numeral.low, numeral.high, numeral.places
    return Quantity(value, low, high, unit, places, figure, numeral.hedge, source=source)


def unknown(figure: str, unit: str = "") -> Quantity:
    """A figure that no source had printed by the day of the report."""
    return Quantity(NAN, None, None, unit, 0, figure)


# ------------------------------------------------------------------------------------- calculations


def difference(a: Quantity, b: Quantity) -> Quantity:
    """a − b, in their unit; percentages give percentage points."""
    unit = _one_unit("difference", a, b)
    unit = "percentage-point" if unit == "percent" else unit
    interval = a.interval - b.interval
    return _computed("difference", (a, b), interval, unit, max(a.places, b.places))


def total(*parts: Quantity) -> Quantity:
    """The sum of the parts, in their unit; unknown where there is no part."""
    return _sum("sum", parts, "+" * len(parts))


def net(terms: Sequence[Quantity], signs: str) -> Quantity:
    """The terms added up or taken off, as `signs` says of each (`+` or `-`), in their unit."""
    return _sum("net", terms, signs, signs)


def _sum(kind: str, terms: Sequence[Quantity], signs: str, how: str = "") -> Quantity:
    unit = _one_unit(kind, *terms)
    signed = [q.interval if s == "+" else -q.interval for s, q in zip(signs, terms, strict=True)]
    interval = reduce(operator.add, signed) if signed else UNKNOWN
    return _computed(kind, terms, interval, unit, max((q.places for q in terms), default=0), how)


def share(part: Quantity, whole: Quantity, places: int = 1) -> Quantity:
    """part ÷ whole, in percent; unknown where the whole is nothing."""
    _one_unit("share", part, whole)
    interval = part.interval.ratio(whole.interval)
    # All of it is 100 %, not 100.0 %: nothing was rounded.
    places = 0 if interval == exactly(100) else places
    return _computed("share", (part, whole), interval, "percent", places)


def relative_change(before: Quantity, after: Quantity, places: int = 1) -> Quantity:
    """(after − before) ÷ before, in percent; negative for a fall."""
    _one_unit("change", before, after)
    interval = after.interval.ratio(before.interval) - exactly(100)
    return _computed("relative_change", (before, after), interval, "percent", places)


def part_of(rate: Quantity, whole: Quantity) -> Quantity:
    """rate % of whole, in the unit of the whole."""
    if rate.unit not in {"percent", ""}:
        raise UnitError(f"{rate.name} counts {rate.unit}; a part needs a percentage of a whole.")
    interval = rate.interval * whole.interval * exactly(Decimal("0.01"))
    return _computed("part_of", (rate, whole), interval, whole.unit, 0)


def times(a: Quantity, b: Quantity, places: int = 1) -> Quantity:
    """a ÷ b of one unit, as a multiple."""
    _one_unit("multiple", a, b)
    interval = a.interval.ratio(b.interval, Decimal(1))
    return _computed("times", (a, b), interval, "times", places)


def per(a: Quantity, b: Quantity, places: int = 1) -> Quantity:
    """a for each b, of unlike units: people per village."""
    interval = a.interval.ratio(b.interval, Decimal(1))
    return _computed("per", (a, b), interval, f"{a.unit}-per-{b.unit}", places)


def counted(items: Sequence[Quantity], unit: str) -> Quantity:
    """How many of `items` are known: a count of figures is itself computed from figures.

    Unknown where none is, because nothing to count is not a count of nothing.
    """
    known = tuple(item for item in items if item.known)
    interval = exactly(Decimal(len(known))) if known else UNKNOWN
    return _computed("count", known, interval, unit, 0, unit)


def rank(own: Quantity, among: Listing) -> Quantity:
    """The place of one number of a list, 1 for the largest; equal numbers share the better one."""
    ahead = sum(each.value > own.value for each in among.numbers.values())
    return _computed("rank", (own,), exactly(Decimal(ahead + 1)), "rank", 0, among.name)


def median(among: Listing) -> Quantity:
    """The number in the middle of a list, or the mean of the two there, in their unit."""
    middle = among.middle
    mean = reduce(operator.add, (each.interval for each in middle))
    mean = mean * exactly(Decimal(1) / len(middle))
    places = max(each.places for each in middle)
    return _computed("median", middle, mean, middle[0].unit, places, among.name)


def needed(
    base: Quantity, stated: Quantity, kind: str, falls: bool = False
) -> tuple[Quantity, ...]:
    """First and last whole number that would give the printed percentage; empty where none does.

    `kind` is `share` (the number is a part of `base`) or `relative_change` (it comes after `base`);
    `falls` tells that the percentage was printed as a fall.
    """
    if kind not in {"share", "relative_change"} or not base.known:
        return ()
    if stated.low is None or stated.high is None:
        return ()
    start, sign = (0 if kind == "share" else 100), (-1 if falls else 1)
    ends = [(start + sign * end) * base.value / 100 for end in (stated.low, stated.high)]
    first = min(ends).to_integral_value(ROUND_CEILING)
    last = max(ends).to_integral_value(ROUND_FLOOR)
    # The upper end of a rounded share is the first value that rounds to the next one: left out.
    first, last = first + (first == ends[1]), last - (last == ends[1])
    found = [(first, "first"), (last, "last")] if first < last else [(first, "first")]
    how = f"{kind} fall" if falls else kind
    return tuple(
        _computed("needed", (base, stated), exactly(end), base.unit, 0, f"{how} {side}")
        for end, side in found
        if first <= last
    )


def with_places(quantity: Quantity, places: int) -> Quantity:
    """The same computed Quantity with another number of digits after the mark, at most four.

    A printed figure keeps the digits it was printed with, and a count is shown whole.
    """
    if places == quantity.places or not quantity.known:
        return quantity
    ratio = quantity.unit in RATIOS or "-per-" in quantity.unit
    if quantity.kind == "printed" or not ratio:
        raise FormError(f"{quantity.name} keeps its digits: it is printed, or a count.")
    if not 0 <= places <= MOST_PLACES:
        raise FormError(f"{places} digits after the mark; 0 to {MOST_PLACES} can be shown.")
    return replace(quantity, places=places, hedge=_hedge(quantity.low, quantity.high, places))


def _computed(
    kind: str, of: Sequence[Quantity], interval: Interval, unit: str, places: int, how: str = ""
) -> Quantity:
    if interval.value.is_nan() or not all(operand.known for operand in of):
        return Quantity(NAN, None, None, unit, places, kind=kind, operands=tuple(of), how=how)
    value, low, high = interval.value, interval.low, interval.high
    if low is None or high is None:  # one bound alone is the value
        value = next((end for end in (low, high) if end is not None), value)
    hedge = _hedge(low, high, places)
    return Quantity(value, low, high, unit, places, "", hedge, kind, tuple(of), how)


def _hedge(low: Bound, high: Bound, places: int) -> str:
    """What bounds say of a computed number that is shown with so many digits.

    A bound that was computed may itself be reached, so it is “at least”, never “more than”.
    """
    if low is None or high is None:
        return "about" if low == high else "at most" if low is None else "at least"
    apart = numerals.round_half_up(low, places) != numerals.round_half_up(high, places)
    return "about" if apart else ""


def _one_unit(what: str, *operands: Quantity) -> str:
    """The unit that the operands share; an id that the tables do not hold has none and fits any."""
    if other := [each for each in operands if not isinstance(each, Quantity)]:
        raise UnitError(f'{other[0]!r} is no Quantity, so no {what}; take figures: known["id"].')
    units = {operand.unit: operand for operand in operands if operand.unit}
    if len(units) > 1:
        counts = ", ".join(f"{operand.name} counts {unit}" for unit, operand in units.items())
        raise UnitError(f"{counts}: no {what} of unlike units.")
    return next(iter(units), "")
