"""A Quantity: a printed figure, or a number computed from figures, with bounds, unit and recipe.

Bounds follow from the precision that the figures were printed with. They are not confidence
intervals: these are administrative counts, not samples. The recipe says how a Quantity was computed
from figures, so that another process can compute it again (`recipes.rebuild`). A figure that no
source had printed yet is an unknown Quantity: what is computed from it is unknown, too, and a
sentence that holds it is not shown.
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

MOST_PLACES = 4  # digits after the mark that a page can show
RATIOS = frozenset({"percent", "percentage-point", "times"})

# A figure's id, or {"kind": …, "of": [recipe, …], "places": …}; some kinds add "how": the signs of
# a net, the unit of a count, the name of a listing, which of the numbers needed.
Recipe: TypeAlias = "str | dict[str, Any]"


class UnitError(UserError):
    """Numbers of unlike units, which no sum, difference or share can join."""


@dataclass(frozen=True)
class Quantity(cards.Card, Inline):
    """A number that may reach a reader.

    `value` is in `unit` (a unit code of `indicators.csv`; shares are in `percent`). `low` and
    `high` are the bounds that the printed inputs allow, None where there is none; where only one
    side is bounded, `value` is that bound: 14 % of more than 66,000 is at least 8,910. `places` is
    how many digits are shown after the mark, `hedge` the English hedge shown before the number.

    A printed figure has its id in `figure` and, in `source`, words that say where it stands. A
    computed number has the `kind` of its calculation, its `operands`, and `how` where the kind
    needs more. An unknown Quantity has the value NaN and is false.

    `a + b` and `a - b` keep bounds and recipe; for what `÷` can mean, see the functions of
    `quantity`; `float(a)` gives the value without them.
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
        """The value with its bounds, for arithmetic."""
        return Interval(self.value, self.low, self.high)

    @cached_property
    def printed(self) -> tuple[Quantity, ...]:
        """The printed figures it was computed from, each once; itself where it is one."""
        if self.kind == "printed":
            return (self,)
        return tuple({q.figure: q for operand in self.operands for q in operand.printed}.values())

    @property
    def figures(self) -> tuple[str, ...]:
        """The ids of the printed figures it was computed from, each once."""
        return tuple(number.figure for number in self.printed)

    @property
    def recipe(self) -> Recipe:
        """How it was computed: a figure's id, or kind, operands and places."""
        if self.kind == "printed":
            return self.figure
        of = [operand.recipe for operand in self.operands]
        how = {"how": self.how} if self.how else {}
        return {"kind": self.kind, "of": of, "places": self.places, **how}

    @cached_property
    def formula(self) -> str:
        """The calculation in words and figure ids; empty for a printed figure."""
        terms = [
            term.figure if term.kind == "printed" else f"({term.formula})" for term in self.operands
        ]
        if self.kind in {"sum", "net"}:
            signs = (self.how or "+" * len(terms)).replace("-", "−")
            signed = (f"{sign} {term}" for sign, term in zip(signs, terms, strict=True))
            return " ".join(signed).removeprefix("+ ")
        if self.kind in {"rank", "median"}:
            return f"{self.kind} of {', '.join(terms)} among {self.how}"
        if self.kind == "count":
            return f"count of {'; '.join(' '.join(operand.figures) for operand in self.operands)}"
        return _FORMULAS[self.kind].format(*terms)

    @property
    def exact(self) -> bool:
        """True where the printed inputs allow one value only."""
        return self.low == self.high == self.value

    def shown_value(self, form: str = "") -> Decimal:
        """The number that `words` writes, after rounding."""
        value = abs(self.value) if form == "fall" else self.value
        return numerals.round_half_up(value, self.places)

    def words(self, language: str, form: str = "") -> str:
        """The number as `language` shows it, with its hedge; “–” where it is unknown.

        `fall` writes the size of a fall and `rise` that of a rise, `more` a number printed as “more
        than”, `sign` a plus or minus, `from` no percent sign, where that of the other end
        follows. Raises `FormError` where the form would be untrue.
        """
        if not self.known:
            return "–"
        if form:
            self._check(form)
        number = self.shown_value(form)
        percent = self.unit == "percent" and form != "from"
        written = numerals.show(number, self.places, language, percent, sign=form == "sign")
        hedge = _TURNED.get(self.hedge, self.hedge) if form == "fall" else self.hedge
        return numerals.hedged(written, hedge, language)

    def _check(self, form: str) -> None:
        """Refuse a word of direction or degree that the bounds do not bear out."""
        low, high = self.low, self.high
        wrong = {
            "fall": ("surely a fall", self.value >= 0 or high is None or high > 0),
            "rise": ("surely a rise", self.value <= 0 or low is None or low < 0),
            "more": ("printed as “more than”", self.hedge != "more than"),
        }
        claim, untrue = wrong.get(form, ("", False))
        if untrue:
            other = (
                " {x:sign} writes a change in either direction." if form in ("fall", "rise") else ""
            )
            raise FormError(f"{self!s} ({self.name}) is not {claim}. Reword it.{other}")

    @property
    def name(self) -> str:
        """The figure's id, or the formula: its name in an error message."""
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

    def __lt__(self, other: object) -> NoReturn:
        raise UnitError(
            "Compare with compare.below(a, b), which heeds bounds and unknown numbers, or the bare "
            "numbers: a.value < b.value."
        )

    __gt__ = __le__ = __ge__ = __lt__

    def __float__(self) -> float:
        return float(self.value)

    def __repr__(self) -> str:
        return cards.line(self)

    def facts(self) -> list[tuple[str, str]]:
        """The rows of its table in JupyterLab."""
        return cards.facts(self)


