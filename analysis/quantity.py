"""A Quantity: a printed figure or a number computed from figures, with bounds and everything it rests on.

Bounds follow from the precision that the figures were printed with. They are not confidence intervals:
these are administrative counts, not samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from analysis import numerals

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Quantity:
    """A number that may reach a reader.

    `value` in `unit` (a unit code of `indicators.csv`; shares in `percent`); `low` and `high` bound what the
    printed inputs allow, None where nothing bounds it; `places` digits are shown after the mark; `formula`
    is empty for a printed figure, else an expression over figure ids; `figures` are the ids it rests on.
    Where only one side is bounded, `value` is that bound: 14 % of more than 66,000 is at least 8,910.
    """

    value: Decimal
    low: Decimal | None
    high: Decimal | None
    unit: str
    places: int
    figures: tuple[str, ...]
    hedge: str = ""
    kind: str = "printed"
    formula: str = ""
    operands: tuple[Quantity, ...] = field(default=(), repr=False)

    @property
    def qualifier(self) -> str:
        """exact, at_least, at_most or about: what the bounds say of the value."""
        return numerals.MEANS[self.hedge]

    @property
    def exact(self) -> bool:
        """True where the printed inputs allow one value alone."""
        return self.low == self.high == self.value

    def text(self, language: str, form: str = "") -> str:
        """The number as `language` shows it: with its hedge, or `bare`, its `size` or with a `sign`."""
        value = abs(self.value) if form == "size" else self.value
        percent = self.unit == "percent"
        shown = numerals.show(value, self.places, language, percent, form == "sign")
        if form in {"bare", "size", "sign"}:
            return shown
        return numerals.hedged(shown, self.hedge, language)

    def shown_value(self, form: str = "") -> Decimal:
        """The number that `text` writes, after rounding."""
        return numerals.round_half_up(abs(self.value) if form == "size" else self.value, self.places)


def printed(figure: str, numeral: numerals.Numeral, unit: str) -> Quantity:
    """The Quantity of one printed figure."""
    places = 0 if numeral.step >= 1 else numeral.places
    return Quantity(
        numeral.value,
        numeral.low,
        numeral.high,
        unit,
        places,
        (figure,),
        numeral.hedge,
        formula="",
    )


def difference(a: Quantity | None, b: Quantity | None) -> Quantity | None:
    """a − b, in their unit; percentages give percentage points."""
    if a is None or b is None:
        return None
    unit = "percentage-point" if a.unit == "percent" else a.unit
    low, high = _both(a.low, b.high, lambda x, y: x - y), _both(a.high, b.low, lambda x, y: x - y)
    return _computed("difference", "{0} − {1}", (a, b), a.value - b.value, low, high, unit, max(a.places, b.places))


def total(*parts: Quantity | None) -> Quantity | None:
    """The sum of the parts; None where a part is not known."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or not known:
        return None
    low = None if any(p.low is None for p in known) else sum((p.low for p in known if p.low is not None), Decimal(0))
    high = None if any(p.high is None for p in known) else sum((p.high for p in known if p.high is not None), Decimal(0))
    formula = " + ".join(f"{{{i}}}" for i in range(len(known)))
    value = sum((part.value for part in known), Decimal(0))
    return _computed("sum", formula, tuple(known), value, low, high, known[0].unit, max(p.places for p in known))


def net(base: tuple[Quantity, ...], ups: tuple[Quantity, ...], downs: tuple[Quantity, ...]) -> Quantity:
    """Base plus increases less decreases, in the unit of the first operand."""
    operands = (*base, *ups, *downs)
    signs = [1] * (len(base) + len(ups)) + [-1] * len(downs)
    value = sum((s * q.value for s, q in zip(signs, operands, strict=True)), Decimal(0))
    formula = "".join(f"{' + ' if s > 0 else ' − '}{{{i}}}" for i, s in enumerate(signs)).removeprefix(" + ").strip()
    exact = all(q.exact for q in operands)
    bound = value if exact else None
    return _computed("net", formula, operands, value, bound, bound, operands[0].unit, 0)