_FORMULAS = {
    "printed": "",
    "difference": "{0} − {1}",
    "relative_change": "({1} − {0}) ÷ {0}",
    "part_of": "{0} × {1}",
    **dict.fromkeys(("share", "times", "per"), "{0} ÷ {1}"),
    "needed": "whole number giving {1} with {0}",
}
# What a hedge becomes where the minus of its number is left out: “at least −5” is “at most 5”.
_TURNED = {"at least": "at most", "at most": "at least", "more than": "under", "under": "more than"}


def printed(figure: str, numeral: numerals.Numeral, unit: str, source: str = "") -> Quantity:
    """The Quantity of one printed figure."""
    return Quantity(value=numeral.value, low=numeral.low, high=numeral.high, unit=unit,
                    places=numeral.places, figure=figure, hedge=numeral.hedge,
                    source=source)  # fmt: skip


def unknown(figure: str, unit: str = "") -> Quantity:
    """The Quantity of a figure that no source had printed by the day of the report."""
    return Quantity(NAN, None, None, unit, places=0, figure=figure)


# ------------------------------------------------------------------------------------- calculations


def difference(a: Quantity, b: Quantity) -> Quantity:
    """a − b, in their unit; percentages give percentage points."""
    unit = _one_unit("difference", a, b)
    unit = "percentage-point" if unit == "percent" else unit
    interval = a.interval - b.interval
    return _computed("difference", (a, b), interval, unit=unit, places=max(a.places, b.places))


def total(*parts: Quantity) -> Quantity:
    """The sum of the parts, in their unit; unknown where there is no part."""
    return _sum("sum", parts, "+" * len(parts))


def net(terms: Sequence[Quantity], signs: str) -> Quantity:
    """The sum of the terms, each with its sign in `signs` (`"++-"`), in their unit."""
    return _sum("net", terms, signs, signs)


def _sum(kind: str, terms: Sequence[Quantity], signs: str, how: str = "") -> Quantity:
    """The signed sum behind `total` and `net`."""
    unit = _one_unit(kind, *terms)
    signed = [q.interval if s == "+" else -q.interval for s, q in zip(signs, terms, strict=True)]
    interval = reduce(operator.add, signed) if signed else UNKNOWN
    places = max((term.places for term in terms), default=0)
    return _computed(kind, terms, interval, unit=unit, places=places, how=how)


def share(part: Quantity, whole: Quantity, places: int = 1) -> Quantity:
    """part ÷ whole, in percent; unknown where the whole is zero."""
    _one_unit("share", part, whole)
    interval = part.interval.ratio(whole.interval)
    # The whole of something is written 100 %, not 100.0 %: nothing was rounded.
    places = 0 if interval == exactly(100) else places
    return _computed("share", (part, whole), interval, unit="percent", places=places)


def relative_change(before: Quantity, after: Quantity, places: int = 1) -> Quantity:
    """(after − before) ÷ before, in percent; negative for a fall."""
    _one_unit("change", before, after)
    interval = after.interval.ratio(before.interval) - exactly(100)
    return _computed("relative_change", (before, after), interval, unit="percent", places=places)


def part_of(rate: Quantity, whole: Quantity) -> Quantity:
    """rate % of whole, in the unit of the whole."""
    if rate.unit not in {"percent", ""}:
        raise UnitError(f"{rate.name} counts {rate.unit}; a part needs a percentage of a whole.")
    interval = rate.interval * whole.interval * exactly(Decimal("0.01"))
    return _computed("part_of", (rate, whole), interval, unit=whole.unit, places=0)


def times(a: Quantity, b: Quantity, places: int = 1) -> Quantity:
    """a ÷ b of one unit: how many times b is a."""
    _one_unit("multiple", a, b)
    interval = a.interval.ratio(b.interval, Decimal(1))
    return _computed("times", (a, b), interval, unit="times", places=places)