def share(part: Quantity | None, whole: Quantity | None, places: int = 1) -> Quantity | None:
    """part ÷ whole, in percent."""
    if part is None or whole is None or not whole.value:
        return None
    low, high = _ratio(part.low, whole.high, whole.low), _ratio(part.high, whole.low, whole.high)
    value = part.value / whole.value * HUNDRED
    # All of it is 100 %, not 100.0 %: nothing was rounded.
    places = 0 if value == low == high == HUNDRED else places
    return _computed("share", "{0} ÷ {1}", (part, whole), value, low, high, "percent", places)


def relative_change(before: Quantity | None, after: Quantity | None, places: int = 1) -> Quantity | None:
    """(after − before) ÷ before, in percent; negative for a fall."""
    ratio = share(after, before, places)
    if ratio is None or before is None or after is None:
        return None
    low = None if ratio.low is None else ratio.low - HUNDRED
    high = None if ratio.high is None else ratio.high - HUNDRED
    value = ratio.value - HUNDRED
    return _computed("relative_change", "({1} − {0}) ÷ {0}", (before, after), value, low, high, "percent", places)


def part_of(rate: Quantity | None, whole: Quantity | None) -> Quantity | None:
    """rate % of whole, in the unit of the whole."""
    if rate is None or whole is None:
        return None
    low = _both(rate.low, whole.low, lambda x, y: x * y / HUNDRED)
    high = _both(rate.high, whole.high, lambda x, y: x * y / HUNDRED)
    return _computed("part_of", "{0} × {1}", (rate, whole), rate.value * whole.value / HUNDRED, low, high, whole.unit, 0)


def times(a: Quantity | None, b: Quantity | None, places: int = 1) -> Quantity | None:
    """a ÷ b, as a multiple."""
    ratio = share(a, b, places)
    if ratio is None or a is None or b is None:
        return None
    low = None if ratio.low is None else ratio.low / HUNDRED
    high = None if ratio.high is None else ratio.high / HUNDRED
    return _computed("times", "{0} ÷ {1}", (a, b), ratio.value / HUNDRED, low, high, "times", places)


def with_places(quantity: Quantity | None, places: int) -> Quantity | None:
    """The same Quantity, shown with another number of digits."""
    return None if quantity is None else replace(quantity, places=places)


def counted(items: list[Quantity | None], unit: str) -> Quantity | None:
    """How many of `items` there are: a count of figures is itself computed from figures."""
    known = [item for item in items if item is not None]
    if not known:
        return None
    number = Decimal(len(known))
    ids = tuple(dict.fromkeys(figure for item in known for figure in item.figures))
    formula = f"count of {'; '.join(' '.join(item.figures) for item in known)}"
    return Quantity(number, number, number, unit, 0, ids, kind="count", formula=formula)


def _computed(
    kind: str,
    formula: str,
    operands: tuple[Quantity, ...],
    value: Decimal,
    low: Decimal | None,
    high: Decimal | None,
    unit: str,
    places: int,
) -> Quantity:
    # A bound that was computed may itself be reached, so it is "at least", never "more than".
    hedge = ""
    if low is not None and high is None:
        value, hedge = low, "at least"
    elif low is None and high is not None:
        value, hedge = high, "at most"
    elif low is None or high is None or numerals.round_half_up(low, places) != numerals.round_half_up(high, places):
        hedge = "about"
    names = [_term(operand) for operand in operands]
    ids = tuple(dict.fromkeys(figure for operand in operands for figure in operand.figures))
    return Quantity(value, low, high, unit, places, ids, hedge, kind, formula.format(*names), operands)


def _term(operand: Quantity) -> str:
    return operand.figures[0] if operand.kind == "printed" else f"({operand.formula})"


def _ratio(part: Decimal | None, whole: Decimal | None, opposite: Decimal | None) -> Decimal | None:
    """One bound of a share: the part's in percent of the whole's (for a part below zero, of the opposite one).

    None where either is open, or the whole may be nothing: then no share is too large.
    """
    base = whole if part is None or part >= 0 else opposite
    return None if part is None or base is None or base <= 0 else part / base * HUNDRED


def _both(a: Decimal | None, b: Decimal | None, combine: Callable[[Decimal, Decimal], Decimal]) -> Decimal | None:
    return None if a is None or b is None else combine(a, b)