def per(a: Quantity, b: Quantity, places: int | None = 1) -> Quantity:
    """a ÷ b of two units: people per village; `places` None: whole, as far as the bounds allow."""
    interval, unit = a.interval.ratio(b.interval, Decimal(1)), f"{a.unit}-per-{b.unit}"
    places = interval.places if places is None else places
    return _computed("per", (a, b), interval, unit=unit, places=places)


def counted(items: Sequence[Quantity], unit: str) -> Quantity:
    """How many of the items are known, as a Quantity that rests on them.

    Unknown where none is known: that the sources print nothing is not a count of zero.
    """
    present = tuple(item for item in items if item.known)
    interval = exactly(Decimal(len(present))) if present else UNKNOWN
    return _computed("count", present, interval, unit=unit, places=0, how=unit)


def rank(own: Quantity, among: Listing) -> Quantity:
    """The position of a number in a listing, 1 for the largest; equals share the better one."""
    ahead = sum(number.value > own.value for number in among.numbers.values())
    position = exactly(Decimal(ahead + 1))
    return _computed("rank", (own,), position, unit="rank", places=0, how=among.name)


def median(among: Listing) -> Quantity:
    """The number in the middle of a listing, or the mean of the two there, in their unit."""
    middle = among.middle
    mean = reduce(operator.add, (number.interval for number in middle))
    mean = mean * exactly(Decimal(1) / len(middle))
    places = max(number.places for number in middle)
    unit = middle[0].unit
    return _computed("median", middle, mean, unit=unit, places=places, how=among.name)


def needed(
    base: Quantity, stated: Quantity, kind: str, falls: bool = False
) -> tuple[Quantity, ...]:
    """The whole numbers that would give a printed percentage: the first and the last of them.

    One number where only one would, empty where none would. `kind` is `share` (the numbers are
    parts of `base`) or `relative_change` (they come after `base`); `falls` where the percentage was
    printed as a fall.
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
    if first == ends[1]:
        first += 1
    if last == ends[1]:
        last -= 1
    if first > last:
        return ()
    sides = {"first": first} if first == last else {"first": first, "last": last}
    how, of = (f"{kind} fall" if falls else kind), (base, stated)
    return tuple(
        _computed("needed", of, exactly(end), unit=base.unit, places=0, how=f"{how} {side}")
        for side, end in sides.items()
    )


def with_places(quantity: Quantity, places: int) -> Quantity:
    """The same ratio shown with another number of digits after the mark, 0 to 4 or as `per`.

    Raises `FormError` for a printed figure, which keeps its digits, and for a count.
    """
    if places == quantity.places or not quantity.known:
        return quantity
    ratio = quantity.unit in RATIOS or "-per-" in quantity.unit
    if quantity.kind == "printed" or not ratio:
        raise FormError(f"{quantity.name} keeps its digits: it is printed, or a count.")
    if not (quantity.interval.places if quantity.kind == "per" else 0) <= places <= MOST_PLACES:
        raise FormError(f"{places} digits after the mark; 0 to {MOST_PLACES} can be shown.")
    return replace(quantity, places=places, hedge=_hedge(quantity.low, quantity.high, places))


def _computed(
    kind: str, of: Sequence[Quantity], interval: Interval, *, unit: str, places: int, how: str = ""
) -> Quantity:
    """The result of a calculation on the operands `of`; unknown where one of them is."""
    if interval.value.is_nan() or not all(operand.known for operand in of):
        missing = unknown("", unit)
        return replace(missing, places=places, kind=kind, operands=tuple(of), how=how)
    value, low, high = interval.value, interval.low, interval.high
    if low is None or high is None:  # one bound alone is the value
        value = next((end for end in (low, high) if end is not None), value)
    hedge = _hedge(low, high, places)
    return Quantity(value=value, low=low, high=high, unit=unit, places=places, hedge=hedge,
                    kind=kind, operands=tuple(of), how=how)  # fmt: skip


def _hedge(low: Bound, high: Bound, places: int) -> str:
    """The hedge of a computed number: “about” where its bounds round to different numbers.

    A number can be equal to a bound that was computed, so it is “at least”, never “more than”.
    """
    if low is None or high is None:
        return "about" if low == high else "at most" if low is None else "at least"
    apart = numerals.round_half_up(low, places) != numerals.round_half_up(high, places)
    return "about" if apart else ""


def _one_unit(what: str, *operands: Quantity) -> str:
    """The unit that the operands share. Raises `UnitError` for unlike units and for plain numbers.

    An id that the tables do not hold has no unit and fits any.
    """
    if other := [operand for operand in operands if not isinstance(operand, Quantity)]:
        raise UnitError(f'{other[0]!r} is no Quantity, so no {what}; take figures: known["id"].')
    units = {operand.unit: operand for operand in operands if operand.unit}
    if len(units) > 1:
        counts = ", ".join(f"{operand.name} counts {unit}" for unit, operand in units.items())
        raise UnitError(f"{counts}: no {what} of unlike units.")
    return next(iter(units), "")
